// A policy pack: one dated set of refund and exchange rules, as data. Packs are JSON files (policies/); wire/policy_pack reads them and
// check_pack() refuses a table that could leave a case without an answer.
//
//   const Pack* pack = TRY(packs.find("csp-2020"));
//   const Row& row = pack->rows[pack->row_index(elapsed_days, used)];
//
// Source: refund rules section 3, "Packs".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata::policy {

enum class Credit { full, pro_rated };
enum class Meter { refund, cancelled_commitment };
enum class OverLimit { clip, refuse };
enum class PriceBasis { purchase, lower_of_purchase_and_current };
enum class Channel { support_request, self_service };
enum class AtLeast { credit, credit_and_commitment };

// One line of the table: which returns it speaks of, and what they get.
struct Row {
  std::string name;                           // "later_used"
  std::int32_t elapsed_from = 0;              // days since the start, inclusive
  std::optional<std::int32_t> elapsed_until;  // inclusive; absent: without end
  bool used = false;
  Credit credit = Credit::pro_rated;
  Ratio fee_rate{0, 1};  // of the credit, 0..1
  friend bool operator==(const Row&, const Row&) = default;
};

struct AllowanceRule {
  std::int64_t limit_minor = 0;       // USD
  std::int32_t window_days = 365;     // of exactly 24 h
  Meter meter = Meter::refund;        // the one that binds unless the desk chose another
  std::vector<Meter> meters_allowed;  // which a desk may choose, the one above among them; empty: no choice
  OverLimit over_limit = OverLimit::refuse;
  friend bool operator==(const AllowanceRule&, const AllowanceRule&) = default;
};

struct ExchangeRule {
  AtLeast at_least = AtLeast::credit;
  bool counts_to_allowance = false;
  std::optional<Day> ends_for_bought_from;  // bought from this day: no exchange where a savings plan covers the family
  friend bool operator==(const ExchangeRule&, const ExchangeRule&) = default;
};

struct Pack {
  std::string id;  // "csp-2020"
  std::string title;
  std::string title_swedish;
  Day from;
  std::optional<Day> until;  // inclusive; absent: still in force
  std::vector<Row> rows;
  AllowanceRule allowance;
  PriceBasis price_basis = PriceBasis::purchase;
  std::vector<std::string> not_refundable;  // product words
  std::vector<std::string> not_exchangeable;
  std::vector<std::string> savings_plan_products;  // families a savings plan covers
  Channel channel = Channel::support_request;
  ExchangeRule exchange;

  // The row that speaks of such a return. check_pack() made sure there is exactly one. Requires elapsed >= 0.
  std::size_t row_index(std::int32_t elapsed_days, bool used) const;
  bool refundable(std::string_view product) const;
  bool exchangeable(std::string_view product) const;
  bool covered_by_savings_plan(std::string_view product) const;
  bool allows(Meter meter) const;
  friend bool operator==(const Pack&, const Pack&) = default;
};

// Refuses a gap, an overlap, an unreachable row, a repeated name, a rate outside 0..1, dates that run backwards, a meter that is not
// allowed, a limit or window that is not positive. Errors: invalid_data, with the place as a JSON pointer ("/rows/2/fee_rate").
Result<Pack> check_pack(Pack pack);

// All packs at hand, by id.
class PackSet {
 public:
  // Errors: already_exists where the id is taken by a different pack.
  Result<void> add(Pack pack);
  // Errors: not_found, listing the ids there are.
  Result<const Pack*> find(std::string_view id) const;
  std::span<const Pack> all() const { return packs_; }  // by date, then id

 private:
  std::vector<Pack> packs_;
};

}  // namespace prorata::policy

namespace prorata {
template <>
inline constexpr auto kWords<policy::Credit> =
    std::to_array<Word<policy::Credit>>({{policy::Credit::full, "full"}, {policy::Credit::pro_rated, "pro_rated"}});
template <>
inline constexpr auto kWords<policy::Meter> =
    std::to_array<Word<policy::Meter>>({{policy::Meter::refund, "refund"}, {policy::Meter::cancelled_commitment, "cancelled_commitment"}});
template <>
inline constexpr auto kWords<policy::OverLimit> =
    std::to_array<Word<policy::OverLimit>>({{policy::OverLimit::clip, "clip"}, {policy::OverLimit::refuse, "refuse"}});
template <>
inline constexpr auto kWords<policy::PriceBasis> = std::to_array<Word<policy::PriceBasis>>(
    {{policy::PriceBasis::purchase, "purchase"}, {policy::PriceBasis::lower_of_purchase_and_current, "lower_of_purchase_and_current"}});
template <>
inline constexpr auto kWords<policy::Channel> = std::to_array<Word<policy::Channel>>(
    {{policy::Channel::support_request, "support_request"}, {policy::Channel::self_service, "self_service"}});
template <>
inline constexpr auto kWords<policy::AtLeast> = std::to_array<Word<policy::AtLeast>>(
    {{policy::AtLeast::credit, "credit"}, {policy::AtLeast::credit_and_commitment, "credit_and_commitment"}});
}  // namespace prorata
