#include "store/prepared.h"

#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "app/usage_months.h"
#include "base/check.h"
#include "wire/stored.h"

namespace prorata::store {
namespace {

std::string hex(const unsigned char* bytes, std::size_t count) {
  std::string out(count * 2, '0');
  static constexpr char kHex[] = "0123456789abcdef";
  for (std::size_t i = 0; i < count; ++i) {
    out[2 * i] = kHex[bytes[i] >> 4U];
    out[2 * i + 1] = kHex[bytes[i] & 15U];
  }
  return out;
}

constexpr std::size_t kHashBytes = 32;

// Each thread keeps what hashing needs; making it anew would cost more than a short text's hash.
std::string sha256(std::string_view text, std::size_t bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  unsigned char hash[kHashBytes];
  const bool hashed = EVP_DigestInit_ex2(context.get(), kSha256, nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), hash, nullptr) == 1;
  CHECK(hashed, "SHA-256 is a hash that OpenSSL has");
  return hex(hash, bytes);
}

std::string random_id() {
  unsigned char bytes[16];
  CHECK(RAND_bytes(bytes, sizeof bytes) == 1, "the system gives random bytes");
  return hex(bytes, sizeof bytes);
}

using Columns = std::vector<Value>;

Columns columns_for(const Desk&) { return {}; }
Columns columns_for(const Customer& c) {
  return {to_lower(c.name), to_lower(c.name + '\n' + c.domain), c.reseller ? c.reseller->text() : std::string(),
          std::string(to_string(c.offer))};
}
Columns columns_for(const Order& o) { return {o.customer.text()}; }
Columns columns_for(const Reservation& r) {
  const std::optional<Day> next = next_event(r);
  return {r.order.text(),
          r.customer.text(),
          std::string(to_string(r.state)),
          sku_key(r.sku),
          region_key(r.region),
          to_lower(r.product),
          to_lower(r.name),
          r.quantity,
          r.purchased.ticks,
          r.expiry.ticks,
          std::int64_t{r.archived},
          std::int64_t{r.renew},
          next ? Value(std::int64_t{next->since_epoch}) : Value()};
}
Columns columns_for(const Hold& h) { return {h.customer.text(), std::string(to_string(h.state))}; }
Columns columns_for(const Exchange& e) { return {std::string(to_string(e.state))}; }
Columns columns_for(const Revision& r) { return {r.reservation.text(), r.number}; }
Columns columns_for(const Quote&) { return {}; }
Columns columns_for(const ReturnRecord& r) { return {r.customer.text(), r.at.ticks}; }
Columns columns_for(const Settlement& s) { return {s.customer.text()}; }
Columns columns_for(const ledger::Entry& e) {
  return {e.head().customer.text(), std::string(e.head().currency.code()), e.head().at.ticks, std::int64_t{0}};
}
Columns columns_for(const Reseller&) { return {}; }
Columns columns_for(const PriceRow& p) { return {sku_key(p.sku), region_key(p.region), std::int64_t{p.term.years}}; }
Columns columns_for(const FlexibilityRatio& r) { return {sku_key(r.sku)}; }
Columns columns_for(const ExchangeRate&) { return {}; }
Columns columns_for(const Client& c) { return {to_lower(c.name)}; }
Columns columns_for(const User& u) { return {to_lower(u.name)}; }
Columns columns_for(const SigningKeyRow& k) { return {k.created.ticks}; }
Columns columns_for(const access::RoleAssignment& a) { return {a.principal.text(), scope_key(a.scope)}; }
Columns columns_for(const support::SupportRequest& r) {
  return {r.number, r.customer.text(), r.subscription ? r.subscription->text() : std::string(), std::string(to_string(r.status)),
          r.created.ticks};
}
Columns columns_for(const Operation&) { return {}; }
Columns columns_for(const AgreedPrice&) { return {}; }
Columns columns_for(const support::FileWorkspace&) { return {}; }
Columns columns_for(const support::FileChunk&) { return {}; }
Columns columns_for(const UsageImport&) { return {}; }
Columns columns_for(const ReservationMonth& m) { return {m.customer.text(), month_text(m.month)}; }
Columns columns_for(const CustomerMonth&) { return {}; }
Columns columns_for(const Webhook&) { return {}; }
Columns columns_for(const Delivery& d) { return {std::string(to_string(d.state)), d.target, d.due.ticks, d.batch, d.created.ticks}; }
Columns columns_for(const NotifySettings&) { return {}; }
Columns columns_for(const Progress&) { return {}; }
Columns columns_for(const Alert&) { return {}; }
Columns columns_for(const CustomerOverview& o) {
  return {to_lower(o.name),
          o.reseller ? o.reseller->text() : std::string(),
          std::string(o.currency.code()),
          o.reservations,
          o.expiring_90,
          o.badly_used,
          o.refundable,
          o.refundable_minor,
          o.refundable_usd_minor,
          o.open_requests,
          o.provider_credit_minor,
          o.customer_credit_minor,
          o.allowance_used_minor};
}

template <class T>
Row row_for(Kind kind, const std::string& id, std::int64_t version, const T& value) {
  Row row{.kind = kind, .id = id, .version = version, .body = wire::encode(value), .columns = columns_for(value)};
  row.digest = sha256(row.body, 16);
  return row;
}

Row text_row(Kind kind, std::string id, std::string body, Columns columns) {
  Row row{.kind = kind, .id = std::move(id), .body = std::move(body), .columns = std::move(columns)};
  row.digest = sha256(row.body, 16);
  return row;
}

template <class T>
Result<Columns> decoded_columns(const std::string& body) {
  wire::JsonReader reader;
  return columns_for(TRY(wire::decode<T>(reader, body)));
}

constexpr std::size_t kSupportNumberPrefix = 10;  // yymmdd and 0010; the running number follows

// Fields joined so that no two different records give the same text: each with its length.
void add_field(std::string& text, std::string_view field) { fmt::format_to(std::back_inserter(text), "{}:{};", field.size(), field); }

}  // namespace

std::string price_id(const PriceRow& row) {
  return fmt::format("{}|{}|{}|{}|{}", sku_key(row.sku), region_key(row.region), row.term.years, row.price.currency.code(),
                     to_string(row.from));
}
std::string ratio_id(const FlexibilityRatio& row) { return to_lower(row.group) + '|' + sku_key(row.sku); }
std::string rate_id(const ExchangeRate& row) { return fmt::format("{}|{}|{}", row.from.code(), row.to.code(), to_string(row.day)); }
std::string reservation_month_id(const ReservationId& id, std::string_view month) { return fmt::format("{}/{}", id.text(), month); }
std::string customer_month_id(const CustomerId& id, std::string_view month) { return fmt::format("{}/{}", id.text(), month); }
std::string support_request_id(std::string_view name) { return to_lower(name); }
// No name of a workspace or a file has a slash.
std::string file_chunk_id(std::string_view workspace, std::string_view file, std::int64_t index) {
  return fmt::format("{}/{}/{}", to_lower(workspace), to_lower(file), index);
}
std::string scope_key(const access::Scope& scope) { return to_lower(access::to_string(scope)); }
std::pair<std::string, std::string> support_numbers_of(Day day) {
  const std::string prefix = support::number_of(day, 0).substr(0, kSupportNumberPrefix);
  return {prefix, prefix + ':'};  // the character after the digits
}
Result<std::int64_t> running_of(std::string_view support_number) {
  return parse_integer(support_number.substr(std::min(kSupportNumberPrefix, support_number.size())), 0, INT64_MAX, "a running number");
}
std::string revision_id(const ReservationId& id, std::int64_t number) { return fmt::format("{}/{:08}", id.text(), number); }

Kind kind_of(Seen::Kind kind) {
  switch (kind) {
    case Seen::Kind::desk: return Kind::desk;
    case Seen::Kind::customer: return Kind::customer;
    case Seen::Kind::order: return Kind::order;
    case Seen::Kind::reservation: return Kind::reservation;
    case Seen::Kind::hold: return Kind::hold;
    case Seen::Kind::exchange: return Kind::exchange;
    case Seen::Kind::client: return Kind::client;
    case Seen::Kind::user: return Kind::user;
    case Seen::Kind::signing_key: return Kind::signing_key;
    case Seen::Kind::role_assignment: return Kind::role_assignment;
    case Seen::Kind::support_request: return Kind::support_request;
    case Seen::Kind::operation: return Kind::operation;
    case Seen::Kind::file_workspace: return Kind::file_workspace;
    case Seen::Kind::webhook: return Kind::webhook;
    case Seen::Kind::delivery: return Kind::delivery;
    case Seen::Kind::notify_settings: return Kind::notify_settings;
    case Seen::Kind::progress: return Kind::progress;
  }
  CHECK(false, "a kind of row that can be seen");
}

std::string digest_of(const std::string& body) { return sha256(body, 16); }

Prepared prepare(Changes changes) {
  Prepared p{.commit_id = random_id(),
             .note = std::move(changes.audit),
             .durable = changes.durable,
             .seen = std::move(changes.seen),
             .idempotency = std::move(changes.idempotency)};
  const auto add = [&](Row row) { p.rows.push_back(std::move(row)); };
  if (changes.desk) add(row_for(Kind::desk, "desk", changes.desk->version + 1, *changes.desk));
  for (const Customer& each : changes.customers) add(row_for(Kind::customer, each.id.text(), each.version + 1, each));
  for (const Order& each : changes.orders) add(row_for(Kind::order, each.id.text(), each.version + 1, each));
  for (const Reservation& each : changes.reservations) add(row_for(Kind::reservation, each.id.text(), each.version + 1, each));
  for (const Hold& each : changes.holds) add(row_for(Kind::hold, each.id.text(), each.version + 1, each));
  for (const Exchange& each : changes.exchanges) add(row_for(Kind::exchange, each.id.text(), each.version + 1, each));
  for (const Client& each : changes.clients) add(row_for(Kind::client, each.id.text(), each.version + 1, each));
  for (const User& each : changes.users) add(row_for(Kind::user, each.id.text(), each.version + 1, each));
  for (const SigningKeyRow& each : changes.signing_keys) add(row_for(Kind::signing_key, each.kid, each.version + 1, each));
  for (const access::RoleAssignment& each : changes.role_assignments)
    add(row_for(Kind::role_assignment, each.id.text(), each.version + 1, each));
  for (const support::SupportRequest& each : changes.support_requests)
    add(row_for(Kind::support_request, support_request_id(each.name), each.version + 1, each));
  for (const Operation& each : changes.operations) add(row_for(Kind::operation, each.id.text(), each.version + 1, each));
  for (const support::FileWorkspace& each : changes.file_workspaces)
    add(row_for(Kind::file_workspace, support_request_id(each.name), each.version + 1, each));
  for (const Webhook& each : changes.webhooks) add(row_for(Kind::webhook, each.id.text(), each.version + 1, each));
  for (const Delivery& each : changes.deliveries) add(row_for(Kind::delivery, each.id, each.version + 1, each));
  if (changes.notify_settings)
    add(row_for(Kind::notify_settings, std::string(kNotifySettingsId), changes.notify_settings->version + 1, *changes.notify_settings));
  for (const Progress& each : changes.progress) add(row_for(Kind::progress, each.name, each.version + 1, each));
  for (const Seen& each : changes.removed) {
    CHECK(each.kind == Seen::Kind::role_assignment || each.kind == Seen::Kind::signing_key, "a kind of row that may be taken away");
    CHECK(each.version > 0, "what is taken away was there");
    add({.kind = kind_of(each.kind), .id = each.id, .version = each.version + 1});
  }
  for (const Revision& each : changes.revisions) add(row_for(Kind::revision, revision_id(each.reservation, each.number), 1, each));
  for (const Quote& each : changes.quotes) add(row_for(Kind::quote, each.id.text(), 1, each));
  for (const ReturnRecord& each : changes.returns) add(row_for(Kind::returned, each.id.text(), 1, each));
  for (const Settlement& each : changes.settlements) add(row_for(Kind::settlement, each.returned.text(), 1, each));
  for (const ledger::Entry& each : changes.entries) {
    add(row_for(Kind::entry, each.head().id.text(), 1, each));
    for (const ledger::Posting& posting : each.postings())
      p.balances[{each.head().customer.text(), std::string(each.head().currency.code()), std::string(to_string(posting.account))}] +=
          posting.amount_minor;
  }
  for (std::size_t i = 0; i < changes.outbox.size(); ++i)
    add(text_row(Kind::outbox, fmt::format("{}/{}", p.commit_id, i), changes.outbox[i].body, {changes.outbox[i].kind, std::int64_t{0}}));
  for (const Alert& each : changes.alerts) add(row_for(Kind::alert, each.key, 1, each));
  for (const Reseller& each : changes.resellers) add(row_for(Kind::reseller, each.id.text(), 1, each));
  for (const PriceRow& each : changes.prices) add(row_for(Kind::price, price_id(each), 1, each));
  for (const FlexibilityRatio& each : changes.ratios) add(row_for(Kind::ratio, ratio_id(each), 1, each));
  for (const ExchangeRate& each : changes.rates) add(row_for(Kind::rate, rate_id(each), 1, each));
  for (const AgreedPrice& each : changes.agreed_prices) add(row_for(Kind::agreed_price, each.id.text(), 1, each));
  for (const support::FileChunk& each : changes.file_chunks)
    add(row_for(Kind::file_chunk, file_chunk_id(each.workspace, each.file, each.index), 1, each));
  for (const UsageImport& each : changes.usage_imports) add(row_for(Kind::usage_import, each.path, 1, each));
  for (const ReservationMonth& each : changes.reservation_months)
    add(row_for(Kind::reservation_month, reservation_month_id(each.reservation, month_text(each.month)), 1, each));
  for (const CustomerMonth& each : changes.customer_months)
    add(row_for(Kind::customer_month, customer_month_id(each.customer, month_text(each.month)), 1, each));
  for (const CustomerOverview& each : changes.customer_overviews) add(row_for(Kind::customer_overview, each.customer.text(), 1, each));
  if (p.idempotency) {
    std::string body;
    wire::JsonWriter(body)
        .begin_object()
        .field("request", std::string_view(p.idempotency->request))
        .field("answer", std::string_view(p.idempotency->answer))
        .end_object();
    add(text_row(Kind::answered, p.idempotency->key, std::move(body), {p.idempotency->request, p.idempotency->answer}));
  }
  return p;
}

Result<std::vector<Value>> columns_of(Kind kind, const std::string& body) {
  switch (kind) {
    case Kind::desk: return decoded_columns<Desk>(body);
    case Kind::customer: return decoded_columns<Customer>(body);
    case Kind::order: return decoded_columns<Order>(body);
    case Kind::reservation: return decoded_columns<Reservation>(body);
    case Kind::hold: return decoded_columns<Hold>(body);
    case Kind::exchange: return decoded_columns<Exchange>(body);
    case Kind::revision: return decoded_columns<Revision>(body);
    case Kind::quote: return decoded_columns<Quote>(body);
    case Kind::returned: return decoded_columns<ReturnRecord>(body);
    case Kind::settlement: return decoded_columns<Settlement>(body);
    case Kind::entry: return decoded_columns<ledger::Entry>(body);
    case Kind::reseller: return decoded_columns<Reseller>(body);
    case Kind::price: return decoded_columns<PriceRow>(body);
    case Kind::ratio: return decoded_columns<FlexibilityRatio>(body);
    case Kind::rate: return decoded_columns<ExchangeRate>(body);
    case Kind::client: return decoded_columns<Client>(body);
    case Kind::user: return decoded_columns<User>(body);
    case Kind::signing_key: return decoded_columns<SigningKeyRow>(body);
    case Kind::role_assignment: return decoded_columns<access::RoleAssignment>(body);
    case Kind::support_request: return decoded_columns<support::SupportRequest>(body);
    case Kind::operation: return decoded_columns<Operation>(body);
    case Kind::agreed_price: return decoded_columns<AgreedPrice>(body);
    case Kind::file_workspace: return decoded_columns<support::FileWorkspace>(body);
    case Kind::file_chunk: return decoded_columns<support::FileChunk>(body);
    case Kind::usage_import: return decoded_columns<UsageImport>(body);
    case Kind::reservation_month: return decoded_columns<ReservationMonth>(body);
    case Kind::customer_month: return decoded_columns<CustomerMonth>(body);
    case Kind::webhook: return decoded_columns<Webhook>(body);
    case Kind::delivery: return decoded_columns<Delivery>(body);
    case Kind::notify_settings: return decoded_columns<NotifySettings>(body);
    case Kind::progress: return decoded_columns<Progress>(body);
    case Kind::alert: return decoded_columns<Alert>(body);
    case Kind::customer_overview: return decoded_columns<CustomerOverview>(body);
    case Kind::outbox: return std::vector<Value>{Value(), Value()};  // its kind stands only in the column
    case Kind::answered: {
      wire::JsonReader reader;
      const wire::JsonValue value = TRY(reader.read(body));
      return std::vector<Value>{std::string(TRY(wire::text_at(value, "request"))), std::string(TRY(wire::text_at(value, "answer")))};
    }
  }
  CHECK(false, "a kind of row");
}

AuditRecord seal(const Prepared& prepared, std::int64_t number, const std::string& previous) {
  AuditRecord record{.number = number, .note = prepared.note, .previous = previous};
  wire::JsonWriter w(record.rows);
  w.begin_array();
  for (const Row& row : prepared.rows) {
    const Table& t = table(row.kind);
    w.begin_array().text(t.name).text(row.id).integer(row.version).text(row.digest);
    if (t.whole_in_audit) w.raw(row.body);
    w.end_array();
  }
  w.end_array();
  record.hash = hash_of(record, prepared.commit_id);
  return record;
}

std::string hash_of(const AuditRecord& record, const std::string& commit_id) {
  std::string text;
  text.reserve(record.rows.size() + 512);
  add_field(text, std::to_string(record.number));
  add_field(text, commit_id);
  add_field(text, std::to_string(record.note.at.ticks));
  for (const std::string* field : {&record.note.actor, &record.note.action, &record.note.customer, &record.note.subject,
                                   &record.note.before, &record.note.after, &record.rows, &record.previous})
    add_field(text, *field);
  return sha256(text, kHashBytes);
}

}  // namespace prorata::store
