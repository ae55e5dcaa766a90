#include "app/support_requests.h"

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/decide_request.h"
#include "app/desk.h"
#include "app/request_record.h"
#include "app/write.h"

namespace prorata {
namespace {

using support::SupportRequest;

AuditNote note_of(const App& app, std::string action, const SupportRequest& request, Instant now) {
  return {.at = now, .actor = app.actor, .action = std::move(action), .customer = request.customer.text(), .subject = request.name};
}

std::string line_of(const SupportRequest& request) {
  return fmt::format("{}, {}, {}: {}", request.number, to_string(request.severity), to_string(request.status), request.title);
}

constexpr std::string_view kWriteTickets = "Microsoft.Support/supportTickets/write";

// A ticket stands below its subscription, or below the tenant.
Result<void> authorize_ticket(const App& app, Snapshot& snapshot, std::string_view action, const CustomerId& id,
                              const std::optional<SubscriptionId>& subscription) {
  if (app.acting == nullptr) return {};
  const std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
  return authorize(app, action, target_at(*customer, subscription ? access::scope_of(*subscription) : access::root_scope()));
}

// The work is done when it is committed; in a sandbox it may show as running for a while. That while passes in real time: a clock that
// stands still would never end it.
Operation operation_of(App& app, const Desk& desk, std::string kind, const SupportRequest& request, const std::string& resource) {
  const Instant started = app.clock.now();
  return {.id = OperationId::trusted(app.ids.next()),
          .kind = std::move(kind),
          .customer = request.customer,
          .resource = resource,
          .started = started,
          .ready = add_seconds(started, desk.lag_seconds),
          .state = "Succeeded",
          .answer = fmt::format(R"({{"supportTicketCreationWarning":"","supportTicketId":"{}"}})", request.number)};
}

}  // namespace

Result<SupportRequest> load_request(Snapshot& snapshot, const RequestPlace& place) {
  std::optional<SupportRequest> request = TRY(snapshot.support_request(place.name));
  if (!request || request->customer != place.customer || request->subscription != place.subscription)
    return fail(Code::not_found, fmt::format("The Resource 'Microsoft.Support/supportTickets/{}' was not found.", place.name));
  return *std::move(request);
}

Result<SupportRequest> new_ticket(App& app, Snapshot& snapshot, const support::NewRequest& asked, Instant now) {
  const bool taken = TRY(snapshot.support_request(asked.name)).has_value();
  const std::int64_t last = TRY(snapshot.last_support_number(day_of(now)));
  if (last >= support::kRequestsADayMax) return fail(Code::refused, "a day has at most 999 999 support requests; file it tomorrow");

  SupportRequest request = TRY(support::create_request(asked, support::number_of(day_of(now), last + 1), now));
  if (taken) return fail(Code::already_exists, fmt::format("there is a support request {} already", asked.name), "name");
  return support::acknowledged(std::move(request), app.ids.next(), now);
}

Result<SupportWork> file_request(App& app, const FileAsk& ask) {
  SupportWork work;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    TRY(authorize_ticket(app, snapshot, kWriteTickets, ask.request.customer, ask.request.subscription));
    work.request = TRY(new_ticket(app, snapshot, ask.request, at.now));
    work.operation = operation_of(app, at.desk, "support_request", work.request, ask.resource);

    Changes changes{
        .audit = note_of(app, "support.file", work.request, at.now), .support_requests = {work.request}, .operations = {work.operation}};
    changes.audit.after = line_of(work.request);
    return changes;
  }));
  return work;
}

Result<SupportRequest> change_request(App& app, const RequestChangeAsk& ask) {
  SupportRequest after;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const SupportRequest before = TRY(load_request(snapshot, ask.place));

    TRY(authorize_ticket(app, snapshot, kWriteTickets, before.customer, before.subscription));
    after = TRY(support::update_request(before, ask.change, at.now));

    Changes changes{.audit = note_of(app, "support.change", after, at.now)};
    TRY(follow_ticket(changes, app, snapshot, before, after, at.now));
    changes.audit.before = line_of(before);
    changes.audit.after = line_of(after);
    changes.support_requests.push_back(after);
    return changes;
  }));
  return after;
}

Result<SupportWork> say(App& app, const SayAsk& ask) {
  SupportWork work;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const SupportRequest before = TRY(load_request(snapshot, ask.place));

    TRY(authorize_ticket(app, snapshot, "Microsoft.Support/supportTickets/communications/write", before.customer, before.subscription));
    work.request = TRY(support::add_communication(before, ask.message, at.now));
    work.operation = operation_of(app, at.desk, "communication", work.request, ask.resource);

    Changes changes{
        .audit = note_of(app, "support.say", work.request, at.now), .support_requests = {work.request}, .operations = {work.operation}};
    changes.audit.after = fmt::format("{}: {}", work.request.number, work.request.thread.back().subject);
    if (std::optional<request::Request> its = TRY(snapshot.request_of_ticket(before.name))) {
      request::Request told = *its;
      told.updated = at.now;
      put_request(changes, app, &*its, std::move(told), at.now);
    }
    return changes;
  }));
  return work;
}

}  // namespace prorata
