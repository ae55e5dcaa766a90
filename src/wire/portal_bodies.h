// What requests of the portal hold. Members are those of docs/specs/portal-api.yaml and no others; a null says nothing.
//
//   JsonReader reader;
//   const PortalScope scope = TRY(read_portal_scope(reader, request.body));
//
// Errors of all readers: invalid_data, with the JSON pointer of what is wrong as its place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/role_assignments.h"
#include "reservation/reservation.h"
#include "support/support_request.h"
#include "wire/json.h"

namespace prorata::wire {

// Whom to reach, an object within another body.
Result<support::ContactChange> read_portal_contact(const JsonValue& contact);

// {"allowed":true}: one member, a boolean.
Result<bool> read_portal_flag(JsonReader& reader, std::string_view body, std::string_view name);
// {"name":"Web"}: one member, a text.
Result<std::string> read_portal_text(JsonReader& reader, std::string_view body, std::string_view name);

struct PortalScope {
  ScopeType type = ScopeType::shared;
  std::string id;
};
Result<PortalScope> read_portal_scope(JsonReader& reader, std::string_view body);

struct PortalRenewal {
  bool on = false;
  std::optional<std::int64_t> quantity;
  std::optional<Term> term;
  std::optional<BillingPlan> plan;
};
Result<PortalRenewal> read_portal_renewal(JsonReader& reader, std::string_view body);

struct PortalAssignment {
  bool on_order = false;
  std::string role;       // id or name
  std::string principal;  // object id or name
  std::string description;
};
Result<PortalAssignment> read_portal_assignment(JsonReader& reader, std::string_view body);

struct PortalQuote {
  ReservationId reservation;
  std::int64_t quantity = 0;  // 0: all
};
Result<PortalQuote> read_portal_quote(JsonReader& reader, std::string_view body);

struct PortalSupportRequest {
  support::NewRequest request;  // but for its name, and whose it is by
  std::optional<ReservationId> reservation;
  std::optional<std::int64_t> quantity;
  std::optional<QuoteId> quote;
};
Result<PortalSupportRequest> read_portal_support_request(JsonReader& reader, std::string_view body);
Result<support::RequestChange> read_portal_support_change(JsonReader& reader, std::string_view body);

// The two sides are those of the quote's address, and the figure agreed to is its net payable.
struct PortalExchange {
  std::string returns;
  std::string bought;
  std::string reason;
  support::ContactChange contact;
  std::string policy;
  Money net_payable;
};
Result<PortalExchange> read_portal_exchange(JsonReader& reader, std::string_view body);

struct PortalMessage {
  std::string subject;
  std::string body;
  std::string sender;
};
Result<PortalMessage> read_portal_message(JsonReader& reader, std::string_view body);

struct PortalClockMove {
  std::optional<Instant> to;
  std::string by;
};
Result<PortalClockMove> read_portal_clock(JsonReader& reader, std::string_view body);

}  // namespace prorata::wire
