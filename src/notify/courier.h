// Carries events from the outbox to whom they are for: hands each out to its targets, once; gathers a day's into digests; and delivers what
// is due, at least once, with the same ids every time.
//
//   Courier courier(app, {});
//   TRY(courier.round());      // hands out, and starts a lane for every target with something due; blocks for no target
//   courier.wait();            // until the lanes are empty
//
// A target has one lane at a time, on a thread of its own: what hangs or is down holds up itself alone. Several processes may carry for one
// desk. What is claimed is due again when the claim has run out, so that nothing is lost with a process that dies.
// docs/specs/notifications.md.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/app.h"
#include "notify/send.h"

namespace prorata::notify {

struct CourierOptions {
  SendOptions send;
  std::int64_t attempts_max = 12;   // dead after so many
  std::int64_t retry_seconds = 10;  // before the second attempt; doubled each time
  std::int64_t retry_seconds_max = 3'600;
  std::int64_t claim_seconds = 120;  // how long what is claimed is left alone
  std::size_t lanes_max = 32;
  std::function<void(const std::string&)> problem;  // of the desk itself, not of a target; from several threads
};

struct Carried {
  std::int64_t handed_out = 0;  // deliveries made
  std::int64_t lanes = 0;       // started
  std::int64_t delivered = 0;
  std::int64_t failed = 0;  // attempts
  std::int64_t dead = 0;
};

class Courier {
 public:
  Courier(App app, CourierOptions options);
  ~Courier();  // waits
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  // Errors: those of the store. Adds nothing to `delivered`, which its lanes do in their time.
  Result<Carried> round();
  void wait();
  Carried carried() const;  // by all lanes so far

 private:
  struct Claim;
  void run_lane(const std::string& target);
  Result<bool> carry_some(const std::string& target);
  Result<Claim> claim(const std::string& target);
  std::vector<Result<void>> send(const Claim& claim);
  Result<bool> settle(Claim claim, const std::vector<Result<void>>& outcomes);
  Instant retry_at(std::int64_t attempts);
  void tell(const std::string& line) const;

  App app_;
  CourierOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::set<std::string> lanes_;  // targets with one
  Carried carried_;
  std::mt19937_64 chance_;
};

// Hands out what the outbox has, each row to every webhook and user that it is for, with the place up to which it was in the same commit:
// exactly one delivery an event and target. Returns how many deliveries were made.
Result<std::int64_t> hand_out(App& app);

// How long after an attempt the next one comes: doubled each time, and between half of that and all of it by `chance`.
std::int64_t retry_delay_seconds(std::int64_t attempts, const CourierOptions& options, std::uint64_t chance);

}  // namespace prorata::notify
