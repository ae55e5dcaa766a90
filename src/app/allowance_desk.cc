#include "app/allowance_desk.h"

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/write.h"

namespace prorata {
namespace {

Result<AllowanceView> load_view(App& app, Snapshot& snapshot, const CustomerId& id) {
  const Moment moment = TRY(load_moment(app, snapshot));
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer)
    return fail(Code::not_found, fmt::format("customer {} is not in this desk; 'prorata customer list' shows who is", id.text()));
  TRY(authorize(app, access::Right::list_customers, target_of(*customer), access::Access::read));
  const Governing governing = TRY(governing_pack(moment.desk, app.packs, day_of(moment.now)));
  AllowanceView view{
      .customer = *customer, .pack = governing.pack, .meter = TRY(binding_meter(*governing.pack, governing.meter)), .now = moment.now};
  const policy::AllowanceHistory history = TRY(load_allowance(snapshot, id, moment.now));
  view.state = allowance_at(history, moment.now, view.pack->allowance.window_days);
  view.calendar = calendar(history, moment.now, view.pack->allowance.window_days);
  for (Hold& hold : TRY(snapshot.holds_of(id)))
    if (hold.state == HoldState::held && moment.now < hold.expires) view.holds.push_back(std::move(hold));
  return view;
}

}  // namespace

Result<AllowanceView> allowance_view(App& app, const CustomerId& customer) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return load_view(app, *snapshot, customer);
}

Result<Hold> place_hold(App& app, const HoldAsk& ask) {
  if (ask.refund.is_negative() || ask.cancelled.is_negative()) return fail(Code::invalid_argument, "a hold is not negative");
  Hold hold;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const AllowanceView view = TRY(load_view(app, snapshot, ask.customer));
    TRY(authorize(app, access::Right::submit_request, target_of(view.customer)));
    const std::int64_t asked = view.meter == policy::Meter::refund ? ask.refund.minor : ask.cancelled.minor;
    const std::int64_t free = view.state.free(view.meter, view.pack->allowance.limit_minor);
    if (asked > free)
      return fail(Code::refused,
                  fmt::format("refund_limit_exceeded: {} USD do not fit; {} USD are free on the {} meter",
                              to_string(Money{asked, Currency::usd()}), to_string(Money{free, Currency::usd()}), to_string(view.meter)));
    const Desk desk = TRY(load_desk(snapshot));
    hold = {.id = HoldId::trusted(app.ids.next()),
            .customer = ask.customer,
            .placed = view.now,
            .expires = add_seconds(view.now, desk.hold_days * 86'400),
            .refund = ask.refund,
            .cancelled = ask.cancelled,
            .reference = ask.reference,
            .actor = app.actor};
    Changes changes;
    changes.audit = {.at = view.now,
                     .actor = app.actor,
                     .action = "allowance.hold",
                     .customer = ask.customer.text(),
                     .subject = hold.id.text(),
                     .after = fmt::format("{} USD for {}", to_string(ask.refund), ask.reference)};
    changes.customers.push_back(view.customer);  // its version guards the allowance
    changes.holds.push_back(hold);
    return changes;
  }));
  return hold;
}

Result<Hold> release_hold(App& app, const HoldId& id) {
  Hold released;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    std::optional<Hold> hold = TRY(snapshot.hold(id));
    if (!hold) return fail(Code::not_found, fmt::format("hold {} is not in this desk; 'prorata allowance show' lists them", id.text()));
    const std::optional<Customer> customer = TRY(snapshot.customer(hold->customer));
    if (customer) TRY(authorize(app, access::Right::submit_request, target_of(*customer)));
    if (hold->state != HoldState::held) return fail(Code::refused, fmt::format("hold {} is {} already", id.text(), to_string(hold->state)));
    if (hold->expires <= moment.now)
      return fail(Code::refused, fmt::format("hold {} expired at {}; it holds nothing any more", id.text(), to_string(hold->expires)));
    released = *hold;
    released.state = HoldState::released;
    Changes changes;
    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "allowance.release",
                     .customer = hold->customer.text(),
                     .subject = id.text(),
                     .before = "held",
                     .after = "released"};
    changes.holds.push_back(released);
    return changes;
  }));
  return released;
}

}  // namespace prorata
