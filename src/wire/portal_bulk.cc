#include "wire/portal_bulk.h"

#include <fmt/format.h>

#include "wire/portal_bodies.h"

namespace prorata::wire {
namespace {

constexpr std::int64_t kQuantityMax = 1'000'000'000;

Result<std::string> text_or_none(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::string();
  return std::string(TRY(text_of(*value)));
}

Result<std::optional<Money>> money_in(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::optional<Money>();
  if (!value->is_object()) return bad_value(*value, "an object is expected here");
  TRY(only_members(*value, {"amount", "currency"}));
  const JsonValue named = TRY(member(*value, "currency"));
  const Result<Currency> currency = Currency::parse(TRY(text_of(named)));
  if (!currency) return bad_value(named, currency.error().message);
  return std::optional(TRY(money_at(*value, "amount", *currency)));
}

Result<BulkLineAsk> line_of(const JsonValue& value) {
  if (!value.is_object()) return bad_value(value, "an object is expected here");
  TRY(only_members(value, {"reservation", "quantity", "acceptClip", "refund"}));
  const JsonValue named = TRY(member(value, "reservation"));
  const Result<ReservationId> id = ReservationId::parse(TRY(text_of(named)));
  if (!id) return bad_value(named, id.error().message);
  BulkLineAsk line{.reservation = *id};
  if (member_if(value, "quantity")) line.quantity = TRY(integer_at(value, "quantity", 1, kQuantityMax));
  if (const auto accept = member_if(value, "acceptClip")) line.accept_clip = TRY(boolean_of(*accept));
  line.seen = TRY(money_in(value, "refund"));
  return line;
}

}  // namespace

Result<BulkRequestAsk> read_portal_bulk(JsonReader& reader, std::string_view body, PortalBulk which) {
  const JsonValue root = TRY(reader.read(body));
  if (!root.is_object()) return bad_value(root, "an object is expected here");
  BulkRequestAsk out;
  if (which == PortalBulk::dry_run) {
    TRY(only_members(root, {"lines", "fit"}));
    if (const auto fit = member_if(root, "fit")) out.fit = TRY(boolean_of(*fit));
  } else {
    TRY(only_members(root, {"lines", "policy", "reason", "severity", "contact"}));
    out.policy = TRY(text_or_none(root, "policy"));
    out.reason = TRY(text_or_none(root, "reason"));
    if (member_if(root, "severity")) out.severity = TRY(word_at<support::Severity>(root, "severity", "severity"));
    out.contact = TRY(read_portal_contact(TRY(member(root, "contact"))));
  }
  const JsonValue lines = TRY(member(root, "lines"));
  if (!lines.is_array()) return bad_value(lines, "a list is expected here");
  if (lines.size() == 0 || lines.size() > kBulkLinesMax) return bad_value(lines, fmt::format("1 to {} lines", kBulkLinesMax));
  for (auto each = lines.first(); each; each = each->next()) out.lines.push_back(TRY(line_of(*each)));
  return out;
}

}  // namespace prorata::wire
