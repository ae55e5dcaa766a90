#include "http/fetch.h"

#include <curl/curl.h>

#include <memory>

#include <fmt/format.h>

namespace prorata::http {
namespace {

struct Received {
  std::string body;
  std::size_t bytes_max = 0;
};

std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& received = *static_cast<Received*>(user);
  if (received.body.size() + size * count > received.bytes_max) return 0;  // ends the transfer
  received.body.append(bytes, size * count);
  return size * count;
}

}  // namespace

Result<std::string> fetch(const std::string& url, const FetchOptions& options) {
  if (!url.starts_with("https://")) return fail(Code::invalid_argument, fmt::format("'{}' is no https:// address", url));
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (kReady != CURLE_OK || !curl) return fail(Code::unavailable, fmt::format("{}: nothing can be asked", url));

  Received received{.bytes_max = options.bytes_max};
  char reason[CURL_ERROR_SIZE] = {};
  const std::string authority = options.authority.string();
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(options.time.count()));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
  if (!authority.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, authority.c_str());

  const CURLcode done = curl_easy_perform(curl.get());
  if (done == CURLE_WRITE_ERROR) return fail(Code::unavailable, fmt::format("{}: answered more than {} bytes", url, options.bytes_max));
  if (done != CURLE_OK) return fail(Code::unavailable, fmt::format("{}: {}", url, reason[0] != '\0' ? reason : curl_easy_strerror(done)));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return fail(Code::unavailable, fmt::format("{}: answered {}", url, status));
  return std::move(received.body);
}

}  // namespace prorata::http
