#include "serve/portal_pages.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/fingerprint.h"
#include "base/text.h"
#include "identity/password.h"
#include "portal_api/face.h"

namespace prorata::serve {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view kAssets = "/assets/";
constexpr std::string_view kNonceWord = "__NONCE__";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

struct Ending {
  std::string_view ending;
  std::string_view type;
};
constexpr auto kTypes = std::to_array<Ending>({{".js", "text/javascript; charset=utf-8"},
                                               {".css", "text/css; charset=utf-8"},
                                               {".html", kHtml},
                                               {".json", "application/json; charset=utf-8"},
                                               {".svg", "image/svg+xml"},
                                               {".png", "image/png"},
                                               {".ico", "image/x-icon"},
                                               {".webp", "image/webp"},
                                               {".woff2", "font/woff2"},
                                               {".txt", http::kText},
                                               {".webmanifest", "application/manifest+json"}});

std::string_view type_of(std::string_view name) {
  for (const Ending& each : kTypes)
    if (name.ends_with(each.ending)) return each.type;
  return "application/octet-stream";
}

// Whether "gzip, br;q=0.9" has the coding and does not rule it out.
bool takes(std::string_view accepted, std::string_view coding) {
  while (!accepted.empty()) {
    const std::string_view one = accepted.substr(0, accepted.find(','));
    accepted.remove_prefix(std::min(accepted.size(), one.size() + 1));
    const std::string_view name = trim(one.substr(0, one.find(';')));
    if (!equal_ignoring_case(name, coding)) continue;
    const std::size_t mark = one.find("q=");
    const std::string_view weight = mark == std::string_view::npos ? "1" : trim(one.substr(mark + 2));
    return weight.find_first_not_of("0.") != std::string_view::npos;
  }
  return false;
}

Response guarded(Response response) {
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  response.headers.set("Referrer-Policy", "same-origin");
  response.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.set("X-Frame-Options", "DENY");
  return response;
}

void replace_all(std::string& text, std::string_view word, std::string_view by) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) text.replace(at, word.size(), by);
}

// JSON within HTML: no end of a script in it, whatever a name holds.
std::string for_html(std::string_view json) {
  std::string out(json);
  replace_all(out, "<", "\\u003c");
  return out;
}

constexpr std::string_view kNotBuilt =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Prorata</title></head><body><h1>Prorata</h1>"
    "<p>This program was built without its portal. Build the portal first ('npm run build' in its folder), then the program again; it is "
    "put in then. "
    "The command line and the APIs work without it.</p></body></html>\n";

}  // namespace

PortalPages::PortalPages(std::span<const EmbeddedFile> files) {
  for (const EmbeddedFile& each : files) files_.emplace(each.name, each.text);
}

std::optional<Response> PortalPages::file(const Request& request) const {
  if (request.method != http::Method::get && request.method != http::Method::head) return std::nullopt;
  const std::string_view path = request.path;
  const bool asset = path.starts_with(kAssets);
  const std::string_view name = path.substr(std::min<std::size_t>(path.size(), 1));
  const auto found = files_.find(name);
  const bool hidden = name.starts_with('.') || name.ends_with(".br") || name.ends_with(".gz") || name == "index.html";
  if (found == files_.end() || hidden) {
    if (!asset) return std::nullopt;
    return guarded(
        http::text(404, "There is no such file; the page may be of an older version. Load it again.\n").with("Cache-Control", "no-store"));
  }
  Response response{.content_type = std::string(type_of(name))};
  std::string_view text = found->second;
  const std::string_view accepted = request.headers.get("Accept-Encoding");
  for (const auto& [coding, ending] : {std::pair("br", ".br"), std::pair("gzip", ".gz")}) {
    const auto packed = files_.find(std::string(name) + ending);
    if (packed == files_.end()) continue;
    response.headers.set("Vary", "Accept-Encoding");
    if (!takes(accepted, coding) || response.headers.has("Content-Encoding")) continue;
    text = packed->second;
    response.headers.set("Content-Encoding", coding);
  }
  const std::string mark = fmt::format("\"{}\"", Fingerprint().add(text).text());
  response.with("Cache-Control", asset ? "public, max-age=31536000, immutable" : "no-cache").with("ETag", mark);
  if (request.headers.get("If-None-Match") == mark) {
    response.status = 304;
    response.content_type.clear();
  } else {
    response.body = text;
  }
  return guarded(std::move(response));
}

bool PortalPages::wants_page(const Request& request) {
  const bool reads = request.method == http::Method::get || request.method == http::Method::head;
  return reads && !request.headers.has("Authorization") && to_lower(request.headers.get("Accept")).find("text/html") != std::string::npos;
}

Response PortalPages::index(const Request& request, std::string_view me) const {
  const std::string nonce = identity::new_secret();
  Response response{.content_type = std::string(kHtml)};
  const auto found = files_.find("index.html");
  response.body = found == files_.end() ? kNotBuilt : found->second;
  if (found != files_.end()) {
    replace_all(response.body, kNonceWord, nonce);
    const std::string script = fmt::format("<script type=\"application/json\" id=\"me\">{}</script>", for_html(me));
    const std::size_t head_ends = response.body.find("</head>");
    response.body.insert(head_ends == std::string::npos ? 0 : head_ends, script);
  }
  response
      .with("Content-Security-Policy",
            fmt::format(
                "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'nonce-{0}'; img-src 'self' data:; font-src 'self'; "
                "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
                nonce))
      .with("Cache-Control", "no-cache, private")
      .with("Vary", "Cookie, Accept-Language");
  response.headers.set("X-Request-Id", request.id);
  return guarded(std::move(response));
}

}  // namespace prorata::serve
