#include "request/request.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace prorata::request {
namespace {

struct Row {
  Act act;
  State from;
  State to;
};

// The one table of a request's life. What does not stand here is not possible.
constexpr auto kTable = std::to_array<Row>({
    {Act::submit, State::draft, State::submitted},
    {Act::ask_inside, State::submitted, State::partner_approval},
    {Act::hand_over, State::submitted, State::with_operator},
    {Act::hand_over, State::partner_approval, State::with_operator},
    {Act::approve, State::with_operator, State::approved},
    {Act::reject, State::partner_approval, State::rejected},
    {Act::reject, State::with_operator, State::rejected},
    {Act::withdraw, State::draft, State::withdrawn},
    {Act::withdraw, State::submitted, State::withdrawn},
    {Act::withdraw, State::partner_approval, State::withdrawn},
    {Act::withdraw, State::with_operator, State::withdrawn},
    {Act::withdraw, State::approved, State::withdrawn},
    {Act::expire, State::submitted, State::expired},
    {Act::expire, State::partner_approval, State::expired},
    {Act::expire, State::with_operator, State::expired},
    {Act::expire, State::approved, State::expired},
    {Act::begin, State::approved, State::executing},
    {Act::complete, State::executing, State::completed},
    {Act::complete, State::outcome_unknown, State::completed},
    {Act::step_back, State::executing, State::approved},
    {Act::step_back, State::outcome_unknown, State::approved},
    {Act::lose_sight, State::executing, State::outcome_unknown},
    {Act::give_up, State::approved, State::failed},
    {Act::give_up, State::executing, State::failed},
    {Act::give_up, State::outcome_unknown, State::failed},
});

// "cannot be ...": the act as a clerk would say it.
std::string_view done(Act act) {
  switch (act) {
    case Act::submit: return "submitted";
    case Act::ask_inside: return "laid before a second person";
    case Act::hand_over: return "handed to the operator";
    case Act::approve: return "approved";
    case Act::reject: return "rejected";
    case Act::withdraw: return "withdrawn";
    case Act::expire: return "let expire";
    case Act::begin: return "executed";
    case Act::complete: return "completed";
    case Act::step_back: return "set back";
    case Act::lose_sight: return "called unknown";
    case Act::give_up: return "given up";
  }
  return {};
}

std::unexpected<Error> not_now(const Request& request, Act act) {
  std::string since;
  if (!request.steps.empty()) {
    const Step& last = request.steps.back();
    since = fmt::format(" since {} ({})", to_string(last.at), last.by.name.empty() ? "the desk" : last.by.name);
  }
  return fail(Code::refused, fmt::format("{} is {}{}; it cannot be {} any more or not yet", number_text(request.number),
                                         prorata::to_string(request.state), since, done(act)));
}

std::unexpected<Error> refuse(std::string_view field, std::string message) {
  return fail(Code::invalid_argument, std::move(message), std::string(field));
}

Result<void> check_lines(Kind kind, const std::vector<ReturnLine>& returns, const std::vector<PurchaseWish>& purchases) {
  if (returns.empty()) return refuse("returns", "which reservation is given back? Name one");
  if (returns.size() > kLinesMax || purchases.size() > kLinesMax)
    return refuse("returns", fmt::format("a request has at most {} lines of a kind", kLinesMax));
  if (kind == Kind::refund && returns.size() > 1) return refuse("returns", "a refund is of one reservation; ask once for each");
  if (kind == Kind::refund && !purchases.empty()) return refuse("purchases", "a refund buys nothing; ask for an exchange");
  for (std::size_t i = 0; i < returns.size(); ++i) {
    if (returns[i].quantity < 0) return refuse("returns", "fewer than no units cannot be given back");
    for (std::size_t j = 0; j < i; ++j)
      if (returns[i].reservation == returns[j].reservation)
        return refuse("returns",
                      fmt::format("reservation {} is named twice; say once how many units go back", returns[i].reservation.text()));
  }
  for (const PurchaseWish& each : purchases) {
    if (each.line.quantity < 1) return refuse("purchases", fmt::format("buy at least one unit of {}", each.line.sku));
    if (each.line.sku.empty()) return refuse("purchases", "which size is to be bought?");
  }
  return {};
}

struct FileType {
  std::string_view end;  // of the name
  std::string_view type;
  std::string_view begin;  // of the content; empty: text, which has no byte 0
};
constexpr auto kFileTypes = std::to_array<FileType>({
    {".pdf", "application/pdf", "%PDF-"},
    {".png", "image/png", "\x89PNG\r\n\x1a\n"},
    {".jpg", "image/jpeg", "\xFF\xD8\xFF"},
    {".jpeg", "image/jpeg", "\xFF\xD8\xFF"},
    {".zip", "application/zip", "PK"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK"},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK"},
    {".txt", "text/plain", ""},
    {".log", "text/plain", ""},
    {".csv", "text/csv", ""},
    {".json", "application/json", ""},
    {".eml", "message/rfc822", ""},
});

constexpr std::size_t kFileNameMax = 110;

bool is_file_name(std::string_view name) {
  const auto bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/' || c == '\\' || c == ':'; };
  return !trim(name).empty() && name.size() <= kFileNameMax && std::ranges::none_of(name, bad) && name != "." && name != "..";
}

}  // namespace

std::optional<State> next(State state, Act act) {
  const auto* found = std::ranges::find_if(kTable, [&](const Row& each) { return each.from == state && each.act == act; });
  return found == kTable.end() ? std::nullopt : std::optional(found->to);
}

bool at_its_end(State state) {
  return state == State::completed || state == State::withdrawn || state == State::rejected || state == State::expired ||
         state == State::failed;
}

bool holds_allowance(State state) { return state != State::draft && !at_its_end(state); }

std::string number_text(std::int64_t number) { return fmt::format("R-{}", number); }

Result<std::int64_t> parse_number(std::string_view text) {
  const bool marked = text.size() > 2 && (text[0] == 'R' || text[0] == 'r') && text[1] == '-';
  const Result<std::int64_t> number = parse_integer(marked ? text.substr(2) : text, 1, 999'999'999'999, "the number of a request");
  if (number) return *number;
  return fail(Code::invalid_argument, fmt::format("'{}' is not the number of a request; write it as R-1017", text.substr(0, 60)));
}

Result<Request> create(const NewRequest& asked, std::int64_t number, const Who& by, Instant now) {
  TRY(check_lines(asked.kind, asked.returns, asked.purchases));
  if (asked.reason.size() > kReasonMax) return refuse("reason", fmt::format("a reason has at most {} bytes", kReasonMax));
  Request request{.id = asked.id,
                  .number = number,
                  .kind = asked.kind,
                  .customer = asked.customer,
                  .returns = asked.returns,
                  .purchases = asked.purchases,
                  .reason = asked.reason,
                  .severity = asked.severity,
                  .created_by = by,
                  .created = now,
                  .updated = now,
                  .due = support::service_level_of(asked.severity, now).expiration};
  if (asked.asked) request.asked_by = by;
  return request;
}

Result<Request> change_lines(Request request, std::vector<ReturnLine> returns, std::vector<PurchaseWish> purchases, Instant now) {
  if (request.state != State::draft) return not_now(request, Act::submit);
  TRY(check_lines(request.kind, returns, purchases));
  if (returns != request.returns || purchases != request.purchases) request.quoted.reset();
  request.returns = std::move(returns);
  request.purchases = std::move(purchases);
  request.updated = now;
  return request;
}

Result<Request> take(Request request, Act act, const Doing& doing) {
  const std::optional<State> to = next(request.state, act);
  if (!to) return not_now(request, act);
  request.steps.push_back({request.state, *to, doing.by, doing.at, doing.note});
  request.state = *to;
  request.updated = doing.at;
  return request;
}

bool agreed(const Request& request, const Quoted& now) {
  return request.quoted && request.quoted->policy == now.policy && request.quoted->fingerprint == now.fingerprint;
}

Result<std::string> attachment_type(std::string_view name, std::string_view content) {
  if (!is_file_name(name)) return refuse("name", fmt::format("'{}' cannot be a file's name", name.substr(0, kFileNameMax)));
  const auto size = static_cast<std::int64_t>(content.size());
  if (size == 0) return refuse("content", fmt::format("{} is empty", name));
  if (size > kAttachmentBytesMax)
    return refuse("content", fmt::format("{} has {} bytes; at most {} are taken", name, size, kAttachmentBytesMax));
  const std::string lower = to_lower(name);
  for (const FileType& each : kFileTypes) {
    if (!lower.ends_with(each.end)) continue;
    const bool as_it_says = each.begin.empty() ? !content.contains('\0') : content.starts_with(each.begin);
    if (!as_it_says) return refuse("content", fmt::format("{} does not begin as {} does", name, each.type));
    return std::string(each.type);
  }
  std::string ends;
  for (const FileType& each : kFileTypes) (ends += ends.empty() ? "" : " ") += each.end;
  return refuse("name", fmt::format("{}: this kind of file is not taken; there are {}", name, ends));
}

Result<Request> attach(Request request, const Attachment& attachment) {
  if (at_its_end(request.state))
    return fail(Code::refused,
                fmt::format("{} is {}; nothing is added to it", number_text(request.number), prorata::to_string(request.state)));
  const auto same_name = [&](const Attachment& each) { return equal_ignoring_case(each.name, attachment.name); };
  const auto there = std::ranges::find_if(request.attachments, same_name);
  if (there != request.attachments.end() && there->checksum == attachment.checksum) return request;
  if (there != request.attachments.end())
    return fail(Code::already_exists,
                fmt::format("{} has another {} already; give it another name", number_text(request.number), there->name), "name");
  if (request.attachments.size() == kAttachmentsMax)
    return refuse("name", fmt::format("{} has {} files already; no more are taken", number_text(request.number), kAttachmentsMax));
  request.attachments.push_back(attachment);
  request.updated = attachment.at;
  return request;
}

}  // namespace prorata::request
