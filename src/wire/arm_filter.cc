#include "wire/arm_filter.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "wire/arm_reservation.h"

namespace prorata::wire {
namespace {

std::unexpected<Error> not_understood(std::string message) {
  return fail(Code::invalid_argument, "$filter: " + std::move(message), {}, "BadRequest");
}

// How a field reads on the wire.
std::string text_of(ReservationField field, const Reservation& r, Instant now) {
  switch (field) {
    case ReservationField::sku: return r.sku;
    case ReservationField::applied_scope_type: return std::string(applied_scope_type(r.scope.type));
    case ReservationField::archived: return r.archived ? "true" : "false";
    case ReservationField::display_name: return r.name;
    case ReservationField::display_state: return std::string(to_string(display_state(r, now)));
    case ReservationField::effective: return arm_instant(r.updated);
    case ReservationField::expiry_date: return to_string(day_of(r.expiry));
    case ReservationField::expiry: return arm_instant(r.expiry);
    case ReservationField::state: return std::string(to_string(r.state));
    case ReservationField::quantity: return std::to_string(r.quantity);
    case ReservationField::renew: return r.renew ? "true" : "false";
    case ReservationField::product: return r.product;
    case ReservationField::term: return to_string(r.term);
    case ReservationField::friendly_scope_type: return std::string(to_string(r.scope.type));
    case ReservationField::friendly_renew_state: return std::string(user_friendly_renew_state(r));
  }
  return {};
}

// The value as the field reads, so that a comparison of texts is one of values.
Result<std::string> value_for(ReservationField field, std::string_view text) {
  switch (field) {
    case ReservationField::effective:
    case ReservationField::expiry: return arm_instant(TRY(parse_instant(text)));
    case ReservationField::expiry_date: return to_string(TRY(parse_day(text)));
    case ReservationField::quantity:
      return std::to_string(TRY(parse_integer(text, 0, std::numeric_limits<std::int64_t>::max(), "a quantity")));
    case ReservationField::archived:
    case ReservationField::renew:
      if (!equal_ignoring_case(text, "true") && !equal_ignoring_case(text, "false"))
        return fail(Code::invalid_argument, fmt::format("'{}' is not true or false", text));
      return to_lower(text);
    default: return std::string(text);
  }
}

}  // namespace

// Each part of a filter as a list of reservations takes it. `terms` counts them.
Result<ReservationFilter> understood(const Filter& filter, std::size_t& terms) {
  ReservationFilter out;
  out.kind_ = filter.kind;
  if (filter.kind == Filter::Kind::call) return not_understood(fmt::format("'{}' is not a field", filter.name.substr(0, 80)));
  if (filter.kind == Filter::Kind::comparison) {
    const Result<ReservationField> field = parse_word<ReservationField>(filter.name, "a field that lists are filtered by");
    if (!field) return not_understood(field.error().message);
    if (filter.compare != Compare::eq) return not_understood(fmt::format("'eq' is expected instead of '{}'", to_string(filter.compare)));
    Result<std::string> value = value_for(*field, filter.value);
    if (!value) return not_understood(value.error().message);
    out.field_ = *field;
    out.value_ = *std::move(value);
    ++terms;
  }
  for (const Filter& each : filter.parts) {
    if (!out.parts_.empty()) ++terms;
    out.parts_.push_back(TRY(understood(each, terms)));
  }
  if (terms > kFilterTermsMax) return not_understood("it has too many terms");
  return out;
}

Result<ReservationFilter> read_reservation_filter(std::string_view text) {
  const Result<Filter> filter = parse_filter(text);
  if (!filter) return not_understood(filter.error().message);
  std::size_t terms = 0;
  return understood(*filter, terms);
}

bool ReservationFilter::matches(const Reservation& reservation, Instant now) const {
  const auto matching = [&](const ReservationFilter& part) { return part.matches(reservation, now); };
  switch (kind_) {
    case Filter::Kind::all: return std::ranges::all_of(parts_, matching);
    case Filter::Kind::any: return std::ranges::any_of(parts_, matching);
    default: return equal_ignoring_case(text_of(field_, reservation, now), value_);
  }
}

// Only ever leaves out what cannot match. A stored state may be older than today's, so the ended ones are not looked for by it.
void ReservationFilter::narrow(ReservationQuery& query) const {
  if (kind_ == Filter::Kind::all)
    for (const ReservationFilter& part : parts_) part.narrow(query);
  if (kind_ != Filter::Kind::comparison) return;
  const bool living = equal_ignoring_case(value_, "Succeeded") || equal_ignoring_case(value_, "Expiring");
  switch (field_) {
    case ReservationField::sku: query.sku = value_; break;
    case ReservationField::product: query.product = value_; break;
    case ReservationField::display_name: query.name_prefix = value_; break;
    case ReservationField::archived: query.archived = value_ == "true"; break;
    case ReservationField::renew: query.renew = value_ == "true"; break;
    case ReservationField::state:
    case ReservationField::display_state:
      if (living) query.state = ProvisioningState::succeeded;
      break;
    case ReservationField::expiry_date:
      query.expires_from = *parse_day(value_);
      query.expires_until = add_days(*query.expires_from, 1);
      break;
    default: break;
  }
}

Result<void> read_order_by(std::string_view text, ReservationQuery& query) {
  struct Order {
    std::string_view field;
    ReservationSort sort;
  };
  constexpr Order kOrders[] = {{"properties/quantity", ReservationSort::quantity},
                               {"properties/displayName", ReservationSort::name},
                               {"properties/expiryDate", ReservationSort::expiry},
                               {"properties/expiryDateTime", ReservationSort::expiry},
                               {"properties/purchaseDate", ReservationSort::purchased},
                               {"properties/purchaseDateTime", ReservationSort::purchased},
                               {"sku/name", ReservationSort::sku},
                               {"location", ReservationSort::region}};
  text = trim(text);
  if (text.empty()) return {};
  const std::size_t gap = text.find_first_of(" \t");
  const std::string_view field = text.substr(0, gap);
  const std::string_view way = gap == std::string_view::npos ? std::string_view() : trim(text.substr(gap));
  const bool descending = equal_ignoring_case(way, "desc");
  std::string known;
  for (const Order& each : kOrders) {
    (known += known.empty() ? "" : ", ") += each.field;
    if (!equal_ignoring_case(each.field, field)) continue;
    if (!way.empty() && !descending && !equal_ignoring_case(way, "asc")) break;
    query.sort = each.sort;
    query.descending = descending;
    return {};
  }
  return fail(Code::invalid_argument, fmt::format("$orderby: '{}' is not one of {}, with asc or desc behind it", text, known), {},
              "BadRequest");
}

}  // namespace prorata::wire
