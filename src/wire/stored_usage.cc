// The stored form of what a desk remembers of usage: imports, and the utilization that came of them. A day of a reservation is an array of
// numbers, so that a month of one stays below a page of the database.
#include "app/usage_months.h"
#include "wire/stored.h"
#include "wire/stored_fields.h"

namespace prorata::wire {

using namespace stored;
using utilization::Hour;
using utilization::Percent;

namespace {

void hour_if(JsonWriter& w, std::string_view name, const std::optional<Hour>& value) {
  if (value) w.field(name, std::int64_t{value->since_epoch});
}
Result<std::optional<Hour>> hour_if_at(const JsonValue& v, std::string_view name) {
  if (!member_if(v, name)) return std::optional<Hour>();
  return std::optional(Hour{static_cast<std::int32_t>(TRY(integer_at(v, name, INT32_MIN, INT32_MAX)))});
}
Result<Day> month_at(const JsonValue& v) { return parse_month(TRY(text_at(v, "month"))); }

// The whole numbers of an array. Errors: invalid_data where there are fewer.
template <std::size_t count>
Result<std::array<std::int64_t, count>> numbers_of(const JsonValue& v) {
  std::array<std::int64_t, count> out{};
  auto each = v.first();
  for (std::int64_t& number : out) {
    if (!each) return bad_value(v, "too few numbers");
    number = TRY(integer_of(*each, INT64_MIN, INT64_MAX));
    each = each->next();
  }
  return out;
}

template <class T, class Read>
Result<std::vector<T>> list_at(const JsonValue& v, std::string_view name, const Read& read) {
  std::vector<T> out;
  const auto list = member_if(v, name);
  for (auto each = list ? list->first() : std::nullopt; each; each = each->next()) out.push_back(TRY(read(*each)));
  return out;
}

Result<UsageGave> read_gave(const JsonValue& v) {
  return UsageGave{TRY(id_at<CustomerId>(v, "customer")), TRY(month_at(v)), TRY(whole(v, "rows"))};
}

Result<UsageImport> read_import(const JsonValue& v) {
  return UsageImport{.path = TRY(str(v, "path")),
                     .digest = TRY(str(v, "digest")),
                     .at = TRY(ticks(v, "at")),
                     .actor = str_if(v, "actor"),
                     .dialect = TRY(str(v, "dialect")),
                     .rows = TRY(whole(v, "rows")),
                     .kept = TRY(whole(v, "kept")),
                     .estimated = TRY(whole(v, "estimated")),
                     .skipped = TRY(whole(v, "skipped")),
                     .refused = TRY(whole(v, "refused")),
                     .from = TRY(hour_if_at(v, "from")),
                     .until = TRY(hour_if_at(v, "until")),
                     .gave = TRY(list_at<UsageGave>(v, "gave", read_gave)),
                     .replaced = flag_at(v, "replaced")};
}

Result<UtilizationDay> read_day(const JsonValue& v) {
  const auto n = TRY(numbers_of<8>(v));
  const auto small = [&](std::size_t i) { return static_cast<std::int32_t>(n[i]); };
  return UtilizationDay{.day = {small(0)},
                        .active_hours = small(1),
                        .reserved_nu = n[2],
                        .used_nu = n[3],
                        .weight = n[4],
                        .least = {small(5)},
                        .average = {small(6)},
                        .most = {small(7)}};
}

void percent_if(JsonWriter& w, std::string_view name, const std::optional<Percent>& value) {
  if (value) w.field(name, std::int64_t{value->hundredths});
}
Result<std::optional<Percent>> percent_if_at(const JsonValue& v, std::string_view name) {
  if (!member_if(v, name)) return std::optional<Percent>();
  return std::optional(Percent{static_cast<std::int32_t>(TRY(integer_at(v, name, 0, INT32_MAX)))});
}

Result<std::optional<MonthWindows>> windows_if_at(const JsonValue& parent) {
  const auto v = member_if(parent, "windows");
  if (!v) return std::optional<MonthWindows>();
  MonthWindows out{.watermark = {static_cast<std::int32_t>(TRY(integer_at(*v, "watermark", INT32_MIN, INT32_MAX)))},
                   .day_1 = TRY(percent_if_at(*v, "day_1")),
                   .days_7 = TRY(percent_if_at(*v, "days_7")),
                   .days_30 = TRY(percent_if_at(*v, "days_30"))};
  if (const auto trend = member_if(*v, "trend")) out.trend = TRY(parse_word<utilization::Trend>(trend->text(), "a trend"));
  return std::optional(out);
}

Result<ReservationMonth> read_reservation_month(const JsonValue& v) {
  return ReservationMonth{.reservation = TRY(id_at<ReservationId>(v, "reservation")),
                          .customer = TRY(id_at<CustomerId>(v, "customer")),
                          .month = TRY(month_at(v)),
                          .revision = TRY(str(v, "revision")),
                          .days = TRY(list_at<UtilizationDay>(v, "days", read_day)),
                          .windows = TRY(windows_if_at(v))};
}

Result<UncoveredUsage> read_uncovered(const JsonValue& v) {
  return UncoveredUsage{TRY(str(v, "size")), TRY(str(v, "region")), TRY(whole(v, "uh"))};
}

Result<CustomerMonth> read_customer_month(const JsonValue& v) {
  return CustomerMonth{.customer = TRY(id_at<CustomerId>(v, "customer")),
                       .month = TRY(month_at(v)),
                       .revision = TRY(str(v, "revision")),
                       .first = TRY(hour_if_at(v, "first")),
                       .watermark = TRY(hour_if_at(v, "watermark")),
                       .gap_days = TRY(whole(v, "gap_days")),
                       .estimated_days = TRY(whole(v, "estimated_days")),
                       .used_uh = TRY(whole(v, "used_uh")),
                       .uncovered = TRY(list_at<UncoveredUsage>(v, "uncovered", read_uncovered))};
}

Result<HourlyPrice> read_hourly_price(const JsonValue& v) {
  return HourlyPrice{.sku = str_if(v, "sku"),
                     .region = str_if(v, "region"),
                     .from = TRY(day_at(v, "from")),
                     .currency = TRY(Currency::parse(TRY(text_at(v, "currency")))),
                     .nano = TRY(whole(v, "nano"))};
}

Result<StatementDay> read_statement_day(const JsonValue& v) {
  const auto n = TRY(numbers_of<3>(v));
  return StatementDay{.day = {static_cast<std::int32_t>(n[0])}, .reserved_uh = n[1], .used_uh = n[2]};
}

Result<StatementMonth> read_statement_month(const JsonValue& v) {
  return StatementMonth{.reservation = TRY(id_at<ReservationId>(v, "reservation")),
                        .month = TRY(month_at(v)),
                        .days = TRY(list_at<StatementDay>(v, "days", read_statement_day))};
}

}  // namespace

std::string encode(const UsageImport& i) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("path", i.path).field("digest", i.digest);
  instant(w, "at", i.at).field_if("actor", i.actor).field("dialect", i.dialect);
  w.field("rows", i.rows).field("kept", i.kept).field("estimated", i.estimated).field("skipped", i.skipped).field("refused", i.refused);
  hour_if(w, "from", i.from);
  hour_if(w, "until", i.until);
  w.key("gave").begin_array();
  for (const UsageGave& each : i.gave) {
    w.begin_object();
    id(w, "customer", each.customer).field("month", month_text(each.month)).field("rows", each.rows).end_object();
  }
  w.end_array();
  flag(w, "replaced", i.replaced);
  w.end_object();
  return out;
}

std::string encode(const ReservationMonth& m) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "reservation", m.reservation);
  id(w, "customer", m.customer).field("month", month_text(m.month)).field("revision", m.revision).key("days").begin_array();
  for (const UtilizationDay& each : m.days) {
    w.begin_array().integer(each.day.since_epoch).integer(each.active_hours).integer(each.reserved_nu).integer(each.used_nu);
    w.integer(each.weight).integer(each.least.hundredths).integer(each.average.hundredths).integer(each.most.hundredths).end_array();
  }
  w.end_array();
  if (m.windows) {
    w.key("windows").begin_object().field("watermark", std::int64_t{m.windows->watermark.since_epoch});
    percent_if(w, "day_1", m.windows->day_1);
    percent_if(w, "days_7", m.windows->days_7);
    percent_if(w, "days_30", m.windows->days_30);
    if (m.windows->trend) w.field("trend", to_string(*m.windows->trend));
    w.end_object();
  }
  w.end_object();
  return out;
}

std::string encode(const CustomerMonth& m) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "customer", m.customer).field("month", month_text(m.month)).field("revision", m.revision);
  hour_if(w, "first", m.first);
  hour_if(w, "watermark", m.watermark);
  w.field("gap_days", m.gap_days).field("estimated_days", m.estimated_days).field("used_uh", m.used_uh).key("uncovered").begin_array();
  for (const UncoveredUsage& each : m.uncovered)
    w.begin_object().field("size", each.size).field("region", each.region).field("uh", each.uh).end_object();
  w.end_array().end_object();
  return out;
}

std::string encode(const HourlyPrice& p) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().field_if("sku", p.sku).field_if("region", p.region);
  day(w, "from", p.from).field("currency", p.currency.code()).field("nano", p.nano).end_object();
  return out;
}

std::string encode(const StatementMonth& m) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  id(w, "reservation", m.reservation).field("month", month_text(m.month)).key("days").begin_array();
  for (const StatementDay& each : m.days)
    w.begin_array().integer(each.day.since_epoch).integer(each.reserved_uh).integer(each.used_uh).end_array();
  w.end_array().end_object();
  return out;
}

template <>
Result<UsageImport> decode(JsonReader& reader, std::string_view body) {
  return decode_with<UsageImport>(reader, body, read_import);
}
template <>
Result<ReservationMonth> decode(JsonReader& reader, std::string_view body) {
  return decode_with<ReservationMonth>(reader, body, read_reservation_month);
}
template <>
Result<CustomerMonth> decode(JsonReader& reader, std::string_view body) {
  return decode_with<CustomerMonth>(reader, body, read_customer_month);
}
template <>
Result<HourlyPrice> decode(JsonReader& reader, std::string_view body) {
  return decode_with<HourlyPrice>(reader, body, read_hourly_price);
}
template <>
Result<StatementMonth> decode(JsonReader& reader, std::string_view body) {
  return decode_with<StatementMonth>(reader, body, read_statement_month);
}

}  // namespace prorata::wire
