// SHA-256, piece by piece.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace prorata::usage_files {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  Sha256& add(std::string_view bytes);
  std::string finish();  // 32 bytes; nothing may be added afterwards

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string hexadecimal(std::string_view bytes);

}  // namespace prorata::usage_files
