#include "wire/usage_line.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/usage_region.h"

namespace prorata::wire {
namespace {

using utilization::Hour;
using utilization::kFullHour;

constexpr std::size_t kTextBytesMax = 2048;
constexpr std::int32_t kStretchHours = 50'000;  // a longer run of full hours becomes several rows

std::unexpected<UsageNone> refuse(UsageField field, std::string why) { return std::unexpected(UsageNone{{}, {field, std::move(why)}}); }
std::unexpected<UsageNone> skip(UsageSkip why) { return std::unexpected(UsageNone{why, {}}); }

template <class T>
std::expected<T, UsageNone> in_field(UsageField field, Result<T> parsed) {
  if (!parsed) return refuse(field, std::move(parsed).error().message);
  return *std::move(parsed);
}

bool contains_ignoring_case(std::string_view text, std::string_view word) {
  return !std::ranges::search(text, word, {}, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }).empty();
}

std::optional<int> small_number(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// "03/31/2026" and "3/31/2026 14:00" as "2026-03-31 14:00"; anything else as it is.
std::string year_first(std::string_view text) {
  const std::size_t first = text.find('/');
  const std::size_t second = first == std::string_view::npos ? first : text.find('/', first + 1);
  if (second == std::string_view::npos) return std::string(text);
  const std::size_t end = std::min(text.find(' ', second), text.size());
  const std::string_view year = text.substr(second + 1, end - second - 1);
  const std::optional<int> month = small_number(text.substr(0, first));
  const std::optional<int> day = small_number(text.substr(first + 1, second - first - 1));
  if (!month || !day || year.size() != 4 || !small_number(year)) return std::string(text);
  return fmt::format("{}-{:02}-{:02}{}", year, *month, *day, text.substr(end));
}

// A leap second belongs to the minute it ends.
bool is_leap_second(std::string_view text) { return text.size() >= 19 && text.substr(13, 6) == ":59:60"; }

std::expected<std::string_view, UsageNone> checked_text(const UsageFields& fields, const UsageHeader& header, UsageField field) {
  const std::string_view text = trim(fields[field]);
  if (text.empty()) return refuse(field, fmt::format("the field '{}' is empty", header.name[field]));
  if (text.size() > kTextBytesMax) return refuse(field, fmt::format("a text of {} bytes is too long", text.size()));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::ranges::any_of(text, is_control)) return refuse(field, "a text may not hold control characters");
  return text;
}

// "Microsoft.Compute", or "/subscriptions/.../providers/Microsoft.Compute/virtualMachines/vm-1": the provider, in lower case.
std::string provider_of(std::string_view service, std::string_view resource) {
  std::string text = to_lower(trim(service));
  if (text.empty()) {
    text = to_lower(resource);
    const std::size_t at = text.rfind("/providers/");
    text = at == std::string::npos ? "" : text.substr(at + 11);
  }
  text.resize(std::min(text.find('/'), text.size()));
  if (text.starts_with("microsoft.")) text.erase(0, 10);
  return text;
}

enum class Service : std::uint8_t { other, compute, flexible_only };

Service service_of(const UsageFields& fields) {
  const std::string provider = provider_of(fields[kService], fields[kResource]);
  if (provider == "compute") return Service::compute;
  for (const std::string_view each : {"classiccompute", "batch", "machinelearning", "machinelearningservices", "kusto"})
    if (provider == each) return Service::flexible_only;
  return Service::other;
}

bool is_no_usage(const UsageFields& fields, UsageDialect dialect) {
  const std::string_view charge = trim(fields[kCharge]);
  if (dialect == UsageDialect::focus)
    return !equal_ignoring_case(charge, "Usage") || equal_ignoring_case(trim(fields[kCommitment]), "Unused");
  std::string plain = to_lower(charge);
  std::erase_if(plain, [](char c) { return c == ' ' || c == '_' || c == '-'; });
  for (const std::string_view each : {"purchase", "refund", "unusedreservation", "unusedsavingsplan", "roundingadjustment", "adjustment",
                                      "tax", "credit", "customercredit", "cancel", "cancelimmediate"})
    if (plain == each) return true;
  return false;
}

// Licences are metered by the hour of the machine they run on, whose own hours stand in another row.
bool is_software(const UsageFields& fields) {
  const std::string_view subcategory = trim(fields[kMeterSubcategory]);
  if (contains_ignoring_case(fields[kMeterCategory], "licens") || contains_ignoring_case(fields[kMeterName], "licens")) return true;
  for (const std::string_view each : {"windows server", "sql server", "red hat", "rhel", "suse", "ubuntu"})
    if (to_lower(subcategory).starts_with(each)) return true;
  return false;
}

// FOCUS has "/subscriptions/ID", the others the id alone.
std::string_view bare_subscription(std::string_view text) {
  text = trim(text);
  return text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1);
}

bool is_spot(const UsageFields& fields, std::string_view priority) {
  const std::string meter = to_lower(trim(fields[kMeterName]));
  return equal_ignoring_case(trim(fields[kPricing]), "Spot") || equal_ignoring_case(trim(fields[kPricingMore]), "Spot") ||
         equal_ignoring_case(priority, "Spot") || equal_ignoring_case(priority, "Low") || meter.ends_with(" spot") ||
         meter.ends_with(" low priority");
}

}  // namespace

Result<Instant> parse_usage_time(std::string_view text) {
  std::string plain = year_first(trim(text));
  if (is_leap_second(plain)) plain[17] = '5', plain[18] = '9';
  Result<Instant> at = parse_instant(plain);
  if (!at) return fail(Code::invalid_data, fmt::format("'{}' is not a time; write 2026-03-31T14:00:00Z or 03/31/2026", text.substr(0, 40)));
  static constexpr std::int32_t kDay2000 = 10'957;
  static constexpr std::int32_t kDay2200 = 84'006;
  const std::int32_t day = day_of(*at).since_epoch;
  if (day < kDay2000 || day >= kDay2200)
    return fail(Code::invalid_data, fmt::format("'{}' is not between 2000 and 2199", text.substr(0, 40)));
  return *at;
}

Result<std::uint32_t> parse_usage_quantity(std::string_view text) { return utilization::parse_quantity(trim(text)); }

std::expected<std::uint32_t, UsageNone> UsageLine::machine(const UsageFields& fields, std::string_view size, bool flexible_only) {
  const std::string_view resource = TRY(checked_text(fields, header_, kResource));
  const std::string_view region = TRY(checked_text(fields, header_, kRegion));
  const bool says_where = resource.size() > 15 && equal_ignoring_case(resource.substr(0, 15), "/subscriptions/");
  const std::string_view subscription = says_where ? std::string_view() : bare_subscription(fields[kSubscription]);
  const std::string_view group = says_where ? std::string_view() : trim(fields[kResourceGroup]);
  UsageMachine made{.identity = utilization::make_identity(resource, size, arm_region(region), subscription, group),
                    .customer = to_lower(trim(fields[kCustomer])),
                    .flexible_only = flexible_only};
  const utilization::Identity& id = made.identity;
  key_.clear();
  for (const std::string_view part :
       {std::string_view(id.resource_id), std::string_view(id.size), std::string_view(id.region), std::string_view(made.customer)})
    (key_ += part) += '\0';
  key_ += flexible_only ? '1' : '0';
  const auto [found, added] = known_.try_emplace(key_, static_cast<std::uint32_t>(machines_.size()));
  if (added) machines_.push_back(std::move(made));
  return found->second;
}

std::expected<std::uint32_t, UsageNone> UsageLine::hourly_machine(const UsageFields& fields) {
  return machine(fields, TRY(checked_text(fields, header_, kSize)), false);
}

UsageLine::Read UsageLine::read_hourly(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows) {
  const Instant at = TRY(in_field(kTime, parse_usage_time(TRY(checked_text(fields, header_, kTime)))));
  const std::uint32_t quantity = TRY(in_field(kQuantity, parse_usage_quantity(TRY(checked_text(fields, header_, kQuantity)))));
  const std::uint32_t machine = TRY(hourly_machine(fields));
  rows.push_back({.line = line, .machine = machine, .quantity = quantity, .from = utilization::hour_of(at)});
  return {};
}

// The hours of an interval: the part of the first, whole ones, the part of the last. Parts are rounded half up as quantities are.
UsageLine::Read UsageLine::read_power_state(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows) {
  const Instant from = TRY(in_field(kTime, parse_usage_time(TRY(checked_text(fields, header_, kTime)))));
  const std::string_view until_text = trim(fields[kUntil]);
  if (until_text.empty()) return refuse(kUntil, "the end is empty; for a machine that still runs give the moment the list was made");
  const Instant until = TRY(in_field(kUntil, parse_usage_time(until_text)));
  if (until < from) return refuse(kUntil, "the end is before the start");
  const std::uint32_t machine = TRY(hourly_machine(fields));
  const auto put = [&](Hour hour, std::int64_t ticks) {
    constexpr std::int64_t kTicksPerUh = 3'600 * kTicksPerSecond / kFullHour;
    const auto uh = static_cast<std::uint32_t>((ticks + kTicksPerUh / 2) / kTicksPerUh);
    if (uh > 0) rows.push_back({.line = line, .machine = machine, .quantity = uh, .from = hour});
  };
  const utilization::HourSpan whole = utilization::whole_hours(from, until);
  const Hour first = utilization::hour_of(from);
  if (whole.empty() && first == utilization::hour_of(until)) {
    put(first, until.ticks - from.ticks);
    return {};
  }
  const Hour begun = utilization::hour_at_or_after(from);
  const Hour ended = utilization::hour_of(until);
  put(first, utilization::start_of(begun).ticks - from.ticks);
  for (Hour at = begun; at < ended;) {
    const std::int32_t hours = std::min(utilization::hours_between(at, ended), kStretchHours);
    rows.push_back({.line = line, .machine = machine, .quantity = kFullHour, .from = at, .hours = static_cast<std::uint16_t>(hours)});
    at = utilization::add_hours(at, hours);
  }
  put(ended, until.ticks - utilization::start_of(ended).ticks);
  return {};
}

// {"UsageType":"ComputeHR","ServiceType":"Standard_D4s_v3",...}; some exports leave the braces out.
std::expected<UsageLine::Details, UsageNone> UsageLine::read_details(std::string_view cell) {
  cell = trim(cell);
  if (!contains_ignoring_case(cell, "servicetype")) return skip(UsageSkip::not_machine_hours);
  const std::string braced = cell.starts_with('{') ? std::string(cell) : fmt::format("{{{}}}", cell);
  const Result<JsonValue> read = json_.read(braced);
  if (!read || !read->is_object())
    return refuse(kDetails, fmt::format("the JSON in '{}' cannot be read: {}", header_.name[kDetails],
                                        read ? "an object is expected" : read.error().message));
  const auto text = [&](std::initializer_list<std::string_view> names) -> std::string {
    for (const std::string_view name : names)
      if (const std::optional<JsonValue> value = read->find_ignoring_case(name); value && value->is_string())
        return std::string(trim(value->text()));
    return {};
  };
  return Details{.usage_type = text({"UsageType", "x_UsageType"}),
                 .size = text({"ServiceType", "x_ServiceType"}),
                 .priority = text({"Priority", "x_Priority"})};
}

UsageLine::Read UsageLine::read_daily(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows) {
  if (is_no_usage(fields, header_.dialect)) return skip(UsageSkip::not_usage);
  const Service service = service_of(fields);
  if (service == Service::other) return skip(UsageSkip::other_service);
  const Details details = TRY(read_details(fields[kDetails]));
  const std::string type = to_lower(details.usage_type);
  if (!type.empty() && !type.starts_with("computehr")) return skip(UsageSkip::not_machine_hours);
  if (is_spot(fields, details.priority) || type.ends_with("spot")) return skip(UsageSkip::spot);
  if (is_software(fields) || type.ends_with("_sw")) return skip(UsageSkip::software);
  if (details.size.empty()) return skip(UsageSkip::not_machine_hours);

  const std::string_view unit = trim(fields[kUnit]);
  if (!unit.empty() && !contains_ignoring_case(unit, "hour"))
    return refuse(kUnit, fmt::format("a machine's usage in '{}' and not in hours", unit.substr(0, 40)));
  UsageRow row = TRY(read_period(fields));
  row.line = line;
  row.machine = TRY(machine(fields, details.size, service == Service::flexible_only));
  rows.push_back(row);
  return {};
}

// When and how much: an hour, 24 full hours, or a day within which nobody knows.
std::expected<UsageRow, UsageNone> UsageLine::read_period(const UsageFields& fields) const {
  constexpr std::int64_t kTicksPerHour = 3'600 * kTicksPerSecond;
  constexpr std::uint32_t kFullDay = utilization::kHoursPerDay * kFullHour;
  const Instant from = TRY(in_field(kTime, parse_usage_time(TRY(checked_text(fields, header_, kTime)))));
  UsageRow row{.from = utilization::hour_of(from)};
  row.quantity = TRY(in_field(kQuantity, parse_usage_quantity(TRY(checked_text(fields, header_, kQuantity)))));
  if (header_.column[kUntil] >= 0) {
    const Instant until = TRY(in_field(kUntil, parse_usage_time(TRY(checked_text(fields, header_, kUntil)))));
    const std::int64_t ticks = until.ticks - from.ticks;
    if (ticks != kTicksPerHour && ticks != kTicksPerDay) return refuse(kUntil, "the period is neither an hour nor a day");
    if (ticks == kTicksPerHour && utilization::start_of(row.from) != from) return refuse(kTime, "an hour begins at its minute 0");
    if (ticks == kTicksPerHour) return row;
  }
  if (from != start_of(day_of(from))) return refuse(kTime, "a day is expected; this file counts by the day");
  row.hours = utilization::kHoursPerDay;
  row.grain = row.quantity == kFullDay || row.quantity == 0 ? UsageGrain::exact : UsageGrain::estimated;
  if (row.grain == UsageGrain::exact) row.quantity /= utilization::kHoursPerDay;
  return row;
}

std::expected<void, UsageNone> UsageLine::read(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows) {
  switch (header_.dialect) {
    case UsageDialect::hourly: return read_hourly(fields, line, rows);
    case UsageDialect::power_states: return read_power_state(fields, line, rows);
    default: return read_daily(fields, line, rows);
  }
}

}  // namespace prorata::wire
