// Runs requests.desk: whole stories of a request, on every store.
#include <deque>
#include <sstream>

#include "../scenarios/desk_file.h"
#include "support/request_desk.h"

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
      return false;
    }
    return true;
  }

  Reservation web_;
  std::optional<User> kim_;
  std::deque<sim::Fault> faults_;
  std::string refused_;
};

class RequestStories : public Story {};
PRORATA_ON_EVERY_STORE(RequestStories);

TEST_P(RequestStories, EndAsTheyAreTold) {
  ScenarioFile file = read_file("requests.desk");
  ASSERT_FALSE(file.scenarios.empty());
  for (const Scenario& scenario : file.scenarios) {
    begin_story();
    for (const auto& [who, what] : scenario.facts) tell(who, what);
    for (std::size_t i = 0; i < scenario.expected.size(); ++i) {
      const auto& [name, expected] = scenario.expected[i];
      const std::string got = figure(name);
      if (!file.bless(scenario, i, got)) EXPECT_EQ(got, expected) << scenario.title << ": " << name;
    }
  }
  file.write_if_blessing();
}

}  // namespace
}  // namespace prorata::testing
