#include "policy/derivation.h"

#include <gtest/gtest.h>

#include "policy/sample_packs.h"

namespace prorata::policy {
namespace {

using Sentences = std::vector<std::string>;

struct Asked {
  RefundCase facts;
  RefundRequest request;
};

Asked upfront(Money price, Money pricing, Day today) {
  Asked asked{.facts = {.start = make_day(2026, 3, 1), .quantity = 1, .usage = Usage::unused},
              .request = {.quantity = 1, .as_of = start_of(today), .channel_approved = true}};
  asked.facts.schedule = on_day(make_schedule(BillingPlan::upfront, Term{1}, asked.facts.start, price, pricing), today);
  return asked;
}

Sentences told(const Asked& asked, const Pack& pack, Language language) {
  const RefundDecision decision = *decide_refund(asked.facts, asked.request, pack);
  Sentences out;
  for (const Step& step : derive(decision, asked.facts, pack)) out.push_back(sentence(step, language));
  return out;
}

Money usd(std::int64_t minor) { return {minor, Currency::usd()}; }

TEST(Derivation, InDollarsNothingIsToldTwice) {
  const Asked asked = upfront(usd(365'000), usd(365'000), make_day(2026, 5, 5));
  EXPECT_EQ(told(asked, csp_2020(), Language::english),
            (Sentences{"Elapsed: 2026-03-01 to 2026-05-05 is 65 days.",
                       "Row later_unused of csp-2020 applies (65 days, unused): credit for the days left, fee 12 %.",
                       "Paid for 1 of 1 unit: 3 650.00 USD × 1 / 1 = 3 650.00 USD.",
                       "The payment covers 2026-03-01 to 2027-03-01, 365 days; left on 2026-05-05: 300 days.",
                       "Consumed: 3 650.00 USD × (365 − 300) / 365 = 650.00 USD.", "Credit: 3 650.00 USD − 650.00 USD = 3 000.00 USD.",
                       "Early termination fee: 12 % × 3 000.00 USD = 360.00 USD.", "Refund: 3 000.00 USD − 360.00 USD = 2 640.00 USD.",
                       "Allowance free: 50 000.00 USD in 365 days − 0.00 USD used − 0.00 USD held = 50 000.00 USD.",
                       "Left after the refund: 50 000.00 USD − 2 640.00 USD = 47 360.00 USD."}));
}

TEST(Derivation, InKronorTheDollarSideFollowsAndAClipIsTold) {
  Asked asked = upfront({65'000'000, *Currency::parse("SEK")}, usd(6'000'000), make_day(2026, 3, 4));
  asked.facts.allowance_used = 1'000'000;
  const std::string in_dollars =
      "Samma steg i USD, från 60 000,00 USD för 1 enhet: betalt 60 000,00, förbrukat 493,15, kredit 60 000,00, avgift "
      "0,00, återbetalning 60 000,00 USD.";
  EXPECT_EQ(
      told(asked, csp_2020(), Language::swedish),
      (Sentences{"Förflutet: 2026-03-01 till 2026-03-04 är 3 dagar.",
                 "Raden grace_unused i csp-2020 gäller (3 dagar, oanvänd): full kredit, avgift 0 %.",
                 "Betalt för 1 av 1 enhet: 650 000,00 SEK × 1 / 1 = 650 000,00 SEK.",
                 "Betalningen gäller 2026-03-01 till 2027-03-01, 365 dagar; kvar 2026-03-04: 362 dagar.",
                 "Förbrukat: 650 000,00 SEK × (365 − 362) / 365 = 5 342,47 SEK.", "Kredit: allt som är betalt, 650 000,00 SEK.",
                 "Återbetalning: hela krediten, utan avgift, 650 000,00 SEK.", in_dollars,
                 "Återbetalningsutrymme: 50 000,00 USD på 365 dagar − 10 000,00 USD använt − 0,00 USD avsatt = 40 000,00 USD.",
                 "Av 60 000,00 USD ryms bara 40 000,00 USD: återbetalning 650 000,00 SEK × 40 000,00 / 60 000,00 = 433 333,33 SEK.",
                 "Förverkat: 650 000,00 SEK − 433 333,33 SEK = 216 666,67 SEK.", "Utrymmet kapar återbetalningen; resten går förlorad."}));
}

TEST(Derivation, MonthlyTellsTheInstalmentAndWhatIsCancelled) {
  const Currency gbp = *Currency::parse("GBP");
  const Day today = make_day(2023, 3, 6);
  Asked asked{.facts = {.start = make_day(2023, 3, 4), .plan = BillingPlan::monthly, .quantity = 3, .usage = Usage::used},
              .request = {.quantity = 1, .as_of = start_of(today)}};
  asked.facts.schedule =
      on_day(make_schedule(BillingPlan::monthly, Term{1}, asked.facts.start, {6'589, gbp}, Money{7'848, Currency::usd()}), today);
  asked.facts.current_unit_price = Money{2'000, gbp};
  EXPECT_EQ(
      told(asked, azure_2026(), Language::english),
      (Sentences{"Elapsed: 2023-03-04 to 2023-03-06 is 2 days.",
                 "Row grace_used of azure-2026 applies (2 days, used): credit for the days left, fee 0 %.",
                 "Paid for 1 of 3 units, instalment 1 of 12, due 2023-03-04: 5.50 GBP × 1 / 3 = 1.83 GBP.",
                 "The payment covers 2023-03-04 to 2023-04-04, 31 days; left on 2023-03-06: 29 days.",
                 "Consumed: 1.83 GBP × (31 − 29) / 31 = 0.12 GBP.", "Credit: 1.83 GBP − 0.12 GBP = 1.71 GBP.",
                 "The price has fallen, from 65.89 GBP for 3 units to 20.00 GBP a unit: 1.71 GBP × (20.00 × 3) / 65.89 = 1.56 GBP.",
                 "Refund: the whole credit, without a fee, 1.56 GBP.",
                 "Remaining commitment: 11 × 5.49 GBP unpaid; for 1 of 3 units, each payment rounded by itself, 20.13 GBP.",
                 "Cancelled commitment: 1.56 GBP + 20.13 GBP = 21.69 GBP.",
                 "The same steps in USD, from 6.54 USD for 3 units: paid 2.18, consumed 0.14, credit 1.86, fee 0.00, refund 1.86 USD.",
                 "In USD, remaining commitment: 11 × 6.54 USD unpaid; for 1 of 3 units, 23.98 USD.",
                 "In USD, cancelled commitment: 1.86 USD + 23.98 USD = 25.84 USD.",
                 "Allowance free: 50 000.00 USD in 365 days − 0.00 USD used − 0.00 USD held = 50 000.00 USD.",
                 "Left after the cancelled commitment: 50 000.00 USD − 25.84 USD = 49 974.16 USD."}));
}

TEST(Derivation, WhereNothingCanBeReturnedOnlyThatIsTold) {
  Asked asked = upfront(usd(365'000), usd(365'000), make_day(2026, 5, 5));
  asked.request.quantity = 2;
  asked.request.channel_approved = false;
  EXPECT_EQ(told(asked, csp_2020(), Language::swedish),
            (Sentences{"Inget kan returneras: alla belopp är 0,00 USD.", "Så många enheter finns inte att returnera.",
                       "Återbetalningen kräver en godkänd supportbegäran."}));
}

TEST(Derivation, UnknownUsageTellsBothRows) {
  Asked asked = upfront(usd(365'000), usd(365'000), make_day(2026, 3, 6));
  asked.facts.usage = Usage::unknown;
  EXPECT_EQ(told(asked, csp_2020(), Language::english)[1],
            "Usage is unknown after 5 days, so the row of csp-2020 that pays less applies: grace_used (credit for the days left, fee 0 %), "
            "not grace_unused (credit in full, fee 0 %).");
}

TEST(Derivation, WhatDoesNotFitTellsHowMuchIsMissing) {
  Asked asked = upfront(usd(6'000'000), usd(6'000'000), make_day(2026, 3, 1));
  asked.facts.allowance_used = 4'000'000;
  asked.facts.allowance_held = 1'500'000;
  const Sentences all = told(asked, azure_2022(), Language::english);
  EXPECT_EQ(all[7],
            "Allowance free: 40 000.00 USD used and 15 000.00 USD held are above the limit, 50 000.00 USD in 365 days, so 0.00 USD.");
  EXPECT_EQ(all[8], "Missing for the refund: 60 000.00 USD − 0.00 USD = 60 000.00 USD.");
  EXPECT_EQ(all.back(), sentence(Refusal::refund_limit_exceeded, false));
}

}  // namespace
}  // namespace prorata::policy
