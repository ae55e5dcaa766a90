// What every use case of a request does in one way: find it, ask whether whoever acts may touch it, and put it back with its ticket, its
// hold, its line in the audit trail and its word to whoever is told of changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/app.h"
#include "request/request.h"

namespace prorata {

request::Who who_acts(const App& app);

// Errors: not_found, saying where to look.
Result<request::Request> load_request_numbered(Snapshot& snapshot, std::int64_t number);

// May whoever acts do that to every line of the request? Errors: forbidden.
Result<void> authorize_lines(const App& app, Snapshot& snapshot, const request::Request& request, access::Right right,
                             access::Access access = access::Access::full);
// What stands above the lines: the partner's second person, and the operator. Nobody does it to a request of their own. Errors: forbidden.
inline constexpr std::string_view kApproveInside = "Prorata/requests/approve/action";
inline constexpr std::string_view kDecide = "Prorata/requests/decide/action";
Result<void> authorize_above(const App& app, Snapshot& snapshot, const request::Request& request, std::string_view action);

// Errors: refused where its time has run out and nobody has noted it yet.
Result<void> check_not_expired(const request::Request& request, Instant now);

// The audit note of a commit about a request, which may write more than the request.
AuditNote request_note(const App& app, std::string action, const request::Request& request, Instant now);

// Puts the request and a "request.changed" for every state it went through since `before`; one for the same state where it went through
// none. `before` is absent for a new one.
void put_request(Changes& changes, const App& app, const request::Request* before, request::Request after, Instant now);

// Lets go of what the request still holds on the allowance.
Result<void> release_its_hold(Changes& changes, Snapshot& snapshot, const request::Request& request, Instant now);

// Tells the ticket how it ended, and closes it, in one message of the operator's side. A ticket that is closed already stays as it is.
Result<void> close_its_ticket(Changes& changes, App& app, Snapshot& snapshot, const request::Request& request, std::string subject,
                              std::string body, Instant now);

// A request at its end without having been done: hold released, ticket closed with the reason, put.
Result<void> end_undone(Changes& changes, App& app, Snapshot& snapshot, const request::Request& before, request::Act act,
                        std::string reason, Instant now);

// Where an exchange of a request has come to its end: the request ends in the same commit. Any other exchange is let pass.
Result<void> end_request_of(Changes& changes, App& app, Snapshot& snapshot, const Exchange& exchange, Instant now);

// With the operator; and past it where the desk's rules stand for one and the policy has nothing against it.
Result<request::Request> handed_over(request::Request request, const Desk& desk, const request::Doing& doing);

// "Refund of 2 x Standard_D2s_v5": what it is about, for titles and lists.
std::string title_of(const request::Request& request);

// Commits one change of a request: loads it, lets `decide` change it, puts it. An answer under the key comes again.
// Errors besides those of `decide` and of Store::commit: conflict with the reason "changed_meanwhile" where another version is there than
// was seen.
inline constexpr std::string_view kChangedMeanwhile = "changed_meanwhile";
struct RequestWrite {
  std::int64_t number = 0;
  std::string key;
  std::string words;              // of what is asked, for the key
  std::int64_t seen_version = 0;  // 0: whatever is there
};
Result<void> check_seen(const request::Request& request, std::int64_t seen_version);
using RequestDecide = std::function<Result<Changes>(Snapshot&, const request::Request&, const Desk&, Instant)>;
Result<request::Request> write_request(App& app, const RequestWrite& ask, const RequestDecide& decide);

}  // namespace prorata
