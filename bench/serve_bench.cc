// `prorata serve` as clients meet it: a process of its own, over TLS with keep-alive, every request with its token and its rights decided.
//
//   serve_bench                  all of it
//   serve_bench http             one reservation and calculateRefund, under wrk, beside nginx with a file of the same size
//   serve_bench returns          calculateRefund and return, durable, 32 connections, beside returns on the store alone
//   serve_bench list 100000      1,000 by a filter of so many reservations, a tenth of which the caller may see
//   serve_bench memory 2         so many minutes of everything: what the server holds at the start and at the end
#include <atomic>
#include <barrier>
#include <thread>

#include "app/accounts.h"
#include "app/desk.h"
#include "app/import_portfolio.h"
#include "app/purchase.h"
#include "app/return_reservation.h"
#include "app/signing_keys.h"
#include "database.h"
#include "identity/token.h"
#include "serve/gate.h"
#include "system/clock_and_ids.h"
#include "web.h"
#include "wire/json.h"
#include "wire/policy_pack.h"

using namespace prorata;
using namespace prorata::bench;

namespace {

constexpr int kConnections = 32;
constexpr int kRounds = 3;
constexpr int kSeconds = 3;
constexpr int kCustomersEach = 10;  // of every connection, its own: nobody waits for anybody's allowance
constexpr int kReturnsEach = 40;    // of every connection, in a round
constexpr std::int64_t kListCommit = 10'000;
constexpr std::string_view kVersion = "?api-version=2022-11-01";

struct World {
  World() : packs(*wire::load_packs({})), clock(system::real_clock()), ids(system::time_ordered_ids()) {}
  App app(Store& store) { return {store, *clock, *ids, packs, "bench"}; }
  policy::PackSet packs;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<IdSource> ids;
};

// A program that may do everything at that customer's tenant, and a token of its own: what sign-in would give, without the time it takes.
std::string token_for(App app, const CustomerId& customer) {
  const auto client = create_client(
      app,
      {.name = "bench", .customer = customer, .roles = {access::Standing::global_admin}, .all_customers = true, .secret_hash = "none"});
  CHECK(client, "a client");
  const auto keys = rotate_keys(app, [](Instant now) {
    const identity::SigningKey key = identity::SigningKey::generate(now);
    return SigningKeyRow{.kid = key.id(), .pem = key.pem(), .created = now};
  });
  CHECK(keys, "a key");
  const Instant now = app.clock.now();
  return identity::sign({.audiences = {std::string(serve::kAudience)},
                         .issuer = "bench",
                         .issued = now,
                         .not_before = now,
                         .expires = add_seconds(now, 86'400),
                         .application = client->id.text(),
                         .object = client->object.text(),
                         .tenant = client->tenant,
                         .kind = "app"},
                        *identity::SigningKey::from_pem(keys->front().pem, keys->front().created));
}

// One reservation of a thousand units for each customer, bought today; 100 USD or 1,000 SEK a unit.
struct Holding {
  CustomerId customer;
  OrderId order;
  ReservationId id;
  std::string token;

  std::string order_path() const { return "/providers/Microsoft.Capacity/reservationOrders/" + order.text(); }
  std::string path() const { return fmt::format("{}/reservations/{}", order_path(), id.text()); }
  std::string body(std::string_view session = {}) const {
    return fmt::format(
        R"({{"id":"{}","properties":{{{}"scope":"Reservation","reservationToReturn":{{"reservationId":"{}","quantity":1}}}}}})",
        order_path(), session.empty() ? "" : fmt::format(R"("sessionId":"{}","returnReason":"bench",)", session), path());
  }
};

std::string subscription_of(std::int64_t customer) { return numbered<SubscriptionId>(1'000'000 + customer).text(); }

std::vector<Holding> fill(Store& store, World& world, std::int64_t customers) {
  App app = world.app(store);
  CHECK(init_desk(app, {.partner = "Bench", .policies = {{make_day(2020, 8, 6), "azure-2022", ""}}}), "a new desk");
  Changes changes{.audit = {.at = world.clock->now(), .actor = "bench", .action = "fill"}};
  for (std::int64_t n = 0; n < customers; ++n) changes.customers.push_back(made_up_customer(n));
  for (const auto& [currency, price] : {std::pair(Currency::usd(), 10'000), std::pair(*Currency::parse("SEK"), 100'000)})
    changes.prices.push_back(
        {.sku = "Standard_D2s_v5", .region = "westeurope", .term = Term{1}, .from = make_day(2025, 1, 1), .price = {price, currency}});
  CHECK(store.commit(std::move(changes)), "the desk is filled");
  std::vector<Holding> holdings;
  for (std::int64_t n = 0; n < customers; ++n) {
    const auto bought = purchase(app, {.customer = numbered<CustomerId>(n),
                                       .line = {.product = "VirtualMachines",
                                                .sku = "Standard_D2s_v5",
                                                .region = "westeurope",
                                                .term = Term{1},
                                                .plan = BillingPlan::upfront,
                                                .quantity = 1'000,
                                                .name = fmt::format("Web fleet {:04}", n),
                                                .billing_scope = "/subscriptions/" + subscription_of(n)}});
    CHECK(bought, bought.error().text());
    holdings.push_back({bought->customer, bought->order, bought->id, token_for(app, bought->customer)});
  }
  return holdings;
}

// `prorata serve`, gone with the object.
class Serving {
 public:
  Serving(const DeskPlace& place, const std::filesystem::path& folder, int threads) {
    const std::string out = folder / "serve.out";
    const std::string tls = folder / "tls";
    const std::string count = std::to_string(threads);
    const char* const words[] = {PRORATA_PROGRAM, "--data",       place.at().c_str(), "--output",  "json",        "serve", "--listen",
                                 "127.0.0.1:0",   "--tls-folder", tls.c_str(),        "--threads", count.c_str(), nullptr};
    std::filesystem::remove(out);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK(::posix_spawn(&process_, PRORATA_PROGRAM, &files, nullptr, const_cast<char* const*>(words), environ) == 0, "the server starts");
    posix_spawn_file_actions_destroy(&files);
    std::string url;
    for (int i = 0; i < 2'000 && url.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      std::ifstream in(out);
      const std::string said{std::istreambuf_iterator<char>(in), {}};
      wire::JsonReader reader;
      if (const auto root = reader.read(said)) url = std::string(wire::text_if(*root, "url"));
    }
    CHECK(!url.empty(), "the server says where it listens");
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    files_ = {.certificate = folder / "tls" / "server.pem", .key = folder / "tls" / "server.key"};
  }
  ~Serving() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  std::uint16_t port() const { return port_; }
  pid_t process() const { return process_; }
  const http::TlsFiles& files() const { return files_; }
  long resident_kib() const {
    std::ifstream file(fmt::format("/proc/{}/status", process_));
    for (std::string line; std::getline(file, line);)
      if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
  }

 private:
  pid_t process_ = 0;
  std::uint16_t port_ = 0;
  http::TlsFiles files_;
};

std::string met(bool reached) { return reached ? "reached" : "missed"; }

// ---- one reservation, one quote -------------------------------------------------------------------------------------------------------

struct Rates {
  Samples rate;
  double cpu = 0;
  double requests = 0;

  void add(pid_t process, const WrkLoad& load) {
    const double before = cpu_seconds_of(process);
    const double got = wrk(load).rate;
    cpu += cpu_seconds_of(process) - before;
    requests += got * load.seconds;
    rate.add(got);
  }
  std::string each() const { return fmt::format("{:.0f} us", cpu / requests * 1e6); }
};

void measure_http() {
  if (!installed("wrk") || !installed("nginx")) {
    fmt::print("  wrk or nginx is not installed: nothing to measure with ('./dev bench' installs both)\n");
    return;
  }
  const ScratchFolder folder;
  World world;
  const DeskPlace place(false, folder);
  const std::vector<Holding> filled = fill(*place.open(), world, 100);
  const Serving server(place, folder.path(), 1);
  const Holding& one = filled[42];
  const std::string path = one.path() + std::string(kVersion);
  const HttpsClient::Answer answer = HttpsClient(server.port()).ask("GET", path, one.token);
  CHECK(answer.status == 200, answer.body);

  const std::string script = folder.path() / "quote.lua";
  std::ofstream(script) << "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '" << one.body() << "'\n";
  Rates reads;
  Rates quotes;
  Rates peer;
  Samples p99;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::others_exec, std::filesystem::perm_options::add);
  const Nginx nginx(folder.path() / "nginx", server.files(), answer.body);
  const WrkLoad get{.port = server.port(), .path = path, .connections = kConnections, .seconds = kSeconds, .token = one.token};
  const WrkLoad post{.port = server.port(),
                     .path = one.order_path() + "/calculateRefund" + std::string(kVersion),
                     .connections = kConnections,
                     .seconds = kSeconds,
                     .token = one.token,
                     .script = script};
  for (int round = 0; round < kRounds; ++round) {
    reads.add(server.process(), get);
    quotes.add(server.process(), post);
    peer.add(nginx.process(), {.port = nginx.port(), .path = "/body.json", .connections = kConnections, .seconds = kSeconds});
  }
  // At half the load: every connection waits between two requests, so long that all together ask that often.
  const std::string paced = folder.path() / "paced.lua";
  std::ofstream(paced) << fmt::format("function delay() return {} end\n",
                                      std::max(1L, std::lround(1000.0 * 2 * kConnections / reads.rate.median())));
  WrkLoad half = get;
  half.script = paced;
  double half_rate = 0;
  for (int round = 0; round < kRounds; ++round) {
    const WrkRun run = wrk(half);
    p99.add(run.p99_seconds);
    half_rate = run.rate;
  }

  Table table({fmt::format("TLS, keep-alive, {} connections, one thread", kConnections), "rate", "cpu each", "of nginx", "goal"});
  const auto ratio = [&](const Rates& ours) { return ours.rate.median() / peer.rate.median(); };
  table.add({fmt::format("nginx, a file of {} bytes", answer.body.size()), rate(peer.rate.median()), peer.each(), "", ""});
  table.add({"GET one reservation", rate(reads.rate.median()), reads.each(), times(ratio(reads)), "0.6x, " + met(ratio(reads) >= 0.6)});
  table.add(
      {"POST calculateRefund", rate(quotes.rate.median()), quotes.each(), times(ratio(quotes)), "0.3x, " + met(ratio(quotes) >= 0.3)});
  table.add({"GET at half that load, p99", rate(half_rate), milliseconds(p99.median()), "", "10 ms, " + met(p99.median() < 0.010)});
  table.print();
}

// ---- quote and return -----------------------------------------------------------------------------------------------------------------

double seconds_of_all(const std::function<void(int)>& caller) {
  std::barrier start(kConnections + 1);
  std::vector<std::thread> threads;
  for (int c = 0; c < kConnections; ++c)
    threads.emplace_back([&, c] {
      start.arrive_and_wait();
      caller(c);
    });
  return seconds_of([&] {
    start.arrive_and_wait();
    for (std::thread& thread : threads) thread.join();
  });
}

const Holding& holding_of(const std::vector<Holding>& filled, int caller, int turn) {
  return filled[static_cast<std::size_t>(caller) * kCustomersEach + static_cast<std::size_t>(turn % kCustomersEach)];
}

// Asks what a unit gives back and returns it. False where somebody refused.
bool quote_and_return(HttpsClient& client, const Holding& holding) {
  const auto quote = client.ask("POST", holding.order_path() + "/calculateRefund" + std::string(kVersion), holding.token, holding.body());
  if (quote.status != 200) return false;
  wire::JsonReader reader;
  const auto root = reader.read(quote.body);
  const auto properties = root ? root->find("properties") : std::nullopt;
  if (!properties) return false;
  const std::string session(wire::text_if(*properties, "sessionId"));
  return client.ask("POST", holding.order_path() + "/return" + std::string(kVersion), holding.token, holding.body(session)).status == 202;
}

void measure_returns(bool postgres, Table& table) {
  const ScratchFolder folder;
  World world;
  const DeskPlace alone(postgres, folder);
  const std::unique_ptr<Store> store = alone.open();
  const std::vector<Holding> of_store = fill(*store, world, std::int64_t{kConnections} * kCustomersEach);
  const DeskPlace served(postgres, folder);
  const std::vector<Holding> filled = fill(*served.open(), world, std::int64_t{kConnections} * kCustomersEach);
  const Serving server(served, folder.path(), 0);
  std::vector<std::unique_ptr<HttpsClient>> clients;
  for (int c = 0; c < kConnections; ++c) clients.push_back(std::make_unique<HttpsClient>(server.port()));
  Samples ours;
  Samples peer;
  const double cpu_before = cpu_seconds_of(server.process());
  for (int round = 0; round < kRounds; ++round) {
    ours.add(seconds_of_all([&](int caller) {
      for (int turn = 0; turn < kReturnsEach; ++turn)
        CHECK(quote_and_return(*clients[static_cast<std::size_t>(caller)], holding_of(filled, caller, turn)), "a return");
    }));
    peer.add(seconds_of_all([&](int caller) {
      App app = world.app(*store);
      for (int turn = 0; turn < kReturnsEach; ++turn) {
        const auto done = return_reservation(app, {.refund = {.reservation = holding_of(of_store, caller, turn).id, .quantity = 1},
                                                   .key = fmt::format("bench {} {} {}", round, caller, turn)});
        CHECK(done.has_value(), done.error().text());
      }
    }));
  }
  const double returns = kConnections * kReturnsEach;
  const double cpu = (cpu_seconds_of(server.process()) - cpu_before) / (returns * kRounds);
  const double ratio = peer.median() / ours.median();
  table.add({postgres ? "PostgreSQL" : "SQLite", rate(returns / ours.median()), fmt::format("{:.0f} us", cpu * 1e6),
             rate(returns / peer.median()), times(ratio), "0.5x, " + met(ratio >= 0.5)});
}

// ---- lists ----------------------------------------------------------------------------------------------------------------------------

void measure_list(bool postgres, std::int64_t count, Table& table) {
  const ScratchFolder folder;
  World world;
  const DeskPlace place(postgres, folder);
  std::string token;
  {
    const std::unique_ptr<Store> store = place.open();
    token = fill(*store, world, 100).front().token;
    const Instant bought{world.clock->now().ticks - 100 * kTicksPerDay};
    for (std::int64_t from = 0; from < count; from += kListCommit) {
      Changes changes{.audit = {.at = bought, .actor = "bench", .action = "fill"}};
      for (std::int64_t n = from; n < std::min(count, from + kListCommit); ++n) {
        changes.reservations.push_back(
            made_up_reservation(1'000'000 + n, numbered<CustomerId>(n % 10 == 0 ? 0 : 1 + n % 99), bought, 1 + n % 40));
        if (n % 50 == 0) changes.reservations.back().state = ProvisioningState::cancelled;
      }
      CHECK(store->commit(std::move(changes)), "reservations");
    }
  }
  if (postgres) run_sql(place.at(), "VACUUM ANALYZE");
  const Serving server(place, folder.path(), 0);
  HttpsClient client(server.port());
  Samples samples;
  std::size_t bytes = 0;
  for (int round = 0; round < 40; ++round) {
    for (const char* filter : {"sku/name eq 'Standard_D2s_v5'", "properties/provisioningState eq 'Cancelled'",
                               "properties/archived eq false and sku/name eq 'Standard_E4s_v5'", "properties/quantity eq 7"}) {
      const std::string target =
          fmt::format("/providers/Microsoft.Capacity/reservations{}&take=1000&$filter={}", kVersion, http::percent_encode(filter));
      samples.add(seconds_of([&] {
        const auto answer = client.ask("GET", target, token);
        CHECK(answer.status == 200, answer.body.substr(0, 400));
        bytes = answer.body.size();
      }));
    }
  }
  table.add({fmt::format("{}, {} reservations", postgres ? "PostgreSQL" : "SQLite", count), milliseconds(samples.median()),
             milliseconds(samples.at(0.99)), fmt::format("{} KB", bytes / 1'000), "100 ms, " + met(samples.at(0.99) < 0.100)});
}

// ---- memory ---------------------------------------------------------------------------------------------------------------------------

void measure_memory(double minutes) {
  const ScratchFolder folder;
  World world;
  const DeskPlace place(false, folder);
  const std::vector<Holding> filled = fill(*place.open(), world, std::int64_t{kConnections} * kCustomersEach);
  const Serving server(place, folder.path(), 0);
  const auto started = std::chrono::steady_clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count() / 60; };
  std::atomic<std::int64_t> requests = 0;
  std::vector<std::thread> threads;
  for (int c = 0; c < kConnections; ++c)
    threads.emplace_back([&, c] {
      Numbers numbers(static_cast<std::uint64_t>(c) + 1);
      auto client = std::make_unique<HttpsClient>(server.port());
      for (int turn = 0; passed() < minutes; ++turn) {
        const Holding& holding = holding_of(filled, c, turn);
        const std::int64_t what = numbers.in(0, 100);
        int status = 200;
        if (what < 70) {
          status = client->ask("GET", holding.path() + std::string(kVersion), holding.token).status;
        } else if (what < 80) {
          status = client->ask("GET", fmt::format("/providers/Microsoft.Capacity/reservations{}&take=50", kVersion), holding.token).status;
        } else if (what < 90) {
          status =
              client->ask("POST", holding.order_path() + "/calculateRefund" + std::string(kVersion), holding.token, holding.body()).status;
        } else if (what < 95) {
          client->ask("GET", holding.path() + "x" + std::string(kVersion), holding.token);  // refused
        } else if (what < 99) {
          quote_and_return(*client, holding);  // until the year's allowance is used up
        } else {
          client = std::make_unique<HttpsClient>(server.port());
        }
        CHECK(status == 200, "every answer is a good one");
        ++requests;
      }
    });
  Samples early;
  Samples late;
  long first = 0;
  while (passed() < minutes) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const double share = passed() / minutes;
    if (first == 0) first = server.resident_kib();
    if (share > 0.1 && share < 0.2) early.add(static_cast<double>(server.resident_kib()));
    if (share > 0.9 && share < 1) late.add(static_cast<double>(server.resident_kib()));
  }
  for (std::thread& thread : threads) thread.join();
  const double growth = late.median() / early.median();
  Table table({fmt::format("{:.1f} minutes of everything, {} connections", minutes, kConnections), "requests", "at once", "a tenth in",
               "at the end", "grown", "goal"});
  table.add({"SQLite", std::to_string(requests.load()), mebibytes(first), mebibytes(static_cast<long>(early.median())),
             mebibytes(static_cast<long>(late.median())), times(growth), "1.2x, " + met(growth < 1.2)});
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  say_if_busy();
  const std::string_view only = argc > 1 ? argv[1] : "";
  const auto wanted = [&](std::string_view part) { return only.empty() || only == part; };
  const bool stores[] = {false, true};
  const auto there = [](bool postgres) { return !postgres || !postgres_server().empty(); };
  if (wanted("http")) measure_http();
  if (wanted("returns")) {
    Table table(
        {fmt::format("quote and return, durable, {} connections", kConnections), "served", "cpu each", "store alone", "ratio", "goal"});
    for (const bool postgres : stores)
      if (there(postgres)) measure_returns(postgres, table);
    table.print();
  }
  if (wanted("list")) {
    Table table({"1,000 reservations by a filter", "median", "p99", "answer", "goal for p99"});
    for (const bool postgres : stores)
      if (there(postgres)) measure_list(postgres, argc > 2 ? std::atoll(argv[2]) : 1'000'000, table);
    table.print();
  }
  if (wanted("memory")) measure_memory(argc > 2 ? std::atof(argv[2]) : 10);
  if (postgres_server().empty()) fmt::print("  no PostgreSQL: PRORATA_TEST_POSTGRES is not set ('./dev bench' starts one)\n");
}
