// A desk made for a test: a store of any kind, a clock that stands where it is put, counted ids, two customers and a short price list.
//
//   MadeDesk desk(*store);
//   const Reservation web = desk.buy({.customer = desk.nordvik, .quantity = 5});
//   desk.clock.pass_days(20);
//   const ReturnOutcome back = *return_reservation(desk.app, {.refund = {.reservation = web.id, .quantity = 2, .approved = "request 7"}});
//
// Prices are in USD and in SEK at 10 SEK for 1 USD, so that figures can be followed in the head: a unit of Standard_D2s_v5 costs
// 3,650.00 USD (36,500.00 SEK) for one year and 7,300.00 USD (73,000.00 SEK) for three.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/allowance_desk.h"
#include "app/change_reservation.h"
#include "app/desk.h"
#include "app/import_portfolio.h"
#include "app/move_clock.h"
#include "app/purchase.h"
#include "app/return_reservation.h"
#include "app/settle.h"
#include "sim/ids.h"
#include "usage_files/contents_folder.h"
#include "wire/policy_pack.h"

namespace prorata::testing {

class HandClock final : public Clock {
 public:
  explicit HandClock(Instant at) : at_(at) {}
  Instant now() override { return at_; }
  void put(Instant at) { at_ = at; }
  void pass_seconds(std::int64_t seconds) { at_ = add_seconds(at_, seconds); }
  void pass_days(std::int64_t days) { pass_seconds(days * 86'400); }

 private:
  Instant at_;
};

inline const policy::PackSet& packs() {
  static const policy::PackSet set = *wire::load_packs("");
  return set;
}

inline Money usd(std::int64_t whole) { return {whole * 100, Currency::usd()}; }
inline Money sek(std::int64_t whole) { return {whole * 100, *Currency::parse("SEK")}; }

// What a result holds; a failed one fails the test with its error and stops it.
template <class T>
T must(Result<T> result) {
  if (!result) ADD_FAILURE() << to_string(result.error().code) << ": " << result.error().text();
  CHECK(result.has_value(), "the test cannot go on");
  return std::move(*result);
}
inline void must(const Result<void>& result) { CHECK(result.has_value(), "the test cannot go on"); }

struct Buying {
  CustomerId customer;
  BillingPlan plan = BillingPlan::upfront;
  int years = 1;
  std::int64_t quantity = 1;
  std::string product = "VirtualMachines";
  std::string key;
};

struct MadeDesk {
  explicit MadeDesk(Store& store, std::vector<PolicyChoice> policies = {}, bool sandbox = true)
      : clock(*parse_instant("2026-03-02T10:00:00Z")), ids(sim::counted_ids(0x7E57)), app{store, clock, *ids, packs(), "anna"} {
    app.contents = contents.get();
    must(init_desk(app, {.partner = "Partner", .sandbox = sandbox, .policies = std::move(policies)}));
    const std::vector<Customer> customers = {customer(nordvik, "Nordvik", *Currency::parse("SEK"), {11, 10}, {2, 100}),
                                             customer(prairie, "Prairie", Currency::usd(), {1, 1}, {0, 1})};
    must(import_customers(app, customers, "test"));
    import_list_prices();
  }

  static Customer customer(const CustomerId& id, std::string name, Currency currency, Ratio price, Ratio handling) {
    return {.id = id,
            .name = std::move(name),
            .country = "SE",
            .currency = currency,
            .subscriptions = {{SubscriptionId::trusted("5ab5c" + id.text().substr(5)), "Production", {}, ""}},
            .price_ratio = price,
            .handling_rate = handling};
  }

  void import_list_prices() {
    const Day from = make_day(2025, 1, 1);
    must(import_rates(app, {{from, Currency::usd(), *Currency::parse("SEK"), {10, 1}}}, "test"));
    std::vector<PriceRow> rows;
    for (const auto& [years, dollars] : {std::pair(1, 3'650), std::pair(3, 7'300)})
      for (const Money price : {usd(dollars), sek(std::int64_t{dollars} * 10)})
        rows.push_back({"VirtualMachines", "Standard_D2s_v5", "westeurope", Term{years}, from, price});
    must(import_prices(app, std::move(rows), "test"));
  }

  Result<Reservation> try_to_buy(const Buying& what) {
    return purchase(app, {what.customer,
                          {.product = what.product,
                           .sku = "Standard_D2s_v5",
                           .region = "westeurope",
                           .term = Term{what.years},
                           .plan = what.plan,
                           .quantity = what.quantity},
                          what.key});
  }
  Reservation buy(const Buying& what) { return must(try_to_buy(what)); }

  Reservation change(const ReservationId& id, const std::string& action, const Change& how, const std::string& key = {}) {
    return must(change_reservation(app, {id, action, "by the test", key}, how));
  }
  // As a list would say it: whether a reservation was used is no figure of the desk's own.
  void set_usage(const ReservationId& id, Usage usage) {
    change(id, "usage", [&](Reservation r, Instant now) -> Result<Reservation> {
      r.usage = usage;
      ++r.revision;
      r.updated = now;
      return r;
    });
  }

  static ReturnAsk returning(const ReservationId& id, std::int64_t quantity, std::string key = {}) {
    return {.refund = {.reservation = id, .quantity = quantity, .approved = "request 7"}, .key = std::move(key)};
  }
  ReturnRecord give_back(const ReservationId& id, std::int64_t quantity) {
    return must(return_reservation(app, returning(id, quantity))).record;
  }

  std::unique_ptr<Snapshot> look() { return must(app.store.snapshot()); }
  Reservation read(const ReservationId& id) { return *must(look()->reservation(id)); }
  std::int64_t commits() { return must(look()->counts()).commits; }
  std::int64_t balance(const CustomerId& customer, ledger::Account account) {
    std::int64_t sum = 0;
    for (const ledger::Balance& each : must(look()->balances(customer)))
      if (each.account == account) sum += each.amount_minor;
    return sum;
  }
  std::vector<ledger::Entry> entries(const CustomerId& customer, std::string_view event = {}) {
    std::vector<ledger::Entry> found;
    must(look()->entries({.customer = customer}, [&](const ledger::Entry& entry) {
      if (event.empty() || entry.head().event == event) found.push_back(entry);
      return true;
    }));
    return found;
  }
  std::vector<AuditRecord> audit() {
    std::vector<AuditRecord> records;
    must(look()->audit(1, [&](const AuditRecord& record) {
      records.push_back(record);
      return true;
    }));
    return records;
  }
  ClockReport move_to(Instant at) {
    return must(move_clock(app, {.to = at}, [](std::int64_t) {}));
  }
  ClockReport move_days(std::int64_t days) { return move_to(add_seconds(now(), days * 86'400)); }
  ClockReport do_what_is_due() {
    return must(run_due(app, [](std::int64_t) {}));
  }
  Instant now() { return desk_now(**look()->desk(), clock.now()); }
  std::int64_t verified() {
    return must(app.store.verify([](std::int64_t) {}));
  }

  CustomerId nordvik = *CustomerId::parse("c0000000-0000-4000-8000-000000000001");  // SEK, 110 % of cost, 2 % handling
  CustomerId prairie = *CustomerId::parse("c0000000-0000-4000-8000-000000000002");  // USD, at cost
  HandClock clock;
  std::unique_ptr<IdSource> ids;
  std::unique_ptr<FileContents> contents = usage_files::contents_in_memory();
  App app;
};

}  // namespace prorata::testing
