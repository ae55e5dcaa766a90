#include "wire/price_batch.h"

#include <algorithm>
#include <array>
#include <charconv>
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

// Finds all members of a line in one pass. The lines of one file mostly have the same members in the same order, so each is first
// compared with what stood at its place in the line before.
class Members {
 public:
  // Errors: invalid_data for a member that is not in the list.
  Result<void> take(const JsonValue& line) {
    values_.fill(std::nullopt);
    std::size_t place = 0;
    for (std::optional<JsonValue> each = line.first(); each; each = each->next(), ++place) {
      if (place == kFieldCount) return only_members(line, kFieldNames);
      const std::string_view name = each->key();
      if (kFieldNames.begin()[usual_[place]] != name) {
        const auto* const found = std::ranges::find(kFieldNames, name);
        if (found == kFieldNames.end()) return only_members(line, kFieldNames);
        usual_[place] = static_cast<std::uint8_t>(found - kFieldNames.begin());
      }
      values_[usual_[place]] = each;
    }
    if (place == 0 && !line.is_object()) return only_members(line, kFieldNames);
    line_ = line;
    return {};
  }
  // As it stands; a null is there.
  const std::optional<JsonValue>& at(Field field) const { return values_[static_cast<std::size_t>(field)]; }
  bool has(Field field) const { return at(field) && !at(field)->is_null(); }
  Result<JsonValue> operator[](Field field) const {
    if (has(field)) return *at(field);
    return bad_value(*line_, fmt::format("'{}' is missing", kFieldNames.begin()[static_cast<std::size_t>(field)]));
  }

 private:
  std::array<std::optional<JsonValue>, kFieldCount> values_;
  std::array<std::uint8_t, kFieldCount> usual_{};
  std::optional<JsonValue> line_;
};

std::string_view bare(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

template <class T>
Result<T> placed(const JsonValue& value, Result<T> parsed) {
  if (!parsed) return bad_value(value, parsed.error().message);
  return parsed;
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
  Members members;
  policy::RefundCase facts;  // its schedule keeps its memory between lines
  const ReadyPack* governing = nullptr;

  Result<const ReadyPack*> read_pack() const {
    const JsonValue value = TRY(members[Field::policy_id]);
    const auto found = ready.find(TRY(text_of(value)));
    if (found != ready.end()) return &found->second;
    std::string ids;
    for (const auto& [name, pack] : ready) (ids += ids.empty() ? "" : ", ") += name;
    return bad_value(value, fmt::format("no policy '{}'; there are {}", value.text(), ids));
  }

  template <class T, class Parse>
  Result<T> parsed(Field field, const Parse& parse) const {
    const JsonValue value = TRY(members[field]);
    return placed(value, Result<T>(parse(TRY(text_of(value)))));
  }
  template <class E>
  Result<E> word(Field field, std::string_view what) const {
    return parsed<E>(field, [&](std::string_view text) { return parse_word<E>(text, what); });
  }
  Result<std::int64_t> integer(Field field, std::int64_t min, std::int64_t max) const { return integer_of(TRY(members[field]), min, max); }
  Result<Money> amount(Field field, Currency in) const {
    const Money money = TRY(parsed<Money>(field, [&](std::string_view text) { return parse_money(text, in); }));
    if (money.is_negative()) return bad_value(*members.at(field), "a price is not negative");
    return money;
  }

  Result<void> read_allowance() {
    facts.allowance_used = facts.allowance_held = 0;
    if (!members.has(Field::allowance)) return {};
    const JsonValue& value = *members.at(Field::allowance);
    TRY(only_members(value, {"used", "held"}));
    for (const auto& [key, field] :
         {std::pair("used", &policy::RefundCase::allowance_used), std::pair("held", &policy::RefundCase::allowance_held)}) {
      if (!member_if(value, key)) continue;
      const Money money = TRY(money_at(value, key, Currency::usd()));
      if (money.is_negative()) return bad_value(*member_if(value, key), "an allowance is not negative");
      facts.*field = money.minor;
    }
    return {};
  }

  Result<policy::RefundDecision> decide(const JsonValue& line) {
    TRY(members.take(line));
    const ReadyPack& pack = *TRY(read_pack());
    governing = &pack;
    const Currency billed = TRY(parsed<Currency>(Field::currency, Currency::parse));

    facts.plan = TRY(word<BillingPlan>(Field::billing_plan, "a billing plan"));
    facts.term = TRY(parsed<Term>(Field::term, parse_term));
    facts.start = TRY(parsed<Day>(Field::start, parse_day));
    facts.quantity = TRY(integer(Field::quantity, 1, 1'000'000'000));
    facts.product.assign(members.has(Field::product) ? TRY(text_of(*members.at(Field::product))) : std::string_view());
    const std::optional<JsonValue>& usage = members.at(Field::used);
    if (!usage) return bad_value(line, "'used' is missing: true, false, or null where it is not known");
    facts.usage = usage->is_null() ? Usage::unknown : TRY(boolean_of(*usage)) ? Usage::used : Usage::unused;
    facts.current_unit_price.reset();
    if (members.has(Field::current_unit_price)) facts.current_unit_price = TRY(amount(Field::current_unit_price, billed));
    TRY(read_allowance());

    policy::RefundRequest request{.as_of = TRY(parsed<Instant>(Field::as_of, parse_instant)), .channel_approved = true};
    request.quantity = TRY(integer(Field::return_quantity, INT64_MIN, INT64_MAX));
    if (members.has(Field::channel_approved)) request.channel_approved = TRY(boolean_of(*members.at(Field::channel_approved)));
    if (members.has(Field::meter)) {
      request.meter = TRY(word<policy::Meter>(Field::meter, "a meter"));
      if (!pack.pack->allows(*request.meter))
        return bad_value(*members.at(Field::meter),
                         fmt::format("policy {} does not let the meter be '{}'", pack.pack->id, members.at(Field::meter)->text()));
    }
    const Money lifetime = TRY(amount(Field::price, billed));
    if (!members.has(Field::pricing_price) && billed != Currency::usd())
      return bad_value(line, "'pricing_price' is missing: the price in USD is needed where the currency is another");
    const Money pricing = members.has(Field::pricing_price) ? TRY(amount(Field::pricing_price, Currency::usd())) : lifetime;
    std::optional<std::int64_t> unpaid;
    if (members.has(Field::unpaid_from))
      unpaid = TRY(integer(Field::unpaid_from, 0, facts.plan == BillingPlan::upfront ? 1 : facts.term.months()));
    fill_schedule(facts.schedule, facts.plan, facts.term, facts.start, lifetime, pricing, day_of(request.as_of), unpaid);
    return decide_refund(facts, request, *pack.pack, pack.compiled);
  }
};

LinePricer::LinePricer(const policy::PackSet& packs) : work_(std::make_unique<Work>(packs)) {}
LinePricer::~LinePricer() = default;

bool LinePricer::price(std::string_view text, std::int64_t line, std::string& out) {
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
  const Result<JsonValue> v = work_->reader.read(text, {.line = line});
  if (!v) return refuse(v.error(), std::nullopt);
  const Result<policy::RefundDecision> d = work_->decide(*v);
  if (!d) return refuse(d.error(), v->find("id"));

  const std::optional<JsonValue>& named = work_->members.at(Field::id);
  out += R"({"id":)";
  if (named && named->is_string())
    append_json_string(out, named->text());
  else
    out += "null";
  out += work_->governing->before_figures[static_cast<std::size_t>(d->amounts.row + 1)];
  append_amounts(out, *d);
  out += R"("},"refusals":[)";
  append_words(out, in_order(d->amounts.refusals));
  out += R"(],"warnings":[)";
  append_words(out, in_order(d->amounts.warnings));
  out += "]}";
  out += '\n';
  return true;
}

namespace {

// Whole lines, and the number of the first.
struct Chunk {
  std::string text;
  std::int64_t first_line = 1;
};

struct Priced {
  std::string out;
  PriceReport report;
};

Priced price_chunk(LinePricer& pricer, const Chunk& chunk) {
  Priced priced;
  priced.out.reserve(chunk.text.size() * 3);
  std::int64_t line = chunk.first_line;
  for (std::size_t at = 0; at < chunk.text.size(); ++line) {
    const std::size_t end = std::min(chunk.text.find('\n', at), chunk.text.size());
    std::string_view text = bare(std::string_view(chunk.text).substr(at, end - at));
    if (line == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    at = end + 1;
    if (text.empty()) continue;
    ++priced.report.lines;
    if (!pricer.price(text, line, priced.out)) ++priced.report.failed;
  }
  return priced;
}

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
  explicit ChunkReader(const ReadBytes& read) : read_(read), buffer_(kChunkBytes, '\0') {}

  Result<std::optional<Chunk>> next() {
    Chunk chunk{.first_line = next_line_};
    chunk.text = std::move(rest_);
    rest_.clear();
    while (!ended_ && (chunk.text.size() < kChunkBytes || chunk.text.find('\n') == std::string::npos)) {
      const std::size_t size = TRY(read_(buffer_.data(), buffer_.size()));
      ended_ = size == 0;
      std::string_view more(buffer_.data(), size);
      if (dropping_) {
        const std::size_t end = std::min(more.find('\n'), more.size());
        more.remove_prefix(end);
        dropping_ = more.empty() && !ended_;
      }
      chunk.text += more;
      const bool endless = chunk.text.size() > 2 * kPriceLineBytesMax && chunk.text.find('\n') == std::string::npos;
      if (endless) {
        chunk.text.resize(kPriceLineBytesMax + 1);
        dropping_ = true;
      }
    }
    if (chunk.text.empty()) return std::optional<Chunk>();
    const std::size_t last = chunk.text.rfind('\n');
    if (!ended_ && last != std::string::npos) {
      rest_ = chunk.text.substr(last + 1);
      chunk.text.resize(last + 1);
    }
    next_line_ += lines_in(chunk.text);
    return std::optional(std::move(chunk));
  }

 private:
  const ReadBytes& read_;
  std::string buffer_;
  std::string rest_;
  std::int64_t next_line_ = 1;
  bool ended_ = false;
  bool dropping_ = false;
};

}  // namespace

Result<PriceReport> price_lines(const policy::PackSet& packs, const ReadBytes& read, const WriteBytes& write, unsigned threads) {
  threads = std::max(1U, threads);
  // One pricer for each chunk in flight; a chunk gives its pricer back when its answer is written.
  std::vector<std::unique_ptr<LinePricer>> idle;
  for (unsigned i = 0; i < threads + 1; ++i) idle.push_back(std::make_unique<LinePricer>(packs));
  struct Flight {
    std::future<Priced> priced;
    std::unique_ptr<LinePricer> pricer;
  };
  std::deque<Flight> flights;
  PriceReport report;
  const auto land = [&]() -> Result<void> {
    const Priced priced = flights.front().priced.get();
    idle.push_back(std::move(flights.front().pricer));
    flights.pop_front();
    report.lines += priced.report.lines;
    report.failed += priced.report.failed;
    return write(priced.out);
  };
  ChunkReader reader(read);
  while (true) {
    std::optional<Chunk> chunk = TRY(reader.next());
    if (!chunk) break;
    if (idle.empty()) TRY(land());
    Flight flight{.pricer = std::move(idle.back())};
    idle.pop_back();
    LinePricer* pricer = flight.pricer.get();
    flight.priced = std::async(std::launch::async, [pricer, own = std::move(*chunk)] { return price_chunk(*pricer, own); });
    flights.push_back(std::move(flight));
  }
  while (!flights.empty()) TRY(land());
  return report;
}

}  // namespace prorata::wire
