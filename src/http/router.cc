// Two tries of segments, walked with one hash a step: one from the front, for patterns that begin with a literal, and one from the back,
// for patterns that begin with `{name...}`. At a node a literal and a capture may both go on, so the walk tries both; it ends because each
// step uses up a segment and two ways through a trie never meet again.
#include "http/router.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>

#include "base/check.h"

namespace prorata::http {
namespace {

constexpr std::size_t kSegmentsMax = 64;  // of a path; one with more is not known

using Segments = std::vector<std::string_view>;

std::optional<Segments> segments_of(std::string_view path) {
  Segments segments;
  segments.reserve(16);
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (segment.empty()) continue;
    if (segments.size() == kSegmentsMax) return std::nullopt;
    segments.push_back(segment);
  }
  return segments;
}

bool is_capture(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }
bool is_rest(std::string_view segment) { return is_capture(segment) && segment.ends_with("...}"); }
std::string_view name_in(std::string_view segment) { return segment.substr(1, segment.size() - (is_rest(segment) ? 5 : 2)); }

// Eight bytes at a time. The bit that tells upper from lower case is set in all of them; that some signs then hash alike does no harm.
struct HashIgnoringCase {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    std::uint64_t hash = text.size();
    for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(8, text.size()))) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), std::min<std::size_t>(8, text.size()));
      hash = (hash ^ (word | 0x2020202020202020u)) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 32;
    }
    return hash;
  }
};
struct EqualIgnoringCase {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b || (a.size() == b.size() && equal_ignoring_case(a, b)); }
};

}  // namespace

const std::string& Captures::at(std::string_view name) const {
  for (const auto& [each, text] : taken_)
    if (each == name) return text;
  CHECK(false, "the pattern of the route has a capture of that name");
}

bool Captures::has(std::string_view name) const {
  return std::ranges::any_of(taken_, [&](const auto& each) { return each.first == name; });
}

bool Route::accepts(std::string_view version) const {
  return versions.empty() || std::ranges::any_of(versions, [&](std::string_view each) { return equal_ignoring_case(each, version); });
}

struct Router::Node {
  std::unordered_map<std::string, std::unique_ptr<Node>, HashIgnoringCase, EqualIgnoringCase> literals;
  std::unique_ptr<Node> capture;
  std::vector<const Route*> here;  // patterns that end at this node
  std::vector<const Route*> rest;  // patterns whose `{name...}` takes all that is left

  const Node* literal(std::string_view segment) const {
    if (literals.empty()) return nullptr;
    const auto found = literals.find(segment);
    return found == literals.end() ? nullptr : found->second.get();
  }
  Node& step(std::string_view segment) {
    std::unique_ptr<Node>& next = is_capture(segment) ? capture : literals.try_emplace(std::string(segment)).first->second;
    if (!next) next = std::make_unique<Node>();
    return *next;
  }
};

namespace {

// One pattern that fits, and how: higher is better.
struct Fit {
  const Route* route = nullptr;
  int literals = 0;
  std::uint64_t shape = 0;  // a bit a segment from the front, set for a literal: the earlier literal is the larger number
};

std::uint64_t bit_of(std::size_t depth) { return std::uint64_t{1} << (kSegmentsMax - 1 - depth); }

}  // namespace

struct Router::Tables {
  Node from_front;
  Node from_back;
  std::vector<Segments> patterns;  // of the routes, in their order

  struct Walk {
    const Segments& segments;
    Method method;
    Fit best;
    unsigned allowed = 0;  // a bit a method

    void take(const std::vector<const Route*>& routes, int literals, std::uint64_t shape) {
      for (const Route* route : routes) {
        allowed |= 1u << static_cast<unsigned>(route->method);
        const bool fits = route->method == method || (method == Method::head && route->method == Method::get);
        if (!fits) continue;
        const bool own_method = best.route && best.route->method == method;
        const auto rank = std::tuple(literals, shape, route->method == method);
        if (!best.route || rank > std::tuple(best.literals, best.shape, own_method)) best = {route, literals, shape};
      }
    }

    // `at(depth)` is the segment a step looks at, counted from the end the trie begins at.
    void descend(const Node& node, std::size_t depth, bool backwards, int literals, std::uint64_t shape) {
      take(node.rest, literals, shape);
      if (depth == segments.size()) {
        take(node.here, literals, shape);
        return;
      }
      const std::size_t place = backwards ? segments.size() - 1 - depth : depth;
      if (const Node* next = node.literal(segments[place])) descend(*next, depth + 1, backwards, literals + 1, shape | bit_of(place));
      if (node.capture) descend(*node.capture, depth + 1, backwards, literals, shape);
    }
  };
};

namespace {

void check_pattern(const Segments& segments) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool at_an_end = i == 0 || i + 1 == segments.size();
    CHECK(!is_rest(segments[i]) || at_an_end, "{name...} stands first or last in a pattern");
    CHECK(is_capture(segments[i]) || segments[i].find_first_of("{}") == std::string_view::npos, "a capture is a whole segment: {name}");
  }
  CHECK(std::ranges::count_if(segments, is_rest) <= 1, "a pattern has one {name...} at most");
}

std::string joined(std::span<const std::string_view> segments) {
  if (segments.empty()) return "/";
  std::string text;
  for (const std::string_view each : segments) (text += '/') += each;
  return text;
}

Captures captures_of(const Segments& pattern, const Segments& path) {
  Captures captures;
  std::size_t place = 0;
  for (const std::string_view each : pattern) {
    if (is_rest(each)) {
      const std::size_t taken = path.size() + 1 - pattern.size();
      captures.add(name_in(each), joined(std::span(path).subspan(place, taken)));
      place += taken;
      continue;
    }
    if (is_capture(each)) captures.add(name_in(each), std::string(path[place]));
    ++place;
  }
  return captures;
}

std::string allow_text(unsigned allowed) {
  const auto bit = [](Method method) { return 1u << static_cast<unsigned>(method); };
  if (allowed & bit(Method::get)) allowed |= bit(Method::head);
  std::string text;
  for (const auto& [method, word] : kWords<Method>)
    if (allowed & bit(method)) (text += text.empty() ? "" : ", ") += word;
  return text;
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), tables_(std::make_unique<Tables>()) {
  for (const Route& route : routes_) {
    CHECK(route.pattern.starts_with('/'), "a pattern begins with a slash");
    std::optional<Segments> segments = segments_of(route.pattern);
    CHECK(segments, "a pattern has at most as many segments as a path may have");
    check_pattern(*segments);
    tables_->patterns.push_back(*segments);
    const bool backwards = !segments->empty() && is_rest(segments->front());
    if (backwards) std::ranges::reverse(*segments);
    const bool has_rest = !segments->empty() && is_rest(segments->back());
    if (has_rest) segments->pop_back();
    Node* node = backwards ? &tables_->from_back : &tables_->from_front;
    for (const std::string_view each : *segments) node = &node->step(each);
    std::vector<const Route*>& place = has_rest ? node->rest : node->here;
    CHECK(std::ranges::none_of(place, [&](const Route* other) { return other->method == route.method; }),
          "two routes have one method and one pattern: " + route.pattern);
    place.push_back(&route);
  }
}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Found Router::find(Method method, std::string_view path) const {
  const std::optional<Segments> segments = segments_of(path);
  if (!segments) return {};
  Tables::Walk walk{.segments = *segments, .method = method};
  walk.descend(tables_->from_front, 0, /*backwards=*/false, 0, 0);
  walk.descend(tables_->from_back, 0, /*backwards=*/true, 0, 0);
  if (!walk.best.route) return {.allow = allow_text(walk.allowed)};
  const Route& route = *walk.best.route;
  return {.route = &route, .captures = captures_of(tables_->patterns[static_cast<std::size_t>(&route - routes_.data())], *segments)};
}

}  // namespace prorata::http
