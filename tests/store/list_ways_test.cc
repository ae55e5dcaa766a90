// A list can be read in several ways (store/statements.h). Whichever the store would choose, every way gives the same page, and it is the
// page that the memory store gives, which looks at everything.
#include <algorithm>

#include "desks.h"
#include "store/sql.h"
#include "store/statements.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using store::sql::ListCall;

constexpr int kReservations = 240;  // fewer than a walk may look at, so that every way sees all of them

// Many share a value, so that pages end within equal ones; some values begin others.
Reservation varied(int n) {
  Reservation r = reservation(n, n % 5);
  r.order = id<OrderId>(n / 3);
  r.name = fmt::format("{} {}", n % 4 == 0 ? "Web" : n % 4 == 1 ? "web shop" : "database", n % 50);
  r.product = n % 6 == 0 ? "SqlDatabases" : "VirtualMachines";
  r.region = n % 3 == 0 ? "swedencentral" : "West Europe";
  r.purchased = {r.purchased.ticks % (40 * kTicksPerDay)};
  r.expiry = {start_of(make_day(2027, 1, 1)).ticks + n % 30 * kTicksPerDay};
  r.archived = r.state == ProvisioningState::cancelled && n % 2 == 0;
  r.renew = n % 11 == 0;
  return r;
}

Changes all_reservations() {
  Changes changes{.audit = note("fill")};
  for (int n = 0; n < kReservations; ++n) changes.reservations.push_back(varied(n));
  return changes;
}

std::vector<ReservationQuery> queries() {
  std::vector<ReservationQuery> filters(1);
  const auto add = [&](const auto& set) {
    ReservationQuery query;
    set(query);
    filters.push_back(query);
  };
  add([](ReservationQuery& q) { q.order = id<OrderId>(9); });
  add([](ReservationQuery& q) { q.customer = id<CustomerId>(3); });
  add([](ReservationQuery& q) { q.sku = "standard_D2s_v3"; });
  add([](ReservationQuery& q) { q.product = "sqldatabases"; });
  add([](ReservationQuery& q) { q.region = "westeurope"; });
  add([](ReservationQuery& q) { q.state = ProvisioningState::succeeded; });
  add([](ReservationQuery& q) { q.state = ProvisioningState::cancelled; });
  add([](ReservationQuery& q) { q.archived = true; });
  add([](ReservationQuery& q) { q.archived = false; });
  add([](ReservationQuery& q) { q.renew = true; });
  add([](ReservationQuery& q) { q.name_prefix = "WEB"; });
  add([](ReservationQuery& q) { q.expires_from = make_day(2027, 1, 20); });
  add([](ReservationQuery& q) { q.expires_until = make_day(2027, 1, 7); });
  add([](ReservationQuery& q) { q.expires_from = make_day(2027, 1, 9), q.expires_until = make_day(2027, 1, 19); });
  add([](ReservationQuery& q) { q.customer = id<CustomerId>(1), q.state = ProvisioningState::succeeded; });
  add([](ReservationQuery& q) { q.customer = id<CustomerId>(1), q.archived = true, q.name_prefix = "web "; });
  add([](ReservationQuery& q) { q.sku = "Standard_E4s_v3", q.region = "swedencentral", q.expires_until = make_day(2027, 1, 19); });
  add([](ReservationQuery& q) { q.product = "virtualmachines", q.state = ProvisioningState::cancelled, q.renew = false; });
  add([](ReservationQuery& q) { q.state = ProvisioningState::failed; });
  std::vector<ReservationQuery> all;
  for (ReservationQuery query : filters) {
    for (const auto& [sort, word] : kWords<ReservationSort>) {
      query.sort = sort;
      query.limit = 20;
      for (query.descending = false;; query.descending = true) {
        all.push_back(query);
        if (query.descending) break;
      }
    }
  }
  return all;
}

using Ids = std::vector<std::string>;

struct PageOfIds {
  Ids ids;
  std::string next;
};

PageOfIds read(store::SqlConnection& connection, const ListCall& call, std::size_t limit) {
  const Result<store::SqlRows> rows = connection.run(store::sql::kept(call.text), call.values);
  PageOfIds page;
  if (!rows) {
    ADD_FAILURE() << rows.error().text() << "\n" << call.text;
    return page;
  }
  for (std::size_t i = 0; i < std::min(rows->size(), limit); ++i) page.ids.push_back((*rows)[i].text(2));
  if (rows->size() > limit) page.next = store::sql::cursor((*rows)[limit - 1].text(3), (*rows)[limit - 1].text(2));
  return page;
}

Ids ids_of(const Page<Reservation>& page) {
  Ids ids;
  for (const Reservation& each : page.items) ids.push_back(each.id.text());
  return ids;
}

class ListWays : public ::testing::TestWithParam<Where> {};
INSTANTIATE_TEST_SUITE_P(, ListWays, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(ListWays, GiveTheSamePages) {
  const Place place(GetParam());
  PRORATA_SKIP_WITHOUT(place);
  const std::unique_ptr<Store> memory = store::memory_store();
  ASSERT_TRUE(memory->commit(all_reservations()));
  const std::unique_ptr<Store> sql = *store::open_store(place.at(), {.create = true});
  ASSERT_TRUE(sql->commit(all_reservations()));
  const auto database = GetParam() == Where::sqlite ? *store::sqlite_database(place.at(), {}) : *store::postgres_database(place.at(), {});
  const std::unique_ptr<store::SqlConnection> connection = *database->connect_reader();

  const auto expected_from = *memory->snapshot();
  const auto chosen_from = *sql->snapshot();
  for (ReservationQuery query : queries()) {
    ReservationQuery expected_query = query;
    for (int page = 0; page < 2; ++page) {
      const Page<Reservation> expected = *expected_from->reservations(expected_query);
      const auto access = store::sql::reservation_access(query);
      const PageOfIds walked = read(*connection, access.walk, query.limit);
      const std::string about =
          fmt::format("page {} by {}{}\n{}", page, to_string(query.sort), query.descending ? " descending" : "", access.walk.text);
      ASSERT_EQ(walked.ids, ids_of(expected)) << about;
      ASSERT_EQ(ids_of(*chosen_from->reservations(query)), walked.ids) << about;
      for (const auto& way : access.by_filter) {
        const PageOfIds gathered = read(*connection, way.gather, query.limit);
        ASSERT_EQ(gathered.ids, walked.ids) << about << "\n" << way.gather.text;
        ASSERT_EQ(gathered.next, walked.next) << about << "\n" << way.gather.text;
      }
      ASSERT_EQ(walked.next.empty(), expected.next.empty()) << about;
      if (walked.next.empty()) break;
      query.after = walked.next;
      expected_query.after = expected.next;
    }
  }
}

}  // namespace
}  // namespace prorata
