// What can be bought: the sizes of the price lists, each in its regions and for its terms, and whether it is to be had.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/carts.h"
#include "app/desk.h"
#include "app/purchase.h"
#include "partner_center/answer.h"
#include "wire/partner_commerce.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Method;
using http::Response;
using wire::PartnerAvailability;
using wire::PartnerProduct;
using wire::PartnerSku;

constexpr PageSizes kPages{.usual = 100, .most = 500};

// Who looks: anybody, or somebody for a customer, who is billed in one currency.
struct Viewer {
  std::unique_ptr<Snapshot> snapshot;
  std::string country;
  std::optional<Customer> customer;
  Day today;
};

Outcome<Viewer> viewer_of(Call& call) {
  Viewer viewer{.snapshot = TRY(call.app.store.snapshot())};
  if (call.path.has("customer")) {
    viewer.customer = TRY(customer_for(call, *viewer.snapshot, Right::list_customers, Access::read));
    viewer.country = viewer.customer->country;
  } else {
    TRY(allow(call, Right::look_up, Access::read, {}));
  }
  const std::string_view country = call.request.query.get("country");
  const auto is_letter = [](char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); };
  if (!country.empty() && (country.size() != 2 || !std::ranges::all_of(country, is_letter)))
    return refuse(400, code::kBadRequest, "country is a code of two letters, such as SE");
  if (!country.empty()) viewer.country = country;
  if (viewer.country.empty()) return refuse(400, code::kBadRequest, "say for which country: ?country=SE");
  viewer.today = day_of(TRY(load_moment(call.app, *viewer.snapshot)).now);
  return viewer;
}

PartnerProduct product_of(const PriceRow& row) { return {row.sku, row.product.empty() ? "VirtualMachines" : row.product}; }

// The kind of product that a view is of; empty: all reservations. Absent for a view of something else.
Outcome<std::optional<std::string>> kind_asked(const Call& call) {
  const std::string view = to_lower(call.request.query.get("targetView"));
  if (view.empty()) return refuse(400, code::kBadRequest, "say which view: ?targetView=AzureReservations");
  if (view == "azurereservations" || view == "azure") return std::optional<std::string>("");
  if (view == "azurereservationsvm") return std::optional<std::string>("VirtualMachines");
  if (view == "azurereservationssql") return std::optional<std::string>("SqlDatabases");
  if (view == "azurereservationscosmosdb") return std::optional<std::string>("CosmosDb");
  return std::optional<std::string>();
}

Outcome<Response> list_products(Call& call) {
  const PageAsk ask = TRY(page_ask(call, kPages));
  const std::optional<std::string> kind = TRY(kind_asked(call));
  const Viewer viewer = TRY(viewer_of(call));
  std::vector<PartnerProduct> found;
  SizeQuery query{.after = ask.after};
  while (kind && found.size() < ask.limit) {
    query.limit = ask.limit - found.size();
    const Page<PriceRow> page = TRY(viewer.snapshot->sizes_sold(query));
    for (const PriceRow& each : page.items)
      if (PartnerProduct product = product_of(each); kind->empty() || equal_ignoring_case(product.kind, *kind))
        found.push_back(std::move(product));
    query.after = page.next;
    if (query.after.empty()) break;
  }
  return collection_of(call, found, {.cursor = kind ? query.after : ""},
                       [&](wire::JsonWriter& w, const PartnerProduct& each) { wire::write_product(w, each, viewer.country); });
}

// The prices of the size that the path names. Refuses one that is not sold.
Outcome<std::vector<PriceRow>> prices_of(const Call& call, const Viewer& viewer) {
  const std::string& name = call.path.at("product");
  std::vector<PriceRow> rows = TRY(viewer.snapshot->prices_of(name));
  if (rows.empty()) return refuse(404, code::kNotFound, fmt::format("no product {}", name.substr(0, 80)));
  return rows;
}

// What stands on the list today, by region and term, then by currency. What cannot be bought today is left out.
using Listed = std::map<std::pair<std::string, int>, std::map<Currency, Money>>;
Listed listed(const std::vector<PriceRow>& rows, Day today) {
  std::map<std::tuple<std::string, int, Currency>, std::vector<PriceRow>> by_place;
  for (const PriceRow& each : rows) by_place[{each.region, each.term.years, each.price.currency}].push_back(each);
  Listed out;
  for (const auto& [place, of_place] : by_place)
    if (const PriceRow* price = price_on(of_place, today))
      out[{std::get<0>(place), std::get<1>(place)}].insert_or_assign(price->price.currency, price->price);
  return out;
}

Outcome<Response> get_product(Call& call) {
  const Viewer viewer = TRY(viewer_of(call));
  const std::vector<PriceRow> rows = TRY(prices_of(call, viewer));
  return written(200, [&](wire::JsonWriter& w) { wire::write_product(w, product_of(rows.front()), viewer.country); });
}

Outcome<Response> list_skus(Call& call) {
  const Viewer viewer = TRY(viewer_of(call));
  const std::vector<PriceRow> rows = TRY(prices_of(call, viewer));
  const PartnerProduct product = product_of(rows.front());
  const Listed on_list = listed(rows, viewer.today);
  return collection_of(call, on_list, {}, [&](wire::JsonWriter& w, const Listed::value_type& each) {
    wire::write_sku(w, {product, each.first.first, Term{each.first.second}}, viewer.country);
  });
}

struct SkuRow {
  PartnerSku sku;
  std::map<Currency, Money> prices;
};
Outcome<SkuRow> sku_of(const Call& call, const Viewer& viewer) {
  const std::vector<PriceRow> rows = TRY(prices_of(call, viewer));
  const std::string& name = call.path.at("sku");
  if (const Result<SkuPlace> place = parse_sku(name))
    for (const auto& [at, prices] : listed(rows, viewer.today))
      if (region_key(at.first) == region_key(place->region) && at.second == place->term.years)
        return SkuRow{{product_of(rows.front()), at.first, place->term}, prices};
  return refuse(404, code::kNotFound, fmt::format("no SKU {} of product {}", name.substr(0, 80), call.path.at("product").substr(0, 80)));
}

Outcome<Response> get_sku(Call& call) {
  const Viewer viewer = TRY(viewer_of(call));
  const SkuRow row = TRY(sku_of(call, viewer));
  return written(200, [&](wire::JsonWriter& w) { wire::write_sku(w, row.sku, viewer.country); });
}

// In every currency of the list; for a customer in its own, through the exchange rate where need be.
Outcome<std::vector<PartnerAvailability>> availabilities_of(const Call& call, const Viewer& viewer) {
  const SkuRow row = TRY(sku_of(call, viewer));
  std::vector<PartnerAvailability> out;
  if (!viewer.customer) {
    for (const auto& [currency, price] : row.prices) out.push_back({row.sku, price});
    return out;
  }
  FactsCache cache;
  const PurchaseLine line{.product = row.sku.product.kind, .sku = row.sku.product.sku, .region = row.sku.region, .term = row.sku.term};
  const Result<PurchasePrice> price = price_of(*viewer.snapshot, cache, line, viewer.customer->currency, viewer.today);
  if (price) out.push_back({row.sku, price->billing});
  if (!price && price.error().code != Code::not_found) return std::unexpected(Refused(price.error()));
  return out;
}

Outcome<Response> list_availabilities(Call& call) {
  const Viewer viewer = TRY(viewer_of(call));
  const std::vector<PartnerAvailability> found = TRY(availabilities_of(call, viewer));
  return collection_of(call, found, {},
                       [&](wire::JsonWriter& w, const PartnerAvailability& each) { wire::write_availability(w, each, viewer.country); });
}

Outcome<Response> get_availability(Call& call) {
  const Viewer viewer = TRY(viewer_of(call));
  for (const PartnerAvailability& each : TRY(availabilities_of(call, viewer)))
    if (equal_ignoring_case(each.price.currency.code(), call.path.at("availability")))
      return written(200, [&](wire::JsonWriter& w) { wire::write_availability(w, each, viewer.country); });
  return refuse(404, code::kNotFound, fmt::format("no availability {}", call.path.at("availability").substr(0, 80)));
}

// Stock is not counted here: what is on the list today can be had.
Outcome<Response> check_inventory(Call& call) {
  const Viewer viewer = TRY(viewer_of(call));
  wire::JsonReader reader;
  const wire::InventoryBody body = TRY(wire::read_inventory(reader, call.request.body));
  std::string answer;
  wire::JsonWriter w(answer);
  w.begin_array();
  for (const auto& item : body.items) {
    const Listed on_list = listed(TRY(viewer.snapshot->prices_of(item.product)), viewer.today);
    const Result<SkuPlace> place = parse_sku(item.sku);
    const bool there = std::ranges::any_of(on_list, [&](const Listed::value_type& each) {
      return item.sku.empty() ||
             (place && region_key(each.first.first) == region_key(place->region) && each.first.second == place->term.years);
    });
    w.begin_object().field("productId", std::string_view(item.product)).field_if("skuId", item.sku).field("isRestricted", !there);
    w.key("restrictions").begin_array();
    if (!there) {
      w.begin_object().field("reasonCode", "NotAvailableForSubscription").key("properties").begin_object().field("type", "Location");
      w.key("values").begin_array();
      if (place) w.text(place->region);
      w.end_array().end_object().end_object();
    }
    w.end_array().end_object();
  }
  w.end_array();
  return http::json(200, std::move(answer));
}

}  // namespace

std::vector<Route> catalog_routes() {
  std::vector<Route> routes;
  for (const char* tree : {"/v1", "/v1/customers/{customer}"}) {
    const std::string one = fmt::format("{}/products/{{product}}", tree);
    routes.push_back({.pattern = fmt::format("{}/products", tree), .handler = list_products});
    routes.push_back({.pattern = one, .handler = get_product});
    routes.push_back({.pattern = one + "/skus", .handler = list_skus});
    routes.push_back({.pattern = one + "/skus/{sku}", .handler = get_sku});
    routes.push_back({.pattern = one + "/skus/{sku}/availabilities", .handler = list_availabilities});
    routes.push_back({.pattern = one + "/skus/{sku}/availabilities/{availability}", .handler = get_availability});
  }
  routes.push_back({.method = Method::post, .pattern = "/v1/extensions/product/checkInventory", .handler = check_inventory});
  return routes;
}

}  // namespace prorata::partner_center
