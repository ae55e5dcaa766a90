#include "utilization/lanes.h"

#include <algorithm>
#include <cstring>

// Loops are written once, to be inlined into a function of each set of instructions. A vector wider than the machine's is several of
// them, which the compiler sees to.
#define PRORATA_INLINE [[gnu::always_inline]] inline

namespace prorata::utilization {
namespace {

// Thirty-two days of one hour. Signed, because before SSE4.1 only those have a minimum, and cells stay below half of the range.
template <class Cell>
struct RowOf;
template <>
struct RowOf<std::uint32_t> {
  using Row [[gnu::vector_size(kDaysInBlock * 4)]] = std::int32_t;
  using Bits [[gnu::vector_size(kDaysInBlock * 4)]] = std::uint32_t;
};
template <>
struct RowOf<std::uint64_t> {
  using Row [[gnu::vector_size(kDaysInBlock * 8)]] = std::int64_t;
  using Bits [[gnu::vector_size(kDaysInBlock * 8)]] = std::uint64_t;
};

template <class Row, class Cell>
PRORATA_INLINE void load(Row& row, const Cell* cells) {
  std::memcpy(&row, cells, sizeof row);
}
template <class Row, class Cell>
PRORATA_INLINE void store(const Row& row, Cell* cells) {
  std::memcpy(cells, &row, sizeof row);
}
template <class Row>
PRORATA_INLINE std::uint32_t any(const Row& row) {
  return __builtin_reduce_or(row) != 0 ? 1 : 0;
}

template <class Cell, bool kStop>
PRORATA_INLINE Left cover_loop(Cell* need, Cell* rest, Cell* closed, Cell* sums) {
  using Row = typename RowOf<Cell>::Row;
  typename RowOf<Cell>::Bits taken{};
  Row need_left{};
  Row rest_left{};
  for (std::uint32_t at = 0; at < kCellsInBlock; at += kDaysInBlock) {
    Row n;
    Row r;
    load(n, need + at);
    load(r, rest + at);
    const Row t = __builtin_elementwise_min(n, r);
    taken += typename RowOf<Cell>::Bits(t);
    n -= t;
    r -= t;
    if constexpr (kStop) {
      Row c;
      load(c, closed + at);
      const Row met = t > 0;
      c += n & met;
      n &= ~met;
      store(c, closed + at);
    }
    need_left |= n;
    rest_left |= r;
    store(n, need + at);
    store(r, rest + at);
  }
  store(taken, sums);
  return {any(taken), any(need_left), any(rest_left)};
}

template <class Cell>
PRORATA_INLINE void sum_days_loop(const Cell* cells, Cell* sums) {
  typename RowOf<Cell>::Bits total{};
  for (std::uint32_t at = 0; at < kCellsInBlock; at += kDaysInBlock) {
    typename RowOf<Cell>::Bits row;
    load(row, cells + at);
    total += row;
  }
  store(total, sums);
}

template <class Cell>
PRORATA_INLINE Cell most_then_scale_loop(Cell* cells, Cell factor) {
  Cell most = 0;
  for (std::uint32_t i = 0; i < kCellsInBlock; ++i) most = std::max(most, cells[i]);
  if (factor != 1)
    for (std::uint32_t i = 0; i < kCellsInBlock; ++i) cells[i] *= factor;
  return most;
}

template <class Cell>
PRORATA_INLINE void expand_loop(const std::uint32_t* bits, Cell value, Cell* cells) {
  using Bits = typename RowOf<Cell>::Bits;
  Bits day;
  for (std::uint32_t i = 0; i < kDaysInBlock; ++i) day[i] = Cell{1} << i;
  for (std::uint32_t hour = 0; hour < kHoursPerDay; ++hour) {
    const Bits set = Bits((day & Cell{bits[hour]}) != 0) & value;
    store(set, cells + hour * kDaysInBlock);
  }
}

template <class Cell>
PRORATA_INLINE std::uint64_t sum_loop(const Cell* cells) {
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < kCellsInBlock; ++i) total += cells[i];
  return total;
}

PRORATA_INLINE std::size_t run_loop(const std::uint32_t* values, std::size_t count) {
  constexpr std::size_t kStretch = 64;
  const std::uint32_t first = values[0];
  std::size_t at = 0;
  for (; at + kStretch <= count; at += kStretch) {
    std::uint32_t differs = 0;
    for (std::size_t i = 0; i < kStretch; ++i) differs |= values[at + i] ^ first;
    if (differs != 0) break;
  }
  while (at < count && values[at] == first) ++at;
  return at;
}

#define PRORATA_CELL_LOOPS(name, cell, attributes)                                                                                \
  attributes Left cover_##name(cell* need, cell* rest, cell* sums) { return cover_loop<cell, false>(need, rest, nullptr, sums); } \
  attributes Left stop_##name(cell* need, cell* rest, cell* closed, cell* sums) {                                                 \
    return cover_loop<cell, true>(need, rest, closed, sums);                                                                      \
  }                                                                                                                               \
  attributes void sum_days_##name(const cell* cells, cell* sums) { sum_days_loop(cells, sums); }                                  \
  attributes cell scale_##name(cell* cells, cell factor) { return most_then_scale_loop(cells, factor); }                          \
  attributes void expand_##name(const std::uint32_t* bits, cell value, cell* cells) { expand_loop(bits, value, cells); }          \
  attributes std::uint64_t sum_##name(const cell* cells) { return sum_loop(cells); }                                              \
  constexpr CellLoops<cell> kCell_##name{cover_##name, stop_##name, sum_days_##name, scale_##name, expand_##name, sum_##name};

#define PRORATA_LANE_LOOPS(name, attributes)                                                                            \
  PRORATA_CELL_LOOPS(name##_narrow, std::uint32_t, attributes)                                                          \
  PRORATA_CELL_LOOPS(name##_wide, std::uint64_t, attributes)                                                            \
  attributes std::size_t run_##name(const std::uint32_t* values, std::size_t count) { return run_loop(values, count); } \
  constexpr LaneLoops kLoops_##name{kCell_##name##_narrow, kCell_##name##_wide, run_##name};

PRORATA_LANE_LOOPS(baseline, )
#ifdef __x86_64__
PRORATA_LANE_LOOPS(avx2, [[gnu::target("arch=x86-64-v3")]])
PRORATA_LANE_LOOPS(avx512, [[gnu::target("arch=x86-64-v4")]] __attribute__((min_vector_width(512))))
#endif

}  // namespace

const LaneLoops& lane_loops([[maybe_unused]] Instructions widest) {
#ifdef __x86_64__
  const bool avx512 = widest == Instructions::avx512 || widest == Instructions::best;
  if (avx512 && __builtin_cpu_supports("x86-64-v4")) return kLoops_avx512;
  if (widest != Instructions::baseline && __builtin_cpu_supports("x86-64-v3")) return kLoops_avx2;
#endif
  return kLoops_baseline;
}

}  // namespace prorata::utilization
