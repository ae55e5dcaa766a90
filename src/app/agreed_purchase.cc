#include "app/agreed_purchase.h"

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/customer_terms.h"
#include "app/shared.h"
#include "app/write.h"

namespace prorata {
namespace {

std::string said(const PurchaseLine& line) {
  return fmt::format("{} {} {} {} {} {} {}", line.product, sku_key(line.sku), region_key(line.region), to_string(line.term),
                     to_string(line.plan), line.quantity, line.billing_scope);
}

// All that is asked, in one line: the same id must come back with the same.
std::string canonical(const AgreedPurchaseAsk& ask) {
  const PurchaseLine& line = ask.line;
  return fmt::format("purchase {} for {}: {} '{}' {} {} {} {}", ask.order.text(), ask.customer.text(), said(line), line.name,
                     to_string(line.scope.type), line.scope.id, line.renew, line.instance_flexibility);
}

Result<AgreedPrice> promised(Snapshot& snapshot, const AgreedPurchaseAsk& ask, Instant now) {
  if (TRY(snapshot.order(ask.order)))
    return fail(Code::already_exists, fmt::format("reservation order {} exists already", ask.order.text()), {}, "order_exists");
  std::optional<AgreedPrice> agreed = TRY(snapshot.agreed_price(ask.order));
  if (!agreed)
    return fail(Code::not_found, fmt::format("no price was calculated for reservation order {}", ask.order.text()), {}, "no_quote");
  if (agreed->customer != ask.customer || said(agreed->line) != said(ask.line))
    return fail(Code::refused, fmt::format("the price for reservation order {} was calculated for another purchase", ask.order.text()), {},
                "other_purchase");
  if (add_seconds(agreed->as_of, kAgreedPriceValidSeconds) < now)
    return fail(Code::expired_quote, fmt::format("the price for reservation order {} was calculated at {} and has expired",
                                                 ask.order.text(), to_string(agreed->as_of)));
  return *agreed;
}

// As the price list spells it: it takes any letter case, and what is bought bears the list's.
Result<std::string> listed_sku(Snapshot& snapshot, const PurchaseLine& line) {
  const std::vector<PriceRow> rows = TRY(snapshot.prices(line.sku, line.region, line.term));
  return rows.empty() ? line.sku : rows.front().sku;
}

Result<Customer> buyer(Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
  if (customer->offer != OfferType::csp)
    return fail(Code::refused,
                fmt::format("{} buys as {}, not through a cloud solution provider", customer->name, to_string(customer->offer)), {},
                "customer_offer_not_supported");
  return *std::move(customer);
}

AuditNote audit_of(const App& app, Instant now, const CustomerId& customer, std::string action, std::string subject, std::string after) {
  return {.at = now,
          .actor = app.actor,
          .action = std::move(action),
          .customer = customer.text(),
          .subject = std::move(subject),
          .after = std::move(after)};
}

}  // namespace

Result<AgreedPrice> agree_price(App& app, const PriceAsk& ask) {
  const OrderId order = OrderId::trusted(app.ids.next());
  AgreedPrice agreed;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    const Customer customer = TRY(buyer(snapshot, ask.customer));
    TRY(authorize(app, "Microsoft.Capacity/calculateprice/action", target_of_purchase(customer, ask.line.billing_scope)));
    FactsCache cache;
    const PurchasePrice price = TRY(price_of(snapshot, cache, ask.line, customer.currency, day_of(moment.now)));

    PurchaseLine line = ask.line;
    line.sku = TRY(listed_sku(snapshot, line));
    agreed = {.id = order,
              .customer = customer.id,
              .line = std::move(line),
              .billing = price.billing,
              .pricing = price.pricing,
              .as_of = moment.now};
    Changes changes;
    changes.audit = audit_of(
        app, moment.now, customer.id, "price.calculate", order.text(),
        fmt::format("{} x {} for {} {}", ask.line.quantity, ask.line.sku, to_string(price.billing), price.billing.currency.code()));
    changes.agreed_prices.push_back(agreed);
    return changes;
  }));
  return agreed;
}

Result<AgreedPurchase> buy_at_agreed_price(App& app, const AgreedPurchaseAsk& ask) {
  const ReservationId reservation = ReservationId::trusted(app.ids.next());
  const WriteRequest request{"purchase " + ask.order.text(), canonical(ask)};
  const Result<Committed> committed = write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    const AgreedPrice agreed = TRY(promised(snapshot, ask, moment.now));
    const Customer customer = TRY(buyer(snapshot, ask.customer));
    TRY(authorize(app, access::Right::buy, target_of_purchase(customer, ask.line.billing_scope)));

    PurchaseLine line = ask.line;
    line.sku = agreed.line.sku;
    const Ratio ratio = TRY(load_terms(snapshot, customer, line.product)).price_ratio;
    Bought bought = make_purchase(app, customer, ratio, line, {agreed.billing, agreed.pricing}, {ask.order, reservation}, moment.now);
    Changes changes;
    changes.audit = audit_of(
        app, moment.now, customer.id, "reservation.buy", reservation.text(),
        fmt::format("{} x {} for {} {}", ask.line.quantity, ask.line.sku, to_string(agreed.billing), agreed.billing.currency.code()));
    changes.seen.push_back({Seen::Kind::customer, customer.id.text(), customer.version});
    changes.entries = entries_of_purchase(app, bought);
    changes.orders.push_back(std::move(bought.order));
    changes.reservations.push_back(std::move(bought.reservation));
    changes.revisions = std::move(bought.revisions);
    changes.idempotency = IdempotencyRecord{request.key, request.request, reservation.text()};
    if (moment.desk.lag_seconds > 0)
      changes.operations.push_back({.id = OperationId::trusted(ask.order.text()),
                                    .kind = "purchase",
                                    .customer = customer.id,
                                    .resource = access::to_string(access::scope_of(ask.order)),
                                    .started = moment.now,
                                    .ready = add_seconds(moment.now, moment.desk.lag_seconds),
                                    .state = "Succeeded"});
    return changes;
  });
  if (!committed && committed.error().code == Code::key_reused)
    return fail(Code::already_exists, fmt::format("reservation order {} was bought by another request", ask.order.text()), {},
                "order_exists");
  if (!committed) return std::unexpected(committed.error());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<Order> order = TRY(snapshot->order(ask.order));
  std::optional<Reservation> bought =
      TRY(snapshot->reservation(ReservationId::trusted(committed->answer.empty() ? reservation.text() : committed->answer)));
  if (!order || !bought) return fail(Code::storage_corrupt, fmt::format("order {} was bought and is not here", ask.order.text()));
  return AgreedPurchase{*std::move(order), *std::move(bought), committed->replayed};
}

}  // namespace prorata
