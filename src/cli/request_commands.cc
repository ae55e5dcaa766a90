// request: ask, new, quote, show, list, submit, approve, decide, withdraw, agree, say, attach, file, assign, resume, rules. Of many at
// once: bulk_commands.cc.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "app/decide_request.h"
#include "app/draft_request.h"
#include "app/execute_request.h"
#include "app/request_desk.h"
#include "app/request_record.h"
#include "app/submit_request.h"
#include "cli/commands.h"
#include "cli/contact.h"
#include "cli/exchange_lines.h"
#include "cli/output.h"
#include "cli/shared.h"

namespace prorata::cli {
namespace {

using request::Request;
using request::State;

std::string name_of(const std::optional<request::Who>& who) {
  if (!who) return "";
  return who->name.empty() ? who->id : who->name;
}

std::string words(const std::vector<std::string>& list) { return fmt::format("{}", fmt::join(list, " ")); }

Result<AskFor> ask_of(const RequestOptions& options) {
  AskFor ask{.kind = options.exchange || !options.purchases.empty() ? request::Kind::exchange : request::Kind::refund,
             .reason = options.reason,
             .key = options.key};
  for (const std::string& each : options.returns) {
    const ExchangeReturnAsk line = TRY(return_line(each));
    ask.returns.push_back({.order = {}, .reservation = line.reservation, .quantity = line.quantity, .sku = {}});
  }
  for (const std::string& each : options.purchases) {
    ExchangePurchaseAsk wish = TRY(purchase_line(each));
    if (wish.scope) wish.line.scope = *wish.scope;
    ask.purchases.push_back({std::move(wish.line), wish.scope.has_value()});
  }
  if (!options.severity.empty()) ask.severity = TRY(parse_word<support::Severity>(options.severity, "a severity"));
  return ask;
}

Table return_table(const Request& r) {
  Table table({{"Reservation", "reservation"}, {"Size", "sku"}, {"Units", "quantity", Align::right, true}, {"Order", "order"}});
  for (const request::ReturnLine& each : r.returns)
    table.add({each.reservation.text(), each.sku, std::to_string(each.quantity), each.order.text()});
  return table;
}

Table purchase_table(const Request& r) {
  Table table({{"Size", "sku"},
               {"Region", "region"},
               {"Units", "quantity", Align::right, true},
               {"Term", "term"},
               {"Plan", "plan"},
               {"Scope", "scope"}});
  for (const request::PurchaseWish& each : r.purchases)
    table.add({each.line.sku, each.line.region, std::to_string(each.line.quantity), to_string(each.line.term),
               std::string(to_string(each.line.plan)), each.scope_named ? scope_text(each.line.scope) : ""});
  return table;
}

Table step_table(const Request& r) {
  Table table({{"At", "at"}, {"From", "from"}, {"To", "to"}, {"By", "by"}, {"Note", "note"}});
  for (const request::Step& each : r.steps)
    table.add({to_string(each.at), std::string(to_string(each.from)), std::string(to_string(each.to)), name_of(each.by), each.note});
  return table;
}

Table thread_table(const support::SupportRequest& ticket) {
  Table table({{"At", "at"}, {"From", "from"}, {"Subject", "subject"}, {"Message", "body"}});
  for (const support::Communication& each : ticket.thread) table.add({to_string(each.created), each.sender, each.subject, each.body});
  return table;
}

Table file_table(const Request& r) {
  Table table({{"File", "name"}, {"Type", "type"}, {"Bytes", "size", Align::right, true}, {"By", "by"}, {"SHA-256", "sha256"}});
  for (const request::Attachment& each : r.attachments)
    table.add({each.name, each.type, std::to_string(each.size), name_of(each.by), each.checksum});
  return table;
}

void add_figures(Record& record, const Session& session, const Request& r) {
  if (!r.quoted) return;
  const request::Quoted& q = *r.quoted;
  record.add("Quoted at", "quoted_at", to_string(q.as_of));
  record.add("Valid until", "quote_valid_until", to_string(q.valid_until));
  record.add("Policy", "policy", q.policy);
  record.add(r.kind == request::Kind::refund ? "Refund" : "Comes back", "refund", shown(session, q.refund));
  if (r.kind == request::Kind::refund) {
    record.add("Early termination fee", "fee", shown(session, q.fee));
    if (!q.forfeited.is_zero()) record.add("Forfeited over the allowance", "forfeited", shown(session, q.forfeited));
  } else {
    record.add("New ones cost", "purchases_total", shown(session, q.purchases_total));
    record.add("Left to pay", "net_payable", shown(session, q.net_payable));
  }
  if (session.globals().format != Format::table) record.add("Currency", "currency", std::string(q.refund.currency.code()));
  record.add("On the allowance's side", "pricing_refund", shown(session, q.pricing_refund));
  record.add("Refusals", "refusals", words(q.refusals));
  record.add("Warnings", "warnings", words(q.warnings));
}

void add_head(Record& record, const Request& r, const std::string& customer) {
  record.add("Request", "number", request::number_text(r.number));
  record.add("About", "title", title_of(r));
  record.add("State", "state", std::string(to_string(r.state)));
  record.add("Customer", "customer_name", customer);
  record.add("Reason", "reason", r.reason);
}

void add_people(Record& record, const Request& r) {
  record.add("Asked by", "asked_by", name_of(r.asked_by));
  record.add("Submitted by", "submitted_by", name_of(r.submitted_by));
  record.add("Second person", "approved_by", name_of(r.approved_by));
  record.add("Decided by", "decided_by", name_of(r.decided_by));
  record.add("Because", "decision_reason", r.decision_reason);
  record.add("Assigned to", "assigned_to", r.assigned_to);
}

// What is to be done next, for people; empty at its end.
std::string next_step(const Request& r) {
  const std::string number = request::number_text(r.number);
  if (r.agree_again)
    return fmt::format("A figure has changed: {}. To agree: prorata request agree {}",
                       to_string(r.quoted->refund) + " " + std::string(r.quoted->refund.currency.code()) + " come back now", number);
  switch (r.state) {
    case State::draft:
      return r.quoted ? fmt::format("To file it: prorata request submit {} --first-name .. --last-name .. --email ..", number)
                      : fmt::format("To take it up: prorata request new {}", number);
    case State::partner_approval: return fmt::format("A second person: prorata request approve {}", number);
    case State::with_operator: return fmt::format("The operator: prorata request decide {} approve", number);
    case State::approved:
    case State::executing:
    case State::outcome_unknown: return fmt::format("To go on: prorata request resume {}", number);
    default: return "";
  }
}

Result<int> print_view(Session& session, const RequestView& view) {
  const Request& r = view.request;
  const bool programs = session.globals().format != Format::table;
  Record record;
  add_head(record, r, view.customer.name);
  if (programs) {
    record.add("Id", "id", r.id.text());
    record.add("Kind", "kind", std::string(to_string(r.kind)));
    record.add("Tenant", "customer", r.customer.text());
  }
  record.add("Severity", "severity", std::string(to_string(r.severity)));
  add_figures(record, session, r);
  if (programs || r.agree_again) record.add_flag("Must be agreed to again", "agree_again", r.agree_again);
  record.add("Hold", "hold", r.hold ? r.hold->text() : "");
  record.add("Support request", "ticket", r.ticket);
  if (view.ticket) {
    record.add("Ticket", "ticket_status", fmt::format("{}", to_string(view.ticket->status)));
    record.add("Ticket number", "ticket_number", view.ticket->number);
  }
  add_people(record, r);
  record.add(r.kind == request::Kind::refund ? "Return" : "Exchange", "outcome", r.outcome);
  record.add("Could not be done", "failure", r.failure);
  record.add("Created", "created", to_string(r.created));
  record.add("Answer due", "due", request::at_its_end(r.state) && !programs ? "" : to_string(r.due));
  record.add("Expires", "expires", r.expires && (programs || !request::at_its_end(r.state)) ? to_string(*r.expires) : "");
  record.add("Given back", "returns", return_table(r));
  if (!r.purchases.empty()) record.add("To be bought", "purchases", purchase_table(r));
  if (!r.attachments.empty()) record.add("Files", "attachments", file_table(r));
  if (!r.steps.empty()) record.add("Steps", "steps", step_table(r));
  if (view.ticket) record.add("Conversation", "thread", thread_table(*view.ticket));
  record.print(stdout, session.globals().format);
  return 0;
}

// The short answer of a change: where it stands now, and what comes next.
Result<int> print_after(Session& session, App& app, const Request& r) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const std::optional<Customer> customer = TRY(snapshot->customer(r.customer));
  Record record;
  add_head(record, r, customer ? customer->name : r.customer.text());
  add_figures(record, session, r);
  record.add(r.kind == request::Kind::refund ? "Return" : "Exchange", "outcome", r.outcome);
  record.add("Could not be done", "failure", r.failure);
  if (session.globals().format != Format::table) record.add_flag("Must be agreed to again", "agree_again", r.agree_again);
  record.print(stdout, session.globals().format);
  const std::string next = next_step(r);
  if (session.globals().format == Format::table && !next.empty()) fmt::print("{}\n", muted(next));
  return r.state == State::failed || r.agree_again ? 1 : 0;
}

Result<int> print_draft(Session& session, App& app, const DraftedRequest& draft) {
  if (session.globals().format == Format::table && draft.quote.refund) {
    print_refund_quote(session, *draft.quote.refund);
    fmt::print("\n");
  }
  Request shown_request = draft.request;
  shown_request.quoted = draft.quote.quoted;
  TRY(print_after(session, app, shown_request));
  return draft.quote.refused() ? 1 : 0;
}

Result<std::int64_t> number_in(const RequestOptions& options) { return request::parse_number(options.number); }

Result<std::string> read_file(const std::string& path) {
  std::ifstream opened(path, std::ios::binary);
  if (!opened) return fail(Code::not_found, fmt::format("{}: {}", path, std::strerror(errno)));
  std::string content;
  constexpr std::size_t kPiece = 65'536;
  while (opened && static_cast<std::int64_t>(content.size()) <= request::kAttachmentBytesMax) {
    const std::size_t before = content.size();
    content.resize(before + kPiece);
    opened.read(content.data() + before, kPiece);
    content.resize(before + static_cast<std::size_t>(opened.gcount()));
  }
  return content;
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<RequestQuery> query_of(App& app, const RequestOptions& o) {
  RequestQuery query{
      .assigned_to = o.assigned, .text = o.search, .limit = static_cast<std::size_t>(o.limit), .after = TRY(cursor_of(o.after))};
  if (!o.customer.empty()) query.customer = TRY(customer_named(app, o.customer));
  if (!o.state.empty()) query.state = TRY(parse_word<State>(o.state, "a request's state"));
  if (!o.kind.empty()) query.kind = TRY(parse_word<request::Kind>(o.kind, "a kind of request"));
  if (o.open) query.open = true;
  if (const auto day = TRY(day_if(o.due_before))) query.due_until = start_of(*day);
  query.sort = TRY(parse_word<RequestSort>(o.sort, "a sort"));
  return query;
}

}  // namespace

Result<int> request_ask(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  return print_after(session, app, TRY(ask_for(app, TRY(ask_of(options)))));
}

Result<int> request_new(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  DraftAsk ask{.from = {}, .lines = TRY(ask_of(options))};
  if (!options.number.empty()) ask.from = TRY(number_in(options));
  return print_draft(session, app, TRY(draft_request(app, ask)));
}

Result<int> request_quote(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  return print_draft(session, app, TRY(quote_again(app, TRY(number_in(options)))));
}

Result<int> request_show(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  const RequestView view = TRY(request_view(app, TRY(number_in(options))));
  return print_view(session, view);
}

Result<int> request_list(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  const Page<Request> page = TRY(list_requests(app, TRY(query_of(app, options))));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  CustomerNames names(*snapshot);
  TRY(names.learn(customers_of(page.items, [](const Request& each) { return each.customer; })));
  const bool programs = session.globals().format != Format::table;
  std::vector<Column> columns = {{"Request", "number"},
                                 {"State", "state"},
                                 {"Customer", "customer_name"},
                                 {"About", "title"},
                                 {"Refund", "refund", Align::right},
                                 {"Currency", "currency"},
                                 {"Assigned to", "assigned_to"},
                                 {"Created", "created"},
                                 {"Answer due", "due"}};
  if (programs) columns.insert(columns.end(), {{"Id", "id"}, {"Kind", "kind"}, {"Tenant", "customer"}});
  Table table(std::move(columns));
  for (const Request& r : page.items) {
    std::vector<std::string> cells = {request::number_text(r.number),
                                      std::string(to_string(r.state)),
                                      names.of(r.customer),
                                      title_of(r),
                                      r.quoted ? shown_bare(session, r.quoted->refund) : "",
                                      r.quoted ? std::string(r.quoted->refund.currency.code()) : "",
                                      r.assigned_to,
                                      to_string(r.created),
                                      request::at_its_end(r.state) && !programs ? "" : to_string(r.due)};
    if (programs) cells.insert(cells.end(), {r.id.text(), std::string(to_string(r.kind)), r.customer.text()});
    table.add(std::move(cells));
  }
  table.print(stdout, session.globals().format, "No requests match; 'prorata request new' makes one.");
  say_more(page.next);
  return 0;
}

Result<int> request_submit(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  SubmitAsk ask{.number = TRY(number_in(options)),
                .issue_type = options.issue_type,
                .problem_type = options.problem_type,
                .category = options.category,
                .contact = TRY(contact_of(options)),
                .severity = {},
                .accept_clip = options.accept_clip,
                .key = options.key};
  if (!options.severity.empty()) ask.severity = TRY(parse_word<support::Severity>(options.severity, "a severity"));
  return print_after(session, app, TRY(submit_request(app, ask)));
}

Result<int> request_approve(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  return print_after(session, app, TRY(approve_inside(app, {TRY(number_in(options)), options.reason, options.key})));
}

Result<int> request_decide(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  const DecideAsk ask{TRY(number_in(options)), options.decision == "approve", options.reason, options.key};
  return print_after(session, app, TRY(decide_request(app, ask)));
}

Result<int> request_withdraw(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  return print_after(session, app, TRY(withdraw_request(app, {TRY(number_in(options)), options.reason, options.key})));
}

Result<int> request_agree(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  return print_after(session, app, TRY(agree_again(app, {TRY(number_in(options)), options.key})));
}

Result<int> request_say(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  return print_after(session, app,
                     TRY(say_in_request(app, {.number = TRY(number_in(options)),
                                              .side = options.as_operator ? Side::operator_ : Side::partner,
                                              .text = options.text,
                                              .subject = options.subject,
                                              .key = options.key})));
}

Result<int> request_attach(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  const Request r = TRY(attach_to_request(app, {TRY(number_in(options)), file_name(options.file), TRY(read_file(options.file))}));
  Record record;
  record.add("Request", "number", request::number_text(r.number));
  record.add("Files", "attachments", file_table(r));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> request_file(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  const std::string content = TRY(attachment_content(app, TRY(number_in(options)), options.file));
  if (std::fwrite(content.data(), 1, content.size(), stdout) == content.size()) return 0;
  return fail(Code::storage_full, fmt::format("standard output: {}", std::strerror(errno)));
}

Result<int> request_assign(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  const Request r = TRY(assign_request(app, {.number = TRY(number_in(options)), .user = options.user}));
  Record record;
  record.add("Request", "number", request::number_text(r.number));
  record.add("Assigned to", "assigned_to", r.assigned_to.empty() ? "nobody" : r.assigned_to);
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> request_resume(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  if (!options.number.empty()) return print_after(session, app, TRY(resume_request(app, TRY(number_in(options)))));
  Table table({{"Request", "number"}, {"State", "state"}, {"About", "title"}, {"Because", "failure"}});
  for (const Request& each : TRY(resume_requests(app)))
    table.add({request::number_text(each.number), std::string(to_string(each.state)), title_of(each), each.failure});
  table.print(stdout, session.globals().format, "No request was left half way, and none has run out of time.");
  return 0;
}

Result<int> request_rules(Session& session, const RequestOptions& options) {
  App& app = *TRY(session.app());
  RulesChange change;
  if (options.approval_above == "none")
    change.approval_above = std::optional<Money>();
  else if (!options.approval_above.empty())
    change.approval_above = std::optional(TRY(parse_money(options.approval_above, Currency::usd())));
  if (!options.automatic.empty()) change.automatic_approval = options.automatic == "on";
  const bool changes = change.approval_above || change.automatic_approval;
  const RequestRules rules = changes ? TRY(change_request_rules(app, change)) : TRY(prorata::request_rules(app));
  Record record;
  record.add("A second person above", "approval_above", rules.approval_above ? shown(session, *rules.approval_above) : "no amount");
  record.add_flag("Approved by rule", "automatic_approval", rules.automatic_approval);
  record.print(stdout, session.globals().format);
  return 0;
}

}  // namespace prorata::cli
