// A desk for the tests of processes: one customer billed in USD, reservations bought today, a clock that stands still. On its first day a
// unit is worth its whole price, so every test knows what a return pays.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "processes/process.h"
#include "store/desks.h"
#include "wire/json.h"

namespace prorata::testing {

inline constexpr const char* kSmallCustomer = "11111111-0000-7000-8000-000000000001";
inline constexpr const char* kSmallSubscription = "11111111-0000-7000-8000-000000000002";

// The sizes that the desk's price list has, and the price of one unit.
struct SmallSize {
  const char* sku;
  std::int64_t unit_minor;
};
inline constexpr SmallSize kSmallSizes[] = {{"Standard_D2s_v5", 70'000}, {"Standard_D4s_v5", 121'000}, {"Standard_D8s_v5", 287'300}};

class SmallDesk {
 public:
  SmallDesk(const Place& place, const std::string& pack, std::int64_t units) : options{.data = place.at()} {
    must({"init", "--sandbox", "--policy", pack}, options);
    must({"clock", "set", "2090-01-02T12:00:00Z", "--freeze"}, options);
    const Folder lists;
    write_file(lists.file("customers.csv"),
               fmt::format("id,name,domain,country,currency,subscriptions\n{},Contoso,contoso.example,US,USD,{}\n", kSmallCustomer,
                           kSmallSubscription));
    std::string prices = "sku,region,term,from,currency,price,product\n";
    for (const SmallSize& size : kSmallSizes)
      prices += fmt::format("{},westeurope,P1Y,2020-01-01,USD,{},VirtualMachines\n", size.sku,
                            to_string(Money{size.unit_minor, Currency::usd()}));
    write_file(lists.file("prices.csv"), prices);
    must({"import", "customers", lists.file("customers.csv")}, options);
    must({"import", "prices", lists.file("prices.csv")}, options);
    for (const SmallSize& size : kSmallSizes)
      reservations.push_back(field(must({"reservation", "buy", "--customer", kSmallCustomer, "--sku", size.sku, "--region", "westeurope",
                                         "--quantity", std::to_string(units), "-o", "json"},
                                        options),
                                   "id"));
  }

  // The allowance used on the refund meter, USD.
  Money used() const {
    wire::JsonReader reader;
    const std::string text = must({"allowance", "show", kSmallCustomer, "-o", "json"}, options);
    return *wire::money_at(*reader.read(text)->find("meters")->first(), "used", Currency::usd());
  }

  // Every account of the books, in minor units of USD.
  std::map<std::string, std::int64_t> balances() const {
    wire::JsonReader reader;
    const std::string text = must({"books", "balance", "-o", "json"}, options);
    std::map<std::string, std::int64_t> out;
    for (auto each = reader.read(text)->first(); each; each = each->next())
      out[std::string(each->find("account")->text())] += wire::money_at(*each, "amount", Currency::usd())->minor;
    return out;
  }

  // What `prorata audit verify` says of the store.
  Outcome verify() const { return run({"audit", "verify"}, options); }

  RunOptions options;
  std::vector<std::string> reservations;  // one of each size
};

}  // namespace prorata::testing
