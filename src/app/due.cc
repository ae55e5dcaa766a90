#include "app/due.h"

#include <algorithm>
#include <iterator>

#include "app/customer_terms.h"
#include "app/purchase.h"
#include "app/renewal_line.h"
#include "app/shared.h"
#include "books/books.h"

namespace prorata {
namespace {

template <class T>
void append(std::vector<T>& all, std::vector<T>& more) {
  std::ranges::move(more, std::back_inserter(all));
  more.clear();
}

}  // namespace

Result<const Customer*> Due::customer_of(const Reservation& reservation) {
  auto found = customers_.find(reservation.customer);
  if (found == customers_.end()) found = customers_.emplace(reservation.customer, TRY(load_customer_of(snapshot_, reservation))).first;
  return &found->second;
}

// Each instalment that fell due is charged on its own day.
void Due::charge_instalments(const Reservation& before, const Reservation& after) {
  if (!after.price_known()) return;
  const books::Event event{.customer = after.customer, .group = after.id.text(), .reservation = after.id.text()};
  const Money customer_lifetime = after.customer_price.value_or(total_billing(after.schedule));
  std::vector<ledger::Entry> entries = books::write_instalments(event, before.schedule, after.schedule, customer_lifetime, entry_ids(app_));
  instalments_ += static_cast<std::int64_t>(entries.size());
  append(changes_.entries, entries);
}

// At the end of its term a reservation that is to renew buys its successor; without a price it ends unrenewed.
Result<void> Due::renew(Reservation& ended) {
  const Customer& customer = *TRY(customer_of(ended));
  const RenewalTerms& terms = *ended.renewal;
  const PurchaseLine line = renewal_line(ended, terms);
  const Result<PurchasePrice> price = price_of(snapshot_, cache_, line, customer.currency, day_of(ended.expiry));
  if (!price && price.error().code == Code::not_found) {
    ++renewals_failed_;
    return {};
  }
  if (!price) return std::unexpected(price.error());
  const BoughtIds ids{OrderId::trusted(app_.ids.next()), ReservationId::trusted(app_.ids.next())};
  const Ratio ratio = TRY(load_terms(snapshot_, customer, line.product)).price_ratio;
  Bought bought = make_purchase(app_, customer, ratio, line, *price, ids, ended.expiry);
  std::vector<ledger::Entry> entries = entries_of_purchase(app_, bought);
  append(changes_.entries, entries);
  bought.reservation.lineage.renewed_from = ended.id;
  bought.revisions.back().after = bought.reservation;
  ended.lineage.renewed_into = ids.reservation;
  changes_.orders.push_back(std::move(bought.order));
  changes_.reservations.push_back(std::move(bought.reservation));
  append(changes_.revisions, bought.revisions);
  ++renewed_;
  return {};
}

Result<Reservation> Due::take(const Reservation& stored) {
  Reservation after = on_day(stored, day_of(now_));
  charge_instalments(stored, after);
  const bool ended = after.state == ProvisioningState::expired && stored.state != ProvisioningState::expired;
  if (!ended) return after;
  ++expired_;
  if (after.renew && after.renewal) TRY(renew(after));
  changes_.revisions.push_back({after.id, after.revision, after.expiry, app_.actor, "expire", after});
  return after;
}

void Due::move_into(Changes& changes) {
  append(changes.orders, changes_.orders);
  append(changes.reservations, changes_.reservations);
  append(changes.revisions, changes_.revisions);
  append(changes.entries, changes_.entries);
}

}  // namespace prorata
