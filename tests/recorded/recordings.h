// Where the recordings are and how they are read. They are no part of this project; where they are absent the tests say so.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wire/import_azure.h"

namespace prorata::wire {

inline std::filesystem::path reference() {
  const char* set = std::getenv("PRORATA_REFERENCE");
  return set != nullptr ? std::filesystem::path(set) : std::filesystem::path(PRORATA_SOURCE_DIR) / ".." / "shared";
}

// The bodies of one recording: JSON on indented lines below each answer.
inline std::vector<std::string> answers(const std::string& recording) {
  std::ifstream file(reference() / "azure-wire" / (recording + ".condensed.txt"));
  std::vector<std::string> bodies;
  bool answer = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(">>>") || line.starts_with("<<<")) {
      answer = line.starts_with("<<<");
    } else if (answer) {
      const std::string body(trim(line));
      if (body.starts_with('{') || body.starts_with('[')) bodies.push_back(body);
    }
  }
  return bodies;
}

// The example of an order with its schedule in the public API description, with the dates it has: the whole example, or nothing.
inline std::string order_with_schedule() {
  const auto folder = reference() / "azure-specs/specification/billing/resource-manager/Microsoft.Billing/stable/2024-04-01/examples";
  std::ifstream file(folder / "reservationOrderGetByBillingAccountWithExpandPlanInformation.json");
  return {std::istreambuf_iterator<char>(file), {}};
}

class Recorded : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(reference() / "azure-wire"))
      GTEST_SKIP() << "no recordings in " << reference() << "; set PRORATA_REFERENCE to the folder that has them";
  }
};

}  // namespace prorata::wire
