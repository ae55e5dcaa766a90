#include "support/support_request.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::support {
namespace {

using std::string_view;

constexpr std::size_t kTitleMax = 250;
constexpr std::size_t kBodyMax = 32'768;
constexpr std::size_t kThreadMax = 1'000;
constexpr std::size_t kSubjectMax = 50;
constexpr std::size_t kRequestNameMax = 255;
constexpr string_view kOperator = "support@operator.invalid";  // a name that no mail ever reaches

std::unexpected<Error> refuse(string_view field, std::string why) {
  return fail(Code::invalid_argument, std::move(why), std::string(field));
}

Result<void> check_text(string_view field, string_view text, std::size_t most) {
  if (trim(text).empty()) return refuse(field, fmt::format("the {} is missing", field));
  if (text.size() > most) return refuse(field, fmt::format("the {} has {} bytes; at most {} are taken", field, text.size(), most));
  return {};
}

// Minimal waits for working days, everything else is answered round the clock.
int minutes_of(Severity severity) {
  switch (severity) {
    case Severity::minimal: return 480;
    case Severity::moderate: return 240;
    case Severity::critical: return 60;
    case Severity::highest_critical_impact: return 15;
  }
  return 480;
}

// 1970-01-01 was a Thursday.
bool is_weekend(Day day) {
  const int weekday = ((day.since_epoch % 7) + 7 + 3) % 7;  // Monday is 0
  return weekday >= 5;
}

// `minutes` later, counted on weekdays only.
Instant after_working(Instant at, int minutes) {
  std::int64_t left = std::int64_t{minutes} * 60 * kTicksPerSecond;
  for (;;) {
    const Instant midnight = start_of(add_days(day_of(at), 1));
    if (is_weekend(day_of(at))) {
      at = midnight;
    } else if (const std::int64_t today = midnight.ticks - at.ticks; left > today) {
      left -= today;
      at = midnight;
    } else {
      return {at.ticks + left};
    }
  }
}

bool is_guid(string_view text) { return text.size() == 36 && CustomerId::parse(text).has_value(); }

bool has_forbidden(string_view name) {
  const auto forbidden = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || string_view("<>%&:\\?/").find(c) != string_view::npos;
  };
  return name.empty() || std::ranges::any_of(name, forbidden);
}

bool is_all_digits(string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The wording of the service, to the letter: clients print it, and its tests look for it.
std::string invalid_name(string_view name, string_view rest) {
  return fmt::format("Name {} is invalid. The name cannot include: '<', '>', '%', '&', ':', '', '?', '/' or any control characters. {}",
                     name, rest);
}

NameAnswer taken_or_free(bool taken) {
  if (!taken) return {};
  return {.available = false, .reason = "Name is already in use", .message = "Name not available"};
}

NameAnswer invalid(std::string message) { return {.available = false, .reason = "Invalid", .message = std::move(message)}; }

// The first `count` characters of UTF-8 text: never a part of one.
string_view first_characters(string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U && count-- == 0) break;
  return text.substr(0, at);
}

Result<void> check_can_change(const SupportRequest& request) {
  if (request.status == Status::updating)
    return fail(Code::conflict, fmt::format("support request {} is being changed by the operator; try again in a moment", request.name),
                "status");
  if (request.status == Status::closed)
    return fail(Code::conflict, fmt::format("support request {} is closed; open it again first", request.name), "status");
  return {};
}

}  // namespace

ServiceLevel service_level_of(Severity severity, Instant start) {
  const int minutes = minutes_of(severity);
  const Instant end = severity == Severity::minimal ? after_working(start, minutes) : add_seconds(start, std::int64_t{minutes} * 60);
  return {.start = start, .expiration = end, .minutes = minutes};
}

std::string number_of(Day day, std::int64_t running) {
  CHECK(running >= 0 && running <= kRequestsADayMax, "a day has at most a million support requests");
  const std::string date = to_string(day);  // 2024-05-10
  return fmt::format("{}{}{}0010{:06}", date.substr(2, 2), date.substr(5, 2), date.substr(8, 2), running);
}

Result<SupportRequest> create_request(const NewRequest& asked, std::string number, Instant now) {
  if (const NameAnswer answer = check_request_name(asked.name, false); !answer.available) return refuse("name", answer.message);
  const Service* service = find_service(asked.service);
  if (service == nullptr)
    return refuse("serviceId", fmt::format("'{}' is no service of this desk; the list of services has them", asked.service.substr(0, 120)));
  TRY(check_text("title", asked.title, kTitleMax));
  TRY(check_text("description", asked.description, kBodyMax));
  const Classification* classification = find_classification(*service, asked.classification);
  if (classification == nullptr)
    return refuse("problemClassificationId",
                  fmt::format("'{}' is no problem classification of {}", asked.classification.substr(0, 200), service->name));
  Contact contact = TRY(changed({}, asked.contact));
  return SupportRequest{.name = asked.name,
                        .number = std::move(number),
                        .customer = asked.customer,
                        .subscription = asked.subscription,
                        .title = asked.title,
                        .description = asked.description,
                        .severity = asked.severity,
                        .service = ServiceId::trusted(std::string(service->id)),
                        .classification = ClassificationId::trusted(std::string(classification->id)),
                        .contact = std::move(contact),
                        .service_level = service_level_of(asked.severity, now),
                        .diagnostic_consent = asked.diagnostic_consent,
                        .problem_start = asked.problem_start,
                        .filed_by = asked.filed_by,
                        .created = now,
                        .modified = now};
}

Result<SupportRequest> update_request(SupportRequest request, const RequestChange& change, Instant now) {
  if (change.status == Status::updating)
    return refuse("status", "only the operator's own work makes a request Updating; write open or closed");
  const bool reopened = request.status == Status::closed && change.status == Status::open;
  const bool nothing_but_closed = change.status == Status::closed && !change.severity && !change.contact && !change.diagnostic_consent;
  if (request.status == Status::closed && nothing_but_closed) return request;  // closed twice is closed
  if (!reopened) TRY(check_can_change(request));

  if (change.contact) request.contact = TRY(changed(std::move(request.contact), *change.contact));
  if (change.severity && *change.severity != request.severity) {
    request.severity = *change.severity;
    request.service_level = service_level_of(request.severity, now);
  }
  if (change.diagnostic_consent) request.diagnostic_consent = *change.diagnostic_consent;
  if (change.status) request.status = *change.status;
  request.modified = now;
  return request;
}

Result<SupportRequest> close_request(SupportRequest request, Instant now) {
  return update_request(std::move(request), {.status = Status::closed}, now);
}

Result<SupportRequest> add_communication(SupportRequest request, const NewCommunication& asked, Instant now) {
  const bool taken = find_communication(request, asked.name) != nullptr;
  const NameAnswer answer = check_communication_name(asked.name, taken);
  if (!answer.available && !taken) return refuse("name", answer.message);
  if (taken)
    return fail(Code::already_exists, fmt::format("support request {} has a communication {} already", request.name, asked.name), "name");
  TRY(check_can_change(request));
  if (!is_email(asked.sender)) return refuse("sender", fmt::format("'{}' is not an e-mail address", asked.sender.substr(0, 80)));
  TRY(check_text("subject", asked.subject, kTitleMax));
  TRY(check_text("body", asked.body, kBodyMax));
  if (request.thread.size() >= kThreadMax)
    return fail(Code::refused, fmt::format("support request {} has {} communications; file a new one", request.name, kThreadMax), "body");
  request.thread.push_back({.name = asked.name,
                            .direction = asked.direction,
                            .sender = asked.sender,
                            .subject = subject_line(asked.subject, request.number),
                            .body = asked.body,
                            .created = now});
  request.modified = now;
  return request;
}

SupportRequest acknowledged(SupportRequest request, std::string message_name, Instant now) {
  std::string body = fmt::format("Your support request {} was received: {}. Severity: {}. The first answer comes by {}.", request.number,
                                 request.title, prorata::to_string(request.severity), prorata::to_string(request.service_level.expiration));
  return answered(std::move(request), std::move(message_name), "Your support request was received", std::move(body), now);
}

SupportRequest answered(SupportRequest request, std::string message_name, string_view subject, std::string body, Instant now) {
  request.thread.push_back({.name = std::move(message_name),
                            .direction = Direction::inbound,
                            .sender = std::string(kOperator),
                            .subject = subject_line(subject, request.number),
                            .body = std::move(body),
                            .created = now});
  return request;
}

const Communication* find_communication(const SupportRequest& request, string_view name) {
  const auto found = std::ranges::find_if(request.thread, [&](const Communication& each) { return equal_ignoring_case(each.name, name); });
  return found == request.thread.end() ? nullptr : &*found;
}

// A subject of more than 50 characters gives way to its first 47 and an ellipsis.
std::string subject_line(string_view subject, string_view number) {
  constexpr string_view kEllipsis = "...";
  const bool fits = first_characters(subject, kSubjectMax).size() == subject.size();
  const string_view kept = fits ? subject : first_characters(subject, kSubjectMax - kEllipsis.size());
  return fmt::format("{}{} - TrackingID#{}", kept, fits ? "" : kEllipsis, number);
}

NameAnswer check_request_name(string_view name, bool taken) {
  const bool valid =
      !has_forbidden(name) && !is_all_digits(name) && !to_lower(name.substr(0, 4)).starts_with("tmp-") && name.size() <= kRequestNameMax;
  if (!valid) return invalid(invalid_name(name, "It cannot be all digits and cannot start with 'tmp-'. The max length is 255 characters."));
  return taken_or_free(taken);
}

NameAnswer check_communication_name(string_view name, bool taken) {
  if (has_forbidden(name) || is_guid(name)) return invalid(invalid_name(name, "It cannot be a Guid."));
  return taken_or_free(taken);
}

}  // namespace prorata::support
