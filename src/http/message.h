// What a handler sees and what it answers: plain values, without sockets and without any library's types.
//
//   Response get_order(const Request& request) {
//     if (!request.query.find("api-version")) return json(400, R"({"error":...})");
//     return json(200, text).with("Location", request.base_url() + "/providers/...");
//   }
//
// A Request that reaches a handler is valid: its path is decoded and free of dot segments, its query and host were understood.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace prorata::http {

enum class Method { get, head, post, put, patch, delete_, options };  // any other is answered 501 before a handler is asked

// Names and values in the order they came. Names are found in any letter case; the first of several of one name counts.
class Fields {
 public:
  using Field = std::pair<std::string, std::string>;

  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name, std::string_view otherwise = {}) const { return find(name).value_or(otherwise); }
  bool has(std::string_view name) const { return find(name).has_value(); }
  std::size_t count(std::string_view name) const;

  void reserve(std::size_t count) { fields_.reserve(count); }
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);  // in place of all of that name

  bool empty() const { return fields_.empty(); }
  std::size_t size() const { return fields_.size(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

  friend bool operator==(const Fields&, const Fields&) = default;

 private:
  std::vector<Field> fields_;
};

// "a=1&b=x%20y&c": percent-decoded, '+' is a space, a name without '=' has an empty value. Reads a form body just as well.
// Errors: invalid_argument for a '%' without two hexadecimal digits, a NUL, or what is not UTF-8.
Result<Fields> parse_query(std::string_view text);

// A value as it may stand in a path or a query: everything but letters, digits and "-._~" becomes %XX.
std::string percent_encode(std::string_view text);

struct Request {
  Method method = Method::get;
  std::string target;  // as received: "/a%20b//c/?x=1"
  std::string path;    // decoded; "//" reads as "/", no slash at the end: "/a b/c". Letter case is the client's.
  Fields query;
  Fields headers;
  std::string body;
  std::string host;  // of the Host header, or of an absolute target: "localhost:8443"
  std::string peer;  // "127.0.0.1:51234"
  std::string id;    // ours, a new GUID each; the access log and the answer to a failure carry it

  // What absolute links are built from. Clients compare it with the address they came by, so it is theirs and not ours.
  std::string base_url() const { return "https://" + host; }
};

struct Response {
  int status = 200;
  Fields headers;            // a field whose name or value HTTP does not allow (a line break!) is left out when it is sent
  std::string content_type;  // empty: none
  std::string body;

  // For the sandbox. The answer waits that long without holding a thread; a dropped one is never sent and the connection is closed.
  std::chrono::milliseconds delay{0};
  bool dropped = false;

  Response& with(std::string name, std::string value) & {
    headers.add(std::move(name), std::move(value));
    return *this;
  }
  Response&& with(std::string name, std::string value) && {
    headers.add(std::move(name), std::move(value));
    return std::move(*this);
  }
};

inline constexpr std::string_view kJson = "application/json; charset=utf-8";
inline constexpr std::string_view kText = "text/plain; charset=utf-8";

Response json(int status, std::string body);
Response text(int status, std::string body);
Response empty(int status);  // no body and no content type

std::string_view reason_of(int status);  // "Not Found"

}  // namespace prorata::http

template <>
inline constexpr auto prorata::kWords<prorata::http::Method> = std::to_array<prorata::Word<prorata::http::Method>>({
    {prorata::http::Method::get, "GET"},
    {prorata::http::Method::head, "HEAD"},
    {prorata::http::Method::post, "POST"},
    {prorata::http::Method::put, "PUT"},
    {prorata::http::Method::patch, "PATCH"},
    {prorata::http::Method::delete_, "DELETE"},
    {prorata::http::Method::options, "OPTIONS"},
});
