// The small words of the stored form (stored.h): a member written, a member read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reservation/purchase_line.h"
#include "reservation/reservation.h"
#include "wire/json.h"

namespace prorata::wire::stored {

inline JsonWriter& money(JsonWriter& w, std::string_view name, Money value) {
  return w.key(name).begin_array().integer(value.minor).text(value.currency.code()).end_array();
}
inline JsonWriter& ratio(JsonWriter& w, std::string_view name, Ratio value) {
  return w.key(name).begin_array().integer(value.part).integer(value.over).end_array();
}
inline JsonWriter& instant(JsonWriter& w, std::string_view name, Instant value) { return w.field(name, value.ticks); }
inline void instant_if(JsonWriter& w, std::string_view name, const std::optional<Instant>& value) {
  if (value) instant(w, name, *value);
}
inline JsonWriter& day(JsonWriter& w, std::string_view name, Day value) { return w.field(name, to_string(value)); }
template <class E>
JsonWriter& word(JsonWriter& w, std::string_view name, E value) {
  return w.field(name, to_string(value));
}
template <class Tag>
JsonWriter& id(JsonWriter& w, std::string_view name, const Id<Tag>& value) {
  return w.field(name, std::string_view(value.text()));
}
template <class Tag>
void ids(JsonWriter& w, std::string_view name, const std::vector<Id<Tag>>& values) {
  if (values.empty()) return;
  w.key(name).begin_array();
  for (const auto& each : values) w.text(each.text());
  w.end_array();
}
template <class Tag>
void id_if(JsonWriter& w, std::string_view name, const std::optional<Id<Tag>>& value) {
  if (value) id(w, name, *value);
}
inline void texts(JsonWriter& w, std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  w.key(name).begin_array();
  for (const std::string& each : values) w.text(each);
  w.end_array();
}
inline void flag(JsonWriter& w, std::string_view name, bool value) {
  if (value) w.field(name, true);
}

inline void scope(JsonWriter& w, const Scope& value) {
  w.key("scope").begin_object();
  word(w, "type", value.type);
  w.field_if("id", value.id);
  w.field_if("display_name", value.display_name);
  w.end_object();
}

inline std::string str_if(const JsonValue& v, std::string_view key) {
  const auto value = v.find(key);
  return value ? std::string(value->text()) : std::string();
}
inline Result<std::string> str(const JsonValue& v, std::string_view key) { return std::string(TRY(text_at(v, key))); }
inline Result<std::int64_t> whole(const JsonValue& v, std::string_view key) { return integer_at(v, key, INT64_MIN, INT64_MAX); }
inline Result<Instant> ticks(const JsonValue& v, std::string_view key) { return Instant{TRY(whole(v, key))}; }
inline Result<std::optional<Instant>> ticks_if(const JsonValue& v, std::string_view name) {
  if (!member_if(v, name)) return std::optional<Instant>();
  return std::optional(TRY(ticks(v, name)));
}
inline std::vector<std::string> texts_at(const JsonValue& v, std::string_view name) {
  std::vector<std::string> out;
  const auto list = member_if(v, name);
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next()) out.emplace_back(each->text());
  return out;
}
inline bool flag_at(const JsonValue& v, std::string_view key) {
  const auto value = v.find(key);
  return value && value->text() == "true";
}
template <class I>
Result<I> id_at(const JsonValue& v, std::string_view key) {
  return I::parse(TRY(text_at(v, key)));
}
template <class I>
Result<std::optional<I>> id_if_at(const JsonValue& v, std::string_view key) {
  const auto value = member_if(v, key);
  if (!value) return std::optional<I>();
  return std::optional<I>(TRY(I::parse(value->text())));
}
template <class I>
Result<std::vector<I>> ids_at(const JsonValue& v, std::string_view key) {
  std::vector<I> out;
  const auto list = member_if(v, key);
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next()) out.push_back(TRY(I::parse(each->text())));
  return out;
}
inline Result<Money> money_of(const JsonValue& v) {
  const auto minor = v.first();
  const auto code = minor ? minor->next() : std::nullopt;
  if (!code) return bad_value(v, "an amount is [minor units, currency]");
  return Money{TRY(integer_of(*minor, INT64_MIN, INT64_MAX)), TRY(Currency::parse(code->text()))};
}
inline Result<Money> amount(const JsonValue& v, std::string_view key) { return money_of(TRY(member(v, key))); }
inline Result<std::optional<Money>> amount_if(const JsonValue& v, std::string_view key) {
  const auto value = member_if(v, key);
  if (!value) return std::optional<Money>();
  return std::optional<Money>(TRY(money_of(*value)));
}
inline Result<Ratio> ratio_at(const JsonValue& v, std::string_view key) {
  const JsonValue list = TRY(member(v, key));
  const auto part = list.first();
  const auto over = part ? part->next() : std::nullopt;
  if (!over) return bad_value(list, "a ratio is [part, over]");
  return Ratio{TRY(integer_of(*part, INT64_MIN, INT64_MAX)), TRY(integer_of(*over, 1, INT64_MAX))};
}
inline Result<Term> term_at(const JsonValue& v, std::string_view key) { return Term{static_cast<int>(TRY(integer_at(v, key, 1, 10)))}; }

inline Result<Scope> read_scope(const JsonValue& v) {
  const JsonValue value = TRY(member(v, "scope"));
  return Scope{TRY(word_at<ScopeType>(value, "type", "a scope type")), str_if(value, "id"), str_if(value, "display_name")};
}

inline void purchase_line(JsonWriter& w, const PurchaseLine& line) {
  w.key("line").begin_object();
  w.field_if("product", line.product).field_if("sku", line.sku).field_if("region", line.region);
  w.field("term", std::int64_t{line.term.years});
  word(w, "plan", line.plan).field("quantity", line.quantity);
  scope(w, line.scope);
  w.field_if("name", line.name).field_if("billing_scope", line.billing_scope);
  flag(w, "renew", line.renew);
  flag(w, "inflexible", !line.instance_flexibility);
  w.end_object();
}
inline Result<PurchaseLine> purchase_line_at(const JsonValue& v) {
  const JsonValue line = TRY(member(v, "line"));
  return PurchaseLine{.product = str_if(line, "product"),
                      .sku = str_if(line, "sku"),
                      .region = str_if(line, "region"),
                      .term = TRY(term_at(line, "term")),
                      .plan = TRY(word_at<BillingPlan>(line, "plan", "a billing plan")),
                      .quantity = TRY(whole(line, "quantity")),
                      .scope = TRY(read_scope(line)),
                      .name = str_if(line, "name"),
                      .billing_scope = str_if(line, "billing_scope"),
                      .renew = flag_at(line, "renew"),
                      .instance_flexibility = !flag_at(line, "inflexible")};
}

// Reads a whole body with `read_it`. Errors: storage_corrupt.
template <class T, class Read>
Result<T> decode_with(JsonReader& reader, std::string_view body, const Read& read_it) {
  const auto corrupt = [](const Error& error) {
    return fail(Code::storage_corrupt, "a stored row cannot be read: " + error.text() + "; run 'prorata audit verify'");
  };
  const Result<JsonValue> value = reader.read(body);
  if (!value) return corrupt(value.error());
  Result<T> decoded = read_it(*value);
  if (!decoded) return corrupt(decoded.error());
  return decoded;
}

}  // namespace prorata::wire::stored
