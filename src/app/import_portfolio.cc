#include "app/import_portfolio.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::size_t kRefusalsKept = 1000;
constexpr std::size_t kTextBytesMax = 256;

bool ended(ProvisioningState state) {
  return state == ProvisioningState::cancelled || state == ProvisioningState::expired || state == ProvisioningState::failed;
}

// A reservation that still stands for units bought: not one that was split or merged into others.
bool holds_units(const Reservation& reservation) {
  const bool replaced = reservation.status && (reservation.status->code == "Split" || reservation.status->code == "Merged");
  return !replaced && reservation.quantity > 0;
}

template <class T>
void put(T& field, const std::optional<T>& said) {
  if (said) field = *said;
}

void put(std::string& field, const std::string& said) {
  if (!said.empty()) field = said;
}

template <class T>
void put(std::optional<T>& field, const std::optional<T>& said) {
  if (said) field = said;
}

void put_lineage(Lineage& lineage, const Lineage& said) {
  put(lineage.split_source, said.split_source);
  put(lineage.merge_destination, said.merge_destination);
  if (!said.split_destinations.empty()) lineage.split_destinations = said.split_destinations;
  if (!said.merge_sources.empty()) lineage.merge_sources = said.merge_sources;
}

// What lists are sorted and filtered by stands in indexes, which hold short texts only. Empty where every one of them is.
std::string_view too_long(const ImportedReservation& record) {
  for (const auto& [field, text] :
       {std::pair("name", &record.name), {"size", &record.sku}, {"region", &record.region}, {"product", &record.product}})
    if (text->size() > kTextBytesMax) return field;
  return {};
}

// The last subscription id in a path such as "/subscriptions/<id>".
std::string subscription_in(std::string_view scope) {
  const std::string lower = to_lower(scope);
  constexpr std::string_view kPrefix = "/subscriptions/";
  const auto at = lower.find(kPrefix);
  return at == std::string::npos ? lower : lower.substr(at + kPrefix.size(), 36);
}

// The same but for what every import moves.
bool same_facts(Reservation a, const Reservation& b) {
  a.version = b.version;
  a.revision = b.revision;
  return a == b;
}

bool same_facts(Order a, const Order& b) {
  a.version = b.version;
  a.revision = b.revision;
  return a == b;
}

}  // namespace

// What one commit reads and writes. It is made anew for each attempt, so an attempt that lost leaves nothing behind.
struct PortfolioImport::Batch {
  Instant now;
  Day observed;
  std::unordered_map<CustomerId, Customer> customers;
  std::unordered_map<std::string, CustomerId> customer_by_subscription;
  std::unordered_map<OrderId, Order> orders;
  std::unordered_map<OrderId, Order> orders_before;
  std::unordered_map<ReservationId, Reservation> reservations;
  std::unordered_map<ReservationId, Reservation> reservations_before;
  std::vector<ReservationId> touched;  // in the order the records came
  std::vector<OrderId> touched_orders;
  std::set<ReservationId> older;
  ImportCounts order_counts;
  ImportCounts reservation_counts;
  std::int64_t prices_unknown = 0;
  std::vector<ImportRefusal> refusals;

  void refuse_reservation(const ReservationId& id, std::string reason) {
    ++reservation_counts.refused;
    refusals.push_back({"reservation " + id.text(), std::move(reason)});
  }
};

Result<CustomerId> PortfolioImport::owner_of(Batch& batch, const ImportedReservation& record) {
  if (source_.customer) return *source_.customer;
  const auto order = batch.orders.find(record.order);
  if (order != batch.orders.end() && !order->second.customer.empty()) return order->second.customer;
  const auto found = batch.customer_by_subscription.find(subscription_in(record.billing_scope));
  if (found != batch.customer_by_subscription.end()) return found->second;
  return fail(Code::not_found, "no customer here has the subscription it is billed to; name the customer with --customer");
}

void PortfolioImport::merge_order(Batch& batch, const ImportedOrder& record) {
  const auto existing = batch.orders.find(record.id);
  const bool fresh = existing == batch.orders.end();
  if (fresh && !source_.customer) {
    ++batch.order_counts.refused;
    batch.refusals.push_back({"order " + record.id.text(),
                              "an order does not say whose it is; name the customer with --customer, or import its reservations first"});
    return;
  }
  Order order = fresh ? Order{.id = record.id, .customer = *source_.customer} : existing->second;
  if (source_.customer && order.customer != *source_.customer) {
    ++batch.order_counts.refused;
    batch.refusals.push_back({"order " + record.id.text(), fmt::format("belongs to customer {} here", order.customer.text())});
    return;
  }
  put(order.revision, record.revision);
  put(order.name, record.name);
  put(order.term, record.term);
  put(order.plan, record.plan);
  put(order.original_quantity, record.original_quantity);
  put(order.requested, record.requested);
  put(order.created, record.created);
  put(order.benefit_start, record.benefit_start);
  put(order.expiry, record.expiry);
  put(order.state, record.state);
  put(order.billing_account, record.billing_account);
  put(order.billing_profile, record.billing_profile);
  for (const ReservationId& id : record.reservations) add_reservation(order, id);
  if (!record.payments.empty() && order.schedule.payments != record.payments)
    order.schedule = {.observed = batch.observed, .payments = record.payments};
  batch.orders.insert_or_assign(record.id, std::move(order));
  batch.touched_orders.push_back(record.id);
}

void PortfolioImport::merge_reservation(Batch& batch, const ImportedReservation& record) {
  const Result<CustomerId> owner = owner_of(batch, record);
  if (!owner) return batch.refuse_reservation(record.id, owner.error().message);

  const auto existing = batch.reservations.find(record.id);
  const bool fresh = existing == batch.reservations.end();
  Reservation r = fresh ? Reservation{} : existing->second;
  if (!fresh && r.customer != *owner)
    return batch.refuse_reservation(record.id, fmt::format("belongs to customer {} here", r.customer.text()));
  if (!fresh && r.order != record.order)
    return batch.refuse_reservation(record.id, fmt::format("belongs to order {} here", r.order.text()));
  if (fresh && (!record.quantity || !record.term || !(record.benefit_start || record.purchased) || record.sku.empty()))
    return batch.refuse_reservation(record.id, "quantity, term, size and purchase date are needed; export the list with all fields");
  if (record.quantity && (*record.quantity < 0 || *record.quantity > 1'000'000))
    return batch.refuse_reservation(record.id, fmt::format("{} units cannot be", *record.quantity));
  if (const std::string_view field = too_long(record); !field.empty())
    return batch.refuse_reservation(record.id, fmt::format("its {} has more than {} bytes", field, kTextBytesMax));

  const bool older = !fresh && ((record.updated && *record.updated < r.updated) ||
                                (!record.updated && ended(r.state) && record.state && !ended(*record.state)));
  if (older) {
    batch.older.insert(record.id);
    batch.touched.push_back(record.id);
    return;
  }

  r.id = record.id;
  r.order = record.order;
  r.customer = *owner;
  put(r.name, record.name);
  put(r.product, record.product);
  put(r.sku, record.sku);
  put(r.region, record.region);
  put(r.sku_description, record.sku_description);
  put(r.quantity, record.quantity);
  if (fresh) r.original_quantity = r.quantity;
  put(r.term, record.term);
  put(r.plan, record.plan);
  put(r.purchased, record.purchased ? record.purchased : fresh ? record.benefit_start : std::nullopt);
  put(r.benefit_start, record.benefit_start ? record.benefit_start : fresh ? record.purchased : std::nullopt);
  put(r.expiry, record.expiry ? record.expiry : fresh ? std::optional(expiry_of(r.benefit_start, r.term)) : std::nullopt);
  put(r.updated, record.updated ? record.updated : fresh ? std::optional(r.purchased) : std::nullopt);
  put(r.state, record.state ? record.state : fresh ? std::optional(ProvisioningState::succeeded) : std::nullopt);
  if (record.state) r.status = record.status;
  put(r.scope, record.scope);
  put(r.instance_flexibility, record.instance_flexibility);
  put(r.archived, record.archived);
  put(r.renew, record.renew);
  put(r.renewal, record.renewal);
  put_lineage(r.lineage, record.lineage);
  put(r.billing_scope, record.billing_scope);
  const bool window_covers_life = record.usage_window_30_days_zero && days_between(day_of(r.benefit_start), batch.observed) <= 30;
  if (record.usage == Usage::used) r.usage = Usage::used;
  if (r.usage != Usage::used && window_covers_life) r.usage = Usage::unused;
  if (r.usage == Usage::unused && !window_covers_life) r.usage = Usage::unknown;  // nothing was seen, but not for long enough

  batch.reservations.insert_or_assign(record.id, std::move(r));
  batch.touched.push_back(record.id);

  // The order a reservation belongs to is known at least by name, even when only reservations are listed.
  const auto [named, known_by_name_only] = batch.orders.try_emplace(record.order, Order{.id = record.order, .customer = *owner});
  Order& order = named->second;
  if (known_by_name_only) {
    const Reservation& merged = batch.reservations.at(record.id);
    order.name = merged.name;
    order.term = merged.term;
    order.plan = merged.plan;
    order.requested = merged.purchased;
    order.benefit_start = merged.benefit_start;
    order.expiry = merged.expiry;
    order.state = merged.state;
  }
  add_reservation(order, record.id);
  batch.touched_orders.push_back(record.order);
}

// The schedule that the price list gives: the price of one unit at the purchase date, times the units. Empty where it has none.
Result<Schedule> PortfolioImport::listed_schedule(Snapshot& snapshot, const Reservation& r, Currency currency) {
  const PriceKey key{sku_key(r.sku), region_key(r.region), r.term.years};
  const std::lock_guard lock(*mutex_);
  auto cached = price_cache_.find(key);
  if (cached == price_cache_.end()) cached = price_cache_.emplace(key, TRY(snapshot.prices(r.sku, r.region, r.term))).first;

  const auto in = [&](Currency wanted) {
    std::vector<PriceRow> rows;
    for (const PriceRow& row : cached->second)
      if (row.price.currency == wanted) rows.push_back(row);
    const PriceRow* row = price_on(rows, day_of(r.purchased));
    return row == nullptr ? std::nullopt : std::optional(row->price * r.quantity);
  };
  const std::optional<Money> billing = in(currency);
  if (!billing) return Schedule{};
  return make_schedule(r.plan, r.term, day_of(r.benefit_start), *billing, in(Currency::usd()));
}

// Gives every reservation of the touched orders its share of the order's schedule, or a schedule from the price list.
Result<void> PortfolioImport::price_batch(Snapshot& snapshot, Batch& batch) {
  std::ranges::sort(batch.touched_orders);
  const auto repeated = std::ranges::unique(batch.touched_orders);
  batch.touched_orders.erase(repeated.begin(), repeated.end());
  for (const OrderId& id : batch.touched_orders) {
    const Order& order = batch.orders.at(id);
    if (order.schedule.empty()) continue;
    for (Reservation& stored : TRY(snapshot.reservations_of(id))) {
      batch.reservations_before.try_emplace(stored.id, stored);
      const ReservationId stored_id = stored.id;
      if (batch.reservations.try_emplace(stored_id, std::move(stored)).second) batch.touched.push_back(stored_id);
    }
    std::vector<Reservation*> holders;
    std::int64_t units = 0;
    for (const ReservationId& each : order.reservations) {
      const auto found = batch.reservations.find(each);
      if (found == batch.reservations.end() || !holds_units(found->second)) continue;
      holders.push_back(&found->second);
      units += found->second.quantity;
    }
    std::ranges::sort(holders, {}, &Reservation::id);
    Schedule rest = order.schedule;
    std::int64_t rest_units = std::max(order.original_quantity, units);
    for (Reservation* holder : holders) {
      Schedule share = split_off(rest, holder->quantity, rest_units);
      rest_units -= holder->quantity;
      if (holder->schedule.payments != share.payments) holder->schedule = std::move(share);
    }
  }
  for (const ReservationId& id : batch.touched) {
    Reservation& r = batch.reservations.at(id);
    if (r.price_known() || !holds_units(r) || !batch.orders.at(r.order).schedule.empty()) continue;
    r.schedule = TRY(listed_schedule(snapshot, r, batch.customers.at(r.customer).currency));
    if (!r.price_known()) ++batch.prices_unknown;
  }
  return {};
}

Result<Changes> PortfolioImport::merge(Snapshot& snapshot, std::span<const ImportedOrder> orders,
                                       std::span<const ImportedReservation> reservations, Batch& batch) {
  const Moment moment = TRY(load_moment(app_, snapshot));
  batch.now = moment.now;
  batch.observed = source_.as_of.value_or(day_of(moment.now));

  std::set<OrderId> order_ids;
  std::set<ReservationId> reservation_ids;
  for (const ImportedOrder& order : orders) order_ids.insert(order.id);
  for (const ImportedReservation& reservation : reservations) {
    order_ids.insert(reservation.order);
    reservation_ids.insert(reservation.id);
  }
  for (Order& order : TRY(snapshot.orders_by_id({order_ids.begin(), order_ids.end()}))) {
    batch.orders_before.emplace(order.id, order);
    batch.orders.emplace(order.id, order);
  }
  for (Reservation& r : TRY(snapshot.reservations_by_id({reservation_ids.begin(), reservation_ids.end()}))) {
    batch.reservations_before.emplace(r.id, r);
    batch.reservations.emplace(r.id, r);
  }
  if (source_.customer) {
    std::optional<Customer> customer = TRY(snapshot.customer(*source_.customer));
    if (!customer)
      return fail(Code::not_found,
                  fmt::format("customer {} is not in this desk; import it with 'prorata import customers'", source_.customer->text()));
    batch.customers.emplace(customer->id, *customer);
  } else {
    CustomerQuery everyone{.limit = 1000};
    do {
      Page<Customer> page = TRY(snapshot.customers(everyone));
      for (Customer& customer : page.items) {
        for (const Subscription& subscription : customer.subscriptions)
          batch.customer_by_subscription.emplace(subscription.id.text(), customer.id);
        batch.customers.emplace(customer.id, std::move(customer));
      }
      everyone.after = page.next;
    } while (!everyone.after.empty());
  }

  for (const ImportedOrder& record : orders) merge_order(batch, record);
  for (const ImportedReservation& record : reservations) merge_reservation(batch, record);
  std::ranges::sort(batch.touched);
  const auto repeated = std::ranges::unique(batch.touched);
  batch.touched.erase(repeated.begin(), repeated.end());
  TRY(price_batch(snapshot, batch));

  Changes changes{.audit = note(batch.now), .durable = Durable::soon};
  for (const OrderId& id : batch.touched_orders) {
    Order& order = batch.orders.at(id);
    const auto before = batch.orders_before.find(id);
    if (before != batch.orders_before.end() && same_facts(before->second, order)) {
      ++batch.order_counts.unchanged;
      continue;
    }
    ++(before == batch.orders_before.end() ? batch.order_counts.added : batch.order_counts.changed);
    changes.orders.push_back(std::move(order));
  }
  std::ranges::sort(batch.touched);
  for (const ReservationId& id : batch.touched) {
    Reservation& r = batch.reservations.at(id);
    const auto before = batch.reservations_before.find(id);
    const bool fresh = before == batch.reservations_before.end();
    if (batch.older.contains(id) && same_facts(before->second, r)) {
      ++batch.reservation_counts.older;
      continue;
    }
    if (!fresh && same_facts(before->second, r)) {
      ++batch.reservation_counts.unchanged;
      continue;
    }
    ++(fresh ? batch.reservation_counts.added : batch.reservation_counts.changed);
    r.revision = fresh ? 1 : before->second.revision + 1;
    changes.revisions.push_back(
        {.reservation = id, .number = r.revision, .at = batch.now, .actor = app_.actor, .action = "import", .after = r});
    changes.reservations.push_back(std::move(r));
  }
  return changes;
}

Result<void> PortfolioImport::take(std::span<const ImportedOrder> orders, std::span<const ImportedReservation> reservations) {
  Batch batch;
  TRY(write(app_.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    batch = Batch{};
    return merge(snapshot, orders, reservations, batch);
  }));
  const std::lock_guard lock(*mutex_);
  const auto add = [](ImportCounts& sum, const ImportCounts& more) {
    sum.added += more.added;
    sum.changed += more.changed;
    sum.unchanged += more.unchanged;
    sum.older += more.older;
    sum.refused += more.refused;
  };
  add(orders_, batch.order_counts);
  add(reservations_, batch.reservation_counts);
  prices_unknown_ += batch.prices_unknown;
  for (ImportRefusal& refusal : batch.refusals)
    if (refusals_.size() < kRefusalsKept) refusals_.push_back(std::move(refusal));
  return {};
}

AuditNote PortfolioImport::note(Instant now) const {
  return {.at = now,
          .actor = app_.actor,
          .action = "import.azure",
          .customer = source_.customer ? source_.customer->text() : "",
          .subject = source_.name};
}

Result<void> PortfolioImport::finish() {
  TRY(write(app_.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    Changes changes{.audit = note(TRY(load_moment(app_, snapshot)).now)};
    changes.audit.after = fmt::format("{} orders new, {} changed; {} reservations new, {} changed, {} refused", orders_.added,
                                      orders_.changed, reservations_.added, reservations_.changed, orders_.refused + reservations_.refused);
    return changes;
  }));
  return {};
}

Result<ImportCounts> import_customers(App& app, std::span<const Customer> customers, std::string source) {
  ImportCounts counts;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    counts = {};
    std::unordered_map<CustomerId, Customer> known;
    std::vector<CustomerId> ids;
    for (const Customer& customer : customers) ids.push_back(customer.id);
    for (Customer& customer : TRY(snapshot.customers_by_id(ids))) known.emplace(customer.id, std::move(customer));

    Changes changes;
    changes.audit = {.at = TRY(load_moment(app, snapshot)).now, .actor = app.actor, .action = "import.customers", .subject = source};
    std::unordered_map<CustomerId, std::size_t> written;  // a customer named twice in one file: the last one stands
    for (const Customer& said : customers) {
      Customer customer = said;
      const auto before = known.find(said.id);
      if (before != known.end()) {
        customer.version = before->second.version;
        customer.price_ratio = before->second.price_ratio;
        customer.handling_rate = before->second.handling_rate;
        if (customer.subscriptions.empty()) customer.subscriptions = before->second.subscriptions;
        if (customer.management_groups.empty()) customer.management_groups = before->second.management_groups;
      }
      if (before != known.end() && before->second == customer) {
        ++counts.unchanged;
        continue;
      }
      const auto [at, first] = written.try_emplace(customer.id, changes.customers.size());
      if (!first) {
        changes.customers[at->second] = std::move(customer);
        continue;
      }
      ++(before == known.end() ? counts.added : counts.changed);
      changes.customers.push_back(std::move(customer));
    }
    return changes;
  }));
  return counts;
}

namespace {

// The lists that are facts and nothing else: one commit, the same key again replaces the row.
template <class Row>
Result<void> import_rows(App& app, std::vector<Row> Changes::* field, std::vector<Row> rows, const std::string& action,
                         const std::string& source, const std::vector<HourlyPrice>& hourly = {}) {
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    Changes changes;
    changes.audit = {.at = TRY(load_moment(app, snapshot)).now, .actor = app.actor, .action = action, .subject = source};
    changes.*field = rows;
    changes.hourly_prices = hourly;
    return changes;
  }));
  return {};
}

}  // namespace

Result<void> import_prices(App& app, std::vector<PriceRow> rows, const std::string& source, std::vector<HourlyPrice> hourly) {
  return import_rows(app, &Changes::prices, std::move(rows), "import.prices", source, hourly);
}
Result<void> import_ratios(App& app, std::vector<FlexibilityRatio> rows, const std::string& source) {
  return import_rows(app, &Changes::ratios, std::move(rows), "import.ratios", source);
}
Result<void> import_rates(App& app, std::vector<ExchangeRate> rows, const std::string& source) {
  return import_rows(app, &Changes::rates, std::move(rows), "import.rates", source);
}

}  // namespace prorata
