#include "support/support_request.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace prorata::support {
namespace {

const Instant kNow = *parse_instant("2024-05-10T19:01:55Z");  // a Friday
const Instant kLater = *parse_instant("2024-05-10T19:03:14Z");

ContactChange contact() {
  return {.first_name = "Anna",
          .last_name = "Öberg",
          .method = ContactMethod::email,
          .email = "anna@partner.example",
          .time_zone = "W. Europe Standard Time",
          .country = "swe",
          .language = "en-us"};
}

NewRequest asked() {
  return {.name = "refund-17",
          .customer = *CustomerId::parse("c0000000-0000-4000-8000-000000000001"),
          .title = "Refund of 5 units",
          .description = "Reservation ab97..., order 73e6...",
          .severity = Severity::minimal,
          .service = "/providers/Microsoft.Support/services/517F2DA6-78fd-0498-4e22-ad26996b1dfc",
          .classification = "Reservation Management / Exchanges and Refunds",
          .contact = contact(),
          .filed_by = "anna@partner.example"};
}

SupportRequest made() { return *create_request(asked(), number_of(day_of(kNow), 3340), kNow); }

TEST(CreateRequest, FillsInWhatFollows) {
  const SupportRequest request = made();
  EXPECT_EQ(request.number, "2405100010003340");
  EXPECT_EQ(request.status, Status::open);
  EXPECT_EQ(request.service.text(), kBilling);
  EXPECT_EQ(request.classification.text(), kExchangesAndRefunds);
  EXPECT_EQ(request.contact.country, "SWE");
  EXPECT_EQ(request.contact.language, "en-US") << "answers spell it like this";
  EXPECT_EQ(request.created, kNow);
  EXPECT_EQ(request.modified, kNow);
  EXPECT_TRUE(request.thread.empty());
}

// Each row breaks one thing and the answer names it.
TEST(CreateRequest, NamesTheFieldItRefuses) {
  struct Row {
    std::string_view field;
    std::function<void(NewRequest&)> breaks;
  };
  for (const Row& row : std::vector<Row>{
           {"name", [](NewRequest& r) { r.name = "12345"; }},
           {"name", [](NewRequest& r) { r.name.clear(); }},
           {"serviceId", [](NewRequest& r) { r.service = "/providers/Microsoft.Support/services/nobody"; }},
           {"title", [](NewRequest& r) { r.title = "  "; }},
           {"title", [](NewRequest& r) { r.title = std::string(251, 'x'); }},
           {"description", [](NewRequest& r) { r.description.clear(); }},
           {"problemClassificationId", [](NewRequest& r) { r.classification = "Nothing / At all"; }},
           {"problemClassificationId", [](NewRequest& r) { r.service = "Subscription management"; }},
           {"contactDetails.firstName", [](NewRequest& r) { r.contact.first_name.reset(); }},
           {"contactDetails.lastName", [](NewRequest& r) { r.contact.last_name = "two\nlines"; }},
           {"contactDetails.primaryEmailAddress", [](NewRequest& r) { r.contact.email.reset(); }},
           {"contactDetails.primaryEmailAddress", [](NewRequest& r) { r.contact.email = "anna"; }},
           {"contactDetails.additionalEmailAddresses",
            [](NewRequest& r) { r.contact.additional_emails = {"bo@partner.example", "x y@z.se"}; }},
           {"contactDetails.phoneNumber", [](NewRequest& r) { r.contact.method = ContactMethod::phone; }},
           {"contactDetails.phoneNumber", [](NewRequest& r) { r.contact.phone = "call me"; }},
           {"contactDetails.preferredTimeZone", [](NewRequest& r) { r.contact.time_zone.reset(); }},
           {"contactDetails.preferredTimeZone", [](NewRequest& r) { r.contact.time_zone = "W. Europe\r\nX: y"; }},
           {"contactDetails.country", [](NewRequest& r) { r.contact.country = "SE"; }},
           {"contactDetails.country", [](NewRequest& r) { r.contact.country = "XXX"; }},
           {"contactDetails.preferredSupportLanguage", [](NewRequest& r) { r.contact.language = "tlh"; }},
       }) {
    NewRequest request = asked();
    row.breaks(request);
    const Result<SupportRequest> refused = create_request(request, "1", kNow);
    ASSERT_FALSE(refused) << row.field;
    EXPECT_EQ(refused.error().code, Code::invalid_argument);
    EXPECT_EQ(refused.error().place, row.field) << refused.error().message;
    EXPECT_FALSE(refused.error().message.empty());
  }
}

TEST(ServiceLevel, FollowsTheSeverityAndWeekends) {
  struct Row {
    Severity severity;
    std::string_view start, expiration;
    int minutes;
  };
  for (const Row& row : {Row{Severity::minimal, "2024-05-10T19:01:55Z", "2024-05-13T03:01:55Z", 480},
                         Row{Severity::minimal, "2024-05-08T01:00:00Z", "2024-05-08T09:00:00Z", 480},
                         Row{Severity::minimal, "2024-05-11T12:00:00Z", "2024-05-13T08:00:00Z", 480},
                         Row{Severity::minimal, "1969-12-26T20:00:00Z", "1969-12-29T04:00:00Z", 480},
                         Row{Severity::moderate, "2024-05-10T19:03:19Z", "2024-05-10T23:03:19Z", 240},
                         Row{Severity::critical, "2024-05-11T12:00:00Z", "2024-05-11T13:00:00Z", 60},
                         Row{Severity::highest_critical_impact, "2024-05-11T12:00:00Z", "2024-05-11T12:15:00Z", 15}}) {
    NewRequest request = asked();
    request.severity = row.severity;
    const ServiceLevel level = create_request(request, "1", *parse_instant(row.start))->service_level;
    EXPECT_EQ(to_string(level.start), row.start);
    EXPECT_EQ(to_string(level.expiration), row.expiration);
    EXPECT_EQ(level.minutes, row.minutes);
  }
}

TEST(UpdateRequest, ChangesWhatIsGivenAndLeavesTheRest) {
  const SupportRequest before = made();
  const SupportRequest after = *update_request(
      before, {.severity = Severity::moderate, .contact = ContactChange{.method = ContactMethod::phone, .phone = "123-456-7890"}}, kLater);
  EXPECT_EQ(after.severity, Severity::moderate);
  EXPECT_EQ(after.service_level.minutes, 240);
  EXPECT_EQ(after.service_level.start, kLater);
  EXPECT_EQ(after.contact.method, ContactMethod::phone);
  EXPECT_EQ(after.contact.phone, "123-456-7890");
  EXPECT_EQ(after.contact.email, before.contact.email);
  EXPECT_EQ(after.modified, kLater);
  EXPECT_EQ(after.created, kNow);
  EXPECT_EQ(update_request(before, {.diagnostic_consent = Consent::yes}, kLater)->diagnostic_consent, Consent::yes);
}

TEST(UpdateRequest, NamesTheFieldItRefuses) {
  const Result<SupportRequest> phone = update_request(made(), {.contact = ContactChange{.method = ContactMethod::phone}}, kLater);
  ASSERT_FALSE(phone);
  EXPECT_EQ(phone.error().place, "contactDetails.phoneNumber");
  const Result<SupportRequest> updating = update_request(made(), {.status = Status::updating}, kLater);
  ASSERT_FALSE(updating);
  EXPECT_EQ(updating.error().place, "status");
}

TEST(UpdateRequest, ClosesOnceAndOpensAgain) {
  const SupportRequest closed = *close_request(made(), kLater);
  EXPECT_EQ(closed.status, Status::closed);
  EXPECT_EQ(*close_request(closed, add_seconds(kLater, 60)), closed) << "closed twice is closed, and nothing moved";

  const Result<SupportRequest> changed_while_closed = update_request(closed, {.severity = Severity::critical}, kLater);
  ASSERT_FALSE(changed_while_closed);
  EXPECT_EQ(changed_while_closed.error().code, Code::conflict);
  EXPECT_FALSE(add_communication(closed, {.name = "more", .sender = "a@b.se", .subject = "s", .body = "b"}, kLater));

  const SupportRequest open = *update_request(closed, {.severity = Severity::critical, .status = Status::open}, kLater);
  EXPECT_EQ(open.status, Status::open);
  EXPECT_EQ(open.severity, Severity::critical);
}

TEST(UpdateRequest, WaitsForTheOperator) {
  SupportRequest request = made();
  request.status = Status::updating;
  for (const RequestChange& change : {RequestChange{.severity = Severity::critical}, RequestChange{.status = Status::closed}}) {
    const Result<SupportRequest> refused = update_request(request, change, kLater);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::conflict);
  }
}

TEST(AddCommunication, AppendsWithTheTrackingId) {
  const SupportRequest request =
      *add_communication(made(), {.name = "more", .sender = "anna@partner.example", .subject = "More facts", .body = "Both ids."}, kLater);
  ASSERT_EQ(request.thread.size(), 1U);
  EXPECT_EQ(request.thread[0].subject, "More facts - TrackingID#2405100010003340");
  EXPECT_EQ(request.thread[0].direction, Direction::outbound);
  EXPECT_EQ(request.thread[0].created, kLater);
  EXPECT_EQ(request.modified, kLater);
  EXPECT_EQ(find_communication(request, "MORE"), request.thread.data());
  EXPECT_EQ(find_communication(request, "other"), nullptr);
}

TEST(AddCommunication, NamesTheFieldItRefuses) {
  const NewCommunication good{.name = "more", .sender = "anna@partner.example", .subject = "s", .body = "b"};
  const SupportRequest request = *add_communication(made(), good, kLater);
  struct Row {
    std::string_view field;
    Code code;
    std::function<void(NewCommunication&)> breaks;
  };
  for (const Row& row : std::vector<Row>{
           {"name", Code::already_exists, [](NewCommunication& c) { c.name = "More"; }},
           {"name", Code::invalid_argument, [](NewCommunication& c) { c.name = "12345678-1234-1234-1234-123412341234"; }},
           {"name", Code::invalid_argument, [](NewCommunication& c) { c.name = "a/b"; }},
           {"sender", Code::invalid_argument,
            [](NewCommunication& c) {
              c.name = "x";
              c.sender = "anna";
            }},
           {"subject", Code::invalid_argument,
            [](NewCommunication& c) {
              c.name = "x";
              c.subject = " ";
            }},
           {"body", Code::invalid_argument,
            [](NewCommunication& c) {
              c.name = "x";
              c.body.clear();
            }},
       }) {
    NewCommunication asked_for = good;
    row.breaks(asked_for);
    const Result<SupportRequest> refused = add_communication(request, asked_for, kLater);
    ASSERT_FALSE(refused) << row.field;
    EXPECT_EQ(refused.error().code, row.code);
    EXPECT_EQ(refused.error().place, row.field);
  }
}

TEST(SubjectLine, KeepsFiftyCharacters) {
  EXPECT_EQ(subject_line("test subject for communication posted from azure python cli", "2405100010003340"),
            "test subject for communication posted from azur... - TrackingID#2405100010003340");
  EXPECT_EQ(subject_line(std::string(50, 'x'), "1"), std::string(50, 'x') + " - TrackingID#1");
  EXPECT_EQ(subject_line(std::string(51, 'x'), "1"), std::string(47, 'x') + "... - TrackingID#1");
  std::string long_swedish;
  for (int i = 0; i < 60; ++i) long_swedish += "å";
  const std::string line = subject_line(long_swedish, "1");
  EXPECT_EQ(line, long_swedish.substr(0, 94) + "... - TrackingID#1") << "47 characters of two bytes, none cut in half";
}

TEST(CheckRequestName, SpeaksLikeTheService) {
  EXPECT_TRUE(check_request_name("test_ticket_from_cli_000001", false).available);
  EXPECT_TRUE(check_request_name("12345x", false).available);
  EXPECT_TRUE(check_request_name("12345678-1234-1234-1234-123412341234", false).available) << "a GUID will do for a ticket";
  EXPECT_TRUE(check_request_name(std::string(255, 'x'), false).available);
  EXPECT_EQ(check_request_name("12345", false).message,
            "Name 12345 is invalid. The name cannot include: '<', '>', '%', '&', ':', '', '?', '/' or any control characters. It cannot be "
            "all digits and cannot start with 'tmp-'. The max length is 255 characters.");
  for (const std::string& name : {std::string(), std::string("tmp-1"), std::string("TMP-1"), std::string("a<b"), std::string("a>b"),
                                  std::string("a%b"), std::string("a&b"), std::string("a:b"), std::string("a\\b"), std::string("a?b"),
                                  std::string("a/b"), std::string("a\nb"), std::string("a\0b", 3), std::string(256, 'x')}) {
    const NameAnswer answer = check_request_name(name, false);
    EXPECT_FALSE(answer.available) << name;
    EXPECT_EQ(answer.reason, "Invalid");
  }
  const NameAnswer taken = check_request_name("mine", true);
  EXPECT_FALSE(taken.available);
  EXPECT_EQ(taken.reason, "Name is already in use");
  EXPECT_EQ(taken.message, "Name not available");
}

TEST(CheckCommunicationName, SpeaksLikeTheService) {
  EXPECT_TRUE(check_communication_name("test_communication_from_cli_000002", false).available);
  EXPECT_TRUE(check_communication_name("12345", false).available);
  EXPECT_EQ(check_communication_name("12345678-1234-1234-1234-123412341234", false).message,
            "Name 12345678-1234-1234-1234-123412341234 is invalid. The name cannot include: '<', '>', '%', '&', ':', '', '?', '/' or any "
            "control characters. It cannot be a Guid.");
  EXPECT_FALSE(check_communication_name("a?b", false).available);
  EXPECT_EQ(check_communication_name("more", true).reason, "Name is already in use");
}

TEST(Words, AreReadInAnyLetterCaseAndAnsweredInTheirOwn) {
  EXPECT_EQ(*parse_word<Severity>("highestcriticalimpact", "a severity"), Severity::highest_critical_impact);
  EXPECT_EQ(prorata::to_string(Severity::highest_critical_impact), "HighestCriticalImpact");
  EXPECT_EQ(*parse_word<Status>("closed", "a status"), Status::closed);
  EXPECT_EQ(*parse_word<ContactMethod>("phone", "a contact method"), ContactMethod::phone);
  EXPECT_EQ(prorata::to_string(ContactMethod::phone), "Phone");
  EXPECT_FALSE(parse_word<Consent>("perhaps", "a consent"));
}

TEST(Services, HaveDistinctProperIdsAndAreFoundByEveryName) {
  std::set<std::string_view> ids;
  for (const Service& service : services()) {
    EXPECT_EQ(ServiceId::parse(service.id)->text(), service.id);
    EXPECT_TRUE(ids.insert(service.id).second);
    EXPECT_EQ(find_service(service.id), &service);
    EXPECT_EQ(find_service(path_of(service)), &service);
    for (const Classification& each : service.classifications) {
      EXPECT_EQ(ClassificationId::parse(each.id)->text(), each.id);
      EXPECT_TRUE(ids.insert(each.id).second);
      EXPECT_EQ(find_classification(service, each.id), &each);
      EXPECT_EQ(find_classification(service, to_lower(path_of(service, each))), &each);
    }
  }
  EXPECT_EQ(find_service("billing")->id, kBilling);
  EXPECT_EQ(find_classification(*find_service("Billing"), kExchangesAndRefunds)->name, "Reservation Management / Exchanges and Refunds");
}

TEST(Contact, KnowsEmailsAndCountries) {
  for (const std::string_view good : {"a@b.se", "anna.o+refund@partner.example", "o'neil@x.y.z", "å@partner.example"})
    EXPECT_TRUE(is_email(good)) << good;
  for (const std::string_view bad :
       {"", "a", "@b.se", "a@", "a@b", "a@.se", "a@b.", "a@b..se", "a@@b.se", "a@b@c.se", "a b@c.se", "a@b.se\n", "<a@b.se>", "a,b@c.se"})
    EXPECT_FALSE(is_email(bad)) << bad;
  for (const std::string_view good : {"USA", "SWE", "ABW", "ZWE", "DEU"}) EXPECT_TRUE(is_country(good)) << good;
  for (const std::string_view bad : {"", "SE", "usa", "XXX", "W A", "WAF", "AFGX", " AF"}) EXPECT_FALSE(is_country(bad)) << bad;
}

}  // namespace
}  // namespace prorata::support
