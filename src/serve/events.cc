#include "serve/events.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "wire/json.h"

namespace prorata::serve {
namespace {

using Clock = std::chrono::steady_clock;

// Tables of the store and what the portal calls them. Rows of other tables are nobody's event.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kKinds = {{{"customer", "customer"},
                                                                                   {"customer_terms", "customer"},
                                                                                   {"reservation", "reservation"},
                                                                                   {"reservation_order", "order"},
                                                                                   {"hold", "allowance"},
                                                                                   {"returned", "return"},
                                                                                   {"settlement", "settlement"},
                                                                                   {"credit_match", "settlement"},
                                                                                   {"credit_note", "settlement"},
                                                                                   {"return_note", "settlement"},
                                                                                   {"exchange", "exchange"},
                                                                                   {"support_request", "request"},
                                                                                   {"request", "request"}}};
constexpr std::size_t kCatchUpMax = 5'000;  // commits behind which everything is read anew instead
constexpr std::size_t kFeedBytes = 32'768;  // in one go

std::string_view kind_of(std::string_view table) {
  const auto found = std::ranges::find(kKinds, table, &std::pair<std::string_view, std::string_view>::first);
  return found == kKinds.end() ? std::string_view() : found->second;
}

bool allows(const Caller& caller, access::Right right, const access::Target& target) {
  return access::decide(caller.principal, caller.assignments, access::action_of(right, access::Access::read), target).allowed;
}

// An event's id names its commit and its place in the chain, so that any server on the store knows whether it is still of this trail.
std::string id_of(std::int64_t number, std::string_view hash) { return fmt::format("{}-{}", number, hash.substr(0, 12)); }

}  // namespace

struct Events::Follower {
  Follower(Events& all, EventAsk asked) : events(all), ask(std::move(asked)) {}
  ~Follower() {
    --events.followers_;
    const std::scoped_lock lock(events.mutex_);
    const auto mine = events.of_one_.find(ask.caller->principal.id.text());
    if (mine == events.of_one_.end()) return;
    std::erase(mine->second, this);
    if (mine->second.empty()) events.of_one_.erase(mine);
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  Events& events;
  EventAsk ask;
  bool outlived = false;  // a newer one of the same person took its place
  bool greeted = false;
  std::uint64_t epoch = 0;
  std::int64_t last = 0;
  Clock::time_point spoke = Clock::now();
  Clock::time_point looked = Clock::now();

  std::optional<std::string> more() {
    const Clock::time_point now = Clock::now();
    if (now - looked >= events.limits_.stands_every) {
      if (ask.stands && !ask.stands()) return std::nullopt;
      looked = now;
    }
    std::string out;
    {
      const std::scoped_lock lock(events.mutex_);
      if (events.stopping_ || outlived) return std::nullopt;
      if (events.last_ < 0) return out;  // not a word has been read yet
      if (!greeted) greet(out);
      if (epoch != events.epoch_) {
        epoch = events.epoch_;
        last = events.last_;
        out += fmt::format("event: everything\nid: {}\ndata: {{}}\n\n", id_of(last, events.last_hash_));
      }
      const auto from = std::ranges::upper_bound(events.commits_, last, {}, [](const auto& each) { return each->number; });
      for (auto each = from; each != events.commits_.end() && out.size() < kFeedBytes; ++each) {
        last = (*each)->number;
        out += events.text_for(*ask.caller, **each);
      }
    }
    if (out.empty() && now - spoke >= events.limits_.heartbeat) out = ": here\n\n";
    if (!out.empty()) spoke = now;
    return out;
  }

  // Goes on where the last connection ended, where that is still known.
  void greet(std::string& out) {
    greeted = true;
    out += "retry: 2000\n: hello\n\n";
    epoch = events.epoch_;
    last = events.last_;
    if (ask.after.empty()) return;
    const auto known =
        std::ranges::find_if(events.commits_, [&](const auto& each) { return id_of(each->number, each->hash) == ask.after; });
    if (known != events.commits_.end())
      last = (*known)->number;
    else if (ask.after != id_of(events.last_, events.last_hash_))
      epoch = 0;  // told to read everything anew
  }
};

Events::Events(App app, EventHooks hooks, EventLimits limits) : app_(std::move(app)), hooks_(std::move(hooks)), limits_(limits) {
  thread_ = std::thread([this] { run(); });
}

Events::~Events() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::optional<http::Feed> Events::follow(EventAsk ask) {
  std::shared_ptr<Follower> follower;
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || followers_ >= limits_.followers) return std::nullopt;
    ++followers_;
    follower = std::make_shared<Follower>(*this, std::move(ask));
    std::vector<Follower*>& mine = of_one_[follower->ask.caller->principal.id.text()];
    if (mine.size() >= limits_.followers_of_one) {
      mine.front()->outlived = true;
      mine.erase(mine.begin());
    }
    mine.push_back(follower.get());
  }
  wake_.notify_all();
  return http::Feed([follower = std::move(follower)] { return follower->more(); });
}

void Events::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool asked = followers_ > 0;
    lock.unlock();
    if (asked && (!hooks_.paused || !hooks_.paused())) {
      const Result<void> done = round();
      const std::string problem = done ? std::string() : done.error().text();
      if (!problem.empty() && problem != last_problem_ && hooks_.problem) hooks_.problem("what changed could not be read: " + problem);
      last_problem_ = problem;
    }
    lock.lock();
    if (asked)
      wake_.wait_for(lock, limits_.every, [&] { return stopping_; });
    else
      wake_.wait(lock, [&] { return stopping_ || followers_ > 0; });
  }
}

// The trail goes on from here; what was before is not known any more.
void Events::forget(std::int64_t newest, std::string hash) {
  const std::scoped_lock lock(mutex_);
  if (last_ >= 0) ++epoch_;
  commits_.clear();
  last_ = newest;
  last_hash_ = std::move(hash);
}

Result<void> Events::round() {
  const std::unique_ptr<Snapshot> snapshot = TRY(app_.store.snapshot());
  const std::int64_t from = std::max<std::int64_t>(1, last_);
  std::vector<AuditRecord> records;
  bool same_trail = false;
  TRY(snapshot->audit(from, [&](const AuditRecord& record) {
    if (record.number == last_) {
      same_trail = record.hash == last_hash_;
      return same_trail;
    }
    if (last_ < 0) return false;  // begins at the end
    records.push_back(record);
    return records.size() <= kCatchUpMax;
  }));
  if (last_ >= 0 && same_trail && records.size() <= kCatchUpMax)
    return records.empty() ? Result<void>() : describe(*snapshot, std::move(records));
  const std::int64_t newest = TRY(snapshot->counts()).commits;
  std::string hash;
  TRY(snapshot->audit(newest, [&](const AuditRecord& record) {
    hash = record.hash;
    return false;
  }));
  forget(newest, std::move(hash));
  return {};
}

Result<void> Events::describe(Snapshot& snapshot, std::vector<AuditRecord> records) {
  std::vector<std::shared_ptr<const Commit>> made;
  wire::JsonReader reader;
  for (const AuditRecord& record : records) {
    auto commit = std::make_shared<Commit>(Commit{.number = record.number, .hash = record.hash});
    std::vector<ReservationId> reservations;
    std::set<CustomerId> customers;
    std::set<std::pair<std::string, std::string>> seen;
    {
      const wire::JsonValue root = TRY(reader.read(record.rows));
      for (auto row = root.first(); row; row = row->next()) {
        const auto table = row->first();
        const auto id = table ? table->next() : std::nullopt;
        if (!id) continue;
        commit->desk = commit->desk || table->text() == "desk";
        const std::string_view kind = kind_of(table->text());
        if (kind.empty()) continue;
        if (table->text() == "reservation") reservations.push_back(ReservationId::trusted(std::string(id->text())));
        if (table->text() == "customer") customers.insert(CustomerId::trusted(std::string(id->text())));
        if (seen.emplace(kind, id->text()).second) commit->rows.push_back({std::string(kind), std::string(id->text())});
      }
    }
    for (const Reservation& each : TRY(snapshot.reservations_by_id(reservations))) customers.insert(each.customer);
    if (customers.size() == 1) {
      commit->customer = *customers.begin();
      if (const std::optional<Customer> customer = TRY(snapshot.customer(*customers.begin()))) commit->reseller = customer->reseller;
    }
    if (commit->rows.size() > limits_.rows) {
      std::set<std::string> kinds;
      for (const Row& row : commit->rows) kinds.insert(row.kind);
      commit->rows.clear();
      for (const std::string& kind : kinds) commit->rows.push_back({kind, ""});
    }
    made.push_back(std::move(commit));
  }
  const std::scoped_lock lock(mutex_);
  last_ = records.back().number;
  last_hash_ = std::move(records.back().hash);
  for (auto& each : made)
    if (each->desk || !each->rows.empty()) commits_.push_back(std::move(each));
  // Commits that were nobody's event leave gaps, which a Last-Event-ID may lie in.
  while (commits_.size() > limits_.commits) commits_.pop_front();
  return {};
}

// One event, or nothing where the caller may know nothing of it.
std::string Events::text_for(const Caller& caller, const Commit& commit) const {
  const access::Principal& who = caller.principal;
  const bool limited = who.customer || who.reseller || who.of_customer;
  const bool told =
      limited ? commit.customer && access::sees(who, *commit.customer, commit.reseller) : allows(caller, access::Right::list_customers, {});
  std::string data;
  wire::JsonWriter w(data);
  w.begin_object().key("changes").begin_array();
  if (commit.desk) w.begin_object().field("kind", "clock").end_object();
  if (told)
    for (const Row& row : commit.rows) w.begin_object().field("kind", std::string_view(row.kind)).field_if("id", row.id).end_object();
  w.end_array().end_object();
  if (!commit.desk && (!told || commit.rows.empty())) return {};
  return fmt::format("event: changed\nid: {}\ndata: {}\n\n", id_of(commit.number, commit.hash), data);
}

}  // namespace prorata::serve
