#include "app/request_quote.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/request_record.h"
#include "app/shared.h"
#include "base/fingerprint.h"

namespace prorata {
namespace {

using request::Quoted;
using request::Request;

std::unexpected<Error> moved(const Request& request, const Reservation& reservation) {
  return fail(Code::refused,
              fmt::format("reservation {} belongs to another customer since {} was made; withdraw it and make one for the new customer",
                          reservation.id.text(), request::number_text(request.number)),
              {}, "customer_moved");
}

Instant valid_until(Instant as_of) {
  return std::min(add_seconds(as_of, kQuoteValidSeconds), Instant{start_of(add_days(day_of(as_of), 1)).ticks - 1});
}

Quoted quoted_of(const policy::RefundDecision& d, Instant as_of, const std::string& policy) {
  Quoted q{.as_of = as_of,
           .valid_until = valid_until(as_of),
           .policy = policy,
           .fingerprint = figures_mark(d),
           .refund = d.refund,
           .fee = d.billing(d.amounts.billing.fee),
           .forfeited = d.billing(d.amounts.forfeited),
           .remaining_commitment = d.billing(d.amounts.billing.remaining_commitment),
           .purchases_total = d.billing(0),
           .net_payable = d.billing(0),
           .pricing_refund = policy::RefundDecision::pricing(d.amounts.pricing.refund),
           .pricing_cancelled = policy::RefundDecision::pricing(d.amounts.pricing.cancelled_commitment),
           .clipped = d.needs_consent()};
  for (const policy::Refusal each : in_order(d.amounts.refusals)) q.refusals.emplace_back(to_string(each));
  for (const policy::Warning each : in_order(d.amounts.warnings)) q.warnings.emplace_back(to_string(each));
  return q;
}

Quoted quoted_of(const ExchangeQuote& quote, Instant as_of) {
  const policy::ExchangeDecision& d = quote.decision;
  const Money none{0, d.currency};
  Quoted q{.as_of = as_of,
           .valid_until = valid_until(as_of),
           .policy = quote.exchange.policy,
           .fingerprint = figures_mark(quote.exchange),
           .refund = d.refunds_total,
           .fee = none,
           .forfeited = none,
           .remaining_commitment = d.commitments,
           .purchases_total = d.purchases_total,
           .net_payable = d.net_payable,
           .pricing_refund = Money{0, Currency::usd()},
           .pricing_cancelled = Money{0, Currency::usd()}};
  for (const policy::RefundDecision& each : d.returns) {
    q.pricing_refund.minor += each.amounts.pricing.credit;
    q.pricing_cancelled.minor += each.amounts.pricing.cancelled_commitment;
  }
  for (const policy::Refusal each : in_order(d.line_refusals)) q.refusals.emplace_back(to_string(each));
  for (const policy::ExchangeRefusal each : in_order(d.refusals)) q.refusals.emplace_back(to_string(each));
  for (const policy::Warning each : in_order(d.warnings)) q.warnings.emplace_back(to_string(each));
  return q;
}

Result<RequestQuote> quote_refund_of(App& app, Snapshot& snapshot, const Request& request) {
  const RefundAsk ask = refund_ask_of(request);
  RefundQuote quote{.facts = TRY(load_refund_facts(app, snapshot, ask.reservation, ask.hold))};
  if (quote.facts.customer.id != request.customer) return moved(request, quote.facts.reservation);
  GoverningDecision governing = TRY(decide_under_governing_pack(app, quote.facts, ask, quote.facts.now));
  quote.pack = governing.pack;
  quote.allowance = allowance_at(quote.facts.history, quote.facts.now, governing.pack->allowance.window_days);
  quote.decision = std::move(governing.decision);
  request::ReturnLine line = request.returns.front();
  line.quantity = quote.decision.quantity;
  line.order = quote.facts.reservation.order;
  line.sku = quote.facts.reservation.sku;
  return RequestQuote{.quoted = quoted_of(quote.decision, quote.facts.now, quote.pack->id),
                      .customer = quote.facts.customer,
                      .returns = {std::move(line)},
                      .purchases = {},
                      .refund = std::move(quote),
                      .exchange = {}};
}

request::PurchaseWish resolved(const request::PurchaseWish& wish, const ExchangePurchaseLine& line) {
  request::PurchaseWish out = wish;
  out.line.product = line.product;
  out.line.region = line.region;
  out.line.scope = line.scope;
  out.scope_named = true;
  return out;
}

Result<RequestQuote> quote_exchange_of(App& app, Snapshot& snapshot, const Request& request) {
  const ExchangeAsk ask = exchange_ask_of(request);
  ExchangeQuote quote{.facts = TRY(load_exchange_facts(app, snapshot, ask))};
  for (const Reservation& each : quote.facts.reservations)
    if (each.customer != request.customer) return moved(request, each);
  GoverningExchange governing = TRY(decide_exchange_under_governing_pack(app, quote.facts, ask.approved, quote.facts.now));
  quote.exchange = exchange_of(app, quote.facts, governing, quote.facts.now);
  quote.pack = governing.pack;
  quote.decision = std::move(governing.decision);
  RequestQuote out{.quoted = quoted_of(quote, quote.facts.now),
                   .customer = quote.facts.customer,
                   .returns = request.returns,
                   .purchases = {},
                   .refund = {},
                   .exchange = {}};
  for (std::size_t i = 0; i < out.returns.size(); ++i) {
    out.returns[i].quantity = quote.facts.returns[i].quantity;
    out.returns[i].order = quote.facts.reservations[i].order;
    out.returns[i].sku = quote.facts.reservations[i].sku;
  }
  for (std::size_t i = 0; i < request.purchases.size(); ++i)
    out.purchases.push_back(resolved(request.purchases[i], quote.facts.purchases[i]));
  out.exchange = std::move(quote);
  return out;
}

}  // namespace

RefundAsk refund_ask_of(const Request& request) {
  return {.reservation = request.returns.front().reservation,
          .quantity = request.returns.front().quantity,
          .approved = request::number_text(request.number),
          .hold = request.hold};
}

ExchangeAsk exchange_ask_of(const Request& request) {
  ExchangeAsk ask{.approved = request::number_text(request.number)};
  for (const request::ReturnLine& each : request.returns) ask.returns.push_back({each.reservation, each.quantity});
  for (const request::PurchaseWish& each : request.purchases)
    ask.purchases.push_back({.line = each.line, .scope = each.scope_named ? std::optional(each.line.scope) : std::nullopt});
  return ask;
}

std::string figures_mark(const policy::RefundDecision& d) {
  Fingerprint mark;
  mark.add(d.policy).add(d.row).add(d.quantity).add(d.currency.code());
  for (const policy::SideAmounts* side : {&d.amounts.billing, &d.amounts.pricing}) {
    mark.add(side->paid).add(side->credit).add(side->fee).add(side->refund);
    mark.add(side->remaining_commitment).add(side->cancelled_commitment);
  }
  return mark.add(d.amounts.forfeited).add(d.amounts.refusals.bits).add(d.amounts.warnings.bits).text();
}

std::string figures_mark(const Exchange& exchange) {
  Fingerprint mark;
  mark.add(exchange.policy).add(exchange.net_payable.currency.code());
  mark.add(exchange.refunds_total.minor).add(exchange.purchases_total.minor).add(exchange.net_payable.minor);
  for (const ExchangeReturnLine& each : exchange.returns)
    mark.add(each.reservation.text()).add(each.quantity).add(each.credit.minor).add(each.remaining_commitment.minor);
  for (const ExchangePurchaseLine& each : exchange.purchases)
    mark.add(each.product)
        .add(each.sku)
        .add(each.region)
        .add(each.term.years)
        .add(to_string(each.plan))
        .add(each.quantity)
        .add(each.price.minor)
        .add(to_string(each.scope.type))
        .add(each.scope.id);
  return mark.text();
}

std::unexpected<Error> refused_by(const RequestQuote& quote) {
  const std::string& headline = quote.quoted.refusals.front();
  if (const auto refusal = parse_word<policy::Refusal>(headline, "a refusal")) return refused_by(*refusal, quote.customer);
  const auto refusal = parse_word<policy::ExchangeRefusal>(headline, "a refusal");
  return fail(Code::refused, fmt::format("{}: {}", headline, sentence(*refusal, false)), {}, headline);
}

Result<RequestQuote> quote_request(App& app, Snapshot& snapshot, const Request& request) {
  return request.kind == request::Kind::refund ? quote_refund_of(app, snapshot, request) : quote_exchange_of(app, snapshot, request);
}

}  // namespace prorata
