#include "serve/keys.h"

#include "app/signing_keys.h"

namespace prorata::serve {
namespace {

SigningKeyRow new_key(Instant now) {
  const identity::SigningKey key = identity::SigningKey::generate(now);
  return {.kid = key.id(), .pem = key.pem(), .created = now};
}

constexpr std::chrono::seconds kLookEvery{1};

}  // namespace

Result<void> Keys::take(const std::vector<SigningKeyRow>& rows) {
  std::vector<identity::StoredKey> stored;
  for (const SigningKeyRow& row : rows) stored.push_back({.pem = row.pem, .created = row.created});
  Result<identity::KeyRing> ring = identity::KeyRing::restore(stored);
  if (!ring) return fail(Code::storage_corrupt, "a signing key cannot be read: " + ring.error().text() + "; run 'prorata audit verify'");
  const std::scoped_lock lock(mutex_);
  ring_ = std::make_shared<const identity::KeyRing>(std::move(*ring));
  return {};
}

Result<void> Keys::refresh() { return take(TRY(rotate_keys(app_, new_key))); }

std::shared_ptr<const identity::KeyRing> Keys::ring() const {
  const std::scoped_lock lock(mutex_);
  return ring_;
}

bool Keys::look_again() {
  {
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (looked_ != std::chrono::steady_clock::time_point{} && now - looked_ < kLookEvery) return false;
    looked_ = now;
  }
  const auto read = [&]() -> Result<void> { return take(TRY(TRY(app_.store.snapshot())->signing_keys())); };
  return read().has_value();
}

}  // namespace prorata::serve
