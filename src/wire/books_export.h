// The books in the words of other programs: hledger, ledger-cli, Beancount, or a CSV table.
//
//   BooksExport out(BooksFormat::hledger, [&](std::string_view text) { return write_all(file, text); }, name_of);
//   TRY(out.begin());
//   TRY(snapshot->entries(query, [&](const Entry& entry) { return (done = out.add(entry)).has_value(); }));
//   TRY(out.end());
//
// Entries are written as they come, so memory grows with customers and currencies and never with entries; accounts and commodities are
// declared where they first appear, so that the strict checks of each program pass. Signs are ours: a debit is positive.
//
// Names, memos and references may come from customers. They reach a journal only as description, on one line, and where a format
// cannot quote a character that means something to it (; and | of hledger and ledger) a likeness takes its place.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "ledger/entry.h"

namespace prorata::wire {

enum class BooksFormat { hledger, ledger, beancount, csv };

using TextSink = std::function<Result<void>(std::string_view)>;               // errors are passed on: a full disk is one
using CustomerName = std::function<std::string(const CustomerId& customer)>;  // empty: no name

class BooksExport {
 public:
  BooksExport(BooksFormat format, TextSink sink, CustomerName name_of = {});

  Result<void> begin();
  Result<void> add(const ledger::Entry& entry);
  Result<void> end();  // what is still in the buffer goes out

 private:
  void add_plain(const ledger::Entry& entry);
  void add_beancount(const ledger::Entry& entry);
  void add_csv(const ledger::Entry& entry);
  void declare(const ledger::Entry& entry);
  void declare_commodity(Currency currency);
  Result<void> flush();

  BooksFormat format_;
  TextSink sink_;
  CustomerName name_of_;
  std::string buffer_;
  std::set<Currency> commodities_;
  std::set<std::string> accounts_;
};

// "assets:customer receivable:<customer>" for hledger and ledger, "Assets:CustomerReceivable:<CUSTOMER>" for Beancount.
std::string account_name(BooksFormat format, ledger::Account account, const CustomerId& customer);

}  // namespace prorata::wire

namespace prorata {
template <>
inline constexpr auto kWords<wire::BooksFormat> = std::to_array<Word<wire::BooksFormat>>({{wire::BooksFormat::hledger, "hledger"},
                                                                                          {wire::BooksFormat::ledger, "ledger"},
                                                                                          {wire::BooksFormat::beancount, "beancount"},
                                                                                          {wire::BooksFormat::csv, "csv"}});
}  // namespace prorata
