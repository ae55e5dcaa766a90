#include "app/draft_request.h"

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/request_record.h"
#include "app/shared.h"
#include "app/write.h"

namespace prorata {
namespace {

using request::Request;

// The lines with what the record knows of them, and whose they are.
struct KnownLines {
  Customer customer;
  std::vector<request::ReturnLine> returns;
};
Result<KnownLines> look_up(Snapshot& snapshot, const std::vector<request::ReturnLine>& asked) {
  KnownLines known;
  if (asked.empty()) return fail(Code::invalid_argument, "which reservation is given back? Name one", "returns");
  for (request::ReturnLine line : asked) {
    const Reservation reservation = TRY(load_reservation(snapshot, line.reservation));
    if (known.returns.empty())
      known.customer = TRY(load_customer_of(snapshot, reservation));
    else if (reservation.customer != known.customer.id)
      return fail(Code::invalid_argument,
                  fmt::format("reservation {} is another customer's; make a request for each customer", reservation.id.text()), "returns");
    if (line.quantity > reservation.quantity)
      return fail(Code::invalid_argument,
                  fmt::format("reservation {} has {} units; {} cannot go back", reservation.id.text(), reservation.quantity, line.quantity),
                  "returns");
    line.order = reservation.order;
    line.sku = reservation.sku;
    known.returns.push_back(std::move(line));
  }
  if (known.customer.offer != OfferType::csp) return refused_by(policy::Refusal::customer_offer_not_supported, known.customer);
  return known;
}

Result<std::int64_t> next_number(Snapshot& snapshot) { return std::max(request::kFirstNumber, TRY(snapshot.last_request_number()) + 1); }

Result<Request> made(App& app, Snapshot& snapshot, const RequestId& id, const AskFor& ask, KnownLines known, bool asked, Instant now) {
  return request::create({.id = id,
                          .kind = ask.kind,
                          .customer = known.customer.id,
                          .returns = std::move(known.returns),
                          .purchases = ask.purchases,
                          .reason = ask.reason,
                          .severity = ask.severity,
                          .asked = asked},
                         TRY(next_number(snapshot)), who_acts(app), now);
}

Result<Request> load_by_id(App& app, const RequestId& id) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<Request> request = TRY(snapshot->request(id));
  if (!request) return fail(Code::storage_corrupt, "a key answers with a request that is not here; run 'prorata audit verify'");
  return *std::move(request);
}

// What was asked for, with other lines where others are given.
Result<Request> taken_up(Snapshot& snapshot, const DraftAsk& ask, Instant now) {
  const Request before = TRY(load_request_numbered(snapshot, *ask.from));
  if (ask.lines.returns.empty() && ask.lines.purchases.empty()) {
    if (before.state != request::State::draft) return request::change_lines(before, before.returns, before.purchases, now);
    return before;
  }
  KnownLines known = TRY(look_up(snapshot, ask.lines.returns.empty() ? before.returns : ask.lines.returns));
  if (known.customer.id != before.customer)
    return fail(Code::invalid_argument, fmt::format("{} is another customer's", request::number_text(before.number)), "returns");
  return request::change_lines(before, std::move(known.returns), ask.lines.purchases.empty() ? before.purchases : ask.lines.purchases, now);
}

Result<RequestQuote> quote_into(App& app, Snapshot& snapshot, Request& request) {
  if (request.kind == request::Kind::exchange && request.purchases.empty())
    return fail(Code::invalid_argument, "an exchange buys at least one reservation; say which with --buy", "purchases");
  RequestQuote quote = TRY(quote_request(app, snapshot, request));
  if (quote.customer.offer != OfferType::csp) return refused_by(policy::Refusal::customer_offer_not_supported, quote.customer);
  request.returns = quote.returns;
  request.purchases = quote.purchases;
  request.quoted = quote.quoted;
  return quote;
}

}  // namespace

std::string canonical(const AskFor& ask) {
  std::string out(to_string(ask.kind));
  for (const request::ReturnLine& each : ask.returns) out += fmt::format(" {}x{}", each.quantity, each.reservation.text());
  for (const request::PurchaseWish& each : ask.purchases)
    out += fmt::format(" {}x{} {} {} {}", each.line.quantity, each.line.sku, each.line.region, to_string(each.line.term),
                       to_string(each.line.plan));
  return out;
}

Result<Drafting> drafted(App& app, Snapshot& snapshot, const DraftAsk& ask, const RequestId& id, Instant now) {
  Drafting out;
  if (ask.from) out.before = TRY(load_request_numbered(snapshot, *ask.from));
  if (out.before) TRY(check_seen(*out.before, ask.seen_version));
  out.draft = ask.from ? TRY(taken_up(snapshot, ask, now))
                       : TRY(made(app, snapshot, id, ask.lines, TRY(look_up(snapshot, ask.lines.returns)), false, now));
  TRY(authorize_lines(app, snapshot, out.draft, access::Right::quote));
  out.quote = TRY(quote_into(app, snapshot, out.draft));
  if (out.before && out.draft.asked_by == out.draft.created_by) out.draft.created_by = who_acts(app);
  out.draft.updated = now;
  return out;
}

Result<Request> ask_for(App& app, const AskFor& ask) {
  const RequestId id = RequestId::trusted(app.ids.next());
  const WriteRequest request{ask.key, "ask " + canonical(ask)};
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Instant now = TRY(load_moment(app, snapshot)).now;
    KnownLines known = TRY(look_up(snapshot, ask.returns));
    for (const request::ReturnLine& each : known.returns) {
      access::Target target = target_of(known.customer);
      target.scope = access::scope_of(each.order, each.reservation);
      TRY(authorize(app, access::Right::ask, target));
    }

    Request asked = TRY(made(app, snapshot, id, ask, std::move(known), true, now));
    Changes changes{.audit = request_note(app, "request.ask", asked, now)};
    changes.audit.before.clear();
    changes.audit.after = title_of(asked);
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, id.text()};
    put_request(changes, app, nullptr, std::move(asked), now);
    return changes;
  }));
  return load_by_id(app, committed.replayed ? RequestId::trusted(committed.answer) : id);
}

Result<DraftedRequest> new_draft(App& app, Snapshot& snapshot, const RequestId& id, const AskFor& ask, Instant now) {
  Drafting made = TRY(drafted(app, snapshot, {.from = {}, .lines = ask}, id, now));
  return DraftedRequest{.request = std::move(made.draft), .quote = std::move(made.quote)};
}

Result<DraftedRequest> draft_request(App& app, const DraftAsk& ask) {
  const RequestId id = RequestId::trusted(app.ids.next());
  const WriteRequest request{ask.lines.key,
                             fmt::format("draft {} {}", ask.from ? request::number_text(*ask.from) : "", canonical(ask.lines))};
  DraftedRequest out;
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Instant now = TRY(load_moment(app, snapshot)).now;
    auto [before, draft, quote] = TRY(drafted(app, snapshot, ask, id, now));
    out.quote = std::move(quote);
    Changes changes{.audit = request_note(app, "request.draft", draft, now)};
    if (!before) changes.audit.before.clear();
    changes.audit.after = fmt::format("{}: {} {}", title_of(draft), to_string(draft.quoted->refund), draft.quoted->refund.currency.code());
    if (!ask.lines.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, draft.id.text()};
    put_request(changes, app, before ? &*before : nullptr, std::move(draft), now);
    return changes;
  }));
  RequestId its = ask.from ? RequestId() : id;
  if (committed.replayed) its = RequestId::trusted(committed.answer);
  if (its.empty()) {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    out.request = TRY(load_request_numbered(*snapshot, *ask.from));
  } else {
    out.request = TRY(load_by_id(app, its));
  }
  if (committed.replayed) out.quote = TRY(quote_again(app, out.request.number)).quote;
  return out;
}

Result<DraftedRequest> quote_again(App& app, std::int64_t number) {
  DraftedRequest out;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    out.request = TRY(load_request_numbered(*snapshot, number));
    if (out.request.state != request::State::draft) {
      TRY(authorize_lines(app, *snapshot, out.request, access::Right::quote));
      out.quote = TRY(quote_request(app, *snapshot, out.request));
      return out;
    }
  }
  return draft_request(app, {.from = number, .lines = {}});
}

Result<RequestQuote> quote_now(App& app, Snapshot& snapshot, const Request& request) {
  TRY(authorize_lines(app, snapshot, request, access::Right::quote));
  return quote_request(app, snapshot, request);
}

}  // namespace prorata
