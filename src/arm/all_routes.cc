#include "arm/all_routes.h"

#include <iterator>

namespace prorata::arm {
namespace {

using Table = std::vector<Route> (*)();
constexpr std::initializer_list<Table> kTables = {authorization_routes, billing_routes,      capacity_routes,
                                                  consumption_routes,   subscription_routes, support_routes};

}  // namespace

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const Table table : kTables) std::ranges::move(table(), std::back_inserter(all));
  return all;
}

}  // namespace prorata::arm
