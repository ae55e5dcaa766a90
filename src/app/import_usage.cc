#include "app/import_usage.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/usage_facts.h"
#include "app/write.h"
#include "base/check.h"

namespace prorata {
namespace {

using namespace utilization;

constexpr std::size_t kRefusalsKept = 1000;
constexpr std::uint32_t kNobody = UINT32_MAX;

using Place = std::pair<CustomerId, Day>;  // a customer's month

// What was gathered for one customer's month since it was last written.
struct Gathered {
  std::vector<UsageMachine> machines;
  std::unordered_map<std::uint32_t, std::uint32_t> place_of;  // of the file's machine, in `machines`
  std::vector<std::uint32_t> machine;
  std::vector<std::uint16_t> hour;
  std::vector<std::uint32_t> quantity;
  std::vector<EstimatedUsage> estimated;
  std::int64_t rows = 0;
};

UsagePart part_of(const UsageSource& source, Day month, Gathered gathered) {
  const Result<UsageRows> rows =
      UsageRows::make(hours_of_month(month), gathered.machine, gathered.hour, gathered.quantity, gathered.machines.size());
  CHECK(rows.has_value(), "rows were gathered into their month");
  const UsageBits bits = UsageBits::make(*rows);
  const UsageBitsView view = bits.view();
  return {.digest = source.digest,
          .path = source.path,
          .rows = gathered.rows,
          .machines = std::move(gathered.machines),
          .exact = {.full = {view.full.begin(), view.full.end()},
                    .partials_from = {view.partials_from.begin(), view.partials_from.end()},
                    .partials = {view.partials.begin(), view.partials.end()}},
          .estimated = std::move(gathered.estimated)};
}

template <class Wanted>
std::vector<UsagePart> take_out(std::vector<UsagePart>& parts, const Wanted& wanted) {
  std::vector<UsagePart> left;
  std::vector<UsagePart> taken;
  for (UsagePart& each : parts) (wanted(each) ? taken : left).push_back(std::move(each));
  parts = std::move(left);
  return taken;
}

// Whose a subscription is, and which customers there are.
struct Owners {
  std::unordered_map<std::string, CustomerId> by_subscription;
  std::set<CustomerId> all;
};

Result<Owners> load_owners(Snapshot& snapshot) {
  Owners owners;
  CustomerQuery everyone{.limit = 1000};
  do {
    const Page<Customer> page = TRY(snapshot.customers(everyone));
    for (const Customer& customer : page.items) {
      owners.all.insert(customer.id);
      for (const Subscription& each : customer.subscriptions) owners.by_subscription.emplace(each.id.text(), customer.id);
    }
    everyone.after = page.next;
  } while (!everyone.after.empty());
  return owners;
}

}  // namespace

struct UsageImporter::State {
  App& app;
  UsageFiles& files;
  UsageSource source;
  std::unique_ptr<UsageLock> lock;
  Owners owners;
  std::vector<UsageImport> earlier;  // that gave the same content or came from the same path

  std::vector<std::uint32_t> owner_of;  // of the file's machines: a place in `customers`, or kNobody
  std::vector<CustomerId> customers;
  std::map<Place, Gathered> gathered;
  std::int64_t gathered_rows = 0;
  std::map<Place, std::int64_t> written;             // rows, of every month that was written
  std::map<Place, std::vector<UsagePart>> replaced;  // what this file gave to them before, until all of it is written

  std::int64_t kept = 0;
  std::int64_t estimated = 0;
  std::optional<Hour> from;
  std::optional<Hour> until;
  std::int64_t refused = 0;
  std::vector<UsageRefusal> refusals;

  void refuse(std::int64_t line, std::string reason) {
    if (++refused <= static_cast<std::int64_t>(kRefusalsKept)) refusals.push_back({line, std::move(reason)});
  }

  std::optional<CustomerId> find_owner(const UsageMachine& machine) const {
    if (source.customer) return source.customer;
    if (const auto found = owners.by_subscription.find(machine.identity.subscription); found != owners.by_subscription.end())
      return found->second;
    if (!machine.identity.subscription.empty()) return std::nullopt;
    const Result<CustomerId> named = CustomerId::parse(machine.customer);
    return named && owners.all.contains(*named) ? std::optional(*named) : std::nullopt;
  }

  void find_owners(std::span<const UsageMachine> machines) {
    for (std::size_t i = owner_of.size(); i < machines.size(); ++i) {
      const std::optional<CustomerId> owner = find_owner(machines[i]);
      const auto known = owner ? std::ranges::find(customers, *owner) : customers.end();
      owner_of.push_back(owner ? static_cast<std::uint32_t>(known - customers.begin()) : kNobody);
      if (owner && known == customers.end()) customers.push_back(*owner);
    }
  }

  static std::string nobodys(const UsageMachine& machine) {
    if (machine.identity.subscription.empty()) return "it names no subscription; say whose usage this is with --customer";
    return fmt::format(
        "subscription {} is none of a customer's here; import it with 'prorata import customers', or say whose usage this is "
        "with --customer",
        machine.identity.subscription);
  }

  void keep(const UsageRow& row, const UsageMachine& machine) {
    const std::uint32_t owner = owner_of[row.machine];
    if (owner == kNobody) return refuse(row.line, nobodys(machine));
    const Hour end = add_hours(row.from, row.hours);
    const Day month = month_of(day_of(row.from));
    const bool within_month = end <= hours_of_month(month).until;
    if (row.grain == UsageGrain::estimated && !within_month) return refuse(row.line, "its hours lie in two months, and which is not known");
    for (Hour hour = row.from; hour < end;) {
      const Day in = month_of(day_of(hour));
      const Hour until_here = std::min(end, hours_of_month(in).until);
      add(customers[owner], in, row, machine, {hour, until_here});
      hour = until_here;
    }
    ++kept;
    if (row.grain == UsageGrain::estimated) ++estimated;
    from = from ? std::min(*from, row.from) : row.from;
    until = until ? std::max(*until, end) : end;
  }

  void add(const CustomerId& customer, Day month, const UsageRow& row, const UsageMachine& machine, HourSpan span) {
    Gathered& into = gathered[{customer, month}];
    const auto [place, fresh] = into.place_of.try_emplace(row.machine, static_cast<std::uint32_t>(into.machines.size()));
    if (fresh) into.machines.push_back({.identity = machine.identity, .flexible_only = machine.flexible_only});
    const auto first = static_cast<std::uint16_t>(hours_between(hours_of_month(month).from, span.from));
    ++into.rows;
    if (row.grain == UsageGrain::estimated) {
      into.estimated.push_back({place->second, row.quantity, first, row.hours});
      ++gathered_rows;
      return;
    }
    for (std::int32_t i = 0; i < span.hours(); ++i) {
      into.machine.push_back(place->second);
      into.hour.push_back(static_cast<std::uint16_t>(first + i));
      into.quantity.push_back(row.quantity);
      ++gathered_rows;
    }
  }

  bool is_ours(const UsagePart& part) const { return part.digest == source.digest || part.path == source.path; }

  // The month without what this file gave before, the first time; with what was gathered.
  Result<void> rewrite(const Place& place, std::optional<Gathered> more) {
    const auto& [customer, month] = place;
    std::optional<UsageMonth> before = TRY(files.read(customer, month));
    UsageMonth after = before ? *std::move(before) : UsageMonth{.customer = customer, .first_day = month};
    const bool first_time = !written.contains(place);
    if (first_time) replaced[place] = take_out(after.parts, [&](const UsagePart& each) { return is_ours(each); });
    std::int64_t& rows = written[place];
    if (more) {
      rows += more->rows;
      after.parts.push_back(part_of(source, month, *std::move(more)));
    }
    return files.write(after);
  }

  Result<void> write_gathered() {
    for (auto& [place, more] : gathered) TRY(rewrite(place, std::move(more)));
    gathered.clear();
    gathered_rows = 0;
    return {};
  }

  // Without what was written of this file, and with what it had given before.
  Result<void> restore() {
    for (const auto& [place, rows] : written) {
      const auto& [customer, month] = place;
      std::optional<UsageMonth> now = TRY(files.read(customer, month));
      UsageMonth before = now ? *std::move(now) : UsageMonth{.customer = customer, .first_day = month};
      std::erase_if(before.parts, [&](const UsagePart& each) { return each.digest == source.digest; });
      std::ranges::move(replaced[place], std::back_inserter(before.parts));
      TRY(files.write(before));
    }
    return {};
  }

  // Months that had rows of this file and have none now.
  Result<void> clear_left_over() {
    for (const UsageImport& each : earlier)
      for (const UsageGave& gave : each.gave)
        if (!written.contains({gave.customer, gave.month})) TRY(rewrite({gave.customer, gave.month}, std::nullopt));
    return {};
  }

  UsageImport record(const UsageCounts& counts, Instant now) const {
    UsageImport out{.path = source.path,
                    .digest = source.digest,
                    .at = now,
                    .actor = app.actor,
                    .dialect = counts.dialect,
                    .rows = counts.rows,
                    .kept = kept,
                    .estimated = estimated,
                    .skipped = counts.skipped,
                    .refused = counts.refused + refused,
                    .from = from,
                    .until = until};
    for (const auto& [place, rows] : written)
      if (rows > 0) out.gave.push_back({place.first, place.second, rows});
    return out;
  }
};

UsageImporter::UsageImporter(std::unique_ptr<State> state) : state_(std::move(state)) {}
UsageImporter::UsageImporter(UsageImporter&&) noexcept = default;
UsageImporter::~UsageImporter() = default;

Result<UsageImporter> UsageImporter::begin(App& app, UsageSource source) {
  UsageFiles& files = *TRY(usage_files_of(app));
  std::unique_ptr<UsageLock> lock = TRY(files.lock());
  const auto snapshot = TRY(app.store.snapshot());
  auto state = std::make_unique<State>(State{app, files, std::move(source), std::move(lock), TRY(load_owners(*snapshot))});
  const UsageSource& of = state->source;
  if (of.customer && !state->owners.all.contains(*of.customer))
    return fail(Code::not_found,
                fmt::format("customer {} is not in this desk; import it with 'prorata import customers'", of.customer->text()));
  for (UsageImport& each : TRY(snapshot->usage_imports()))
    if (each.path == of.path || each.digest == of.digest) state->earlier.push_back(std::move(each));
  return UsageImporter(std::move(state));
}

Result<void> UsageImporter::take(std::span<const UsageRow> rows, std::span<const UsageMachine> machines) {
  state_->find_owners(machines);
  for (const UsageRow& row : rows) state_->keep(row, machines[row.machine]);
  if (state_->gathered_rows >= state_->source.rows_in_memory) TRY(state_->write_gathered());
  return {};
}

Result<UsageImport> UsageImporter::finish(const UsageCounts& counts) {
  State& s = *state_;
  TRY(s.write_gathered());
  TRY(s.clear_left_over());
  UsageImport done;
  TRY(write(s.app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Instant now = TRY(load_moment(s.app, snapshot)).now;
    done = s.record(counts, now);
    Changes changes{
        .audit = {.at = now,
                  .actor = s.app.actor,
                  .action = "usage.import",
                  .customer = s.source.customer ? s.source.customer->text() : "",
                  .subject = s.source.path,
                  .after = fmt::format("{} rows: {} kept, {} passed over, {} refused", done.rows, done.kept, done.skipped, done.refused)}};
    for (const UsageImport& each : s.earlier) {
      if (each.path == s.source.path) continue;
      changes.usage_imports.push_back(each);
      changes.usage_imports.back().gave.clear();
      changes.usage_imports.back().replaced = true;
    }
    changes.usage_imports.push_back(done);
    return changes;
  }));
  return done;
}

Result<void> UsageImporter::abandon() {
  state_->gathered.clear();
  return state_->restore();
}

std::int64_t UsageImporter::refused() const { return state_->refused; }
const std::vector<UsageRefusal>& UsageImporter::refusals() const { return state_->refusals; }

}  // namespace prorata
