// An event of the outbox as it is told: what kind, of which customer, when; and the sentences that people read about it, in both languages.
//
//   const Event event = read_event(id, "allowance.back", body, fallback);
//   subject_of(event, "Nordvik", Language::swedish)      // "Återbetalningsutrymme är tillbaka: 1 200.00 USD för Nordvik"
//
// A kind that is not known here is told by its name and its members, so that nothing is lost.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/notify_records.h"
#include "base/id.h"
#include "base/time.h"

namespace prorata::notify {

struct Event {
  std::string id;
  std::string kind;
  std::optional<CustomerId> customer;
  Instant at;
  std::string body;                                         // JSON
  bool readable = true;                                     // the body is a JSON object
  std::vector<std::pair<std::string, std::string>> fields;  // its members that are text, numbers or flags, in order
  std::string_view field(std::string_view name) const;      // empty where there is none
};

// Never fails: a body that is no JSON object is an event without members. `at` where the body names no moment.
Event read_event(std::string id, std::string kind, std::string body, Instant at);

// One line, without an end. `customer` is the name; empty where it concerns none.
std::string subject_of(const Event& event, std::string_view customer, Language language);
// The label of a member for people: "Kund"; its own name where it has none.
std::string label_of(std::string_view field, Language language);

}  // namespace prorata::notify
