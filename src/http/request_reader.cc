// The grammar is Beast's, which is fuzzed by many; what it lets pass and a careful server does not is refused here.
#include "http/request_reader.h"

#include <optional>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <fmt/format.h>

#include "base/check.h"
#include "http/target.h"

namespace prorata::http {
namespace {

namespace beast = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using BeastText = boost::beast::string_view;

constexpr std::size_t kChunkLineMax = 8'192;  // the line before a chunk; also the last one with its trailers
constexpr std::size_t kChunksEnd = 5;         // "0\r\n\r\n": what a body in chunks that has not ended still has at the least
constexpr std::size_t kBodyReserve = 65'536;  // a length that is only claimed gets no more memory than this
constexpr std::size_t kMethodMax = 16;

std::string_view view(BeastText text) { return {text.data(), text.size()}; }

std::optional<Method> method_of(std::string_view word) {
  for (const auto& [method, each] : kWords<Method>)
    if (each == word) return method;
  return std::nullopt;
}

}  // namespace

class RequestReader::Parser final : public beast::basic_parser<true> {
 public:
  explicit Parser(const ReadLimits& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.head_bytes));
    body_limit(limits.body_bytes);
    eager(true);
  }

  Request request;
  std::optional<Refusal> refusal;
  bool line_seen = false;
  bool expects_continue = false;
  bool body_begun = false;

 private:
  void on_request_impl(beast::verb, BeastText method, BeastText target, int version, ErrorCode& error) override {
    line_seen = true;
    version_ = version;
    head_bytes_ = method.size() + target.size() + 12;
    const std::optional<Method> known = method_of(view(method));
    if (!known) return refuse(error, 501, fmt::format("the method {} is not known here", view(method)));
    if (target.size() > limits_.target_bytes) return refuse(error, 414, fmt::format("a target has {} bytes at most", limits_.target_bytes));
    Result<Target> parts = read_target(view(target));
    if (!parts) return refuse(error, 400, parts.error().message);
    request.method = *known;
    request.target = view(target);
    request.path = std::move(parts->path);
    request.query = std::move(parts->query);
    request.host = std::move(parts->authority);
    request.headers.reserve(16);
  }

  void on_field_impl(beast::field, BeastText name, BeastText value, ErrorCode& error) override {
    if (is_header_done()) return;  // a trailer: nobody here uses one
    head_bytes_ += name.size() + value.size() + 4;
    if (head_bytes_ > limits_.head_bytes) return refuse(error, 431, fmt::format("a head has {} bytes at most", limits_.head_bytes));
    if (request.headers.size() == limits_.header_count)
      return refuse(error, 431, fmt::format("a request has {} headers at most", limits_.header_count));
    request.headers.add(std::string(view(name)), std::string(view(value)));
  }

  void on_header_impl(ErrorCode& error) override {
    take_host(error);
    if (!error) check_encoding(error);
    if (!error) check_expectation(error);
  }

  void take_host(ErrorCode& error) {
    const std::size_t hosts = request.headers.count("Host");
    if (hosts > 1 || (hosts == 0 && version_ >= 11)) return refuse(error, 400, "a request names its host once");
    if (hosts == 0) return;
    const std::string_view host = request.headers.get("Host");
    if (!is_host(host)) return refuse(error, 400, "the Host header is no host");
    if (request.host.empty()) request.host = host;
  }

  // Beast takes a body of an encoding that it does not know for no body at all, and what follows for the next request.
  void check_encoding(ErrorCode& error) {
    const std::optional<std::string_view> encoding = request.headers.find("Transfer-Encoding");
    if (!encoding) return;
    if (version_ < 11 || request.headers.has("Content-Length")) return refuse(error, 400, "Transfer-Encoding has no place here");
    if (!equal_ignoring_case(*encoding, "chunked") || request.headers.count("Transfer-Encoding") > 1)
      return refuse(error, 501, "the only transfer encoding known here is 'chunked'");
  }

  void check_expectation(ErrorCode& error) {
    const std::optional<std::string_view> expectation = request.headers.find("Expect");
    if (!expectation || version_ < 11) return;
    if (!equal_ignoring_case(*expectation, "100-continue")) return refuse(error, 417, "the only expectation known here is '100-continue'");
    expects_continue = true;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override {
    body_begun = true;
    if (length) request.body.reserve(std::min<std::size_t>(*length, kBodyReserve));
  }
  std::size_t on_body_impl(BeastText bytes, ErrorCode&) override {
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastText, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastText bytes, ErrorCode& error) override { return on_body_impl(bytes, error); }
  void on_response_impl(int, BeastText, int, ErrorCode&) override {}
  void on_finish_impl(ErrorCode&) override {}

  void refuse(ErrorCode& error, int status, std::string why) {
    refusal = Refusal{status, std::move(why)};
    error = beast::error::bad_value;
  }

  const ReadLimits& limits_;
  std::size_t head_bytes_ = 0;
  int version_ = 11;
};

struct RequestReader::State {
  ReadLimits limits;
  std::optional<Parser> parser;  // of the request that is being read
  std::size_t head_used = 0;
  bool keep_alive = true;
  std::optional<Refusal> refusal;

  Progress refuse(Refusal why) {
    refusal = std::move(why);
    return {Step::refused, 0};
  }

  Refusal refusal_of(const ErrorCode& error, std::string_view bytes) const {
    if (parser->refusal) return *parser->refusal;
    if (error == beast::error::body_limit) return {413, fmt::format("a body has {} bytes at most", limits.body_bytes)};
    if (error == beast::error::header_limit) return head_too_long(bytes);
    return {400, "the request is not HTTP/1.1: " + error.message()};
  }

  Refusal head_too_long(std::string_view bytes) const {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    const bool has_method = line.substr(0, kMethodMax).find(' ') != std::string_view::npos;
    if (!parser->line_seen && !has_method) return {400, "the request does not begin with a method"};
    if (!parser->line_seen && line.size() > limits.target_bytes)
      return {414, fmt::format("a target has {} bytes at most", limits.target_bytes)};
    return {431, fmt::format("a head has {} bytes at most", limits.head_bytes)};
  }
};

RequestReader::RequestReader(const ReadLimits& limits) : state_(new State{.limits = limits}) {}
RequestReader::~RequestReader() = default;

RequestReader::Progress RequestReader::read(std::string_view bytes) {
  State& state = *state_;
  CHECK(!state.refusal, "nothing is read after a refusal");
  std::size_t skipped = 0;
  if (!state.parser) {
    while (bytes.substr(skipped).starts_with("\r\n")) skipped += 2;  // RFC 9112, 2.2: empty lines before a request are passed over
    bytes.remove_prefix(skipped);
    if (bytes.empty() || bytes == "\r") return {Step::more, skipped};
    state.parser.emplace(state.limits);
    state.head_used = 0;
  }
  // Beast stops the program when it sees less than that of the last chunk twice.
  if (state.parser->is_header_done() && state.parser->chunked() && bytes.size() < kChunksEnd) return {Step::more, skipped};
  ErrorCode error;
  const std::size_t used = state.parser->put({bytes.data(), bytes.size()}, error);
  if (error && error != beast::error::need_more) return state.refuse(state.refusal_of(error, bytes));
  const std::size_t left = bytes.size() - used;
  if (!state.parser->is_header_done()) {
    state.head_used += used;
    if (state.head_used + left > state.limits.head_bytes) return state.refuse(state.head_too_long(bytes));
  } else if (!state.parser->is_done() && left > kChunkLineMax) {
    return state.refuse({400, "the line before a chunk, or the trailer, is too long"});
  }
  return {state.parser->is_done() ? Step::request : Step::more, skipped + used};
}

RequestReader::Phase RequestReader::phase() const {
  if (!state_->parser) return Phase::idle;
  return state_->parser->is_header_done() ? Phase::body : Phase::head;
}

bool RequestReader::wants_continue() const {
  return state_->parser && state_->parser->is_header_done() && state_->parser->expects_continue && !state_->parser->body_begun;
}

bool RequestReader::keep_alive() const { return state_->keep_alive; }

const RequestReader::Refusal& RequestReader::refusal() const {
  CHECK(state_->refusal, "a request was refused");
  return *state_->refusal;
}

Request RequestReader::take() {
  CHECK(state_->parser && state_->parser->is_done(), "a request was read to its end");
  state_->keep_alive = state_->parser->keep_alive();
  Request request = std::move(state_->parser->request);
  state_->parser.reset();
  return request;
}

}  // namespace prorata::http
