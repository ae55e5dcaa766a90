// Who did what: the desk's own trail, in a range of days.
#include <unordered_map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "partner_center/answer.h"
#include "wire/partner_records.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Response;

constexpr PageSizes kPages{.usual = 500, .most = 500};
constexpr int kDaysMax = 90;
constexpr std::size_t kRowsLookedAt = 20'000;  // for one page, however few of them are wanted

struct AuditFilter {
  std::optional<CustomerId> customer;
  std::string resource_type;  // in small letters; empty: any
};

Outcome<AuditFilter> filter_of(const Call& call) {
  const std::string_view text = call.request.query.get("filter");
  AuditFilter out;
  if (text.empty()) return out;
  wire::JsonReader reader;
  const Result<wire::FieldFilter> read = wire::read_field_filter(reader, text);
  if (!read) return refuse(400, code::kBadRequest, read.error().text());
  if (read->compare != "equals")
    return refuse(400, code::kBadRequest, fmt::format("the operator is equals, not '{}'", read->compare.substr(0, 40)));
  if (equal_ignoring_case(read->field, "CustomerId")) {
    const Result<CustomerId> id = CustomerId::parse(read->value);
    if (!id) return refuse(400, code::kBadRequest, id.error().message);
    out.customer = *id;
  } else if (equal_ignoring_case(read->field, "ResourceType")) {
    out.resource_type = to_lower(read->value);
  } else {
    return refuse(400, code::kBadRequest,
                  fmt::format("records are filtered by CustomerId or ResourceType, not by '{}'", read->field.substr(0, 40)));
  }
  return out;
}

struct Range {
  Instant from;
  Instant until;
};
// A day that is named as the end counts whole.
Outcome<Range> range_of(const Call& call, Instant now) {
  const std::string_view start = call.request.query.get("startDate");
  const std::string_view end = call.request.query.get("endDate");
  if (start.empty()) return refuse(400, code::kBadRequest, "say from which day: ?startDate=2026-03-01");
  const Result<Instant> from = parse_instant(start);
  const Result<Instant> until = end.empty() ? Result<Instant>(add_seconds(now, 1)) : parse_instant(end);
  if (!from || !until) return refuse(400, code::kBadRequest, from ? until.error().message : from.error().message);
  constexpr std::size_t kDateLength = 10;
  const Range range{*from, end.size() == kDateLength ? start_of(add_days(day_of(*until), 1)) : *until};
  if (range.until <= range.from) return refuse(400, code::kBadRequest, "endDate lies before startDate");
  if (days_between(day_of(range.from), day_of(range.until)) > kDaysMax + 1)
    return refuse(400, code::kBadRequest, fmt::format("ask for {} days at a time", kDaysMax));
  return range;
}

// Names of customers and who may be told of them, each looked up once.
class Customers {
 public:
  Customers(const Call& call, Snapshot& snapshot) : call_(call), snapshot_(snapshot) {}

  Result<const Customer*> find(const std::string& id) {
    const auto [at, first] = known_.try_emplace(id);
    if (first)
      if (const Result<CustomerId> parsed = CustomerId::parse(id)) at->second = TRY(snapshot_.customer(*parsed));
    return at->second ? &*at->second : nullptr;
  }
  // What concerns no customer concerns the desk as a whole.
  Result<bool> may_know(const AuditNote& note) {
    if (note.customer.empty()) return call_.allows(Right::manage_access, Access::read, target_of_desk());
    const Customer* customer = TRY(find(note.customer));
    return customer != nullptr && sees(call_, *customer) && call_.allows(Right::manage_access, Access::read, target_of(*customer));
  }

 private:
  const Call& call_;
  Snapshot& snapshot_;
  std::unordered_map<std::string, std::optional<Customer>> known_;
};

Outcome<Response> list_records(Call& call) {
  const PageAsk ask = TRY(page_ask(call, kPages));
  const AuditFilter filter = TRY(filter_of(call));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment at = TRY(load_moment(call.app, *snapshot));
  const Range range = TRY(range_of(call, at.now));

  Customers customers(call, *snapshot);
  std::vector<AuditRecord> found;
  AuditQuery query{.from = range.from, .until = range.until, .customer = filter.customer, .after = ask.after};
  std::size_t looked_at = 0;
  do {
    query.limit = ask.limit - found.size();
    Page<AuditRecord> page = TRY(snapshot->audit_records(query));
    looked_at += page.items.size();
    for (AuditRecord& each : page.items) {
      const bool wanted = filter.resource_type.empty() || wire::resource_type(each.note.action) == filter.resource_type;
      if (wanted && TRY(customers.may_know(each.note))) found.push_back(std::move(each));
    }
    query.after = page.next;
  } while (!query.after.empty() && found.size() < ask.limit && looked_at < kRowsLookedAt);

  const std::string partner = partner_id(at.desk);
  std::vector<const Customer*> of;
  for (const AuditRecord& each : found) of.push_back(TRY(customers.find(each.note.customer)));
  return collection(call, static_cast<std::int64_t>(found.size()), {.cursor = query.after}, [&](wire::JsonWriter& w) {
    for (std::size_t i = 0; i < found.size(); ++i) wire::write_audit_record(w, found[i], partner, of[i]);
  });
}

}  // namespace

std::vector<Route> audit_routes() {
  std::vector<Route> routes;
  routes.push_back({.pattern = "/v1/auditrecords", .handler = list_records});
  return routes;
}

}  // namespace prorata::partner_center
