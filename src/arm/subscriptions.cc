// Subscriptions, tenants, locations, providers, resource groups: what clients ask about before they do anything else.
#include <algorithm>

#include <fmt/format.h>

#include "arm/answer.h"
#include "arm/outcome.h"
#include "arm/places.h"
#include "arm/providers.h"
#include "arm/regions.h"
#include "wire/json.h"

namespace prorata::arm {
namespace {

using http::Method;
using wire::JsonWriter;

constexpr PageSizes kPages{.usual = 1'000, .most = 1'000};
constexpr std::string_view kReadSubscriptions = "Microsoft.Resources/subscriptions/read";
constexpr std::string_view kReadGroups = "Microsoft.Resources/subscriptions/resourceGroups/read";
constexpr std::string_view kReadTenants = "Microsoft.Resources/tenants/read";

// Every version that a client of the last ten years sends for these; the answers are the same in all.
const std::vector<std::string_view> kVersions = {"2022-12-01", "2022-09-01", "2022-01-01", "2021-04-01", "2021-01-01", "2020-10-01",
                                                 "2020-08-01", "2020-06-01", "2020-01-01", "2019-11-01", "2019-10-01", "2019-08-01",
                                                 "2019-07-01", "2019-06-01", "2019-05-10", "2019-05-01", "2019-03-01", "2018-06-01",
                                                 "2018-05-01", "2018-02-01", "2017-05-10", "2016-09-01", "2016-06-01", "2015-11-01"};

std::string path_of(const SubscriptionId& id) { return "/subscriptions/" + id.text(); }

void write_subscription(JsonWriter& w, const Customer& customer, const Subscription& subscription) {
  w.begin_object().field("id", path_of(subscription.id)).field("authorizationSource", "RoleBased");
  w.key("managedByTenants").begin_array().end_array();
  w.field("subscriptionId", subscription.id.text()).field("tenantId", customer.id.text());
  w.field("displayName", subscription.name.empty() ? subscription.id.text() : subscription.name).field("state", "Enabled");
  w.key("subscriptionPolicies").begin_object().field("locationPlacementId", "Public_2014-09-01");
  w.field("quotaId", "CSP_2015-05-01").field("spendingLimit", "Off").end_object();
  w.end_object();
}

struct Seen {
  const Customer* customer;
  const Subscription* subscription;
};

std::vector<Seen> subscriptions_seen(const Call& call, const std::vector<Customer>& customers) {
  std::vector<Seen> out;
  for (const Customer& customer : customers)
    for (const Subscription& each : customer.subscriptions)
      if (call.allows(kReadSubscriptions, target_of(customer, access::scope_of(each.id)))) out.push_back({&customer, &each});
  return out;
}

Outcome<http::Response> list_subscriptions(Call& call) {
  const PageAsk ask = TRY(page_ask(call.request, kPages));
  const auto snapshot = TRY(call.app.store.snapshot());
  const std::vector<Customer> customers = TRY(customers_seen(call.caller, *snapshot));
  const std::vector<Seen> seen = subscriptions_seen(call, customers);
  const Slice slice = TRY(slice_of(ask, seen.size()));
  return written(200, [&](JsonWriter& w) {
    write_page(w, call.request, slice.next, [&](JsonWriter& rows) {
      for (std::size_t i = slice.from; i < slice.until; ++i) write_subscription(rows, *seen[i].customer, *seen[i].subscription);
    });
    w.key("count").begin_object().field("type", "Total").field("value", static_cast<std::int64_t>(seen.size())).end_object();
    w.end_object();
  });
}

Outcome<SubscriptionPlace> place_of(Call& call, Snapshot& snapshot, std::string_view action) {
  SubscriptionPlace place = TRY(subscription_place(call.caller, snapshot, call.path.at("subscription")));
  TRY(allow(call, action, place.target));
  return place;
}

Outcome<http::Response> get_subscription(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const SubscriptionPlace place = TRY(place_of(call, *snapshot, kReadSubscriptions));
  return written(200, [&](JsonWriter& w) { write_subscription(w, place.customer, place.subscription); });
}

Outcome<http::Response> list_locations(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const SubscriptionPlace place = TRY(place_of(call, *snapshot, kReadSubscriptions));
  return listed(regions(), [&](JsonWriter& w, const Region& each) {
    w.begin_object().field("id", fmt::format("{}/locations/{}", path_of(place.subscription.id), each.name)).field("name", each.name);
    w.field("type", "Region").field("displayName", each.display);
    w.field("regionalDisplayName", fmt::format("({}) {}", each.geography, each.display));
    w.key("metadata").begin_object().field("regionType", "Physical").field("regionCategory", "Recommended");
    w.field("geographyGroup", each.geography).end_object().end_object();
  });
}

struct TenantRow {
  std::string id;
  std::string name;
  std::string country;
  std::string domain;
  std::string_view category;
};

void write_tenant(JsonWriter& w, const TenantRow& row) {
  w.begin_object().field("id", "/tenants/" + row.id).field("tenantId", row.id);
  w.field_if("countryCode", row.country).field("displayName", row.name);
  w.key("domains").begin_array();
  if (!row.domain.empty()) w.text(row.domain);
  w.end_array().field_if("defaultDomain", row.domain).field("tenantCategory", row.category).field("tenantType", "AAD").end_object();
}

TenantRow tenant_of(const Customer& customer, std::string_view category) {
  return {customer.id.text(), customer.name, customer.country, customer.domain, category};
}

// The token's own tenant first; at the partner's own, then those of the customers it manages.
Outcome<http::Response> list_tenants(Call& call) {
  TRY(allow(call, kReadTenants, {}));
  const PageAsk ask = TRY(page_ask(call.request, kPages));
  const auto snapshot = TRY(call.app.store.snapshot());
  std::vector<TenantRow> rows;
  if (const std::optional<Customer> own = TRY(customer_of_tenant(call.caller, *snapshot))) {
    rows.push_back(tenant_of(*own, "Home"));
  } else {
    const std::optional<Desk> desk = TRY(snapshot->desk());
    if (!call.caller.tenant.empty()) rows.push_back({to_lower(call.caller.tenant), desk ? desk->partner : "", "", "", "Home"});
    for (const Customer& each : TRY(customers_seen(call.caller, *snapshot)))
      if (call.allows(kReadSubscriptions, target_of(each, access::root_scope()))) rows.push_back(tenant_of(each, "ManagedBy"));
  }
  const Slice slice = TRY(slice_of(ask, rows.size()));
  return listed(call.request, slice.next, [&](JsonWriter& w) {
    for (std::size_t i = slice.from; i < slice.until; ++i) write_tenant(w, rows[i]);
  });
}

// "/subscriptions/{guid}" of a path that has one.
Outcome<std::string> prefix_of(Call& call) {
  if (!call.path.has("subscription")) {
    TRY(allow(call, kReadTenants, {}));
    return std::string();
  }
  const auto snapshot = TRY(call.app.store.snapshot());
  return path_of(TRY(place_of(call, *snapshot, kReadSubscriptions)).subscription.id);
}

Outcome<http::Response> list_providers(Call& call) {
  const std::string prefix = TRY(prefix_of(call));
  return listed(providers(), [&](JsonWriter& w, const Provider& each) { write_provider(w, each, prefix); });
}

Outcome<http::Response> get_provider(Call& call) {
  const std::string prefix = TRY(prefix_of(call));
  const std::string& name = call.path.at("namespace");
  const Provider* provider = find_provider(name);
  if (provider == nullptr) return refuse(404, "InvalidResourceNamespace", fmt::format("The resource namespace '{}' is invalid.", name));
  return written(200, [&](JsonWriter& w) { write_provider(w, *provider, prefix); });
}

// The desk knows a resource group by its name only.
void write_group(JsonWriter& w, const SubscriptionId& subscription, std::string_view name) {
  w.begin_object().field("id", fmt::format("{}/resourceGroups/{}", path_of(subscription), name)).field("name", name);
  w.field("type", "Microsoft.Resources/resourceGroups");
  w.key("properties").begin_object().field("provisioningState", "Succeeded").end_object().end_object();
}

Outcome<http::Response> list_groups(Call& call) {
  const PageAsk ask = TRY(page_ask(call.request, kPages));
  const auto snapshot = TRY(call.app.store.snapshot());
  const SubscriptionPlace place = TRY(place_of(call, *snapshot, kReadGroups));
  const std::vector<std::string>& groups = place.subscription.resource_groups;
  const Slice slice = TRY(slice_of(ask, groups.size()));
  return listed(call.request, slice.next, [&](JsonWriter& w) {
    for (std::size_t i = slice.from; i < slice.until; ++i) write_group(w, place.subscription.id, groups[i]);
  });
}

Outcome<http::Response> get_group(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const SubscriptionPlace place = TRY(place_of(call, *snapshot, kReadGroups));
  const std::string& name = call.path.at("group");
  const auto found =
      std::ranges::find_if(place.subscription.resource_groups, [&](const std::string& each) { return equal_ignoring_case(each, name); });
  if (found == place.subscription.resource_groups.end())
    return refuse(404, "ResourceGroupNotFound", fmt::format("Resource group '{}' could not be found.", name));
  return written(200, [&](JsonWriter& w) { write_group(w, place.subscription.id, *found); });
}

}  // namespace

std::vector<Route> subscription_routes() {
  std::vector<Route> routes;
  const auto add = [&](Method method, std::string pattern, Outcome<http::Response> (*handler)(Call&)) {
    routes.push_back({.method = method, .pattern = std::move(pattern), .versions = kVersions, .handler = answering(handler)});
  };
  add(Method::get, "/subscriptions", list_subscriptions);
  add(Method::get, "/subscriptions/{subscription}", get_subscription);
  add(Method::get, "/subscriptions/{subscription}/locations", list_locations);
  add(Method::get, "/subscriptions/{subscription}/resourceGroups", list_groups);
  add(Method::get, "/subscriptions/{subscription}/resourceGroups/{group}", get_group);
  add(Method::get, "/subscriptions/{subscription}/providers", list_providers);
  add(Method::get, "/subscriptions/{subscription}/providers/{namespace}", get_provider);
  add(Method::post, "/subscriptions/{subscription}/providers/{namespace}/register", get_provider);  // all of them are registered
  add(Method::get, "/providers", list_providers);
  add(Method::get, "/providers/{namespace}", get_provider);
  add(Method::get, "/tenants", list_tenants);
  return routes;
}

}  // namespace prorata::arm
