// People's sessions in the portal: a cookie that the desk signs with the keys its tokens are signed with, so that every server of the desk
// knows it. It lasts an hour without use and twelve at most; while it is used it is given anew every ten minutes. Ending one is a commit,
// so that no server takes it any more; whatever changes the user's row, a new password, other rights, ends all of theirs.
//
//   http::Response response = ...with("Set-Cookie", sessions.begin(user));
//   const Result<std::optional<Session>> session = sessions.of(request);
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "app/caller.h"
#include "http/message.h"
#include "identity/token.h"
#include "serve/keys.h"

namespace prorata::serve {

inline constexpr std::string_view kSessionCookie = "__Host-prorata-session";
inline constexpr std::int64_t kSessionIdleSeconds = 3'600;
inline constexpr std::int64_t kSessionSeconds = 12 * 3'600;
inline constexpr std::int64_t kSessionRenewedSeconds = 600;

// The first cookie of that name; empty where there is none.
std::string_view cookie_of(const http::Request& request, std::string_view name);

struct Session {
  std::shared_ptr<const Caller> caller;
  User user;
  Instant ends;            // without further use
  std::string new_cookie;  // to be set with the answer; empty: the one there lasts
};

class Sessions {
 public:
  Sessions(App app, Keys& keys) : app_(std::move(app)), keys_(keys) {}

  // The value of Set-Cookie that begins one, and that takes it away.
  std::string begin(const User& user);
  static std::string gone();
  // Absent: nobody is signed in here. Errors: those of reading.
  Result<std::optional<Session>> of(const http::Request& request);
  // Ends it for good, on every server. Errors: those of Store::commit.
  Result<void> end(const http::Request& request);
  // Rights were given or taken: whoever comes next is read anew.
  void changed() { ++generation_; }

 private:
  struct Entry {
    identity::Claims claims;
    std::shared_ptr<const Caller> caller;  // empty: it has ended
    User user;
    std::chrono::steady_clock::time_point read;
    std::uint64_t generation = 0;
  };

  std::string cookie(const User& user, std::string id, Instant began, Instant now);
  std::optional<identity::Claims> verified(std::string_view token, Instant now);
  Result<Entry> read(identity::Claims claims);

  App app_;
  Keys& keys_;
  std::atomic<std::uint64_t> generation_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Entry>> entries_;
};

}  // namespace prorata::serve
