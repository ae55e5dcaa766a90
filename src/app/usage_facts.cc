#include "app/usage_facts.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "app/shared.h"
#include "base/check.h"
#include "base/fingerprint.h"
#include "catalog/catalog.h"

namespace prorata {
namespace {

using namespace utilization;

constexpr std::string_view kMachines = "VirtualMachines";

bool is_of_machines(const Reservation& r) { return r.product.empty() || equal_ignoring_case(r.product, kMachines); }

std::string_view last_segment(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// ------------------------------------------------------------------------------------------------------------------------- versions

// Whether it covers usage in that state: while an operation holds it too, and an expired one did until it expired.
bool covers_usage(const Reservation& r) {
  const bool lives = r.state == ProvisioningState::succeeded || r.state == ProvisioningState::pending;
  return r.quantity > 0 && (lives || r.state == ProvisioningState::expired);
}

ReservationVersion version_of(const Customer& customer, const Reservation& r, Instant start, Instant end) {
  return normalised({.id = r.id.text(),
                     .region = r.region,
                     .size = r.sku,
                     .quantity = r.quantity,
                     .exact = !r.instance_flexibility,
                     .scope = cover_scope(customer, r.scope),
                     .start = start,
                     .end = end});
}

bool same_cover(const ReservationVersion& a, const ReservationVersion& b) {
  return a.region == b.region && a.size == b.size && a.quantity == b.quantity && a.exact == b.exact && a.scope == b.scope;
}

// When a reservation that lives no longer ceased to; absent for one that lives or ran out.
std::optional<Instant> ended_early(const Reservation& r) {
  const bool ended = r.state == ProvisioningState::cancelled || r.state == ProvisioningState::split || r.state == ProvisioningState::merged;
  return ended ? std::optional(r.updated) : std::nullopt;
}

std::vector<ReservationId> sources_of(const Reservation& r) {
  std::vector<ReservationId> out = r.lineage.merge_sources;
  if (r.lineage.split_source) out.push_back(*r.lineage.split_source);
  return out;
}

// A part of a split has the benefit start of its source; it covers nothing before its source ended.
void begin_after_sources(const std::vector<Reservation>& reservations, std::vector<ReservationVersion>& versions) {
  std::map<std::string, Instant> ends;  // of those that live no longer
  for (const Reservation& each : reservations)
    if (ended_early(each)) ends.emplace(each.id.text(), Instant{});
  for (const ReservationVersion& each : versions)
    if (const auto end = ends.find(each.id); end != ends.end()) end->second = std::max(end->second, each.end);
  std::map<std::string, Instant> begins;
  for (const Reservation& each : reservations)
    for (const ReservationId& source : sources_of(each))
      if (const auto end = ends.find(source.text()); end != ends.end())
        begins[each.id.text()] = std::max(begins[each.id.text()], end->second);
  for (ReservationVersion& each : versions)
    if (const auto begin = begins.find(each.id); begin != begins.end()) each.start = std::max(each.start, begin->second);
  std::erase_if(versions, [](const ReservationVersion& each) { return each.end <= each.start; });
}

Result<std::vector<ReservationVersion>> load_versions(Snapshot& snapshot, const Customer& customer,
                                                      const std::vector<Reservation>& reservations, HourSpan span) {
  std::vector<ReservationVersion> all;
  for (const Reservation& each : reservations) {
    std::vector<Revision> revisions;
    if (each.revision > 1) revisions = TRY(snapshot.revisions_of(each.id));
    std::ranges::move(prorata::versions_of(customer, each, std::move(revisions)), std::back_inserter(all));
  }
  begin_after_sources(reservations, all);
  std::erase_if(all, [&](const ReservationVersion& each) { return intersection(active_hours(each), span).empty(); });
  return all;
}

// ---------------------------------------------------------------------------------------------------------------------------- usage

HourSpan whole_days(HourSpan span) {
  if (span.empty()) return {};
  return {first_hour(day_of(span.from)), first_hour(add_days(day_of(add_hours(span.until, -1)), 1))};
}

HourSpan span_of(const std::vector<Day>& months, const UsageAsk& ask) {
  if (!ask.span.empty() || months.empty()) return ask.span;
  return {hours_of_month(months.front()).from, hours_of_month(months.back()).until};
}

std::vector<Day> months_in(const std::vector<Day>& months, HourSpan span) {
  std::vector<Day> out;
  for (const Day month : months)
    if (!intersection(hours_of_month(month), span).empty()) out.push_back(month);
  return out;
}

// Rows of one customer, gathered from parts.
class Gathering {
 public:
  Gathering(HourSpan span, Estimate estimate)
      : span_(span), estimate_(estimate), seen_(static_cast<std::size_t>(std::max(0, span.hours()))), guessed_(seen_.size()) {}

  void take(const UsageMonth& month) {
    for (const UsagePart& part : month.parts) take(month.first_day, part);
  }

  // By resource, then by hour.
  void finish(UsageFacts& facts) {
    RosterMade made = make_roster(identities_);
    for (Row& each : rows_) each.resource = made.rank[each.resource];
    std::ranges::sort(rows_, {}, [](const Row& each) { return std::pair(each.resource, each.hour); });
    for (const Row& each : rows_) {
      facts.resource.push_back(each.resource);
      facts.hour.push_back(each.hour);
      facts.quantity.push_back(each.quantity);
    }
    facts.roster = std::move(made.roster);
    facts.flexible_only = flexible_only_;
    facts.known = known();
  }

 private:
  struct Row {
    std::uint32_t resource = 0;
    std::uint16_t hour = 0;
    std::uint32_t quantity = 0;
  };

  void take(Day first_day, const UsagePart& part) {
    const auto base = static_cast<std::uint32_t>(identities_.size());
    for (const UsageMachine& each : part.machines) {
      identities_.push_back(each.identity);
      identities_.back().flexible_only = each.flexible_only;
      if (each.flexible_only) ++flexible_only_;
    }
    const UsageBitsView view = part.exact.view(first_day, part.machines.size());
    for (std::uint32_t machine = 0; machine < part.machines.size(); ++machine) take_bits(first_day, view, machine, base + machine);
    for (const EstimatedUsage& each : part.estimated) take_estimated(first_day, each, base + each.machine);
  }

  void take_bits(Day first_day, const UsageBitsView& view, std::uint32_t machine, std::uint32_t resource) {
    const std::uint32_t words = blocks_of(view.window) * static_cast<std::uint32_t>(kHoursPerDay);
    for (std::uint32_t word = 0; word < words; ++word)
      for (std::uint32_t bits = view.full[machine * std::size_t{words} + word]; bits != 0; bits &= bits - 1)
        put(resource, hour_of_cell(first_day, word * kDaysInBlock + static_cast<std::uint32_t>(std::countr_zero(bits))),
            static_cast<std::uint32_t>(kFullHour));
    for (std::uint64_t i = view.partials_from[machine]; i < view.partials_from[machine + 1]; ++i)
      put(resource, hour_of_cell(first_day, view.partials[i].cell), view.partials[i].quantity);
  }

  void take_estimated(Day first_day, const EstimatedUsage& usage, std::uint32_t resource) {
    const Hour from = add_hours(first_hour(first_day), usage.from);
    for (std::uint32_t number = 0; number < usage.hours; ++number) {
      const Hour hour = add_hours(from, static_cast<std::int32_t>(number));
      if (!span_.holds(hour)) continue;
      see(hour);
      guessed_[static_cast<std::size_t>(hours_between(span_.from, hour))] = true;
      if (const std::uint32_t uh = hour_of_many(usage.quantity, usage.hours, number, estimate_); uh > 0) put(resource, hour, uh);
    }
  }

  void put(std::uint32_t resource, Hour hour, std::uint32_t uh) {
    if (!span_.holds(hour)) return;
    see(hour);
    rows_.push_back({resource, static_cast<std::uint16_t>(hours_between(span_.from, hour)), uh});
  }
  void see(Hour hour) { seen_[static_cast<std::size_t>(hours_between(span_.from, hour))] = true; }

  UsageKnown known() const {
    UsageKnown out;
    const auto first = std::ranges::find(seen_, true);
    if (first == seen_.end()) return out;
    const auto last = std::find(seen_.rbegin(), seen_.rend(), true);
    out.first = add_hours(span_.from, static_cast<std::int32_t>(first - seen_.begin()));
    out.watermark = add_hours(span_.from, static_cast<std::int32_t>(seen_.rend() - last));
    for (Day day = day_of(*out.first); first_hour(day) < *out.watermark; day = add_days(day, 1)) {
      const auto any = [&](const std::vector<bool>& hours) {
        const auto from = hours.begin() + hours_between(span_.from, first_hour(day));
        return std::find(from, from + kHoursPerDay, true) != from + kHoursPerDay;
      };
      if (!any(seen_)) out.gaps.push_back(day);
      if (any(guessed_)) out.estimated.push_back(day);
    }
    return out;
  }

  HourSpan span_;
  Estimate estimate_;
  std::vector<Identity> identities_;
  std::vector<Row> rows_;
  std::vector<bool> seen_;     // one an hour of the span
  std::vector<bool> guessed_;  // the same
  std::int64_t flexible_only_ = 0;
};

// ------------------------------------------------------------------------------------------------------------------------- revision

void add(Fingerprint& mark, const ReservationVersion& v) {
  mark.add(v.id).add(v.region).add(v.group).add(v.size).add(v.quantity).add(v.exact ? 1 : 0).add(v.start.ticks).add(v.end.ticks);
  mark.add(std::to_underlying(v.scope.kind)).add(v.scope.subscription).add(v.scope.resource_group).add(v.scope.depth);
  for (const std::string& each : v.scope.subscriptions) mark.add(each);
}

// Which months there are around a span: before the first hour that is known, and from the watermark on, nothing is covered.
struct Around {
  bool earlier = false;
  bool later = false;
};
Around around(const std::vector<Day>& months, HourSpan span) {
  if (months.empty()) return {};
  return {.earlier = hours_of_month(months.front()).until <= span.from, .later = span.until <= hours_of_month(months.back()).from};
}

using MonthDigests = std::vector<std::pair<Day, std::string>>;

std::string revision_of(const UsageAsk& ask, HourSpan span, const Around& others, const MonthDigests& months,
                        const std::vector<ReservationVersion>& versions, const std::string& ratios) {
  Fingerprint mark;
  mark.add("utilization 2").add(ask.customer.text()).add(span.from.since_epoch).add(span.until.since_epoch).add(ratios);
  mark.add(others.earlier ? 1 : 0).add(others.later ? 1 : 0);
  mark.add(to_string(ask.estimate)).add(to_string(ask.spill));
  for (const auto& [month, digest] : months) mark.add(month_text(month)).add(digest);
  for (const ReservationVersion& each : versions) add(mark, each);
  return mark.text();
}

HourSpan known_part(HourSpan span, const Around& others, const UsageKnown& known) {
  if (!known.first) return others.earlier && others.later ? span : HourSpan{};
  return {others.earlier ? span.from : std::max(span.from, *known.first),
          others.later ? span.until : std::min(span.until, *known.watermark)};
}

Result<Customer> customer_of(Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer)
    return fail(Code::not_found, fmt::format("customer {} is not in this desk; 'prorata customer list' shows who is", id.text()));
  return *std::move(customer);
}

}  // namespace

CoverScope cover_scope(const Customer& customer, const Scope& scope) {
  const std::string id = to_lower(scope.id);
  CoverScope out;
  const auto part_behind = [&](std::string_view word) {
    const std::size_t at = id.find(word);
    if (at == std::string::npos) return std::string();
    const std::string_view rest = std::string_view(id).substr(at + word.size());
    return std::string(rest.substr(0, rest.find('/')));
  };
  switch (scope.type) {
    case ScopeType::shared: return out;
    case ScopeType::resource_group: out.resource_group = part_behind("/resourcegroups/"); [[fallthrough]];
    case ScopeType::single:
      out.kind = out.resource_group.empty() ? ScopeKind::subscription : ScopeKind::resource_group;
      out.subscription = part_behind("/subscriptions/");
      return out;
    case ScopeType::management_group: break;
  }
  out.kind = ScopeKind::management_group;
  const std::string_view name = last_segment(id);
  const bool root = equal_ignoring_case(name, customer.id.text());
  out.depth = root ? 0 : 1;
  for (const Subscription& each : customer.subscriptions)
    if (root || equal_ignoring_case(each.management_group, name)) out.subscriptions.push_back(each.id.text());
  std::ranges::sort(out.subscriptions);
  return out;
}

std::vector<ReservationVersion> versions_of(const Customer& customer, const Reservation& reservation, std::vector<Revision> revisions) {
  std::ranges::sort(revisions, {}, &Revision::number);
  std::vector<std::pair<Instant, const Reservation*>> states;
  for (const Revision& each : revisions) states.emplace_back(each.at, &each.after);
  if (states.empty() || states.back().second->revision < reservation.revision) states.emplace_back(reservation.updated, &reservation);

  std::vector<ReservationVersion> out;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Reservation& r = *states[i].second;
    const bool first = i == 0;  // what a list or a purchase said first holds from the beginning
    const Instant start = first ? r.benefit_start : std::max(states[i].first, r.benefit_start);
    const Instant end = i + 1 < states.size() ? std::min(states[i + 1].first, r.expiry) : r.expiry;
    const bool first_known_after_its_end = first && ended_early(r) && r.quantity > 0;
    if (!covers_usage(r) && !first_known_after_its_end) continue;
    const Instant until = first_known_after_its_end ? std::min(*ended_early(r), end) : end;
    if (until <= start) continue;
    ReservationVersion version = version_of(customer, r, start, until);
    const bool goes_on = !out.empty() && out.back().end == version.start && same_cover(out.back(), version);
    if (goes_on)
      out.back().end = version.end;
    else
      out.push_back(std::move(version));
  }
  return out;
}

Result<std::vector<Reservation>> machine_reservations(Snapshot& snapshot, const CustomerId& customer) {
  std::vector<Reservation> out;
  ReservationQuery query{.customer = customer, .limit = 1000};
  do {
    Page<Reservation> page = TRY(snapshot.reservations(query));
    for (Reservation& each : page.items)
      if (is_of_machines(each)) out.push_back(std::move(each));
    query.after = page.next;
  } while (!query.after.empty());
  std::ranges::sort(out, {}, &Reservation::id);
  return out;
}

UsageRows UsageFacts::usage() const {
  const Result<UsageRows> rows = UsageRows::make(window, resource, hour, quantity, roster.size());
  CHECK(rows.has_value(), "usage that was loaded lies in its span");
  return *rows;
}

Result<std::shared_ptr<const Ratios>> UsageFactsCache::ratios(Snapshot& snapshot) {
  if (ratios_) return ratios_;
  rows_ = TRY(snapshot.ratios());
  ratios_ = std::make_shared<const Ratios>(Ratios::of(rows_));
  return ratios_;
}

// What is in force on the span's first day, and what changes within it: a table of another month does not touch this one.
std::string UsageFactsCache::ratios_revision(HourSpan span) const {
  CHECK(ratios_ != nullptr, "ratios() was asked first");
  Fingerprint mark;
  for (const RatioPeriod& period : ratios_->periods(span)) {
    if (period.span.from != span.from) mark.add(period.span.from.since_epoch);
    for (const FlexibilityRatio& each : ratios_on(rows_, ratios_->table_day(day_of(period.span.from))))
      mark.add(to_lower(each.group)).add(sku_key(each.sku)).add(each.ratio.part).add(each.ratio.over);
  }
  return mark.text();
}

Result<UsageFiles*> usage_files_of(App& app) {
  if (app.usage != nullptr) return app.usage;
  return fail(Code::invalid_argument,
              "this desk has no folder for usage; name one with --usage-dir DIR, PRORATA_USAGE_DIR or usage-dir in the config file");
}

Result<std::string> usage_revision(App& app, Snapshot& snapshot, const UsageAsk& ask, UsageFactsCache& cache) {
  UsageFiles& files = *TRY(usage_files_of(app));
  const Customer customer = TRY(customer_of(snapshot, ask.customer));
  const std::vector<Day> kept = TRY(files.months(ask.customer));
  const HourSpan span = span_of(kept, ask);
  TRY(cache.ratios(snapshot));
  const std::vector<Reservation> reservations = TRY(machine_reservations(snapshot, ask.customer));
  MonthDigests months;
  for (const Day month : months_in(kept, span)) months.emplace_back(month, TRY(files.digest(ask.customer, month)));
  const std::vector<ReservationVersion> versions = TRY(load_versions(snapshot, customer, reservations, span));
  return revision_of(ask, span, around(kept, span), months, versions, cache.ratios_revision(span));
}

Result<UsageFacts> load_usage_facts(App& app, Snapshot& snapshot, const UsageAsk& ask, UsageFactsCache& cache) {
  UsageFiles& files = *TRY(usage_files_of(app));
  const std::vector<Day> kept = TRY(files.months(ask.customer));
  const HourSpan span = span_of(kept, ask);
  UsageFacts facts{.customer = TRY(customer_of(snapshot, ask.customer)), .window = whole_days(span), .spill = ask.spill};
  if (facts.window.hours() > kWindowHoursMax)
    return fail(Code::invalid_argument, fmt::format("{} hours are more than {} at one time; ask for fewer", span.hours(), kWindowHoursMax));
  facts.ratios = TRY(cache.ratios(snapshot));
  facts.reservations = TRY(machine_reservations(snapshot, ask.customer));
  facts.versions = TRY(load_versions(snapshot, facts.customer, facts.reservations, span));

  Gathering gathering(facts.window, ask.estimate);
  MonthDigests months;
  for (const Day month : months_in(kept, span)) {
    const std::optional<UsageMonth> of_month = TRY(files.read(ask.customer, month));
    if (!of_month) continue;
    months.emplace_back(month, of_month->digest);
    gathering.take(*of_month);
  }
  gathering.finish(facts);
  facts.span = known_part(span, around(kept, span), facts.known);
  facts.revision = revision_of(ask, span, around(kept, span), months, facts.versions, cache.ratios_revision(span));
  return facts;
}

Result<UsageFacts> load_usage_facts(App& app, Snapshot& snapshot, const UsageAsk& ask) {
  UsageFactsCache cache;
  return load_usage_facts(app, snapshot, ask, cache);
}

std::vector<const Coverage*> CoveredCustomer::coverages() const {
  std::vector<const Coverage*> out;
  for (const CoveredPeriod& each : periods) out.push_back(&each.coverage);
  return out;
}

Result<CoveredCustomer> cover_customer(const UsageFacts& facts, CoverOptions options) {
  options.spill = facts.spill;
  CoveredCustomer out;
  if (facts.span.empty()) return out;
  const utilization::Usage usage = facts.usage();
  for (const RatioPeriod& period : facts.periods()) {
    CoveredPeriod covered{
        .span = period.span, .plan = TRY(Plan::make(facts.roster, facts.versions, *period.table, period.span)), .coverage = {}};
    TRY(cover(covered.plan, usage, options, covered.coverage));
    out.periods.push_back(std::move(covered));
  }
  return out;
}

}  // namespace prorata
