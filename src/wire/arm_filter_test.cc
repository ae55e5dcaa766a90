#include "wire/arm_filter.h"

#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

Reservation web() {
  Reservation r;
  r.name = "O'Neill";
  r.product = "VirtualMachines";
  r.sku = "Standard_D2s_v5";
  r.quantity = 4;
  r.expiry = *parse_instant("2027-03-02T10:00:00Z");
  r.updated = *parse_instant("2026-03-02T10:00:00Z");
  r.state = ProvisioningState::succeeded;
  return r;
}

bool matches(std::string_view text) {
  const Result<ReservationFilter> filter = read_reservation_filter(text);
  EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().text());
  return filter && filter->matches(web(), *parse_instant("2026-03-02"));
}

TEST(ArmFilter, ComparesValuesJoinedByAndAndOr) {
  for (const char* text :
       {"", "properties/quantity eq 4", "PROPERTIES/Quantity EQ 04", "sku/name eq 'standard_d2s_V5'",
        "properties/displayName eq 'o''neill'", "properties/archived eq false", "properties/renew eq 'False'",
        "properties/expiryDate eq 2027-03-02", "properties/term eq 'P1Y'", "properties/expiryDateTime eq 2027-03-02T10:00:00Z",
        "properties/effectiveDateTime eq '2026-03-02T11:00:00+01:00'", "properties/displayProvisioningState eq 'Succeeded'",
        "properties/userFriendlyRenewState eq 'Off'", "properties/quantity eq 1 or properties/quantity eq 4",
        "properties/quantity eq 1 and properties/quantity eq 2 or sku/name eq 'standard_d2s_v5'",
        "properties/quantity eq 4 and (properties/archived eq true or properties/renew eq false)", "((properties/quantity eq 4))"})
    EXPECT_TRUE(matches(text)) << text;
  for (const char* text : {"properties/quantity eq 5", "properties/reservedResourceType eq 'SuseLinux'", "properties/displayName eq ''",
                           "properties/quantity eq 4 and properties/archived eq true", "properties/appliedScopeType eq 'Single'"})
    EXPECT_FALSE(matches(text)) << text;
}

TEST(ArmFilter, SaysWhatItDoesNotUnderstand) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += '(';
  std::string wide = "properties/quantity eq 1";
  for (int i = 0; i < 100; ++i) wide += " or properties/quantity eq 1";
  for (const std::string& text :
       {std::string("properties/quantity"), std::string("properties/quantity gt 4"), std::string("x eq 1"),
        std::string("properties/quantity eq four"), std::string("properties/archived eq 'may'"), std::string("(properties/quantity eq 4"),
        std::string("properties/quantity eq 4)"), std::string("properties/displayName eq 'x"), std::string("properties/quantity eq"),
        std::string("and"), std::string("properties/expiryDate eq 2027-13-01"), deep, wide}) {
    const Result<ReservationFilter> filter = read_reservation_filter(text);
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().code, Code::invalid_argument);
    EXPECT_EQ(filter.error().reason, "BadRequest");
  }
}

TEST(ArmFilter, NarrowsOnlyByWhatAllMustHave) {
  ReservationQuery query;
  read_reservation_filter("sku/name eq 'a' and (properties/renew eq true or properties/archived eq true)")->narrow(query);
  EXPECT_EQ(query.sku, "a");
  EXPECT_FALSE(query.renew || query.archived);
  query = {};
  read_reservation_filter("properties/provisioningState eq 'Expired'")->narrow(query);
  EXPECT_FALSE(query.state) << "a stored state may be older than today's";
}

TEST(ArmFilter, ReadsAnOrder) {
  ReservationQuery query;
  ASSERT_TRUE(read_order_by("properties/quantity desc", query));
  EXPECT_TRUE(query.sort == ReservationSort::quantity && query.descending);
  ASSERT_TRUE(read_order_by("SKU/name", query));
  EXPECT_TRUE(query.sort == ReservationSort::sku && !query.descending);
  for (const char* bad : {"properties/term", "properties/quantity down", "properties/quantity desc, sku/name", "desc"})
    EXPECT_FALSE(read_order_by(bad, query)) << bad;
}

}  // namespace
}  // namespace prorata::wire
