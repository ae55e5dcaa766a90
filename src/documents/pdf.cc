#include "documents/pdf.h"

#include <hpdf.h>

#include <utility>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::documents {
namespace {

constexpr const char* kTypeface = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
constexpr const char* kBoldTypeface = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf";

// The library goes on after an error and keeps it; finish() asks.
void keep_quiet(HPDF_STATUS, HPDF_STATUS, void*) {}

// What a terminal would act on, and bytes that are no UTF-8, have no place on paper.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  return out;
}

// The length of the UTF-8 sign that begins there.
std::size_t sign_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return end - at;
}

}  // namespace

struct Pdf::State {
  HPDF_Doc doc = nullptr;
  HPDF_Font regular = nullptr;
  HPDF_Font bold = nullptr;
  HPDF_Page page = nullptr;
  std::vector<HPDF_Page> pages;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (doc != nullptr) HPDF_Free(doc);
  }
  HPDF_Font font(const Style& style) const { return style.bold ? bold : regular; }
};

Pdf::Pdf(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pdf::Pdf(Pdf&&) noexcept = default;
Pdf& Pdf::operator=(Pdf&&) noexcept = default;
Pdf::~Pdf() = default;

Result<Pdf> Pdf::begin(std::string_view title) {
  auto state = std::make_unique<State>();
  state->doc = HPDF_New(keep_quiet, nullptr);
  if (state->doc == nullptr) return fail(Code::internal, "a document could not be begun");
  HPDF_SetCompressionMode(state->doc, HPDF_COMP_ALL);
  HPDF_UseUTFEncodings(state->doc);
  HPDF_SetCurrentEncoder(state->doc, "UTF-8");
  HPDF_SetInfoAttr(state->doc, HPDF_INFO_TITLE, printable(title).c_str());
  const auto load = [&](const char* path) -> HPDF_Font {
    const char* name = HPDF_LoadTTFontFromFile(state->doc, path, HPDF_TRUE);
    return name == nullptr ? nullptr : HPDF_GetFont(state->doc, name, "UTF-8");
  };
  state->regular = load(kTypeface);
  state->bold = load(kBoldTypeface);
  if (state->regular == nullptr || state->bold == nullptr)
    return fail(Code::unavailable,
                fmt::format("the typeface of documents cannot be read at {}; install the package fonts-dejavu-core", kTypeface));
  return Pdf(std::move(state));
}

void Pdf::add_page() {
  state_->page = HPDF_AddPage(state_->doc);
  HPDF_Page_SetSize(state_->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
  state_->pages.push_back(state_->page);
}

std::size_t Pdf::pages() const { return state_->pages.size(); }

void Pdf::go_to(std::size_t page) {
  CHECK(page < state_->pages.size(), "the page is one of the document");
  state_->page = state_->pages[page];
}

float Pdf::width_of(std::string_view text, const Style& style) const {
  CHECK(state_->page != nullptr, "a document is written on pages");
  HPDF_Page_SetFontAndSize(state_->page, state_->font(style), style.points);
  return HPDF_Page_TextWidth(state_->page, printable(text).c_str());
}

void Pdf::write(At at, std::string_view text, const Style& style) {
  HPDF_Page_SetFontAndSize(state_->page, state_->font(style), style.points);
  HPDF_Page_SetGrayFill(state_->page, style.gray);
  HPDF_Page_BeginText(state_->page);
  HPDF_Page_TextOut(state_->page, at.x, kPageHeight - at.y, printable(text).c_str());
  HPDF_Page_EndText(state_->page);
}

void Pdf::write_right(At at, std::string_view text, const Style& style) { write({at.x - width_of(text, style), at.y}, text, style); }

void Pdf::rule(At from, float to_x, float width) {
  HPDF_Page_SetLineWidth(state_->page, width);
  HPDF_Page_MoveTo(state_->page, from.x, kPageHeight - from.y);
  HPDF_Page_LineTo(state_->page, to_x, kPageHeight - from.y);
  HPDF_Page_Stroke(state_->page);
}

std::vector<std::string> Pdf::broken(std::string_view text, float width, const Style& style) const {
  std::vector<std::string> lines(1);
  const auto fits = [&](const std::string& line) { return width_of(line, style) <= width; };
  const auto add_word = [&](std::string_view word) {
    const std::string longer = lines.back().empty() ? std::string(word) : lines.back() + ' ' + std::string(word);
    if (fits(longer)) {
      lines.back() = longer;
      return;
    }
    if (!lines.back().empty()) lines.emplace_back();
    for (std::size_t at = 0; at < word.size();) {
      const std::string_view sign = word.substr(at, sign_at(word, at));
      if (!lines.back().empty() && !fits(lines.back() + std::string(sign))) lines.emplace_back();
      lines.back() += sign;
      at += sign.size();
    }
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) add_word(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

Result<std::string> Pdf::finish() {
  HPDF_SaveToStream(state_->doc);
  if (const HPDF_STATUS status = HPDF_GetError(state_->doc); status != HPDF_OK)
    return fail(Code::internal, fmt::format("a document could not be written (libharu says 0x{:x})", status));
  std::string bytes(HPDF_GetStreamSize(state_->doc), '\0');
  HPDF_ResetStream(state_->doc);
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  HPDF_ReadFromStream(state_->doc, reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size);
  bytes.resize(size);
  return bytes;
}

}  // namespace prorata::documents
