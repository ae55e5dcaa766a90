// The inner loops of the engine, compiled once for each set of instructions and chosen when the program runs.
//
//   const LaneLoops& loops = lane_loops(Instructions::best);
//   const Left left = loops.narrow.cover(need, rest, day_sums);       // one block of 32 days, every hour of it
//
// A row of 32 days is one value, so that the loops are the pseudo-code of the rules, 32 hours at a time. Nothing here knows machines or
// reservations. Why days are the lanes stands in coverage.cc.
#pragma once

#include <cstddef>
#include <cstdint>

#include "utilization/usage.h"

namespace prorata::utilization {

// The widest set of instructions to use; one that the machine lacks is not used.
enum class Instructions { baseline, avx2, avx512, best };

// What there is after a reservation has taken: anything taken at all, needed still, and to be given still.
struct Left {
  std::uint32_t taken = 0;  // 0 or not 0, as the others
  std::uint32_t need = 0;
  std::uint32_t rest = 0;
};

// Cells of one block, kCellsInBlock of them, aligned to kTileAlignment; sums have kDaysInBlock. With 32 bits every cell is below 2^31, and
// 24 needs of one day are below 2^32 together.
inline constexpr std::size_t kTileAlignment = 64;

template <class Cell>
struct CellLoops {
  // t = min(need, rest) leaves both; sums are the t of each day.
  Left (*cover)(Cell* need, Cell* rest, Cell* sums);
  // The same, and what is left of a need that was met in part goes to `closed`.
  Left (*cover_and_stop)(Cell* need, Cell* rest, Cell* closed, Cell* sums);
  void (*sum_days)(const Cell* cells, Cell* sums);
  // A bound of all cells, the bits of all of them together, and less than twice the largest; after which they are multiplied.
  Cell (*bound_then_scale)(Cell* cells, Cell factor);
  // value where the bit is set, else zero; kHoursPerDay words.
  void (*expand)(const std::uint32_t* bits, Cell value, Cell* cells);
  // The sum of all, modulo 2^64.
  std::uint64_t (*sum)(const Cell* cells);
};

struct LaneLoops {
  CellLoops<std::uint32_t> narrow;
  CellLoops<std::uint64_t> wide;
  // How many of `count` equal the first.
  std::size_t (*run)(const std::uint32_t* values, std::size_t count);
  // line[hour] = quantity for each row. False where hours do not ascend strictly; what is in the line then is of no use.
  bool (*lay)(const std::uint16_t* hours, const std::uint32_t* quantities, std::size_t count, std::uint32_t* line);
  // A block of hours, one after the other, becomes cells. The rest is as bound_then_scale().
  std::uint32_t (*turn)(const std::uint32_t* line, std::uint32_t factor, std::uint32_t* cells);
};

const LaneLoops& lane_loops(Instructions widest);

}  // namespace prorata::utilization
