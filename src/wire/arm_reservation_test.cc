#include "wire/arm_reservation.h"

#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

template <class Write>
std::string written(const Write& write) {
  std::string out;
  JsonWriter w(out);
  write(w);
  return out;
}

Money gbp(std::int64_t pence) { return {pence, *Currency::parse("GBP")}; }

Reservation web() {
  Reservation r;
  r.id = *ReservationId::parse("ab9761bb-324c-474a-b96c-3471bd643328");
  r.order = *OrderId::parse("73e63333-9b94-442c-8a5d-9403ba0e8b87");
  r.revision = 11;
  r.name = "web \"1\"";
  r.product = "VirtualMachines";
  r.sku = "Standard_B1ls";
  r.region = "uksouth";
  r.quantity = 3;
  r.plan = BillingPlan::monthly;
  r.purchased = r.benefit_start = r.updated = *parse_instant("2023-03-04T04:23:12.3497675Z");
  r.expiry = expiry_of(r.benefit_start, r.term);
  r.state = ProvisioningState::succeeded;
  r.usage = Usage::unused;
  return r;
}

TEST(ArmReservation, AmountsAreExactDigitsWithoutZerosAtTheirEnd) {
  for (const auto& [minor, text] : {std::pair(5'000'000, "50000.0"), std::pair(183, "1.83"), std::pair(480, "4.8"), std::pair(0, "0.0"),
                                    std::pair(-5, "-0.05"), std::pair(1, "0.01")})
    EXPECT_EQ(arm_number(gbp(minor)), text);
  EXPECT_EQ(arm_number({9'007'199'254'740'993, *Currency::parse("GBP")}), "90071992547409.93") << "no binary number holds this";
  EXPECT_EQ(arm_number({500, *Currency::parse("JPY")}), "500.0");
}

TEST(ArmReservation, MomentsHaveSevenDigits) {
  EXPECT_EQ(arm_instant(*parse_instant("2023-03-04T04:23:12.3497675Z")), "2023-03-04T04:23:12.3497675Z");
  EXPECT_EQ(arm_instant(*parse_instant("2023-03-04")), "2023-03-04T00:00:00.0000000Z");
}

TEST(ArmReservation, AReservationIsWrittenAsTheServiceDoes) {
  const Reservation r = web();
  EXPECT_EQ(
      written([&](JsonWriter& w) { write_reservation(w, r, {.now = r.updated}); }),
      R"({"id":"/providers/microsoft.capacity/reservationOrders/73e63333-9b94-442c-8a5d-9403ba0e8b87/reservations/ab9761bb-324c-474a-b96c-3471bd643328",)"
      R"("name":"ab9761bb-324c-474a-b96c-3471bd643328","type":"microsoft.capacity/reservationOrders/reservations","location":"uksouth","etag":11,)"
      R"("sku":{"name":"Standard_B1ls"},"properties":{"capabilities":"ApiReturnEnabled, ApiExchangeEnabled","reservedResourceType":"VirtualMachines",)"
      R"("userFriendlyRenewState":"Off","skuDescription":"","renew":false,"archived":false,"quantity":3,"appliedScopeType":"Shared",)"
      R"("displayName":"web \"1\"","provisioningState":"Succeeded","term":"P1Y","displayProvisioningState":"Succeeded",)"
      R"("userFriendlyAppliedScopeType":"Shared","expiryDateTime":"2024-03-04T04:23:12.3497675Z","purchaseDateTime":"2023-03-04T04:23:12.3497675Z",)"
      R"("benefitStartTime":"2023-03-04T04:23:12.3497675Z","lastUpdatedDateTime":"2023-03-04T04:23:12.3497675Z","expiryDate":"2024-03-04",)"
      R"("purchaseDate":"2023-03-04","effectiveDateTime":"2023-03-04T04:23:12.3497675Z","instanceFlexibility":"On","utilization":{"trend":"SAME",)"
      R"("aggregates":[{"grain":1.0,"grainUnit":"days","value":0.0,"valueUnit":"percentage"},{"grain":7.0,"grainUnit":"days","value":0.0,)"
      R"("valueUnit":"percentage"},{"grain":30.0,"grainUnit":"days","value":0.0,"valueUnit":"percentage"}]},"billingPlan":"Monthly"}})");
}

TEST(ArmReservation, AResourceGroupIsASingleScope) {
  Reservation r = web();
  r.scope = *make_scope(ScopeType::resource_group, "/subscriptions/5ab5c000-0000-4000-8000-000000000001/resourceGroups/rg", "Production");
  const std::string text = written([&](JsonWriter& w) { write_reservation(w, r, {.now = r.updated, .applied_scopes = true}); });
  EXPECT_NE(text.find(R"("appliedScopeType":"Single")"), std::string::npos);
  EXPECT_NE(text.find(R"("userFriendlyAppliedScopeType":"ResourceGroup")"), std::string::npos);
  EXPECT_NE(
      text.find(
          R"("appliedScopeProperties":{"resourceGroupId":"/subscriptions/5ab5c000-0000-4000-8000-000000000001/resourceGroups/rg","displayName":"Production"})"),
      std::string::npos);
  EXPECT_NE(text.find(R"("appliedScopes":["/subscriptions/5ab5c000-0000-4000-8000-000000000001/resourceGroups/rg"])"), std::string::npos);
}

TEST(ArmReservation, LineageIsNamedByIdInAReservationAndByPathInARevision) {
  Reservation r = web();
  const ReservationId heir = *ReservationId::parse("82b192fe-6bad-4647-99ad-aa134638b789");
  r.lineage.split_destinations = {heir};
  EXPECT_NE(written([&](JsonWriter& w) { write_reservation(w, r, {.now = r.updated}); }).find("\"splitDestinations\":[\"82b192fe"),
            std::string::npos);
  const std::string path = "\"splitDestinations\":[\"" + own_reservation_path(r.order, heir);
  EXPECT_NE(written([&](JsonWriter& w) { write_split_part(w, r); }).find(path), std::string::npos);
  const std::string revision = written([&](JsonWriter& w) { write_revision(w, {.number = 11, .after = r}); });
  EXPECT_NE(revision.find(path), std::string::npos);
  EXPECT_NE(revision.find("/revisions/11\""), std::string::npos);
}

TEST(ArmReservation, AnOrderOnItsWayHasNoDates) {
  Order order{.id = web().order, .name = "web", .original_quantity = 3, .state = ProvisioningState::creating};
  EXPECT_EQ(written([&](JsonWriter& w) { write_order(w, order, {}); }).find("createdDateTime"), std::string::npos);
  order.state = ProvisioningState::succeeded;
  EXPECT_NE(written([&](JsonWriter& w) { write_order(w, order, {}); }).find("createdDateTime"), std::string::npos);
}

TEST(ArmReservation, OnlyTheFirstInstalmentOfAPriceHasItsBillingAmount) {
  const PriceView view{.line = {.sku = "Standard_B1ls", .region = "westus", .plan = BillingPlan::monthly, .quantity = 2},
                       .price = {gbp(4'800), {6'000, Currency::usd()}},
                       .order = web().order,
                       .today = make_day(2023, 3, 6),
                       .asked_sku = "standard_b1ls"};
  const std::string text = written([&](JsonWriter& w) { write_price(w, view); });
  EXPECT_NE(
      text.find(
          R"({"dueDate":"2023-03-06","pricingCurrencyTotal":{"currencyCode":"USD","amount":5.0},"billingCurrencyTotal":{"currencyCode":"GBP","amount":4.0},"status":"Scheduled"})"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find(R"({"dueDate":"2024-02-06","pricingCurrencyTotal":{"currencyCode":"USD","amount":5.0},"status":"Scheduled"})"),
            std::string::npos);
  EXPECT_NE(text.find(R"("skuTitle":"Reserved VM Instance, Standard_B1ls, US West, 1 Year","skuDescription":"standard_b1ls")"),
            std::string::npos);
}

}  // namespace
}  // namespace prorata::wire
