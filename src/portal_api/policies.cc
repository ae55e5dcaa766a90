// The policies: in their time line, one in words with its cases worked out, two side by side, and what the other would change for the
// fleet.
#include <algorithm>

#include "app/desk.h"
#include "app/policy_effect.h"
#include "policy/diff.h"
#include "policy/pack_words.h"
#include "portal_api/answer.h"

namespace prorata::portal_api {
namespace {

using http::Response;
using policy::Pack;
using policy::RefundDecision;

std::string_view title_of(const Pack& pack, Language language) {
  return language == Language::swedish && !pack.title_swedish.empty() ? pack.title_swedish : pack.title;
}

// When a pack governs at this desk: from each of its choices until the next one.
void write_governing(JsonWriter& w, const Desk& desk, const Pack& pack) {
  w.key("governs").begin_array();
  for (std::size_t i = 0; i < desk.policies.size(); ++i) {
    if (desk.policies[i].pack != pack.id) continue;
    w.begin_object().field("from", std::string_view(to_string(desk.policies[i].from)));
    if (i + 1 < desk.policies.size()) w.field("until", std::string_view(to_string(add_days(desk.policies[i + 1].from, -1))));
    w.end_object();
  }
  w.end_array();
}

void write_head(JsonWriter& w, const Desk& desk, const Pack& pack, const Pack* governing, Language language) {
  w.field("id", std::string_view(pack.id)).field("name", title_of(pack, language)).field("governing", &pack == governing);
  w.field("from", std::string_view(to_string(pack.from)));
  if (pack.until) w.field("until", std::string_view(to_string(*pack.until)));
  write_governing(w, desk, pack);
}

void write_decision(JsonWriter& w, const RefundDecision& d, Language language) {
  w.begin_object().field("ok", !d.refused()).field_if("row", d.row);
  write_money(w, "refund", d.refund);
  write_money(w, "fee", d.billing(d.amounts.billing.fee));
  if (d.amounts.forfeited != 0) write_money(w, "forfeited", d.billing(d.amounts.forfeited));
  w.key("reasons").begin_array();
  for (const policy::Refusal each : in_order(d.amounts.refusals))
    w.begin_object()
        .field("code", to_string(each))
        .field("armCode", arm_code(each))
        .field("text", sentence(each, language == Language::swedish))
        .end_object();
  w.end_array().end_object();
}

template <class Case>
void write_case(JsonWriter& w, const Case& each) {
  w.field("day", std::int64_t{each.day}).field("used", each.used).field("plan", to_string(each.plan));
  write_money(w, "price", each.price);
}

struct Asked {
  Desk desk;
  Instant now;
  const Pack* governing = nullptr;
  const Pack* pack = nullptr;
  const Pack* other = nullptr;
};
Outcome<Asked> asked(Call& call, Snapshot& snapshot) {
  const Moment moment = TRY(load_moment(call.app, snapshot));
  TRY(allow(call, Right::look_up, Access::read, {}));
  Asked out{.desk = moment.desk, .now = moment.now};
  out.governing = TRY(governing_pack(moment.desk, call.app.packs, day_of(moment.now))).pack;
  out.pack = TRY(call.app.packs.find(call.path.at("pack")));
  if (call.path.has("other")) out.other = TRY(call.app.packs.find(call.path.at("other")));
  return out;
}

Outcome<Response> show(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Asked a = TRY(asked(call, *snapshot));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_head(w, a.desk, *a.pack, a.governing, call.language);
    w.key("table").begin_array();
    for (const policy::TableRow& row : table_of(*a.pack, call.language)) {
      w.begin_object().field("name", std::string_view(row.name)).field("days", std::string_view(row.days));
      w.field("used", std::string_view(row.used)).field("credit", std::string_view(row.credit)).field("fee", std::string_view(row.fee));
      w.field("cap", std::string_view(row.cap)).field("sentence", std::string_view(row.sentence)).end_object();
    }
    w.end_array().key("rules").begin_array();
    for (const policy::RuleLine& rule : rules_of(*a.pack, call.language))
      w.begin_object().field("key", rule.key).field("text", std::string_view(rule.text)).end_object();
    w.end_array().key("examples").begin_array();
    for (const policy::WorkedExample& each : worked_examples(*a.pack)) {
      w.begin_object();
      write_case(w, each);
      w.key("decision");
      write_decision(w, each.decision, call.language);
      w.end_object();
    }
    w.end_array().end_object();
  });
}

Outcome<Response> compare(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Asked a = TRY(asked(call, *snapshot));
  const std::vector<policy::RuleLine> rules = rules_of(*a.pack, call.language);
  const std::vector<policy::RuleLine> others = rules_of(*a.other, call.language);
  const std::vector<policy::TableRow> rows = table_of(*a.pack, call.language);
  const std::vector<policy::TableRow> other_rows = table_of(*a.other, call.language);
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("a").begin_object();
    write_head(w, a.desk, *a.pack, a.governing, call.language);
    w.end_object().key("b").begin_object();
    write_head(w, a.desk, *a.other, a.governing, call.language);
    w.end_object().key("rules").begin_array();
    const auto rule = [&](std::string_view key, std::string_view one, std::string_view two) {
      if (one == two) return;
      w.begin_object().field("key", key);
      if (!one.empty()) w.field("a", one);
      if (!two.empty()) w.field("b", two);
      w.end_object();
    };
    for (const policy::TableRow& each : rows) {
      const auto its = std::ranges::find(other_rows, each.name, &policy::TableRow::name);
      rule("row." + each.name, each.sentence, its == other_rows.end() ? std::string_view() : std::string_view(its->sentence));
    }
    for (const policy::TableRow& each : other_rows)
      if (std::ranges::find(rows, each.name, &policy::TableRow::name) == rows.end()) rule("row." + each.name, {}, each.sentence);
    for (std::size_t i = 0; i < rules.size(); ++i) rule(rules[i].key, rules[i].text, others[i].text);
    w.end_array().key("cases").begin_array();
    for (const policy::DiffCase& each : policy::diff(*a.pack, *a.other)) {
      w.begin_object();
      write_case(w, each);
      w.field("product", std::string_view(each.product)).key("a");
      write_decision(w, each.a, call.language);
      w.key("b");
      write_decision(w, each.b, call.language);
      w.end_object();
    }
    w.end_array().end_object();
  });
}

Outcome<Response> fleet(Call& call) {
  const PolicyEffect effect = TRY(policy_effect(call.app, {.a = call.path.at("pack"), .b = call.path.at("other")}));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_instant(w, "asOf", effect.now);
    w.field("lookedAt", effect.looked_at).field("complete", effect.complete).field("customers", effect.customers);
    w.field("differ", effect.differ).field("refusedThen", effect.refused_now).field("allowedThen", effect.allowed_now);
    w.field("unknown", effect.unknown).key("sums").begin_array();
    for (const EffectSum& each : effect.sums) {
      w.begin_object().field("reservations", each.reservations);
      write_money(w, "a", {each.under_a_minor, each.currency});
      write_money(w, "b", {each.under_b_minor, each.currency});
      write_money(w, "change", {each.under_b_minor - each.under_a_minor, each.currency});
      w.end_object();
    }
    w.end_array().end_object();
  });
}

}  // namespace

std::vector<Route> policy_routes() {
  return {{.pattern = "/api/policies/{pack}", .handler = show},
          {.pattern = "/api/policies/{pack}/against/{other}", .handler = compare},
          {.pattern = "/api/policies/{pack}/against/{other}/fleet", .handler = fleet}};
}

}  // namespace prorata::portal_api
