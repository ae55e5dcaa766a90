#include "wire/odata.h"

#include <utility>

#include <fmt/format.h>

namespace prorata::wire {
namespace {

using std::string_view;

std::unexpected<Error> refuse(std::string message) { return fail(Code::invalid_argument, std::move(message), "$filter"); }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool ends_word(char c) { return is_space(c) || c == '(' || c == ')' || c == '\'' || c == ','; }

// One pass from left to right; every step takes at least a character, and nesting has a limit.
class Parser {
 public:
  explicit Parser(string_view text) : text_(text) {}

  Result<Filter> whole() {
    skip_spaces();
    if (at_ == text_.size()) return Filter{};
    Filter filter = TRY(any(0));
    if (at_ != text_.size()) return lost("'and', 'or' or the end");
    return filter;
  }

 private:
  Result<Filter> any(int depth) { return joined(depth, "or", Filter::Kind::any); }

  // `and` binds closer than `or`.
  Result<Filter> joined(int depth, string_view word, Filter::Kind kind) {
    const bool outer = kind == Filter::Kind::any;
    Filter out{.kind = kind};
    do {
      out.parts.push_back(TRY(outer ? joined(depth, "and", Filter::Kind::all) : term(depth)));
    } while (take_word(word));
    if (out.parts.size() > 1) return out;
    return std::move(out.parts.front());
  }

  Result<Filter> term(int depth) {
    if (depth == kFilterDepthMax) return refuse(fmt::format("the filter has more than {} parentheses in each other", kFilterDepthMax));
    if (take('(')) {
      Filter inner = TRY(any(depth + 1));
      if (!take(')')) return lost("')'");
      return inner;
    }
    const string_view name = word();
    if (name.empty()) return lost("the name of a property");
    if (take('(')) return call(name);
    return comparison(name);
  }

  Result<Filter> call(string_view name) {
    Filter out{.kind = Filter::Kind::call, .name = std::string(name)};
    if (take(')')) return out;
    TRY(value_into(out));
    if (!take(')')) return lost("')'");
    return out;
  }

  Result<Filter> comparison(string_view name) {
    const std::size_t before = at_;
    const Result<Compare> compare = parse_word<Compare>(word(), "an operator");
    if (!compare) {
      at_ = before;
      return lost("eq, ne, gt, ge, lt or le");
    }
    Filter out{.kind = Filter::Kind::comparison, .name = std::string(name), .compare = *compare};
    TRY(value_into(out));
    return out;
  }

  Result<void> value_into(Filter& out) {
    if (at_ < text_.size() && text_[at_] == '\'') return quoted_into(out);
    const string_view bare = word();
    if (bare.empty()) return lost("a value");
    out.value = bare;
    return {};
  }

  Result<void> quoted_into(Filter& out) {  // '' within quotes is one quote
    out.quoted = true;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') {
        out.value += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
        out.value += text_[at_++];
      } else {
        ++at_;
        skip_spaces();
        return {};
      }
    }
    return lost("a quote at the end of the text");
  }

  string_view word() {
    const std::size_t from = at_;
    while (at_ < text_.size() && !ends_word(text_[at_])) ++at_;
    const string_view found = text_.substr(from, at_ - from);
    skip_spaces();
    return found;
  }

  bool take_word(string_view wanted) {
    const std::size_t before = at_;
    if (equal_ignoring_case(word(), wanted)) return true;
    at_ = before;
    return false;
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    skip_spaces();
    return true;
  }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  std::unexpected<Error> lost(string_view wanted) const {
    return refuse(fmt::format("the filter cannot be read at character {}: {} is expected there", at_ + 1, wanted));
  }

  string_view text_;
  std::size_t at_ = 0;
};

// "usageDate" of "properties/usageDate".
string_view own_name(string_view name) {
  const std::size_t mark = name.find_last_of("/.");
  if (mark == string_view::npos) return name;
  return equal_ignoring_case(name.substr(0, mark), "properties") ? name.substr(mark + 1) : name;
}

}  // namespace

Result<Filter> parse_filter(string_view text) {
  if (text.size() > kFilterBytesMax)
    return refuse(fmt::format("the filter has {} bytes; at most {} are read", text.size(), kFilterBytesMax));
  return Parser(text).whole();
}

Result<std::vector<Filter>> conjunction(const Filter& filter) {
  if (filter.kind == Filter::Kind::any) return refuse("the filter may join its conditions by 'and' only");
  if (filter.kind != Filter::Kind::all) return std::vector{filter};
  std::vector<Filter> out;
  for (const Filter& part : filter.parts)
    for (Filter& each : TRY(conjunction(part))) out.push_back(std::move(each));
  return out;
}

bool names(const Filter& comparison, string_view property) {
  return comparison.kind == Filter::Kind::comparison && equal_ignoring_case(own_name(comparison.name), property);
}

Result<Instant> instant_in(const Filter& comparison) {
  Result<Instant> at = parse_instant(comparison.value);
  if (!at) return refuse(fmt::format("'{}' is not a date for {}; write 2024-01-31", comparison.value.substr(0, 80), comparison.name));
  return at;
}

Result<std::string> text_in(const Filter& comparison) {
  if (comparison.compare != Compare::eq) return refuse(fmt::format("{} may be compared by 'eq' only", comparison.name.substr(0, 80)));
  return comparison.value;
}

std::unexpected<Error> unknown_in_filter(const Filter& part, string_view known) {
  return refuse(fmt::format("the filter may not ask for '{}'; it may ask for {}", part.name.substr(0, 80), known));
}

}  // namespace prorata::wire
