// Microsoft.Consumption, as far as it is about reservations. Transactions come from the books, summaries from what 'utilization run'
// computed, details from the usage that the desk keeps. Where it keeps none the lists are empty, and no figure is made up.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/desk.h"
#include "app/usage_details.h"
#include "app/utilization_view.h"
#include "arm/answer.h"
#include "arm/billing_scope.h"
#include "arm/outcome.h"
#include "arm/paging.h"
#include "arm/places.h"
#include "wire/arm_consumption.h"
#include "wire/odata.h"

namespace prorata::arm {
namespace {

using http::Method;
using wire::Filter;
using wire::JsonWriter;

const std::vector<std::string_view> kVersions = {"2023-11-01", "2023-05-01", "2021-10-01"};
constexpr PageSizes kTransactionPages{.usual = 1'000, .most = 1'000};
constexpr PageSizes kUsagePages{.usual = 1'000, .most = 1'000};
constexpr std::string_view kEmptyList = R"({"value":[]})";

std::unexpected<Refused> bad_request(std::string_view message) { return refuse(400, "BadRequest", message); }

// -------------------------------------------------------------------------------------------------------------------------- periods

// [from, until) in the words of a filter over one date; both ends optional.
struct Period {
  std::optional<Instant> from;
  std::optional<Instant> until;
  bool bounded() const { return from && until; }
};

// The moment after what `le` still takes: a date means its whole day.
Instant after(const Filter& part, Instant at) {
  const bool whole_day = part.value.find_first_of("Tt:") == std::string::npos;
  return whole_day ? add_seconds(at, 86'400) : Instant{at.ticks + 1};
}

Result<void> narrow(Period& period, const Filter& part) {
  const Instant at = TRY(wire::instant_in(part));
  switch (part.compare) {
    case wire::Compare::ge: period.from = at; return {};
    case wire::Compare::gt: period.from = after(part, at); return {};
    case wire::Compare::lt: period.until = at; return {};
    case wire::Compare::le: period.until = after(part, at); return {};
    case wire::Compare::eq:
      period.from = at;
      period.until = after(part, at);
      return {};
    case wire::Compare::ne: break;
  }
  return fail(Code::invalid_argument, fmt::format("{} may be compared by ge, gt, le, lt and eq", part.name.substr(0, 80)), "$filter");
}

Result<Period> read_period(std::string_view filter, std::string_view property) {
  Period out;
  const std::vector<Filter> parts = TRY(wire::conjunction(TRY(wire::parse_filter(filter))));
  for (const Filter& part : parts) {
    if (!wire::names(part, property)) return wire::unknown_in_filter(part, fmt::format("properties/{}", property));
    TRY(narrow(out, part));
  }
  if (out.bounded() && *out.until < *out.from) return fail(Code::invalid_argument, "the filter ends before it begins", "$filter");
  return out;
}

// Of $filter, or of startDate and endDate where the scope is a billing account.
Result<Period> usage_period(const http::Request& request) {
  Period period = TRY(read_period(request.query.get("$filter"), "usageDate"));
  for (const auto& [name, end] : {std::pair("startDate", &period.from), std::pair("endDate", &period.until)}) {
    const std::string_view text = request.query.get(name);
    if (text.empty() || *end) continue;
    const Result<Instant> at = parse_instant(text);
    if (!at) return fail(Code::invalid_argument, fmt::format("'{}' is not a date; write 2024-01-31", text.substr(0, 80)), name);
    *end = *at;
  }
  if (period.bounded() && *period.until < *period.from) return fail(Code::invalid_argument, "endDate is before startDate", "endDate");
  return period;
}

// ---------------------------------------------------------------------------------------------------------------------------- scopes

// An order, a reservation, or a billing account.
Outcome<access::Target> usage_target(const Call& call, Snapshot& snapshot) {
  if (call.path.has("account")) return TRY(billing_place(call, snapshot)).target;
  const Result<OrderId> order = OrderId::parse(call.path.at("order"));
  if (!order) return refuse(400, "InvalidReservationOrderId", order.error().message);
  access::Scope scope = access::scope_of(*order);
  if (call.path.has("reservation")) {
    const Result<ReservationId> reservation = ReservationId::parse(call.path.at("reservation"));
    if (!reservation) return refuse(400, "InvalidReservationId", reservation.error().message);
    scope = access::scope_of(*order, *reservation);
  }
  return scope_target(call.caller, snapshot, scope);
}

// Days that begin within the period.
DaySpan days_in(const Period& period) {
  const auto first_from = [](Instant at) { return start_of(day_of(at)) < at ? add_days(day_of(at), 1) : day_of(at); };
  DaySpan out;
  if (period.from) out.from = first_from(*period.from);
  if (period.until) out.until = first_from(*period.until);
  return out;
}

// The reservations of an order, one of them, or those of a billing account that the query leaves. Filled are those the scope names.
struct UsageScope {
  std::optional<CustomerId> customer;  // absent: there is nothing there
  std::optional<OrderId> order;
  std::optional<ReservationId> reservation;
  bool holds(const Reservation& r) const { return (!order || r.order == *order) && (!reservation || r.id == *reservation); }
};

template <class I>
Outcome<std::optional<I>> id_of(std::string_view text) {
  if (text.empty()) return std::optional<I>();
  Result<I> id = I::parse(text);
  if (!id) return bad_request(id.error().message);
  return std::optional(*std::move(id));
}

Outcome<UsageScope> usage_scope(const Call& call, Snapshot& snapshot) {
  UsageScope out;
  const bool account = call.path.has("account");
  const auto named = [&](std::string_view in_path, std::string_view in_query) {
    return account                  ? call.request.query.get(in_query)
           : call.path.has(in_path) ? std::string_view(call.path.at(in_path))
                                    : std::string_view();
  };
  out.order = TRY(id_of<OrderId>(named("order", "reservationOrderId")));
  out.reservation = TRY(id_of<ReservationId>(named("reservation", "reservationId")));
  if (account) {
    out.customer = TRY(billing_place(call, snapshot)).customer.id;
  } else if (const std::optional<Order> order = TRY(snapshot.order(*out.order))) {
    out.customer = order->customer;
  }
  return out;
}

Outcome<http::Response> list_summaries(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(allow(call, "Microsoft.Consumption/reservationSummaries/read", TRY(usage_target(call, *snapshot))));
  const std::string_view text = call.request.query.get("grain");
  const Result<Grain> grain = parse_word<Grain>(text, "a grain");
  if (!grain) return bad_request(fmt::format("The grain '{}' is invalid. Allowed values are 'daily' and 'monthly'.", text));
  const Period period = TRY(usage_period(call.request));
  if (*grain == Grain::daily && !period.bounded())
    return bad_request(
        "The daily grain needs a range of dates, such as properties/usageDate ge 2024-01-01 AND properties/usageDate le 2024-01-31.");
  const PageAsk ask = TRY(page_ask(call.request, kUsagePages));
  const UsageScope scope = TRY(usage_scope(call, *snapshot));

  std::vector<ReservationFigures> figures;
  if (scope.customer) figures = TRY(load_customer_figures(*snapshot, *scope.customer, days_in(period)));
  std::vector<std::pair<const Reservation*, GrainFigures>> rows;
  for (const ReservationFigures& of : figures)
    if (scope.holds(of.reservation))
      for (GrainFigures& each : by_grain(of.days, *grain)) rows.emplace_back(&of.reservation, std::move(each));
  const Slice slice = TRY(slice_of(ask, rows.size()));
  return listed(call.request, slice.next, [&](JsonWriter& w) {
    for (std::size_t i = slice.from; i < slice.until; ++i) wire::write_usage_summary(w, *rows[i].first, rows[i].second);
  });
}

Result<std::optional<FlexibilityRatio>> ratio_of(Snapshot& snapshot, const std::string& sku, Day today) {
  const std::vector<FlexibilityRatio> ratios = ratios_on(TRY(snapshot.ratios_of(sku)), today);
  return ratios.empty() ? std::nullopt : std::optional(ratios.front());
}

Outcome<http::Response> list_details(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(allow(call, "Microsoft.Consumption/reservationDetails/read", TRY(usage_target(call, *snapshot))));
  const Period period = TRY(usage_period(call.request));
  if (!period.bounded())
    return bad_request("Details need a range of dates, such as properties/usageDate ge 2024-01-01 AND properties/usageDate le 2024-01-31.");
  const PageAsk ask = TRY(page_ask(call.request, kUsagePages));
  const UsageScope scope = TRY(usage_scope(call, *snapshot));
  const DaySpan days = days_in(period);
  const bool nothing_kept = !scope.customer || call.app.usage == nullptr || *days.until <= *days.from;
  if (nothing_kept) return http::json(200, std::string(kEmptyList));

  const Day today = day_of(TRY(load_moment(call.app, *snapshot)).now);
  std::vector<UsageDetail> details = TRY(load_usage_details(call.app, *snapshot, *scope.customer,
                                                            {utilization::first_hour(*days.from), utilization::first_hour(*days.until)}));
  std::map<ReservationId, Reservation> reservations;
  std::map<std::string, std::optional<FlexibilityRatio>> ratios;
  std::vector<ReservationId> ids;
  for (const UsageDetail& each : details) ids.push_back(each.reservation);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  for (Reservation& each : TRY(snapshot->reservations_by_id(ids))) {
    if (!scope.holds(each)) continue;
    ratios.emplace(each.sku, TRY(ratio_of(*snapshot, each.sku, today)));
    reservations.emplace(each.id, std::move(each));
  }
  std::erase_if(details, [&](const UsageDetail& each) { return !reservations.contains(each.reservation); });
  const Slice slice = TRY(slice_of(ask, details.size()));
  return listed(call.request, slice.next, [&](JsonWriter& w) {
    for (std::size_t i = slice.from; i < slice.until; ++i) {
      const Reservation& of = reservations.at(details[i].reservation);
      wire::write_usage_detail(w, of, details[i], ratios.at(of.sku));
    }
  });
}

// ------------------------------------------------------------------------------------------------------------------- recommendations

constexpr auto kScopes = std::to_array<std::string_view>({"Single", "Shared"});
constexpr auto kLookBacks = std::to_array<std::string_view>({"Last7Days", "Last30Days", "Last60Days"});
constexpr auto kTerms = std::to_array<std::string_view>({"P1Y", "P3Y"});
constexpr auto kResourceTypes = std::to_array<std::string_view>(
    {"VirtualMachines", "SQLDatabases", "PostgreSQL", "ManagedDisk", "MySQL", "RedHat", "MariaDB", "RedisCache", "CosmosDB",
     "SqlDataWarehouse", "SUSELinux", "AppService", "BlockBlob", "AzureDataExplorer", "VMwareCloudSimple"});

Result<void> one_of(std::string_view what, std::string_view value, std::span<const std::string_view> allowed) {
  if (std::ranges::any_of(allowed, [&](std::string_view each) { return equal_ignoring_case(each, value); })) return {};
  return fail(Code::invalid_argument,
              fmt::format("The value '{}' of {} is invalid. Allowed values are {}.", value.substr(0, 80), what, fmt::join(allowed, ", ")));
}

Outcome<access::Target> recommendation_target(const Call& call, Snapshot& snapshot) {
  if (call.path.has("account")) return TRY(billing_place(call, snapshot)).target;
  access::Scope scope = TRY(subscription_place(call.caller, snapshot, call.path.at("subscription"))).target.scope;
  if (call.path.has("group")) {
    scope.kind = access::ScopeKind::resource_group;
    scope.resource_group = to_lower(call.path.at("group"));
  }
  return scope_target(call.caller, snapshot, scope);
}

Result<void> check_recommendation_filter(std::string_view text) {
  const std::vector<Filter> parts = TRY(wire::conjunction(TRY(wire::parse_filter(text))));
  for (const Filter& part : parts) {
    if (wire::names(part, "scope")) {
      TRY(one_of("properties/scope", TRY(wire::text_in(part)), kScopes));
    } else if (wire::names(part, "lookBackPeriod")) {
      TRY(one_of("properties/lookBackPeriod", TRY(wire::text_in(part)), kLookBacks));
    } else if (wire::names(part, "resourceType")) {
      TRY(one_of("properties/resourceType", TRY(wire::text_in(part)), kResourceTypes));
    } else {
      return wire::unknown_in_filter(part, "properties/scope, properties/resourceType and properties/lookBackPeriod");
    }
  }
  return {};
}

Outcome<http::Response> list_recommendations(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(allow(call, "Microsoft.Consumption/reservationRecommendations/read", TRY(recommendation_target(call, *snapshot))));
  TRY(check_recommendation_filter(call.request.query.get("$filter")));
  return http::json(200, std::string(kEmptyList));
}

Outcome<http::Response> get_recommendation_details(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(allow(call, "Microsoft.Consumption/reservationRecommendationDetails/read", TRY(recommendation_target(call, *snapshot))));
  for (const std::string_view needed : {"scope", "region", "term", "lookBackPeriod", "product"})
    if (call.request.query.get(needed).empty()) return bad_request(fmt::format("The query parameter '{}' is required.", needed));
  TRY(one_of("scope", call.request.query.get("scope"), kScopes));
  TRY(one_of("term", call.request.query.get("term"), kTerms));
  TRY(one_of("lookBackPeriod", call.request.query.get("lookBackPeriod"), kLookBacks));
  return http::empty(204);
}

// ---------------------------------------------------------------------------------------------------------------------- transactions

Result<bool> yes_or_no(const http::Request& request, std::string_view name) {
  const std::string_view text = request.query.get(name);
  if (text.empty() || equal_ignoring_case(text, "false")) return false;
  if (equal_ignoring_case(text, "true")) return true;
  return fail(Code::invalid_argument, fmt::format("'{}' is neither true nor false", text.substr(0, 80)), std::string(name));
}

// How many units a return or the line of an exchange gave back, by what its entry says of it.
class Returned {
 public:
  static Result<Returned> load(Snapshot& snapshot, const CustomerId& customer) {
    Returned out;
    for (const ReturnState& each : TRY(snapshot.returns(customer, false))) {
      const ReturnRecord& record = each.returned;
      const std::string group = record.exchange.empty() ? record.id.text() : record.exchange;
      out.quantities_[{group, record.reservation.text()}] += record.quantity;
    }
    return out;
  }
  std::optional<std::int64_t> of(const ledger::EntryHead& head) const {
    const auto found = quantities_.find({head.group, head.reservation});
    if (found == quantities_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::pair<std::string, std::string>, std::int64_t> quantities_;
};

struct Told {
  wire::Transaction transaction;
  ReservationId reservation;
};

Result<std::vector<Told>> tell(Snapshot& snapshot, const CustomerId& customer, const Period& period, bool customer_side) {
  const Returned returned = TRY(Returned::load(snapshot, customer));
  std::vector<Told> out;
  TRY(snapshot.entries({.customer = customer, .from = period.from, .until = period.until}, [&](const ledger::Entry& entry) {
    std::optional<wire::Transaction> told = wire::transaction_of(entry, customer_side);
    if (!told) return true;
    if (told->refund) told->quantity = returned.of(entry.head()).value_or(0);
    out.push_back({*told, ReservationId::trusted(entry.head().reservation)});
    return true;
  }));
  std::ranges::sort(out, {}, [](const Told& each) { return std::pair(each.transaction.at, each.transaction.entry); });
  return out;
}

const Subscription* paying(const Customer& customer, const Reservation& reservation) {
  const std::optional<SubscriptionId> payer = payer_of(reservation);
  return payer ? find_subscription(customer, *payer) : nullptr;
}

Outcome<http::Response> list_transactions(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const BillingPlace place = TRY(billing_place(call, *snapshot));
  TRY(allow(call, "Microsoft.Consumption/reservationTransactions/read", place.target));
  const PageAsk ask = TRY(page_ask(call.request, kTransactionPages));
  const Period period = TRY(read_period(call.request.query.get("$filter"), "eventDate"));
  const bool customer_side = TRY(yes_or_no(call.request, "useMarkupIfPartner"));
  if (call.request.query.has("previewMarkupPercentage"))
    return bad_request("previewMarkupPercentage is not supported here; useMarkupIfPartner=true gives the customer's own prices.");

  const std::vector<Told> told = TRY(tell(*snapshot, place.customer.id, period, customer_side));
  const Slice slice = TRY(slice_of(ask, told.size()));
  std::vector<ReservationId> ids;
  for (std::size_t i = slice.from; i < slice.until; ++i) ids.push_back(told[i].reservation);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  std::map<ReservationId, Reservation> reservations;
  for (Reservation& each : TRY(snapshot->reservations_by_id(ids))) reservations.emplace(each.id, std::move(each));
  return listed(call.request, slice.next, [&](JsonWriter& w) {
    for (std::size_t i = slice.from; i < slice.until; ++i) {
      const auto found = reservations.find(told[i].reservation);
      if (found == reservations.end()) continue;  // the books outlive what they are about
      wire::Transaction transaction = told[i].transaction;
      transaction.reservation = &found->second;
      transaction.paying = paying(place.customer, found->second);
      if (!transaction.refund) transaction.quantity = found->second.original_quantity;
      wire::write_transaction(w, transaction, {place.account, place.profile, place.customer.name});
    }
  });
}

}  // namespace

std::vector<Route> consumption_routes() {
  std::vector<Route> routes;
  const std::string order = "/providers/Microsoft.Capacity/reservationOrders/{order}";
  const std::string reservation = order + "/reservations/{reservation}";
  const std::string account = "/providers/Microsoft.Billing/billingAccounts/{account}";
  const std::string profile = account + "/billingProfiles/{profile}";
  const std::string subscription = "/subscriptions/{subscription}";
  const std::string group = subscription + "/resourceGroups/{group}";
  const auto add = [&](std::initializer_list<std::string> scopes, std::string_view what, Outcome<http::Response> (*handler)(Call&)) {
    for (const std::string& scope : scopes)
      routes.push_back({.method = Method::get,
                        .pattern = scope + "/providers/Microsoft.Consumption/" + std::string(what),
                        .versions = kVersions,
                        .handler = answering(handler)});
  };
  add({order, reservation, account, profile}, "reservationSummaries", list_summaries);
  add({order, reservation, account, profile}, "reservationDetails", list_details);
  add({account, profile}, "reservationTransactions", list_transactions);
  add({subscription, group, account, profile}, "reservationRecommendations", list_recommendations);
  add({subscription, group, account, profile}, "reservationRecommendationDetails", get_recommendation_details);
  return routes;
}

}  // namespace prorata::arm
