#include "policy/return_decision.h"

#include <algorithm>
#include <array>

namespace prorata::policy {
namespace {

constexpr std::size_t kPeriodDaysMax = 1'830;  // five years and a little: the longest term is found in the table

// A divisor for every length a period can have.
constexpr auto kPeriods = [] {
  std::array<Divisor, kPeriodDaysMax + 1> all;
  for (std::size_t days = 1; days < all.size(); ++days) all[days] = Divisor(static_cast<std::int64_t>(days));
  return all;
}();

[[gnu::always_inline]] inline std::int64_t scale_by_days(std::int64_t amount, std::int32_t days, std::int32_t period_days) {
  const auto length = static_cast<std::size_t>(period_days);
  if (length > kPeriodDaysMax) [[unlikely]]
    return scale_minor(amount, {days, period_days}, Rounding::half_away);
  return kPeriods[length].scale(amount, days, Rounding::half_away);
}

[[gnu::always_inline]] inline SideAmounts price_side(const SideFacts& facts, const ReturnFacts& all, const CompiledPack::FastRow& row) {
  SideAmounts a;
  a.paid = facts.paid;
  a.consumed = scale_by_days(facts.paid, all.period_days - all.left_days, all.period_days);
  a.pro_rated = a.paid - a.consumed;
  a.credit = row.full ? a.paid : a.pro_rated;
  if (all.basis_part < all.basis_over) a.credit = scale_minor(a.credit, {all.basis_part, all.basis_over}, Rounding::half_away);
  a.fee = row.fee_part == 0 ? 0 : row.fee_over.scale(a.credit, row.fee_part, Rounding::half_away);
  a.refund = a.credit - a.fee;
  a.remaining_commitment = facts.remaining;
  a.cancelled_commitment = a.credit + a.remaining_commitment;
  return a;
}

// Unknown usage is not "unused": of the two rows the one that pays less, and on a tie the one for used reservations.
const CompiledPack::FastRow& row_for(const ReturnFacts& facts, const CompiledPack& pack) {
  const CompiledPack::FastRow& used = pack.row(facts.elapsed_days, true);
  if (facts.usage == Usage::used) return used;
  const CompiledPack::FastRow& unused = pack.row(facts.elapsed_days, false);
  if (facts.usage == Usage::unused) return unused;
  return price_side(facts.billing, facts, unused).refund < price_side(facts.billing, facts, used).refund ? unused : used;
}

}  // namespace

CompiledPack::CompiledPack(const Pack& pack) : limit_(pack.allowance.limit_minor), clips_(pack.allowance.over_limit == OverLimit::clip) {
  for (const Row& row : pack.rows) last_day_ = std::max(last_day_, row.elapsed_from);
  for (std::int32_t day = 0; day <= last_day_; ++day) {
    for (const bool used : {false, true}) {
      const std::size_t index = pack.row_index(day, used);
      const Row& row = pack.rows[index];
      rows_.push_back({.fee_part = row.fee_rate.part,
                       .fee_over = Divisor(row.fee_rate.over),
                       .row = static_cast<std::int16_t>(index),
                       .full = row.credit == Credit::full});
    }
  }
}

ReturnAmounts decide_return(const ReturnFacts& facts, const CompiledPack& pack) {
  ReturnAmounts out;
  out.refusals = facts.refusals;
  out.free = std::max<std::int64_t>(0, pack.limit() - facts.allowance_used - facts.allowance_held);
  if (facts.accept_nothing) return out;

  const CompiledPack::FastRow& row = row_for(facts, pack);
  out.row = row.row;
  out.warnings = facts.warnings;
  out.billing = price_side(facts.billing, facts, row);
  out.pricing = price_side(facts.pricing, facts, row);
  out.metered = facts.meter == Meter::refund ? out.pricing.refund : out.pricing.cancelled_commitment;

  const bool over = out.metered > out.free;
  if (over && pack.clips()) {
    const std::int64_t kept = scale_minor(out.billing.refund, {out.free, out.pricing.refund}, Rounding::half_away);
    out.forfeited = out.billing.refund - kept;
    out.billing.refund = kept;
    out.pricing.refund = out.free;
    out.warnings.set(Warning::clipped);
  } else if (over) {
    out.refusals.set(Refusal::refund_limit_exceeded);
  }
  return out;
}

}  // namespace prorata::policy
