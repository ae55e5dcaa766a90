#include "access/scope.h"

#include <gtest/gtest.h>

namespace prorata::access {
namespace {

constexpr const char* kReservationPath =
    "/providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001/reservations/"
    "ab970000-0000-4000-8000-000000000001";

TEST(ParseScope, ReadsEveryKindAndWritesItBack) {
  for (const std::string_view text :
       {"/", "/providers/Microsoft.Capacity", "/providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001",
        kReservationPath, "/subscriptions/5b000000-0000-4000-8000-000000000001",
        "/subscriptions/5b000000-0000-4000-8000-000000000001/resourceGroups/farm"}) {
    const Result<Scope> scope = parse_scope(text);
    ASSERT_TRUE(scope) << text;
    EXPECT_EQ(to_string(*scope), text);
  }
}

TEST(ParseScope, TakesAnyLetterCaseAndLooseSlashes) {
  const Scope order = scope_of(*OrderId::parse("73e60000-0000-4000-8000-000000000001"));
  EXPECT_EQ(*parse_scope("providers/microsoft.capacity/RESERVATIONORDERS/73E60000-0000-4000-8000-000000000001/"), order);
  EXPECT_EQ(parse_scope("/subscriptions/5b000000-0000-4000-8000-000000000001/RESOURCEGROUPS/Farm")->resource_group, "farm");
}

TEST(ParseScope, RefusesWhatIsNoPlaceOfTheDesk) {
  for (const std::string_view text :
       {"", "//", "x", "/providers", "/providers/Microsoft.Compute", "/providers/Microsoft.Capacity/reservationOrders",
        "/providers/Microsoft.Capacity/reservationOrders/12", "/providers/Microsoft.Capacity/orders/73e60000-0000-4000-8000-000000000001",
        "/providers/Microsoft.Capacity//73e60000-0000-4000-8000-000000000001",
        "/providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001/reservations",
        "/providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001/reservations/1", "/subscriptions",
        "/subscriptions/12", "/subscriptions/5b000000-0000-4000-8000-000000000001/resourceGroups",
        "/subscriptions/5b000000-0000-4000-8000-000000000001/providers/x", "/subscriptions/5b000000-0000-4000-8000-000000000001//g"}) {
    const Result<Scope> scope = parse_scope(text);
    ASSERT_FALSE(scope) << text;
    EXPECT_EQ(scope.error().code, Code::invalid_argument);
  }
}

TEST(Contains, IsReflexiveAndNeverLooksUp) {
  const std::vector<Scope> chain = {
      root_scope(), capacity_scope(), scope_of(*OrderId::parse("73e60000-0000-4000-8000-000000000001")),
      scope_of(*OrderId::parse("73e60000-0000-4000-8000-000000000001"), *ReservationId::parse("ab970000-0000-4000-8000-000000000001"))};
  for (std::size_t above = 0; above < chain.size(); ++above)
    for (std::size_t below = 0; below < chain.size(); ++below)
      EXPECT_EQ(contains(chain[above], chain[below]), above <= below) << above << ' ' << below;
  const Scope subscription = scope_of(*SubscriptionId::parse("5b000000-0000-4000-8000-000000000001"));
  EXPECT_FALSE(contains(capacity_scope(), subscription));
  EXPECT_FALSE(contains(subscription, chain[2]));
  EXPECT_TRUE(contains(subscription, *parse_scope("/subscriptions/5b000000-0000-4000-8000-000000000001/resourceGroups/g")));
}

}  // namespace
}  // namespace prorata::access
