// $filter and $orderby of lists of reservations, as the reservation API takes them: comparisons with `eq`, joined by `and` and `or`.
//
//   const ReservationFilter filter = TRY(read_reservation_filter("properties/archived eq false and sku/name eq 'Standard_D2s_v5'"));
//   filter.narrow(query);                                  // what the store can look for by itself
//   if (filter.matches(today, now)) ...                    // everything; asked of each row that the store gave
//
// Fields and words compare in any letter case. Errors: invalid_argument, naming what was not understood.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/store.h"
#include "wire/odata.h"

namespace prorata::wire {

inline constexpr std::size_t kFilterTermsMax = 64;  // comparisons, and the words that join them

enum class ReservationField {
  sku,
  applied_scope_type,
  archived,
  display_name,
  display_state,
  effective,
  expiry_date,
  expiry,
  state,
  quantity,
  renew,
  product,
  term,
  friendly_scope_type,
  friendly_renew_state,
};

class ReservationFilter {
 public:
  bool matches(const Reservation& reservation, Instant now) const;
  void narrow(ReservationQuery& query) const;
  bool empty() const { return kind_ == Filter::Kind::all && parts_.empty(); }

 private:
  friend Result<ReservationFilter> understood(const Filter& filter, std::size_t& terms);
  Filter::Kind kind_ = Filter::Kind::all;  // all, any or a comparison
  std::vector<ReservationFilter> parts_;
  ReservationField field_ = ReservationField::sku;  // of a comparison
  std::string value_;                               // as the field reads
};

Result<ReservationFilter> read_reservation_filter(std::string_view text);  // empty text: everything matches

// "properties/quantity desc" into the query's sort. Errors: invalid_argument, naming what lists can be ordered by.
Result<void> read_order_by(std::string_view text, ReservationQuery& query);

}  // namespace prorata::wire

namespace prorata {
template <>
inline constexpr auto kWords<wire::ReservationField> =
    std::to_array<Word<wire::ReservationField>>({{wire::ReservationField::sku, "sku/name"},
                                                 {wire::ReservationField::applied_scope_type, "properties/appliedScopeType"},
                                                 {wire::ReservationField::archived, "properties/archived"},
                                                 {wire::ReservationField::display_name, "properties/displayName"},
                                                 {wire::ReservationField::display_state, "properties/displayProvisioningState"},
                                                 {wire::ReservationField::effective, "properties/effectiveDateTime"},
                                                 {wire::ReservationField::expiry_date, "properties/expiryDate"},
                                                 {wire::ReservationField::expiry, "properties/expiryDateTime"},
                                                 {wire::ReservationField::state, "properties/provisioningState"},
                                                 {wire::ReservationField::quantity, "properties/quantity"},
                                                 {wire::ReservationField::renew, "properties/renew"},
                                                 {wire::ReservationField::product, "properties/reservedResourceType"},
                                                 {wire::ReservationField::term, "properties/term"},
                                                 {wire::ReservationField::friendly_scope_type, "properties/userFriendlyAppliedScopeType"},
                                                 {wire::ReservationField::friendly_renew_state, "properties/userFriendlyRenewState"}});
}  // namespace prorata
