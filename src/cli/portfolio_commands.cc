// import, reservation, policy, price.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "app/change_reservation.h"
#include "app/desk.h"
#include "app/import_lanes.h"
#include "app/import_portfolio.h"
#include "app/import_statements.h"
#include "app/portfolio_view.h"
#include "app/purchase.h"
#include "app/shared.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shared.h"
#include "policy/diff.h"
#include "wire/bytes.h"
#include "wire/import_azure.h"
#include "wire/import_customers.h"
#include "wire/import_prices.h"
#include "wire/import_rates.h"
#include "wire/import_ratios.h"
#include "wire/import_statements.h"
#include "wire/policy_pack.h"
#include "wire/price_batch.h"

namespace prorata::cli {
namespace {

// A file that shows how far it has been read.
class WatchedBytes final : public wire::ByteSource {
 public:
  explicit WatchedBytes(wire::FileBytes file) : file_(std::move(file)), progress_(file_.name(), "bytes", size_of(file_.name())) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t got = TRY(file_.read(into));
    progress_.at(done_ += static_cast<std::int64_t>(got));
    return got;
  }
  const std::string& name() const override { return file_.name(); }

 private:
  static std::int64_t size_of(const std::string& path) {
    struct stat info{};
    return stat(path.c_str(), &info) == 0 ? static_cast<std::int64_t>(info.st_size) : 0;
  }
  wire::FileBytes file_;
  Progress progress_;
  std::int64_t done_ = 0;
};

struct ImportTotals {
  wire::ImportReport read;
  ImportCounts orders;
  ImportCounts things;  // reservations, customers or rows
  std::int64_t prices_unknown = 0;
  std::int64_t hourly_prices = 0;
  std::vector<ImportRefusal> refusals;
};

constexpr std::size_t kRefusalsKept = 1000;

void add(ImportCounts& sum, const ImportCounts& more) {
  sum.added += more.added;
  sum.changed += more.changed;
  sum.unchanged += more.unchanged;
  sum.older += more.older;
  sum.refused += more.refused;
}

Result<void> import_portfolio(App& app, const ImportOptions& options, wire::ByteSource& file, ImportTotals& totals) {
  ImportSource source{.as_of = TRY(day_if(options.as_of)), .name = file.name()};
  if (!options.customer.empty()) source.customer = TRY(customer_named(app, options.customer));
  PortfolioImport portfolio(app, source);
  ImportLanes lanes(portfolio);
  const Result<void> read = wire::import_azure(
      file,
      [&](std::vector<ImportedOrder> orders, std::vector<ImportedReservation> reservations) {
        return lanes.take(std::move(orders), std::move(reservations));
      },
      totals.read);
  const Result<void> written = lanes.finish();
  add(totals.orders, portfolio.orders());
  add(totals.things, portfolio.reservations());
  totals.prices_unknown += portfolio.prices_unknown();
  totals.refusals.insert(totals.refusals.end(), portfolio.refusals().begin(), portfolio.refusals().end());
  return written ? read : written;
}

// Of a day all lines of the file count together, so nothing is written before the last.
Result<void> import_statements(App& app, wire::ByteSource& file, ImportTotals& totals) {
  StatementImport statements(app, file.name());
  const auto take = [&](std::span<const StatedDay> lines) -> Result<void> {
    statements.take(lines);
    return {};
  };
  TRY(wire::import_statements(file, take, totals.read));
  const StatementCounts counts = TRY(statements.finish());
  add(totals.things, {.added = counts.added,
                      .changed = counts.changed,
                      .unchanged = counts.unchanged,
                      .refused = static_cast<std::int64_t>(counts.unknown.size())});
  for (const ReservationId& each : counts.unknown)
    if (totals.refusals.size() < kRefusalsKept)
      totals.refusals.push_back(
          {fmt::format("reservation {}", each.text()), "it is not in this desk; import it with 'prorata import azure'"});
  return {};
}

Result<void> import_one(App& app, const ImportOptions& options, wire::ByteSource& file, Day today, ImportTotals& totals) {
  const std::string& name = file.name();
  const auto count = [&](std::size_t rows) { totals.things.added += static_cast<std::int64_t>(rows); };
  switch (options.kind) {
    case ImportKind::azure: return import_portfolio(app, options, file, totals);
    case ImportKind::customers:
      return wire::import_customers(
          file, {},
          [&](std::span<const Customer> rows) -> Result<void> {
            add(totals.things, TRY(import_customers(app, rows, name)));
            return {};
          },
          totals.read);
    case ImportKind::prices:
      return wire::import_listed_prices(
          file, {.undated = today},
          [&](std::span<const wire::ListedPrice> rows) {
            std::vector<PriceRow> lifetime;
            std::vector<HourlyPrice> hourly;
            for (const wire::ListedPrice& each : rows) {
              if (const auto* price = std::get_if<PriceRow>(&each)) lifetime.push_back(*price);
              if (const auto* price = std::get_if<HourlyPrice>(&each)) hourly.push_back(*price);
            }
            count(lifetime.size());
            totals.hourly_prices += static_cast<std::int64_t>(hourly.size());
            return import_prices(app, std::move(lifetime), name, std::move(hourly));
          },
          totals.read);
    case ImportKind::ratios:
      return wire::import_ratios(
          file, {.undated = TRY(day_if(options.from)).value_or(Day{})},
          [&](std::span<const FlexibilityRatio> rows) {
            count(rows.size());
            return import_ratios(app, {rows.begin(), rows.end()}, name);
          },
          totals.read);
    case ImportKind::rates:
      return wire::import_rates(
          file,
          [&](std::span<const ExchangeRate> rows) {
            count(rows.size());
            return import_rates(app, {rows.begin(), rows.end()}, name);
          },
          totals.read);
    case ImportKind::statements: return import_statements(app, file, totals);
  }
  return {};
}

void print_totals(const Session& session, const ImportOptions& options, const ImportTotals& totals) {
  const bool versioned = options.kind == ImportKind::azure || options.kind == ImportKind::customers;
  Record record;
  record.add_number("Records read", "read", totals.read.read);
  record.add_number("Passed over", "skipped", totals.read.skipped);
  const auto counts = [&](std::string_view what, std::string_view key, const ImportCounts& c) {
    record.add_number(fmt::format("{} new", what), fmt::format("{}_new", key), c.added);
    record.add_number(fmt::format("{} changed", what), fmt::format("{}_changed", key), c.changed);
    record.add_number(fmt::format("{} unchanged", what), fmt::format("{}_unchanged", key), c.unchanged);
  };
  if (options.kind == ImportKind::azure) {
    counts("Orders", "orders", totals.orders);
    counts("Reservations", "reservations", totals.things);
    record.add_number("Older than what the desk knows", "reservations_older", totals.things.older);
    record.add_number("Without a price", "prices_unknown", totals.prices_unknown);
  } else if (versioned) {
    counts("Customers", "customers", totals.things);
  } else if (options.kind == ImportKind::statements) {
    counts("Days", "days", totals.things);
  } else {
    record.add_number("Rows taken", "rows", totals.things.added);
    if (options.kind == ImportKind::prices) record.add_number("Prices by the hour", "hourly", totals.hourly_prices);
  }
  record.add_number("Refused", "refused", totals.read.refused + totals.orders.refused + totals.things.refused);
  record.print(stdout, session.globals().format);
  std::fflush(stdout);  // the reasons come after the counts, also where both go to one file
  for (const wire::ImportRefused& each : totals.read.refusals) fmt::print(stderr, "Refused: {}\n", each.text());
  for (const ImportRefusal& each : totals.refusals) fmt::print(stderr, "Refused: {}: {}\n", each.subject, each.reason);
  if (totals.prices_unknown > 0)
    fmt::print(stderr,
               "{} no price: import the orders with their schedule, or a price list ('prorata import prices'), and this "
               "list again.\n",
               totals.prices_unknown == 1 ? "1 reservation has" : fmt::format("{} reservations have", totals.prices_unknown));
}

Result<Reservation> load(App& app, const std::string& id) { return open_reservation(app, TRY(id_in<ReservationId>(id))); }

std::string ids_text(const std::vector<ReservationId>& ids) {
  std::string out;
  for (const ReservationId& id : ids) (out += out.empty() ? "" : " ") += id.text();
  return out;
}

Table payments_of(const Session& session, const Reservation& r) {
  const bool table = session.globals().format == Format::table;
  std::vector<Column> columns = {{"Due", "due"}, {"Status", "status"}, {"Amount", "billing", Align::right}};
  if (!table) columns.push_back({"Currency", "currency"});
  columns.push_back({"USD", "pricing", Align::right});
  Table payments(std::move(columns));
  for (const Payment& p : r.schedule.payments) {
    std::vector<std::string> cells = {to_string(p.due), std::string(to_string(p.status)), shown(session, p.billing)};
    if (!table) cells.emplace_back(p.billing.currency.code());
    cells.push_back(p.pricing ? shown_bare(session, *p.pricing) : "");
    payments.add(std::move(cells));
  }
  return payments;
}

enum class Detail { record, with_payments };

void print_reservation(const Session& session, const Reservation& r, const std::string& customer, Instant now, Detail detail) {
  const bool table = session.globals().format == Format::table;
  Record record;
  record.add("Reservation", "id", r.id.text());
  record.add("Reservation order", "order", r.order.text());
  record.add("Customer", "customer_name", customer);
  record.add("Tenant", "customer", r.customer.text());
  record.add("Name", "name", r.name);
  record.add("Product", "product", r.product);
  record.add("Size", "sku", r.sku);
  record.add("Region", "region", r.region);
  record.add_number("Units", "quantity", r.quantity);
  record.add("Term", "term", to_string(r.term));
  record.add("Billing plan", "plan", std::string(to_string(r.plan)));
  record.add("Bought", "purchased", to_string(r.purchased));
  record.add("Expires", "expiry", to_string(r.expiry));
  record.add_number("Days left", "days_left", std::max<std::int64_t>(0, days_between(day_of(now), day_of(r.expiry))));
  record.add("State", "state", std::string(to_string(r.state)));
  if (const std::string shown_as(to_string(display_state(r, now))); !table || shown_as != to_string(r.state))
    record.add("Shown as", "display_state", shown_as);
  if (r.status) record.add("Because", "status", fmt::format("{}: {}", r.status->code, r.status->message));
  record.add("Scope", "scope", scope_text(r.scope));
  record.add("Instance size flexibility", "flexibility", r.instance_flexibility ? "On" : "Off");
  record.add("Renewal", "renew", std::string(user_friendly_renew_state(r)));
  record.add("Usage", "usage", std::string(to_string(r.usage)));
  record.add_number("Revision", "revision", r.revision);
  if (r.lineage.split_source) record.add("Split from", "split_source", r.lineage.split_source->text());
  if (!r.lineage.split_destinations.empty()) record.add("Split into", "split_destinations", ids_text(r.lineage.split_destinations));
  if (!r.lineage.merge_sources.empty()) record.add("Merged from", "merge_sources", ids_text(r.lineage.merge_sources));
  if (r.lineage.merge_destination) record.add("Merged into", "merge_destination", r.lineage.merge_destination->text());
  if (r.lineage.renewed_from) record.add("Renewal of", "renewed_from", r.lineage.renewed_from->text());
  if (r.lineage.renewed_into) record.add("Renewed into", "renewed_into", r.lineage.renewed_into->text());
  if (r.price_known()) {
    record.add("Lifetime price", "price", shown(session, total_billing(r.schedule)));
    record.add("Paid so far", "paid", shown(session, paid_billing(r.schedule)));
    if (!table) record.add("Currency", "currency", std::string(total_billing(r.schedule).currency.code()));
  } else {
    record.add("Lifetime price", "price", table ? "unknown; import its order with the schedule, or a price list" : "");
  }
  if (detail == Detail::with_payments) record.add("Payments", "payments", payments_of(session, r));
  record.print(stdout, session.globals().format);
}

Result<int> changed(Session& session, App& app, const Result<Reservation>& result) {
  if (!result) return std::unexpected(result.error());
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  print_reservation(session, *result, CustomerNames(*snapshot).of(result->customer), TRY(load_moment(app, *snapshot)).now, Detail::record);
  return 0;
}

Result<void> print_reservations(const Session& session, Snapshot& snapshot, std::span<const Reservation> reservations, Instant now) {
  CustomerNames names(snapshot);
  TRY(names.learn(customers_of(reservations, [](const Reservation& each) { return each.customer; })));
  Table table = reservation_table(session, Names::yes);
  for (const Reservation& r : reservations) add_row(session, table, on_day(r, day_of(now)), now, names.of(r.customer));
  table.print(stdout, session.globals().format, "No reservations match.");
  return {};
}

}  // namespace

namespace {

struct SeedKind {
  std::string_view begins;  // the file's name
  ImportKind kind;
};
// In the order in which they need each other.
constexpr SeedKind kSeedKinds[] = {{"rates", ImportKind::rates},
                                   {"ratios", ImportKind::ratios},
                                   {"prices", ImportKind::prices},
                                   {"customers", ImportKind::customers},
                                   {"reservations", ImportKind::azure}};

// The tenant that a list's name ends with: "reservations-<tenant id>.json".
std::string tenant_in(const std::filesystem::path& file) {
  constexpr std::size_t kGuid = 36;
  const std::string stem = file.stem().string();
  return stem.size() > kGuid && CustomerId::parse(stem.substr(stem.size() - kGuid)) ? stem.substr(stem.size() - kGuid) : "";
}

Result<void> import_whole(App& app, ImportKind kind, const std::filesystem::path& path) {
  const Day today = day_of(TRY(load_moment(app, *TRY(app.store.snapshot()))).now);
  WatchedBytes watched(TRY(wire::FileBytes::open(path.string())));
  ImportTotals totals;
  TRY(import_one(app, {.kind = kind, .customer = tenant_in(path)}, watched, today, totals));
  if (totals.read.refused + totals.orders.refused + totals.things.refused == 0) return {};
  return fail(Code::invalid_data, fmt::format("{} has records that are refused; 'prorata import' says which", path.string()));
}

}  // namespace

Result<void> import_folder(App& app, const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator(folder, error)) files.push_back(each.path());
  if (error) return fail(Code::not_found, fmt::format("the seed '{}' is neither the word demo nor a folder that can be read", folder));
  std::ranges::sort(files);
  std::size_t taken = 0;
  for (const SeedKind& kind : kSeedKinds)
    for (const std::filesystem::path& file : files)
      if (file.filename().string().starts_with(kind.begins)) {
        TRY(import_whole(app, kind.kind, file));
        ++taken;
      }
  if (taken == 0)
    return fail(Code::not_found,
                fmt::format("{} holds no lists; their names begin with rates, ratios, prices, customers or reservations", folder));
  return {};
}

Result<int> import_files(Session& session, const ImportOptions& options) {
  App& app = *TRY(session.app());
  Day today;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    today = day_of(TRY(load_moment(app, *snapshot)).now);
  }
  ImportTotals totals;
  std::optional<Error> stopped;
  for (const std::string& path : options.files) {
    Result<wire::FileBytes> file = wire::FileBytes::open(path);
    if (!file) {
      stopped = file.error();
      break;
    }
    WatchedBytes watched(std::move(*file));
    if (const Result<void> done = import_one(app, options, watched, today, totals); !done) {
      stopped = done.error();
      break;
    }
  }
  if (!stopped || totals.read.read > 0) print_totals(session, options, totals);
  if (stopped) return std::unexpected(*stopped);
  return totals.read.refused + totals.orders.refused + totals.things.refused > 0 ? 1 : 0;
}

Result<int> reservation_list(Session& session, const ListOptions& options) {
  App& app = *TRY(session.app());
  ReservationQuery query{.sku = options.sku,
                         .region = options.region,
                         .product = options.product,
                         .name_prefix = options.name,
                         .expires_from = TRY(day_if(options.expires_from)),
                         .expires_until = TRY(day_if(options.expires_until)),
                         .sort = TRY(parse_word<ReservationSort>(options.sort, "a sort")),
                         .descending = options.descending,
                         .limit = static_cast<std::size_t>(options.limit),
                         .after = TRY(cursor_of(options.after))};
  if (!options.customer.empty()) query.customer = TRY(customer_named(app, options.customer));
  if (!options.order.empty()) query.order = TRY(id_in<OrderId>(options.order));
  if (!options.state.empty()) query.state = TRY(parse_word<ProvisioningState>(options.state, "a state"));
  if (options.archived) query.archived = true;
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Instant now = TRY(load_moment(app, *snapshot)).now;
  const Page<Reservation> page = TRY(reservations_seen(app, query));
  TRY(print_reservations(session, *snapshot, page.items, now));
  say_more(page.next);
  return 0;
}

Result<int> reservation_show(Session& session, const std::string& id) {
  App& app = *TRY(session.app());
  const Reservation r = TRY(load(app, id));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  print_reservation(session, r, CustomerNames(*snapshot).of(r.customer), TRY(load_moment(app, *snapshot)).now, Detail::with_payments);
  return 0;
}

Result<int> reservation_history(Session& session, const std::string& id) {
  App& app = *TRY(session.app());
  const Reservation r = TRY(load(app, id));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Table table({{"Revision", "number", Align::right, true},
               {"At", "at"},
               {"Who", "actor"},
               {"What", "action"},
               {"Units", "quantity", Align::right, true},
               {"State", "state"},
               {"Scope", "scope"},
               {"Name", "name"}});
  for (const Revision& each : TRY(snapshot->revisions_of(r.id)))
    table.add({std::to_string(each.number), to_string(each.at), each.actor, each.action, std::to_string(each.after.quantity),
               std::string(to_string(each.after.state)), scope_text(each.after.scope), each.after.name});
  table.print(stdout, session.globals().format);
  return 0;
}

Result<int> reservation_split(Session& session, const ChangeOptions& options) {
  App& app = *TRY(session.app());
  const std::vector<Reservation> parts =
      TRY(split_reservation(app, TRY(id_in<ReservationId>(options.reservation)), options.quantities, options.key));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  TRY(print_reservations(session, *snapshot, parts, TRY(load_moment(app, *snapshot)).now));
  return 0;
}

Result<int> reservation_merge(Session& session, const ChangeOptions& options) {
  App& app = *TRY(session.app());
  std::vector<ReservationId> ids = {TRY(id_in<ReservationId>(options.reservation))};
  for (const std::string& other : options.others) ids.push_back(TRY(id_in<ReservationId>(other)));
  return changed(session, app, merge_reservations(app, ids, options.key));
}

Result<int> reservation_rename(Session& session, const ChangeOptions& options) {
  App& app = *TRY(session.app());
  return changed(session, app,
                 change_reservation(app, {TRY(id_in<ReservationId>(options.reservation)), "rename", options.value, options.key},
                                    [&](Reservation r, Instant now) { return rename(std::move(r), options.value, now); }));
}

Result<int> reservation_scope(Session& session, const ChangeOptions& options) {
  App& app = *TRY(session.app());
  const Scope scope = TRY(scope_named(options.value));
  return changed(session, app,
                 change_reservation(app, {TRY(id_in<ReservationId>(options.reservation)), "scope", options.value, options.key},
                                    [&](Reservation r, Instant now) { return change_scope(std::move(r), scope, now); }));
}

Result<int> reservation_renewal(Session& session, const ChangeOptions& options) {
  App& app = *TRY(session.app());
  return changed(
      session, app,
      change_reservation(app, {TRY(id_in<ReservationId>(options.reservation)), "renewal", options.value, options.key},
                         [&](Reservation r, Instant now) { return set_renewal(std::move(r), options.value == "on", std::nullopt, now); }));
}

Result<int> reservation_archive(Session& session, const ChangeOptions& options) {
  App& app = *TRY(session.app());
  return changed(session, app,
                 change_reservation(app, {TRY(id_in<ReservationId>(options.reservation)), "archive", options.value, options.key},
                                    [&](Reservation r, Instant now) { return archive(std::move(r), options.value == "on", now); }));
}

Result<int> reservation_buy(Session& session, const BuyOptions& options) {
  App& app = *TRY(session.app());
  return changed(session, app,
                 purchase(app, {.customer = TRY(customer_named(app, options.customer)),
                                .line = {.product = options.product,
                                         .sku = options.sku,
                                         .region = options.region,
                                         .term = TRY(parse_term(options.term)),
                                         .plan = TRY(parse_word<BillingPlan>(options.plan, "a billing plan")),
                                         .quantity = options.quantity,
                                         .scope = TRY(scope_named(options.scope)),
                                         .name = options.name},
                                .key = options.key}));
}

Result<int> policy_list(Session& session) {
  Table table({{"Policy", "id"},
               {"In force from", "from"},
               {"Until", "until"},
               {"Channel", "channel"},
               {"Limit, USD", "limit", Align::right},
               {"Meter", "meter"},
               {"Over it", "over_limit"},
               {"Title", "title"}});
  for (const policy::Pack& pack : TRY(session.packs())->all())
    table.add({pack.id, to_string(pack.from), pack.until ? to_string(*pack.until) : "", std::string(to_string(pack.channel)),
               shown_bare(session, Money{pack.allowance.limit_minor, Currency::usd()}), std::string(to_string(pack.allowance.meter)),
               std::string(to_string(pack.allowance.over_limit)), swedish(session) ? pack.title_swedish : pack.title});
  table.print(stdout, session.globals().format);
  return 0;
}

namespace {

Table rows_for_people(const policy::Pack& pack) {
  Table table({{"Row", "row"},
               {"Days since the start", "elapsed"},
               {"Used", "used"},
               {"Credit", "credit"},
               {"Early termination fee", "fee_rate", Align::right}});
  for (const policy::Row& row : pack.rows) {
    const std::string days =
        row.elapsed_until ? fmt::format("{} to {}", row.elapsed_from, *row.elapsed_until) : fmt::format("{} and more", row.elapsed_from);
    const Ratio percent{row.fee_rate.part * 100, row.fee_rate.over};
    table.add({row.name, days, row.used ? "yes" : "no", std::string(to_string(row.credit)), decimal(percent) + " %"});
  }
  return table;
}

Table rows_for_programs(const policy::Pack& pack) {
  Table table({{"Row", "row"},
               {"From day", "elapsed_from", Align::right, true},
               {"Until day", "elapsed_until", Align::right, true},
               {"Used", "used"},
               {"Credit", "credit"},
               {"Fee", "fee_rate", Align::right}});
  for (const policy::Row& row : pack.rows)
    table.add({row.name, std::to_string(row.elapsed_from), row.elapsed_until ? std::to_string(*row.elapsed_until) : "",
               row.used ? "yes" : "no", std::string(to_string(row.credit)), decimal(row.fee_rate)});
  return table;
}

void print_pack_for_people(const Session& session, const policy::Pack& pack) {
  const policy::AllowanceRule& allowance = pack.allowance;
  fmt::print("{}\n", heading(fmt::format("{}: {}", pack.id, swedish(session) ? pack.title_swedish : pack.title)));
  rows_for_people(pack).print(stdout, Format::table);
  fmt::print("\n");
  const auto words = [](const std::vector<std::string>& list) {
    return list.empty() ? std::string("none") : fmt::format("{}", fmt::join(list, ", "));
  };
  Record record;
  record.add("In force", "from",
             pack.until ? fmt::format("{} to {}", to_string(pack.from), to_string(*pack.until)) : "from " + to_string(pack.from));
  record.add(
      "Allowance", "limit",
      fmt::format("{} USD in {} days, on the {} meter, over it: {}", grouped(to_string(Money{allowance.limit_minor, Currency::usd()})),
                  allowance.window_days, to_string(allowance.meter), to_string(allowance.over_limit)));
  record.add("Price basis", "price_basis", std::string(to_string(pack.price_basis)));
  record.add("Channel", "channel", std::string(to_string(pack.channel)));
  record.add("Not refundable", "not_refundable", words(pack.not_refundable));
  record.add("Not exchangeable", "not_exchangeable", words(pack.not_exchangeable));
  record.add("Exchange needs at least", "at_least", std::string(to_string(pack.exchange.at_least)));
  if (pack.exchange.ends_for_bought_from)
    record.add("Exchange ends for bought from", "exchange_ends", to_string(*pack.exchange.ends_for_bought_from));
  record.print(stdout, Format::table);
}

void print_pack(const Session& session, const policy::Pack& pack) {
  const Format format = session.globals().format;
  if (format == Format::table) return print_pack_for_people(session, pack);
  if (format != Format::json) return rows_for_programs(pack).print(stdout, format);
  const policy::AllowanceRule& allowance = pack.allowance;
  const auto words = [](const std::vector<std::string>& list) { return fmt::format("{}", fmt::join(list, " ")); };
  Record record;
  record.add("Policy", "id", pack.id);
  record.add("Title", "title", swedish(session) ? pack.title_swedish : pack.title);
  record.add("In force from", "from", to_string(pack.from));
  record.add("Until", "until", pack.until ? to_string(*pack.until) : "");
  record.add("Limit, USD", "limit", to_string(Money{allowance.limit_minor, Currency::usd()}));
  record.add_number("Window, days", "window_days", allowance.window_days);
  record.add("Meter", "meter", std::string(to_string(allowance.meter)));
  record.add("Over it", "over_limit", std::string(to_string(allowance.over_limit)));
  record.add("Price basis", "price_basis", std::string(to_string(pack.price_basis)));
  record.add("Channel", "channel", std::string(to_string(pack.channel)));
  record.add("Not refundable", "not_refundable", words(pack.not_refundable));
  record.add("Not exchangeable", "not_exchangeable", words(pack.not_exchangeable));
  record.add("Exchange needs at least", "at_least", std::string(to_string(pack.exchange.at_least)));
  record.add("Exchange ends", "exchange_ends", pack.exchange.ends_for_bought_from ? to_string(*pack.exchange.ends_for_bought_from) : "");
  record.add("Rows", "rows", rows_for_programs(pack));
  record.print(stdout, format);
}

}  // namespace

Result<int> policy_show(Session& session, const std::string& id) {
  print_pack(session, *TRY(TRY(session.packs())->find(id)));
  return 0;
}

Result<int> policy_check(Session& session, const std::string& file) {
  const std::string text = TRY(wire::read_whole_file(file, 1 << 20));
  Result<policy::Pack> pack = wire::read_pack(text);
  if (!pack) {
    Error error = pack.error();
    error.place = error.place.empty() ? file : fmt::format("{}: {}", file, error.place);
    return std::unexpected(std::move(error));
  }
  print_pack(session, *pack);
  if (session.globals().format == Format::table) fmt::print("\nIt is whole; --policies names the folder it is in.\n");
  return 0;
}

Result<int> policy_diff(Session& session, const std::string& a, const std::string& b) {
  const policy::PackSet& packs = *TRY(session.packs());
  const policy::Pack& first = *TRY(packs.find(a));
  const policy::Pack& second = *TRY(packs.find(b));
  const auto refund = [&](const policy::RefundDecision& d) {
    return d.refused() ? std::string(to_string(in_order(d.amounts.refusals).front())) : shown_bare(session, d.refund);
  };
  Table table({{"Case", "case"}, {a, a, Align::right}, {b, b, Align::right}});
  for (const policy::DiffCase& each : policy::diff(first, second)) table.add({each.what, refund(each.a), refund(each.b)});
  table.print(stdout, session.globals().format, "The two pay every case alike.");
  return 0;
}

namespace {

// All of it to standard output, or an error that says why not.
Result<void> write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return fail(errno == ENOSPC ? Code::storage_full : Code::unavailable, fmt::format("standard output: {}", std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<int> price(Session& session, const PriceOptions& options) {
  const policy::PackSet& packs = *TRY(session.packs());
  wire::FileBytes file = TRY(wire::FileBytes::open(options.file.empty() ? "-" : options.file));
  const auto read = [&](char* buffer, std::size_t size) { return file.read(std::span(buffer, size)); };
  const unsigned threads = options.threads > 0 ? static_cast<unsigned>(options.threads) : std::max(1U, std::thread::hardware_concurrency());
  const wire::PriceReport report = TRY(wire::price_lines(packs, read, write_out, threads));
  return report.failed > 0 ? 1 : 0;
}

}  // namespace prorata::cli
