// What the desk remembers of money between the provider, the partner and its customers: how a customer is charged and credited, whom a
// credit note names, the provider's invoices line by line, which line brought which credit, and the notes themselves. Plain values; the
// store writes them as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "books/customer_price.h"

namespace prorata {

// ---- terms with a customer -----------------------------------------------------------------------------------------------------------

// One agreement on prices, in force from the moment it was set. It changes nothing that was bought or returned before.
struct TermsRule {
  std::string product;        // of the API's word, "VirtualMachines"; empty: every product without a rule of its own
  Ratio price_ratio{1, 1};    // customer price over cost
  Ratio handling_rate{0, 1};  // of the customer's credit
  books::CreditRule credit = books::CreditRule::proportional;
  Instant at;
  std::string actor;
  friend bool operator==(const TermsRule&, const TermsRule&) = default;
};

// Whom an invoice or a note names.
struct BilledParty {
  std::string name;
  std::vector<std::string> address;  // a line each
  std::string organisation_number;
  std::string vat_number;
  std::string country;  // ISO 3166, two letters
  friend bool operator==(const BilledParty&, const BilledParty&) = default;
};

struct CustomerTerms {
  CustomerId id;
  std::int64_t version = 0;
  std::vector<TermsRule> rules;  // all that were ever set, oldest first; the last one of a product counts
  BilledParty billed;            // an empty name or country: the customer's own
  std::optional<Language> language;
  friend bool operator==(const CustomerTerms&, const CustomerTerms&) = default;
};

// ---- the partner's own settings ------------------------------------------------------------------------------------------------------

struct VatRule {
  std::string country;  // of the customer; empty: every other
  Ratio rate{0, 1};
  bool reverse_charge = false;  // the customer accounts for it: the rate is zero and both VAT numbers stand on the note
  std::string text_en;          // beside the amount; empty: the desk's own words
  std::string text_sv;
  friend bool operator==(const VatRule&, const VatRule&) = default;
};

struct SettlementProfile {
  std::int64_t version = 0;
  BilledParty partner;
  std::string email;
  std::string iban, bic, bankgiro;
  Language language = Language::english;
  std::string series = "CN";  // numbers are CN-1, CN-2, ...
  std::vector<VatRule> vat;
  std::int64_t missing_days = 45;    // an expected credit is missed when it has not come so long after the return
  std::int64_t tolerance_minor = 0;  // between a credit and an invoice line of the same currency
  Ratio tolerance_across{1, 100};    // of the expected credit, where the line is of another currency
  friend bool operator==(const SettlementProfile&, const SettlementProfile&) = default;
};

// ---- the provider's invoices ---------------------------------------------------------------------------------------------------------

struct InvoiceTotal {
  Money subtotal;  // of all lines of a currency, without tax
  Money tax;
  friend bool operator==(const InvoiceTotal&, const InvoiceTotal&) = default;
};

struct Invoice {
  std::string number;
  std::int64_t version = 0;
  std::int64_t revision = 0;  // counted from 1; a corrected invoice is a later one; 0: none was taken in whole yet
  std::int64_t reserved = 0;  // the last revision that an import began: each has lines of its own
  std::string content;        // digest of what its lines say, whatever their order and the file's form
  std::string file;
  std::string dialect;
  Instant at;
  std::string actor;
  std::int64_t lines = 0;
  std::vector<InvoiceTotal> totals;  // by currency
  std::optional<Day> from;           // of its lines
  std::optional<Day> until;          // the last one, inclusive
  friend bool operator==(const Invoice&, const Invoice&) = default;
};

enum class LineState : std::uint8_t {
  other,       // nothing of a reservation
  open,        // not looked at yet
  matched,     // as expected
  different,   // of something expected, with another amount
  ambiguous,   // of two things or more: a person decides
  unexpected,  // of a reservation, and nothing that was expected
};
template <>
inline constexpr auto kWords<LineState> = std::to_array<Word<LineState>>({{LineState::other, "other"},
                                                                          {LineState::open, "open"},
                                                                          {LineState::matched, "matched"},
                                                                          {LineState::different, "different"},
                                                                          {LineState::ambiguous, "ambiguous"},
                                                                          {LineState::unexpected, "unexpected"}});

struct InvoiceLine {
  std::string invoice;
  std::int64_t revision = 0;
  std::int64_t number = 0;             // from 1 within the invoice's revision
  std::optional<CustomerId> customer;  // as the line says, or whose the order is
  std::string customer_name;
  std::optional<OrderId> order;  // the reservation order
  std::string charge;            // the provider's word: "new", "cancelImmediate"
  std::string text;              // what was sold
  std::int64_t quantity = 0;     // of units, without sign; zero where it is no whole number
  Money amount;                  // without tax; negative for a credit
  Money tax;
  Day from;  // of the charge, or of the order
  Day until;
  std::string reference;
  LineState state = LineState::other;
  std::vector<std::string> about;   // ids of the returns or reservations it is of, or may be of
  std::optional<Money> difference;  // what came, less what was expected; in the expectation's currency
  friend bool operator==(const InvoiceLine&, const InvoiceLine&) = default;
};

// How the provider's credit of a return stands; a return without a row is expected, or missing by its age.
enum class CreditState : std::uint8_t { expected, missing, ambiguous, different, arrived };
template <>
inline constexpr auto kWords<CreditState> = std::to_array<Word<CreditState>>({{CreditState::expected, "expected"},
                                                                              {CreditState::missing, "missing"},
                                                                              {CreditState::ambiguous, "ambiguous"},
                                                                              {CreditState::different, "different"},
                                                                              {CreditState::arrived, "arrived"}});

struct CreditMatch {
  ReturnId returned;
  std::int64_t version = 0;
  CustomerId customer;
  CreditState state = CreditState::expected;
  std::string invoice;
  std::string line;                 // id of the line; empty where an invoice was named by hand
  std::vector<std::string> lines;   // ambiguous: all that it may be
  std::optional<Money> amount;      // as it stands on the line
  std::optional<Money> difference;  // what came, less what was expected; in the return's currency
  Instant at;
  std::string actor;
  friend bool operator==(const CreditMatch&, const CreditMatch&) = default;
};

// ---- credit notes --------------------------------------------------------------------------------------------------------------------

// The last number of a series. Its version makes numbers without gaps: a note and the number it takes are one commit.
struct NoteSeries {
  std::string id;
  std::int64_t version = 0;
  std::int64_t last = 0;
  friend bool operator==(const NoteSeries&, const NoteSeries&) = default;
};

struct NoteLine {
  ReturnId returned;
  std::string text;
  std::int64_t quantity = 0;  // zero: none is shown
  Money amount;
  friend bool operator==(const NoteLine&, const NoteLine&) = default;
};

// A credit note as it was issued; it never changes. A mistake is answered by another one with the opposite amounts.
struct CreditNote {
  std::string number;
  std::string series;
  std::int64_t sequence = 0;
  CustomerId customer;
  Instant at;
  std::string actor;
  Language language = Language::english;
  BilledParty seller;
  BilledParty buyer;
  std::string email, iban, bic, bankgiro;  // the seller's
  std::string reference;                   // the buyer's
  std::vector<NoteLine> lines;
  VatRule vat;
  Money net;
  Money vat_amount;
  Money total;
  std::string reverses;  // the number of the note that this one takes back
  std::string reason;    // of a reversal
  std::string document;  // digest of its PDF
  friend bool operator==(const CreditNote&, const CreditNote&) = default;
};

// Which note a return stands on; an empty number: on none any more.
struct ReturnNote {
  ReturnId returned;
  std::int64_t version = 0;
  std::string note;
  friend bool operator==(const ReturnNote&, const ReturnNote&) = default;
};

struct Document {
  std::string digest;  // SHA-256 of its bytes, 64 hexadecimal digits
  std::string media_type;
  std::string bytes;
  friend bool operator==(const Document&, const Document&) = default;
};

// Lines of one revision of an invoice.
struct InvoiceLineQuery {
  enum class By : std::uint8_t { number, match_key };
  std::string invoice;
  std::int64_t revision = 0;
  std::optional<LineState> state;
  By by = By::number;
  std::string after_key;  // by match key: only later ones
  std::size_t limit = 1000;
  std::string after;
};

// Lines of one key are looked at together: what belongs to one customer and one order.
std::string match_key(const InvoiceLine& line);
std::string invoice_line_id(const InvoiceLine& line);
std::string invoice_key(std::string_view number);  // letter case does not tell two invoices apart

}  // namespace prorata
