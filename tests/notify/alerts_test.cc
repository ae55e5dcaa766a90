// What time brings, raised in order and once, as a sandbox's clock moves.
#include "app/desk_overview.h"
#include "app/raise_alerts.h"
#include "app/usage_months.h"
#include "notified_desk.h"
#include "notify/event.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class Alerts : public Notified {
 protected:
  std::vector<notify::Event> raised(std::string_view kind = {}) {
    std::vector<notify::Event> out;
    for (const OutboxRow& row : must(desk().look()->outbox_after(0, 10'000)))
      if (kind.empty() || row.kind == kind) out.push_back(notify::read_event(row.id, row.kind, row.body, Instant{}));
    return out;
  }
};
PRORATA_ON_EVERY_STORE(Alerts);

TEST_P(Alerts, AYearPassesAndEveryTermSpeaksUpInOrderOnce) {
  desk().buy({.customer = desk().nordvik});
  desk().move_days(10);
  const Reservation renewing = desk().buy({.customer = desk().prairie});
  desk().change(renewing.id, "renewal", [](Reservation r, Instant now) { return set_renewal(std::move(r), true, std::nullopt, now); });
  desk().move_days(400);  // far past both ends in one go
  std::vector<std::string> said;
  Instant last;
  for (const notify::Event& each : raised()) {
    if (!each.kind.starts_with("reservation.")) continue;
    EXPECT_LE(last, each.at) << "in the order in which it came to be";
    last = each.at;
    if (said.size() < 9) said.push_back(fmt::format("{} {}", to_string(each.at).substr(0, 10), each.field("days")));
  }
  // Bought on 2026-03-02 and 2026-03-12, so they end on those days of 2027.
  EXPECT_EQ(said, (std::vector<std::string>{"2026-12-02 90", "2026-12-12 90", "2027-01-01 60", "2027-01-11 60", "2027-01-31 30",
                                            "2027-02-10 30", "2027-02-10 30", "2027-02-23 7", "2027-03-05 7"}));
  const std::size_t many = raised().size();
  desk().do_what_is_due();
  EXPECT_EQ(must(raise_alerts(app())), 0);
  EXPECT_EQ(raised().size(), many);
}

TEST_P(Alerts, ADayAtATimeRaisesTheSame) {
  desk().buy({.customer = desk().nordvik});
  for (int day = 0; day < 366; ++day) desk().move_days(1);
  EXPECT_EQ(raised("reservation.expiring").size(), 4u);
  const Result<std::int64_t> none = raise_alerts(app());
  EXPECT_EQ(must(none), 0);
}

TEST_P(Alerts, WhatWasReturnedMeanwhileSaysNothing) {
  const Reservation r = desk().buy({.customer = desk().nordvik});
  desk().move_days(20);
  desk().give_back(r.id, 1);
  desk().move_days(400);
  EXPECT_TRUE(raised("reservation.expiring").empty());
}

TEST_P(Alerts, AllowanceIsNearlyUsedAndComesBack) {
  desk().move_days(0);  // from here on
  const Reservation r = desk().buy({.customer = desk().prairie, .quantity = 15});
  desk().give_back(r.id, 12);  // 43,800.00 of 50,000.00 USD
  desk().do_what_is_due();
  const auto nearly = raised("allowance.nearly_used");
  ASSERT_EQ(nearly.size(), 1u);
  EXPECT_EQ(nearly[0].field("limit"), "50000.00");
  EXPECT_EQ(nearly[0].field("customer"), desk().prairie.text());
  desk().do_what_is_due();
  EXPECT_EQ(raised("allowance.nearly_used").size(), 1u);
  const Instant before = add_seconds(desk().now(), 365 * 86'400 - 1);
  desk().move_to(before);
  EXPECT_TRUE(raised("allowance.back").empty());
  desk().move_to(add_seconds(before, 1));
  const auto back = raised("allowance.back");
  ASSERT_EQ(back.size(), 1u);
  EXPECT_EQ(back[0].field("amount"), nearly[0].field("amount"));
  EXPECT_EQ(back[0].field("free"), "50000.00");
}

TEST_P(Alerts, ACreditThatDoesNotComeIsOverdueOnce) {
  must(change_notify_settings(app(), {.credit_days = 30}));
  desk().move_days(0);
  const Reservation r = desk().buy({.customer = desk().nordvik, .quantity = 2});
  desk().give_back(r.id, 1);
  const ReturnRecord paid = desk().give_back(r.id, 1);
  must(receive_credit(app(), {paid.id, "G1", false}));
  desk().move_days(29);
  EXPECT_TRUE(raised("credit.overdue").empty());
  desk().move_days(1);
  ASSERT_EQ(raised("credit.overdue").size(), 1u) << "one has arrived";
  EXPECT_EQ(raised("credit.overdue").front().field("days"), "30");
  desk().move_days(100);
  EXPECT_EQ(raised("credit.overdue").size(), 1u);
}

TEST_P(Alerts, LowUtilizationOnceAReservationWindowAndMonth) {
  const Reservation r = desk().buy({.customer = desk().nordvik});
  const auto used = [&](std::int32_t days_7, std::int32_t days_30) {
    Changes changes{.audit = {.at = desk().now(), .actor = "anna", .action = "utilization.run", .customer = desk().nordvik.text()}};
    changes.reservation_months.push_back({.reservation = r.id,
                                          .customer = desk().nordvik,
                                          .month = month_of(day_of(desk().now())),
                                          .revision = "r",
                                          .windows = MonthWindows{.watermark = {day_of(desk().now()).since_epoch * 24},
                                                                  .days_7 = utilization::Percent{days_7},
                                                                  .days_30 = utilization::Percent{days_30}}});
    must(app().store.commit(std::move(changes)));
    must(refresh_overview(app(), {}));
  };
  used(8'000, 9'000);
  EXPECT_TRUE(raised("utilization.low").empty());
  used(7'999, 9'000);
  ASSERT_EQ(raised("utilization.low").size(), 1u);
  EXPECT_EQ(raised("utilization.low").front().field("percent"), "79.99");
  used(5'000, 7'000);
  EXPECT_EQ(raised("utilization.low").size(), 2u) << "now over 30 days too";
  EXPECT_EQ(must(desk().look()->customer_overview(desk().nordvik))->badly_used, 1);
  desk().move_days(31);
  used(5'000, 7'000);
  EXPECT_EQ(raised("utilization.low").size(), 4u) << "another month";
}

TEST_P(Alerts, ReachWhoChoseThemAsMailDoes) {
  MailServer server(files());
  mail_by(server);
  choosing("anna@partner.example", MailWhen::immediately);
  desk().buy({.customer = desk().nordvik});
  desk().move_days(275);
  EXPECT_EQ(carry().delivered, 1);
  const std::string plain = server.mails().front().part("text/plain");
  EXPECT_NE(plain.find("of Nordvik expires in 90 days, on 2027-03-02"), std::string::npos) << plain;
}

}  // namespace
}  // namespace prorata
