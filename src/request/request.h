// The request for a refund or an exchange: who asked for what, what was quoted, how far it has come. Pure, like the rooms below it: a step
// takes a request and gives the next one, or says why not.
//
//   Request request = TRY(create({.kind = Kind::refund, .customer = kumla, .returns = {line}}, 17, anna, now));
//   request = TRY(take(request, Act::submit, {.by = anna, .at = now}));
//   request = TRY(take(request, Act::hand_over, {.by = anna, .at = now}));
//
//   draft -> submitted -> [partner_approval] -> with_operator -> approved -> executing -> completed
//
// and beside that way withdrawn, rejected, expired, failed; executing may become outcome_unknown, which is resolved by looking, never by
// doing again. `next` is the one table of it. docs/specs/requests.md prints it.
//
// Errors of every step: refused, naming the request, its state and who brought it there.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "reservation/purchase_line.h"
#include "support/support_request.h"

namespace prorata {
struct RequestTag {
  static constexpr std::string_view kName = "request id";
};
using RequestId = Id<RequestTag>;
}  // namespace prorata

namespace prorata::request {

enum class Kind : std::uint8_t { refund, exchange };

enum class State : std::uint8_t {
  draft,             // asked for, or being prepared
  submitted,         // filed; passes on at once to one of the next two
  partner_approval,  // waits for a second person of the partner
  with_operator,     // waits for the operator's decision
  approved,          // may be executed; waits where its figures have moved and the agent must agree again
  executing,         // is being done right now, or was when a process died
  outcome_unknown,   // the answer of the commit was lost
  completed,
  withdrawn,
  rejected,
  expired,
  failed,  // approved, and could not be done
};
inline constexpr std::size_t kStateCount = 12;

enum class Act : std::uint8_t {
  submit,      // the agent files it
  ask_inside,  // it needs a second person
  hand_over,   // to the operator
  approve,     // the operator, or the rule that stands for one
  reject,      // the operator, or the second person
  withdraw,    // the partner, or the customer while it is a draft
  expire,      // its hold has run out
  begin,       // the execution
  complete,    // in the same commit as what it asked for
  step_back,   // the execution changed nothing, and waits: for the agent, or for another try
  lose_sight,  // nobody can say whether it was done
  give_up,     // it can not be done any more
};
inline constexpr std::size_t kActCount = 12;

// The table; absent where the act is not possible in that state.
std::optional<State> next(State state, Act act);
bool at_its_end(State state);       // completed, withdrawn, rejected, expired, failed
bool holds_allowance(State state);  // from submitted on, until its end

// Who did something: the object id of who signed in, or none for the desk's owner at its own machine and for a rule.
struct Who {
  std::string id;
  std::string name;
  friend bool operator==(const Who&, const Who&) = default;
};

struct ReturnLine {
  OrderId order;
  ReservationId reservation;
  std::int64_t quantity = 0;  // 0: all units, until it has been quoted
  std::string sku;
  friend bool operator==(const ReturnLine&, const ReturnLine&) = default;
};

struct PurchaseWish {
  PurchaseLine line;
  bool scope_named = false;  // otherwise the returned reservation's, where there is one
  friend bool operator==(const PurchaseWish&, const PurchaseWish&) = default;
};

// What was quoted last. The amounts are in the customer's currency but for the two named `pricing`, which are in USD.
struct Quoted {
  std::string id;  // of the quote: a refund's, or the exchange that it would become
  Instant as_of;
  Instant valid_until;
  std::string policy;
  std::string fingerprint;  // of every figure: an execution must decide the same
  Money refund;             // what comes back: a refund's, or the credits and commitments of an exchange
  Money fee;
  Money forfeited;
  Money remaining_commitment;
  Money purchases_total;  // exchange
  Money net_payable;      // exchange
  Money pricing_refund;
  Money pricing_cancelled;
  std::vector<std::string> refusals;  // in order of precedence
  std::vector<std::string> warnings;
  bool clipped = false;  // the allowance cuts it
  friend bool operator==(const Quoted&, const Quoted&) = default;
};

struct Attachment {
  std::string name;
  std::string type;  // "application/pdf"
  std::int64_t size = 0;
  std::string checksum;  // SHA-256 of the content, 64 hexadecimal digits; under which it is kept
  Who by;
  Instant at;
  friend bool operator==(const Attachment&, const Attachment&) = default;
};

struct Step {
  State from = State::draft;
  State to = State::draft;
  Who by;
  Instant at;
  std::string note;  // a reason, or what was found
  friend bool operator==(const Step&, const Step&) = default;
};

struct Request {
  RequestId id;
  std::int64_t version = 0;
  std::int64_t number = 0;
  Kind kind = Kind::refund;
  State state = State::draft;
  CustomerId customer;
  std::vector<ReturnLine> returns;
  std::vector<PurchaseWish> purchases;
  std::string reason;  // in the words of whoever asked
  support::Severity severity = support::Severity::minimal;

  std::optional<Quoted> quoted;
  bool accept_clip = false;  // go on even where the allowance cuts the refund
  bool agree_again = false;  // a figure has changed since the agent agreed: nothing is executed before they agree again
  std::optional<HoldId> hold;
  std::string ticket;  // the name of its support request; empty while it is a draft

  std::optional<Who> asked_by;  // the customer, or the agent who noted it
  Who created_by;
  std::optional<Who> submitted_by;
  std::optional<Who> approved_by;  // the second person
  std::optional<Who> decided_by;   // the operator
  std::string decision_reason;
  std::string assigned_to;  // a user's name; empty: nobody

  std::string outcome;  // the return, or the exchange, that it became; of an exchange from its first stage on
  std::string failure;  // why it could not be done

  Instant created;
  Instant updated;
  Instant due;                     // the operator's answer, by severity
  std::optional<Instant> expires;  // with its hold
  std::vector<Attachment> attachments;
  std::vector<Step> steps;  // oldest first
  friend bool operator==(const Request&, const Request&) = default;
};

std::string number_text(std::int64_t number);              // "R-1017"
Result<std::int64_t> parse_number(std::string_view text);  // any letter case. Errors: invalid_argument
inline constexpr std::int64_t kFirstNumber = 1001;

struct NewRequest {
  RequestId id;
  Kind kind = Kind::refund;
  CustomerId customer;
  std::vector<ReturnLine> returns;
  std::vector<PurchaseWish> purchases;
  std::string reason;
  support::Severity severity = support::Severity::minimal;
  bool asked = false;  // by or for the customer: an agent has to take it up
};
inline constexpr std::size_t kLinesMax = 50;
inline constexpr std::size_t kReasonMax = 4000;

// Errors: invalid_argument for no lines, too many, one named twice, a negative quantity, a refund of several or with something to buy, a
// reason that is too long.
Result<Request> create(const NewRequest& asked, std::int64_t number, const Who& by, Instant now);

// The same checks for a draft whose lines are changed; what was quoted for others is forgotten. Errors: also refused where it is no draft.
Result<Request> change_lines(Request request, std::vector<ReturnLine> returns, std::vector<PurchaseWish> purchases, Instant now);

struct Doing {
  Who by;
  Instant at;
  std::string note;
};
Result<Request> take(Request request, Act act, const Doing& doing);

// What was agreed to and what would happen now are the same in every figure.
bool agreed(const Request& request, const Quoted& now);

// May this content go with a request? Errors: invalid_argument with the field in `place`.
inline constexpr std::int64_t kAttachmentBytesMax = std::int64_t{5} * 1024 * 1024;
inline constexpr std::size_t kAttachmentsMax = 20;
// By the end of the name, and by how the content begins. Errors: invalid_argument with "name" or "content" in `place`.
Result<std::string> attachment_type(std::string_view name, std::string_view content);
Result<Request> attach(Request request, const Attachment& attachment);

}  // namespace prorata::request

namespace prorata {
template <>
inline constexpr auto kWords<request::Kind> =
    std::to_array<Word<request::Kind>>({{request::Kind::refund, "refund"}, {request::Kind::exchange, "exchange"}});
template <>
inline constexpr auto kWords<request::State> = std::to_array<Word<request::State>>({{request::State::draft, "draft"},
                                                                                    {request::State::submitted, "submitted"},
                                                                                    {request::State::partner_approval, "partner_approval"},
                                                                                    {request::State::with_operator, "with_operator"},
                                                                                    {request::State::approved, "approved"},
                                                                                    {request::State::executing, "executing"},
                                                                                    {request::State::outcome_unknown, "outcome_unknown"},
                                                                                    {request::State::completed, "completed"},
                                                                                    {request::State::withdrawn, "withdrawn"},
                                                                                    {request::State::rejected, "rejected"},
                                                                                    {request::State::expired, "expired"},
                                                                                    {request::State::failed, "failed"}});
template <>
inline constexpr auto kWords<request::Act> = std::to_array<Word<request::Act>>({{request::Act::submit, "submit"},
                                                                                {request::Act::ask_inside, "ask_inside"},
                                                                                {request::Act::hand_over, "hand_over"},
                                                                                {request::Act::approve, "approve"},
                                                                                {request::Act::reject, "reject"},
                                                                                {request::Act::withdraw, "withdraw"},
                                                                                {request::Act::expire, "expire"},
                                                                                {request::Act::begin, "begin"},
                                                                                {request::Act::complete, "complete"},
                                                                                {request::Act::step_back, "step_back"},
                                                                                {request::Act::lose_sight, "lose_sight"},
                                                                                {request::Act::give_up, "give_up"}});
}  // namespace prorata
