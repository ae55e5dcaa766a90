// calculateRefund and return. The session is the quote; a return of a session answers once and for all what it answered first.
#include <fmt/format.h>

#include "app/return_reservation.h"
#include "arm/capacity.h"
#include "wire/arm_reservation.h"

namespace prorata::arm::capacity {
namespace {

// The units that a body names, there to be returned.
Outcome<const Reservation*> units_in(const OrderHere& here, const wire::UnitsToReturn& units) {
  const Reservation* reservation = TRY(find_in(here, units.reservation));
  if (units.quantity <= reservation->quantity) return reservation;
  return refuse(
      400, "InvalidRefundQuantity",
      fmt::format("{} units cannot be returned; reservation '{}' has {}.", units.quantity, reservation->id.text(), reservation->quantity));
}

Response accepted(const Call& call, const OrderId& order, std::string body) {
  return http::json(202, std::move(body)).with("Location", url_of(call, wire::order_path(order))).with("Retry-After", "1");
}

std::string written_refund(const RefundQuote& quote) {
  std::string body;
  wire::JsonWriter w(body);
  write_refund(w, quote);
  return body;
}

// What a return of this session answered; it is kept with the return.
Result<std::optional<Operation>> returned_before(Snapshot& snapshot, const std::string& session) {
  std::optional<Operation> operation = TRY(snapshot.operation(OperationId::trusted(session)));
  if (operation && operation->kind != "return") operation.reset();
  return operation;
}

}  // namespace

Outcome<Response> calculate_refund(Call& call) {
  RefundAsk ask;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const OrderHere here =
        TRY(open_order(call, *snapshot, TRY(order_of(call)), "Microsoft.Capacity/reservationorders/calculaterefund/action"));
    const wire::RefundBody body = TRY(wire::read_calculate_refund(call.request.body));
    if (body.order && *body.order != here.order.id)
      return refuse(400, "InvalidReservationOrderId",
                    fmt::format("'id' names reservation order '{}', the path '{}'.", body.order->text(), here.order.id.text()));
    ask = {.reservation = TRY(units_in(here, body.units))->id, .quantity = body.units.quantity};
  }
  const RefundQuote quote = TRY(quote_refund(call.app, ask));
  return http::json(200, written_refund(quote));
}

Outcome<Response> give_back(Call& call) {
  const OrderId order = TRY(order_of(call));
  ReturnAsk ask;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const OrderHere here = TRY(open_order(call, *snapshot, order, "Microsoft.Capacity/reservationorders/return/action"));
    const wire::ReturnBody body = TRY(wire::read_return(call.request.body));
    const Reservation* reservation = TRY(find_in(here, body.units.reservation));
    const std::optional<Quote> quote = TRY(snapshot->quote(QuoteId::trusted(body.session)));
    if (!quote || quote->customer != here.customer.id)
      return refuse(400, "ActivateQuoteFailed", fmt::format("The session '{}' is not known; calculate the refund first.", body.session));
    if (quote->reservation != reservation->id || quote->quantity != body.units.quantity)
      return refuse(400, "InvalidRefundQuantity",
                    fmt::format("The session '{}' was calculated for {} units of reservation '{}'.", body.session, quote->quantity,
                                quote->reservation.text()));
    if (const std::optional<Operation> done = TRY(returned_before(*snapshot, body.session))) return accepted(call, order, done->answer);
    // The session's amount is what the client has seen and agreed to, also where the allowance cuts it.
    ask = {.refund = {.reservation = quote->reservation, .quantity = quote->quantity},
           .quote = quote->id,
           .accept_clip = true,
           .key = "return " + body.session};
  }
  std::string answer;
  ask.beside = [&](const RefundQuote& decided, Changes& changes) {
    answer = written_refund(decided);
    changes.operations.push_back({.id = OperationId::trusted(ask.quote->text()),
                                  .kind = "return",
                                  .customer = decided.facts.customer.id,
                                  .resource = wire::order_path(order),
                                  .started = decided.facts.now,
                                  .ready = decided.facts.now,
                                  .state = "Succeeded",
                                  .answer = answer});
  };
  const ReturnOutcome outcome = TRY(return_reservation(call.app, ask));
  if (!outcome.replayed) return accepted(call, order, std::move(answer));
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const std::optional<Operation> first = TRY(returned_before(*snapshot, ask.quote->text()));
  if (!first) return std::unexpected(Refused(Error{.code = Code::storage_corrupt, .message = "a return without its answer"}));
  return accepted(call, order, first->answer);
}

}  // namespace prorata::arm::capacity
