#include "wire/import_invoice.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace prorata::wire {
namespace {

constexpr std::size_t kNumberBytesMax = 64;
constexpr std::size_t kTextBytesMax = 300;  // longer ones are cut: they are only shown

// What is read of a line, whatever form the file has. The words are those of both; alternatives stand in order of preference.
enum Field : std::size_t {
  kInvoiceNumber,
  kCustomerId,
  kCustomerName,
  kReservationOrder,
  kChargeType,
  kProductName,
  kSkuName,
  kOfferName,
  kQuantity,
  kSubtotal,
  kTaxTotal,
  kTax,
  kCurrency,
  kChargeStart,
  kChargeEnd,
  kOrderDate,
  kSubscriptionStart,
  kReferenceId,
  kAlternateId,
  kOrderId,
  kTermAndCycle,
  kPretaxCharges,  // of the legacy form for consumption: Subtotal, TaxTotal, CustomerName and ProductName by other names
  kTaxAmount,
  kCompanyName,
  kServiceName,
  kDurableOffer,  // told by: only the legacy form has it
  kUsageDate,     // and only rated usage has this
  kFieldCount
};
constexpr std::array<std::string_view, kFieldCount> kNames = {"InvoiceNumber",
                                                              "CustomerId",
                                                              "CustomerName",
                                                              "ReservationOrderId",
                                                              "ChargeType",
                                                              "ProductName",
                                                              "SkuName",
                                                              "OfferName",
                                                              "Quantity",
                                                              "Subtotal",
                                                              "TaxTotal",
                                                              "Tax",
                                                              "Currency",
                                                              "ChargeStartDate",
                                                              "ChargeEndDate",
                                                              "OrderDate",
                                                              "SubscriptionStartDate",
                                                              "ReferenceId",
                                                              "AlternateId",
                                                              "OrderId",
                                                              "TermAndBillingCycle",
                                                              "PretaxCharges",
                                                              "TaxAmount",
                                                              "CustomerCompanyName",
                                                              "ServiceName",
                                                              "DurableOfferId",
                                                              "UsageDate"};

// A line's fields as text, and where each stands.
class LineFields {
 public:
  virtual ~LineFields() = default;
  virtual std::string_view text(Field field) const = 0;  // trimmed; empty where absent
  virtual std::unexpected<Error> bad(Field field, std::string why) const = 0;
};

class CsvFields final : public LineFields {
 public:
  explicit CsvFields(const CsvRow& row) : row_(row) {}
  std::string_view text(Field field) const override { return trim(row_.field(field)); }
  std::unexpected<Error> bad(Field field, std::string why) const override {
    return fail(Code::invalid_data, std::move(why), row_.has(field) ? row_.place(field) : fmt::format("line {}", row_.line));
  }

 private:
  const CsvRow& row_;
};

class JsonFields final : public LineFields {
 public:
  explicit JsonFields(const JsonValue& record) : record_(record) {
    for (std::size_t i = 0; i < kFieldCount; ++i) values_[i] = record.find_ignoring_case(kNames[i]);
  }
  std::string_view text(Field field) const override { return values_[field] ? trim(values_[field]->text()) : std::string_view(); }
  std::unexpected<Error> bad(Field field, std::string why) const override {
    return bad_value(values_[field] ? *values_[field] : record_, std::move(why));
  }

 private:
  JsonValue record_;
  std::array<std::optional<JsonValue>, kFieldCount> values_;
};

// The GUID at the end: "org:9060d13d-..." and "RIOderId:9060d13d-..." are ids with a word before them.
template <class I>
std::optional<I> id_in(std::string_view text) {
  constexpr std::size_t kGuid = 36;
  if (text.size() < kGuid) return std::nullopt;
  const Result<I> id = I::parse(text.substr(text.size() - kGuid));
  return id ? std::optional(*id) : std::nullopt;
}

std::string shown(std::string_view text) {
  text = text.substr(0, kTextBytesMax);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.remove_suffix(1);
  if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0xC0U) text.remove_suffix(1);
  return std::string(text);
}

// "1,234.50" as spreadsheets write it, "(12.00)" as accountants do.
Result<Money> money_in(const LineFields& line, Field field, Currency currency) {
  std::string text(line.text(field));
  const bool in_parentheses = text.size() > 2 && text.starts_with('(') && text.ends_with(')');
  if (in_parentheses) text = '-' + text.substr(1, text.size() - 2);
  std::erase(text, ',');
  Result<Money> amount = round_money(text, currency);
  if (!amount) return line.bad(field, fmt::format("'{}' is not an amount", line.text(field)));
  return amount;
}

// 2026-01-31, 2026-01-31T00:00:00Z, or 1/31/2026 with or without a time.
Result<Day> parse_any_day(std::string_view text) {
  const std::size_t first = text.find('/');
  if (first == std::string_view::npos) return parse_day(text);
  const std::size_t second = text.find('/', first + 1);
  if (second == std::string_view::npos) return fail(Code::invalid_data, "no date");
  const std::string_view year = text.substr(second + 1, text.find(' ', second) - second - 1);
  const std::int64_t m = TRY(parse_integer(text.substr(0, first), 1, 12, "a month"));
  const std::int64_t d = TRY(parse_integer(text.substr(first + 1, second - first - 1), 1, 31, "a day"));
  const std::int64_t y = TRY(parse_integer(year, 1, 9999, "a year"));
  return parse_day(fmt::format("{:04}-{:02}-{:02}", y, m, d));
}

Result<Day> first_day_in(const LineFields& line) {
  for (const Field field : {kChargeStart, kOrderDate, kSubscriptionStart}) {
    if (line.text(field).empty()) continue;
    const Result<Day> day = parse_any_day(line.text(field));
    if (!day) return line.bad(field, fmt::format("'{}' is not a date", line.text(field)));
    return day;
  }
  return line.bad(kChargeStart, "the line has no date: ChargeStartDate, OrderDate and SubscriptionStartDate are empty");
}

Result<Day> last_day_in(const LineFields& line, Day first) {
  if (line.text(kChargeEnd).empty()) return first;
  const Result<Day> day = parse_any_day(line.text(kChargeEnd));
  if (!day) return line.bad(kChargeEnd, fmt::format("'{}' is not a date", line.text(kChargeEnd)));
  return std::max(*day, first);
}

Result<std::string> number_in(const LineFields& line, const InvoiceFile& file) {
  const std::string_view own = line.text(kInvoiceNumber);
  if (own.empty() && file.number.empty()) return line.bad(kInvoiceNumber, "the line names no invoice; say which one it is with --invoice");
  if (!own.empty() && !file.number.empty() && !equal_ignoring_case(own, file.number))
    return line.bad(kInvoiceNumber, fmt::format("the line is of invoice {}, not of {}", own, file.number));
  const std::string_view number = own.empty() ? std::string_view(file.number) : own;
  const auto is_sign = [](char c) { return c > ' ' && c < '\x7f' && c != '/'; };
  if (number.size() > kNumberBytesMax || !std::ranges::all_of(number, is_sign))
    return line.bad(kInvoiceNumber, fmt::format("'{}' is not an invoice number", shown(number)));
  return std::string(number);
}

// Units are told apart by whole numbers; a license's or a meter's fraction is nobody's.
std::int64_t quantity_in(const LineFields& line) {
  std::string_view text = line.text(kQuantity);
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos && text.find_first_not_of('0', point + 1) == std::string_view::npos) text = text.substr(0, point);
  return parse_integer(text, 0, 1'000'000'000, "units").value_or(0);
}

// The first that is not empty, or the first.
Field first_given(const LineFields& line, std::initializer_list<Field> fields) {
  for (const Field field : fields)
    if (!line.text(field).empty()) return field;
  return *fields.begin();
}

bool speaks_of_reservations(const LineFields& line) {
  for (const Field field : {kTermAndCycle, kProductName, kSkuName, kOfferName})
    if (to_lower(line.text(field)).contains("reserv")) return true;
  return false;
}

// Matching looks at what names a reservation order, and at credits for a reservation that name a customer.
LineState first_state(const LineFields& line, const InvoiceLine& read) {
  const bool is_credit = read.amount.is_negative() && read.customer && speaks_of_reservations(line);
  return read.order || is_credit ? LineState::open : LineState::other;
}

Result<void> read_line(const LineFields& line, const InvoiceFile& file, std::vector<InvoiceLine>& out) {
  if (!line.text(kUsageDate).empty())
    return line.bad(kUsageDate, "a line of rated usage has no charge; import the invoice's own line items");
  InvoiceLine read;
  read.invoice = TRY(number_in(line, file));
  const Result<Currency> currency = Currency::parse(line.text(kCurrency));
  if (!currency) return line.bad(kCurrency, fmt::format("'{}' is not a currency", shown(line.text(kCurrency))));
  read.amount = TRY(money_in(line, first_given(line, {kSubtotal, kPretaxCharges}), *currency));
  const Field tax = first_given(line, {kTaxTotal, kTax, kTaxAmount});
  read.tax = line.text(tax).empty() ? Money::zero(*currency) : TRY(money_in(line, tax, *currency));
  read.from = TRY(first_day_in(line));
  read.until = TRY(last_day_in(line, read.from));
  read.customer = id_in<CustomerId>(line.text(kCustomerId));
  read.customer_name = shown(line.text(first_given(line, {kCustomerName, kCompanyName})));
  read.order = id_in<OrderId>(line.text(kReservationOrder));
  read.charge = shown(line.text(kChargeType));
  read.text = shown(line.text(first_given(line, {kProductName, kSkuName, kOfferName, kServiceName})));
  read.quantity = quantity_in(line);
  read.reference = shown(line.text(first_given(line, {kReferenceId, kAlternateId, kOrderId})));
  read.state = first_state(line, read);
  out.push_back(std::move(read));
  return {};
}

std::vector<CsvColumn> columns() {
  std::vector<CsvColumn> all;
  for (const std::string_view name : kNames) all.push_back({name, CsvColumn::optional});
  for (const Field field : {kCurrency, kChargeType}) all[field].need = CsvColumn::required;
  return all;
}

}  // namespace

Result<void> import_invoice(ByteSource& source, const InvoiceFile& file, const ImportSink<InvoiceLine>& sink, ImportReport& report,
                            InvoiceDialect& dialect) {
  PeekedBytes peeked(source);
  const char first = TRY(peeked.first_character());
  RowBatches<InvoiceLine> batches(sink);
  dialect = InvoiceDialect::new_commerce;
  if (first == '{' || first == '[') {
    const auto read = [&](const JsonValue& record, std::vector<InvoiceLine>& out) -> Result<void> {
      if (!record.is_object()) return bad_value(record, "a line of an invoice is an object");
      const JsonFields fields(record);
      if (!fields.text(first_given(fields, {kDurableOffer, kPretaxCharges})).empty()) dialect = InvoiceDialect::legacy;
      return read_line(fields, file, out);
    };
    return import_json_records<InvoiceLine>(peeked, ObjectForm::record, read, batches, report);
  }
  CsvReader csv(peeked, columns());
  TRY(csv.read_header());
  if (!csv.has(kSubtotal) && !csv.has(kPretaxCharges))
    return fail(Code::invalid_data, "the column 'Subtotal' is missing; lines of an invoice have it", source.name() + ":1");
  if (csv.has(kUsageDate))
    return fail(Code::invalid_data, "this is a file of rated usage, which has no charges; import the invoice's own line items",
                source.name() + ":1");
  if (!csv.has(kInvoiceNumber) && file.number.empty())
    return fail(Code::invalid_data, "the file has no column InvoiceNumber; say which invoice it is with --invoice", source.name() + ":1");
  if (csv.has(kDurableOffer) || csv.has(kPretaxCharges)) dialect = InvoiceDialect::legacy;
  const auto read = [&](const CsvRow& row, std::vector<InvoiceLine>& out) { return read_line(CsvFields(row), file, out); };
  return import_csv_rows<InvoiceLine>(csv, source.name(), read, batches, report);
}

}  // namespace prorata::wire
