// Reads requests of HTTP/1.1 (and 1.0) from bytes, without a socket: the connection shows it what came, so does the fuzzer.
//
//   RequestReader reader(limits);
//   auto [step, used] = reader.read(bytes);     // `used` of them need not be shown again; the rest must be, with what comes next
//   if (step == Step::request) serve(reader.take());
//
// Whatever could be read in two ways is refused: two lengths, a length beside chunks, a transfer encoding other than "chunked", two hosts.
// A limit that is passed ends the reading with the status that says so; the connection can then only be closed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace prorata::http {

struct ReadLimits {
  std::size_t head_bytes = 32'768;     // request line and headers; beyond: 431
  std::size_t target_bytes = 16'384;   // beyond: 414
  std::size_t header_count = 100;      // beyond: 431
  std::size_t body_bytes = 4'194'304;  // beyond: 413
};

enum class Step { more, request, refused };

class RequestReader {
 public:
  enum class Phase { idle, head, body };  // idle: not one byte of a request has come
  struct Progress {
    Step step = Step::more;
    std::size_t used = 0;
  };
  struct Refusal {
    int status = 400;
    std::string why;
  };

  explicit RequestReader(const ReadLimits& limits);
  ~RequestReader();

  // Uses up at most one request. After `refused` nothing more may be read.
  Progress read(std::string_view bytes);

  Phase phase() const;
  bool wants_continue() const;  // the client waits for "100 Continue" before it sends the body
  bool keep_alive() const;      // of the request that was taken last
  const Refusal& refusal() const;
  Request take();  // after `request`: peer and id are the connection's to fill in, and the host where HTTP/1.0 gave none

 private:
  class Parser;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace prorata::http
