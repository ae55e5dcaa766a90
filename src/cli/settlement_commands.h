// The commands of money between provider, partner and customers: terms, the partner's own settings, invoices, credits, credit notes and
// statements. What commands.h says of commands holds here too.
#pragma once

#include "cli/commands.h"

namespace prorata::cli {

struct TermsOptions {
  std::string customer;
  std::string product;
  std::string price_ratio, handling_rate, credit;
  std::optional<std::string> name, organisation_number, vat_number, country;
  std::vector<std::string> address;  // a line each
  std::string language;
};
Result<int> customer_terms_show(Session& session, const TermsOptions& options);
Result<int> customer_terms_set(Session& session, const TermsOptions& options);

struct ProfileOptions {
  std::optional<std::string> name, organisation_number, vat_number, country, email, iban, bic, bankgiro, series;
  std::vector<std::string> address;
  std::vector<std::string> vat;  // COUNTRY=RATE, COUNTRY=reverse, either with ,TEXT or ,TEXT|SWEDISH TEXT; * for every other country
  std::string language;
  std::optional<std::int64_t> missing_days;
  std::optional<std::int64_t> tolerance_minor;
  std::string tolerance_across;
};
Result<int> settlement_profile_show(Session& session);
Result<int> settlement_profile_set(Session& session, const ProfileOptions& options);

struct InvoiceOptions {
  std::vector<std::string> files;
  std::string number;
  std::string state;  // show
  std::string line;   // assign
  std::string returned;
  bool accept_difference = false;
  std::int64_t limit = 100;
  std::string after;
};
Result<int> invoice_import(Session& session, const InvoiceOptions& options);
Result<int> invoice_match(Session& session, const InvoiceOptions& options);
Result<int> invoice_list(Session& session);
Result<int> invoice_show(Session& session, const InvoiceOptions& options);
Result<int> invoice_differences(Session& session, const InvoiceOptions& options);
Result<int> invoice_assign(Session& session, const InvoiceOptions& options);

struct CreditsOptions {
  std::string customer;
  bool all = false;
};
Result<int> credits_list(Session& session, const CreditsOptions& options);

struct NoteOptions {
  std::string customer;
  std::string currency;
  std::vector<std::string> returns;
  std::string reference;
  std::string language;
  std::string number;
  std::string reason;
  std::string file;  // pdf: where to; empty: NUMBER.pdf here; "-": standard output
  std::string date;  // settle
  std::string method = "bank";
  std::string key;
};
Result<int> note_issue(Session& session, const NoteOptions& options);
Result<int> note_show(Session& session, const NoteOptions& options);
Result<int> note_list(Session& session, const NoteOptions& options);
Result<int> note_reverse(Session& session, const NoteOptions& options);
Result<int> note_pdf(Session& session, const NoteOptions& options);
Result<int> note_settle(Session& session, const NoteOptions& options);

struct StatementOptions {
  std::string customer;
  std::string currency;
  std::string from, until;
  std::string pdf;  // a file for the document; empty: none
  std::string language;
};
Result<int> statement(Session& session, const StatementOptions& options);

}  // namespace prorata::cli
