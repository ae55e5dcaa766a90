// What changed on the desk, told to the portals that are open, whichever process changed it: the audit trail, followed once for all of
// them.
//
//   Events events(app, {...});
//   if (std::optional<http::Feed> feed = events.follow({.caller = who, .after = last_event_id, .stands = still_signed_in})) ...
//
// An event names kinds and ids and says nothing of what they hold. A caller is told of what it may see: whoever sees the whole desk, of its
// customers' things; whoever is limited to a part of it, of commits about that part alone; everybody, that the clock was moved. Whatever is
// not known to be theirs is left out, and so is all that belongs to no customer (users, keys, settings).
//
// Kept are the last commits, bounded in number and in rows; whoever comes back with a Last-Event-ID that is older, or of a sandbox that was
// set back since, is told to read everything anew. A feed never waits: it reads what the one following thread has left.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/app.h"
#include "app/caller.h"
#include "http/server.h"

namespace prorata::serve {

struct EventLimits {
  int followers = 256;               // of this server
  std::size_t followers_of_one = 8;  // tabs of one person; the newest stay, for a page that was left may not have been missed yet
  std::size_t commits = 2'000;
  std::size_t rows = 40;  // of one commit; a larger one names kinds only
  std::chrono::milliseconds every{500};
  std::chrono::milliseconds heartbeat{15'000};
  std::chrono::milliseconds stands_every{5'000};
};

struct EventHooks {
  std::function<void(const std::string& line)> problem;
  std::function<bool()> paused;  // the store is being replaced
};

struct EventAsk {
  std::shared_ptr<const Caller> caller;
  std::string after;             // Last-Event-ID; empty: from now on
  std::function<bool()> stands;  // whether the session still counts; asked every few seconds
};

class Events {
 public:
  Events(App app, EventHooks hooks, EventLimits limits = {});
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // Absent where there are too many already.
  std::optional<http::Feed> follow(EventAsk ask);
  int followers() const { return followers_; }

 private:
  struct Row {
    std::string kind;
    std::string id;
  };
  struct Commit {
    std::int64_t number = 0;
    std::string hash;
    std::vector<Row> rows;
    bool desk = false;                   // the clock, or the whole world
    std::optional<CustomerId> customer;  // the one it is about; absent: several, or nobody knows
    std::optional<ResellerId> reseller;
  };
  struct Follower;

  void run();
  Result<void> round();
  Result<void> describe(Snapshot& snapshot, std::vector<AuditRecord> records);
  void forget(std::int64_t newest, std::string hash);
  std::string text_for(const Caller& caller, const Commit& commit) const;

  App app_;
  EventHooks hooks_;
  EventLimits limits_;
  std::atomic<int> followers_{0};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::uint64_t epoch_ = 1;  // moves when the trail was begun anew or outrun
  std::int64_t last_ = -1;   // commit taken in; -1: none yet
  std::string last_hash_;
  std::deque<std::shared_ptr<const Commit>> commits_;
  std::unordered_map<std::string, std::vector<Follower*>> of_one_;  // the oldest first
  std::string last_problem_;
  std::thread thread_;
};

}  // namespace prorata::serve
