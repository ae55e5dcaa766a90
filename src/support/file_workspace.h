// Files that go with a support request: a workspace is made, files are announced in it, and their content is uploaded in chunks. Pure, like
// the rest of the room.
//
//   FileWorkspace workspace = TRY(create_workspace({.name = "for-refund-17", .customer = customer}, now));
//   workspace = TRY(add_file(workspace, {.name = "invoice.pdf", .size = 171, .chunk_size = 171, .chunks = 1}, now));
//   workspace = TRY(receive_chunk(workspace, {.file = "invoice.pdf", .index = 0, .size = 171}, now));
//
// Errors: invalid_argument with the field in `place`, not_found for a file that was not announced, refused where the workspace has expired
// or is full.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/time.h"

namespace prorata::support {

inline constexpr std::int64_t kFileBytesMax = std::int64_t{5} * 1024 * 1024;
inline constexpr std::int64_t kChunkBytesMax = kFileBytesMax / 2;
inline constexpr std::int64_t kChunksMax = 2;
inline constexpr std::size_t kFilesMax = 50;  // of a workspace
inline constexpr std::int64_t kWorkspaceSeconds = 86'400;

struct WorkspaceFile {
  std::string name;
  Instant created;
  std::int64_t size = 0;
  std::int64_t chunk_size = 0;
  std::int64_t chunks = 0;
  std::vector<std::int64_t> received;  // indexes, in order
  friend bool operator==(const WorkspaceFile&, const WorkspaceFile&) = default;
};

struct FileWorkspace {
  std::string name;  // unique in the desk in any letter case
  std::int64_t version = 0;
  CustomerId customer;
  std::optional<SubscriptionId> subscription;  // absent: made for the tenant
  Instant created;
  Instant expires;                   // from then on nothing is taken in
  std::vector<WorkspaceFile> files;  // as they were announced
  friend bool operator==(const FileWorkspace&, const FileWorkspace&) = default;
};

// A chunk that was taken in. Its content lies outside the tables, under its checksum.
struct FileChunk {
  std::string workspace;
  std::string file;
  std::int64_t index = 0;
  std::string content;   // base64; where an older desk kept it, and empty since
  std::string checksum;  // SHA-256 of the content as it came, 64 hexadecimal digits; empty where `content` is kept
  friend bool operator==(const FileChunk&, const FileChunk&) = default;
};

struct NewWorkspace {
  std::string name;  // as a support request's
  CustomerId customer;
  std::optional<SubscriptionId> subscription;
};
Result<FileWorkspace> create_workspace(const NewWorkspace& asked, Instant now);

struct NewFile {
  std::string name;
  std::int64_t size = 0;
  std::int64_t chunk_size = 0;
  std::int64_t chunks = 0;
};
// One that is there already begins anew.
Result<FileWorkspace> add_file(FileWorkspace workspace, const NewFile& asked, Instant now);

struct NewChunk {
  std::string file;
  std::int64_t index = 0;
  std::int64_t size = 0;  // in bytes, of the content itself
};
Result<FileWorkspace> receive_chunk(FileWorkspace workspace, const NewChunk& chunk, Instant now);

const WorkspaceFile* find_file(const FileWorkspace& workspace, std::string_view name);  // any letter case; nullptr

// How many bytes base64 text stands for; absent where it is none (RFC 4648 section 4, with its padding).
std::optional<std::int64_t> base64_size(std::string_view text);

}  // namespace prorata::support
