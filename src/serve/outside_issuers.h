// Tokens that others sign: Entra ID, or any OpenID provider the operator names. Their key sets are fetched from where their discovery
// documents say, kept, and fetched anew every hour, or within seconds when a token names a key that is not among them.
//
// Nothing is fetched while a request waits: a token of a key that is not known yet is refused, and the next one after the fetch is not.
#pragma once

#include <atomic>
#include <chrono>
#include <expected>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "identity/token.h"

namespace prorata::serve {

struct OutsideIssuerOptions {
  std::vector<std::string> issuers;               // https://login.microsoftonline.com/{tenant}/v2.0: what `iss` says, to the letter
  std::vector<std::string> audiences;             // any one of them
  std::filesystem::path authority;                // PEM of whom to trust when asking them; empty: whom the machine trusts
  std::chrono::milliseconds again_after{30'000};  // at the earliest, where a key was missing or the last answer did not come
};

class OutsideIssuers {
 public:
  explicit OutsideIssuers(OutsideIssuerOptions options);

  bool empty() const { return issuers_.empty(); }
  // Each issuer's tokens are held against its own keys only. `unknown_key` where nobody has the key.
  std::expected<identity::Claims, identity::TokenError> verify(std::string_view token, Instant now);
  // Asks those whose keys are due, for a thread that may wait. `problem` hears why one could not be asked; its old keys stay.
  void refresh(const std::function<void(const std::string&)>& problem);

 private:
  struct Issuer {
    std::string name;
    std::vector<identity::VerifyingKey> keys;
    std::chrono::steady_clock::time_point asked{};  // never: the epoch
  };
  Result<std::vector<identity::VerifyingKey>> ask(const std::string& issuer) const;
  bool due(const Issuer& issuer, std::chrono::steady_clock::time_point now) const;

  OutsideIssuerOptions options_;
  std::mutex mutex_;
  std::vector<Issuer> issuers_;
  std::atomic<bool> wanted_{true};
};

}  // namespace prorata::serve
