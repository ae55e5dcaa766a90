// Mail, received by a real server that speaks SMTP with STARTTLS.
#include <algorithm>
#include <fstream>

#include "notified_desk.h"
#include "notify/message.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class Mail : public Notified {};
PRORATA_ON_EVERY_STORE(Mail);

TEST_P(Mail, ArrivesEncryptedInBothLanguagesPlainAndAsHtml) {
  MailServer server(files());
  mail_by(server);
  choosing("anna@partner.example", MailWhen::immediately);
  choosing("bo@partner.example", MailWhen::immediately);
  must(change_choices(app(), {.user = "bo@partner.example", .language = Language::swedish, .email = "bo.berg@mail.partner.example"}));
  happen(desk().nordvik);
  EXPECT_EQ(carry().delivered, 2);
  auto mails = server.mails();
  ASSERT_EQ(mails.size(), 2u);
  std::ranges::sort(mails, {}, [](const ReceivedMail& each) { return each.to.front(); });
  EXPECT_EQ(mails[0].to, std::vector<std::string>{"anna@partner.example"});
  EXPECT_EQ(mails[1].to, std::vector<std::string>{"bo.berg@mail.partner.example"});
  for (const ReceivedMail& each : mails) {
    EXPECT_TRUE(each.encrypted);
    EXPECT_EQ(each.from, "desk@partner.example");
    EXPECT_EQ(each.header("From"), "Desk <desk@partner.example>");
    EXPECT_EQ(each.header("To"), each.to.front());
    EXPECT_TRUE(each.header("Content-Type").starts_with("multipart/alternative"));
    EXPECT_NE(each.part("text/html").find("<table>"), std::string::npos);
  }
  EXPECT_EQ(mails[0].header("Subject"), "Request 2603020010000001 for Nordvik: done");
  EXPECT_NE(mails[0].part("text/plain").find("Customer: Nordvik"), std::string::npos) << mails[0].part("text/plain");
  EXPECT_TRUE(mails[1].header("Subject").starts_with("=?UTF-8?B?")) << mails[1].header("Subject");
  EXPECT_NE(mails[1].part("text/plain").find("Begäran 2603020010000001 för Nordvik: klar"), std::string::npos);
  EXPECT_NE(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

TEST_P(Mail, SignsInWithAPasswordFromAFileThatIsStoredNowhere) {
  const ScratchFolder folder;
  const std::string path = (std::filesystem::path(folder) / "password").string();
  std::ofstream(path) << "correct horse\n";
  MailServer server(files());
  mail_by(server, {.user = "desk", .password_file = path});
  choosing("anna@partner.example", MailWhen::immediately);
  happen(desk().nordvik);
  EXPECT_EQ(carry().delivered, 1);
  ASSERT_EQ(server.mails().size(), 1u);
  EXPECT_EQ(server.mails().front().user, "desk");
  EXPECT_EQ(server.mails().front().password, "correct horse");
  for (const AuditRecord& record : desk().audit()) EXPECT_EQ((record.rows + record.note.after).find("correct horse"), std::string::npos);
  must(change_notify_settings(app(), {.password_file = path + ".gone"}));
  happen(desk().nordvik, 2);
  EXPECT_EQ(carry().failed, 1);
  EXPECT_NE(deliveries(DeliveryState::waiting).front().problem.find("cannot be read"), std::string::npos);
}

TEST_P(Mail, IsNeverSentInTheClearWhereTlsIsAskedFor) {
  MailServer server(files());
  server.offers_tls = false;
  mail_by(server);
  choosing("anna@partner.example", MailWhen::immediately);
  happen(desk().nordvik);
  EXPECT_EQ(carry().failed, 1);
  EXPECT_TRUE(server.mails().empty());
  must(change_notify_settings(app(), {.without_tls = true}));
  desk().clock.pass_seconds(60);
  EXPECT_EQ(carry().delivered, 1) << "to this machine it may be";
  EXPECT_FALSE(server.mails().front().encrypted);
  expect_failed(change_notify_settings(app(), {.smtp = "mail.elsewhere.example:25"}), Code::invalid_argument, "another machine");
}

TEST_P(Mail, ThatTheServerTookWithoutSayingSoComesAgainUnderTheSameMessageId) {
  MailServer server(files());
  mail_by(server);
  server.refuses_after_data = true;
  choosing("anna@partner.example", MailWhen::immediately);
  happen(desk().nordvik);
  EXPECT_EQ(carry().failed, 1);
  server.refuses_after_data = false;
  desk().clock.pass_seconds(60);
  EXPECT_EQ(carry().delivered, 1);
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
  EXPECT_FALSE(mails[0].header("Message-ID").empty());
}

TEST_P(Mail, AServerThatIsDownHoldsUpNoWebhookAndNothingIsLost) {
  std::uint16_t nobody = 0;
  {
    HookServer gone;
    nobody = gone.port();
  }
  HookServer hooks;
  hook(hooks.url());
  must(change_notify_settings(
      app(), {.smtp = fmt::format("127.0.0.1:{}", nobody), .from = "desk@partner.example", .authority = files().authority.string()}));
  choosing("anna@partner.example", MailWhen::immediately);
  for (int i = 1; i <= 3; ++i) happen(desk().nordvik, i);
  const notify::Carried carried = carry();
  EXPECT_EQ(carried.delivered, 3);
  EXPECT_EQ(carried.failed, 1) << "after one that failed the others are not tried";
  EXPECT_EQ(hooks.posts().size(), 3u);
  MailServer server(files());
  mail_by(server);
  desk().clock.pass_seconds(60);
  EXPECT_EQ(carry().delivered, 3);
  EXPECT_EQ(server.mails().size(), 3u);
}

TEST_P(Mail, AServerThatHangsIsGivenUp) {
  MailServer server(files());
  server.hangs = true;
  mail_by(server);
  choosing("anna@partner.example", MailWhen::immediately);
  happen(desk().nordvik);
  EXPECT_EQ(carry(impatient()).failed, 1);
  EXPECT_EQ(deliveries().front().state, DeliveryState::waiting);
}

TEST_P(Mail, WaitsUntilItIsSetUpWithoutCountingAttempts) {
  choosing("anna@partner.example", MailWhen::immediately);
  happen(desk().nordvik);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(carry().delivered, 0);
    desk().clock.pass_seconds(3'600);
  }
  EXPECT_EQ(deliveries().front().attempts, 0);
  EXPECT_NE(deliveries().front().problem.find("mail set"), std::string::npos);
  MailServer server(files());
  mail_by(server);
  EXPECT_EQ(carry().delivered, 1);
}

TEST_P(Mail, FollowsEveryUsersChoiceAndWhatTheyMaySee) {
  MailServer server(files());
  mail_by(server);
  choosing("all@partner.example", MailWhen::immediately);
  choosing("none@partner.example", MailWhen::none);
  choosing("credits@partner.example", MailWhen::immediately);
  must(change_choices(app(), {.user = "credits@partner.example", .kinds = std::vector<std::string>{"credit"}}));
  choosing("of.prairie@partner.example", MailWhen::immediately, {.customer = desk().prairie});
  happen(desk().nordvik, 1);
  happen(
      {{"credit.missing", fmt::format(R"({{"customer":"{}","invoice":"G1","amount":"1.00","currency":"SEK"}})", desk().nordvik.text())}});
  happen({{"whole.desk", "{}"}});
  happen(desk().prairie, 2);
  carry();
  std::map<std::string, int> got;
  for (const ReceivedMail& each : server.mails()) ++got[each.to.front()];
  EXPECT_EQ(got,
            (std::map<std::string, int>{{"all@partner.example", 4}, {"credits@partner.example", 1}, {"of.prairie@partner.example", 1}}));
}

TEST_P(Mail, OfADayIsOneWithALineAnEventOnceTheDayIsOver) {
  MailServer server(files());
  mail_by(server);
  choosing("anna@partner.example", MailWhen::daily);
  happen(desk().prairie, 1);
  happen(desk().nordvik, 2);
  happen(desk().nordvik, 3);
  EXPECT_EQ(carry().delivered, 0);
  EXPECT_EQ(deliveries(DeliveryState::gathered).size(), 3u);
  desk().move_days(1);
  server.refuses_after_data = true;
  EXPECT_GE(carry().failed, 1);
  server.refuses_after_data = false;
  desk().clock.pass_seconds(60);
  EXPECT_EQ(carry().delivered, 3);
  const auto mails = server.mails();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
  EXPECT_EQ(mails[1].header("Subject"), "3 events of the day");
  const std::string plain = mails[1].part("text/plain");
  const std::size_t nordvik = plain.find("\r\nNordvik\r\n");
  const std::size_t prairie = plain.find("\r\nPrairie\r\n");
  ASSERT_TRUE(nordvik != std::string::npos && prairie != std::string::npos) << plain;
  EXPECT_LT(nordvik, prairie);
  EXPECT_EQ(carry().delivered, 0);
}

// ---- never to a customer ---------------------------------------------------------------------------------------------------------------

// Every kind of event that there is, and one that there is not, with addresses of customers in every member that could hold one.
std::vector<OutboxItem> every_kind(const CustomerId& customer) {
  std::vector<OutboxItem> items;
  for (const char* kind :
       {"request.changed", "credit.missing", "credit.different", "credit.matched", "credit.overdue", "reservation.expiring",
        "reservation.renewal_window", "allowance.nearly_used", "allowance.back", "utilization.low", "notify.test", "odd.kind"})
    items.push_back(
        {kind, fmt::format(R"({{"customer":"{}","actor":"boss@nordvik.example","email":"boss@nordvik.example",)"
                           R"("to":"boss@nordvik.example","contact":"cc@nordvik.example","additional_emails":["cc@nordvik.example"]}})",
                           customer.text())});
  items.push_back({"broken", "boss@nordvik.example"});
  return items;
}

TEST_P(Mail, NoMessageEverGoesToACustomersAddress) {
  MailServer server(files());
  mail_by(server);
  Customer nordvik = *must(desk().look()->customer(desk().nordvik));
  nordvik.domain = "nordvik.example";
  Changes changes{.audit = note("domain")};
  changes.customers.push_back(nordvik);
  support::SupportRequest ticket{
      .name = "ticket-1",
      .number = support::number_of(make_day(2026, 3, 2), 1),
      .customer = desk().nordvik,
      .title = "Refund",
      .service = id<ServiceId>(1),
      .classification = id<ClassificationId>(1),
      .contact = {.first_name = "B", .last_name = "O", .email = "boss@nordvik.example", .additional_emails = {"cc@nordvik.example"}}};
  changes.support_requests.push_back(ticket);
  must(app().store.commit(std::move(changes)));

  choosing("anna@partner.example", MailWhen::immediately);
  choosing("dagny@partner.example", MailWhen::daily);
  // A customer's own user cannot choose mail ...
  user("boss@nordvik.example", {.customer = desk().nordvik, .of_customer = true});
  user("boss@elsewhere.example", {.customer = desk().nordvik, .of_customer = true});
  for (const char* name : {"boss@nordvik.example", "boss@elsewhere.example"})
    expect_failed(change_choices(app(), {.user = name, .when = MailWhen::immediately}), Code::refused, "belongs to a customer");
  // ... and nobody of the partner can have it sent to a customer's domain, or below it.
  for (const char* address : {"x@nordvik.example", "x@NORDVIK.example", "x@mail.nordvik.example"})
    expect_failed(change_choices(app(), {.user = "anna@partner.example", .email = address}), Code::refused, "an address of Nordvik");

  // Whatever else wrote the rows: choices of customers' users, addresses of customers, of a customer's user elsewhere, and of the disabled.
  const auto forced = [&](int n, std::string name, std::string email, bool of_customer, bool disabled, MailWhen when) {
    User u{.id = id<PrincipalId>(9'000 + n),
           .name = std::move(name),
           .password_hash = "$argon2id$the-hash",
           .roles = {access::Standing::global_admin}};
    u.email = std::move(email);
    u.of_customer = of_customer;
    if (of_customer) u.customer = desk().nordvik;
    u.disabled = disabled;
    u.notify.when = when;
    return u;
  };
  Changes rows{.audit = note("forced")};
  int n = 0;
  for (const MailWhen when : {MailWhen::immediately, MailWhen::daily}) {
    rows.users.push_back(forced(++n, fmt::format("c{}@other.example", n), "", true, false, when));
    rows.users.push_back(forced(++n, fmt::format("p{}@partner.example", n), "sly@nordvik.example", false, false, when));
    rows.users.push_back(forced(++n, fmt::format("p{}@partner.example", n), "sly@deep.mail.Nordvik.example", false, false, when));
    rows.users.push_back(forced(++n, fmt::format("p{}@partner.example", n), "BOSS@elsewhere.example", false, false, when));
    rows.users.push_back(forced(++n, fmt::format("p{}@nordvik.example", n), "", false, false, when));
    rows.users.push_back(forced(++n, fmt::format("gone{}@partner.example", n), "", false, true, when));
  }
  must(app().store.commit(std::move(rows)));

  for (const CustomerId& customer : {desk().nordvik, desk().prairie}) happen(every_kind(customer));
  carry();
  // A delivery that was made for somebody who belongs to a customer since then goes nowhere either.
  user("turned@partner.example");
  must(change_choices(app(), {.user = "turned@partner.example", .when = MailWhen::immediately}));
  happen(every_kind(desk().nordvik));
  must(notify::hand_out(app()));
  User turned = *must(desk().look()->user_named("turned@partner.example"));
  turned.of_customer = true;
  turned.customer = desk().nordvik;
  Changes turn{.audit = note("turned")};
  turn.users.push_back(turned);
  must(app().store.commit(std::move(turn)));
  carry();
  desk().move_days(2);
  carry();

  const std::set<std::string> may = {"anna@partner.example", "dagny@partner.example"};
  std::set<std::string> got;
  for (const ReceivedMail& each : server.mails()) {
    for (const std::string& to : each.to) got.insert(to);
    EXPECT_EQ(each.header("To"), each.to.front());
    EXPECT_EQ(each.bytes.find("\r\nCc:"), std::string::npos);
    EXPECT_EQ(each.bytes.find("\r\nBcc:"), std::string::npos);
  }
  EXPECT_EQ(got, may);
  for (const Delivery& each : deliveries(DeliveryState::dead)) EXPECT_NE(each.problem.find("belongs to a customer"), std::string::npos);
}

}  // namespace
}  // namespace prorata
