#include "identity/throttle.h"

#include <algorithm>

#include <fmt/format.h>

namespace prorata::identity {
namespace {

// The length in front keeps "a" of "bc" apart from "ab" of "c". Whoever names a client of a megabyte gets one key for all such.
std::string key_of_pair(std::string_view client, std::string_view peer) {
  constexpr std::size_t kClientLengthMax = 100;
  return fmt::format("{}:{} {}", std::min(client.size(), kClientLengthMax), client.substr(0, kClientLengthMax), peer);
}
std::string key_of_peer(std::string_view peer) { return fmt::format("peer {}", peer); }

}  // namespace

std::int64_t Throttle::begin(std::string_view client, std::string_view peer, Instant now) {
  const std::scoped_lock lock(mutex_);
  const std::string pair = key_of_pair(client, peer);
  const std::string alone = key_of_peer(peer);
  const std::int64_t wait =
      std::max(wait_of(find(pair, now), limits_.failures_free, now), wait_of(find(alone, now), limits_.failures_free_of_peer, now));
  if (wait > 0) return wait;
  count(pair, now);
  count(alone, now);
  return 0;
}

void Throttle::succeeded(std::string_view client, std::string_view peer) {
  const std::scoped_lock lock(mutex_);
  if (const auto pair = by_key_.find(key_of_pair(client, peer)); pair != by_key_.end()) {
    entries_.erase(pair->second);
    by_key_.erase(pair);
  }
  // Only this attempt is taken back: one good secret must not buy guesses at others.
  if (const auto alone = by_key_.find(key_of_peer(peer)); alone != by_key_.end() && alone->second->failures > 0) --alone->second->failures;
}

std::size_t Throttle::size() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

Throttle::Entry* Throttle::find(const std::string& key, Instant now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  Entry& entry = *found->second;
  if (add_seconds(entry.last, limits_.forget_seconds) > now) return &entry;
  entries_.erase(found->second);
  by_key_.erase(found);
  return nullptr;
}

// One second after the last free failure, then twice as long each time; in whole seconds, rounded up.
std::int64_t Throttle::wait_of(const Entry* entry, int free, Instant now) const {
  if (entry == nullptr || entry->failures < free) return 0;
  const int doublings = std::min(entry->failures - free, 30);
  const std::int64_t seconds = std::min(std::int64_t{1} << static_cast<unsigned>(doublings), limits_.wait_seconds_max);
  const std::int64_t left = add_seconds(entry->last, seconds).ticks - now.ticks;
  return left <= 0 ? 0 : std::min((left + kTicksPerSecond - 1) / kTicksPerSecond, seconds);
}

void Throttle::count(const std::string& key, Instant now) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    entries_.splice(entries_.end(), entries_, found->second);
  } else {
    if (entries_.size() >= limits_.keys_max) {
      by_key_.erase(entries_.front().key);
      entries_.pop_front();
    }
    entries_.push_back({.key = key});
    by_key_[key] = std::prev(entries_.end());
  }
  Entry& entry = entries_.back();
  entry.failures = std::min(entry.failures + 1, 1'000'000);
  entry.last = now;
}

}  // namespace prorata::identity
