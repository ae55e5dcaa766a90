// Runs requests.desk and settlement.desk: whole stories of a request, and of its money until the customer is paid, on every store.
#include <deque>
#include <sstream>

#include "../scenarios/desk_file.h"
#include "app/credit_notes.h"
#include "app/settlement_desk.h"
#include "app/settlement_profile.h"
#include "documents/credit_note_pdf.h"
#include "support/request_desk.h"
#include "wire/invoice_intake.h"

namespace prorata::testing {
namespace {

class Story : public RequestDesk {
 protected:
  static constexpr std::int64_t kNumber = request::kFirstNumber;

  void tell(const std::string& who, const std::string& what) {
    const bool done = who == "buy" || who == "used" || who == "days" || who == "rules" || who == "fault" || who == "split"
                          ? by_time(who, what)
                          : by_somebody(who, what);
    if (!done) ADD_FAILURE() << "nobody knows how to: " << who << ' ' << what;
  }

  void run(const char* name, const std::function<void()>& first = [] {}) {
    ScenarioFile file = read_file(name);
    ASSERT_FALSE(file.scenarios.empty());
    for (const Scenario& scenario : file.scenarios) {
      begin_story();
      first();
      for (const auto& [who, what] : scenario.facts) tell(who, what);
      for (std::size_t k = 0; k < scenario.expected.size(); ++k) {
        const auto& [figure_name, expected] = scenario.expected[k];
        const std::string got = figure(figure_name);
        if (!file.bless(scenario, k, got)) EXPECT_EQ(got, expected) << scenario.title << ": " << figure_name;
      }
    }
    file.write_if_blessing();
  }

  // Every story has a desk of its own.
  void begin_story() {
    begin_anew();
    web_ = {};
    kim_.reset();
    faults_.clear();
    refused_.clear();
  }

  std::string figure(const std::string& name) {
    const Request r = seen(request::kFirstNumber);
    if (name == "state") return std::string(to_string(r.state));
    if (name == "steps") {
      std::string out = r.steps.empty() ? std::string(to_string(r.state)) : std::string(to_string(r.steps.front().from));
      for (const request::Step& each : r.steps) (out += ' ') += to_string(each.to);
      return out;
    }
    if (name == "refund") return r.quoted ? to_string(r.quoted->refund) : "-";
    if (name == "net_payable") return r.quoted ? to_string(r.quoted->net_payable) : "-";
    if (name == "agree_again") return r.agree_again ? "yes" : "no";
    if (name == "units_left") return std::to_string(desk().read(web_.id).quantity);
    if (name == "returns") return std::to_string(returns());
    if (name == "hold") return r.hold ? std::string(to_string(hold(r).state)) : "-";
    if (name == "ticket") return r.ticket.empty() ? "-" : std::string(to_string(ticket(r).status));
    if (name == "last_word") return ticket(r).thread.back().body;
    if (name == "failure") return r.failure.substr(0, r.failure.find(':'));
    if (name == "refused") return refused_.empty() ? "-" : refused_;
    return figure_of_money(name);
  }

  std::string figure_of_money(const std::string& name) {
    const auto balance = [&](ledger::Account account) {
      return to_string(Money{desk().balance(desk().nordvik, account), sek(0).currency});
    };
    if (name == "provider_owes") return balance(ledger::Account::provider_credit_receivable);
    if (name == "customer_is_owed") return balance(ledger::Account::customer_credit_payable);
    if (name == "handling") return balance(ledger::Account::handling_income);
    if (name == "paid_out") return balance(ledger::Account::bank);
    if (name == "books") return books();
    if (name == "log") return desk().verified() > 0 ? "whole" : "empty";
    if (name == "notes") {
      std::string out;
      for (const NoteView& each : must(credit_notes(app(), {})))
        out += fmt::format("{}{} {} {}", out.empty() ? "" : ", ", each.note.number, to_string(each.note.total), to_string(each.state));
      return out.empty() ? "-" : out;
    }
    const SettlementCase of = the_case();
    if (name == "case") return fmt::format("{}{}", to_string(of.state), of.open ? ", open" : "");
    if (name == "agreed")
      return of.agreed ? fmt::format("{} {}", request::number_text(of.agreed->request), to_string(of.agreed->refund)) : "-";
    if (name == "line")
      return of.lines.empty() ? "-" : fmt::format("{} {}", line_name(of.lines.front()), to_string(of.lines.front().amount));
    if (name == "difference") return of.match && of.match->difference ? to_string(*of.match->difference) : "-";
    if (name == "settled") return of.settlement ? fmt::format("{} {}", to_string(of.settlement->amount), of.settlement->reference) : "-";
    return "(no such figure)";
  }

 private:
  bool by_time(const std::string& who, const std::string& what) {
    std::istringstream words(what);
    if (who == "buy") {
      web_ = desk().buy({.customer = desk().nordvik, .quantity = std::stoll(what)});
      give(user("helga"), "Reservations Administrator", access::scope_of(web_.order));
    } else if (who == "used") {
      desk().set_usage(web_.id, what == "yes" ? Usage::used : Usage::unused);
    } else if (who == "days") {
      desk().clock.pass_days(std::stoll(what));
    } else if (who == "rules") {
      std::string word;
      words >> word;
      RulesChange change;
      if (word == "automatic") change.automatic_approval = true;
      std::int64_t dollars = 0;
      if (word == "above" && words >> dollars) change.approval_above = std::optional(usd(dollars));
      must(change_request_rules(app(), change));
    } else if (who == "fault") {
      for (std::string word; words >> word;) faults_.push_back(*parse_word<sim::Fault>(word, "a fault"));
    } else {
      std::vector<std::int64_t> parts;
      for (std::int64_t n = 0; words >> n;) parts.push_back(n);
      must(split_reservation(app(), web_.id, parts, ""));
    }
    return true;
  }

  // On a store whose commits go wrong as the step before said.
  template <class Do>
  void attempt(const std::string& who, const Do& what) {
    Faulty faulty(desk());
    faulty.store.suffer(std::exchange(faults_, {}));
    const auto go = [&] {
      faulty.app.acting = app().acting;
      faulty.app.actor = app().actor;
      const auto result = what(faulty.app);
      if (!result) refused_ = told(result.error());
    };
    if (who == "resume" || who == "operator")
      go();
    else if (who == "kim")
      as(kim(), go);
    else
      as(who, go);
  }

  const User& kim() {
    if (!kim_) kim_ = user_of_nordvik("kim@nordvik.example");
    return *kim_;
  }

  // Without the ids and days that differ: from "does not" or to " since".
  static std::string told(const Error& error) {
    const std::string& text = error.message;
    const std::size_t from = error.code == Code::forbidden ? text.find("does not") : 0;
    const std::size_t until = error.code == Code::forbidden ? text.find(" over scope") : text.find(" since ");
    return text.substr(from, until == std::string::npos ? until : until - from);
  }

  bool by_somebody(const std::string& who, const std::string& what) {
    std::istringstream words(what);
    std::string verb;
    words >> verb;
    if (verb.ends_with(':')) verb.pop_back();
    const std::size_t colon = what.find(": ");
    const std::string reason = colon == std::string::npos ? "" : what.substr(colon + 2);
    if (who == "resume") {
      attempt(who, [](App& app) { return resume_requests(app); });
    } else if (verb == "asks" && who == "operator") {
      attempt(who, [](App& app) {
        return say_in_request(app, {.number = kNumber, .side = Side::operator_, .text = "Is it used?", .subject = {}, .key = {}});
      });
    } else if (verb == "asks") {
      std::int64_t units = 0;
      words >> units;
      attempt(who, [&](App& app) { return ask_for(app, refund_of(web_, units)); });
    } else if (verb == "takes") {
      attempt(who, [](App& app) { return draft_request(app, {.from = kNumber, .lines = {}}); });
    } else if (verb == "drafts") {
      std::string kind;
      std::string for_word;
      std::int64_t units = 0;
      std::int64_t buys = 0;
      words >> kind >> units >> for_word >> buys;
      const AskFor lines = kind == "refund" ? refund_of(web_, units) : exchange_of(web_, units, buys);
      attempt(who, [&](App& app) { return draft_request(app, {.from = {}, .lines = lines}); });
    } else if (verb == "submits") {
      attempt(who, [](App& app) { return submit_request(app, {.number = kNumber, .contact = contact()}); });
    } else if (verb == "approves") {
      attempt(who, [](App& app) { return approve_inside(app, {.number = kNumber}); });
    } else if (verb == "decides") {
      const bool approve = what.starts_with("decides approve");
      attempt(who, [&](App& app) { return decide_request(app, {.number = kNumber, .approve = approve, .reason = reason, .key = {}}); });
    } else if (verb == "withdraws") {
      attempt(who, [&](App& app) { return withdraw_request(app, {.number = kNumber, .reason = reason, .key = {}}); });
    } else if (verb == "agrees") {
      attempt(who, [](App& app) { return agree_again(app, {.number = kNumber}); });
    } else {
      return by_the_cashier(who, verb, what);
    }
    return true;
  }

  // The money's part of a story: invoices, papers, payments.
  bool by_the_cashier(const std::string& who, const std::string& verb, const std::string& what) {
    std::istringstream words(what.substr(verb.size()));
    std::string word;
    words >> word;
    const std::string rest = what.substr(std::min(what.size(), verb.size() + 1));
    if (verb == "takes_in") {
      attempt(who, [&](App& app) { return take_in(app, word, words); });
    } else if (verb == "assigns") {
      attempt(who, [&](App& app) {
        return assign_line(app, {.line = word, .returned = the_return().id, .accept_difference = what.ends_with(" as it came")});
      });
    } else if (verb == "issues") {
      attempt(who, [&](App& app) {
        return issue_credit_note(app,
                                 {.customer = desk().nordvik, .returns = {}, .currency = {}, .reference = rest, .language = {}, .key = {}},
                                 documents::credit_note_pdf);
      });
    } else if (verb == "reverses") {
      attempt(who, [&](App& app) {
        return reverse_credit_note(app, {.number = word, .reason = "the reference was wrong", .key = {}}, documents::credit_note_pdf);
      });
    } else if (verb == "pays") {
      std::string reference;
      words >> reference;
      attempt(who, [&](App& app) { return settle_credit_note(app, {.number = word, .paid_on = {}, .reference = reference, .key = {}}); });
    } else {
      return false;
    }
    return true;
  }

  // "G1 [AMOUNT] [DAY]" as the file that Partner Center gives: absent, the very refund on the day of the return.
  Result<wire::InvoiceIntake> take_in(App& app, const std::string& invoice, std::istringstream& words) {
    const ReturnRecord record = the_return();
    std::string amount = to_string(record.refund);
    std::string day = to_string(day_of(record.at));
    words >> amount >> day;
    const std::string text = fmt::format(
        "InvoiceNumber,CustomerId,ReservationOrderId,Subtotal,TaxTotal,Currency,ChargeStartDate,Quantity,ChargeType\n"
        "{},{},{},-{},0,SEK,{},{},cancelImmediate\n",
        invoice, record.customer.text(), record.order.text(), amount, day, record.quantity);
    return wire::take_in_invoices(app, {.file = invoice + ".csv", .dialect = {}}, [&](const auto& sink, auto& report, auto& dialect) {
      wire::TextBytes bytes(text, invoice + ".csv");
      return wire::import_invoice(bytes, {.number = {}}, sink, report, dialect);
    });
  }

  ReturnRecord the_return() { return must(desk().look()->returns(std::nullopt, false)).front().returned; }
  SettlementCase the_case() {
    SettlementView view = must(settlement_view(app(), {.month = {}, .customer = {}, .state = {}, .only = the_return().id.text()}));
    return std::move(view.cases.front());
  }
  // Every account of every currency, added up.
  std::string books() {
    std::map<std::string, std::int64_t> sums;
    for (const ledger::Balance& each : must(desk().look()->balances(std::nullopt)))
      sums[std::string(each.currency.code())] += each.amount_minor;
    for (const auto& [currency, sum] : sums)
      if (sum != 0) return fmt::format("{} {}", sum, currency);
    return "sum to zero";
  }

  Reservation web_;
  std::optional<User> kim_;
  std::deque<sim::Fault> faults_;
  std::string refused_;
};

class RequestStories : public Story {};
PRORATA_ON_EVERY_STORE(RequestStories);

TEST_P(RequestStories, EndAsTheyAreTold) { run("requests.desk"); }

TEST_P(RequestStories, GoOnUntilTheCustomerIsPaid) {
  run("settlement.desk", [&] {
    must(set_profile(app(), {.address = {{"Kajgatan 1", "111 22 Stockholm"}},
                             .organisation_number = "556677-8899",
                             .vat_number = "SE556677889901",
                             .country = "SE",
                             .vat = {{.country = "SE", .rate = {25, 100}, .text_en = {}, .text_sv = {}}}}));
  });
}

}  // namespace
}  // namespace prorata::testing
