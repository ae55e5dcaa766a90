// What this desk needs of a PDF, and the one file that speaks to the library: pages of A4, two weights of one typeface, lines. Positions
// are points from the left and from the top.
//
//   Pdf pdf = TRY(Pdf::begin("Credit note CN-1"));
//   pdf.add_page();
//   pdf.write({56, 80}, "Överlåtelse", {.points = 9, .bold = true});
//   const std::string bytes = TRY(pdf.finish());
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace prorata::documents {

inline constexpr float kPageWidth = 595;
inline constexpr float kPageHeight = 842;

struct At {
  float x = 0;
  float y = 0;  // of the text's base line
};

struct Style {
  float points = 9;
  bool bold = false;
  float gray = 0;  // 0 is black
};

class Pdf {
 public:
  static Result<Pdf> begin(std::string_view title);
  Pdf(Pdf&&) noexcept;
  Pdf& operator=(Pdf&&) noexcept;
  ~Pdf();

  void add_page();
  std::size_t pages() const;
  void go_to(std::size_t page);  // from 0; what is written next stands there

  float width_of(std::string_view text, const Style& style) const;
  void write(At at, std::string_view text, const Style& style);
  void write_right(At at, std::string_view text, const Style& style);  // ends at `at`
  void rule(At from, float to_x, float width);
  // In lines of at most that width, broken between words, and within one that is longer than a line. Never empty.
  std::vector<std::string> broken(std::string_view text, float width, const Style& style) const;

  Result<std::string> finish();

 private:
  struct State;
  explicit Pdf(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace prorata::documents
