// What was agreed with a customer: its price over the partner's cost, the partner's own charge on a return and how the customer's credit
// follows the provider's refund, for a product or for all of them; and whom its credit notes name (specs/settlement.md).
//
//   const TermsRule terms = TRY(load_terms(snapshot, customer, reservation.product));
//   r.customer_price = scale(price, terms.price_ratio, Rounding::half_away);
//
// Terms hold for what is bought and returned after they were set. What was bought keeps the price it was sold at, what was returned keeps
// its figures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

// The last rule of the product; without one the customer's price and charge for everything, with the last credit rule set for everything.
TermsRule terms_in_force(const Customer& customer, const std::optional<CustomerTerms>& terms, std::string_view product);
Result<TermsRule> load_terms(Snapshot& snapshot, const Customer& customer, std::string_view product);

// What is absent stays as it is in force.
struct TermsAsk {
  CustomerId customer;
  std::string product;  // empty: everything without a rule of its own
  std::optional<Ratio> price_ratio;
  std::optional<Ratio> handling_rate;
  std::optional<books::CreditRule> credit;
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> address;
  std::optional<std::string> organisation_number;
  std::optional<std::string> vat_number;
  std::optional<std::string> country;
  std::optional<Language> language;
};

struct TermsView {
  Customer customer;
  CustomerTerms terms;           // version 0 where nothing was set
  std::vector<TermsRule> rules;  // in force: for everything first, then by product
};

// Errors: not_found; forbidden; invalid_argument for a ratio that is not above zero or a rate outside 0 to 1.
Result<TermsView> set_terms(App& app, const TermsAsk& ask);
Result<TermsView> show_terms(App& app, const CustomerId& id);

// Whom a credit note names as the buyer, and in which language.
BilledParty billed_party(const Customer& customer, const std::optional<CustomerTerms>& terms);

}  // namespace prorata
