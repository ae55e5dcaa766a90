#include "wire/import_azure.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

constexpr std::string_view kOrder = "11111111-aaaa-4bbb-8ccc-000000000001";
constexpr std::string_view kOne = "22222222-aaaa-4bbb-8ccc-000000000001";
constexpr std::string_view kTwo = "22222222-aaaa-4bbb-8ccc-000000000002";

std::string path(std::string_view order, std::string_view reservation = {}) {
  return fmt::format("/providers/Microsoft.Capacity/reservationOrders/{}{}{}", order, reservation.empty() ? "" : "/reservations/",
                     reservation);
}

struct Imported {
  std::vector<ImportedOrder> orders;
  std::vector<ImportedReservation> reservations;
  ImportReport report;
};

Imported import_text(std::string_view text) {
  Imported out;
  TextBytes source(text, "list.json");
  const Result<void> done = import_azure(
      source,
      [&](std::span<const ImportedOrder> orders, std::span<const ImportedReservation> reservations) -> Result<void> {
        out.orders.insert(out.orders.end(), orders.begin(), orders.end());
        out.reservations.insert(out.reservations.end(), reservations.begin(), reservations.end());
        return {};
      },
      out.report);
  EXPECT_TRUE(done);
  EXPECT_EQ(out.report.read, out.report.accepted + out.report.skipped + out.report.refused);
  return out;
}

// A reservation of three units with the given properties besides.
std::string reservation(std::string_view id, std::string_view more = {}) {
  return fmt::format(
      R"({{"id":"{}","name":"{}","location":"swedencentral","etag":5,"sku":{{"name":"Standard_D4s_v5"}},"properties":{{"quantity":3{}{}}}}})",
      path(kOrder, id), id, more.empty() ? "" : ",", more);
}

TEST(ImportAzure, ReadsEveryFieldOfAReservation) {
  const Imported got = import_text(reservation(
      kOne,
      R"("reservedResourceType":"VirtualMachines","displayName":"Web","skuDescription":"D4s v5, one year","term":"P1Y","billingPlan":"Monthly",
         "provisioningState":"Cancelled","extendedStatusInfo":{"statusCode":"Split","message":"It was split."},
         "purchaseDateTime":"2024-02-29T10:00:00.1234567Z","benefitStartTime":"2024-02-29T10:05:00Z","expiryDateTime":"2025-02-28T10:05:00Z",
         "lastUpdatedDateTime":"2024-03-01T00:00:00Z","appliedScopeType":"Single",
         "appliedScopeProperties":{"subscriptionId":"/subscriptions/33333333-aaaa-4bbb-8ccc-000000000001","displayName":"Web shop"},
         "instanceFlexibility":"On","archived":true,"renew":true,
         "renewProperties":{"purchaseProperties":{"sku":{"name":"Standard_D8s_v5"},"properties":{"term":"P3Y","quantity":2,"billingPlan":"Upfront"}}},
         "splitProperties":{"splitDestinations":["22222222-AAAA-4bbb-8ccc-000000000002"]},
         "billingScopeId":"33333333-aaaa-4bbb-8ccc-000000000001",
         "utilization":{"trend":"UP","aggregates":[{"grain":1.0,"value":0.0},{"grain":30.0,"value":0.5e-1}]}, "unknownField":{"x":[1]})"));
  ASSERT_EQ(got.reservations.size(), 1u) << (got.report.refusals.empty() ? "" : got.report.refusals[0].text());
  const ImportedReservation& r = got.reservations[0];
  EXPECT_EQ(r.id.text(), kOne);
  EXPECT_EQ(r.order.text(), kOrder);
  EXPECT_EQ(r.revision, 5);
  EXPECT_EQ(r.name, "Web");
  EXPECT_EQ(r.product, "VirtualMachines");
  EXPECT_EQ(r.sku, "Standard_D4s_v5");
  EXPECT_EQ(r.region, "swedencentral");
  EXPECT_EQ(r.sku_description, "D4s v5, one year");
  EXPECT_EQ(r.quantity, 3);
  EXPECT_EQ(r.term, Term{1});
  EXPECT_EQ(r.plan, BillingPlan::monthly);
  EXPECT_EQ(r.state, ProvisioningState::cancelled);
  EXPECT_EQ(r.status, (StatusInfo{"Split", "It was split."}));
  EXPECT_EQ(to_string(*r.purchased), "2024-02-29T10:00:00.1234567Z");
  EXPECT_EQ(to_string(*r.benefit_start), "2024-02-29T10:05:00Z");
  EXPECT_EQ(to_string(day_of(*r.expiry)), "2025-02-28");
  EXPECT_EQ(to_string(day_of(*r.updated)), "2024-03-01");
  EXPECT_EQ(r.scope, (Scope{ScopeType::single, "/subscriptions/33333333-aaaa-4bbb-8ccc-000000000001", "Web shop"}));
  EXPECT_EQ(r.instance_flexibility, true);
  EXPECT_EQ(r.archived, true);
  EXPECT_EQ(r.renew, true);
  EXPECT_EQ(r.renewal, (RenewalTerms{"Standard_D8s_v5", 2, Term{3}, BillingPlan::upfront}));
  ASSERT_EQ(r.lineage.split_destinations.size(), 1u);
  EXPECT_EQ(r.lineage.split_destinations[0].text(), kTwo);
  EXPECT_EQ(r.billing_scope, "/subscriptions/33333333-aaaa-4bbb-8ccc-000000000001");
  EXPECT_EQ(r.usage, Usage::used);
  EXPECT_FALSE(r.usage_window_30_days_zero);
}

TEST(ImportAzure, LeavesOutWhatTheRecordLeavesOut) {
  const Imported got = import_text(reservation(
      kOne, R"("billingPlan":null,"expiryDateTime":"0001-01-01T00:00:00Z","utilization":{"aggregates":[{"grain":30.0,"value":0.0}]})"));
  ASSERT_EQ(got.reservations.size(), 1u);
  const ImportedReservation& r = got.reservations[0];
  EXPECT_FALSE(r.plan || r.expiry || r.term || r.state || r.status || r.scope || r.renewal || r.archived);
  EXPECT_EQ(r.usage, Usage::unknown);
  EXPECT_TRUE(r.usage_window_30_days_zero);
}

TEST(ImportAzure, TakesFlattenedRecordsAndIdsInAnyLetterCase) {
  const Imported got = import_text(fmt::format(
      R"([{{"ID":"/PROVIDERS/MICROSOFT.CAPACITY/RESERVATIONORDERS/{}/RESERVATIONS/{}","Location":"westus","sku":"Standard_B2s",
            "displayName":"flat","quantity":"7","term":"p3y","appliedScopes":["/subscriptions/33333333-aaaa-4bbb-8ccc-000000000001/resourceGroups/web"],
            "appliedScopeType":"Single","mergeProperties":{{"mergeSources":["{}"]}}}}])",
      "11111111-AAAA-4BBB-8CCC-000000000001", "22222222-AAAA-4BBB-8CCC-000000000001", path(kOrder, kTwo)));
  ASSERT_EQ(got.reservations.size(), 1u) << (got.report.refusals.empty() ? "" : got.report.refusals[0].text());
  const ImportedReservation& r = got.reservations[0];
  EXPECT_EQ(r.id.text(), kOne);
  EXPECT_EQ(r.quantity, 7);
  EXPECT_EQ(r.term, Term{3});
  EXPECT_EQ(r.sku, "Standard_B2s");
  EXPECT_EQ(r.scope->type, ScopeType::resource_group);
  EXPECT_EQ(r.lineage.merge_sources[0].text(), kTwo);
}

TEST(ImportAzure, ReadsEveryFieldOfAnOrder) {
  const Imported got = import_text(fmt::format(
      R"({{"value":[{{"id":"{}","etag":9,"properties":{{"displayName":"Web","originalQuantity":3,"term":"P1Y","billingPlan":"Monthly",
          "requestDateTime":"2024-01-31T08:00:00Z","createdDateTime":"2024-01-31T08:10:00Z","benefitStartTime":"2024-01-31T08:11:00Z",
          "expiryDateTime":"2025-01-31T08:11:00Z","provisioningState":"Succeeded","billingAccountId":"/a","billingProfileId":"/p",
          "reservations":[{{"id":"{}"}},{{"id":"{}"}}]}}}}]}})",
      path(kOrder), path(kOrder, kOne), path(kOrder, kTwo)));
  ASSERT_EQ(got.orders.size(), 1u) << (got.report.refusals.empty() ? "" : got.report.refusals[0].text());
  const ImportedOrder& o = got.orders[0];
  EXPECT_EQ(o.id.text(), kOrder);
  EXPECT_EQ(o.revision, 9);
  EXPECT_EQ(o.name, "Web");
  EXPECT_EQ(o.original_quantity, 3);
  EXPECT_EQ(o.term, Term{1});
  EXPECT_EQ(o.plan, BillingPlan::monthly);
  EXPECT_EQ(to_string(*o.requested), "2024-01-31T08:00:00Z");
  EXPECT_EQ(to_string(*o.created), "2024-01-31T08:10:00Z");
  EXPECT_EQ(to_string(*o.benefit_start), "2024-01-31T08:11:00Z");
  EXPECT_EQ(to_string(*o.expiry), "2025-01-31T08:11:00Z");
  EXPECT_EQ(o.state, ProvisioningState::succeeded);
  EXPECT_EQ(o.billing_account, "/a");
  EXPECT_EQ(o.billing_profile, "/p");
  EXPECT_EQ(o.reservations, (std::vector{*ReservationId::parse(kOne), *ReservationId::parse(kTwo)}));
  EXPECT_TRUE(o.payments.empty());
}

std::string order(std::string_view transactions) {
  return fmt::format(
      R"({{"id":"{}","properties":{{"originalQuantity":3,"term":"None","reservations":[{{"id":"{}"}}],"planInformation":{{"transactions":[{}]}}}}}})",
      path(kOrder), path(kOrder, kOne), transactions);
}

TEST(ImportAzure, ReadsPaymentsExactlyAndInOrder) {
  const Imported got = import_text(order(
      R"({"dueDate":"2024-03-31","status":"Scheduled","pricingCurrencyTotal":{"currencyCode":"USD","amount":10.005}},
         {"dueDate":"2024-02-29","paymentDate":"2024-02-29","status":"failed","pricingCurrencyTotal":{"currencyCode":"USD","amount":10.005},
          "billingCurrencyTotal":{"currencyCode":"SEK","amount":1.0425E2}},
         {"dueDate":"2024-01-31","status":"Completed","pricingCurrencyTotal":{"currencyCode":"EUR","amount":9},
          "billingCurrencyTotal":{"currencyCode":"sek","amount":100}})"));
  ASSERT_EQ(got.orders.size(), 1u) << (got.report.refusals.empty() ? "" : got.report.refusals[0].text());
  const Currency sek = *Currency::parse("SEK");
  const Money dollars{1001, Currency::usd()};
  EXPECT_EQ(got.orders[0].payments, (std::vector<Payment>{{*parse_day("2024-01-31"), {10000, sek}, std::nullopt, PaymentStatus::succeeded},
                                                          {*parse_day("2024-02-29"), {10425, sek}, dollars, PaymentStatus::failed},
                                                          {*parse_day("2024-03-31"), {10425, sek}, dollars, PaymentStatus::scheduled}}));
  EXPECT_FALSE(got.orders[0].term);
  EXPECT_EQ(got.orders[0].original_quantity, 3);
  EXPECT_EQ(got.orders[0].reservations.size(), 1u);
}

TEST(ImportAzure, SkipsOtherKindsOfRecord) {
  const Imported got = import_text(fmt::format(
      R"([{{"id":"{0}/revisions/3","properties":{{"quantity":1}}}},{{"id":"{0}/providers/Microsoft.Consumption/reservationSummaries/1"}},
          {{"id":"/subscriptions/33333333-aaaa-4bbb-8ccc-000000000001"}},{{"id":"{0}/"}}])",
      path(kOrder, kOne)));
  EXPECT_EQ(got.report.skipped, 3);
  EXPECT_EQ(got.report.accepted, 1);
}

TEST(ImportAzure, RefusesWhatItCannotTakeAndGoesOn) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  std::string many = R"({"dueDate":"2024-01-01","billingCurrencyTotal":{"currencyCode":"USD","amount":1}})";
  for (int i = 0; i < 200; ++i) many += R"(,{"dueDate":"2024-01-01","billingCurrencyTotal":{"currencyCode":"USD","amount":1}})";
  const struct {
    std::string record;
    std::string place;   // begins with
    std::string reason;  // contains
  } kCases[] = {
      {"7", "/0 (line 1", "an object is expected"},
      {"{}", "/0 (line 1", "'id' is missing"},
      {R"({"id":7})", "/0/id (line 1", "a string is expected"},
      {R"({"id":"/reservationOrders/xyz"})", "/0/id (", "'xyz' is not a reservation order id"},
      {fmt::format(R"({{"id":"{}"}})", path(kOrder, "zzz")), "/0/id (", "reservation id"},
      {reservation(kOne, R"("quantity":4)"), "/0/properties/quantity (", "stands twice"},
      {R"({"id":"/reservationOrders/11111111-aaaa-4bbb-8ccc-000000000001","properties":{"originalQuantity":-3}})",
       "/0/properties/originalQuantity (", "a whole number from 0"},
      {R"({"id":"/reservationOrders/11111111-aaaa-4bbb-8ccc-000000000001","properties":{"originalQuantity":99999999999999999999}})",
       "/0/properties/originalQuantity (", "a whole number from 0"},
      {R"({"id":"/reservationOrders/11111111-aaaa-4bbb-8ccc-000000000001","properties":{"originalQuantity":1.5}})",
       "/0/properties/originalQuantity (", "a whole number from 0"},
      {R"({"id":"/reservationOrders/11111111-aaaa-4bbb-8ccc-000000000001","properties":{"originalQuantity":"many"}})",
       "/0/properties/originalQuantity (", "many"},
      {reservation(kOne, R"("term":"P2Y")"), "/0/properties/term (", "P2Y"},
      {reservation(kOne, R"("term":3)"), "/0/properties/term (", "a string is expected"},
      {reservation(kOne, R"("billingPlan":"Weekly")"), "/0/properties/billingPlan (", "Upfront, Monthly"},
      {reservation(kOne, R"("provisioningState":"Sleeping")"), "/0/properties/provisioningState (", "Sleeping"},
      {reservation(kOne, R"("purchaseDateTime":"2024-02-30T00:00:00Z")"), "/0/properties/purchaseDateTime (", "2024-02-30"},
      {reservation(kOne, R"("benefitStartTime":"9999-12-31T00:00:00Z")"), "/0/properties/benefitStartTime (", "is not between"},
      {reservation(kOne, R"("benefitStartTime":"2024-01-01T00:00:00Z","expiryDate":"2023-01-01")"), "/0 (", "it expires on 2023-01-01"},
      {reservation(kOne, R"("archived":"yes")"), "/0/properties/archived (", "true or false"},
      {reservation(kOne, R"("displayName":"a\u0000b")"), "/0/properties/displayName (", "U+0000"},
      {reservation(kOne, fmt::format(R"("displayName":"{}")", std::string(5000, 'x'))), "/0/properties/displayName (", "too long"},
      {reservation(kOne, "\"displayName\":\"\xff\""), "/0 (", "not valid UTF-8"},
      {reservation(kOne, R"("deep":)" + deep), "/0/properties/deep", "nested too deeply"},
      {reservation(kOne, R"("appliedScopeType":"Single","appliedScopes":["/planets/earth"])"), "/0/properties/appliedScopeType (",
       "/planets/earth"},
      {reservation(kOne, R"("splitProperties":{"splitSource":"nobody"})"), "/0/properties/splitProperties/splitSource (", "nobody"},
      {reservation(kOne, R"("mergeProperties":{"mergeSources":"x"})"), "/0/properties/mergeProperties/mergeSources (", "an array"},
      {reservation(kOne, R"("utilization":{"aggregates":[{"grain":1,"value":-5}]})"), "/0/properties/utilization/aggregates/0/value (",
       "negative"},
      {order(R"({"dueDate":"2024-01-01","billingCurrencyTotal":{"currencyCode":"USD","amount":-1}})"),
       "/0/properties/planInformation/transactions/0/billingCurrencyTotal/amount (", "cannot be negative"},
      {order(R"({"dueDate":"2024-01-01","billingCurrencyTotal":{"currencyCode":"USD","amount":1e400}})"),
       "/0/properties/planInformation/transactions/0/billingCurrencyTotal/amount (", "1e400"},
      {order(R"({"dueDate":"2024-01-01","billingCurrencyTotal":{"currencyCode":"QQQ","amount":1}})"),
       "/0/properties/planInformation/transactions/0/billingCurrencyTotal/currencyCode (", "QQQ"},
      {order(R"({"dueDate":"2024-01-01","billingCurrencyTotal":{"currencyCode":"USD"}})"),
       "/0/properties/planInformation/transactions/0/billingCurrencyTotal (", "'currencyCode' and 'amount' are needed"},
      {order(R"({"dueDate":"2024-01-01"})"), "/0/properties/planInformation/transactions/0 (", "'billingCurrencyTotal' is missing"},
      {order(R"({"billingCurrencyTotal":{"currencyCode":"USD","amount":1}})"), "/0/properties/planInformation/transactions/0 (",
       "'dueDate' is missing"},
      {order(R"({"dueDate":"2024-01-01","status":"Lost","billingCurrencyTotal":{"currencyCode":"USD","amount":1}})"),
       "/0/properties/planInformation/transactions/0/status (", "Lost"},
      {order(R"({"dueDate":"2024-01-01","billingCurrencyTotal":{"currencyCode":"USD","amount":1}},
                {"dueDate":"2024-02-01","billingCurrencyTotal":{"currencyCode":"SEK","amount":1}})"),
       "/0/properties/planInformation/transactions/1 (", "different currencies"},
      {order(many), "/0/properties/planInformation/transactions (", "201 payments are too many"},
  };
  for (const auto& [record, place, reason] : kCases) {
    const Imported got = import_text(fmt::format("[{},{}]", record, reservation(kTwo)));
    ASSERT_EQ(got.report.refusals.size(), 1u) << record.substr(0, 300);
    EXPECT_TRUE(got.report.refusals[0].place.starts_with(place)) << got.report.refusals[0].text();
    EXPECT_NE(got.report.refusals[0].reason.find(reason), std::string::npos) << got.report.refusals[0].text();
    EXPECT_EQ(got.report.refusals[0].file, "list.json");
    EXPECT_EQ(got.reservations.size(), 1u) << record.substr(0, 300);
  }
}

TEST(ImportAzure, GivesBatchesAndStopsWhenTheSinkFails) {
  std::string lines;
  constexpr std::size_t kRecords = 2 * kAzureBatch + 7;
  for (std::size_t i = 0; i < kRecords; ++i) lines += reservation(fmt::format("22222222-aaaa-4bbb-8ccc-{:012}", i)) + '\n';
  std::vector<std::size_t> batches;
  ImportReport report;
  TextBytes whole(lines);
  const auto count = [&](std::span<const ImportedOrder>, std::span<const ImportedReservation> reservations) -> Result<void> {
    batches.push_back(reservations.size());
    return {};
  };
  ASSERT_TRUE(import_azure(whole, count, report));
  EXPECT_EQ(batches, (std::vector<std::size_t>{kAzureBatch, kAzureBatch, 7}));
  EXPECT_EQ(report.accepted, std::int64_t{kRecords});

  TextBytes again(lines);
  const Result<void> stopped =
      import_azure(again, [](const auto&, const auto&) -> Result<void> { return fail(Code::storage_full, "the disk is full"); }, report);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::storage_full);
}

TEST(ImportAzure, KeepsAThousandRefusalsAndCountsAll) {
  std::string lines;
  for (int i = 0; i < 1500; ++i) lines += "{}\n";
  const Imported got = import_text(lines);
  EXPECT_EQ(got.report.refused, 1500);
  EXPECT_EQ(got.report.refusals.size(), 1000u);
  EXPECT_EQ(got.report.refusals[999].text(), "list.json: line 1000, column 1: 'id' is missing; a reservation or an order has one");
}

}  // namespace
}  // namespace prorata::wire
