// Service requests and the trail as Partner Center prints them.
#pragma once

#include <string>
#include <string_view>

#include "app/store.h"
#include "support/support_request.h"
#include "wire/json.h"

namespace prorata::wire {

// A support request of this desk, seen from Partner Center: its number is the id, its thread are the notes.
void write_listed_service_request(JsonWriter& w, const support::SupportRequest& request);
void write_service_request(JsonWriter& w, const support::SupportRequest& request, const Customer& customer);
void write_support_topic(JsonWriter& w, const support::Service& service, const support::Classification& topic);

// "reservation.buy" is resource type "reservation", operation type "reservation_buy".
std::string resource_type(std::string_view action);
std::string operation_type(std::string_view action);
void write_audit_record(JsonWriter& w, const AuditRecord& record, std::string_view partner, const Customer* customer);

}  // namespace prorata::wire
