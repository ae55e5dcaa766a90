#include "wire/portal_requests.h"

#include <fmt/format.h>

#include "wire/portal_bodies.h"

namespace prorata::wire {
namespace {

constexpr std::int64_t kQuantityMax = 1'000'000'000;
constexpr std::size_t kTextMax = 20'000;

Result<JsonValue> object_in(JsonReader& reader, std::string_view body, std::initializer_list<std::string_view> known) {
  const JsonValue root = TRY(reader.read(body));
  if (!root.is_object()) return bad_value(root, "an object is expected here");
  TRY(only_members(root, known));
  return root;
}

Result<std::string> text_or_none(const JsonValue& object, std::string_view key, std::size_t bytes_max = kTextMax) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::string();
  const std::string_view text = TRY(text_of(*value));
  if (text.size() > bytes_max) return bad_value(*value, fmt::format("{} bytes at most", bytes_max));
  return std::string(text);
}

Result<bool> flag_or_not(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  return value ? boolean_of(*value) : Result<bool>(false);
}

// A list of at most so many as a request can have.
Result<std::optional<JsonValue>> list_in(const JsonValue& object, std::string_view key) {
  std::optional<JsonValue> list = member_if(object, key);
  if (!list) return list;
  if (!list->is_array()) return bad_value(*list, "a list is expected here");
  if (list->size() > request::kLinesMax) return bad_value(*list, fmt::format("{} lines at most", request::kLinesMax));
  return list;
}

Result<std::vector<request::ReturnLine>> returns_in(const JsonValue& object) {
  std::vector<request::ReturnLine> out;
  const std::optional<JsonValue> list = TRY(list_in(object, "returns"));
  if (!list) return out;
  for (auto each = list->first(); each; each = each->next()) {
    if (!each->is_object()) return bad_value(*each, "an object is expected here");
    TRY(only_members(*each, {"reservation", "quantity"}));
    const JsonValue named = TRY(member(*each, "reservation"));
    const Result<ReservationId> id = ReservationId::parse(TRY(text_of(named)));
    if (!id) return bad_value(named, id.error().message);
    const bool some = member_if(*each, "quantity").has_value();
    const std::int64_t quantity = some ? TRY(integer_at(*each, "quantity", 1, kQuantityMax)) : 0;
    out.push_back({.order = {}, .reservation = *id, .quantity = quantity, .sku = {}});
  }
  return out;
}

Result<request::PurchaseWish> purchase_of(const JsonValue& value) {
  if (!value.is_object()) return bad_value(value, "an object is expected here");
  TRY(only_members(value, {"product", "sku", "region", "quantity", "years", "plan", "scope"}));
  request::PurchaseWish wish;
  const std::string product = TRY(text_or_none(value, "product"));
  if (!product.empty()) wish.line.product = product;
  wish.line.sku = TRY(text_at(value, "sku"));
  wish.line.region = TRY(text_at(value, "region"));
  wish.line.quantity = TRY(integer_at(value, "quantity", 1, kQuantityMax));
  const std::int64_t years = TRY(integer_at(value, "years", 1, 5));
  if (years != 1 && years != 3 && years != 5)
    return bad_value(TRY(member(value, "years")), "reservations are sold for one, three or five years");
  wish.line.term = Term{static_cast<int>(years)};
  wish.line.plan = TRY(word_at<BillingPlan>(value, "plan", "plan"));
  if (const auto scope = member_if(value, "scope")) {
    if (!scope->is_object()) return bad_value(*scope, "an object is expected here");
    TRY(only_members(*scope, {"type", "id"}));
    const Result<Scope> made = make_scope(TRY(word_at<ScopeType>(*scope, "type", "type")), TRY(text_or_none(*scope, "id")));
    if (!made) return bad_value(*scope, made.error().message);
    wish.line.scope = *made;
    wish.scope_named = true;
  }
  return wish;
}

Result<std::vector<request::PurchaseWish>> purchases_in(const JsonValue& object) {
  std::vector<request::PurchaseWish> out;
  const std::optional<JsonValue> list = TRY(list_in(object, "purchases"));
  if (!list) return out;
  for (auto each = list->first(); each; each = each->next()) out.push_back(TRY(purchase_of(*each)));
  return out;
}

Result<std::optional<support::Severity>> severity_in(const JsonValue& object) {
  if (!member_if(object, "severity")) return std::optional<support::Severity>();
  return std::optional(TRY(word_at<support::Severity>(object, "severity", "severity")));
}

Result<AskFor> lines_of(const JsonValue& root) {
  AskFor ask{.returns = TRY(returns_in(root)), .purchases = TRY(purchases_in(root))};
  if (member_if(root, "kind"))
    ask.kind = TRY(word_at<request::Kind>(root, "kind", "kind"));
  else if (!ask.purchases.empty())
    ask.kind = request::Kind::exchange;
  ask.reason = TRY(text_or_none(root, "reason"));
  ask.severity = TRY(severity_in(root)).value_or(support::Severity::minimal);
  return ask;
}

Result<RequestConsent> consent_of(const JsonValue& value) {
  if (!value.is_object()) return bad_value(value, "an object is expected here");
  TRY(only_members(value, {"quoteId", "amount", "currency", "policy"}));
  RequestConsent out;
  const JsonValue code = TRY(member(value, "currency"));
  const Result<Currency> currency = Currency::parse(TRY(text_of(code)));
  if (!currency) return bad_value(code, currency.error().message);
  out.amount = TRY(money_at(value, "amount", *currency));
  out.policy = TRY(text_at(value, "policy"));
  if (const auto named = member_if(value, "quoteId")) {
    const Result<QuoteId> id = QuoteId::parse(TRY(text_of(*named)));
    if (!id) return bad_value(*named, id.error().message);
    out.quote = *id;
  }
  return out;
}

Result<SubmitAsk> form_of(const JsonValue& root) {
  SubmitAsk ask;
  ask.contact = TRY(read_portal_contact(TRY(member(root, "contact"))));
  ask.severity = TRY(severity_in(root));
  ask.accept_clip = TRY(flag_or_not(root, "acceptClip"));
  ask.consent = TRY(consent_of(TRY(member(root, "consent"))));
  return ask;
}

}  // namespace

Result<WholeAsk> read_portal_new_request(JsonReader& reader, std::string_view body) {
  const JsonValue root =
      TRY(object_in(reader, body, {"from", "kind", "returns", "purchases", "reason", "severity", "contact", "consent", "acceptClip"}));
  WholeAsk ask{.draft = {.from = {}, .lines = TRY(lines_of(root))}, .form = TRY(form_of(root))};
  if (const auto from = member_if(root, "from")) {
    const Result<std::int64_t> number = request::parse_number(TRY(text_of(*from)));
    if (!number) return bad_value(*from, number.error().message);
    ask.draft.from = *number;
  } else {
    TRY(member(root, "returns"));
  }
  return ask;
}

Result<AskFor> read_portal_request_lines(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"kind", "returns", "purchases", "reason", "severity"}));
  TRY(member(root, "returns"));
  return lines_of(root);
}

Result<AskFor> read_portal_request_change(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"returns", "purchases"}));
  return lines_of(root);
}

Result<SubmitAsk> read_portal_request_form(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"contact", "consent", "acceptClip", "severity"}));
  return form_of(root);
}

Result<std::optional<RequestConsent>> read_portal_consent(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"consent"}));
  const auto consent = member_if(root, "consent");
  if (!consent) return std::optional<RequestConsent>();
  return std::optional(TRY(consent_of(*consent)));
}

Result<std::string> read_portal_note(JsonReader& reader, std::string_view body, std::string_view name) {
  const JsonValue root = TRY(object_in(reader, body, {name}));
  return text_or_none(root, name, request::kReasonMax);
}

Result<PortalSaying> read_portal_saying(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"text", "asOperator"}));
  PortalSaying out{.text = TRY(text_or_none(root, "text")), .as_operator = TRY(flag_or_not(root, "asOperator"))};
  if (trim(out.text).empty()) return bad_value(TRY(member(root, "text")), "a message says something");
  return out;
}

}  // namespace prorata::wire
