#include "documents/sheet.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "documents/pdf.h"

namespace prorata::documents {
namespace {

constexpr float kLeft = 56;
constexpr float kRight = kPageWidth - 56;
constexpr float kTop = 64;
constexpr float kBottom = kPageHeight - 96;  // the foot is below
constexpr float kLine = 12;
constexpr float kGap = 10;  // between columns
constexpr Style kText{.points = 9};
constexpr Style kBold{.points = 9, .bold = true};
constexpr Style kSmall{.points = 7.5F, .gray = 0.35F};

class Drawing {
 public:
  Drawing(const Sheet& sheet, Pdf& pdf) : sheet_(sheet), pdf_(pdf) {}

  void all() {
    pdf_.add_page();
    head();
    table();
    totals();
    remarks();
    feet();
  }

 private:
  void paragraph(std::string_view text, float x, float width, const Style& style) {
    for (const std::string& line : pdf_.broken(text, width, style)) {
      pdf_.write({x, y_}, line, style);
      y_ += kLine;
    }
  }

  void party(const BilledParty& who, float x, float width) {
    paragraph(who.name, x, width, {.points = 10, .bold = true});
    for (const std::string& each : who.address) paragraph(each, x, width, kText);
  }

  // Sender and title, then the facts on the left and the addressee on the right, where an envelope has its window.
  void head() {
    constexpr float kMiddle = 320;
    y_ = kTop;
    for (const std::string& line : pdf_.broken(sheet_.title, kRight - kMiddle, {.points = 16, .bold = true})) {
      pdf_.write({kMiddle, y_}, line, {.points = 16, .bold = true});
      y_ += 20;
    }
    const float below_title = y_;
    y_ = kTop;
    party(sheet_.from, kLeft, kMiddle - kLeft - 20);
    const float top = std::max({y_, below_title, kTop + 60}) + 16;

    y_ = top;
    party(sheet_.to, kMiddle, kRight - kMiddle);
    const float below_to = y_;

    y_ = top;
    constexpr float kNames = 105;
    for (const auto& [name, value] : sheet_.facts) {
      if (value.empty()) continue;
      pdf_.write({kLeft, y_}, name, {.points = 9, .gray = 0.35F});
      paragraph(value, kLeft + kNames, kMiddle - kLeft - kNames - 20, kText);
    }
    y_ = std::max(y_, below_to) + 18;
  }

  struct Span {
    float from;
    float to;
  };

  std::vector<Span> spans() const {
    float fixed = 0;
    for (const SheetColumn& each : sheet_.columns) fixed += static_cast<float>(each.points);
    std::vector<Span> out;
    float x = kLeft;
    for (const SheetColumn& each : sheet_.columns) {
      const float width = each.points > 0 ? static_cast<float>(each.points) : kRight - kLeft - fixed;
      out.push_back({x, x + width});
      x += width;
    }
    return out;
  }

  void cell(std::size_t column, Span span, std::string_view text, float y, const Style& style) {
    if (sheet_.columns[column].side == Side::right)
      pdf_.write_right({span.to, y}, text, style);
    else
      pdf_.write({span.from, y}, text, style);
  }

  void table_head(const std::vector<Span>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) cell(i, columns[i], sheet_.columns[i].title, y_, kBold);
    pdf_.rule({kLeft, y_ + 4}, kRight, 0.8F);
    y_ += kLine + 6;
  }

  void next_page() {
    pdf_.add_page();
    y_ = kTop;
    pdf_.write({kLeft, y_}, sheet_.title, kBold);
    y_ += 2 * kLine;
  }

  // A row is never parted, unless it is longer than a page.
  void table() {
    const std::vector<Span> columns = spans();
    table_head(columns);
    for (const std::vector<std::string>& row : sheet_.rows) {
      CHECK(row.size() == columns.size(), "a row has a cell for each column");
      std::vector<std::vector<std::string>> cells;
      std::size_t lines = 1;
      for (std::size_t i = 0; i < row.size(); ++i) {
        cells.push_back(pdf_.broken(row[i], columns[i].to - columns[i].from - kGap, kText));
        lines = std::max(lines, cells.back().size());
      }
      const float height = static_cast<float>(lines) * kLine;
      const bool whole_on_a_page = height < kBottom - kTop - 4 * kLine;
      if (whole_on_a_page && y_ + height > kBottom) {
        next_page();
        table_head(columns);
      }
      for (std::size_t line = 0; line < lines; ++line) {
        if (y_ > kBottom) {
          next_page();
          table_head(columns);
        }
        for (std::size_t i = 0; i < cells.size(); ++i)
          if (line < cells[i].size()) cell(i, columns[i], cells[i][line], y_, kText);
        y_ += kLine;
      }
      y_ += 3;
    }
    pdf_.rule({kLeft, y_ - 6}, kRight, 0.8F);
    y_ += kLine;
  }

  // All together on one page.
  void totals() {
    constexpr float kTitles = 300;
    const float height = static_cast<float>(sheet_.totals.size()) * (kLine + 6);
    if (y_ + height > kBottom) next_page();
    for (const SheetTotal& each : sheet_.totals) {
      const Style style = each.strong ? Style{.points = 10.5F, .bold = true} : kText;
      if (each.strong) {
        pdf_.rule({kTitles, y_ - 9}, kRight, 0.8F);
        y_ += 4;
      }
      pdf_.write({kTitles, y_}, each.title, style);
      pdf_.write_right({kRight, y_}, each.amount, style);
      y_ += kLine + 3;
    }
    y_ += kLine;
  }

  void remarks() {
    for (const std::string& each : sheet_.remarks)
      for (const std::string& line : pdf_.broken(each, kRight - kLeft, kText)) {
        if (y_ > kBottom) next_page();
        pdf_.write({kLeft, y_}, line, kText);
        y_ += kLine;
      }
  }

  // On every page: who we are and where we are paid, and which page of how many.
  void feet() {
    constexpr std::size_t kColumns = 3;
    std::vector<std::pair<std::string, std::string>> told;
    for (const auto& each : sheet_.foot)
      if (!each.second.empty()) told.push_back(each);
    const float width = (kRight - kLeft) / static_cast<float>(kColumns);
    for (std::size_t page = 0; page < pdf_.pages(); ++page) {
      pdf_.go_to(page);
      const float top = kPageHeight - 78;
      pdf_.rule({kLeft, top}, kRight, 0.4F);
      for (std::size_t i = 0; i < told.size(); ++i) {
        const float x = kLeft + width * static_cast<float>(i % kColumns);
        const float y = top + 12 + 22 * static_cast<float>(i / kColumns);
        pdf_.write({x, y}, told[i].first, kSmall);
        pdf_.write({x, y + 9}, told[i].second, {.points = 7.5F});
      }
      const std::string_view words = sheet_.language == Language::swedish ? "Sida {} av {}" : "Page {} of {}";
      pdf_.write_right({kRight, kPageHeight - 22}, fmt::format(fmt::runtime(words), page + 1, pdf_.pages()), kSmall);
    }
  }

  const Sheet& sheet_;
  Pdf& pdf_;
  float y_ = 0;
};

}  // namespace

Result<std::string> draw(const Sheet& sheet) {
  Pdf pdf = TRY(Pdf::begin(sheet.title));
  Drawing(sheet, pdf).all();
  return pdf.finish();
}

}  // namespace prorata::documents
