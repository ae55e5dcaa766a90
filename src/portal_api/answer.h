// What the handlers of all areas have in common: parameters of the address, things named by the path and what is allowed with them, and
// the shapes that stand in many answers.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "app/utilization_view.h"
#include "portal_api/face.h"
#include "wire/json.h"

namespace prorata::portal_api {

using access::Access;
using access::Right;
using wire::JsonWriter;

template <class Write>
http::Response written(int status, const Write& write) {
  std::string body;
  JsonWriter w(body);
  write(w);
  return http::json(status, std::move(body));
}

template <class Range, class Value>
bool has(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

// ---- parameters; errors: 400 with "?name" as pointer -----------------------------------------------------------------------------------

Outcome<std::int64_t> number_asked(const Call& call, std::string_view name, std::int64_t otherwise, std::int64_t min, std::int64_t max);
Outcome<std::string> text_asked(const Call& call, std::string_view name, std::size_t bytes_max = 200);
Outcome<std::optional<Day>> day_asked(const Call& call, std::string_view name);
std::unexpected<Refused> bad_parameter(std::string_view name, std::string message);
template <class E>
Outcome<E> word_asked(const Call& call, std::string_view name, E otherwise) {
  const auto text = call.request.query.find(name);
  if (!text || text->empty()) return otherwise;
  const Result<E> word = parse_word<E>(*text, name);
  if (!word) return bad_parameter(name, word.error().message);
  return *word;
}
template <class IdType>
Outcome<std::optional<IdType>> id_asked(const Call& call, std::string_view name) {
  const auto text = call.request.query.find(name);
  if (!text || text->empty()) return std::nullopt;
  const Result<IdType> id = IdType::parse(*text);
  if (!id) return bad_parameter(name, id.error().message);
  return *id;
}
struct WindowAsk {
  std::size_t offset = 0;
  std::size_t limit = 100;
  bool descending = false;
};
Outcome<WindowAsk> window_asked(const Call& call);
std::vector<std::string> words_of(std::string_view text);  // in lower case

// The key and the words of a write: who asks under which Idempotency-Key for what.
WriteRequest write_request(const Call& call);

// ---- things of the path; errors: 404 for what is not here and for what the caller may not know of, 403 for what they may not do ---------

Outcome<Customer> customer_of(Call& call, Snapshot& snapshot, Right right, Access access = Access::read);
struct Record {
  Desk desk;
  Instant now;
  Customer customer;
  Reservation reservation;  // as it stands today
  access::Target target;
};
Outcome<Record> record_of(Call& call, Snapshot& snapshot, Right right, Access access = Access::read);
// The same of an id that stands elsewhere.
Outcome<Record> record_of(Call& call, Snapshot& snapshot, const ReservationId& id, Right right, Access access = Access::read);
// In a snapshot of its own: a write takes another.
Outcome<Record> record_to_change(Call& call, Right right);

// Whether the caller may, and if not a sentence in their language that names the role and who could.
struct Permission {
  bool allowed = false;
  std::string why;
  std::vector<access::Standing> who_can;
};
Permission permission(const Call& call, Right right, const access::Target& target);
// The words of the rules name fields as the support API does: "contactDetails.phoneNumber" is /contact/phone here.
Refused with_pointer(const Error& why);

Outcome<void> allow(const Call& call, Right right, Access access, const access::Target& target);
bool sees(const Call& call, const Customer& customer);

// ---- shapes ----------------------------------------------------------------------------------------------------------------------------

void write_money(JsonWriter& w, std::string_view name, Money money);
inline Money usd(std::int64_t minor) { return {minor, Currency::usd()}; }
void write_percent(JsonWriter& w, std::string_view name, utilization::Percent percent);
void write_instant(JsonWriter& w, std::string_view name, Instant at);
void write_scope(JsonWriter& w, std::string_view name, const Scope& scope);
void write_customer_ref(JsonWriter& w, const Customer& customer);
void write_windows_as(JsonWriter& w, std::string_view name, const MonthWindows& windows);
inline void write_windows(JsonWriter& w, const MonthWindows& windows) { write_windows_as(w, "utilization", windows); }
void write_states(JsonWriter& w, std::string_view name, const ReservationCounts& counts);
// What may be done there, one member a right. At the desk as a whole a right that role assignments can give says so.
void write_actions(JsonWriter& w, const Call& call, const access::Target& target);
Outcome<http::Response> record_answer(Call& call, Snapshot& snapshot, const Record& record);
void write_me(JsonWriter& w, const Call& call, const Desk& desk, Instant now);

}  // namespace prorata::portal_api
