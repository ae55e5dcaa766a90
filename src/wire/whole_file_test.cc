// A file that changes while it is read is told.
#include "wire/whole_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

class WholeFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/prorata-whole.XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ / "usage.csv";
    std::ofstream(path_) << "0123456789";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
  std::filesystem::path path_;
  char buffer_[4] = {};
};

TEST_F(WholeFileTest, IsReadToItsEnd) {
  Result<WholeFile> file = WholeFile::open(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size(), 10);
  for (const std::size_t size : {4U, 4U, 2U, 0U, 0U}) EXPECT_EQ(file->read(buffer_).value(), size);
  EXPECT_EQ(file->done(), 10);
}

TEST_F(WholeFileTest, SaysThatItWasCut) {
  Result<WholeFile> file = WholeFile::open(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->read(buffer_).value(), 4u);
  std::filesystem::resize_file(path_, 6);
  EXPECT_EQ(file->read(buffer_).value(), 2u);
  const Result<std::size_t> got = file->read(buffer_);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::conflict);
  EXPECT_TRUE(got.error().message.ends_with("was cut while it was read; wait until it is written and try again"));
}

TEST_F(WholeFileTest, SaysThatItGrew) {
  Result<WholeFile> file = WholeFile::open(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->read(buffer_).value(), 4u);
  std::ofstream(path_, std::ios::app) << "more";
  EXPECT_EQ(file->read(buffer_).value(), 4u);
  const Result<std::size_t> got = file->read(buffer_);
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().message.contains("grew while it was read"));
}

TEST_F(WholeFileTest, SaysThatThereIsNone) { EXPECT_EQ(WholeFile::open(folder_ / "none").error().code, Code::not_found); }

}  // namespace
}  // namespace prorata::wire
