#include "wire/price_batch.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstring>
#include <deque>
#include <future>
#include <unordered_map>

#include <fmt/format.h>

#include "policy/refund.h"
#include "wire/json.h"

namespace prorata::wire {
namespace {

constexpr std::size_t kChunkBytes = 1 << 20;

// The members a line may have, in the order in which a person is told of them.
enum class Field : std::uint8_t {
  id,
  policy_id,
  as_of,
  currency,
  billing_plan,
  term,
  start,
  quantity,
  return_quantity,
  price,
  pricing_price,
  used,
  unpaid_from,
  current_unit_price,
  product,
  allowance,
  meter,
  channel_approved,
};
constexpr std::initializer_list<std::string_view> kFieldNames = {
    "id",    "policy",        "as_of", "currency",    "billing_plan",       "term",    "start",     "quantity", "return_quantity",
    "price", "pricing_price", "used",  "unpaid_from", "current_unit_price", "product", "allowance", "meter",    "channel_approved"};
constexpr std::size_t kFieldCount = kFieldNames.size();
static_assert(kFieldCount == static_cast<std::size_t>(Field::channel_approved) + 1);

// Compares names of a few bytes without a call, eight at a time; the last eight may overlap those before.
bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() < sizeof(std::uint64_t)) return std::ranges::equal(a, b);
  const auto eight = [](std::string_view text, std::size_t at) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    return bytes;
  };
  const std::size_t last = a.size() - sizeof(std::uint64_t);
  for (std::size_t at = 0; at < last; at += sizeof(std::uint64_t))
    if (eight(a, at) != eight(b, at)) return false;
  return eight(a, last) == eight(b, last);
}

// What a line says, member by member. There are two: JsonLine reads any line and says what is wrong with it and where; PlainLine reads
// quickly what nearly all lines are and gives up on everything else. Both find the members in one pass, and the lines of one file mostly
// have the same members in the same order, so each is first compared with what stood at its place in the line before.
template <class L>
concept Line = requires(const L& line, Field field, std::int64_t number, std::string message) {
  { line.has(field) } -> std::same_as<bool>;         // is there, and not null
  { line.has_member(field) } -> std::same_as<bool>;  // is there, null or not
  { line.text(field) } -> std::same_as<Result<std::string_view>>;
  { line.integer(field, number, number) } -> std::same_as<Result<std::int64_t>>;
  { line.boolean(field) } -> std::same_as<Result<bool>>;
  { line.allowance(std::string_view()) } -> std::same_as<Result<Money>>;  // "used" or "held"; zero where it is absent
  { line.bad(message) } -> std::same_as<std::unexpected<Error>>;          // about the line
  { line.bad(field, message) } -> std::same_as<std::unexpected<Error>>;   // about a member that it has
};

constexpr std::string_view name_of(std::size_t field) { return kFieldNames.begin()[field]; }
constexpr std::initializer_list<std::string_view> kAllowanceNames = {"used", "held"};

class JsonLine {
 public:
  // Errors: invalid_data for a member that is not in the list.
  Result<void> take(const JsonValue& line) {
    values_.fill(std::nullopt);
    line_ = line;
    std::size_t place = 0;
    for (std::optional<JsonValue> each = line.first(); each; each = each->next(), ++place) {
      if (place == kFieldCount) return only_members(line, kFieldNames);
      const std::string_view name = each->key();
      if (name_of(usual_[place]) != name) {
        const auto* const found = std::ranges::find(kFieldNames, name);
        if (found == kFieldNames.end()) return only_members(line, kFieldNames);
        usual_[place] = static_cast<std::uint8_t>(found - kFieldNames.begin());
      }
      values_[usual_[place]] = each;
    }
    if (place == 0 && !line.is_object()) return only_members(line, kFieldNames);
    if (has(Field::allowance)) return only_members(*at(Field::allowance), kAllowanceNames);
    return {};
  }

  bool has_member(Field field) const { return at(field).has_value(); }
  bool has(Field field) const { return at(field) && !at(field)->is_null(); }
  Result<std::string_view> text(Field field) const { return text_of(TRY(value(field))); }
  Result<std::int64_t> integer(Field field, std::int64_t min, std::int64_t max) const { return integer_of(TRY(value(field)), min, max); }
  Result<bool> boolean(Field field) const { return boolean_of(TRY(value(field))); }
  Result<Money> allowance(std::string_view key) const {
    if (!has(Field::allowance) || !member_if(*at(Field::allowance), key)) return Money{0, Currency::usd()};
    const Money money = TRY(money_at(*at(Field::allowance), key, Currency::usd()));
    if (money.is_negative()) return bad_value(*member_if(*at(Field::allowance), key), "an allowance is not negative");
    return money;
  }
  std::unexpected<Error> bad(std::string message) const { return bad_value(*line_, std::move(message)); }
  std::unexpected<Error> bad(Field field, std::string message) const { return bad_value(*at(field), std::move(message)); }

 private:
  const std::optional<JsonValue>& at(Field field) const { return values_[static_cast<std::size_t>(field)]; }
  Result<JsonValue> value(Field field) const {
    if (has(field)) return *at(field);
    return bad(fmt::format("'{}' is missing", name_of(static_cast<std::size_t>(field))));
  }

  std::array<std::optional<JsonValue>, kFieldCount> values_;
  std::array<std::uint8_t, kFieldCount> usual_{};
  std::optional<JsonValue> line_;
};
static_assert(Line<JsonLine>);

// Strings of ASCII without escapes, whole numbers, the three words, and an allowance of such strings.
class PlainLine {
 public:
  // False: this is for JsonLine, be it wrong or merely unusual.
  bool take(std::string_view line) {
    kinds_.fill(Kind::absent);
    allowance_.fill({});
    at_ = line.data();
    end_ = at_ + line.size();
    if (!skip('{')) return false;
    for (std::size_t place = 0; place < kFieldCount; ++place) {
      blanks();
      const std::string_view usual = name_of(usual_[place]);
      if (!is_key(usual)) {
        std::string_view name;
        if (!read_string(name)) return false;
        const auto* const found = std::ranges::find(kFieldNames, name);
        if (found == kFieldNames.end()) return false;
        usual_[place] = static_cast<std::uint8_t>(found - kFieldNames.begin());
      } else {
        at_ += usual.size() + 2;
      }
      if (kinds_[usual_[place]] != Kind::absent || !colon() || !read_value(usual_[place])) return false;
      blanks();
      if (skip('}')) return at_ == end_;
      if (!skip(',')) return false;
    }
    return false;
  }

  bool has_member(Field field) const { return kind(field) != Kind::absent; }
  bool has(Field field) const { return kind(field) > Kind::null; }
  Result<std::string_view> text(Field field) const {
    if (kind(field) != Kind::string) return bad({});
    return texts_[static_cast<std::size_t>(field)];
  }
  Result<std::int64_t> integer(Field field, std::int64_t min, std::int64_t max) const {
    if (kind(field) != Kind::number) return bad({});
    const std::string_view digits = texts_[static_cast<std::size_t>(field)];
    std::int64_t number = 0;
    const bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc{};
    if (!fits || number < min || number > max) return bad({});
    return number;
  }
  Result<bool> boolean(Field field) const {
    if (kind(field) != Kind::yes && kind(field) != Kind::no) return bad({});
    return kind(field) == Kind::yes;
  }
  Result<Money> allowance(std::string_view key) const {
    const std::string_view amount = allowance_[key == "used" ? 0 : 1];
    if (amount.data() == nullptr) return Money{0, Currency::usd()};
    const Money money = TRY(parse_money(amount, Currency::usd()));
    if (money.is_negative()) return bad({});
    return money;
  }
  static std::unexpected<Error> bad(const std::string&) { return fail(Code::invalid_data, {}); }
  static std::unexpected<Error> bad(Field, const std::string&) { return fail(Code::invalid_data, {}); }

 private:
  enum class Kind : std::uint8_t { absent, null, no, yes, number, string, object };
  Kind kind(Field field) const { return kinds_[static_cast<std::size_t>(field)]; }

  void blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  }
  bool skip(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool skip(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size() || std::string_view(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  bool colon() {
    blanks();
    if (!skip(':')) return false;
    blanks();
    return true;
  }
  bool is_key(std::string_view name) const {
    if (static_cast<std::size_t>(end_ - at_) < name.size() + 2) return false;
    return at_[0] == '"' && at_[name.size() + 1] == '"' && same_name({at_ + 1, name.size()}, name);
  }
  bool read_string(std::string_view& text) {
    if (!skip('"')) return false;
    const char* const from = at_;
    while (at_ != end_ && *at_ >= ' ' && *at_ != '"' && *at_ != '\\') ++at_;  // a byte beyond ASCII is negative
    text = {from, at_};
    return skip('"');
  }
  bool read_number(std::string_view& text) {
    const char* const from = at_;
    skip('-');
    const char* const first = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    text = {from, at_};
    return at_ - first == 1 || (at_ - first > 1 && *first != '0');
  }
  bool read_allowance() {
    do {
      blanks();
      std::string_view name;
      std::string_view amount;
      if (!read_string(name) || !colon() || !read_string(amount)) return false;
      const auto* const found = std::ranges::find(kAllowanceNames, name);
      if (found == kAllowanceNames.end()) return false;
      std::string_view& part = allowance_[static_cast<std::size_t>(found - kAllowanceNames.begin())];
      if (part.data() != nullptr) return false;
      part = amount;
      blanks();
    } while (skip(','));
    return skip('}');
  }
  bool read_value(std::size_t field) {
    Kind& kind = kinds_[field];
    switch (at_ == end_ ? '\0' : *at_) {
      case '"': kind = Kind::string; return read_string(texts_[field]);
      case 't': kind = Kind::yes; return skip("true");
      case 'f': kind = Kind::no; return skip("false");
      case 'n': kind = Kind::null; return skip("null");
      case '{': kind = Kind::object; return static_cast<Field>(field) == Field::allowance && skip('{') && read_allowance();
      default: kind = Kind::number; return read_number(texts_[field]);
    }
  }

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::array<Kind, kFieldCount> kinds_{};
  std::array<std::string_view, kFieldCount> texts_;
  std::array<std::string_view, 2> allowance_;
  std::array<std::uint8_t, kFieldCount> usual_{};
};
static_assert(Line<PlainLine>);

std::string_view bare(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

// The schedule that a lifetime price gives, with what the line says of payments not made.
void fill_schedule(Schedule& schedule, BillingPlan plan, Term term, Day start, Money price, Money pricing, Day today,
                   std::optional<std::int64_t> unpaid_from) {
  const int count = plan == BillingPlan::upfront ? 1 : term.months();
  schedule.observed = today;
  schedule.payments.clear();
  struct Parts {
    std::int64_t each;
    std::int64_t one_more;  // so many of the first get a minor unit more
    std::int64_t at(int k) const { return each + (k < one_more ? 1 : 0); }
  };
  const Parts billing{price.minor / count, price.minor % count};
  const Parts usd{pricing.minor / count, pricing.minor % count};
  const MonthsFrom calendar(start);
  for (int k = 0; k < count; ++k) {
    const Day due = calendar.after(k);
    const bool paid = unpaid_from ? k < *unpaid_from : due <= today;
    schedule.payments.push_back({.due = due,
                                 .billing = {billing.at(k), price.currency},
                                 .pricing = Money{usd.at(k), pricing.currency},
                                 .status = paid ? PaymentStatus::succeeded : PaymentStatus::scheduled});
  }
}

// The figures of an answer. The text between them is always the same, so it is copied as it is, into room that suffices for all of it.
class Figures {
 public:
  template <std::size_t N>
  Figures& text(const char (&literal)[N]) {
    std::memcpy(at_, literal, N - 1);
    at_ += N - 1;
    return *this;
  }
  Figures& whole(std::int64_t value) {
    at_ = std::to_chars(at_, room_ + sizeof room_, value).ptr;
    return *this;
  }
  // The digits of base/money's append_decimal, in place.
  Figures& amount(std::int64_t minor, int digits) {
    if (minor < 0) *at_++ = '-';
    const auto magnitude = minor < 0 ? -static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
    switch (digits) {  // so that every division is by a number the compiler knows
      case 0: return whole_and_part<1, 0>(magnitude);
      case 2: return whole_and_part<100, 2>(magnitude);
      case 3: return whole_and_part<1'000, 3>(magnitude);
      default: return whole_and_part<10'000, 4>(magnitude);
    }
  }
  std::string_view made() const { return {room_, static_cast<std::size_t>(at_ - room_)}; }

 private:
  template <std::uint64_t kUnit, int kDigits>
  Figures& whole_and_part(std::uint64_t magnitude) {
    at_ = std::to_chars(at_, room_ + sizeof room_, magnitude / kUnit).ptr;
    if constexpr (kDigits > 0) {
      std::uint64_t part = magnitude % kUnit;
      *at_ = '.';
      for (int i = kDigits; i > 0; --i, part /= 10) at_[i] = static_cast<char>('0' + part % 10);
      at_ += kDigits + 1;
    }
    return *this;
  }

  char room_[2048];  // under 500 bytes of text, and 20 figures of 22 at most
  char* at_ = room_;
};

void append_amounts(std::string& out, const policy::RefundDecision& d) {
  const int digits = d.currency.digits();
  const policy::SideAmounts& b = d.amounts.billing;
  const policy::SideAmounts& p = d.amounts.pricing;
  const bool priced = d.amounts.row >= 0;
  Figures f;
  f.whole(d.facts.elapsed_days);
  f.text(R"(,"period_days":)").whole(priced ? d.facts.period_days : 0);
  f.text(R"(,"left_days":)").whole(priced ? d.facts.left_days : 0);
  f.text(R"(,"paid":")").amount(b.paid, digits);
  f.text(R"(","consumed":")").amount(b.consumed, digits);
  f.text(R"(","pro_rated":")").amount(b.pro_rated, digits);
  f.text(R"(","credit":")").amount(b.credit, digits);
  f.text(R"(","fee":")").amount(b.fee, digits);
  f.text(R"(","refund":")").amount(b.refund, digits);
  f.text(R"(","remaining_commitment":")").amount(b.remaining_commitment, digits);
  f.text(R"(","cancelled_commitment":")").amount(b.cancelled_commitment, digits);
  f.text(R"(","forfeited":")").amount(d.amounts.forfeited, digits);
  f.text(R"(","pricing":{"credit":")").amount(p.credit, 2);
  f.text(R"(","fee":")").amount(p.fee, 2);
  f.text(R"(","refund":")").amount(p.refund, 2);
  f.text(R"(","remaining_commitment":")").amount(p.remaining_commitment, 2);
  f.text(R"(","cancelled_commitment":")").amount(p.cancelled_commitment, 2);
  out += f.made();
  ((out += R"("},"allowance":{"meter":")") += to_string(d.facts.meter)) += R"(","metered":")";
  Figures g;
  g.amount(d.amounts.metered, 2).text(R"(","free":")").amount(d.amounts.free, 2);
  out += g.made();
}

template <class E>
void append_words(std::string& out, const std::vector<E>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) (((out += i == 0 ? "" : ",") += '"') += to_string(words[i])) += '"';
}

// A pack made ready once, with the text that stands before the figures for each of its rows.
struct ReadyPack {
  explicit ReadyPack(const policy::Pack& from) : pack(&from), compiled(from) {
    for (std::size_t i = 0; i <= from.rows.size(); ++i) {
      std::string& text = before_figures.emplace_back(",");
      JsonWriter w(text);
      w.key("policy").text(from.id).key("row");
      if (i == 0)
        w.null();
      else
        w.text(from.rows[i - 1].name);
      w.key("elapsed_days");
    }
  }
  const policy::Pack* pack;
  policy::CompiledPack compiled;
  std::vector<std::string> before_figures;  // the first where no row was asked
};

}  // namespace

struct LinePricer::Work {
  explicit Work(const policy::PackSet& packs) {
    for (const policy::Pack& pack : packs.all()) ready.emplace(pack.id, ReadyPack(pack));
  }
  std::unordered_map<std::string_view, ReadyPack> ready;
  JsonReader reader;
  JsonLine any;
  PlainLine plain;
  policy::RefundCase facts;  // its schedule keeps its memory between lines
  const ReadyPack* governing = nullptr;

  template <Line L>
  Result<const ReadyPack*> read_pack(const L& line) const {
    const std::string_view id = TRY(line.text(Field::policy_id));
    const auto found = ready.find(id);
    if (found != ready.end()) return &found->second;
    std::string ids;
    for (const auto& [name, pack] : ready) (ids += ids.empty() ? "" : ", ") += name;
    return line.bad(Field::policy_id, fmt::format("no policy '{}'; there are {}", id, ids));
  }

  template <class T, Line L, class Parse>
  static Result<T> parsed(const L& line, Field field, const Parse& parse) {
    Result<T> value = parse(TRY(line.text(field)));
    if (!value) return line.bad(field, value.error().message);
    return value;
  }
  template <class E, Line L>
  static Result<E> word(const L& line, Field field, std::string_view what) {
    return parsed<E>(line, field, [&](std::string_view text) { return parse_word<E>(text, what); });
  }
  template <Line L>
  static Result<Money> amount(const L& line, Field field, Currency in) {
    const Money money = TRY(parsed<Money>(line, field, [&](std::string_view text) { return parse_money(text, in); }));
    if (money.is_negative()) return line.bad(field, "a price is not negative");
    return money;
  }

  template <Line L>
  Result<policy::RefundDecision> decide(const L& line) {
    const ReadyPack& pack = *TRY(read_pack(line));
    governing = &pack;
    const Currency billed = TRY(parsed<Currency>(line, Field::currency, Currency::parse));

    facts.plan = TRY(word<BillingPlan>(line, Field::billing_plan, "a billing plan"));
    facts.term = TRY(parsed<Term>(line, Field::term, parse_term));
    facts.start = TRY(parsed<Day>(line, Field::start, parse_day));
    facts.quantity = TRY(line.integer(Field::quantity, 1, 1'000'000'000));
    facts.product.assign(line.has(Field::product) ? TRY(line.text(Field::product)) : std::string_view());
    if (!line.has_member(Field::used)) return line.bad("'used' is missing: true, false, or null where it is not known");
    facts.usage = !line.has(Field::used) ? Usage::unknown : TRY(line.boolean(Field::used)) ? Usage::used : Usage::unused;
    facts.current_unit_price.reset();
    if (line.has(Field::current_unit_price)) facts.current_unit_price = TRY(amount(line, Field::current_unit_price, billed));
    facts.allowance_used = TRY(line.allowance("used")).minor;
    facts.allowance_held = TRY(line.allowance("held")).minor;

    policy::RefundRequest request{.as_of = TRY(parsed<Instant>(line, Field::as_of, parse_instant)), .channel_approved = true};
    request.quantity = TRY(line.integer(Field::return_quantity, INT64_MIN, INT64_MAX));
    if (line.has(Field::channel_approved)) request.channel_approved = TRY(line.boolean(Field::channel_approved));
    if (line.has(Field::meter)) {
      request.meter = TRY(word<policy::Meter>(line, Field::meter, "a meter"));
      if (!pack.pack->allows(*request.meter))
        return line.bad(Field::meter, fmt::format("policy {} does not let the meter be '{}'", pack.pack->id, TRY(line.text(Field::meter))));
    }
    const Money lifetime = TRY(amount(line, Field::price, billed));
    if (!line.has(Field::pricing_price) && billed != Currency::usd())
      return line.bad("'pricing_price' is missing: the price in USD is needed where the currency is another");
    const Money pricing = line.has(Field::pricing_price) ? TRY(amount(line, Field::pricing_price, Currency::usd())) : lifetime;
    std::optional<std::int64_t> unpaid;
    if (line.has(Field::unpaid_from))
      unpaid = TRY(line.integer(Field::unpaid_from, 0, facts.plan == BillingPlan::upfront ? 1 : facts.term.months()));
    fill_schedule(facts.schedule, facts.plan, facts.term, facts.start, lifetime, pricing, day_of(request.as_of), unpaid);
    return decide_refund(facts, request, *pack.pack, pack.compiled);
  }

  // The answer to a line that could be read.
  template <Line L>
  void answer(const L& line, const policy::RefundDecision& decision, std::string& out) const {
    out += R"({"id":)";
    if (const Result<std::string_view> id = line.text(Field::id))
      append_json_string(out, *id);
    else
      out += "null";
    out += governing->before_figures[static_cast<std::size_t>(decision.amounts.row + 1)];
    append_amounts(out, decision);
    out += R"("},"refusals":[)";
    append_words(out, in_order(decision.amounts.refusals));
    out += R"(],"warnings":[)";
    append_words(out, in_order(decision.amounts.warnings));
    out += "]}\n";
  }
};

LinePricer::LinePricer(const policy::PackSet& packs) : work_(std::make_unique<Work>(packs)) {}
LinePricer::~LinePricer() = default;

bool LinePricer::price(std::string_view text, std::int64_t line, std::string& out) {
  std::string padded(text);
  padded.append(kJsonPadding, ' ');
  return price_in_place(std::string_view(padded).substr(0, text.size()), line, out);
}

bool LinePricer::price_in_place(std::string_view text, std::int64_t line, std::string& out) {
  const auto refuse = [&](const Error& error, const std::optional<JsonValue>& name) {
    JsonWriter w(out);
    const std::string_view place = error.place;
    w.begin_object().field("line", line).key("id");
    if (name && name->is_string())
      w.text(name->text());
    else
      w.null();
    w.key("error").begin_object().field("code", to_string(error.code)).field("message", std::string_view(error.message));
    w.field("pointer", place.starts_with('/') ? place.substr(0, place.find(" (")) : std::string_view()).end_object().end_object();
    out += '\n';
    return false;
  };
  if (text.size() > kPriceLineBytesMax)
    return refuse({Code::invalid_data, fmt::format("the line is longer than {} bytes", kPriceLineBytesMax)}, std::nullopt);
  if (work_->plain.take(text)) {
    const Result<policy::RefundDecision> d = work_->decide(work_->plain);
    if (d) {
      work_->answer(work_->plain, *d, out);
      return true;
    }
  }
  const Result<JsonValue> v = work_->reader.read_in_place(text, {.line = line});
  if (!v) return refuse(v.error(), std::nullopt);
  const Result<void> taken = work_->any.take(*v);
  if (!taken) return refuse(taken.error(), v->find("id"));
  const Result<policy::RefundDecision> d = work_->decide(work_->any);
  if (!d) return refuse(d.error(), v->find("id"));
  work_->answer(work_->any, *d, out);
  return true;
}

namespace {

// Whole lines with the padding behind them that a reader wants, and the number of the first.
struct Chunk {
  std::string text;
  std::int64_t first_line = 1;
};

// A chunk on its way from the reader to the writer; lanes are used again and again, and so is their memory.
struct Lane {
  explicit Lane(const policy::PackSet& packs) : pricer(packs) {}

  void price() {
    out.clear();
    report = {};
    std::int64_t line = chunk.first_line;
    const std::string_view text = chunk.text;
    for (std::size_t at = 0; at < text.size(); ++line) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::string_view one = bare(text.substr(at, end - at));
      if (line == 1 && one.starts_with("\xEF\xBB\xBF")) one.remove_prefix(3);
      at = end + 1;
      if (one.empty()) continue;
      ++report.lines;
      if (!pricer.price_in_place(one, line, out)) ++report.failed;
    }
  }

  LinePricer pricer;
  Chunk chunk;
  std::string out;
  PriceReport report;
  std::future<void> done;
};

// The ends of lines; in stretches short enough for a count of one byte, which the compiler turns into sixteen counts at once.
std::int64_t lines_in(std::string_view text) {
  constexpr std::size_t kStretch = 240;
  std::int64_t lines = 0;
  for (std::size_t at = 0; at < text.size(); at += kStretch) {
    std::uint8_t count = 0;
    for (const char c : text.substr(at, kStretch)) count = static_cast<std::uint8_t>(count + (c == '\n' ? 1 : 0));
    lines += count;
  }
  return lines;
}

// Reads up to a line's end near the chunk's size. Of a line that is far too long only the beginning is kept: enough to refuse it.
class ChunkReader {
 public:
  explicit ChunkReader(const ReadBytes& read) : read_(read) {}

  // Whether there was anything left.
  Result<bool> next(Chunk& chunk) {
    std::string& text = chunk.text;
    text = rest_;
    while (!ended_ && (text.size() < kChunkBytes || text.find('\n') == std::string::npos)) {
      const std::size_t had = text.size();
      const std::size_t size = TRY(append(text));
      ended_ = size == 0;
      if (dropping_) {
        text.erase(had, std::min(text.find('\n', had), text.size()) - had);
        dropping_ = text.size() == had && !ended_;
      }
      const bool endless = text.size() > 2 * kPriceLineBytesMax && text.find('\n') == std::string::npos;
      if (endless) {
        text.resize(kPriceLineBytesMax + 1);
        dropping_ = true;
      }
    }
    rest_.clear();
    const std::size_t last = text.rfind('\n');
    if (!ended_ && last != std::string::npos) {
      rest_.assign(text, last + 1);
      text.resize(last + 1);
    }
    text.reserve(text.size() + kJsonPadding);
    chunk.first_line = next_line_;
    next_line_ += lines_in(text);
    return !text.empty();
  }

 private:
  Result<std::size_t> append(std::string& text) {
    Result<std::size_t> size = 0;
    const std::size_t had = text.size();
    text.resize_and_overwrite(had + kChunkBytes, [&](char* at, std::size_t) {
      size = read_(at + had, kChunkBytes);
      return had + size.value_or(0);
    });
    return size;
  }

  const ReadBytes& read_;
  std::string rest_;
  std::int64_t next_line_ = 1;
  bool ended_ = false;
  bool dropping_ = false;
};

}  // namespace

Result<PriceReport> price_lines(const policy::PackSet& packs, const ReadBytes& read, const WriteBytes& write, unsigned threads) {
  std::deque<Lane> lanes;  // one more than threads, so that reading and writing keep nobody waiting
  for (unsigned i = 0; i < std::max(1U, threads) + 1; ++i) lanes.emplace_back(packs);
  PriceReport report;
  const auto land = [&](Lane& lane) -> Result<void> {
    if (!lane.done.valid()) return {};
    lane.done.get();
    report.lines += lane.report.lines;
    report.failed += lane.report.failed;
    return write(lane.out);
  };
  ChunkReader reader(read);
  std::size_t turn = 0;
  for (;; turn = (turn + 1) % lanes.size()) {
    Lane& lane = lanes[turn];
    TRY(land(lane));
    if (!TRY(reader.next(lane.chunk))) break;
    lane.done = std::async(std::launch::async, [&lane] { lane.price(); });
  }
  for (std::size_t i = 1; i <= lanes.size(); ++i) TRY(land(lanes[(turn + i) % lanes.size()]));
  return report;
}

}  // namespace prorata::wire
