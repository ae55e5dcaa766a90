// The tree of an order, and what ends and renews over all customers.
#include "app/change_reservation.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

class PortalOrders : public PortalDesk {};
PRORATA_ON_EVERY_STORE(PortalOrders);

TEST_P(PortalOrders, the_tree_has_what_was_split_merged_and_given_back) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 10});
  const std::vector<Reservation> all = must(split_reservation(desk().app, web.id, {4, 6}, {}));
  const ReservationId part = std::ranges::find(all, std::int64_t{4}, &Reservation::quantity)->id;
  desk().set_usage(part, Usage::used);
  desk().give_back(part, 3);
  const Reply reply = client().get("/orders/" + web.order.text());
  ASSERT_EQ(reply.status(), 200) << reply.response.body;
  EXPECT_EQ(reply.at("/originalQuantity"), "10");
  EXPECT_EQ(reply.at("/hidden"), "0");
  ASSERT_EQ(reply.count("/reservations"), 3U);
  std::size_t split = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string row = fmt::format("/reservations/{}", i);
    const bool of_web = reply.at(row + "/id") == web.id.text();
    EXPECT_EQ(reply.at(row + "/madeBy"), of_web ? "purchase" : "split");
    EXPECT_EQ(reply.at(row + "/unitsReturned"), reply.at(row + "/id") == part.text() ? "3" : "0");
    if (!of_web) EXPECT_EQ(reply.at(row + "/from/0"), web.id.text());
    split += of_web ? 0 : 1;
  }
  EXPECT_EQ(split, 2U);
  EXPECT_EQ(reply.count("/payments/rows"), 12U);
  expect_problem(client().get("/orders/0a0a0a0a-0000-4000-8000-00000000ffff"), 404, "not_found");
  client().caller.principal.customer = desk().prairie;
  expect_problem(client().get("/orders/" + web.order.text()), 404, "not_found");
}

TEST_P(PortalOrders, who_may_open_nothing_of_it_is_told_why) {
  const Reservation web = desk().buy({.customer = desk().nordvik});
  client().with_roles({});
  expect_problem(client().get("/orders/" + web.order.text()), 403, "forbidden");
}

TEST_P(PortalOrders, what_ends_comes_soonest_first_with_what_renewing_costs_today) {
  const Reservation late = desk().buy({.customer = desk().prairie, .quantity = 2});
  desk().buy({.customer = desk().nordvik, .years = 3});
  desk().move_days(300);
  const Reservation last = desk().buy({.customer = desk().nordvik, .quantity = 3});
  const Reply first = client().get("/renewals");
  ASSERT_EQ(first.status(), 200) << first.response.body;
  ASSERT_EQ(first.at("/total"), "1") << first.response.body;
  EXPECT_EQ(first.at("/rows/0/id"), late.id.text());
  EXPECT_EQ(first.at("/rows/0/renew"), "false");
  EXPECT_EQ(first.at("/rows/0/renewable"), "true");
  EXPECT_EQ(first.at("/rows/0/renewalPrice/amount"), "7300.00");
  EXPECT_EQ(first.at("/rows/0/daysLeft"), "65");
  const Reply year = client().get("/renewals?until=2028-01-01");
  ASSERT_EQ(year.at("/total"), "2");
  EXPECT_EQ(year.at("/rows/1/id"), last.id.text());
  EXPECT_EQ(client().get("/renewals?until=2028-01-01&customer=" + desk().prairie.text()).at("/total"), "1");
  expect_problem(client().get("/renewals?until=soon"), 400, "invalid_argument");

  EXPECT_EQ(client().put(at(late, "/renewal"), R"({"on":true,"quantity":1,"years":3})").status(), 200);
  const Reply on = client().get("/renewals");
  EXPECT_EQ(on.at("/rows/0/renew"), "true");
  EXPECT_EQ(on.at("/rows/0/renewal/term"), "P3Y");
  EXPECT_EQ(on.at("/rows/0/renewalPrice/amount"), "7300.00");  // one unit for three years
  EXPECT_EQ(client().put(at(late, "/renewal"), R"({"on":true,"quantity":1,"years":5})").status(), 200);
  const Reply none = client().get("/renewals");
  EXPECT_EQ(none.at("/rows/0/renewable"), "false");
  EXPECT_NE(none.at("/rows/0/why").find("no price"), std::string::npos);
  EXPECT_EQ(none.at("/rows/0/renewalPrice"), "(absent)");
}

}  // namespace
}  // namespace prorata::testing
