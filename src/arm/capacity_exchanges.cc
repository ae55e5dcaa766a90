// calculateExchange and exchange, and how their operations stand. The session is the exchange's id; the operation that runs it has the same
// id, the one that calculated it the same but for the version digit of the GUID.
#include <fmt/format.h>

#include "app/run_exchange.h"
#include "app/start_operation.h"
#include "arm/capacity.h"
#include "wire/arm_reservation.h"

namespace prorata::arm::capacity {
namespace {

constexpr std::size_t kVersionDigit = 14;

// Ids of a desk's own are of version 7; no operation of version 8 is anything else than a calculation.
OperationId calculation_of(const ExchangeId& exchange) {
  std::string text = exchange.text();
  text[kVersionDigit] = '8';
  return OperationId::trusted(std::move(text));
}

std::string operation_path(std::string_view id) { return fmt::format("/providers/Microsoft.Capacity/operationResults/{}", id); }

// Both headers, and when to come again.
Response with_poll(const Call& call, Response response, std::string_view id) {
  const std::string url = url_of(call, operation_path(id));
  return std::move(response).with("Azure-AsyncOperation", url).with("Location", url).with("Retry-After", "1");
}

Response status(std::string_view id, std::string_view state, const std::optional<std::string>& properties,
                const std::optional<std::string>& failure = {}) {
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().field("id", operation_path(id)).field("name", id).field("status", state);
    if (properties) w.key("properties").raw(*properties);
    if (failure) w.key("error").begin_object().field("code", "OperationFailed").field("message", *failure).end_object();
    w.end_object();
  });
}

std::string properties_of(const Exchange& exchange, const policy::ExchangeDecision* decision) {
  std::string out;
  wire::JsonWriter w(out);
  write_exchange(w, exchange, decision);
  return out;
}

// The caller may do `action` to every order that the exchange takes from.
Outcome<void> need_all(const Call& call, Snapshot& snapshot, const Exchange& exchange, std::string_view action) {
  for (const ExchangeReturnLine& line : exchange.returns) TRY(open_order(call, snapshot, line.order, action));
  return {};
}

// As an exchange shows while a sandbox still holds its end back: first the returns, then the purchases.
Response running(const Call& call, Exchange exchange, const Operation& operation, Instant now) {
  const bool early = now.ticks - operation.started.ticks < (operation.ready.ticks - operation.started.ticks) / 2;
  exchange.state = early ? ExchangeState::pending_refunds : ExchangeState::pending_purchases;
  return with_poll(call, status(exchange.id.text(), to_string(exchange.state), properties_of(exchange, nullptr)), exchange.id.text());
}

Response status_of(const Call& call, const Exchange& exchange) {
  const std::string& id = exchange.id.text();
  switch (exchange.state) {
    case ExchangeState::succeeded: return status(id, "Succeeded", properties_of(exchange, nullptr));
    case ExchangeState::failed: return status(id, "Failed", std::nullopt, exchange.failure);
    case ExchangeState::pending: return with_poll(call, status(id, "PendingRefunds", std::nullopt), id);
    default: return with_poll(call, status(id, to_string(exchange.state), properties_of(exchange, nullptr)), id);
  }
}

// The lines of a body, every order of them open to the caller.
Outcome<ExchangeAsk> lines_of(const Call& call, const wire::ExchangeBody& body, std::string_view action) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  ExchangeAsk ask;
  std::optional<Customer> customer;
  for (const wire::UnitsToReturn& each : body.returns) {
    std::optional<OrderId> order = each.reservation.order;
    if (!order) {
      const std::optional<Reservation> named = TRY(snapshot->reservation(each.reservation.reservation));
      if (!named)
        return refuse(404, "InvalidReservationId", fmt::format("Reservation '{}' was not found.", each.reservation.reservation.text()));
      order = named->order;
    }
    const OrderHere here = TRY(open_order(call, *snapshot, *order, action));
    const Reservation* reservation = TRY(find_in(here, each.reservation));
    if (each.quantity > reservation->quantity)
      return refuse(400, "InvalidRefundQuantity",
                    fmt::format("{} units cannot be exchanged; reservation '{}' has {}.", each.quantity, reservation->id.text(),
                                reservation->quantity));
    ask.returns.push_back({reservation->id, each.quantity});
    if (!customer) customer = here.customer;
  }
  for (const wire::PurchaseBody& each : body.purchases) {
    const Customer payer = TRY(open_subscription(call, *snapshot, each.billing, "Microsoft.Resources/subscriptions/read", NamedBy::body));
    if (payer.id != customer->id)
      return refuse(400, "InvalidSubscriptionId",
                    fmt::format("The subscription '{}' is of another tenant than what is exchanged.", each.billing.text()));
    ExchangePurchaseAsk line{.line = each.line};
    if (each.scope) line.scope = TRY(applied_scope(*customer, *each.scope));
    ask.purchases.push_back(std::move(line));
  }
  return ask;
}

std::unexpected<Refused> in_service_words(const Error& error) {
  if (error.reason == "no_price")
    return refuse(400, "CalculatePriceFailed", fmt::format("There is {}.", error.message.substr(0, error.message.find(';'))));
  return std::unexpected(Refused(error));
}

}  // namespace

Outcome<Response> calculate_exchange(Call& call) {
  const wire::ExchangeBody body = TRY(wire::read_calculate_exchange(call.request.body));
  const ExchangeAsk ask = TRY(lines_of(call, body, "Microsoft.Capacity/calculateexchange/action"));
  const Result<ExchangeQuote> quote = quote_exchange(call.app, ask, [](const ExchangeQuote& decided, Changes& changes) {
    const Exchange& exchange = decided.exchange;
    changes.operations.push_back({.id = calculation_of(exchange.id),
                                  .kind = "calculateExchange",
                                  .customer = exchange.customer,
                                  .resource = exchange.id.text(),
                                  .started = decided.facts.now,
                                  .ready = add_seconds(decided.facts.now, decided.facts.desk.lag_seconds),
                                  .state = "Succeeded",
                                  .answer = properties_of(exchange, &decided.decision)});
  });
  if (!quote) return in_service_words(quote.error());
  return with_poll(call, http::empty(202), calculation_of(quote->exchange.id).text());
}

Outcome<Response> exchange(Call& call) {
  const ExchangeId id = ExchangeId::trusted(TRY(wire::read_exchange(call.request.body)));
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const std::optional<Exchange> asked = TRY(snapshot->exchange(id));
    if (!asked)
      return refuse(400, "ActivateQuoteFailed", fmt::format("The session '{}' is not known; calculate the exchange first.", id.text()));
    TRY(need_all(call, *snapshot, *asked, "Microsoft.Capacity/exchange/action"));
  }
  const ExchangeOutcome outcome = TRY(run_exchange(call.app, {.quote = id}));
  if (!outcome.replayed)
    TRY(show_as_running(call.app, {.id = OperationId::trusted(id.text()),
                                   .kind = "exchange",
                                   .customer = outcome.exchange.customer,
                                   .resource = id.text(),
                                   .state = std::string(to_string(outcome.exchange.state))}));
  return with_poll(call, http::empty(202), id.text());
}

Outcome<Response> operation_result(Call& call) {
  constexpr std::string_view kRead = "Microsoft.Capacity/operationresults/read";
  const std::string& text = call.path.at("operation");
  const Result<OperationId> id = OperationId::parse(text);
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  std::optional<Operation> operation;
  std::optional<Exchange> exchange;
  if (id) {
    operation = TRY(snapshot->operation(*id));
    const bool calculation = operation && operation->kind == "calculateExchange";
    exchange = TRY(snapshot->exchange(ExchangeId::trusted(calculation ? operation->resource : id->text())));
  }
  const bool calculation = operation && operation->kind == "calculateExchange";
  if (!exchange || (!calculation && exchange->state == ExchangeState::quoted))
    return refuse(404, "NotFound", fmt::format("The operation '{}' was not found.", text));
  TRY(need_all(call, *snapshot, *exchange, kRead));
  const Instant now = TRY(load_moment(call.app, *snapshot)).now;
  const bool held_back = operation && operation->ready > now;
  if (calculation && held_back) return with_poll(call, status(id->text(), "Pending", std::nullopt), id->text());
  if (calculation) return status(id->text(), "Succeeded", operation->answer);
  if (held_back) return running(call, *exchange, *operation, now);
  return status_of(call, *exchange);
}

}  // namespace prorata::arm::capacity
