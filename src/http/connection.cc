// A connection, from its handshake to its last byte: one coroutine that reads a request, has it answered, and goes on.
//
// Answers are gathered in `out_` and written when nothing more can be answered without waiting: requests that came in one packet are
// answered in one. What waits is the coroutine, never the thread; `deadline_` says until when, and look() cancels what the coroutine waits
// for.
#include "http/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "http/access_log.h"
#include "http/response_writer.h"

namespace prorata::http {
namespace {

template <class T>
using Task = asio::awaitable<T>;
using ErrorCode = boost::system::error_code;
using TlsStream = asio::ssl::stream<Tcp::socket>;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16'384;  // a record of TLS
constexpr std::size_t kOutBytes = 65'536;   // answers that wait to be sent together
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::chrono::milliseconds kFeedEvery{400};
constexpr Moment kNever = Moment::max();

Moment now() { return std::chrono::steady_clock::now(); }

std::string text_of(const Tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address, endpoint.port());
}

// A plain HTTP request came to the port of TLS.
bool speaks_plain_http(const ErrorCode& error) {
  return error.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
}

Metrics::Rejected reason_for(int status) {
  switch (status) {
    case 408: return Metrics::Rejected::too_slow;
    case 413:
    case 414:
    case 431: return Metrics::Rejected::too_large;
    default: return Metrics::Rejected::malformed;
  }
}

bool has_body(Method method, int status) { return method != Method::head && status != 204 && status != 304; }

template <class Stream>
class Connection final : public Watched {
 public:
  Connection(Loop& loop, const Service& service, Stream stream)
      : loop_(loop), shared_(loop.shared), service_(service), stream_(std::move(stream)), reader_(shared_.options.limits.read) {
    place_ = loop_.connections.insert(loop_.connections.end(), this);
    if (service_.metered) ++shared_.metrics.connections;
    ErrorCode ignored;
    peer_ = text_of(stream_.lowest_layer().remote_endpoint(ignored));
    local_ = text_of(stream_.lowest_layer().local_endpoint(ignored));
  }
  ~Connection() {
    loop_.connections.erase(place_);
    if (service_.metered) --shared_.metrics.connections;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<void> run() {
    if (!co_await shake_hands()) co_return;
    while (!closing_ && co_await read_request()) co_await answer();
    if (co_await flushed()) co_await finish();
  }

  void look(Moment at) override {
    const bool over = at >= deadline_ || (between_requests_ && draining());
    if (!over || expired_) return;
    expired_ = true;
    ErrorCode ignored;
    stream_.lowest_layer().cancel(ignored);
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;
  const Limits& limits() const { return shared_.options.limits; }
  // The status listener is asked until the very end.
  bool draining() const { return service_.metered && shared_.draining; }

  Task<bool> shake_hands() {
    if constexpr (kTls) {
      deadline_ = now() + limits().head_time;
      const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAsTuple);
      if (error) {
        shared_.metrics.rejected(Metrics::Rejected::handshake_failed);
        if (speaks_plain_http(error)) co_await send_to_plain_client();
        co_return false;
      }
    }
    co_return true;
  }

  Task<void> send_to_plain_client() {
    std::string answer;
    append_head(answer, text(400, ""), {.date = loop_.date, .keep_alive = false});
    co_await asio::async_write(stream_.next_layer(), asio::buffer(answer), kAsTuple);
  }

  // False when there will be no more request; what there was to say about it is in `out_` then.
  Task<bool> read_request() {
    phase_ = RequestReader::Phase::idle;
    continued_ = false;
    deadline_ = now() + limits().idle_time;
    while (true) {
      if (begin_ != end_) {
        const auto [step, used] = reader_.read({in_.data() + begin_, end_ - begin_});
        begin_ += used;
        if (step == Step::request) co_return true;
        if (step == Step::refused) co_return turn_away(reader_.refusal().status, reader_.refusal().why);
      }
      note_phase();
      if (reader_.wants_continue() && !std::exchange(continued_, true)) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
      if (!out_.empty() && !co_await flushed()) co_return false;
      if (!co_await read_more()) co_return false;
    }
  }

  void note_phase() {
    if (phase_ == reader_.phase()) return;
    phase_ = reader_.phase();
    deadline_ = now() + (phase_ == RequestReader::Phase::head ? limits().head_time : limits().body_time);
  }

  Task<bool> read_more() {
    make_room();
    between_requests_ = phase_ == RequestReader::Phase::idle;
    if (between_requests_ && draining()) co_return false;
    const auto [error, count] = co_await stream_.async_read_some(asio::buffer(in_.data() + end_, in_.size() - end_), kAsTuple);
    const bool was_idle = std::exchange(between_requests_, false);
    if (expired_) co_return !was_idle && turn_away(408, "the request took too long to arrive");
    if (error) gone_ = true;
    end_ += count;
    co_return !error;
  }

  void make_room() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (begin_ > 0 && in_.size() - end_ < kReadBytes / 2) {
      std::copy(in_.begin() + static_cast<std::ptrdiff_t>(begin_), in_.begin() + static_cast<std::ptrdiff_t>(end_), in_.begin());
      end_ -= std::exchange(begin_, 0);
    }
    if (in_.size() - end_ < kReadBytes / 2) in_.resize(in_.size() + kReadBytes);
  }

  // Says no to a request that cannot be read further. Always false: the connection ends.
  bool turn_away(int status, std::string_view why) {
    Request request{.peer = peer_, .id = loop_.next_id()};
    shared_.metrics.rejected(reason_for(status));
    closing_ = true;
    const Response response = refusal(status, why, request);
    append_head(out_, response, {.date = loop_.date, .keep_alive = false});
    out_ += response.body;
    log(request, {.status = status, .bytes = response.body.size(), .why = why});
    return false;
  }

  Response refusal(int status, std::string_view why, const Request& request) const {
    if (shared_.options.hooks.refusal) return shared_.options.hooks.refusal(status, why, request);
    return text(status, fmt::format("{}\n", why));
  }

  Task<void> answer() {
    deadline_ = kNever;
    const Moment begun = now();
    Request request = reader_.take();
    request.peer = peer_;
    request.id = loop_.next_id();
    if (request.host.empty()) request.host = local_;
    const Destination destination = find(request);

    shared_.metrics.in_flight += service_.metered;
    Response response = destination.kind == Kind::writes ? co_await made_by_worker(destination, request) : made(destination, request);
    if (response.delay.count() > 0) co_await wait(response.delay);
    shared_.metrics.in_flight -= service_.metered;

    Feed feed = feed_of(destination, request, response);
    closing_ = closing_ || response.dropped || !reader_.keep_alive() || draining() || feed;
    if (response.dropped) {
      response.status = 0;
      response.body.clear();
    }
    const std::size_t bytes = has_body(request.method, response.status) ? response.body.size() : 0;
    count_and_log(request, {.face = destination.face, .status = response.status, .bytes = bytes}, begun);
    if (response.dropped) {
      co_await flushed();  // what was answered before
      gone_ = true;
      co_return;
    }
    append(request.method, response, feed ? Ends::with_connection : Ends::by_length);
    if (feed)
      co_await follow(feed);
    else if (out_.size() > kOutBytes)
      co_await flushed();
  }

  Feed feed_of(const Destination& destination, const Request& request, const Response& response) const {
    if (!destination.feed || response.status != 200 || response.dropped || request.method != Method::get) return {};
    return destination.feed(request);
  }

  // Sends what the feed brings until it is over, nobody takes it any more, or the server drains.
  Task<void> follow(const Feed& feed) {
    asio::steady_timer timer(loop_.context);
    while (co_await flushed() && !draining()) {
      timer.expires_after(kFeedEvery);
      co_await timer.async_wait(kAsTuple);
      std::optional<std::string> more;
      try {
        more = feed();
      } catch (const std::exception& error) {
        shared_.tell(fmt::format("a feed failed: {}", error.what()));
      }
      if (!more) break;
      out_ += *more;
    }
  }

  Destination find(const Request& request) const {
    try {
      return service_.dispatch(request);
    } catch (const std::exception& error) {
      return {"other", Kind::reads, [this, what = std::string(error.what())](const Request& r) { return failure(what, r); }};
    }
  }

  // The one place where an exception ends: nothing of ours throws, but memory and others' code may.
  Response made(const Destination& destination, const Request& request) const {
    try {
      return destination.answer(request);
    } catch (const std::exception& error) {
      return failure(error.what(), request);
    } catch (...) {
      return failure("an exception of no known kind", request);
    }
  }

  Response failure(std::string_view what, const Request& request) const {
    shared_.tell(fmt::format("request {} failed: {}", request.id, what));
    return refusal(500, fmt::format("the request failed; its id is {}", request.id), request);
  }

  Task<Response> made_by_worker(const Destination& destination, const Request& request) {
    if (!shared_.workers.reserve()) {
      shared_.metrics.rejected(Metrics::Rejected::queue_full);
      co_return refusal(503, "too many changes wait to be made; try again", request).with("Retry-After", "1");
    }
    co_await flushed();  // earlier answers do not wait for this one
    deadline_ = kNever;
    Response response;
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [&](auto resume) {
          shared_.workers.run([&, resume = std::move(resume)]() mutable {
            response = made(destination, request);
            asio::post(std::move(resume));  // on the loop of this connection
          });
        },
        asio::use_awaitable);
    co_return response;
  }

  Task<void> wait(std::chrono::milliseconds delay) {
    co_await flushed();
    deadline_ = kNever;
    asio::steady_timer timer(loop_.context, delay);
    co_await timer.async_wait(kAsTuple);
  }

  enum class Ends { by_length, with_connection };
  void append(Method method, const Response& response, Ends ends) {
    append_head(out_, response, {.date = loop_.date, .keep_alive = !closing_, .endless = ends == Ends::with_connection});
    if (has_body(method, response.status)) out_ += response.body;
  }

  // Sends what is in `out_`; false where nothing can be sent any more. A client need not take the whole within a time, as long as it goes
  // on taking.
  Task<bool> flushed() {
    const Moment until = deadline_;
    expired_ = false;
    std::size_t sent = 0;
    while (sent < out_.size() && !gone_) {
      deadline_ = now() + limits().write_time;
      const auto [error, count] = co_await stream_.async_write_some(asio::buffer(out_) + sent, kAsTuple);
      sent += count;
      gone_ = error || expired_;
    }
    deadline_ = until;
    out_.clear();
    if (out_.capacity() > 4 * kOutBytes) out_.shrink_to_fit();
    co_return !gone_;
  }

  // Says goodbye, and reads on for a moment: closing with bytes unread would reset the connection and destroy the last answer on its way.
  Task<void> finish() {
    expired_ = false;
    deadline_ = now() + kLinger;
    if constexpr (kTls) co_await stream_.async_shutdown(kAsTuple);
    Tcp::socket& socket = socket_of(stream_);
    ErrorCode ignored;
    socket.shutdown(Tcp::socket::shutdown_send, ignored);
    in_.resize(kReadBytes);
    while (!expired_) {
      const auto [error, count] = co_await socket.async_read_some(asio::buffer(in_), kAsTuple);
      if (error) break;
    }
  }

  static Tcp::socket& socket_of(Tcp::socket& socket) { return socket; }
  static Tcp::socket& socket_of(TlsStream& stream) { return stream.next_layer(); }

  void count_and_log(const Request& request, LogEntry entry, Moment begun) const {
    if (!service_.metered) return;
    entry.took = std::chrono::duration_cast<std::chrono::microseconds>(now() - begun);
    shared_.metrics.answered(entry.face, request.method, entry.status, entry.took);
    log(request, entry);
  }

  void log(const Request& request, LogEntry entry) const {
    if (!service_.metered || !shared_.options.hooks.access_log) return;
    entry.time_seconds = loop_.date_second;
    shared_.options.hooks.access_log(log_line(request, entry));
  }

  Loop& loop_;
  Shared& shared_;
  const Service& service_;
  Stream stream_;
  std::list<Watched*>::iterator place_;
  std::string peer_;
  std::string local_;

  RequestReader reader_;
  std::vector<char> in_;  // what came and was not yet used stands in [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string out_;

  RequestReader::Phase phase_ = RequestReader::Phase::idle;
  Moment deadline_ = kNever;
  bool between_requests_ = false;  // and waiting for the next one
  bool continued_ = false;         // "100 Continue" was said for this request
  bool expired_ = false;           // look() has cancelled what was waited for
  bool closing_ = false;           // no request is read any more
  bool gone_ = false;              // nothing can be sent any more
};

template <class Stream>
Task<void> serve(Loop& loop, const Service& service, Stream stream) {
  Connection<Stream> connection(loop, service, std::move(stream));
  co_await connection.run();
}

template <class Stream>
void start(Loop& loop, const Service& service, Stream stream) {
  asio::co_spawn(loop.context, serve(loop, service, std::move(stream)), [&loop](const std::exception_ptr& error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& problem) {
      loop.shared.tell(fmt::format("a connection failed: {}", problem.what()));
    }
  });
}

}  // namespace

void Loop::refresh_date() {
  using namespace std::chrono;
  const std::int64_t second = duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
  if (second == date_second) return;
  date_second = second;
  date = http_date(second);
}

std::string Loop::next_id() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  static constexpr std::string_view kShape = "xxxxxxxx-xxxx-4xxx-Vxxx-xxxxxxxxxxxx";
  std::string id(kShape);
  std::uint64_t bits = 0;
  int left = 0;
  for (char& c : id) {
    if (c != 'x' && c != 'V') continue;
    if (left == 0) {
      bits = chance();
      left = 16;
    }
    c = c == 'x' ? kDigits[bits & 15] : kDigits[8 | (bits & 3)];
    bits >>= 4;
    --left;
  }
  return id;
}

void serve_tls(Loop& loop, const Service& service, Tcp::socket socket, SSL* tls) {
  start(loop, service, TlsStream(std::move(socket), tls));
}
void serve_plain(Loop& loop, const Service& service, Tcp::socket socket) { start(loop, service, std::move(socket)); }

}  // namespace prorata::http
