#include "app/run_exchange.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/customer_terms.h"
#include "app/due.h"
#include "app/quote_refund.h"
#include "app/request_record.h"
#include "app/return_record.h"
#include "app/shared.h"
#include "app/write.h"
#include "base/check.h"
#include "books/books.h"

namespace prorata {
namespace {

constexpr std::string_view kExchangeAction = "Microsoft.Capacity/exchange/action";

bool unfinished(const Exchange& exchange) {
  return exchange.state == ExchangeState::pending || exchange.state == ExchangeState::pending_refunds ||
         exchange.state == ExchangeState::pending_purchases;
}

std::string operation_of(const Exchange& exchange) { return "exchange " + exchange.id.text(); }

// Every stage is one commit that moves the exchange from one state to the next.
Changes stage(const App& app, Exchange exchange, ExchangeState to, Instant now, std::string after) {
  Changes changes;
  changes.audit = {.at = now,
                   .actor = app.actor,
                   .action = "exchange.run",
                   .customer = exchange.customer.text(),
                   .subject = exchange.id.text(),
                   .before = std::string(to_string(exchange.state)),
                   .after = fmt::format("{}: {}", to_string(to), after)};
  exchange.state = to;
  exchange.updated = now;
  exchange.actor = app.actor;
  changes.exchanges.push_back(std::move(exchange));
  return changes;
}

std::unexpected<Error> refused(const policy::ExchangeDecision& decision, const Customer& customer) {
  if (decision.line_refusals.any()) return refused_by(in_order(decision.line_refusals).front(), customer);
  const policy::ExchangeRefusal headline = in_order(decision.refusals).front();
  const std::string next =
      decision.smallest_quantity ? fmt::format(" {} units of the first bought line would do.", *decision.smallest_quantity) : std::string();
  return fail(Code::refused, fmt::format("{}: {}{}", to_string(headline), sentence(headline, false), next), {},
              std::string(to_string(headline)));
}

PurchaseLine line_of(const ExchangePurchaseLine& line) {
  return {.product = line.product,
          .sku = line.sku,
          .region = line.region,
          .term = line.term,
          .plan = line.plan,
          .quantity = line.quantity,
          .scope = line.scope,
          .name = line.name,
          .billing_scope = line.billing_scope};
}

ExchangeAsk ask_again(const Exchange& exchange) {
  ExchangeAsk ask;
  for (const ExchangeReturnLine& line : exchange.returns) ask.returns.push_back({line.reservation, line.quantity});
  for (const ExchangePurchaseLine& line : exchange.purchases) ask.purchases.push_back({.line = line_of(line), .scope = line.scope});
  return ask;
}

Result<Exchange> exchange_in(Snapshot& snapshot, const ExchangeId& id) {
  std::optional<Exchange> exchange = TRY(snapshot.exchange(id));
  if (!exchange)
    return fail(Code::not_found, fmt::format("exchange {} is not in this desk; ask for a quote with 'prorata exchange quote'", id.text()));
  return *exchange;
}

// The same lines for the same money; the ids of what will be bought are the quote's.
bool same_figures(const Exchange& a, Exchange b) {
  if (a.purchases.size() != b.purchases.size()) return false;
  for (std::size_t i = 0; i < a.purchases.size(); ++i) {
    b.purchases[i].order = a.purchases[i].order;
    b.purchases[i].reservation = a.purchases[i].reservation;
  }
  return a.policy == b.policy && a.returns == b.returns && a.purchases == b.purchases && a.net_payable == b.net_payable;
}

// What is to be run: the quote, still as it promised, or fresh lines; with the facts it was decided on.
struct Accepted {
  Exchange exchange;
  ExchangeFacts facts;
};

Result<Accepted> decide(App& app, Snapshot& snapshot, const ExchangeRun& run, const ExchangeId& fresh_id) {
  std::optional<Exchange> quote;
  if (run.quote) quote = TRY(exchange_in(snapshot, *run.quote));
  ExchangeAsk ask = quote ? ask_again(*quote) : run.ask;
  ask.approved = run.ask.approved;

  Accepted accepted{.facts = TRY(load_exchange_facts(app, snapshot, ask))};
  for (const Reservation& each : accepted.facts.stored)
    TRY(authorize(app, kExchangeAction, target_of(TRY(load_customer_of(snapshot, each)), each)));
  const Instant now = accepted.facts.now;
  if (quote) TRY(check_quote_age(quote->id.text(), quote->as_of, now));
  const Instant as_of = quote ? quote->as_of : now;
  const GoverningExchange governing = TRY(decide_exchange_under_governing_pack(app, accepted.facts, ask.approved, as_of));
  accepted.exchange = exchange_of(app, accepted.facts, governing, as_of);
  if (quote && !same_figures(*quote, accepted.exchange))
    return fail(Code::stale_quote, fmt::format("the facts have changed since quote {}; ask for a new one", quote->id.text()));
  if (governing.decision.refused()) return refused(governing.decision, accepted.facts.customer);

  accepted.exchange.id = quote ? quote->id : fresh_id;
  accepted.exchange.version = quote ? quote->version : 0;
  if (quote) accepted.exchange.purchases = quote->purchases;
  accepted.exchange.reference = ask.approved;
  return accepted;
}

// The first stage: accepted, and every returned reservation held.
Result<Changes> accept(App& app, Snapshot& snapshot, const Accepted& accepted) {
  const Exchange& exchange = accepted.exchange;
  const Instant now = accepted.facts.now;
  Changes changes = stage(app, exchange, ExchangeState::pending, now,
                          fmt::format("{} back for {} {}", to_string(exchange.refunds_total), to_string(exchange.purchases_total),
                                      exchange.purchases_total.currency.code()));
  Due due(app, snapshot, now);
  for (const Reservation& stored : accepted.facts.stored)
    put_revised(changes, app, "exchange", TRY(begin_operation(TRY(due.take(stored)), operation_of(exchange), now)), now);
  due.move_into(changes);
  changes.seen.push_back({Seen::Kind::customer, accepted.facts.customer.id.text(), accepted.facts.customer.version});
  return changes;
}

// The facts of a held reservation are those of the moment it was accepted: the hold itself is no reason against it.
struct Redecided {
  std::vector<Reservation> stored;  // as they were read
  std::vector<Reservation> today;   // and as they stand today
  Customer customer;
  GoverningExchange governing;
};

Result<Redecided> decide_again(App& app, Snapshot& snapshot, const Exchange& exchange) {
  ExchangeFacts facts = TRY(load_exchange_facts(app, snapshot, ask_again(exchange)));
  for (policy::ExchangeReturnCase& each : facts.returns) {
    each.facts.operation_in_progress = false;
    each.facts.active = true;
  }
  facts.purchases = exchange.purchases;  // at the agreed prices
  return Redecided{.stored = std::move(facts.stored),
                   .today = std::move(facts.reservations),
                   .customer = facts.customer,
                   .governing = TRY(decide_exchange_under_governing_pack(app, facts, exchange.reference, exchange.as_of))};
}

bool holds(const Exchange& exchange, const Reservation& reservation) {
  return reservation.state == ProvisioningState::pending && reservation.operation == operation_of(exchange);
}

// Its reservations are free again; nothing was returned and nothing bought.
Result<Changes> undo(App& app, Snapshot& snapshot, Exchange exchange, const std::vector<Reservation>& returned, Instant now,
                     std::string reason) {
  exchange.failure = reason;
  Changes changes = stage(app, exchange, ExchangeState::failed, now, std::move(reason));
  Due due(app, snapshot, now);
  for (const Reservation& each : returned)
    if (holds(exchange, each)) put_revised(changes, app, "exchange", TRY(end_operation(TRY(due.take(each)), now)), now);
  due.move_into(changes);
  TRY(end_request_of(changes, app, snapshot, changes.exchanges.front(), now));
  return changes;
}

// Why it can no longer be kept; empty while it can.
std::string reason_to_undo(const Exchange& exchange, const Redecided& redecided, Instant now) {
  if (day_of(now) != day_of(exchange.as_of))
    return fmt::format("it was agreed on {} and not finished that day", to_string(day_of(exchange.as_of)));
  if (!std::ranges::all_of(redecided.stored, [&](const Reservation& each) { return holds(exchange, each); }))
    return "one of its reservations was changed from outside";
  const policy::ExchangeDecision& decision = redecided.governing.decision;
  if (decision.refunds_total != exchange.refunds_total || decision.net_payable != exchange.net_payable) return "its figures have moved";
  return {};
}

Result<ReturnRecord> return_record(App& app, Snapshot& snapshot, const Exchange& exchange, const Redecided& redecided, std::size_t line,
                                   Instant now) {
  const policy::ExchangeDecision& decision = redecided.governing.decision;
  const TermsRule terms = TRY(load_terms(snapshot, redecided.customer, redecided.today[line].product));
  const Money credit = decision.credit(line);
  ReturnRecord record = record_of(app, {.decision = decision.returns[line],
                                        .reservation = redecided.today[line],
                                        .refund = credit,
                                        .fee = Money::zero(credit.currency),
                                        .credit = terms.credit,
                                        .at = now,
                                        .reference = exchange.reference});
  record.pricing_refund = policy::RefundDecision::pricing(decision.returns[line].amounts.pricing.credit);
  record.counts = redecided.governing.pack->exchange.counts_to_allowance;
  record.exchange = exchange.id.text();
  return record;
}

books::Event event_of(const Exchange& exchange, Instant at) {
  return {.at = at, .customer = exchange.customer, .group = exchange.id.text(), .reference = exchange.reference};
}

Result<Changes> execute_returns(App& app, Snapshot& snapshot, const Exchange& exchange, const Redecided& redecided, Instant now) {
  Changes changes = stage(app, exchange, ExchangeState::pending_purchases, now,
                          fmt::format("{} returned, {} {} back", exchange.returns.size(), to_string(exchange.refunds_total),
                                      exchange.refunds_total.currency.code()));
  std::vector<books::ExchangeReturn> lines;
  Due due(app, snapshot, now);
  for (std::size_t i = 0; i < exchange.returns.size(); ++i) {
    ReturnRecord record = TRY(return_record(app, snapshot, exchange, redecided, i, now));
    lines.push_back({record.reservation.text(), {.refund = record.refund, .customer_credit = record.customer_credit}});
    put_revised(changes, app, "exchange", TRY(give_back(TRY(due.take(redecided.stored[i])), record.quantity, now, GivenBack::exchanged)),
                now);
    changes.returns.push_back(std::move(record));
  }
  due.move_into(changes);
  std::ranges::move(books::write_exchange(event_of(exchange, now), lines, {}, entry_ids(app)), std::back_inserter(changes.entries));
  changes.customers.push_back(redecided.customer);  // its version guards the allowance, in which a pack may let exchanges count
  return changes;
}

Result<Changes> execute_purchases(App& app, Snapshot& snapshot, const Exchange& exchange, Instant now) {
  const std::optional<Customer> customer = TRY(snapshot.customer(exchange.customer));
  CHECK(customer.has_value(), "a customer is never removed");
  Changes changes = stage(app, exchange, ExchangeState::succeeded, now,
                          fmt::format("{} bought, {} {} to pay", exchange.purchases.size(), to_string(exchange.net_payable),
                                      exchange.net_payable.currency.code()));
  std::vector<books::ExchangePurchase> lines;
  for (const ExchangePurchaseLine& line : exchange.purchases) {
    const Ratio ratio = TRY(load_terms(snapshot, *customer, line.product)).price_ratio;
    Bought bought = make_purchase(app, *customer, ratio, line_of(line), {line.price, line.pricing_price}, {line.order, line.reservation},
                                  exchange.updated);
    lines.push_back({bought.reservation.id.text(), {bought.reservation.schedule, *bought.reservation.customer_price}});
    changes.orders.push_back(std::move(bought.order));
    changes.reservations.push_back(std::move(bought.reservation));
    std::ranges::move(bought.revisions, std::back_inserter(changes.revisions));
  }
  changes.entries = books::write_exchange(event_of(exchange, exchange.updated), {}, lines, entry_ids(app));
  TRY(end_request_of(changes, app, snapshot, changes.exchanges.front(), now));
  return changes;
}

Result<Changes> next_stage(App& app, Snapshot& snapshot, const Exchange& exchange) {
  const Instant now = TRY(load_moment(app, snapshot)).now;
  if (exchange.state == ExchangeState::pending_purchases) return execute_purchases(app, snapshot, exchange, now);
  const Redecided redecided = TRY(decide_again(app, snapshot, exchange));
  std::string reason = reason_to_undo(exchange, redecided, now);
  if (!reason.empty()) return undo(app, snapshot, exchange, redecided.stored, now, std::move(reason));
  if (exchange.state == ExchangeState::pending)
    return stage(app, exchange, ExchangeState::pending_refunds, now, "its reservations are held");
  return execute_returns(app, snapshot, exchange, redecided, now);
}

Result<Exchange> run_to_the_end(App& app, const ExchangeId& id) {
  Exchange exchange = TRY(load_exchange(app, id));
  while (unfinished(exchange)) exchange = TRY(advance_exchange(app, id));
  return exchange;
}

}  // namespace

Result<Exchange> load_exchange(App& app, const ExchangeId& id) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return exchange_in(*snapshot, id);
}

Result<Exchange> advance_exchange(App& app, const ExchangeId& id) {
  bool finished = false;
  const Result<Committed> committed = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Exchange exchange = TRY(exchange_in(snapshot, id));
    finished = !unfinished(exchange);  // by somebody else, meanwhile
    if (finished) return fail(Code::not_found, "nothing is left to do");
    return next_stage(app, snapshot, exchange);
  });
  if (!committed && !finished) return std::unexpected(committed.error());
  return load_exchange(app, id);
}

Result<ExchangeOutcome> run_exchange(App& app, const ExchangeRun& run) {
  const ExchangeId fresh_id = ExchangeId::trusted(app.ids.next());
  std::string lines;
  for (const ExchangeReturnAsk& each : run.ask.returns) lines += fmt::format(" {}x{}", each.quantity, each.reservation.text());
  for (const ExchangePurchaseAsk& each : run.ask.purchases)
    lines += fmt::format(" {}x{} {} {} {}", each.line.quantity, each.line.sku, each.line.region, to_string(each.line.term),
                         to_string(each.line.plan));
  const WriteRequest request{run.key, "exchange " + (run.quote ? run.quote->text() : lines)};
  bool taken = false;
  const Result<Committed> committed = write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    taken = run.quote && TRY(exchange_in(snapshot, *run.quote)).state != ExchangeState::quoted;
    if (taken) return fail(Code::refused, "somebody else runs it");
    const Accepted accepted = TRY(decide(app, snapshot, run, fresh_id));
    Changes changes = TRY(accept(app, snapshot, accepted));
    if (run.within) TRY(run.within(accepted.exchange, snapshot, changes));
    if (!run.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, accepted.exchange.id.text()};
    return changes;
  });
  if (taken) return ExchangeOutcome{TRY(run_to_the_end(app, *run.quote)), true};
  if (!committed) return std::unexpected(committed.error());
  const ExchangeId id = committed->replayed ? ExchangeId::trusted(committed->answer) : run.quote.value_or(fresh_id);
  return ExchangeOutcome{TRY(run_to_the_end(app, id)), committed->replayed};
}

Result<std::vector<Exchange>> resume_exchanges(App& app) {
  std::vector<Exchange> waiting;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    waiting = TRY(snapshot->unfinished_exchanges());
  }
  std::vector<Exchange> out;
  for (const Exchange& each : waiting) out.push_back(TRY(run_to_the_end(app, each.id)));
  return out;
}

}  // namespace prorata
