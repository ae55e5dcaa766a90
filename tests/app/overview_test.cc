// The view over all customers, search, and quotes in bulk, on every store.
#include <set>

#include "app/bulk_quote.h"
#include "app/desk_overview.h"
#include "app/search_desk.h"
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class DeskAtScale : public OnEveryStore {
 protected:
  Refreshed refresh(std::size_t max = 0) { return must(refresh_overview(desk().app, {.customers_max = max})); }
  CustomerOverview of(const CustomerId& id) { return *must(desk().look()->customer_overview(id)); }
  Overview view(OverviewQuery query = {}) { return must(desk_overview(desk().app, std::move(query))); }
  std::vector<std::string> names(OverviewQuery query) {
    std::vector<std::string> out;
    for (const CustomerOverview& each : view(std::move(query)).page.items) out.push_back(each.name);
    return out;
  }
};
PRORATA_ON_EVERY_STORE(DeskAtScale);

TEST_P(DeskAtScale, ARowSaysWhatTheDeskSaysOfEachReservation) {
  make({{make_day(2026, 1, 1), "azure-2026", ""}});
  desk().buy({.customer = desk().nordvik, .quantity = 2});
  desk().buy({.customer = desk().nordvik, .years = 3});
  desk().move_days(300);
  refresh();
  const CustomerOverview row = of(desk().nordvik);
  EXPECT_EQ(row.day, day_of(desk().now()));
  EXPECT_EQ(row.reservations, 2);
  EXPECT_EQ(row.expiring_90, 1);
  EXPECT_EQ(row.expiring_60, 0);
  EXPECT_EQ(row.refundable, 2);
  std::int64_t sum = 0;
  must(bulk_quote(desk().app, {.query = {.customer = desk().nordvik}, .approved = "request 1"}, {},
                  [&](const BulkLine& line) -> Result<void> {
                    sum += line.decision->refund.minor;
                    return {};
                  }));
  EXPECT_EQ(row.refundable_minor, sum) << "one decision, whoever asks";
  EXPECT_GT(sum, 0);
  EXPECT_EQ(row.allowance_free_minor, 5'000'000);
}

TEST_P(DeskAtScale, ReturnsRequestsCreditsAndHoldsShowAtOnce) {
  const Reservation r = desk().buy({.customer = desk().prairie, .quantity = 3});
  refresh();
  EXPECT_EQ(of(desk().prairie).reservations, 1);
  desk().give_back(r.id, 1);
  must(place_hold(desk().app, {desk().prairie, usd(100), usd(100), "request 9"}));
  EXPECT_EQ(of(desk().prairie).allowance_used_minor, 0) << "not before it is computed";
  const Refreshed again = refresh();
  EXPECT_EQ(again.customers, 1) << "the other one has not changed";
  const CustomerOverview row = of(desk().prairie);
  EXPECT_EQ(row.allowance_used_minor, 365'000);
  EXPECT_EQ(row.allowance_held_minor, 10'000);
  EXPECT_EQ(row.provider_credit_minor, 365'000);
  EXPECT_EQ(row.customer_credit_minor, 365'000);
  EXPECT_EQ(refresh().customers, 0);
  EXPECT_TRUE(refresh().complete);

  support::SupportRequest ticket{.name = "ticket-1",
                                 .number = support::number_of(make_day(2026, 3, 2), 7),
                                 .customer = desk().prairie,
                                 .title = "Refund",
                                 .service = id<ServiceId>(1),
                                 .classification = id<ClassificationId>(1)};
  Changes changes{.audit = {.at = desk().now(), .actor = "anna", .action = "support.file", .customer = desk().prairie.text()}};
  changes.support_requests.push_back(ticket);
  must(desk().app.store.commit(std::move(changes)));
  refresh();
  EXPECT_EQ(of(desk().prairie).open_requests, 1);
}

TEST_P(DeskAtScale, ANewDayComputesAllAndAnInterruptedRoundGoesOn) {
  std::vector<Customer> many;
  for (int n = 100; n < 230; ++n) many.push_back(customer(n));
  must(import_customers(desk().app, many, "test"));
  EXPECT_FALSE(view().complete);
  std::int64_t done = 0;
  for (int slice = 0; slice < 10 && !view().complete; ++slice) done += refresh(1).customers;
  EXPECT_TRUE(view().complete);
  EXPECT_EQ(done, 132);
  desk().move_days(1);
  EXPECT_FALSE(view().complete);
  EXPECT_EQ(refresh().customers, 132);
  EXPECT_EQ(of(many.front().id).day, day_of(desk().now()));
}

TEST_P(DeskAtScale, AListIsFilteredSortedPagedAndSummed) {
  std::vector<Customer> many;
  for (int n = 100; n < 120; ++n) many.push_back(customer(n));
  must(import_customers(desk().app, many, "test"));
  desk().buy({.customer = desk().prairie, .quantity = 2});
  desk().buy({.customer = desk().nordvik, .quantity = 1});
  desk().move_days(300);
  refresh();
  EXPECT_EQ(names({.refundable = true}), (std::vector<std::string>{"Nordvik", "Prairie"}));
  EXPECT_EQ(names({.refundable = true, .sort = OverviewSort::refundable}), (std::vector<std::string>{"Prairie", "Nordvik"}));
  EXPECT_EQ(names({.text = "VIK"}), std::vector<std::string>{"Nordvik"});
  EXPECT_EQ(names({.expiring = true}).size(), 2u);
  EXPECT_TRUE(names({.badly_used = true}).empty());
  EXPECT_TRUE(names({.with_requests = true}).empty());
  EXPECT_TRUE(names({.with_credits = true}).empty());
  for (const OverviewSort sort : {OverviewSort::name, OverviewSort::refundable, OverviewSort::expiring, OverviewSort::allowance}) {
    std::set<std::string> seen;
    OverviewQuery query{.limit = 5, .sort = sort};
    int pages = 0;
    do {
      const Overview page = view(query);
      EXPECT_EQ(page.totals.empty(), pages > 0) << "sums stand on the first page";
      for (const CustomerOverview& each : page.page.items) EXPECT_TRUE(seen.insert(each.customer.text()).second);
      query.after = page.page.next;
      ++pages;
    } while (!query.after.empty());
    EXPECT_EQ(seen.size(), 22u) << to_string(sort);
    EXPECT_EQ(pages, 5) << to_string(sort);
  }
  const std::vector<OverviewTotals> totals = view().totals;
  ASSERT_EQ(totals.size(), 2u);
  EXPECT_EQ(totals[0].currency.code(), "SEK");
  EXPECT_EQ(totals[0].customers, 21);
  EXPECT_EQ(totals[1].customers, 1);
  EXPECT_EQ(totals[1].refundable_minor, of(desk().prairie).refundable_minor);
}

TEST_P(DeskAtScale, WhoIsLimitedSeesTheirsAlone) {
  desk().buy({.customer = desk().prairie});
  refresh();
  Acting one{.principal = {.id = id<PrincipalId>(1), .name = "one", .roles = {access::Standing::admin_agent}, .customer = desk().prairie},
             .assignments = {}};
  App acting = desk().app;
  acting.acting = &one;
  const Overview seen = must(desk_overview(acting, {}));
  ASSERT_EQ(seen.page.items.size(), 1u);
  EXPECT_EQ(seen.page.items.front().customer, desk().prairie);
  ASSERT_EQ(seen.totals.size(), 1u);
  EXPECT_EQ(seen.totals.front().customers, 1);
  for (const Found& each : must(search_desk(acting, "n", 10))) EXPECT_EQ(each.customer, desk().prairie) << each.title;
  EXPECT_TRUE(must(search_desk(acting, "nordvik", 10)).empty());
  int lines = 0;
  desk().buy({.customer = desk().nordvik});
  must(bulk_quote(acting, {}, {}, [&](const BulkLine& line) -> Result<void> {
    ++lines;
    EXPECT_EQ(line.reservation.customer, desk().prairie);
    return {};
  }));
  EXPECT_EQ(lines, 1);
}

TEST_P(DeskAtScale, SearchFindsByNameIdAndNumber) {
  const Reservation r = desk().buy({.customer = desk().prairie});
  desk().change(r.id, "rename", [](Reservation each, Instant now) { return rename(std::move(each), "Web front", now); });
  support::SupportRequest ticket{.name = "Refund-77",
                                 .number = support::number_of(make_day(2026, 3, 2), 7),
                                 .customer = desk().prairie,
                                 .title = "Refund",
                                 .service = id<ServiceId>(1),
                                 .classification = id<ClassificationId>(1)};
  Changes changes{.audit = note("support.file")};
  changes.support_requests.push_back(ticket);
  must(desk().app.store.commit(std::move(changes)));
  const auto found = [&](const std::string& text) {
    std::vector<std::string> out;
    for (const Found& each : must(search_desk(desk().app, text, 10))) out.push_back(fmt::format("{} {}", to_string(each.kind), each.title));
    return out;
  };
  EXPECT_EQ(found("PRAIR"), std::vector<std::string>{"customer Prairie"});
  EXPECT_EQ(found(" web FR"), std::vector<std::string>{"reservation Web front"});
  EXPECT_EQ(found(r.id.text()), std::vector<std::string>{"reservation Web front"});
  EXPECT_EQ(found(r.order.text()), std::vector<std::string>{"order 1 reservations"});
  EXPECT_EQ(found("refund-7"), std::vector<std::string>{"support_request 2603020010000007 Refund"});
  EXPECT_EQ(found("26030200"), std::vector<std::string>{"support_request 2603020010000007 Refund"});
  EXPECT_TRUE(found("100%_!'\"").empty());
  expect_failed(search_desk(desk().app, "  ", 10), Code::invalid_argument, "looked for");
}

TEST_P(DeskAtScale, ADryRunWritesNothingAndARealOneAQuoteALine) {
  make({{make_day(2026, 1, 1), "azure-2026", ""}});
  std::vector<ReservationId> bought;
  for (int i = 0; i < 5; ++i)
    bought.push_back(desk().buy({.customer = i % 2 == 0 ? desk().prairie : desk().nordvik, .quantity = 1 + i}).id);
  const Reservation gone = desk().buy({.customer = desk().prairie});
  desk().give_back(gone.id, 1);
  desk().move_days(40);
  const std::int64_t before = desk().commits();
  const BulkReport dry =
      must(bulk_quote(desk().app, {.query = {}, .approved = "request 1"}, {}, [](const BulkLine&) -> Result<void> { return {}; }));
  EXPECT_EQ(desk().commits(), before);
  EXPECT_EQ(dry.lines, 5) << "what was returned is no line";
  std::vector<std::string> quotes;
  const BulkReport real = must(bulk_quote(desk().app, {.query = {}, .approved = "request 1"}, store_quotes(desk().app, "request 1"),
                                          [&](const BulkLine& line) -> Result<void> {
                                            quotes.push_back(line.made);
                                            return {};
                                          }));
  EXPECT_EQ(desk().commits(), before + 5);
  ASSERT_EQ(real.sums.size(), dry.sums.size());
  for (std::size_t i = 0; i < real.sums.size(); ++i) EXPECT_EQ(real.sums[i].refund_minor, dry.sums[i].refund_minor);
  for (const std::string& each : quotes) EXPECT_TRUE(must(desk().look()->quote(QuoteId::trusted(each))).has_value());
}

TEST_P(DeskAtScale, AnActThatFailsLeavesItsReasonAndTheOthersGoOn) {
  for (int i = 0; i < 3; ++i) desk().buy({.customer = desk().prairie});
  int asked = 0;
  std::vector<std::string> problems;
  const BulkReport report = must(bulk_quote(
      desk().app, {.query = {}, .approved = "request 1"},
      [&](const BulkLine&) -> Result<std::string> {
        if (++asked == 2) return fail(Code::conflict, "somebody else was faster");
        return std::string("made");
      },
      [&](const BulkLine& line) -> Result<void> {
        problems.push_back(line.problem);
        return {};
      }));
  EXPECT_EQ(report.failed, 1);
  EXPECT_EQ(problems, (std::vector<std::string>{"", "somebody else was faster", ""}));
}

}  // namespace
}  // namespace prorata
