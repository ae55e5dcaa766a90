// What happened between partner and customer in a period, from the books: what was charged, what was credited, what was settled, and how
// the account stood before and after (specs/settlement.md). Amounts are without VAT, as the books are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

struct StatementAsk {
  CustomerId customer;
  Currency currency;
  Day from;
  Day until;  // exclusive
};

// How the account stands: what the customer owes for what it bought, and what it is owed for what it gave back.
struct Standing {
  Money owes;
  Money owed;
  Money balance() const { return owes - owed; }
};

struct StatementLine {
  Day day;
  std::string event;        // of the entry: "instalment"
  std::string what;         // the entry's own words: "instalment 3 of 12"
  std::string reservation;  // its name or size; empty where none is concerned
  std::string reference;
  Money charged;   // what the customer owes more, or less
  Money credited;  // what it is owed more, or less
  Money balance;   // after it
};

struct Statement {
  Customer customer;
  BilledParty billed;
  SettlementProfile profile;
  Currency currency;
  Day from;
  Day until;
  Standing opening;
  std::vector<StatementLine> lines;  // by day, in the order of the books
  Standing closing;
};

// Errors: not_found; forbidden; invalid_argument where the period is none.
Result<Statement> statement_of(App& app, const StatementAsk& ask);

// What a line says in a language.
std::string line_text(const StatementLine& line, Language language);

}  // namespace prorata
