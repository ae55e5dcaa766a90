// The certificate of the server: read from files, or made here by a small authority of our own, and exchanged while connections go on.
//
//   TlsFiles files = TRY(local_certificate(folder / "tls", {"desk.example.com"}, now));   // makes what is missing or about to expire
//   auto tls = TRY(Tls::open(files));
//   fmt::print("trust {}\n", files.authority.string());
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace prorata::http {

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, the server's first and then those that lead to its authority
  std::filesystem::path key;          // PEM, not encrypted
  std::filesystem::path authority;    // what clients are to trust; empty where the certificate is the caller's own
};

// The certificate of a desk without one: FOLDER/ca.pem, ca.key, server.pem and server.key (ECDSA P-256; keys for the owner's eyes only),
// for localhost, 127.0.0.1, ::1 and `hosts`. What is there and good for another month stays as it is, so clients go on trusting ca.pem.
// Errors: storage_denied, storage_full; invalid_data where ca.pem is somebody else's, without its key.
Result<TlsFiles> local_certificate(const std::filesystem::path& folder, const std::vector<std::string>& hosts, Instant now);

class Tls {
 public:
  // Errors: not_found; invalid_data where a file is no PEM, the key is not the certificate's, or the certificate has expired.
  static Result<std::shared_ptr<Tls>> open(TlsFiles files);
  ~Tls();
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  // Reads the files again. The same errors; the certificate that was in use then stays in use.
  Result<void> reload();
  // Whether a file was written since it was last read, successfully or not.
  bool changed() const;

  // The server's side of a new connection, under the newest certificate; connections that are open keep theirs. The caller frees it.
  SSL* new_connection() const;

 private:
  explicit Tls(TlsFiles files) : files_(std::move(files)) {}
  const TlsFiles files_;
  mutable std::mutex mutex_;
  SSL_CTX* context_ = nullptr;
  std::pair<std::string, std::string> stamps_;  // of the two files when they were last read
};

}  // namespace prorata::http
