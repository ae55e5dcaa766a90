#include "wire/portal_settlement_bodies.h"

#include <fmt/format.h>

#include "books/books.h"

namespace prorata::wire {
namespace {

constexpr std::size_t kReturnsMax = 1'000;
constexpr std::size_t kReferenceBytesMax = 200;

Result<JsonValue> object_in(JsonReader& reader, std::string_view body, std::initializer_list<std::string_view> known) {
  const JsonValue root = TRY(reader.read(body));
  if (!root.is_object()) return bad_value(root, "an object is expected here");
  TRY(only_members(root, known));
  return root;
}

template <class IdType>
Result<IdType> id_of(const JsonValue& value) {
  const Result<IdType> id = IdType::parse(TRY(text_of(value)));
  if (!id) return bad_value(value, id.error().message);
  return *id;
}

// A person's own reference: of a payment, of an order.
Result<std::string> reference_in(const JsonValue& object) {
  const std::optional<JsonValue> value = member_if(object, "reference");
  if (!value) return std::string();
  const std::string_view text = TRY(text_of(*value));
  if (text.size() > kReferenceBytesMax) return bad_value(*value, fmt::format("a reference has {} bytes at most", kReferenceBytesMax));
  return std::string(text);
}

Result<std::optional<Currency>> currency_in(const JsonValue& object) {
  const std::optional<JsonValue> value = member_if(object, "currency");
  if (!value) return std::optional<Currency>();
  const Result<Currency> currency = Currency::parse(TRY(text_of(*value)));
  if (!currency) return bad_value(*value, currency.error().message);
  return std::optional(*currency);
}

Result<std::optional<Money>> money_in(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::optional<Money>();
  if (!value->is_object()) return bad_value(*value, "an amount with its currency is expected here");
  TRY(only_members(*value, {"amount", "currency"}));
  const std::optional<Currency> currency = TRY(currency_in(*value));
  if (!currency) return bad_value(*value, "the currency is not said");
  return std::optional(TRY(money_at(*value, "amount", *currency)));
}

}  // namespace

Result<AssignLineAsk> read_portal_match(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"line", "return", "acceptDifference"}));
  AssignLineAsk ask{.line = std::string(TRY(text_at(root, "line"))), .returned = TRY(id_of<ReturnId>(TRY(member(root, "return"))))};
  if (member_if(root, "acceptDifference")) ask.accept_difference = TRY(boolean_at(root, "acceptDifference"));
  return ask;
}

Result<PortalSettled> read_portal_settled(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"paidOn", "method", "reference"}));
  PortalSettled out{.method = "bank", .reference = TRY(reference_in(root))};
  if (member_if(root, "paidOn")) out.paid_on = TRY(day_at(root, "paidOn"));
  if (member_if(root, "method")) out.method = std::string(to_string(TRY(word_at<books::SettledBy>(root, "method", "method"))));
  return out;
}

Result<NoteAsk> read_portal_note(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"customer", "returns", "currency", "language", "reference", "agreedTotal"}));
  NoteAsk ask{.customer = TRY(id_of<CustomerId>(TRY(member(root, "customer")))),
              .currency = TRY(currency_in(root)),
              .reference = TRY(reference_in(root)),
              .agreed_total = TRY(money_in(root, "agreedTotal"))};
  if (member_if(root, "language")) ask.language = TRY(word_at<Language>(root, "language", "language"));
  const std::optional<JsonValue> returns = member_if(root, "returns");
  if (!returns) return ask;
  if (!returns->is_array()) return bad_value(*returns, "a list is expected here");
  if (returns->size() > kReturnsMax) return bad_value(*returns, fmt::format("{} returns at most", kReturnsMax));
  for (auto each = returns->first(); each; each = each->next()) ask.returns.push_back(TRY(id_of<ReturnId>(*each)));
  return ask;
}

}  // namespace prorata::wire
