#include "portal_api/request_shapes.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/settlement_records.h"
#include "policy/exchange.h"

namespace prorata::portal_api {
namespace {

using request::Act;
using request::Request;
using request::State;

struct ActionName {
  RequestDo what;
  std::string_view name;
};
constexpr auto kActionNames = std::to_array<ActionName>({{RequestDo::draft, "draft"},
                                                         {RequestDo::quote, "quote"},
                                                         {RequestDo::submit, "submit"},
                                                         {RequestDo::approve, "approve"},
                                                         {RequestDo::decline, "decline"},
                                                         {RequestDo::withdraw, "withdraw"},
                                                         {RequestDo::send, "send"},
                                                         {RequestDo::resolve, "resolve"},
                                                         {RequestDo::say, "say"},
                                                         {RequestDo::answer, "answer"},
                                                         {RequestDo::attach, "attach"},
                                                         {RequestDo::assign, "assign"}});

struct StateName {
  State state;
  std::string_view english;
  std::string_view swedish;
};
constexpr auto kStateNames = std::to_array<StateName>({{State::draft, "a draft", "ett utkast"},
                                                       {State::submitted, "submitted", "inskickad"},
                                                       {State::partner_approval, "waiting for a second person", "hos en andra person"},
                                                       {State::with_operator, "with the operator", "hos operatören"},
                                                       {State::approved, "approved", "godkänd"},
                                                       {State::executing, "being done", "under utförande"},
                                                       {State::outcome_unknown, "of an unknown outcome", "av oklart utfall"},
                                                       {State::completed, "done", "klar"},
                                                       {State::withdrawn, "withdrawn", "återkallad"},
                                                       {State::rejected, "declined", "avslagen"},
                                                       {State::expired, "expired", "utgången"},
                                                       {State::failed, "given up", "nedlagd"}});

bool possible(RequestDo what, const Request& r) {
  const bool ended = request::at_its_end(r.state);
  switch (what) {
    case RequestDo::draft: return r.state == State::draft;
    case RequestDo::submit: return r.state == State::draft && r.quoted.has_value();
    case RequestDo::approve: return r.state == State::partner_approval || r.state == State::with_operator;
    case RequestDo::decline: return request::next(r.state, Act::reject).has_value();
    case RequestDo::withdraw: return request::next(r.state, Act::withdraw).has_value();
    case RequestDo::send: return r.state == State::approved || r.state == State::executing;
    case RequestDo::resolve: return r.state == State::outcome_unknown;
    case RequestDo::say:
    case RequestDo::answer: return !ended && !r.ticket.empty();
    case RequestDo::quote:
    case RequestDo::attach:
    case RequestDo::assign: return !ended;
  }
  return false;
}

Right right_of(RequestDo what) {
  switch (what) {
    case RequestDo::draft:
    case RequestDo::quote:
    case RequestDo::attach: return Right::quote;
    case RequestDo::approve:
    case RequestDo::decline:
    case RequestDo::answer: return Right::approve_request;
    default: return Right::submit_request;
  }
}

bool is_mine(const Call& call, const std::optional<request::Who>& who) {
  return who && !who->id.empty() && who->id == call.caller.principal.id.text();
}

// As app/request_record.h asks: the second person and the operator stand above the lines, everything else is asked of every line.
Permission right_to(const Call& call, RequestDo what, const Request& r, const Customer& customer, const ReturnsKnown& known,
                    bool own_counts) {
  const Right right = right_of(what);
  if (right == Right::approve_request) {
    access::Target target = prorata::target_of(customer);
    if (!r.returns.empty()) target.scope = access::scope_of(r.returns.front().order, r.returns.front().reservation);
    if (own_counts && r.submitted_by && !r.submitted_by->id.empty()) target.asked_by = PrincipalId::trusted(r.submitted_by->id);
    return permission(call, right, target);
  }
  if (what == RequestDo::withdraw && r.state == State::draft && is_mine(call, r.asked_by))
    return permission(call, Right::ask, prorata::target_of(customer));
  Permission last{.allowed = true};
  for (const request::ReturnLine& each : r.returns) {
    const Reservation* reservation = known.find(each.reservation);
    last = permission(call, right, reservation == nullptr ? prorata::target_of(customer) : prorata::target_of(customer, *reservation));
    if (!last.allowed) return last;
  }
  return last;
}

std::string name_of(const request::Who& who) { return who.name.empty() ? who.id : who.name; }
void write_who(JsonWriter& w, std::string_view name, const std::optional<request::Who>& who) {
  if (who) w.field_if(name, name_of(*who));
}

void write_action(JsonWriter& w, std::string_view name, const RequestAction& action) {
  w.key(name).begin_object().field("allowed", action.allowed()).field("why", std::string_view(action.may.why));
  w.key("whoCan").begin_array();
  for (const access::Standing each : action.may.who_can) w.text(to_string(each));
  w.end_array();
  if (action.four_eyes) w.field("fourEyes", true);
  if (action.state) w.field("state", true);
  w.end_object();
}

void write_lines(JsonWriter& w, const Request& r, const ReturnsKnown* names) {
  w.key("returns").begin_array();
  for (const request::ReturnLine& each : r.returns) {
    const Reservation* reservation = names == nullptr ? nullptr : names->find(each.reservation);
    w.begin_object().field("reservation", std::string_view(each.reservation.text())).field("order", std::string_view(each.order.text()));
    w.field("quantity", each.quantity).field("sku", std::string_view(each.sku));
    if (reservation != nullptr) w.field("name", std::string_view(reservation->name));
    w.end_object();
  }
  w.end_array().key("purchases").begin_array();
  for (const request::PurchaseWish& each : r.purchases) {
    w.begin_object().field("product", std::string_view(each.line.product)).field("sku", std::string_view(each.line.sku));
    w.field("region", std::string_view(each.line.region)).field("quantity", each.line.quantity);
    w.field("years", std::int64_t{each.line.term.years}).field("plan", to_string(each.line.plan));
    if (each.scope_named) {
      w.key("scope").begin_object().field("type", to_string(each.line.scope.type)).field_if("id", each.line.scope.id).end_object();
    }
    w.end_object();
  }
  w.end_array();
}

void write_quoted(JsonWriter& w, std::string_view name, const Call& call, const Request& r, const request::Quoted& q) {
  w.key(name).begin_object().field_if("quoteId", q.id);
  write_instant(w, "asOf", q.as_of);
  write_instant(w, "validUntil", q.valid_until);
  w.field("policy", std::string_view(q.policy));
  write_money(w, "refund", q.refund);
  write_money(w, "fee", q.fee);
  if (!q.forfeited.is_zero()) write_money(w, "forfeited", q.forfeited);
  write_money(w, "remainingCommitment", q.remaining_commitment);
  if (r.kind == request::Kind::exchange) {
    write_money(w, "purchasesTotal", q.purchases_total);
    write_money(w, "netPayable", q.net_payable);
  }
  write_money(w, "onAllowance", q.pricing_refund);
  write_sentences(w, "reasons", reasons_of(call, q));
  std::vector<Said> notes;
  for (const std::string& each : q.warnings)
    if (const auto warning = parse_word<policy::Warning>(each, "a warning"))
      notes.push_back({.code = each, .arm_code = {}, .text = std::string(sentence(*warning, call.language == Language::swedish))});
  write_sentences(w, "notes", notes);
  w.field("clipped", q.clipped).end_object();
}

// ---- the way of a request ------------------------------------------------------------------------------------------------------------

enum class Standing { done, now, next, failed, unknown };
constexpr auto kStandings = std::to_array<std::string_view>({"done", "now", "next", "failed", "unknown"});

const request::Step* step_to(const Request& r, State to) {
  const auto found = std::ranges::find_if(r.steps.rbegin(), r.steps.rend(), [&](const request::Step& each) { return each.to == to; });
  return found == r.steps.rend() ? nullptr : &*found;
}

class Stages {
 public:
  // Of the names and notes of the partner's people the customer's own see nothing.
  Stages(JsonWriter& w, const Request& r, bool for_customer) : w_(w), r_(r), for_customer_(for_customer) {}

  void write(bool credited) {
    const bool stopped = request::at_its_end(r_.state) && r_.state != State::completed;
    w_.key("stages").begin_array();
    if (r_.asked_by) stage("asked", Standing::done, {.to = State::draft, .by = *r_.asked_by, .at = r_.created, .note = {}});
    stage("draft", r_.state == State::draft ? Standing::now : Standing::done,
          {.to = State::draft, .by = r_.created_by, .at = r_.created, .note = {}});
    const request::Step* submitted = step_to(r_, State::submitted);
    if (r_.kind == request::Kind::refund && (submitted != nullptr || !stopped)) reached("held", submitted, false);
    const request::Step* asked_inside = step_to(r_, State::partner_approval);
    const request::Step* sent = step_to(r_, State::with_operator);
    if (asked_inside != nullptr && (sent != nullptr || !stopped)) {
      if (sent != nullptr)
        stage("approval", Standing::done, *sent);
      else
        stage("approval", Standing::now, *asked_inside);
    }
    if (sent != nullptr || !stopped) reached("sent", sent, false);
    const request::Step* answered = step_to(r_, State::approved);
    if (answered != nullptr || !stopped) reached("answered", answered, r_.state == State::with_operator);
    const request::Step* done = step_to(r_, State::completed);
    if (r_.state == State::outcome_unknown)
      stage("done", Standing::unknown, r_.steps.back());
    else if (done != nullptr || !stopped)
      reached("done", done, r_.state == State::approved || r_.state == State::executing);
    if (stopped) stage("stopped", Standing::failed, r_.steps.back());
    if (!stopped) stage("credited", credited ? Standing::done : r_.state == State::completed ? Standing::now : Standing::next);
    w_.end_array();
  }

 private:
  void reached(std::string_view name, const request::Step* step, bool now) {
    if (step != nullptr && !now)
      stage(name, Standing::done, *step);
    else
      stage(name, now ? Standing::now : Standing::next);
  }
  void stage(std::string_view name, Standing standing) {
    w_.begin_object().field("stage", name).field("standing", kStandings[static_cast<std::size_t>(standing)]).end_object();
  }
  void stage(std::string_view name, Standing standing, const request::Step& step) {
    w_.begin_object().field("stage", name).field("standing", kStandings[static_cast<std::size_t>(standing)]);
    write_instant(w_, "at", step.at);
    if (!for_customer_) w_.field_if("by", name_of(step.by)).field_if("note", step.note);
    w_.end_object();
  }

  JsonWriter& w_;
  const Request& r_;
  bool for_customer_;
};

// ---- the conversation ----------------------------------------------------------------------------------------------------------------

void write_message(JsonWriter& w, std::string_view from, const support::Communication& said) {
  w.field("from", from).field("sender", std::string_view(said.sender)).field_if("subject", said.subject);
  w.field("text", std::string_view(said.body));
  write_instant(w, "at", said.created);
  w.field("seenBy", "operator");
}

std::string_view side_of(const support::Communication& said) { return said.direction == support::Direction::inbound ? "operator" : "desk"; }

// What the customer wrote is a message of theirs; what the desk and the operator say to each other they do not see.
Outcome<void> write_messages(JsonWriter& w, Snapshot& snapshot, const RequestView& view, bool for_customer) {
  const Request& r = view.request;
  w.key("messages").begin_array();
  if (r.asked_by && !trim(r.reason).empty()) {
    bool by_customer = r.asked_by->id.empty();
    if (const Result<PrincipalId> id = PrincipalId::parse(r.asked_by->id)) {
      const std::optional<User> user = TRY(snapshot.user(*id));
      by_customer = user && user->of_customer;
    }
    w.begin_object().field("from", by_customer ? "customer" : "desk").field("sender", std::string_view(name_of(*r.asked_by)));
    w.field("text", std::string_view(r.reason));
    write_instant(w, "at", r.created);
    w.field("seenBy", by_customer ? "customer" : "operator").end_object();
  }
  if (view.ticket && !for_customer)
    for (const support::Communication& each : view.ticket->thread) {
      w.begin_object();
      write_message(w, side_of(each), each);
      w.end_object();
    }
  w.end_array();
  return {};
}

void write_files(JsonWriter& w, const Request& r) {
  w.key("files").begin_array();
  for (const request::Attachment& each : r.attachments) {
    w.begin_object().field("name", std::string_view(each.name)).field("type", std::string_view(each.type)).field("size", each.size);
    w.field("sha256", std::string_view(each.checksum)).field("by", std::string_view(name_of(each.by)));
    write_instant(w, "at", each.at);
    w.end_object();
  }
  w.end_array();
}

Outcome<bool> is_credited(Snapshot& snapshot, const Request& r) {
  if (r.kind != request::Kind::refund || r.state != State::completed) return false;
  const Result<ReturnId> id = ReturnId::parse(r.outcome);
  if (!id) return false;
  const std::optional<CreditMatch> match = TRY(snapshot.credit_match(*id));
  return match && match->amount.has_value();
}

void write_head(JsonWriter& w, const Request& r, const Customer& customer) {
  w.field("number", std::string_view(request::number_text(r.number))).field("etag", std::string_view(std::to_string(r.version)));
  w.field("kind", to_string(r.kind)).field("state", to_string(r.state));
  write_customer_ref(w, customer);
}

}  // namespace

Outcome<ReturnsKnown> ReturnsKnown::of(Snapshot& snapshot, const std::vector<Request>& requests) {
  std::vector<ReservationId> ids;
  for (const Request& each : requests)
    for (const request::ReturnLine& line : each.returns) ids.push_back(line.reservation);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  ReturnsKnown out;
  for (Reservation& each : TRY(snapshot.reservations_by_id(ids))) {
    const ReservationId id = each.id;
    out.known_.emplace(id, std::move(each));
  }
  return out;
}

const Reservation* ReturnsKnown::find(const ReservationId& id) const {
  const auto found = known_.find(id);
  return found == known_.end() ? nullptr : &found->second;
}

std::string not_in_this_state(const Call& call, const Request& r) {
  const auto* name = std::ranges::find(kStateNames, r.state, &StateName::state);
  if (call.language == Language::swedish) return fmt::format("{} är {}.", request::number_text(r.number), name->swedish);
  return fmt::format("{} is {}.", request::number_text(r.number), name->english);
}

RequestAction may_do(const Call& call, RequestDo what, const Request& r, const Customer& customer, const ReturnsKnown& known) {
  RequestAction out{.may = right_to(call, what, r, customer, known, true)};
  if (!possible(what, r)) {
    out.state = true;
    out.may.allowed = false;
    out.may.why = not_in_this_state(call, r);
    return out;
  }
  if (!out.may.allowed && right_of(what) == Right::approve_request && is_mine(call, r.submitted_by) &&
      right_to(call, what, r, customer, known, false).allowed) {
    out.four_eyes = true;
    out.may.why = call.language == Language::swedish ? "En andra person måste godkänna: du skickade in den här begäran själv."
                                                     : "A second person must agree: you submitted this request yourself.";
  }
  return out;
}

std::vector<Said> reasons_of(const Call& call, const request::Quoted& quoted) {
  const bool swedish = call.language == Language::swedish;
  std::vector<Said> out;
  for (const std::string& each : quoted.refusals) {
    if (const auto refusal = parse_word<policy::Refusal>(each, "a refusal"))
      out.push_back({.code = each, .arm_code = std::string(policy::arm_code(*refusal)), .text = std::string(sentence(*refusal, swedish))});
    else if (const auto exchange = parse_word<policy::ExchangeRefusal>(each, "a refusal"))
      out.push_back({.code = each, .arm_code = {}, .text = std::string(sentence(*exchange, swedish))});
  }
  return out;
}

void write_sentences(JsonWriter& w, std::string_view name, const std::vector<Said>& sentences) {
  w.key(name).begin_array();
  for (const Said& each : sentences)
    w.begin_object()
        .field("code", std::string_view(each.code))
        .field_if("armCode", each.arm_code)
        .field("text", std::string_view(each.text))
        .end_object();
  w.end_array();
}

Outcome<void> write_request(JsonWriter& w, const Call& call, Snapshot& snapshot, const RequestView& view, const RequestToday& today) {
  const Request& r = view.request;
  const ReturnsKnown known = TRY(ReturnsKnown::of(snapshot, {r}));
  const bool ended = request::at_its_end(r.state);
  const bool figures = right_to(call, RequestDo::quote, r, view.customer, known, true).allowed;
  const bool for_customer = call.caller.principal.of_customer;
  w.begin_object();
  write_head(w, r, view.customer);
  w.field("id", std::string_view(r.id.text()));
  write_lines(w, r, &known);
  w.field("reason", std::string_view(r.reason)).field("severity", to_string(r.severity));
  if (figures && r.quoted) write_quoted(w, "quoted", call, r, *r.quoted);
  if (figures && today.quoted) write_quoted(w, "today", call, r, *today.quoted);
  if (figures) w.field_if("todayFailed", today.failed);
  w.field("agreeAgain", r.agree_again);
  const std::optional<Hold> hold = r.hold ? TRY(snapshot.hold(*r.hold)) : std::nullopt;
  if (hold && hold->state == HoldState::held && !ended && figures) {
    w.key("hold").begin_object().field("id", std::string_view(hold->id.text()));
    write_money(w, "refund", hold->refund);
    write_instant(w, "expires", hold->expires);
    w.end_object();
  }
  if (view.ticket && !for_customer) {
    w.key("ticket").begin_object().field("name", std::string_view(view.ticket->name));
    w.field("number", std::string_view(view.ticket->number)).field("status", to_string(view.ticket->status)).end_object();
  }
  write_who(w, "askedBy", r.asked_by);
  if (!for_customer) {
    w.field_if("owner", r.assigned_to);
    write_who(w, "createdBy", r.created_by);
    write_who(w, "submittedBy", r.submitted_by);
    write_who(w, "approvedBy", r.approved_by);
    write_who(w, "decidedBy", r.decided_by);
    w.field_if("decisionReason", r.decision_reason).field_if("outcome", r.outcome).field_if("failure", r.failure);
  }
  write_instant(w, "created", r.created);
  write_instant(w, "updated", r.updated);
  if (!ended && r.state != State::draft) write_instant(w, "due", r.due);
  if (r.expires && !ended) write_instant(w, "expires", *r.expires);
  Stages(w, r, for_customer).write(TRY(is_credited(snapshot, r)));
  TRY(write_messages(w, snapshot, view, for_customer));
  write_files(w, r);
  w.key("actions").begin_object();
  for (const ActionName& each : kActionNames) write_action(w, each.name, may_do(call, each.what, r, view.customer, known));
  w.end_object().end_object();
  return {};
}

Outcome<void> write_request_row(JsonWriter& w, const Call& call, Snapshot& snapshot, const Request& r, const Customer& customer,
                                const ReturnsKnown& known) {
  w.begin_object();
  write_head(w, r, customer);
  write_lines(w, r, nullptr);
  if (r.quoted && right_to(call, RequestDo::quote, r, customer, known, true).allowed)
    write_money(w, "amount", r.kind == request::Kind::refund ? r.quoted->refund : r.quoted->net_payable);
  w.field("agreeAgain", r.agree_again).field_if("owner", r.assigned_to);
  write_who(w, "askedBy", r.asked_by);
  write_instant(w, "created", r.created);
  write_instant(w, "updated", r.updated);
  if (!request::at_its_end(r.state) && r.state != State::draft) write_instant(w, "due", r.due);
  if (!r.ticket.empty() && !call.caller.principal.of_customer) {
    const std::optional<support::SupportRequest> ticket = TRY(snapshot.support_request(r.ticket));
    if (ticket && !ticket->thread.empty()) {
      w.key("lastWord").begin_object();
      write_message(w, side_of(ticket->thread.back()), ticket->thread.back());
      w.end_object();
    }
  }
  write_action(w, "approve", may_do(call, RequestDo::approve, r, customer, known));
  write_action(w, "assign", may_do(call, RequestDo::assign, r, customer, known));
  w.end_object();
  return {};
}

}  // namespace prorata::portal_api
