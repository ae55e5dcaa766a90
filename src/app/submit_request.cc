#include "app/submit_request.h"

#include <array>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/execute_request.h"
#include "app/request_quote.h"
#include "app/request_record.h"
#include "app/shared.h"
#include "app/support_requests.h"
#include "app/write.h"

namespace prorata {
namespace {

using request::Act;
using request::Request;

std::unexpected<Error> refuse(std::string_view field, std::string message) {
  return fail(Code::invalid_argument, std::move(message), std::string(field));
}

// Steps 1 and 2 leave no choice for a refund or an exchange; another choice is somebody in the wrong form.
Result<void> check_form(const SubmitAsk& ask) {
  struct Choice {
    std::string_view field, said, wanted;
  };
  for (const Choice& each : std::to_array<Choice>({{"issueType", ask.issue_type, "Billing"},
                                                   {"problemType", ask.problem_type, "Reservation management"},
                                                   {"category", ask.category, "Exchanges and refunds"}}))
    if (!equal_ignoring_case(each.said, each.wanted))
      return refuse(each.field, fmt::format("'{}' is not what a refund or an exchange is filed under; choose '{}'", each.said.substr(0, 80),
                                            each.wanted));
  return {};
}

bool is_at(std::string_view email, std::string_view domain) {
  const std::size_t at = email.rfind('@');
  if (domain.empty() || at == std::string_view::npos) return false;
  const std::string host = to_lower(email.substr(at + 1));
  const std::string theirs = to_lower(domain);
  return host == theirs || host.ends_with('.' + theirs);
}

// Nobody writes to the customer about a request: the partner does what there is to do with it.
Result<void> check_contact(const support::ContactChange& contact, const Customer& customer) {
  if (contact.email && is_at(*contact.email, customer.domain))
    return refuse("contactDetails.primaryEmailAddress",
                  fmt::format("{} is an address of {}; the contact is the partner's, never the customer's", *contact.email, customer.name));
  for (const std::string& each : contact.additional_emails.value_or(std::vector<std::string>()))
    if (is_at(each, customer.domain))
      return refuse("contactDetails.additionalEmailAddresses",
                    fmt::format("{} is an address of {}; the contact is the partner's, never the customer's", each, customer.name));
  return {};
}

std::string amount(Money money) { return fmt::format("{} {}", to_string(money), money.currency.code()); }

std::string description_of(const Request& request, const RequestQuote& quote) {
  std::string out = fmt::format("{} for {} ({}).\n", title_of(request), quote.customer.name, quote.customer.id.text());
  for (const request::ReturnLine& each : request.returns)
    out +=
        fmt::format("Reservation order id: {}\nReservation id: {}\nUnits: {}\n", each.order.text(), each.reservation.text(), each.quantity);
  for (const request::PurchaseWish& each : request.purchases)
    out += fmt::format("To be bought: {} x {}, {}, {}, {}\n", each.line.quantity, each.line.sku, each.line.region,
                       to_string(each.line.term), to_string(each.line.plan));
  const request::Quoted& q = quote.quoted;
  out += fmt::format("Quote as of {} under {}: {} back", to_string(q.as_of), q.policy, amount(q.refund));
  if (request.kind == request::Kind::exchange)
    out += fmt::format(", {} bought, {} to pay", amount(q.purchases_total), amount(q.net_payable));
  else
    out += fmt::format(", fee {}", amount(q.fee));
  out += ".\n";
  if (!request.reason.empty()) out += "Reason: " + request.reason + '\n';
  return out;
}

// The subscription that pays for the first line, where it is one of the customer's: its clients find the ticket below it.
Result<std::optional<SubscriptionId>> subscription_of(Snapshot& snapshot, const Request& request, const Customer& customer) {
  const Reservation reservation = TRY(load_reservation(snapshot, request.returns.front().reservation));
  const std::optional<SubscriptionId> payer = target_of(customer, reservation).subscription;
  for (const Subscription& each : customer.subscriptions)
    if (payer == each.id) return payer;
  return std::optional<SubscriptionId>();
}

Result<support::SupportRequest> its_ticket(App& app, Snapshot& snapshot, const SubmitAsk& ask, const Request& request,
                                           const RequestQuote& quote, Instant now) {
  std::string name = request::number_text(request.number);
  for (int n = 2; TRY(snapshot.support_request(name)).has_value(); ++n)
    name = fmt::format("{}-{}", request::number_text(request.number), n);
  constexpr std::size_t kTitleShown = 200;
  return new_ticket(app, snapshot,
                    {.name = name,
                     .customer = request.customer,
                     .subscription = TRY(subscription_of(snapshot, request, quote.customer)),
                     .title = title_of(request).substr(0, kTitleShown),
                     .description = description_of(request, quote),
                     .severity = request.severity,
                     .service = std::string(support::kBilling),
                     .classification = std::string(support::kExchangesAndRefunds),
                     .contact = ask.contact,
                     .filed_by = app.actor},
                    now);
}

Hold hold_of(App& app, const Desk& desk, const Request& request, const request::Quoted& quoted, Instant now) {
  return {.id = HoldId::trusted(app.ids.next()),
          .customer = request.customer,
          .placed = now,
          .expires = add_seconds(now, desk.hold_days * 86'400),
          .refund = quoted.pricing_refund,
          .cancelled = quoted.pricing_cancelled,
          .reference = request::number_text(request.number),
          .actor = app.actor};
}

// The quote that was kept and shown is one of this very return, and not too old.
Result<void> check_kept(Snapshot& snapshot, const Request& draft, const QuoteId& id, Instant now) {
  const std::optional<Quote> kept = TRY(snapshot.quote(id));
  const request::ReturnLine& line = draft.returns.front();
  const bool its_own =
      kept && draft.kind == request::Kind::refund && kept->reservation == line.reservation && kept->quantity == line.quantity;
  if (!its_own) return refuse("consent.quoteId", fmt::format("{} is no quote of {}", id.text(), title_of(draft)));
  return check_quote_age(id.text(), kept->as_of, now);
}

Result<void> check_consent(const Request& draft, const RequestQuote& quote, const RequestConsent& consent) {
  const Money now = draft.kind == request::Kind::refund ? quote.quoted.refund : quote.quoted.net_payable;
  if (consent.amount == now && consent.policy == quote.quoted.policy) return {};
  return fail(Code::stale_quote,
              fmt::format("you agreed to {} under {}; it is now {} under {}. Agree again", amount(consent.amount), consent.policy,
                          amount(now), quote.quoted.policy),
              {}, "amount_moved");
}

Result<void> check_quote(Snapshot& snapshot, const Request& draft, const RequestQuote& quote, const SubmitAsk& ask, Instant now) {
  const std::string number = request::number_text(draft.number);
  if (!draft.quoted)
    return fail(Code::stale_quote, fmt::format("{0} has no quote yet; look at one with 'prorata request quote {0}'", number));
  if (!request::agreed(draft, quote.quoted))
    return fail(
        Code::stale_quote,
        fmt::format("{0} was quoted at {1}, and its figures have changed since: {2} instead of {3}; look at them with 'prorata request "
                    "quote {0}' and submit again",
                    number, to_string(draft.quoted->as_of), amount(quote.quoted.refund), amount(draft.quoted->refund)));
  if (ask.consent && ask.consent->quote) TRY(check_kept(snapshot, draft, *ask.consent->quote, now));
  if (quote.refused()) return refused_by(quote);
  if (ask.consent) TRY(check_consent(draft, quote, *ask.consent));
  if (quote.quoted.clipped && !ask.accept_clip)
    return fail(Code::refused,
                fmt::format("the allowance cuts the refund to {}, and {} are lost; say --accept-clip to go on", amount(quote.quoted.refund),
                            amount(quote.quoted.forfeited)),
                {}, "clip_needs_consent");
  return {};
}

std::string canonical(const SubmitAsk& ask) {
  std::string out = fmt::format("{} {} {}", ask.issue_type, ask.problem_type, ask.category);
  const support::ContactChange& c = ask.contact;
  for (const auto* each : {&c.first_name, &c.last_name, &c.email, &c.phone, &c.time_zone, &c.country, &c.language})
    out += '\n' + each->value_or("");
  out += fmt::format("\n{}", fmt::join(c.additional_emails.value_or(std::vector<std::string>()), " "));
  if (ask.consent) out += fmt::format("\n{} {}", amount(ask.consent->amount), ask.consent->policy);
  if (ask.accept_clip) out += " clipped";
  return out;
}

}  // namespace

Result<Request> submit_into(Changes& changes, App& app, Snapshot& snapshot, const SubmitAsk& ask, const Request& draft, const Desk& desk,
                            Instant now) {
  TRY(authorize_lines(app, snapshot, draft, access::Right::submit_request));
  Request after = TRY(request::take(draft, Act::submit, {who_acts(app), now, {}}));
  TRY(check_form(ask));
  const RequestQuote quote = TRY(quote_request(app, snapshot, draft));
  TRY(check_contact(ask.contact, quote.customer));
  TRY(check_quote(snapshot, draft, quote, ask, now));

  after.quoted = quote.quoted;
  if (ask.consent && ask.consent->quote) after.quoted->id = ask.consent->quote->text();
  after.accept_clip = ask.accept_clip;
  after.severity = ask.severity.value_or(draft.severity);
  after.submitted_by = who_acts(app);
  const Hold hold = hold_of(app, desk, after, quote.quoted, now);
  after.expires = hold.expires;
  if (after.kind == request::Kind::refund) {
    after.hold = hold.id;
    changes.holds.push_back(hold);
    changes.customers.push_back(quote.customer);  // its version guards the allowance
  }
  support::SupportRequest ticket = TRY(its_ticket(app, snapshot, ask, after, quote, now));
  after.ticket = ticket.name;
  after.due = ticket.service_level.expiration;
  changes.support_requests.push_back(std::move(ticket));

  const bool needs_a_second = desk.approval_above && desk.approval_above->minor < quote.quoted.pricing_refund.minor;
  const request::Doing doing{who_acts(app), now, {}};
  after = needs_a_second ? TRY(request::take(std::move(after), Act::ask_inside, doing)) : TRY(handed_over(std::move(after), desk, doing));
  changes.audit.after = fmt::format("{}: {} for {}", to_string(after.state), title_of(after), amount(quote.quoted.refund));
  return after;
}

Result<Request> submit_request(App& app, const SubmitAsk& ask) {
  const Request filed =
      TRY(write_request(app, {.number = ask.number, .key = ask.key, .words = "submit " + canonical(ask), .seen_version = ask.seen_version},
                        [&](Snapshot& snapshot, const Request& before, const Desk& desk, Instant now) -> Result<Changes> {
                          Changes changes{.audit = request_note(app, "request.submit", before, now)};
                          Request after = TRY(submit_into(changes, app, snapshot, ask, before, desk, now));
                          put_request(changes, app, &before, std::move(after), now);
                          return changes;
                        }));
  return execute_if_approved(app, filed);
}

Result<Request> submit_whole(App& app, const WholeAsk& ask) {
  const RequestId id = RequestId::trusted(app.ids.next());
  const WriteRequest request{ask.form.key, fmt::format("file {} {} {}\n{}", ask.draft.from ? request::number_text(*ask.draft.from) : "",
                                                       canonical(ask.draft.lines), ask.draft.lines.reason, canonical(ask.form))};
  RequestId its = id;
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const Drafting drafting = TRY(drafted(app, snapshot, ask.draft, id, at.now));
    its = drafting.draft.id;
    Changes changes{.audit = request_note(app, "request.submit", drafting.draft, at.now)};
    if (!drafting.before) changes.audit.before.clear();
    Request after = TRY(submit_into(changes, app, snapshot, ask.form, drafting.draft, at.desk, at.now));
    put_request(changes, app, drafting.before ? &*drafting.before : nullptr, std::move(after), at.now);
    if (!ask.form.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, its.text()};
    return changes;
  }));
  if (committed.replayed) its = RequestId::trusted(committed.answer);
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::optional<Request> filed = TRY(snapshot->request(its));
  if (!filed) return fail(Code::storage_corrupt, "a key answers with a request that is not here; run 'prorata audit verify'");
  return execute_if_approved(app, *filed);
}

Result<RequestRules> request_rules(App& app) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  TRY(authorize(app, access::Right::list_customers, target_of_desk(), access::Access::read));
  const Desk desk = TRY(load_desk(*snapshot));
  return RequestRules{desk.approval_above, desk.automatic_approval};
}

Result<RequestRules> change_request_rules(App& app, const RulesChange& change) {
  RequestRules rules;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    TRY(authorize(app, access::Right::configure, target_of_desk()));
    const Moment at = TRY(load_moment(app, snapshot));
    Desk desk = at.desk;
    if (change.approval_above && *change.approval_above &&
        ((*change.approval_above)->is_negative() || (*change.approval_above)->currency != Currency::usd()))
      return refuse("approvalAbove", "the amount above which a second person approves is in USD and not negative");
    if (change.approval_above) desk.approval_above = *change.approval_above;
    if (change.automatic_approval) desk.automatic_approval = *change.automatic_approval;
    rules = {desk.approval_above, desk.automatic_approval};
    Changes changes{.audit = {.at = at.now, .actor = app.actor, .action = "request.rules"}};
    changes.audit.after =
        fmt::format("approval above {}, automatic approval {}",
                    desk.approval_above ? amount(*desk.approval_above) : std::string("no amount"), desk.automatic_approval ? "on" : "off");
    changes.desk = std::move(desk);
    return changes;
  }));
  return rules;
}

}  // namespace prorata
