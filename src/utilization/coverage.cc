// The problem. A partner's month is a hundred million machine hours. Each hour of each pool (region and flexibility group) is a small
// allocation: reservations in their order, machines in usage order, t = min(need, rest), both lessened by t. As SQL it is a sort and a
// window sum for each reservation's scope; hour by hour in a program it is a map and a branch for each cell.
//
// The idea. In t(r, v) of one hour only those cells count that stand before it: earlier reservations of the same machine and earlier
// machines of the same reservation. Any order of work that keeps those two orders gives the same cells, and no hour looks at another. So
// the hour becomes the innermost loop, and 32 hours are one value of a vector machine: no branch, no search, no sort.
//
//   for each machine, in usage order:            its need, one cell an hour, is written from rows or bits
//     for each reservation that may cover it:    in taking order; its rest, one cell an hour, stays in the cache
//       for all hours: t = min(need, rest); need -= t; rest -= t; day += t
//     what is left of need is uncovered
//
// Machines may as well be outermost: a reservation still meets them in usage order. Then a machine's need is written once and used at
// once, so one tile of a machine (3 KB a month) is all there is beside input and output, and rows are read once, front to back.
//
// Days are the lanes. A day's sum is wanted for each pair. Were hours side by side, it would be a sum across a vector, the one thing
// vectors do badly; with the days side by side (cell = hour_of_day * 32 + day, usage.h) it is 24 additions for all days of a month.
//
// Lanes have 32 bits where nothing can overflow: capacities and needs below 2^31, a day's need below 2^32. Capacities are known
// beforehand, needs only once the rows are added; a pool whose need turns out larger is done again with 64 bits. Both give the same cells.
//
// It ends early: a reservation with nothing left in a block of days is not asked again, and a machine without need asks nobody.
//
// Rows of one machine mostly come hour after hour. Such rows are copied by stretches into a line of hours, and the line is turned, eight
// days by eight hours at a time; only rows in another order are added one by one.
//
// What it costs: a row is a copied number, or one addition to a cell; a pair of machine and reservation is 24 steps of six instructions for
// a month, on 32 hours at a time. Beside input and output there is one tile a thread; rows in no order are put in order by a counting sort,
// part by part. Threads share nothing but the input: they have pools, or whole billing contexts, of their own.
#include "utilization/coverage.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "base/check.h"
#include "utilization/tiles.h"

namespace prorata::utilization {
namespace {

constexpr std::uint64_t kNarrowCellEnd = std::uint64_t{1} << 31U;
constexpr std::uint64_t kNarrowDayEnd = std::uint64_t{1} << 32U;

// The days of one block that one resource was covered by one version; its sums are number `at` of their kind.
struct TakeBlock {
  std::uint32_t resource = 0;
  std::uint32_t version = 0;
  std::uint32_t block = 0;
  std::uint32_t at = 0;
};

// What one thread found, resources ascending.
struct Found {
  Buffer<TakeBlock> narrow;
  Buffer<std::uint32_t> narrow_sums;
  Buffer<TakeBlock> wide;
  Buffer<std::uint64_t> wide_sums;
};

}  // namespace

struct Coverage::State {
  HourSpan span;
  std::uint32_t blocks = 0;
  std::vector<PlannedVersion> versions;
  std::vector<std::uint8_t> wide_pools;
  std::vector<std::uint8_t> wide_resources;  // empty where no pool is wide
  std::vector<std::size_t> rest_at;          // of each version, in the buffer of its kind
  Buffer<std::uint32_t> narrow_rest;
  Buffer<std::uint64_t> wide_rest;
  std::vector<std::uint8_t> exhausted;  // versions * blocks: nothing left in any hour
  std::size_t resources = 0;
  Buffer<std::uint32_t> narrow_uncovered;  // resources * blocks * 32 days
  Buffer<std::uint64_t> wide_uncovered;    // the same, where a pool is wide
  std::vector<Found> found;                // one a thread

  std::size_t cells() const { return std::size_t{blocks} * kCellsInBlock; }
  std::size_t days() const { return std::size_t{blocks} * kDaysInBlock; }
  bool is_wide(const PlannedVersion& version) const { return wide_pools[version.pool] != 0; }
  bool is_wide_resource(std::size_t resource) const { return !wide_resources.empty() && wide_resources[resource] != 0; }
  Day day(std::size_t lane) const { return add_days(day_of(span.from), static_cast<std::int32_t>(lane)); }
  std::int64_t rest(std::uint32_t version, std::uint32_t cell) const {
    const std::size_t at = rest_at[version] + cell;
    return is_wide(versions[version]) ? static_cast<std::int64_t>(wide_rest[at]) : std::int64_t{narrow_rest[at]};
  }

  template <class Cell>
  auto& rest_of() {
    if constexpr (sizeof(Cell) == 4)
      return narrow_rest;
    else
      return wide_rest;
  }
  template <class Cell>
  auto& uncovered_of() {
    if constexpr (sizeof(Cell) == 4)
      return narrow_uncovered;
    else
      return wide_uncovered;
  }
};

namespace {

using State = Coverage::State;

// The rows of one resource.
struct RowsOfOne {
  std::span<const std::uint16_t> hour;
  std::span<const std::uint32_t> quantity;
};

// Where each hour of a usage window stands in the tiles of a plan's span; hours outside go to a cell behind the last one. And which cells
// are hours of the span. Made once for all contexts of one month.
class Places {
 public:
  void make(HourSpan window, HourSpan span) {
    if (window == window_ && span == span_) return;
    window_ = window;
    span_ = span;
    const std::uint32_t outside = blocks_of(span) * kCellsInBlock;
    cells_.assign(static_cast<std::size_t>(window.hours()), outside);
    inside_.assign(std::size_t{blocks_of(span)} * kHoursPerDay, 0);
    const Day first = day_of(span.from);
    for (std::int32_t h = 0; h < window.hours(); ++h) {
      const Hour hour = add_hours(window.from, h);
      if (span.holds(hour)) cells_[static_cast<std::size_t>(h)] = cell_of(first, hour);
    }
    mark(span, inside_);
  }
  const std::uint32_t* cells() const { return cells_.data(); }
  std::span<const std::uint32_t> inside() const { return inside_; }
  void mark(HourSpan hours, std::vector<std::uint32_t>& words) const {
    const Day first = day_of(span_.from);
    for (Hour hour = hours.from; hour < hours.until; hour = add_hours(hour, 1)) {
      const std::uint32_t cell = cell_of(first, hour);
      words[cell / kDaysInBlock] |= std::uint32_t{1} << (cell % kDaysInBlock);
    }
  }

 private:
  HourSpan window_;
  HourSpan span_;
  std::vector<std::uint32_t> cells_;
  std::vector<std::uint32_t> inside_;  // words, as bits of usage
};

template <class Cell>
struct Tile {
  Buffer<Cell> need;  // one more than the cells, for hours outside of the span
  Buffer<Cell> closed;
  Buffer<Cell> before;
  Cell sums[kDaysInBlock];
  void reset(std::size_t cells) {
    need.reset(cells + 1);
    closed.reset(cells);
  }
};

// What a thread needs besides input and output, whatever it works on.
struct Workspace {
  Places places;
  std::vector<std::uint32_t> words;
  Tile<std::uint32_t> narrow;
  Tile<std::uint64_t> wide;
  Buffer<std::uint32_t> line;       // of one machine, an hour after the other
  std::vector<std::uint8_t> needs;  // of each block
  std::vector<std::uint16_t> hours;
  std::vector<std::uint32_t> quantities;
  std::vector<std::size_t> ends;
  std::vector<HourNu> hour_list;

  template <class Cell>
  Tile<Cell>& tile() {
    if constexpr (sizeof(Cell) == 4)
      return narrow;
    else
      return wide;
  }
};

// One thread's share of one billing context: the pools that belong to its part.
class Run {
 public:
  Run(const Plan& plan, const Usage& usage, const CoverOptions& options, State& state, Workspace& work,
      std::span<const unsigned> part_of_pool, unsigned part)
      : plan_(plan),
        usage_(usage),
        options_(options),
        loops_(lane_loops(options.instructions)),
        state_(state),
        found_(state.found[part]),
        work_(work),
        part_of_pool_(part_of_pool),
        part_(part) {}

  Result<void> run() {
    found_.narrow.shrink(0);
    found_.narrow_sums.shrink(0);
    found_.wide.shrink(0);
    found_.wide_sums.shrink(0);
    const UsageRows* rows = std::get_if<UsageRows>(&usage_);
    const UsageBitsView* bits = std::get_if<UsageBitsView>(&usage_);
    const HourSpan window = rows != nullptr ? rows->window() : bits->window;
    window_is_span_ = window == plan_.span();
    work_.places.make(window, plan_.span());
    work_.narrow.reset(state_.cells());
    if (!state_.wide_resources.empty()) work_.wide.reset(state_.cells());
    work_.needs.resize(state_.blocks);
    for (std::uint32_t version = 0; version < state_.versions.size(); ++version) fill_rest(version);
    if (rows == nullptr) return run_bits(*bits);
    return rows->resource_major() ? run_in_order(*rows) : run_sorting(*rows);
  }

 private:
  bool mine(std::uint32_t pool) const { return part_of_pool_.empty() || part_of_pool_[pool] == part_; }
  const PlannedResource& planned(std::size_t resource) const { return plan_.resources()[resource]; }

  // A version begins with all of its capacity in its active hours.
  void fill_rest(std::uint32_t index) {
    const PlannedVersion& version = state_.versions[index];
    if (!mine(version.pool) || version.active.empty()) return;
    std::span<const std::uint32_t> words = work_.places.inside();
    if (version.active != plan_.span()) {
      work_.words.assign(words.size(), 0);
      work_.places.mark(version.active, work_.words);
      words = work_.words;
    }
    for (std::size_t block = 0; block < state_.blocks; ++block) {
      const std::uint32_t* bits = words.data() + block * kHoursPerDay;
      const std::size_t at = state_.rest_at[index] + block * kCellsInBlock;
      if (state_.is_wide(version))
        loops_.wide.expand(bits, static_cast<std::uint64_t>(version.capacity), state_.wide_rest.data() + at);
      else
        loops_.narrow.expand(bits, static_cast<std::uint32_t>(version.capacity), state_.narrow_rest.data() + at);
      const bool none = std::all_of(bits, bits + kHoursPerDay, [](std::uint32_t word) { return word == 0; });
      state_.exhausted[std::size_t{index} * state_.blocks + block] = none ? 1 : 0;
    }
  }

  Result<void> run_in_order(const UsageRows& rows) {
    constexpr std::size_t kRowsAhead = 768;  // a machine's month
    fetched_ = &rows;
    std::size_t at = 0;
    for (std::size_t resource = 0; resource < rows.resources(); ++resource) {
      const bool has_rows = at < rows.size() && rows.resource()[at] == resource;
      const std::size_t count = has_rows ? loops_.run(rows.resource().data() + at, rows.size() - at) : 0;
      fetch_at_ = std::max(fetch_at_, at + count);
      fetch_until_ = std::min(rows.size(), at + count + kRowsAhead);
      TRY(cover_rows(resource, {rows.hour().subspan(at, count), rows.quantity().subspan(at, count)}));
      at += count;
    }
    return {};
  }

  // The rows of the next machine are asked for while this one is covered, a few at a time: the processor can wait for a few only, and
  // memory that is not asked rests.
  void fetch_some() {
    constexpr std::size_t kRowsOfAStep = 128;
    constexpr std::size_t kLine = 64;
    const std::size_t until = std::min(fetch_until_, fetch_at_ + kRowsOfAStep);
    for (std::size_t i = fetch_at_; i < until; i += kLine / sizeof(std::uint32_t)) {
      __builtin_prefetch(fetched_->resource().data() + i);
      __builtin_prefetch(fetched_->quantity().data() + i);
    }
    for (std::size_t i = fetch_at_; i < until; i += kLine / sizeof(std::uint16_t)) __builtin_prefetch(fetched_->hour().data() + i);
    fetch_at_ = until;
  }

  // Some resources at a time, so that the rows put in order are a part of all.
  Result<void> run_sorting(const UsageRows& rows) {
    constexpr std::size_t kRowsAtLeast = 1 << 20;
    constexpr std::size_t kPartsAtMost = 16;
    const std::size_t room = std::max(kRowsAtLeast, rows.size() / kPartsAtMost);
    std::vector<std::size_t> count(rows.resources());
    for (const std::uint32_t resource : rows.resource()) ++count[resource];
    for (std::size_t from = 0; from < count.size();) {
      std::size_t until = from;
      std::size_t sum = 0;
      work_.ends.clear();
      while (until < count.size() && (until == from || sum + count[until] <= room)) {
        work_.ends.push_back(sum);
        sum += count[until++];
      }
      sort_rows(rows, from, until, sum);
      std::size_t at = 0;
      for (std::size_t resource = from; resource < until; ++resource) {
        const std::size_t end = work_.ends[resource - from];
        TRY(cover_rows(resource, {std::span(work_.hours).subspan(at, end - at), std::span(work_.quantities).subspan(at, end - at)}));
        at = end;
      }
      from = until;
    }
    return {};
  }

  // ends: where each resource begins, and afterwards where it ends.
  void sort_rows(const UsageRows& rows, std::size_t from, std::size_t until, std::size_t count) {
    work_.hours.resize(std::max(work_.hours.size(), count));
    work_.quantities.resize(std::max(work_.quantities.size(), count));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t resource = rows.resource()[i];
      if (resource < from || resource >= until) continue;
      const std::size_t to = work_.ends[resource - from]++;
      work_.hours[to] = rows.hour()[i];
      work_.quantities[to] = rows.quantity()[i];
    }
  }

  Result<void> cover_rows(std::size_t resource, RowsOfOne rows) {
    if (!mine(planned(resource).pool)) return {};
    if (state_.is_wide_resource(resource)) {
      if (!fill_from_rows<std::uint64_t>(resource, rows)) return too_much(resource);
      cover_one<std::uint64_t>(resource);
    } else if (fill_from_rows<std::uint32_t>(resource, rows)) {
      cover_one<std::uint32_t>(resource);
    } else {
      state_.wide_pools[planned(resource).pool] = 1;
    }
    return {};
  }

  static std::unexpected<Error> too_much(std::size_t resource) {
    return fail(Code::invalid_argument, fmt::format("resource {} uses more in one hour than can be counted", resource));
  }

  // Rows whose hours ascend, as they mostly do: laid out in a line, and the line turned into cells.
  bool fill_in_line(RowsOfOne rows) {
    work_.line.reset(state_.cells());
    std::uint32_t* line = work_.line.data();
    fetch_some();
    std::memset(line, 0, state_.cells() * sizeof *line);
    fetch_some();
    const auto before = static_cast<std::uint32_t>(hour_of_day(plan_.span().from));
    return loops_.lay(rows.hour.data(), rows.quantity.data(), rows.hour.size(), line + before);
  }

  // The need of each hour in nu. False: the cells are too small for it.
  template <class Cell>
  bool fill_from_rows(std::size_t resource, RowsOfOne rows) {
    if constexpr (sizeof(Cell) == 4)
      if (window_is_span_ && fill_in_line(rows)) return turn_line(static_cast<std::uint64_t>(planned(resource).weight));
    Cell* need = work_.tile<Cell>().need.data();
    std::memset(need, 0, (state_.cells() + 1) * sizeof(Cell));
    const std::uint32_t* cells = work_.places.cells();
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < rows.hour.size(); ++i) {
      need[cells[rows.hour[i]]] += rows.quantity[i];
      total += rows.quantity[i];
    }
    // Cells can only have overflown where the total does, and then they do not add up to it.
    if (sizeof(Cell) == 4 && total > UINT32_MAX && total != sum_of_cells()) return false;
    return scale<Cell>(static_cast<std::uint64_t>(planned(resource).weight));
  }
  std::uint64_t sum_of_cells() {
    const std::uint32_t* need = work_.narrow.need.data();
    std::uint64_t sum = need[state_.cells()];
    for (std::size_t block = 0; block < state_.blocks; ++block) sum += loops_.narrow.sum(need + block * kCellsInBlock);
    return sum;
  }

  template <class Cell>
  const CellLoops<Cell>& loops() const {
    if constexpr (sizeof(Cell) == 4)
      return loops_.narrow;
    else
      return loops_.wide;
  }

  template <class Cell>
  static bool fits(std::uint64_t most, std::uint64_t weight) {
    const auto nu = static_cast<unsigned __int128>(most) * weight;
    if (sizeof(Cell) == 8) return nu <= static_cast<std::uint64_t>(kHourNuMax);
    return nu < kNarrowCellEnd && nu * kHoursPerDay < kNarrowDayEnd;
  }

  bool turn_line(std::uint64_t weight) {
    fetch_some();
    std::uint64_t most = 0;
    for (std::size_t block = 0; block < state_.blocks; ++block) {
      const std::size_t at = block * kCellsInBlock;
      const std::uint64_t of_block = loops_.turn(work_.line.data() + at, static_cast<std::uint32_t>(weight), work_.narrow.need.data() + at);
      work_.needs[block] = of_block != 0 ? 1 : 0;
      most = std::max(most, of_block);
    }
    return fits<std::uint32_t>(most, weight);
  }

  template <class Cell>
  bool scale(std::uint64_t weight) {
    Cell* need = work_.tile<Cell>().need.data();
    std::uint64_t most = 0;
    for (std::size_t block = 0; block < state_.blocks; ++block) {
      const std::uint64_t of_block = loops<Cell>().bound_then_scale(need + block * kCellsInBlock, static_cast<Cell>(weight));
      work_.needs[block] = of_block != 0 ? 1 : 0;
      most = std::max(most, of_block);
    }
    return fits<Cell>(most, weight);
  }

  Result<void> run_bits(const UsageBitsView& bits) {
    const std::size_t words = std::size_t{blocks_of(bits.window)} * kHoursPerDay;
    for (std::size_t resource = 0; resource < bits.resources; ++resource) {
      if (!mine(planned(resource).pool)) continue;
      const std::uint32_t* full = bits.full.data() + resource * words;
      const std::size_t from = bits.partials_from[resource];
      const auto partials = bits.partials.subspan(from, bits.partials_from[resource + 1] - from);
      if (!window_is_span_) {
        TRY(cover_rows(resource, as_rows(bits.window, {full, words}, partials)));
      } else if (state_.is_wide_resource(resource)) {
        if (!fill_from_bits<std::uint64_t>(resource, full, partials)) return too_much(resource);
        cover_one<std::uint64_t>(resource);
      } else if (fill_from_bits<std::uint32_t>(resource, full, partials)) {
        cover_one<std::uint32_t>(resource);
      } else {
        state_.wide_pools[planned(resource).pool] = 1;
      }
    }
    return {};
  }

  template <class Cell>
  bool fill_from_bits(std::size_t resource, const std::uint32_t* full, std::span<const PartialHour> partials) {
    const auto weight = static_cast<std::uint64_t>(planned(resource).weight);
    if (!fits<Cell>(kFullHour, weight)) return false;
    Cell* need = work_.tile<Cell>().need.data();
    for (std::size_t block = 0; block < state_.blocks; ++block) {
      const std::uint32_t* bits = full + block * kHoursPerDay;
      loops<Cell>().expand(bits, static_cast<Cell>(kFullHour * weight), need + block * kCellsInBlock);
      std::uint32_t any = 0;
      for (int i = 0; i < kHoursPerDay; ++i) any |= bits[i];
      work_.needs[block] = any != 0 ? 1 : 0;
    }
    std::uint64_t most = 0;
    for (const PartialHour& each : partials) {
      const std::uint64_t sum = need[each.cell] + each.quantity * weight;  // below 2^57 and 2^32 * 10^6
      need[each.cell] = static_cast<Cell>(sum);
      most = std::max(most, sum);
      work_.needs[each.cell / kCellsInBlock] = 1;
      if (!fits<Cell>(most, 1)) return false;
    }
    return true;
  }

  // Where the window is not the plan's span: hour by hour.
  RowsOfOne as_rows(HourSpan window, std::span<const std::uint32_t> full, std::span<const PartialHour> partials) {
    const Day first = day_of(window.from);
    work_.hours.clear();
    work_.quantities.clear();
    const auto add = [&](std::uint32_t cell, std::uint32_t quantity) {
      work_.hours.push_back(static_cast<std::uint16_t>(hours_between(window.from, hour_of_cell(first, cell))));
      work_.quantities.push_back(quantity);
    };
    for (std::uint32_t word = 0; word < full.size(); ++word)
      for (std::uint32_t bits = full[word]; bits != 0; bits &= bits - 1)
        add(word * kDaysInBlock + static_cast<std::uint32_t>(__builtin_ctz(bits)), kFullHour);
    for (const PartialHour& each : partials) add(each.cell, each.quantity);
    return {work_.hours, work_.quantities};
  }

  // The need stands in the tile.
  template <class Cell>
  void cover_one(std::size_t resource) {
    Tile<Cell>& tile = work_.tile<Cell>();
    const bool stop = options_.spill == Spill::stop;
    if (stop) std::memset(tile.closed.data(), 0, state_.cells() * sizeof(Cell));
    for (const std::uint32_t version : plan_.eligible(planned(resource))) {
      for (std::uint32_t block = 0; block < state_.blocks; ++block) {
        const bool nothing = work_.needs[block] == 0 || state_.exhausted[std::size_t{version} * state_.blocks + block] != 0;
        if (!nothing) take<Cell>(resource, version, block, stop);
      }
      if (options_.sink != nullptr) tell_taken(version, resource);
    }
    if (stop)
      for (std::size_t i = 0; i < state_.cells(); ++i) tile.need[i] += tile.closed[i];
    fetch_some();
    Cell* days = state_.uncovered_of<Cell>().data() + resource * state_.days();
    for (std::size_t block = 0; block < state_.blocks; ++block) {
      Cell* sums = days + block * kDaysInBlock;
      if (work_.needs[block] != 0 || stop)
        loops<Cell>().sum_days(tile.need.data() + block * kCellsInBlock, sums);
      else
        std::memset(sums, 0, kDaysInBlock * sizeof(Cell));
    }
    if (options_.sink != nullptr) tell_uncovered(resource);
  }

  template <class Cell>
  void take(std::size_t resource, std::uint32_t version, std::uint32_t block, bool stop) {
    fetch_some();
    Tile<Cell>& tile = work_.tile<Cell>();
    const std::size_t at = std::size_t{block} * kCellsInBlock;
    Cell* need = tile.need.data() + at;
    Cell* rest = state_.rest_of<Cell>().data() + state_.rest_at[version] + at;
    if (options_.sink != nullptr) remember(rest, at);
    auto& sums = sums_of<Cell>();
    Cell* days = sums.grow(kDaysInBlock);
    const Left left =
        stop ? loops<Cell>().cover_and_stop(need, rest, tile.closed.data() + at, days) : loops<Cell>().cover(need, rest, days);
    work_.needs[block] = left.need != 0 ? 1 : 0;
    state_.exhausted[std::size_t{version} * state_.blocks + block] = left.rest != 0 ? 0 : 1;
    if (left.taken == 0) {
      sums.shrink(sums.size() - kDaysInBlock);
      return;
    }
    const auto number = static_cast<std::uint32_t>(sums.size() / kDaysInBlock - 1);
    *takes_of<Cell>().grow(1) = {.resource = static_cast<std::uint32_t>(resource), .version = version, .block = block, .at = number};
  }

  template <class Cell>
  auto& sums_of() {
    if constexpr (sizeof(Cell) == 4)
      return found_.narrow_sums;
    else
      return found_.wide_sums;
  }
  template <class Cell>
  Buffer<TakeBlock>& takes_of() {
    return sizeof(Cell) == 4 ? found_.narrow : found_.wide;
  }

  // A sink sees wide lanes only, whose first run is the last: nothing is told twice.
  template <class Cell>
  void remember(const Cell* rest, std::size_t at) {
    Buffer<std::uint64_t>& before = work_.wide.before;
    if (before.size() != state_.cells()) {
      before.reset(state_.cells());
      std::memset(before.data(), 0, state_.cells() * sizeof(std::uint64_t));
    }
    std::copy(rest, rest + kCellsInBlock, before.data() + at);
    remembered_ = true;
  }
  void tell_taken(std::uint32_t version, std::size_t resource) {
    if (!remembered_) return;
    remembered_ = false;
    const std::uint64_t* rest = state_.wide_rest.data() + state_.rest_at[version];
    std::uint64_t* before = work_.wide.before.data();
    work_.hour_list.clear();
    const HourSpan active = state_.versions[version].active;
    for (Hour hour = active.from; hour < active.until; hour = add_hours(hour, 1)) {
      const std::uint32_t cell = cell_of(plan_.first_day(), hour);
      const bool took = before[cell] > rest[cell];  // a block that was not asked remembers nothing
      if (took) work_.hour_list.push_back({hour, static_cast<std::int64_t>(before[cell] - rest[cell])});
    }
    std::memset(before, 0, state_.cells() * sizeof(std::uint64_t));
    if (!work_.hour_list.empty()) options_.sink->taken(version, static_cast<std::uint32_t>(resource), work_.hour_list);
  }
  void tell_uncovered(std::size_t resource) {
    work_.hour_list.clear();
    const HourSpan span = plan_.span();
    for (Hour hour = span.from; hour < span.until; hour = add_hours(hour, 1)) {
      const std::uint64_t left = work_.wide.need[cell_of(plan_.first_day(), hour)];
      if (left != 0) work_.hour_list.push_back({hour, static_cast<std::int64_t>(left)});
    }
    if (!work_.hour_list.empty()) options_.sink->uncovered(static_cast<std::uint32_t>(resource), work_.hour_list);
  }

  const Plan& plan_;
  const Usage& usage_;
  const CoverOptions& options_;
  const LaneLoops& loops_;
  State& state_;
  Found& found_;
  Workspace& work_;
  std::span<const unsigned> part_of_pool_;  // empty: all are its own
  unsigned part_;
  const UsageRows* fetched_ = nullptr;
  std::size_t fetch_at_ = 0;
  std::size_t fetch_until_ = 0;
  bool window_is_span_ = false;
  bool remembered_ = false;
};

// Room for everything a run writes, under what is known of its pools.
void prepare(const Plan& plan, unsigned parts, State& state) {
  state.span = plan.span();
  state.blocks = plan.blocks();
  state.resources = plan.resources().size();
  state.found.resize(parts);
  const bool any_wide = std::ranges::find(state.wide_pools, 1) != state.wide_pools.end();
  state.wide_resources.clear();
  if (any_wide)
    for (const PlannedResource& each : plan.resources()) state.wide_resources.push_back(state.wide_pools[each.pool]);
  state.rest_at.resize(state.versions.size());
  std::size_t narrow = 0;
  std::size_t wide = 0;
  for (std::size_t i = 0; i < state.versions.size(); ++i) {
    std::size_t& end = state.is_wide(state.versions[i]) ? wide : narrow;
    state.rest_at[i] = end;
    if (!state.versions[i].active.empty()) end += state.cells();
  }
  state.narrow_rest.reset(narrow);
  state.wide_rest.reset(wide);
  state.exhausted.resize(state.versions.size() * state.blocks);
  state.narrow_uncovered.reset(state.resources * state.days());
  state.wide_uncovered.reset(any_wide ? state.resources * state.days() : 0);
}

std::vector<std::uint8_t> pools_wide_from_the_start(const Plan& plan, const CoverOptions& options) {
  const bool all = options.lanes == Lanes::wide || options.sink != nullptr;
  std::vector<std::uint8_t> wide(plan.pools(), all ? 1 : 0);
  for (const PlannedVersion& version : plan.versions())
    if (static_cast<std::uint64_t>(version.capacity) >= kNarrowCellEnd) wide[version.pool] = 1;
  return wide;
}

// Pools shared out so that the parts have about as much to do: the heaviest first, each to whoever has least. What a machine costs is its
// tile and one step for each reservation that may cover it.
std::vector<unsigned> share_pools(const Plan& plan, unsigned parts) {
  if (parts == 1) return {};
  constexpr std::uint64_t kTile = 4;
  std::vector<std::uint64_t> cost(plan.pools());
  for (const PlannedResource& each : plan.resources()) cost[each.pool] += kTile + each.eligible_count;
  std::vector<std::uint32_t> heaviest(plan.pools());
  std::iota(heaviest.begin(), heaviest.end(), 0U);
  std::ranges::sort(heaviest, {}, [&](std::uint32_t pool) { return std::pair(-static_cast<std::int64_t>(cost[pool]), pool); });
  std::vector<std::uint64_t> load(parts);
  std::vector<unsigned> part_of_pool(plan.pools());
  for (const std::uint32_t pool : heaviest) {
    const auto least = std::ranges::min_element(load);
    *least += cost[pool];
    part_of_pool[pool] = static_cast<unsigned>(least - load.begin());
  }
  return part_of_pool;
}

Result<void> run_parts(const Plan& plan, const Usage& usage, const CoverOptions& options, State& state, std::span<Workspace> work) {
  const auto parts = static_cast<unsigned>(work.size());
  const std::vector<unsigned> part_of_pool = share_pools(plan, parts);
  std::vector<Result<void>> results(parts);
  const auto run = [&](unsigned part) { results[part] = Run(plan, usage, options, state, work[part], part_of_pool, part).run(); };
  std::vector<std::thread> others;
  for (unsigned part = 1; part < parts; ++part) others.emplace_back(run, part);
  run(0);
  for (std::thread& each : others) each.join();
  for (const Result<void>& result : results) TRY(result);
  return {};
}

Result<void> check_usage(const Plan& plan, const Usage& usage) {
  const std::size_t resources = std::visit(
      [](const auto& form) -> std::size_t {
        if constexpr (requires { form.resources(); })
          return form.resources();
        else
          return form.resources;
      },
      usage);
  if (resources != plan.resources().size())
    return fail(Code::invalid_argument, fmt::format("the usage is of {} resources and the plan of {}; make both of one roster", resources,
                                                    plan.resources().size()));
  return {};
}

Result<void> cover_in(const Plan& plan, const Usage& usage, const CoverOptions& options, State& state, std::span<Workspace> work) {
  TRY(check_usage(plan, usage));
  state.versions.assign(plan.versions().begin(), plan.versions().end());
  state.wide_pools = pools_wide_from_the_start(plan, options);
  // A run that meets too large a need marks its pool and goes on, so that the second knows all of them.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::vector<std::uint8_t> before = state.wide_pools;
    prepare(plan, static_cast<unsigned>(work.size()), state);
    TRY(run_parts(plan, usage, options, state, work));
    if (state.wide_pools == before) return {};
  }
  CHECK(false, "a pool that is wide stays so");
  return {};
}

std::size_t size_of(const Usage& usage) {
  const UsageRows* rows = std::get_if<UsageRows>(&usage);
  return rows != nullptr ? rows->size() : std::get<UsageBitsView>(usage).full.size() * kDaysInBlock;
}

}  // namespace

Result<void> cover(const Plan& plan, const Usage& usage, const CoverOptions& options, Coverage& out) {
  const unsigned most = options.sink != nullptr ? 1 : std::max(1U, plan.pools());
  std::vector<Workspace> work(std::clamp(options.threads, 1U, most));
  return cover_in(plan, usage, options, out.state(), work);
}

// A job that is more than one thread's share of all is shared out by its pools, before the others; these have a thread each.

Result<void> cover_all(std::span<const CoverJob> jobs, const CoverOptions& options) {
  std::vector<std::size_t> order(jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(-static_cast<std::int64_t>(size_of(jobs[i].usage)), i); });
  std::vector<Result<void>> results(jobs.size());
  const unsigned threads = options.sink != nullptr ? 1 : std::max(1U, options.threads);
  std::size_t total = 0;
  for (const CoverJob& job : jobs) total += size_of(job.usage);
  std::size_t large = 0;
  for (; threads > 1 && large < order.size() && size_of(jobs[order[large]].usage) * threads > total; ++large) {
    const CoverJob& job = jobs[order[large]];
    results[order[large]] = cover(*job.plan, job.usage, options, *job.out);
  }
  std::atomic<std::size_t> next = large;
  const auto work_through = [&] {
    std::vector<Workspace> work(1);
    for (std::size_t turn = next++; turn < order.size(); turn = next++) {
      const CoverJob& job = jobs[order[turn]];
      results[order[turn]] = cover_in(*job.plan, job.usage, options, job.out->state(), work);
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work_through);
  work_through();
  for (std::thread& each : others) each.join();
  for (const Result<void>& result : results) TRY(result);
  return {};
}

Coverage::Coverage() : state_(std::make_unique<State>()) {}
Coverage::~Coverage() = default;
Coverage::Coverage(Coverage&&) noexcept = default;
Coverage& Coverage::operator=(Coverage&&) noexcept = default;

HourSpan Coverage::span() const { return state_->span; }
std::span<const PlannedVersion> Coverage::versions() const { return state_->versions; }

std::int64_t Coverage::unused(std::uint32_t version, Hour hour) const {
  if (!state_->versions[version].active.holds(hour)) return 0;
  return state_->rest(version, cell_of(day_of(state_->span.from), hour));
}
std::int64_t Coverage::used(std::uint32_t version, Hour hour) const {
  const PlannedVersion& planned = state_->versions[version];
  return planned.active.holds(hour) ? planned.capacity - unused(version, hour) : 0;
}

std::vector<DayOfVersion> Coverage::days(std::uint32_t version) const {
  const PlannedVersion& planned = state_->versions[version];
  std::vector<DayOfVersion> days;
  for (Hour hour = planned.active.from; hour < planned.active.until; hour = add_hours(hour, 1)) {
    const std::int64_t used_now = used(version, hour);
    if (days.empty() || days.back().day != day_of(hour))
      days.push_back({.day = day_of(hour), .used_least = used_now, .used_most = used_now});
    DayOfVersion& day = days.back();
    ++day.active_hours;
    day.reserved += planned.capacity;
    day.used += used_now;
    day.used_least = std::min(day.used_least, used_now);
    day.used_most = std::max(day.used_most, used_now);
  }
  return days;
}

namespace {

// The takes of one kind of one thread, from a place on.
struct Place {
  const Found* found = nullptr;
  bool wide = false;
  std::size_t at = 0;
  const Buffer<TakeBlock>& takes() const { return wide ? found->wide : found->narrow; }
  bool ended() const { return at == takes().size(); }
  std::uint32_t resource() const { return takes()[at].resource; }
  std::int64_t sum(const TakeBlock& take, std::uint32_t lane) const {
    const std::size_t i = std::size_t{take.at} * kDaysInBlock + lane;
    return wide ? static_cast<std::int64_t>(found->wide_sums[i]) : std::int64_t{found->narrow_sums[i]};
  }
};

}  // namespace

// A resource belongs to one pool, so all of its takes stand together in one place.
void Coverage::for_each_take(const std::function<void(const Take&)>& visit) const {
  std::vector<Place> places;
  for (const Found& found : state_->found) {
    if (found.narrow.size() > 0) places.push_back({&found, false});
    if (found.wide.size() > 0) places.push_back({&found, true});
  }
  while (!places.empty()) {
    const auto first = std::ranges::min_element(places, {}, &Place::resource);
    const std::uint32_t resource = first->resource();
    for (; !first->ended() && first->resource() == resource; ++first->at) {
      const TakeBlock& take = first->takes()[first->at];
      for (std::uint32_t lane = 0; lane < kDaysInBlock; ++lane) {
        const std::int64_t nu = first->sum(take, lane);
        if (nu != 0) visit({resource, take.version, state_->day(std::size_t{take.block} * kDaysInBlock + lane), nu});
      }
    }
    if (first->ended()) places.erase(first);
  }
}

void Coverage::for_each_uncovered(const std::function<void(const Uncovered&)>& visit) const {
  for (std::size_t resource = 0; resource < state_->resources; ++resource) {
    const std::size_t from = resource * state_->days();
    const bool wide = state_->is_wide_resource(resource);
    for (std::size_t lane = 0; lane < state_->days(); ++lane) {
      const std::int64_t nu =
          wide ? static_cast<std::int64_t>(state_->wide_uncovered[from + lane]) : std::int64_t{state_->narrow_uncovered[from + lane]};
      if (nu != 0) visit({static_cast<std::uint32_t>(resource), state_->day(lane), nu});
    }
  }
}

std::vector<Take> Coverage::takes() const {
  std::vector<Take> takes;
  for_each_take([&](const Take& take) { takes.push_back(take); });
  return takes;
}

std::vector<Uncovered> Coverage::uncovered() const {
  std::vector<Uncovered> uncovered;
  for_each_uncovered([&](const Uncovered& each) { uncovered.push_back(each); });
  return uncovered;
}

}  // namespace prorata::utilization
