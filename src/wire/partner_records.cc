#include "wire/partner_records.h"

#include <algorithm>

#include "wire/partner_bodies.h"

namespace prorata::wire {
namespace {

std::string_view severity_word(support::Severity severity) {
  switch (severity) {
    case support::Severity::minimal: return "minimal";
    case support::Severity::moderate: return "moderate";
    case support::Severity::critical:
    case support::Severity::highest_critical_impact: return "critical";
  }
  return "unknown";
}

std::string_view status_word(support::Status status) {
  switch (status) {
    case support::Status::open: return "open";
    case support::Status::closed: return "closed";
    case support::Status::updating: return "attention_needed";
  }
  return "none";
}

std::string closed_at(const support::SupportRequest& request) {
  return request.status == support::Status::closed ? to_string(request.modified) : std::string(kNoDate);
}

void write_contact(JsonWriter& w, const support::Contact& contact) {
  w.key("primaryContact").begin_object().field("lastName", std::string_view(contact.last_name));
  w.field("firstName", std::string_view(contact.first_name)).field_if("email", contact.email).field_if("phoneNumber", contact.phone);
  w.end_object();
}

void write_dates(JsonWriter& w, const support::SupportRequest& request) {
  w.field("createdDate", std::string_view(to_string(request.created)))
      .field("lastModifiedDate", std::string_view(to_string(request.modified)));
  w.field("lastClosedDate", std::string_view(closed_at(request)));
}

const support::Classification* topic_of(const support::SupportRequest& request) {
  const support::Service* service = support::find_service(request.service.text());
  return service == nullptr ? nullptr : support::find_classification(*service, request.classification.text());
}

void write_datum(JsonWriter& w, std::string_view key, std::string_view value) {
  if (!value.empty()) w.begin_object().field("key", key).field("value", value).end_object();
}

}  // namespace

void write_listed_service_request(JsonWriter& w, const support::SupportRequest& request) {
  w.begin_object().field("title", std::string_view(request.title)).field("severity", severity_word(request.severity));
  w.field("id", std::string_view(request.number)).field("status", status_word(request.status));
  write_contact(w, request.contact);
  write_dates(w, request);
  write_attributes(w, "ServiceRequest");
  w.end_object();
}

void write_service_request(JsonWriter& w, const support::SupportRequest& request, const Customer& customer) {
  const support::Classification* topic = topic_of(request);
  w.begin_object().field("title", std::string_view(request.title)).field("description", std::string_view(request.description));
  w.field("severity", severity_word(request.severity)).field("supportTopicId", std::string_view(request.classification.text()));
  if (topic != nullptr) w.field("supportTopicName", topic->name);
  w.field("id", std::string_view(request.number)).field("status", status_word(request.status));
  w.key("organization").begin_object().field("id", std::string_view(customer.id.text())).field("name", std::string_view(customer.name));
  w.end_object();
  write_contact(w, request.contact);
  w.field("productId", std::string_view(request.service.text()));
  write_dates(w, request);
  w.key("notes").begin_array();
  for (const support::Communication& each : request.thread) {
    w.begin_object().field("createdByName", std::string_view(each.sender)).field("createdDate", std::string_view(to_string(each.created)));
    w.field("text", std::string_view(each.body)).end_object();
  }
  w.end_array().field_if("countryCode", request.contact.country).key("fileLinks").begin_array().end_array();
  write_attributes(w, "ServiceRequest");
  w.end_object();
}

void write_support_topic(JsonWriter& w, const support::Service& service, const support::Classification& topic) {
  w.begin_object().field("id", topic.id).field("name", topic.name).field("description", topic.name);
  w.field("productId", service.id).field("productName", service.name);
  write_attributes(w, "SupportTopic");
  w.end_object();
}

std::string resource_type(std::string_view action) { return std::string(action.substr(0, action.find('.'))); }

std::string operation_type(std::string_view action) {
  std::string word(action);
  std::ranges::replace(word, '.', '_');
  return word;
}

void write_audit_record(JsonWriter& w, const AuditRecord& record, std::string_view partner, const Customer* customer) {
  const AuditNote& note = record.note;
  std::string value;
  JsonWriter(value)
      .begin_object()
      .field("Id", std::string_view(note.subject))
      .field("Before", std::string_view(note.before))
      .field("After", std::string_view(note.after))
      .end_object();
  w.begin_object()
      .field("id", std::string_view(std::to_string(record.number)))
      .field("partnerId", partner)
      .field_if("customerId", note.customer);
  if (customer != nullptr) w.field("customerName", std::string_view(customer->name));
  w.field("userPrincipalName", std::string_view(note.actor)).field("resourceType", std::string_view(resource_type(note.action)));
  w.field("resourceNewValue", std::string_view(value)).field("operationType", std::string_view(operation_type(note.action)));
  w.field("operationDate", std::string_view(to_string(note.at))).field("operationStatus", "succeeded").key("customizedData").begin_array();
  write_datum(w, "ResourceId", note.subject);
  write_datum(w, "Before", note.before);
  write_datum(w, "After", note.after);
  write_datum(w, "Hash", record.hash);
  w.end_array();
  write_attributes(w, "AuditRecord");
  w.end_object();
}

}  // namespace prorata::wire
