// The portal over the wire: signing in, cookies, requests forged by other pages, programs that come for a code, the pages themselves.
#include <fstream>
#include <set>
#include <thread>

#include "identity/pkce.h"
#include "portal_api/face.h"
#include "serve/portal_pages.h"
#include "serve/sessions.h"
#include "served_desk.h"

namespace prorata::testing {
namespace {

constexpr std::string_view kPassword = "a password of some length";
constexpr std::string_view kForm = "Content-Type: application/x-www-form-urlencoded\r\n";

// A browser: keeps its cookies, and says where a form came from.
class Browser {
 public:
  explicit Browser(const ServedDesk& served) : served_(&served) {}

  Answer ask(std::string_view method, std::string_view target, std::string_view body = {}, std::string_view more = {}) {
    std::string headers(more);
    std::string jar;
    for (const auto& [name, value] : cookies) jar += fmt::format("{}{}={}", jar.empty() ? "" : "; ", name, value);
    if (!jar.empty()) headers += fmt::format("Cookie: {}\r\n", jar);
    Answer answer = served_->ask(method, target, "", body, headers);
    if (answer.headers.contains("set-cookie")) keep(answer.headers.at("set-cookie"));
    return answer;
  }
  Answer get(std::string_view target, std::string_view more = {}) { return ask("GET", target, {}, more); }
  Answer put(std::string_view target, std::string_view body, std::string_view more = {}) {
    return ask("PUT", target, body, fmt::format("X-Prorata-Portal: 1\r\nIdempotency-Key: k{}\r\n{}", ++keys_, more));
  }

  Answer sign_in(std::string_view name, std::string_view password, std::string_view to = "/", std::string_view more = {}) {
    const Answer page = get(fmt::format("/sign-in?to={}", http::percent_encode(to)));
    EXPECT_EQ(page.status, 200) << page.body;
    return ask("POST", "/sign-in",
               fmt::format("form={}&name={}&password={}&to={}", between(page.body, "name=\"form\" value=\"", "\""),
                           http::percent_encode(name), http::percent_encode(password), http::percent_encode(to)),
               fmt::format("{}{}", kForm, more));
  }
  static std::string between(const std::string& text, std::string_view before, std::string_view after) {
    const std::size_t from = text.find(before);
    if (from == std::string::npos) return {};
    return text.substr(from + before.size(), text.find(after, from + before.size()) - from - before.size());
  }

  std::map<std::string, std::string> cookies;

 private:
  void keep(const std::string& set) {
    const std::string name = set.substr(0, set.find('='));
    const std::string value = set.substr(name.size() + 1, set.find(';') - name.size() - 1);
    if (set.find("Max-Age=0;") != std::string::npos)
      cookies.erase(name);
    else
      cookies[name] = value;
  }

  const ServedDesk* served_;
  int keys_ = 0;
};

class Portal : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    served_.emplace(place_);
    App app = served_->app();
    anna = must(add_user(app, {.name = "anna@partner.example",
                               .display = "Anna Berg",
                               .roles = {access::Standing::admin_agent},
                               .password_hash = must(identity::hash_password(kPassword))}));
    web = served_->made().buy({.customer = served_->made().nordvik, .quantity = 2});
    served_->start({.sandbox = true});
  }
  ServedDesk& served() { return *served_; }
  std::string at(std::string_view rest = {}) { return fmt::format("/api/reservations/{}/{}{}", web.order.text(), web.id.text(), rest); }
  Browser signed_in() {
    Browser browser(served());
    EXPECT_EQ(browser.sign_in(anna.name, kPassword).status, 303);
    return browser;
  }
  static std::string code_of(const Answer& answer) { return member_of(answer.body, "code"); }

  Place place_{GetParam()};
  std::optional<ServedDesk> served_;
  ScratchFolder second_folder_;
  User anna;
  Reservation web;
};
INSTANTIATE_TEST_SUITE_P(, Portal, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& parameter) { return name_of(parameter.param); });

TEST_P(Portal, a_person_signs_in_works_and_signs_out) {
  Browser browser(served());
  EXPECT_EQ(code_of(browser.get("/api/me")), "signed_out");
  const Answer entered = browser.sign_in(" ANNA@partner.example", kPassword, "/reservations?q=web");
  EXPECT_EQ(entered.status, 303) << entered.body;
  EXPECT_EQ(entered.headers.at("location"), "/reservations?q=web");
  const std::string cookie = entered.headers.at("set-cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-prorata-session="));
  for (const char* word : {"; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"}) EXPECT_NE(cookie.find(word), std::string::npos) << word;
  const Answer me = browser.get("/api/me");
  EXPECT_EQ(me.status, 200) << me.body;
  EXPECT_NE(me.body.find("\"display\":\"Anna Berg\""), std::string::npos);
  EXPECT_NE(me.body.find("\"sessionEnds\""), std::string::npos);
  EXPECT_EQ(browser.put(at("/name"), R"({"name":"Web"})").status, 200);
  EXPECT_EQ(browser.get("/sign-in?to=/x").status, 303);  // who is in needs no page

  const Browser copy = browser;
  EXPECT_EQ(code_of(browser.ask("POST", "/api/sign-out")), "csrf");
  EXPECT_EQ(browser.ask("POST", "/api/sign-out", {}, "X-Prorata-Portal: 1\r\n").status, 204);
  EXPECT_FALSE(browser.cookies.contains(std::string(serve::kSessionCookie)));
  Browser thief = copy;  // the cookie kept is worth nothing any more
  EXPECT_EQ(thief.get("/api/me").status, 401);
}

TEST_P(Portal, what_is_wrong_is_said_on_the_page_and_never_which_half) {
  Browser browser(served());
  const Answer password = browser.sign_in(anna.name, "another password that is long");
  const Answer name = browser.sign_in("nobody@partner.example", kPassword);
  EXPECT_EQ(password.status, 401);
  EXPECT_EQ(name.status, 401);
  EXPECT_NE(password.body.find("role=\"alert\""), std::string::npos);
  EXPECT_EQ(Browser::between(password.body, "id=\"why\">", "<"), Browser::between(name.body, "id=\"why\">", "<"));
  EXPECT_NE(password.body.find("value=\"anna@partner.example\""), std::string::npos);  // what was typed is kept
  const Answer hostile = browser.sign_in("\"><script>alert(1)</script>", kPassword);
  EXPECT_EQ(hostile.body.find("<script"), std::string::npos);
  EXPECT_NE(browser.get("/sign-in", "Accept-Language: sv\r\n").body.find("Logga in"), std::string::npos);
  App app = served().app();
  must(disable_user(app, anna.name));
  EXPECT_EQ(browser.sign_in(anna.name, kPassword).status, 401);
}

TEST_P(Portal, guessing_is_slowed_down) {
  Browser browser(served());
  int refused = 0;
  for (int i = 0; i < 14 && refused == 0; ++i) {
    const Answer answer = browser.sign_in(anna.name, "a wrong password of length");
    if (answer.status != 429) continue;
    ++refused;
    EXPECT_TRUE(answer.headers.contains("retry-after"));
  }
  EXPECT_EQ(refused, 1);
}

TEST_P(Portal, a_form_of_another_page_does_not_sign_in) {
  Browser browser(served());
  const std::string body = fmt::format("form=x&name={}&password={}", http::percent_encode(anna.name), http::percent_encode(kPassword));
  EXPECT_EQ(browser.ask("POST", "/sign-in", body, kForm).status, 400);  // never shown the page
  const Answer page = browser.get("/sign-in");
  EXPECT_EQ(browser.ask("POST", "/sign-in", body, kForm).status, 400);  // another browser's word
  EXPECT_EQ(browser.sign_in(anna.name, kPassword, "/", "Origin: https://evil.example\r\n").status, 400);
  EXPECT_EQ(browser.sign_in(anna.name, kPassword, "/", "Sec-Fetch-Site: cross-site\r\n").status, 400);
  for (const char* away : {"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a b", ""}) {
    Browser fresh(served());
    EXPECT_EQ(fresh.sign_in(anna.name, kPassword, away).headers["location"], "/") << away;
  }
  EXPECT_NE(page.headers.at("content-security-policy").find("frame-ancestors 'none'"), std::string::npos);
}

TEST_P(Portal, a_change_that_another_page_sends_is_refused) {
  Browser browser = signed_in();
  const std::string name = R"({"name":"Forged"})";
  EXPECT_EQ(code_of(browser.ask("PUT", at("/name"), name, "Idempotency-Key: a\r\n")), "csrf");
  EXPECT_EQ(code_of(browser.put(at("/name"), name, "Origin: https://evil.example\r\n")), "csrf");
  EXPECT_EQ(code_of(browser.put(at("/name"), name, "Origin: null\r\n")), "csrf");
  EXPECT_EQ(code_of(browser.put(at("/name"), name, "Sec-Fetch-Site: same-site\r\n")), "csrf");
  const std::string own = fmt::format("Origin: https://127.0.0.1:{}\r\nSec-Fetch-Site: same-origin\r\n", served().server->port());
  EXPECT_EQ(browser.put(at("/name"), name, own).status, 200);
}

TEST_P(Portal, a_session_ends_by_time_and_by_what_changes_the_user) {
  Browser browser = signed_in();
  const std::string first = browser.cookies.at(std::string(serve::kSessionCookie));
  for (int i = 0; i < 14; ++i) {  // used every fifty minutes, it lasts for twelve hours and no longer
    served().clock.pass_seconds(50 * 60);
    EXPECT_EQ(browser.get("/api/me").status, 200) << i;
  }
  EXPECT_NE(browser.cookies.at(std::string(serve::kSessionCookie)), first);
  served().clock.pass_seconds(25 * 60);
  EXPECT_EQ(browser.get("/api/me").status, 401);

  Browser idle = signed_in();
  served().clock.pass_seconds(61 * 60);
  EXPECT_EQ(idle.get("/api/me").status, 401);

  Browser other = signed_in();
  App app = served().app();
  must(set_password(app, anna.name, must(identity::hash_password("quite another password"))));
  std::this_thread::sleep_for(1'100ms);  // another process would be felt within a second
  EXPECT_EQ(other.get("/api/me").status, 401);
}

TEST_P(Portal, cookies_that_the_desk_did_not_sign_are_worth_nothing) {
  Browser browser = signed_in();
  const std::string good = browser.cookies.at(std::string(serve::kSessionCookie));
  for (const std::string& forged : {good.substr(0, good.size() - 3) + "AAA", std::string("x"), std::string(9'000, 'a'), good + good,
                                    served().token(served().admin), std::string("..")}) {
    browser.cookies[std::string(serve::kSessionCookie)] = forged;
    EXPECT_EQ(browser.get("/api/me").status, 401);
  }
  // And a session is no token.
  EXPECT_EQ(served().get(kSomePath, good).status, 401);
  EXPECT_EQ(served().get("/api/me", good).status, 401);
}

TEST_P(Portal, programs_use_tokens_and_need_no_header) {
  const std::string token = served().token(served().agent);
  EXPECT_EQ(served().get("/api/me", token).status, 200);
  EXPECT_EQ(served().ask("PUT", at("/name"), token, R"({"name":"By a program"})", "Idempotency-Key: p\r\n").status, 200);
  EXPECT_EQ(code_of(served().get("/api/me", token + "x")), "signed_out");
  EXPECT_EQ(served().get("/api/me", served().partner_token(served().agent)).status, 401);
}

TEST_P(Portal, two_servers_share_their_sessions) {
  Browser browser = signed_in();
  auto second = must(serve::DeskServer::start(
      served().app(), {.host = "127.0.0.1", .port = 0, .threads = 2, .tls_folder = std::filesystem::path(second_folder_) / "tls"}));
  std::swap(second, served().server);
  EXPECT_EQ(browser.get("/api/me").status, 200);
  EXPECT_EQ(browser.ask("POST", "/api/sign-out", {}, "X-Prorata-Portal: 1\r\n").status, 204);
  std::swap(second, served().server);
  std::this_thread::sleep_for(1'100ms);
  EXPECT_EQ(browser.get("/api/me").status, 401);
}

// ---- a program that comes for a code
// -----------------------------------------------------------------------------------------------------

constexpr std::string_view kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view kProgram = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

std::string asking(std::string_view redirect = "http://localhost:8400/", std::string_view more = {}) {
  return fmt::format(
      "/common/oauth2/v2.0/authorize?client_id={}&response_type=code&redirect_uri={}&state=s%201&code_challenge={}"
      "&code_challenge_method=S256{}",
      kProgram, http::percent_encode(redirect), identity::code_challenge(kVerifier), more);
}
std::string redeeming(std::string_view code, std::string_view verifier = kVerifier, std::string_view redirect = "http://localhost:8400/") {
  return fmt::format(
      "grant_type=authorization_code&client_id={}&code={}&redirect_uri={}&code_verifier={}&scope=https%3A%2F%2Fx%2F%2F.default", kProgram,
      code, http::percent_encode(redirect), verifier);
}

TEST_P(Portal, a_code_is_given_to_who_is_signed_in_and_redeemed_once) {
  Browser browser(served());
  const Answer away = browser.get(asking());
  EXPECT_EQ(away.status, 303);
  const std::string to = must(http::parse_query(away.headers.at("location").substr(std::string("/sign-in?").size()))).begin()->second;
  EXPECT_EQ(browser.sign_in(anna.name, kPassword, to).headers.at("location"), to);
  const std::string back = browser.get(to).headers["location"];
  ASSERT_TRUE(back.starts_with("http://localhost:8400/?code=")) << back;
  EXPECT_TRUE(back.ends_with("&state=s%201"));
  const std::string code = Browser::between(back, "code=", "&");

  const std::string token_path = fmt::format("/{}/oauth2/v2.0/token", served().tenant());
  const auto redeem = [&](const std::string& form) { return served().post(token_path, "", form); };
  EXPECT_EQ(redeem(redeeming(code, std::string(43, 'a'))).status, 400);
  EXPECT_EQ(redeem(redeeming(code, kVerifier, "http://localhost:9/")).status, 400);
  EXPECT_EQ(redeem(redeeming("x")).status, 400);
  const Answer token = redeem(redeeming(code));
  ASSERT_EQ(token.status, 200) << token.body;
  EXPECT_EQ(served().get(kSomePath, member_of(token.body, "access_token")).status, 200);
  const Answer again = redeem(redeeming(code));
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(member_of(again.body, "error"), "invalid_grant");

  const std::string late = Browser::between(browser.get(asking()).headers["location"], "code=", "&");
  served().clock.pass_seconds(61);
  EXPECT_EQ(redeem(redeeming(late)).status, 400);
}

TEST_P(Portal, a_code_goes_to_this_machine_only_and_needs_a_challenge) {
  Browser browser = signed_in();
  for (const char* elsewhere :
       {"https://evil.example/", "http://localhost.evil.example/", "http://localhost@evil.example/", "http://localhost:/",
        "http://127.0.0.1.evil.example/", "http://localhost:8400/#x", "javascript:alert(1)", "http://localhost:999999/", ""}) {
    const Answer answer = browser.get(asking(elsewhere));
    EXPECT_EQ(answer.status, 400) << elsewhere;
    EXPECT_FALSE(answer.headers.contains("location"));
  }
  EXPECT_EQ(browser.get(asking("http://127.0.0.1:1/back")).status, 302);
  const std::string plain =
      fmt::format("/common/oauth2/v2.0/authorize?client_id={}&response_type=code&redirect_uri=http%3A%2F%2Flocalhost", kProgram);
  EXPECT_NE(browser.get(plain).headers["location"].find("error=invalid_request"), std::string::npos);
  Browser nobody(served());
  EXPECT_NE(nobody.get(asking("http://localhost/", "&prompt=none")).headers["location"].find("error=login_required"), std::string::npos);
}

// ---- pages
// -------------------------------------------------------------------------------------------------------------------------------

TEST_P(Portal, a_browser_gets_a_page_at_every_address_and_an_api_never_does) {
  const std::string html = "Accept: text/html,application/xhtml+xml\r\n";
  Browser browser = signed_in();
  for (const char* path : {"/", "/reservations", "/requests/17", "/no/such/address", "/sandbox"}) {
    const Answer answer = browser.get(path, html);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_TRUE(answer.headers.at("content-type").starts_with("text/html")) << path;
    EXPECT_NE(answer.headers.at("content-security-policy").find("default-src 'none'"), std::string::npos);
  }
  for (const char* path : {"/api", "/api/nothing", "/api/me/x"}) {
    const Answer answer = browser.get(path, html);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_TRUE(answer.headers.at("content-type").starts_with("application/problem+json")) << path;
  }
  EXPECT_EQ(browser.get("/assets/no-such-file.js", html).status, 404);
  EXPECT_EQ(served().get(kSomePath, "").status, 401);  // who asks for JSON gets ARM
  const Answer document = served().get("/api/openapi.yaml", "");
  EXPECT_TRUE(document.body.starts_with("openapi: 3.1.0"));
  EXPECT_EQ(browser.ask("POST", "/api/me", {}, "X-Prorata-Portal: 1\r\n").status, 405);
}

// Every route stands in the document and every path of the document is routed.
TEST(PortalDocument, says_what_is_routed) {
  std::ifstream file(std::string(PRORATA_SOURCE_DIR) + "/docs/specs/portal-api.yaml");
  std::set<std::string> described;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("  /") && line.ends_with(":")) path = line.substr(2, line.size() - 3);
    for (const char* method : {"get", "put", "post", "patch", "delete"})
      if (line == fmt::format("    {}:", method)) described.insert(fmt::format("{} {}", method, path));
    if (line == "components:") break;
  }
  std::set<std::string> routed = {"get /sign-in", "post /sign-in", "post /api/sign-out", "get /api/openapi.yaml", "get /api/events"};
  for (const portal_api::Route& each : portal_api::all_routes())
    routed.insert(fmt::format("{} {}", to_lower(to_string(each.method)), each.pattern));
  EXPECT_EQ(described, routed);
}

// ---- files
// -------------------------------------------------------------------------------------------------------------------------------

constexpr EmbeddedFile kFiles[] = {{"assets/main-1a2b.js", "the script"},
                                   {"assets/main-1a2b.js.br", "the script, small"},
                                   {"assets/main-1a2b.js.gz", "the script, smaller"},
                                   {"index.html", "<html><head><script nonce=\"__NONCE__\"></script></head><body></body></html>"},
                                   {"mark.svg", "<svg/>"}};

http::Request asks(std::string path, const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  http::Request request{.path = std::move(path), .host = "desk.test"};
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

TEST(PortalPages, files_come_packed_as_the_browser_takes_them) {
  const serve::PortalPages pages(kFiles);
  const auto with = [&](std::string_view accepts) {
    return *pages.file(asks("/assets/main-1a2b.js", {{"Accept-Encoding", std::string(accepts)}}));
  };
  EXPECT_EQ(with("gzip, deflate, br").body, "the script, small");
  EXPECT_EQ(with("gzip").body, "the script, smaller");
  EXPECT_EQ(with("br;q=0, gzip;q=0.0").body, "the script");
  EXPECT_EQ(with("").body, "the script");
  EXPECT_EQ(with("br").headers.get("Content-Encoding"), "br");
  EXPECT_EQ(with("br").headers.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(with("br").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(with("br").headers.get("Cache-Control"), "public, max-age=31536000, immutable");
  const http::Response mark = *pages.file(asks("/mark.svg"));
  EXPECT_EQ(mark.headers.get("Cache-Control"), "no-cache");
  EXPECT_EQ(pages.file(asks("/mark.svg", {{"If-None-Match", std::string(mark.headers.get("ETag"))}}))->status, 304);
  EXPECT_FALSE(pages.file(asks("/index.html")));
  EXPECT_FALSE(pages.file(asks("/reservations")));
  EXPECT_EQ(pages.file(asks("/assets/main-0000.js"))->status, 404);
  EXPECT_EQ(pages.file(asks("/assets/main-1a2b.js.br"))->status, 404);
}

TEST(PortalPages, the_page_has_a_new_nonce_each_time_and_who_is_signed_in) {
  const serve::PortalPages pages(kFiles);
  const http::Response one = pages.index(asks("/"), R"({"user":{"display":"</script><b>"}})");
  const http::Response two = pages.index(asks("/"), "null");
  const std::string nonce = Browser::between(one.body, "nonce=\"", "\"");
  EXPECT_GE(nonce.size(), 20U);
  EXPECT_NE(one.headers.get("Content-Security-Policy").find("'nonce-" + nonce + "'"), std::string::npos);
  EXPECT_EQ(two.body.find(nonce), std::string::npos);
  EXPECT_NE(one.body.find("id=\"me\">{\"user\":{\"display\":\"\\u003c/script>\\u003cb>\"}}</script></head>"), std::string::npos)
      << one.body;
  EXPECT_NE(two.body.find("id=\"me\">null</script>"), std::string::npos);
}

TEST(PortalPages, a_program_without_its_portal_says_so) {
  const serve::PortalPages pages({});
  EXPECT_FALSE(pages.built());
  EXPECT_NE(pages.index(asks("/"), "null").body.find("without its portal"), std::string::npos);
}

}  // namespace
}  // namespace prorata::testing
