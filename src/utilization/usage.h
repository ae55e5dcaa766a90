// Usage as columns: who used (a roster of identities), and how much in which hour, as rows or as bits.
//
//   const RosterMade made = make_roster(identities);                     // sorted in usage order; made.rank[i] is where identity i went
//   const UsageRows rows = TRY(UsageRows::make(window, resource, hour, quantity, made.roster.size()));
//   const UsageBits bits = UsageBits::make(rows, made.roster.size());    // a bit a full hour, a list of the others
//
// Rows may stand in any order, and rows of one identity and hour are added. A value that is made is valid: no index is out of range.
// Utilization rules section 3.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "utilization/units.h"

namespace prorata::utilization {

// One size of one machine (or scale set) in one region. A machine that is resized is two identities.
struct Identity {
  std::string resource_id;  // lower case, as the others
  std::string size;
  std::string region;  // "westeurope"
  std::string subscription;
  std::string resource_group;
  bool flexible_only = false;  // of a service that an exact reservation does not cover
  friend bool operator==(const Identity&, const Identity&) = default;
};

// As sources write it: letters of any case, "West Europe". Where the subscription or the resource group is not given, they are read off
// "/subscriptions/S/resourceGroups/G/...".
Identity make_identity(std::string_view resource_id, std::string_view size, std::string_view region, std::string_view subscription = {},
                       std::string_view resource_group = {});

// Usage order: resource id as bytes, then size, then region.
bool precedes(const Identity& a, const Identity& b);

// The identities of one billing context in usage order, no two alike in id, size and region. A row names one by its place here. Of alike
// ones that are of different services an exact reservation covers what one of them lets it.
using Roster = std::vector<Identity>;
struct RosterMade {
  Roster roster;
  std::vector<std::uint32_t> rank;  // of each identity given; those alike in id, size and region share one
};
RosterMade make_roster(std::span<const Identity> identities);

inline constexpr std::int32_t kWindowHoursMax = 65'536;  // seven years

// A view of three columns that belong to somebody else and outlive it.
class UsageRows {
 public:
  UsageRows() = default;
  // hour: counted from window.from. Errors: invalid_argument where columns differ in length, the window is longer than
  // kWindowHoursMax, or a row lies outside of it or names no resource.
  static Result<UsageRows> make(HourSpan window, std::span<const std::uint32_t> resource, std::span<const std::uint16_t> hour,
                                std::span<const std::uint32_t> quantity, std::size_t resources);

  HourSpan window() const { return window_; }
  std::size_t size() const { return resource_.size(); }
  std::size_t resources() const { return resources_; }
  std::span<const std::uint32_t> resource() const { return resource_; }
  std::span<const std::uint16_t> hour() const { return hour_; }
  std::span<const std::uint32_t> quantity() const { return quantity_; }
  // All rows of a resource stand together, and resources ascend: the order in which the engine is fastest.
  bool resource_major() const { return resource_major_; }

 private:
  HourSpan window_;
  std::size_t resources_ = 0;
  std::span<const std::uint32_t> resource_;
  std::span<const std::uint16_t> hour_;
  std::span<const std::uint32_t> quantity_;
  bool resource_major_ = true;
};

// Where an hour stands in a tile: days are the lanes. A block is 32 UTC days from the day of the window's first hour; within a block
// the cell of an hour is hour_of_day * 32 + day, so that a day's sum is 24 additions of whole vectors. Bits and the hourly output of a
// coverage are laid out so.
inline constexpr std::uint32_t kDaysInBlock = 32;
inline constexpr std::uint32_t kCellsInBlock = kDaysInBlock * kHoursPerDay;
constexpr std::uint32_t cell_of(Day first_day, Hour hour) {
  const auto day = static_cast<std::uint32_t>(days_between(first_day, day_of(hour)));
  return day / kDaysInBlock * kCellsInBlock + static_cast<std::uint32_t>(hour_of_day(hour)) * kDaysInBlock + day % kDaysInBlock;
}
constexpr Hour hour_of_cell(Day first_day, std::uint32_t cell) {
  const std::uint32_t in_block = cell % kCellsInBlock;
  const std::uint32_t day = cell / kCellsInBlock * kDaysInBlock + in_block % kDaysInBlock;
  return add_hours(first_hour(add_days(first_day, static_cast<std::int32_t>(day))), static_cast<std::int32_t>(in_block / kDaysInBlock));
}
constexpr std::uint32_t blocks_of(HourSpan window) {
  if (window.empty()) return 0;
  const std::int64_t days = days_between(day_of(window.from), day_of(add_hours(window.until, -1))) + 1;
  return static_cast<std::uint32_t>((days + kDaysInBlock - 1) / kDaysInBlock);
}

// An hour that is neither empty nor exactly full.
struct PartialHour {
  std::uint32_t cell = 0;
  std::uint32_t quantity = 0;  // uh; several may name one cell, and are added
  friend bool operator==(const PartialHour&, const PartialHour&) = default;
};

// The compact form: for each resource and block 24 words of 32 bits, a word an hour of the day, a bit a day: the resource ran exactly one
// full hour. Every other hour is a partial one. Three or four bits stand for a row of ten bytes. The columns may belong to a file.
struct UsageBitsView {
  HourSpan window;
  std::size_t resources = 0;
  std::span<const std::uint32_t> full;           // resources * blocks * 24 words
  std::span<const std::uint64_t> partials_from;  // resources + 1: where the partial hours of each begin
  std::span<const PartialHour> partials;
};

class UsageBits {
 public:
  UsageBits() = default;
  static UsageBits make(const UsageRows& rows);
  // For bits that come from a file. Errors: invalid_data where lengths do not fit, a bit or a cell lies outside of the window.
  static Result<UsageBitsView> check(const UsageBitsView& view);
  UsageBitsView view() const { return {window_, resources_, full_, partials_from_, partials_}; }

 private:
  HourSpan window_;
  std::size_t resources_ = 0;
  std::vector<std::uint32_t> full_;
  std::vector<std::uint64_t> partials_from_{0};
  std::vector<PartialHour> partials_;
};

}  // namespace prorata::utilization
