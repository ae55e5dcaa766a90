// A mail as it goes over the wire: headers, and the same text plain and as HTML. Everything that comes from an event or a name is encoded
// or escaped, so that it stays text.
//
//   const std::string bytes = message_of({.from = "Desk <desk@partner.example>", .to = recipient.address(), ...});
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "notify/event.h"

namespace prorata::notify {

struct Told {
  Event event;
  std::string customer;  // its name
};

struct Text {
  std::string subject;
  std::string plain;
  std::string html;
};
// Of one event: the sentence, its members below it, and where they come from.
Text text_of(const Told& told, std::string_view partner, Language language);
// Of a day: one line for each event, by customer, then in their order.
Text digest_of(std::vector<Told> told, std::string_view partner, Language language);

struct Envelope {
  std::string from;
  std::string to;
  std::string id;  // the same for every attempt: a server that has it drops the second one
  Instant date;
};
std::string message_of(const Envelope& envelope, const Text& text, Language language);

// RFC 2047: as it is where it is plain ASCII, in encoded words of at most 75 characters otherwise.
std::string encoded_header(std::string_view utf8);
std::string escaped_html(std::string_view text);
// "Tue, 01 Dec 2026 12:00:00 +0000".
std::string mail_date(Instant at);
// The address in "Desk <desk@partner.example>".
std::string bare_address(std::string_view sender);

}  // namespace prorata::notify
