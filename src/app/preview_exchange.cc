#include "app/preview_exchange.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "app/shared.h"
#include "reservation/payment.h"

namespace prorata {
namespace {

// A decision of the rules alone needs no number: it is only asked whether there is one.
constexpr std::string_view kAsIfApproved = "preview";

Money unit_of(const ExchangePurchaseLine& line) { return {line.price.minor / line.quantity, line.price.currency}; }

PurchaseLine line_of(const ExchangePurchaseLine& line) {
  return {.product = line.product,
          .sku = line.sku,
          .region = line.region,
          .term = line.term,
          .plan = line.plan,
          .quantity = line.quantity,
          .scope = line.scope,
          .name = line.name,
          .billing_scope = line.billing_scope};
}

Money due_today(const ExchangePreview& preview) {
  Money due = Money::zero(preview.decision.currency);
  if (preview.decision.refusals.has(policy::ExchangeRefusal::different_currencies)) return due;
  const Day today = day_of(preview.facts.now);
  for (const ExchangePurchaseLine& each : preview.facts.purchases)
    due += make_schedule(each.plan, each.term, today, each.price, each.pricing_price).payments.front().billing;
  return due - preview.decision.credits;
}

// Only the amount stands against it.
bool too_little_only(const policy::ExchangeDecision& decision) {
  policy::ExchangeRefusals others = decision.refusals;
  others.clear(policy::ExchangeRefusal::purchase_too_small);
  others.clear(policy::ExchangeRefusal::net_payable_negative);
  return !others.any() && !decision.line_refusals.any() && decision.refusals.any();
}

// More of what is bought already.
std::optional<ExchangeProposal> more_of_the_same(const ExchangePreview& preview, Money missing) {
  std::vector<Money> units;
  for (const ExchangePurchaseLine& each : preview.facts.purchases) units.push_back(unit_of(each));
  const std::optional<policy::Addition> addition = policy::smallest_addition(missing, units);
  if (!addition) return std::nullopt;
  PurchaseLine bought = line_of(preview.facts.purchases[addition->offer]);
  bought.quantity += addition->units;
  return ExchangeProposal{.line = addition->offer,
                          .bought = std::move(bought),
                          .units = addition->units,
                          .cost = addition->cost,
                          .surplus = addition->cost - missing};
}

// Where nothing is bought yet: a size of the same group for the same term and plan, in the same region.
Result<std::optional<ExchangeProposal>> something_like_it(Snapshot& snapshot, const ExchangePreview& preview, Money missing) {
  const Reservation& like = preview.facts.reservations.front();
  const Catalogue catalogue = TRY(load_catalogue(snapshot, like, missing.currency, {.term = like.term}, day_of(preview.facts.now)));
  std::vector<const CatalogueOffer*> offers;
  std::vector<Money> units;
  for (const CatalogueOffer& each : catalogue.offers) {
    if (!each.same_product || (!each.same_group && sku_key(each.sku) != sku_key(like.sku))) continue;
    offers.push_back(&each);
    units.push_back(each.unit_price);
  }
  const std::optional<policy::Addition> addition = policy::smallest_addition(missing, units);
  if (!addition) return std::optional<ExchangeProposal>();
  const CatalogueOffer& offer = *offers[addition->offer];
  return std::optional(ExchangeProposal{.line = {},
                                        .bought = {.product = offer.product,
                                                   .sku = offer.sku,
                                                   .region = offer.region,
                                                   .term = offer.term,
                                                   .plan = like.plan,
                                                   .quantity = addition->units,
                                                   .scope = like.scope},
                                        .units = addition->units,
                                        .cost = addition->cost,
                                        .surplus = addition->cost - missing});
}

Result<std::optional<ExchangeProposal>> proposal_for(Snapshot& snapshot, const ExchangePreview& preview) {
  if (!too_little_only(preview.decision)) return std::optional<ExchangeProposal>();
  // Whatever the pack asks for, nothing is paid out: what comes back is the higher bar.
  const Money missing = preview.decision.refunds_total - preview.decision.purchases_total;
  if (preview.facts.purchases.empty()) return something_like_it(snapshot, preview, missing);
  return more_of_the_same(preview, missing);
}

bool has_words(const CatalogueOffer& offer, const std::vector<std::string>& words) {
  const std::string text = to_lower(offer.sku + '\n' + offer.group + '\n' + offer.product);
  return std::ranges::all_of(words, [&](const std::string& word) { return text.contains(word); });
}

// One size for one term, with the rows of all currencies and days.
using PriceRows = std::map<std::pair<std::string, int>, std::vector<PriceRow>>;

Result<std::optional<Money>> price_in(const std::vector<PriceRow>& rows, Currency currency, const std::vector<ExchangeRate>& rates,
                                      Day today) {
  for (const Currency each : {currency, Currency::usd()}) {
    std::vector<PriceRow> matching;
    std::ranges::copy_if(rows, std::back_inserter(matching), [&](const PriceRow& row) { return row.price.currency == each; });
    if (const PriceRow* row = price_on(matching, today)) return std::optional(TRY(convert(row->price, currency, rates, today)));
  }
  return std::optional<Money>();
}

}  // namespace

Result<Catalogue> load_catalogue(Snapshot& snapshot, const Reservation& like, Currency currency, const CatalogueQuery& query, Day today) {
  Catalogue out{.region = query.region.empty() ? like.region : query.region};
  std::set<std::string> regions = {like.region, out.region};
  for (const PriceRow& each : TRY(snapshot.prices_of(like.sku))) regions.insert(each.region);
  out.regions.assign(regions.begin(), regions.end());

  std::map<std::string, std::string> groups;
  for (FlexibilityRatio& each : ratios_on(TRY(snapshot.ratios()), today)) groups.emplace(sku_key(each.sku), std::move(each.group));
  const auto group_of = [&](std::string_view sku) {
    const auto found = groups.find(sku_key(sku));
    return found == groups.end() ? std::string() : found->second;
  };
  const std::string own_group = group_of(like.sku);
  const std::vector<ExchangeRate> rates = TRY(snapshot.rates());

  PriceRows prices;
  for (PriceRow& each : TRY(snapshot.prices_in(out.region)))
    if (!query.term || *query.term == each.term) prices[{sku_key(each.sku), each.term.years}].push_back(std::move(each));
  for (const auto& [key, rows] : prices) {
    const PriceRow& row = rows.front();
    CatalogueOffer offer{.product = row.product.empty() ? like.product : row.product,
                         .sku = row.sku,
                         .region = out.region,
                         .group = group_of(row.sku),
                         .term = row.term};
    if (!has_words(offer, query.words)) continue;
    const std::optional<Money> price = TRY(price_in(rows, currency, rates, today));
    if (!price) continue;
    offer.unit_price = *price;
    offer.same_product = equal_ignoring_case(offer.product, like.product);
    offer.same_group = offer.same_product && !own_group.empty() && offer.group == own_group;
    out.offers.push_back(std::move(offer));
  }
  std::ranges::sort(out.offers, {}, [](const CatalogueOffer& each) {
    const int rank = each.same_group ? 0 : each.same_product ? 1 : 2;
    return std::tuple(rank, sku_key(each.sku), each.term.years);
  });
  return out;
}

Result<ExchangePreview> preview_exchange(App& app, Snapshot& snapshot, ExchangeAsk ask) {
  ExchangePreview out;
  ask.approved = kAsIfApproved;
  for (ExchangePurchaseAsk& each : ask.purchases) {
    out.scopes_copied.push_back(!each.scope);
    if (!each.scope && !ask.returns.empty()) each.scope = TRY(load_reservation(snapshot, ask.returns.front().reservation)).scope;
  }
  out.facts = TRY(load_exchange_facts(app, snapshot, ask, Buying::perhaps_nothing));
  GoverningExchange governing = TRY(decide_exchange_under_governing_pack(app, out.facts, ask.approved, out.facts.now));
  out.pack = governing.pack;
  out.decision = std::move(governing.decision);

  std::vector<policy::ExchangePurchaseCase> purchases;
  for (const ExchangePurchaseLine& each : out.facts.purchases) purchases.push_back({each.product, each.quantity, each.price});
  const Day today = day_of(out.facts.now);
  out.checks = checks_of(out.facts.returns, purchases, out.decision, *out.pack, today);
  for (const policy::ExchangeReturnCase& each : out.facts.returns) out.rights.push_back(exchange_right(each, *out.pack, today));
  out.approval_needed = out.facts.desk.channel.value_or(out.pack->channel) == policy::Channel::support_request;
  out.ok = !out.decision.refused() && !out.facts.purchases.empty();
  out.due_today = due_today(out);
  out.proposal = TRY(proposal_for(snapshot, out));
  return out;
}

}  // namespace prorata
