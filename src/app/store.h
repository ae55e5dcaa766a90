// The seam to what remembers. A use case loads facts from one Snapshot, decides with pure rules, and commits one set of Changes.
//
// Promises every store keeps (tests/store holds them to it):
//  - A snapshot shows one moment: nothing committed after it was taken is seen through it.
//  - A commit is all or nothing and durable when it returns. Commits have one serial order, numbered from 1 without gaps.
//  - Every row put or seen carries the version that was read; if one has moved the commit is refused with Code::conflict and
//    nothing is written. Version 0 means "not there yet".
//  - An idempotency key pays once: a second commit with the key and the same request gets the first answer (`replayed`), one with
//    another request gets Code::key_reused.
//  - The audit record is written in the same commit and linked to the one before it.
//  - Where the answer of a commit was lost the store looks whether it happened; only if it cannot look is it Code::outcome_unknown.
//
// Errors of reads: busy, unavailable, storage_denied, storage_corrupt. Of commits: these and storage_full, conflict, key_reused,
// outcome_unknown.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/role_assignment.h"
#include "app/records.h"
#include "app/server_records.h"
#include "app/usage_records.h"
#include "catalog/catalog.h"
#include "ledger/entry.h"
#include "party/party.h"
#include "reservation/order.h"
#include "reservation/reservation.h"
#include "support/file_workspace.h"
#include "support/support_request.h"

namespace prorata {

// Who did what; the store adds the digests of every row written, and the whole of every entry, return, hold and settlement.
struct AuditNote {
  Instant at;
  std::string actor;
  std::string action;    // "refund.return", "import.azure", ...
  std::string customer;  // id; empty for what concerns the whole desk
  std::string subject;   // the reservation, order or file it is about
  std::string before;    // a line for a person: "3 units, Succeeded"; empty where there was nothing
  std::string after;
};

struct AuditRecord {
  std::int64_t number = 0;  // of the commit
  AuditNote note;
  std::string rows;      // JSON: what was written, in the store's canonical form
  std::string previous;  // hash of the record before; 64 hexadecimal digits
  std::string hash;      // SHA-256 over all of the above
};

struct IdempotencyRecord {
  std::string key;
  std::string request;  // what was asked, canonical; another request under the same key is an error
  std::string answer;   // what was answered, given again on a replay
};

// Something to do after the commit, at least once: a notification, a call upstream.
struct OutboxItem {
  std::string kind;
  std::string body;
};

// A row that the decision rested on but does not write.
struct Seen {
  enum class Kind {
    desk,
    customer,
    order,
    reservation,
    hold,
    exchange,
    client,
    user,
    signing_key,
    role_assignment,
    support_request,
    operation,
    file_workspace
  };
  Kind kind;
  std::string id;  // empty for the desk; of a support request or a file workspace its name
  std::int64_t version = 0;
};

// When a commit must have reached the disk. One that may do so `soon` is not waited for: a failure of power can take it, and then also
// every later one that may do so soon, never one out of the middle. A commit `now` takes all before it along. A killed process loses
// nothing.
enum class Durable : std::uint8_t { now, soon };

struct Changes {
  AuditNote audit;
  Durable durable = Durable::now;
  std::optional<IdempotencyRecord> idempotency;
  std::vector<Seen> seen;

  // With versions: written as version + 1.
  std::optional<Desk> desk;
  std::vector<Customer> customers;
  std::vector<Order> orders;
  std::vector<Reservation> reservations;
  std::vector<Hold> holds;
  std::vector<Exchange> exchanges;
  std::vector<Client> clients;
  std::vector<User> users;
  std::vector<SigningKeyRow> signing_keys;
  std::vector<access::RoleAssignment> role_assignments;
  std::vector<support::SupportRequest> support_requests;
  std::vector<Operation> operations;
  std::vector<Cart> carts;
  std::vector<support::FileWorkspace> file_workspaces;

  // Taken away, with the version that was read: role assignments and signing keys.
  std::vector<Seen> removed;

  // Added, never changed.
  std::vector<Revision> revisions;
  std::vector<Quote> quotes;
  std::vector<ReturnRecord> returns;
  std::vector<Settlement> settlements;
  std::vector<ledger::Entry> entries;
  std::vector<OutboxItem> outbox;

  // Facts from lists: the same key again replaces the row.
  std::vector<Reseller> resellers;
  std::vector<PriceRow> prices;
  std::vector<FlexibilityRatio> ratios;
  std::vector<ExchangeRate> rates;
  std::vector<AgreedPrice> agreed_prices;
  std::vector<support::FileChunk> file_chunks;
  std::vector<UsageImport> usage_imports;
  std::vector<ReservationMonth> reservation_months;
  std::vector<CustomerMonth> customer_months;
};

struct Committed {
  std::int64_t number = 0;
  bool replayed = false;
  std::string answer;  // of the idempotency record, the first one where replayed
};

enum class ReservationSort { expiry, purchased, name, quantity, sku, region };
template <>
inline constexpr auto kWords<ReservationSort> = std::to_array<Word<ReservationSort>>({{ReservationSort::expiry, "expiry"},
                                                                                      {ReservationSort::purchased, "purchased"},
                                                                                      {ReservationSort::name, "name"},
                                                                                      {ReservationSort::quantity, "quantity"},
                                                                                      {ReservationSort::sku, "sku"},
                                                                                      {ReservationSort::region, "region"}});

// Every field that is set narrows the list. Text compares without regard to letter case.
struct ReservationQuery {
  std::optional<CustomerId> customer;
  std::optional<OrderId> order;
  std::optional<ProvisioningState> state;
  std::string sku;
  std::string region;
  std::string product;
  std::string name_prefix;
  std::optional<Day> expires_from;
  std::optional<Day> expires_until;  // exclusive
  std::optional<bool> archived;
  std::optional<bool> renew;
  std::optional<Day> event_until;  // next_event on or before that day: what time will change
  ReservationSort sort = ReservationSort::expiry;
  bool descending = false;
  std::size_t limit = 50;
  std::string after;  // Page::next of the page before; empty for the first
};

struct CustomerQuery {
  std::string text;  // in name or domain, or the start of the id
  std::optional<ResellerId> reseller;
  std::optional<OfferType> offer;
  std::size_t limit = 50;  // by name
  std::string after;
};

struct OrderQuery {
  std::optional<CustomerId> customer;
  std::size_t limit = 50;  // by id
  std::string after;
};

// Clients and users, by name.
struct NameQuery {
  std::size_t limit = 50;
  std::string after;
};

// Newest first. Every field that is set narrows the list.
struct SupportQuery {
  std::optional<CustomerId> customer;
  std::optional<SubscriptionId> subscription;
  std::optional<support::Status> status;
  std::optional<Instant> created_from;
  std::optional<Instant> created_until;  // exclusive
  std::size_t limit = 50;
  std::string after;
};

template <class T>
struct Page {
  std::vector<T> items;
  std::string next;  // cursor; empty on the last page
};

// By time, then by number.
struct AuditQuery {
  std::optional<Instant> from;
  std::optional<Instant> until;  // exclusive
  std::optional<CustomerId> customer;
  std::size_t limit = 50;
  std::string after;
};

// The entries of the commits [from, until), in the order of commits.
struct EntrySpan {
  std::int64_t from = 0;
  std::int64_t until = 0;
  std::size_t limit = 500;
  std::string after;
};

// One price a size, by size: what the price lists sell at all.
struct SizeQuery {
  std::size_t limit = 50;
  std::string after;
};

struct EntryQuery {
  std::optional<CustomerId> customer;
  std::optional<Currency> currency;
  std::optional<Instant> from;
  std::optional<Instant> until;  // exclusive
};

// A return and whether its customer has been paid.
struct ReturnState {
  ReturnRecord returned;
  std::optional<Settlement> settlement;
};

struct Counts {
  std::int64_t customers = 0;
  std::int64_t orders = 0;
  std::int64_t reservations = 0;
  std::int64_t returns = 0;
  std::int64_t entries = 0;
  std::int64_t commits = 0;
};

// One moment of the store. Not for use by two threads at once. An absent thing is an empty optional, not an error.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  // A word beforehand: what a refund of this reservation rests on is asked next. A store that is far away reads all of it in one round;
  // the answers are those that would have come anyway.
  virtual Result<void> expect_refund(const ReservationId&) { return {}; }

  virtual Result<std::optional<Desk>> desk() = 0;
  virtual Result<std::optional<Customer>> customer(const CustomerId& id) = 0;
  virtual Result<std::optional<Order>> order(const OrderId& id) = 0;
  virtual Result<std::optional<Reservation>> reservation(const ReservationId& id) = 0;
  virtual Result<std::vector<Reservation>> reservations_of(const OrderId& id) = 0;
  virtual Result<std::vector<Revision>> revisions_of(const ReservationId& id) = 0;  // newest first
  virtual Result<Page<Reservation>> reservations(const ReservationQuery& query) = 0;
  virtual Result<Page<Customer>> customers(const CustomerQuery& query) = 0;
  virtual Result<Page<Order>> orders(const OrderQuery& query) = 0;
  // The rows of many ids at once, in any order, absent ones left out: what an import looks up for each batch.
  virtual Result<std::vector<Reservation>> reservations_by_id(const std::vector<ReservationId>& ids) = 0;
  virtual Result<std::vector<Order>> orders_by_id(const std::vector<OrderId>& ids) = 0;
  virtual Result<std::vector<Customer>> customers_by_id(const std::vector<CustomerId>& ids) = 0;

  virtual Result<std::optional<Quote>> quote(const QuoteId& id) = 0;
  virtual Result<std::optional<Exchange>> exchange(const ExchangeId& id) = 0;
  virtual Result<std::vector<Exchange>> unfinished_exchanges() = 0;
  virtual Result<std::vector<ReturnRecord>> returns_since(const CustomerId& id, Instant since) = 0;  // at > since, oldest first
  virtual Result<std::vector<Hold>> holds_of(const CustomerId& id) = 0;                              // state held, expired ones too
  virtual Result<std::optional<Hold>> hold(const HoldId& id) = 0;
  virtual Result<std::optional<ReturnState>> returned(const ReturnId& id) = 0;
  virtual Result<std::vector<ReturnState>> returns(const std::optional<CustomerId>& customer, bool unsettled_only) = 0;  // oldest first
  virtual Result<std::optional<IdempotencyRecord>> answered(const std::string& key) = 0;

  virtual Result<std::vector<PriceRow>> prices(const std::string& sku, const std::string& region,
                                               Term term) = 0;                     // all currencies and days
  virtual Result<std::vector<PriceRow>> prices_in(const std::string& region) = 0;  // the same of all sizes, by size
  virtual Result<std::vector<PriceRow>> prices_of(const std::string& sku) = 0;     // everywhere, for every term
  virtual Result<Page<PriceRow>> sizes_sold(const SizeQuery& query) = 0;
  virtual Result<std::vector<FlexibilityRatio>> ratios_of(const std::string& sku) = 0;
  virtual Result<std::vector<FlexibilityRatio>> ratios() = 0;  // of all groups
  virtual Result<std::vector<ExchangeRate>> rates() = 0;
  virtual Result<std::vector<Reseller>> resellers() = 0;

  virtual Result<std::optional<Client>> client(const ClientId& id) = 0;
  virtual Result<Page<Client>> clients(const NameQuery& query) = 0;
  virtual Result<std::optional<User>> user(const PrincipalId& id) = 0;
  virtual Result<std::optional<User>> user_named(const std::string& name) = 0;  // any letter case
  virtual Result<Page<User>> users(const NameQuery& query) = 0;
  virtual Result<std::vector<SigningKeyRow>> signing_keys() = 0;  // newest first
  virtual Result<std::optional<access::RoleAssignment>> role_assignment(const RoleAssignmentId& id) = 0;
  virtual Result<std::vector<access::RoleAssignment>> role_assignments() = 0;  // these three by id
  virtual Result<std::vector<access::RoleAssignment>> role_assignments_of(const PrincipalId& id) = 0;
  virtual Result<std::vector<access::RoleAssignment>> role_assignments_at(const access::Scope& scope) = 0;  // exactly there
  virtual Result<std::optional<support::SupportRequest>> support_request(const std::string& name) = 0;      // any letter case
  virtual Result<Page<support::SupportRequest>> support_requests(const SupportQuery& query) = 0;
  // The highest running number among those numbered for the day; zero where there is none. Two requests never share a number: who
  // comes second gets a conflict.
  virtual Result<std::int64_t> last_support_number(Day day) = 0;
  virtual Result<std::optional<AgreedPrice>> agreed_price(const OrderId& id) = 0;
  virtual Result<std::optional<Operation>> operation(const OperationId& id) = 0;
  virtual Result<std::optional<Cart>> cart(const CartId& id) = 0;
  virtual Result<std::optional<support::FileWorkspace>> file_workspace(const std::string& name) = 0;  // any letter case
  virtual Result<std::optional<support::FileChunk>> file_chunk(const std::string& workspace, const std::string& file,
                                                               std::int64_t index) = 0;

  virtual Result<std::optional<UsageImport>> usage_import(const std::string& path) = 0;
  virtual Result<std::vector<UsageImport>> usage_imports() = 0;  // by path
  // By month; of the customer by reservation, then by month. Months in [from, until).
  virtual Result<std::vector<ReservationMonth>> months_of(const ReservationId& id) = 0;
  virtual Result<std::vector<ReservationMonth>> reservation_months(const CustomerId& id, Day from, Day until) = 0;
  virtual Result<std::optional<CustomerMonth>> customer_month(const CustomerId& id, Day month) = 0;
  virtual Result<std::vector<CustomerMonth>> customer_months(const CustomerId& id) = 0;

  virtual Result<std::vector<ledger::Balance>> balances(const std::optional<CustomerId>& customer) = 0;
  // In the order of commits; the visitor returns false to stop. Memory stays flat however many there are.
  virtual Result<void> entries(const EntryQuery& query, const std::function<bool(const ledger::Entry&)>& visit) = 0;
  virtual Result<Page<ledger::Entry>> entries_of(const EntrySpan& span) = 0;
  virtual Result<Page<AuditRecord>> audit_records(const AuditQuery& query) = 0;
  virtual Result<void> audit(std::int64_t from_number, const std::function<bool(const AuditRecord&)>& visit) = 0;
  virtual Result<Counts> counts() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual Result<std::unique_ptr<Snapshot>> snapshot() = 0;
  virtual Result<Committed> commit(Changes changes) = 0;

  // Loads, decides and commits where nobody else can come between: the last attempt of a use case that kept losing. The decision
  // runs while all other commits wait, so it must be quick.
  virtual Result<Committed> decide_and_commit(const std::function<Result<Changes>(Snapshot&)>& decide) = 0;

  // Forgets everything, the log too, and commits `first` as commit 1, in one step. Its rows have version 0. Only ever for a sandbox.
  virtual Result<Committed> start_over(Changes first) = 0;

  // Recomputes the chain, every row's digest, the balances and the allowance from the log. Returns how many commits were checked.
  // Errors: storage_corrupt, naming the first thing that does not agree. `progress` hears the commit number now and then.
  virtual Result<std::int64_t> verify(const std::function<void(std::int64_t)>& progress) = 0;
};

}  // namespace prorata
