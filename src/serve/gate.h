// Who stands behind a request: its bearer token, held against the desk's keys and the row of whom it names.
//
// Tokens of outside issuers count as well, where the operator has named some. Such a token's holder is the desk's client of its application
// id, or the desk's user of its object id, else of its name; it has that row's roles, and signs in where that row does.
//
// A token that held is remembered, so that its signature is checked once. Its holder is read again after a second, or at once when this
// server has changed what somebody may do: a revocation by another process is felt within that second.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "app/caller.h"
#include "http/message.h"
#include "identity/token.h"
#include "serve/keys.h"
#include "serve/outside_issuers.h"

namespace prorata::serve {

// What a token is for: the ARM faces, whatever address the desk has and whatever scope was asked for, unless it was asked for Partner
// Center by one of the names that its clients know it by.
inline constexpr std::string_view kAudience = "https://management.azure.com/";
inline constexpr std::string_view kPartnerAudience = "https://api.partnercenter.microsoft.com";
inline constexpr std::string_view kGraphAudience = "https://graph.windows.net";
// The audience of a token that is asked for `resource`.
std::string_view audience_for(std::string_view resource);

// The two groups of faces that tokens are for. Each refuses in its own words, and the tokens of the other.
enum class Plane : std::uint8_t { arm, partner_center };

class Gate {
 public:
  Gate(App app, Keys& keys, OutsideIssuers& outside) : app_(std::move(app)), keys_(keys), outside_(outside) {}

  // The caller, or the 401 to answer with; where the store cannot be read, its error.
  std::expected<std::shared_ptr<const Caller>, http::Response> admit(const http::Request& request, Plane plane = Plane::arm);
  // Rights were given or taken: whoever comes next is read anew.
  void changed() { ++generation_; }

 private:
  struct Entry {
    identity::Claims claims;
    bool ours = true;  // signed by this desk
    std::shared_ptr<const Caller> caller;
    std::chrono::steady_clock::time_point read;
    std::uint64_t generation = 0;
  };

  std::expected<Entry, identity::TokenError> verified(std::string_view token, Instant now);
  // Empty where the holder may not come in (any more).
  Result<std::shared_ptr<const Caller>> holder_of(const Entry& entry);
  std::shared_ptr<const Entry> remembered(const std::string& token) const;
  void remember(const std::string& token, Entry entry);

  App app_;
  Keys& keys_;
  OutsideIssuers& outside_;
  std::atomic<std::uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Entry>> entries_;
};

}  // namespace prorata::serve
