#include "http/tls.h"

#include <string_view>

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/check.h"
#include "http/openssl.h"

namespace prorata::http {
namespace {

// HTTP/1.1 is all that is spoken here; a client that offers only something else goes on without an agreement.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned int size, void*) {
  static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs, offered, size) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// Changes when the file is written or replaced; empty where it is gone.
std::string stamp_of(const std::filesystem::path& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return {};
  return fmt::format("{}.{:09} {} {}", facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_size, facts.st_ino);
}

Result<Context> new_context() {
  Context context(SSL_CTX_new(TLS_server_method()));
  CHECK(context, "OpenSSL makes a context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  CHECK(SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20") == 1, "the ciphers of TLS 1.2 are known");
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets resume sessions; the server remembers none
  SSL_CTX_set_num_tickets(context.get(), 1);
  SSL_CTX_set_default_passwd_cb(context.get(), no_password);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  return context;
}

std::unexpected<Error> unreadable(const std::filesystem::path& path, std::string_view what) {
  if (stamp_of(path).empty()) return fail(Code::not_found, fmt::format("there is no {} {}", what, path.string()));
  return fail(Code::invalid_data, fmt::format("{} is no {} in PEM that can be read ({})", path.string(), what, openssl_complaint()));
}

Result<Context> context_from(const TlsFiles& files) {
  ERR_clear_error();
  Context context = TRY(new_context());
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
    return unreadable(files.certificate, "certificate");
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool mismatch = ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH;
    if (!mismatch) return unreadable(files.key, "private key");
    ERR_clear_error();
    return fail(Code::invalid_data, fmt::format("{} is not the key of {}", files.key.string(), files.certificate.string()));
  }
  if (SSL_CTX_check_private_key(context.get()) != 1)
    return fail(Code::invalid_data, fmt::format("{} is not the key of {}", files.key.string(), files.certificate.string()));
  if (X509_cmp_current_time(X509_get0_notAfter(SSL_CTX_get0_certificate(context.get()))) < 0)
    return fail(Code::invalid_data, fmt::format("the certificate {} has expired", files.certificate.string()));
  return context;
}

}  // namespace

Result<std::shared_ptr<Tls>> Tls::open(TlsFiles files) {
  std::shared_ptr<Tls> tls(new Tls(std::move(files)));
  TRY(tls->reload());
  return tls;
}

Tls::~Tls() { SSL_CTX_free(context_); }

Result<void> Tls::reload() {
  // Looked at before the files are read, so that a change in between is seen as one the next time.
  std::pair stamps(stamp_of(files_.certificate), stamp_of(files_.key));
  Result<Context> fresh = context_from(files_);
  const std::scoped_lock lock(mutex_);
  stamps_ = std::move(stamps);
  if (!fresh) return std::unexpected(std::move(fresh).error());
  SSL_CTX_free(context_);
  context_ = fresh->release();
  return {};
}

bool Tls::changed() const {
  const std::pair stamps(stamp_of(files_.certificate), stamp_of(files_.key));
  const std::scoped_lock lock(mutex_);
  return stamps != stamps_;
}

SSL* Tls::new_connection() const {
  const std::scoped_lock lock(mutex_);
  return SSL_new(context_);
}

}  // namespace prorata::http
