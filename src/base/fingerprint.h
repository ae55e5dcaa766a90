// A short name for much text: the same texts in the same order give the same 32 hexadecimal digits, others others. Good for telling
// whether facts have changed; not made against forgers.
//
//   Fingerprint mark;
//   mark.add(id).add(quantity);
//   mark.text();
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace prorata {

class Fingerprint {
 public:
  Fingerprint& add(std::string_view text);  // with its length, so that "ab","c" is not "a","bc"
  template <std::integral T>
  Fingerprint& add(T number) {
    return add(std::string_view(std::to_string(number)));
  }
  std::string text() const;

 private:
  unsigned __int128 state_ = (static_cast<unsigned __int128>(0x6c62272e07bb0142ULL) << 64U) | 0x62b821756295c58dULL;  // FNV-1a
};

}  // namespace prorata
