// Out of the outbox and into deliveries.
#include <map>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/recipients.h"
#include "app/write.h"
#include "notify/courier.h"
#include "notify/event.h"

namespace prorata::notify {
namespace {

constexpr std::size_t kRows = 200;
constexpr std::string_view kProgress = "outbox";

std::string event_id(std::string id) {
  for (char& c : id)
    if (c == '/') c = '-';
  return id;
}

class Customers {
 public:
  explicit Customers(Snapshot& snapshot) : snapshot_(snapshot) {}
  Result<const std::optional<Customer>*> of(const std::optional<CustomerId>& id) {
    static const std::optional<Customer> kNone;
    if (!id) return &kNone;
    auto found = known_.find(*id);
    if (found == known_.end()) found = known_.emplace(*id, TRY(snapshot_.customer(*id))).first;
    return &found->second;
  }

 private:
  Snapshot& snapshot_;
  std::map<CustomerId, std::optional<Customer>> known_;
};

Delivery delivery_of(const Event& event, Channel channel, const std::string& target, Instant real_now) {
  Delivery d{.id = fmt::format("{}.{}", event.id, target),
             .event = event.id,
             .kind = event.kind,
             .body = event.body,
             .customer = event.customer,
             .channel = channel,
             .target = target,
             .event_at = event.at,
             .created = real_now,
             .due = real_now};
  if (channel != Channel::digest) return d;
  const Day day = day_of(event.at);
  d.batch = fmt::format("{}/{}", target, to_string(day));
  d.state = DeliveryState::gathered;
  d.due = start_of(add_days(day, 1));
  return d;
}

}  // namespace

Result<std::int64_t> hand_out(App& app) {
  std::int64_t made = 0;
  while (true) {
    std::int64_t now_made = 0;
    bool empty = false;
    const Result<Committed> committed = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      Progress progress = TRY(snapshot.progress(std::string(kProgress))).value_or(Progress{.name = std::string(kProgress)});
      const std::vector<OutboxRow> rows = TRY(snapshot.outbox_after(progress.place, kRows));
      empty = rows.empty();
      if (empty) return fail(Code::not_found, "the outbox is empty");
      const Moment moment = TRY(load_moment(app, snapshot));
      const AddressBook book = TRY(AddressBook::load(snapshot));
      const std::vector<Webhook> webhooks = TRY(snapshot.webhooks());
      Customers customers(snapshot);
      Changes changes;
      for (const OutboxRow& row : rows) {
        const Event event = read_event(event_id(row.id), row.kind, row.body, moment.now);
        const std::optional<Customer>& customer = *TRY(customers.of(event.customer));
        for (const Webhook& hook : webhooks)
          if (!hook.removed && hook.since_place < row.place && wants_kind(hook.kinds, row.kind) &&
              (!hook.customer || hook.customer == event.customer))
            changes.deliveries.push_back(delivery_of(event, Channel::webhook, hook.id.text(), app.clock.now()));
        for (const Recipient& to : book.recipients()) {
          const NotifyChoices& choices = to.choices();
          const bool wanted = choices.when != MailWhen::none && choices.since_place < row.place && wants_kind(choices.kinds, row.kind);
          if (!wanted || !to.may_know_of(customer)) continue;
          const Channel channel = choices.when == MailWhen::daily ? Channel::digest : Channel::mail;
          changes.deliveries.push_back(delivery_of(event, channel, to.user().text(), app.clock.now()));
        }
      }
      progress.place = rows.back().place;
      now_made = static_cast<std::int64_t>(changes.deliveries.size());
      changes.audit = {.at = moment.now,
                       .actor = app.actor,
                       .action = "notify.hand_out",
                       .after = fmt::format("{} events to {} deliveries", rows.size(), now_made)};
      changes.progress.push_back(std::move(progress));
      return changes;
    });
    if (empty) return made;
    if (!committed) return std::unexpected(committed.error());
    made += now_made;
  }
}

}  // namespace prorata::notify
