// Desks for the benchmarks of the stores: a folder or a schema of its own for each, and a partner's customers and reservations in it.
#pragma once

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "app/app.h"
#include "base/check.h"
#include "bench.h"
#include "store/open.h"

namespace prorata::bench {

inline std::string postgres_server() {
  const char* url = std::getenv("PRORATA_TEST_POSTGRES");
  return url == nullptr ? "" : url;
}

inline void run_sql(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  CHECK(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, PQerrorMessage(connection));
  PQclear(result);
  PQfinish(connection);
}

// Where one desk is, gone with the object.
class DeskPlace {
 public:
  DeskPlace(bool postgres, const ScratchFolder& folder) : postgres_(postgres), name_(fmt::format("bench_{}_{}", getpid(), next_++)) {
    if (postgres_) run_sql(postgres_server(), fmt::format("CREATE SCHEMA {}", name_));
    const std::string server = postgres_server();
    at_ = postgres_ ? fmt::format("{}{}options=-csearch_path%3D{}", server, server.find('?') == std::string::npos ? "?" : "&", name_)
                    : (folder.path() / name_).string();
  }
  ~DeskPlace() {
    if (postgres_)
      run_sql(postgres_server(), fmt::format("SET client_min_messages = error; DROP SCHEMA {} CASCADE", name_));
    else
      std::filesystem::remove_all(at_);
  }
  DeskPlace(const DeskPlace&) = delete;
  DeskPlace& operator=(const DeskPlace&) = delete;
  const std::string& at() const { return at_; }
  bool postgres() const { return postgres_; }

  std::unique_ptr<Store> open() const {
    auto store = store::open_store(at_, {.create = true});
    CHECK(store.has_value(), store.error().message);
    return std::move(*store);
  }

 private:
  static inline int next_ = 0;
  bool postgres_;
  std::string name_;
  std::string at_;
};

template <class I>
I numbered(std::int64_t n) {
  return I::trusted(fmt::format("01970000-0000-7000-8000-{:012x}", n));
}

inline Customer made_up_customer(std::int64_t n) {
  return {.id = numbered<CustomerId>(n),
          .name = fmt::format("Customer {:05}", n),
          .domain = fmt::format("customer{}.example", n),
          .country = "SE",
          .currency = *Currency::parse("SEK"),
          .subscriptions = {{.id = numbered<SubscriptionId>(1'000'000 + n), .name = "Production"}}};
}

inline Reservation made_up_reservation(std::int64_t n, const CustomerId& customer, Instant bought, std::int64_t units) {
  static constexpr const char* kSkus[] = {"Standard_D2s_v5", "Standard_E4s_v5", "Standard_F8s_v2", "Standard_D16s_v5"};
  static constexpr const char* kRegions[] = {"swedencentral", "westeurope", "northeurope"};
  Reservation r;
  r.id = numbered<ReservationId>(n);
  r.order = numbered<OrderId>(n);
  r.customer = customer;
  r.name = fmt::format("Web fleet {:06}", n);
  r.product = "VirtualMachines";
  r.sku = kSkus[n % 4];
  r.region = kRegions[n % 3];
  r.sku_description = "Reserved VM Instance, " + r.sku;
  r.quantity = r.original_quantity = units;
  r.plan = n % 2 == 0 ? BillingPlan::upfront : BillingPlan::monthly;
  r.purchased = r.benefit_start = r.updated = bought;
  r.expiry = expiry_of(r.benefit_start, r.term);
  r.state = ProvisioningState::succeeded;
  r.billing_scope = "/subscriptions/" + numbered<SubscriptionId>(1'000'000 + n).text();
  r.schedule = make_schedule(r.plan, r.term, day_of(r.benefit_start), {units * 105'000, *Currency::parse("SEK")},
                             Money{units * 10'000, Currency::usd()});
  return r;
}

}  // namespace prorata::bench
