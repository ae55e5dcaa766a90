// The books of a made-up year, exported and read by the programs they are made for: each must accept them under its strictest check
// and come to our balances, to the minor unit.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "books/balances.h"
#include "books/books.h"
#include "books/customer_price.h"
#include "wire/books_export.h"
#include "wire/csv.h"

namespace prorata {
namespace {

using books::Event;
using ledger::Entry;
using wire::BooksFormat;

constexpr const char* kHostileNames[] = {
    "Åkesson & Söner AB",
    "顧客; ; x  ; y | z",
    "\"Quoted\" \\ back\nassets:forged  1000000 SEK",
    "=cmd|' /C calc'!A0",
    "* (code) ! 2026-01-01 [2020-02-02] date:2030-01-01, {1 SEK} @@ 3",
    "\xFF\xFE bad bytes \xE2\x80\xAE turned",
};

// A desk's year from a seed: every kind of event, customers of three currencies, names and memos that mean harm.
class Year {
 public:
  explicit Year(unsigned seed) : random_(seed) {
    for (int customer = 0; customer < kCustomers; ++customer)
      for (int bought = 0; bought < 8; ++bought) live_through(customer);
  }

  const std::vector<Entry>& entries() const { return entries_; }
  static std::string name_of(const CustomerId& customer) {
    return kHostileNames[static_cast<std::size_t>(customer.text().back() - '0') % std::size(kHostileNames)];
  }

 private:
  static constexpr int kCustomers = 6;

  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  void keep(std::vector<Entry> more) { std::ranges::move(more, std::back_inserter(entries_)); }

  void live_through(int customer) {
    const Currency currency = *Currency::parse(std::to_array({"SEK", "JPY", "KWD"})[static_cast<std::size_t>(customer % 3)]);
    const books::NextId ids = [this] { return EntryId::trusted(fmt::format("entry-{}", ++last_id_)); };
    const Day start = add_days(make_day(2025, 1, 1), pick(200));
    const BillingPlan plan = pick(2) == 0 ? BillingPlan::upfront : BillingPlan::monthly;
    const Money cost{1 + pick(90'000'000), currency};
    const Money price = scale(cost, {90 + pick(40), 100}, Rounding::half_away);
    Event event{.at = start_of(start),
                .customer = CustomerId::trusted(fmt::format("0a0a0a0a-0000-4000-8000-00000000000{}", customer)),
                .group = fmt::format("group {}", last_id_),
                .reservation = fmt::format("reservation-{}", last_id_),
                .memo = pick(3) == 0 ? kHostileNames[pick(std::size(kHostileNames))] : ""};

    const Schedule schedule = on_day(make_schedule(plan, Term{1}, start, cost, std::nullopt), start);
    keep(books::write_purchase(event, {schedule, price}, ids));
    const Schedule later = on_day(schedule, add_days(start, 1 + pick(150)));
    keep(books::write_instalments(event, schedule, later, price, ids));

    event.at = add_seconds(start_of(later.observed), pick(86'400));
    event.reference = "ticket | 7; \"x\"";
    const Money refund = scale(later.payments[0].billing, {pick(101), 100}, Rounding::half_away);
    const Money credit = books::customer_credit_of(refund, cost, price);
    const Money handling = books::handling_charge(credit, {pick(10), 100});
    if (pick(4) == 0) {
      const books::ExchangeReturn returned[] = {{event.reservation, {refund, credit}}};
      const books::ExchangePurchase bought[] = {{"new-reservation", {schedule, price}}};
      keep(books::write_exchange(event, returned, bought, ids));
    } else {
      keep(books::write_return(event, {refund, credit}, ids));
      keep(books::write_handling(event, handling, ids));
    }
    if (pick(2) == 0) keep(books::write_provider_credit(event, refund, books::ProviderCreditTo::bank, ids));
    if (pick(2) == 0) keep(books::write_settlement(event, credit, books::SettledBy::receivable, ids));
    if (pick(5) == 0) keep({books::reversal(entries_.back(), event.at, "undone", ids)});
  }

  std::mt19937 random_;
  int last_id_ = 0;
  std::vector<Entry> entries_;
};

unsigned seed_of_this_run() {
  const char* given = std::getenv("PRORATA_SEED");
  return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
}

// Account and currency to an amount as text; zeros are left out.
using AmountTexts = std::map<std::pair<std::string, std::string>, std::string>;

AmountTexts our_balances(BooksFormat format, const std::vector<Entry>& entries) {
  books::Balances balances;
  for (const Entry& entry : entries) balances.add(entry);
  AmountTexts texts;
  for (const ledger::Balance& row : balances.all())
    texts[{account_name(format, row.account, row.customer), std::string(row.currency.code())}] =
        to_string(Money{row.amount_minor, row.currency});
  return texts;
}

void put(AmountTexts& texts, std::string_view account, std::string_view currency, std::string_view amount) {
  const auto money = parse_money(trim(amount), *Currency::parse(trim(currency)));
  ASSERT_TRUE(money) << amount << " " << currency;
  if (!money->is_zero()) texts[{std::string(trim(account)), std::string(trim(currency))}] = to_string(*money);
}

struct Ran {
  int status = 0;
  std::string output;
};

Ran run(const std::string& command) {
  FILE* pipe = popen(("LC_ALL=C.UTF-8 " + command + " 2>&1").c_str(), "r");
  Ran ran;
  char piece[4096];
  while (const std::size_t got = std::fread(piece, 1, sizeof piece, pipe)) ran.output.append(piece, got);
  ran.status = pclose(pipe);
  return ran;
}

class BooksExported : public testing::Test {
 public:
  ~BooksExported() override { std::filesystem::remove_all(folder_); }

 protected:
  BooksExported() : seed_(seed_of_this_run()), year_(seed_) { RecordProperty("seed", static_cast<int>(seed_)); }

  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "prorata-books-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

  std::string exported(BooksFormat format) {
    const std::filesystem::path file = folder_ / std::string(to_string(format));
    std::ofstream stream(file, std::ios::binary);
    wire::BooksExport out(
        format,
        [&](std::string_view text) -> Result<void> {
          stream << text;
          return {};
        },
        Year::name_of);
    EXPECT_TRUE(out.begin());
    for (const Entry& entry : year_.entries()) EXPECT_TRUE(out.add(entry));
    EXPECT_TRUE(out.end());
    return file.string();
  }

  std::string replay() const { return fmt::format("replay with PRORATA_SEED={}", seed_); }

  unsigned seed_;
  Year year_;
  std::filesystem::path folder_;
};

#define SKIP_WITHOUT(program) \
  if (run("command -v " program).status != 0) GTEST_SKIP() << program " is not installed; ./dev installs it"

TEST_F(BooksExported, HledgerAcceptsThemAndAgrees) {
  SKIP_WITHOUT("hledger");
  const std::string file = exported(BooksFormat::hledger);
  const Ran check = run("hledger -f " + file + " check --strict");
  ASSERT_EQ(check.status, 0) << check.output << replay();

  const Ran balance = run("hledger -f " + file + " balance --flat --no-total --output-format csv --layout=bare");
  ASSERT_EQ(balance.status, 0) << balance.output;
  wire::TextBytes source(balance.output);
  wire::CsvReader csv(source, {{"account"}, {"commodity"}, {"balance"}});
  ASSERT_TRUE(csv.read_header());
  AmountTexts theirs;
  while (const auto row = csv.next()) put(theirs, (**row)->field(0), (**row)->field(1), (**row)->field(2));
  EXPECT_EQ(theirs, our_balances(BooksFormat::hledger, year_.entries())) << replay();
}

TEST_F(BooksExported, LedgerAcceptsThemAndAgrees) {
  SKIP_WITHOUT("ledger");
  const std::string file = exported(BooksFormat::ledger);
  AmountTexts theirs;
  for (const char* currency : {"SEK", "JPY", "KWD"}) {
    const Ran balance =
        run(fmt::format("ledger --args-only -f {} --pedantic balance --flat --no-total --limit 'commodity == \"{}\"'"
                        " --balance-format '%(account)\t%(quantity(display_total))\n'",
                        file, currency));
    ASSERT_EQ(balance.status, 0) << balance.output << replay();
    std::istringstream lines(balance.output);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t tab = line.find('\t');
      ASSERT_NE(tab, std::string::npos) << line;
      put(theirs, line.substr(0, tab), currency, line.substr(tab + 1));
    }
  }
  EXPECT_EQ(theirs, our_balances(BooksFormat::ledger, year_.entries())) << replay();
}

TEST_F(BooksExported, BeancountAcceptsThemAndAgrees) {
  SKIP_WITHOUT("bean-check");
  SKIP_WITHOUT("bean-query");
  const std::string file = exported(BooksFormat::beancount);
  const Ran check = run("bean-check " + file);
  ASSERT_EQ(check.status, 0) << check.output << replay();
  ASSERT_EQ(check.output, "");

  const Ran balance = run("bean-query -f csv " + file + " 'select account, currency, sum(number) as amount group by account, currency'");
  ASSERT_EQ(balance.status, 0) << balance.output;
  wire::TextBytes source(balance.output);
  wire::CsvReader csv(source, {{"account"}, {"currency"}, {"amount"}});
  ASSERT_TRUE(csv.read_header());
  AmountTexts theirs;
  while (const auto row = csv.next()) put(theirs, (**row)->field(0), (**row)->field(1), (**row)->field(2));
  EXPECT_EQ(theirs, our_balances(BooksFormat::beancount, year_.entries())) << replay();
}

TEST_F(BooksExported, TheTableAddsUpToTheSame) {
  const std::string file = exported(BooksFormat::csv);
  auto source = wire::FileBytes::open(file);
  ASSERT_TRUE(source);
  wire::CsvReader csv(*source, {{"account"}, {"customer"}, {"currency"}, {"amount"}, {"customer_name"}});
  ASSERT_TRUE(csv.read_header());
  std::map<std::pair<std::string, std::string>, Money> sums;
  while (const auto row = csv.next()) {
    ASSERT_TRUE(*row) << row->error().text();
    const Currency currency = *Currency::parse((**row)->field(2));
    const Money amount = *parse_money((**row)->field(3), currency);
    EXPECT_FALSE((**row)->field(4).starts_with('=')) << "a formula reached the table";
    const auto [at, is_first] =
        sums.try_emplace({fmt::format("{} {}", (**row)->field(0), (**row)->field(1)), std::string(currency.code())}, amount);
    if (!is_first) at->second += amount;
  }
  books::Balances balances;
  for (const Entry& entry : year_.entries()) balances.add(entry);
  std::map<std::pair<std::string, std::string>, Money> ours;
  for (const ledger::Balance& row : balances.all())
    ours[{fmt::format("{} {}", to_string(row.account), row.customer.text()), std::string(row.currency.code())}] = {row.amount_minor,
                                                                                                                   row.currency};
  std::erase_if(sums, [](const auto& each) { return each.second.is_zero(); });
  EXPECT_EQ(sums.size(), ours.size()) << replay();
  EXPECT_TRUE(sums == ours) << replay();
}

TEST(BooksExport, GoldenHledger) {
  const books::NextId ids = [] { return EntryId::trusted("e-1"); };
  const Event event{.at = *parse_instant("2026-03-10T23:59:59Z"),
                    .customer = CustomerId::trusted("0a0a0a0a-0000-4000-8000-000000000001"),
                    .group = "return-1",
                    .reservation = "r-1",
                    .reference = "ticket 7"};
  const Currency jpy = *Currency::parse("JPY");
  std::string text;
  wire::BooksExport out(
      BooksFormat::hledger,
      [&](std::string_view piece) -> Result<void> {
        text += piece;
        return {};
      },
      [](const CustomerId&) { return "Contoso; AB | x"; });
  ASSERT_TRUE(out.begin());
  ASSERT_TRUE(out.add(books::write_return(event, {Money{4000, jpy}, Money{4400, jpy}}, ids).front()));
  ASSERT_TRUE(out.end());
  EXPECT_EQ(text, R"(; The books of the desk, written by prorata for hledger. A debit is positive.
decimal-mark .
commodity 1000. JPY
account assets:provider credit:0a0a0a0a-0000-4000-8000-000000000001
account liabilities:customer credit:0a0a0a0a-0000-4000-8000-000000000001
account income:margin:0a0a0a0a-0000-4000-8000-000000000001

2026-03-10 * (e-1) Contoso, AB / x | return, ticket 7
    ; event: return
    ; reservation: r-1
    ; group: return-1
    assets:provider credit:0a0a0a0a-0000-4000-8000-000000000001  4000 JPY
    liabilities:customer credit:0a0a0a0a-0000-4000-8000-000000000001  -4400 JPY
    income:margin:0a0a0a0a-0000-4000-8000-000000000001  400 JPY
)");
}

TEST(BooksExport, WhatTheSinkCannotTakeIsPassedOn) {
  wire::BooksExport out(BooksFormat::csv,
                        [](std::string_view) -> Result<void> { return fail(Code::storage_full, "no space left on books.csv"); });
  const Result<void> begun = out.begin();
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, Code::storage_full);
}

}  // namespace
}  // namespace prorata
