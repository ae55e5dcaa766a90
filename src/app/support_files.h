// Use cases of the files that go with support requests: make a workspace, announce a file in it, take in a chunk of its content.
//
//   const FileWorkspace made = TRY(make_workspace(app, {.name = "for-refund-17", .customer = customer}));
//   const FileWorkspace with = TRY(announce_file(app, {place, {.name = "invoice.pdf", .size = 171, .chunk_size = 171, .chunks = 1}}));
//   TRY(take_in_chunk(app, {place, "invoice.pdf", 0, "JVBERi0x..."}));
//
// Errors besides those of the rules (support/file_workspace.h) and of Store::commit: not_found.
#pragma once

#include <string>

#include "app/support_requests.h"
#include "support/file_workspace.h"

namespace prorata {

// The same name again gives the workspace that is there, if it is of the same customer and subscription. Errors: already_exists otherwise.
Result<support::FileWorkspace> make_workspace(App& app, const support::NewWorkspace& asked);

// Errors: not_found.
Result<support::FileWorkspace> load_workspace(Snapshot& snapshot, const RequestPlace& place);

struct AnnounceAsk {
  RequestPlace workspace;
  support::NewFile file;
};
Result<support::FileWorkspace> announce_file(App& app, const AnnounceAsk& ask);

struct ChunkAsk {
  RequestPlace workspace;
  std::string file;
  std::int64_t index = 0;
  std::string content;  // base64
};
Result<void> take_in_chunk(App& app, const ChunkAsk& ask);

}  // namespace prorata
