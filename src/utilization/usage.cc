#include "utilization/usage.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "catalog/catalog.h"

namespace prorata::utilization {
namespace {

auto key(const Identity& identity) {
  return std::tuple(std::string_view(identity.resource_id), std::string_view(identity.size), std::string_view(identity.region));
}

// What follows "/NAME/" in a lower-case ARM id, up to the next slash.
std::string_view segment_after(std::string_view id, std::string_view name) {
  const std::size_t at = id.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = id.substr(at + name.size());
  return rest.substr(0, rest.find('/'));
}

std::string given_or(std::string_view given, std::string_view otherwise) {
  return given.empty() ? std::string(otherwise) : to_lower(trim(given));
}

std::unexpected<Error> bad(std::string message) { return fail(Code::invalid_argument, std::move(message)); }
std::unexpected<Error> broken(std::string message) { return fail(Code::invalid_data, std::move(message)); }

Result<void> check_window(HourSpan window) {
  if (window.empty() || window.hours() > kWindowHoursMax)
    return bad(fmt::format("usage from {} until {}: a window has 1 to {} hours", to_string(window.from), to_string(window.until),
                           kWindowHoursMax));
  return {};
}

// Cells of the window's blocks that are hours of the window.
std::vector<std::uint32_t> cells_inside(HourSpan window) {
  std::vector<std::uint32_t> mask(std::size_t{blocks_of(window)} * kHoursPerDay);
  const Day first = day_of(window.from);
  for (Hour hour = window.from; hour < window.until; hour = add_hours(hour, 1)) {
    const std::uint32_t cell = cell_of(first, hour);
    mask[cell / kDaysInBlock] |= std::uint32_t{1} << (cell % kDaysInBlock);
  }
  return mask;
}

}  // namespace

Identity make_identity(std::string_view resource_id, std::string_view size, std::string_view region, std::string_view subscription,
                       std::string_view resource_group) {
  Identity identity{.resource_id = to_lower(trim(resource_id)), .size = sku_key(size), .region = region_key(trim(region))};
  identity.subscription = given_or(subscription, segment_after(identity.resource_id, "/subscriptions/"));
  identity.resource_group = given_or(resource_group, segment_after(identity.resource_id, "/resourcegroups/"));
  return identity;
}

bool precedes(const Identity& a, const Identity& b) { return key(a) < key(b); }

RosterMade make_roster(std::span<const Identity> identities) {
  std::vector<std::uint32_t> order(identities.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::tuple_cat(key(identities[i]), std::tuple(i)); });
  RosterMade made;
  made.rank.resize(identities.size());
  for (const std::uint32_t i : order) {
    const bool seen = !made.roster.empty() && key(made.roster.back()) == key(identities[i]);
    if (!seen) made.roster.push_back(identities[i]);
    if (!identities[i].flexible_only) made.roster.back().flexible_only = false;
    made.rank[i] = static_cast<std::uint32_t>(made.roster.size() - 1);
  }
  return made;
}

Result<UsageRows> UsageRows::make(HourSpan window, std::span<const std::uint32_t> resource, std::span<const std::uint16_t> hour,
                                  std::span<const std::uint32_t> quantity, std::size_t resources) {
  TRY(check_window(window));
  if (resource.size() != hour.size() || resource.size() != quantity.size()) return bad("the columns of usage differ in length");
  // Loops without a way out, so that they run on vectors.
  std::uint32_t resource_most = 0;
  bool falls = false;
  for (std::size_t i = 0; i < resource.size(); ++i) resource_most = std::max(resource_most, resource[i]);
  for (std::size_t i = 1; i < resource.size(); ++i) falls |= resource[i] < resource[i - 1];
  std::uint16_t hour_most = 0;
  for (const std::uint16_t each : hour) hour_most = std::max(hour_most, each);
  if (!resource.empty() && resource_most >= resources)
    return bad(fmt::format("a row of usage is of resource {}, and there are {}", resource_most, resources));
  if (!resource.empty() && hour_most >= window.hours())
    return bad(fmt::format("a row of usage is of hour {}, and the window has {}", hour_most, window.hours()));
  UsageRows rows;
  rows.window_ = window;
  rows.resources_ = resources;
  rows.resource_ = resource;
  rows.hour_ = hour;
  rows.quantity_ = quantity;
  rows.resource_major_ = !falls;
  return rows;
}

UsageBits UsageBits::make(const UsageRows& rows) {
  UsageBits bits;
  bits.window_ = rows.window();
  bits.resources_ = rows.resources();
  const Day first = day_of(rows.window().from);
  std::vector<std::uint32_t> cells;
  for (std::int32_t h = 0; h < rows.window().hours(); ++h) cells.push_back(cell_of(first, add_hours(rows.window().from, h)));
  const std::size_t words = std::size_t{blocks_of(bits.window_)} * kHoursPerDay;
  bits.full_.resize(bits.resources_ * words);

  // A second full row of an hour is a partial hour beside the bit; so is every row that is not full.
  struct Partial {
    std::uint32_t resource;
    PartialHour hour;
  };
  std::vector<Partial> partials;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t quantity = rows.quantity()[i];
    if (quantity == 0) continue;
    const std::uint32_t cell = cells[rows.hour()[i]];
    std::uint32_t& word = bits.full_[rows.resource()[i] * words + cell / kDaysInBlock];
    const std::uint32_t bit = std::uint32_t{1} << (cell % kDaysInBlock);
    if (quantity == kFullHour && (word & bit) == 0)
      word |= bit;
    else
      partials.push_back({rows.resource()[i], {cell, quantity}});
  }
  std::ranges::sort(partials, {}, [](const Partial& p) { return std::tuple(p.resource, p.hour.cell, p.hour.quantity); });
  bits.partials_from_.assign(bits.resources_ + 1, 0);
  for (const auto& [resource, hour] : partials) {
    ++bits.partials_from_[resource + 1];
    bits.partials_.push_back(hour);
  }
  std::partial_sum(bits.partials_from_.begin(), bits.partials_from_.end(), bits.partials_from_.begin());
  return bits;
}

Result<UsageBitsView> UsageBits::check(const UsageBitsView& view) {
  TRY(check_window(view.window));
  const std::vector<std::uint32_t> inside = cells_inside(view.window);
  if (view.full.size() != view.resources * inside.size() || view.partials_from.size() != view.resources + 1)
    return broken("the bits of usage do not fit the number of resources");
  for (std::size_t i = 0; i < view.full.size(); i += inside.size())
    for (std::size_t word = 0; word < inside.size(); ++word)
      if ((view.full[i + word] & ~inside[word]) != 0) return broken("a bit of usage stands outside of the window");
  const bool ascending = std::ranges::is_sorted(view.partials_from) && view.partials_from.front() == 0;
  if (!ascending || view.partials_from.back() != view.partials.size()) return broken("the partial hours of usage do not fit the resources");
  for (const PartialHour& each : view.partials) {
    const std::size_t word = each.cell / kDaysInBlock;
    if (word >= inside.size() || (inside[word] >> (each.cell % kDaysInBlock) & 1U) == 0)
      return broken("a partial hour of usage stands outside of the window");
  }
  return view;
}

}  // namespace prorata::utilization
