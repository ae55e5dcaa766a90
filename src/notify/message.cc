#include "notify/message.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace prorata::notify {
namespace {

constexpr std::size_t kWordBytes = 42;  // of an encoded word: 56 characters of base64 and 12 around them
constexpr std::size_t kLineBytes = 57;  // 76 characters of base64

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4, '\0');
  std::string with_end(out.size() + 1, '\0');  // the library ends what it writes with a zero
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(with_end.data()),
                                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  CHECK(written == static_cast<int>(out.size()), "base64 is as long as it says");
  with_end.pop_back();
  return with_end;
}

std::string base64_lines(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += kLineBytes) out += base64(bytes.substr(at, kLineBytes)) + "\r\n";
  return out;
}

bool starts_sign(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::string part(std::string_view type, std::string_view boundary, std::string_view text) {
  return fmt::format("--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", boundary, type,
                     base64_lines(text));
}

std::string html_page(std::string_view heading, std::string_view inner, std::string_view footer, Language language) {
  return fmt::format(
      "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>"
      "<body style=\"font-family:'Segoe UI',Inter,sans-serif;color:#1b2a2e\"><h1 style=\"font-size:1.1rem\">{}</h1>{}"
      "<p style=\"color:#5b6b70;font-size:.85rem\">{}</p></body></html>\r\n",
      to_string(language), escaped_html(heading), escaped_html(heading), inner, escaped_html(footer));
}

std::string footer_of(std::string_view partner, Language language) {
  return language == Language::swedish
             ? fmt::format("Från reservationsdesken hos {}. Ni väljer själva vad ni får: 'prorata notify choices'.", partner)
             : fmt::format("From the reservation desk of {}. You choose what you get: 'prorata notify choices'.", partner);
}

// The value of a member for a person: a customer by its name.
std::string shown(const Told& told, const std::string& name, const std::string& value) {
  return name == "customer" && !told.customer.empty() ? told.customer : value;
}

}  // namespace

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  return out;
}

std::string encoded_header(std::string_view utf8) {
  const bool plain = std::ranges::all_of(utf8, [](char c) { return c >= ' ' && c < 0x7f; });
  if (plain && !utf8.contains("=?") && utf8.size() <= 60) return std::string(utf8);
  std::string out;
  while (!utf8.empty()) {
    std::size_t length = std::min(utf8.size(), kWordBytes);
    while (length < utf8.size() && length > 1 && !starts_sign(utf8[length])) --length;  // no sign is cut in two
    out += fmt::format("{}=?UTF-8?B?{}?=", out.empty() ? "" : "\r\n ", base64(utf8.substr(0, length)));
    utf8.remove_prefix(length);
  }
  return out;
}

std::string mail_date(Instant at) {
  static constexpr std::string_view kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string iso = to_string(at);  // 2026-12-01T12:00:00...
  const auto weekday = static_cast<std::size_t>((day_of(at).since_epoch % 7 + 7) % 7);
  const auto month = static_cast<std::size_t>((iso[5] - '0') * 10 + iso[6] - '0' - 1);
  return fmt::format("{}, {} {} {} {} +0000", kDays[weekday], iso.substr(8, 2), kMonths[month], iso.substr(0, 4), iso.substr(11, 8));
}

std::string bare_address(std::string_view sender) {
  const std::size_t open = sender.rfind('<');
  return std::string(open == std::string_view::npos ? sender : sender.substr(open + 1, sender.rfind('>') - open - 1));
}

Text text_of(const Told& told, std::string_view partner, Language language) {
  Text text{.subject = subject_of(told.event, told.customer, language)};
  text.plain = text.subject + "\r\n\r\n";
  std::string rows;
  for (const auto& [name, value] : told.event.fields) {
    if (name == "cause") continue;  // for programs
    const std::string label = label_of(name, language);
    const std::string said = shown(told, name, value);
    text.plain += fmt::format("{}: {}\r\n", label, said);
    rows +=
        fmt::format("<tr><th align=\"left\" style=\"padding-right:1em\">{}</th><td>{}</td></tr>", escaped_html(label), escaped_html(said));
  }
  const std::string footer = footer_of(partner, language);
  text.plain += fmt::format("\r\n-- \r\n{}\r\n", footer);
  text.html = html_page(text.subject, rows.empty() ? "" : "<table>" + rows + "</table>", footer, language);
  return text;
}

Text digest_of(std::vector<Told> told, std::string_view partner, Language language) {
  const bool sv = language == Language::swedish;
  std::ranges::sort(told, {}, [](const Told& each) { return std::tuple(to_lower(each.customer), each.event.at, each.event.id); });
  Text text{.subject = sv ? fmt::format("Dagens {} händelser", told.size()) : fmt::format("{} events of the day", told.size())};
  if (told.size() == 1) text.subject = sv ? "Dagens händelse" : "One event of the day";
  text.plain = text.subject + "\r\n";
  std::string inner;
  const std::string* customer = nullptr;
  for (const Told& each : told) {
    if (customer == nullptr || *customer != each.customer) {
      const std::string name = each.customer.empty() ? (sv ? "Desken" : "The desk") : each.customer;
      text.plain += fmt::format("\r\n{}\r\n", name);
      inner += fmt::format("{}<h2 style=\"font-size:1rem\">{}</h2><ul>", customer == nullptr ? "" : "</ul>", escaped_html(name));
      customer = &each.customer;
    }
    const std::string line = fmt::format("{}  {}", to_string(each.event.at).substr(0, 10), subject_of(each.event, each.customer, language));
    text.plain += fmt::format("  {}\r\n", line);
    inner += fmt::format("<li>{}</li>", escaped_html(line));
  }
  if (customer != nullptr) inner += "</ul>";
  const std::string footer = footer_of(partner, language);
  text.plain += fmt::format("\r\n-- \r\n{}\r\n", footer);
  text.html = html_page(text.subject, inner, footer, language);
  return text;
}

std::string message_of(const Envelope& envelope, const Text& text, Language language) {
  const std::string address = bare_address(envelope.from);
  const std::string display(
      trim(std::string_view(envelope.from).substr(0, envelope.from.size() - address.size() - (address == envelope.from ? 0 : 2))));
  const std::string from = display.empty() ? address : fmt::format("{} <{}>", encoded_header(display), address);
  const std::string boundary = fmt::format("=_{}", envelope.id.substr(0, 40));
  std::string out = fmt::format(
      "From: {}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@{}>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Language: {}\r\nContent-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n",
      from, envelope.to, encoded_header(text.subject), mail_date(envelope.date), envelope.id, address.substr(address.find('@') + 1),
      to_string(language), boundary);
  out += part("text/plain", boundary, text.plain);
  out += part("text/html", boundary, text.html);
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace prorata::notify
