#include "utilization/lanes.h"

#include <algorithm>
#include <cstring>

// Loops are written once, to be inlined into a function of each set of instructions. They hold some days of one hour in one value: as many
// as leave room in the registers for what is carried from hour to hour, which is two vectors of the machine a value.
#define PRORATA_INLINE [[gnu::always_inline]] inline

namespace prorata::utilization {
namespace {

template <class Cell, std::uint32_t kBytes>
struct RowOf;
// Signed, because before SSE4.1 only those have a minimum, and cells stay below half of the range.
template <std::uint32_t kBytes>
struct RowOf<std::uint32_t, kBytes> {
  using Row [[gnu::vector_size(kBytes)]] = std::int32_t;
  using Bits [[gnu::vector_size(kBytes)]] = std::uint32_t;
};
template <std::uint32_t kBytes>
struct RowOf<std::uint64_t, kBytes> {
  using Row [[gnu::vector_size(kBytes)]] = std::int64_t;
  using Bits [[gnu::vector_size(kBytes)]] = std::uint64_t;
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

template <std::uint32_t kBytes, bool kStop, class Cell>
PRORATA_INLINE Left cover_loop(Cell* need, Cell* rest, Cell* closed, Cell* sums) {
  using Row = typename RowOf<Cell, kBytes>::Row;
  using Bits = typename RowOf<Cell, kBytes>::Bits;
  constexpr std::uint32_t kDays = kBytes / sizeof(Cell);
  Row any_taken{};
  Row any_need{};
  Row any_rest{};
  for (std::uint32_t day = 0; day < kDaysInBlock; day += kDays) {
    Bits taken{};
    for (std::uint32_t at = day; at < kCellsInBlock; at += kDaysInBlock) {
      Row n;
      Row r;
      load(n, need + at);
      load(r, rest + at);
      const Row t = __builtin_elementwise_min(n, r);
      taken += Bits(t);
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
      any_need |= n;
      any_rest |= r;
      store(n, need + at);
      store(r, rest + at);
    }
    any_taken |= Row(taken);
    store(taken, sums + day);
  }
  return {any(any_taken), any(any_need), any(any_rest)};
}

template <std::uint32_t kBytes, class Cell>
PRORATA_INLINE void sum_days_loop(const Cell* cells, Cell* sums) {
  using Bits = typename RowOf<Cell, kBytes>::Bits;
  constexpr std::uint32_t kDays = kBytes / sizeof(Cell);
  for (std::uint32_t day = 0; day < kDaysInBlock; day += kDays) {
    Bits total{};
    for (std::uint32_t at = day; at < kCellsInBlock; at += kDaysInBlock) {
      Bits row;
      load(row, cells + at);
      total += row;
    }
    store(total, sums + day);
  }
}

template <class Cell>
PRORATA_INLINE Cell bound_then_scale_loop(Cell* cells, Cell factor) {
  Cell bound = 0;
  for (std::uint32_t i = 0; i < kCellsInBlock; ++i) bound |= cells[i];
  if (factor != 1)
    for (std::uint32_t i = 0; i < kCellsInBlock; ++i) cells[i] *= factor;
  return bound;
}

template <std::uint32_t kBytes, class Cell>
PRORATA_INLINE void expand_loop(const std::uint32_t* bits, Cell value, Cell* cells) {
  using Bits = typename RowOf<Cell, kBytes>::Bits;
  constexpr std::uint32_t kDays = kBytes / sizeof(Cell);
  for (std::uint32_t day = 0; day < kDaysInBlock; day += kDays) {
    Bits bit_of_day;
    for (std::uint32_t i = 0; i < kDays; ++i) bit_of_day[i] = Cell{1} << (day + i);
    for (std::uint32_t hour = 0; hour < kHoursPerDay; ++hour) {
      const Bits set = Bits((bit_of_day & Cell{bits[hour]}) != 0) & value;
      store(set, cells + hour * kDaysInBlock + day);
    }
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

// Hours mostly follow each other, and stretches of them are copied as they are. Where they do not, eight rows go one by one before the next
// look, so that looking costs little.
PRORATA_INLINE bool lay_loop(const std::uint16_t* hours, const std::uint32_t* quantities, std::size_t count, std::uint32_t* line) {
  constexpr std::size_t kStretch = 16;
  constexpr std::size_t kOneByOne = 8;
  constexpr std::uint32_t kHoursEnd = 1U << 16U;
  std::uint32_t least = 0;  // that the next hour may be
  for (std::size_t at = 0; at < count;) {
    const std::uint32_t first = hours[at];
    if (first < least) return false;
    if (at + kStretch <= count && first + kStretch <= kHoursEnd) {
      std::uint16_t gaps = 0;
      for (std::size_t i = 0; i < kStretch; ++i)
        gaps = static_cast<std::uint16_t>(gaps | (hours[at + i] ^ static_cast<std::uint16_t>(first + i)));
      if (gaps == 0) {
        std::memcpy(line + first, quantities + at, kStretch * sizeof *line);
        least = first + kStretch;
        at += kStretch;
        continue;
      }
    }
    for (const std::size_t end = std::min(count, at + kOneByOne); at < end; ++at) {
      if (hours[at] < least) return false;
      line[hours[at]] = quantities[at];
      least = hours[at] + 1U;
    }
  }
  return true;
}

// Eight days by eight hours at a time, turned in three rounds of pairs, pairs of pairs and halves.
template <bool kScale>
PRORATA_INLINE std::uint32_t turn_all(const std::uint32_t* line, std::uint32_t factor, std::uint32_t* cells) {
  using Eight = RowOf<std::uint32_t, 32>::Bits;
  constexpr std::size_t kSide = 8;
  Eight bound{};
  for (std::size_t day = 0; day < kDaysInBlock; day += kSide)
    for (std::size_t hour = 0; hour < kHoursPerDay; hour += kSide) {
      Eight a[kSide];
      Eight b[kSide];
      for (std::size_t i = 0; i < kSide; ++i) {
        load(a[i], line + (day + i) * kHoursPerDay + hour);
        bound |= a[i];
        if constexpr (kScale) a[i] *= factor;
      }
      for (std::size_t i = 0; i < kSide; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
      }
      for (std::size_t i = 0; i < kSide; i += 4)
        for (std::size_t j = i; j < i + 2; ++j) {
          a[j] = __builtin_shufflevector(b[j], b[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
          a[j + 2] = __builtin_shufflevector(b[j], b[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
      for (std::size_t i = 0; i < kSide / 2; ++i) {
        b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
      }
      for (std::size_t i = 0; i < kSide; ++i) store(b[i], cells + (hour + i) * kDaysInBlock + day);
    }
  return __builtin_reduce_or(bound);
}
PRORATA_INLINE std::uint32_t turn_loop(const std::uint32_t* line, std::uint32_t factor, std::uint32_t* cells) {
  return factor == 1 ? turn_all<false>(line, factor, cells) : turn_all<true>(line, factor, cells);
}

#define PRORATA_CELL_LOOPS(name, cell, bytes, attributes)                                                                                \
  attributes Left cover_##name(cell* need, cell* rest, cell* sums) { return cover_loop<bytes, false, cell>(need, rest, nullptr, sums); } \
  attributes Left stop_##name(cell* need, cell* rest, cell* closed, cell* sums) {                                                        \
    return cover_loop<bytes, true, cell>(need, rest, closed, sums);                                                                      \
  }                                                                                                                                      \
  attributes void sum_days_##name(const cell* cells, cell* sums) { sum_days_loop<bytes>(cells, sums); }                                  \
  attributes cell scale_##name(cell* cells, cell factor) { return bound_then_scale_loop(cells, factor); }                                \
  attributes void expand_##name(const std::uint32_t* bits, cell value, cell* cells) { expand_loop<bytes>(bits, value, cells); }          \
  attributes std::uint64_t sum_##name(const cell* cells) { return sum_loop(cells); }                                                     \
  constexpr CellLoops<cell> kCell_##name{cover_##name, stop_##name, sum_days_##name, scale_##name, expand_##name, sum_##name};

#define PRORATA_LANE_LOOPS(name, bytes, attributes)                                                                                 \
  PRORATA_CELL_LOOPS(name##_narrow, std::uint32_t, bytes, attributes)                                                               \
  PRORATA_CELL_LOOPS(name##_wide, std::uint64_t, bytes, attributes)                                                                 \
  attributes std::size_t run_##name(const std::uint32_t* values, std::size_t count) { return run_loop(values, count); }             \
  attributes bool lay_##name(const std::uint16_t* hours, const std::uint32_t* quantities, std::size_t count, std::uint32_t* line) { \
    return lay_loop(hours, quantities, count, line);                                                                                \
  }                                                                                                                                 \
  attributes std::uint32_t turn_##name(const std::uint32_t* line, std::uint32_t factor, std::uint32_t* cells) {                     \
    return turn_loop(line, factor, cells);                                                                                          \
  }                                                                                                                                 \
  constexpr LaneLoops kLoops_##name{kCell_##name##_narrow, kCell_##name##_wide, run_##name, lay_##name, turn_##name};

PRORATA_LANE_LOOPS(baseline, 32, )
#ifdef __x86_64__
PRORATA_LANE_LOOPS(avx2, 64, [[gnu::target("arch=x86-64-v3")]])
PRORATA_LANE_LOOPS(avx512, 128, [[gnu::target("arch=x86-64-v4")]] __attribute__((min_vector_width(512))))
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
