#include "wire/portal_bodies.h"

#include <fmt/format.h>

namespace prorata::wire {
namespace {

constexpr std::int64_t kQuantityMax = 1'000'000'000;
constexpr std::size_t kAddressesMax = 50;

Result<JsonValue> object_in(JsonReader& reader, std::string_view body, std::initializer_list<std::string_view> known) {
  const JsonValue root = TRY(reader.read(body));
  if (!root.is_object()) return bad_value(root, "an object is expected here");
  TRY(only_members(root, known));
  return root;
}

Result<std::optional<std::string>> text_in(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::optional<std::string>();
  return std::optional(std::string(TRY(text_of(*value))));
}

Result<std::string> text_or_none(const JsonValue& object, std::string_view key) { return TRY(text_in(object, key)).value_or(""); }

Result<std::string> needed_text(const JsonValue& object, std::string_view key) { return std::string(TRY(text_at(object, key))); }

Result<std::optional<std::int64_t>> quantity_in(const JsonValue& object) {
  if (!member_if(object, "quantity")) return std::optional<std::int64_t>();
  return std::optional(TRY(integer_at(object, "quantity", 1, kQuantityMax)));
}

template <class E>
Result<std::optional<E>> word_in(const JsonValue& object, std::string_view key) {
  if (!member_if(object, key)) return std::optional<E>();
  return std::optional(TRY(word_at<E>(object, key, key)));
}

template <class IdType>
Result<std::optional<IdType>> id_in(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::optional<IdType>();
  const Result<IdType> id = IdType::parse(TRY(text_of(*value)));
  if (!id) return bad_value(*value, id.error().message);
  return std::optional(*id);
}

template <class IdType>
Result<IdType> needed_id(const JsonValue& object, std::string_view key) {
  TRY(member(object, key));
  return *TRY(id_in<IdType>(object, key));
}

Result<std::optional<std::vector<std::string>>> addresses_in(const JsonValue& object) {
  const std::optional<JsonValue> list = member_if(object, "additionalEmails");
  if (!list) return std::optional<std::vector<std::string>>();
  if (!list->is_array()) return bad_value(*list, "a list is expected here");
  if (list->size() > kAddressesMax) return bad_value(*list, fmt::format("{} addresses at most", kAddressesMax));
  std::vector<std::string> out;
  for (auto each = list->first(); each; each = each->next()) out.emplace_back(TRY(text_of(*each)));
  return std::optional(std::move(out));
}

}  // namespace

Result<support::ContactChange> read_portal_contact(const JsonValue& contact) {
  if (!contact.is_object()) return bad_value(contact, "an object is expected here");
  TRY(only_members(contact, {"firstName", "lastName", "method", "email", "additionalEmails", "phone", "timeZone", "country", "language"}));
  return support::ContactChange{.first_name = TRY(text_in(contact, "firstName")),
                                .last_name = TRY(text_in(contact, "lastName")),
                                .method = TRY(word_in<support::ContactMethod>(contact, "method")),
                                .email = TRY(text_in(contact, "email")),
                                .additional_emails = TRY(addresses_in(contact)),
                                .phone = TRY(text_in(contact, "phone")),
                                .time_zone = TRY(text_in(contact, "timeZone")),
                                .country = TRY(text_in(contact, "country")),
                                .language = TRY(text_in(contact, "language"))};
}

Result<bool> read_portal_flag(JsonReader& reader, std::string_view body, std::string_view name) {
  const JsonValue root = TRY(object_in(reader, body, {name}));
  return boolean_at(root, name);
}

Result<std::string> read_portal_text(JsonReader& reader, std::string_view body, std::string_view name) {
  const JsonValue root = TRY(object_in(reader, body, {name}));
  return needed_text(root, name);
}

Result<PortalScope> read_portal_scope(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"type", "id"}));
  return PortalScope{TRY(word_at<ScopeType>(root, "type", "type")), TRY(text_or_none(root, "id"))};
}

Result<PortalRenewal> read_portal_renewal(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"on", "quantity", "years", "plan"}));
  PortalRenewal out{.on = TRY(boolean_at(root, "on")), .quantity = TRY(quantity_in(root)), .plan = TRY(word_in<BillingPlan>(root, "plan"))};
  if (const auto years = member_if(root, "years")) {
    const std::int64_t count = TRY(integer_of(*years, 1, 5));
    if (count != 1 && count != 3 && count != 5) return bad_value(*years, "reservations are sold for one, three or five years");
    out.term = Term{static_cast<int>(count)};
  }
  return out;
}

Result<PortalAssignment> read_portal_assignment(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"at", "role", "principal", "description"}));
  const JsonValue at = TRY(member(root, "at"));
  const std::string_view place = TRY(text_of(at));
  if (place != "order" && place != "reservation") return bad_value(at, "at is order or reservation");
  return PortalAssignment{.on_order = place == "order",
                          .role = TRY(needed_text(root, "role")),
                          .principal = TRY(needed_text(root, "principal")),
                          .description = TRY(text_or_none(root, "description"))};
}

Result<PortalQuote> read_portal_quote(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"reservation", "quantity"}));
  return PortalQuote{TRY(needed_id<ReservationId>(root, "reservation")), TRY(quantity_in(root)).value_or(0)};
}

Result<PortalSupportRequest> read_portal_support_request(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body,
                                       {"customer", "subscription", "title", "description", "severity", "service", "classification",
                                        "contact", "reservation", "quantity", "quoteId"}));
  return PortalSupportRequest{
      .request = {.customer = TRY(needed_id<CustomerId>(root, "customer")),
                  .subscription = TRY(id_in<SubscriptionId>(root, "subscription")),
                  .title = TRY(needed_text(root, "title")),
                  .description = TRY(needed_text(root, "description")),
                  .severity = TRY(word_in<support::Severity>(root, "severity")).value_or(support::Severity::minimal),
                  .service = TRY(text_or_none(root, "service")),
                  .classification = TRY(text_or_none(root, "classification")),
                  .contact = TRY(read_portal_contact(TRY(member(root, "contact"))))},
      .reservation = TRY(id_in<ReservationId>(root, "reservation")),
      .quantity = TRY(quantity_in(root)),
      .quote = TRY(id_in<QuoteId>(root, "quoteId"))};
}

Result<support::RequestChange> read_portal_support_change(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"status", "severity", "contact"}));
  support::RequestChange out{.severity = TRY(word_in<support::Severity>(root, "severity")),
                             .status = TRY(word_in<support::Status>(root, "status"))};
  if (const auto contact = member_if(root, "contact")) out.contact = TRY(read_portal_contact(*contact));
  return out;
}

Result<PortalExchange> read_portal_exchange(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"returns", "bought", "reason", "contact", "policy", "netPayable"}));
  const JsonValue net = TRY(member(root, "netPayable"));
  if (!net.is_object()) return bad_value(net, "an object is expected here");
  TRY(only_members(net, {"amount", "currency"}));
  const JsonValue code = TRY(member(net, "currency"));
  const Result<Currency> currency = Currency::parse(TRY(text_of(code)));
  if (!currency) return bad_value(code, currency.error().message);
  const JsonValue amount = TRY(member(net, "amount"));
  const Result<Money> money = parse_money(TRY(text_of(amount)), *currency);
  if (!money) return bad_value(amount, money.error().message);
  return PortalExchange{.returns = TRY(needed_text(root, "returns")),
                        .bought = TRY(needed_text(root, "bought")),
                        .reason = TRY(text_or_none(root, "reason")),
                        .contact = TRY(read_portal_contact(TRY(member(root, "contact")))),
                        .policy = TRY(needed_text(root, "policy")),
                        .net_payable = *money};
}

Result<PortalMessage> read_portal_message(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"subject", "body", "sender"}));
  return PortalMessage{TRY(needed_text(root, "subject")), TRY(needed_text(root, "body")), TRY(text_or_none(root, "sender"))};
}

Result<PortalClockMove> read_portal_clock(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"to", "by"}));
  PortalClockMove out{.by = TRY(text_or_none(root, "by"))};
  if (member_if(root, "to")) out.to = TRY(instant_at(root, "to"));
  if (out.to.has_value() == !out.by.empty()) return bad_value(root, "say either to when, or by how much");
  return out;
}

}  // namespace prorata::wire
