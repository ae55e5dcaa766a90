#include "wire/arm_requests.h"

#include <functional>

#include <fmt/format.h>

#include "wire/json.h"

namespace prorata::wire {
namespace {

constexpr std::string_view kBadContent = "InvalidRequestContent";

using MaybeValue = std::optional<JsonValue>;

MaybeValue child(const JsonValue& object, std::string_view name) {
  MaybeValue found = object.find_ignoring_case(name);
  return found && !found->is_null() ? found : std::nullopt;
}

std::unexpected<Error> fault(const JsonValue& value, std::string message, std::string_view reason = kBadContent) {
  return fail(Code::invalid_argument, std::move(message), value.place(), std::string(reason));
}

std::unexpected<Error> missing(const JsonValue& object, std::string_view name, std::string_view reason = kBadContent) {
  return fault(object, fmt::format("'{}' is missing", name), reason);
}

// What a smaller reader says of a value, at its place.
template <class T>
Result<T> placed(const JsonValue& value, Result<T> result, std::string_view reason = kBadContent) {
  if (result) return result;
  return because(
      reason,
      Error{.code = Code::invalid_argument, .message = result.error().message, .place = value.place(), .reason = result.error().reason});
}

Result<std::string> text_in(const JsonValue& value) {
  if (!value.is_string()) return fault(value, "a string is expected here");
  return std::string(trim(value.text()));
}

Result<JsonValue> object_at(const JsonValue& object, std::string_view name) {
  const MaybeValue value = child(object, name);
  if (!value) return missing(object, name);
  if (!value->is_object()) return fault(*value, "an object is expected here");
  return *value;
}

Result<std::optional<JsonValue>> object_if(const JsonValue& object, std::string_view name) {
  MaybeValue value = child(object, name);
  if (value && !value->is_object()) return fault(*value, "an object is expected here");
  return value;
}

// An array of at least one and at most kLinesMax elements.
Result<std::vector<JsonValue>> elements_at(const JsonValue& object, std::string_view name) {
  const MaybeValue value = child(object, name);
  if (!value) return missing(object, name);
  if (!value->is_array()) return fault(*value, "an array is expected here");
  if (value->size() == 0) return fault(*value, fmt::format("'{}' is empty", name));
  if (value->size() > kLinesMax) return fault(*value, fmt::format("{} elements are too many; {} at most", value->size(), kLinesMax));
  std::vector<JsonValue> out;
  for (MaybeValue each = value->first(); each; each = each->next()) out.push_back(*each);
  return out;
}

Result<std::string> required_text(const JsonValue& object, std::string_view name, std::string_view reason = kBadContent) {
  const MaybeValue value = child(object, name);
  if (!value) return missing(object, name, reason);
  std::string text = TRY(text_in(*value));
  if (text.empty()) return fault(*value, fmt::format("'{}' is empty", name), reason);
  return text;
}

Result<std::string> optional_text(const JsonValue& object, std::string_view name) {
  const MaybeValue value = child(object, name);
  return value ? text_in(*value) : std::string();
}

Result<std::optional<bool>> optional_boolean(const JsonValue& object, std::string_view name) {
  const MaybeValue value = child(object, name);
  if (!value) return std::optional<bool>();
  if (value->kind() != JsonKind::boolean) return fault(*value, "true or false is expected here");
  return std::optional(value->text() == "true");
}

Result<std::int64_t> units_in(const JsonValue& value, std::string_view reason) {
  if (value.kind() != JsonKind::number) return fault(value, "a number is expected here", reason);
  return placed(value, parse_integer(value.text(), 1, kUnitsMax, "a quantity"), reason);
}

Result<std::int64_t> units_at(const JsonValue& object, std::string_view name, std::string_view reason) {
  const MaybeValue value = child(object, name);
  if (!value) return missing(object, name, reason);
  return units_in(*value, reason);
}

// A control character in a name would go into every list and audit line from then on.
Result<std::string> display_name_in(const JsonValue& value) {
  std::string name = TRY(text_in(value));
  if (name.size() > kDisplayNameBytesMax) return fault(value, fmt::format("a name has {} bytes at most", kDisplayNameBytesMax));
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return fault(value, "a name has no control characters");
  return name;
}

std::string_view last_segment(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

// The segment after `kind` of a path, "O" of ".../reservationOrders/O/..."; empty where there is none.
std::string_view segment_after(std::string_view path, std::string_view kind) {
  const std::size_t at = to_lower(path).find(fmt::format("/{}/", to_lower(kind)));
  if (at == std::string::npos) return {};
  path.remove_prefix(at + kind.size() + 2);
  return path.substr(0, path.find('/'));
}

Result<OrderId> order_in(const JsonValue& value) {
  const std::string text = TRY(text_in(value));
  const std::string_view named = segment_after(text, "reservationOrders");
  return placed(value, OrderId::parse(named.empty() ? std::string_view(text) : named), "InvalidReservationOrderId");
}

Result<ReservationReference> reservation_in(const JsonValue& value) {
  const std::string text = TRY(text_in(value));
  ReservationReference out;
  const bool bare = text.find('/') == std::string::npos;
  const std::string_view named = bare ? std::string_view(text) : segment_after(text, "reservations");
  out.reservation = TRY(placed(value, ReservationId::parse(named), "InvalidReservationId"));
  if (!bare) out.order = TRY(placed(value, OrderId::parse(segment_after(text, "reservationOrders")), "InvalidReservationOrderId"));
  return out;
}

Result<ReservationReference> reservation_at(const JsonValue& object, std::string_view name) {
  const MaybeValue value = child(object, name);
  if (!value) return missing(object, name, "InvalidReservationId");
  return reservation_in(*value);
}

Result<UnitsToReturn> units_to_return(const JsonValue& object) {
  return UnitsToReturn{.reservation = TRY(reservation_at(object, "reservationId")),
                       .quantity = TRY(units_at(object, "quantity", "InvalidRefundQuantity"))};
}

// ---- scopes -------------------------------------------------------------------------------------------------------------------------

Result<Scope> scope_at(const JsonValue& value, std::string_view name) { return placed(value, read_scope_path(name)); }

// The one scope that Single or ManagementGroup names: in the properties as they are now, else in the older list.
Result<std::optional<Scope>> named_scope(const JsonValue& properties) {
  if (const MaybeValue given = TRY(object_if(properties, "appliedScopeProperties"))) {
    for (const std::string_view name : {"resourceGroupId", "managementGroupId", "subscriptionId"}) {
      const MaybeValue value = child(*given, name);
      if (!value) continue;
      Scope scope = TRY(scope_at(*value, TRY(text_in(*value))));
      const MaybeValue display = child(*given, "displayName");
      if (display) scope.display_name = TRY(display_name_in(*display));
      return std::optional(std::move(scope));
    }
  }
  const MaybeValue list = child(properties, "appliedScopes");
  if (!list) return std::optional<Scope>();
  if (!list->is_array()) return fault(*list, "an array is expected here");
  if (list->size() == 0) return std::optional<Scope>();
  if (list->size() > 1) return fault(*list, "a Single scope is one subscription or resource group", "InvalidSingleAppliedScopesCount");
  const JsonValue only = *list->first();
  return std::optional(TRY(scope_at(only, TRY(text_in(only)))));
}

Result<std::optional<Scope>> scope_in(const JsonValue& properties) {
  const std::string type = TRY(optional_text(properties, "appliedScopeType"));
  std::optional<Scope> named = TRY(named_scope(properties));
  if (type.empty()) {
    if (named) return missing(properties, "appliedScopeType");
    return std::optional<Scope>();
  }
  const JsonValue said = *child(properties, "appliedScopeType");
  if (equal_ignoring_case(type, "Shared")) {
    if (named) return fault(said, "a Shared scope names no subscription");
    return std::optional(Scope{});
  }
  const bool single = equal_ignoring_case(type, "Single");
  if (!single && !equal_ignoring_case(type, "ManagementGroup"))
    return fault(said, fmt::format("'{}' is not an applied scope type: Single, Shared, ManagementGroup", type));
  if (!named) {
    if (single)
      return fault(said, "a Single scope needs the subscription or resource group it applies to", "MissingAppliedScopesForSingle");
    return fault(said, "a ManagementGroup scope needs appliedScopeProperties with a managementGroupId");
  }
  if (single == (named->type == ScopeType::management_group)) return fault(said, fmt::format("'{}' is no {} scope", named->id, type));
  return named;
}

Result<std::optional<bool>> flexibility_in(const JsonValue& properties) {
  MaybeValue value = child(properties, "instanceFlexibility");
  if (const MaybeValue nested = TRY(object_if(properties, "reservedResourceProperties"))) {
    if (!value) value = child(*nested, "instanceFlexibility");
  }
  if (!value) return std::optional<bool>();
  const std::string word = TRY(text_in(*value));
  if (equal_ignoring_case(word, "On")) return std::optional(true);
  if (equal_ignoring_case(word, "Off")) return std::optional(false);
  return fault(*value, fmt::format("'{}' is not On or Off", word));
}

// ---- purchase -----------------------------------------------------------------------------------------------------------------------

Result<std::string> sku_in(const JsonValue& body) { return required_text(TRY(object_at(body, "sku")), "name"); }

Result<PurchaseBody> purchase_in(const JsonValue& body) {
  if (!body.is_object()) return fault(body, "an object is expected here");
  PurchaseBody out;
  PurchaseLine& line = out.line;
  line.sku = TRY(sku_in(body));
  const JsonValue properties = TRY(object_at(body, "properties"));
  line.product = TRY(required_text(properties, "reservedResourceType"));
  line.region =
      line.product == "VirtualMachines" ? TRY(required_text(body, "location", "InvalidLocationId")) : TRY(optional_text(body, "location"));
  const std::string billing = TRY(required_text(properties, "billingScopeId", "InvalidSubscriptionId"));
  const JsonValue billing_at = *child(properties, "billingScopeId");
  out.billing = TRY(placed(billing_at, read_subscription(billing)));
  line.billing_scope = "/subscriptions/" + out.billing.text();
  const std::string term = TRY(required_text(properties, "term", "UnsupportedReservationTerm"));
  line.term = TRY(placed(*child(properties, "term"), parse_term(term), "UnsupportedReservationTerm"));
  if (const MaybeValue plan = child(properties, "billingPlan"))
    line.plan = TRY(placed(*plan, parse_word<BillingPlan>(TRY(text_in(*plan)), "a billing plan")));
  line.quantity = TRY(units_at(properties, "quantity", kBadContent));
  if (const MaybeValue name = child(properties, "displayName")) line.name = TRY(display_name_in(*name));
  out.scope = TRY(scope_in(properties));
  if (out.scope) line.scope = *out.scope;
  line.renew = TRY(optional_boolean(properties, "renew")).value_or(false);
  line.instance_flexibility = TRY(flexibility_in(properties)).value_or(true);
  return out;
}

// ---- the whole body -----------------------------------------------------------------------------------------------------------------

template <class T>
Result<T> read_body(std::string_view text, const std::function<Result<T>(const JsonValue&)>& take) {
  JsonReader reader;
  Result<JsonValue> root = reader.read(text);
  if (!root) return because(kBadContent, std::move(root).error());
  if (!root->is_object()) return fault(*root, "an object is expected here");
  return take(*root);
}

template <class T>
Result<T> read_properties(std::string_view text, const std::function<Result<T>(const JsonValue&)>& take) {
  return read_body<T>(text, [&](const JsonValue& root) -> Result<T> { return take(TRY(object_at(root, "properties"))); });
}

Result<std::string> session_in(const JsonValue& properties) {
  const std::string text = TRY(required_text(properties, "sessionId"));
  const QuoteId id = TRY(placed(*child(properties, "sessionId"), QuoteId::parse(text)));
  return id.text();
}

}  // namespace

Result<Scope> read_scope_path(std::string_view text) {
  std::string path(text);
  if (path.find('/') == std::string::npos) path = "/subscriptions/" + path;
  while (path.ends_with('/')) path.pop_back();
  const std::string lower = to_lower(path);
  if (lower.starts_with("/providers/microsoft.management/managementgroups/")) {
    const std::string_view name = last_segment(path);
    if (lower.find('/', std::string_view("/providers/microsoft.management/managementgroups/").size()) == std::string::npos && !name.empty())
      return make_scope(ScopeType::management_group, fmt::format("/providers/Microsoft.Management/managementGroups/{}", name));
  }
  if (lower.starts_with("/subscriptions/")) {
    const SubscriptionId subscription = TRY(read_subscription(segment_after(path, "subscriptions")));
    const std::string_view rest = std::string_view(path).substr(std::string_view("/subscriptions/").size() + 36);
    if (rest.empty()) return make_scope(ScopeType::single, "/subscriptions/" + subscription.text());
    const std::string_view group = segment_after(rest, "resourceGroups");
    if (!group.empty() && rest.size() == std::string_view("/resourceGroups/").size() + group.size())
      return make_scope(ScopeType::resource_group, fmt::format("/subscriptions/{}/resourceGroups/{}", subscription.text(), group));
  }
  return fail(Code::invalid_argument, fmt::format("'{}' is not a subscription, a resource group or a management group", text));
}

Result<SubscriptionId> read_subscription(std::string_view text) {
  const bool bare = text.find('/') == std::string_view::npos;
  const std::string_view id = bare ? text : segment_after(text, "subscriptions");
  Result<SubscriptionId> parsed = SubscriptionId::parse(id);
  const bool whole = bare || (to_lower(text).starts_with("/subscriptions/") && text.size() >= 15 + id.size());
  if (parsed && whole) return parsed;
  return fail(Code::invalid_argument, fmt::format("'{}' is not a subscription id", text), {}, "InvalidSubscriptionId");
}

Result<PurchaseBody> read_purchase(std::string_view body) { return read_body<PurchaseBody>(body, purchase_in); }

Result<PatchBody> read_patch(std::string_view body) {
  return read_properties<PatchBody>(body, [](const JsonValue& properties) -> Result<PatchBody> {
    PatchBody out{.scope = TRY(scope_in(properties)),
                  .instance_flexibility = TRY(flexibility_in(properties)),
                  .renew = TRY(optional_boolean(properties, "renew"))};
    if (const MaybeValue name = child(properties, "name")) {
      out.name = TRY(display_name_in(*name));
      if (out.name->empty()) return fault(*name, "'name' is empty");
    }
    if (const MaybeValue renewal = TRY(object_if(properties, "renewProperties")))
      out.renewal = TRY(purchase_in(TRY(object_at(*renewal, "purchaseProperties"))));
    return out;
  });
}

Result<SplitBody> read_split(std::string_view body) {
  return read_properties<SplitBody>(body, [](const JsonValue& properties) -> Result<SplitBody> {
    SplitBody out{.reservation = TRY(reservation_at(properties, "reservationId"))};
    for (const JsonValue& each : TRY(elements_at(properties, "quantities"))) out.quantities.push_back(TRY(units_in(each, kBadContent)));
    return out;
  });
}

Result<std::vector<ReservationReference>> read_merge(std::string_view body) {
  using References = std::vector<ReservationReference>;
  return read_properties<References>(body, [](const JsonValue& properties) -> Result<References> {
    References out;
    for (const JsonValue& each : TRY(elements_at(properties, "sources"))) out.push_back(TRY(reservation_in(each)));
    return out;
  });
}

Result<std::vector<std::string>> read_available_scopes(std::string_view body) {
  using Scopes = std::vector<std::string>;
  return read_properties<Scopes>(body, [](const JsonValue& properties) -> Result<Scopes> {
    Scopes out;
    for (const JsonValue& each : TRY(elements_at(properties, "scopes"))) out.push_back(TRY(text_in(each)));
    return out;
  });
}

Result<RefundBody> read_calculate_refund(std::string_view body) {
  return read_body<RefundBody>(body, [](const JsonValue& root) -> Result<RefundBody> {
    RefundBody out;
    if (const MaybeValue id = child(root, "id")) out.order = TRY(order_in(*id));
    const JsonValue properties = TRY(object_at(root, "properties"));
    out.units = TRY(units_to_return(TRY(object_at(properties, "reservationToReturn"))));
    return out;
  });
}

Result<ReturnBody> read_return(std::string_view body) {
  return read_properties<ReturnBody>(body, [](const JsonValue& properties) -> Result<ReturnBody> {
    return ReturnBody{.session = TRY(session_in(properties)),
                      .units = TRY(units_to_return(TRY(object_at(properties, "reservationToReturn")))),
                      .reason = TRY(optional_text(properties, "returnReason"))};
  });
}

Result<ExchangeBody> read_calculate_exchange(std::string_view body) {
  return read_properties<ExchangeBody>(body, [](const JsonValue& properties) -> Result<ExchangeBody> {
    ExchangeBody out;
    for (const JsonValue& each : TRY(elements_at(properties, "reservationsToExchange"))) {
      if (!each.is_object()) return fault(each, "an object is expected here");
      out.returns.push_back(TRY(units_to_return(each)));
    }
    const MaybeValue plans = child(properties, "savingsPlansToPurchase");
    if (plans && plans->is_array() && plans->size() > 0) return fault(*plans, "savings plans are not sold here", "BadRequest");
    for (const JsonValue& each : TRY(elements_at(properties, "reservationsToPurchase"))) out.purchases.push_back(TRY(purchase_in(each)));
    return out;
  });
}

Result<std::string> read_exchange(std::string_view body) { return read_properties<std::string>(body, session_in); }

Result<CustomerId> read_change_directory(std::string_view body) {
  return read_body<CustomerId>(body, [](const JsonValue& root) -> Result<CustomerId> {
    const std::string text = TRY(required_text(root, "destinationTenantId", "MissingTenantId"));
    return placed(*child(root, "destinationTenantId"), CustomerId::parse(text), "InvalidTenantId");
  });
}

}  // namespace prorata::wire
