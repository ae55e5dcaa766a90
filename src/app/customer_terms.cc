#include "app/customer_terms.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/write.h"

namespace prorata {
namespace {

bool is_of(const TermsRule& rule, std::string_view product) { return equal_ignoring_case(rule.product, product); }

const TermsRule* last_of(const CustomerTerms& terms, std::string_view product) {
  const auto found = std::find_if(terms.rules.rbegin(), terms.rules.rend(), [&](const TermsRule& rule) { return is_of(rule, product); });
  return found == terms.rules.rend() ? nullptr : &*found;
}

std::string words_of(const TermsRule& rule) {
  return fmt::format("{}: price {}/{} of cost, handling {}/{}, credit {}", rule.product.empty() ? "everything" : rule.product,
                     rule.price_ratio.part, rule.price_ratio.over, rule.handling_rate.part, rule.handling_rate.over,
                     to_string(rule.credit));
}

Result<void> check(const TermsAsk& ask) {
  if (ask.price_ratio && ask.price_ratio->part <= 0) return fail(Code::invalid_argument, "a price ratio is above zero; 1 sells at cost");
  if (ask.handling_rate && (ask.handling_rate->part < 0 || ask.handling_rate->part > ask.handling_rate->over))
    return fail(Code::invalid_argument, "a handling rate lies between 0 and 1");
  if (ask.country && !ask.country->empty() && ask.country->size() != 2)
    return fail(Code::invalid_argument, fmt::format("'{}' is not a country in two letters, as ISO 3166 has it", *ask.country));
  return {};
}

bool sets_prices(const TermsAsk& ask) { return ask.price_ratio || ask.handling_rate || ask.credit; }

void put_billed(const TermsAsk& ask, CustomerTerms& terms) {
  if (ask.name) terms.billed.name = *ask.name;
  if (ask.address) terms.billed.address = *ask.address;
  if (ask.organisation_number) terms.billed.organisation_number = *ask.organisation_number;
  if (ask.vat_number) terms.billed.vat_number = *ask.vat_number;
  if (ask.country) terms.billed.country = *ask.country;
  if (ask.language) terms.language = ask.language;
}

Result<Customer> load_customer(Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer)
    return fail(Code::not_found, fmt::format("customer {} is not in this desk; 'prorata customer list' shows them", id.text()));
  return *customer;
}

TermsView view_of(Customer customer, const std::optional<CustomerTerms>& terms) {
  TermsView view{.customer = std::move(customer), .terms = terms.value_or(CustomerTerms{})};
  view.terms.id = view.customer.id;
  view.rules.push_back(terms_in_force(view.customer, terms, ""));
  std::map<std::string, std::string> products;  // by letters alone
  for (const TermsRule& rule : view.terms.rules)
    if (!rule.product.empty()) products.try_emplace(to_lower(rule.product), rule.product);
  for (const auto& [key, product] : products) view.rules.push_back(terms_in_force(view.customer, terms, product));
  return view;
}

}  // namespace

TermsRule terms_in_force(const Customer& customer, const std::optional<CustomerTerms>& terms, std::string_view product) {
  const TermsRule* own = terms && !product.empty() ? last_of(*terms, product) : nullptr;
  if (own != nullptr) return *own;
  const TermsRule* general = terms ? last_of(*terms, "") : nullptr;
  TermsRule rule = general != nullptr ? *general : TermsRule{};
  rule.price_ratio = customer.price_ratio;
  rule.handling_rate = customer.handling_rate;
  return rule;
}

Result<TermsRule> load_terms(Snapshot& snapshot, const Customer& customer, std::string_view product) {
  return terms_in_force(customer, TRY(snapshot.customer_terms(customer.id)), product);
}

Result<TermsView> set_terms(App& app, const TermsAsk& ask) {
  TRY(check(ask));
  std::optional<TermsView> view;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    Customer customer = TRY(load_customer(snapshot, ask.customer));
    TRY(authorize(app, access::Right::settle, target_of(customer)));
    const std::optional<CustomerTerms> before = TRY(snapshot.customer_terms(ask.customer));

    TermsRule rule = terms_in_force(customer, before, ask.product);
    const std::string was = words_of(rule);
    rule.product = ask.product;
    rule.price_ratio = ask.price_ratio.value_or(rule.price_ratio);
    rule.handling_rate = ask.handling_rate.value_or(rule.handling_rate);
    rule.credit = ask.credit.value_or(rule.credit);
    rule.at = moment.now;
    rule.actor = app.actor;
    CustomerTerms terms = before.value_or(CustomerTerms{.id = ask.customer});
    if (sets_prices(ask)) terms.rules.push_back(rule);
    put_billed(ask, terms);

    Changes changes;
    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "customer.terms",
                     .customer = ask.customer.text(),
                     .subject = ask.customer.text(),
                     .before = sets_prices(ask) ? was : "",
                     .after = sets_prices(ask) ? words_of(rule) : "whom credit notes name"};
    const bool for_everything = sets_prices(ask) && ask.product.empty();
    if (for_everything) {
      customer.price_ratio = rule.price_ratio;
      customer.handling_rate = rule.handling_rate;
      changes.customers.push_back(customer);
    }
    view = view_of(customer, terms);
    changes.customer_terms.push_back(std::move(terms));
    return changes;
  }));
  return *view;
}

Result<TermsView> show_terms(App& app, const CustomerId& id) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Customer customer = TRY(load_customer(*snapshot, id));
  TRY(authorize(app, access::Right::settle, target_of(customer), access::Access::read));
  return view_of(std::move(customer), TRY(snapshot->customer_terms(id)));
}

BilledParty billed_party(const Customer& customer, const std::optional<CustomerTerms>& terms) {
  BilledParty party = terms ? terms->billed : BilledParty{};
  if (party.name.empty()) party.name = customer.name;
  if (party.country.empty()) party.country = customer.country;
  return party;
}

}  // namespace prorata
