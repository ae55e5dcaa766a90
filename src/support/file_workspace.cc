#include "support/file_workspace.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "support/support_request.h"

namespace prorata::support {
namespace {

using std::string_view;

std::unexpected<Error> refuse(string_view field, std::string why) {
  return fail(Code::invalid_argument, std::move(why), std::string(field));
}

Result<void> check_open(const FileWorkspace& workspace, Instant now) {
  if (now < workspace.expires) return {};
  return fail(Code::refused,
              fmt::format("file workspace {} has expired at {}; make a new one", workspace.name, to_string(workspace.expires)));
}

bool is_file_name(string_view name) {
  const auto fits = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && string_view("<>%&:\\?/*|\"").find(c) == string_view::npos;
  };
  return !name.empty() && name.size() <= 110 && name != "." && name != ".." && std::ranges::all_of(name, fits);
}

Result<void> check_sizes(const NewFile& file) {
  if (file.size < 1 || file.size > kFileBytesMax)
    return refuse("fileSize", fmt::format("a file of {} bytes is not taken; it has 1 to {}", file.size, kFileBytesMax));
  if (file.chunk_size < 1 || file.chunk_size > kChunkBytesMax)
    return refuse("chunkSize", fmt::format("a chunk of {} bytes is not taken; it has 1 to {}", file.chunk_size, kChunkBytesMax));
  if (file.chunks < 1 || file.chunks > kChunksMax)
    return refuse("numberOfChunks", fmt::format("{} chunks are not taken; a file has 1 or {}", file.chunks, kChunksMax));
  if ((file.size + file.chunk_size - 1) / file.chunk_size != file.chunks)
    return refuse("numberOfChunks", fmt::format("{} chunks of {} bytes do not make {} bytes", file.chunks, file.chunk_size, file.size));
  return {};
}

// The last chunk is what is left.
std::int64_t size_of_chunk(const WorkspaceFile& file, std::int64_t index) {
  return index + 1 < file.chunks ? file.chunk_size : file.size - (index * file.chunk_size);
}

}  // namespace

Result<FileWorkspace> create_workspace(const NewWorkspace& asked, Instant now) {
  if (const NameAnswer answer = check_request_name(asked.name, false); !answer.available) return refuse("name", answer.message);
  return FileWorkspace{.name = asked.name,
                       .customer = asked.customer,
                       .subscription = asked.subscription,
                       .created = now,
                       .expires = add_seconds(now, kWorkspaceSeconds)};
}

const WorkspaceFile* find_file(const FileWorkspace& workspace, string_view name) {
  const auto found = std::ranges::find_if(workspace.files, [&](const WorkspaceFile& each) { return equal_ignoring_case(each.name, name); });
  return found == workspace.files.end() ? nullptr : &*found;
}

Result<FileWorkspace> add_file(FileWorkspace workspace, const NewFile& asked, Instant now) {
  TRY(check_open(workspace, now));
  if (!is_file_name(asked.name)) return refuse("name", "a file's name has at most 110 bytes and none of < > % & : \\ ? / * | \"");
  TRY(check_sizes(asked));
  std::erase_if(workspace.files, [&](const WorkspaceFile& each) { return equal_ignoring_case(each.name, asked.name); });
  if (workspace.files.size() >= kFilesMax)
    return fail(Code::refused, fmt::format("file workspace {} has {} files; make another one", workspace.name, kFilesMax));
  workspace.files.push_back(
      {.name = asked.name, .created = now, .size = asked.size, .chunk_size = asked.chunk_size, .chunks = asked.chunks});
  return workspace;
}

Result<FileWorkspace> receive_chunk(FileWorkspace workspace, const NewChunk& chunk, Instant now) {
  TRY(check_open(workspace, now));
  const auto file =
      std::ranges::find_if(workspace.files, [&](const WorkspaceFile& each) { return equal_ignoring_case(each.name, chunk.file); });
  if (file == workspace.files.end())
    return fail(Code::not_found, fmt::format("The Resource 'Microsoft.Support/files/{}' was not found.", chunk.file));
  if (chunk.index < 0 || chunk.index >= file->chunks)
    return refuse("chunkIndex", fmt::format("{} is no chunk of {}; it has {}, counted from 0", chunk.index, file->name, file->chunks));
  if (const std::int64_t wanted = size_of_chunk(*file, chunk.index); chunk.size != wanted)
    return refuse("content", fmt::format("chunk {} of {} has {} bytes; {} were announced", chunk.index, file->name, chunk.size, wanted));
  if (std::ranges::find(file->received, chunk.index) == file->received.end()) {
    file->received.push_back(chunk.index);
    std::ranges::sort(file->received);
  }
  return workspace;
}

std::optional<std::int64_t> base64_size(string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::int64_t padding = 0;
  for (; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  if (!std::ranges::all_of(text, fits)) return std::nullopt;
  return (static_cast<std::int64_t>(text.size()) + padding) / 4 * 3 - padding;
}

}  // namespace prorata::support
