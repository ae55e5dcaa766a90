#include "wire/partner_bodies.h"

#include <array>

#include <fmt/format.h>

#include "wire/country_codes.h"

namespace prorata::wire {
namespace {

constexpr std::int64_t kQuantityMax = 1'000'000'000;
constexpr std::size_t kItemsMax = 100;

// A member in any letter case; absent where it is null.
std::optional<JsonValue> part(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> found = object.find_ignoring_case(key);
  return found && !found->is_null() ? found : std::nullopt;
}

Result<std::string> text_part(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = part(object, key);
  if (!value) return std::string();
  return std::string(TRY(text_of(*value)));
}

Result<std::string> needed_text(const JsonValue& object, std::string_view key) {
  std::string text = TRY(text_part(object, key));
  if (text.empty()) return bad_value(object, fmt::format("'{}' is missing", key));
  return text;
}

Result<std::vector<JsonValue>> list_part(const JsonValue& object, std::string_view key) {
  std::vector<JsonValue> out;
  const std::optional<JsonValue> list = part(object, key);
  if (!list) return out;
  if (!list->is_array()) return bad_value(*list, "a list is expected here");
  for (auto each = list->first(); each; each = each->next()) {
    if (!each->is_object()) return bad_value(*each, "an object is expected here");
    out.push_back(*each);
  }
  return out;
}

Result<std::optional<JsonValue>> object_part(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = part(object, key);
  if (value && !value->is_object()) return bad_value(*value, "an object is expected here");
  return value;
}

// Some clients put a byte order mark before the text.
Result<JsonValue> object_in(JsonReader& reader, std::string_view body) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (body.starts_with(kMark)) body.remove_prefix(kMark.size());
  const JsonValue root = TRY(reader.read(body));
  if (!root.is_object()) return bad_value(root, "an object is expected here");
  return root;
}

// A whole number, also as some clients write it: in quotes.
Result<std::int64_t> number_part(const JsonValue& object, std::string_view key, std::int64_t otherwise) {
  const std::optional<JsonValue> value = part(object, key);
  if (!value) return otherwise;
  const Result<std::int64_t> number = parse_integer(value->text(), 0, kQuantityMax, key);
  if (!number) return bad_value(*value, number.error().message);
  return *number;
}

Result<BillingPlan> plan_of(const JsonValue& line) {
  const std::string cycle = to_lower(TRY(text_part(line, "billingCycle")));
  if (cycle.empty() || cycle == "one_time" || cycle == "onetime") return BillingPlan::upfront;
  if (cycle == "monthly") return BillingPlan::monthly;
  return bad_value(*part(line, "billingCycle"),
                   fmt::format("'{}' is no billing cycle of a reservation; write one_time or monthly", cycle.substr(0, 40)));
}

Result<std::optional<Term>> term_of(const JsonValue& line) {
  const std::string text = TRY(text_part(line, "termDuration"));
  if (text.empty()) return std::optional<Term>();
  const Result<Term> term = parse_term(text);
  if (!term) return bad_value(*part(line, "termDuration"), term.error().message);
  return std::optional(*term);
}

Result<CartLineAsk> cart_line_of(const JsonValue& line) {
  CartLineAsk ask{.item = TRY(needed_text(line, "catalogItemId")),
                  .quantity = TRY(number_part(line, "quantity", 1)),
                  .plan = TRY(plan_of(line)),
                  .term = TRY(term_of(line)),
                  .name = TRY(text_part(line, "friendlyName"))};
  if (const std::optional<JsonValue> context = TRY(object_part(line, "provisioningContext"))) {
    ask.subscription = TRY(text_part(*context, "subscriptionId"));
    const std::string scope = to_lower(TRY(text_part(*context, "scope")));
    if (!scope.empty() && scope != "shared" && scope != "single")
      return bad_value(*part(*context, "scope"), fmt::format("'{}' is no scope; write shared or single", scope.substr(0, 40)));
    ask.shared = scope != "single";
  }
  return ask;
}

Result<std::optional<support::Severity>> severity_of(const JsonValue& body) {
  const std::string word = to_lower(TRY(text_part(body, "severity")));
  if (word.empty() || word == "unknown") return std::optional<support::Severity>();
  for (const support::Severity each : {support::Severity::minimal, support::Severity::moderate, support::Severity::critical})
    if (word == to_lower(to_string(each))) return std::optional(each);
  return bad_value(*part(body, "severity"), fmt::format("'{}' is no severity; write critical, moderate or minimal", word.substr(0, 40)));
}

Result<std::optional<support::Status>> status_of(const JsonValue& body) {
  const std::string word = to_lower(TRY(text_part(body, "status")));
  if (word.empty() || word == "none") return std::optional<support::Status>();
  if (word == "open") return std::optional(support::Status::open);
  if (word == "closed") return std::optional(support::Status::closed);
  return bad_value(*part(body, "status"), fmt::format("'{}' is no status to give; write open or closed", word.substr(0, 40)));
}

std::optional<std::string> if_any(std::string text) { return text.empty() ? std::nullopt : std::optional(std::move(text)); }

}  // namespace

void write_link(JsonWriter& w, std::string_view name, std::string_view uri, std::string_view token) {
  w.key(name).begin_object().field("uri", uri).field("method", "GET").key("headers").begin_array();
  if (!token.empty()) w.begin_object().field("key", "MS-ContinuationToken").field("value", token).end_object();
  w.end_array().end_object();
}

void write_attributes(JsonWriter& w, std::string_view object_type, std::string_view etag) {
  w.key("attributes").begin_object().field_if("etag", etag).field("objectType", object_type).end_object();
}

void write_number(JsonWriter& w, std::string_view name, Money amount) { w.key(name).raw(to_string(amount)); }

std::string currency_symbol(Currency currency) {
  struct Symbol {
    std::string_view code;
    std::string_view symbol;
  };
  static constexpr auto kSymbols = std::to_array<Symbol>({{"USD", "$"},
                                                          {"EUR", "\u20ac"},
                                                          {"GBP", "\u00a3"},
                                                          {"JPY", "\u00a5"},
                                                          {"SEK", "kr"},
                                                          {"NOK", "kr"},
                                                          {"DKK", "kr"},
                                                          {"INR", "\u20b9"},
                                                          {"PLN", "z\u0142"}});
  for (const Symbol& each : kSymbols)
    if (each.code == currency.code()) return std::string(each.symbol);
  return std::string(currency.code());
}

Result<std::vector<CartLineAsk>> read_cart(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body));
  std::vector<CartLineAsk> out;
  for (const JsonValue& each : TRY(list_part(root, "lineItems"))) {
    if (out.size() == kItemsMax) return bad_value(each, fmt::format("more than {} lines", kItemsMax));
    out.push_back(TRY(cart_line_of(each)));
  }
  return out;
}

Result<BillingProfileBody> read_billing_profile(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body));
  BillingProfile p{.first_name = TRY(text_part(root, "firstName")),
                   .last_name = TRY(text_part(root, "lastName")),
                   .email = TRY(text_part(root, "email")),
                   .company = TRY(text_part(root, "companyName"))};
  p.culture = if_any(TRY(text_part(root, "culture"))).value_or(p.culture);
  p.language = if_any(TRY(text_part(root, "language"))).value_or(p.language);
  if (const std::optional<JsonValue> address = TRY(object_part(root, "defaultAddress"))) {
    p.region = TRY(text_part(*address, "state"));
    p.city = TRY(text_part(*address, "city"));
    p.line1 = TRY(text_part(*address, "addressLine1"));
    p.line2 = TRY(text_part(*address, "addressLine2"));
    p.postal_code = TRY(text_part(*address, "postalCode"));
    p.phone = TRY(text_part(*address, "phoneNumber"));
    if (p.first_name.empty()) p.first_name = TRY(text_part(*address, "firstName"));
    if (p.last_name.empty()) p.last_name = TRY(text_part(*address, "lastName"));
  }
  return BillingProfileBody{std::move(p)};
}

Result<SubscriptionBody> read_subscription_change(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body));
  SubscriptionBody out;
  if (part(root, "friendlyName")) out.name = TRY(text_part(root, "friendlyName"));
  const std::string status = to_lower(TRY(text_part(root, "status")));
  if (status == "active" || status == "suspended")
    out.suspended = status == "suspended";
  else if (!status.empty())
    return bad_value(*part(root, "status"), fmt::format("'{}' is no status to give; write active or suspended", status.substr(0, 40)));
  const auto quantity = part(root, "quantity");
  if (quantity && TRY(number_part(root, "quantity", 1)) != 1)
    return bad_value(*quantity, "an Azure subscription has no other quantity than 1");
  const auto renews = part(root, "autoRenewEnabled");
  if (renews && TRY(boolean_of(*renews))) return bad_value(*renews, "an Azure subscription does not end, so it is not renewed");
  return out;
}

Result<InventoryBody> read_inventory(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body));
  InventoryBody out;
  for (const JsonValue& each : TRY(list_part(root, "targetItems"))) {
    if (out.items.size() == kItemsMax) return bad_value(each, fmt::format("more than {} items", kItemsMax));
    out.items.push_back({TRY(needed_text(each, "productId")), TRY(text_part(each, "skuId"))});
  }
  if (out.items.empty()) return bad_value(root, "'targetItems' is missing");
  if (const std::optional<JsonValue> context = TRY(object_part(root, "inventoryContext"))) {
    out.customer = TRY(text_part(*context, "customerId"));
    out.subscription = TRY(text_part(*context, "azureSubscriptionId"));
  }
  return out;
}

Result<PrincipalId> read_member(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body));
  const std::string text = TRY(needed_text(root, "id"));
  Result<PrincipalId> id = PrincipalId::parse(text);
  if (!id) return bad_value(*part(root, "id"), id.error().message);
  return id;
}

Result<bool> read_buying(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body));
  const std::optional<JsonValue> allowed = part(root, "allowed");
  if (!allowed) return bad_value(root, "'allowed' is missing");
  return boolean_of(*allowed);
}

Result<ServiceRequestBody> read_service_request(JsonReader& reader, std::string_view body, std::string_view locale) {
  const JsonValue root = TRY(object_in(reader, body));
  ServiceRequestBody out;
  support::NewRequest& request = out.request;
  request.title = TRY(needed_text(root, "title"));
  request.description = TRY(needed_text(root, "description"));
  request.severity = TRY(severity_of(root)).value_or(support::Severity::minimal);
  request.classification = TRY(needed_text(root, "supportTopicId"));
  request.service = if_any(TRY(text_part(root, "productId"))).value_or(std::string(support::kBilling));
  const std::optional<JsonValue> organization = TRY(object_part(root, "organization"));
  if (!organization) return bad_value(root, "'organization' is missing: the id of the customer it is about");
  out.organization = TRY(needed_text(*organization, "id"));

  const std::optional<JsonValue> contact = TRY(object_part(root, "primaryContact"));
  if (!contact) return bad_value(root, "'primaryContact' is missing");
  support::ContactChange& whom = request.contact;
  whom.first_name = if_any(TRY(text_part(*contact, "firstName")));
  whom.last_name = if_any(TRY(text_part(*contact, "lastName")));
  whom.email = if_any(TRY(text_part(*contact, "email")));
  whom.phone = if_any(TRY(text_part(*contact, "phoneNumber")));
  whom.method = support::ContactMethod::email;
  whom.time_zone = "UTC";
  whom.language = std::string(locale);
  whom.country = country_code3(TRY(needed_text(root, "countryCode")));
  return out;
}

Result<ServiceRequestChange> read_service_request_change(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body));
  ServiceRequestChange out{.status = TRY(status_of(root)), .severity = TRY(severity_of(root))};
  if (const std::optional<JsonValue> note = TRY(object_part(root, "newNote"))) out.note = TRY(text_part(*note, "text"));
  if (!out.status && !out.severity && out.note.empty()) return bad_value(root, "nothing to change: give status, severity or newNote");
  return out;
}

Result<FieldFilter> read_field_filter(JsonReader& reader, std::string_view text) {
  const JsonValue root = TRY(object_in(reader, text));
  return FieldFilter{TRY(needed_text(root, "Field")), TRY(needed_text(root, "Value")), to_lower(TRY(needed_text(root, "Operator")))};
}

}  // namespace prorata::wire
