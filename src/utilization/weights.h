// How much a size weighs within its flexibility group: whole numbers made of the published ratios, in dated versions.
//
//   const RatioTable table = RatioTable::make(ratios);          // DSv3: 1 2 4 8 16 24 32; ESv3, where E64 is 28.8: 5 10 20 .. 144
//   const SizeWeight size = table.weight("standard_e64_v3");     // {"esv3 series", 144}
//   const Ratios ratios = TRY(Ratios::make({{day, table}, ...}));
//
// Weights of a group are its ratios over its smallest one, times the smallest k in 1..1000 that makes all of them whole within a
// millionth. Normalised units of two versions are never compared; Ratios::periods() cuts a span where the version changes, at midnight.
// Utilization rules section 2.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "utilization/units.h"

namespace prorata::utilization {

inline constexpr std::int64_t kWeightMax = 1'000'000;

struct SizeWeight {
  std::string group;  // lower case
  std::int64_t weight = 1;
  friend bool operator==(const SizeWeight&, const SizeWeight&) = default;
};

// A group that cannot be used, and why. Its sizes count as absent.
struct RefusedGroup {
  std::string group;
  std::string reason;
};

// A group whose ratios make no whole numbers needs weights set by hand.
struct HandSetWeight {
  std::string group;
  std::string size;
  std::int64_t weight = 1;
};

// One version of the table.
class RatioTable {
 public:
  static RatioTable make(std::span<const FlexibilityRatio> ratios, std::span<const HandSetWeight> by_hand = {});

  // Names in any letter case. A size that is not in the table is a group of its own, named like the size, of weight 1. One that
  // stands in two groups belongs to the first by name, unless the group is given.
  SizeWeight weight(std::string_view size) const;
  SizeWeight weight(std::string_view size, std::string_view group) const;
  bool holds(std::string_view size) const;
  const std::vector<RefusedGroup>& refused() const { return refused_; }

 private:
  std::map<std::string, std::vector<SizeWeight>, std::less<>> sizes_;
  std::vector<RefusedGroup> refused_;
};

// The smallest k that fits and the weights it makes, in the order given; or why there is none. Ratios are positive.
Result<std::vector<std::int64_t>> weights_of(std::span<const Ratio> ratios);

struct DatedRatios {
  Day from;
  RatioTable table;
};

// A stretch of hours under one version of the table.
struct RatioPeriod {
  HourSpan span;
  const RatioTable* table = nullptr;
};

// All versions. Before the first day the first one holds: there is nothing better.
class Ratios {
 public:
  // Errors: invalid_argument where there is none, or two from one day.
  static Result<Ratios> make(std::vector<DatedRatios> versions);
  // A version for each day from which a row counts, with all that are in force on it; an empty one where there are no rows.
  static Ratios of(std::span<const FlexibilityRatio> rows);
  const RatioTable& on(Day day) const { return version_on(day).table; }
  Day table_day(Day day) const { return version_on(day).from; }  // from which the table counts that holds on the day
  std::vector<RatioPeriod> periods(HourSpan span) const;

 private:
  const DatedRatios& version_on(Day day) const;
  std::vector<DatedRatios> versions_;  // by day
};

}  // namespace prorata::utilization
