// What can be asked, what can be bought, and what is bought for a subscription.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/desk.h"
#include "app/reservation_list.h"
#include "arm/capacity.h"
#include "wire/arm_reservation.h"

namespace prorata::arm::capacity {
namespace {

constexpr std::size_t kCatalogPage = 50;
constexpr std::size_t kAppliedPage = 1'000;

struct OperationText {
  std::string_view name;
  std::string_view operation;
  std::string_view description;
};
constexpr auto kOperations = std::to_array<OperationText>({
    {"Microsoft.Capacity/operations/read", "List Operations", "Lists the operations of this provider"},
    {"Microsoft.Capacity/register/action", "Register the Provider", "Registers the provider for a subscription"},
    {"Microsoft.Capacity/catalogs/read", "Get the Catalog", "Reads what can be reserved"},
    {"Microsoft.Capacity/appliedreservations/read", "Get Applied Reservations", "Reads the orders that apply to a subscription"},
    {"Microsoft.Capacity/calculateprice/action", "Calculate a Price", "Calculates the price of a reservation"},
    {"Microsoft.Capacity/calculateexchange/action", "Calculate an Exchange", "Calculates an exchange and what its policy says"},
    {"Microsoft.Capacity/exchange/action", "Exchange Reservations", "Exchanges reservations"},
    {"Microsoft.Capacity/operationresults/read", "Get Operation Results", "Reads how an operation stands"},
    {"Microsoft.Capacity/reservations/read", "Get Reservations", "Reads all reservations"},
    {"Microsoft.Capacity/reservationorders/read", "Get Reservation Orders", "Reads reservation orders"},
    {"Microsoft.Capacity/reservationorders/write", "Create Reservation Orders", "Buys a reservation"},
    {"Microsoft.Capacity/reservationorders/action", "Update Reservation Orders", "Changes a reservation order"},
    {"Microsoft.Capacity/reservationorders/delete", "Delete Reservation Orders", "Removes a reservation order"},
    {"Microsoft.Capacity/reservationorders/split/action", "Split a Reservation", "Splits a reservation into several"},
    {"Microsoft.Capacity/reservationorders/merge/action", "Merge Reservations", "Merges reservations into one"},
    {"Microsoft.Capacity/reservationorders/calculaterefund/action", "Calculate a Refund", "Calculates a refund and what its policy says"},
    {"Microsoft.Capacity/reservationorders/return/action", "Return a Reservation", "Returns units of a reservation"},
    {"Microsoft.Capacity/reservationorders/changedirectory/action", "Change the Directory", "Moves an order to another tenant"},
    {"Microsoft.Capacity/reservationorders/reservations/read", "Get Reservations", "Reads the reservations of an order"},
    {"Microsoft.Capacity/reservationorders/reservations/write", "Update Reservations", "Changes a reservation"},
    {"Microsoft.Capacity/reservationorders/reservations/action", "Update Reservations", "Acts on a reservation"},
    {"Microsoft.Capacity/reservationorders/reservations/availablescopes/action", "Check Available Scopes",
     "Says which scopes a reservation may have"},
    {"Microsoft.Capacity/reservationorders/reservations/archive/action", "Archive a Reservation", "Hides a reservation that has ended"},
    {"Microsoft.Capacity/reservationorders/reservations/unarchive/action", "Unarchive a Reservation",
     "Shows an archived reservation again"},
    {"Microsoft.Capacity/reservationorders/reservations/revisions/read", "Get Revisions", "Reads the history of a reservation"},
});

// A size in one region, with today's price of one unit for each term.
struct CatalogItem {
  std::string sku;
  std::string product;
  std::map<int, Money> msrp;  // by years, in USD where the list has it
};

std::vector<CatalogItem> items_of(const std::vector<PriceRow>& rows, std::string_view product, Day today) {
  std::vector<CatalogItem> items;
  for (std::size_t from = 0; from < rows.size();) {
    std::size_t until = from;
    while (until < rows.size() && equal_ignoring_case(rows[until].sku, rows[from].sku)) ++until;
    CatalogItem item{.sku = rows[from].sku, .product = rows[from].product.empty() ? "VirtualMachines" : rows[from].product};
    std::map<std::pair<int, bool>, std::vector<PriceRow>> by_term;  // in USD or not
    for (std::size_t i = from; i < until; ++i) by_term[{rows[i].term.years, rows[i].price.currency == Currency::usd()}].push_back(rows[i]);
    for (const auto& [key, of_term] : by_term) {
      const PriceRow* price = price_on(of_term, today);
      if (price != nullptr) item.msrp.insert_or_assign(key.first, price->price);  // USD comes last and stays
    }
    if (equal_ignoring_case(item.product, product) && !item.msrp.empty()) items.push_back(std::move(item));
    from = until;
  }
  return items;
}

std::string with_small_first(std::string text) {
  text.replace(0, 1, to_lower(std::string_view(text).substr(0, 1)));
  return text;
}

void write_property(wire::JsonWriter& w, std::string_view name, std::string_view value) {
  w.begin_object().field("name", name).field("value", value).end_object();
}

void write_item(wire::JsonWriter& w, const CatalogItem& item, std::string_view region, const std::vector<FlexibilityRatio>& ratios) {
  w.begin_object().field("resourceType", with_small_first(item.product)).field("name", item.sku);
  w.key("terms").begin_array();
  for (const auto& [years, price] : item.msrp) w.text(to_string(Term{years}));
  w.end_array().key("locations").begin_array().text(region).end_array();
  w.key("billingPlans").begin_object();
  for (const auto& [years, price] : item.msrp) w.key(fmt::format("p{}Y", years)).begin_array().text("Upfront").text("Monthly").end_array();
  w.end_object().key("msrp").begin_object();
  for (const auto& [years, price] : item.msrp) wire::write_amount(w, fmt::format("p{}Y", years), price);
  w.end_object().key("skuProperties").begin_array();
  for (const FlexibilityRatio& each : ratios) {
    write_property(w, "ReservationsAutofitGroup", each.group);
    write_property(w, "ReservationsAutofitRatio",
                   each.ratio.over == 1 ? std::to_string(each.ratio.part) : fmt::format("{}/{}", each.ratio.part, each.ratio.over));
  }
  const std::string_view short_name = std::string_view(item.sku).substr(item.sku.starts_with("Standard_") ? 9 : 0);
  write_property(w, "SkuName", short_name);
  write_property(w, "SkuDisplayName", short_name);
  w.end_array().key("restrictions").begin_array().end_array().end_object();
}

Outcome<std::size_t> number_of(const Call& call, std::string_view name, std::size_t otherwise, std::int64_t min) {
  const std::optional<std::string_view> text = call.request.query.find(name);
  if (!text || text->empty()) return otherwise;
  const Result<std::int64_t> number = parse_integer(*text, min, 100'000, name);
  if (!number) return refuse(400, "BadRequest", number.error().message);
  return static_cast<std::size_t>(*number);
}

}  // namespace

Outcome<Response> list_operations(Call& call) {
  TRY(allow(call, "Microsoft.Capacity/operations/read", {.scope = access::capacity_scope()}));
  return written(200, [](wire::JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const OperationText& each : kOperations) {
      w.begin_object().field("name", each.name).field("isDataAction", false).key("display").begin_object();
      w.field("provider", "Microsoft Capacity").field("resource", "Reservations").field("operation", each.operation);
      w.field("description", each.description).end_object().field("origin", "user,system").end_object();
    }
    w.end_array().end_object();
  });
}

Outcome<Response> list_catalog(Call& call) {
  const SubscriptionId subscription = TRY(subscription_of(call));
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  TRY(open_subscription(call, *snapshot, subscription, "Microsoft.Capacity/catalogs/read", NamedBy::path));
  const std::string_view product = call.request.query.get("reservedResourceType");
  const std::string region = region_key(call.request.query.get("location"));
  if (product.empty()) return refuse(400, "BadRequest", "The reservedResourceType query parameter is required.");
  if (region.empty()) return refuse(400, "InvalidLocationId", "The location query parameter is required.");
  const bool first_version = call.version == kFirstVersion;  // gives all at once
  const std::size_t skip = TRY(number_of(call, "$skip", 0, 0));
  const std::size_t take = TRY(number_of(call, "$take", first_version ? 100'000 : kCatalogPage, 1));

  const Day today = day_of(TRY(load_moment(call.app, *snapshot)).now);
  const std::vector<CatalogItem> items = items_of(TRY(snapshot->prices_in(region)), product, today);
  const std::size_t from = std::min(skip, items.size());
  const std::size_t until = std::min(from + take, items.size());
  std::vector<std::vector<FlexibilityRatio>> ratios;
  for (std::size_t i = from; i < until; ++i) ratios.push_back(ratios_on(TRY(snapshot->ratios_of(items[i].sku)), today));
  return written(200, [&](wire::JsonWriter& w) {
    if (!first_version) w.begin_object().key("value");
    w.begin_array();
    for (std::size_t i = from; i < until; ++i) write_item(w, items[i], region, ratios[i - from]);
    w.end_array();
    if (first_version) return;
    if (until < items.size()) {
      std::string url = url_of(call, call.request.path);
      for (const std::string_view name : {"reservedResourceType", "location"})
        url += fmt::format("&{}={}", name, http::percent_encode(call.request.query.get(name)));
      w.field("nextLink", fmt::format("{}&%24take={}&%24skip={}", url, take, until));
    }
    w.field("totalItems", static_cast<std::int64_t>(items.size())).end_object();
  });
}

Outcome<Response> list_applied(Call& call) {
  const SubscriptionId subscription = TRY(subscription_of(call));
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const Customer customer =
      TRY(open_subscription(call, *snapshot, subscription, "Microsoft.Capacity/appliedreservations/read", NamedBy::path));
  const PageStart start = TRY(page_start(call));
  const Instant now = TRY(load_moment(call.app, *snapshot)).now;
  const ListedReservations page =
      TRY(list_reservations(*snapshot, {.customer = customer.id, .state = ProvisioningState::succeeded, .after = start.after},
                            {.take = kAppliedPage, .skip = start.skip, .now = now}, [&](const Reservation& each) -> Result<bool> {
                              return is_active(each) && covers(customer, each.scope, subscription);
                            }));
  std::vector<OrderId> orders;
  for (const Reservation& each : page.items)
    if (std::ranges::find(orders, each.order) == orders.end()) orders.push_back(each.order);
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object();
    w.field("id", fmt::format("/subscriptions/{}/providers/microsoft.capacity/AppliedReservations/default", subscription.text()));
    w.field("type", "Microsoft.Capacity/AppliedReservations").field("name", "default");
    w.key("properties").begin_object().key("reservationOrderIds").begin_object().key("value").begin_array();
    for (const OrderId& each : orders) w.text(fmt::format("/providers/Microsoft.Capacity/reservationorders/{}", each.text()));
    w.end_array();
    if (!page.next.empty()) w.field("nextLink", next_link(call.request, skip_token(page.next)));
    w.end_object().end_object().end_object();
  });
}

}  // namespace prorata::arm::capacity
