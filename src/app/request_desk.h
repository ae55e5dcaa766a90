// The rest of what is done with a request: lists, one request with its ticket, the conversation, files, and whose work it is.
//
// Errors of all: not_found, forbidden, those of the rules and of Store::commit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"
#include "request/request.h"

namespace prorata {

struct RequestView {
  request::Request request;
  Customer customer;
  std::optional<support::SupportRequest> ticket;  // with its thread; absent while it is a draft
  Instant now;
};
Result<RequestView> request_view(App& app, std::int64_t number);

// Decided element by element: what whoever acts may not know of is left out. However few may be seen, one call looks at
// kRequestsLookedAtMax at most; its page may then be short and still have a next one.
inline constexpr std::size_t kRequestsLookedAtMax = 20'000;
Result<Page<request::Request>> list_requests(App& app, RequestQuery query);

enum class Side { partner, operator_ };
struct SayInRequestAsk {
  std::int64_t number = 0;
  Side side = Side::partner;
  std::string text;
  std::string subject;  // empty: the request's title
  std::string key;
};
// A message of the ticket. Errors: refused for a draft, which has no ticket yet.
Result<request::Request> say_in_request(App& app, const SayInRequestAsk& ask);

struct AttachAsk {
  std::int64_t number = 0;
  std::string name;
  std::string content;
};
// The same file again is the same. Errors: unavailable where the desk has no place for files.
Result<request::Request> attach_to_request(App& app, const AttachAsk& ask);
Result<std::string> attachment_content(App& app, std::int64_t number, const std::string& name);

// To a user of the partner's side; an empty name gives it back. Errors: not_found, invalid_argument for a customer's user or a disabled
// one.
struct AssignRequestAsk {
  std::int64_t number = 0;
  std::string user;
  std::string key;
  std::int64_t seen_version = 0;  // 0: whatever is there
};
Result<request::Request> assign_request(App& app, const AssignRequestAsk& ask);

}  // namespace prorata
