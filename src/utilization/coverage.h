// Which usage hour is covered by which reservation: the engine.
//
//   const Plan plan = TRY(Plan::make(roster, versions, table, span));   // who may cover whom, in which order; knows no usage
//   Coverage coverage;                                                  // keeps its memory from one run to the next
//   TRY(cover(plan, rows, {.threads = 2}, coverage));
//   coverage.used(version, hour); coverage.for_each_take(...); coverage.for_each_uncovered(...);
//
// For each hour by itself: reservations in their order, machines in usage order, each takes what is needed and what it has left.
// The same facts give the same answer whatever the number of threads, the order of rows, the form of the usage and the instruction set.
// One billing context at a time; cover_all() takes many. How it is fast stands in coverage.cc. Utilization rules section 6.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "utilization/lanes.h"
#include "utilization/plan.h"
#include "utilization/units.h"
#include "utilization/usage.h"

namespace prorata::utilization {

// What becomes of the part of a machine's hour that a reservation could not cover: the next one may take it, or it stays uncovered.
enum class Spill { go_on, stop };

}  // namespace prorata::utilization

template <>
inline constexpr auto prorata::kWords<prorata::utilization::Spill> = std::to_array<prorata::Word<prorata::utilization::Spill>>(
    {{prorata::utilization::Spill::go_on, "continue"}, {prorata::utilization::Spill::stop, "stop"}});

namespace prorata::utilization {

// The usage of the plan's roster; its window may be longer than the plan's span, and hours outside of the span are left out.
using Usage = std::variant<UsageRows, UsageBitsView>;

struct HourNu {
  Hour hour;
  std::int64_t nu = 0;
  friend bool operator==(const HourNu&, const HourNu&) = default;
};

// Who wants every hour of every pair, as 'explain' does. Resources ascend; of one resource first what was taken, by versions in their
// order, then what was left; hours ascend, and none is zero.
class HourSink {
 public:
  virtual ~HourSink() = default;
  virtual void taken(std::uint32_t version, std::uint32_t resource, std::span<const HourNu> hours) = 0;
  virtual void uncovered(std::uint32_t resource, std::span<const HourNu> hours) = 0;
};

// Lanes of 32 bits where the observed bounds allow, or of 64 always. Only tests have a reason to choose.
enum class Lanes { narrow_if_safe, wide };

struct CoverOptions {
  Spill spill = Spill::go_on;
  unsigned threads = 1;
  HourSink* sink = nullptr;  // makes it run on the calling thread
  Instructions instructions = Instructions::best;
  Lanes lanes = Lanes::narrow_if_safe;
};

// Of one resource, by one version, on one UTC day.
struct Take {
  std::uint32_t resource = 0;
  std::uint32_t version = 0;
  Day day;
  std::int64_t nu = 0;
  friend bool operator==(const Take&, const Take&) = default;
};

struct Uncovered {
  std::uint32_t resource = 0;
  Day day;
  std::int64_t nu = 0;
  friend bool operator==(const Uncovered&, const Uncovered&) = default;
};

// Of one version on one UTC day with an active hour.
struct DayOfVersion {
  Day day;
  std::int32_t active_hours = 0;
  std::int64_t reserved = 0;  // nu
  std::int64_t used = 0;
  std::int64_t used_least = 0;  // of an active hour
  std::int64_t used_most = 0;
  friend bool operator==(const DayOfVersion&, const DayOfVersion&) = default;
};

// The answer. Holds its hours in tiles as they were computed (usage.h, cell_of); the functions below know where.
class Coverage {
 public:
  Coverage();
  ~Coverage();
  Coverage(Coverage&&) noexcept;
  Coverage& operator=(Coverage&&) noexcept;

  HourSpan span() const;
  std::span<const PlannedVersion> versions() const;
  std::int64_t used(std::uint32_t version, Hour hour) const;    // 0 where it is not active
  std::int64_t unused(std::uint32_t version, Hour hour) const;  // the same
  std::vector<DayOfVersion> days(std::uint32_t version) const;  // those with an active hour

  // In order of resources, then of takers, then of days; none is zero.
  void for_each_take(const std::function<void(const Take&)>& visit) const;
  // In order of resources, then of days; none is zero.
  void for_each_uncovered(const std::function<void(const Uncovered&)>& visit) const;

  std::vector<Take> takes() const;
  std::vector<Uncovered> uncovered() const;

  struct State;
  State& state() { return *state_; }  // for the engine

 private:
  std::unique_ptr<State> state_;
};

// Errors: invalid_argument where the usage has another roster, or a need is too large to be counted in 64 bits.
Result<void> cover(const Plan& plan, const Usage& usage, const CoverOptions& options, Coverage& out);

// Many billing contexts, shared out to threads, the large ones first. Each is covered by one thread, but for one that is more than a
// thread's share of all: its pools are shared out.
struct CoverJob {
  const Plan* plan = nullptr;
  Usage usage;
  Coverage* out = nullptr;
};
// Errors: those of cover(), of the first job in order that has one; the others are done all the same.
Result<void> cover_all(std::span<const CoverJob> jobs, const CoverOptions& options);

}  // namespace prorata::utilization
