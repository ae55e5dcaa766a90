#include "reservation/reservation.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "reservation/order.h"

namespace prorata {
namespace {

const Currency kSek = *Currency::parse("SEK");
const Instant kNow = *parse_instant("2026-03-10T12:00:00Z");

ReservationId numbered(int n) {
  std::string text = "00000000-0000-0000-0000-000000000000";
  text.replace(34, 2, std::to_string(10 + n));
  return *ReservationId::parse(text);
}

Reservation active(std::int64_t quantity, BillingPlan plan, std::int64_t price_minor) {
  Reservation r;
  r.id = numbered(0);
  r.product = "VirtualMachines";
  r.sku = "Standard_D2s_v3";
  r.region = "westeurope";
  r.quantity = r.original_quantity = quantity;
  r.plan = plan;
  r.purchased = r.benefit_start = *parse_instant("2026-01-31T08:30:00Z");
  r.expiry = expiry_of(r.benefit_start, r.term);
  r.state = ProvisioningState::succeeded;
  r.schedule = make_schedule(plan, r.term, day_of(r.benefit_start), {price_minor, kSek}, Money{price_minor / 10, Currency::usd()});
  r.customer_price = Money{price_minor + price_minor / 10, kSek};
  return r;
}

TEST(Schedule, GivesTheOddMinorUnitsToTheFirstInstalments) {
  const Schedule schedule = make_schedule(BillingPlan::monthly, Term{1}, make_day(2026, 1, 31), {10'003, kSek}, std::nullopt);
  ASSERT_EQ(schedule.payments.size(), 12u);
  EXPECT_EQ(schedule.payments[6].billing.minor, 834);
  EXPECT_EQ(schedule.payments[7].billing.minor, 833);
  EXPECT_EQ(to_string(schedule.payments[1].due), "2026-02-28");
  EXPECT_EQ(to_string(schedule.payments[2].due), "2026-03-31");
  EXPECT_EQ(total_billing(schedule).minor, 10'003);
  EXPECT_FALSE(total_pricing(schedule));
}

TEST(Schedule, PaymentsSucceedOnTheirDayUnlessSeenUnpaid) {
  Schedule schedule = make_schedule(BillingPlan::monthly, Term{1}, make_day(2026, 1, 31), {12'000, kSek}, std::nullopt);
  EXPECT_EQ(paid_billing(on_day(schedule, make_day(2026, 1, 30))).minor, 0);
  EXPECT_EQ(paid_billing(on_day(schedule, make_day(2026, 1, 31))).minor, 1'000);
  EXPECT_EQ(paid_billing(on_day(schedule, make_day(2026, 2, 27))).minor, 1'000);
  EXPECT_EQ(paid_billing(on_day(schedule, make_day(2026, 2, 28))).minor, 2'000);
  schedule.observed = make_day(2026, 3, 1);  // seen on that day with the first two still Scheduled: they are unpaid
  EXPECT_EQ(paid_billing(on_day(schedule, make_day(2026, 3, 31))).minor, 1'000);
}

RC_GTEST_PROP(ScheduleProperty, SharesAddUp, ()) {
  const auto price = *rc::gen::inRange<std::int64_t>(0, kMinorMax);
  const auto whole = *rc::gen::inRange<std::int64_t>(1, 500);
  const auto part = *rc::gen::inRange<std::int64_t>(1, whole + 1);
  const auto plan = *rc::gen::element(BillingPlan::upfront, BillingPlan::monthly);
  const Schedule before = make_schedule(plan, Term{3}, make_day(2026, 1, 31), {price, kSek}, Money{price / 7, Currency::usd()});
  Schedule rest = before;
  const Schedule taken = split_off(rest, part, whole);
  RC_ASSERT(total_billing(taken) + total_billing(rest) == total_billing(before));
  RC_ASSERT(*total_pricing(taken) + *total_pricing(rest) == *total_pricing(before));
  for (const Payment& payment : rest.payments) RC_ASSERT(!payment.billing.is_negative());
  RC_ASSERT(*join(taken, rest) == before);
}

TEST(Reservation, ExpiryKeepsTheTimeOfDay) { EXPECT_EQ(to_string(active(1, BillingPlan::upfront, 100).expiry), "2027-01-31T08:30:00Z"); }

TEST(Reservation, ReturningSomeLeavesTheRestItsShare) {
  const Reservation after = *give_back(active(3, BillingPlan::monthly, 12'000), 1, kNow);
  EXPECT_EQ(after.quantity, 2);
  EXPECT_EQ(after.original_quantity, 3);
  EXPECT_EQ(after.revision, 2);
  EXPECT_EQ(after.state, ProvisioningState::succeeded);
  EXPECT_EQ(total_billing(after.schedule).minor, 12 * 667) << "a third of 1000 is 333, so 667 a month stay";
  EXPECT_EQ(after.customer_price->minor, 13'200 - 4'400);
}

TEST(Reservation, ReturningAllCancelsWhatIsNotPaid) {
  Reservation before = on_day(active(2, BillingPlan::monthly, 12'000), make_day(2026, 3, 10));
  const Reservation after = *give_back(before, 2, kNow);
  EXPECT_EQ(after.state, ProvisioningState::cancelled);
  EXPECT_EQ(paid_billing(after.schedule).minor, 2'000);
  EXPECT_EQ(after.schedule.payments[2].status, PaymentStatus::cancelled);
  EXPECT_EQ(user_friendly_renew_state(after), "NotApplicable");
  const auto again = give_back(after, 1, kNow);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::refused);
  EXPECT_NE(again.error().message.find("Cancelled"), std::string::npos);
}

TEST(Reservation, RefusesQuantitiesItDoesNotHave) {
  for (const std::int64_t quantity : {-1, 0, 4})
    EXPECT_EQ(give_back(active(3, BillingPlan::upfront, 100), quantity, kNow).error().code, Code::invalid_argument) << quantity;
}

TEST(Reservation, SplitThenMergeIsWhereItBegan) {
  const Reservation whole = active(7, BillingPlan::monthly, 99'999);
  const std::int64_t quantities[] = {1, 2, 4};
  const ReservationId ids[] = {numbered(1), numbered(2), numbered(3)};
  const SplitResult parts = *split(whole, quantities, ids, kNow);
  EXPECT_EQ(parts.source.state, ProvisioningState::cancelled);
  EXPECT_EQ(parts.source.status->code, "Split");
  EXPECT_EQ(parts.source.lineage.split_destinations.size(), 3u);
  EXPECT_EQ(*parts.parts[1].lineage.split_source, whole.id);

  const MergeResult joined = *merge(parts.parts, numbered(4), kNow);
  EXPECT_EQ(joined.merged.quantity, 7);
  EXPECT_EQ(joined.merged.schedule, whole.schedule);
  EXPECT_EQ(joined.merged.customer_price, whole.customer_price);
  EXPECT_EQ(joined.merged.lineage.merge_sources.size(), 3u);
  for (const Reservation& source : joined.sources) EXPECT_EQ(source.status->code, "Merged");
}

TEST(Reservation, RefusesSplitsThatDoNotAddUp) {
  const ReservationId ids[] = {numbered(1), numbered(2)};
  for (const auto& quantities : {std::array<std::int64_t, 2>{1, 1}, {3, 1}, {0, 3}, {-1, 4}})
    EXPECT_FALSE(split(active(3, BillingPlan::upfront, 100), quantities, ids, kNow));
}

TEST(Reservation, RefusesMergesOfDifferentThings) {
  const ReservationId ids[] = {numbered(1), numbered(2)};
  const std::int64_t quantities[] = {1, 1};
  std::vector<Reservation> parts = split(active(2, BillingPlan::upfront, 100), quantities, ids, kNow)->parts;
  EXPECT_FALSE(merge({parts[0]}, numbered(3), kNow)) << "one is not two";
  EXPECT_FALSE(merge({parts[0], parts[0]}, numbered(3), kNow)) << "the same twice";
  parts[1].region = "northeurope";
  EXPECT_FALSE(merge(parts, numbered(3), kNow));
}

TEST(Reservation, TimeAloneExpiresIt) {
  const Reservation r = active(1, BillingPlan::monthly, 12'000);
  EXPECT_EQ(*next_event(r), make_day(2026, 1, 31));
  EXPECT_EQ(on_day(r, make_day(2027, 1, 30)).state, ProvisioningState::succeeded);
  const Reservation over = on_day(r, make_day(2027, 1, 31));
  EXPECT_EQ(over.state, ProvisioningState::expired);
  EXPECT_EQ(paid_billing(over.schedule).minor, 12'000);
  EXPECT_FALSE(next_event(over));
  EXPECT_EQ(on_day(over, make_day(2030, 1, 1)), over) << "it happens once";
}

TEST(Reservation, DisplayStateCountsTheLastThirtyDays) {
  const Reservation r = active(1, BillingPlan::upfront, 100);
  EXPECT_EQ(display_state(r, *parse_instant("2026-12-31T00:00:00Z")), DisplayState::succeeded);
  EXPECT_EQ(display_state(r, *parse_instant("2027-01-01T00:00:00Z")), DisplayState::expiring);
  EXPECT_EQ(display_state(r, *parse_instant("2027-01-31T00:00:00Z")), DisplayState::expired);
}

TEST(Reservation, AnOperationHoldsItAlone) {
  const Reservation held = *begin_operation(active(1, BillingPlan::upfront, 100), "exchange", kNow);
  EXPECT_EQ(held.state, ProvisioningState::pending);
  EXPECT_EQ(begin_operation(held, "split", kNow).error().code, Code::refused);
  EXPECT_EQ(change_scope(held, Scope{}, kNow).error().code, Code::refused);
  EXPECT_TRUE(is_active(*end_operation(held, kNow)));
}

TEST(Reservation, PurchaseRoadAllowsOnlyItsSteps) {
  Reservation r = active(1, BillingPlan::upfront, 100);
  r.state = ProvisioningState::creating;
  for (const ProvisioningState next :
       {ProvisioningState::pending_capacity, ProvisioningState::confirmed_capacity, ProvisioningState::pending_billing,
        ProvisioningState::confirmed_billing, ProvisioningState::succeeded}) {
    EXPECT_FALSE(advance(r, ProvisioningState::expired, kNow));
    r = *advance(r, next, kNow);
  }
  EXPECT_TRUE(is_active(r));
  EXPECT_FALSE(advance(r, ProvisioningState::pending_capacity, kNow));
}

TEST(Reservation, OnlyWhatHasEndedIsArchived) {
  EXPECT_EQ(archive(active(1, BillingPlan::upfront, 100), true, kNow).error().code, Code::refused);
  EXPECT_TRUE(archive(*give_back(active(1, BillingPlan::upfront, 100), 1, kNow), true, kNow)->archived);
}

TEST(Scope, ItsIdFitsItsType) {
  EXPECT_TRUE(make_scope(ScopeType::shared, ""));
  EXPECT_TRUE(make_scope(ScopeType::single, "/subscriptions/00000000-0000-0000-0000-000000000000"));
  EXPECT_TRUE(make_scope(ScopeType::resource_group, "/subscriptions/x/resourceGroups/web"));
  EXPECT_TRUE(make_scope(ScopeType::management_group, "/providers/Microsoft.Management/managementGroups/root"));
  EXPECT_FALSE(make_scope(ScopeType::shared, "/subscriptions/x"));
  EXPECT_FALSE(make_scope(ScopeType::single, "/subscriptions/x/resourceGroups/web"));
  EXPECT_FALSE(make_scope(ScopeType::resource_group, "/subscriptions/x"));
}

}  // namespace
}  // namespace prorata
