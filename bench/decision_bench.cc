// How many returns policy::decide_return decides in a second on one core: an array of 1,000,000 facts, all of them read and all of what is
// decided consumed. Its peer is a plain read of the same array, which is what the memory alone would allow.
#include <cstring>

#include "bench.h"
#include "policy/return_decision.h"
#include "wire/policy_pack.h"

using namespace prorata;
using namespace prorata::policy;
using namespace prorata::bench;

namespace {

constexpr std::int64_t kFacts = 1'000'000;
constexpr int kRounds = 15;

// Returns such as a partner's desk sees: prices from tens to hundreds of thousands, three terms, both plans, every usage.
std::vector<ReturnFacts> made_up_facts() {
  Numbers numbers(2026);
  std::vector<ReturnFacts> all(kFacts);
  for (ReturnFacts& facts : all) {
    const bool monthly = numbers.in(0, 3) == 0;
    const auto years = static_cast<std::int32_t>(numbers.in(0, 2) * 2 + 1);
    facts.elapsed_days = static_cast<std::int32_t>(numbers.in(0, 10) == 0 ? numbers.in(0, 6) : numbers.in(6, std::int64_t{years} * 365));
    facts.period_days = monthly ? static_cast<std::int32_t>(numbers.in(28, 32)) : years * 365;
    facts.left_days = monthly ? static_cast<std::int32_t>(numbers.in(0, 29)) : facts.period_days - facts.elapsed_days;
    facts.billing.paid = numbers.in(1'000, 40'000'000);
    facts.pricing.paid = facts.billing.paid * 95 / 1000;
    if (monthly) facts.billing.remaining = facts.billing.paid * numbers.in(1, std::int64_t{years} * 12);
    if (monthly) facts.pricing.remaining = facts.billing.remaining * 95 / 1000;
    facts.allowance_used = numbers.in(0, 4'000'000);
    facts.allowance_held = numbers.in(0, 8) == 0 ? numbers.in(0, 500'000) : 0;
    if (numbers.in(0, 4) == 0) facts.basis_part = numbers.in(900, 1000), facts.basis_over = 1000;
    facts.usage = static_cast<Usage>(numbers.in(0, 8) == 0 ? 0 : numbers.in(1, 3));
    facts.meter = Meter::refund;
  }
  return all;
}

std::int64_t decide_all(const std::vector<ReturnFacts>& all, const CompiledPack& pack) {
  std::int64_t sum = 0;
  for (const ReturnFacts& facts : all) {
    const ReturnAmounts amounts = decide_return(facts, pack);
    sum += amounts.billing.refund + amounts.pricing.refund + amounts.metered + amounts.forfeited + amounts.refusals.bits;
  }
  return sum;
}

std::uint64_t read_all(const std::vector<ReturnFacts>& all) {
  std::uint64_t sum = 0;
  const auto* bytes = reinterpret_cast<const char*>(all.data());
  const std::size_t size = all.size() * sizeof(ReturnFacts);
  for (std::size_t at = 0; at + sizeof sum <= size; at += sizeof sum) {
    std::uint64_t word;
    std::memcpy(&word, bytes + at, sizeof word);
    sum += word;
  }
  return sum;
}

}  // namespace

int main() {
  say_if_busy();
  const Result<PackSet> packs = wire::load_packs({});
  CHECK(packs.has_value(), "the packs of the program can be read");
  const std::vector<ReturnFacts> all = made_up_facts();
  volatile std::uint64_t kept = 0;  // what was decided is used, so nothing may be left out

  Table table({"decide_return, one core", "decisions", "a plain read", "of the read", "goal 20 M/s"});
  for (const Pack& pack : packs->all()) {
    const CompiledPack compiled(pack);
    Samples ours;
    Samples peer;
    for (int round = 0; round < kRounds; ++round) {
      ours.add(seconds_of([&] { kept = kept + static_cast<std::uint64_t>(decide_all(all, compiled)); }));
      peer.add(seconds_of([&] { kept = kept + read_all(all); }));
    }
    const double per_second = static_cast<double>(kFacts) / ours.median();
    table.add({pack.id, rate(per_second), rate(static_cast<double>(kFacts) / peer.median()), times(peer.median() / ours.median()),
               per_second >= 20e6 ? "reached" : "missed"});
  }
  table.print();
  fmt::print("  {} facts of {} bytes; {} rounds taking turns, medians\n", kFacts, sizeof(ReturnFacts), kRounds);
}
