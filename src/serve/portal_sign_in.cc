#include "serve/portal_sign_in.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/write.h"
#include "base/text.h"
#include "identity/documents.h"
#include "identity/password.h"
#include "identity/pkce.h"
#include "identity/token.h"
#include "portal_api/face.h"
#include "serve/gate.h"
#include "serve/sign_in.h"
#include "wire/error_table.h"
#include "wire/json.h"

namespace prorata::serve {
namespace {

using http::Call;
using http::Kind;
using http::Method;
using http::Request;
using http::Response;

constexpr std::string_view kFormCookie = "__Host-prorata-form";
constexpr std::string_view kCodeAudience = "urn:prorata:authorization-code";
constexpr std::int64_t kTokenSeconds = 3'599;
constexpr std::size_t kTargetBytesMax = 2'000;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  return out;
}

// A path of this server and nothing that a browser would take for another one's.
std::string own_path(std::string_view to) {
  const bool own = to.starts_with('/') && !to.starts_with("//") && to.size() <= kTargetBytesMax &&
                   to.find('\\') == std::string_view::npos &&
                   std::ranges::all_of(to, [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; });
  return own ? std::string(to) : std::string("/");
}

bool leads_to_a_program(std::string_view to) { return to.find("/oauth2/") != std::string_view::npos; }

enum class Trouble { none, wrong, too_many, form_too_old, store };

struct Words {
  std::string_view title;
  std::string_view name;
  std::string_view password;
  std::string_view enter;
  std::string_view wrong;
  std::string_view too_many;
  std::string_view form_too_old;
  std::string_view store;
};
constexpr Words kEnglish{.title = "Sign in",
                         .name = "Email",
                         .password = "Password",
                         .enter = "Sign in",
                         .wrong = "The name or the password is not right. Try again, or ask who manages users.",
                         .too_many = "Too many attempts. Wait a while and try again.",
                         .form_too_old = "This page had been open for too long. Fill it in once more.",
                         .store = "The desk did not answer. Nothing was lost; try again."};
constexpr Words kSwedish{.title = "Logga in",
                         .name = "E-post",
                         .password = "Lösenord",
                         .enter = "Logga in",
                         .wrong = "Namnet eller lösenordet stämmer inte. Försök igen, eller fråga den som hanterar användare.",
                         .too_many = "För många försök. Vänta en stund och försök igen.",
                         .form_too_old = "Sidan hade varit öppen för länge. Fyll i den en gång till.",
                         .store = "Systemet svarade inte. Inget gick förlorat; försök igen."};

std::string_view said(const Words& words, Trouble trouble) {
  switch (trouble) {
    case Trouble::none: return {};
    case Trouble::wrong: return words.wrong;
    case Trouble::too_many: return words.too_many;
    case Trouble::form_too_old: return words.form_too_old;
    case Trouble::store: return words.store;
  }
  return {};
}

constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--ink:#1b2427;--canvas:#eef1f2;--sheet:#fff;--line:#8a979c;--brand:#00687a;--bad:#a4262c}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8eef0;--canvas:#12191b;--sheet:#1c2528;--line:#74848a;--brand:#3aa6bb;--bad:#ff9a9a}}"
    "*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--canvas);color:var(--ink);"
    "font:16px/1.5 'Segoe "
    "UI',Inter,system-ui,sans-serif}main{background:var(--sheet);border-radius:10px;padding:2rem;width:min(24rem,100%)}"
    "h1{font-size:1.4rem;margin:0 0 1rem}label{display:block;margin:.75rem 0 .25rem}"
    "input{width:100%;padding:.55rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:4px}"
    "button{margin-top:1.25rem;width:100%;padding:.6rem;font:inherit;font-weight:600;border:0;border-radius:4px;background:var(--brand);"
    "color:#fff}@media(prefers-color-scheme:dark){button{color:#08191d}}"
    ":focus-visible{outline:2px solid var(--brand);outline-offset:2px}[role=alert]{color:var(--bad);margin:0 0 .5rem}";

struct Page {
  int status = 200;
  Trouble trouble = Trouble::none;
  std::string name;
  std::string to = "/";
};

Response page(const Request& request, const Page& page) {
  const bool swedish = portal_api::language_of(request) == Language::swedish;
  const Words& words = swedish ? kSwedish : kEnglish;
  const std::string form = identity::new_secret();
  const std::string nonce = identity::new_secret();
  const std::string alert =
      page.trouble == Trouble::none ? "" : fmt::format("<p role=\"alert\" id=\"why\">{}</p>", said(words, page.trouble));
  Response response{.status = page.status, .content_type = "text/html; charset=utf-8"};
  response.body = fmt::format(
      "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<title>{} - Prorata</title><style nonce=\"{}\">{}</style></head><body><main><h1>{}</h1>{}"
      "<form method=\"post\" action=\"/sign-in{}\"><input type=\"hidden\" name=\"form\" value=\"{}\"><input type=\"hidden\" name=\"to\" "
      "value=\"{}\">"
      "<label for=\"name\">{}</label><input id=\"name\" name=\"name\" type=\"email\" autocomplete=\"username\" required value=\"{}\"{}>"
      "<label for=\"password\">{}</label><input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" "
      "required{}>"
      "<button>{}</button></form></main></body></html>\n",
      swedish ? "sv" : "en", words.title, nonce, kStyle, words.title, alert, swedish ? "?lang=sv" : "", form, escaped(page.to), words.name,
      escaped(page.name), page.name.empty() ? " autofocus" : "", words.password, page.name.empty() ? "" : " autofocus", words.enter);
  // After the form the browser follows on to a program of its own machine where one asked.
  const std::string_view targets = leads_to_a_program(page.to) ? "'self' http://localhost:* http://127.0.0.1:*" : "'self'";
  response
      .with(
          "Content-Security-Policy",
          fmt::format("default-src 'none'; style-src 'nonce-{}'; form-action {}; frame-ancestors 'none'; base-uri 'none'", nonce, targets))
      .with("Set-Cookie", fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600", kFormCookie, form))
      .with("Cache-Control", "no-store")
      .with("X-Content-Type-Options", "nosniff")
      .with("X-Frame-Options", "DENY")
      .with("Referrer-Policy", "same-origin")
      .with("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  return response;
}

bool from_here(const Request& request) {
  const auto origin = request.headers.find("Origin");
  const std::string_view site = request.headers.get("Sec-Fetch-Site", "same-origin");
  return (!origin || *origin == request.base_url()) && (site == "same-origin" || site == "none");
}

std::string peer_of(const Request& request) { return request.peer.substr(0, request.peer.rfind(':')); }

// ---- programs ------------------------------------------------------------------------------------------------------------------------

// http://localhost or 127.0.0.1, at any port: what only a program of the same machine hears (RFC 8252 section 7.3).
bool is_loopback(std::string_view uri) {
  for (const std::string_view host : {"http://localhost", "http://127.0.0.1"}) {
    if (!uri.starts_with(host)) continue;
    std::string_view rest = uri.substr(host.size());
    if (rest.starts_with(':')) {
      const std::size_t digits = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
      if (digits < 2 || digits > 6) return false;
      rest.remove_prefix(digits);
    }
    const bool plain = std::ranges::all_of(rest, [](char c) {
      return static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 0x7f &&
             std::string_view("\"<>\\^`{|}#?@").find(c) == std::string_view::npos;
    });
    return plain && (rest.empty() || rest.starts_with('/')) && rest.size() <= 200;
  }
  return false;
}

Response bad_asking(const Request& request, std::string_view why) {
  return portal_api::answer_of({.status = 400, .code = "invalid_request", .detail = std::string(why)}, request);
}

Response refused_grant(const Request& request, std::string_view error, std::string_view why, Instant now) {
  std::string body;
  wire::JsonWriter(body)
      .begin_object()
      .field("error", error)
      .field("error_description", why)
      .field("timestamp", std::string_view(to_string(now)))
      .field("trace_id", std::string_view(request.id))
      .end_object();
  return http::json(400, std::move(body)).with("Cache-Control", "no-store");
}

}  // namespace

Response PortalSignIn::show(const Call& call) {
  const std::string to = own_path(call.request.query.get("to", "/"));
  const auto session = sessions_.of(call.request);
  if (session && *session) return http::empty(303).with("Location", to).with("Cache-Control", "no-store");
  return page(call.request, {.to = to});
}

Response PortalSignIn::enter(const Call& call) {
  const Request& request = call.request;
  const Result<http::Fields> form = http::parse_query(request.body);
  if (!form) return page(request, {.status = 400, .trouble = Trouble::form_too_old});
  const std::string name(trim(form->get("name").substr(0, 254)));
  const std::string to = own_path(form->get("to", "/"));
  const std::string_view shown = cookie_of(request, kFormCookie);
  if (shown.empty() || shown != form->get("form") || !from_here(request))
    return page(request, {.status = 400, .trouble = Trouble::form_too_old, .name = name, .to = to});

  const Instant now = app_.clock.now();
  const std::string peer = peer_of(request);
  const std::string key = "user " + to_lower(name);
  if (const std::int64_t wait = throttle_.begin(key, peer, now); wait > 0)
    return page(request, {.status = 429, .trouble = Trouble::too_many, .name = name, .to = to}).with("Retry-After", std::to_string(wait));
  std::optional<User> user;
  {
    const auto read = [&]() -> Result<std::optional<User>> { return TRY(app_.store.snapshot())->user_named(name); };
    Result<std::optional<User>> found = read();
    if (!found)
      return page(request, {.status = wire::error_row(found.error().code).http_status, .trouble = Trouble::store, .name = name, .to = to});
    user = *std::move(found);
  }
  const std::string_view password = form->get("password");
  const bool usable = password.size() <= identity::kPasswordLengthMax;
  const bool fits = identity::verify_password(usable ? password : std::string_view(), user ? user->password_hash : std::string());
  if (!fits || !usable || user->disabled) return page(request, {.status = 401, .trouble = Trouble::wrong, .name = name, .to = to});
  throttle_.succeeded(key, peer);
  return http::empty(303).with("Location", to).with("Set-Cookie", sessions_.begin(*user)).with("Cache-Control", "no-store");
}

// What is wrong with the address of the program is said here and never sent there.
Response PortalSignIn::authorize(const Call& call) {
  const Request& request = call.request;
  const http::Fields& query = request.query;
  const std::string uri(query.get("redirect_uri"));
  const Result<ClientId> client = ClientId::parse(query.get("client_id"));
  if (!client) return bad_asking(request, "client_id is the GUID of the program that asks");
  if (!is_loopback(uri)) return bad_asking(request, "redirect_uri is an address of the program on this machine: http://localhost:PORT/");
  const auto back = [&](const std::string& what) {
    std::string to = fmt::format("{}?{}", uri, what);
    if (query.has("state")) to += fmt::format("&state={}", http::percent_encode(query.get("state")));
    return http::empty(302).with("Location", to).with("Cache-Control", "no-store").with("Referrer-Policy", "no-referrer");
  };
  if (query.get("response_type") != "code") return back("error=unsupported_response_type");
  if (query.get("code_challenge_method") != "S256" || !identity::is_code_challenge(query.get("code_challenge")))
    return back("error=invalid_request&error_description=code_challenge%20with%20S256%20is%20needed");
  const Result<std::optional<Session>> session = sessions_.of(request);
  if (!session) return portal_api::answer_of(portal_api::problem_of(session.error()), request);
  if (!*session) {
    if (query.get("prompt") == "none") return back("error=login_required");
    return http::empty(303)
        .with("Location", fmt::format("/sign-in?to={}", http::percent_encode(request.target)))
        .with("Cache-Control", "no-store");
  }
  const Instant now = app_.clock.now();
  const identity::Claims claims{.audiences = {std::string(kCodeAudience)},
                                .issuer = std::string(kCodeAudience),
                                .issued = now,
                                .not_before = now,
                                .expires = add_seconds(now, kCodeSeconds),
                                .application = client->text(),
                                .object = (*session)->user.id.text(),
                                .subject = identity::new_secret(),
                                .roles = {uri, std::string(query.get("code_challenge"))},
                                .version = std::to_string((*session)->user.version)};
  return back(fmt::format("code={}", identity::sign(claims, keys_.ring()->newest())));
}

Response PortalSignIn::redeem(const Request& request, const http::Fields& form, const std::string& tenant) {
  const Instant now = app_.clock.now();
  const auto no = [&](std::string_view why) { return refused_grant(request, "invalid_grant", why, now); };
  const identity::Expected expected{.audiences = {std::string(kCodeAudience)}, .issuers = {std::string(kCodeAudience)}, .now = now};
  const auto code = identity::verify(form.get("code"), keys_.ring()->verifiers(), expected);
  if (!code || code->roles.size() != 2) return no("The code is not one of this desk, or its minute is over; sign in again.");
  const std::string_view verifier = form.get("code_verifier");
  const bool same = code->roles[0] == form.get("redirect_uri") && equal_ignoring_case(code->application, form.get("client_id"));
  if (!same) return no("The code was given to another program or another address.");
  if (!identity::is_code_verifier(verifier) || identity::code_challenge(verifier) != code->roles[1])
    return no("code_verifier does not fit the code_challenge that the code was asked for with.");

  const Result<PrincipalId> id = PrincipalId::parse(code->object);
  std::optional<User> user;
  // Whoever redeems it first has it: the key is taken then, and the next one brings another request.
  const Result<Committed> done =
      write(app_.store, {.key = "code " + code->subject, .request = request.id}, [&](Snapshot& snapshot) -> Result<Changes> {
        user = id ? TRY(snapshot.user(*id)) : std::nullopt;
        return Changes{.audit = {.at = now,
                                 .actor = user ? user->name : code->object,
                                 .action = "session.token",
                                 .subject = code->object,
                                 .after = "for the program " + code->application}};
      });
  if (!done && done.error().code == Code::key_reused) return no("The code was used already; sign in again.");
  if (!done) return portal_api::answer_of(portal_api::problem_of(done.error()), request);
  if (!user || user->disabled || std::to_string(user->version) != code->version) return no("This user may not sign in any more.");

  std::string resource = std::string(kAudience);
  for (std::string_view rest = form.get("scope"); !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (one.ends_with("/.default")) resource = one.substr(0, one.size() - std::string_view("/.default").size());
  }
  const std::string at = user->customer ? user->customer->text() : tenant;
  identity::Claims claims{.audiences = {std::string(audience_for(resource))},
                          .issuer = identity::issuer_of(request.base_url(), at),
                          .issued = now,
                          .not_before = now,
                          .expires = add_seconds(now, kTokenSeconds + 1),
                          .application = code->application,
                          .object = user->id.text(),
                          .subject = user->id.text(),
                          .tenant = at,
                          .kind = "user",
                          .name = user->name,
                          .version = "2.0"};
  for (const access::Standing role : user->roles) claims.roles.emplace_back(to_string(role));
  return http::json(
             200,
             identity::token_answer(
                 {.token = identity::sign(claims, keys_.ring()->newest()), .seconds = kTokenSeconds, .issued = now, .resource = resource}))
      .with("Cache-Control", "no-store")
      .with("Pragma", "no-cache");
}

std::vector<http::Route> PortalSignIn::routes(PortalSignIn* of) {
  std::vector<http::Route> all;
  all.push_back({.pattern = "/sign-in", .handler = [of](const Call& call) { return of->show(call); }});
  all.push_back(
      {.method = Method::post, .pattern = "/sign-in", .handler = [of](const Call& call) { return of->enter(call); }, .kind = Kind::writes});
  for (const char* pattern : {"/{tenant}/oauth2/v2.0/authorize", "/{tenant}/oauth2/authorize"})
    all.push_back({.pattern = pattern, .handler = [of](const Call& call) { return of->authorize(call); }});
  return all;
}

std::vector<http::Route> PortalSignIn::paths() {
  std::vector<http::Route> all = routes(nullptr);
  for (http::Route& each : all) each.handler = nullptr;
  return all;
}

PortalSignIn::PortalSignIn(App app, Keys& keys, Sessions& sessions)
    : app_(std::move(app)), keys_(keys), sessions_(sessions), router_(routes(this)) {}

std::optional<http::Destination> PortalSignIn::find(const Request& request) const {
  http::Found found = router_.find(request.method, request.path);
  if (!found.path_known()) return std::nullopt;
  if (found.route == nullptr)
    return http::Destination{kIdentityFace, Kind::reads, [allow = found.allow](const Request&) {
                               return http::text(405, fmt::format("This address takes {}.\n", allow)).with("Allow", allow);
                             }};
  return http::Destination{kIdentityFace, found.route->kind, [found = std::move(found)](const Request& each) {
                             return found.route->handler({.request = each, .path = found.captures, .route = *found.route});
                           }};
}

}  // namespace prorata::serve
