// Asks another server, by HTTPS: the key sets of outside issuers, and no more than that.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace prorata::http {

struct FetchOptions {
  std::filesystem::path authority;  // PEM of whom to trust; empty: whom the machine trusts
  std::chrono::milliseconds time{5'000};
  std::size_t bytes_max = 1 << 20;
};

// The body of a GET that was answered 200. No redirect is followed. Blocks until it has come.
// Errors: invalid_argument for what is no https:// URL; unavailable with the reason for everything else.
Result<std::string> fetch(const std::string& url, const FetchOptions& options = {});

}  // namespace prorata::http
