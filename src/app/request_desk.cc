#include "app/request_desk.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/request_record.h"

namespace prorata {
namespace {

using request::Request;

constexpr std::size_t kRowsAtOnce = 200;

// What whoever acts may know of, customer by customer.
class Sight {
 public:
  Sight(const App& app, Snapshot& snapshot) : app_(app), snapshot_(snapshot) {}
  Result<bool> sees(const Request& request) {
    if (app_.acting == nullptr) return true;
    const auto known = seen_.find(request.customer);
    if (known != seen_.end()) return known->second;
    const std::optional<Customer> customer = TRY(snapshot_.customer(request.customer));
    const bool sees = customer && allowed(app_, access::Right::list_customers, target_of(*customer), access::Access::read);
    seen_.emplace(request.customer, sees);
    return sees;
  }

 private:
  const App& app_;
  Snapshot& snapshot_;
  std::unordered_map<CustomerId, bool> seen_;
};

// The page of the store ends behind the last one taken.
Result<std::string> cursor_after(Snapshot& snapshot, RequestQuery query, std::size_t count) {
  if (count == 0) return query.after;
  query.limit = count;
  return TRY(snapshot.requests(query)).next;
}

std::string sender_of(const App& app, const support::SupportRequest& ticket) {
  return support::is_email(app.actor) ? app.actor : ticket.contact.email;
}

}  // namespace

Result<RequestView> request_view(App& app, std::int64_t number) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  RequestView view{.request = TRY(load_request_numbered(*snapshot, number)), .customer = {}, .ticket = {}, .now = {}};
  TRY(authorize_lines(app, *snapshot, view.request, access::Right::open_record, access::Access::read));
  view.now = TRY(load_moment(app, *snapshot)).now;
  std::optional<Customer> customer = TRY(snapshot->customer(view.request.customer));
  if (!customer) return fail(Code::storage_corrupt, fmt::format("{} is of a customer that is not here", request::number_text(number)));
  view.customer = *std::move(customer);
  if (!view.request.ticket.empty()) view.ticket = TRY(snapshot->support_request(view.request.ticket));
  return view;
}

Result<Page<Request>> list_requests(App& app, RequestQuery query) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  if (app.acting != nullptr && app.acting->principal.customer) {
    if (query.customer && query.customer != app.acting->principal.customer) return Page<Request>{};
    query.customer = app.acting->principal.customer;
  }
  Sight sight(app, *snapshot);
  Page<Request> out;
  const std::size_t take = query.limit;
  for (std::size_t looked_at = 0; looked_at < kRequestsLookedAtMax;) {
    query.limit = std::max(take - out.items.size(), std::min(take, kRowsAtOnce));
    Page<Request> page = TRY(snapshot->requests(query));
    for (std::size_t i = 0; i < page.items.size(); ++i) {
      if (out.items.size() == take) {
        out.next = TRY(cursor_after(*snapshot, query, i));
        return out;
      }
      if (TRY(sight.sees(page.items[i]))) out.items.push_back(std::move(page.items[i]));
    }
    looked_at += page.items.size();
    out.next = std::move(page.next);
    if (out.next.empty() || out.items.size() == take) return out;
    query.after = out.next;
  }
  return out;
}

Result<Request> say_in_request(App& app, const SayInRequestAsk& ask) {
  return write_request(app, {.number = ask.number, .key = ask.key, .words = "say " + ask.text},
                       [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
                         if (ask.side == Side::operator_)
                           TRY(authorize_above(app, snapshot, before, kDecide));
                         else
                           TRY(authorize_lines(app, snapshot, before, access::Right::submit_request));
                         const std::string number = request::number_text(before.number);
                         if (before.ticket.empty())
                           return fail(Code::refused,
                                       fmt::format("{} has no support request yet; submit it first, or write its reason", number));
                         std::optional<support::SupportRequest> ticket = TRY(snapshot.support_request(before.ticket));
                         if (!ticket) return fail(Code::not_found, fmt::format("support request {} is not in this desk", before.ticket));
                         const std::string subject = ask.subject.empty() ? title_of(before) : ask.subject;
                         if (ask.side == Side::operator_) {
                           if (ticket->status == support::Status::closed)
                             return fail(Code::refused, fmt::format("{} is {}", number, to_string(before.state)));
                           if (trim(ask.text).empty()) return fail(Code::invalid_argument, "a message says something", "body");
                           *ticket = support::answered(*std::move(ticket), app.ids.next(), subject, ask.text, now);
                           ticket->modified = now;
                         } else {
                           *ticket = TRY(support::add_communication(*std::move(ticket),
                                                                    {.name = fmt::format("message-{}", ticket->thread.size() + 1),
                                                                     .sender = sender_of(app, *ticket),
                                                                     .subject = subject,
                                                                     .body = ask.text},
                                                                    now));
                         }
                         Changes changes{.audit = request_note(app, "request.say", before, now)};
                         changes.audit.after = ask.text.substr(0, 200);
                         changes.support_requests.push_back(*std::move(ticket));
                         Request after = before;
                         after.updated = now;
                         put_request(changes, app, &before, std::move(after), now);
                         return changes;
                       });
}

Result<Request> attach_to_request(App& app, const AttachAsk& ask) {
  const std::string type = TRY(request::attachment_type(ask.name, ask.content));
  if (app.contents == nullptr)
    return fail(Code::unavailable, "this desk has no folder for the contents of files; name one with --files-dir");
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    const Request request = TRY(load_request_numbered(*snapshot, ask.number));
    TRY(authorize_lines(app, *snapshot, request, access::Right::quote));
  }
  // The content first: one that no request names in the end does no harm, a name without its content would.
  const std::string checksum = TRY(app.contents->put(ask.content));
  return write_request(app, {.number = ask.number},
                       [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
                         TRY(authorize_lines(app, snapshot, before, access::Right::quote));
                         Request after = TRY(request::attach(before, {.name = ask.name,
                                                                      .type = type,
                                                                      .size = static_cast<std::int64_t>(ask.content.size()),
                                                                      .checksum = checksum,
                                                                      .by = who_acts(app),
                                                                      .at = now}));
                         Changes changes{.audit = request_note(app, "request.attach", before, now)};
                         changes.audit.after = fmt::format("{}, {} bytes, SHA-256 {}", ask.name, ask.content.size(), checksum);
                         put_request(changes, app, &before, std::move(after), now);
                         return changes;
                       });
}

Result<std::string> attachment_content(App& app, std::int64_t number, const std::string& name) {
  const RequestView view = TRY(request_view(app, number));
  const auto found =
      std::ranges::find_if(view.request.attachments, [&](const request::Attachment& each) { return equal_ignoring_case(each.name, name); });
  if (found == view.request.attachments.end())
    return fail(Code::not_found, fmt::format("{} has no file {}", request::number_text(number), name));
  if (app.contents == nullptr)
    return fail(Code::unavailable, "this desk has no folder for the contents of files; name one with --files-dir");
  return app.contents->get(found->checksum);
}

Result<Request> assign_request(App& app, const AssignRequestAsk& ask) {
  return write_request(
      app, {.number = ask.number, .key = ask.key, .words = fmt::format("assign to '{}'", ask.user), .seen_version = ask.seen_version},
      [&](Snapshot& snapshot, const Request& before, const Desk&, Instant now) -> Result<Changes> {
        TRY(authorize_lines(app, snapshot, before, access::Right::submit_request));
        if (request::at_its_end(before.state))
          return fail(Code::refused,
                      fmt::format("{} is {}; it is nobody's work any more", request::number_text(ask.number), to_string(before.state)));
        Request after = before;
        after.assigned_to.clear();
        if (!ask.user.empty()) {
          const std::optional<User> found = TRY(snapshot.user_named(ask.user));
          if (!found) return fail(Code::not_found, fmt::format("no user {}; 'prorata user list' shows who there is", ask.user));
          if (found->disabled || found->of_customer)
            return fail(Code::invalid_argument,
                        fmt::format("{} is {}", found->name, found->disabled ? "disabled" : "a customer's own user"));
          after.assigned_to = found->name;
        }
        after.updated = now;
        Changes changes{.audit = request_note(app, "request.assign", before, now)};
        changes.audit.before = before.assigned_to;
        changes.audit.after = after.assigned_to.empty() ? "nobody" : after.assigned_to;
        put_request(changes, app, &before, std::move(after), now);
        return changes;
      });
}

}  // namespace prorata
