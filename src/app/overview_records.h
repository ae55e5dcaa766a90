// A customer at a glance, as it was computed for a day: the row of the view over all customers. Derived from everything else, and computed
// anew when a day begins or something of the customer changes (app/desk_overview.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata {

struct CustomerOverview {
  CustomerId customer;
  std::string name;
  std::optional<ResellerId> reseller;
  Currency currency = Currency::usd();  // of every amount that does not say USD
  Day day;                              // as of
  std::int64_t reservations = 0;        // active ones; the counts below are of these
  std::int64_t expiring_30 = 0;         // within so many days
  std::int64_t expiring_60 = 0;
  std::int64_t expiring_90 = 0;
  std::int64_t badly_used = 0;            // below the desk's threshold over 30 days
  std::int64_t refundable = 0;            // that would give something back today
  std::int64_t refundable_minor = 0;      // each by itself, before the allowance is shared between them
  std::int64_t refundable_usd_minor = 0;  // the same in the pricing currency
  std::int64_t price_unknown = 0;
  std::int64_t open_requests = 0;
  std::int64_t provider_credit_minor = 0;  // refunds that the provider owes
  std::int64_t customer_credit_minor = 0;  // refunds that this customer is owed
  std::int64_t allowance_used_minor = 0;   // USD, on the meter that binds
  std::int64_t allowance_held_minor = 0;
  std::int64_t allowance_free_minor = 0;
  friend bool operator==(const CustomerOverview&, const CustomerOverview&) = default;
};

enum class OverviewSort { name, expiring, badly_used, refundable, requests, credits, allowance };
template <>
inline constexpr auto kWords<OverviewSort> = std::to_array<Word<OverviewSort>>({{OverviewSort::name, "name"},
                                                                                {OverviewSort::expiring, "expiring"},
                                                                                {OverviewSort::badly_used, "badly_used"},
                                                                                {OverviewSort::refundable, "refundable"},
                                                                                {OverviewSort::requests, "requests"},
                                                                                {OverviewSort::credits, "credits"},
                                                                                {OverviewSort::allowance, "allowance"}});

// Every field that is set narrows the list. By name from the first letter on; by a figure the largest first, the allowance by what is used.
struct OverviewQuery {
  std::string text;  // in the name
  std::optional<CustomerId> customer;
  std::optional<ResellerId> reseller;
  bool expiring = false;  // at least one within 90 days
  bool badly_used = false;
  bool refundable = false;
  bool with_requests = false;
  bool with_credits = false;  // the provider or the partner owes some
  std::size_t limit = 50;
  OverviewSort sort = OverviewSort::name;
  std::string after;
};

// Sums over all rows that a query finds, of one currency.
struct OverviewTotals {
  Currency currency = Currency::usd();
  std::int64_t customers = 0;
  std::int64_t reservations = 0;
  std::int64_t expiring_90 = 0;
  std::int64_t badly_used = 0;
  std::int64_t refundable = 0;
  std::int64_t refundable_minor = 0;
  std::int64_t refundable_usd_minor = 0;
  std::int64_t open_requests = 0;
  std::int64_t provider_credit_minor = 0;
  std::int64_t customer_credit_minor = 0;
  friend bool operator==(const OverviewTotals&, const OverviewTotals&) = default;
};

}  // namespace prorata
