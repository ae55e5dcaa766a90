#include "app/portfolio_view.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/shared.h"

namespace prorata {
namespace {

bool may_list(const App& app, const access::Target& target) {
  return allowed(app, access::Right::list_customers, target, access::Access::read);
}

}  // namespace

Result<Page<Customer>> customers_seen(App& app, CustomerQuery query) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  if (app.acting == nullptr) return snapshot->customers(query);
  if (app.acting->principal.reseller) query.reseller = app.acting->principal.reseller;
  const std::size_t take = query.limit;
  Page<Customer> out;
  do {
    query.limit = std::max(take - out.items.size(), std::size_t{1});
    Page<Customer> page = TRY(snapshot->customers(query));
    for (Customer& each : page.items)
      if (may_list(app, target_of(each))) out.items.push_back(std::move(each));
    out.next = std::move(page.next);
    query.after = out.next;
  } while (!out.next.empty() && out.items.size() < take);
  return out;
}

Result<Page<Reservation>> reservations_seen(App& app, ReservationQuery query) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  if (app.acting == nullptr) return snapshot->reservations(query);
  if (app.acting->principal.customer) {
    if (query.customer && query.customer != app.acting->principal.customer) return Page<Reservation>{};
    query.customer = app.acting->principal.customer;
  }
  std::unordered_map<CustomerId, Customer> known;
  const Wanted wanted = [&](const Reservation& reservation) -> Result<bool> {
    auto found = known.find(reservation.customer);
    if (found == known.end()) found = known.emplace(reservation.customer, TRY(load_customer_of(*snapshot, reservation))).first;
    return may_list(app, target_of(found->second, reservation));
  };
  const Instant now = TRY(load_moment(app, *snapshot)).now;
  ListedReservations listed = TRY(list_reservations(*snapshot, query, {.take = query.limit, .now = now}, wanted));
  return Page<Reservation>{std::move(listed.items), std::move(listed.next)};
}

Result<Reservation> open_reservation(App& app, const ReservationId& id) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Reservation stored = TRY(load_reservation(*snapshot, id));
  TRY(authorize(app, access::Right::open_record, target_of(TRY(load_customer_of(*snapshot, stored)), stored), access::Access::read));
  return on_day(std::move(stored), day_of(TRY(load_moment(app, *snapshot)).now));
}

Result<void> check_open(App& app, const CustomerId& id) {
  if (app.acting == nullptr) return {};
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::optional<Customer> customer = TRY(snapshot->customer(id));
  if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
  return authorize(app, access::Right::open_record, target_of(*customer), access::Access::read);
}

Result<std::vector<CustomerId>> open_ones(App& app, std::vector<CustomerId> ids) {
  std::vector<CustomerId> out;
  for (CustomerId& each : ids) {
    const Result<void> open = check_open(app, each);
    if (open)
      out.push_back(std::move(each));
    else if (open.error().code != Code::forbidden && open.error().code != Code::not_found)
      return std::unexpected(open.error());
  }
  return out;
}

}  // namespace prorata
