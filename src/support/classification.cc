#include "support/classification.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace prorata::support {
namespace {

constexpr auto kBillingClassifications = std::to_array<Classification>({
    {kExchangesAndRefunds, "Reservation Management / Exchanges and Refunds"},
    {"b1d0a6a4-0a52-4f0b-9a3e-3f5f6c2d7e11", "Reservation Management / Request Invoices"},
    {"b1d0a6a4-0a52-4f0b-9a3e-3f5f6c2d7e12", "Reservation Management / Other Issues or Requests"},
});
constexpr auto kSubscriptionClassifications = std::to_array<Classification>({
    {"b1d0a6a4-0a52-4f0b-9a3e-3f5f6c2d7e20", "Transfer of subscription / Other Issues or Requests"},
    {"b1d0a6a4-0a52-4f0b-9a3e-3f5f6c2d7e21", "Sign in and access / Other Issues or Requests"},
});
constexpr auto kQuotaClassifications = std::to_array<Classification>({
    {"b1d0a6a4-0a52-4f0b-9a3e-3f5f6c2d7e30", "Compute-VM (cores-vCPUs) subscription limit increases"},
});

constexpr auto kServices = std::to_array<Service>({
    {kBilling, "Billing", kBillingClassifications},
    {"f3dc5421-79ef-1efa-41a5-42bf3cbb52c6", "Subscription management", kSubscriptionClassifications},
    {"06bfd9d3-516b-d5c6-5802-169c800dec89", "Service and subscription limits (quotas)", kQuotaClassifications},
});

// The bare id or the display name, or the path that ends in it.
bool means(std::string_view text, std::string_view id, std::string_view name, const std::string& path) {
  return equal_ignoring_case(text, id) || equal_ignoring_case(text, name) || equal_ignoring_case(text, path);
}

}  // namespace

std::span<const Service> services() { return kServices; }

const Service* find_service(std::string_view text) {
  const auto* found = std::ranges::find_if(kServices, [&](const Service& each) { return means(text, each.id, each.name, path_of(each)); });
  return found == kServices.end() ? nullptr : found;
}

const Classification* find_classification(const Service& service, std::string_view text) {
  const auto found = std::ranges::find_if(
      service.classifications, [&](const Classification& each) { return means(text, each.id, each.name, path_of(service, each)); });
  return found == service.classifications.end() ? nullptr : &*found;
}

std::string path_of(const Service& service) { return "/providers/Microsoft.Support/services/" + std::string(service.id); }

std::string path_of(const Service& service, const Classification& classification) {
  return path_of(service) + "/problemClassifications/" + std::string(classification.id);
}

}  // namespace prorata::support
