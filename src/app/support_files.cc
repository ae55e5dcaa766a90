#include "app/support_files.h"

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/write.h"

namespace prorata {
namespace {

using support::FileWorkspace;

AuditNote note_of(const App& app, std::string action, const FileWorkspace& workspace, Instant now) {
  return {.at = now, .actor = app.actor, .action = std::move(action), .customer = workspace.customer.text(), .subject = workspace.name};
}

constexpr std::string_view kWriteFiles = "Microsoft.Support/fileWorkspaces/files/write";

// A workspace stands below its subscription, or below the tenant.
Result<void> authorize_files(const App& app, Snapshot& snapshot, std::string_view action, const CustomerId& id,
                             const std::optional<SubscriptionId>& subscription) {
  if (app.acting == nullptr) return {};
  const std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
  return authorize(app, action, target_at(*customer, subscription ? access::scope_of(*subscription) : access::root_scope()));
}

bool is_at(const FileWorkspace& workspace, const CustomerId& customer, const std::optional<SubscriptionId>& subscription) {
  return workspace.customer == customer && workspace.subscription == subscription;
}

}  // namespace

Result<FileWorkspace> make_workspace(App& app, const support::NewWorkspace& asked) {
  {
    const auto snapshot = TRY(app.store.snapshot());
    TRY(authorize_files(app, *snapshot, "Microsoft.Support/fileWorkspaces/write", asked.customer, asked.subscription));
    if (const std::optional<FileWorkspace> present = TRY(snapshot->file_workspace(asked.name))) {
      if (is_at(*present, asked.customer, asked.subscription)) return *present;
    }
  }
  FileWorkspace made;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const bool taken = TRY(snapshot.file_workspace(asked.name)).has_value();

    made = TRY(support::create_workspace(asked, at.now));
    if (taken) return fail(Code::already_exists, fmt::format("there is a file workspace {} already", asked.name), "name");

    return Changes{.audit = note_of(app, "support.workspace", made, at.now), .file_workspaces = {made}};
  }));
  return made;
}

Result<FileWorkspace> load_workspace(Snapshot& snapshot, const RequestPlace& place) {
  std::optional<FileWorkspace> workspace = TRY(snapshot.file_workspace(place.name));
  if (!workspace || !is_at(*workspace, place.customer, place.subscription))
    return fail(Code::not_found, fmt::format("The Resource 'Microsoft.Support/fileWorkspaces/{}' was not found.", place.name));
  return *std::move(workspace);
}

Result<FileWorkspace> announce_file(App& app, const AnnounceAsk& ask) {
  FileWorkspace after;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const FileWorkspace before = TRY(load_workspace(snapshot, ask.workspace));
    TRY(authorize_files(app, snapshot, kWriteFiles, before.customer, before.subscription));

    after = TRY(support::add_file(before, ask.file, at.now));

    Changes changes{.audit = note_of(app, "support.file_announced", after, at.now), .file_workspaces = {after}};
    changes.audit.after = fmt::format("{}, {} bytes", ask.file.name, ask.file.size);
    return changes;
  }));
  return after;
}

Result<void> take_in_chunk(App& app, const ChunkAsk& ask) {
  const std::optional<std::int64_t> size = support::base64_size(ask.content);
  if (!size) return fail(Code::invalid_argument, "the content is no base64 text", "content");
  std::string checksum;  // of what lies outside the tables; the content goes there before any row speaks of it
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const FileWorkspace before = TRY(load_workspace(snapshot, ask.workspace));
    TRY(authorize_files(app, snapshot, kWriteFiles, before.customer, before.subscription));
    const FileWorkspace after = TRY(support::receive_chunk(before, {ask.file, ask.index, *size}, at.now));
    if (app.contents == nullptr)
      return fail(Code::unavailable, "this desk has no folder for the contents of files; name one with --files-dir");
    if (checksum.empty()) checksum = TRY(app.contents->put(ask.content));

    Changes changes{.audit = note_of(app, "support.chunk", after, at.now),
                    .file_workspaces = {after},
                    .file_chunks = {{after.name, ask.file, ask.index, {}, checksum}}};
    changes.audit.after = fmt::format("{}, chunk {}, {} bytes", ask.file, ask.index, *size);
    return changes;
  }));
  return {};
}

}  // namespace prorata
