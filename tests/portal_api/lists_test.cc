// The list by windows: any offset, facets, search, sorting; the same however it came about.
#include <map>
#include <random>

#include "app/role_assignments.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

class PortalLists : public PortalDesk {
 protected:
  std::vector<std::string> names(std::string_view query) {
    std::vector<std::string> out;
    const Reply reply = client().get(fmt::format("/reservations{}", query));
    EXPECT_EQ(reply.status(), 200) << reply.response.body;
    for (std::size_t i = 0; i < reply.count("/rows"); ++i) out.push_back(reply.at(fmt::format("/rows/{}/name", i)));
    return out;
  }
  Reservation named(const CustomerId& customer, std::string name, std::int64_t quantity = 1) {
    const Reservation bought = desk().buy({.customer = customer, .quantity = quantity});
    return desk().change(bought.id, "rename", [&](Reservation r, Instant now) { return rename(std::move(r), name, now); });
  }
};
PRORATA_ON_EVERY_STORE(PortalLists);

TEST_P(PortalLists, a_window_says_how_many_there_are_and_what_states_they_are_in) {
  const Reservation web = named(desk().nordvik, "Web");
  named(desk().nordvik, "Batch", 3);
  named(desk().prairie, "Archive");
  const Reply reply = client().get("/reservations?limit=2&sort=name");
  EXPECT_EQ(reply.at("/total"), "3");
  EXPECT_EQ(reply.at("/customers"), "2");
  EXPECT_EQ(reply.at("/facets/states/all"), "3");
  EXPECT_EQ(reply.at("/facets/states/succeeded"), "3");
  EXPECT_EQ(reply.count("/rows"), 2U);
  EXPECT_EQ(reply.at("/rows/0/name"), "Archive");
  EXPECT_EQ(reply.at("/rows/0/customer/name"), "Prairie");
  EXPECT_EQ(reply.at("/rows/1/quantity"), "3");
  EXPECT_EQ(reply.at("/rows/1/state"), "Succeeded");
  EXPECT_EQ(reply.at("/rows/1/daysLeft"), "365");
  const Reply rest = client().get("/reservations?limit=2&sort=name&offset=2");
  EXPECT_EQ(rest.count("/rows"), 1U);
  EXPECT_EQ(rest.at("/rows/0/id"), web.id.text());
  EXPECT_EQ(client().get("/reservations?offset=9").count("/rows"), 0U);
}

TEST_P(PortalLists, words_are_found_in_names_sizes_customers_and_ids) {
  const Reservation web = named(desk().nordvik, "Web frontend");
  named(desk().prairie, "Web backend");
  EXPECT_EQ(names("?q=FRONT").size(), 1U);
  EXPECT_EQ(names("?q=web+nordvik"), std::vector<std::string>{"Web frontend"});
  EXPECT_EQ(names("?q=d2s_v5").size(), 2U);
  EXPECT_EQ(names("?q=westeu+back"), std::vector<std::string>{"Web backend"});
  EXPECT_EQ(names(fmt::format("?q={}", web.order.text())), std::vector<std::string>{"Web frontend"});
  EXPECT_EQ(names(fmt::format("?q={}", desk().prairie.text())), std::vector<std::string>{"Web backend"});
  EXPECT_EQ(names("?q=nothing").size(), 0U);
  EXPECT_EQ(names(fmt::format("?customer={}", desk().nordvik.text())), std::vector<std::string>{"Web frontend"});
}

TEST_P(PortalLists, what_is_committed_is_seen_by_the_next_window) {
  const Reservation web = named(desk().nordvik, "Web");
  EXPECT_EQ(names("?sort=name"), std::vector<std::string>{"Web"});
  named(desk().nordvik, "Api");
  EXPECT_EQ(names("?sort=name"), (std::vector<std::string>{"Api", "Web"}));
  desk().change(web.id, "rename", [](Reservation r, Instant now) { return rename(std::move(r), "Aaa", now); });
  EXPECT_EQ(names("?sort=name"), (std::vector<std::string>{"Aaa", "Api"}));
  EXPECT_EQ(names("?sort=name&dir=desc"), (std::vector<std::string>{"Api", "Aaa"}));
  desk().give_back(web.id, 1);
  const Reply reply = client().get("/reservations?state=Cancelled");
  EXPECT_EQ(reply.at("/total"), "1");
  EXPECT_EQ(reply.at("/facets/states/all"), "2");  // of all states, so that the others can be chosen
  EXPECT_EQ(reply.at("/facets/states/cancelled"), "1");
  EXPECT_EQ(reply.at("/rows/0/state"), "Cancelled");
}

TEST_P(PortalLists, time_alone_changes_states) {
  named(desk().nordvik, "Web");
  EXPECT_EQ(client().get("/reservations?state=Expiring").at("/total"), "0");
  desk().move_days(340);
  EXPECT_EQ(client().get("/reservations?state=Expiring").at("/total"), "1");
  EXPECT_EQ(client().get("/reservations?expiresFrom=2027-03-01&expiresUntil=2027-03-03").at("/total"), "1");
  EXPECT_EQ(client().get("/reservations?expiresUntil=2027-03-02").at("/total"), "0");
  desk().move_days(40);
  EXPECT_EQ(client().get("/reservations?state=Expired").at("/rows/0/daysLeft"), "0");
}

TEST_P(PortalLists, an_archived_one_is_listed_where_it_is_asked_for) {
  const Reservation web = named(desk().nordvik, "Web");
  desk().give_back(web.id, 1);
  desk().change(web.id, "archive", [](Reservation r, Instant now) { return archive(std::move(r), true, now); });
  EXPECT_EQ(names("").size(), 0U);
  EXPECT_EQ(names("?archived=true").size(), 1U);
  EXPECT_EQ(names("?archived=all").size(), 1U);
}

TEST_P(PortalLists, nobody_sees_more_than_their_part) {
  named(desk().nordvik, "Web");
  const Reservation other = named(desk().prairie, "Other");
  client().caller.principal.customer = desk().nordvik;
  EXPECT_EQ(names(""), std::vector<std::string>{"Web"});
  EXPECT_EQ(client().get("/reservations").at("/facets/states/all"), "1");
  EXPECT_EQ(client().get("/reservations/figures?ids=" + other.id.text()).count("/rows"), 0U);
  client().caller.principal.customer.reset();
  client().caller.principal.reseller = ResellerId::trusted("5e11e500-0000-4000-8000-000000000001");
  EXPECT_EQ(names("").size(), 0U);
}

TEST_P(PortalLists, who_has_role_assignments_only_sees_what_these_give) {
  named(desk().nordvik, "Web");
  const Reservation other = named(desk().prairie, "Other");
  client().with_roles({});
  EXPECT_EQ(names("").size(), 0U);
  must(assign_role(desk().app, {.id = RoleAssignmentId::trusted("a5510000-0000-4000-8000-000000000001"),
                                .scope = access::scope_of(other.order),
                                .role = RoleDefinitionId::trusted(std::string(access::find_role_named("Reader")->id)),
                                .principal = client().caller.principal.id,
                                .by = client().caller.principal.id}));
  EXPECT_EQ(names(""), std::vector<std::string>{"Other"});
  EXPECT_EQ(names("?q=web").size(), 0U);
}

TEST_P(PortalLists, figures_come_for_the_rows_in_sight) {
  const Reservation web = named(desk().nordvik, "Web", 2);
  desk().set_usage(web.id, Usage::used);
  desk().move_days(73);
  const Reply reply = client().get("/reservations/figures?ids=" + web.id.text() + ",01970000-0000-7000-8000-0000000000ff");
  ASSERT_EQ(reply.count("/rows"), 1U);
  EXPECT_EQ(reply.at("/rows/0/refund/ok"), "true");
  EXPECT_EQ(reply.at("/rows/0/refund/amount/amount"), "51392.00");  // 292 of 365 days of 73,000.00, less 12 %
  EXPECT_EQ(reply.at("/rows/0/refund/amount/currency"), "SEK");
  EXPECT_EQ(reply.at("/rows/0/refund/overLimit"), "false");
  client().with_roles({access::Standing::sales_agent});
  EXPECT_EQ(client().get("/reservations/figures?ids=" + web.id.text()).at("/rows/0/refund"), "(absent)");
}

TEST_P(PortalLists, what_cannot_be_understood_is_said_with_its_parameter) {
  const std::map<std::string, std::string> wrong = {
      {"?offset=-1", "?offset"},       {"?limit=0", "?limit"},     {"?limit=501", "?limit"},       {"?sort=colour", "?sort"},
      {"?dir=sideways", "?dir"},       {"?state=Happy", "?state"}, {"?customer=abc", "?customer"}, {"?expiresFrom=soon", "?expiresFrom"},
      {"?archived=maybe", "?archived"}};
  for (const auto& [query, pointer] : wrong) {
    const Reply reply = client().get("/reservations" + query);
    expect_problem(reply, 400, "invalid_argument");
    EXPECT_EQ(reply.at("/pointer"), pointer);
  }
  expect_problem(client().get("/reservations/figures"), 400, "invalid_argument", "which reservations");
}

// The list held in memory against the store's own, over random changes.
TEST_P(PortalLists, every_window_is_what_the_store_has) {
  std::mt19937 random(20261);
  std::vector<ReservationId> ids;
  for (int step = 0; step < 30; ++step) {
    const bool buys = ids.empty() || random() % 3 == 0;
    if (buys) {
      const CustomerId& customer = random() % 2 == 0 ? desk().nordvik : desk().prairie;
      ids.push_back(
          desk()
              .buy({.customer = customer, .years = random() % 2 == 0 ? 1 : 3, .quantity = 1 + static_cast<std::int64_t>(random() % 4)})
              .id);
    } else {
      desk().change(ids[random() % ids.size()], "rename",
                    [&](Reservation r, Instant now) { return rename(std::move(r), fmt::format("Name {}", random() % 10), now); });
    }
    if (step % 7 == 0) desk().clock.pass_seconds(3'600);
    const bool descending = random() % 2 == 0;
    const std::size_t offset = random() % 4;
    for (const ReservationSort sort :
         {ReservationSort::expiry, ReservationSort::name, ReservationSort::quantity, ReservationSort::purchased}) {
      const Page<Reservation> all = must(desk().look()->reservations({.sort = sort, .descending = descending, .limit = 1'000}));
      const Reply reply =
          client().get(fmt::format("/reservations?sort={}&dir={}&offset={}&limit=5", to_string(sort), descending ? "desc" : "asc", offset));
      ASSERT_EQ(reply.at("/total"), std::to_string(all.items.size()));
      for (std::size_t i = 0; i < 5 && offset + i < all.items.size(); ++i)
        ASSERT_EQ(reply.at(fmt::format("/rows/{}/id", i)), all.items[offset + i].id.text()) << to_string(sort) << " at step " << step;
    }
  }
}

}  // namespace
}  // namespace prorata::testing
