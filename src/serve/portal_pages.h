// The portal as the browser gets it: files that the build put into the program, and one page that all addresses of the portal share.
//
//   PortalPages pages(embedded_portal());
//   if (std::optional<Response> file = pages.file(request)) return *file;         // /assets/main-3f2a1b.js, /mark.svg
//   if (PortalPages::wants_page(request)) return pages.index(request, me);
//
// Files below assets/ have their content's hash in their name and are kept for ever; a file NAME.br or NAME.gz beside NAME is sent instead
// where the browser takes it. In index.html the word __NONCE__ becomes a fresh nonce, the same as in its Content-Security-Policy, and who
// is signed in is put in as <script type="application/json" id="me">.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/embedded.h"
#include "http/message.h"

namespace prorata::serve {

class PortalPages {
 public:
  // The texts are not copied: they outlive this.
  explicit PortalPages(std::span<const EmbeddedFile> files);

  bool built() const { return files_.contains("index.html"); }

  // A file of that path; 404 for what is not there below /assets. Absent: the path is no file's.
  std::optional<http::Response> file(const http::Request& request) const;
  // Whether it is a browser that goes to an address: it asks for HTML and brings no token.
  static bool wants_page(const http::Request& request);
  // `me` is the JSON of /api/me, "null" where nobody is signed in.
  http::Response index(const http::Request& request, std::string_view me) const;

 private:
  std::unordered_map<std::string_view, std::string_view> files_;  // name to text
};

}  // namespace prorata::serve
