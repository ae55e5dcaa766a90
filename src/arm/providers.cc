#include "arm/providers.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace prorata::arm {
namespace {

using std::string_view;

constexpr auto kCapacityVersions = std::to_array<string_view>({"2022-11-01", "2022-03-01"});
constexpr auto kSupportVersions = std::to_array<string_view>({kSupport2024, kSupport2020});
constexpr auto kSupportNewVersions = std::to_array<string_view>({kSupport2024});
constexpr auto kRoleVersions = std::to_array<string_view>({"2022-04-01", "2020-04-01-preview", "2018-01-01-preview", "2015-07-01"});
constexpr auto kConsumptionVersions = std::to_array<string_view>({"2023-11-01", "2023-05-01", "2021-10-01"});
constexpr auto kBillingVersions = std::to_array<string_view>({"2024-04-01"});
constexpr auto kResourceVersions =
    std::to_array<string_view>({"2022-12-01", "2022-09-01", "2021-04-01", "2021-01-01", "2019-11-01", "2016-06-01"});

constexpr auto kCapacityTypes = std::to_array<ResourceType>({{"reservationOrders", kCapacityVersions},
                                                             {"reservationOrders/reservations", kCapacityVersions},
                                                             {"reservationOrders/reservations/revisions", kCapacityVersions},
                                                             {"reservations", kCapacityVersions},
                                                             {"catalogs", kCapacityVersions},
                                                             {"appliedReservations", kCapacityVersions},
                                                             {"calculatePrice", kCapacityVersions},
                                                             {"calculateExchange", kCapacityVersions},
                                                             {"exchange", kCapacityVersions},
                                                             {"operations", kCapacityVersions}});
constexpr auto kSupportTypes = std::to_array<ResourceType>({{"services", kSupportVersions},
                                                            {"services/problemClassifications", kSupportVersions},
                                                            {"supportTickets", kSupportVersions},
                                                            {"supportTickets/communications", kSupportVersions},
                                                            {"supportTickets/chatTranscripts", kSupportNewVersions},
                                                            {"fileWorkspaces", kSupportNewVersions},
                                                            {"fileWorkspaces/files", kSupportNewVersions},
                                                            {"operationsStatus", kSupportVersions},
                                                            {"operationResults", kSupportVersions},
                                                            {"operations", kSupportVersions}});
constexpr auto kAuthorizationTypes = std::to_array<ResourceType>({{"roleAssignments", kRoleVersions},
                                                                  {"roleDefinitions", kRoleVersions},
                                                                  {"denyAssignments", kRoleVersions},
                                                                  {"permissions", kRoleVersions}});
constexpr auto kConsumptionTypes = std::to_array<ResourceType>({{"reservationSummaries", kConsumptionVersions},
                                                                {"reservationDetails", kConsumptionVersions},
                                                                {"reservationTransactions", kConsumptionVersions},
                                                                {"reservationRecommendations", kConsumptionVersions},
                                                                {"reservationRecommendationDetails", kConsumptionVersions}});
constexpr auto kBillingTypes = std::to_array<ResourceType>({{"billingAccounts/reservations", kBillingVersions},
                                                            {"billingAccounts/reservationOrders", kBillingVersions},
                                                            {"billingAccounts/reservationOrders/reservations", kBillingVersions}});
constexpr auto kResourcesTypes = std::to_array<ResourceType>({{"subscriptions", kResourceVersions},
                                                              {"tenants", kResourceVersions},
                                                              {"resourceGroups", kResourceVersions},
                                                              {"subscriptions/locations", kResourceVersions},
                                                              {"subscriptions/providers", kResourceVersions}});

constexpr auto kProviders = std::to_array<Provider>({{"Microsoft.Authorization", kAuthorizationTypes},
                                                     {"Microsoft.Billing", kBillingTypes},
                                                     {"Microsoft.Capacity", kCapacityTypes},
                                                     {"Microsoft.Consumption", kConsumptionTypes},
                                                     {"Microsoft.Resources", kResourcesTypes},
                                                     {"Microsoft.Support", kSupportTypes}});

}  // namespace

std::span<const Provider> providers() { return kProviders; }

const Provider* find_provider(string_view name) {
  const auto* found = std::ranges::find_if(kProviders, [&](const Provider& each) { return equal_ignoring_case(each.name, name); });
  return found == kProviders.end() ? nullptr : found;
}

void write_provider(wire::JsonWriter& w, const Provider& provider, string_view prefix) {
  w.begin_object().field("id", std::string(prefix) + "/providers/" + std::string(provider.name)).field("namespace", provider.name);
  w.key("resourceTypes").begin_array();
  for (const ResourceType& type : provider.types) {
    w.begin_object().field("resourceType", type.name).key("locations").begin_array().end_array();
    w.key("apiVersions").begin_array();
    for (const string_view version : type.versions) w.text(version);
    w.end_array().field("capabilities", "None").end_object();
  }
  w.end_array().field("registrationState", "Registered").field("registrationPolicy", "RegistrationFree").end_object();
}

}  // namespace prorata::arm
