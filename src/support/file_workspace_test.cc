#include "support/file_workspace.h"

#include <gtest/gtest.h>

namespace prorata::support {
namespace {

const Instant kNow{17'000'000'000'000'000};

FileWorkspace workspace() {
  return *create_workspace({.name = "w", .customer = CustomerId::trusted("c0000000-0000-4000-8000-000000000001")}, kNow);
}

TEST(FileWorkspace, TakesAFileInOneChunkOrTwo) {
  FileWorkspace w = *add_file(workspace(), {.name = "a.txt", .size = 10, .chunk_size = 6, .chunks = 2}, kNow);
  w = *receive_chunk(w, {.file = "A.TXT", .index = 1, .size = 4}, kNow);
  w = *receive_chunk(w, {.file = "a.txt", .index = 0, .size = 6}, kNow);
  w = *receive_chunk(w, {.file = "a.txt", .index = 0, .size = 6}, kNow);
  EXPECT_EQ(find_file(w, "a.txt")->received, (std::vector<std::int64_t>{0, 1})) << "a chunk that comes twice is one chunk";
  w = *add_file(w, {.name = "A.txt", .size = 3, .chunk_size = 3, .chunks = 1}, kNow);
  EXPECT_EQ(w.files.size(), 1U);
  EXPECT_TRUE(w.files.front().received.empty()) << "announced anew, it begins anew";
}

struct Row {
  NewFile file;
  std::string_view place;
};

TEST(FileWorkspace, HasLimits) {
  const Row rows[] = {
      {{.name = "", .size = 1, .chunk_size = 1, .chunks = 1}, "name"},
      {{.name = "a/b", .size = 1, .chunk_size = 1, .chunks = 1}, "name"},
      {{.name = "..", .size = 1, .chunk_size = 1, .chunks = 1}, "name"},
      {{.name = std::string(111, 'a'), .size = 1, .chunk_size = 1, .chunks = 1}, "name"},
      {{.name = "a", .size = 0, .chunk_size = 1, .chunks = 1}, "fileSize"},
      {{.name = "a", .size = kFileBytesMax + 1, .chunk_size = kChunkBytesMax, .chunks = 2}, "fileSize"},
      {{.name = "a", .size = 5, .chunk_size = 0, .chunks = 1}, "chunkSize"},
      {{.name = "a", .size = kFileBytesMax, .chunk_size = kFileBytesMax, .chunks = 1}, "chunkSize"},
      {{.name = "a", .size = 9, .chunk_size = 3, .chunks = 3}, "numberOfChunks"},
      {{.name = "a", .size = 9, .chunk_size = 9, .chunks = 2}, "numberOfChunks"},
  };
  for (const Row& row : rows) {
    const Result<FileWorkspace> made = add_file(workspace(), row.file, kNow);
    ASSERT_FALSE(made.has_value()) << row.place;
    EXPECT_EQ(made.error().place, row.place);
  }
  EXPECT_TRUE(add_file(workspace(), {.name = "a", .size = kFileBytesMax, .chunk_size = kChunkBytesMax, .chunks = 2}, kNow).has_value());

  FileWorkspace full = workspace();
  for (std::size_t i = 0; i < kFilesMax; ++i)
    full = *add_file(full, {.name = std::to_string(i), .size = 1, .chunk_size = 1, .chunks = 1}, kNow);
  EXPECT_EQ(add_file(full, {.name = "more", .size = 1, .chunk_size = 1, .chunks = 1}, kNow).error().code, Code::refused);
  EXPECT_TRUE(add_file(full, {.name = "0", .size = 1, .chunk_size = 1, .chunks = 1}, kNow).has_value()) << "in place of one that is there";

  EXPECT_EQ(create_workspace({.name = "12345"}, kNow).error().place, "name");
}

TEST(FileWorkspace, ChunksAreThoseThatWereAnnounced) {
  const FileWorkspace w = *add_file(workspace(), {.name = "a", .size = 10, .chunk_size = 6, .chunks = 2}, kNow);
  EXPECT_EQ(receive_chunk(w, {.file = "b", .index = 0, .size = 6}, kNow).error().code, Code::not_found);
  EXPECT_EQ(receive_chunk(w, {.file = "a", .index = 2, .size = 6}, kNow).error().place, "chunkIndex");
  EXPECT_EQ(receive_chunk(w, {.file = "a", .index = -1, .size = 6}, kNow).error().place, "chunkIndex");
  EXPECT_EQ(receive_chunk(w, {.file = "a", .index = 1, .size = 6}, kNow).error().place, "content");
}

TEST(FileWorkspace, ExpiresAfterADay) {
  const FileWorkspace w = *add_file(workspace(), {.name = "a", .size = 1, .chunk_size = 1, .chunks = 1}, kNow);
  const Instant last = Instant{w.expires.ticks - 1};
  EXPECT_EQ(w.expires, add_seconds(kNow, 86'400));
  EXPECT_TRUE(receive_chunk(w, {.file = "a", .index = 0, .size = 1}, last).has_value());
  EXPECT_EQ(receive_chunk(w, {.file = "a", .index = 0, .size = 1}, w.expires).error().code, Code::refused);
  EXPECT_EQ(add_file(w, {.name = "b", .size = 1, .chunk_size = 1, .chunks = 1}, w.expires).error().code, Code::refused);
}

TEST(FileWorkspace, CountsTheBytesOfBase64) {
  EXPECT_EQ(base64_size(""), 0);
  EXPECT_EQ(base64_size("QQ=="), 1);
  EXPECT_EQ(base64_size("QUI="), 2);
  EXPECT_EQ(base64_size("QUJD"), 3);
  for (const std::string_view bad : {"QUJ", "QUI=QUI=", "Q===", "QU J", "QU-_", "===="}) EXPECT_FALSE(base64_size(bad)) << bad;
}

}  // namespace
}  // namespace prorata::support
