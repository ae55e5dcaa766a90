// The bodies of requests to the reservation API (Microsoft.Capacity), read into what the use cases ask. Names compare in any letter case,
// null is as good as absent, and fields that nobody knows are passed over, as the service does.
//
//   const PurchaseBody body = TRY(read_purchase(request.body));
//
// Errors: invalid_data for what is no JSON object, invalid_argument for what is missing, of the wrong type or out of range. The place
// names the field; where the service has a word of its own for the fault it is the error's reason ("UnsupportedReservationTerm").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/purchase.h"
#include "reservation/reservation.h"

namespace prorata::wire {

inline constexpr std::int64_t kUnitsMax = 100'000;       // of one purchase, return or part
inline constexpr std::size_t kLinesMax = 100;            // of an exchange, a split, a merge, a list of scopes
inline constexpr std::size_t kDisplayNameBytesMax = 64;  // what a reservation's name may have

// "/providers/microsoft.capacity/reservationOrders/O/reservations/R", or the reservation's id alone.
struct ReservationReference {
  std::optional<OrderId> order;
  ReservationId reservation;
};

struct PurchaseBody {
  PurchaseLine line;           // with the scope below where one was named
  SubscriptionId billing;      // that pays
  std::optional<Scope> scope;  // absent: nothing was said of it
};

struct PatchBody {
  std::optional<Scope> scope;
  std::optional<std::string> name;
  std::optional<bool> instance_flexibility;
  std::optional<bool> renew;
  std::optional<PurchaseBody> renewal;  // what the renewal shall buy
};

struct UnitsToReturn {
  ReservationReference reservation;
  std::int64_t quantity = 0;
};

struct RefundBody {
  std::optional<OrderId> order;  // "id"
  UnitsToReturn units;
};

struct ReturnBody {
  std::string session;
  UnitsToReturn units;
  std::string reason;  // a person's words
};

struct ExchangeBody {
  std::vector<UnitsToReturn> returns;
  std::vector<PurchaseBody> purchases;
};

struct SplitBody {
  ReservationReference reservation;
  std::vector<std::int64_t> quantities;
};

Result<PurchaseBody> read_purchase(std::string_view body);
Result<PatchBody> read_patch(std::string_view body);
Result<SplitBody> read_split(std::string_view body);
Result<std::vector<ReservationReference>> read_merge(std::string_view body);
Result<std::vector<std::string>> read_available_scopes(std::string_view body);  // as they were written
Result<RefundBody> read_calculate_refund(std::string_view body);
Result<ReturnBody> read_return(std::string_view body);
Result<ExchangeBody> read_calculate_exchange(std::string_view body);
Result<std::string> read_exchange(std::string_view body);         // the session
Result<CustomerId> read_change_directory(std::string_view body);  // the tenant to go to

// A subscription, a resource group or a management group as a scope writes it. Errors: invalid_argument.
Result<Scope> read_scope_path(std::string_view text);
// "/subscriptions/{guid}" or the id alone. Errors: invalid_argument with the reason InvalidSubscriptionId.
Result<SubscriptionId> read_subscription(std::string_view text);

}  // namespace prorata::wire
