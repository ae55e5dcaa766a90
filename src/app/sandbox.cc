#include "app/sandbox.h"

#include <fmt/format.h>

#include "app/desk.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::int64_t kLagMax = 3'600;

std::string settings_text(const Desk& desk) {
  std::string out;
  for (const PolicyChoice& each : desk.policies) out += fmt::format("{} from {}, ", each.pack, to_string(each.from));
  return fmt::format("{}channel {}, lag {} s, clock {}", out, desk.channel ? to_string(*desk.channel) : "of the policy", desk.lag_seconds,
                     desk.frozen_at ? "frozen" : "running");
}

Result<void> check(const App& app, const SandboxChange& change) {
  if (change.policies) {
    if (change.policies->empty()) return fail(Code::invalid_argument, "a desk always has a governing policy; name one");
    for (const PolicyChoice& each : *change.policies) TRY(app.packs.find(each.pack));
  }
  if (change.lag_seconds && (*change.lag_seconds < 0 || *change.lag_seconds > kLagMax))
    return fail(Code::invalid_argument, fmt::format("a lag lies between 0 and {} seconds", kLagMax));
  return {};
}

void set_frozen(Desk& desk, bool frozen, Instant now, Instant real) {
  if (frozen) {
    desk.frozen_at = now;
  } else if (desk.frozen_at) {
    desk.clock_offset_ticks = now.ticks - real.ticks;
    desk.frozen_at.reset();
  }
}

constexpr std::size_t kPage = 500;

// All rows of a list by name, as a new desk would have them.
template <class T, class List>
Result<std::vector<T>> all_as_new(const List& list) {
  std::vector<T> out;
  NameQuery query{.limit = kPage};
  do {
    Page<T> page = TRY(list(query));
    for (T& each : page.items) {
      each.version = 0;
      out.push_back(std::move(each));
    }
    query.after = page.next;
  } while (!query.after.empty());
  return out;
}

}  // namespace

Result<void> start_over(App& app) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Desk desk = TRY(load_desk(*snapshot));
  if (!desk.sandbox) return fail(Code::not_sandbox, "this desk runs on real time and keeps what has happened");
  Changes first{.audit = {.at = app.clock.now(), .actor = app.actor, .action = "sandbox.reset", .subject = desk.partner}};
  first.desk = Desk{.partner = desk.partner, .policies = desk.policies, .sandbox = true, .hold_days = desk.hold_days};
  first.clients = TRY(all_as_new<Client>([&](const NameQuery& query) { return snapshot->clients(query); }));
  first.users = TRY(all_as_new<User>([&](const NameQuery& query) { return snapshot->users(query); }));
  for (User& each : first.users) each.notify.since_place = 0;  // the outbox begins anew
  first.signing_keys = TRY(snapshot->signing_keys());
  for (SigningKeyRow& each : first.signing_keys) each.version = 0;
  TRY(app.store.start_over(std::move(first)));
  return {};
}

Result<Desk> change_sandbox(App& app, const SandboxChange& change) {
  TRY(check(app, change));
  Desk desk;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment now = TRY(load_moment(app, snapshot));
    if (!now.desk.sandbox)
      return fail(Code::not_sandbox, "this desk runs on real time; only one made with 'prorata init --sandbox' can be set");
    desk = now.desk;
    if (change.frozen) set_frozen(desk, *change.frozen, now.now, app.clock.now());
    if (change.policies) desk.policies = *change.policies;
    if (change.channel) desk.channel = *change.channel;
    if (change.lag_seconds) desk.lag_seconds = *change.lag_seconds;
    Changes changes{
        .audit = {
            .at = now.now, .actor = app.actor, .action = "sandbox.set", .before = settings_text(now.desk), .after = settings_text(desk)}};
    changes.desk = desk;
    return changes;
  }));
  return desk;
}

}  // namespace prorata
