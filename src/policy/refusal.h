// Why a return is refused, and what a person should be warned of. All reasons that apply are reported, in order of precedence; the
// first is the headline (refund rules section 5).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace prorata::policy {

// In order of precedence.
enum class Refusal : std::uint8_t {
  reservation_not_found,
  not_authorized,
  customer_offer_not_supported,
  reservation_not_active,
  operation_in_progress,
  invalid_quantity,
  product_not_refundable,
  transferred_upfront,
  support_request_required,
  refund_limit_exceeded,
  quote_expired,
  quote_stale,
};

enum class Warning : std::uint8_t { usage_unknown, current_price_unknown, clipped };

// A set of either, one bit each: a decision carries it without allocating.
template <class E>
struct Marks {
  std::uint16_t bits = 0;
  constexpr void set(E e, bool on = true) {
    bits = static_cast<std::uint16_t>(bits | (static_cast<unsigned>(on) << static_cast<unsigned>(e)));
  }
  constexpr void clear(E e) { bits = static_cast<std::uint16_t>(bits & ~(1U << static_cast<unsigned>(e))); }
  constexpr bool has(E e) const { return (bits >> static_cast<unsigned>(e) & 1U) != 0; }
  constexpr bool any() const { return bits != 0; }
  constexpr Marks& operator|=(Marks other) {
    bits = static_cast<std::uint16_t>(bits | other.bits);
    return *this;
  }
  friend constexpr bool operator==(const Marks&, const Marks&) = default;
};
using Refusals = Marks<Refusal>;
using Warnings = Marks<Warning>;

// Those that are set, in the order of their words, which is that of precedence.
template <class E>
std::vector<E> in_order(Marks<E> marks) {
  std::vector<E> out;
  for (const auto& [each, word] : kWords<E>)
    if (marks.has(each)) out.push_back(each);
  return out;
}

// The word an ARM client reads in policyErrors or error.code.
std::string_view arm_code(Refusal refusal);

// What a clerk would say, in English and Swedish.
std::string_view sentence(Refusal refusal, bool swedish);
std::string_view sentence(Warning warning, bool swedish);

}  // namespace prorata::policy

namespace prorata {
template <>
inline constexpr auto kWords<policy::Refusal> =
    std::to_array<Word<policy::Refusal>>({{policy::Refusal::reservation_not_found, "reservation_not_found"},
                                          {policy::Refusal::not_authorized, "not_authorized"},
                                          {policy::Refusal::customer_offer_not_supported, "customer_offer_not_supported"},
                                          {policy::Refusal::reservation_not_active, "reservation_not_active"},
                                          {policy::Refusal::operation_in_progress, "operation_in_progress"},
                                          {policy::Refusal::invalid_quantity, "invalid_quantity"},
                                          {policy::Refusal::product_not_refundable, "product_not_refundable"},
                                          {policy::Refusal::transferred_upfront, "transferred_upfront"},
                                          {policy::Refusal::support_request_required, "support_request_required"},
                                          {policy::Refusal::refund_limit_exceeded, "refund_limit_exceeded"},
                                          {policy::Refusal::quote_expired, "quote_expired"},
                                          {policy::Refusal::quote_stale, "quote_stale"}});
template <>
inline constexpr auto kWords<policy::Warning> =
    std::to_array<Word<policy::Warning>>({{policy::Warning::usage_unknown, "usage_unknown"},
                                          {policy::Warning::current_price_unknown, "current_price_unknown"},
                                          {policy::Warning::clipped, "clipped"}});
}  // namespace prorata
