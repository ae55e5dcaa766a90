#include "notify/courier.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/raise_alerts.h"
#include "app/recipients.h"
#include "app/write.h"
#include "notify/message.h"

namespace prorata::notify {
namespace {

constexpr std::size_t kClaimed = 8;
constexpr std::size_t kGathered = 500;
constexpr std::int64_t kWithoutMailSeconds = 600;  // until it is looked again whether mail has been set up

// Digests whose day has ended by the desk's clock.
Result<void> close_digests(App& app) {
  while (true) {
    bool none = false;
    const Result<Committed> done = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      const Moment moment = TRY(load_moment(app, snapshot));
      std::vector<Delivery> gathered = TRY(snapshot.deliveries_gathered(moment.now, kGathered));
      none = gathered.empty();
      if (none) return fail(Code::not_found, "no day has ended");
      Changes changes{
          .audit = {
              .at = moment.now, .actor = app.actor, .action = "notify.digests", .after = fmt::format("{} lines are due", gathered.size())}};
      for (Delivery& each : gathered) {
        each.state = DeliveryState::waiting;
        each.due = app.clock.now();
        changes.deliveries.push_back(std::move(each));
      }
      return changes;
    });
    if (none) return {};
    if (!done) return std::unexpected(done.error());
  }
}

Result<std::string> name_of(Snapshot& snapshot, const std::optional<CustomerId>& id) {
  if (!id) return std::string();
  const std::optional<Customer> customer = TRY(snapshot.customer(*id));
  return customer ? customer->name : id->text();
}

std::string digest_id(const std::string& batch) {
  std::string id = "digest-" + batch;
  std::ranges::replace(id, '/', '-');
  return id;
}

}  // namespace

// Some deliveries of one target, as they stand after the claim, and all that sending them asks for. Those of a digest go as one.
struct Courier::Claim {
  std::vector<Delivery> deliveries;
  std::vector<std::string> customers;  // their names, in the same order
  std::optional<Webhook> webhook;
  std::optional<Recipient> recipient;
  NotifySettings settings;
  std::string partner;
  std::string gone;  // why there is nobody to go to
  bool without_mail = false;
  bool digest() const { return !deliveries.empty() && deliveries.front().channel == Channel::digest; }
};

Courier::Courier(App app, CourierOptions options) : app_(std::move(app)), options_(std::move(options)), chance_(std::random_device()()) {}
Courier::~Courier() { wait(); }

void Courier::wait() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return lanes_.empty(); });
}

Carried Courier::carried() const {
  const std::scoped_lock lock(mutex_);
  return carried_;
}

void Courier::tell(const std::string& line) const {
  if (options_.problem) options_.problem(line);
}

Result<Carried> Courier::round() {
  Carried out;
  out.handed_out = TRY(hand_out(app_));
  TRY(close_digests(app_));
  for (const std::string& target : TRY(TRY(app_.store.snapshot())->targets_due(app_.clock.now()))) {
    {
      const std::scoped_lock lock(mutex_);
      if (lanes_.size() >= options_.lanes_max) break;
      if (!lanes_.insert(target).second) continue;
    }
    ++out.lanes;
    std::thread([this, target] { run_lane(target); }).detach();  // the destructor waits for it through lanes_
  }
  return out;
}

void Courier::run_lane(const std::string& target) {
  while (true) {
    const Result<bool> more = carry_some(target);
    if (!more) tell(more.error().text());
    if (!more || !*more) break;
  }
  const std::scoped_lock lock(mutex_);
  lanes_.erase(target);
  idle_.notify_all();  // under the lock: whoever waits may be gone as soon as it is released
}

// Whether the lane goes on: something was due, and all of it arrived.
Result<bool> Courier::carry_some(const std::string& target) {
  Claim claimed = TRY(claim(target));
  if (claimed.deliveries.empty()) return false;
  const std::vector<Result<void>> outcomes = send(claimed);
  return settle(std::move(claimed), outcomes);
}

Result<Courier::Claim> Courier::claim(const std::string& target) {
  Claim claim;
  bool nothing = false;
  const Result<Committed> done = write(app_.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    claim = {};
    const Instant now = app_.clock.now();
    claim.deliveries = TRY(snapshot.deliveries_due({target}, now, kClaimed));
    nothing = claim.deliveries.empty();
    if (nothing) return fail(Code::not_found, "nothing is due");
    // One kind of sending at a time; a digest with all its lines.
    const Delivery first = claim.deliveries.front();
    if (first.channel == Channel::digest) claim.deliveries = TRY(snapshot.deliveries_of_batch(first.batch));
    std::erase_if(claim.deliveries, [&](const Delivery& each) {
      return each.channel != first.channel || each.batch != first.batch || each.state != DeliveryState::waiting || now < each.due;
    });
    const Moment moment = TRY(load_moment(app_, snapshot));
    claim.partner = moment.desk.partner;
    claim.settings = TRY(load_notify_settings(snapshot));
    if (first.channel == Channel::webhook) {
      claim.webhook = TRY(snapshot.webhook(WebhookId::trusted(target)));
      if (!claim.webhook || claim.webhook->removed) claim.gone = "the webhook was removed";
    } else {
      const AddressBook book = TRY(AddressBook::load(snapshot));
      if (const Recipient* recipient = book.find(target))
        claim.recipient = *recipient;
      else
        claim.gone = book.why_not(target);
      claim.without_mail = claim.settings.smtp_host.empty();
    }
    Changes changes{.audit = {.at = moment.now,
                              .actor = app_.actor,
                              .action = "delivery.claim",
                              .subject = target,
                              .after = fmt::format("{} tried", claim.deliveries.size())},
                    .durable = Durable::soon};  // a claim that a failure of power took is made again
    for (Delivery& each : claim.deliveries) {
      claim.customers.push_back(TRY(name_of(snapshot, each.customer)));
      ++each.attempts;
      each.due = add_seconds(now, options_.claim_seconds);
      changes.deliveries.push_back(each);
      ++each.version;  // as it is once this is committed
    }
    return changes;
  });
  if (nothing) return Claim{};
  if (!done) return std::unexpected(done.error());
  return claim;
}

// One outcome for each; after a failure the rest is not tried.
std::vector<Result<void>> Courier::send(const Claim& claim) {
  std::vector<Result<void>> outcomes;
  if (!claim.gone.empty() || (claim.recipient && claim.without_mail)) return outcomes;
  SendOptions options = options_.send;
  if (!claim.settings.authority.empty()) options.authority = claim.settings.authority;
  const auto mail = [&](const std::string& id, const Text& text) -> Result<void> {
    const std::string password = TRY(mail_password(claim.settings));
    const Envelope envelope{.from = claim.settings.from, .to = claim.recipient->address(), .id = id, .date = app_.clock.now()};
    return send_mail(claim.settings, password, *claim.recipient, message_of(envelope, text, claim.recipient->choices().language), options);
  };
  const auto told = [&](std::size_t i) {
    const Delivery& d = claim.deliveries[i];
    return Told{read_event(d.event, d.kind, d.body, d.event_at), claim.customers[i]};
  };
  if (claim.digest()) {
    std::vector<Told> lines;
    for (std::size_t i = 0; i < claim.deliveries.size(); ++i) lines.push_back(told(i));
    const Text text = digest_of(std::move(lines), claim.partner, claim.recipient->choices().language);
    outcomes.assign(claim.deliveries.size(), mail(digest_id(claim.deliveries.front().batch), text));
    return outcomes;
  }
  for (std::size_t i = 0; i < claim.deliveries.size(); ++i) {
    const Delivery& d = claim.deliveries[i];
    outcomes.push_back(d.channel == Channel::webhook
                           ? post(*claim.webhook, cloud_event(d), d.id, app_.clock.now().ticks / kTicksPerSecond, options)
                           : mail(d.id, text_of(told(i), claim.partner, claim.recipient->choices().language)));
    if (!outcomes.back()) break;
  }
  return outcomes;
}

// Writes down how it went. Where somebody else has claimed them since, their word stands.
Result<bool> Courier::settle(Claim claim, const std::vector<Result<void>>& outcomes) {
  const Instant now = app_.clock.now();
  Carried sum;
  const Instant next = retry_at(claim.deliveries.front().attempts);  // of what failed, and of what stood behind it: a digest stays together
  for (std::size_t i = 0; i < claim.deliveries.size(); ++i) {
    Delivery& d = claim.deliveries[i];
    if (!claim.gone.empty()) {
      d.state = DeliveryState::dead;
      d.problem = claim.gone;
      d.ended = now;
      ++sum.dead;
    } else if (claim.recipient && claim.without_mail) {
      --d.attempts;
      d.due = add_seconds(now, kWithoutMailSeconds);
      d.problem = "mail is not set up; 'prorata mail set' does";
    } else if (i >= outcomes.size()) {
      --d.attempts;
      d.due = next;
    } else if (outcomes[i]) {
      d.state = DeliveryState::delivered;
      d.problem.clear();
      d.ended = now;
      ++sum.delivered;
    } else {
      ++sum.failed;
      d.problem = outcomes[i].error().text().substr(0, 500);
      d.due = next;
      if (d.attempts >= options_.attempts_max) {
        d.state = DeliveryState::dead;
        d.ended = now;
        ++sum.dead;
      }
    }
  }
  const std::string target = claim.deliveries.front().target;
  const Result<Committed> done = write(app_.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app_, snapshot));
    Changes changes{.audit = {.at = moment.now,
                              .actor = app_.actor,
                              .action = "delivery.settle",
                              .subject = target,
                              .after = fmt::format("{} delivered, {} failed, {} dead", sum.delivered, sum.failed, sum.dead)}};
    for (const Delivery& each : claim.deliveries) {
      const std::optional<Delivery> stored = TRY(snapshot.delivery(each.id));
      if (stored && stored->version == each.version) changes.deliveries.push_back(each);
    }
    if (changes.deliveries.empty()) return fail(Code::already_exists, "others have claimed them since");
    return changes;
  });
  if (!done && done.error().code != Code::already_exists) return std::unexpected(done.error());
  const std::scoped_lock lock(mutex_);
  carried_.delivered += sum.delivered;
  carried_.failed += sum.failed;
  carried_.dead += sum.dead;
  return sum.failed == 0 && !(claim.recipient && claim.without_mail);
}

Instant Courier::retry_at(std::int64_t attempts) {
  std::uint64_t drawn = 0;
  {
    const std::scoped_lock lock(mutex_);
    drawn = chance_();
  }
  return add_seconds(app_.clock.now(), retry_delay_seconds(attempts, options_, drawn));
}

std::int64_t retry_delay_seconds(std::int64_t attempts, const CourierOptions& options, std::uint64_t chance) {
  std::int64_t delay = options.retry_seconds;
  for (std::int64_t i = 1; i < attempts && delay < options.retry_seconds_max; ++i) delay *= 2;
  delay = std::min(delay, options.retry_seconds_max);
  const std::int64_t half = delay / 2;
  return half + static_cast<std::int64_t>(chance % static_cast<std::uint64_t>(delay - half + 1));
}

}  // namespace prorata::notify
