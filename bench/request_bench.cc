// How long a page of 'request list' takes on 200,000 requests of 2,000 customers: filters, searches, both sorts, and pages deep within, on
// SQLite, and on PostgreSQL where there is one. Filling goes through the store in commits of 10,000.
//
//   request_bench                        both stores, 200,000 requests
//   request_bench sqlite 20000           one store, fewer
#include "app/desk.h"
#include "database.h"
#include "store/statements.h"

using namespace prorata;
using namespace prorata::bench;

namespace {

constexpr std::int64_t kCommit = 10'000;
constexpr double kListGoalSeconds = 0.200;
constexpr double kSearchGoalSeconds = 0.300;
constexpr std::int64_t kCustomers = 2'000;
const Day kToday = make_day(2026, 7, 1);

// Most have ended long ago; one in a hundred is open.
request::State state_of(std::int64_t n, Numbers& numbers) {
  constexpr request::State kEnded[] = {request::State::completed, request::State::completed, request::State::rejected,
                                       request::State::withdrawn, request::State::expired};
  constexpr request::State kOpen[] = {request::State::draft, request::State::partner_approval, request::State::with_operator,
                                      request::State::approved};
  return n % 100 == 0 ? kOpen[numbers.in(0, 3)] : kEnded[numbers.in(0, 4)];
}

request::Request made_up_request(std::int64_t n, Numbers& numbers) {
  const Instant created{start_of(kToday).ticks - (200'000 - n) * kTicksPerSecond * 600};
  const request::Who who{"01970000-0000-7000-8000-00000000aaaa", "anna@partner.example"};
  request::Request r{.id = numbered<RequestId>(n),
                     .number = request::kFirstNumber + n,
                     .kind = n % 4 == 0 ? request::Kind::exchange : request::Kind::refund,
                     .state = state_of(n, numbers),
                     .customer = numbered<CustomerId>(numbers.in(0, kCustomers - 1)),
                     .returns = {{.order = numbered<OrderId>(n),
                                  .reservation = numbered<ReservationId>(n),
                                  .quantity = numbers.in(1, 40),
                                  .sku = fmt::format("Standard_D{}s_v5", 2 << numbers.in(0, 5))}},
                     .reason = "the project ended earlier than was planned",
                     .ticket = request::number_text(request::kFirstNumber + n),
                     .created_by = who,
                     .submitted_by = who,
                     .assigned_to = fmt::format("agent{}@partner.example", numbers.in(0, 40)),
                     .created = created,
                     .updated = created,
                     .due = add_seconds(created, numbers.in(900, 200'000)),
                     .expires = add_seconds(created, 14 * 86'400)};
  for (const auto [from, to] :
       {std::pair(request::State::draft, request::State::submitted), std::pair(request::State::submitted, request::State::with_operator)})
    r.steps.push_back({from, to, who, created, ""});
  return r;
}

void fill(Store& store, std::int64_t count) {
  CHECK(store.commit({.audit = {.at = start_of(kToday), .actor = "bench", .action = "desk.init"}, .desk = Desk{.partner = "Bench"}}),
        "a desk");
  Changes customers{.audit = {.at = start_of(kToday), .actor = "bench", .action = "fill"}};
  for (std::int64_t n = 0; n < kCustomers; ++n) customers.customers.push_back(made_up_customer(n));
  CHECK(store.commit(std::move(customers)), "customers");
  Numbers numbers(11);
  for (std::int64_t from = 0; from < count; from += kCommit) {
    Changes changes{.audit = {.at = start_of(kToday), .actor = "bench", .action = "fill"}};
    for (std::int64_t n = from; n < std::min(count, from + kCommit); ++n) changes.requests.push_back(made_up_request(n, numbers));
    CHECK(store.commit(std::move(changes)), "requests");
  }
}

struct Asked {
  std::string name;
  std::function<void(RequestQuery&)> set;
  bool search = false;
};

std::vector<Asked> everything_asked(std::int64_t count) {
  std::vector<Asked> all = {{"all", [](RequestQuery&) {}}};
  const auto add = [&](std::string name, std::function<void(RequestQuery&)> set, bool search = false) {
    all.push_back({std::move(name), std::move(set), search});
  };
  for (const auto& [state, word] : kWords<request::State>)
    add(fmt::format("state {}", word), [state](RequestQuery& q) { q.state = state; });
  add("open", [](RequestQuery& q) { q.open = true; });
  add("ended", [](RequestQuery& q) { q.open = false; });
  add("exchanges", [](RequestQuery& q) { q.kind = request::Kind::exchange; });
  for (const std::int64_t n : {0, 700, 1'999}) {
    add(fmt::format("customer {}", n), [n](RequestQuery& q) { q.customer = numbered<CustomerId>(n); });
    add(fmt::format("customer {}, open", n), [n](RequestQuery& q) {
      q.customer = numbered<CustomerId>(n);
      q.open = true;
    });
  }
  add("one agent's", [](RequestQuery& q) { q.assigned_to = "agent7@partner.example"; });
  add("one agent's, open", [](RequestQuery& q) {
    q.assigned_to = "agent7@partner.example";
    q.open = true;
  });
  add("number", [=](RequestQuery& q) { q.text = request::number_text(request::kFirstNumber + count / 2); }, true);
  add("reservation id", [=](RequestQuery& q) { q.text = numbered<ReservationId>(count / 3).text(); }, true);
  add("size", [](RequestQuery& q) { q.text = "standard_d64s"; }, true);
  add("words of nobody", [](RequestQuery& q) { q.text = "zebra crossing"; }, true);
  return all;
}

void time_lists(Store& store, std::int64_t count, Samples& lists, Samples& searches) {
  const request::Request middle = [&] {
    const auto snapshot = *store.snapshot();
    return **snapshot->request(numbered<RequestId>(count / 2));
  }();
  for (int round = 0; round < 5; ++round)
    for (const Asked& asked : everything_asked(count))
      for (const RequestSort sort : {RequestSort::created, RequestSort::due})
        for (const bool deep : {false, true}) {
          RequestQuery query{.sort = sort};
          asked.set(query);
          const Instant at = sort == RequestSort::due ? middle.due : middle.created;
          if (deep) query.after = store::sql::cursor(std::to_string(at.ticks), middle.id.text());
          const double seconds = seconds_of([&] {
            const auto snapshot = *store.snapshot();
            const auto page = snapshot->requests(query);
            CHECK(page.has_value(), page.error().message);
          });
          (asked.search ? searches : lists).add(seconds);
        }
}

void measure(bool postgres, std::int64_t count, Table& table) {
  const ScratchFolder folder;
  const DeskPlace place(postgres, folder);
  const std::unique_ptr<Store> store = place.open();
  const double filling = seconds_of([&] { fill(*store, count); });
  if (postgres) run_sql(place.at(), "VACUUM ANALYZE");
  Samples lists;
  Samples searches;
  time_lists(*store, count, lists, searches);
  const auto goal = [](double seconds, double most) { return seconds < most ? "reached" : "missed"; };
  table.add({postgres ? "PostgreSQL" : "SQLite", rate(static_cast<double>(count) / filling), milliseconds(lists.median()),
             milliseconds(lists.at(0.99)), fmt::format("< 200 ms, {}", goal(lists.at(0.99), kListGoalSeconds)),
             milliseconds(searches.at(0.99)), fmt::format("< 300 ms, {}", goal(searches.at(0.99), kSearchGoalSeconds))});
}

}  // namespace

int main(int argc, char** argv) {
  say_if_busy();
  const std::string_view only = argc > 1 ? argv[1] : "";
  const std::int64_t count = argc > 2 ? std::atoll(argv[2]) : 200'000;
  Table table({fmt::format("request list, {} requests", count), "filling", "median", "p99", "goal", "search p99", "goal"});
  for (const bool postgres : {false, true}) {
    if ((postgres && postgres_server().empty()) || (!only.empty() && (only == "postgres") != postgres)) continue;
    measure(postgres, count, table);
  }
  table.print();
  if (postgres_server().empty()) fmt::print("  no PostgreSQL: PRORATA_TEST_POSTGRES is not set ('./dev bench' starts one)\n");
}
