// What the handlers of Microsoft.Capacity share, and their names. The table that joins them with their paths is capacity_routes().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arm/answer.h"
#include "arm/outcome.h"
#include "wire/arm_requests.h"
#include "wire/json.h"

namespace prorata::arm::capacity {

inline constexpr std::string_view kFirstVersion = "2022-03-01";  // whose catalog is a bare array

// ---- things of the path -------------------------------------------------------------------------------------------------------------

Outcome<OrderId> order_of(const Call& call);                // {order}
Outcome<ReservationId> reservation_of(const Call& call);    // {reservation}
Outcome<SubscriptionId> subscription_of(const Call& call);  // {subscription}

access::Target target_of(const Order& order, const Customer& customer, const std::optional<SubscriptionId>& payer);
access::Target target_of(const Reservation& reservation, const Customer& customer);

struct OrderHere {
  Order order;
  std::vector<Reservation> reservations;  // as they stand today
  Customer customer;
  access::Target target;
  Desk desk;
  Instant now;
};
// The customer whose tenant the token is of, where it is one: nothing of another is reached with it.
Result<std::optional<CustomerId>> customer_of_token(const Call& call, Snapshot& snapshot);

// An order that the caller may do `action` to. Refuses with 404 where there is none, then with 403.
Outcome<OrderHere> open_order(const Call& call, Snapshot& snapshot, const OrderId& id, std::string_view action);

struct ReservationHere {
  Reservation reservation;  // as it stands today
  Customer customer;
  Instant now;
};
// The reservation of the path; the same for a reservation of its order. Refuses as open_order does.
Outcome<ReservationHere> open_reservation(const Call& call, Snapshot& snapshot, std::string_view action);

// A reservation that a body names, within the order of the path.
Outcome<const Reservation*> find_in(const OrderHere& here, const wire::ReservationReference& reference);

// The customer of a subscription that the caller may do `action` at. Refuses where it is nobody's, with 404 for one of the path and 400 for
// one that a body names, then with 403.
enum class NamedBy { path, body };
Outcome<Customer> open_subscription(const Call& call, Snapshot& snapshot, const SubscriptionId& id, std::string_view action, NamedBy named);

// The applied scope as it is kept. Refuses with AppliedScopesNotAssociatedWithCommerceAccount what the customer does not have.
Outcome<Scope> applied_scope(const Customer& customer, const Scope& asked);

// ---- answers ------------------------------------------------------------------------------------------------------------------------

// "https://host/path?api-version=..." as this client came.
std::string url_of(const Call& call, std::string_view path);

// Where a list goes on: a cursor of ours, or a number of elements to pass over.
struct PageStart {
  std::string after;
  std::size_t skip = 0;
};
Outcome<PageStart> page_start(const Call& call);
std::string skip_token(std::string_view cursor);

// The payments of all reservations of an order together, by due day and status; absent where the price of one is unknown.
std::optional<Schedule> payments_of(const OrderHere& here);

// A list of reservations with the filter, order, state, summary and pages that the request asks for.
struct ReservationList {
  std::optional<CustomerId> customer;  // only this one's; absent: those that the token reaches
  std::string_view action;             // that the caller must be allowed on each
  std::string account;                 // the billing account as which the list is shown; empty: as Microsoft.Capacity
};
Outcome<http::Response> list_reservations_for(Call& call, const ReservationList& list);

// ---- handlers -----------------------------------------------------------------------------------------------------------------------

using Response = http::Response;

Outcome<Response> list_operations(Call& call);
Outcome<Response> list_catalog(Call& call);
Outcome<Response> list_applied(Call& call);

Outcome<Response> list_all_reservations(Call& call);
Outcome<Response> list_orders(Call& call);
Outcome<Response> list_reservations_in_order(Call& call);
Outcome<Response> list_revisions(Call& call);
Outcome<Response> get_reservation(Call& call);
Outcome<Response> get_order(Call& call);

Outcome<Response> calculate_price(Call& call);
Outcome<Response> purchase(Call& call);
Outcome<Response> move_to_directory(Call& call);

Outcome<Response> update(Call& call);
Outcome<Response> split(Call& call);
Outcome<Response> merge(Call& call);
Outcome<Response> split_result(Call& call);
Outcome<Response> merge_result(Call& call);
Outcome<Response> archive(Call& call);
Outcome<Response> unarchive(Call& call);
Outcome<Response> available_scopes(Call& call);

Outcome<Response> calculate_refund(Call& call);
Outcome<Response> give_back(Call& call);

Outcome<Response> calculate_exchange(Call& call);
Outcome<Response> exchange(Call& call);
Outcome<Response> operation_result(Call& call);

}  // namespace prorata::arm::capacity
