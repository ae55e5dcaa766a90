#include "app/desk.h"

#include <fmt/format.h>

#include "app/write.h"

namespace prorata {

std::vector<PolicyChoice> governed_by(std::string pack) { return {{.from = make_day(2020, 8, 6), .pack = std::move(pack)}}; }

Result<Desk> init_desk(App& app, NewDesk request) {
  if (request.policies.empty()) request.policies = governed_by("csp-2020");
  for (const PolicyChoice& choice : request.policies) TRY(app.packs.find(choice.pack));

  Desk desk{.partner = request.partner, .policies = std::move(request.policies), .sandbox = request.sandbox};
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    if (TRY(snapshot.desk())) return fail(Code::already_exists, "this store holds a desk already; use it, or choose another folder");
    Changes changes;
    changes.desk = desk;
    changes.audit = {.at = app.clock.now(),
                     .actor = app.actor,
                     .action = "desk.init",
                     .subject = desk.partner,
                     .after = desk.sandbox ? "sandbox" : "real time"};
    return changes;
  }));
  return desk;
}

Result<Desk> load_desk(Snapshot& snapshot) {
  std::optional<Desk> desk = TRY(snapshot.desk());
  if (!desk) return fail(Code::not_found, "this store holds no desk yet; make one with 'prorata init'");
  return *desk;
}

Instant desk_now(const Desk& desk, Instant real_now) {
  return desk.frozen_at ? *desk.frozen_at : Instant{real_now.ticks + desk.clock_offset_ticks};
}

Result<Governing> governing_pack(const Desk& desk, const policy::PackSet& packs, Day day) {
  CHECK(!desk.policies.empty(), "a desk always has a governing pack");
  const PolicyChoice* chosen = &desk.policies.front();
  for (const PolicyChoice& choice : desk.policies)
    if (choice.from <= day && chosen->from <= choice.from) chosen = &choice;
  return Governing{TRY(packs.find(chosen->pack)), chosen->meter};
}

Result<Moment> load_moment(App& app, Snapshot& snapshot) {
  Desk desk = TRY(load_desk(snapshot));
  const Instant now = desk_now(desk, app.clock.now());
  return Moment{std::move(desk), now};
}

}  // namespace prorata
