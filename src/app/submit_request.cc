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

Result<void> check_quote(const Request& draft, const RequestQuote& quote, const SubmitAsk& ask) {
  const std::string number = request::number_text(draft.number);
  if (!draft.quoted)
    return fail(Code::stale_quote, fmt::format("{0} has no quote yet; look at one with 'prorata request quote {0}'", number));
  if (!request::agreed(draft, quote.quoted))
    return fail(
        Code::stale_quote,
        fmt::format("{0} was quoted at {1}, and its figures have changed since: {2} instead of {3}; look at them with 'prorata request "
                    "quote {0}' and submit again",
                    number, to_string(draft.quoted->as_of), amount(quote.quoted.refund), amount(draft.quoted->refund)));
  if (quote.refused()) return refused_by(quote);
  if (quote.quoted.clipped && !ask.accept_clip)
    return fail(Code::refused, fmt::format("the allowance cuts the refund to {}, and {} are lost; say --accept-clip to go on",
                                           amount(quote.quoted.refund), amount(quote.quoted.forfeited)));
  return {};
}

}  // namespace

Result<Request> submit_into(Changes& changes, App& app, Snapshot& snapshot, const SubmitAsk& ask, const Request& draft, const Desk& desk,
                            Instant now) {
  TRY(authorize_lines(app, snapshot, draft, access::Right::submit_request));
  Request after = TRY(request::take(draft, Act::submit, {who_acts(app), now, {}}));
  TRY(check_form(ask));
  const RequestQuote quote = TRY(quote_request(app, snapshot, draft));
  TRY(check_contact(ask.contact, quote.customer));
  TRY(check_quote(draft, quote, ask));

  after.quoted = quote.quoted;
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
  const Request filed = TRY(write_request(app, {.number = ask.number, .key = ask.key, .words = "submit"},
                                          [&](Snapshot& snapshot, const Request& before, const Desk& desk, Instant now) -> Result<Changes> {
                                            Changes changes{.audit = request_note(app, "request.submit", before, now)};
                                            Request after = TRY(submit_into(changes, app, snapshot, ask, before, desk, now));
                                            put_request(changes, app, &before, std::move(after), now);
                                            return changes;
                                          }));
  return execute_if_approved(app, filed);
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
