// A small certificate authority for a desk that has none: made once, and its one certificate made again each year.
#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "http/openssl.h"
#include "http/target.h"
#include "http/tls.h"

namespace prorata::http {
namespace {

namespace fs = std::filesystem;

constexpr int kAuthorityDays = 3650;
constexpr int kServerDays = 397;  // the longest that every client accepts
constexpr int kServerRenewDays = 30;
constexpr int kAuthorityRenewDays = kServerDays + kServerRenewDays;  // it outlives what it signs

struct Pair {
  Certificate certificate;
  Key key;
};

std::unexpected<Error> storage_error(const fs::path& path, int error) {
  return fail(error == ENOSPC ? Code::storage_full : Code::storage_denied,
              fmt::format("{} cannot be written: {}", path.string(), std::error_code(error, std::generic_category()).message()));
}

// Whole or not at all: written beside its place and moved there.
Result<void> write_file(const fs::path& path, std::string_view text, mode_t mode) {
  const fs::path fresh = path.string() + ".new";
  ::unlink(fresh.c_str());
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return storage_error(fresh, errno);
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  if (!written) return storage_error(fresh, error);
  if (::rename(fresh.c_str(), path.c_str()) != 0) return storage_error(path, errno);
  return {};
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_X509(bio.get(), certificate) == 1, "a certificate is written into memory");
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  CHECK(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "a key is written into memory");
  return text_of(bio.get());
}

// Null where the file is missing or holds something else.
Pair read_pair(const fs::path& certificate, const fs::path& key) {
  const Bio certificate_file(BIO_new_file(certificate.c_str(), "r"));
  const Bio key_file(BIO_new_file(key.c_str(), "r"));
  Pair pair;
  if (certificate_file) pair.certificate.reset(PEM_read_bio_X509(certificate_file.get(), nullptr, no_password, nullptr));
  if (key_file) pair.key.reset(PEM_read_bio_PrivateKey(key_file.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return pair;
}

Result<void> write_pair(const Pair& pair, const fs::path& certificate, const fs::path& key) {
  TRY(write_file(key, pem_of(pair.key.get()), 0600));
  return write_file(certificate, pem_of(pair.certificate.get()), 0644);
}

time_t seconds_of(Instant at) { return static_cast<time_t>(at.ticks / kTicksPerSecond); }

bool belong_together(const Pair& pair) {
  const bool both = pair.certificate && pair.key;
  const bool match = both && X509_check_private_key(pair.certificate.get(), pair.key.get()) == 1;
  ERR_clear_error();
  return match;
}

bool good_for(const X509* certificate, int days, Instant now) {
  time_t then = seconds_of(now) + time_t{days} * 86'400;
  return X509_cmp_time(X509_get0_notAfter(certificate), &then) > 0;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool is_any_address(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

bool names(X509* certificate, const std::string& host) {
  if (is_address(host)) return X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
  return X509_check_host(certificate, host.data(), host.size(), X509_CHECK_FLAG_NO_WILDCARDS, nullptr) == 1;
}

bool serves(const Pair& server, X509* authority, const std::vector<std::string>& hosts, Instant now) {
  if (!belong_together(server) || !good_for(server.certificate.get(), kServerRenewDays, now)) return false;
  for (const std::string& host : hosts)
    if (!names(server.certificate.get(), host)) return false;
  const bool signed_by_it = X509_verify(server.certificate.get(), X509_get0_pubkey(authority)) == 1;
  ERR_clear_error();
  return signed_by_it;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  CHECK(extension && X509_add_ext(certificate, extension, -1) == 1, "OpenSSL knows the extension: " + value);
  X509_EXTENSION_free(extension);
}

void set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  CHECK(RAND_bytes(bytes.data(), bytes.size()) == 1, "the machine has chance to give");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // positive, and never shorter
  BIGNUM* number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

// A fresh key and a certificate of it, not yet signed.
Pair begin_pair(const char* name, int days, Instant now) {
  Pair pair{Certificate(X509_new()), Key(EVP_EC_gen("P-256"))};
  CHECK(pair.certificate && pair.key, "OpenSSL makes a key on P-256");
  X509* certificate = pair.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  set_random_serial(certificate);
  ASN1_TIME_set(X509_getm_notBefore(certificate), seconds_of(now) - 3600);  // for clients whose clock is slow
  ASN1_TIME_set(X509_getm_notAfter(certificate), seconds_of(now) + time_t{days} * 86'400);
  X509_set_pubkey(certificate, pair.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1, -1,
                             0);
  return pair;
}

Pair make_authority(Instant now) {
  Pair pair = begin_pair("Prorata local authority", kAuthorityDays, now);
  X509* certificate = pair.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  CHECK(X509_sign(certificate, pair.key.get(), EVP_sha256()) > 0, "OpenSSL signs");
  return pair;
}

Pair make_server(const Pair& authority, const std::vector<std::string>& hosts, Instant now) {
  Pair pair = begin_pair("Prorata server", kServerDays, now);
  X509* certificate = pair.certificate.get();
  X509* issuer = authority.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  std::string alternatives;
  for (const std::string& host : hosts)
    alternatives += fmt::format("{}{}:{}", alternatives.empty() ? "" : ",", is_address(host) ? "IP" : "DNS", host);
  add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth");
  add_extension(certificate, issuer, NID_subject_alt_name, alternatives);
  add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
  CHECK(X509_sign(certificate, authority.key.get(), EVP_sha256()) > 0, "OpenSSL signs");
  return pair;
}

Result<std::vector<std::string>> all_hosts(const std::vector<std::string>& asked) {
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};
  for (const std::string& host : asked) {
    if (is_any_address(host)) continue;
    const bool is_name = is_host(host) && host.find_first_of(":[]") == std::string::npos;
    if (!is_name && !is_address(host)) return fail(Code::invalid_argument, fmt::format("'{}' is neither a host name nor an address", host));
    if (std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
  }
  return hosts;
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error)) return {};
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return storage_error(folder, error.value());
  return {};
}

// The authority that is there, or a new one where there is none or it nears its end.
Result<Pair> authority_in(const fs::path& certificate, const fs::path& key, Instant now) {
  Pair authority = read_pair(certificate, key);
  const bool good = belong_together(authority) && good_for(authority.certificate.get(), kAuthorityRenewDays, now);
  if (good) return authority;
  std::error_code error;
  const bool somebody_elses = fs::exists(certificate, error) && !belong_together(authority);
  if (somebody_elses)
    return fail(Code::invalid_data,
                fmt::format("{} is not the key of {}; remove both to have a new authority made", key.string(), certificate.string()));
  authority = make_authority(now);
  TRY(write_pair(authority, certificate, key));
  return authority;
}

}  // namespace

Result<TlsFiles> local_certificate(const fs::path& folder, const std::vector<std::string>& asked, Instant now) {
  const std::vector<std::string> hosts = TRY(all_hosts(asked));
  TRY(make_folder(folder));
  TlsFiles files{.certificate = folder / "server.pem", .key = folder / "server.key", .authority = folder / "ca.pem"};
  const Pair known = read_pair(files.authority, folder / "ca.key");
  if (known.certificate && serves(read_pair(files.certificate, files.key), known.certificate.get(), hosts, now)) return files;
  const Pair authority = TRY(authority_in(files.authority, folder / "ca.key", now));
  TRY(write_pair(make_server(authority, hosts, now), files.certificate, files.key));
  return files;
}

}  // namespace prorata::http
