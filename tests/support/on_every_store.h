// Use cases asked of every store. A suite names its class and says which desk it wants:
//
//   class Returns : public OnEveryStore {};
//   PRORATA_ON_EVERY_STORE(Returns);
//   TEST_P(Returns, ...) { make({{make_day(2026, 1, 1), "azure-2026", ""}}); ... desk() ... }
#pragma once

#include "store/desks.h"
#include "support/made_desk.h"

namespace prorata::testing {

class OnEveryStore : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT((*place_));
    store_ = must(store::open_store(place_->at(), {.create = true}));
  }
  void TearDown() override {
    if (desk_) EXPECT_EQ(desk_->verified(), desk_->commits());
  }
  void make(std::vector<PolicyChoice> policies = {}, bool sandbox = true) {
    desk_ = std::make_unique<MadeDesk>(*store_, std::move(policies), sandbox);
  }
  // Another store of the same kind, with nothing in it: for a test that tells several stories.
  void begin_anew() {
    OnEveryStore::TearDown();
    desk_.reset();
    store_.reset();
    place_ = std::make_unique<Place>(GetParam());
    store_ = must(store::open_store(place_->at(), {.create = true}));
  }
  // The usual desk, where a test asked for no other: csp-2020 governs.
  MadeDesk& desk() {
    if (!desk_) make();
    return *desk_;
  }

 private:
  std::unique_ptr<Place> place_ = std::make_unique<Place>(GetParam());
  std::unique_ptr<Store> store_;
  std::unique_ptr<MadeDesk> desk_;
};

#define PRORATA_ON_EVERY_STORE(suite)                                                                 \
  INSTANTIATE_TEST_SUITE_P(, suite, ::testing::Values(Where::memory, Where::sqlite, Where::postgres), \
                           [](const auto& parameter) { return name_of(parameter.param); })

// That a result failed so, and said so.
template <class T>
void expect_failed(const Result<T>& result, Code code, std::string_view words) {
  if (result) {
    ADD_FAILURE() << "went through; expected " << to_string(code) << ": " << words;
    return;
  }
  EXPECT_EQ(to_string(result.error().code), to_string(code)) << result.error().text();
  EXPECT_NE(result.error().text().find(words), std::string::npos) << result.error().text() << "\n  lacks: " << words;
}

}  // namespace prorata::testing
