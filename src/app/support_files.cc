#include "app/support_files.h"

#include <fmt/format.h>

#include "app/desk.h"
#include "app/write.h"

namespace prorata {
namespace {

using support::FileWorkspace;

AuditNote note_of(const App& app, std::string action, const FileWorkspace& workspace, Instant now) {
  return {.at = now, .actor = app.actor, .action = std::move(action), .customer = workspace.customer.text(), .subject = workspace.name};
}

bool is_at(const FileWorkspace& workspace, const CustomerId& customer, const std::optional<SubscriptionId>& subscription) {
  return workspace.customer == customer && workspace.subscription == subscription;
}

}  // namespace

Result<FileWorkspace> make_workspace(App& app, const support::NewWorkspace& asked) {
  {
    const auto snapshot = TRY(app.store.snapshot());
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

    after = TRY(support::add_file(before, ask.file, at.now));

    Changes changes{.audit = note_of(app, "support.file_announced", after, at.now), .file_workspaces = {after}};
    changes.audit.after = fmt::format("{}, {} bytes", ask.file.name, ask.file.size);
    return changes;
  }));
  return after;
}

Result<void> take_in_chunk(App& app, const ChunkAsk& ask) {
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment at = TRY(load_moment(app, snapshot));
    const FileWorkspace before = TRY(load_workspace(snapshot, ask.workspace));

    const std::optional<std::int64_t> size = support::base64_size(ask.content);
    if (!size) return fail(Code::invalid_argument, "the content is no base64 text", "content");
    const FileWorkspace after = TRY(support::receive_chunk(before, {ask.file, ask.index, *size}, at.now));

    Changes changes{.audit = note_of(app, "support.chunk", after, at.now),
                    .file_workspaces = {after},
                    .file_chunks = {{after.name, ask.file, ask.index, ask.content}}};
    changes.audit.after = fmt::format("{}, chunk {}, {} bytes", ask.file, ask.index, *size);
    return changes;
  }));
  return {};
}

}  // namespace prorata
