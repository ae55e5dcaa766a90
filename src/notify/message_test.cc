#include "notify/message.h"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace prorata::notify {
namespace {

std::string from_base64(std::string_view text) {
  std::string clean;
  for (const char c : text)
    if (c != '\r' && c != '\n') clean += c;
  std::string out(clean.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(clean.data()),
                                     static_cast<int>(clean.size()));
  if (length < 0) return "(no base64)";
  const auto padding = static_cast<std::size_t>(clean.ends_with("==") ? 2 : clean.ends_with('=') ? 1 : 0);
  out.resize(static_cast<std::size_t>(length) - padding);
  return out;
}

Event expiring(std::string_view name) {
  return read_event("e-0", "reservation.expiring",
                    fmt::format(R"({{"customer":"c0000000-0000-4000-8000-000000000001","at":"2026-03-02T00:00:00Z","name":"{}","days":30,)"
                                R"("expires":"2026-04-01","cause":"k"}})",
                                name),
                    Instant{5});
}

TEST(Event, IsReadWithItsMembersInOrderAndNeverFails) {
  const Event event = expiring("web");
  EXPECT_TRUE(event.readable);
  EXPECT_EQ(event.customer->text(), "c0000000-0000-4000-8000-000000000001");
  EXPECT_EQ(to_string(event.at), "2026-03-02T00:00:00Z");
  EXPECT_EQ(event.field("days"), "30");
  EXPECT_EQ(event.fields.front().first, "customer");
  const Event odd = read_event("e", "x.y", "no json", Instant{5});
  EXPECT_FALSE(odd.readable);
  EXPECT_EQ(odd.at, Instant{5});
  EXPECT_EQ(subject_of(odd, "", Language::english), "x.y for the desk");
}

TEST(Event, IsToldInBothLanguages) {
  EXPECT_EQ(subject_of(expiring("web"), "Nordvik", Language::english), "web of Nordvik expires in 30 days, on 2026-04-01");
  EXPECT_EQ(subject_of(expiring("web"), "Nordvik", Language::swedish), "web hos Nordvik går ut om 30 dagar, 2026-04-01");
  const Event request =
      read_event("e", "request.changed", R"({"number":"2612010010000001","state":"outcome_unknown","actor":"bo"})", Instant{});
  EXPECT_EQ(subject_of(request, "Nordvik", Language::swedish), "Begäran 2612010010000001 för Nordvik: oklart utfall; skicka inte igen");
  EXPECT_EQ(label_of("customer", Language::swedish), "Kund");
  EXPECT_EQ(label_of("something", Language::english), "something");
}

TEST(Event, ANameWithBracesOrLineEndsStaysAName) {
  EXPECT_EQ(subject_of(expiring("{customer}\\r\\nBcc: x@y.example"), "A{days}B", Language::english),
            "{customer}  Bcc: x@y.example of A{days}B expires in 30 days, on 2026-04-01");
}

TEST(Message, ASubjectIsEncodedWordByWordAndNoSignIsCut) {
  EXPECT_EQ(encoded_header("Plain text"), "Plain text");
  const std::string long_text = "åäö ÅÄÖ " + std::string(50, 'x') + " ööööööööööööööööööööööööööööööööööööööööööö";
  const std::string encoded = encoded_header(long_text);
  std::string back;
  for (std::size_t at = 0; at < encoded.size();) {
    const std::size_t end = std::min(encoded.find("\r\n ", at), encoded.size());
    const std::string_view word = std::string_view(encoded).substr(at, end - at);
    EXPECT_LE(word.size(), 75u);
    EXPECT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?=")) << word;
    const std::string part = from_base64(word.substr(10, word.size() - 12));
    EXPECT_NE(static_cast<unsigned char>(part.front()) & 0xC0U, 0x80U) << "a word begins with a whole sign";
    back += part;
    at = end + 3;
  }
  EXPECT_EQ(back, long_text);
  EXPECT_NE(encoded_header("=?UTF-8?Q?looks_encoded?="), "=?UTF-8?Q?looks_encoded?=") << "what only looks encoded is encoded";
}

TEST(Message, HasTheSameTextPlainAndAsHtmlWithEverythingEscaped) {
  const Text text = text_of({expiring("<b>web</b> & \\\"co\\\""), "Nordvik <AB>"}, "Partner", Language::english);
  EXPECT_NE(text.plain.find("<b>web</b> & \"co\" of Nordvik <AB> expires"), std::string::npos) << text.plain;
  EXPECT_EQ(text.html.find("<b>"), std::string::npos);
  EXPECT_NE(text.html.find("&lt;b&gt;web&lt;/b&gt; &amp; &quot;co&quot; of Nordvik &lt;AB&gt;"), std::string::npos) << text.html;
  EXPECT_NE(text.plain.find("Customer: Nordvik <AB>\r\n"), std::string::npos) << "the name, not the id";
  EXPECT_EQ(text.plain.find("cause"), std::string::npos);

  const std::string bytes = message_of(
      {"Désk <desk@partner.example>", "anna@partner.example", "id-1", *parse_instant("2026-12-01T12:00:05Z")}, text, Language::english);
  EXPECT_NE(bytes.find("To: anna@partner.example\r\n"), std::string::npos);
  EXPECT_NE(bytes.find("From: =?UTF-8?B?RMOpc2s=?= <desk@partner.example>\r\n"), std::string::npos) << bytes.substr(0, 300);
  EXPECT_NE(bytes.find("Message-ID: <id-1@partner.example>\r\n"), std::string::npos);
  EXPECT_NE(bytes.find("Date: Tue, 01 Dec 2026 12:00:05 +0000\r\n"), std::string::npos);
  for (std::size_t at = 0; at < bytes.size(); at = bytes.find("\r\n", at) + 2) {
    const std::size_t end = bytes.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 200u) << "no line is longer than mail allows";
  }
}

TEST(Digest, HasALineAnEventByCustomerInTheirOrder) {
  const auto told = [](std::string_view name, std::string customer, std::string_view at) {
    Event event = expiring(name);
    event.at = *parse_instant(at);
    return Told{event, std::move(customer)};
  };
  const Text text = digest_of({told("b", "Nordvik", "2026-03-02T10:00:00Z"), told("c", "alfa", "2026-03-02T09:00:00Z"),
                               told("a", "Nordvik", "2026-03-02T08:00:00Z")},
                              "Partner", Language::swedish);
  EXPECT_EQ(text.subject, "Dagens 3 händelser");
  const std::size_t alfa = text.plain.find("\r\nalfa\r\n");
  const std::size_t nordvik = text.plain.find("\r\nNordvik\r\n");
  const std::size_t a = text.plain.find("  a hos Nordvik");
  const std::size_t b = text.plain.find("  b hos Nordvik");
  ASSERT_TRUE(alfa != std::string::npos && nordvik != std::string::npos && a != std::string::npos && b != std::string::npos) << text.plain;
  EXPECT_TRUE(alfa < nordvik && nordvik < a && a < b) << text.plain;
  EXPECT_EQ(text.plain.find("Nordvik\r\n", nordvik + 3), std::string::npos) << "its name stands once";
}

}  // namespace
}  // namespace prorata::notify
