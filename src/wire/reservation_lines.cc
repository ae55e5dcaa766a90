#include "wire/reservation_lines.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/json.h"
#include "wire/records.h"
#include "wire/usage_region.h"

namespace prorata::wire {
namespace {

using utilization::CoverScope;
using utilization::ReservationVersion;
using utilization::ScopeKind;

constexpr std::size_t kTextBytesMax = 2048;
constexpr std::int32_t kDepthMax = 100;
constexpr std::size_t kSubscriptionsMax = 100'000;

Result<std::string> text_in(const JsonValue& value) {
  const std::string_view text = trim(TRY(text_of(value)));
  if (text.empty()) return bad_value(value, "an empty text says nothing");
  if (text.size() > kTextBytesMax) return bad_value(value, fmt::format("a text of {} bytes is too long", text.size()));
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return bad_value(value, "a text may not hold control characters");
  return std::string(text);
}

Result<std::string> text_member(const JsonValue& object, std::string_view name) { return text_in(TRY(member(object, name))); }

Result<std::string> text_member_if(const JsonValue& object, std::string_view name) {
  const std::optional<JsonValue> value = member_if(object, name);
  return value ? text_in(*value) : std::string();
}

Result<Instant> moment_member(const JsonValue& object, std::string_view name) {
  const JsonValue value = TRY(member(object, name));
  Result<Instant> at = parse_instant(TRY(text_of(value)));
  if (!at) return bad_value(value, std::move(at).error().message);
  return at;
}

Result<ScopeKind> kind_of(const JsonValue& value) {
  std::string word = to_lower(TRY(text_of(value)));
  std::erase_if(word, [](char c) { return c == '_' || c == ' '; });
  for (const auto& [each, kind] : {std::pair("shared", ScopeKind::shared), std::pair("subscription", ScopeKind::subscription),
                                   std::pair("single", ScopeKind::subscription), std::pair("sub", ScopeKind::subscription),
                                   std::pair("resourcegroup", ScopeKind::resource_group), std::pair("rg", ScopeKind::resource_group),
                                   std::pair("managementgroup", ScopeKind::management_group), std::pair("mg", ScopeKind::management_group)})
    if (word == each) return kind;
  return bad_value(value, "the scope is none of shared, management_group, subscription, resource_group");
}

// "shared", "/subscriptions/ID" or "/subscriptions/ID/resourceGroups/NAME".
Result<CoverScope> scope_of_text(const JsonValue& value) {
  const std::string text = to_lower(TRY(text_in(value)));
  if (text == "shared") return CoverScope{};
  constexpr std::string_view kSubscription = "/subscriptions/";
  constexpr std::string_view kGroup = "/resourcegroups/";
  const std::size_t group = text.find(kGroup);
  CoverScope scope{.kind = group == std::string::npos ? ScopeKind::subscription : ScopeKind::resource_group};
  if (text.starts_with(kSubscription))
    scope.subscription = text.substr(kSubscription.size(), std::min(group, text.size()) - kSubscription.size());
  if (group != std::string::npos) scope.resource_group = text.substr(group + kGroup.size());
  const bool complete = !scope.subscription.empty() && !scope.subscription.contains('/') && !scope.resource_group.contains('/') &&
                        (scope.kind == ScopeKind::subscription || !scope.resource_group.empty());
  if (!complete)
    return bad_value(value, "a scope is \"shared\", \"/subscriptions/ID\", \"/subscriptions/ID/resourceGroups/NAME\" or an object");
  return scope;
}

Result<void> read_management_group(const JsonValue& object, CoverScope& scope) {
  if (const std::optional<JsonValue> depth = member_if(object, "depth"))
    scope.depth = static_cast<std::int32_t>(TRY(integer_of(*depth, 0, kDepthMax)));
  const JsonValue list = TRY(member(object, "subscriptions"));
  if (!list.is_array() || list.size() == 0) return bad_value(list, "a list of the subscriptions below the management group is expected");
  if (list.size() > kSubscriptionsMax) return bad_value(list, "too many subscriptions");
  for (std::optional<JsonValue> each = list.first(); each; each = each->next()) scope.subscriptions.push_back(TRY(text_in(*each)));
  return {};
}

Result<CoverScope> scope_of(const JsonValue& value) {
  if (value.is_string()) return scope_of_text(value);
  if (!value.is_object()) return bad_value(value, "a scope is a text or an object");
  TRY(only_members(value, {"type", "subscription", "resource_group", "management_group", "depth", "subscriptions"}));
  CoverScope scope{.kind = TRY(kind_of(TRY(member(value, "type"))))};
  const bool within_subscription = scope.kind == ScopeKind::subscription || scope.kind == ScopeKind::resource_group;
  if (within_subscription) scope.subscription = TRY(text_member(value, "subscription"));
  if (scope.kind == ScopeKind::resource_group) scope.resource_group = TRY(text_member(value, "resource_group"));
  if (scope.kind == ScopeKind::management_group) TRY(read_management_group(value, scope));
  return scope;
}

Result<CustomerVersion> read_version(const JsonValue& record) {
  if (!record.is_object()) return bad_value(record, "an object is expected here");
  TRY(only_members(record, {"id", "customer", "region", "group", "size", "quantity", "exact", "scope", "start", "end"}));
  CustomerVersion read{.customer = to_lower(TRY(text_member_if(record, "customer")))};
  ReservationVersion& version = read.version;
  version.id = TRY(text_member(record, "id"));
  version.region = arm_region(TRY(text_member(record, "region")));
  version.group = TRY(text_member_if(record, "group"));
  version.size = TRY(text_member(record, "size"));
  version.quantity = TRY(integer_at(record, "quantity", 1, utilization::kQuantityMax));
  if (const std::optional<JsonValue> exact = member_if(record, "exact")) version.exact = TRY(boolean_of(*exact));
  if (const std::optional<JsonValue> scope = member_if(record, "scope")) version.scope = TRY(scope_of(*scope));
  version.start = TRY(moment_member(record, "start"));
  version.end = TRY(moment_member(record, "end"));
  if (version.end <= version.start) return bad_value(TRY(member(record, "end")), "the end is not after the start");
  version = normalised(std::move(version));
  return read;
}

}  // namespace

Result<void> read_reservation_lines(ByteSource& source, std::vector<CustomerVersion>& versions, ImportReport& report) {
  RecordReader records(source);
  JsonReader reader;
  while (std::optional<Result<Record>> next = records.next()) {
    if (!*next && next->error().code != Code::invalid_data) return std::unexpected(next->error());
    const auto read = [&]() -> Result<CustomerVersion> {
      if (!*next) return std::unexpected(next->error());
      return read_version(TRY(reader.read((*next)->text, (*next)->origin())));
    };
    Result<CustomerVersion> version = read();
    if (version) {
      versions.push_back(*std::move(version));
      report.accept();
    } else {
      report.refuse(source.name(), version.error());
    }
  }
  return {};
}

}  // namespace prorata::wire
