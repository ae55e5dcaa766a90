#include "wire/import_prices.h"

#include <array>

#include <fmt/format.h>

namespace prorata::wire {
namespace {

constexpr std::size_t kTextBytesMax = 256;
constexpr std::size_t kLocationsMax = 200;
constexpr std::int64_t kPriceMax = 1'000'000;  // of an hour

// What the price API calls a service, and what a reservation of it is called. Others have no word of their own here.
constexpr auto kProducts = std::to_array<std::pair<std::string_view, std::string_view>>({{"Virtual Machines", "VirtualMachines"},
                                                                                         {"SQL Database", "SqlDatabases"},
                                                                                         {"Azure Cosmos DB", "CosmosDb"},
                                                                                         {"Azure App Service", "AppService"},
                                                                                         {"Redis Cache", "RedisCache"}});

std::string product_of(std::string_view service) {
  for (const auto& [name, product] : kProducts)
    if (equal_ignoring_case(name, service)) return std::string(product);
  return {};
}

// "virtualMachines" of a catalog is "VirtualMachines" on a reservation.
std::string capitalised(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

Result<std::string> checked_text(std::string_view text) {
  if (text.size() > kTextBytesMax) return fail(Code::invalid_data, fmt::format("a text of {} bytes is too long", text.size()));
  if (text.contains('\0')) return fail(Code::invalid_data, "a text may not hold the character U+0000");
  return std::string(text);
}

// "3 Years", "RI_3Y" or "P3Y". Absent: a term for which no reservation is sold, as "10 Years" or a pay-as-you-go word.
Result<std::optional<Term>> parse_list_term(std::string_view text) {
  for (const int years : {1, 3, 5})
    for (const std::string& word :
         {fmt::format("{} Year{}", years, years == 1 ? "" : "s"), fmt::format("RI_{}Y", years), fmt::format("P{}Y", years)})
      if (equal_ignoring_case(text, word)) return std::optional(Term{years});
  const std::string lower = to_lower(text);
  const bool other_span = !lower.empty() && lower[0] >= '1' && lower[0] <= '9' && (lower.contains("year") || lower.contains("month"));
  if (other_span || lower == "payg" || lower == "consumption") return std::optional<Term>();
  return fail(Code::invalid_data, fmt::format("'{}' is not a term: 1 Year, 3 Years, 5 Years", text.substr(0, 40)));
}

Result<Money> parse_price(std::string_view number, Currency currency) {
  const Money price = TRY(round_money(number, currency));
  if (price.is_negative()) return fail(Code::invalid_data, fmt::format("a price of {} cannot be", number.substr(0, 40)));
  return price;
}

using MaybeValue = std::optional<JsonValue>;

MaybeValue present(const JsonValue& object, std::string_view name) {
  const MaybeValue value = object.find_ignoring_case(name);
  return value && !value->is_null() ? value : std::nullopt;
}

template <class Parse>
auto parse_value(const MaybeValue& value, const JsonValue& record, std::string_view name, const Parse& parse)
    -> decltype(parse(std::string_view())) {
  if (!value) return bad_value(record, fmt::format("'{}' is missing", name));
  auto parsed = parse(TRY(text_of(*value)));
  if (!parsed) return bad_value(*value, std::move(parsed).error().message);
  return parsed;
}

template <class Parse>
auto parse_member(const JsonValue& record, std::string_view name, const Parse& parse) -> decltype(parse(std::string_view())) {
  return parse_value(present(record, name), record, name, parse);
}

Result<Money> read_price(const MaybeValue& amount, const JsonValue& record, Currency currency) {
  if (!amount) return bad_value(record, "the price is missing");
  if (amount->kind() != JsonKind::number && !amount->is_string()) return bad_value(*amount, "a number is expected here");
  Result<Money> price = parse_price(amount->text(), currency);
  if (!price) return bad_value(*amount, std::move(price).error().message);
  return price;
}

// Capacity that can be taken away is never a reservation, even where it shares the name of a size.
Result<bool> is_spot(const JsonValue& record) {
  for (const std::string_view name : {"skuName", "meterName"}) {
    const MaybeValue value = present(record, name);
    const std::string text = value ? to_lower(TRY(text_of(*value))) : std::string();
    if (text.ends_with(" spot") || text.ends_with(" low priority")) return true;
  }
  return false;
}

// One row of the retail price API: {"type": "Reservation", "reservationTerm": "1 Year", "retailPrice": 2377.0, ...}, or the same reshaped
// as a price point: {"purchaseOption": "RI_1Y", "price": 2377.0, ...}.
Result<void> read_retail(const JsonValue& record, const PriceDefaults& defaults, std::vector<PriceRow>& out) {
  const MaybeValue term_said = present(record, "reservationTerm");
  const MaybeValue term_value = term_said && !term_said->text().empty() ? term_said : present(record, "purchaseOption");
  if (!term_value) return {};
  const std::optional<Term> term = TRY(parse_value(term_value, record, "reservationTerm", parse_list_term));
  if (!term || TRY(is_spot(record))) return {};
  const MaybeValue from = present(record, "effectiveStartDate");
  const Currency currency = TRY(parse_member(record, "currencyCode", Currency::parse));
  const MaybeValue retail = present(record, "retailPrice");
  const MaybeValue service = present(record, "serviceName");
  PriceRow row{.product = service ? product_of(TRY(text_of(*service))) : std::string(),
               .sku = TRY(parse_member(record, "armSkuName", checked_text)),
               .region = TRY(parse_member(record, "armRegionName", checked_text)),
               .term = *term,
               .from = from ? TRY(parse_value(from, record, "effectiveStartDate", parse_day)) : defaults.undated,
               .price = TRY(read_price(retail ? retail : present(record, "price"), record, currency))};
  if (row.sku.empty()) return {};
  out.push_back(std::move(row));
  return {};
}

constexpr std::int64_t kNano = 1'000'000'000;

Result<std::int64_t> parse_hour_price(std::string_view text) {
  const Ratio price = TRY(parse_decimal(text));
  if (price.part > kPriceMax * price.over) return fail(Code::invalid_data, fmt::format("an hour for {} cannot be", text.substr(0, 40)));
  return price.part * (kNano / price.over);
}

bool is_payg(std::string_view word) { return equal_ignoring_case(word, "Consumption") || equal_ignoring_case(word, "PAYG"); }

Result<std::string> word_of(const JsonValue& record, std::string_view name) {
  const MaybeValue value = present(record, name);
  return value ? std::string(TRY(text_of(*value))) : std::string();
}

// Is this row what an hour of a machine costs, without a licence?
Result<bool> is_hourly(const JsonValue& record) {
  const std::string type = TRY(word_of(record, "type"));
  if (!is_payg(type.empty() ? TRY(word_of(record, "purchaseOption")) : type)) return false;
  const std::string unit = TRY(word_of(record, "unitOfMeasure"));
  const bool by_the_hour = unit.empty() || equal_ignoring_case(unit, "1 Hour");
  const bool windows = to_lower(TRY(word_of(record, "productName"))).ends_with("windows");
  const MaybeValue primary = present(record, "isPrimaryMeterRegion");
  const bool elsewhere = primary && primary->text() == "false";
  return by_the_hour && !windows && !elsewhere && !TRY(is_spot(record));
}

Result<void> read_hourly(const JsonValue& record, const PriceDefaults& defaults, std::vector<HourlyPrice>& out) {
  if (!record.is_object()) return bad_value(record, "an object is expected here");
  if (!TRY(is_hourly(record)) || TRY(word_of(record, "armSkuName")).empty()) return {};
  const MaybeValue from = present(record, "effectiveStartDate");
  const MaybeValue retail = present(record, "retailPrice");
  const MaybeValue amount = retail ? retail : present(record, "price");
  if (!amount) return bad_value(record, "the price is missing");
  Result<std::int64_t> nano = parse_hour_price(amount->text());
  if (!nano) return bad_value(*amount, std::move(nano).error().message);
  out.push_back({.sku = TRY(parse_member(record, "armSkuName", checked_text)),
                 .region = TRY(parse_member(record, "armRegionName", checked_text)),
                 .from = from ? TRY(parse_value(from, record, "effectiveStartDate", parse_day)) : defaults.undated,
                 .currency = TRY(parse_member(record, "currencyCode", Currency::parse)),
                 .nano = *nano});
  return {};
}

// One item of the reservation catalog: {"name": ..., "locations": [...], "msrp": {"p1Y": {"currencyCode": ..., "amount": ...}}}.
Result<void> read_catalog(const JsonValue& record, const JsonValue& prices, const PriceDefaults& defaults, std::vector<PriceRow>& out) {
  const std::string sku = TRY(parse_member(record, "name", checked_text));
  const MaybeValue type = present(record, "resourceType");
  const std::string product = capitalised(type ? TRY(parse_value(type, record, "resourceType", checked_text)) : std::string());
  const MaybeValue locations = present(record, "locations");
  if (locations && locations->size() > kLocationsMax) return bad_value(*locations, "too many locations");
  for (MaybeValue price = prices.first(); price; price = price->next()) {
    const Result<std::optional<Term>> term = parse_list_term(price->key());
    if (!term || !*term || price->is_null()) continue;
    const Currency currency = TRY(parse_member(*price, "currencyCode", Currency::parse));
    const Money amount = TRY(read_price(present(*price, "amount"), *price, currency));
    const auto add = [&](std::string region) { out.push_back({product, sku, std::move(region), **term, defaults.undated, amount}); };
    if (!locations || locations->size() == 0) add("");
    for (MaybeValue each = locations ? locations->first() : std::nullopt; each; each = each->next())
      add(TRY(parse_value(each, record, "locations", checked_text)));
  }
  return {};
}

Result<void> read_json(const JsonValue& record, const PriceDefaults& defaults, std::vector<PriceRow>& out) {
  if (!record.is_object()) return bad_value(record, "an object is expected here");
  const MaybeValue catalog = present(record, "msrp");
  return catalog && catalog->is_object() ? read_catalog(record, *catalog, defaults, out) : read_retail(record, defaults, out);
}

// The columns of both CSV lists. Which list it is, the header decides.
enum Column : std::size_t {
  kSku,
  kRegion,
  kTerm,
  kFrom,
  kCurrency,
  kPrice,
  kProduct,
  kName,
  kLocations,
  kType,
  kYear1,
  kYear3,
  kYear5,
  kCatalogCurrency,
  kDate
};

std::vector<CsvColumn> columns() {
  std::vector<CsvColumn> all;
  for (const std::string_view name : {"sku", "region", "term", "from", "currency", "price", "product", "name", "locations", "resourceType",
                                      "msrp_p1y", "msrp_p3y", "msrp_p5y", "msrp_currency", "responseDate"})
    all.push_back({name, CsvColumn::optional});
  return all;
}

// "Mon, 06 Mar 2023 20:54:38 GMT", as answers are dated, or a plain day.
Result<Day> parse_answer_day(std::string_view text) {
  constexpr auto kMonths =
      std::to_array<std::string_view>({"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
  if (text.size() < 16 || text[3] != ',') return parse_day(text);
  for (std::size_t month = 0; month < kMonths.size(); ++month)
    if (text.substr(8, 3) == kMonths[month]) return parse_day(fmt::format("{}-{:02}-{}", text.substr(12, 4), month + 1, text.substr(5, 2)));
  return fail(Code::invalid_data, fmt::format("'{}' is not a date", text.substr(0, 40)));
}

Result<void> read_own_row(const CsvRow& row, const PriceDefaults& defaults, std::vector<PriceRow>& out) {
  const std::optional<Term> term = TRY(parse_field(row, kTerm, "term", parse_list_term));
  if (!term) return {};
  const Currency currency = TRY(parse_field(row, kCurrency, "currency", Currency::parse));
  const bool dated = !trim(row.field(kFrom)).empty();
  out.push_back({.product = TRY(checked_text(trim(row.field(kProduct)))),
                 .sku = TRY(parse_field(row, kSku, "sku", checked_text)),
                 .region = TRY(parse_field(row, kRegion, "region", checked_text)),
                 .term = *term,
                 .from = dated ? TRY(parse_field(row, kFrom, "from", parse_day)) : defaults.undated,
                 .price = TRY(parse_field(row, kPrice, "price", [&](std::string_view text) { return parse_price(text, currency); }))});
  return {};
}

Result<void> read_hourly_row(const CsvRow& row, const PriceDefaults& defaults, std::vector<HourlyPrice>& out) {
  if (!is_payg(trim(row.field(kTerm)))) return {};
  const bool dated = !trim(row.field(kFrom)).empty();
  out.push_back({.sku = TRY(parse_field(row, kSku, "sku", checked_text)),
                 .region = TRY(parse_field(row, kRegion, "region", checked_text)),
                 .from = dated ? TRY(parse_field(row, kFrom, "from", parse_day)) : defaults.undated,
                 .currency = TRY(parse_field(row, kCurrency, "currency", Currency::parse)),
                 .nano = TRY(parse_field(row, kPrice, "price", parse_hour_price))});
  return {};
}

Result<void> read_catalog_row(const CsvRow& row, const PriceDefaults& defaults, std::vector<PriceRow>& out) {
  const std::string sku = TRY(parse_field(row, kName, "name", checked_text));
  const Day from = trim(row.field(kDate)).empty() ? defaults.undated : TRY(parse_field(row, kDate, "responseDate", parse_answer_day));
  const std::string product = capitalised(TRY(checked_text(trim(row.field(kType)))));
  for (const auto& [column, years] : {std::pair(kYear1, 1), std::pair(kYear3, 3), std::pair(kYear5, 5)}) {
    if (trim(row.field(column)).empty()) continue;
    const Currency currency = TRY(parse_field(row, kCatalogCurrency, "msrp_currency", Currency::parse));
    const Money price = TRY(parse_field(row, column, "msrp", [&](std::string_view text) { return parse_price(text, currency); }));
    const std::string_view locations = trim(row.field(kLocations));
    for (std::size_t at = 0; at <= locations.size();) {
      const std::size_t end = std::min(locations.find(',', at), locations.size());
      out.push_back({product, sku, std::string(trim(locations.substr(at, end - at))), Term{years}, from, price});
      at = end + 1;
    }
  }
  return {};
}

Result<void> check_columns(const CsvReader& csv, const std::string& file) {
  const bool own = csv.has(kSku) && csv.has(kRegion) && csv.has(kTerm) && csv.has(kCurrency) && csv.has(kPrice);
  const bool catalog = csv.has(kName) && csv.has(kLocations) && csv.has(kCatalogCurrency) && (csv.has(kYear1) || csv.has(kYear3));
  if (own || catalog) return {};
  return fail(Code::invalid_data,
              "the header is that of no price list; the columns are sku, region, term, from, currency, price, "
              "or name, locations, msrp_p1y, msrp_p3y, msrp_currency",
              file + ":1:1");
}

// A row that a reader adds to either list becomes one of both.
template <class Row>
void add_listed(std::vector<Row>& rows, std::vector<ListedPrice>& out) {
  for (Row& each : rows) out.emplace_back(std::move(each));
}

}  // namespace

Result<void> import_listed_prices(ByteSource& source, const PriceDefaults& defaults, const ImportSink<ListedPrice>& sink,
                                  ImportReport& report) {
  PeekedBytes peeked(source);
  RowBatches<ListedPrice> batches(sink);
  const char first = TRY(peeked.first_character());
  std::vector<PriceRow> lifetime;
  std::vector<HourlyPrice> hourly;
  const auto read_both = [&](const auto& read_lifetime, const auto& read_hour, std::vector<ListedPrice>& out) -> Result<void> {
    lifetime.clear();
    hourly.clear();
    TRY(read_lifetime(lifetime));
    if (lifetime.empty()) TRY(read_hour(hourly));
    add_listed(lifetime, out);
    add_listed(hourly, out);
    return {};
  };
  if (first == '{' || first == '[') {
    const auto read = [&](const JsonValue& record, std::vector<ListedPrice>& out) {
      return read_both([&](std::vector<PriceRow>& rows) { return read_json(record, defaults, rows); },
                       [&](std::vector<HourlyPrice>& rows) { return read_hourly(record, defaults, rows); }, out);
    };
    return import_json_records<ListedPrice>(peeked, ObjectForm::map_of_records, read, batches, report);
  }
  CsvReader csv(peeked, columns());
  TRY(csv.read_header());
  TRY(check_columns(csv, source.name()));
  const bool own = csv.has(kPrice);
  const auto read = [&](const CsvRow& row, std::vector<ListedPrice>& out) {
    return read_both(
        [&](std::vector<PriceRow>& rows) { return own ? read_own_row(row, defaults, rows) : read_catalog_row(row, defaults, rows); },
        [&](std::vector<HourlyPrice>& rows) { return own ? read_hourly_row(row, defaults, rows) : Result<void>(); }, out);
  };
  return import_csv_rows<ListedPrice>(csv, source.name(), read, batches, report);
}

Result<void> import_prices(ByteSource& source, const PriceDefaults& defaults, const ImportSink<PriceRow>& sink, ImportReport& report) {
  PeekedBytes peeked(source);
  RowBatches<PriceRow> batches(sink);
  const char first = TRY(peeked.first_character());
  if (first == '{' || first == '[') {
    const auto read = [&](const JsonValue& record, std::vector<PriceRow>& out) { return read_json(record, defaults, out); };
    return import_json_records<PriceRow>(peeked, ObjectForm::map_of_records, read, batches, report);
  }
  CsvReader csv(peeked, columns());
  TRY(csv.read_header());
  TRY(check_columns(csv, source.name()));
  const bool own = csv.has(kPrice);
  const auto read = [&](const CsvRow& row, std::vector<PriceRow>& out) {
    return own ? read_own_row(row, defaults, out) : read_catalog_row(row, defaults, out);
  };
  return import_csv_rows<PriceRow>(csv, source.name(), read, batches, report);
}

Result<void> import_hourly_prices(ByteSource& source, const PriceDefaults& defaults, const ImportSink<HourlyPrice>& sink,
                                  ImportReport& report) {
  PeekedBytes peeked(source);
  RowBatches<HourlyPrice> batches(sink);
  const char first = TRY(peeked.first_character());
  if (first == '{' || first == '[') {
    const auto read = [&](const JsonValue& record, std::vector<HourlyPrice>& out) { return read_hourly(record, defaults, out); };
    return import_json_records<HourlyPrice>(peeked, ObjectForm::map_of_records, read, batches, report);
  }
  CsvReader csv(peeked, columns());
  TRY(csv.read_header());
  TRY(check_columns(csv, source.name()));
  const bool own = csv.has(kPrice);
  const auto read = [&](const CsvRow& row, std::vector<HourlyPrice>& out) {
    return own ? read_hourly_row(row, defaults, out) : Result<void>();
  };
  return import_csv_rows<HourlyPrice>(csv, source.name(), read, batches, report);
}

}  // namespace prorata::wire
