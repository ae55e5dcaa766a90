#include "notify/send.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "app/notify_settings.h"
#include "notify/message.h"
#include "wire/json.h"

namespace prorata::notify {
namespace {

constexpr std::size_t kAnswerBytesMax = 1 << 20;
constexpr std::string_view kSource = "/prorata/desk";
constexpr std::string_view kTypePrefix = "prorata.";

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

Handle new_handle() {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  return {kReady == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup};
}

List with(List list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) return list;
  (void)list.release();  // its lines are the longer one's now
  return {longer, curl_slist_free_all};
}

void set_times(CURL* curl, const SendOptions& options) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_time.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options.time.count()));
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.authority.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.authority.c_str());
}

struct Upload {
  std::string_view left;
};
std::size_t give(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& upload = *static_cast<Upload*>(user);
  const std::size_t length = std::min(upload.left.size(), size * count);
  std::memcpy(buffer, upload.left.data(), length);
  upload.left.remove_prefix(length);
  return length;
}

// What is answered is of no interest; one that does not end is ended.
std::size_t drop(char*, std::size_t size, std::size_t count, void* user) {
  auto& bytes = *static_cast<std::size_t*>(user);
  bytes += size * count;
  return bytes > kAnswerBytesMax ? 0 : size * count;
}

struct Allowed {
  bool loopback = false;
  bool private_networks = false;
  std::string refused;
};

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127."); }

// Asked for every address that a name stands for, just before it is connected to, so that no name can be turned round in between.
curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& allowed = *static_cast<Allowed*>(user);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->family == AF_INET)
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&address->addr)->sin_addr, text.data(), text.size());
  else if (address->family == AF_INET6)
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_addr, text.data(), text.size());
  const std::string_view shown = text.data();
  const bool fits = is_loopback(shown) ? allowed.loopback : !is_private_address(shown) || allowed.private_networks;
  if (!fits) {
    allowed.refused = shown;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string reason_of(CURLcode code, const char* told) { return told[0] != '\0' ? told : curl_easy_strerror(code); }

std::string hex(const unsigned char* bytes, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += fmt::format("{:02x}", bytes[i]);
  return out;
}

}  // namespace

bool is_private_address(std::string_view address) {
  const std::string text(address);
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
    const unsigned char* b = v6.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
      std::memcpy(&v4, b + 12, 4);
      std::array<char, INET_ADDRSTRLEN> mapped{};
      inet_ntop(AF_INET, &v4, mapped.data(), mapped.size());
      return is_private_address(mapped.data());
    }
    const bool nat64 = b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b;
    return (b[0] & 0xfeU) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0U) >= 0x80) || b[0] == 0xff || nat64 || IN6_IS_ADDR_UNSPECIFIED(&v6) ||
           IN6_IS_ADDR_LOOPBACK(&v6);
  }
  if (inet_pton(AF_INET, text.c_str(), &v4) != 1) return true;  // what is no address is nobody's
  const std::uint32_t n = ntohl(v4.s_addr);
  const auto in = [&](std::uint32_t net, int bits) { return (n >> (32 - bits)) == (net >> (32 - bits)); };
  return in(0x00000000, 8) || in(0x0A000000, 8) || in(0x64400000, 10) || in(0x7F000000, 8) || in(0xA9FE0000, 16) || in(0xAC100000, 12) ||
         in(0xC0000000, 24) || in(0xC0A80000, 16) || in(0xC6120000, 15) || in(0xE0000000, 3);
}

Result<std::string> mail_password(const NotifySettings& settings) {
  if (settings.password_file.empty()) {
    const char* value = std::getenv("PRORATA_SMTP_PASSWORD");
    return std::string(value == nullptr ? "" : value);
  }
  std::ifstream file(settings.password_file);
  std::string password;
  if (!file || !std::getline(file, password))
    return fail(Code::not_found, fmt::format("the password file {} of the mail server cannot be read", settings.password_file));
  if (password.ends_with('\r')) password.pop_back();
  return password;
}

Result<void> send_mail(const NotifySettings& server, const std::string& password, const Recipient& to, const std::string& message,
                       const SendOptions& options) {
  const Handle curl = new_handle();
  if (!curl) return fail(Code::unavailable, "mail cannot be sent from here");
  const bool v6 = server.smtp_host.contains(':') && !server.smtp_host.starts_with('[');
  const std::string from = bare_address(server.from);
  const std::string url = fmt::format("smtp://{}:{}/{}", v6 ? fmt::format("[{}]", server.smtp_host) : server.smtp_host, server.smtp_port,
                                      from.substr(from.find('@') + 1));
  SendOptions trusted = options;
  if (!server.authority.empty()) trusted.authority = server.authority;
  char reason[CURL_ERROR_SIZE] = {};
  Upload upload{message};
  const List recipients = with(List(nullptr, curl_slist_free_all), fmt::format("<{}>", to.address()));
  set_times(curl.get(), trusted);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp");
  curl_easy_setopt(curl.get(), CURLOPT_USE_SSL, static_cast<long>(server.without_tls ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, fmt::format("<{}>", from).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &upload);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
  if (!server.smtp_user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, server.smtp_user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password.c_str());
  }
  const CURLcode done = curl_easy_perform(curl.get());
  if (done == CURLE_OK) return {};
  long answer = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer);
  const std::string said = answer >= 400 ? fmt::format(" (the server answered {})", answer) : "";
  return fail(Code::unavailable, fmt::format("{}:{}: {}{}", server.smtp_host, server.smtp_port, reason_of(done, reason), said));
}

std::string cloud_event(const Delivery& d) {
  std::string out;
  wire::JsonWriter w(out);
  w.begin_object().field("specversion", "1.0").field("id", std::string_view(d.event)).field("source", kSource);
  w.field("type", std::string_view(fmt::format("{}{}", kTypePrefix, d.kind)));
  if (d.customer) w.field("subject", std::string_view(d.customer->text()));
  w.field("time", std::string_view(to_string(d.event_at))).field("datacontenttype", "application/json").key("data");
  wire::JsonReader reader;
  if (reader.read(d.body))
    w.raw(d.body);
  else
    w.text(d.body);
  w.end_object();
  return out;
}

std::string signature_of(std::string_view secret, std::int64_t unix_seconds, std::string_view body) {
  const std::string signed_text = fmt::format("{}.{}", unix_seconds, body);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(signed_text.data()),
       signed_text.size(), mac, &length);
  return fmt::format("t={},v1={}", unix_seconds, hex(mac, length));
}

Result<void> post(const Webhook& webhook, const std::string& body, const std::string& delivery_id, std::int64_t unix_seconds,
                  const SendOptions& options) {
  TRY(check_webhook_url(webhook.url));
  const Handle curl = new_handle();
  if (!curl) return fail(Code::unavailable, "nothing can be sent from here");
  const std::string host = host_of(webhook.url);
  Allowed allowed{.loopback = is_loopback_host(host), .private_networks = webhook.allow_private, .refused = {}};
  char reason[CURL_ERROR_SIZE] = {};
  std::size_t answered = 0;
  List headers(nullptr, curl_slist_free_all);
  for (const std::string& line :
       {fmt::format("Content-Type: {}", kCloudEventType),
        fmt::format("{}: {}", kSignatureHeader, signature_of(webhook.secret, unix_seconds, body)),
        fmt::format("Prorata-Delivery: {}", delivery_id), std::string("User-Agent: prorata/" PRORATA_VERSION), std::string("Expect:")})
    headers = with(std::move(headers), line);
  set_times(curl.get(), options);
  curl_easy_setopt(curl.get(), CURLOPT_URL, webhook.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, webhook.url.starts_with("https://") ? "https" : "http");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answered);
  curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl.get(), CURLOPT_OPENSOCKETDATA, &allowed);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
  const CURLcode done = curl_easy_perform(curl.get());
  if (!allowed.refused.empty() && done != CURLE_OK)
    return fail(
        Code::unavailable,
        fmt::format("{} stands for {}, which is no public address; add the webhook with --private if it is meant", host, allowed.refused));
  if (done != CURLE_OK) return fail(Code::unavailable, fmt::format("{}: {}", host, reason_of(done, reason)));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && status < 300) return {};
  return fail(Code::unavailable, fmt::format("{}: answered {}", host, status));
}

}  // namespace prorata::notify
