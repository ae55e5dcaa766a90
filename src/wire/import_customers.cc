#include "wire/import_customers.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace prorata::wire {
namespace {

constexpr std::size_t kTextBytesMax = 1024;
constexpr std::size_t kSubscriptionsMax = 1000;

Result<std::string> checked_text(std::string_view text) {
  if (text.size() > kTextBytesMax) return fail(Code::invalid_data, fmt::format("a text of {} bytes is too long", text.size()));
  if (text.contains('\0')) return fail(Code::invalid_data, "a text may not hold the character U+0000");
  return std::string(trim(text));
}

// ISO 3166: two letters, kept in capitals.
Result<std::string> parse_country(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.size() != 2 || !std::ranges::all_of(text, letter))
    return fail(Code::invalid_data, fmt::format("'{}' is not a country of two letters, such as SE", text.substr(0, 40)));
  std::string country(text);
  for (char& c : country) c = static_cast<char>(c & ~0x20);
  return country;
}

Result<OfferType> parse_offer(std::string_view text) { return parse_word<OfferType>(text, "offer type"); }

// The member of that name, absent where it is null or an empty text; parsed, with its place where that fails.
template <class Parse>
auto parse_member(const JsonValue& object, std::string_view name, const Parse& parse)
    -> Result<std::optional<std::remove_cvref_t<decltype(*parse(std::string_view()))>>> {
  using Value = std::remove_cvref_t<decltype(*parse(std::string_view()))>;
  const std::optional<JsonValue> value = object.find_ignoring_case(name);
  if (!value || value->is_null()) return std::optional<Value>();
  const std::string_view text = TRY(text_of(*value));
  if (text.empty()) return std::optional<Value>();
  Result<Value> parsed = parse(text);
  if (!parsed) return bad_value(*value, std::move(parsed).error().message);
  return std::optional<Value>(*std::move(parsed));
}

Result<std::string> text_member(const JsonValue& object, std::string_view name) {
  return TRY(parse_member(object, name, checked_text)).value_or(std::string());
}

// The first of the names that has a text.
Result<std::string> text_of_any(const JsonValue& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (std::string text = TRY(text_member(object, name)); !text.empty()) return text;
  return std::string();
}

Result<Subscription> read_subscription(const JsonValue& value) {
  Subscription subscription;
  if (value.is_string()) {
    Result<SubscriptionId> id = SubscriptionId::parse(value.text());
    if (!id) return bad_value(value, std::move(id).error().message);
    return Subscription{.id = *std::move(id)};
  }
  const std::optional<SubscriptionId> id = TRY(parse_member(value, "id", SubscriptionId::parse));
  if (!id) return bad_value(value, "'id' is missing");
  subscription.id = *id;
  subscription.name = TRY(text_of_any(value, {"name", "friendlyName", "displayName"}));
  subscription.management_group = TRY(text_of_any(value, {"management_group", "managementGroup"}));
  const std::optional<JsonValue> groups = value.find_ignoring_case("resource_groups");
  if (groups && !groups->is_array()) return bad_value(*groups, "an array is expected here");
  for (std::optional<JsonValue> each = groups ? groups->first() : std::nullopt; each; each = each->next()) {
    Result<std::string> name = checked_text(TRY(text_of(*each)));
    if (!name) return bad_value(*each, std::move(name).error().message);
    subscription.resource_groups.push_back(*std::move(name));
  }
  return subscription;
}

Result<std::vector<Subscription>> read_subscriptions(const JsonValue& customer) {
  std::vector<Subscription> subscriptions;
  const std::optional<JsonValue> list = customer.find_ignoring_case("subscriptions");
  if (!list || list->is_null()) return subscriptions;
  if (!list->is_array()) return bad_value(*list, "an array is expected here");
  if (list->size() > kSubscriptionsMax) return bad_value(*list, fmt::format("{} subscriptions are too many", list->size()));
  for (std::optional<JsonValue> each = list->first(); each; each = each->next()) subscriptions.push_back(TRY(read_subscription(*each)));
  return subscriptions;
}

// Partner Center keeps name and domain in the company profile and the country in its address; ours stand beside the id.
Result<void> read_json(const JsonValue& record, const CustomerDefaults& defaults, std::vector<Customer>& out) {
  if (!record.is_object()) return bad_value(record, "an object is expected here");
  const std::string relation = TRY(text_member(record, "relationshipToPartner"));
  if (!relation.empty() && !equal_ignoring_case(relation, "reseller")) return {};

  const JsonValue company = record.find_ignoring_case("companyProfile").value_or(record);
  const std::optional<JsonValue> billing = record.find_ignoring_case("billingProfile");
  const JsonValue home =
      company.find_ignoring_case("address").value_or(billing ? billing->find_ignoring_case("defaultAddress").value_or(record) : record);
  const std::optional<CustomerId> id = TRY(parse_member(record, "id", CustomerId::parse));
  if (!id) return bad_value(record, "'id' is missing; a customer is known by its tenant id");

  Customer customer{.id = *id};
  customer.name = TRY(text_of_any(company, {"companyName", "name"}));
  customer.domain = TRY(text_member(company, "domain"));
  customer.country = TRY(parse_member(home, "country", parse_country)).value_or("");
  customer.currency = TRY(parse_member(record, "currency", Currency::parse)).value_or(defaults.currency);
  const std::optional<OfferType> offer = TRY(parse_member(record, "offer_type", parse_offer));
  customer.offer = offer ? *offer : TRY(parse_member(record, "offer", parse_offer)).value_or(defaults.offer);
  customer.reseller = TRY(parse_member(record, "reseller", ResellerId::parse));
  customer.subscriptions = TRY(read_subscriptions(record));
  if (customer.name.empty()) return bad_value(record, "the customer has no name");
  out.push_back(std::move(customer));
  return {};
}

enum Column : std::size_t { kId, kName, kDomain, kCountry, kCurrency, kOffer, kReseller, kSubscriptions };

Result<std::vector<Subscription>> parse_subscriptions(std::string_view text) {
  std::vector<Subscription> subscriptions;
  for (std::size_t from = 0; (from = text.find_first_not_of(" ,;|", from)) != text.npos;) {
    const std::size_t to = std::min(text.find_first_of(" ,;|", from), text.size());
    subscriptions.push_back({.id = TRY(SubscriptionId::parse(text.substr(from, to - from)))});
    from = to;
  }
  return subscriptions;
}

Result<void> read_csv(const CsvRow& row, const CustomerDefaults& defaults, std::vector<Customer>& out) {
  Customer customer{.id = TRY(parse_field(row, kId, "id", CustomerId::parse))};
  customer.name = TRY(parse_field(row, kName, "name", checked_text));
  const auto given = [&](std::size_t column) { return !trim(row.field(column)).empty(); };
  if (given(kDomain)) customer.domain = TRY(parse_field(row, kDomain, "domain", checked_text));
  if (given(kCountry)) customer.country = TRY(parse_field(row, kCountry, "country", parse_country));
  customer.currency = given(kCurrency) ? TRY(parse_field(row, kCurrency, "currency", Currency::parse)) : defaults.currency;
  customer.offer = given(kOffer) ? TRY(parse_field(row, kOffer, "offer_type", parse_offer)) : defaults.offer;
  if (given(kReseller)) customer.reseller = TRY(parse_field(row, kReseller, "reseller", ResellerId::parse));
  if (given(kSubscriptions)) customer.subscriptions = TRY(parse_field(row, kSubscriptions, "subscriptions", parse_subscriptions));
  out.push_back(std::move(customer));
  return {};
}

}  // namespace

Result<void> import_customers(ByteSource& source, const CustomerDefaults& defaults, const ImportSink<Customer>& sink,
                              ImportReport& report) {
  PeekedBytes peeked(source);
  RowBatches<Customer> batches(sink);
  const char first = TRY(peeked.first_character());
  if (first == '{' || first == '[') {
    const auto read = [&](const JsonValue& record, std::vector<Customer>& out) { return read_json(record, defaults, out); };
    return import_json_records<Customer>(peeked, ObjectForm::record, read, batches, report);
  }
  CsvReader csv(peeked, {{"id"},
                         {"name"},
                         {"domain"},
                         {"country", CsvColumn::optional},
                         {"currency", CsvColumn::optional},
                         {"offer_type", CsvColumn::optional},
                         {"reseller", CsvColumn::optional},
                         {"subscriptions", CsvColumn::optional}});
  TRY(csv.read_header());
  const auto read = [&](const CsvRow& row, std::vector<Customer>& out) { return read_csv(row, defaults, out); };
  return import_csv_rows<Customer>(csv, source.name(), read, batches, report);
}

}  // namespace prorata::wire
