// The meaning of a store, written as plainly as it can be: every commit makes a new state out of the old one, a snapshot keeps the
// state it was given, and lists are filtered by looking at everything. The SQL store has to agree with this one.
#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "app/usage_months.h"
#include "base/check.h"
#include "store/open.h"
#include "store/prepared.h"
#include "store/verify.h"
#include "wire/stored.h"

namespace prorata::store {
namespace {

using RowPtr = std::shared_ptr<const StoredRow>;

struct State {
  std::array<std::map<std::string, RowPtr>, kKindCount> tables;
  std::vector<std::pair<std::shared_ptr<const AuditRecord>, std::string>> audit;  // with the commit's id
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> balances;
  std::vector<RowPtr> entries;  // in the order of commits

  const std::map<std::string, RowPtr>& of(Kind kind) const { return tables[static_cast<std::size_t>(kind)]; }
  std::int64_t version_of(Kind kind, const std::string& id) const {
    const auto found = of(kind).find(id);
    return found == of(kind).end() ? 0 : found->second->version;
  }
};

template <class T>
constexpr bool kVersioned = requires(T t) { t.version; };

bool matches(const Reservation& r, const ReservationQuery& q) {
  const std::optional<Day> next = next_event(r);
  return (!q.customer || r.customer == *q.customer) && (!q.order || r.order == *q.order) && (!q.state || r.state == *q.state) &&
         (q.sku.empty() || sku_key(r.sku) == sku_key(q.sku)) && (q.region.empty() || region_key(r.region) == region_key(q.region)) &&
         (q.product.empty() || equal_ignoring_case(r.product, q.product)) && to_lower(r.name).starts_with(to_lower(q.name_prefix)) &&
         (!q.expires_from || start_of(*q.expires_from) <= r.expiry) && (!q.expires_until || r.expiry < start_of(*q.expires_until)) &&
         (!q.archived || r.archived == *q.archived) && (!q.renew || r.renew == *q.renew) &&
         (!q.event_until || (next && *next <= *q.event_until));
}

// What a list is sorted by: numbers as numbers, texts as texts, the id last.
using SortKey = std::tuple<std::int64_t, std::string, std::string>;

SortKey sort_key(const Reservation& r, const ReservationQuery& q) {
  if (q.event_until) return {next_event(r)->since_epoch, "", r.id.text()};
  switch (q.sort) {
    case ReservationSort::expiry: return {r.expiry.ticks, "", r.id.text()};
    case ReservationSort::purchased: return {r.purchased.ticks, "", r.id.text()};
    case ReservationSort::quantity: return {r.quantity, "", r.id.text()};
    case ReservationSort::name: return {0, to_lower(r.name), r.id.text()};
    case ReservationSort::sku: return {0, sku_key(r.sku), r.id.text()};
    case ReservationSort::region: return {0, region_key(r.region), r.id.text()};
  }
  CHECK(false, "a sort");
}

std::string to_cursor(const SortKey& key) { return fmt::format("{}\n{}\n{}", std::get<0>(key), std::get<1>(key), std::get<2>(key)); }
SortKey from_cursor(const std::string& cursor) {
  const std::size_t first = cursor.find('\n');
  const std::size_t last = cursor.rfind('\n');
  if (first == std::string::npos || first == last) return {};
  return {parse_integer(cursor.substr(0, first), INT64_MIN, INT64_MAX, "a cursor").value_or(0), cursor.substr(first + 1, last - first - 1),
          cursor.substr(last + 1)};
}

// The page after a cursor, of items with their keys.
template <class T>
Page<T> page_of(std::vector<std::pair<SortKey, T>> items, const std::string& after, std::size_t limit, bool descending) {
  std::ranges::sort(items, [&](const auto& a, const auto& b) { return descending ? b.first < a.first : a.first < b.first; });
  Page<T> page;
  std::string last;
  for (auto& [key, item] : items) {
    const bool before = !after.empty() && (descending ? from_cursor(after) <= key : key <= from_cursor(after));
    if (before) continue;
    if (page.items.size() == limit) {
      page.next = last;
      break;
    }
    last = to_cursor(key);
    page.items.push_back(std::move(item));
  }
  return page;
}

bool matches(const CustomerOverview& o, const OverviewQuery& q) {
  return to_lower(o.name).find(to_lower(q.text)) != std::string::npos && (!q.customer || o.customer == *q.customer) &&
         (!q.reseller || o.reseller == q.reseller) && (!q.expiring || o.expiring_90 > 0) && (!q.badly_used || o.badly_used > 0) &&
         (!q.refundable || o.refundable > 0) && (!q.with_requests || o.open_requests > 0) &&
         (!q.with_credits || o.provider_credit_minor != 0 || o.customer_credit_minor != 0);
}

SortKey sort_key(const CustomerOverview& o, OverviewSort sort) {
  const std::string& id = o.customer.text();
  switch (sort) {
    case OverviewSort::name: return {0, to_lower(o.name), id};
    case OverviewSort::expiring: return {o.expiring_90, "", id};
    case OverviewSort::badly_used: return {o.badly_used, "", id};
    case OverviewSort::refundable: return {o.refundable_usd_minor, "", id};
    case OverviewSort::requests: return {o.open_requests, "", id};
    case OverviewSort::credits: return {o.customer_credit_minor, "", id};
    case OverviewSort::allowance: return {o.allowance_used_minor, "", id};
  }
  CHECK(false, "a sort");
}

template <class T>
std::vector<T> first_of(std::vector<T> items, std::size_t limit) {
  if (items.size() > limit) items.erase(items.begin() + static_cast<std::ptrdiff_t>(limit), items.end());
  return items;
}

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(std::shared_ptr<const State> state) : state_(std::move(state)) {}

  Result<std::optional<Desk>> desk() override { return one<Desk>(Kind::desk, "desk"); }
  Result<std::optional<Customer>> customer(const CustomerId& id) override { return one<Customer>(Kind::customer, id.text()); }
  Result<std::optional<Order>> order(const OrderId& id) override { return one<Order>(Kind::order, id.text()); }
  Result<std::optional<Reservation>> reservation(const ReservationId& id) override {
    return one<Reservation>(Kind::reservation, id.text());
  }
  Result<std::vector<Reservation>> reservations_of(const OrderId& id) override {
    return where<Reservation>(Kind::reservation, [&](const Reservation& r) { return r.order == id; });
  }
  Result<std::vector<Revision>> revisions_of(const ReservationId& id) override {
    std::vector<Revision> out = TRY(where<Revision>(Kind::revision, [&](const Revision& r) { return r.reservation == id; }));
    std::ranges::sort(out, std::greater(), &Revision::number);
    return out;
  }
  Result<Page<Reservation>> reservations(const ReservationQuery& q) override {
    std::vector<std::pair<SortKey, Reservation>> items;
    for (Reservation& r : TRY(where<Reservation>(Kind::reservation, [&](const Reservation& each) { return matches(each, q); })))
      items.emplace_back(sort_key(r, q), std::move(r));
    return page_of(std::move(items), q.after, q.limit, q.descending);
  }
  Result<Page<Customer>> customers(const CustomerQuery& q) override {
    const std::string text = to_lower(q.text);
    std::vector<std::pair<SortKey, Customer>> items;
    for (Customer& c : TRY(where<Customer>(Kind::customer, [](const Customer&) { return true; }))) {
      const bool wanted = (to_lower(c.name + '\n' + c.domain) + c.id.text()).find(text) != std::string::npos &&
                          (!q.reseller || c.reseller == q.reseller) && (!q.offer || c.offer == *q.offer);
      if (wanted) items.emplace_back(SortKey{0, to_lower(c.name), c.id.text()}, std::move(c));
    }
    return page_of(std::move(items), q.after, q.limit, false);
  }
  Result<Page<Order>> orders(const OrderQuery& q) override {
    std::vector<std::pair<SortKey, Order>> items;
    for (Order& o : TRY(where<Order>(Kind::order, [&](const Order& each) { return !q.customer || each.customer == *q.customer; })))
      items.emplace_back(SortKey{0, "", o.id.text()}, std::move(o));
    return page_of(std::move(items), q.after, q.limit, false);
  }
  Result<std::vector<Reservation>> reservations_by_id(const std::vector<ReservationId>& ids) override {
    return by_id<Reservation>(Kind::reservation, ids);
  }
  Result<std::vector<Order>> orders_by_id(const std::vector<OrderId>& ids) override { return by_id<Order>(Kind::order, ids); }
  Result<std::vector<Customer>> customers_by_id(const std::vector<CustomerId>& ids) override {
    return by_id<Customer>(Kind::customer, ids);
  }

  Result<std::optional<Quote>> quote(const QuoteId& id) override { return one<Quote>(Kind::quote, id.text()); }
  Result<std::optional<Exchange>> exchange(const ExchangeId& id) override { return one<Exchange>(Kind::exchange, id.text()); }
  Result<std::vector<Exchange>> unfinished_exchanges() override {
    return where<Exchange>(Kind::exchange, [](const Exchange& e) {
      return e.state == ExchangeState::pending || e.state == ExchangeState::pending_refunds || e.state == ExchangeState::pending_purchases;
    });
  }
  Result<std::vector<ReturnRecord>> returns_since(const CustomerId& id, Instant since) override {
    std::vector<ReturnRecord> out =
        TRY(where<ReturnRecord>(Kind::returned, [&](const ReturnRecord& r) { return r.customer == id && since < r.at; }));
    std::ranges::sort(out, {}, [](const ReturnRecord& r) { return std::pair(r.at, r.id); });
    return out;
  }
  Result<std::vector<Hold>> holds_of(const CustomerId& id) override {
    return where<Hold>(Kind::hold, [&](const Hold& h) { return h.customer == id && h.state == HoldState::held; });
  }
  Result<std::optional<Hold>> hold(const HoldId& id) override { return one<Hold>(Kind::hold, id.text()); }
  Result<std::optional<ReturnState>> returned(const ReturnId& id) override {
    std::optional<ReturnRecord> record = TRY(one<ReturnRecord>(Kind::returned, id.text()));
    if (!record) return std::optional<ReturnState>();
    return std::optional(ReturnState{std::move(*record), TRY(one<Settlement>(Kind::settlement, id.text()))});
  }
  Result<std::vector<ReturnState>> returns(const std::optional<CustomerId>& customer, bool unsettled_only) override {
    std::vector<ReturnState> out;
    for (ReturnRecord& record :
         TRY(where<ReturnRecord>(Kind::returned, [&](const ReturnRecord& r) { return !customer || r.customer == *customer; }))) {
      std::optional<Settlement> settlement = TRY(one<Settlement>(Kind::settlement, record.id.text()));
      if (!settlement || !unsettled_only) out.push_back({std::move(record), std::move(settlement)});
    }
    std::ranges::sort(out, {}, [](const ReturnState& s) { return std::pair(s.returned.at, s.returned.id); });
    return out;
  }
  Result<std::optional<IdempotencyRecord>> answered(const std::string& key) override {
    const auto found = state_->of(Kind::answered).find(key);
    if (found == state_->of(Kind::answered).end()) return std::optional<IdempotencyRecord>();
    return std::optional(IdempotencyRecord{key, to_text(found->second->columns[0]), to_text(found->second->columns[1])});
  }

  Result<std::vector<PriceRow>> prices(const std::string& sku, const std::string& region, Term term) override {
    return where<PriceRow>(Kind::price, [&](const PriceRow& p) {
      return sku_key(p.sku) == sku_key(sku) && region_key(p.region) == region_key(region) && p.term == term;
    });
  }
  Result<std::vector<PriceRow>> prices_in(const std::string& region) override {
    std::vector<PriceRow> rows =
        TRY(where<PriceRow>(Kind::price, [&](const PriceRow& p) { return region_key(p.region) == region_key(region); }));
    std::ranges::sort(rows, {}, [](const PriceRow& p) { return std::pair(sku_key(p.sku), price_id(p)); });
    return rows;
  }
  Result<std::vector<FlexibilityRatio>> ratios_of(const std::string& sku) override {
    return where<FlexibilityRatio>(Kind::ratio, [&](const FlexibilityRatio& r) { return sku_key(r.sku) == sku_key(sku); });
  }
  Result<std::vector<FlexibilityRatio>> ratios() override {
    return where<FlexibilityRatio>(Kind::ratio, [](const FlexibilityRatio&) { return true; });
  }
  Result<std::vector<ExchangeRate>> rates() override {
    return where<ExchangeRate>(Kind::rate, [](const ExchangeRate&) { return true; });
  }
  Result<std::vector<Reseller>> resellers() override {
    return where<Reseller>(Kind::reseller, [](const Reseller&) { return true; });
  }

  Result<std::optional<Client>> client(const ClientId& id) override { return one<Client>(Kind::client, id.text()); }
  Result<Page<Client>> clients(const NameQuery& q) override {
    std::vector<std::pair<SortKey, Client>> items;
    for (Client& c : TRY(all<Client>(Kind::client))) items.emplace_back(SortKey{0, to_lower(c.name), c.id.text()}, std::move(c));
    return page_of(std::move(items), q.after, q.limit, false);
  }
  Result<std::optional<User>> user(const PrincipalId& id) override { return one<User>(Kind::user, id.text()); }
  Result<std::optional<User>> user_named(const std::string& name) override {
    std::vector<User> found = TRY(where<User>(Kind::user, [&](const User& u) { return equal_ignoring_case(u.name, name); }));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  }
  Result<Page<User>> users(const NameQuery& q) override {
    std::vector<std::pair<SortKey, User>> items;
    for (User& u : TRY(all<User>(Kind::user))) items.emplace_back(SortKey{0, to_lower(u.name), u.id.text()}, std::move(u));
    return page_of(std::move(items), q.after, q.limit, false);
  }
  Result<std::vector<SigningKeyRow>> signing_keys() override {
    std::vector<SigningKeyRow> keys = TRY(all<SigningKeyRow>(Kind::signing_key));
    std::ranges::sort(keys, [](const auto& a, const auto& b) { return std::tie(b.created, a.kid) < std::tie(a.created, b.kid); });
    return keys;
  }
  Result<std::optional<access::RoleAssignment>> role_assignment(const RoleAssignmentId& id) override {
    return one<access::RoleAssignment>(Kind::role_assignment, id.text());
  }
  Result<std::vector<access::RoleAssignment>> role_assignments() override { return all<access::RoleAssignment>(Kind::role_assignment); }
  Result<std::vector<access::RoleAssignment>> role_assignments_of(const PrincipalId& id) override {
    return where<access::RoleAssignment>(Kind::role_assignment, [&](const access::RoleAssignment& a) { return a.principal == id; });
  }
  Result<std::vector<access::RoleAssignment>> role_assignments_at(const access::Scope& scope) override {
    return where<access::RoleAssignment>(Kind::role_assignment, [&](const access::RoleAssignment& a) { return a.scope == scope; });
  }
  Result<std::optional<support::SupportRequest>> support_request(const std::string& name) override {
    return one<support::SupportRequest>(Kind::support_request, support_request_id(name));
  }
  Result<Page<support::SupportRequest>> support_requests(const SupportQuery& q) override {
    std::vector<std::pair<SortKey, support::SupportRequest>> items;
    for (support::SupportRequest& r : TRY(all<support::SupportRequest>(Kind::support_request))) {
      const bool wanted = (!q.customer || r.customer == *q.customer) && (!q.subscription || r.subscription == q.subscription) &&
                          (!q.status || r.status == *q.status) && (!q.created_from || *q.created_from <= r.created) &&
                          (!q.created_until || r.created < *q.created_until);
      if (wanted) items.emplace_back(SortKey{r.created.ticks, "", support_request_id(r.name)}, std::move(r));
    }
    return page_of(std::move(items), q.after, q.limit, true);
  }
  Result<std::int64_t> last_support_number(Day day) override {
    const auto [from, until] = support_numbers_of(day);
    std::int64_t last = 0;
    for (const support::SupportRequest& r : TRY(all<support::SupportRequest>(Kind::support_request)))
      if (from <= r.number && r.number < until) last = std::max(last, TRY(running_of(r.number)));
    return last;
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
  Result<std::vector<UsageImport>> usage_imports() override {
    return where<UsageImport>(Kind::usage_import, [](const UsageImport&) { return true; });
  }
  Result<std::vector<ReservationMonth>> months_of(const ReservationId& id) override {
    return where<ReservationMonth>(Kind::reservation_month, [&](const ReservationMonth& m) { return m.reservation == id; });
  }
  Result<std::vector<ReservationMonth>> reservation_months(const CustomerId& id, Day from, Day until) override {
    return where<ReservationMonth>(Kind::reservation_month,
                                   [&](const ReservationMonth& m) { return m.customer == id && from <= m.month && m.month < until; });
  }
  Result<std::optional<CustomerMonth>> customer_month(const CustomerId& id, Day month) override {
    return one<CustomerMonth>(Kind::customer_month, customer_month_id(id, month_text(month)));
  }
  Result<std::vector<CustomerMonth>> customer_months(const CustomerId& id) override {
    return where<CustomerMonth>(Kind::customer_month, [&](const CustomerMonth& m) { return m.customer == id; });
  }

  Result<std::vector<OutboxRow>> outbox_after(std::int64_t place, std::size_t limit) override {
    std::vector<OutboxRow> out;
    for (const auto& [id, row] : state_->of(Kind::outbox)) {
      const std::int64_t at = std::get<std::int64_t>(row->columns[1]);
      if (at > place) out.push_back({at, id, to_text(row->columns[0]), row->body});
    }
    std::ranges::sort(out, {}, &OutboxRow::place);
    return first_of(std::move(out), limit);
  }
  Result<std::int64_t> last_outbox_place() override {
    std::int64_t last = 0;
    for (const auto& [id, row] : state_->of(Kind::outbox)) last = std::max(last, std::get<std::int64_t>(row->columns[1]));
    return last;
  }
  Result<std::optional<Webhook>> webhook(const WebhookId& id) override { return one<Webhook>(Kind::webhook, id.text()); }
  Result<std::vector<Webhook>> webhooks() override { return all<Webhook>(Kind::webhook); }
  Result<std::optional<Delivery>> delivery(const std::string& id) override { return one<Delivery>(Kind::delivery, id); }
  Result<Page<Delivery>> deliveries(const DeliveryQuery& q) override {
    std::vector<std::pair<SortKey, Delivery>> items;
    for (Delivery& d : TRY(all<Delivery>(Kind::delivery)))
      if ((!q.state || d.state == *q.state) && (q.target.empty() || d.target == q.target))
        items.emplace_back(SortKey{d.created.ticks, "", d.id}, std::move(d));
    return page_of(std::move(items), q.after, q.limit, true);
  }
  Result<std::vector<std::string>> targets_due(Instant now) override {
    std::set<std::string> targets;
    for (const Delivery& each : TRY(by_due(DeliveryState::waiting, now, ""))) targets.insert(each.target);
    return std::vector(targets.begin(), targets.end());
  }
  Result<std::vector<Delivery>> deliveries_due(const std::vector<std::string>& targets, Instant now, std::size_t of_each) override {
    std::vector<Delivery> out;
    for (const std::string& target : targets)
      for (Delivery& each : first_of(TRY(by_due(DeliveryState::waiting, now, target)), of_each)) out.push_back(std::move(each));
    return out;
  }
  Result<std::vector<Delivery>> deliveries_gathered(Instant until, std::size_t limit) override {
    return first_of(TRY(by_due(DeliveryState::gathered, until, "")), limit);
  }
  Result<std::vector<Delivery>> deliveries_of_batch(const std::string& batch) override {
    return where<Delivery>(Kind::delivery, [&](const Delivery& d) { return d.batch == batch; });
  }
  Result<std::optional<NotifySettings>> notify_settings() override {
    return one<NotifySettings>(Kind::notify_settings, std::string(kNotifySettingsId));
  }
  Result<std::optional<Progress>> progress(const std::string& name) override { return one<Progress>(Kind::progress, name); }
  Result<std::vector<Alert>> alerts_among(const std::vector<std::string>& keys) override {
    std::vector<Alert> out;
    for (const std::string& key : keys)
      if (std::optional<Alert> found = TRY(one<Alert>(Kind::alert, key))) out.push_back(std::move(*found));
    return out;
  }
  Result<std::vector<ReturnRecord>> returns_between(Instant after, Instant until) override {
    std::vector<ReturnRecord> out =
        TRY(where<ReturnRecord>(Kind::returned, [&](const ReturnRecord& r) { return after < r.at && r.at <= until; }));
    std::ranges::sort(out, {}, [](const ReturnRecord& r) { return std::pair(r.at, r.id); });
    return out;
  }

  Result<std::optional<CustomerOverview>> customer_overview(const CustomerId& id) override {
    return one<CustomerOverview>(Kind::customer_overview, id.text());
  }
  Result<Page<CustomerOverview>> customer_overviews(const OverviewQuery& q) override {
    std::vector<std::pair<SortKey, CustomerOverview>> items;
    for (CustomerOverview& o : TRY(where<CustomerOverview>(Kind::customer_overview, [&](const auto& each) { return matches(each, q); })))
      items.emplace_back(sort_key(o, q.sort), std::move(o));
    return page_of(std::move(items), q.after, q.limit, q.sort != OverviewSort::name);
  }
  Result<std::vector<OverviewTotals>> overview_totals(const OverviewQuery& q) override {
    std::map<std::string, OverviewTotals> sums;
    for (const CustomerOverview& o :
         TRY(where<CustomerOverview>(Kind::customer_overview, [&](const auto& each) { return matches(each, q); }))) {
      OverviewTotals& sum = sums[std::string(o.currency.code())];
      sum.currency = o.currency;
      ++sum.customers;
      sum.reservations += o.reservations;
      sum.expiring_90 += o.expiring_90;
      sum.badly_used += o.badly_used;
      sum.refundable += o.refundable;
      sum.refundable_minor += o.refundable_minor;
      sum.refundable_usd_minor += o.refundable_usd_minor;
      sum.open_requests += o.open_requests;
      sum.provider_credit_minor += o.provider_credit_minor;
      sum.customer_credit_minor += o.customer_credit_minor;
    }
    std::vector<OverviewTotals> out;
    for (auto& [code, sum] : sums) out.push_back(sum);
    return out;
  }
  Result<std::int64_t> open_support_requests(const CustomerId& id) override {
    return static_cast<std::int64_t>(TRY(where<support::SupportRequest>(Kind::support_request, [&](const support::SupportRequest& r) {
                                       return r.customer == id && r.status == support::Status::open;
                                     })).size());
  }
  Result<std::vector<Reservation>> reservations_starting(const std::string& prefix, std::size_t limit) override {
    return first_of(TRY(where<Reservation>(Kind::reservation, [&](const Reservation& r) { return r.id.text().starts_with(prefix); })),
                    limit);
  }
  Result<std::vector<Order>> orders_starting(const std::string& prefix, std::size_t limit) override {
    return first_of(TRY(where<Order>(Kind::order, [&](const Order& o) { return o.id.text().starts_with(prefix); })), limit);
  }
  Result<std::vector<support::SupportRequest>> support_requests_starting(const std::string& prefix, std::size_t limit) override {
    return first_of(TRY(where<support::SupportRequest>(Kind::support_request,
                                                       [&](const support::SupportRequest& r) {
                                                         return support_request_id(r.name).starts_with(prefix) ||
                                                                r.number.starts_with(prefix);
                                                       })),
                    limit);
  }

  Result<std::vector<ledger::Balance>> balances(const std::optional<CustomerId>& customer) override {
    std::vector<ledger::Balance> out;
    for (const auto& [key, amount] : state_->balances) {
      if (amount == 0 || (customer && std::get<0>(key) != customer->text())) continue;
      out.push_back({CustomerId::trusted(std::get<0>(key)), TRY(Currency::parse(std::get<1>(key))),
                     TRY(parse_word<ledger::Account>(std::get<2>(key), "an account")), amount});
    }
    return out;
  }
  Result<void> entries(const EntryQuery& q, const std::function<bool(const ledger::Entry&)>& visit) override {
    for (const RowPtr& row : state_->entries) {
      const ledger::Entry entry = TRY(wire::decode<ledger::Entry>(reader_, row->body));
      const ledger::EntryHead& head = entry.head();
      const bool wanted = (!q.customer || head.customer == *q.customer) && (!q.currency || head.currency == *q.currency) &&
                          (!q.from || *q.from <= head.at) && (!q.until || head.at < *q.until);
      if (wanted && !visit(entry)) break;
    }
    return {};
  }
  Result<void> audit(std::int64_t from_number, const std::function<bool(const AuditRecord&)>& visit) override {
    for (const auto& [record, commit_id] : state_->audit)
      if (from_number <= record->number && !visit(*record)) break;
    return {};
  }
  Result<Counts> counts() override {
    const auto size = [&](Kind kind) { return static_cast<std::int64_t>(state_->of(kind).size()); };
    return Counts{size(Kind::customer), size(Kind::order), size(Kind::reservation),
                  size(Kind::returned), size(Kind::entry), static_cast<std::int64_t>(state_->audit.size())};
  }

 private:
  template <class T>
  Result<T> decoded(const StoredRow& row) {
    T value = TRY(wire::decode<T>(reader_, row.body));
    if constexpr (kVersioned<T>) value.version = row.version;
    return value;
  }
  template <class T>
  Result<std::optional<T>> one(Kind kind, const std::string& id) {
    const auto found = state_->of(kind).find(id);
    if (found == state_->of(kind).end()) return std::optional<T>();
    return std::optional<T>(TRY(decoded<T>(*found->second)));
  }
  template <class T, class I>
  Result<std::vector<T>> by_id(Kind kind, const std::vector<I>& ids) {
    std::vector<T> out;
    for (const I& id : ids)
      if (std::optional<T> value = TRY(one<T>(kind, id.text()))) out.push_back(std::move(*value));
    return out;
  }
  // In the order in which they are due; of one target, or of all where it is empty.
  Result<std::vector<Delivery>> by_due(DeliveryState state, Instant until, const std::string& target) {
    std::vector<Delivery> out = TRY(where<Delivery>(
        Kind::delivery, [&](const Delivery& d) { return d.state == state && d.due <= until && (target.empty() || d.target == target); }));
    std::ranges::sort(out, {}, [](const Delivery& d) { return std::pair(d.due, d.id); });
    return out;
  }
  template <class T>
  Result<std::vector<T>> all(Kind kind) {
    return where<T>(kind, [](const T&) { return true; });
  }
  template <class T, class Wanted>
  Result<std::vector<T>> where(Kind kind, const Wanted& wanted) {
    std::vector<T> out;
    for (const auto& [id, row] : state_->of(kind)) {
      T value = TRY(decoded<T>(*row));
      if (wanted(value)) out.push_back(std::move(value));
    }
    return out;
  }

  std::shared_ptr<const State> state_;
  wire::JsonReader reader_;
};

class MemoryEvidence final : public Evidence {
 public:
  explicit MemoryEvidence(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  Result<void> audit(const std::function<Result<void>(const AuditRecord&, const std::string&)>& visit) override {
    for (const auto& [record, commit_id] : state_->audit) TRY(visit(*record, commit_id));
    return {};
  }
  Result<void> rows(Kind kind, const std::function<Result<void>(const StoredRow&)>& visit) override {
    for (const auto& [id, row] : state_->of(kind)) TRY(visit(*row));
    return {};
  }
  Result<std::map<std::tuple<std::string, std::string, std::string>, std::int64_t>> balances() override {
    auto out = state_->balances;
    std::erase_if(out, [](const auto& each) { return each.second == 0; });
    return out;
  }

 private:
  std::shared_ptr<const State> state_;
};

class MemoryStore final : public Store {
 public:
  Result<std::unique_ptr<Snapshot>> snapshot() override {
    const std::lock_guard lock(mutex_);
    return std::make_unique<MemorySnapshot>(state_);
  }
  Result<Committed> commit(Changes changes) override {
    const Prepared prepared = prepare(std::move(changes));
    const std::lock_guard lock(mutex_);
    return write(prepared);
  }
  Result<Committed> decide_and_commit(const std::function<Result<Changes>(Snapshot&)>& decide) override {
    const std::lock_guard lock(mutex_);
    MemorySnapshot snapshot(state_);
    return write(prepare(TRY(decide(snapshot))));
  }
  Result<Committed> start_over(Changes first) override {
    const Prepared prepared = prepare(std::move(first));
    const std::lock_guard lock(mutex_);
    const std::shared_ptr<const State> before = state_;
    state_ = std::make_shared<State>();
    Result<Committed> done = write(prepared);
    if (!done) state_ = before;
    return done;
  }
  Result<std::int64_t> verify(const std::function<void(std::int64_t)>& progress) override {
    std::shared_ptr<const State> state;
    {
      const std::lock_guard lock(mutex_);
      state = state_;
    }
    MemoryEvidence evidence(state);
    return store::verify(evidence, progress);
  }

 private:
  Result<Committed> write(const Prepared& p) {
    const auto number = static_cast<std::int64_t>(state_->audit.size());
    if (p.idempotency) {
      const auto found = state_->of(Kind::answered).find(p.idempotency->key);
      if (found != state_->of(Kind::answered).end()) {
        const std::string request = to_text(found->second->columns[0]);
        if (request != p.idempotency->request)
          return fail(Code::key_reused,
                      fmt::format("the key '{}' was used for another request ({}); choose a new key", p.idempotency->key, request));
        return Committed{number, true, to_text(found->second->columns[1])};
      }
    }
    const auto moved = [&](Kind kind, const std::string& id, std::int64_t seen) { return state_->version_of(kind, id) != seen; };
    for (const Row& row : p.rows) {
      const bool lost = table(row.kind).writing == Writing::versioned
                            ? moved(row.kind, row.id, row.version - 1)
                            : table(row.kind).writing == Writing::added && moved(row.kind, row.id, 0);
      if (lost)
        return fail(Code::conflict, fmt::format("{} {} was changed by somebody else meanwhile; do it again", table(row.kind).name, row.id));
    }
    for (const Seen& seen : p.seen)
      if (moved(kind_of(seen.kind), seen.kind == Seen::Kind::desk ? "desk" : seen.id, seen.version))
        return fail(Code::conflict,
                    fmt::format("{} {} was changed by somebody else meanwhile; do it again", table(kind_of(seen.kind)).name, seen.id));

    for (const Row& row : p.rows)
      if (taken(row))
        return fail(Code::conflict, fmt::format("{} {}: another has the same {}", table(row.kind).name, row.id, table(row.kind).unique));

    auto next = std::make_shared<State>(*state_);
    std::map<Kind, std::int64_t> positions;
    for (const Row& row : p.rows) {
      if (row.removed()) {
        next->tables[static_cast<std::size_t>(row.kind)].erase(row.id);
        continue;
      }
      auto stored = std::make_shared<StoredRow>(StoredRow{row.id, row.version, row.body, row.columns});
      if (is_placed(row.kind)) stored->columns.back() = entry_place(number + 1, positions[row.kind]++);
      next->tables[static_cast<std::size_t>(row.kind)][row.id] = stored;
      if (row.kind == Kind::entry) next->entries.push_back(stored);
    }
    for (const auto& [key, amount] : p.balances) next->balances[key] += amount;
    const std::string previous = state_->audit.empty() ? std::string(kFirstPrevious) : state_->audit.back().first->hash;
    next->audit.emplace_back(std::make_shared<AuditRecord>(seal(p, number + 1, previous)), p.commit_id);
    state_ = std::move(next);
    return Committed{number + 1, false, p.idempotency ? p.idempotency->answer : ""};
  }

  // Whether another row has the same in the column that is unique.
  bool taken(const Row& row) const {
    const Table& t = table(row.kind);
    if (t.unique.empty() || row.removed()) return false;
    const auto column = static_cast<std::size_t>(std::ranges::find(t.columns, t.unique) - t.columns.begin());
    return std::ranges::any_of(state_->of(row.kind), [&](const auto& each) {
      return each.first != row.id && to_text(each.second->columns[column]) == to_text(row.columns[column]);
    });
  }

  std::mutex mutex_;
  std::shared_ptr<const State> state_ = std::make_shared<State>();
};

}  // namespace

std::unique_ptr<Store> memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace prorata::store
