// What a support request can be about: services and their problem classifications, a small catalogue of our own. The services carry
// Azure's ids; the classifications' ids are ours, since nobody publishes them.
//
//   const Service* service = find_service("/providers/Microsoft.Support/services/517f2da6-78fd-0498-4e22-ad26996b1dfc");  // "Billing"
//   const Classification* about = find_classification(*service, "Reservation Management / Exchanges and Refunds");
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/id.h"

namespace prorata {
struct ServiceTag {
  static constexpr std::string_view kName = "service id";
};
struct ClassificationTag {
  static constexpr std::string_view kName = "problem classification id";
};
using ServiceId = Id<ServiceTag>;
using ClassificationId = Id<ClassificationTag>;
}  // namespace prorata

namespace prorata::support {

struct Classification {
  std::string_view id;
  std::string_view name;  // "Reservation Management / Exchanges and Refunds": the problem type, then the category
};

struct Service {
  std::string_view id;
  std::string_view name;  // "Billing"
  std::span<const Classification> classifications;
};

inline constexpr std::string_view kBilling = "517f2da6-78fd-0498-4e22-ad26996b1dfc";
inline constexpr std::string_view kExchangesAndRefunds = "b1d0a6a4-0a52-4f0b-9a3e-3f5f6c2d7e10";

std::span<const Service> services();

// By GUID, by path, or by display name; any letter case. nullptr where there is none.
const Service* find_service(std::string_view text);
const Classification* find_classification(const Service& service, std::string_view text);

std::string path_of(const Service& service);  // "/providers/Microsoft.Support/services/{guid}"
std::string path_of(const Service& service, const Classification& classification);

}  // namespace prorata::support
