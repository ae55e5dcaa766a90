#include "wire/books_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "wire/csv_writer.h"
#include "wire/unicode.h"

namespace prorata::wire {
namespace {

using ledger::Account;
using ledger::Entry;
using ledger::EntryHead;
using ledger::Posting;

constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;

// Before every date a desk can have; Beancount wants an account opened before it is used.
constexpr std::string_view kBeancountOpening = "1900-01-01";

struct AccountNames {
  Account account;
  std::string_view plain;
  std::string_view beancount;
};
constexpr AccountNames kAccountNames[] = {
    {Account::customer_receivable, "assets:customer receivable", "Assets:CustomerReceivable"},
    {Account::provider_payable, "liabilities:provider payable", "Liabilities:ProviderPayable"},
    {Account::margin, "income:margin", "Income:Margin"},
    {Account::provider_credit_receivable, "assets:provider credit", "Assets:ProviderCredit"},
    {Account::customer_credit_payable, "liabilities:customer credit", "Liabilities:CustomerCredit"},
    {Account::handling_income, "income:handling", "Income:Handling"},
    {Account::bank, "assets:bank", "Assets:Bank"},
};

const AccountNames& names_of(Account account) {
  const auto* at = std::ranges::find(kAccountNames, account, &AccountNames::account);
  CHECK(at != std::end(kAccountNames), "every account has a name");
  return *at;
}

// An id for a place where only letters, digits, dashes, dots and slashes mean nothing special.
std::string word_of(std::string_view id) {
  std::string word(id.empty() ? "none" : id);
  for (char& c : word)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && !std::string_view("-./").contains(c)) c = '-';
  return word;
}

// One part of a Beancount account: it begins with a capital letter or a digit and knows no dots.
std::string beancount_part(std::string_view id) {
  std::string part = word_of(id);
  for (char& c : part) c = c == '.' || c == '/' ? '-' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (part.front() == '-') part.insert(0, 1, 'X');
  return part;
}

// Runs of blanks would end a description in ledger, so one is left of each.
std::string journal_text(std::string_view text) {
  std::string line;
  for (char c : one_line(text)) {
    if (c == ';') c = ',';
    if (c == '|') c = '/';
    const bool blank_again = c == ' ' && (line.empty() || line.back() == ' ');
    if (!blank_again) line += c;
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string beancount_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : one_line(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string_view memo_of(const EntryHead& head) { return head.memo.empty() ? std::string_view(head.event) : std::string_view(head.memo); }

std::string amount_of(const Posting& posting, Currency currency) {
  std::string text;
  append_decimal(text, posting.amount_minor, currency.digits());
  return text;
}

// "1000.00": how a program is to show amounts of the currency. hledger wants the mark even where no decimals follow.
std::string sample_amount(BooksFormat format, Currency currency) {
  std::string sample;
  append_decimal(sample, 1000 * currency.minor_per_major(), currency.digits());
  if (format == BooksFormat::hledger && currency.digits() == 0) sample += '.';
  return sample;
}

std::string description_of(const EntryHead& head, const std::string& name) {
  std::string line = journal_text(name);
  if (!line.empty()) line += " | ";
  line += journal_text(memo_of(head));
  if (!head.reference.empty()) line += ", " + journal_text(head.reference);
  return line;
}

}  // namespace

std::string account_name(BooksFormat format, Account account, const CustomerId& customer) {
  const AccountNames& names = names_of(account);
  switch (format) {
    case BooksFormat::hledger:
    case BooksFormat::ledger: return fmt::format("{}:{}", names.plain, word_of(customer.text()));
    case BooksFormat::beancount: return fmt::format("{}:{}", names.beancount, beancount_part(customer.text()));
    case BooksFormat::csv: return std::string(to_string(account));
  }
  return {};
}

BooksExport::BooksExport(BooksFormat format, TextSink sink, CustomerName name_of)
    : format_(format), sink_(std::move(sink)), name_of_(std::move(name_of)) {
  if (!name_of_) name_of_ = [](const CustomerId&) { return std::string(); };
}

Result<void> BooksExport::begin() {
  switch (format_) {
    case BooksFormat::hledger:
      buffer_ += "; The books of the desk, written by prorata for hledger. A debit is positive.\ndecimal-mark .\n";
      break;
    case BooksFormat::ledger:
      buffer_ += "; The books of the desk, written by prorata for ledger. A debit is positive.\ntag event\ntag reservation\ntag group\n";
      break;
    case BooksFormat::beancount:
      buffer_ += "; The books of the desk, written by prorata for Beancount. A debit is positive.\noption \"title\" \"Prorata\"\n";
      break;
    case BooksFormat::csv: {
      CsvWriter csv(buffer_);
      for (const std::string_view column : {"at", "entry", "event", "group", "customer", "customer_name", "reservation", "account",
                                            "currency", "amount", "memo", "reference"})
        csv.value(column);
      csv.end_row();
      break;
    }
  }
  return flush();
}

Result<void> BooksExport::add(const Entry& entry) {
  if (entry.postings().empty()) return {};
  switch (format_) {
    case BooksFormat::hledger:
    case BooksFormat::ledger: add_plain(entry); break;
    case BooksFormat::beancount: add_beancount(entry); break;
    case BooksFormat::csv: add_csv(entry); break;
  }
  return buffer_.size() < kBufferBytes ? Result<void>() : flush();
}

Result<void> BooksExport::end() { return flush(); }

void BooksExport::add_plain(const Entry& entry) {
  declare(entry);
  const EntryHead& head = entry.head();
  fmt::format_to(std::back_inserter(buffer_), "\n{} * ({}) {}\n    ; event: {}\n", to_string(day_of(head.at)), word_of(head.id.text()),
                 description_of(head, name_of_(head.customer)), word_of(head.event));
  if (!head.reservation.empty()) fmt::format_to(std::back_inserter(buffer_), "    ; reservation: {}\n", word_of(head.reservation));
  if (!head.group.empty()) fmt::format_to(std::back_inserter(buffer_), "    ; group: {}\n", word_of(head.group));
  for (const Posting& posting : entry.postings())
    fmt::format_to(std::back_inserter(buffer_), "    {}  {} {}\n", account_name(format_, posting.account, head.customer),
                   amount_of(posting, head.currency), head.currency.code());
}

void BooksExport::add_beancount(const Entry& entry) {
  declare(entry);
  const EntryHead& head = entry.head();
  fmt::format_to(std::back_inserter(buffer_), "\n{} * {} {}\n  entry: {}\n  event: {}\n", to_string(day_of(head.at)),
                 beancount_text(name_of_(head.customer)), beancount_text(memo_of(head)), beancount_text(head.id.text()),
                 beancount_text(head.event));
  const std::pair<std::string_view, const std::string&> rest[] = {
      {"reservation", head.reservation}, {"group", head.group}, {"reference", head.reference}};
  for (const auto& [key, value] : rest)
    if (!value.empty()) fmt::format_to(std::back_inserter(buffer_), "  {}: {}\n", key, beancount_text(value));
  for (const Posting& posting : entry.postings())
    fmt::format_to(std::back_inserter(buffer_), "  {}  {} {}\n", account_name(format_, posting.account, head.customer),
                   amount_of(posting, head.currency), head.currency.code());
}

void BooksExport::add_csv(const Entry& entry) {
  const EntryHead& head = entry.head();
  const std::string name = name_of_(head.customer);
  CsvWriter csv(buffer_);
  for (const Posting& posting : entry.postings()) {
    csv.value(to_string(head.at)).text(head.id.text()).text(head.event).text(head.group).text(head.customer.text());
    csv.text(name).text(head.reservation).value(to_string(posting.account)).value(head.currency.code());
    csv.value(amount_of(posting, head.currency)).text(head.memo).text(head.reference).end_row();
  }
}

void BooksExport::declare(const Entry& entry) {
  declare_commodity(entry.head().currency);
  for (const Posting& posting : entry.postings()) {
    const std::string account = account_name(format_, posting.account, entry.head().customer);
    if (!accounts_.insert(account).second) continue;
    if (format_ == BooksFormat::beancount)
      fmt::format_to(std::back_inserter(buffer_), "{} open {}\n", kBeancountOpening, account);
    else
      fmt::format_to(std::back_inserter(buffer_), "account {}\n", account);
  }
}

void BooksExport::declare_commodity(Currency currency) {
  if (!commodities_.insert(currency).second) return;
  const std::string sample = sample_amount(format_, currency);
  switch (format_) {
    case BooksFormat::hledger: fmt::format_to(std::back_inserter(buffer_), "commodity {} {}\n", sample, currency.code()); break;
    case BooksFormat::ledger:
      fmt::format_to(std::back_inserter(buffer_), "commodity {}\n    format {} {}\n", currency.code(), sample, currency.code());
      break;
    case BooksFormat::beancount:
      fmt::format_to(std::back_inserter(buffer_), "{} commodity {}\n", kBeancountOpening, currency.code());
      break;
    case BooksFormat::csv: break;
  }
}

Result<void> BooksExport::flush() {
  if (buffer_.empty()) return {};
  TRY(sink_(buffer_));
  buffer_.clear();
  return {};
}

}  // namespace prorata::wire
