#include "utilization/reservations.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "catalog/catalog.h"

namespace prorata::utilization {
namespace {

std::string plain(std::string_view text) { return to_lower(trim(text)); }

std::unexpected<Error> bad(const ReservationVersion& version, std::string_view what) {
  return fail(Code::invalid_argument, fmt::format("reservation '{}' {}", version.id, what));
}

Result<void> check_scope(const ReservationVersion& version) {
  const CoverScope& scope = version.scope;
  switch (scope.kind) {
    case ScopeKind::resource_group:
      if (scope.resource_group.empty()) return bad(version, "is scoped to a resource group without a name");
      [[fallthrough]];
    case ScopeKind::subscription:
      if (scope.subscription.empty()) return bad(version, "is scoped to a subscription without an id");
      return {};
    case ScopeKind::management_group:
      if (scope.depth < 0) return bad(version, "is scoped to a management group above the root");
      return {};
    case ScopeKind::shared: return {};
  }
  return {};
}

// A deeper management group before one above it; other scopes have no depth.
std::int32_t height(const CoverScope& scope) { return scope.kind == ScopeKind::management_group ? -scope.depth : 0; }

auto order_of(const ReservationVersion& v) {
  return std::tuple(v.scope.kind, height(v.scope), v.exact ? 0 : 1, v.end, v.start, std::string_view(v.id));
}

}  // namespace

ReservationVersion normalised(ReservationVersion version) {
  version.id = plain(version.id);
  version.region = region_key(trim(version.region));
  version.group = plain(version.group);
  version.size = sku_key(version.size);
  version.scope.subscription = plain(version.scope.subscription);
  version.scope.resource_group = plain(version.scope.resource_group);
  for (std::string& each : version.scope.subscriptions) each = plain(each);
  return version;
}

bool takes_before(const ReservationVersion& a, const ReservationVersion& b) { return order_of(a) < order_of(b); }

bool scope_holds(const CoverScope& scope, const Identity& identity) {
  switch (scope.kind) {
    case ScopeKind::resource_group: return scope.subscription == identity.subscription && scope.resource_group == identity.resource_group;
    case ScopeKind::subscription: return scope.subscription == identity.subscription;
    case ScopeKind::management_group: return std::ranges::find(scope.subscriptions, identity.subscription) != scope.subscriptions.end();
    case ScopeKind::shared: return true;
  }
  return false;
}

Result<void> check_versions(std::span<const ReservationVersion> versions) {
  for (const ReservationVersion& version : versions) {
    if (version.id.empty()) return fail(Code::invalid_argument, "a reservation has no id");
    if (version.quantity < 1 || version.quantity > kQuantityMax)
      return bad(version, fmt::format("has the quantity {}; it is from 1 to {}", version.quantity, kQuantityMax));
    if (version.end <= version.start)
      return bad(version, fmt::format("ends at {}, not after its start at {}", to_string(version.end), to_string(version.start)));
    TRY(check_scope(version));
  }
  std::vector<const ReservationVersion*> by_start;
  for (const ReservationVersion& version : versions) by_start.push_back(&version);
  std::ranges::sort(by_start, {}, [](const ReservationVersion* v) { return std::tuple(std::string_view(v->id), v->start, v->end); });
  const ReservationVersion* before = nullptr;  // of the reservation, with active hours
  for (const ReservationVersion* version : by_start) {
    const HourSpan active = active_hours(*version);
    if (active.empty()) continue;
    if (before != nullptr && before->id == version->id && active.from < active_hours(*before).until)
      return bad(*version, fmt::format("has two versions at {}; the earlier one must end before", to_string(active.from)));
    before = version;
  }
  return {};
}

}  // namespace prorata::utilization
