// Use cases of the support request: file one, change it, say something in its thread.
//
//   const FiledRequest filed = TRY(file_request(app, {.request = {.name = "refund-17", ...}, .from = "support@partner.example"}));
//   const SupportRequest closed = TRY(change_request(app, {.name = "refund-17", .change = {.status = Status::closed}}));
//
// Errors besides those of the rules (support/support_request.h) and of Store::commit: not_found.
#pragma once

#include <optional>
#include <string>

#include "app/app.h"
#include "support/support_request.h"

namespace prorata {

// Work that a client comes back for: where its answer is to be found.
struct SupportWork {
  support::SupportRequest request;
  Operation operation;
};

// A ticket as it is filed, its number and its first message included; the caller puts it. Errors: those of the rules; already_exists where
// the name is taken; refused where the day has no number left.
Result<support::SupportRequest> new_ticket(App& app, Snapshot& snapshot, const support::NewRequest& asked, Instant now);

struct FileAsk {
  support::NewRequest request;
  std::string resource;  // the ARM path by which it was filed, for the operation
};
// With a first message in its thread that confirms it, as the operator sends one. Errors: already_exists where the name is taken.
Result<SupportWork> file_request(App& app, const FileAsk& ask);

// As the one who asks found it: in the tenant or the subscription it looked in.
struct RequestPlace {
  std::string name;
  CustomerId customer;
  std::optional<SubscriptionId> subscription;
};
// Errors: not_found.
Result<support::SupportRequest> load_request(Snapshot& snapshot, const RequestPlace& place);

struct RequestChangeAsk {
  RequestPlace place;
  support::RequestChange change;
};
Result<support::SupportRequest> change_request(App& app, const RequestChangeAsk& ask);

struct SayAsk {
  RequestPlace place;
  support::NewCommunication message;
  std::string resource;
};
Result<SupportWork> say(App& app, const SayAsk& ask);

}  // namespace prorata
