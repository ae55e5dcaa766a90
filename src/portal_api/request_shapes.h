// How a request is shown, and what of it whom: the shapes of /api/requests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/request_desk.h"
#include "app/request_quote.h"
#include "portal_api/answer.h"

namespace prorata::portal_api {

// What can be done with a request, by its name in `actions`.
enum class RequestDo : std::uint8_t { draft, quote, submit, approve, decline, withdraw, send, resolve, say, answer, attach, assign };

struct RequestAction {
  Permission may;
  bool four_eyes = false;  // only because it is the caller's own
  bool state = false;      // not where it stands, whoever asks
  bool allowed() const { return may.allowed; }
};

// The reservations that requests give back from, read once.
class ReturnsKnown {
 public:
  static Outcome<ReturnsKnown> of(Snapshot& snapshot, const std::vector<request::Request>& requests);
  const Reservation* find(const ReservationId& id) const;

 private:
  std::map<ReservationId, Reservation> known_;
};

RequestAction may_do(const Call& call, RequestDo what, const request::Request& request, const Customer& customer,
                     const ReturnsKnown& known);

// Why it is not possible where the request stands, in the asked language.
std::string not_in_this_state(const Call& call, const request::Request& request);
struct Said {
  std::string code;
  std::string arm_code;
  std::string text;
};
// The sentences of what a quote is refused by, in order of precedence.
std::vector<Said> reasons_of(const Call& call, const request::Quoted& quoted);
void write_sentences(JsonWriter& w, std::string_view name, const std::vector<Said>& sentences);

// What is shown beside the request itself.
struct RequestToday {
  std::optional<request::Quoted> quoted;
  std::string failed;  // why there is none
};

Outcome<void> write_request(JsonWriter& w, const Call& call, Snapshot& snapshot, const RequestView& view, const RequestToday& today);
Outcome<void> write_request_row(JsonWriter& w, const Call& call, Snapshot& snapshot, const request::Request& request,
                                const Customer& customer, const ReturnsKnown& known);

}  // namespace prorata::portal_api
