// A partner's year through the use cases: purchases by both plans, instalments, refunds, exchanges, refunds that the allowance cuts,
// credits that come late, in another currency, with another amount or not at all, notes and settlements. The books are what hledger
// accepts, its balances are ours, and everything that was written can be recomputed from the log.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "app/credit_notes.h"
#include "app/import_invoices.h"
#include "app/match_invoices.h"
#include "app/run_exchange.h"
#include "app/settlement_profile.h"
#include "app/statements.h"
#include "documents/credit_note_pdf.h"
#include "store/open.h"
#include "support/made_desk.h"
#include "wire/books_export.h"
#include "wire/csv.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ledger::Account;

class PartnerYear : public ::testing::Test {
 protected:
  PartnerYear() : seed_(seed_of_this_run()), random_(seed_), store_(must(store::open_store("memory:", {.create = true}))) {
    // Up to the cap csp-2020 pays, and cuts what is beyond: the year has both.
    desk_ = std::make_unique<MadeDesk>(*store_, std::vector<PolicyChoice>{{make_day(2020, 8, 6), "csp-2020", ""}});
    must(set_profile(app(), {.address = {{"Kajgatan 1"}},
                             .organisation_number = "556677-8899",
                             .vat_number = "SE556677889901",
                             .vat = {{.country = "SE", .rate = {25, 100}}},
                             .missing_days = 40}));
  }

  static unsigned seed_of_this_run() {
    const char* given = std::getenv("PRORATA_SEED");
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
  }
  App& app() { return desk_->app; }
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  CustomerId either() { return pick(2) == 0 ? desk_->nordvik : desk_->prairie; }

  void buy() {
    const BillingPlan plan = pick(2) == 0 ? BillingPlan::upfront : BillingPlan::monthly;
    bought_.push_back(desk_->buy({.customer = either(), .plan = plan, .quantity = 2 + pick(5)}).id);
  }

  // With units left to give.
  std::optional<Reservation> any_active() {
    for (int tries = 0; tries < 10 && !bought_.empty(); ++tries) {
      const Reservation r = desk_->read(bought_[static_cast<std::size_t>(pick(static_cast<int>(bought_.size())))]);
      if (r.state == ProvisioningState::succeeded && r.quantity > 0) return r;
    }
    return std::nullopt;
  }

  void give_back() {
    const std::optional<Reservation> r = any_active();
    if (!r) return;
    ReturnAsk ask = MadeDesk::returning(r->id, 1 + pick(static_cast<int>(r->quantity)));
    ask.accept_clip = true;
    const ReturnOutcome back = must(return_reservation(app(), ask));
    clipped_ += back.record.forfeited.is_zero() ? 0 : 1;
    if (!back.record.refund.is_zero()) waiting_.push_back(back.record);
  }

  void exchange() {
    const std::optional<Reservation> r = any_active();
    if (!r || r->plan == BillingPlan::monthly) return;
    const ExchangeAsk ask{.returns = {{r->id, 1}},
                          .purchases = {{.line = {.product = "", .sku = r->sku, .region = r->region, .term = Term{3}, .quantity = 1}}},
                          .approved = "request 8"};
    const Result<ExchangeOutcome> done = run_exchange(app(), {.ask = ask});
    if (!done) return;  // a policy may say no; nothing has happened then
    ++exchanged_;
    for (const ReturnState& state : must(desk_->look()->returns(r->customer, false)))
      if (state.returned.exchange == done->exchange.id.text() && !state.returned.refund.is_zero()) waiting_.push_back(state.returned);
  }

  // An invoice with most of what is waited for: as it was expected, in dollars, or a little less.
  void invoice(int month) {
    std::vector<InvoiceLine> lines;
    std::vector<ReturnRecord> late;
    for (const ReturnRecord& record : waiting_) {
      if (pick(4) == 0) {
        late.push_back(record);
        continue;
      }
      Money amount = record.refund;
      const int how = pick(5);
      if (how == 0 && amount.currency != Currency::usd()) amount = {amount.minor / 10, Currency::usd()};
      if (how == 1 && amount.minor > 100) amount.minor -= 100;
      lines.push_back({.invoice = fmt::format("G{}", month),
                       .customer = record.customer,
                       .order = record.order,
                       .charge = "cancelImmediate",
                       .quantity = record.quantity,
                       .amount = -amount,
                       .tax = Money::zero(amount.currency),
                       .from = day_of(desk_->now()),
                       .until = day_of(desk_->now()),
                       .state = LineState::open});
    }
    waiting_ = std::move(late);
    if (lines.empty()) return;
    InvoiceSurvey survey;
    must(survey.take(lines));
    InvoiceImport import = must(InvoiceImport::begin(app(), survey, {.file = "invoice.csv"}));
    must(import.take(lines));
    must(import.finish());
    must(match_invoice(app(), lines.front().invoice));
    decide(lines.front().invoice);
  }

  // A person takes what differs, and of what is ambiguous the first that is named.
  void decide(const std::string& number) {
    const Invoice invoice = *must(desk_->look()->invoice(number));
    for (const LineState state : {LineState::different, LineState::ambiguous})
      for (const InvoiceLine& line :
           must(desk_->look()->invoice_lines({.invoice = number, .revision = invoice.revision, .state = state})).items)
        for (const std::string& about : line.about)
          if (assign_line(app(), {.line = line_name(line), .returned = ReturnId::trusted(about), .accept_difference = true})) break;
  }

  void settle() {
    for (const CustomerId& customer : {desk_->nordvik, desk_->prairie}) {
      const Result<CreditNote> note = issue_credit_note(app(), {.customer = customer}, documents::credit_note_pdf);
      if (!note) continue;
      ++notes_;
      if (pick(5) == 0) {
        must(reverse_credit_note(app(), {.number = note->number, .reason = "address"}, documents::credit_note_pdf));
        ++notes_;
      } else if (pick(3) != 0) {
        must(settle_credit_note(app(), {.number = note->number, .method = pick(2) == 0 ? "bank" : "receivable", .reference = "pay"}));
      }
    }
  }

  void live_through_a_year() {
    for (int month = 1; month <= 12; ++month) {
      for (int i = pick(3); i >= 0; --i) buy();
      desk_->move_days(10);
      for (int i = pick(3); i > 0; --i) give_back();
      if (pick(2) == 0) exchange();
      desk_->move_days(15);
      invoice(month);
      must(note_missing(app()));
      settle();
      desk_->move_days(5);
    }
  }

  std::filesystem::path exported() {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / fmt::format("prorata-year-{}.journal", getpid());
    std::ofstream stream(file, std::ios::binary);
    const std::unique_ptr<Snapshot> snapshot = desk_->look();
    const std::unique_ptr<Snapshot> names = desk_->look();
    wire::BooksExport out(
        wire::BooksFormat::hledger,
        [&](std::string_view text) -> Result<void> {
          stream << text;
          return {};
        },
        [&](const CustomerId& id) { return (*names->customer(id))->name; });
    EXPECT_TRUE(out.begin());
    must(snapshot->entries({}, [&](const ledger::Entry& entry) { return out.add(entry).has_value(); }));
    EXPECT_TRUE(out.end());
    return file;
  }

  unsigned seed_;
  std::mt19937 random_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<MadeDesk> desk_;
  std::vector<ReservationId> bought_;
  std::vector<ReturnRecord> waiting_;
  int clipped_ = 0;
  int exchanged_ = 0;
  int notes_ = 0;
};

std::pair<int, std::string> run(const std::string& command) {
  std::FILE* pipe = popen(("LC_ALL=C.UTF-8 " + command + " 2>&1").c_str(), "r");
  std::string output;
  char piece[4096];
  while (const std::size_t got = std::fread(piece, 1, sizeof piece, pipe)) output.append(piece, got);
  return {pclose(pipe), output};
}

TEST_F(PartnerYear, TheBooksAreAcceptedAndAgreeWithOurs) {
  const std::string replay = fmt::format("replay with PRORATA_SEED={}", seed_);
  live_through_a_year();
  EXPECT_GT(notes_, 0) << replay;
  must(desk_->app.store.verify([](std::int64_t) {}));
  EXPECT_EQ(desk_->verified(), desk_->commits()) << replay;

  // What the provider still owes is what is still waited for, and what customers are owed is what nobody has settled.
  for (const CustomerId& customer : {desk_->nordvik, desk_->prairie}) {
    std::int64_t waited = 0;
    for (const CreditView& each : must(expected_credits(app(), {.customer = customer}))) waited += each.returned.refund.minor;
    EXPECT_EQ(desk_->balance(customer, Account::provider_credit_receivable), waited) << replay;
    std::int64_t owed = 0;
    for (const ReturnState& each : must(desk_->look()->returns(customer, true))) owed += owed_for(each.returned).minor;
    EXPECT_EQ(-desk_->balance(customer, Account::customer_credit_payable), owed) << replay;
  }
  std::vector<std::int64_t> numbers;
  for (const NoteView& each : must(credit_notes(app(), std::nullopt))) numbers.push_back(each.note.sequence);
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], static_cast<std::int64_t>(i + 1)) << replay;

  if (run("command -v hledger").first != 0) GTEST_SKIP() << "hledger is not installed; ./dev installs it";
  const std::filesystem::path file = exported();
  const auto [status, said] = run("hledger -f " + file.string() + " check --strict");
  EXPECT_EQ(status, 0) << said << replay;
  const auto [ran, balances] = run("hledger -f " + file.string() + " balance --flat --no-total --output-format csv --layout=bare");
  std::filesystem::remove(file);
  ASSERT_EQ(ran, 0) << balances;
  wire::TextBytes source(balances);
  wire::CsvReader csv(source, {{"account"}, {"commodity"}, {"balance"}});
  must(csv.read_header());
  std::map<std::pair<std::string, std::string>, std::string> theirs;
  while (const auto row = csv.next()) {
    const Money money = *parse_money((**row)->field(2), *Currency::parse((**row)->field(1)));
    if (!money.is_zero()) theirs[{std::string((**row)->field(0)), std::string((**row)->field(1))}] = to_string(money);
  }
  std::map<std::pair<std::string, std::string>, std::string> ours;
  for (const ledger::Balance& each : must(desk_->look()->balances(std::nullopt)))
    ours[{account_name(wire::BooksFormat::hledger, each.account, each.customer), std::string(each.currency.code())}] =
        to_string(Money{each.amount_minor, each.currency});
  EXPECT_EQ(theirs, ours) << replay;
}

}  // namespace
}  // namespace prorata
