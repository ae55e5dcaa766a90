// An exchange that is being put together: what comes back, what it costs, which rules are met and what would help. Nothing is kept, and
// nothing need be bought yet. Beside it what could be bought.
//
//   const ExchangePreview preview = TRY(preview_exchange(app, *snapshot, {.returns = {{web, 5}}, .purchases = {}}));
//   if (preview.proposal) ...                          // this many units more of that, and it passes
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/quote_exchange.h"
#include "policy/exchange_checks.h"

namespace prorata {

// The smallest addition that passes, where nothing but the amount stands against the exchange.
struct ExchangeProposal {
  std::optional<std::size_t> line;  // of the bought ones, that gets more units; absent: one that is new
  PurchaseLine bought;              // as it would be: with all its units
  std::int64_t units = 0;           // that are added
  Money cost;
  Money surplus;  // over what has to be bought
};

struct ExchangePreview {
  ExchangeFacts facts;
  const policy::Pack* pack = nullptr;
  policy::ExchangeDecision decision;  // as an approved request's would be
  std::vector<policy::ExchangeCheck> checks;
  std::vector<policy::ExchangeRight> rights;  // one a returned line
  std::vector<bool> scopes_copied;            // one a bought line
  bool approval_needed = false;               // an approved support request executes it
  bool ok = false;                            // every check is met, and something is bought
  Money due_today;                            // first instalments of what is bought, less the credits; negative: credited
  std::optional<ExchangeProposal> proposal;
};

// A scope that is not named is copied from the first returned reservation: it is to be confirmed before anything is bought.
// Errors: those of load_exchange_facts and decide_exchange.
Result<ExchangePreview> preview_exchange(App& app, Snapshot& snapshot, ExchangeAsk ask);

struct CatalogueQuery {
  std::string region;              // empty: that of the reservation
  std::vector<std::string> words;  // in lower case; each in size, flexibility group or product
  std::optional<Term> term;
};
struct CatalogueOffer {
  std::string product;
  std::string sku;
  std::string region;
  std::string group;  // of instance size flexibility; empty: none is known
  bool same_product = false;
  bool same_group = false;
  Term term;
  Money unit_price;  // lifetime, in the customer's currency
};
struct Catalogue {
  std::vector<CatalogueOffer> offers;  // of the same group first, then of the same product; by size and term
  std::vector<std::string> regions;    // where the reservation's own size is sold
  std::string region;
};

// What the price lists sell today that could take the place of a reservation. Errors: not_found where an exchange rate is missing.
Result<Catalogue> load_catalogue(Snapshot& snapshot, const Reservation& like, Currency currency, const CatalogueQuery& query, Day today);

}  // namespace prorata
