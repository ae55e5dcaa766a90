// Requests for a refund or an exchange: the inbox, one with all that belongs to it, and everything that is done with it.
#include <algorithm>
#include <functional>
#include <memory>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/decide_request.h"
#include "app/desk.h"
#include "app/draft_request.h"
#include "app/execute_request.h"
#include "app/request_record.h"
#include "app/submit_request.h"
#include "portal_api/inbox.h"
#include "portal_api/request_shapes.h"
#include "wire/portal_requests.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;
using request::Request;
using request::State;

constexpr std::string_view kResource = "/api/requests";

// ---- one of them ---------------------------------------------------------------------------------------------------------------------

std::unexpected<Refused> no_request(std::string_view number) {
  return refuse(404, "not_found", fmt::format("there is no request {}", number.substr(0, 80)));
}

// Whoever may not know of its customer is told that it is not there.
Outcome<std::int64_t> number_of(Call& call) {
  const std::string& text = call.path.at("number");
  const Result<std::int64_t> number = request::parse_number(text);
  if (!number) return no_request(text);
  const auto snapshot = TRY(call.app.store.snapshot());
  const std::optional<Request> request = TRY(snapshot->request_numbered(*number));
  const std::optional<Customer> customer = request ? TRY(snapshot->customer(request->customer)) : std::nullopt;
  if (!customer || !sees(call, *customer)) return no_request(text);
  return *number;
}

// What it would be now, where that is still a question.
Outcome<RequestToday> today_of(Call& call, Snapshot& snapshot, const Request& request) {
  if (request::at_its_end(request.state)) return RequestToday{};
  Request asked = request;
  if (asked.kind == request::Kind::exchange && asked.purchases.empty()) return RequestToday{};
  const Result<RequestQuote> quote = quote_now(call.app, snapshot, asked);
  if (quote) return RequestToday{.quoted = quote->quoted, .failed = {}};
  switch (quote.error().code) {
    case Code::forbidden: return RequestToday{};
    case Code::refused:
    case Code::not_found:
    case Code::invalid_argument: return RequestToday{.quoted = {}, .failed = quote.error().message};
    default: return std::unexpected(Refused(quote.error()));
  }
}

Outcome<void> write_whole(JsonWriter& w, Call& call, std::int64_t number) {
  const RequestView view = TRY(request_view(call.app, number));
  const auto snapshot = TRY(call.app.store.snapshot());
  const RequestToday today = TRY(today_of(call, *snapshot, view.request));
  return write_request(w, call, *snapshot, view, today);
}

Outcome<Response> get(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  std::string body;
  JsonWriter w(body);
  TRY(write_whole(w, call, number));
  return http::json(200, std::move(body));
}

// ---- answers of writes ---------------------------------------------------------------------------------------------------------------

Outcome<Response> answer(Call& call, int status, std::optional<std::int64_t> number, const std::vector<Said>& reasons, bool ok) {
  std::string body;
  JsonWriter w(body);
  w.begin_object().field("ok", ok);
  write_sentences(w, "reasons", reasons);
  if (number) {
    w.key("request");
    TRY(write_whole(w, call, *number));
  }
  w.end_object();
  return http::json(status, std::move(body));
}
Outcome<Response> done(Call& call, const Request& request, int status = 200) { return answer(call, status, request.number, {}, true); }
Outcome<Response> not_allowed(Call& call, std::optional<std::int64_t> number, std::vector<Said> reasons) {
  return answer(call, 200, number, reasons, false);
}

// Who may not is told who could, and that a second person is wanted where it is their own.
Refused forbidden(const Permission& may, bool four_eyes, const Error& why) {
  Problem problem = problem_of(why);
  if (!may.why.empty()) problem.detail = may.why;
  if (four_eyes) problem.reason = "four_eyes";
  for (const access::Standing each : may.who_can) problem.who_can.emplace_back(to_string(each));
  return problem;
}

Said said_of(const Call& call, const Error& why) {
  const bool swedish = call.language == Language::swedish;
  if (why.reason == "clip_needs_consent")
    return {.code = why.reason,
            .arm_code = {},
            .text = swedish ? "Gränsen minskar återbetalningen. Godkänn att resten går förlorad."
                            : "The allowance cuts the refund. Agree that the rest is lost."};
  request::Quoted one;
  if (!why.reason.empty()) one.refusals = {why.reason};
  std::vector<Said> known = reasons_of(call, one);
  if (!known.empty()) return known.front();
  return {.code = why.reason.empty() ? "refused" : why.reason, .arm_code = {}, .text = why.message};
}

// What is refused by the policy has all its reasons, not the headline alone; `quote` works them out.
using Requote = std::function<Result<RequestQuote>(Snapshot&)>;
Outcome<std::vector<Said>> reasons_against(Call& call, const Error& why, const Requote& quote) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Result<RequestQuote> made = quote(*snapshot);
  if (made && has(made->quoted.refusals, why.reason)) return reasons_of(call, made->quoted);
  return std::vector{said_of(call, why)};
}

std::unexpected<Refused> failed(const Error& why) {
  if (why.reason == kChangedMeanwhile) return refuse(412, std::string(kChangedMeanwhile), why.message);
  return std::unexpected(with_pointer(why));
}

// What a write that was not done is answered with.
Outcome<Response> not_done(Call& call, RequestDo what, std::int64_t number, const Error& why) {
  if (why.code != Code::refused && why.code != Code::forbidden) return failed(why);
  RequestView view;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    view.request = TRY(load_request_numbered(*snapshot, number));
    view.customer = *TRY(snapshot->customer(view.request.customer));
    const RequestAction action = may_do(call, what, view.request, view.customer, TRY(ReturnsKnown::of(*snapshot, {view.request})));
    if (why.code == Code::forbidden) {
      if (action.state) return failed(why);
      return std::unexpected(forbidden(action.may, action.four_eyes, why));
    }
    if (action.state && why.reason.empty())
      return not_allowed(call, number, {{.code = "not_in_this_state", .arm_code = {}, .text = action.may.why}});
  }
  const auto reasons =
      TRY(reasons_against(call, why, [&](Snapshot& snapshot) { return prorata::quote_now(call.app, snapshot, view.request); }));
  return not_allowed(call, number, reasons);
}

// Of what is not there yet: the right is asked on the lines.
Outcome<Response> not_begun(Call& call, Right right, const DraftAsk& ask, const Error& why) {
  if (why.code == Code::forbidden) {
    const auto snapshot = TRY(call.app.store.snapshot());
    for (const request::ReturnLine& each : ask.lines.returns) {
      const std::optional<Reservation> reservation = TRY(snapshot->reservation(each.reservation));
      const std::optional<Customer> customer = reservation ? TRY(snapshot->customer(reservation->customer)) : std::nullopt;
      if (!customer) continue;
      if (!sees(call, *customer)) return refuse(404, "not_found", fmt::format("there is no reservation {}", each.reservation.text()));
      for (const Right needed : {right, Right::quote}) {
        const Permission may = permission(call, needed, prorata::target_of(*customer, *reservation));
        if (!may.allowed) return std::unexpected(forbidden(may, false, why));
      }
    }
  }
  if (why.code != Code::refused) return failed(why);
  const auto reasons = TRY(reasons_against(call, why, [&](Snapshot& snapshot) -> Result<RequestQuote> {
    const Moment moment = TRY(load_moment(call.app, snapshot));
    return TRY(drafted(call.app, snapshot, ask, RequestId::trusted(call.app.ids.next()), moment.now)).quote;
  }));
  return not_allowed(call, std::nullopt, reasons);
}

// ---- what a write saw ----------------------------------------------------------------------------------------------------------------

Outcome<std::int64_t> version_seen(const Call& call) {
  std::string_view text = trim(call.request.headers.get("If-Match"));
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  if (text.empty() || text == "*") return 0;
  const Result<std::int64_t> version = parse_integer(text, 1, INT64_MAX, "If-Match");
  if (!version) return refuse(412, std::string(kChangedMeanwhile), "If-Match is the etag of the request that was seen");
  return *version;
}

std::string key_of(const Call& call) { return write_request(call).key; }

// ---- lists ---------------------------------------------------------------------------------------------------------------------------

Outcome<Response> list(Call& call, Inbox& inbox) {
  const WindowAsk span = TRY(window_asked(call));
  InboxQuery query{.view = TRY(word_asked(call, "view", InboxView::all)),
                   .customer = TRY(id_asked<CustomerId>(call, "customer")),
                   .reservation = TRY(id_asked<ReservationId>(call, "reservation")),
                   .words = words_of(TRY(text_asked(call, "q"))),
                   .sort = TRY(word_asked(call, "sort", InboxSort::created)),
                   .descending = span.descending,
                   .me = {.id = call.caller.principal.id.text(), .name = call.app.actor}};
  if (const auto kind = call.request.query.find("kind"); kind && !kind->empty())
    query.kind = TRY(word_asked(call, "kind", request::Kind::refund));
  query.sees = [&](const Customer& customer) {
    return sees(call, customer) && call.allows(Right::list_customers, Access::read, prorata::target_of(customer));
  };
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  const InboxWindow window = TRY(inbox.window(*snapshot, query, span.offset, span.limit));

  std::vector<Request> rows;
  std::vector<CustomerId> ids;
  for (const std::int64_t number : window.numbers)
    if (std::optional<Request> each = TRY(snapshot->request_numbered(number))) {
      ids.push_back(each->customer);
      rows.push_back(*std::move(each));
    }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  std::map<CustomerId, Customer> customers;
  for (Customer& each : TRY(snapshot->customers_by_id(ids))) {
    const CustomerId id = each.id;
    customers.emplace(id, std::move(each));
  }
  const ReturnsKnown known = TRY(ReturnsKnown::of(*snapshot, rows));
  std::string body;
  JsonWriter w(body);
  w.begin_object().field("total", window.total).field("offset", static_cast<std::int64_t>(span.offset));
  write_instant(w, "asOf", moment.now);
  w.key("views").begin_object();
  for (const auto& [view, name] : kWords<InboxView>) w.field(name, window.views[static_cast<std::size_t>(view)]);
  w.end_object().key("rows").begin_array();
  for (const Request& each : rows) TRY(write_request_row(w, call, *snapshot, each, customers.at(each.customer), known));
  w.end_array().end_object();
  return http::json(200, std::move(body));
}

// ---- it begins -----------------------------------------------------------------------------------------------------------------------

Outcome<Response> file(Call& call) {
  wire::JsonReader reader;
  WholeAsk ask = TRY(wire::read_portal_new_request(reader, call.request.body));
  ask.form.key = key_of(call);
  ask.draft.seen_version = TRY(version_seen(call));
  const Result<Request> filed = submit_whole(call.app, ask);
  if (filed) return done(call, *filed, 201);
  if (!ask.draft.from) return not_begun(call, Right::submit_request, ask.draft, filed.error());
  return not_done(call, RequestDo::submit, *ask.draft.from, filed.error());
}

Outcome<Response> ask(Call& call) {
  wire::JsonReader reader;
  AskFor asked = TRY(wire::read_portal_request_lines(reader, call.request.body));
  asked.key = key_of(call);
  const Result<Request> noted = ask_for(call.app, asked);
  if (noted) return done(call, *noted, 201);
  return not_begun(call, Right::ask, {.from = {}, .lines = asked}, noted.error());
}

Outcome<Response> draft(Call& call) {
  wire::JsonReader reader;
  DraftAsk ask{.from = {}, .lines = TRY(wire::read_portal_request_lines(reader, call.request.body))};
  ask.lines.key = key_of(call);
  const Result<DraftedRequest> made = draft_request(call.app, ask);
  if (!made) return not_begun(call, Right::quote, ask, made.error());
  return answer(call, 201, made->request.number, reasons_of(call, made->quote.quoted), !made->quote.refused());
}

Outcome<Response> take_up(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  DraftAsk ask{.from = number, .lines = TRY(wire::read_portal_request_change(reader, call.request.body))};
  ask.lines.key = key_of(call);
  ask.seen_version = TRY(version_seen(call));
  const Result<DraftedRequest> made = draft_request(call.app, ask);
  if (!made) return not_done(call, RequestDo::draft, number, made.error());
  return answer(call, 200, number, reasons_of(call, made->quote.quoted), !made->quote.refused());
}

Outcome<Response> quote(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  const Result<DraftedRequest> made = quote_again(call.app, number);
  if (!made) return not_done(call, RequestDo::quote, number, made.error());
  return answer(call, 200, number, reasons_of(call, made->quote.quoted), !made->quote.refused());
}

Outcome<Response> submit(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  SubmitAsk form = TRY(wire::read_portal_request_form(reader, call.request.body));
  form.number = number;
  form.key = key_of(call);
  form.seen_version = TRY(version_seen(call));
  const Result<Request> filed = submit_request(call.app, form);
  return filed ? done(call, *filed) : not_done(call, RequestDo::submit, number, filed.error());
}

// ---- it is decided -------------------------------------------------------------------------------------------------------------------

// Whose yes is wanted says where it stands. One that has moved on since is told so by the step that is not possible any more.
Outcome<Response> approve(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  const std::string note = TRY(wire::read_portal_note(reader, call.request.body, "note"));
  const std::int64_t seen = TRY(version_seen(call));
  const std::string key = key_of(call);
  bool inside = false;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    const Request request = TRY(load_request_numbered(*snapshot, number));
    // An answer under this key is one of the same step, wherever it stands by now.
    const std::optional<IdempotencyRecord> before = TRY(snapshot->answered(key));
    inside = before ? before->request.starts_with("approve inside") : request.state == State::partner_approval;
  }
  const Result<Request> after =
      inside ? approve_inside(call.app, {.number = number, .note = note, .key = key, .seen_version = seen})
             : decide_request(call.app, {.number = number, .approve = true, .reason = note, .key = key, .seen_version = seen});
  return after ? done(call, *after) : not_done(call, RequestDo::approve, number, after.error());
}

Outcome<Response> decline(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  const std::string reason = TRY(wire::read_portal_note(reader, call.request.body, "reason"));
  const Result<Request> after = decide_request(
      call.app, {.number = number, .approve = false, .reason = reason, .key = key_of(call), .seen_version = TRY(version_seen(call))});
  return after ? done(call, *after) : not_done(call, RequestDo::decline, number, after.error());
}

Outcome<Response> withdraw(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  const std::string reason = TRY(wire::read_portal_note(reader, call.request.body, "reason"));
  const Result<Request> after =
      withdraw_request(call.app, {.number = number, .reason = reason, .key = key_of(call), .seen_version = TRY(version_seen(call))});
  return after ? done(call, *after) : not_done(call, RequestDo::withdraw, number, after.error());
}

// ---- it is done ----------------------------------------------------------------------------------------------------------------------

Outcome<Response> send(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  const std::optional<RequestConsent> consent = TRY(wire::read_portal_consent(reader, call.request.body));
  const std::int64_t seen = TRY(version_seen(call));
  const std::string key = key_of(call);
  bool agrees = false;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    const Request request = TRY(load_request_numbered(*snapshot, number));
    agrees = TRY(snapshot->answered(key)).has_value() || request.agree_again;
    if (!agrees && request.state != State::approved && request.state != State::executing)
      return not_allowed(call, number, {{.code = "not_in_this_state", .arm_code = {}, .text = not_in_this_state(call, request)}});
    if (!agrees)
      if (const Result<void> same = check_seen(request, seen); !same) return failed(same.error());
  }
  if (agrees && !consent) return refuse(409, "stale_quote", "a figure has moved since it was agreed to; agree to the new one", "/consent");
  const Result<Request> after = agrees
                                    ? agree_again(call.app, {.number = number, .key = key, .seen_version = seen, .amount = consent->amount})
                                    : resume_request(call.app, number);
  return after ? done(call, *after) : not_done(call, RequestDo::send, number, after.error());
}

// Looks, and does nothing again.
Outcome<Response> resolve(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    const Request request = TRY(load_request_numbered(*snapshot, number));
    if (request.state != State::outcome_unknown)
      return not_allowed(call, number, {{.code = "not_in_this_state", .arm_code = {}, .text = not_in_this_state(call, request)}});
  }
  const Result<Request> after = resume_request(call.app, number);
  return after ? done(call, *after) : not_done(call, RequestDo::resolve, number, after.error());
}

// ---- beside it -----------------------------------------------------------------------------------------------------------------------

Outcome<Response> say(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  const wire::PortalSaying said = TRY(wire::read_portal_saying(reader, call.request.body));
  const Result<Request> after = say_in_request(call.app, {.number = number,
                                                          .side = said.as_operator ? Side::operator_ : Side::partner,
                                                          .text = said.text,
                                                          .subject = {},
                                                          .key = key_of(call)});
  return after ? done(call, *after) : not_done(call, said.as_operator ? RequestDo::answer : RequestDo::say, number, after.error());
}

Outcome<Response> assign(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  wire::JsonReader reader;
  const std::string user = TRY(wire::read_portal_note(reader, call.request.body, "user"));
  const Result<Request> after =
      assign_request(call.app, {.number = number, .user = user, .key = key_of(call), .seen_version = TRY(version_seen(call))});
  return after ? done(call, *after) : not_done(call, RequestDo::assign, number, after.error());
}

Outcome<Response> put_file(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  const Result<Request> after = attach_to_request(call.app, {number, call.path.at("name"), call.request.body});
  return after ? done(call, *after) : not_done(call, RequestDo::attach, number, after.error());
}

// Never shown within the page, whatever it is: a file of a customer's is not one of ours.
Outcome<Response> get_file(Call& call) {
  const std::int64_t number = TRY(number_of(call));
  const std::string& name = call.path.at("name");
  std::string content = TRY(attachment_content(call.app, number, name));
  Response response{.content_type = "application/octet-stream", .body = std::move(content)};
  return std::move(response).with("Content-Disposition", fmt::format("attachment; filename*=UTF-8''{}", http::percent_encode(name)));
}

}  // namespace

std::vector<Route> request_routes() {
  const std::string all(kResource);
  const std::string one = all + "/{number}";
  const auto inbox = std::make_shared<Inbox>();
  std::vector<Route> routes = {{.pattern = all, .handler = [inbox](Call& call) { return list(call, *inbox); }},
                               {.pattern = one, .handler = get},
                               {.pattern = one + "/files/{name}", .handler = get_file}};
  const auto write = [&](Method method, std::string pattern, Handler handler) {
    routes.push_back(
        {.method = method, .pattern = std::move(pattern), .handler = std::move(handler), .kind = http::Kind::writes, .key = Key::needed});
  };
  write(Method::post, all, file);
  write(Method::post, all + "/asks", ask);
  write(Method::post, all + "/drafts", draft);
  write(Method::post, one + "/draft", take_up);
  write(Method::post, one + "/quote", quote);
  write(Method::post, one + "/submit", submit);
  write(Method::post, one + "/approve", approve);
  write(Method::post, one + "/decline", decline);
  write(Method::post, one + "/withdraw", withdraw);
  write(Method::post, one + "/send", send);
  write(Method::post, one + "/resolve", resolve);
  write(Method::post, one + "/messages", say);
  write(Method::put, one + "/owner", assign);
  write(Method::put, one + "/files/{name}", put_file);
  return routes;
}

}  // namespace prorata::portal_api
