#include "usage_files/contents_folder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace prorata::usage_files {
namespace {

class Contents : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "contents-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path_of(const std::string& checksum) const { return folder_ + "/files/" + checksum.substr(0, 2) + '/' + checksum; }
  std::string folder_;
};

TEST_F(Contents, ComeBackUnderTheirOwnChecksum) {
  const auto contents = contents_folder(folder_ + "/files");
  const std::string bytes("a\0b\xFF", 4);
  const Result<std::string> checksum = contents->put("abc");
  ASSERT_TRUE(checksum) << checksum.error().text();
  EXPECT_EQ(*checksum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") << "FIPS 180-2's first example";
  EXPECT_EQ(*contents->put("abc"), *checksum) << "the same again is the same";
  EXPECT_EQ(*contents->get(*checksum), "abc");
  EXPECT_EQ(*contents->get(*contents->put(bytes)), bytes);
  EXPECT_EQ(*contents_folder(folder_ + "/files")->get(*checksum), "abc") << "another process finds it";
}

TEST_F(Contents, ThatChangedOrWentAreNotGiven) {
  const auto contents = contents_folder(folder_ + "/files");
  const std::string checksum = *contents->put("abc");
  std::ofstream(path_of(checksum), std::ios::app) << "d";
  EXPECT_EQ(contents->get(checksum).error().code, Code::storage_corrupt);
  std::filesystem::remove(path_of(checksum));
  EXPECT_EQ(contents->get(checksum).error().code, Code::not_found);
  EXPECT_EQ(contents->get("../../etc/passwd").error().code, Code::not_found);
  EXPECT_EQ(contents->get("").error().code, Code::not_found);
}

TEST_F(Contents, LeaveNothingHalfBehindWhereTheyCannotBeWritten) {
  std::ofstream(folder_ + "/files") << "a file, where the folder should be";
  const auto contents = contents_folder(folder_ + "/files");
  EXPECT_FALSE(contents->put("abc"));
}

TEST(ContentsInMemory, DoTheSame) {
  const auto contents = contents_in_memory();
  const std::string checksum = *contents->put("abc");
  EXPECT_EQ(checksum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(*contents->get(checksum), "abc");
  EXPECT_EQ(contents->get("no").error().code, Code::not_found);
}

}  // namespace
}  // namespace prorata::usage_files
