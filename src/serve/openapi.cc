#include "serve/openapi.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "app/sandbox.h"
#include "arm/all_routes.h"
#include "partner_center/face.h"
#include "serve/portal_sign_in.h"
#include "serve/sandbox.h"
#include "serve/sign_in.h"
#include "wire/json.h"

namespace prorata::serve {
namespace {

using http::Method;
using std::string_view;
using wire::JsonWriter;

enum class Guard { open, token };
constexpr string_view kPartnerTag = "Partner Center";

struct Operation {
  Method method = Method::get;
  std::string pattern;
  std::vector<string_view> versions;
  std::string tag;
  Guard guard = Guard::token;
  bool plain = false;  // answers in plain text
};

// A member of a request's body.
struct Member {
  string_view name;
  string_view type;
  std::vector<string_view> words;  // where it is one of a few
};
struct Body {
  string_view path;
  string_view summary;
  std::vector<Member> members;
};

template <class E>
std::vector<string_view> words_of() {
  std::vector<string_view> out;
  for (const auto& each : kWords<E>) out.push_back(each.second);
  return out;
}

const std::vector<Body>& sandbox_bodies() {
  static const std::vector<Body> bodies = {
      {"/sandbox/clock",
       "The clock of the sandbox; it moves forward only",
       {{"set", "string"}, {"advance", "string"}, {"freeze", "boolean"}}},
      {"/sandbox/settings",
       "Which rules govern, how a return is asked for, how long operations show as running",
       {{"policy", "string"}, {"policies", "array"}, {"channel", "string", words_of<policy::Channel>()}, {"lag_seconds", "integer"}}},
      {"/sandbox/faults",
       "What goes wrong next",
       {{"operation", "string"}, {"fault", "string", words_of<FaultKind>()}, {"count", "integer"}, {"seconds", "integer"}}},
      {"/sandbox/reset", "Back to the demo", {}}};
  return bodies;
}

const Body kTokenForm{"",
                      "A token for a client id and its secret, or for a person's code",
                      {{"grant_type", "string", {"client_credentials", "authorization_code"}},
                       {"client_id", "string"},
                       {"client_secret", "string"},
                       {"scope", "string"},
                       {"resource", "string"},
                       {"code", "string"},
                       {"redirect_uri", "string"},
                       {"code_verifier", "string"}}};

// "{scope...}" and "{order}", in the order of the pattern.
std::vector<string_view> captures_of(string_view pattern) {
  std::vector<string_view> out;
  for (std::size_t at = pattern.find('{'); at != string_view::npos; at = pattern.find('{', at + 1))
    out.push_back(pattern.substr(at + 1, pattern.find('}', at) - at - 1));
  return out;
}

constexpr string_view kAnySegments = "...";
string_view plain_name(string_view capture) {
  return capture.ends_with(kAnySegments) ? capture.substr(0, capture.size() - kAnySegments.size()) : capture;
}

// The provider that a path speaks of; what ARM itself has is Microsoft.Resources.
std::string provider_of(string_view pattern) {
  constexpr string_view kProviders = "/providers/Microsoft.";
  const std::size_t at = pattern.rfind(kProviders);
  if (at == string_view::npos) return "Microsoft.Resources";
  const string_view rest = pattern.substr(at + std::string_view("/providers/").size());
  return std::string(rest.substr(0, rest.find('/')));
}

std::string word_of(Method method) { return to_lower(to_string(method)); }

// One for each method and path: "put_providers_Microsoft_Capacity_reservationOrders_order".
std::string operation_id(const Operation& operation) {
  std::string id = word_of(operation.method);
  for (const char c : openapi_path(operation.pattern)) {
    if (c == '/' || c == '.' || c == '-') id += '_';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) id += c;
  }
  return id;
}

std::vector<Operation> operations(bool sandbox) {
  std::vector<Operation> all;
  for (arm::Route& each : arm::all_routes()) {
    std::string tag = provider_of(each.pattern);
    all.push_back({.method = each.method, .pattern = std::move(each.pattern), .versions = std::move(each.versions), .tag = std::move(tag)});
  }
  for (partner_center::Route& each : partner_center::all_routes())
    all.push_back({.method = each.method, .pattern = std::move(each.pattern), .tag = std::string(kPartnerTag)});
  for (http::Route& each : SignIn::paths())
    all.push_back({.method = each.method, .pattern = std::move(each.pattern), .tag = "Sign-in", .guard = Guard::open});
  for (http::Route& each : PortalSignIn::paths())
    if (each.pattern.contains("/oauth2/"))
      all.push_back({.method = each.method, .pattern = std::move(each.pattern), .tag = "Sign-in", .guard = Guard::open});
  if (sandbox)
    for (http::Route& each : Sandbox::paths()) all.push_back({.method = each.method, .pattern = std::move(each.pattern), .tag = "Sandbox"});
  for (const char* path : {"/healthz", "/readyz"}) all.push_back({.pattern = path, .tag = "Status", .guard = Guard::open, .plain = true});
  all.push_back({.pattern = std::string(kOpenApiPath), .tag = "Status", .guard = Guard::open});
  return all;
}

void write_members(JsonWriter& w, std::span<const Member> members) {
  w.begin_object().field("type", "object");
  if (!members.empty()) {
    w.key("properties").begin_object();
    for (const Member& each : members) {
      w.key(each.name).begin_object().field("type", each.type);
      if (!each.words.empty()) {
        w.key("enum").begin_array();
        for (const string_view word : each.words) w.text(word);
        w.end_array();
      }
      w.end_object();
    }
    w.end_object();
  }
  w.end_object();
}

void write_parameters(JsonWriter& w, const Operation& operation) {
  const std::vector<string_view> captures = captures_of(operation.pattern);
  if (captures.empty() && operation.versions.empty()) return;
  w.key("parameters").begin_array();
  for (const string_view each : captures) {
    w.begin_object().field("name", plain_name(each)).field("in", "path").field("required", true);
    if (each.ends_with(kAnySegments))
      w.field("description", "Any number of segments, with their slashes").field("x-ms-skip-url-encoding", true);
    w.key("schema").begin_object().field("type", "string").end_object().end_object();
  }
  if (!operation.versions.empty()) {
    w.begin_object().field("name", "api-version").field("in", "query").field("required", true).key("schema").begin_object();
    w.field("type", "string").key("enum").begin_array();
    for (const string_view version : operation.versions) w.text(version);
    w.end_array().end_object().end_object();
  }
  w.end_array();
}

const Body* body_of(const Operation& operation) {
  if (operation.tag == "Sign-in") return operation.method == Method::post ? &kTokenForm : nullptr;
  const auto found = std::ranges::find(sandbox_bodies(), string_view(operation.pattern), &Body::path);
  return found == sandbox_bodies().end() ? nullptr : &*found;
}

void write_body(JsonWriter& w, const Operation& operation) {
  if (operation.method != Method::put && operation.method != Method::post && operation.method != Method::patch) return;
  const Body* body = body_of(operation);
  const char* media = operation.tag == "Sign-in" ? "application/x-www-form-urlencoded" : "application/json";
  w.key("requestBody").begin_object().key("content").begin_object().key(media).begin_object().key("schema");
  write_members(w, body == nullptr ? std::span<const Member>() : std::span(body->members));
  w.end_object().end_object().end_object();
}

void write_responses(JsonWriter& w, const Operation& operation) {
  w.key("responses").begin_object();
  w.key("2XX").begin_object().field("description", "Done, or begun: then Location says where it goes on").key("content").begin_object();
  w.key(operation.plain ? "text/plain" : "application/json").begin_object().end_object().end_object().end_object();
  const std::string_view refusal = operation.tag == "Sign-in" ? "Refusal" : operation.tag == kPartnerTag ? "PartnerError" : "Error";
  if (!operation.plain)
    w.key("default").begin_object().field("$ref", std::string_view(fmt::format("#/components/responses/{}", refusal))).end_object();
  w.end_object();
}

void write_operation(JsonWriter& w, const Operation& operation) {
  w.key(word_of(operation.method)).begin_object().field("operationId", std::string_view(operation_id(operation)));
  w.key("tags").begin_array().text(operation.tag).end_array();
  if (const Body* body = body_of(operation)) w.field("summary", body->summary);
  write_parameters(w, operation);
  write_body(w, operation);
  write_responses(w, operation);
  if (operation.guard == Guard::open) w.key("security").begin_array().end_array();
  w.end_object();
}

// An object of texts that are all there.
void write_texts(JsonWriter& w, std::initializer_list<string_view> names) {
  w.begin_object().field("type", "object").key("required").begin_array();
  for (const string_view name : names) w.text(name);
  w.end_array().key("properties").begin_object();
  for (const string_view name : names) w.key(name).begin_object().field("type", "string").end_object();
  w.end_object().end_object();
}

// {"code":800008,"description":...,"data":[],"source":"PartnerFD"}
void write_partner_error(JsonWriter& w) {
  w.begin_object().field("type", "object").key("required").begin_array().text("code").text("description").end_array();
  w.key("properties").begin_object().key("code").begin_object().key("type").begin_array().text("integer").text("string").end_array();
  w.end_object();
  for (const string_view name : {"description", "source"}) w.key(name).begin_object().field("type", "string").end_object();
  w.key("data").begin_object().field("type", "array").end_object().end_object().end_object();
}

void write_answer(JsonWriter& w, string_view schema, string_view description) {
  w.key(schema).begin_object().field("description", description).key("content").begin_object().key("application/json").begin_object();
  w.key("schema").begin_object().field("$ref", std::string_view(fmt::format("#/components/schemas/{}", schema))).end_object();
  w.end_object().end_object().end_object();
}

void write_components(JsonWriter& w) {
  w.key("components").begin_object();
  w.key("securitySchemes").begin_object().key("token").begin_object().field("type", "oauth2").key("flows").begin_object();
  w.key("clientCredentials").begin_object().field("tokenUrl", "/common/oauth2/v2.0/token").key("scopes").begin_object();
  w.field(fmt::format("{}.default", kAudience), "All that the client's roles allow").end_object().end_object().end_object();
  w.end_object().end_object();
  w.key("schemas").begin_object();
  w.key("Error").begin_object().field("type", "object").key("required").begin_array().text("error").end_array();
  w.key("properties").begin_object().key("error");
  write_texts(w, {"code", "message"});
  w.end_object().end_object().key("Refusal");
  write_texts(w, {"error", "error_description"});
  w.key("PartnerError");
  write_partner_error(w);
  w.end_object();
  w.key("responses").begin_object();
  write_answer(w, "Error", "A code for programs and a sentence for people");
  write_answer(w, "Refusal", "OAuth's word and a sentence that says what to do");
  write_answer(w, "PartnerError", "A number or a word for programs and a sentence for people");
  w.end_object().end_object();
}

}  // namespace

std::string openapi_path(string_view pattern) {
  std::string path;
  for (std::size_t at = 0; at < pattern.size();) {
    const bool dots = pattern.substr(at).starts_with("...}");
    if (!dots) path += pattern[at];
    at += dots ? kAnySegments.size() : 1;
  }
  return path;
}

std::string openapi(bool sandbox) {
  std::map<std::string, std::vector<Operation>> paths;
  for (Operation& each : operations(sandbox)) paths[openapi_path(each.pattern)].push_back(std::move(each));
  std::string out;
  JsonWriter w(out);
  w.begin_object().field("openapi", "3.1.0");
  w.key("info")
      .begin_object()
      .field("title", "Prorata")
      .field("version", PRORATA_VERSION)
      .field("description",
             "The reservation desk, as Azure Resource Manager's clients and Partner Center's see it. Paths are the same in any letter "
             "case. What the bodies of the "
             "providers hold is said by Azure's own documents; what the portal asks below /api stands in a document of its own, "
             "/api/openapi.yaml.");
  w.end_object();
  w.key("servers").begin_array().begin_object().field("url", "/").end_object().end_array();
  w.key("security").begin_array().begin_object().key("token").begin_array().end_array().end_object().end_array();
  w.key("paths").begin_object();
  for (const auto& [path, operations] : paths) {
    w.key(path).begin_object();
    for (const Operation& each : operations) write_operation(w, each);
    w.end_object();
  }
  w.end_object();
  write_components(w);
  w.end_object();
  out += '\n';
  return out;
}

}  // namespace prorata::serve
