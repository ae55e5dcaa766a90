// Finds what somebody has a piece of: a customer by a part of its name or domain, and customers, reservations, orders and support requests
// by the beginning of their id, name or number.
//
//   for (const Found& each : TRY(search_desk(app, "nordv", 10))) ...
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

enum class FoundKind { customer, reservation, order, support_request };
template <>
inline constexpr auto kWords<FoundKind> = std::to_array<Word<FoundKind>>({{FoundKind::customer, "customer"},
                                                                          {FoundKind::reservation, "reservation"},
                                                                          {FoundKind::order, "order"},
                                                                          {FoundKind::support_request, "support_request"}});

struct Found {
  FoundKind kind = FoundKind::customer;
  std::string id;      // of a support request its name
  std::string title;   // name; of an order its display name; of a support request its number and title
  std::string detail;  // domain; size, units and expiry; state
  std::optional<CustomerId> customer;
};

inline constexpr std::size_t kSearchTextMax = 200;

// At most `limit` of each kind, in the order of FoundKind; only what whoever acts may know of. Errors: invalid_argument for a text that is
// empty or longer than kSearchTextMax.
Result<std::vector<Found>> search_desk(App& app, const std::string& text, std::size_t limit);

}  // namespace prorata
