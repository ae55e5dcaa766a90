#include "app/carts.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/customer_desk.h"
#include "app/desk.h"

namespace prorata {
namespace {

Result<Customer> buyer(App& app, Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
  TRY(authorize(app, access::Right::buy, target_of(*customer)));
  if (customer->offer != OfferType::csp)
    return fail(Code::refused,
                fmt::format("{} buys as {}, not through a cloud solution provider", customer->name, to_string(customer->offer)), {},
                "customer_offer_not_supported");
  return *std::move(customer);
}

void refuse_line(CartLine& line, LineProblem problem, std::string why) {
  line.problem_code = static_cast<std::int64_t>(problem);
  line.problem = std::move(why);
}

void check_payer(CartLine& line, const Customer& customer, const std::string& named, Instant real_now) {
  const Result<SubscriptionId> id = SubscriptionId::parse(named);
  const Subscription* subscription = id ? find_subscription(customer, *id) : nullptr;
  if (subscription == nullptr)
    return refuse_line(line, LineProblem::subscription, fmt::format("'{}' is no subscription of the customer", named.substr(0, 80)));
  if (subscription->suspended) return refuse_line(line, LineProblem::subscription, fmt::format("subscription {} is suspended", named));
  if (registration_of(*subscription, real_now) != Registration::registered)
    refuse_line(line, LineProblem::registration,
                fmt::format("subscription {} is not registered for reservations; register it first", named));
}

// What the line would buy as things stand, or what is in its way.
Result<CartLine> looked_over(App& app, Snapshot& snapshot, FactsCache& cache, const Customer& customer, CartLine line, Day today) {
  line.problem.clear();
  line.problem_code = 0;
  const Result<CatalogItem> item = parse_item(line.item);
  if (!item) {
    refuse_line(line, LineProblem::item, item.error().message);
    return line;
  }
  const std::vector<PriceRow> rows = TRY(snapshot.prices(item->sku, item->region, item->term));
  line.line.sku = rows.empty() ? item->sku : rows.front().sku;
  line.line.region = rows.empty() ? item->region : rows.front().region;
  line.line.product = rows.empty() || rows.front().product.empty() ? "VirtualMachines" : rows.front().product;
  if (line.line.term != item->term) {
    refuse_line(line, LineProblem::item,
                fmt::format("{} is sold for {}, not for {}", line.item, to_string(item->term), to_string(line.line.term)));
  } else if (rows.empty()) {
    refuse_line(line, LineProblem::item, fmt::format("{} is not in the catalogue", line.item));
  } else if (item->currency != customer.currency) {
    refuse_line(line, LineProblem::currency,
                fmt::format("the customer is billed in {}, not in {}", customer.currency.code(), item->currency.code()));
  } else if (line.line.quantity > kCartUnitsMax) {
    refuse_line(line, LineProblem::quota, fmt::format("a line buys at most {} units", kCartUnitsMax));
  } else {
    const Result<PurchasePrice> price = price_of(snapshot, cache, line.line, customer.currency, today);
    if (!price && price.error().code != Code::not_found) return std::unexpected(price.error());
    if (!price)
      refuse_line(line, LineProblem::inventory, price.error().message);
    else
      check_payer(line, customer, line.line.billing_scope.substr(line.line.billing_scope.rfind('/') + 1), app.clock.now());
  }
  return line;
}

CartLine line_of(const CartLineAsk& ask, std::size_t place) {
  CartLine line{.item = ask.item, .group = std::to_string(place)};
  const Result<CatalogItem> item = parse_item(ask.item);
  line.line.quantity = ask.quantity;
  line.line.plan = ask.plan;
  line.line.name = ask.name;
  line.line.billing_scope = "/subscriptions/" + to_lower(ask.subscription);
  line.line.term = ask.term.value_or(item ? item->term : Term{});
  if (!ask.shared) line.line.scope = {.type = ScopeType::single, .id = line.line.billing_scope};
  return line;
}

AuditNote note_of(const App& app, std::string action, const Cart& cart, Instant now, std::string after) {
  return {.at = now,
          .actor = app.actor,
          .action = std::move(action),
          .customer = cart.customer.text(),
          .subject = cart.id.text(),
          .after = std::move(after)};
}

std::unexpected<Error> no_cart(const CartId& id) {
  return fail(Code::not_found, fmt::format("cart {} is not here, or its time is over; make a new one", id.text()), {}, "cart");
}

Result<Cart> standing_cart(Snapshot& snapshot, const CustomerId& customer, const CartId& id, Instant now) {
  std::optional<Cart> cart = TRY(snapshot.cart(id));
  if (!cart || cart->customer != customer) return no_cart(id);
  if (!cart->ordered && cart->expires <= now) return no_cart(id);
  return *std::move(cart);
}

Result<void> not_ordered(const Cart& cart) {
  if (!cart.ordered) return {};
  return fail(Code::refused, fmt::format("cart {} was ordered at {}", cart.id.text(), to_string(*cart.ordered)), {}, "cart_ordered");
}

template <class T>
void take(std::vector<T>& all, std::vector<T>& more) {
  std::ranges::move(more, std::back_inserter(all));
}

}  // namespace

std::string sku_name(std::string_view region, Term term) { return fmt::format("{}-{}", region, to_string(term)); }

std::string item_name(const CatalogItem& item) {
  return fmt::format("{}:{}:{}", item.sku, sku_name(item.region, item.term), item.currency.code());
}

Result<SkuPlace> parse_sku(std::string_view text) {
  const std::size_t dash = text.rfind('-');
  const Result<Term> term = parse_term(dash == std::string_view::npos ? std::string_view() : text.substr(dash + 1));
  if (dash == 0 || !term) return fail(Code::invalid_argument, fmt::format("'{}' is no SKU such as westeurope-P1Y", text.substr(0, 80)));
  return SkuPlace{std::string(text.substr(0, dash)), *term};
}

Result<CatalogItem> parse_item(std::string_view text) {
  const auto no_item = [&] {
    return fail(Code::invalid_argument, fmt::format("'{}' names nothing in the catalogue: PRODUCT:SKU:AVAILABILITY", text.substr(0, 80)));
  };
  const std::size_t first = text.find(':');
  const std::size_t last = text.rfind(':');
  if (first == std::string_view::npos || first == last || first == 0) return no_item();
  const Result<SkuPlace> place = parse_sku(text.substr(first + 1, last - first - 1));
  const Result<Currency> currency = Currency::parse(text.substr(last + 1));
  if (!place || !currency) return no_item();
  return CatalogItem{std::string(text.substr(0, first)), place->region, place->term, *currency};
}

Result<std::string> put_cart(App& app, const CartAsk& ask) {
  if (ask.lines.empty() || ask.lines.size() > kCartLinesMax)
    return fail(Code::invalid_argument, fmt::format("a cart has between 1 and {} lines", kCartLinesMax), "lineItems");
  for (const CartLineAsk& each : ask.lines)
    if (each.quantity < 1) return fail(Code::invalid_argument, "a line buys at least one unit", "lineItems", "cart_item");
  return write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
    const Moment at = TRY(load_moment(app, snapshot));
    const Customer customer = TRY(buyer(app, snapshot, ask.customer));
    Cart cart{.id = ask.cart, .customer = customer.id, .created = at.now, .created_by = app.actor};
    if (!ask.is_new) cart = TRY(standing_cart(snapshot, customer.id, ask.cart, at.now));
    TRY(not_ordered(cart));

    FactsCache cache;
    cart.modified = at.now;
    cart.expires = add_seconds(at.now, kCartSeconds);
    cart.lines.clear();
    for (const CartLineAsk& each : ask.lines)
      cart.lines.push_back(TRY(looked_over(app, snapshot, cache, customer, line_of(each, cart.lines.size()), day_of(at.now))));

    Changes changes{
        .audit = note_of(app, ask.is_new ? "cart.create" : "cart.change", cart, at.now, fmt::format("{} lines", cart.lines.size())),
        .carts = {cart}};
    return Telling{std::move(changes), ask.tell(cart)};
  });
}

Result<Cart> load_cart(App& app, Snapshot& snapshot, const CustomerId& customer, const CartId& id) {
  const Moment at = TRY(load_moment(app, snapshot));
  TRY(buyer(app, snapshot, customer));
  return standing_cart(snapshot, customer, id, at.now);
}

Result<std::string> check_out(App& app, const CheckOutAsk& ask) {
  return write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
    const Moment at = TRY(load_moment(app, snapshot));
    CheckedOut out{.customer = TRY(buyer(app, snapshot, ask.customer))};
    out.cart = TRY(standing_cart(snapshot, ask.customer, ask.cart, at.now));
    TRY(not_ordered(out.cart));

    FactsCache cache;
    Changes changes;
    for (CartLine& line : out.cart.lines) {
      line = TRY(looked_over(app, snapshot, cache, out.customer, std::move(line), day_of(at.now)));
      if (!line.problem.empty()) continue;
      const BoughtIds ids{OrderId::trusted(app.ids.next()), ReservationId::trusted(app.ids.next())};
      Changes bought = TRY(decide_purchase(app, snapshot, cache, out.customer, line.line, ids, at.now)).changes;
      line.order = ids.order;
      out.orders.push_back(bought.orders.front());
      out.reservations.push_back(bought.reservations.front());
      changes.seen = bought.seen;  // the customer, the same for each line
      take(changes.entries, bought.entries);
      take(changes.orders, bought.orders);
      take(changes.reservations, bought.reservations);
      take(changes.revisions, bought.revisions);
    }
    if (out.orders.empty())
      return fail(Code::refused, fmt::format("nothing of cart {} can be ordered: {}", ask.cart.text(), out.cart.lines.front().problem), {},
                  "nothing_to_order");
    out.cart.ordered = out.cart.modified = at.now;

    changes.audit =
        note_of(app, "cart.checkout", out.cart, at.now, fmt::format("{} of {} lines bought", out.orders.size(), out.cart.lines.size()));
    changes.carts = {out.cart};
    return Telling{std::move(changes), ask.tell(out)};
  });
}

}  // namespace prorata
