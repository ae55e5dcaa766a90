#include "wire/stored.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace prorata::wire {
namespace {

template <class I>
I some(int n) {
  std::string text = "01970000-0000-7000-8000-000000000000";
  text.replace(34, 2, std::to_string(10 + n));
  return *I::parse(text);
}

Reservation sample() {
  Reservation r;
  r.id = some<ReservationId>(1);
  r.order = some<OrderId>(2);
  r.customer = some<CustomerId>(3);
  r.revision = 7;
  r.name = "web \"å\"\n";
  r.product = "VirtualMachines";
  r.sku = "Standard_D2s_v3";
  r.region = "westeurope";
  r.quantity = 3;
  r.original_quantity = 5;
  r.term = Term{3};
  r.plan = BillingPlan::monthly;
  r.purchased = r.benefit_start = r.updated = *parse_instant("2024-01-31T04:23:12.3497675Z");
  r.expiry = expiry_of(r.benefit_start, r.term);
  r.state = ProvisioningState::pending;
  r.status = StatusInfo{"Pending", "busy"};
  r.operation = "exchange";
  r.scope = *make_scope(ScopeType::single, "/subscriptions/x", "Test");
  r.instance_flexibility = false;
  r.archived = r.renew = r.transferred_in = true;
  r.renewal = RenewalTerms{"Standard_D4s_v3", 2, Term{1}, BillingPlan::upfront};
  r.lineage.split_source = some<ReservationId>(4);
  r.lineage.merge_sources = {some<ReservationId>(5), some<ReservationId>(6)};
  r.lineage.renewed_into = some<ReservationId>(7);
  r.usage = Usage::used;
  r.billing_scope = "/subscriptions/y";
  r.schedule =
      on_day(make_schedule(r.plan, r.term, day_of(r.benefit_start), {100'003, *Currency::parse("SEK")}, Money{9'001, Currency::usd()}),
             make_day(2024, 6, 1));
  r.customer_price = Money{110'003, *Currency::parse("SEK")};
  return r;
}

template <class T>
void round_trip(const T& value) {
  JsonReader reader;
  const std::string body = encode(value);
  const auto back = decode<T>(reader, body);
  ASSERT_TRUE(back) << body << back.error().text();
  EXPECT_EQ(encode(*back), body);
  if constexpr (requires { *back == value; }) EXPECT_TRUE(*back == value) << body;
}

TEST(Stored, EveryValueComesBackTheSame) {
  const Currency sek = *Currency::parse("SEK");
  const Money amount{-123, sek};
  round_trip(sample());
  round_trip(Revision{some<ReservationId>(1), 3, Instant{5}, "anna", "split", sample()});
  round_trip(Desk{.partner = "P",
                  .policies = {{make_day(2026, 1, 1), "csp-2020", "refund"}},
                  .sandbox = true,
                  .frozen_at = Instant{9},
                  .clock_offset_ticks = -4,
                  .hold_days = 3});
  round_trip(Customer{.id = some<CustomerId>(1),
                      .name = "N",
                      .domain = "d.example",
                      .country = "SE",
                      .currency = sek,
                      .offer = OfferType::customer_agreement,
                      .reseller = some<ResellerId>(2),
                      .subscriptions = {{some<SubscriptionId>(3), "prod", {"web", "db"}, "mg"}},
                      .management_groups = {"mg"},
                      .price_ratio = {11, 10},
                      .handling_rate = {2, 100}});
  round_trip(Order{.id = some<OrderId>(1),
                   .customer = some<CustomerId>(2),
                   .name = "o",
                   .original_quantity = 3,
                   .schedule = sample().schedule,
                   .reservations = {some<ReservationId>(4)}});
  round_trip(Hold{.id = some<HoldId>(1),
                  .customer = some<CustomerId>(2),
                  .refund = amount,
                  .cancelled = amount,
                  .state = HoldState::used,
                  .reference = "r"});
  round_trip(Quote{some<QuoteId>(1), some<CustomerId>(2), some<ReservationId>(3), 2, Instant{8}, "csp-2020", "f|p"});
  round_trip(ReturnRecord{.id = some<ReturnId>(1),
                          .customer = some<CustomerId>(2),
                          .order = some<OrderId>(3),
                          .reservation = some<ReservationId>(4),
                          .quantity = 1,
                          .paid = amount,
                          .consumed = amount,
                          .credit = amount,
                          .fee = amount,
                          .refund = amount,
                          .forfeited = amount,
                          .remaining_commitment = amount,
                          .pricing_refund = amount,
                          .pricing_cancelled = amount,
                          .customer_credit = amount,
                          .handling = amount,
                          .counts = false,
                          .exchange = "x"});
  round_trip(Settlement{some<ReturnId>(1), some<CustomerId>(2), Instant{3}, make_day(2026, 2, 28), amount, "bank", "ref", "anna"});
  round_trip(Exchange{.id = some<ExchangeId>(1),
                      .customer = some<CustomerId>(2),
                      .state = ExchangeState::pending_refunds,
                      .returns = {{.reservation = some<ReservationId>(3),
                                   .quantity = 1,
                                   .credit = amount,
                                   .remaining_commitment = amount,
                                   .order = some<OrderId>(4),
                                   .plan = BillingPlan::monthly,
                                   .completed_payments = 1,
                                   .total_payments = 12,
                                   .total_paid = amount}},
                      .purchases = {{.order = some<OrderId>(4),
                                     .reservation = some<ReservationId>(5),
                                     .sku = "s",
                                     .quantity = 2,
                                     .price = amount,
                                     .pricing_price = amount,
                                     .billing_scope = "/subscriptions/x"}},
                      .refunds_total = amount,
                      .purchases_total = amount,
                      .net_payable = amount});
  round_trip(ledger::Entry::make({.id = some<EntryId>(1), .customer = some<CustomerId>(2), .currency = sek, .memo = "m"},
                                 {{ledger::Account::bank, 5}, {ledger::Account::margin, -5}}));
  round_trip(Reseller{some<ResellerId>(1), "R"});
  round_trip(PriceRow{"VirtualMachines", "s", "r", Term{5}, make_day(2026, 1, 1), amount});
  round_trip(FlexibilityRatio{"g", "s", {288, 10}});
  round_trip(Desk{.partner = "P", .sandbox = true, .channel = policy::Channel::self_service, .lag_seconds = 5});
  round_trip(Client{.id = some<ClientId>(1),
                    .name = "ci",
                    .object = some<PrincipalId>(2),
                    .tenant = "t",
                    .secret_hash = "$argon2id$",
                    .roles = {access::Standing::admin_agent, access::Standing::sales_agent},
                    .reseller = some<ResellerId>(3),
                    .customer = some<CustomerId>(4),
                    .of_customer = true,
                    .created = Instant{5},
                    .revoked = Instant{6}});
  round_trip(User{.id = some<PrincipalId>(1),
                  .name = "anna@partner.example",
                  .display = "Anna",
                  .password_hash = "$argon2id$",
                  .roles = {access::Standing::global_admin},
                  .may_buy = true,
                  .disabled = true,
                  .created = Instant{5}});
  round_trip(
      User{.id = some<PrincipalId>(1),
           .name = "anna@partner.example",
           .password_hash = "$argon2id$",
           .created = Instant{5},
           .email = "a@partner.example",
           .notify = {.when = MailWhen::daily, .language = Language::swedish, .kinds = {"credit", "request.changed"}, .since_place = 7}});
  round_trip(Webhook{.id = some<WebhookId>(1),
                     .url = "https://hooks.partner.example/",
                     .allow_private = true,
                     .secret = "s",
                     .kinds = {"credit"},
                     .customer = some<CustomerId>(2),
                     .created = Instant{3},
                     .created_by = "anna",
                     .since_place = 4,
                     .removed = Instant{5}});
  round_trip(Delivery{.id = "e.t",
                      .event = "e",
                      .kind = "credit.missing",
                      .body = "{\"a\":\"\\\"\"}",
                      .customer = some<CustomerId>(1),
                      .channel = Channel::digest,
                      .target = "t",
                      .batch = "t/2026-03-02",
                      .event_at = Instant{1},
                      .created = Instant{2},
                      .state = DeliveryState::dead,
                      .due = Instant{3},
                      .attempts = 4,
                      .problem = "answered 500",
                      .ended = Instant{5}});
  round_trip(NotifySettings{.smtp_host = "mail.partner.example",
                            .smtp_port = 25,
                            .smtp_user = "desk",
                            .password_file = "/etc/prorata/password",
                            .authority = "/etc/prorata/ca.pem",
                            .from = "Desk <desk@partner.example>",
                            .without_tls = true,
                            .low_utilization_percent = 70,
                            .allowance_percent = 90,
                            .credit_days = 30});
  round_trip(prorata::Progress{.name = "overview", .place = 7, .day = make_day(2028, 2, 29), .at = Instant{4}, .after = "a\nb"});
  round_trip(Alert{"reservation.expiring/x/2027-03-02/90", Instant{6}});
  round_trip(CustomerOverview{.customer = some<CustomerId>(1),
                              .name = "Nordvik",
                              .reseller = some<ResellerId>(2),
                              .currency = *Currency::parse("SEK"),
                              .day = make_day(2026, 3, 2),
                              .reservations = 9,
                              .expiring_30 = 1,
                              .expiring_60 = 2,
                              .expiring_90 = 3,
                              .badly_used = 4,
                              .refundable = 5,
                              .refundable_minor = 6,
                              .refundable_usd_minor = 7,
                              .price_unknown = 8,
                              .open_requests = 10,
                              .provider_credit_minor = 11,
                              .customer_credit_minor = -12,
                              .allowance_used_minor = 13,
                              .allowance_held_minor = 14,
                              .allowance_free_minor = 15});
  round_trip(SigningKeyRow{.kid = "k", .pem = "-----BEGIN", .created = Instant{7}});
  round_trip(access::RoleAssignment{.id = some<RoleAssignmentId>(1),
                                    .scope = access::scope_of(some<OrderId>(2), some<ReservationId>(3)),
                                    .role = some<RoleDefinitionId>(4),
                                    .principal = some<PrincipalId>(5),
                                    .principal_type = access::PrincipalType::service_principal,
                                    .description = "d",
                                    .created = Instant{6},
                                    .updated = Instant{7},
                                    .created_by = "x",
                                    .updated_by = "y"});
  round_trip(support::SupportRequest{
      .name = "Refund-1",
      .number = "2611240010000001",
      .customer = some<CustomerId>(1),
      .subscription = some<SubscriptionId>(2),
      .title = "t",
      .description = "d",
      .severity = support::Severity::moderate,
      .status = support::Status::closed,
      .service = some<ServiceId>(3),
      .classification = some<ClassificationId>(4),
      .contact = {.first_name = "A",
                  .last_name = "B",
                  .method = support::ContactMethod::phone,
                  .email = "a@b.example",
                  .additional_emails = {"c@d.example"},
                  .phone = "1",
                  .time_zone = "UTC",
                  .country = "SWE",
                  .language = "sv-SE"},
      .service_level = {Instant{8}, Instant{9}, 240},
      .diagnostic_consent = support::Consent::yes,
      .problem_start = Instant{10},
      .filed_by = "anna",
      .created = Instant{11},
      .modified = Instant{12},
      .thread = {
          {.name = "m", .direction = support::Direction::inbound, .sender = "s", .subject = "u", .body = "b", .created = Instant{13}}}});
  round_trip(Operation{.id = some<OperationId>(1),
                       .kind = "refund",
                       .customer = some<CustomerId>(2),
                       .resource = "/providers/x",
                       .started = Instant{3},
                       .ready = Instant{4},
                       .state = "Succeeded",
                       .answer = R"({"a":"\n"})",
                       .error = "{}"});
  round_trip(
      support::FileWorkspace{.name = "w",
                             .customer = some<CustomerId>(2),
                             .subscription = some<SubscriptionId>(3),
                             .created = Instant{4},
                             .expires = Instant{5},
                             .files = {{.name = "f", .created = Instant{6}, .size = 7, .chunk_size = 4, .chunks = 2, .received = {0, 1}}}});
  round_trip(support::FileChunk{.workspace = "w", .file = "f", .index = 1, .content = "QQ=="});
  round_trip(UsageImport{.path = "/in/a.csv",
                         .digest = "d",
                         .at = Instant{6},
                         .actor = "anna",
                         .dialect = "hourly",
                         .rows = 5,
                         .kept = 3,
                         .estimated = 1,
                         .skipped = 1,
                         .refused = 1,
                         .from = utilization::Hour{7},
                         .until = utilization::Hour{9},
                         .gave = {{some<CustomerId>(2), make_day(2026, 3, 1), 3}},
                         .replaced = true});
  round_trip(ReservationMonth{
      .reservation = some<ReservationId>(1),
      .customer = some<CustomerId>(2),
      .month = make_day(2026, 3, 1),
      .revision = "r",
      .days = {{make_day(2026, 3, 2), 24, 9, 8, 2, {1}, {5'000}, {10'000}}},
      .windows = MonthWindows{{9}, std::nullopt, utilization::Percent{5}, utilization::Percent{6}, utilization::Trend::up}});
  round_trip(CustomerMonth{.customer = some<CustomerId>(2),
                           .month = make_day(2026, 3, 1),
                           .revision = "r",
                           .first = utilization::Hour{7},
                           .watermark = utilization::Hour{9},
                           .gap_days = 1,
                           .estimated_days = 2,
                           .used_uh = 5,
                           .uncovered = {{"size", "region", 4}}});
  round_trip(AgreedPrice{.id = some<OrderId>(1),
                         .customer = some<CustomerId>(2),
                         .line = {.sku = "s", .region = "r", .term = Term{3}, .plan = BillingPlan::monthly, .quantity = 4, .renew = true},
                         .billing = amount,
                         .pricing = amount,
                         .as_of = Instant{5}});
  round_trip(ExchangeRate{make_day(2026, 1, 1), sek, Currency::usd(), {95, 1000}});
}

TEST(Stored, AScheduleOfThreeYearsIsShort) {
  const std::string text = encode_schedule(sample().schedule);
  EXPECT_LT(text.size(), 160u) << text;
}

TEST(Stored, RefusesWhatItDidNotWrite) {
  for (const std::string_view text :
       {"", "2024", "2024-01-31=", "2024-01-31=SEK;", "2024-01-31=SEK;2024-01-31*0:5s", "2024-01-31=SEK;2024-01-31*1:5x",
        "2024-01-31=SEK;2024-01-31*1:s", "2024-01-31=SEK;2024-01-31*99999999:5s"})
    EXPECT_FALSE(decode_schedule(text)) << text;
  JsonReader reader;
  EXPECT_EQ(decode<Reservation>(reader, "{}").error().code, Code::storage_corrupt);
}

RC_GTEST_PROP(StoredProperty, SchedulesComeBackTheSame, ()) {
  Schedule schedule{.observed = Day{*rc::gen::inRange(0, 30'000)}};
  Day due{*rc::gen::inRange(0, 30'000)};
  const auto count = *rc::gen::inRange(0, 40);
  for (int i = 0; i < count; ++i) {
    schedule.payments.push_back(
        {.due = due,
         .billing = {*rc::gen::element<std::int64_t>(100, 101, kMinorMax), *Currency::parse("SEK")},
         .pricing = *rc::gen::element(std::optional<Money>(), std::optional<Money>(Money{7, Currency::usd()})),
         .status = *rc::gen::element(PaymentStatus::scheduled, PaymentStatus::succeeded, PaymentStatus::failed, PaymentStatus::cancelled)});
    due = *rc::gen::element(0, 1) == 0 ? add_months(due, 1) : add_days(due, 3);
  }
  RC_ASSERT(*decode_schedule(encode_schedule(schedule)) == schedule);
}

}  // namespace
}  // namespace prorata::wire
