#include "app/desk_view.h"

#include <unordered_map>

#include "app/authorize.h"

namespace prorata {
namespace {

struct KnownCustomer {
  Customer customer;
  policy::AllowanceHistory history;
};

Result<std::optional<policy::RefundDecision>> decide_one(const policy::RefundCase& facts, const KnownCustomer& known, Instant now,
                                                         const policy::Pack& pack) {
  const policy::Meter meter = pack.allowance.meter;
  const policy::RefundCase with = with_allowance(facts, known.history, now, pack, meter);
  return std::optional(TRY(decide_refund(with, {.quantity = facts.quantity, .as_of = now, .channel_approved = true}, pack)));
}

Result<const KnownCustomer*> customer_of(Snapshot& snapshot, std::unordered_map<CustomerId, KnownCustomer>& known, const CustomerId& id,
                                         Instant now) {
  auto found = known.find(id);
  if (found == known.end()) {
    KnownCustomer fresh{.customer = TRY(snapshot.customer(id)).value_or(Customer{.id = id, .name = id.text()}),
                        .history = TRY(load_allowance(snapshot, id, now))};
    found = known.emplace(id, std::move(fresh)).first;
  }
  return &found->second;
}

}  // namespace

Result<DeskView> desk_view(App& app, std::size_t limit) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Moment moment = TRY(load_moment(app, *snapshot));
  const Governing governing = TRY(governing_pack(moment.desk, app.packs, day_of(moment.now)));
  DeskView view{.desk = std::move(moment.desk),
                .now = moment.now,
                .governing = governing.pack,
                .meter = TRY(binding_meter(*governing.pack, governing.meter)),
                .counts = TRY(snapshot->counts())};
  for (const policy::Pack& pack : app.packs.all()) view.packs.push_back(&pack);

  FactsCache cache;
  std::unordered_map<CustomerId, KnownCustomer> known;
  const Page<Reservation> page = TRY(snapshot->reservations({.state = ProvisioningState::succeeded,
                                                             .expires_from = add_days(day_of(view.now), 1),
                                                             .sort = ReservationSort::expiry,
                                                             .limit = limit}));
  for (const Reservation& stored : page.items) {
    const KnownCustomer& customer = *TRY(customer_of(*snapshot, known, stored.customer, view.now));
    if (!allowed(app, access::Right::list_customers, target_of(customer.customer, stored), access::Access::read)) continue;
    DeskRow row{.customer = customer.customer.name,
                .reservation = on_day(stored, day_of(view.now)),
                .days_left = days_between(day_of(view.now), day_of(stored.expiry))};
    row.by_pack.resize(view.packs.size());
    if (row.reservation.price_known()) {
      const policy::RefundCase facts = TRY(refund_case_of(*snapshot, cache, customer.customer, row.reservation, view.now));
      for (std::size_t i = 0; i < view.packs.size(); ++i) row.by_pack[i] = TRY(decide_one(facts, customer, view.now, *view.packs[i]));
    }
    view.rows.push_back(std::move(row));
  }
  if (!page.next.empty()) view.more = std::max<std::int64_t>(0, view.counts.reservations - static_cast<std::int64_t>(view.rows.size()));

  CustomerQuery everyone{.limit = 200};
  const Page<Customer> customers = TRY(snapshot->customers(everyone));
  for (const Customer& customer : customers.items) {
    if (!allowed(app, access::Right::list_customers, target_of(customer), access::Access::read)) continue;
    const policy::AllowanceHistory history = TRY(load_allowance(*snapshot, customer.id, view.now));
    const policy::AllowanceState state = allowance_at(history, view.now, view.governing->allowance.window_days);
    if (state.used != policy::MeteredAmount{} || state.held != policy::MeteredAmount{}) view.allowances.push_back({customer.name, state});
  }
  return view;
}

}  // namespace prorata
