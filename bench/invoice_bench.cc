// How long it takes to take in and match an invoice of 100,000 lines, and in how much memory: reading the file twice, writing the lines,
// and finding credits and charges, on each store. The peer is the same file read once by our CSV reader and nothing else.
//
//   invoice_bench                   memory, SQLite, and PostgreSQL where there is one
//   invoice_bench sqlite 10000      one store, fewer lines
#include <fstream>

#include "app/desk.h"
#include "app/import_invoices.h"
#include "app/match_invoices.h"
#include "database.h"
#include "system/clock_and_ids.h"
#include "wire/import_invoice.h"
#include "wire/policy_pack.h"

using namespace prorata;
using namespace prorata::bench;

namespace {

constexpr double kGoalSeconds = 20;
constexpr std::int64_t kCustomers = 1'000;
constexpr std::int64_t kCreditsOf = 20;  // a line in so many is a credit
constexpr std::int64_t kCommit = 5'000;
const Instant kBought = *parse_instant("2026-02-03T08:00:00Z");
const Instant kReturned = *parse_instant("2026-03-03T08:00:00Z");

CustomerId customer_of(std::int64_t n) { return numbered<CustomerId>(n % kCustomers); }
bool is_credit(std::int64_t n) { return n % kCreditsOf == 0; }
Money sek(std::int64_t minor) { return {minor, *Currency::parse("SEK")}; }

ReturnRecord returned(std::int64_t n) {
  const Money nothing = sek(0);
  ReturnRecord r{.id = numbered<ReturnId>(n),
                 .customer = customer_of(n),
                 .order = numbered<OrderId>(n),
                 .reservation = numbered<ReservationId>(n),
                 .quantity = 1,
                 .at = kReturned,
                 .policy = "csp-2020",
                 .row = "later_used"};
  r.paid = r.consumed = r.credit = r.fee = r.forfeited = r.remaining_commitment = r.handling = nothing;
  r.refund = r.customer_credit = sek(50'000 + n);
  r.pricing_refund = r.pricing_cancelled = {5'000 + n / 10, Currency::usd()};
  return r;
}

// Every line has an order with a purchase in the books; those of credits have a return.
void fill(Store& store, App& app, std::int64_t lines) {
  CHECK(init_desk(app, {.partner = "Bench"}), "a new desk");
  Changes customers{.audit = {.at = kBought, .actor = "bench", .action = "fill"}};
  for (std::int64_t i = 0; i < kCustomers; ++i) customers.customers.push_back(made_up_customer(i));
  CHECK(store.commit(std::move(customers)), "customers");
  for (std::int64_t from = 0; from < lines; from += kCommit) {
    Changes changes{.audit = {.at = kBought, .actor = "bench", .action = "fill"}, .durable = Durable::soon};
    for (std::int64_t n = from; n < std::min(lines, from + kCommit); ++n) {
      changes.orders.push_back({.id = numbered<OrderId>(n), .customer = customer_of(n)});
      changes.reservations.push_back(made_up_reservation(n, customer_of(n), kBought, 1));
      using ledger::Account;
      changes.entries.push_back(ledger::Entry::make({.id = numbered<EntryId>(n),
                                                     .at = kReturned,
                                                     .event = "purchase",
                                                     .customer = customer_of(n),
                                                     .currency = sek(0).currency,
                                                     .reservation = numbered<ReservationId>(n).text()},
                                                    {{Account::customer_receivable, 105'000}, {Account::provider_payable, -105'000}}));
      if (is_credit(n)) changes.returns.push_back(returned(n));
    }
    CHECK(store.commit(std::move(changes)), "what the invoice is about");
  }
}

std::string write_invoice(const std::filesystem::path& path, std::int64_t lines) {
  std::ofstream out(path);
  out << "PartnerId,CustomerId,CustomerName,InvoiceNumber,OrderDate,ProductName,SkuName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,"
         "Total,"
         "Currency,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,ReservationOrderId,ReferenceId\n";
  for (std::int64_t n = 0; n < lines; ++n) {
    const std::string amount = is_credit(n) ? to_string(-returned(n).refund) : "1050.00";
    out << fmt::format(
        "partner,{},Customer {:05},G1,2026-03-03,\"Reserved VM Instance, Standard_D2s_v5\",D2s v5,{},{},1,{},0,{},SEK,3/3/2026,"
        "3/31/2026,1 Year Reservation,{},r{}\n",
        customer_of(n).text(), n % kCustomers, is_credit(n) ? "cancelImmediate" : "new", amount, amount, amount,
        numbered<OrderId>(n).text(), n);
  }
  return path.string();
}

void read(const std::string& path, const wire::ImportSink<InvoiceLine>& sink) {
  Result<wire::FileBytes> file = wire::FileBytes::open(path);
  CHECK(file, "the invoice");
  wire::ImportReport report;
  wire::InvoiceDialect dialect{};
  CHECK(wire::import_invoice(*file, {}, sink, report, dialect) && report.refused == 0, "every line is read");
}

long memory_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmRSS:") {
      long kib = 0;
      status >> kib;
      return kib;
    }
  return 0;
}

void measure(Table& table, const std::string& name, Store& store, const std::string& path, std::int64_t lines, double peer) {
  const policy::PackSet packs = *wire::load_packs({});
  const std::unique_ptr<Clock> clock = system::real_clock();
  const std::unique_ptr<IdSource> ids = system::time_ordered_ids();
  App app{store, *clock, *ids, packs, "bench"};
  fill(store, app, lines);
  const long before = memory_kib();
  MatchCounts counts;
  const double taken_in = seconds_of([&] {
    InvoiceSurvey survey;
    read(path, [&](std::span<const InvoiceLine> rows) { return survey.take(rows); });
    Result<InvoiceImport> import = InvoiceImport::begin(app, survey, {.file = path});
    CHECK(import, "the import begins");
    read(path, [&](std::span<const InvoiceLine> rows) { return import->take(rows); });
    CHECK(import->finish(), "the invoice is taken in");
  });
  const double matched = seconds_of([&] { counts = *match_invoice(app, "G1"); });
  CHECK(counts.matched == lines && counts.booked == (lines + kCreditsOf - 1) / kCreditsOf, "every line is as expected");
  table.add({name, fmt::format("{}", lines), fmt::format("{:.2f} s", taken_in), fmt::format("{:.2f} s", matched),
             fmt::format("{:.2f} s", taken_in + matched), fmt::format("{:.2f} s", peer), mebibytes(memory_kib() - before),
             fmt::format("{:.0f} s: {}", kGoalSeconds, taken_in + matched < kGoalSeconds ? "reached" : "missed")});
}

}  // namespace

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  const std::int64_t lines = argc > 2 ? std::stoll(argv[2]) : 100'000;
  const ScratchFolder folder;
  const std::string path = write_invoice(folder.path() / "invoice.csv", lines);
  const double peer = seconds_of([&] { read(path, [](std::span<const InvoiceLine>) { return Result<void>(); }); });
  Table table({"store", "lines", "taken in", "matched", "together", "peer: read once", "memory grew by", "goal"});
  if (only.empty() || only == "memory") measure(table, "memory", *store::memory_store(), path, lines, peer);
  for (const bool postgres : {false, true}) {
    const std::string name = postgres ? "postgres" : "sqlite";
    if ((!only.empty() && only != name) || (postgres && postgres_server().empty())) continue;
    const DeskPlace place(postgres, folder);
    Result<std::unique_ptr<Store>> store = store::open_store(place.at(), {.create = true});
    CHECK(store, "a desk");
    measure(table, name, **store, path, lines, peer);
  }
  table.print();
  return 0;
}
