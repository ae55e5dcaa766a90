// The canonical form in which the desk's values are stored: compact JSON, members in a fixed order, optional members left out when
// absent. The same value always gives the same text, so that a digest of it means something (store/audit.h).
//
//   std::string body = encode(reservation);
//   Reservation same = TRY(decode<Reservation>(reader, body));      // everything but `version`, which is a column
//
// Amounts are whole minor units beside their currency. A decode that fails is storage_corrupt.
#pragma once

#include <string>
#include <string_view>

#include "app/store.h"
#include "wire/json.h"

namespace prorata::wire {

std::string encode(const Desk& desk);
std::string encode(const Customer& customer);
std::string encode(const Order& order);
std::string encode(const Reservation& reservation);
std::string encode(const Revision& revision);
std::string encode(const Hold& hold);
std::string encode(const Exchange& exchange);
std::string encode(const Quote& quote);
std::string encode(const ReturnRecord& record);
std::string encode(const Settlement& settlement);
std::string encode(const ledger::Entry& entry);
std::string encode(const Reseller& reseller);
std::string encode(const PriceRow& row);
std::string encode(const FlexibilityRatio& row);
std::string encode(const ExchangeRate& row);
std::string encode(const Client& client);
std::string encode(const User& user);
std::string encode(const SigningKeyRow& key);
std::string encode(const access::RoleAssignment& assignment);
std::string encode(const support::SupportRequest& request);
std::string encode(const Operation& operation);
std::string encode(const AgreedPrice& price);
std::string encode(const support::FileWorkspace& workspace);
std::string encode(const support::FileChunk& chunk);
std::string encode(const UsageImport& import);
std::string encode(const ReservationMonth& month);
std::string encode(const CustomerMonth& month);
std::string encode(const Webhook& webhook);
std::string encode(const Delivery& delivery);
std::string encode(const NotifySettings& settings);
std::string encode(const Progress& progress);
std::string encode(const Alert& alert);
std::string encode(const CustomerOverview& overview);

template <class T>
Result<T> decode(JsonReader& reader, std::string_view body);
template <>
Result<Webhook> decode(JsonReader& reader, std::string_view body);
template <>
Result<Delivery> decode(JsonReader& reader, std::string_view body);
template <>
Result<NotifySettings> decode(JsonReader& reader, std::string_view body);
template <>
Result<Progress> decode(JsonReader& reader, std::string_view body);
template <>
Result<Alert> decode(JsonReader& reader, std::string_view body);
template <>
Result<CustomerOverview> decode(JsonReader& reader, std::string_view body);
template <>
Result<UsageImport> decode(JsonReader& reader, std::string_view body);
template <>
Result<ReservationMonth> decode(JsonReader& reader, std::string_view body);
template <>
Result<CustomerMonth> decode(JsonReader& reader, std::string_view body);
template <>
Result<Client> decode(JsonReader& reader, std::string_view body);
template <>
Result<User> decode(JsonReader& reader, std::string_view body);
template <>
Result<SigningKeyRow> decode(JsonReader& reader, std::string_view body);
template <>
Result<access::RoleAssignment> decode(JsonReader& reader, std::string_view body);
template <>
Result<support::SupportRequest> decode(JsonReader& reader, std::string_view body);
template <>
Result<Operation> decode(JsonReader& reader, std::string_view body);
template <>
Result<AgreedPrice> decode(JsonReader& reader, std::string_view body);
template <>
Result<support::FileWorkspace> decode(JsonReader& reader, std::string_view body);
template <>
Result<support::FileChunk> decode(JsonReader& reader, std::string_view body);

// "2026-01-31+12*1000/875s;..." : runs of payments a month apart with the same amounts and status. Exact both ways.
std::string encode_schedule(const Schedule& schedule);
Result<Schedule> decode_schedule(std::string_view text);

}  // namespace prorata::wire
