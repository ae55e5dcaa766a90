#include "wire/import_azure.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "wire/records.h"

namespace prorata::wire {
namespace {

constexpr std::int64_t kQuantityMax = 1'000'000;
constexpr std::size_t kTextBytesMax = 4096;     // no name or id is longer
constexpr std::size_t kTransactionsMax = 200;   // five years by the month are sixty
constexpr std::size_t kReservationsMax = 5000;  // of one order, over all its splits and merges
constexpr Day kFirstDay{10'957};                // 2000-01-01: before that nothing was sold
constexpr Day kLastDay{84'005};                 // 2199-12-31

// A record as REST gives it, {"id": ..., "properties": {...}}, or flattened, {"id": ..., "displayName": ...}.
class Fields {
 public:
  explicit Fields(const JsonValue& record) : record_(record), properties_(record) {
    const std::optional<JsonValue> inner = record.find_ignoring_case("properties");
    if (inner && inner->is_object()) properties_ = *inner;
  }

  std::optional<JsonValue> outer(std::string_view name) const { return present(record_.find_ignoring_case(name)); }
  std::optional<JsonValue> inner(std::string_view name) const { return present(properties_.find_ignoring_case(name)); }
  const JsonValue& record() const { return record_; }

 private:
  static std::optional<JsonValue> present(std::optional<JsonValue> value) { return value && !value->is_null() ? value : std::nullopt; }

  JsonValue record_;
  JsonValue properties_;
};

using MaybeValue = std::optional<JsonValue>;

MaybeValue child(const MaybeValue& object, std::string_view name) {
  const MaybeValue value = object ? object->find_ignoring_case(name) : std::nullopt;
  return value && !value->is_null() ? value : std::nullopt;
}

Result<std::string> read_text(const MaybeValue& value) {
  if (!value) return std::string();
  const std::string_view text = TRY(text_of(*value));
  if (text.size() > kTextBytesMax) return bad_value(*value, fmt::format("a text of {} bytes is too long", text.size()));
  if (text.contains('\0')) return bad_value(*value, "a text may not hold the character U+0000");
  return std::string(text);
}

// A value that is absent, or what `parse` makes of its text. The error gets the value's place.
template <class T, class Parse>
Result<std::optional<T>> read_parsed(const MaybeValue& value, const Parse& parse) {
  if (!value) return std::optional<T>();
  const std::string text = TRY(read_text(value));
  if (text.empty()) return std::optional<T>();
  Result<T> parsed = parse(text);
  if (!parsed) return bad_value(*value, std::move(parsed).error().message);
  return std::optional<T>(*std::move(parsed));
}

template <class E>
Result<std::optional<E>> read_word(const MaybeValue& value, std::string_view what) {
  return read_parsed<E>(value, [&](std::string_view text) { return parse_word<E>(text, what); });
}

// Some writers put quotes around numbers.
Result<std::optional<std::int64_t>> read_integer(const MaybeValue& value, std::int64_t min, std::int64_t max, std::string_view what) {
  if (!value) return std::optional<std::int64_t>();
  if (!value->is_string()) return std::optional(TRY(integer_of(*value, min, max)));
  return read_parsed<std::int64_t>(value, [&](std::string_view text) { return parse_integer(text, min, max, what); });
}

Result<std::optional<bool>> read_boolean(const MaybeValue& value) {
  if (!value) return std::optional<bool>();
  return std::optional(TRY(boolean_of(*value)));
}

// Year 1 is how the service writes "none". Other days outside the range would only break arithmetic later.
Result<std::optional<Instant>> read_instant(const MaybeValue& value) {
  std::optional<Instant> at = TRY(read_parsed<Instant>(value, parse_instant));
  if (!at || day_of(*at) == make_day(1, 1, 1)) return std::optional<Instant>();
  if (day_of(*at) < kFirstDay || day_of(*at) > kLastDay)
    return bad_value(*value, fmt::format("'{}' is not between {} and {}", value->text(), to_string(kFirstDay), to_string(kLastDay)));
  return at;
}

// The exact moment where it is given, else the day.
Result<std::optional<Instant>> read_instant_or_day(const Fields& fields, std::string_view instant, std::string_view day) {
  if (std::optional<Instant> at = TRY(read_instant(fields.inner(instant)))) return at;
  return read_instant(fields.inner(day));
}

// "None" stands for orders that have no term.
Result<std::optional<Term>> read_term(const MaybeValue& value) {
  if (value && value->is_string() && equal_ignoring_case(value->text(), "None")) return std::optional<Term>();
  return read_parsed<Term>(value, parse_term);
}

Result<void> check_span(const Fields& fields, std::optional<Instant> start, std::optional<Instant> expiry) {
  if (!start || !expiry || day_of(*expiry) > day_of(*start)) return {};
  return bad_value(fields.record(), fmt::format("it expires on {}, and its benefit starts only on {}", to_string(day_of(*expiry)),
                                                to_string(day_of(*start))));
}

// The ids in a path such as "/providers/microsoft.capacity/reservationOrders/<order>/reservations/<reservation>". A path that goes on
// behind them names something else: a revision, a role assignment, a usage summary.
struct PathIds {
  std::string_view order;
  std::string_view reservation;
  bool goes_on = false;
};

PathIds ids_in(std::string_view path) {
  PathIds ids;
  std::string_view kind;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view step = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (equal_ignoring_case(kind, "reservationOrders"))
      ids.order = step;
    else if (equal_ignoring_case(kind, "reservations"))
      ids.reservation = step;
    else
      ids.goes_on = !ids.order.empty() && !step.empty() && !equal_ignoring_case(step, "reservations");
    kind = step;
  }
  return ids;
}

// A reservation named by its path or by its id alone, as merge sources sometimes are.
Result<ReservationId> reservation_in(const JsonValue& value) {
  const MaybeValue id = value.is_object() ? child(value, "id") : MaybeValue(value);
  if (!id) return bad_value(value, "'id' is missing");
  const std::string_view text = TRY(text_of(*id));
  const std::string_view reservation = ids_in(text).reservation;
  Result<ReservationId> parsed = ReservationId::parse(reservation.empty() ? text : reservation);
  if (!parsed) return bad_value(*id, std::move(parsed).error().message);
  return parsed;
}

Result<std::optional<ReservationId>> read_reservation(const MaybeValue& value) {
  if (!value || (value->is_string() && value->text().empty())) return std::optional<ReservationId>();
  return std::optional(TRY(reservation_in(*value)));
}

Result<std::vector<ReservationId>> read_reservations(const MaybeValue& list) {
  std::vector<ReservationId> ids;
  if (!list) return ids;
  if (!list->is_array()) return bad_value(*list, "an array is expected here");
  if (list->size() > kReservationsMax) return bad_value(*list, fmt::format("{} reservations are too many for one", list->size()));
  for (MaybeValue each = list->first(); each; each = each->next()) ids.push_back(TRY(reservation_in(*each)));
  return ids;
}

Result<Lineage> read_lineage(const Fields& fields) {
  const MaybeValue split = fields.inner("splitProperties");
  const MaybeValue merge = fields.inner("mergeProperties");
  Lineage lineage;
  lineage.split_source = TRY(read_reservation(child(split, "splitSource")));
  lineage.split_destinations = TRY(read_reservations(child(split, "splitDestinations")));
  lineage.merge_sources = TRY(read_reservations(child(merge, "mergeSources")));
  lineage.merge_destination = TRY(read_reservation(child(merge, "mergeDestination")));
  lineage.renewed_from = TRY(read_reservation(fields.inner("renewSource")));
  lineage.renewed_into = TRY(read_reservation(fields.inner("renewDestination")));
  return lineage;
}

Result<std::optional<StatusInfo>> read_status(const MaybeValue& info) {
  StatusInfo status{TRY(read_text(child(info, "statusCode"))), TRY(read_text(child(info, "message")))};
  if (status.code.empty() || equal_ignoring_case(status.code, "None")) return std::optional<StatusInfo>();
  return std::optional(std::move(status));
}

// "/subscriptions/<id>" where only the id was given.
std::string subscription_path(const std::string& text) {
  const bool bare = !text.empty() && text.find('/') == std::string::npos;
  return bare ? "/subscriptions/" + text : text;
}

// The scope's id: in the properties as they are now, else in the list that older answers have. The first that is there.
Result<std::string> read_scope_id(const Fields& fields) {
  const MaybeValue properties = fields.inner("appliedScopeProperties");
  for (const std::string_view name : {"resourceGroupId", "managementGroupId", "subscriptionId"})
    if (const MaybeValue value = child(properties, name)) return subscription_path(TRY(read_text(value)));
  const MaybeValue list = fields.inner("appliedScopes");
  if (!list || !list->is_array() || list->size() == 0) return std::string();
  return subscription_path(TRY(read_text(list->first())));
}

// A Single scope whose id names a resource group is what a person calls a resource group scope.
Result<std::optional<Scope>> read_scope(const Fields& fields) {
  const MaybeValue word = fields.inner("appliedScopeType");
  const std::optional<ScopeType> type = TRY(read_word<ScopeType>(word, "scope type"));
  if (!type) return std::optional<Scope>();
  if (*type == ScopeType::shared) return std::optional(Scope{});
  std::string id = TRY(read_scope_id(fields));
  if (id.empty()) return std::optional<Scope>();
  const bool group = to_lower(id).find("/resourcegroups/") != std::string::npos;
  const ScopeType shown = group && *type == ScopeType::single ? ScopeType::resource_group : *type;
  std::string name = TRY(read_text(child(fields.inner("appliedScopeProperties"), "displayName")));
  Result<Scope> scope = make_scope(shown, std::move(id), std::move(name));
  if (!scope) return bad_value(*word, std::move(scope).error().message);
  return std::optional(*std::move(scope));
}

Result<std::optional<RenewalTerms>> read_renewal(const MaybeValue& renew_properties) {
  const MaybeValue purchase = child(renew_properties, "purchaseProperties");
  if (!purchase || !purchase->is_object()) return std::optional<RenewalTerms>();
  const Fields fields(*purchase);
  const std::optional<Term> term = TRY(read_term(fields.inner("term")));
  const std::optional<std::int64_t> quantity = TRY(read_integer(fields.inner("quantity"), 1, kQuantityMax, "quantity"));
  if (!term || !quantity) return std::optional<RenewalTerms>();
  return std::optional(
      RenewalTerms{.sku = TRY(read_text(child(fields.outer("sku"), "name"))),
                   .quantity = *quantity,
                   .term = *term,
                   .plan = TRY(read_word<BillingPlan>(fields.inner("billingPlan"), "billing plan")).value_or(BillingPlan::upfront)});
}

bool is_zero_number(std::string_view number) {
  return number.substr(0, number.find_first_of("eE")).find_first_of("123456789") == number.npos;
}

// The shares of use over the last 1, 7 and 30 days. Any above zero means used; none says nothing about the time before.
Result<void> read_usage(const MaybeValue& utilization, ImportedReservation& out) {
  const MaybeValue aggregates = child(utilization, "aggregates");
  if (!aggregates) return {};
  if (!aggregates->is_array()) return bad_value(*aggregates, "an array is expected here");
  for (MaybeValue each = aggregates->first(); each; each = each->next()) {
    const MaybeValue value = child(each, "value");
    const MaybeValue grain = child(each, "grain");
    if (!value || value->kind() != JsonKind::number) continue;
    if (value->text().starts_with('-') && !is_zero_number(value->text())) return bad_value(*value, "a share of use cannot be negative");
    const bool days_30 = grain && (grain->text() == "30" || grain->text() == "30.0");
    if (!is_zero_number(value->text()))
      out.usage = Usage::used;
    else if (days_30)
      out.usage_window_30_days_zero = true;
  }
  if (out.usage == Usage::used) out.usage_window_30_days_zero = false;
  return {};
}

// "sku": {"name": "Standard_B1ls"}, or the name alone.
Result<std::string> read_sku(const Fields& fields) {
  const MaybeValue sku = fields.outer("sku");
  return read_text(sku && sku->is_object() ? child(sku, "name") : sku);
}

Result<ImportedReservation> read_reservation_record(const Fields& fields, OrderId order, ReservationId id) {
  ImportedReservation out{.order = std::move(order), .id = std::move(id)};
  out.revision = TRY(read_integer(fields.outer("etag"), 0, INT32_MAX, "etag"));
  out.name = TRY(read_text(fields.inner("displayName")));
  out.product = TRY(read_text(fields.inner("reservedResourceType")));
  out.sku = TRY(read_sku(fields));
  out.region = TRY(read_text(fields.outer("location")));
  out.sku_description = TRY(read_text(fields.inner("skuDescription")));
  out.quantity = TRY(read_integer(fields.inner("quantity"), 0, kQuantityMax, "quantity"));
  out.term = TRY(read_term(fields.inner("term")));
  out.plan = TRY(read_word<BillingPlan>(fields.inner("billingPlan"), "billing plan"));
  out.purchased = TRY(read_instant_or_day(fields, "purchaseDateTime", "purchaseDate"));
  out.benefit_start = TRY(read_instant(fields.inner("benefitStartTime")));
  out.expiry = TRY(read_instant_or_day(fields, "expiryDateTime", "expiryDate"));
  out.updated = TRY(read_instant(fields.inner("lastUpdatedDateTime")));
  out.state = TRY(read_word<ProvisioningState>(fields.inner("provisioningState"), "state"));
  out.status = TRY(read_status(fields.inner("extendedStatusInfo")));
  out.scope = TRY(read_scope(fields));
  const std::string flexibility = TRY(read_text(fields.inner("instanceFlexibility")));
  if (!flexibility.empty()) out.instance_flexibility = equal_ignoring_case(flexibility, "On");
  out.archived = TRY(read_boolean(fields.inner("archived")));
  out.renew = TRY(read_boolean(fields.inner("renew")));
  out.renewal = TRY(read_renewal(fields.inner("renewProperties")));
  out.lineage = TRY(read_lineage(fields));
  out.billing_scope = subscription_path(TRY(read_text(fields.inner("billingScopeId"))));
  TRY(read_usage(fields.inner("utilization"), out));
  TRY(check_span(fields, out.benefit_start ? out.benefit_start : out.purchased, out.expiry));
  return out;
}

// {"currencyCode": "USD", "amount": 466.5}; the amount is taken by its digits.
Result<std::optional<Money>> read_price(const MaybeValue& value) {
  if (!value) return std::optional<Money>();
  const MaybeValue amount = child(value, "amount");
  const std::optional<Currency> currency = TRY(read_parsed<Currency>(child(value, "currencyCode"), Currency::parse));
  if (!amount || !currency) return bad_value(*value, "'currencyCode' and 'amount' are needed");
  if (amount->kind() != JsonKind::number && !amount->is_string()) return bad_value(*amount, "a number is expected here");
  Result<Money> money = round_money(amount->text(), *currency);
  if (!money) return bad_value(*amount, std::move(money).error().message);
  if (money->is_negative()) return bad_value(*amount, "a payment cannot be negative");
  return std::optional(*money);
}

// Two faces of the service have two words for paid.
Result<PaymentStatus> read_payment_status(const MaybeValue& value) {
  if (value && value->is_string() && equal_ignoring_case(value->text(), "Completed")) return PaymentStatus::succeeded;
  const std::optional<PaymentStatus> status = TRY(read_word<PaymentStatus>(value, "payment status"));
  return status.value_or(PaymentStatus::scheduled);
}

Result<Day> read_due(const JsonValue& transaction) {
  for (const std::string_view name : {"dueDate", "paymentDate"})
    if (const std::optional<Instant> at = TRY(read_instant(child(transaction, name)))) return day_of(*at);
  return bad_value(transaction, "'dueDate' is missing");
}

struct Transaction {
  JsonValue where;
  Payment payment;
  std::optional<Money> billing;
};

Result<Transaction> read_transaction(const JsonValue& value) {
  Transaction out{
      .where = value, .payment = {.due = TRY(read_due(value))}, .billing = TRY(read_price(child(value, "billingCurrencyTotal")))};
  out.payment.pricing = TRY(read_price(child(value, "pricingCurrencyTotal")));
  out.payment.status = TRY(read_payment_status(child(value, "status")));
  return out;
}

// Coming instalments are sometimes given in the pricing currency only: one with the same pricing amount costs the same. Where none has a
// billing amount, the order is billed in the pricing currency.
Result<Money> billing_of(const Transaction& transaction, const std::vector<Transaction>& all) {
  if (transaction.billing) return *transaction.billing;
  const std::optional<Money>& pricing = transaction.payment.pricing;
  if (pricing) {
    const auto like = [&](const Transaction& each) { return each.billing && each.payment.pricing == pricing; };
    const auto found = std::ranges::find_if(all, like);
    if (found != all.end()) return *found->billing;
    if (std::ranges::none_of(all, [](const Transaction& each) { return each.billing.has_value(); })) return *pricing;
  }
  return bad_value(transaction.where, "'billingCurrencyTotal' is missing");
}

Result<std::vector<Payment>> read_payments(const MaybeValue& plan) {
  std::vector<Payment> payments;
  const MaybeValue list = child(plan, "transactions");
  if (!list) return payments;
  if (!list->is_array()) return bad_value(*list, "an array is expected here");
  if (list->size() > kTransactionsMax) return bad_value(*list, fmt::format("{} payments are too many for one order", list->size()));
  std::vector<Transaction> transactions;
  for (MaybeValue each = list->first(); each; each = each->next()) transactions.push_back(TRY(read_transaction(*each)));
  for (const Transaction& each : transactions) {
    Payment payment = each.payment;
    payment.billing = TRY(billing_of(each, transactions));
    if (!payments.empty() && payment.billing.currency != payments.front().billing.currency)
      return bad_value(each.where, "the payments of one order are in different currencies");
    if (payment.pricing && payment.pricing->currency != Currency::usd()) payment.pricing.reset();
    payments.push_back(payment);
  }
  std::ranges::sort(payments, {}, [](const Payment& each) { return std::tuple(each.due, each.status, each.billing.minor); });
  return payments;
}

Result<ImportedOrder> read_order_record(const Fields& fields, OrderId id) {
  ImportedOrder out{.id = std::move(id)};
  out.revision = TRY(read_integer(fields.outer("etag"), 0, INT32_MAX, "etag"));
  out.name = TRY(read_text(fields.inner("displayName")));
  out.term = TRY(read_term(fields.inner("term")));
  out.plan = TRY(read_word<BillingPlan>(fields.inner("billingPlan"), "billing plan"));
  out.original_quantity = TRY(read_integer(fields.inner("originalQuantity"), 0, kQuantityMax, "original quantity"));
  out.requested = TRY(read_instant(fields.inner("requestDateTime")));
  out.created = TRY(read_instant(fields.inner("createdDateTime")));
  out.benefit_start = TRY(read_instant(fields.inner("benefitStartTime")));
  out.expiry = TRY(read_instant_or_day(fields, "expiryDateTime", "expiryDate"));
  out.state = TRY(read_word<ProvisioningState>(fields.inner("provisioningState"), "state"));
  out.billing_account = TRY(read_text(fields.inner("billingAccountId")));
  out.billing_profile = TRY(read_text(fields.inner("billingProfileId")));
  out.reservations = TRY(read_reservations(fields.inner("reservations")));
  out.payments = TRY(read_payments(fields.inner("planInformation")));
  TRY(check_span(fields, out.benefit_start, out.expiry));
  return out;
}

template <class T>
Result<T> parse_id(const JsonValue& where, std::string_view text) {
  Result<T> id = T::parse(text);
  if (!id) return bad_value(where, std::move(id).error().message);
  return id;
}

Result<void> give(const AzureSink& sink, std::vector<ImportedOrder>& orders, std::vector<ImportedReservation>& reservations) {
  if (orders.empty() && reservations.empty()) return {};
  return sink(std::exchange(orders, {}), std::exchange(reservations, {}));
}

}  // namespace

Result<AzureRecord> read_azure_record(const JsonValue& record) {
  if (!record.is_object()) return bad_value(record, "an object is expected here");
  const Fields fields(record);
  const MaybeValue id = fields.outer("id");
  if (!id) return bad_value(record, "'id' is missing; a reservation or an order has one");
  const std::string path = TRY(read_text(id));
  const PathIds ids = ids_in(path);
  if (ids.order.empty() || ids.goes_on) return AzureRecord();
  OrderId order = TRY(parse_id<OrderId>(*id, ids.order));
  if (ids.reservation.empty()) return AzureRecord(TRY(read_order_record(fields, std::move(order))));
  ReservationId reservation = TRY(parse_id<ReservationId>(*id, ids.reservation));
  return AzureRecord(TRY(read_reservation_record(fields, std::move(order), std::move(reservation))));
}

Result<void> import_azure(ByteSource& source, const AzureSink& sink, ImportReport& report) {
  RecordReader records(source);
  JsonReader reader;
  std::vector<ImportedOrder> orders;
  std::vector<ImportedReservation> reservations;
  while (std::optional<Result<Record>> next = records.next()) {
    if (!*next && next->error().code != Code::invalid_data) return std::unexpected(next->error());
    Result<AzureRecord> read = [&]() -> Result<AzureRecord> {
      const Record record = TRY(std::move(*next));
      return read_azure_record(TRY(reader.read(record.text, record.origin())));
    }();
    if (!read) {
      report.refuse(source.name(), read.error());
      continue;
    }
    if (std::holds_alternative<std::monostate>(*read)) {
      report.skip();
      continue;
    }
    report.accept();
    if (auto* order = std::get_if<ImportedOrder>(&*read)) orders.push_back(std::move(*order));
    if (auto* reservation = std::get_if<ImportedReservation>(&*read)) reservations.push_back(std::move(*reservation));
    if (orders.size() + reservations.size() >= kAzureBatch) TRY(give(sink, orders, reservations));
  }
  return give(sink, orders, reservations);
}

}  // namespace prorata::wire
