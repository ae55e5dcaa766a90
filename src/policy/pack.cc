#include "policy/pack.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::policy {
namespace {

constexpr std::int32_t kNoEnd = std::numeric_limits<std::int32_t>::max();

bool names(const std::vector<std::string>& list, std::string_view word) {
  return std::ranges::any_of(list, [&](const std::string& each) { return equal_ignoring_case(each, word); });
}

std::unexpected<Error> bad(std::string message, std::string place) {
  return fail(Code::invalid_data, std::move(message), std::move(place));
}

// The rows that speak of one kind of usage must follow each other from day 0 without end.
Result<void> check_cover(const std::vector<Row>& rows, bool used) {
  const std::string_view usage = used ? "used" : "unused";
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].used == used) order.push_back(i);
  std::ranges::sort(order, {}, [&](std::size_t i) { return rows[i].elapsed_from; });

  std::int64_t next = 0;  // the first day nobody speaks of yet
  for (const std::size_t i : order) {
    const Row& row = rows[i];
    const std::string place = fmt::format("/rows/{}", i);
    if (next > kNoEnd)
      return bad(fmt::format("row '{}' can never be reached: an earlier row for {} reservations has no end", row.name, usage), place);
    if (row.elapsed_from < next)
      return bad(fmt::format("row '{}' overlaps another for {} reservations on day {}", row.name, usage, row.elapsed_from), place);
    if (row.elapsed_from > next) return bad(fmt::format("no row for {} reservations on day {}", usage, next), place);
    next = static_cast<std::int64_t>(row.elapsed_until.value_or(kNoEnd)) + 1;
  }
  if (next <= kNoEnd) return bad(fmt::format("no row for {} reservations from day {}", usage, next), "/rows");
  return {};
}

Result<void> check_row(const std::vector<Row>& rows, std::size_t i) {
  const Row& row = rows[i];
  const std::string place = fmt::format("/rows/{}", i);
  if (row.name.empty()) return bad("a row needs a name", place + "/name");
  for (std::size_t other = 0; other < i; ++other)
    if (rows[other].name == row.name) return bad(fmt::format("two rows are named '{}'", row.name), place + "/name");
  if (row.elapsed_from < 0) return bad("days are counted from 0", place + "/elapsed_from");
  if (row.elapsed_until && *row.elapsed_until < row.elapsed_from)
    return bad(fmt::format("row '{}' ends before it begins and can never be reached", row.name), place + "/elapsed_until");
  const bool rate_fits = row.fee_rate.over > 0 && row.fee_rate.part >= 0 && row.fee_rate.part <= row.fee_rate.over;
  if (!rate_fits) return bad("a fee rate lies between 0 and 1", place + "/fee_rate");
  return {};
}

}  // namespace

std::size_t Pack::row_index(std::int32_t elapsed_days, bool used) const {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (row.used == used && row.elapsed_from <= elapsed_days && elapsed_days <= row.elapsed_until.value_or(kNoEnd)) return i;
  }
  CHECK(false, "a checked pack has a row for every return");
}

bool Pack::refundable(std::string_view product) const { return !names(not_refundable, product); }
bool Pack::exchangeable(std::string_view product) const { return !names(not_exchangeable, product); }
bool Pack::covered_by_savings_plan(std::string_view product) const { return names(savings_plan_products, product); }
bool Pack::allows(Meter meter) const {
  return meter == allowance.meter || std::ranges::find(allowance.meters_allowed, meter) != allowance.meters_allowed.end();
}

Result<Pack> check_pack(Pack pack) {
  if (pack.id.empty()) return bad("a pack needs an id", "/id");
  if (pack.until && *pack.until < pack.from)
    return bad(fmt::format("in force until {}, before it begins on {}", to_string(*pack.until), to_string(pack.from)), "/until");
  if (pack.rows.empty()) return bad("a pack needs rows", "/rows");
  for (std::size_t i = 0; i < pack.rows.size(); ++i) TRY(check_row(pack.rows, i));
  TRY(check_cover(pack.rows, false));
  TRY(check_cover(pack.rows, true));
  if (pack.allowance.limit_minor <= 0) return bad("a limit is above zero", "/allowance/limit");
  if (pack.allowance.window_days <= 0) return bad("a window has at least one day", "/allowance/window_days");
  const std::vector<Meter>& meters = pack.allowance.meters_allowed;  // empty: no choice but the pack's own
  if (!meters.empty() && std::ranges::find(meters, pack.allowance.meter) == meters.end())
    return bad(fmt::format("the meter '{}' is not among those allowed", to_string(pack.allowance.meter)), "/allowance/meter");
  if (pack.allowance.over_limit == OverLimit::clip &&
      (pack.allowance.meter != Meter::refund || !std::ranges::all_of(meters, [](Meter m) { return m == Meter::refund; })))
    return bad("only the refund meter can be clipped", "/allowance/over_limit");
  return pack;
}

Result<void> PackSet::add(Pack pack) {
  for (const Pack& each : packs_) {
    if (each.id != pack.id) continue;
    if (each == pack) return {};
    return fail(Code::already_exists, fmt::format("two different packs are named '{}'", pack.id));
  }
  const auto place =
      std::ranges::find_if(packs_, [&](const Pack& each) { return std::pair(pack.from, pack.id) < std::pair(each.from, each.id); });
  packs_.insert(place, std::move(pack));
  return {};
}

Result<const Pack*> PackSet::find(std::string_view id) const {
  std::string ids;
  for (const Pack& each : packs_) {
    if (each.id == id) return &each;
    (ids += ids.empty() ? "" : ", ") += each.id;
  }
  return fail(Code::not_found, fmt::format("no policy pack '{}'; there are {}, and those in the folder that --policies names", id, ids));
}

}  // namespace prorata::policy
