// The stored form of requests for refunds and exchanges.
#include "wire/stored.h"
#include "wire/stored_fields.h"

namespace prorata::wire {

using namespace stored;

namespace {

void who(JsonWriter& w, std::string_view name, const request::Who& value) {
  w.key(name).begin_object().field_if("id", value.id).field_if("name", value.name).end_object();
}
void who_if(JsonWriter& w, std::string_view name, const std::optional<request::Who>& value) {
  if (value) who(w, name, *value);
}
Result<request::Who> who_at(const JsonValue& v, std::string_view name) {
  const JsonValue value = TRY(member(v, name));
  return request::Who{str_if(value, "id"), str_if(value, "name")};
}
Result<std::optional<request::Who>> who_if_at(const JsonValue& v, std::string_view name) {
  if (!member_if(v, name)) return std::optional<request::Who>();
  return std::optional(TRY(who_at(v, name)));
}

void return_lines(JsonWriter& w, const std::vector<request::ReturnLine>& lines) {
  w.key("returns").begin_array();
  for (const request::ReturnLine& each : lines) {
    w.begin_object();
    id(w, "order", each.order);
    id(w, "reservation", each.reservation).field("quantity", each.quantity).field_if("sku", each.sku).end_object();
  }
  w.end_array();
}
Result<std::vector<request::ReturnLine>> return_lines_at(const JsonValue& v) {
  std::vector<request::ReturnLine> out;
  const JsonValue list = TRY(member(v, "returns"));
  for (auto each = list.first(); each; each = each->next())
    out.push_back({.order = TRY(id_at<OrderId>(*each, "order")),
                   .reservation = TRY(id_at<ReservationId>(*each, "reservation")),
                   .quantity = TRY(whole(*each, "quantity")),
                   .sku = str_if(*each, "sku")});
  return out;
}

void purchase_wishes(JsonWriter& w, const std::vector<request::PurchaseWish>& wishes) {
  if (wishes.empty()) return;
  w.key("purchases").begin_array();
  for (const request::PurchaseWish& each : wishes) {
    w.begin_object();
    purchase_line(w, each.line);
    flag(w, "scope_named", each.scope_named);
    w.end_object();
  }
  w.end_array();
}
Result<std::vector<request::PurchaseWish>> purchase_wishes_at(const JsonValue& v) {
  std::vector<request::PurchaseWish> out;
  const auto list = member_if(v, "purchases");
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next())
    out.push_back({TRY(purchase_line_at(*each)), flag_at(*each, "scope_named")});
  return out;
}

void quoted(JsonWriter& w, const request::Quoted& q) {
  w.key("quoted").begin_object().field("id", std::string_view(q.id));
  instant(w, "as_of", q.as_of);
  instant(w, "valid_until", q.valid_until);
  w.field("policy", std::string_view(q.policy)).field("fingerprint", std::string_view(q.fingerprint));
  money(w, "refund", q.refund);
  money(w, "fee", q.fee);
  money(w, "forfeited", q.forfeited);
  money(w, "remaining_commitment", q.remaining_commitment);
  money(w, "purchases_total", q.purchases_total);
  money(w, "net_payable", q.net_payable);
  money(w, "pricing_refund", q.pricing_refund);
  money(w, "pricing_cancelled", q.pricing_cancelled);
  texts(w, "refusals", q.refusals);
  texts(w, "warnings", q.warnings);
  flag(w, "clipped", q.clipped);
  w.end_object();
}
Result<std::optional<request::Quoted>> quoted_if_at(const JsonValue& v) {
  const auto q = member_if(v, "quoted");
  if (!q) return std::optional<request::Quoted>();
  return std::optional(request::Quoted{.id = TRY(str(*q, "id")),
                                       .as_of = TRY(ticks(*q, "as_of")),
                                       .valid_until = TRY(ticks(*q, "valid_until")),
                                       .policy = TRY(str(*q, "policy")),
                                       .fingerprint = TRY(str(*q, "fingerprint")),
                                       .refund = TRY(amount(*q, "refund")),
                                       .fee = TRY(amount(*q, "fee")),
                                       .forfeited = TRY(amount(*q, "forfeited")),
                                       .remaining_commitment = TRY(amount(*q, "remaining_commitment")),
                                       .purchases_total = TRY(amount(*q, "purchases_total")),
                                       .net_payable = TRY(amount(*q, "net_payable")),
                                       .pricing_refund = TRY(amount(*q, "pricing_refund")),
                                       .pricing_cancelled = TRY(amount(*q, "pricing_cancelled")),
                                       .refusals = texts_at(*q, "refusals"),
                                       .warnings = texts_at(*q, "warnings"),
                                       .clipped = flag_at(*q, "clipped")});
}

void attachments(JsonWriter& w, const std::vector<request::Attachment>& files) {
  if (files.empty()) return;
  w.key("attachments").begin_array();
  for (const request::Attachment& each : files) {
    w.begin_object().field("name", std::string_view(each.name)).field("type", std::string_view(each.type)).field("size", each.size);
    w.field("checksum", std::string_view(each.checksum));
    who(w, "by", each.by);
    instant(w, "at", each.at);
    w.end_object();
  }
  w.end_array();
}
Result<std::vector<request::Attachment>> attachments_at(const JsonValue& v) {
  std::vector<request::Attachment> out;
  const auto list = member_if(v, "attachments");
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next())
    out.push_back({.name = TRY(str(*each, "name")),
                   .type = TRY(str(*each, "type")),
                   .size = TRY(whole(*each, "size")),
                   .checksum = TRY(str(*each, "checksum")),
                   .by = TRY(who_at(*each, "by")),
                   .at = TRY(ticks(*each, "at"))});
  return out;
}

void steps(JsonWriter& w, const std::vector<request::Step>& taken) {
  if (taken.empty()) return;
  w.key("steps").begin_array();
  for (const request::Step& each : taken) {
    w.begin_object();
    word(w, "from", each.from);
    word(w, "to", each.to);
    who(w, "by", each.by);
    instant(w, "at", each.at);
    w.field_if("note", each.note).end_object();
  }
  w.end_array();
}
Result<std::vector<request::Step>> steps_at(const JsonValue& v) {
  std::vector<request::Step> out;
  const auto list = member_if(v, "steps");
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next())
    out.push_back({.from = TRY(word_at<request::State>(*each, "from", "a request's state")),
                   .to = TRY(word_at<request::State>(*each, "to", "a request's state")),
                   .by = TRY(who_at(*each, "by")),
                   .at = TRY(ticks(*each, "at")),
                   .note = str_if(*each, "note")});
  return out;
}

Result<request::Request> read_request(const JsonValue& v) {
  return request::Request{.id = TRY(id_at<RequestId>(v, "id")),
                          .number = TRY(whole(v, "number")),
                          .kind = TRY(word_at<request::Kind>(v, "kind", "a kind of request")),
                          .state = TRY(word_at<request::State>(v, "state", "a request's state")),
                          .customer = TRY(id_at<CustomerId>(v, "customer")),
                          .returns = TRY(return_lines_at(v)),
                          .purchases = TRY(purchase_wishes_at(v)),
                          .reason = str_if(v, "reason"),
                          .severity = TRY(word_at<support::Severity>(v, "severity", "a severity")),
                          .quoted = TRY(quoted_if_at(v)),
                          .accept_clip = flag_at(v, "accept_clip"),
                          .agree_again = flag_at(v, "agree_again"),
                          .hold = TRY(id_if_at<HoldId>(v, "hold")),
                          .ticket = str_if(v, "ticket"),
                          .asked_by = TRY(who_if_at(v, "asked_by")),
                          .created_by = TRY(who_at(v, "created_by")),
                          .submitted_by = TRY(who_if_at(v, "submitted_by")),
                          .approved_by = TRY(who_if_at(v, "approved_by")),
                          .decided_by = TRY(who_if_at(v, "decided_by")),
                          .decision_reason = str_if(v, "decision_reason"),
                          .assigned_to = str_if(v, "assigned_to"),
                          .outcome = str_if(v, "outcome"),
                          .failure = str_if(v, "failure"),
                          .created = TRY(ticks(v, "created")),
                          .updated = TRY(ticks(v, "updated")),
                          .due = TRY(ticks(v, "due")),
                          .expires = TRY(ticks_if(v, "expires")),
                          .attachments = TRY(attachments_at(v)),
                          .steps = TRY(steps_at(v))};
}

}  // namespace

std::string encode(const request::Request& r) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "id", r.id).field("number", r.number);
  word(w, "kind", r.kind);
  word(w, "state", r.state);
  id(w, "customer", r.customer);
  return_lines(w, r.returns);
  purchase_wishes(w, r.purchases);
  w.field_if("reason", r.reason);
  word(w, "severity", r.severity);
  if (r.quoted) quoted(w, *r.quoted);
  flag(w, "accept_clip", r.accept_clip);
  flag(w, "agree_again", r.agree_again);
  id_if(w, "hold", r.hold);
  w.field_if("ticket", r.ticket);
  who_if(w, "asked_by", r.asked_by);
  who(w, "created_by", r.created_by);
  who_if(w, "submitted_by", r.submitted_by);
  who_if(w, "approved_by", r.approved_by);
  who_if(w, "decided_by", r.decided_by);
  w.field_if("decision_reason", r.decision_reason).field_if("assigned_to", r.assigned_to);
  w.field_if("outcome", r.outcome).field_if("failure", r.failure);
  instant(w, "created", r.created);
  instant(w, "updated", r.updated);
  instant(w, "due", r.due);
  instant_if(w, "expires", r.expires);
  attachments(w, r.attachments);
  steps(w, r.steps);
  w.end_object();
  return out;
}

template <>
Result<request::Request> decode(JsonReader& reader, std::string_view body) {
  return decode_with<request::Request>(reader, body, read_request);
}

}  // namespace prorata::wire
