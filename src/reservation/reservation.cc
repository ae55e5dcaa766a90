#include "reservation/reservation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "reservation/order.h"

namespace prorata {
namespace {

// The purchase road: each state and where it may go next. Operations and endings have their own functions.
constexpr std::pair<ProvisioningState, ProvisioningState> kPurchaseRoad[] = {
    {ProvisioningState::creating, ProvisioningState::pending_resource_hold},
    {ProvisioningState::creating, ProvisioningState::pending_capacity},
    {ProvisioningState::pending_resource_hold, ProvisioningState::confirmed_resource_hold},
    {ProvisioningState::confirmed_resource_hold, ProvisioningState::pending_billing},
    {ProvisioningState::pending_capacity, ProvisioningState::confirmed_capacity},
    {ProvisioningState::confirmed_capacity, ProvisioningState::pending_billing},
    {ProvisioningState::pending_billing, ProvisioningState::confirmed_billing},
    {ProvisioningState::pending_billing, ProvisioningState::billing_failed},
    {ProvisioningState::confirmed_billing, ProvisioningState::created},
    {ProvisioningState::confirmed_billing, ProvisioningState::succeeded},
    {ProvisioningState::created, ProvisioningState::succeeded},
    {ProvisioningState::billing_failed, ProvisioningState::failed},
};

bool on_purchase_road(ProvisioningState state) {
  return state != ProvisioningState::succeeded && std::ranges::any_of(kPurchaseRoad, [&](const auto& step) { return step.first == state; });
}

std::optional<StatusInfo> status_for(ProvisioningState state) {
  switch (state) {
    case ProvisioningState::pending_resource_hold:
    case ProvisioningState::pending_capacity: return StatusInfo{"Pending", "Capacity is being set aside."};
    case ProvisioningState::pending_billing: return StatusInfo{"Pending", "The payment is being processed."};
    case ProvisioningState::confirmed_billing: return StatusInfo{"Pending", "Paid; the reservation is being completed."};
    case ProvisioningState::billing_failed: return StatusInfo{"PaymentDeclined", "The payment failed."};
    default: return std::nullopt;
  }
}

void touch(Reservation& reservation, Instant now) {
  ++reservation.revision;
  reservation.updated = now;
}

std::unexpected<Error> not_in_this_state(const Reservation& reservation, std::string_view operation) {
  const std::string why = reservation.operation.empty() ? "" : fmt::format(" ({})", reservation.operation);
  return fail(Code::refused, fmt::format("reservation {} is {}{}; {} needs it to be Succeeded", reservation.id.text(),
                                         to_string(reservation.state), why, operation));
}

void end_as(Reservation& reservation, StatusInfo status, Instant now) {
  reservation.state = ProvisioningState::cancelled;
  reservation.status = std::move(status);
  reservation.operation.clear();
  reservation.renew = false;
  touch(reservation, now);
}

// A reservation that starts its life out of others: same purchase, own id, own history.
Reservation heir_of(const Reservation& source, ReservationId id, Instant now) {
  Reservation heir = source;
  heir.id = std::move(id);
  heir.version = 0;
  heir.revision = 1;
  heir.state = ProvisioningState::succeeded;
  heir.status.reset();
  heir.operation.clear();
  heir.lineage = {};
  heir.updated = now;
  return heir;
}

std::optional<Money> take_share(std::optional<Money>& whole, std::int64_t part, std::int64_t of) {
  if (!whole) return std::nullopt;
  const Money share = scale(*whole, {part, of}, Rounding::half_away);
  *whole -= share;
  return share;
}

// A part renews its share of the units, so that the parts together buy what the whole would have bought.
void take_renewal_share(Reservation& whole, Reservation& part) {
  if (!whole.renewal) return;
  const std::int64_t share = scale_minor(whole.renewal->quantity, {part.quantity, whole.quantity}, Rounding::half_away);
  whole.renewal->quantity -= share;
  part.renewal->quantity = share;
  if (share > 0) return;
  part.renew = false;
  part.renewal.reset();
}

// What both would renew, together. Errors: invalid_argument where they would buy different things.
Result<void> join_renewals(Reservation& merged, const Reservation& other) {
  if (!other.renewal) return {};
  const std::int64_t units = merged.renewal ? merged.renewal->quantity : 0;
  RenewalTerms together = *other.renewal;
  together.quantity = units;
  if (merged.renewal && (*merged.renewal != together || merged.renew != other.renew))
    return fail(
        Code::invalid_argument,
        fmt::format("reservation {} would renew as something else than the others; set their renewals alike first", other.id.text()));
  together.quantity += other.renewal->quantity;
  merged.renew = other.renew;
  merged.renewal = together;
  return {};
}

bool mergeable(const Reservation& a, const Reservation& b) {
  return a.order == b.order && a.sku == b.sku && a.region == b.region && a.product == b.product && a.term == b.term && a.plan == b.plan &&
         a.scope == b.scope && a.instance_flexibility == b.instance_flexibility && a.expiry == b.expiry &&
         a.price_known() == b.price_known() && a.customer_price.has_value() == b.customer_price.has_value();
}

Usage joined_usage(Usage a, Usage b) {
  if (a == Usage::used || b == Usage::used) return Usage::used;
  return a == b ? a : Usage::unknown;
}

}  // namespace

Result<Scope> make_scope(ScopeType type, std::string id, std::string display_name) {
  const std::string lower = to_lower(id);
  const bool subscription = lower.starts_with("/subscriptions/");
  const bool group = subscription && lower.find("/resourcegroups/") != std::string::npos;
  const bool management = lower.starts_with("/providers/microsoft.management/managementgroups/");
  const bool fits = type == ScopeType::shared           ? id.empty()
                    : type == ScopeType::single         ? subscription && !group
                    : type == ScopeType::resource_group ? group
                                                        : management;
  if (!fits) return fail(Code::invalid_argument, fmt::format("'{}' is not an id for a {} scope", id, to_string(type)));
  return Scope{type, std::move(id), std::move(display_name)};
}

Instant expiry_of(Instant benefit_start, Term term) {
  const Day start = day_of(benefit_start);
  const Day end = add_months(start, term.months());
  return {start_of(end).ticks + (benefit_start.ticks - start_of(start).ticks)};
}

bool is_active(const Reservation& reservation) { return reservation.state == ProvisioningState::succeeded; }

DisplayState display_state(const Reservation& reservation, Instant now) {
  switch (reservation.state) {
    case ProvisioningState::succeeded: {
      const std::int64_t left = days_between(day_of(now), day_of(reservation.expiry));
      return left <= 0 ? DisplayState::expired : left <= 30 ? DisplayState::expiring : DisplayState::succeeded;
    }
    case ProvisioningState::pending: return DisplayState::processing;
    case ProvisioningState::cancelled:
    case ProvisioningState::split:
    case ProvisioningState::merged: return DisplayState::cancelled;
    case ProvisioningState::expired: return DisplayState::expired;
    case ProvisioningState::failed:
    case ProvisioningState::billing_failed: return DisplayState::failed;
    default: return DisplayState::pending;
  }
}

std::string_view user_friendly_renew_state(const Reservation& reservation) {
  if (reservation.lineage.renewed_into) return "Renewed";
  if (reservation.state == ProvisioningState::cancelled || reservation.state == ProvisioningState::failed) return "NotApplicable";
  if (reservation.state == ProvisioningState::expired) return "NotRenewed";
  return reservation.renew ? "On" : "Off";
}

Reservation on_day(Reservation reservation, Day day) {
  const bool living = is_active(reservation) || reservation.state == ProvisioningState::pending;
  if (!living) return reservation;
  const Day end = day_of(reservation.expiry);
  reservation.schedule = on_day(std::move(reservation.schedule), std::min(day, end));
  if (is_active(reservation) && end <= day) {
    reservation.state = ProvisioningState::expired;
    touch(reservation, reservation.expiry);
  }
  return reservation;
}

std::optional<Day> next_event(const Reservation& reservation) {
  if (!is_active(reservation)) return std::nullopt;
  Day next = day_of(reservation.expiry);
  for (const Payment& payment : reservation.schedule.payments) {
    const bool waiting = payment.status == PaymentStatus::scheduled && reservation.schedule.observed < payment.due;
    if (waiting) next = std::min(next, payment.due);
  }
  return next;
}

Result<Reservation> rename(Reservation reservation, std::string name, Instant now) {
  if (trim(name).empty() || name.size() > 64) return fail(Code::invalid_argument, "a reservation's name has 1 to 64 characters");
  reservation.name = std::move(name);
  touch(reservation, now);
  return reservation;
}

Result<Reservation> change_scope(Reservation reservation, Scope scope, Instant now) {
  if (!is_active(reservation)) return not_in_this_state(reservation, "changing the scope");
  if (reservation.scope == scope)
    return fail(Code::invalid_argument, fmt::format("reservation {} has that scope already", reservation.id.text()));
  reservation.scope = std::move(scope);
  touch(reservation, now);
  return reservation;
}

Result<Reservation> set_flexibility(Reservation reservation, bool on, Instant now) {
  if (!is_active(reservation)) return not_in_this_state(reservation, "changing instance size flexibility");
  reservation.instance_flexibility = on;
  touch(reservation, now);
  return reservation;
}

Result<Reservation> set_renewal(Reservation reservation, bool on, std::optional<RenewalTerms> terms, Instant now) {
  if (!is_active(reservation)) return not_in_this_state(reservation, "changing the renewal");
  if (terms && terms->quantity < 1) return fail(Code::invalid_argument, "a renewal buys at least one unit");
  reservation.renew = on;
  reservation.renewal =
      on && !terms ? RenewalTerms{reservation.sku, reservation.quantity, reservation.term, reservation.plan} : std::move(terms);
  touch(reservation, now);
  return reservation;
}

Result<Reservation> archive(Reservation reservation, bool archived, Instant now) {
  const bool over = reservation.state == ProvisioningState::cancelled || reservation.state == ProvisioningState::expired ||
                    reservation.state == ProvisioningState::failed;
  if (archived && !over)
    return fail(Code::refused, fmt::format("reservation {} is {}; only one that has ended can be archived", reservation.id.text(),
                                           to_string(reservation.state)));
  reservation.archived = archived;
  touch(reservation, now);
  return reservation;
}

Result<Reservation> begin_operation(Reservation reservation, std::string operation, Instant now) {
  if (!is_active(reservation)) return not_in_this_state(reservation, operation);
  reservation.state = ProvisioningState::pending;
  reservation.status = StatusInfo{"Pending", "An operation holds this reservation."};
  reservation.operation = std::move(operation);
  touch(reservation, now);
  return reservation;
}

Result<Reservation> end_operation(Reservation reservation, Instant now) {
  if (reservation.state != ProvisioningState::pending)
    return fail(Code::refused, fmt::format("no operation holds reservation {}", reservation.id.text()));
  reservation.state = ProvisioningState::succeeded;
  reservation.status.reset();
  reservation.operation.clear();
  touch(reservation, now);
  return reservation;
}

Result<Reservation> advance(Reservation reservation, ProvisioningState to, Instant now) {
  const bool to_failed = to == ProvisioningState::failed && on_purchase_road(reservation.state);
  const bool known_step =
      std::ranges::any_of(kPurchaseRoad, [&](const auto& step) { return step.first == reservation.state && step.second == to; });
  if (!to_failed && !known_step)
    return fail(Code::refused,
                fmt::format("reservation {} cannot go from {} to {}", reservation.id.text(), to_string(reservation.state), to_string(to)));
  reservation.state = to;
  reservation.status = status_for(to);
  if (to == ProvisioningState::failed) cancel_unpaid(reservation.schedule);
  touch(reservation, now);
  return reservation;
}

Result<Reservation> give_back(Reservation reservation, std::int64_t quantity, Instant now, GivenBack reason) {
  if (!is_active(reservation) && reservation.state != ProvisioningState::pending) return not_in_this_state(reservation, "a return");
  if (quantity < 1 || quantity > reservation.quantity)
    return fail(Code::invalid_argument, fmt::format("{} units cannot be returned of {}", quantity, reservation.quantity));
  if (quantity == reservation.quantity) {
    cancel_unpaid(reservation.schedule);
    const bool exchanged = reason == GivenBack::exchanged;
    end_as(reservation, exchanged ? StatusInfo{"Exchanged", "All units were exchanged"} : StatusInfo{"Returned", "All units were returned"},
           now);
    return reservation;
  }
  if (reservation.price_known()) split_off(reservation.schedule, quantity, reservation.quantity);
  take_share(reservation.customer_price, quantity, reservation.quantity);
  reservation.quantity -= quantity;
  reservation.state = ProvisioningState::succeeded;
  reservation.status.reset();
  reservation.operation.clear();
  touch(reservation, now);
  return reservation;
}

Result<SplitResult> split(Reservation source, std::span<const std::int64_t> quantities, std::span<const ReservationId> ids, Instant now) {
  CHECK(quantities.size() == ids.size(), "one id for each part");
  if (!is_active(source)) return not_in_this_state(source, "a split");
  if (quantities.size() < 2) return fail(Code::invalid_argument, "a split makes at least two parts");
  std::int64_t sum = 0;
  for (const std::int64_t quantity : quantities) {
    if (quantity < 1 || quantity > source.quantity)
      return fail(Code::invalid_argument, fmt::format("a part of {} units cannot be split off {}", quantity, source.quantity));
    sum += quantity;
  }
  if (sum != source.quantity)
    return fail(Code::invalid_argument,
                fmt::format("the parts add up to {} units; reservation {} has {}", sum, source.id.text(), source.quantity));

  SplitResult result;
  Reservation rest = source;  // gives each part its share; the last part takes what is left
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    Reservation part = heir_of(source, ids[i], now);
    part.quantity = quantities[i];
    part.original_quantity = quantities[i];
    part.lineage.split_source = source.id;
    take_renewal_share(rest, part);
    if (source.price_known()) part.schedule = split_off(rest.schedule, quantities[i], rest.quantity);
    part.customer_price = take_share(rest.customer_price, quantities[i], rest.quantity);
    rest.quantity -= quantities[i];
    result.parts.push_back(std::move(part));
    source.lineage.split_destinations.push_back(ids[i]);
  }
  end_as(source, {"Split", "This reservation was split and is no longer active"}, now);
  result.source = std::move(source);
  return result;
}

Result<MergeResult> merge(std::vector<Reservation> sources, const ReservationId& id, Instant now) {
  if (sources.size() < 2) return fail(Code::invalid_argument, "a merge takes at least two reservations");
  for (const Reservation& each : sources) {
    if (!is_active(each)) return not_in_this_state(each, "a merge");
    const auto same_id = [&](const Reservation& other) { return other.id == each.id; };
    if (std::ranges::count_if(sources, same_id) > 1)
      return fail(Code::invalid_argument, fmt::format("reservation {} is named twice", each.id.text()));
    if (!mergeable(sources.front(), each))
      return fail(Code::invalid_argument,
                  fmt::format("reservations {} and {} differ in order, size, region, term, plan, scope or price; they cannot be merged",
                              sources.front().id.text(), each.id.text()));
  }
  Reservation merged = heir_of(sources.front(), id, now);
  merged.lineage.merge_sources = {sources.front().id};
  for (std::size_t i = 1; i < sources.size(); ++i) {
    const Reservation& each = sources[i];
    merged.quantity += each.quantity;
    merged.original_quantity += each.original_quantity;
    merged.usage = joined_usage(merged.usage, each.usage);
    TRY(join_renewals(merged, each));
    if (merged.price_known()) merged.schedule = TRY(join(merged.schedule, each.schedule));
    if (merged.customer_price) *merged.customer_price += *each.customer_price;
    merged.lineage.merge_sources.push_back(each.id);
  }
  merged.original_quantity = merged.quantity;
  for (Reservation& each : sources) {
    each.lineage.merge_destination = id;
    end_as(each, {"Merged", "This reservation was merged and is no longer active"}, now);
  }
  return MergeResult{std::move(sources), std::move(merged)};
}

void add_reservation(Order& order, const ReservationId& id) {
  if (std::ranges::find(order.reservations, id) == order.reservations.end()) order.reservations.push_back(id);
}

}  // namespace prorata
