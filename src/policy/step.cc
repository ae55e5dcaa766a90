#include "policy/step.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "policy/refusal.h"

namespace prorata::policy {
namespace {

struct Said {
  std::string_view id;
  std::string_view inputs;
  std::string_view english;
  std::string_view swedish;
};

// Sentences avoid grammar that would bend with a number: "left: 1 day" needs no verb. Terms are those of the policy texts in both
// languages.
constexpr Said kSaid[] = {
    {"refund.elapsed", "start as_of", "Elapsed: {start} to {as_of} is {result}.", "Förflutet: {start} till {as_of} är {result}."},
    {"refund.row", "policy elapsed usage credit fee_rate",
     "Row {result} of {policy} applies ({elapsed}, {usage}): {credit}, fee {fee_rate}.",
     "Raden {result} i {policy} gäller ({elapsed}, {usage}): {credit}, avgift {fee_rate}."},
    {"refund.row_usage_unknown", "policy elapsed credit fee_rate other_row other_credit other_fee_rate",
     "Usage is unknown after {elapsed}, so the row of {policy} that pays less applies: {result} ({credit}, fee {fee_rate}), "
     "not {other_row} ({other_credit}, fee {other_fee_rate}).",
     "Användningen är okänd efter {elapsed}, så den rad i {policy} som ger minst gäller: {result} ({credit}, avgift {fee_rate}), "
     "inte {other_row} ({other_credit}, avgift {other_fee_rate})."},
    {"refund.paid_upfront", "all_units units of_units",
     "Paid for {units:n} of {of_units}: {all_units} × {units:n} / {of_units:n} = {result}.",
     "Betalt för {units:n} av {of_units}: {all_units} × {units:n} / {of_units:n} = {result}."},
    {"refund.paid_instalment", "instalment instalments due all_units units of_units",
     "Paid for {units:n} of {of_units}, instalment {instalment} of {instalments}, due {due}: "
     "{all_units} × {units:n} / {of_units:n} = {result}.",
     "Betalt för {units:n} av {of_units}, delbetalning {instalment} av {instalments} med förfallodag {due}: "
     "{all_units} × {units:n} / {of_units:n} = {result}."},
    {"refund.instalment_unpaid", "instalment instalments due",
     "Instalment {instalment} of {instalments}, due {due}, is not paid, so nothing of it comes back: {result}.",
     "Delbetalning {instalment} av {instalments} med förfallodag {due} är inte betald, så inget av den återbetalas: {result}."},
    {"refund.left", "from until as_of days", "The payment covers {from} to {until}, {days}; left on {as_of}: {result}.",
     "Betalningen gäller {from} till {until}, {days}; kvar {as_of}: {result}."},
    {"refund.consumed", "paid days left", "Consumed: {paid} × ({days:n} − {left:n}) / {days:n} = {result}.",
     "Förbrukat: {paid} × ({days:n} − {left:n}) / {days:n} = {result}."},
    {"refund.credit_full", "paid", "Credit: all that was paid, {result}.", "Kredit: allt som är betalt, {result}."},
    {"refund.credit_pro_rated", "paid consumed", "Credit: {paid} − {consumed} = {result}.", "Kredit: {paid} − {consumed} = {result}."},
    {"refund.price_lower", "credit current_unit_price of_units purchase_price",
     "The price has fallen, from {purchase_price} for {of_units} to {current_unit_price} a unit: "
     "{credit} × ({current_unit_price:n} × {of_units:n}) / {purchase_price:n} = {result}.",
     "Priset har sjunkit, från {purchase_price} för {of_units} till {current_unit_price} per enhet: "
     "{credit} × ({current_unit_price:n} × {of_units:n}) / {purchase_price:n} = {result}."},
    {"refund.price_not_lower", "credit current_unit_price of_units purchase_price",
     "The price has not fallen, from {purchase_price} for {of_units} to {current_unit_price} a unit: the credit stays {result}.",
     "Priset har inte sjunkit, från {purchase_price} för {of_units} till {current_unit_price} per enhet: krediten är kvar på {result}."},
    {"refund.fee", "credit fee_rate", "Early termination fee: {fee_rate} × {credit} = {result}.",
     "Avgift för tidig uppsägning: {fee_rate} × {credit} = {result}."},
    {"refund.refund", "credit fee", "Refund: {credit} − {fee} = {result}.", "Återbetalning: {credit} − {fee} = {result}."},
    {"refund.refund_without_fee", "credit", "Refund: the whole credit, without a fee, {result}.",
     "Återbetalning: hela krediten, utan avgift, {result}."},
    {"refund.remaining_commitment", "unpaid units of_units",
     "Remaining commitment: {unpaid} unpaid; for {units:n} of {of_units}, each payment rounded by itself, {result}.",
     "Återstående åtagande: {unpaid} obetalt; för {units:n} av {of_units}, varje betalning avrundad för sig, {result}."},
    {"refund.no_remaining_commitment", "", "Remaining commitment: none, {result}.", "Återstående åtagande: inget, {result}."},
    {"refund.cancelled_commitment", "credit remaining_commitment", "Cancelled commitment: {credit} + {remaining_commitment} = {result}.",
     "Annullerat åtagande: {credit} + {remaining_commitment} = {result}."},
    {"refund.nothing", "", "Nothing can be returned: every amount is {result}.", "Inget kan returneras: alla belopp är {result}."},
    {"pricing.refund", "all_units units of_units paid days left consumed row_credit price_factor credit fee_rate fee",
     "The same steps in USD, from {all_units} for {of_units}: paid {paid:n}, consumed {consumed:n}, credit {credit:n}, fee {fee:n}, "
     "refund {result}.",
     "Samma steg i USD, från {all_units} för {of_units}: betalt {paid:n}, förbrukat {consumed:n}, kredit {credit:n}, avgift {fee:n}, "
     "återbetalning {result}."},
    {"pricing.remaining_commitment", "unpaid units of_units",
     "In USD, remaining commitment: {unpaid} unpaid; for {units:n} of {of_units}, {result}.",
     "I USD, återstående åtagande: {unpaid} obetalt; för {units:n} av {of_units}, {result}."},
    {"pricing.cancelled_commitment", "credit remaining_commitment",
     "In USD, cancelled commitment: {credit} + {remaining_commitment} = {result}.",
     "I USD, annullerat åtagande: {credit} + {remaining_commitment} = {result}."},
    {"allowance.free", "limit window used held", "Allowance free: {limit} in {window} − {used} used − {held} held = {result}.",
     "Återbetalningsutrymme: {limit} på {window} − {used} använt − {held} avsatt = {result}."},
    {"allowance.exhausted", "limit window used held",
     "Allowance free: {used} used and {held} held are above the limit, {limit} in {window}, so {result}.",
     "Återbetalningsutrymme: {used} använt och {held} avsatt är över gränsen, {limit} på {window}, alltså {result}."},
    {"allowance.left", "meter metered free", "Left after {meter}: {free} − {metered} = {result}.",
     "Kvar efter {meter}: {free} − {metered} = {result}."},
    {"allowance.short", "meter metered free", "Missing for {meter}: {metered} − {free} = {result}.",
     "Fattas för {meter}: {metered} − {free} = {result}."},
    {"allowance.clip", "refund metered free", "Of {metered} only {free} fits: refund {refund} × {free:n} / {metered:n} = {result}.",
     "Av {metered} ryms bara {free}: återbetalning {refund} × {free:n} / {metered:n} = {result}."},
    {"allowance.forfeited", "refund clipped", "Forfeited: {refund} − {clipped} = {result}.", "Förverkat: {refund} − {clipped} = {result}."},
};

// The words of the rules within a sentence.
constexpr struct {
  std::string_view word;
  std::string_view english;
  std::string_view swedish;
} kWordsSaid[] = {
    {"used", "used", "använd"},
    {"unused", "unused", "oanvänd"},
    {"full", "credit in full", "full kredit"},
    {"pro_rated", "credit for the days left", "kredit för återstående dagar"},
    {"refund", "the refund", "återbetalningen"},
    {"cancelled_commitment", "the cancelled commitment", "det annullerade åtagandet"},
};

std::vector<Rule> all_rules() {
  std::vector<Rule> all;
  for (const Said& each : kSaid) all.push_back({std::string(each.id), each.inputs, each.english, each.swedish});
  for (const auto& [warning, word] : kWords<Warning>)
    all.push_back({fmt::format("warning.{}", word), "", sentence(warning, false), sentence(warning, true)});
  for (const auto& [refusal, word] : kWords<Refusal>)
    all.push_back({fmt::format("refusal.{}", word), "", sentence(refusal, false), sentence(refusal, true)});
  return all;
}

const Rule& rule_of(std::string_view id) {
  const std::span<const Rule> all = rules();
  const auto found = std::ranges::find(all, id, &Rule::id);
  CHECK(found != all.end(), "a step follows a rule of the table");
  return *found;
}

std::string decimal(std::int64_t minor, int digits, Language language) {
  std::string text;
  append_decimal(text, minor, digits);
  return grouped(text, language == Language::swedish ? ',' : '.');
}

// How one kind of value is said; `bare` leaves out its unit.
struct Saying {
  Language language;
  bool bare;

  bool swedish() const { return language == Language::swedish; }
  std::string counted(std::int64_t count, std::string_view one, std::string_view many) const {
    const std::string number = decimal(count, 0, language);
    return bare ? number : fmt::format("{} {}", number, count == 1 ? one : many);
  }

  std::string operator()(const Money& money) const {
    return bare ? decimal(money.minor, money.currency.digits(), language) : readable(money, language);
  }
  std::string operator()(DayCount count) const {
    return swedish() ? counted(count.days, "dag", "dagar") : counted(count.days, "day", "days");
  }
  std::string operator()(UnitCount count) const {
    return swedish() ? counted(count.units, "enhet", "enheter") : counted(count.units, "unit", "units");
  }
  std::string operator()(Number number) const { return std::to_string(number.value); }
  std::string operator()(Day day) const { return to_string(day); }
  std::string operator()(Ratio rate) const { return readable(rate, language); }
  std::string operator()(RuleWord value) const {
    for (const auto& [word, english_said, swedish_said] : kWordsSaid)
      if (word == value.word) return std::string(swedish() ? swedish_said : english_said);
    CHECK(false, "a word in a sentence has a translation");
  }
  std::string operator()(const std::string& name) const { return name; }
  std::string operator()(const std::vector<EqualPayments>& payments) const {
    std::string text;
    for (const EqualPayments& each : payments)
      text += fmt::format("{}{} × {}", text.empty() ? "" : " + ", each.count, readable(each.each, language));
    return text;
  }
};

}  // namespace

std::span<const Rule> rules() {
  static const std::vector<Rule> kAll = all_rules();
  return kAll;
}

const Value& Step::input(std::string_view name) const {
  const auto found = std::ranges::find(inputs, name, &Input::name);
  CHECK(found != inputs.end(), "a step has the inputs of its rule");
  return found->value;
}

Step make_step(std::string_view rule, std::vector<Input> inputs, std::optional<Value> result) {
  const Rule& followed = rule_of(rule);
  std::string names;
  for (const Input& input : inputs) (names += names.empty() ? "" : " ") += input.name;
  CHECK(names == followed.inputs, "a step has the inputs of its rule");
  return {.rule = followed.id, .inputs = std::move(inputs), .result = std::move(result)};
}

std::string sentence(const Step& step, Language language) {
  const Rule& rule = rule_of(step.rule);
  std::string_view rest = language == Language::swedish ? rule.swedish : rule.english;
  std::string out;
  for (std::size_t open; (open = rest.find('{')) != std::string_view::npos;) {
    const std::size_t close = rest.find('}', open);
    std::string_view name = rest.substr(open + 1, close - open - 1);
    const bool bare = name.ends_with(":n");
    if (bare) name.remove_suffix(2);
    CHECK(name != "result" || step.result, "a step has the result its rule speaks of");
    out += rest.substr(0, open);
    out += std::visit(Saying{language, bare}, name == "result" ? *step.result : step.input(name));
    rest.remove_prefix(close + 1);
  }
  return out += rest;
}

std::string readable(Money amount, Language language) {
  return fmt::format("{} {}", decimal(amount.minor, amount.currency.digits(), language), amount.currency.code());
}

std::string readable(Ratio rate, Language language) {
  // Per cent is two places to the left, and a rate is over a power of ten: read as a decimal it was (parse_decimal).
  int digits = 0;
  std::int64_t over = rate.over;
  for (; over % 10 == 0; over /= 10) ++digits;
  if (over != 1) return fmt::format("{}/{}", rate.part, rate.over);
  std::int64_t part = rate.part;
  for (; digits < 2; ++digits) part *= 10;
  for (; digits > 2 && part % 10 == 0; --digits) part /= 10;
  return decimal(part, digits - 2, language) + " %";
}

}  // namespace prorata::policy
