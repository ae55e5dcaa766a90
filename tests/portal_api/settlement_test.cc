// Settlement through the portal's face: a return from its credit on an invoice to the customer's paper and payment, and everybody who may
// not.
#include "app/credit_notes.h"
#include "app/customer_terms.h"
#include "app/settlement_profile.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

using access::Standing;

class PortalSettlement : public PortalDesk {
 protected:
  void SetUp() override {
    PortalDesk::SetUp();
    must(set_profile(desk().app, {.address = {{"Kajgatan 1", "111 22 Stockholm"}},
                                  .organisation_number = "556677-8899",
                                  .vat_number = "SE556677889901",
                                  .country = "SE",
                                  .vat = {{.country = "SE", .rate = {25, 100}}}}));
  }
  // 2 of 5 units after 73 days: 58,400.00 SEK less the fee come back, on 14 May.
  ReturnRecord returned(const CustomerId& customer, std::int64_t quantity = 2) {
    const Reservation web = desk().buy({.customer = customer, .quantity = 5});
    desk().move_days(73);
    return desk().give_back(web.id, quantity);
  }
  struct Csv {
    std::string invoice = "G1";
    std::string day = "2026-05-14";
    std::string amount;
    std::string currency = "SEK";
  };
  static std::string row(const ReturnRecord& r, const Csv& csv) {
    return fmt::format("{},{},{},{},0,{},{},{},cancelImmediate\n", csv.invoice, r.customer.text(), r.order.text(),
                       csv.amount.empty() ? "-" + to_string(r.refund) : csv.amount, csv.currency, csv.day, r.quantity);
  }
  static std::string file(const std::string& rows) {
    return "InvoiceNumber,CustomerId,ReservationOrderId,Subtotal,TaxTotal,Currency,ChargeStartDate,Quantity,ChargeType\n" + rows;
  }
  Reply upload(const std::string& text, const PortalHeaders& headers = {}) {
    return client().post("/settlement/invoices?file=may.csv", text, headers);
  }
  Reply open() { return client().get("/settlement"); }
  static std::string by_hand(const std::string& line, const ReturnRecord& r, bool accept = false) {
    return fmt::format(R"({{"line":"{}","return":"{}","acceptDifference":{}}})", line, r.id.text(), accept);
  }
  static std::string note_for(const CustomerId& customer, std::string_view more = {}) {
    return fmt::format(R"({{"customer":"{}"{}}})", customer.text(), more);
  }
  void expect_balanced(const Reply& reply) {
    ASSERT_GT(reply.count("/ledger"), 0U);
    for (std::size_t i = 0; i < reply.count("/ledger"); ++i) {
      EXPECT_EQ(reply.at(fmt::format("/ledger/{}/total/amount", i)), "0.00");
      EXPECT_GT(reply.count(fmt::format("/ledger/{}/accounts", i)), 1U);
    }
  }
};
PRORATA_ON_EVERY_STORE(PortalSettlement);

TEST_P(PortalSettlement, a_return_goes_from_its_line_to_the_customers_payment) {
  const ReturnRecord r = returned(desk().nordvik);
  Reply list = open();
  EXPECT_EQ(list.at("/total"), "1");
  EXPECT_EQ(list.at("/rows/0/id"), r.id.text());
  EXPECT_EQ(list.at("/rows/0/state"), "waiting");
  EXPECT_EQ(list.at("/rows/0/customer/name"), "Nordvik");
  EXPECT_EQ(list.at("/rows/0/transaction/refund/amount"), to_string(r.refund));
  EXPECT_EQ(list.at("/rows/0/agreed"), "(absent)") << "it was returned without a request";
  EXPECT_EQ(list.at("/toNote"), "1");
  expect_balanced(list);

  const Reply taken = upload(file(row(r, {})));
  EXPECT_EQ(taken.status(), 200) << taken.response.body;
  EXPECT_EQ(taken.at("/invoices/0/news"), "added");
  EXPECT_EQ(taken.at("/invoices/0/counts/booked"), "1");
  list = open();
  EXPECT_EQ(list.at("/rows/0/state"), "matched");
  EXPECT_EQ(list.at("/rows/0/lines/0/name"), "G1/1");
  EXPECT_EQ(list.at("/rows/0/open"), "true") << "the customer has not been paid";
  EXPECT_EQ(list.at("/sums/0/arrived/amount"), to_string(r.refund));

  const Reply note = client().post("/credit-notes", note_for(desk().nordvik, R"(,"language":"sv","reference":"PO 7")"));
  EXPECT_EQ(note.status(), 201) << note.response.body;
  EXPECT_EQ(note.at("/number"), "CN-1");
  EXPECT_EQ(note.at("/net/amount"), to_string(owed_for(r)));
  EXPECT_EQ(note.at("/vat/rate"), "25 %");
  EXPECT_EQ(open().at("/rows/0/note"), "CN-1");
  EXPECT_EQ(open().at("/toNote"), "0");

  const Reply settled = client().post("/credit-notes/cn-1/settled", R"({"reference":"BG 4711"})");
  EXPECT_EQ(settled.at("/state"), "settled") << settled.response.body;
  EXPECT_EQ(settled.at("/settled/reference"), "BG 4711");
  EXPECT_EQ(open().at("/total"), "0");
  const Reply may = client().get("/settlement?month=2026-05");
  EXPECT_EQ(may.at("/total"), "1");
  EXPECT_EQ(may.at("/rows/0/open"), "false");
  EXPECT_EQ(may.at("/sums/0/settled/amount"), to_string(owed_for(r)));
  expect_balanced(may);
  EXPECT_EQ(client().get("/settlement?month=2026-04").at("/total"), "0");
  desk().verified();
}

TEST_P(PortalSettlement, a_bad_line_is_named_by_its_place_and_the_rest_goes_on) {
  const ReturnRecord r = returned(desk().nordvik);
  const std::string text = file("G1,not-a-guid,x,abc,0,SEK,2026-05-14,1,new\n" + row(r, {}));
  const Reply taken = upload(text);
  EXPECT_EQ(taken.status(), 200);
  EXPECT_EQ(taken.at("/refused"), "1");
  EXPECT_NE(taken.at("/refusals/0/place").find("line 2"), std::string::npos) << taken.response.body;
  EXPECT_NE(taken.at("/refusals/0/place").find("column"), std::string::npos) << taken.response.body;
  EXPECT_EQ(taken.at("/invoices/0/counts/booked"), "1");
  expect_problem(upload("Meter,Quantity\nx,1\n"), 400, "invalid_data");
  expect_problem(upload("  \n"), 400, "invalid_data", "empty");
}

TEST_P(PortalSettlement, the_same_file_twice_changes_nothing) {
  const ReturnRecord r = returned(desk().nordvik);
  const PortalHeaders key = {{"Idempotency-Key", "upload 1"}};
  const std::string text = file(row(r, {}));
  EXPECT_EQ(upload(text, key).at("/nothingNew"), "false");
  const std::int64_t commits = desk().commits();
  EXPECT_EQ(upload(text, key).at("/nothingNew"), "true");
  EXPECT_EQ(upload(text).at("/invoices/0/news"), "unchanged");
  EXPECT_EQ(desk().commits(), commits);
  expect_problem(upload(file(row(r, {.invoice = "G2"})), key), 409, "key_reused");
  EXPECT_EQ(client().get("/settlement/invoices").count("/rows"), 1U);
}

TEST_P(PortalSettlement, an_amount_that_is_off_waits_for_a_persons_word) {
  const ReturnRecord r = returned(desk().nordvik);
  const Money less = r.refund - Money{3, r.refund.currency};
  upload(file(row(r, {.amount = "-" + to_string(less)})));
  const Reply list = client().get("/settlement?state=off");
  EXPECT_EQ(list.at("/rows/0/credit/difference/amount"), "-0.03") << list.response.body;
  EXPECT_EQ(list.at("/rows/0/open"), "true");
  expect_problem(client().post("/settlement/matches", by_hand("G1/1", r)), 400, "invalid_argument", "were expected");
  const PortalHeaders key = {{"Idempotency-Key", "word 1"}};
  const Reply matched = client().post("/settlement/matches", by_hand("G1/1", r, true), key);
  EXPECT_EQ(matched.status(), 200) << matched.response.body;
  EXPECT_EQ(matched.at("/credit/state"), "arrived");
  EXPECT_EQ(matched.at("/state"), "off") << "it says for ever that it was";
  const std::int64_t commits = desk().commits();
  EXPECT_EQ(client().post("/settlement/matches", by_hand("G1/1", r, true), key).status(), 200);
  EXPECT_EQ(desk().commits(), commits) << "a double click books once";
  EXPECT_EQ(desk().balance(desk().nordvik, ledger::Account::provider_credit_receivable), 0);
}

TEST_P(PortalSettlement, where_a_credit_stands_is_told_apart) {
  const ReturnRecord late = returned(desk().nordvik, 1);
  const ReturnRecord other = returned(desk().prairie, 1);
  // In the month of the purchase, where such credits are often posted; in another currency; and one that nobody asked for.
  upload(file(
      row(late, {.invoice = "G1", .day = "2026-03-05"}) +
      row(other, {.invoice = "G2",
                  .day = "2026-07-26",
                  .amount = fmt::format("-{}", to_string(Money{other.refund.minor * 10, late.refund.currency}))}) +
      fmt::format("G2,{},{},-12.00,0,USD,2026-07-26,1,cancelImmediate\n", desk().prairie.text(), "aaaaaaaa-0000-4000-8000-000000000077")));
  const auto state_of = [&](const std::string& id) {
    return client().get("/settlement?case=" + http::percent_encode(id)).at("/rows/0/state");
  };
  EXPECT_EQ(state_of(late.id.text()), "other_month");
  EXPECT_EQ(client().get("/settlement?case=" + late.id.text()).at("/rows/0/inPurchaseMonth"), "true");
  EXPECT_EQ(state_of(other.id.text()), "other_currency");
  const Reply alone = client().get("/settlement?state=unrequested");
  EXPECT_EQ(alone.at("/total"), "1") << alone.response.body;
  EXPECT_EQ(alone.at("/rows/0/lines/0/amount/amount"), "-12.00");
  EXPECT_EQ(alone.at("/states/all"), "3") << "counts are of all states";
  EXPECT_EQ(client().get("/settlement?month=2026-07&state=unrequested").at("/total"), "1");
  EXPECT_EQ(client().get("/settlement?month=2026-05&state=unrequested").at("/total"), "0");
}

TEST_P(PortalSettlement, a_credit_is_missing_on_the_day_that_the_settings_say_and_no_sooner) {
  returned(desk().nordvik);
  desk().move_days(44);
  EXPECT_EQ(open().at("/rows/0/state"), "waiting");
  EXPECT_EQ(open().at("/rows/0/missingFrom"), "2026-06-28");
  desk().move_days(1);
  EXPECT_EQ(open().at("/rows/0/state"), "missing");
}

TEST_P(PortalSettlement, two_lines_of_one_amount_are_a_persons_to_tell_apart) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 4});
  desk().move_days(73);
  const ReturnRecord one = desk().give_back(web.id, 1);
  const ReturnRecord two = desk().give_back(web.id, 1);
  upload(file(row(one, {})));
  const Reply list = client().get("/settlement?state=ambiguous");
  EXPECT_EQ(list.at("/total"), "2") << list.response.body;
  EXPECT_EQ(list.at("/rows/0/lines/0/name"), "G1/1");
  EXPECT_EQ(client().post("/settlement/matches", by_hand("G1/1", two)).at("/state"), "matched");
  EXPECT_EQ(client().get("/settlement?case=" + one.id.text()).at("/rows/0/state"), "waiting");
  expect_problem(client().post("/settlement/matches", by_hand("G1/1", one)), 409, "refused", "already");
}

TEST_P(PortalSettlement, a_note_is_what_its_preview_was_and_a_preview_takes_no_number) {
  const ReturnRecord r = returned(desk().nordvik);
  const std::string ask = fmt::format("customer={}&language=sv&returns={}", desk().nordvik.text(), r.id.text());
  const Reply seen = client().get("/credit-notes/preview?" + ask);
  EXPECT_EQ(seen.status(), 200) << seen.response.body;
  EXPECT_EQ(seen.at("/notArrived/0"), r.id.text()) << "it is said that the provider has not paid";
  EXPECT_EQ(seen.at("/fromProvider/amount"), to_string(r.refund));
  const Reply paper = client().get("/credit-notes/preview/pdf?" + ask);
  EXPECT_EQ(paper.response.content_type, "application/pdf");
  EXPECT_TRUE(paper.response.body.starts_with("%PDF"));
  const std::string total = seen.at("/total/amount");
  const auto agreeing = [&](std::string_view amount) {
    return note_for(desk().nordvik, fmt::format(R"(,"language":"sv","returns":["{}"],"agreedTotal":{{"amount":"{}","currency":"SEK"}})",
                                                r.id.text(), amount));
  };
  expect_problem(client().post("/credit-notes", agreeing("1.00")), 409, "stale_quote", "look at it again");
  const PortalHeaders key = {{"Idempotency-Key", "note 1"}};
  const Reply note = client().post("/credit-notes", agreeing(total), key);
  EXPECT_EQ(note.at("/number"), "CN-1") << note.response.body;
  for (const char* each :
       {"/net/amount", "/vatAmount/amount", "/total/amount", "/lines/0/text", "/lines/1/text", "/seller/vatNumber", "/language"})
    EXPECT_EQ(note.at(each), seen.at(each)) << each;
  EXPECT_EQ(client().post("/credit-notes", agreeing(total), key).at("/number"), "CN-1") << "a double click issues one";
  EXPECT_EQ(client().get("/credit-notes").at("/total"), "1");
  expect_problem(client().post("/credit-notes", note_for(desk().nordvik)), 409, "refused", "nothing is owed");
  EXPECT_TRUE(client().get("/credit-notes/CN-1/pdf").response.body.starts_with("%PDF"));
  EXPECT_EQ(client().get("/credit-notes/CN-1/pdf").header("Content-Disposition"), "inline; filename=\"CN-1.pdf\"");
}

TEST_P(PortalSettlement, a_note_is_reversed_with_a_reason_and_not_once_it_is_paid) {
  const ReturnRecord r = returned(desk().nordvik);
  client().post("/credit-notes", note_for(desk().nordvik));
  expect_problem(client().post("/credit-notes/CN-1/reversal", R"({"reason":"  "})"), 400, "invalid_argument", "why");
  const Reply back = client().post("/credit-notes/CN-1/reversal", R"({"reason":"wrong reference"})");
  EXPECT_EQ(back.at("/number"), "CN-2") << back.response.body;
  EXPECT_EQ(back.at("/reverses"), "CN-1");
  EXPECT_EQ(client().get("/credit-notes/CN-1").at("/state"), "reversed");
  EXPECT_EQ(client().get("/credit-notes/CN-1").at("/reversedBy"), "CN-2");
  EXPECT_EQ(open().at("/toNote"), "1") << "its return can stand on another";
  EXPECT_EQ(client().post("/credit-notes", note_for(desk().nordvik)).at("/number"), "CN-3");
  EXPECT_EQ(client().post("/settlement/cases/" + r.id.text() + "/settled", R"({"method":"receivable"})").at("/settled/method"),
            "receivable");
  expect_problem(client().post("/credit-notes/CN-3/reversal", R"({"reason":"late"})"), 409, "refused", "settled");
}

TEST_P(PortalSettlement, what_a_note_lacks_is_said) {
  must(set_terms(desk().app, {.customer = desk().nordvik, .country = "NO"}));
  returned(desk().nordvik);
  expect_problem(client().get("/credit-notes/preview?customer=" + desk().nordvik.text()), 409, "refused", "no VAT rule");
}

TEST_P(PortalSettlement, nobody_sees_or_does_more_than_their_part) {
  const ReturnRecord ours = returned(desk().nordvik);
  returned(desk().prairie);
  client().post("/credit-notes", note_for(desk().nordvik));
  const std::string pay = "/settlement/cases/" + ours.id.text() + "/settled";

  client().with_roles({Standing::helpdesk_agent});
  EXPECT_EQ(open().at("/total"), "2");
  expect_problem(client().post(pay, "{}"), 403, "forbidden");
  expect_problem(upload(file(row(ours, {}))), 403, "forbidden");
  expect_problem(client().post("/settlement/matches", by_hand("G1/1", ours)), 403, "forbidden");
  expect_problem(client().post("/credit-notes", note_for(desk().nordvik)), 403, "forbidden");
  expect_problem(client().post("/credit-notes/CN-1/settled", "{}"), 403, "forbidden");
  expect_problem(client().post("/credit-notes/CN-1/reversal", R"({"reason":"x"})"), 403, "forbidden");
  client().with_roles({Standing::user_management_admin});
  for (const char* each :
       {"/settlement", "/settlement/export", "/settlement/invoices", "/credit-notes", "/credit-notes/CN-1", "/credit-notes/CN-1/pdf"})
    expect_problem(client().get(each), 403, "forbidden");

  client().with_roles({Standing::admin_agent});
  client().caller.principal.customer = desk().prairie;  // one customer is all they see
  const Reply part = open();
  EXPECT_EQ(part.at("/total"), "1");
  EXPECT_EQ(part.at("/rows/0/customer/name"), "Prairie");
  expect_problem(client().get("/credit-notes/CN-1"), 404, "not_found");
  expect_problem(client().get("/credit-notes/CN-1/pdf"), 404, "not_found");
  expect_problem(client().post(pay, "{}"), 404, "not_found");
  expect_problem(client().post("/credit-notes", note_for(desk().nordvik)), 404, "not_found");
  expect_problem(client().get("/credit-notes/preview?customer=" + desk().nordvik.text()), 404, "not_found");
  expect_problem(client().get(fmt::format("/customers/{}/statement", desk().nordvik.text())), 404, "not_found");
  EXPECT_EQ(client().get("/credit-notes").at("/total"), "0");
  client().caller.principal.customer.reset();
  client().caller.principal.reseller = ResellerId::trusted("5e11e500-0000-4000-8000-000000000001");
  EXPECT_EQ(open().at("/total"), "0");
  EXPECT_EQ(open().at("/ledger"), "(absent)") << "the books of all are not theirs to see";
}

TEST_P(PortalSettlement, a_write_needs_its_key_and_a_known_shape) {
  const ReturnRecord r = returned(desk().nordvik);
  const std::string pay = "/settlement/cases/" + r.id.text() + "/settled";
  expect_problem(client().post(pay, "{}", {{"Idempotency-Key", ""}}), 428, "key_needed");
  EXPECT_EQ(client().post(pay, R"({"paidOn":"2026-13-01"})").at("/pointer"), "/paidOn");
  EXPECT_EQ(client().post(pay, R"({"method":"cash"})").at("/pointer"), "/method");
  EXPECT_EQ(client().post(pay, R"({"amount":"1.00"})").status(), 400);
  expect_problem(client().post(pay, R"({"paidOn":"2026-05-01"})"), 400, "invalid_argument", "not between");
  const PortalHeaders key = {{"Idempotency-Key", "pay 1"}};
  EXPECT_EQ(client().post(pay, R"({"reference":"a"})", key).at("/settled/reference"), "a");
  EXPECT_EQ(client().post(pay, R"({"reference":"a"})", key).at("/settled/reference"), "a");
  expect_problem(client().post(pay, R"({"reference":"b"})", key), 409, "key_reused");
  expect_problem(client().post(pay, R"({"reference":"b"})"), 409, "refused", "settled");
  EXPECT_EQ(desk().entries(desk().nordvik, "settlement").size(), 1u);
  expect_problem(client().get("/settlement?month=May"), 400, "invalid_argument", "2026-04");
}

TEST_P(PortalSettlement, a_table_for_a_spreadsheet_holds_no_formula) {
  Customer named = MadeDesk::customer(desk().prairie, "=cmd|' /C calc'!A0", Currency::usd(), {1, 1}, {0, 1});
  must(import_customers(desk().app, std::vector{named}, "test"));
  returned(desk().prairie);
  const Reply table = client().get("/settlement/export");
  EXPECT_EQ(table.response.content_type, "text/csv; charset=utf-8");
  EXPECT_NE(table.response.body.find("'=cmd"), std::string::npos) << table.response.body;
  EXPECT_EQ(table.response.body.find(",=cmd"), std::string::npos);
  EXPECT_NE(table.header("Content-Disposition").find("settlement-open.csv"), std::string::npos);
}

TEST_P(PortalSettlement, a_statement_is_the_customers_books_and_a_paper) {
  returned(desk().nordvik);
  const std::string at = fmt::format("/customers/{}/statement", desk().nordvik.text());
  const Reply may = client().get(at + "?from=2026-05-01&until=2026-06-01&lang=sv");
  EXPECT_EQ(may.at("/currency"), "SEK") << may.response.body;
  EXPECT_EQ(may.at("/opening/owes/amount"), "200750.00");
  EXPECT_EQ(may.count("/lines"), 2U);
  EXPECT_TRUE(may.at("/lines/0/text").starts_with("Återlämnat")) << may.at("/lines/0/text");
  EXPECT_EQ(may.at("/lines/1/balance/amount"), may.at("/closing/balance/amount"));
  EXPECT_EQ(client().get(at).at("/from"), "2026-04-01") << "the month before, where nothing is said";
  EXPECT_TRUE(client().get(at + "/pdf").response.body.starts_with("%PDF"));
  expect_problem(client().get(at + "?from=2026-05-01&until=2026-05-01"), 400, "invalid_argument", "no day");
}

}  // namespace
}  // namespace prorata::testing
