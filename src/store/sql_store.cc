#include "store/sql_store.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "app/usage_months.h"
#include "base/check.h"
#include "base/embedded.h"
#include "store/prepared.h"
#include "store/statements.h"
#include "store/verify.h"
#include "wire/stored.h"

namespace prorata::store {
namespace {

constexpr std::size_t kGroupMax = 64;     // commits that share one fsync
constexpr std::size_t kReadersKept = 32;  // connections that wait for the next snapshot: opening one costs more than a return
constexpr int kLooks = 5;                 // for a commit whose answer was lost: a server that restarts is soon back
constexpr std::chrono::milliseconds kBetweenLooks{200};

// ---- schema --------------------------------------------------------------------------------------------------------------------------

std::unexpected<Error> not_a_schema_of_ours(const std::string& where) {
  return fail(Code::storage_corrupt, fmt::format("{}: its tables are not those of a desk; restore a backup", where));
}

// 0 where there is no desk. A desk without its version, or with one that cannot be, is broken.
Result<std::int64_t> schema_version(SqlConnection& connection, const std::string& where) {
  if (TRY(connection.has_table("meta"))) {
    const SqlRows rows = TRY(connection.run(sql::kReadMeta, {std::string("schema")}));
    if (!rows.empty()) {
      const Result<std::int64_t> version = parse_integer(rows.front().text(0), 1, 1'000'000, "a version");
      return version ? version : not_a_schema_of_ours(where);
    }
  }
  if (TRY(connection.has_table("reservation_order"))) return not_a_schema_of_ours(where);
  return 0;
}

Result<void> refuse_newer(std::int64_t version, const std::string& where) {
  const auto known = static_cast<std::int64_t>(embedded_migrations().size());
  if (version <= known) return {};
  return fail(Code::schema_newer,
              fmt::format("{} was written by a newer prorata (schema {}, this one knows {}); upgrade this program", where, version, known));
}

// Runs what is missing, each in the same transaction as its number: two processes that start at once migrate once.
Result<void> migrate(SqlConnection& writer, const std::string& where) {
  TRY(writer.begin_write(Durable::now));
  const auto run = [&]() -> Result<void> {
    TRY(writer.run_script(writer.migration_text(sql::kCreateMeta)));
    std::int64_t version = TRY(schema_version(writer, where));
    TRY(refuse_newer(version, where));
    for (const EmbeddedFile& migration : embedded_migrations().subspan(static_cast<std::size_t>(version))) {
      const Result<void> migrated = writer.run_script(writer.migration_text(migration.text));
      if (!migrated && migrated.error().code == Code::internal) return not_a_schema_of_ours(where);  // our texts are right
      if (!migrated) return migrated;
      TRY(writer.run(sql::kWriteMeta, {std::string("schema"), std::to_string(++version)}));
    }
    return {};
  };
  const Result<void> done = run();
  if (!done) {
    writer.rollback();
    return done;
  }
  return writer.commit();
}

// ---- reading -------------------------------------------------------------------------------------------------------------------------

AuditRecord audit_of(const SqlRow& row) {
  return {.number = row.integer(0),
          .note = {.at = Instant{row.integer(2)},
                   .actor = row.text(3),
                   .action = row.text(4),
                   .customer = row.text(5),
                   .subject = row.text(6),
                   .before = row.text(7),
                   .after = row.text(8)},
          .rows = row.text(9),
          .previous = row.text(10),
          .hash = row.text(11)};
}

template <class T>
constexpr bool kVersioned = requires(T t) { t.version; };

class SqlSnapshot : public Snapshot {
 public:
  explicit SqlSnapshot(SqlConnection& connection) : db_(connection) {}

  Result<void> expect_refund(const ReservationId& id) override;

  Result<std::optional<Desk>> desk() override {
    if (expected_) return first<Desk>(expected_->desk);
    return one<Desk>(Kind::desk, "desk");
  }
  Result<std::optional<Customer>> customer(const CustomerId& id) override {
    if (expected_ && expected_->customer == id.text()) return first<Customer>(expected_->customers);
    return one<Customer>(Kind::customer, id.text());
  }
  Result<std::optional<Order>> order(const OrderId& id) override { return one<Order>(Kind::order, id.text()); }
  Result<std::optional<Reservation>> reservation(const ReservationId& id) override {
    if (expected_ && expected_->reservation == id.text()) return first<Reservation>(expected_->reservations);
    return one<Reservation>(Kind::reservation, id.text());
  }
  Result<std::vector<Reservation>> reservations_of(const OrderId& id) override {
    return many<Reservation>(sql::kReservationsOfOrder, {id.text()});
  }
  Result<std::vector<Revision>> revisions_of(const ReservationId& id) override {
    return many<Revision>(sql::kRevisionsOf, {revision_id(id, 1), revision_id(id, kRevisionsMax)});
  }
  Result<Page<Reservation>> reservations(const ReservationQuery& query) override {
    const sql::ReservationAccess access = sql::reservation_access(query);
    const sql::ListCall* few = TRY(filter_with_few(access));
    if (few != nullptr) return page<Reservation>(*few, query.limit);
    Page<Reservation> walked = TRY(page<Reservation>(access.walk, query.limit));
    const bool full = !walked.next.empty();
    if (full || access.by_filter.empty()) return walked;
    const bool walked_all = TRY(db_.run(sql::kept(access.beyond.text), access.beyond.values)).empty();
    if (walked_all) return walked;
    return page<Reservation>(access.by_filter.front().gather, query.limit);
  }
  Result<Page<Customer>> customers(const CustomerQuery& query) override { return page<Customer>(sql::customer_list(query), query.limit); }
  Result<Page<Order>> orders(const OrderQuery& query) override { return page<Order>(sql::order_list(query), query.limit); }
  Result<std::vector<Reservation>> reservations_by_id(const std::vector<ReservationId>& ids) override {
    return by_id<Reservation>(Kind::reservation, ids);
  }
  Result<std::vector<Order>> orders_by_id(const std::vector<OrderId>& ids) override { return by_id<Order>(Kind::order, ids); }
  Result<std::vector<Customer>> customers_by_id(const std::vector<CustomerId>& ids) override {
    return by_id<Customer>(Kind::customer, ids);
  }

  Result<std::optional<Quote>> quote(const QuoteId& id) override { return one<Quote>(Kind::quote, id.text()); }
  Result<std::optional<Exchange>> exchange(const ExchangeId& id) override { return one<Exchange>(Kind::exchange, id.text()); }
  Result<std::vector<Exchange>> unfinished_exchanges() override { return many<Exchange>(sql::kUnfinishedExchanges, {}); }
  Result<std::vector<ReturnRecord>> returns_since(const CustomerId& id, Instant since) override {
    if (expected_ && expected_->customer == id.text())
      return all<ReturnRecord>(expected_->returns, [&](const SqlRow& row) { return row.integer(2) > since.ticks; });
    return many<ReturnRecord>(sql::kReturnsSince, {id.text(), since.ticks});
  }
  Result<std::vector<Hold>> holds_of(const CustomerId& id) override {
    if (expected_ && expected_->customer == id.text()) return all<Hold>(expected_->holds, [](const SqlRow&) { return true; });
    return many<Hold>(sql::kHoldsOf, {id.text()});
  }
  Result<std::optional<Hold>> hold(const HoldId& id) override { return one<Hold>(Kind::hold, id.text()); }

  Result<std::optional<ReturnState>> returned(const ReturnId& id) override {
    std::vector<ReturnState> states = TRY(return_states(sql::kReturnState, {id.text()}, false));
    return states.empty() ? std::nullopt : std::optional(std::move(states.front()));
  }
  Result<std::vector<ReturnState>> returns(const std::optional<CustomerId>& customer, bool unsettled_only) override {
    if (customer) return return_states(sql::kReturnsOfCustomer, {customer->text()}, unsettled_only);
    return return_states(sql::kReturns, {}, unsettled_only);
  }
  Result<std::optional<IdempotencyRecord>> answered(const std::string& key) override {
    const SqlRows rows = TRY(db_.run(sql::kFindAnswer, {key}));
    if (rows.empty()) return std::optional<IdempotencyRecord>();
    return std::optional(IdempotencyRecord{key, rows.front().text(0), rows.front().text(1)});
  }

  Result<std::vector<PriceRow>> prices(const std::string& sku, const std::string& region, Term term) override {
    const bool expected = expected_ && expected_->sku == sku_key(sku) && expected_->region == region_key(region);
    if (expected) return all<PriceRow>(expected_->prices, [&](const SqlRow& row) { return row.integer(4) == term.years; });
    return many<PriceRow>(sql::kPrices, {sku_key(sku), region_key(region), std::int64_t{term.years}});
  }
  Result<std::vector<PriceRow>> prices_in(const std::string& region) override {
    return many<PriceRow>(sql::kPricesInRegion, {region_key(region)});
  }
  Result<std::vector<FlexibilityRatio>> ratios_of(const std::string& sku) override {
    return many<FlexibilityRatio>(sql::kRatios, {sku_key(sku)});
  }
  Result<std::vector<FlexibilityRatio>> ratios() override { return many<FlexibilityRatio>(sql::kAllRatios, {}); }
  Result<std::vector<ExchangeRate>> rates() override { return many<ExchangeRate>(sql::kRates, {}); }
  Result<std::vector<Reseller>> resellers() override { return many<Reseller>(sql::kResellers, {}); }

  Result<std::optional<Client>> client(const ClientId& id) override { return one<Client>(Kind::client, id.text()); }
  Result<Page<Client>> clients(const NameQuery& query) override { return page<Client>(sql::name_list(Kind::client, query), query.limit); }
  Result<std::optional<User>> user(const PrincipalId& id) override { return one<User>(Kind::user, id.text()); }
  Result<std::optional<User>> user_named(const std::string& name) override {
    return first<User>(TRY(db_.run(sql::kUserNamed, {to_lower(name)})));
  }
  Result<Page<User>> users(const NameQuery& query) override { return page<User>(sql::name_list(Kind::user, query), query.limit); }
  Result<std::vector<SigningKeyRow>> signing_keys() override { return many<SigningKeyRow>(sql::kSigningKeys, {}); }
  Result<std::optional<access::RoleAssignment>> role_assignment(const RoleAssignmentId& id) override {
    return one<access::RoleAssignment>(Kind::role_assignment, id.text());
  }
  Result<std::vector<access::RoleAssignment>> role_assignments() override {
    return many<access::RoleAssignment>(sql::kRoleAssignments, {});
  }
  Result<std::vector<access::RoleAssignment>> role_assignments_of(const PrincipalId& id) override {
    return many<access::RoleAssignment>(sql::kRoleAssignmentsOf, {id.text()});
  }
  Result<std::vector<access::RoleAssignment>> role_assignments_at(const access::Scope& scope) override {
    return many<access::RoleAssignment>(sql::kRoleAssignmentsAt, {scope_key(scope)});
  }
  Result<std::optional<support::SupportRequest>> support_request(const std::string& name) override {
    return one<support::SupportRequest>(Kind::support_request, support_request_id(name));
  }
  Result<Page<support::SupportRequest>> support_requests(const SupportQuery& query) override {
    return page<support::SupportRequest>(sql::support_list(query), query.limit);
  }
  Result<std::int64_t> last_support_number(Day day) override {
    const auto [from, until] = support_numbers_of(day);
    const SqlRows rows = TRY(db_.run(sql::kLastSupportNumber, {from, until}));
    if (rows.front().is_null(0)) return 0;
    return running_of(rows.front().text(0));
  }
  Result<std::optional<AgreedPrice>> agreed_price(const OrderId& id) override { return one<AgreedPrice>(Kind::agreed_price, id.text()); }
  Result<std::optional<Operation>> operation(const OperationId& id) override { return one<Operation>(Kind::operation, id.text()); }
  Result<std::optional<support::FileWorkspace>> file_workspace(const std::string& name) override {
    return one<support::FileWorkspace>(Kind::file_workspace, support_request_id(name));
  }
  Result<std::optional<support::FileChunk>> file_chunk(const std::string& workspace, const std::string& file, std::int64_t index) override {
    return one<support::FileChunk>(Kind::file_chunk, file_chunk_id(workspace, file, index));
  }

  Result<std::optional<UsageImport>> usage_import(const std::string& path) override { return one<UsageImport>(Kind::usage_import, path); }
  Result<std::vector<UsageImport>> usage_imports() override { return many<UsageImport>(sql::kUsageImports, {}); }
  Result<std::vector<ReservationMonth>> months_of(const ReservationId& id) override {
    return many<ReservationMonth>(sql::kMonthsOf, {reservation_month_id(id, kFirstMonth), reservation_month_id(id, kLastMonth)});
  }
  Result<std::vector<ReservationMonth>> reservation_months(const CustomerId& id, Day from, Day until) override {
    return many<ReservationMonth>(sql::kReservationMonths, {id.text(), month_text(from), month_text(until)});
  }
  Result<std::optional<CustomerMonth>> customer_month(const CustomerId& id, Day month) override {
    return one<CustomerMonth>(Kind::customer_month, customer_month_id(id, month_text(month)));
  }
  Result<std::vector<CustomerMonth>> customer_months(const CustomerId& id) override {
    return many<CustomerMonth>(sql::kCustomerMonths, {customer_month_id(id, kFirstMonth), customer_month_id(id, kLastMonth)});
  }

  Result<std::vector<OutboxRow>> outbox_after(std::int64_t place, std::size_t limit) override {
    std::vector<OutboxRow> out;
    for (const SqlRow& row : TRY(db_.run(sql::kOutboxAfter, {place, static_cast<std::int64_t>(limit)})))
      out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3)});
    return out;
  }
  Result<std::int64_t> last_outbox_place() override {
    const SqlRows rows = TRY(db_.run(sql::kLastOutboxPlace, {}));
    return rows.front().is_null(0) ? 0 : rows.front().integer(0);
  }
  Result<std::optional<Webhook>> webhook(const WebhookId& id) override { return one<Webhook>(Kind::webhook, id.text()); }
  Result<std::vector<Webhook>> webhooks() override { return many<Webhook>(sql::kWebhooks, {}); }
  Result<std::optional<Delivery>> delivery(const std::string& id) override { return one<Delivery>(Kind::delivery, id); }
  Result<Page<Delivery>> deliveries(const DeliveryQuery& query) override { return page<Delivery>(sql::delivery_list(query), query.limit); }
  Result<std::vector<std::string>> targets_due(Instant now) override {
    std::vector<std::string> out;
    for (const SqlRow& row : TRY(db_.run(sql::kTargetsDue, {now.ticks}))) out.push_back(row.text(0));
    return out;
  }
  Result<std::vector<Delivery>> deliveries_due(const std::vector<std::string>& targets, Instant now, std::size_t of_each) override {
    std::vector<Call> calls;
    for (const std::string& target : targets)
      calls.push_back({sql::kDeliveriesDue, {target, now.ticks, static_cast<std::int64_t>(of_each)}});
    std::vector<Delivery> out;
    for (const SqlRows& rows : TRY(db_.run_all(calls)))
      for (const SqlRow& row : rows) out.push_back(TRY(decoded<Delivery>(row)));
    return out;
  }
  Result<std::vector<Delivery>> deliveries_gathered(Instant until, std::size_t limit) override {
    return many<Delivery>(sql::kDeliveriesGathered, {until.ticks, static_cast<std::int64_t>(limit)});
  }
  Result<std::vector<Delivery>> deliveries_of_batch(const std::string& batch) override {
    return many<Delivery>(sql::kDeliveriesOfBatch, {batch});
  }
  Result<std::optional<NotifySettings>> notify_settings() override {
    return one<NotifySettings>(Kind::notify_settings, std::string(kNotifySettingsId));
  }
  Result<std::optional<Progress>> progress(const std::string& name) override { return one<Progress>(Kind::progress, name); }
  Result<std::vector<Alert>> alerts_among(const std::vector<std::string>& keys) override {
    std::vector<Call> calls;
    for (const std::string& key : keys) calls.push_back({sql::texts(Kind::alert).body, {key}});
    std::vector<Alert> out;
    for (const SqlRows& rows : TRY(db_.run_all(calls)))
      if (!rows.empty()) out.push_back(TRY(decoded<Alert>(rows.front())));
    return out;
  }
  Result<std::vector<ReturnRecord>> returns_between(Instant after, Instant until) override {
    return many<ReturnRecord>(sql::kReturnsBetween, {after.ticks, until.ticks});
  }

  Result<std::optional<CustomerOverview>> customer_overview(const CustomerId& id) override {
    return one<CustomerOverview>(Kind::customer_overview, id.text());
  }
  Result<Page<CustomerOverview>> customer_overviews(const OverviewQuery& query) override {
    return page<CustomerOverview>(sql::overview_list(query), query.limit);
  }
  Result<std::vector<OverviewTotals>> overview_totals(const OverviewQuery& query) override {
    const sql::ListCall call = sql::overview_sums(query);
    std::vector<OverviewTotals> out;
    for (const SqlRow& row : TRY(db_.run(sql::kept(call.text), call.values)))
      out.push_back({.currency = TRY(Currency::parse(row.text(0))),
                     .customers = row.integer(1),
                     .reservations = row.integer(2),
                     .expiring_90 = row.integer(3),
                     .badly_used = row.integer(4),
                     .refundable = row.integer(5),
                     .refundable_minor = row.integer(6),
                     .refundable_usd_minor = row.integer(7),
                     .open_requests = row.integer(8),
                     .provider_credit_minor = row.integer(9),
                     .customer_credit_minor = row.integer(10)});
    return out;
  }
  Result<std::int64_t> open_support_requests(const CustomerId& id) override {
    return TRY(db_.run(sql::kOpenSupportRequests, {id.text()})).front().integer(0);
  }
  Result<std::vector<Reservation>> reservations_starting(const std::string& prefix, std::size_t limit) override {
    return starting<Reservation>(sql::kReservationsStarting, prefix, limit);
  }
  Result<std::vector<Order>> orders_starting(const std::string& prefix, std::size_t limit) override {
    return starting<Order>(sql::kOrdersStarting, prefix, limit);
  }
  Result<std::vector<support::SupportRequest>> support_requests_starting(const std::string& prefix, std::size_t limit) override {
    return starting<support::SupportRequest>(sql::kSupportRequestsStarting, prefix, limit);
  }

  Result<std::vector<ledger::Balance>> balances(const std::optional<CustomerId>& customer) override {
    std::vector<ledger::Balance> out;
    const SqlRows rows = customer ? TRY(db_.run(sql::kBalancesOfCustomer, {customer->text()})) : TRY(db_.run(sql::kBalances, {}));
    for (const SqlRow& row : rows)
      out.push_back({CustomerId::trusted(row.text(0)), TRY(Currency::parse(row.text(1))),
                     TRY(parse_word<ledger::Account>(row.text(2), "an account")), row.integer(3)});
    return out;
  }

  Result<void> entries(const EntryQuery& query, const std::function<bool(const ledger::Entry&)>& visit) override {
    std::int64_t place = -1;
    while (true) {
      const SqlRows rows =
          query.customer ? TRY(db_.run(sql::kEntriesOfCustomer, {query.customer->text(), place})) : TRY(db_.run(sql::kEntries, {place}));
      for (const SqlRow& row : rows) {
        place = row.integer(0);
        const Instant at{row.integer(2)};
        const bool wanted = (!query.currency || row.text(3) == query.currency->code()) && (!query.from || *query.from <= at) &&
                            (!query.until || at < *query.until);
        if (wanted && !visit(TRY(wire::decode<ledger::Entry>(reader_, row.text(1))))) return {};
      }
      if (rows.size() < 1000) return {};
    }
  }

  Result<void> audit(std::int64_t from_number, const std::function<bool(const AuditRecord&)>& visit) override {
    while (true) {
      const SqlRows rows = TRY(db_.run(sql::kReadAudit, {from_number}));
      for (const SqlRow& row : rows) {
        from_number = row.integer(0) + 1;
        if (!visit(audit_of(row))) return {};
      }
      if (rows.size() < 200) return {};
    }
  }

  Result<Counts> counts() override {
    const SqlRows rows = TRY(db_.run(sql::kCounts, {}));
    const SqlRow& row = rows.front();
    return Counts{row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.integer(5)};
  }

 private:
  // The rows of one round, and whose they are.
  struct Expected {
    std::string reservation;
    std::string customer;  // empty where there is no such reservation, which no id is
    std::string sku;       // as keys
    std::string region;
    SqlRows desk;
    SqlRows reservations;
    SqlRows customers;
    SqlRows returns;
    SqlRows holds;
    SqlRows prices;
  };

  template <class T>
  Result<std::optional<T>> first(const SqlRows& rows) {
    if (rows.empty()) return std::optional<T>();
    return std::optional<T>(TRY(decoded<T>(rows.front())));
  }
  template <class T, class Wanted>
  Result<std::vector<T>> all(const SqlRows& rows, const Wanted& wanted) {
    std::vector<T> out;
    for (const SqlRow& row : rows)
      if (wanted(row)) out.push_back(TRY(decoded<T>(row)));
    return out;
  }
  template <class T>
  Result<T> decoded(const SqlRow& row) {
    T value = TRY(wire::decode<T>(reader_, row.text(1)));
    if constexpr (kVersioned<T>) value.version = row.integer(0);
    return value;
  }
  template <class T>
  Result<std::optional<T>> one(Kind kind, const std::string& id) {
    return first<T>(TRY(db_.run(sql::texts(kind).body, {id})));
  }
  template <class T>
  Result<std::vector<T>> many(std::string_view text, std::vector<Value> values) {
    return all<T>(TRY(db_.run(text, std::move(values))), [](const SqlRow&) { return true; });
  }
  template <class T, class I>
  Result<std::vector<T>> by_id(Kind kind, const std::vector<I>& ids) {
    std::vector<Call> calls;
    for (const I& id : ids) calls.push_back({sql::texts(kind).body, {id.text()}});
    std::vector<T> out;
    for (const SqlRows& rows : TRY(db_.run_all(calls)))
      if (!rows.empty()) out.push_back(TRY(decoded<T>(rows.front())));
    return out;
  }
  template <class T>
  Result<Page<T>> page(const sql::ListCall& call, std::size_t limit) {
    Page<T> out;
    const SqlRows rows = TRY(db_.run(sql::kept(call.text), call.values));
    for (std::size_t i = 0; i < std::min(rows.size(), limit); ++i) out.items.push_back(TRY(decoded<T>(rows[i])));
    if (rows.size() > limit) out.next = sql::cursor(rows[limit - 1].text(3), rows[limit - 1].text(2));
    return out;
  }
  template <class T>
  Result<std::vector<T>> starting(std::string_view text, const std::string& prefix, std::size_t limit) {
    return many<T>(text, {prefix, sql::after_prefix(prefix), static_cast<std::int64_t>(limit)});
  }
  // How to gather the rows of the filter that matches fewest, where one matches only few.
  Result<const sql::ListCall*> filter_with_few(const sql::ReservationAccess& access) {
    std::vector<Call> counts;
    for (const auto& each : access.by_filter) counts.push_back({sql::kept(each.count.text), each.count.values});
    const std::vector<SqlRows> answers = TRY(db_.run_all(counts));
    const sql::ListCall* fewest = nullptr;
    std::int64_t rows = sql::kFewRows;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::int64_t count = answers[i].front().integer(0);
      if (count >= rows) continue;
      rows = count;
      fewest = &access.by_filter[i].gather;
    }
    return fewest;
  }
  Result<std::vector<ReturnState>> return_states(std::string_view text, std::vector<Value> values, bool unsettled_only) {
    std::vector<ReturnState> out;
    for (const SqlRow& row : TRY(db_.run(text, std::move(values)))) {
      if (unsettled_only && !row.is_null(1)) continue;
      ReturnState state{.returned = TRY(wire::decode<ReturnRecord>(reader_, row.text(0)))};
      if (!row.is_null(1)) state.settlement = TRY(wire::decode<Settlement>(reader_, row.text(1)));
      out.push_back(std::move(state));
    }
    return out;
  }

  SqlConnection& db_;
  wire::JsonReader reader_;
  std::optional<Expected> expected_;
};

Result<void> SqlSnapshot::expect_refund(const ReservationId& id) {
  const Call calls[] = {{sql::texts(Kind::desk).body, {std::string("desk")}},
                        {sql::kReservationKeys, {id.text()}},
                        {sql::kCustomerOfReservation, {id.text()}},
                        {sql::kReturnsOfOwner, {id.text()}},
                        {sql::kHoldsOfOwner, {id.text()}},
                        {sql::kPricesOfReservation, {id.text()}}};
  std::vector<SqlRows> answers = TRY(db_.run_all(calls));
  Expected expected{.reservation = id.text(),
                    .desk = std::move(answers[0]),
                    .reservations = std::move(answers[1]),
                    .customers = std::move(answers[2]),
                    .returns = std::move(answers[3]),
                    .holds = std::move(answers[4]),
                    .prices = std::move(answers[5])};
  if (!expected.reservations.empty()) {
    expected.customer = expected.reservations.front().text(2);
    expected.sku = expected.reservations.front().text(3);
    expected.region = expected.reservations.front().text(4);
  }
  expected_ = std::move(expected);
  return {};
}

class SqlEvidence final : public Evidence {
 public:
  explicit SqlEvidence(SqlConnection& connection) : db_(connection) {}

  Result<void> audit(const std::function<Result<void>(const AuditRecord&, const std::string&)>& visit) override {
    for (std::int64_t from = 0;;) {
      const SqlRows rows = TRY(db_.run(sql::kReadAudit, {from}));
      for (const SqlRow& row : rows) {
        from = row.integer(0) + 1;
        TRY(visit(audit_of(row), row.text(1)));
      }
      if (rows.size() < 200) return {};
    }
  }
  Result<void> rows(Kind kind, const std::function<Result<void>(const StoredRow&)>& visit) override {
    for (std::string after;;) {
      const SqlRows page = TRY(db_.run(sql::texts(kind).page, {after}));
      for (const SqlRow& row : page) {
        StoredRow stored{.id = row.text(0), .version = row.integer(1), .body = row.text(2)};
        for (std::size_t i = 3; i < row.size(); ++i) stored.columns.push_back(row.is_null(i) ? Value() : Value(row.text(i)));
        after = stored.id;
        TRY(visit(stored));
      }
      if (page.size() < 1000) return {};
    }
  }
  Result<std::map<std::tuple<std::string, std::string, std::string>, std::int64_t>> balances() override {
    std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> out;
    for (const SqlRow& row : TRY(db_.run(sql::kBalances, {}))) out[{row.text(0), row.text(1), row.text(2)}] = row.integer(3);
    return out;
  }

 private:
  SqlConnection& db_;
};

// ---- the store -----------------------------------------------------------------------------------------------------------------------

// Somebody who waits for the writer.
struct Waiting {
  std::optional<Prepared> prepared;
  const std::function<Result<Changes>(Snapshot&)>* decide = nullptr;  // instead: decide under the lock
  bool start_over = false;                                            // forget everything first; it goes alone
  std::optional<Result<Committed>> answer;                            // set by the writer; taken once `done` says so
  bool done = false;
  std::condition_variable wake;
};

class GroupWriter;

class SqlStore final : public Store {
 public:
  SqlStore(std::unique_ptr<SqlDatabase> database, std::unique_ptr<SqlConnection> writer)
      : database_(std::move(database)), writer_(std::move(writer)) {
    thread_ = std::thread([this] { write_until_stopped(); });
  }
  ~SqlStore() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_all();
    thread_.join();
  }
  SqlStore(const SqlStore&) = delete;
  SqlStore& operator=(const SqlStore&) = delete;

  Result<std::unique_ptr<Snapshot>> snapshot() override;
  Result<Committed> commit(Changes changes) override {
    Waiting waiting;
    waiting.prepared = prepare(std::move(changes));
    return wait_for(waiting);
  }
  Result<Committed> decide_and_commit(const std::function<Result<Changes>(Snapshot&)>& decide) override {
    Waiting waiting;
    waiting.decide = &decide;
    return wait_for(waiting);
  }
  Result<Committed> start_over(Changes first) override {
    Waiting waiting;
    waiting.prepared = prepare(std::move(first));
    waiting.start_over = true;
    return wait_for(waiting);
  }
  Result<std::int64_t> verify(const std::function<void(std::int64_t)>& progress) override {
    std::unique_ptr<SqlConnection> reader = TRY(borrow_reader());
    SqlEvidence evidence(*reader);
    const Result<void> whole = reader->check_itself();  // first: what is read from broken pages says nothing
    Result<std::int64_t> count = whole ? store::verify(evidence, progress) : std::unexpected(whole.error());
    give_back(std::move(reader));
    return count;
  }

  void give_back(std::unique_ptr<SqlConnection> reader) {
    reader->rollback();
    const std::lock_guard lock(readers_mutex_);
    if (reader->alive() && readers_.size() < kReadersKept) readers_.push_back(std::move(reader));
  }

 private:
  Result<std::unique_ptr<SqlConnection>> borrow_reader();
  Result<Committed> wait_for(Waiting& waiting);
  void write_until_stopped();
  Result<void> begin_write(Durable durable);
  void write_group(std::span<Waiting* const> group);
  Result<void> try_group(std::span<Waiting* const> group);
  Result<void> decide_member(GroupWriter& writer, Waiting& member);
  void resolve_unknown(std::span<Waiting* const> group, const Error& error);
  Result<std::vector<SqlRows>> look_for(std::span<const Call> calls);

  std::unique_ptr<SqlDatabase> database_;
  std::unique_ptr<SqlConnection> writer_;  // of the writer thread only

  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Waiting*> queue_;
  bool stopping_ = false;

  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<SqlConnection>> readers_;
  std::thread thread_;
};

class PooledSnapshot final : public SqlSnapshot {
 public:
  PooledSnapshot(SqlStore& store, std::unique_ptr<SqlConnection> reader)
      : SqlSnapshot(*reader), store_(store), reader_connection_(std::move(reader)) {}
  ~PooledSnapshot() override { store_.give_back(std::move(reader_connection_)); }
  PooledSnapshot(const PooledSnapshot&) = delete;
  PooledSnapshot& operator=(const PooledSnapshot&) = delete;

 private:
  SqlStore& store_;
  std::unique_ptr<SqlConnection> reader_connection_;
};

Result<std::unique_ptr<SqlConnection>> SqlStore::borrow_reader() {
  while (true) {
    std::unique_ptr<SqlConnection> reader;
    {
      const std::lock_guard lock(readers_mutex_);
      if (!readers_.empty()) {
        reader = std::move(readers_.back());
        readers_.pop_back();
      }
    }
    const bool fresh = reader == nullptr;
    if (fresh) reader = TRY(database_->connect_reader());
    const Result<void> begun = reader->begin_read();
    if (begun) return reader;
    if (fresh || reader->alive()) return std::unexpected(begun.error());  // one from the pool may have died while it waited
  }
}

Result<std::unique_ptr<Snapshot>> SqlStore::snapshot() {
  std::unique_ptr<SqlConnection> reader = TRY(borrow_reader());
  return std::make_unique<PooledSnapshot>(*this, std::move(reader));
}

Result<Committed> SqlStore::wait_for(Waiting& waiting) {
  std::unique_lock lock(mutex_);
  queue_.push_back(&waiting);
  work_.notify_one();
  waiting.wake.wait(lock, [&] { return waiting.done; });
  return std::move(*waiting.answer);
}

void SqlStore::write_until_stopped() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::vector<Waiting*> group;
    while (!queue_.empty() && group.size() < kGroupMax) {
      if (!group.empty() && (group.front()->start_over || queue_.front()->start_over)) break;
      group.push_back(queue_.front());
      queue_.pop_front();
    }
    lock.unlock();
    write_group(group);
    lock.lock();
    for (Waiting* member : group) {
      member->done = true;
      member->wake.notify_one();  // under the lock: the waiting one may be gone as soon as it is released
    }
  }
}

// Begins a transaction under the desk's writer lock. A connection that has died since the last commit is made again, once: nothing has been
// said on it yet, so nothing can have happened.
Result<void> SqlStore::begin_write(Durable durable) {
  if (writer_ && !writer_->alive()) writer_.reset();
  const bool waited = writer_ != nullptr;
  if (!waited) writer_ = TRY(database_->connect_writer());
  const Result<void> begun = writer_->begin_write(durable);
  if (begun || !waited || writer_->alive()) return begun;
  writer_ = TRY(database_->connect_writer());
  return writer_->begin_write(durable);
}

Result<void> clear_all(SqlConnection& connection) {
  std::vector<Call> calls = {{sql::kClearAudit, {}}, {sql::kClearBalances, {}}};
  for (int i = 0; i < kKindCount; ++i) calls.push_back({sql::texts(static_cast<Kind>(i)).clear, {}});
  TRY(connection.run_all(calls));
  return {};
}

// The members of a group, compared with what is stored and with each other, become the rows to write.
class GroupWriter {
 public:
  explicit GroupWriter(SqlConnection& connection) : db_(connection) {}

  // Reads in one round what every member rests on. Rows that are not there yet need no asking: where one is there after all, writing it
  // fails with a conflict.
  Result<void> read(std::span<Waiting* const> group) {
    std::vector<Call> calls = {{sql::kLastCommit, {}}};
    std::vector<RowKey> rows;
    std::vector<std::string_view> keys;
    for (const Waiting* member : group) {
      for (const Row& row : member->prepared->rows)
        if (table(row.kind).writing == Writing::versioned && row.version > 1) rows.push_back({row.kind, row.id});
      for (const Seen& seen : member->prepared->seen) rows.push_back(key_of(seen));
      if (member->prepared->idempotency) keys.push_back(member->prepared->idempotency->key);
    }
    for (const RowKey& row : rows) calls.push_back({sql::texts(row.kind).version, {std::string(row.id)}});
    for (const std::string_view key : keys) calls.push_back({sql::kFindAnswer, {std::string(key)}});
    const std::vector<SqlRows> answers = TRY(db_.run_all(calls));
    if (!answers[0].empty()) {
      number_ = answers[0].front().integer(0);
      hash_ = answers[0].front().text(1);
    }
    std::size_t at = 1;
    for (const RowKey& row : rows) {
      versions_[row] = answers[at].empty() ? 0 : answers[at].front().integer(0);
      ++at;
    }
    for (const std::string_view key : keys) {
      if (!answers[at].empty()) answers_[std::string(key)] = {answers[at].front().text(0), answers[at].front().text(1)};
      ++at;
    }
    return {};
  }

  // Settles one member: its rows join the writing, unless it is a replay or has lost. Nobody hears anything before the commit, for even a
  // replay may rest on what another member of the group has only just written.
  void take(Waiting& member) {
    const Prepared& p = *member.prepared;
    if (p.idempotency) {
      const auto found = answers_.find(p.idempotency->key);
      if (found != answers_.end()) {
        const bool same = found->second.first == p.idempotency->request;
        return settle(member, same ? Result<Committed>(Committed{.number = number_, .replayed = true, .answer = found->second.second})
                                   : fail(Code::key_reused, fmt::format("the key '{}' was used for another request ({}); choose a new key",
                                                                        p.idempotency->key, found->second.first)));
      }
    }
    if (const std::string moved = moved_row(p); !moved.empty())
      return settle(member, fail(Code::conflict, fmt::format("{} was changed by somebody else meanwhile; do it again", moved)));
    write(p);
    settle(member, Committed{.number = number_, .answer = p.idempotency ? p.idempotency->answer : ""});
  }
  void settle(Waiting& member, Result<Committed> answer) { settled_.emplace_back(&member, std::move(answer)); }

  Result<void> flush() {
    if (calls_.empty()) return {};
    wrote_ = true;
    TRY(db_.run_all(calls_));
    calls_.clear();
    return {};
  }
  bool wrote() const { return wrote_; }
  // After the commit.
  void answer_all() {
    for (auto& [member, answer] : settled_) member->answer = std::move(answer);
  }

 private:
  // The ids stay where they are, in a member's Prepared, until the group is committed.
  struct RowKey {
    Kind kind;
    std::string_view id;
    bool operator==(const RowKey&) const = default;
  };
  struct RowKeyHash {
    std::size_t operator()(const RowKey& key) const { return TextHash()(key.id) + static_cast<std::size_t>(key.kind); }
  };
  static RowKey key_of(const Seen& seen) {
    return {kind_of(seen.kind), seen.kind == Seen::Kind::desk ? "desk" : std::string_view(seen.id)};
  }

  std::string moved_row(const Prepared& p) const {
    const auto moved = [&](const RowKey& key, std::int64_t seen) {
      const auto found = versions_.find(key);
      return (found == versions_.end() ? 0 : found->second) != seen;
    };
    const auto named = [](const RowKey& key) { return fmt::format("{} {}", table(key.kind).name, key.id); };
    for (const Row& row : p.rows) {
      const RowKey key{row.kind, row.id};
      if (table(row.kind).writing == Writing::versioned && moved(key, row.version - 1)) return named(key);
    }
    for (const Seen& seen : p.seen)
      if (moved(key_of(seen), seen.version)) return named(key_of(seen));
    return {};
  }

  // The texts of the calls stay in `p`, which lives until the group is committed.
  void write(const Prepared& p) {
    ++number_;
    std::map<Kind, std::int64_t> positions;
    for (const Row& row : p.rows) {
      const sql::TableTexts& texts = sql::texts(row.kind);
      const Writing writing = table(row.kind).writing;
      if (writing == Writing::versioned) versions_[{row.kind, row.id}] = row.removed() ? 0 : row.version;
      if (row.removed()) {
        calls_.push_back({texts.remove, {&row.id}});
        continue;
      }
      const bool update = writing == Writing::versioned && row.version > 1;
      std::vector<Value> values;
      values.reserve(row.columns.size() + 3);
      if (!update) values.emplace_back(&row.id);
      values.emplace_back(row.version);
      values.emplace_back(&row.body);
      for (const Value& column : row.columns) {
        const std::string* text = text_in(column);
        values.push_back(text == nullptr ? column : Value(text));
      }
      if (is_placed(row.kind)) values.back() = entry_place(number_, positions[row.kind]++);
      if (update) values.emplace_back(&row.id);
      calls_.push_back({update ? texts.update : writing == Writing::replaced ? texts.replace : texts.insert, std::move(values)});
    }
    for (const auto& [key, amount] : p.balances)
      if (amount != 0) calls_.push_back({sql::kAddBalance, {std::get<0>(key), std::get<1>(key), std::get<2>(key), amount}});
    if (p.idempotency) answers_[p.idempotency->key] = {p.idempotency->request, p.idempotency->answer};
    AuditRecord record = seal(p, number_, hash_.empty() ? std::string(kFirstPrevious) : hash_);
    hash_ = record.hash;
    const AuditNote& note = p.note;
    calls_.push_back({sql::kInsertAudit,
                      {record.number, &p.commit_id, note.at.ticks, &note.actor, &note.action, &note.customer, &note.subject, &note.before,
                       &note.after, std::move(record.rows), std::move(record.previous), std::move(record.hash)}});
  }

  SqlConnection& db_;
  std::unordered_map<RowKey, std::int64_t, RowKeyHash> versions_;  // as stored, then as this group leaves them
  std::unordered_map<std::string, std::pair<std::string, std::string>> answers_;
  std::int64_t number_ = 0;
  std::string hash_;
  std::vector<Call> calls_;
  bool wrote_ = false;
  std::vector<std::pair<Waiting*, Result<Committed>>> settled_;
};

// One that decides under the lock sees what the members before it have written, though nothing is committed yet: they stand or fall with
// it, and where they fall it is asked again.
Result<void> SqlStore::decide_member(GroupWriter& writer, Waiting& member) {
  TRY(writer.flush());
  SqlSnapshot snapshot(*writer_);
  Result<Changes> changes = (*member.decide)(snapshot);
  if (!changes) {
    writer.settle(member, std::unexpected(changes.error()));
    return {};
  }
  member.prepared = prepare(std::move(*changes));
  Waiting* const alone[] = {&member};
  TRY(writer.read(alone));
  writer.take(member);
  return {};
}

// One transaction for all. An error leaves every member without an answer, and nothing written.
Result<void> SqlStore::try_group(std::span<Waiting* const> group) {
  // One member that must be durable now makes the whole group so; what is only decided under the lock may be such a one.
  const auto can_wait = [](const Waiting* member) { return member->prepared && member->prepared->durable == Durable::soon; };
  TRY(begin_write(std::ranges::all_of(group, can_wait) ? Durable::soon : Durable::now));
  GroupWriter writer(*writer_);
  const auto run = [&]() -> Result<void> {
    if (group.front()->start_over) TRY(clear_all(*writer_));
    std::vector<Waiting*> ready;
    for (Waiting* member : group) {
      if (member->decide == nullptr)
        ready.push_back(member);
      else
        member->prepared.reset();
    }
    if (!ready.empty()) TRY(writer.read(ready));
    for (Waiting* member : ready) writer.take(*member);
    for (Waiting* member : group)
      if (member->decide != nullptr) TRY(decide_member(writer, *member));
    return writer.flush();
  };
  const Result<void> written = run();
  if (!written || !writer.wrote()) {
    writer_->rollback();
    if (written) writer.answer_all();
    return written;
  }
  const Result<void> committed = writer_->commit();
  if (committed) writer.answer_all();
  return committed;
}

// Asks under the writer lock: the transaction whose answer was lost held it, so once it is ours that one has ended, one way or the other.
// Without the lock one could look while the server still works on the COMMIT, and call undone what is about to be done.
Result<std::vector<SqlRows>> SqlStore::look_for(std::span<const Call> calls) {
  for (int attempt = 1;; ++attempt) {
    const Result<void> begun = begin_write(Durable::now);
    if (begun) break;
    if (begun.error().code != Code::unavailable || attempt == kLooks) return std::unexpected(begun.error());
    std::this_thread::sleep_for(kBetweenLooks);
  }
  Result<std::vector<SqlRows>> found = writer_->run_all(calls);
  writer_->rollback();
  return found;
}

// The answer of a commit was lost: look whether it is there.
void SqlStore::resolve_unknown(std::span<Waiting* const> group, const Error& error) {
  std::vector<Waiting*> unknown;
  std::vector<Call> calls;
  for (Waiting* member : group) {
    if (!member->prepared) {  // a decision that refused wrote nothing, and rested on what may never have been
      member->answer = fail(Code::unavailable, "the database went away before the commit; nothing was written, do it again");
      continue;
    }
    unknown.push_back(member);
    calls.push_back({sql::kFindCommit, {member->prepared->commit_id}});
  }
  const Result<std::vector<SqlRows>> found = look_for(calls);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const Prepared& p = *unknown[i]->prepared;
    Result<Committed>& answer = unknown[i]->answer.emplace();
    if (!found)
      answer = fail(Code::outcome_unknown,
                    fmt::format("{}; look for commit {} in the audit trail before doing it again", error.message, p.commit_id));
    else if ((*found)[i].empty())
      answer = fail(Code::unavailable, "the database went away before the commit; nothing was written, do it again");
    else
      answer = Committed{.number = (*found)[i].front().integer(0), .answer = p.idempotency ? p.idempotency->answer : ""};
  }
}

void SqlStore::write_group(std::span<Waiting* const> group) {
  const Result<void> done = try_group(group);
  if (done) return;
  if (done.error().code == Code::outcome_unknown) return resolve_unknown(group, done.error());
  if (group.size() == 1) {
    const bool was_there = done.error().code == Code::conflict;
    group.front()->answer =
        was_there ? fail(Code::conflict, "somebody else made the same thing meanwhile; do it again") : std::unexpected(done.error());
    return;
  }
  // One bad member must not sink the others: each by itself.
  for (Waiting* const& member : group) write_group(std::span(&member, 1));
}

}  // namespace

Result<std::unique_ptr<Store>> open_sql_store(std::unique_ptr<SqlDatabase> database, DatabaseOptions options) {
  std::unique_ptr<SqlConnection> writer;
  const auto known = static_cast<std::int64_t>(embedded_migrations().size());
  std::int64_t version = 0;
  if (!options.create) {
    const std::unique_ptr<SqlConnection> reader = TRY(database->connect_reader());
    version = TRY(schema_version(*reader, database->name()));
    TRY(refuse_newer(version, database->name()));
    if (version == 0) return fail(Code::not_found, fmt::format("{} holds no desk; make one with 'prorata init'", database->name()));
  }
  if (version < known) {
    writer = TRY(database->connect_writer());
    TRY(migrate(*writer, database->name()));
  }
  return std::make_unique<SqlStore>(std::move(database), std::move(writer));
}

}  // namespace prorata::store
