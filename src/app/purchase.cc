#include "app/purchase.h"

#include <array>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/customer_terms.h"
#include "app/shared.h"
#include "app/write.h"
#include "base/check.h"
#include "books/books.h"

namespace prorata {
namespace {

constexpr std::array kRoad = {ProvisioningState::pending_capacity, ProvisioningState::confirmed_capacity,
                              ProvisioningState::pending_billing, ProvisioningState::confirmed_billing, ProvisioningState::succeeded};

std::optional<Money> listed(const std::vector<PriceRow>& rows, Currency currency, Day today) {
  std::vector<PriceRow> matching;
  for (const PriceRow& row : rows)
    if (row.price.currency == currency) matching.push_back(row);
  const PriceRow* row = price_on(matching, today);
  return row == nullptr ? std::nullopt : std::optional(row->price);
}

Reservation unborn(const Customer& customer, Ratio price_ratio, const PurchaseLine& line, const PurchasePrice& price, const BoughtIds& ids,
                   Instant now) {
  Reservation r;
  r.id = ids.reservation;
  r.order = ids.order;
  r.customer = customer.id;
  r.name = line.name.empty() ? fmt::format("{} {} {}", line.sku, line.region, to_string(day_of(now))) : line.name;
  r.product = line.product;
  r.sku = line.sku;
  r.region = line.region;
  r.sku_description = sku_title(line);
  r.quantity = r.original_quantity = line.quantity;
  r.term = line.term;
  r.plan = line.plan;
  r.purchased = r.benefit_start = r.updated = now;
  r.expiry = expiry_of(now, line.term);
  r.scope = line.scope;
  r.billing_scope = line.billing_scope;
  r.instance_flexibility = line.instance_flexibility;
  r.renew = line.renew;
  if (line.renew) r.renewal = RenewalTerms{line.sku, line.quantity, line.term, line.plan};
  r.usage = Usage::unused;
  r.schedule = make_schedule(line.plan, line.term, day_of(now), price.billing, price.pricing);
  r.customer_price = scale(price.billing, price_ratio, Rounding::half_away);
  return r;
}

}  // namespace

std::string sku_title(const PurchaseLine& line) {
  const std::string_view kind = line.product == "VirtualMachines" ? "Reserved VM Instance, " : "";
  return fmt::format("{}{}, {}, {}", kind, line.sku, region_title(line.region),
                     line.term.years == 1 ? "1 Year" : fmt::format("{} Years", line.term.years));
}

Result<PurchasePrice> price_of(Snapshot& snapshot, FactsCache& cache, const PurchaseLine& line, Currency currency, Day today) {
  Reservation like;
  like.sku = line.sku;
  like.region = line.region;
  like.term = line.term;
  const std::vector<PriceRow>& rows = *TRY(cache.prices(snapshot, like));
  const std::optional<Money> billing = listed(rows, currency, today);
  const std::optional<Money> pricing = listed(rows, Currency::usd(), today);
  if (!billing && !pricing)
    return fail(Code::not_found,
                fmt::format("no price for {} in {} for {} on {}; import one with 'prorata import prices'", line.sku, line.region,
                            to_string(line.term), to_string(today)),
                {}, "no_price");
  const std::vector<ExchangeRate>& rates = *TRY(cache.rates(snapshot));
  const Money unit = billing ? *billing : TRY(convert(*pricing, currency, rates, today));
  const Money unit_pricing = pricing ? *pricing : TRY(convert(*billing, Currency::usd(), rates, today));
  return PurchasePrice{unit * line.quantity, unit_pricing * line.quantity};
}

Bought make_purchase(App& app, const Customer& customer, Ratio price_ratio, const PurchaseLine& line, const PurchasePrice& price,
                     const BoughtIds& ids, Instant now) {
  Bought bought;
  Reservation r = unborn(customer, price_ratio, line, price, ids, now);
  const auto note = [&] { bought.revisions.push_back({r.id, r.revision, now, app.actor, "purchase", r}); };
  note();
  for (const ProvisioningState next : kRoad) {
    Result<Reservation> step = advance(r, next, now);
    CHECK(step.has_value(), "the purchase road has no gaps");
    r = std::move(*step);
    note();
  }
  bought.order = {.id = ids.order,
                  .customer = customer.id,
                  .name = r.name,
                  .term = line.term,
                  .plan = line.plan,
                  .original_quantity = line.quantity,
                  .requested = now,
                  .created = now,
                  .benefit_start = now,
                  .expiry = r.expiry,
                  .state = ProvisioningState::succeeded,
                  .reservations = {r.id}};
  r.schedule = on_day(std::move(r.schedule), day_of(now));
  bought.revisions.back().after = r;
  bought.reservation = std::move(r);
  return bought;
}

std::vector<ledger::Entry> entries_of_purchase(App& app, const Bought& bought) {
  const Reservation& r = bought.reservation;
  const books::Event event{.at = r.purchased,
                           .customer = r.customer,
                           .group = r.order.text(),
                           .reservation = r.id.text(),
                           .memo = fmt::format("{} x {} bought", r.quantity, r.sku)};
  return books::write_purchase(event, {.schedule = r.schedule, .customer_lifetime = *r.customer_price}, entry_ids(app));
}

Result<PurchaseChanges> decide_purchase(App& app, Snapshot& snapshot, FactsCache& cache, const Customer& customer, const PurchaseLine& line,
                                        const BoughtIds& ids, Instant now) {
  if (line.quantity < 1) return fail(Code::invalid_argument, "buy at least one unit");
  PurchaseChanges out{.price = TRY(price_of(snapshot, cache, line, customer.currency, day_of(now)))};
  const Ratio ratio = TRY(load_terms(snapshot, customer, line.product)).price_ratio;
  Bought bought = make_purchase(app, customer, ratio, line, out.price, ids, now);
  out.changes.seen.push_back({Seen::Kind::customer, customer.id.text(), customer.version});
  out.changes.entries = entries_of_purchase(app, bought);
  out.changes.orders.push_back(std::move(bought.order));
  out.changes.reservations.push_back(std::move(bought.reservation));
  out.changes.revisions = std::move(bought.revisions);
  return out;
}

Result<Reservation> purchase(App& app, const PurchaseAsk& ask) {
  if (ask.line.quantity < 1) return fail(Code::invalid_argument, "buy at least one unit");
  const BoughtIds ids{OrderId::trusted(app.ids.next()), ReservationId::trusted(app.ids.next())};
  const PurchaseLine& line = ask.line;
  const WriteRequest request{ask.key, fmt::format("buy {} {} {} {} {} {}", ask.customer.text(), line.sku, line.region, to_string(line.term),
                                                  to_string(line.plan), line.quantity)};
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    const std::optional<Customer> customer = TRY(snapshot.customer(ask.customer));
    if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", ask.customer.text()));
    TRY(authorize(app, access::Right::buy, target_of_purchase(*customer, line.billing_scope)));
    if (customer->offer != OfferType::csp)
      return fail(Code::refused,
                  fmt::format("{} buys as {}, not through a cloud solution provider; it buys by itself: Azure portal, Reservations",
                              customer->name, to_string(customer->offer)));
    FactsCache cache;
    auto [changes, price] = TRY(decide_purchase(app, snapshot, cache, *customer, line, ids, moment.now));
    changes.audit = {
        .at = moment.now,
        .actor = app.actor,
        .action = "reservation.buy",
        .customer = customer->id.text(),
        .subject = ids.reservation.text(),
        .after = fmt::format("{} x {} for {} {}", line.quantity, line.sku, to_string(price.billing), price.billing.currency.code())};
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, ids.reservation.text()};
    return std::move(changes);
  }));
  const ReservationId bought_id = committed.replayed ? ReservationId::trusted(committed.answer) : ids.reservation;
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<Reservation> bought = TRY(snapshot->reservation(bought_id));
  if (!bought) return fail(Code::storage_corrupt, fmt::format("reservation {} was bought and is not here", bought_id.text()));
  return *bought;
}

}  // namespace prorata
