// The list of all reservations, held in memory so that any window of it costs the same: however far down it begins and however it is
// sorted.
//
//   Fleet fleet;
//   const FleetWindow window = TRY(fleet.window(*snapshot, {.words = {"contoso"}, .sort = ReservationSort::name}, now, {0, 100}));
//   const std::vector<Reservation> rows = TRY(snapshot->reservations_by_id(window.ids));
//
// It holds what lists are narrowed and sorted by, about 150 bytes a reservation, and nothing that is shown: rows are read from the store.
// It follows the audit trail: each call first takes in what was committed since the last one, by whichever process, and a sandbox that was
// set back is read anew. So it is as fresh as the snapshot it is asked with; asked with an older one it may know of more.
//
// Safe for use by many threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "app/reservation_list.h"
#include "app/store.h"

namespace prorata::portal_api {

enum class FleetSort { expiry, purchased, name, quantity, sku, region, customer };

// Every field that is set narrows the list.
struct FleetQuery {
  std::vector<std::string> words;  // in lower case; each in name, size, region, product, or the customer's name or domain; or a whole id
  std::optional<CustomerId> customer;
  std::vector<DisplayState> states;  // empty: any
  std::optional<Day> expires_from;
  std::optional<Day> expires_until;  // exclusive
  std::optional<bool> archived;
  FleetSort sort = FleetSort::expiry;
  bool descending = false;
  // Whose list it is: the part of the desk that the principal is limited to. Absent: all of it.
  std::optional<ResellerId> reseller;
  std::optional<CustomerId> only_customer;
};

struct FleetSpan {
  std::size_t offset = 0;
  std::size_t limit = 100;
};

struct FleetWindow {
  std::vector<ReservationId> ids;  // in order
  std::int64_t total = 0;
  std::int64_t customers = 0;  // that have one of them
  ReservationCounts states;    // of those that match everything but the states
};

enum class CustomerSort { name, domain, country, reservations, expiring };

struct FleetCustomerQuery {
  std::string text;  // in lower case; in name or domain, or the start of the id
  CustomerSort sort = CustomerSort::name;
  bool descending = false;
  std::function<bool(const CustomerId&, const std::optional<ResellerId>&)> wanted;  // who may be shown
};

struct CustomerCounts {
  std::int64_t living = 0;  // succeeded, expiring, or held by an operation
  std::int64_t expiring = 0;
};

struct CustomerWindow {
  struct Row {
    CustomerId id;
    CustomerCounts counts;
  };
  std::vector<Row> rows;
  std::int64_t total = 0;
};

class Fleet {
 public:
  Fleet();
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Reads what there is, or what is new. The first time takes a few seconds for a million reservations; window() does it too.
  Result<void> catch_up(Snapshot& snapshot);

  Result<FleetWindow> window(Snapshot& snapshot, const FleetQuery& query, Instant now, const FleetSpan& span);
  Result<CustomerWindow> customers(Snapshot& snapshot, const FleetCustomerQuery& query, Instant now, const FleetSpan& span);
  Result<CustomerCounts> counts_of(Snapshot& snapshot, const CustomerId& id, Instant now);
  Result<ReservationCounts> states_of(Snapshot& snapshot, const CustomerId& id, Instant now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace prorata::portal_api

namespace prorata {
template <>
inline constexpr auto kWords<portal_api::CustomerSort> =
    std::to_array<Word<portal_api::CustomerSort>>({{portal_api::CustomerSort::name, "name"},
                                                   {portal_api::CustomerSort::domain, "domain"},
                                                   {portal_api::CustomerSort::country, "country"},
                                                   {portal_api::CustomerSort::reservations, "reservations"},
                                                   {portal_api::CustomerSort::expiring, "expiring"}});
template <>
inline constexpr auto kWords<portal_api::FleetSort> =
    std::to_array<Word<portal_api::FleetSort>>({{portal_api::FleetSort::expiry, "expiry"},
                                                {portal_api::FleetSort::purchased, "purchased"},
                                                {portal_api::FleetSort::name, "name"},
                                                {portal_api::FleetSort::quantity, "quantity"},
                                                {portal_api::FleetSort::sku, "sku"},
                                                {portal_api::FleetSort::region, "region"},
                                                {portal_api::FleetSort::customer, "customer"}});
}  // namespace prorata
