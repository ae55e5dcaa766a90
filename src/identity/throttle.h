// Slows down guessing. Sign-ins are counted by client id and peer together, and by peer alone; after a few failures each further one
// doubles the wait. Time is passed in.
//
//   if (const std::int64_t wait = throttle.begin(client, peer, now)) return too_many_requests({.retry_after = wait});
//   if (verify_password(secret, stored)) throttle.succeeded(client, peer);
//
// An attempt counts as failed from begin() on, until it has succeeded: otherwise a thousand at once would all be let in before the first
// one fails. Safe for use by many threads; remembers a bounded number of keys and forgets those longest unused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace prorata::identity {

struct ThrottleLimits {
  int failures_free = 10;          // of one client from one peer
  int failures_free_of_peer = 50;  // of one peer, whatever client it names
  std::int64_t wait_seconds_max = 300;
  std::int64_t forget_seconds = 3600;  // without an attempt
  std::size_t keys_max = 50'000;
};

class Throttle {
 public:
  explicit Throttle(ThrottleLimits limits = {}) : limits_(limits) {}

  // Zero: go on, and the attempt is counted. Otherwise the seconds to wait; it is not counted.
  std::int64_t begin(std::string_view client, std::string_view peer, Instant now);
  // The attempt that begin() let in was a good one: its failures are forgotten, and it no longer counts against the peer.
  void succeeded(std::string_view client, std::string_view peer);

  std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    int failures = 0;
    Instant last;  // attempt
  };
  using Entries = std::list<Entry>;

  Entry* find(const std::string& key, Instant now);
  std::int64_t wait_of(const Entry* entry, int free, Instant now) const;
  void count(const std::string& key, Instant now);

  ThrottleLimits limits_;
  mutable std::mutex mutex_;
  Entries entries_;  // longest unused first
  std::unordered_map<std::string, Entries::iterator> by_key_;
};

}  // namespace prorata::identity
