#include "wire/arm_support.h"

#include <fmt/format.h>

namespace prorata::wire {
namespace {

using std::string_view;
using support::Communication;
using support::ContactChange;
using support::SupportRequest;

constexpr string_view kPlanId = "U291cmNlOlBhcnRuZXIs";  // the plan by the service's kind of name, "Source:Partner," in base64

// Absent and null are the same; anything else must be a text.
Result<std::optional<std::string>> text_maybe(const JsonValue& object, string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::optional<std::string>();
  return std::string(TRY(text_of(*value)));
}

Result<std::string> text_or_nothing(const JsonValue& object, string_view key) { return TRY(text_maybe(object, key)).value_or(""); }

template <class E>
Result<std::optional<E>> word_maybe(const JsonValue& object, string_view key, string_view what) {
  if (!member_if(object, key)) return std::optional<E>();
  return TRY(word_at<E>(object, key, what));
}

Result<std::optional<std::vector<std::string>>> texts_maybe(const JsonValue& object, string_view key) {
  const std::optional<JsonValue> list = member_if(object, key);
  if (!list) return std::optional<std::vector<std::string>>();
  if (!list->is_array()) return bad_value(*list, "a list of texts is expected");
  std::vector<std::string> out;
  for (std::optional<JsonValue> each = list->first(); each; each = each->next()) out.emplace_back(TRY(text_of(*each)));
  return out;
}

Result<ContactChange> read_contact(const JsonValue& contact) {
  if (!contact.is_object()) return bad_value(contact, "an object is expected");
  return ContactChange{.first_name = TRY(text_maybe(contact, "firstName")),
                       .last_name = TRY(text_maybe(contact, "lastName")),
                       .method = TRY(word_maybe<support::ContactMethod>(contact, "preferredContactMethod", "a contact method")),
                       .email = TRY(text_maybe(contact, "primaryEmailAddress")),
                       .additional_emails = TRY(texts_maybe(contact, "additionalEmailAddresses")),
                       .phone = TRY(text_maybe(contact, "phoneNumber")),
                       .time_zone = TRY(text_maybe(contact, "preferredTimeZone")),
                       .country = TRY(text_maybe(contact, "country")),
                       .language = TRY(text_maybe(contact, "preferredSupportLanguage"))};
}

// Whole seconds, as this API prints moments.
std::string seconds_of(Instant at) {
  const std::int64_t fraction = ((at.ticks % kTicksPerSecond) + kTicksPerSecond) % kTicksPerSecond;
  return to_string(Instant{at.ticks - fraction});
}

std::string word(string_view spelled, SupportAge age) { return age == SupportAge::from_2020 ? to_lower(spelled) : std::string(spelled); }

// The service wraps what it takes in so that a mail shows it as it was typed.
std::string wrapped(string_view text) {
  std::string out = "<pre>";
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out + "</pre>";
}

// Without the tracking id, as it was sent.
string_view plain_subject(string_view subject, string_view number) {
  const std::string mark = fmt::format(" - TrackingID#{}", number);
  return subject.ends_with(mark) ? subject.substr(0, subject.size() - mark.size()) : subject;
}

void write_contact(JsonWriter& w, const support::Contact& contact, SupportAge age) {
  w.key("contactDetails").begin_object().field("firstName", contact.first_name).field("lastName", contact.last_name);
  w.field("preferredContactMethod", word(to_string(contact.method), age)).field("primaryEmailAddress", contact.email);
  if (!contact.additional_emails.empty()) {
    w.key("additionalEmailAddresses").begin_array();
    for (const std::string& each : contact.additional_emails) w.text(each);
    w.end_array();
  }
  w.field_if("phoneNumber", contact.phone);
  w.field("preferredTimeZone", contact.time_zone).field("country", contact.country);
  w.field("preferredSupportLanguage", contact.language).end_object();
}

void write_about(JsonWriter& w, const SupportRequest& request) {
  const support::Service* service = support::find_service(request.service.text());
  const support::Classification* about =
      service == nullptr ? nullptr : support::find_classification(*service, request.classification.text());
  if (about == nullptr) return;  // of a catalogue that had it once
  w.field("problemClassificationId", support::path_of(*service, *about)).field("problemClassificationDisplayName", about->name);
}

void write_service_of(JsonWriter& w, const SupportRequest& request) {
  const support::Service* service = support::find_service(request.service.text());
  if (service == nullptr) return;
  w.field("serviceId", support::path_of(*service)).field("serviceDisplayName", service->name);
}

// What only the later age has.
void write_newer(JsonWriter& w, const SupportRequest& request) {
  w.field("supportPlanDisplayName", "Partner support").field("advancedDiagnosticConsent", to_string(request.diagnostic_consent));
  w.field("isTemporaryTicket", "No").field("supportPlanId", kPlanId).field("fileWorkspaceName", request.number);
}

}  // namespace

Result<support::NewRequest> read_new_ticket(JsonReader& reader, string_view body, SupportAge age) {
  const JsonValue root = TRY(reader.read(body));
  const JsonValue p = TRY(member(root, "properties"));
  support::NewRequest out{.title = std::string(TRY(text_at(p, "title"))),
                          .description = std::string(TRY(text_at(p, "description"))),
                          .severity = TRY(word_at<support::Severity>(p, "severity", "a severity")),
                          .service = std::string(TRY(text_at(p, "serviceId"))),
                          .classification = std::string(TRY(text_at(p, "problemClassificationId"))),
                          .contact = TRY(read_contact(TRY(member(p, "contactDetails"))))};
  if (age == SupportAge::from_2024 || member_if(p, "advancedDiagnosticConsent"))
    out.diagnostic_consent = TRY(word_at<support::Consent>(p, "advancedDiagnosticConsent", "a consent"));
  if (member_if(p, "problemStartTime")) out.problem_start = TRY(instant_at(p, "problemStartTime"));
  return out;
}

Result<TicketChange> read_ticket_change(JsonReader& reader, string_view body) {
  const JsonValue root = TRY(reader.read(body));
  if (!root.is_object()) return bad_value(root, "an object is expected");
  TicketChange out{.change = {.severity = TRY(word_maybe<support::Severity>(root, "severity", "a severity")),
                              .status = TRY(word_maybe<support::Status>(root, "status", "a status")),
                              .diagnostic_consent = TRY(word_maybe<support::Consent>(root, "advancedDiagnosticConsent", "a consent"))},
                   .status_word = TRY(text_or_nothing(root, "status"))};
  if (const std::optional<JsonValue> contact = member_if(root, "contactDetails")) out.change.contact = TRY(read_contact(*contact));
  return out;
}

Result<support::NewCommunication> read_new_communication(JsonReader& reader, string_view body) {
  const JsonValue root = TRY(reader.read(body));
  const JsonValue p = TRY(member(root, "properties"));
  return support::NewCommunication{.sender = TRY(text_or_nothing(p, "sender")),
                                   .subject = std::string(TRY(text_at(p, "subject"))),
                                   .body = std::string(TRY(text_at(p, "body")))};
}

Result<NameCheck> read_name_check(JsonReader& reader, string_view body) {
  const JsonValue root = TRY(reader.read(body));
  return NameCheck{.name = std::string(TRY(text_at(root, "name"))), .type = std::string(TRY(text_at(root, "type")))};
}

void write_name_answer(JsonWriter& w, const support::NameAnswer& answer) {
  w.begin_object()
      .field_if("message", answer.message)
      .field("nameAvailable", answer.available)
      .field_if("reason", answer.reason)
      .end_object();
}

void write_service(JsonWriter& w, const support::Service& service) {
  w.begin_object().field("id", support::path_of(service)).field("name", service.id).field("type", "Microsoft.Support/services");
  w.key("properties").begin_object().field("displayName", service.name).key("resourceTypes").begin_array().end_array();
  w.end_object().end_object();
}

void write_classification(JsonWriter& w, const support::Service& service, const support::Classification& classification) {
  w.begin_object().field("id", support::path_of(service, classification)).field("name", classification.id);
  w.field("type", "Microsoft.Support/problemClassifications");
  w.key("properties").begin_object().field("displayName", classification.name).end_object().end_object();
}

std::string ticket_path(string_view prefix, string_view name) {
  return fmt::format("{}/providers/Microsoft.Support/supportTickets/{}", prefix, name);
}

void write_ticket(JsonWriter& w, const SupportRequest& r, const TicketView& view) {
  const bool newer = view.age == SupportAge::from_2024;
  w.begin_object().field("id", ticket_path(view.prefix, r.name)).field("name", r.name).field("type", "Microsoft.Support/supportTickets");
  w.key("properties").begin_object().field("description", r.description);
  write_about(w, r);
  w.field("severity", word(to_string(r.severity), view.age)).field("require24X7Response", false).field("enrollmentId", "");
  write_contact(w, r.contact, view.age);
  w.key("serviceLevelAgreement").begin_object().field("startTime", seconds_of(r.service_level.start));
  w.field("expirationTime", seconds_of(r.service_level.expiration));
  w.field("slaMinutes", static_cast<std::int64_t>(r.service_level.minutes)).end_object();
  w.key("supportEngineer").begin_object().end_object().field("supportPlanType", "Partner");
  if (newer) write_newer(w, r);
  w.field("supportTicketId", r.number).field("title", r.title);
  write_service_of(w, r);
  w.field("status", view.status_word.empty() ? to_string(r.status) : string_view(view.status_word));
  if (r.problem_start) w.field("problemStartTime", seconds_of(*r.problem_start));
  w.field("createdDate", seconds_of(r.created)).field("modifiedDate", seconds_of(r.modified)).end_object().end_object();
}

void write_communication(JsonWriter& w, const SupportRequest& request, const Communication& message, const TicketView& view) {
  const bool newer = view.age == SupportAge::from_2024;
  w.begin_object().field("id", fmt::format("{}/communications/{}", ticket_path(view.prefix, request.name), message.name));
  w.field("name", message.name).field("type", "Microsoft.Support/communications").key("properties").begin_object();
  w.field("communicationType", word("Web", view.age)).field("communicationDirection", word(to_string(message.direction), view.age));
  w.field("sender", message.sender);
  w.field("subject", newer ? string_view(message.subject) : plain_subject(message.subject, request.number));
  w.field("body", newer ? wrapped(message.body) : message.body);
  w.field("createdDate", seconds_of(message.created)).end_object().end_object();
}

Result<support::NewFile> read_new_file(JsonReader& reader, string_view body) {
  const JsonValue root = TRY(reader.read(body));
  const JsonValue p = TRY(member(root, "properties"));
  return support::NewFile{.size = TRY(integer_at(p, "fileSize", INT32_MIN, INT32_MAX)),
                          .chunk_size = TRY(integer_at(p, "chunkSize", INT32_MIN, INT32_MAX)),
                          .chunks = TRY(integer_at(p, "numberOfChunks", INT32_MIN, INT32_MAX))};
}

Result<ChunkBody> read_chunk(JsonReader& reader, string_view body) {
  const JsonValue root = TRY(reader.read(body));
  return ChunkBody{.index = TRY(integer_at(root, "chunkIndex", INT32_MIN, INT32_MAX)),
                   .content = std::string(TRY(text_at(root, "content")))};
}

std::string workspace_path(string_view prefix, string_view name) {
  return fmt::format("{}/providers/Microsoft.Support/fileWorkspaces/{}", prefix, name);
}
std::string file_path(string_view prefix, string_view workspace, string_view name) {
  return fmt::format("{}/files/{}", workspace_path(prefix, workspace), name);
}

void write_workspace(JsonWriter& w, const support::FileWorkspace& workspace, string_view prefix) {
  w.begin_object().field("id", workspace_path(prefix, workspace.name)).field("name", workspace.name);
  w.field("type", "Microsoft.Support/fileWorkspaces").key("properties").begin_object();
  w.field("expirationTime", seconds_of(workspace.expires)).field("createdOn", seconds_of(workspace.created)).end_object().end_object();
}

void write_file(JsonWriter& w, const support::FileWorkspace& workspace, const support::WorkspaceFile& file, string_view prefix) {
  w.begin_object().field("id", file_path(prefix, workspace.name, file.name)).field("name", file.name);
  w.field("type", "Microsoft.Support/files").key("properties").begin_object().field("createdOn", seconds_of(file.created));
  w.field("fileSize", file.size).field("chunkSize", file.chunk_size).field("numberOfChunks", file.chunks).end_object().end_object();
}

}  // namespace prorata::wire
