// Carts: what is to be bought together is put down line by line, looked over, and ordered at once. A cart stands a quarter of an hour.
//
//   TRY(put_cart(app, {.customer = id, .cart = new_id, .lines = {{.item = "Standard_D2s_v5:westeurope-P1Y:SEK", .quantity = 2, ...}}}));
//   TRY(check_out(app, {.customer = id, .cart = new_id, .request = {key, words}, .tell = ...}));
//
// A line that cannot be bought keeps its place and says why; the others are bought without it. The whole order is one commit with the cart:
// there is no moment at which a part of it was bought, and a cart is ordered once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/purchase.h"
#include "app/told.h"

namespace prorata {

inline constexpr std::int64_t kCartSeconds = 900;
inline constexpr std::size_t kCartLinesMax = 50;
inline constexpr std::int64_t kCartUnitsMax = 1'000;  // of one line

// The name of something in the catalogue: a size, a region and term, a currency. "Standard_D2s_v5:westeurope-P1Y:SEK".
struct CatalogItem {
  std::string sku;
  std::string region;
  Term term;
  Currency currency;
};
std::string sku_name(std::string_view region, Term term);  // "westeurope-P1Y"
std::string item_name(const CatalogItem& item);
// Errors: invalid_argument, naming the text.
Result<CatalogItem> parse_item(std::string_view text);
struct SkuPlace {
  std::string region;
  Term term;
};
Result<SkuPlace> parse_sku(std::string_view text);

// Why a line cannot be bought, in the numbers of Partner Center.
enum class LineProblem : std::int64_t {
  currency = 10000,
  item = 10001,
  quota = 10002,
  inventory = 10003,
  subscription = 10007,
  registration = 10008
};

struct CartLineAsk {
  std::string item;
  std::int64_t quantity = 1;
  BillingPlan plan = BillingPlan::upfront;
  std::optional<Term> term;  // absent: the item's
  std::string name;
  std::string subscription;  // that pays
  bool shared = true;        // or for that subscription alone
};

struct CartAsk {
  CustomerId customer;
  CartId cart;
  bool is_new = false;  // else one that is there and was not ordered is put anew
  std::vector<CartLineAsk> lines;
  WriteRequest request;
  Tell<Cart> tell;
};
// Errors: not_found for the customer or the cart; forbidden; invalid_argument for no line or too many; refused ("cart_ordered", or a
// customer that does not buy through a partner); those of Store::commit.
Result<std::string> put_cart(App& app, const CartAsk& ask);

// An ordered cart stays; one that was not ordered is gone when its time is over. Errors: not_found, forbidden.
Result<Cart> load_cart(App& app, Snapshot& snapshot, const CustomerId& customer, const CartId& id);

struct CheckedOut {
  Customer customer;
  Cart cart;
  std::vector<Order> orders;  // of the lines that could be bought, in their order
  std::vector<Reservation> reservations;
};
struct CheckOutAsk {
  CustomerId customer;
  CartId cart;
  WriteRequest request;
  Tell<CheckedOut> tell;
};
// Every line is looked over again. Errors, besides those of put_cart: refused with "nothing_to_order" where no line can be bought.
Result<std::string> check_out(App& app, const CheckOutAsk& ask);

}  // namespace prorata
