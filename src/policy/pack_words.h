// A pack in words, made from the very data that decides: its table cell by cell, its other rules a sentence each, and a few cases worked
// out.
//
//   for (const TableRow& row : table_of(pack, Language::english)) ...       // "More than 5", "Yes", "Pro-rated", "12%", "50,000 USD"
//   for (const RuleLine& rule : rules_of(pack, Language::swedish)) ...      // {"allowance.limit", "Högst 50 000 USD ..."}
//
// Two packs differ in a rule where its sentences differ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/refund.h"

namespace prorata::policy {

struct TableRow {
  std::string name;      // "later_used"
  std::string days;      // since the start
  std::string used;      // whether it was
  std::string credit;    // how much of what was paid comes back
  std::string fee;       // of the credit
  std::string cap;       // of refunds in the window
  std::string sentence;  // all of it
};
std::vector<TableRow> table_of(const Pack& pack, Language language);

struct RuleLine {
  std::string_view key;  // stable: "allowance.limit"
  std::string text;
};
// Always the same keys in the same order.
std::vector<RuleLine> rules_of(const Pack& pack, Language language);

// Returns of one unit, decided now.
struct WorkedExample {
  std::int32_t day = 0;  // since the start
  bool used = false;
  BillingPlan plan = BillingPlan::upfront;
  Money price;  // for the term of one year
  RefundDecision decision;
};
std::vector<WorkedExample> worked_examples(const Pack& pack);

}  // namespace prorata::policy
