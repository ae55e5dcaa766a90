// The support request: the ticket with which a partner asks for a refund or an exchange. What it is about, whom to reach, the thread of
// messages, and its states. Pure: each change takes a request and gives the next one, or names the field it refuses.
//
//   SupportRequest request = TRY(create_request({.name = "refund-17", .title = "...", ...}, number_of(day, 17), now));
//   request = TRY(add_communication(request, {.name = "more", .sender = "anna@partner.example", .subject = "...", .body = "..."}, now));
//   request = TRY(update_request(request, {.status = Status::closed}, now));
//
// Errors of every change: invalid_argument with the field in `place` ("contactDetails.phoneNumber"), conflict where the state does not
// allow it, already_exists for a message's name that is taken. docs/specs/support.md lists the rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "support/classification.h"
#include "support/contact.h"

namespace prorata::support {

enum class Severity { minimal, moderate, critical, highest_critical_impact };
enum class Status { open, closed, updating };  // updating: the operator is changing it, and others wait
enum class Consent { yes, no };
enum class Direction { inbound, outbound };  // outbound is from the partner to the operator

struct Communication {
  std::string name;
  Direction direction = Direction::outbound;
  std::string sender;   // an e-mail address
  std::string subject;  // as it was made: shortened, with the tracking id behind it
  std::string body;
  Instant created;
  friend bool operator==(const Communication&, const Communication&) = default;
};

// How soon the operator answers.
struct ServiceLevel {
  Instant start;
  Instant expiration;
  int minutes = 0;
  friend bool operator==(const ServiceLevel&, const ServiceLevel&) = default;
};

struct SupportRequest {
  std::string name;  // the caller's own, unique in the desk in any letter case
  std::int64_t version = 0;
  std::string number;  // the numeric supportTicketId
  CustomerId customer;
  std::optional<SubscriptionId> subscription;  // absent: filed for the tenant
  std::string title;
  std::string description;
  Severity severity = Severity::minimal;
  Status status = Status::open;
  ServiceId service;
  ClassificationId classification;
  Contact contact;
  ServiceLevel service_level;
  Consent diagnostic_consent = Consent::no;
  std::optional<Instant> problem_start;
  std::string filed_by;
  Instant created;
  Instant modified;
  std::vector<Communication> thread;  // oldest first
  friend bool operator==(const SupportRequest&, const SupportRequest&) = default;
};

// By which the operator answers what was filed then.
ServiceLevel service_level_of(Severity severity, Instant start);

inline constexpr std::int64_t kRequestsADayMax = 999'999;
// "2405100010003340": the day, 0010, and six digits of a running number.
std::string number_of(Day day, std::int64_t running);

struct NewRequest {
  std::string name;
  CustomerId customer;
  std::optional<SubscriptionId> subscription;
  std::string title;
  std::string description;
  Severity severity = Severity::minimal;
  std::string service;         // "/providers/Microsoft.Support/services/{guid}" or the bare GUID
  std::string classification;  // the same with "/problemClassifications/{guid}", or the bare GUID
  ContactChange contact;       // as it was sent: what is absent is refused by name
  Consent diagnostic_consent = Consent::no;
  std::optional<Instant> problem_start;
  std::string filed_by;
};
Result<SupportRequest> create_request(const NewRequest& asked, std::string number, Instant now);

// What may be changed afterwards; absent means as it is.
struct RequestChange {
  std::optional<Severity> severity;
  std::optional<Status> status;  // open or closed
  std::optional<ContactChange> contact;
  std::optional<Consent> diagnostic_consent;
};
Result<SupportRequest> update_request(SupportRequest request, const RequestChange& change, Instant now);
Result<SupportRequest> close_request(SupportRequest request, Instant now);

struct NewCommunication {
  std::string name;
  Direction direction = Direction::outbound;
  std::string sender;
  std::string subject;
  std::string body;
};
Result<SupportRequest> add_communication(SupportRequest request, const NewCommunication& asked, Instant now);

// A first, inbound message that confirms the filing; `message_name` is a GUID, as the operator names its own.
SupportRequest acknowledged(SupportRequest request, std::string message_name, Instant now);

// A message of the operator's side, named as it names its own.
SupportRequest answered(SupportRequest request, std::string message_name, std::string_view subject, std::string body, Instant now);

const Communication* find_communication(const SupportRequest& request, std::string_view name);  // any letter case; nullptr
// "Refund of 5 units for the customer in Kumla, Örebro... - TrackingID#2405100010003340": at most 50 characters before the number.
std::string subject_line(std::string_view subject, std::string_view number);

// The answer of checkNameAvailability. `taken` says whether the name is in use.
struct NameAnswer {
  bool available = true;
  std::string reason;   // "Invalid", "Name is already in use"; empty where it is available
  std::string message;  // what is wrong with it
};
NameAnswer check_request_name(std::string_view name, bool taken);
NameAnswer check_communication_name(std::string_view name, bool taken);

}  // namespace prorata::support

namespace prorata {
// The words of answers; requests write them in lower case, and any letter case is read.
template <>
inline constexpr auto kWords<support::Severity> =
    std::to_array<Word<support::Severity>>({{support::Severity::minimal, "Minimal"},
                                            {support::Severity::moderate, "Moderate"},
                                            {support::Severity::critical, "Critical"},
                                            {support::Severity::highest_critical_impact, "HighestCriticalImpact"}});
template <>
inline constexpr auto kWords<support::Status> = std::to_array<Word<support::Status>>(
    {{support::Status::open, "Open"}, {support::Status::closed, "Closed"}, {support::Status::updating, "Updating"}});
template <>
inline constexpr auto kWords<support::Consent> =
    std::to_array<Word<support::Consent>>({{support::Consent::yes, "Yes"}, {support::Consent::no, "No"}});
template <>
inline constexpr auto kWords<support::Direction> =
    std::to_array<Word<support::Direction>>({{support::Direction::inbound, "Inbound"}, {support::Direction::outbound, "Outbound"}});
}  // namespace prorata
