#include "policy/pack_words.h"

#include <array>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::policy {
namespace {

// One of two sentences, and how each language writes a number.
struct Tongue {
  bool swedish;

  std::string say(std::string_view english, std::string_view in_swedish) const { return std::string(swedish ? in_swedish : english); }
  std::string percent(Ratio ratio) const {
    const std::int64_t hundredths = ratio.part * 10'000 / ratio.over;
    std::string text = std::to_string(hundredths / 100);
    if (hundredths % 100 != 0) text += fmt::format("{}{:02}", swedish ? ',' : '.', hundredths % 100);
    return text + (swedish ? "\u00a0%" : "%");
  }
  // Whole USD where there are no cents: 50,000 USD, 50 000 USD.
  std::string usd(std::int64_t minor) const {
    std::string digits = std::to_string(minor / 100);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, swedish ? "\u00a0" : ",");
    if (minor % 100 != 0) digits += fmt::format("{}{:02}", swedish ? ',' : '.', minor % 100);
    return digits + "\u00a0USD";
  }
  std::string list(const std::vector<std::string>& words) const { return fmt::format("{}", fmt::join(words, ", ")); }
};

std::string days_of(const Row& row, const Tongue& t) {
  if (row.elapsed_from == 0 && row.elapsed_until) return fmt::format("{} {}", *row.elapsed_until, t.say("or fewer", "eller färre"));
  if (row.elapsed_from == 0) return t.say("Any", "Alla");
  if (!row.elapsed_until) return fmt::format("{} {}", t.say("More than", "Mer än"), row.elapsed_from - 1);
  return fmt::format("{} {} {}", row.elapsed_from, t.say("to", "till"), *row.elapsed_until);
}

std::string credit_of(const Row& row, const Tongue& t) {
  return row.credit == Credit::full ? t.say("100%", "100\u00a0%") : t.say("Pro-rated", "Proportionellt beräknad");
}

std::string sentence_of(const Row& row, const Tongue& t) {
  const std::string when =
      row.elapsed_from == 0
          ? (row.elapsed_until
                 ? fmt::format(fmt::runtime(t.say("Returned within {} days", "Returneras den inom {} dagar")), *row.elapsed_until)
                 : t.say("Returned at any time", "När den än returneras"))
          : (row.elapsed_until
                 ? fmt::format(fmt::runtime(t.say("Returned from day {} to day {}", "Returneras den från dag {} till dag {}")),
                               row.elapsed_from, *row.elapsed_until)
                 : fmt::format(fmt::runtime(t.say("Returned after more than {} days", "Returneras den efter mer än {} dagar")),
                               row.elapsed_from - 1));
  const std::string use = row.used ? t.say("used", "och har använts") : t.say("not used", "och inte har använts");
  const std::string credit = row.credit == Credit::full ? t.say("all that was paid comes back", "kommer allt som betalats tillbaka")
                                                        : t.say("the part of the days that are left comes back",
                                                                "kommer den del som motsvarar återstående dagar tillbaka");
  const std::string fee =
      row.fee_rate.part == 0
          ? t.say("without a fee", "utan avgift")
          : fmt::format(fmt::runtime(t.say("less a fee of {} of it", "minus en avgift på {} av den")), t.percent(row.fee_rate));
  return t.swedish ? fmt::format("{} {}, {}, {}.", when, use, credit, fee) : fmt::format("{}, {}: {}, {}.", when, use, credit, fee);
}

std::string meter_words(Meter meter, const Tongue& t) {
  return meter == Meter::refund ? t.say("what is refunded", "det som återbetalas")
                                : t.say("the commitment that is canceled", "det åtagande som annulleras");
}

std::string products(const std::vector<std::string>& words, const Tongue& t, std::string_view none, std::string_view ingen,
                     std::string_view some, std::string_view vissa) {
  if (words.empty()) return t.say(none, ingen);
  return t.say(some, vissa) + " " + t.list(words) + ".";
}

}  // namespace

std::vector<TableRow> table_of(const Pack& pack, Language language) {
  const Tongue t{language == Language::swedish};
  std::vector<TableRow> out;
  for (const Row& row : pack.rows)
    out.push_back({.name = row.name,
                   .days = days_of(row, t),
                   .used = row.used ? t.say("Yes", "Ja") : t.say("No", "Nej"),
                   .credit = credit_of(row, t),
                   .fee = row.fee_rate.part == 0 ? t.say("None", "Ingen") : t.percent(row.fee_rate),
                   .cap = t.usd(pack.allowance.limit_minor),
                   .sentence = sentence_of(row, t)});
  return out;
}

std::vector<RuleLine> rules_of(const Pack& pack, Language language) {
  const Tongue t{language == Language::swedish};
  const AllowanceRule& a = pack.allowance;
  std::vector<RuleLine> out;
  out.push_back({"allowance.limit", fmt::format(fmt::runtime(t.say("At most {} for a customer in any {} days.",
                                                                   "Högst {} för en kund under {} dagar i följd.")),
                                                t.usd(a.limit_minor), a.window_days)});
  out.push_back({"allowance.meter", fmt::format(fmt::runtime(t.say("Counted is {}.", "Det som räknas är {}.")), meter_words(a.meter, t))});
  out.push_back({"allowance.over", a.over_limit == OverLimit::refuse ? t.say("What does not fit is refused.", "Det som inte ryms nekas.")
                                                                     : t.say("What does not fit is cut off, once that is agreed to.",
                                                                             "Det som inte ryms dras av, sedan det har godkänts.")});
  out.push_back({"price.basis", pack.price_basis == PriceBasis::purchase
                                    ? t.say("Worked out from the price that was paid.", "Räknas på priset som betalades.")
                                    : t.say("Worked out from the lower one of the price that was paid and today's.",
                                            "Räknas på det lägre av priset som betalades och dagens.")});
  out.push_back({"channel", pack.channel == Channel::support_request
                                ? t.say("Done by an approved support request.", "Görs genom en godkänd supportbegäran.")
                                : t.say("Done by whoever may, without a support request.", "Görs av den som får, utan supportbegäran.")});
  out.push_back({"products.refund", products(pack.not_refundable, t, "Every product can be refunded.", "Alla produkter kan återbetalas.",
                                             "Not refunded:", "Återbetalas inte:")});
  out.push_back({"products.exchange", products(pack.not_exchangeable, t, "Every product can be exchanged.", "Alla produkter kan bytas.",
                                               "Not exchanged:", "Byts inte:")});
  out.push_back({"exchange.least", pack.exchange.at_least == AtLeast::credit
                                       ? t.say("An exchange buys at least for the credit.", "Ett byte köper för minst krediten.")
                                       : t.say("An exchange buys at least for the credit and the canceled commitment.",
                                               "Ett byte köper för minst krediten och det annullerade åtagandet.")});
  out.push_back({"exchange.counts", pack.exchange.counts_to_allowance
                                        ? t.say("An exchange counts to the limit.", "Ett byte räknas mot gränsen.")
                                        : t.say("An exchange does not count to the limit.", "Ett byte räknas inte mot gränsen.")});
  out.push_back({"exchange.ends",
                 pack.exchange.ends_for_bought_from
                     ? fmt::format(fmt::runtime(t.say("What is bought from {} on is not exchanged where a savings plan covers it: {}.",
                                                      "Det som köps från {} byts inte där en sparplan täcker det: {}.")),
                                   to_string(*pack.exchange.ends_for_bought_from), t.list(pack.savings_plan_products))
                     : t.say("The right to exchange has no end.", "Bytesrätten har inget slut.")});
  return out;
}

std::vector<WorkedExample> worked_examples(const Pack& pack) {
  struct Case {
    std::int32_t day;
    bool used;
    BillingPlan plan;
    std::int64_t price_minor;
  };
  constexpr auto kCases = std::to_array<Case>({{3, false, BillingPlan::upfront, 365'000},
                                               {3, true, BillingPlan::upfront, 365'000},
                                               {100, true, BillingPlan::upfront, 365'000},
                                               {100, true, BillingPlan::monthly, 365'000},
                                               {30, true, BillingPlan::upfront, 14'600'000}});
  const Day start = make_day(2025, 3, 1);
  std::vector<WorkedExample> out;
  for (const Case& each : kCases) {
    const Money price{each.price_minor, Currency::usd()};
    const Day today = add_days(start, each.day);
    RefundCase facts{.start = start,
                     .term = Term{1},
                     .plan = each.plan,
                     .quantity = 1,
                     .product = "VirtualMachines",
                     .usage = each.used ? Usage::used : Usage::unused,
                     .current_unit_price = price};
    facts.schedule = on_day(make_schedule(each.plan, Term{1}, start, price, price), today);
    Result<RefundDecision> decision = decide_refund(facts, {.quantity = 1, .as_of = start_of(today), .channel_approved = true}, pack);
    CHECK(decision.has_value(), "a made-up case is complete");
    out.push_back({each.day, each.used, each.plan, price, std::move(*decision)});
  }
  return out;
}

}  // namespace prorata::policy
