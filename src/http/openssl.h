// OpenSSL's objects, freed by themselves, and its complaints as a sentence.
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace prorata::http {

template <auto kFree>
struct FreedBy {
  void operator()(auto* object) const { kFree(object); }
};

using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using Context = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;

// The oldest complaint of this thread, "no start line"; the others are forgotten.
inline std::string openssl_complaint() {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return reason ? reason : "no reason given";
}

// Instead of asking for a password on the terminal: an encrypted key cannot be read.
inline int no_password(char*, int, int, void*) { return -1; }

}  // namespace prorata::http
