// A reservation: units of one size in one region, bought for a term, and its life.
//
// Every change makes a new numbered revision (the `revision` field; Azure calls it etag). The functions below are the only ways to
// change one; they are pure, take the moment, and refuse what the state does not allow.
//
//   Reservation changed = TRY(change_scope(reservation, scope, now));
//   SplitResult parts   = TRY(split(reservation, {1, 2}, new_ids, now));
//
// States, sub-states and status words are those that the reservation API shows on the wire.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "reservation/payment.h"

namespace prorata {

enum class ProvisioningState {
  creating,
  pending_resource_hold,
  confirmed_resource_hold,
  pending_capacity,
  confirmed_capacity,
  pending_billing,
  confirmed_billing,
  created,
  succeeded,
  pending,  // an operation holds it: a return, an exchange, a split or a merge
  cancelled,
  expired,
  billing_failed,
  failed,
  split,
  merged,
};
template <>
inline constexpr auto kWords<ProvisioningState> =
    std::to_array<Word<ProvisioningState>>({{ProvisioningState::creating, "Creating"},
                                            {ProvisioningState::pending_resource_hold, "PendingResourceHold"},
                                            {ProvisioningState::confirmed_resource_hold, "ConfirmedResourceHold"},
                                            {ProvisioningState::pending_capacity, "PendingCapacity"},
                                            {ProvisioningState::confirmed_capacity, "ConfirmedCapacity"},
                                            {ProvisioningState::pending_billing, "PendingBilling"},
                                            {ProvisioningState::confirmed_billing, "ConfirmedBilling"},
                                            {ProvisioningState::created, "Created"},
                                            {ProvisioningState::succeeded, "Succeeded"},
                                            {ProvisioningState::pending, "Pending"},
                                            {ProvisioningState::cancelled, "Cancelled"},
                                            {ProvisioningState::expired, "Expired"},
                                            {ProvisioningState::billing_failed, "BillingFailed"},
                                            {ProvisioningState::failed, "Failed"},
                                            {ProvisioningState::split, "Split"},
                                            {ProvisioningState::merged, "Merged"}});

// What a person sees instead of the state; derived, never stored. Expiring: 30 days or fewer are left.
enum class DisplayState { succeeded, expiring, expired, pending, processing, cancelled, failed };
template <>
inline constexpr auto kWords<DisplayState> = std::to_array<Word<DisplayState>>({{DisplayState::succeeded, "Succeeded"},
                                                                                {DisplayState::expiring, "Expiring"},
                                                                                {DisplayState::expired, "Expired"},
                                                                                {DisplayState::pending, "Pending"},
                                                                                {DisplayState::processing, "Processing"},
                                                                                {DisplayState::cancelled, "Cancelled"},
                                                                                {DisplayState::failed, "Failed"}});

// Why it is in its state: {"Split", "This reservation was split and is no longer active"}.
struct StatusInfo {
  std::string code;
  std::string message;
  friend bool operator==(const StatusInfo&, const StatusInfo&) = default;
};

enum class ScopeType { shared, single, resource_group, management_group };
template <>
inline constexpr auto kWords<ScopeType> = std::to_array<Word<ScopeType>>({{ScopeType::shared, "Shared"},
                                                                          {ScopeType::single, "Single"},
                                                                          {ScopeType::resource_group, "ResourceGroup"},
                                                                          {ScopeType::management_group, "ManagementGroup"}});

// Which usage the reservation may cover.
struct Scope {
  ScopeType type = ScopeType::shared;
  std::string id;  // "/subscriptions/<id>[/resourceGroups/<name>]" or ".../managementGroups/<name>"; empty when shared
  std::string display_name;
  friend bool operator==(const Scope&, const Scope&) = default;
};

// Checks that the id fits the type. Errors: invalid_argument.
Result<Scope> make_scope(ScopeType type, std::string id, std::string display_name = {});

// Used hours above zero since the start. Unknown usage is not "unused" (refund rules section 1).
enum class Usage { unknown, unused, used };
template <>
inline constexpr auto kWords<Usage> =
    std::to_array<Word<Usage>>({{Usage::unknown, "unknown"}, {Usage::unused, "unused"}, {Usage::used, "used"}});

// What a renewal would buy when the term ends.
struct RenewalTerms {
  std::string sku;
  std::int64_t quantity = 0;
  Term term;
  BillingPlan plan = BillingPlan::upfront;
  std::string region;  // empty: that of the reservation
  std::string name;    // the same
  friend bool operator==(const RenewalTerms&, const RenewalTerms&) = default;
};

// Where it came from and what became of it.
struct Lineage {
  std::optional<ReservationId> split_source;
  std::vector<ReservationId> split_destinations;
  std::vector<ReservationId> merge_sources;
  std::optional<ReservationId> merge_destination;
  std::optional<ReservationId> renewed_from;
  std::optional<ReservationId> renewed_into;
  friend bool operator==(const Lineage&, const Lineage&) = default;
};

struct Reservation {
  ReservationId id;
  OrderId order;
  CustomerId customer;
  std::int64_t version = 0;   // of the stored row; 0 is not stored yet
  std::int64_t revision = 1;  // numbered change; the wire's etag

  std::string name;     // display name
  std::string product;  // reservedResourceType: "VirtualMachines", "SqlDatabases", ...
  std::string sku;      // "Standard_D2s_v3"
  std::string region;   // "westeurope"
  std::string sku_description;
  std::int64_t quantity = 0;
  std::int64_t original_quantity = 0;
  Term term;
  BillingPlan plan = BillingPlan::upfront;
  Instant purchased;
  Instant benefit_start;
  Instant expiry;
  Instant updated;

  ProvisioningState state = ProvisioningState::creating;
  std::optional<StatusInfo> status;
  std::string operation;  // while Pending: what holds it, "exchange 0197..."; empty otherwise
  Scope scope;
  bool instance_flexibility = true;
  bool archived = false;
  bool renew = false;
  std::optional<RenewalTerms> renewal;
  Lineage lineage;

  Usage usage = Usage::unknown;
  bool transferred_in = false;          // moved here from another partner
  std::string billing_scope;            // "/subscriptions/<id>"
  Schedule schedule;                    // cost to the partner; empty: the price is unknown
  std::optional<Money> customer_price;  // lifetime, all units, what the customer pays; absent: the same as cost

  bool price_known() const { return !schedule.empty(); }
  friend bool operator==(const Reservation&, const Reservation&) = default;
};

// Start plus the term, the day of month clamped; the time of day is the start's.
Instant expiry_of(Instant benefit_start, Term term);

bool is_active(const Reservation& reservation);  // state is Succeeded
DisplayState display_state(const Reservation& reservation, Instant now);
std::string_view user_friendly_renew_state(const Reservation& reservation);  // On, Off, Renewed, NotApplicable

// The reservation as time alone leaves it: instalments fallen due are paid, a term that has ended is Expired. Pure; the same
// function serves a quote today and the clock of a sandbox.
Reservation on_day(Reservation reservation, Day day);

// The next day on which time alone changes it: an instalment falls due or the term ends. Absent when its life is over.
std::optional<Day> next_event(const Reservation& reservation);

// One numbered change of a reservation: who did what when. The body is the reservation after it.
struct Revision {
  ReservationId reservation;
  std::int64_t number = 0;
  Instant at;
  std::string actor;
  std::string action;  // "return", "split", "scope", "imported", ...
  Reservation after;
};

// Each returns the changed reservation with its next revision number. Errors: refused where the state does not allow it (the
// message names state and operation), invalid_argument where the request makes no sense.
Result<Reservation> rename(Reservation reservation, std::string name, Instant now);
Result<Reservation> change_scope(Reservation reservation, Scope scope, Instant now);
Result<Reservation> set_flexibility(Reservation reservation, bool on, Instant now);
Result<Reservation> set_renewal(Reservation reservation, bool on, std::optional<RenewalTerms> terms, Instant now);
Result<Reservation> archive(Reservation reservation, bool archived, Instant now);  // only what is no longer active can be archived
Result<Reservation> begin_operation(Reservation reservation, std::string operation, Instant now);  // Succeeded -> Pending
Result<Reservation> end_operation(Reservation reservation, Instant now);                           // Pending -> Succeeded
Result<Reservation> advance(Reservation reservation, ProvisioningState to, Instant now);           // along the purchase road

// Takes `quantity` units back. What is left stays with the remaining units; nothing left means Cancelled, with its unpaid
// instalments cancelled and the reason as its status. Works on Succeeded, and on Pending when it is the holder's own operation that
// gives back; with units left that operation is over too.
enum class GivenBack { returned, exchanged };
Result<Reservation> give_back(Reservation reservation, std::int64_t quantity, Instant now, GivenBack reason = GivenBack::returned);

struct SplitResult {
  Reservation source;              // Cancelled, status Split
  std::vector<Reservation> parts;  // one a quantity, in order
};
// Quantities must be positive and add up to the whole; `ids` has one for each.
Result<SplitResult> split(Reservation source, std::span<const std::int64_t> quantities, std::span<const ReservationId> ids, Instant now);

struct MergeResult {
  std::vector<Reservation> sources;  // Cancelled, status Merged
  Reservation merged;
};
// Two or more active reservations of one order, alike in size, region, term, plan and scope.
Result<MergeResult> merge(std::vector<Reservation> sources, const ReservationId& id, Instant now);

}  // namespace prorata
