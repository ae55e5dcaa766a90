#include "app/quote_exchange.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/shared.h"
#include "app/write.h"

namespace prorata {
namespace {

Result<void> check_lines(const ExchangeAsk& ask, Buying buying) {
  if (ask.returns.empty()) return fail(Code::invalid_argument, "an exchange returns at least one reservation");
  if (buying == Buying::something && ask.purchases.empty())
    return fail(Code::invalid_argument, "an exchange buys at least one reservation");
  for (std::size_t i = 0; i < ask.returns.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (ask.returns[i].reservation == ask.returns[j].reservation)
        return fail(Code::invalid_argument,
                    fmt::format("reservation {} is named twice; say once how many units are returned", ask.returns[i].reservation.text()));
  for (const ExchangePurchaseAsk& each : ask.purchases)
    if (each.line.quantity < 1) return fail(Code::invalid_argument, fmt::format("buy at least one unit of {}", each.line.sku));
  return {};
}

// Copied where one reservation is returned and nothing was said; never silently Shared.
Result<Scope> scope_for(const ExchangePurchaseAsk& ask, const std::vector<Reservation>& returned) {
  if (ask.scope) return *ask.scope;
  if (returned.size() == 1) return returned.front().scope;
  return fail(Code::invalid_argument, fmt::format("several reservations are returned, so say which scope the new {} shall have: Shared, "
                                                  "/subscriptions/ID, ...",
                                                  ask.line.sku));
}

Result<ExchangePurchaseLine> priced_line(App& app, Snapshot& snapshot, FactsCache& cache, const ExchangePurchaseAsk& ask,
                                         const ExchangeFacts& facts, Currency currency) {
  const Reservation& like = facts.reservations.front();
  PurchaseLine line = ask.line;
  if (line.product.empty()) line.product = like.product;
  if (line.region.empty()) line.region = like.region;
  const PurchasePrice price = TRY(price_of(snapshot, cache, line, currency, day_of(facts.now)));
  return ExchangePurchaseLine{.order = OrderId::trusted(app.ids.next()),
                              .reservation = ReservationId::trusted(app.ids.next()),
                              .product = line.product,
                              .sku = line.sku,
                              .region = line.region,
                              .term = line.term,
                              .plan = line.plan,
                              .quantity = line.quantity,
                              .price = price.billing,
                              .pricing_price = price.pricing,
                              .scope = TRY(scope_for(ask, facts.reservations)),
                              .name = line.name,
                              .billing_scope = line.billing_scope};
}

ExchangeReturnLine return_line(const ExchangeFacts& facts, const policy::ExchangeDecision& decision, std::size_t i) {
  const policy::RefundDecision& line = decision.returns[i];
  return {.reservation = facts.reservations[i].id,
          .quantity = facts.returns[i].quantity,
          .credit = decision.credit(i),
          .remaining_commitment = decision.remaining_commitment(i),
          .order = facts.reservations[i].order,
          .plan = facts.reservations[i].plan,
          .completed_payments = line.completed_payments,
          .total_payments = line.total_payments,
          .total_paid = line.total_paid};
}

}  // namespace

Result<ExchangeFacts> load_exchange_facts(App& app, Snapshot& snapshot, const ExchangeAsk& ask, Buying buying) {
  TRY(check_lines(ask, buying));
  Moment moment = TRY(load_moment(app, snapshot));
  ExchangeFacts facts{.desk = std::move(moment.desk), .now = moment.now};
  FactsCache cache;
  for (const ExchangeReturnAsk& each : ask.returns) {
    Reservation stored = TRY(load_reservation(snapshot, each.reservation));
    Reservation today = on_day(stored, day_of(facts.now));
    const Customer customer = TRY(load_customer_of(snapshot, stored));
    if (facts.customer.id.empty()) facts.customer = customer;
    facts.returns.push_back({.facts = TRY(refund_case_of(snapshot, cache, customer, today, facts.now)),
                             .customer = customer.id,
                             .purchased = day_of(today.purchased),
                             .quantity = each.quantity == 0 ? today.quantity : each.quantity});
    if (!today.price_known())
      return fail(Code::invalid_argument, fmt::format("the price of reservation {} is unknown; import its order with the schedule "
                                                      "('prorata import azure'), or a price list ('prorata import prices')",
                                                      today.id.text()));
    facts.stored.push_back(std::move(stored));
    facts.reservations.push_back(std::move(today));
  }
  const Currency currency = facts.returns.front().facts.schedule.payments.front().billing.currency;
  for (const ExchangePurchaseAsk& each : ask.purchases)
    facts.purchases.push_back(TRY(priced_line(app, snapshot, cache, each, facts, currency)));
  return facts;
}

Result<GoverningExchange> decide_exchange_under_governing_pack(App& app, const ExchangeFacts& facts, const std::string& approved,
                                                               Instant as_of) {
  const Governing governing = TRY(governing_pack(facts.desk, app.packs, day_of(as_of)));
  std::vector<policy::ExchangePurchaseCase> purchases;
  for (const ExchangePurchaseLine& line : facts.purchases) purchases.push_back({line.product, line.quantity, line.price});
  return GoverningExchange{.pack = governing.pack,
                           .decision = TRY(decide_exchange(
                               facts.returns, purchases,
                               {.as_of = as_of, .channel_approved = !approved.empty(), .channel = facts.desk.channel}, *governing.pack))};
}

Exchange exchange_of(App& app, const ExchangeFacts& facts, const GoverningExchange& governing, Instant as_of) {
  const policy::ExchangeDecision& decision = governing.decision;
  Exchange exchange{.customer = facts.customer.id,
                    .state = ExchangeState::quoted,
                    .as_of = as_of,
                    .updated = facts.now,
                    .actor = app.actor,
                    .policy = governing.pack->id,
                    .purchases = facts.purchases,
                    .refunds_total = decision.refunds_total,
                    .purchases_total = decision.purchases_total,
                    .net_payable = decision.net_payable};
  for (std::size_t i = 0; i < facts.returns.size(); ++i) exchange.returns.push_back(return_line(facts, decision, i));
  return exchange;
}

Result<ExchangeQuote> quote_exchange(App& app, const ExchangeAsk& ask, const BesideExchangeQuote& beside) {
  const ExchangeId id = ExchangeId::trusted(app.ids.next());
  ExchangeQuote answer;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    answer = ExchangeQuote{.facts = TRY(load_exchange_facts(app, snapshot, ask))};
    for (const Reservation& each : answer.facts.stored)
      TRY(authorize(app, "Microsoft.Capacity/calculateexchange/action", target_of(TRY(load_customer_of(snapshot, each)), each)));
    GoverningExchange governing = TRY(decide_exchange_under_governing_pack(app, answer.facts, ask.approved, answer.facts.now));
    answer.exchange = exchange_of(app, answer.facts, governing, answer.facts.now);
    answer.exchange.id = id;
    answer.pack = governing.pack;
    answer.decision = std::move(governing.decision);

    Changes changes;
    changes.audit = {
        .at = answer.facts.now,
        .actor = app.actor,
        .action = "exchange.quote",
        .customer = answer.exchange.customer.text(),
        .subject = id.text(),
        .after = fmt::format("{} {} back, {} bought, {} to pay", to_string(answer.decision.refunds_total), answer.decision.currency.code(),
                             to_string(answer.decision.purchases_total), to_string(answer.decision.net_payable))};
    changes.exchanges.push_back(answer.exchange);
    if (beside) beside(answer, changes);
    return changes;
  }));
  answer.exchange.version = 1;
  return answer;
}

}  // namespace prorata
