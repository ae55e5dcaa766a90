// The signing keys of the desk as this process knows them. Other processes make keys too: one that is not known is looked for in the
// store.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "app/app.h"
#include "identity/keys.h"

namespace prorata::serve {

class Keys {
 public:
  explicit Keys(App app) : app_(std::move(app)) {}

  // Makes and retires what is due, and reads all. Errors: those of the store; storage_corrupt where a key cannot be read.
  Result<void> refresh();
  // Empty before the first refresh.
  std::shared_ptr<const identity::KeyRing> ring() const;
  // Reads again, at most once a second. False: nothing was read.
  bool look_again();

 private:
  Result<void> take(const std::vector<SigningKeyRow>& rows);

  App app_;
  mutable std::mutex mutex_;
  std::shared_ptr<const identity::KeyRing> ring_ = std::make_shared<identity::KeyRing>();
  std::chrono::steady_clock::time_point looked_{};
};

}  // namespace prorata::serve
