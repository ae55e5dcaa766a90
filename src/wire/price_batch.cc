#include "wire/price_batch.h"

#include <algorithm>
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

// A pack made ready once.
struct ReadyPack {
  const policy::Pack* pack;
  policy::CompiledPack compiled;
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
  const auto part = [&](std::int64_t minor, int k) { return minor / count + (k < minor % count ? 1 : 0); };
  for (int k = 0; k < count; ++k) {
    const Day due = add_months(start, k);
    const bool paid = unpaid_from ? k < *unpaid_from : due <= today;
    schedule.payments.push_back({.due = due,
                                 .billing = {part(price.minor, k), price.currency},
                                 .pricing = Money{part(pricing.minor, k), pricing.currency},
                                 .status = paid ? PaymentStatus::succeeded : PaymentStatus::scheduled});
  }
}

void write_amounts(JsonWriter& w, const policy::RefundDecision& d) {
  const int digits = d.currency.digits();
  const policy::SideAmounts& b = d.amounts.billing;
  w.key("paid").decimal(b.paid, digits);
  w.key("consumed").decimal(b.consumed, digits);
  w.key("pro_rated").decimal(b.pro_rated, digits);
  w.key("credit").decimal(b.credit, digits);
  w.key("fee").decimal(b.fee, digits);
  w.key("refund").decimal(b.refund, digits);
  w.key("remaining_commitment").decimal(b.remaining_commitment, digits);
  w.key("cancelled_commitment").decimal(b.cancelled_commitment, digits);
  w.key("forfeited").decimal(d.amounts.forfeited, digits);
  const policy::SideAmounts& p = d.amounts.pricing;
  w.key("pricing").begin_object();
  w.key("credit").decimal(p.credit, 2);
  w.key("fee").decimal(p.fee, 2);
  w.key("refund").decimal(p.refund, 2);
  w.key("remaining_commitment").decimal(p.remaining_commitment, 2);
  w.key("cancelled_commitment").decimal(p.cancelled_commitment, 2);
  w.end_object();
  w.key("allowance").begin_object().field("meter", to_string(d.facts.meter));
  w.key("metered").decimal(d.amounts.metered, 2);
  w.key("free").decimal(d.amounts.free, 2);
  w.end_object();
}

template <class E>
void write_words(JsonWriter& w, std::string_view name, const std::vector<E>& words) {
  w.key(name).begin_array();
  for (const E each : words) w.text(to_string(each));
  w.end_array();
}

}  // namespace

struct LinePricer::Work {
  explicit Work(const policy::PackSet& packs) {
    for (const policy::Pack& pack : packs.all()) ready.emplace(pack.id, ReadyPack{&pack, policy::CompiledPack(pack)});
  }
  std::unordered_map<std::string_view, ReadyPack> ready;
  JsonReader reader;
  policy::RefundCase facts;  // its schedule keeps its memory between lines

  Result<const ReadyPack*> pack_of(const JsonValue& v) const {
    const JsonValue value = TRY(member(v, "policy"));
    const auto found = ready.find(TRY(text_of(value)));
    if (found != ready.end()) return &found->second;
    std::string ids;
    for (const auto& [id, pack] : ready) (ids += ids.empty() ? "" : ", ") += id;
    return bad_value(value, fmt::format("no policy '{}'; there are {}", value.text(), ids));
  }

  Result<void> read_allowance(const JsonValue& v) {
    facts.allowance_used = facts.allowance_held = 0;
    const auto allowance = member_if(v, "allowance");
    if (!allowance) return {};
    TRY(only_members(*allowance, {"used", "held"}));
    for (const auto& [key, field] :
         {std::pair("used", &policy::RefundCase::allowance_used), std::pair("held", &policy::RefundCase::allowance_held)}) {
      if (!member_if(*allowance, key)) continue;
      const Money amount = TRY(money_at(*allowance, key, Currency::usd()));
      if (amount.is_negative()) return bad_value(*member_if(*allowance, key), "an allowance is not negative");
      facts.*field = amount.minor;
    }
    return {};
  }

  Result<Money> amount_at(const JsonValue& v, std::string_view key, Currency currency) {
    const Money amount = TRY(money_at(v, key, currency));
    if (amount.is_negative()) return bad_value(*v.find(key), "a price is not negative");
    return amount;
  }

  Result<policy::RefundDecision> decide(const JsonValue& v) {
    TRY(only_members(
        v, {"id", "policy", "as_of", "currency", "billing_plan", "term", "start", "quantity", "return_quantity", "price", "pricing_price",
            "used", "unpaid_from", "current_unit_price", "product", "allowance", "meter", "channel_approved"}));
    const ReadyPack& pack = *TRY(pack_of(v));
    const JsonValue code = TRY(member(v, "currency"));
    const Currency currency = TRY(placed(code, Currency::parse(TRY(text_of(code)))));
    const JsonValue term = TRY(member(v, "term"));

    facts.plan = TRY(word_at<BillingPlan>(v, "billing_plan", "a billing plan"));
    facts.term = TRY(placed(term, parse_term(TRY(text_of(term)))));
    facts.start = TRY(day_at(v, "start"));
    facts.quantity = TRY(integer_at(v, "quantity", 1, 1'000'000'000));
    facts.product.assign(member_if(v, "product") ? TRY(text_at(v, "product")) : std::string_view());
    const auto used = v.find("used");
    if (!used) return bad_value(v, "'used' is missing: true, false, or null where it is not known");
    facts.usage = used->is_null() ? Usage::unknown : TRY(boolean_of(*used)) ? Usage::used : Usage::unused;
    facts.current_unit_price.reset();
    if (member_if(v, "current_unit_price")) facts.current_unit_price = TRY(amount_at(v, "current_unit_price", currency));
    TRY(read_allowance(v));

    policy::RefundRequest request{.as_of = TRY(instant_at(v, "as_of")), .channel_approved = true};
    request.quantity = TRY(integer_at(v, "return_quantity", INT64_MIN, INT64_MAX));
    if (member_if(v, "channel_approved")) request.channel_approved = TRY(boolean_at(v, "channel_approved"));
    if (const auto meter = member_if(v, "meter")) {
      request.meter = TRY(word_at<policy::Meter>(v, "meter", "a meter"));
      if (!pack.pack->allows(*request.meter))
        return bad_value(*meter, fmt::format("policy {} does not let the meter be '{}'", pack.pack->id, meter->text()));
    }
    const Money price = TRY(amount_at(v, "price", currency));
    if (!member_if(v, "pricing_price") && currency != Currency::usd())
      return bad_value(v, "'pricing_price' is missing: the price in USD is needed where the currency is another");
    const Money pricing = member_if(v, "pricing_price") ? TRY(amount_at(v, "pricing_price", Currency::usd())) : price;
    std::optional<std::int64_t> unpaid_from;
    if (member_if(v, "unpaid_from"))
      unpaid_from = TRY(integer_at(v, "unpaid_from", 0, facts.plan == BillingPlan::upfront ? 1 : facts.term.months()));
    fill_schedule(facts.schedule, facts.plan, facts.term, facts.start, price, pricing, day_of(request.as_of), unpaid_from);
    return decide_refund(facts, request, *pack.pack, pack.compiled);
  }
};

LinePricer::LinePricer(const policy::PackSet& packs) : work_(std::make_unique<Work>(packs)) {}
LinePricer::~LinePricer() = default;

bool LinePricer::price(std::string_view text, std::int64_t line, std::string& out) {
  JsonWriter w(out);
  const auto refuse = [&](const Error& error, const std::optional<JsonValue>& id) {
    const std::string_view place = error.place;
    w.begin_object().field("line", line).key("id");
    if (id && id->is_string())
      w.text(id->text());
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
  const std::optional<JsonValue> id = v->find("id");
  const Result<policy::RefundDecision> d = work_->decide(*v);
  if (!d) return refuse(d.error(), id);

  w.begin_object().key("id");
  if (id && id->is_string())
    w.text(id->text());
  else
    w.null();
  w.field("policy", std::string_view(d->policy)).key("row");
  if (d->row.empty())
    w.null();
  else
    w.text(d->row);
  const bool priced = d->amounts.row >= 0;
  w.field("elapsed_days", std::int64_t{d->facts.elapsed_days})
      .field("period_days", std::int64_t{priced ? d->facts.period_days : 0})
      .field("left_days", std::int64_t{priced ? d->facts.left_days : 0});
  write_amounts(w, *d);
  write_words(w, "refusals", in_order(d->amounts.refusals));
  write_words(w, "warnings", in_order(d->amounts.warnings));
  w.end_object();
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
    next_line_ += std::ranges::count(chunk.text, '\n');
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
