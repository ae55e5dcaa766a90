// Settlement, buying and the audit trail through the portal's face: every role x every route that has a right of its own, compared with the
// rows of the desk's rules, which stand here a second time. Beside it tests/arm/role_matrix_test.cc, which holds the rules themselves.
#include <array>

#include "app/credit_notes.h"
#include "app/settlement_profile.h"
#include "documents/credit_note_pdf.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

using access::Standing;

// Columns: admin agent, global admin, helpdesk agent, sales agent, user management admin, nobody's role, a customer's own user. 'y' goes
// on.
struct Asked {
  const char* what;
  http::Method method;
  std::string target;
  std::string body;
  const char* who;
};

class PortalRoleMatrix : public PortalDesk {
 protected:
  void SetUp() override {
    PortalDesk::SetUp();
    must(set_profile(desk().app, {.address = {{"Kajgatan 1"}},
                                  .organisation_number = "556677-8899",
                                  .vat_number = "SE556677889901",
                                  .country = "SE",
                                  .vat = {{.country = "SE", .rate = {25, 100}}}}));
    const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
    desk().move_days(40);
    noted_ = desk().give_back(web.id, 1);
    must(issue_credit_note(desk().app, {.customer = desk().nordvik}, documents::credit_note_pdf));
    open_ = desk().give_back(web.id, 1);
  }

  std::vector<Asked> everything() const {
    const std::string nordvik = desk_nordvik();
    const auto get = http::Method::get;
    const auto post = http::Method::post;
    const std::string file = fmt::format(
        "InvoiceNumber,CustomerId,ReservationOrderId,Subtotal,TaxTotal,Currency,ChargeStartDate,Quantity,ChargeType\nG1,{},{},-{},0,SEK,"
        "2026-04-11,"
        "1,cancelImmediate\n",
        nordvik, open_.order.text(), to_string(open_.refund - sek(1)));
    return {
        {"settlement", get, "/settlement", "", "yyyy---"},
        {"its table", get, "/settlement/export", "", "yyyy---"},
        {"invoices", get, "/settlement/invoices", "", "yyyy---"},
        {"a note", get, "/credit-notes/CN-1", "", "yyyy---"},
        {"its paper", get, "/credit-notes/CN-1/pdf", "", "yyyy---"},
        {"a preview", get, "/credit-notes/preview?customer=" + nordvik, "", "yyyy---"},
        {"a statement", get, "/customers/" + nordvik + "/statement", "", "yyyy---"},
        {"an invoice comes in", post, "/settlement/invoices", file, "yy-----"},
        {"a match by hand", post, "/settlement/matches",
         fmt::format(R"({{"line":"G1/1","return":"{}","acceptDifference":true}})", open_.id.text()), "yy-----"},
        {"a note is reversed", post, "/credit-notes/CN-1/reversal", R"({"reason":"x"})", "yy-----"},
        {"a note is issued", post, "/credit-notes", fmt::format(R"({{"customer":"{}","returns":["{}"]}})", nordvik, open_.id.text()),
         "yy-----"},
        {"a return is settled", post, "/settlement/cases/" + noted_.id.text() + "/settled", "{}", "yy-----"},
        {"a note is settled", post, "/credit-notes/CN-3/settled", "{}", "yy-----"},
        {"buying is allowed", http::Method::put, "/customers/" + nordvik + "/buying", R"({"allowed":true})", "y------"},
        {"the chain is verified", get, "/audit/verification", "", "yy-----"},
    };
  }
  std::string desk_nordvik() const { return "c0000000-0000-4000-8000-000000000001"; }

  void become(std::size_t column) {
    client().with_roles(column < 5 ? std::vector{static_cast<Standing>(column)} : std::vector<Standing>());
    client().caller.principal.of_customer = column == 6;
    client().caller.principal.customer = column == 6 ? std::optional(desk().nordvik) : std::nullopt;
  }

  ReturnRecord noted_;
  ReturnRecord open_;
};
PRORATA_ON_EVERY_STORE(PortalRoleMatrix);

TEST_P(PortalRoleMatrix, money_goes_by_the_table) {
  for (const Asked& each : everything()) {
    // Those who may not come first, so that nothing of what they asked is there when somebody may.
    for (const char wanted : {'-', 'y'})
      for (std::size_t column = 0; column < 7; ++column) {
        if (each.who[column] != wanted) continue;
        become(column);
        const std::int64_t commits = desk().commits();
        const Reply reply = client().send(each.method, each.target, each.body, {});
        if (wanted == '-') {
          EXPECT_EQ(reply.status(), 403) << each.what << " as column " << column << ": " << reply.response.body;
          EXPECT_EQ(desk().commits(), commits) << each.what << " as column " << column;
          continue;
        }
        // A second one who may finds it done already, and is told so.
        const bool done = reply.status() < 300 || reply.at("/code") == "refused";
        EXPECT_TRUE(done) << each.what << " as column " << column << ": " << reply.response.body;
      }
  }
  EXPECT_EQ(desk().balance(desk().nordvik, ledger::Account::customer_credit_payable), 0) << "in the end everything was paid";
  EXPECT_TRUE(must(desk().look()->customer(desk().nordvik))->may_buy);
}

}  // namespace
}  // namespace prorata::testing
