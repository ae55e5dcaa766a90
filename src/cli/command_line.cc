// The command tree. Beside cli/usage the only file that knows CLI11.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <utility>

#include <fmt/format.h>

#include "access/access.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/usage.h"
#include "wire/error_table.h"
#include "wire/usage_days.h"

namespace prorata::cli {
namespace {

constexpr const char* kReservation = "Its id, or the path that Azure prints";
constexpr const char* kCustomer = "Tenant id, or a name or domain that only one customer has";
constexpr const char* kReturn = "The return's id, from 'prorata settle list'";

using Action = std::function<Result<int>(Session&)>;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string default_actor() {
  for (const char* name : {"SUDO_USER", "USER", "LOGNAME"})
    if (std::string value = environment(name); !value.empty()) return value;
  return fmt::format("uid-{}", getuid());
}

class Tree {
 public:
  Tree() : app_("Prorata: the reservation desk for cloud partners", "prorata") {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "prorata " PRORATA_VERSION, "The program's version");
    app_.fallthrough();
    app_.allow_config_extras(CLI::config_extras_mode::error);  // a misspelt name must not be passed over
    app_.formatter(help_pages());
    app_.set_help_flag("-h,--help", "This page");
    app_.option_defaults()->always_capture_default();
    // The library reads the file before it looks into the environment, so PRORATA_CONFIG is asked here; one that is named must be there.
    const std::string named = environment("PRORATA_CONFIG");
    app_.config_formatter(config_below_environment(app_));
    app_.set_config("--config", named.empty() ? default_config() : named, "Options that always hold, in TOML: data = \"/var/lib/desk\"",
                    !named.empty())
        ->type_name("FILE")
        ->envname("PRORATA_CONFIG");
    app_.add_option("-d,--data", globals_.data, "The desk: a folder (SQLite) or postgresql://...")
        ->type_name("DESK")
        ->envname("PRORATA_DATA");
    app_.add_option("--usage-dir", globals_.usage, "The folder for usage files (default DIR/usage of a desk in a folder)")
        ->type_name("FOLDER")
        ->envname("PRORATA_USAGE_DIR");
    app_.add_option("--policies", globals_.policies, "A folder of policy packs to use beside the built-in ones")
        ->type_name("FOLDER")
        ->envname("PRORATA_POLICIES");
    add_word(&app_, "-o,--output", globals_.format,
             {{"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}, {"tsv", Format::tsv}},
             "table for people; json, csv or tsv for programs")
        ->type_name("FORMAT");
    add_word(&app_, "--language", globals_.language, {{"en", Language::english}, {"sv", Language::swedish}},
             "en or sv: of sentences, not of field names")
        ->type_name("LANGUAGE")
        ->envname("PRORATA_LANGUAGE");
    app_.add_option("--lock-wait", globals_.lock_wait_seconds, "How long to wait while another process writes")
        ->check(whole_number(0, 3600))
        ->type_name("SECONDS")
        ->envname("PRORATA_LOCK_WAIT");
    app_.add_option("--actor", globals_.actor, "Who is acting, for the audit trail")
        ->envname("PRORATA_ACTOR")
        ->default_val(default_actor());
    app_.add_option("--as", globals_.as, "A user of the desk whose rights count (default: the desk's owner, who may do everything)")
        ->type_name("USER")
        ->envname("PRORATA_AS");
    app_.add_option("--files-dir", globals_.files, "The folder for files of requests (default DIR/files of a desk in a folder)")
        ->type_name("FOLDER")
        ->envname("PRORATA_FILES_DIR");
    add_desk();
    add_imports();
    add_customers();
    add_reservations();
    add_refunds();
    add_exchanges();
    add_requests();
    add_allowance();
    add_books();
    add_policies();
    add_serve();
    add_accounts();
    add_roles();
    add_sandbox();
    add_batch();
    add_usage();
    add_utilization();
    add_recommend();
    app_.footer(
        "Begin with a made-up portfolio: prorata --data desk init --sandbox, prorata --data desk demo load, prorata --data desk desk.\n"
        "Exit codes: 0 done, 1 done but for records or a quote that were refused, 2 your words, 3 not found, 4 refused by policy or\n"
        "state, 5 somebody else was faster, 6 the data, 7 the store cannot be used now, 8 the store needs help, 9 look before doing\n"
        "it again.");
  }

  CLI::App& app() { return app_; }
  const Globals& globals() const { return globals_; }
  const Action& action() const { return action_; }

 private:
  static std::string default_config() {
    const std::string home = environment("XDG_CONFIG_HOME").empty() ? environment("HOME") + "/.config" : environment("XDG_CONFIG_HOME");
    return home + "/prorata/config.toml";
  }

  template <class E>
  static std::vector<std::string> words() {
    std::vector<std::string> out;
    for (const auto& each : kWords<E>) out.emplace_back(each.second);
    return out;
  }

  // An option whose value is one of a few words.
  template <class T>
  static CLI::Option* add_word(CLI::App* sub, const char* name, T& value, std::vector<std::pair<std::string, T>> words, const char* help) {
    std::vector<std::string> names;
    for (const auto& [word, meaning] : words) names.push_back(word);
    return sub
        ->add_option_function<std::string>(
            name,
            [&value, words = std::move(words)](const std::string& given) {
              for (const auto& [word, meaning] : words)
                if (word == given) value = meaning;
            },
            help)
        ->check(one_of(names))
        ->default_str(names.front());
  }

  CLI::App* command(CLI::App* parent, const char* name, const char* help, const Action& action) {
    CLI::App* sub = parent->add_subcommand(name, help);
    sub->fallthrough()->group("Commands");
    sub->final_callback([this, action] { action_ = action; });
    return sub;
  }
  CLI::App* group(const char* name, const char* help) {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->require_subcommand(1);
    sub->fallthrough()->group("Commands");
    return sub;
  }
  static void add_key(CLI::App* sub, std::string& key) {
    sub->add_option("--idempotency-key", key, "The same key again gives the first answer and does nothing twice");
  }

  static void paging(CLI::App* sub, std::int64_t& limit, std::string& after) {
    sub->add_option("--limit", limit, "Rows on a page")->check(whole_number(1, 100'000));
    sub->add_option("--after", after, "The cursor that the page before ended with");
  }

  void add_desk() {
    CLI::App* sub = command(&app_, "init", "Make a desk at --data", [this](Session& s) { return init(s, init_); });
    sub->add_option("--partner", init_.partner, "The partner's name");
    sub->add_flag("--sandbox", init_.sandbox, "Give it a clock of its own");
    sub->add_option("--policy", init_.policy, "The pack that governs (default csp-2020)");
    command(&app_, "desk", "What every reservation would give back today, the allowance, what expires", [](Session& s) { return desk(s); });
  }

  void add_imports() {
    CLI::App* parent = group("import", "Take in lists and price files");
    const auto add = [&](const char* name, const char* help, ImportKind kind) {
      CLI::App* sub = command(parent, name, help, [this, kind](Session& s) {
        import_.kind = kind;
        return import_files(s, import_);
      });
      sub->add_option("files", import_.files, "Files; - is standard input")->required();
      return sub;
    };
    CLI::App* azure = add("azure", "Reservations and orders, as az or the REST API list them", ImportKind::azure);
    azure->add_option("--customer", import_.customer, "Whose tenant these lists are of");
    azure->add_option("--as-of", import_.as_of, "The day the lists were made (default today)")->type_name("DAY");
    add("customers", "Customers: Partner Center JSON, or CSV with id,name,domain,country,currency,offer_type", ImportKind::customers);
    add("prices", "Price lists: retail price JSON or the reservation catalog CSV", ImportKind::prices);
    add("ratios", "Instance size flexibility ratios (CSV)", ImportKind::ratios);
    add("rates", "Exchange rates: CSV with date,from,to,rate", ImportKind::rates);
  }

  void add_customers() {
    CLI::App* parent = group("customer", "The customers: list, show, set their prices");
    CLI::App* list = command(parent, "list", "By name", [this](Session& s) { return customer_list(s, list_); });
    list->add_option("text", list_.text, "In the name or domain");
    list->add_option("--limit", list_.limit, "Rows on a page")->check(whole_number(1, 100'000));
    list->add_option("--after", list_.after, "The cursor that the page before ended with");
    CLI::App* show = command(parent, "show", "One customer: its reservations, allowance and credits",
                             [this](Session& s) { return customer_show(s, id_); });
    show->add_option("customer", id_, kCustomer)->required();
    CLI::App* set = command(parent, "set", "The customer's price over cost, and the handling charge",
                            [this](Session& s) { return customer_set(s, customer_set_); });
    set->add_option("customer", customer_set_.id, kCustomer)->required();
    set->add_option("--price-ratio", customer_set_.price_ratio, "Customer price over cost for what is bought from now on: 1.10");
    set->add_option("--handling-rate", customer_set_.handling_rate, "Charge on a refund, of the customer's credit: 0.02");
  }

  void add_reservations() {
    CLI::App* parent = group("reservation", "The reservations: list, show, buy, split, merge, change");
    CLI::App* list = command(parent, "list", "With filters and sorting", [this](Session& s) { return reservation_list(s, list_); });
    list->add_option("--customer", list_.customer, kCustomer);
    list->add_option("--order", list_.order, "Of this reservation order");
    list->add_option("--state", list_.state, "Succeeded, Cancelled, Expired, ...")->check(one_of(words<ProvisioningState>()));
    list->add_option("--sku", list_.sku, "Size: Standard_D2s_v5");
    list->add_option("--region", list_.region, "westeurope");
    list->add_option("--product", list_.product, "VirtualMachines, SqlDatabases, ...");
    list->add_option("--name", list_.name, "How the name begins");
    list->add_option("--expires-from", list_.expires_from, "From this day on")->type_name("DAY");
    list->add_option("--expires-until", list_.expires_until, "Before this day")->type_name("DAY");
    list->add_option("--sort", list_.sort, "expiry, purchased, name, quantity, sku or region")->check(one_of(words<ReservationSort>()));
    list->add_flag("--descending", list_.descending, "From the other end");
    list->add_flag("--archived", list_.archived, "Only the archived ones");
    list->add_option("--limit", list_.limit, "Rows on a page")->check(whole_number(1, 100'000));
    list->add_option("--after", list_.after, "The cursor that the page before ended with");
    command(parent, "show", "The record: term, price, payments, scope, lineage", [this](Session& s) { return reservation_show(s, id_); })
        ->add_option("reservation", id_, kReservation)
        ->required();
    command(parent, "history", "Every numbered change, newest first", [this](Session& s) { return reservation_history(s, id_); })
        ->add_option("reservation", id_, kReservation)
        ->required();

    const auto change = [&](const char* name, const char* help, Result<int> (*run)(Session&, const ChangeOptions&)) {
      CLI::App* sub = command(parent, name, help, [this, run](Session& s) { return run(s, change_); });
      sub->add_option("reservation", change_.reservation, kReservation)->required();
      add_key(sub, change_.key);
      return sub;
    };
    change("split", "Into parts", reservation_split)
        ->add_option("quantities", change_.quantities, "Units of each part")
        ->required()
        ->check(whole_number(1, 1'000'000));
    change("merge", "Several of one order into one", reservation_merge)->add_option("others", change_.others, "The others")->required();
    change("rename", "Give it another name", reservation_rename)->add_option("name", change_.value, "The new name")->required();
    change("scope", "Shared, /subscriptions/ID[/resourceGroups/NAME] or a management group", reservation_scope)
        ->add_option("scope", change_.value, "The new scope")
        ->required();
    change("renewal", "Renew at the end of the term, or not", reservation_renewal)
        ->add_option("state", change_.value, "on or off")
        ->required()
        ->check(one_of({"on", "off"}));
    change("archive", "Put one that has ended out of sight, or back", reservation_archive)
        ->add_option("state", change_.value, "on or off")
        ->check(one_of({"on", "off"}))
        ->default_val("on");

    CLI::App* buy = command(parent, "buy", "At the price list's price today", [this](Session& s) { return reservation_buy(s, buy_); });
    buy->add_option("--customer", buy_.customer, kCustomer)->required();
    buy->add_option("--sku", buy_.sku, "Size, as in the price list: Standard_D2s_v5")->required();
    buy->add_option("--region", buy_.region, "westeurope")->required();
    buy->add_option("--product", buy_.product, "VirtualMachines, SqlDatabases, ...");
    buy->add_option("--term", buy_.term, "P1Y, P3Y or P5Y")->check(one_of({"P1Y", "P3Y", "P5Y"}));
    buy->add_option("--plan", buy_.plan, "Upfront or Monthly")->check(one_of(words<BillingPlan>()));
    buy->add_option("--quantity", buy_.quantity, "Units")->check(whole_number(1, 1'000'000));
    buy->add_option("--scope", buy_.scope, "Shared, or /subscriptions/ID[/resourceGroups/NAME]");
    buy->add_option("--name", buy_.name, "Its name (default: size, region and day)");
    add_key(buy, buy_.key);
  }

  void add_refunds() {
    CLI::App* parent = group("refund", "Quote a return, and do it");
    CLI::App* quote = command(parent, "quote", "What a return would give back now, step by step",
                              [this](Session& s) { return refund_quote(s, refund_); });
    quote->add_option("reservation", refund_.reservation, kReservation)->required();
    quote->add_option("-q,--quantity", refund_.quantity, "Units (default all)")->check(whole_number(1, 1'000'000));
    quote->add_option("--approved", refund_.approved, "As when executing this approved support request");
    quote->add_option("--hold", refund_.hold, "As when using up this hold on the allowance");
    quote->add_flag("--all-policies", refund_.all_policies, "Beside it the same case under every pack");
    CLI::App* ret = command(parent, "return", "Return units, once", [this](Session& s) { return refund_return(s, refund_); });
    ret->add_option("reservation", refund_.reservation, kReservation)->required();
    ret->add_option("-q,--quantity", refund_.quantity, "Units (default all)")->check(whole_number(1, 1'000'000));
    ret->add_option("--quote", refund_.quote, "Do exactly what this quote promised");
    ret->add_option("--approved", refund_.approved, "The approved support request that this executes");
    ret->add_option("--hold", refund_.hold, "The request's hold on the allowance, used up by this return");
    ret->add_flag("--accept-clip", refund_.accept_clip, "Go on even if the allowance cuts the refund");
    add_key(ret, refund_.key);
  }

  void add_exchanges() {
    CLI::App* parent = group("exchange", "Reservations for other reservations");
    const auto lines = [&](CLI::App* sub) {
      sub->add_option("--return", exchange_.returns, "RESERVATION or RESERVATION=UNITS; again for each")->allow_extra_args(false);
      sub->add_option("--buy", exchange_.purchases,
                      "SIZE,quantity=2,region=westeurope,term=P1Y,plan=Upfront,scope=Shared,name=..; again for each")
          ->allow_extra_args(false);
      sub->add_option("--approved", exchange_.approved, "The approved support request that this executes");
    };
    lines(command(parent, "quote", "What comes back, what the new ones cost, what is left to pay",
                  [this](Session& s) { return exchange_quote(s, exchange_); }));
    CLI::App* run = command(parent, "run", "Exchange, once", [this](Session& s) { return exchange_run(s, exchange_); });
    run->add_option("--quote", exchange_.quote, "Do exactly what this quote promised");
    lines(run);
    add_key(run, exchange_.key);
    command(parent, "show", "One exchange, its lines and its state", [this](Session& s) { return exchange_show(s, exchange_); })
        ->add_option("exchange", exchange_.quote)
        ->required();
    command(parent, "resume", "Finish or undo what a crash left half way", [](Session& s) { return exchange_resume(s); });
  }

  void add_requests() {
    CLI::App* parent = group("request", "Refunds and exchanges, asked for, filed, decided and executed once");
    const auto make = [&](const char* name, const char* help, Result<int> (*run)(Session&, const RequestOptions&)) {
      return command(parent, name, help, [this, run](Session& s) { return run(s, request_); });
    };
    const auto about = [&](const char* name, const char* help, Result<int> (*run)(Session&, const RequestOptions&)) {
      CLI::App* sub = make(name, help, run);
      sub->add_option("request", request_.number, "Its number: R-1017")->required();
      return sub;
    };
    const auto lines = [&](CLI::App* sub) {
      sub->add_option("--return", request_.returns, "RESERVATION or RESERVATION=UNITS; again for each")->allow_extra_args(false);
      sub->add_option("--buy", request_.purchases, "As those of 'exchange quote'; makes it an exchange; again for each")
          ->allow_extra_args(false);
      sub->add_flag("--exchange", request_.exchange, "An exchange, with nothing chosen yet");
      sub->add_option("--reason", request_.reason, "Why, in the customer's words");
    };
    const auto severity = [&](CLI::App* sub) {
      sub->add_option("--severity", request_.severity, "How soon the operator answers")->check(one_of(words<support::Severity>()));
    };

    CLI::App* ask = make("ask", "A customer asks; an agent takes it up", request_ask);
    lines(ask);
    severity(ask);
    add_key(ask, request_.key);
    CLI::App* begin = make("new", "Draft one from the record, or take up what was asked; with its quote", request_new);
    begin->add_option("request", request_.number, "What was asked and is taken up, or a draft that is changed");
    lines(begin);
    severity(begin);
    add_key(begin, request_.key);
    about("quote", "What it would bring now, and how that is worked out", request_quote);
    about("show", "One request: figures, people, steps, files and the conversation", request_show);

    CLI::App* list = make("list", "Requests, newest first or most pressing first", request_list);
    list->add_option("--customer", request_.customer, kCustomer);
    list->add_option("--state", request_.state, "In this state")->check(one_of(words<request::State>()));
    list->add_option("--kind", request_.kind, "Of this kind")->check(one_of(words<request::Kind>()));
    list->add_option("--assigned-to", request_.assigned, "This user's work");
    list->add_flag("--open", request_.open, "Not at their end yet");
    list->add_option("--due-before", request_.due_before, "The operator's answer is due before that day")->type_name("DAY");
    list->add_option("--search", request_.search, "In numbers, ids, sizes and reasons");
    list->add_option("--sort", request_.sort, "created or due")->check(one_of(words<RequestSort>()));
    paging(list, request_.limit, request_.after);

    CLI::App* submit = about("submit", "File it: the support request, and its hold on the allowance", request_submit);
    submit->add_option("--issue-type", request_.issue_type, "Step 1, Basics");
    submit->add_option("--problem-type", request_.problem_type, "Step 2, Problem");
    submit->add_option("--category", request_.category, "Step 2, Problem");
    submit->add_option("--first-name", request_.first_name, "Step 3, Contact information: the partner's person, never the customer's");
    submit->add_option("--last-name", request_.last_name, "Of that person");
    submit->add_option("--contact-by", request_.method, "email or phone")->check(one_of(words<support::ContactMethod>()));
    submit->add_option("--email", request_.email, "Of that person");
    submit->add_option("--phone", request_.phone, "Of that person; needed to be reached by phone");
    submit->add_option("--time-zone", request_.time_zone, "A Windows name: W. Europe Standard Time");
    submit->add_option("--country", request_.country, "Three letters: SWE");
    submit->add_option("--contact-language", request_.language, "sv-SE");
    submit->add_option("--additional-email", request_.additional_emails, "Who else is written to; again for each")->allow_extra_args(false);
    severity(submit);
    submit->add_flag("--accept-clip", request_.accept_clip, "Go on even if the allowance cuts the refund");
    add_key(submit, request_.key);

    CLI::App* approve = about("approve", "The second person's approval, above the desk's amount", request_approve);
    approve->add_option("--reason", request_.reason, "A note for the others");
    add_key(approve, request_.key);
    CLI::App* decide = about("decide", "The operator's decision; to approve executes it, once", request_decide);
    decide->add_option("decision", request_.decision, "approve or reject")->required()->check(one_of({"approve", "reject"}));
    decide->add_option("--reason", request_.reason, "Why; to reject takes one");
    add_key(decide, request_.key);
    CLI::App* reject = command(parent, "reject", "The same as 'decide R reject'", [this](Session& s) {
      request_.decision = "reject";
      return request_decide(s, request_);
    });
    reject->add_option("request", request_.number, "Its number: R-1017")->required();
    reject->add_option("--reason", request_.reason, "Why")->required();
    add_key(reject, request_.key);
    CLI::App* withdraw = about("withdraw", "Take it back; its hold is let go", request_withdraw);
    withdraw->add_option("--reason", request_.reason, "Why");
    add_key(withdraw, request_.key);
    add_key(about("agree", "To figures that have changed since; executes it where it is approved", request_agree), request_.key);
    CLI::App* say = about("say", "Something to the other side, in its conversation", request_say);
    say->add_option("text", request_.text, "What is said")->required();
    say->add_option("--subject", request_.subject, "About what (default the request's title)");
    say->add_flag("--operator", request_.as_operator, "On the operator's side: asks back");
    add_key(say, request_.key);
    about("attach", "A file that goes with it", request_attach)->add_option("file", request_.file, "Its path")->required();
    about("file", "The content of a file that goes with it, to standard output", request_file)
        ->add_option("file", request_.file, "Its name")
        ->required();
    about("assign", "Whose work it is", request_assign)->add_option("user", request_.user, "A user; nobody where left out");
    make("resume", "Go on with what a crash left half way, look after what is unknown, let go what ran out of time", request_resume)
        ->add_option("request", request_.number, "Only this one: R-1017");
    CLI::App* rules =
        make("rules", "From which amount a second person approves, and whether the policy stands for the operator", request_rules);
    rules->add_option("--approval-above", request_.approval_above, "USD, or none");
    rules->add_option("--automatic-approval", request_.automatic, "on or off")->check(one_of({"on", "off"}));
  }

  void add_roles() {
    CLI::App* parent = group("role", "Who may do what, where, and why");
    const char* scope = "A scope's path, or a reservation id";
    CLI::App* check =
        command(parent, "check", "Whether a user may do it there, and why", [this](Session& s) { return role_check(s, role_); });
    check->add_option("user", role_.user, "The e-mail address")->required();
    check->add_option("action", role_.action, "A right of the desk (quote, submit_request, ..) or an action by its name")->required();
    check->add_option("scope", role_.scope, scope)->required();
    check->add_option("--customer", role_.customer, "Whose, where the scope does not say");
    CLI::App* assign =
        command(parent, "assign", "Give a user a role there and below", [this](Session& s) { return role_assign(s, role_); });
    assign->add_option("user", role_.user, "The e-mail address")->required();
    assign->add_option("role", role_.role, "Reader, Reservations Administrator, ...")->required();
    assign->add_option("scope", role_.scope, scope)->required();
    command(parent, "list", "Who was given what where", [this](Session& s) {
      return role_list(s, role_);
    })->add_option("--user", role_.user, "Only this one's");
    command(parent, "remove", "Take one away", [this](Session& s) { return role_remove(s, role_); })
        ->add_option("assignment", role_.id, "Its id, from 'prorata role list'")
        ->required();
  }

  void add_allowance() {
    CLI::App* parent = group("allowance", "The yearly cap on a customer's refunds");
    command(parent, "show", "Meters, holds, and what comes back when", [this](Session& s) { return allowance_show(s, allowance_); })
        ->add_option("customer", allowance_.customer, kCustomer)
        ->required();
    CLI::App* hold = command(parent, "hold", "Set allowance aside for a request in flight",
                             [this](Session& s) { return allowance_hold(s, allowance_); });
    hold->add_option("customer", allowance_.customer, kCustomer)->required();
    hold->add_option("--refund", allowance_.amount, "USD on the refund meter")->required();
    hold->add_option("--cancelled", allowance_.cancelled, "USD on the cancelled commitment meter (default: the refund)");
    hold->add_option("--reference", allowance_.reference, "The request")->required();
    command(parent, "release", "Let a hold go", [this](Session& s) { return allowance_release(s, allowance_); })
        ->add_option("hold", allowance_.hold, "The hold's id, from 'prorata allowance show'")
        ->required();
  }

  void add_books() {
    CLI::App* parent = group("books", "The ledger: balances, journal, export");
    const auto filters = [&](CLI::App* sub) {
      sub->add_option("--customer", books_.customer, kCustomer);
      sub->add_option("--currency", books_.currency, "Only this one: SEK");
      sub->add_option("--from", books_.from, "From this day on")->type_name("DAY");
      sub->add_option("--until", books_.until, "Before this day")->type_name("DAY");
    };
    filters(command(parent, "balance", "What stands on each account", [this](Session& s) { return books_balance(s, books_); }));
    filters(command(parent, "journal", "Every entry", [this](Session& s) { return books_journal(s, books_); }));
    CLI::App* exported = command(parent, "export", "For hledger, ledger, beancount or a spreadsheet",
                                 [this](Session& s) { return books_export(s, books_); });
    filters(exported);
    exported->add_option("--format", books_.format, "hledger, ledger, beancount or csv")
        ->required()
        ->check(one_of({"hledger", "ledger", "beancount", "csv"}));
    exported->add_option("--file", books_.file, "Where to (default standard output)");
    CLI::App* credit = command(parent, "credit", "The provider's credit for a return has arrived",
                               [this](Session& s) { return books_credit(s, credit_); });
    credit->add_option("return", credit_.returned, kReturn)->required();
    credit->add_option("--invoice", credit_.invoice, "Where it stood")->required();
    credit->add_option("--to", credit_.to, "provider_payable: set off on the invoice; bank: paid out")
        ->check(one_of({"provider_payable", "bank"}));
    add_key(credit, credit_.key);

    CLI::App* settle = group("settle", "What customers are owed for returns");
    CLI::App* list = command(settle, "list", "Owed to whom, since when", [this](Session& s) { return settle_list(s, settle_); });
    list->add_option("--customer", settle_.customer, kCustomer);
    list->add_flag("--all", settle_.all, "The settled ones too");
    CLI::App* pay =
        command(settle, "pay", "Mark a return's credit as paid to the customer", [this](Session& s) { return settle_pay(s, settle_); });
    pay->add_option("return", settle_.returned, kReturn)->required();
    pay->add_option("--reference", settle_.reference, "Credit note or payment")->required();
    pay->add_option("--date", settle_.date, "Paid on (default today)")->type_name("DAY");
    pay->add_option("--method", settle_.method, "bank: paid out; receivable: set off")->check(one_of({"bank", "receivable"}));
    add_key(pay, settle_.key);

    CLI::App* audit = group("audit", "The trail of every change");
    command(audit, "verify", "Recompute chain, balances and allowance from the log", [](Session& s) { return audit_verify(s); });
    CLI::App* trail = command(audit, "list", "Who did what when", [this](Session& s) { return audit_list(s, audit_); });
    trail->add_option("--from", audit_.from, "Commit number")->check(whole_number(1, INT64_MAX));
    trail->add_option("--limit", audit_.limit, "How many")->check(whole_number(1, 1'000'000));
  }

  void add_policies() {
    CLI::App* parent = group("policy", "Packs of refund rules");
    command(parent, "list", "All packs", [](Session& s) { return policy_list(s); });
    command(parent, "show", "One pack, as a table", [this](Session& s) { return policy_show(s, id_); })
        ->add_option("pack", id_, "A pack of 'prorata policy list'")
        ->required();
    command(parent, "check", "A pack file, before it is used", [this](Session& s) { return policy_check(s, id_); })
        ->add_option("file", id_, "A pack as JSON")
        ->required();
    CLI::App* diff =
        command(parent, "diff", "Which cases two packs pay differently", [this](Session& s) { return policy_diff(s, id_, other_); });
    diff->add_option("a", id_, "A pack")->required();
    diff->add_option("b", other_, "Another")->required();
  }

  void add_serve() {
    CLI::App* sub =
        command(&app_, "serve", "Azure's APIs over this desk, by HTTPS, until SIGTERM", [this](Session& s) { return serve(s, serve_); });
    sub->add_option("--listen", serve_.listen, "Address and port; port 0 takes any free one")->type_name("HOST:PORT");
    sub->add_option("--status", serve_.status, "A port on 127.0.0.1 for /healthz, /readyz and /metrics, without TLS")->type_name("PORT");
    sub->add_flag("--sandbox", serve_.sandbox, "Clock, faults and reset below /sandbox; makes the desk where there is none");
    sub->add_option("--policy", serve_.policy, "The pack that governs this sandbox from now on");
    sub->add_option("--seed", serve_.seed, "demo, or a folder of lists: what an empty sandbox is filled with, and a reset goes back to");
    CLI::Option* certificate =
        sub->add_option("--certificate", serve_.certificate, "PEM, the server's first; it is read again when it changes")
            ->type_name("FILE");
    CLI::Option* key = sub->add_option("--key", serve_.key, "Its key, PEM")->type_name("FILE");
    certificate->needs(key);
    key->needs(certificate);
    sub->add_option("--tls-folder", serve_.tls_folder,
                    "Where the authority and certificate that are made here lie (default: tls in the desk's folder)")
        ->type_name("FOLDER");
    sub->add_option("--access-log", serve_.access_log, "A JSON object a request; - is standard error")->type_name("FILE");
    CLI::Option* issuer =
        sub->add_option("--issuer", serve_.issuers, "An OpenID provider whose tokens count too, as 'iss' names it; again for each")
            ->type_name("URL")
            ->allow_extra_args(false);
    CLI::Option* audience = sub->add_option("--audience", serve_.audiences, "What their tokens must be for; again for each")
                                ->type_name("NAME")
                                ->allow_extra_args(false);
    issuer->needs(audience);
    audience->needs(issuer);
    sub->add_option("--issuer-ca", serve_.issuer_authority, "PEM, to trust when asking them for their keys (default: the machine's)")
        ->type_name("FILE")
        ->needs(issuer);
    sub->add_flag("--openapi", serve_.openapi, "Print the OpenAPI document of what would be served, and end");
    sub->add_option("--threads", serve_.threads, "That serve sockets (default: one a core)")->check(whole_number(0, 256));
  }

  void add_accounts() {
    CLI::App* clients = group("client", "Programs that sign in at 'prorata serve'");
    CLI::App* create = command(clients, "create", "A client id and a secret, which is shown once",
                               [this](Session& s) { return client_create(s, client_); });
    create->add_option("--name", client_.name, "For people to tell it by");
    create->add_option(
        "--customer", client_.customer,
        "At whose tenant it signs in, and the only customer it sees (default in a sandbox: the first that has a subscription)");
    create
        ->add_option("--role", client_.roles, "admin_agent (default), another role of the desk, assignee or customer_user; again for each")
        ->allow_extra_args(false)
        ->check(one_of(words<access::Standing>()));
    create->add_flag("--all-customers", client_.all_customers, "Sees every customer, whose tenant ever it signs in at");
    paging(command(clients, "list", "By name", [this](Session& s) { return client_list(s, client_); }), client_.limit, client_.after);
    command(clients, "revoke", "Its secret and its tokens are worth nothing from now on",
            [this](Session& s) { return client_revoke(s, client_); })
        ->add_option("client", client_.id, "Its client id")
        ->required();

    CLI::App* users = group("user", "People who sign in");
    const auto password = [this](CLI::App* sub) {
      sub->add_option("--password-file", user_.password_file,
                      "Its first line is the password; - is standard input (default: one is made and shown)")
          ->type_name("FILE");
    };
    CLI::App* add = command(users, "add", "A person, by e-mail address", [this](Session& s) { return user_add(s, user_); });
    add->add_option("name", user_.name, "The e-mail address to sign in with")->required();
    add->add_option("--display", user_.display, "The name that others see");
    add->add_option("--role", user_.roles, "A role of the desk, or customer_user; again for each")
        ->allow_extra_args(false)
        ->check(one_of(words<access::Standing>()));
    add->add_option("--customer", user_.customer, "Sees this customer only");
    add->add_option("--reseller", user_.reseller, "Sees the customers of this reseller only");
    add->add_flag("--may-buy", user_.may_buy, "A customer's own user may buy");
    password(add);
    paging(command(users, "list", "By name", [this](Session& s) { return user_list(s, user_); }), user_.limit, user_.after);
    command(users, "disable", "May not sign in from now on", [this](Session& s) { return user_disable(s, user_); })
        ->add_option("name", user_.name, "The e-mail address")
        ->required();
    CLI::App* change =
        command(users, "password", "A new password; lets a disabled user in again", [this](Session& s) { return user_password(s, user_); });
    change->add_option("name", user_.name, "The e-mail address")->required();
    password(change);
  }

  void add_sandbox() {
    CLI::App* parent = group("clock", "The time at the desk; a sandbox has its own");
    command(parent, "show", "What time it is at this desk", [](Session& s) { return clock_show(s); });
    CLI::App* set = command(parent, "set", "Go to a moment (forward only)", [this](Session& s) { return clock_set(s, clock_); });
    set->add_option("at", clock_.at, "2026-03-31 or 2026-03-31T14:05:00Z")->required();
    set->add_flag("--freeze", clock_.freeze, "And stand still there");
    CLI::App* advance = command(parent, "advance", "Let time pass: instalments, expiries, renewals",
                                [this](Session& s) { return clock_advance(s, clock_); });
    advance->add_option("by", clock_.by, "10d, 3m, 1y or 12h")->required();
    command(parent, "due", "On any desk: charge instalments that fell due, end terms, renew", [](Session& s) { return clock_due(s); });
    CLI::App* demo = group("demo", "A made-up portfolio");
    command(demo, "load", "Into an empty sandbox", [](Session& s) { return demo_load(s); });
  }

  void add_batch() {
    CLI::App* sub = command(&app_, "price", "Price returns in bulk: a JSON object a line in, one a line out",
                            [this](Session& s) { return price(s, price_); });
    sub->add_option("file", price_.file, "Default standard input");
    sub->add_option("--threads", price_.threads, "Default: one a core")->check(whole_number(0, 256));
    CLI::App* completion = command(&app_, "completion", "A completion script for bash, zsh or fish", [this](Session&) -> Result<int> {
      const std::string script = TRY(completion_script(completion_.shell, command_tree(app_)));
      std::fwrite(script.data(), 1, script.size(), stdout);
      return 0;
    });
    completion->add_option("shell", completion_.shell, "bash, zsh or fish")->required()->check(one_of({"bash", "zsh", "fish"}));
  }

  void add_utilization() {
    CLI::App* parent = group("utilization", "Which usage hour is covered by which reservation");
    CLI::App* compute = command(parent, "compute", "From files to files, without a desk: cells.csv, uncovered.csv, summary.csv",
                                [this](Session& s) { return utilization_compute(s, compute_); });
    compute->add_option("--reservations", compute_.reservations, "JSON lines: id, region, size, quantity, scope, start, end")->required();
    compute->add_option("--usage", compute_.usage, "Usage files, packed or not; - is standard input; again for each")
        ->required()
        ->allow_extra_args(false);
    compute->add_option("--ratios", compute_.ratios, "Instance size flexibility ratios (CSV)")->required();
    compute->add_option("--out", compute_.out, "The folder for the answer; made where it is not there")->required();
    compute->add_option("--spill", compute_.spill, "What a reservation cannot cover: continue with the next one, or stop")
        ->check(one_of({"continue", "stop"}));
    compute
        ->add_option("--estimate", compute_.estimate, "Hours of files that count by the day: optimistic (spread) or pessimistic (stacked)")
        ->check(one_of(words<wire::Estimate>()));
    compute->add_option("--threads", compute_.threads, "Default: one a core")->check(whole_number(0, 256));
    CLI::App* explain = command(parent, "explain", "Why an hour of a reservation went where it went",
                                [this](Session& s) { return utilization_explain(s, advice_); });
    explain->add_option("reservation", advice_.reservation, kReservation)->required();
    explain->add_option("hour", advice_.hour, "Any moment in it: 2026-03-01T13:00:00Z")->required();
    add_history(explain);
    add_utilization_of_desk(parent);
  }

  void add_usage() {
    CLI::App* parent = group("usage", "Which machines ran: usage files that the desk keeps");
    CLI::App* import = command(parent, "import", "Take in usage files of any form; the same file again replaces what it gave",
                               [this](Session& s) { return usage_import(s, usage_); });
    import->add_option("files", usage_.files, "Files, packed or not, and folders of them")->required();
    import->add_option("--customer", usage_.customer, "Whose usage it is (default: whose subscription)");
    import->add_option("--threads", usage_.threads, "Default: one a core")->check(whole_number(0, 256));
    command(parent, "list", "What was imported", [](Session& s) { return usage_list(s); });
    command(parent, "coverage", "Of which hours usage is known", [this](Session& s) {
      return usage_coverage(s, usage_);
    })->add_option("--customer", usage_.customer, "One customer");
  }

  void add_utilization_of_desk(CLI::App* parent) {
    const auto asked = [this](CLI::App* sub) {
      sub->add_option("--customer", utilization_.customer, "One customer, or all");
      sub->add_option("--month", utilization_.month, "2026-03")->type_name("MONTH");
    };
    const auto days = [&](CLI::App* sub) {
      asked(sub);
      sub->add_option("--from", utilization_.from, "The first day")->type_name("DAY");
      sub->add_option("--until", utilization_.until, "The day after the last")->type_name("DAY");
    };
    CLI::App* run = command(parent, "run", "Compute what has changed", [this](Session& s) { return utilization_run(s, utilization_); });
    asked(run);
    run->add_option("--threads", utilization_.threads, "Default: one a core")->check(whole_number(0, 256));
    CLI::App* show = command(parent, "show", "How much of a reservation, or of a customer's, was used",
                             [this](Session& s) { return utilization_show(s, utilization_); });
    show->add_option("reservation", utilization_.reservation, "Reservation id");
    show->add_option("--grain", utilization_.grain, "daily or monthly")->check(one_of({"daily", "monthly"}));
    days(show);
    CLI::App* top =
        command(parent, "top", "The reservations that are used least", [this](Session& s) { return utilization_top(s, utilization_); });
    top->add_option("--limit", utilization_.limit, "How many")->check(whole_number(1, 100'000));
    days(top);
    CLI::App* out =
        command(parent, "export", "Every day of every reservation", [this](Session& s) { return utilization_export(s, utilization_); });
    out->add_option("--format", utilization_.format, "csv or json")->check(one_of({"csv", "json"}));
    days(out);
  }

  // A span of one customer's usage, out of the desk or out of files.
  void add_history(CLI::App* sub) {
    sub->add_option("--customer", advice_.customer, kCustomer);
    sub->add_option("--reservations", advice_.reservations, "Without a desk: JSON lines, as 'utilization compute' reads them");
    sub->add_option("--usage", advice_.usage, "Without a desk: usage files; again for each")->allow_extra_args(false);
    sub->add_option("--ratios", advice_.ratios, "Without a desk: instance size flexibility ratios (CSV)");
    sub->add_option("--estimate", advice_.estimate, "Hours of usage that is known by the day: optimistic or pessimistic")
        ->check(one_of(words<wire::Estimate>()));
  }

  void add_recommend() {
    CLI::App* parent = group("recommend", "What to do about reservations, with the hours and prices behind it");
    const auto advice = [&](const char* name, const char* help, Result<int> (*answer)(Session&, const AdviceOptions&)) {
      CLI::App* sub = command(parent, name, help, [this, answer](Session& s) { return answer(s, advice_); });
      add_history(sub);
      sub->add_option("--from", advice_.from, "The first day of the history (default: of the usage)");
      sub->add_option("--until", advice_.until, "The day after its last one");
      return sub;
    };
    const auto priced = [this](CLI::App* sub) {
      sub->add_option("--prices", advice_.prices, "Price lists with what an hour costs without a reservation; again for each")
          ->allow_extra_args(false);
      sub->add_option("--currency", advice_.currency, "Of the prices (default: that of the first)");
    };
    const auto bought = [&](CLI::App* sub) {
      priced(sub);
      sub->add_option("--size", advice_.size, "To reserve (default: the smallest of each pool that is in use and has a price)");
      sub->add_option("--term", advice_.term, "P1Y, P3Y or P5Y");
    };
    bought(advice("buy", "How many units of each pool would have cost least", recommend_buy));
    priced(advice("resize", "Machines that would fit an idle reservation in another size", recommend_resize));
    priced(advice("rescope", "Wider scopes under which idle hours would be used", recommend_rescope));
    advice("return", "Units that nobody needed, and what they give back today", recommend_return);
    bought(advice("exchange", "The same units, exchanged for what is worth buying", recommend_exchange));
  }

  static CommandNode command_tree(const CLI::App& app) {
    CommandNode node{.name = app.get_name(), .help = app.get_description()};
    for (const CLI::Option* option : app.get_options()) {
      const std::string short_name = option->get_snames().empty() ? "" : '-' + option->get_snames().front();
      for (const std::string& name : option->get_lnames())
        node.options.push_back(
            {"--" + name, short_name, option->get_description(), words_of(*option), option->get_items_expected_max() != 0});
      if (option->get_positional() && node.values.empty()) node.values = words_of(*option);
    }
    for (const CLI::App* sub : app.get_subcommands({})) node.children.push_back(command_tree(*sub));
    return node;
  }

  CLI::App app_;
  Globals globals_;
  Action action_;
  InitOptions init_;
  ImportOptions import_;
  ListOptions list_;
  CustomerSetOptions customer_set_;
  ChangeOptions change_;
  BuyOptions buy_;
  RefundOptions refund_;
  ExchangeOptions exchange_;
  RequestOptions request_;
  RoleOptions role_;
  AllowanceOptions allowance_;
  BooksOptions books_;
  CreditOptions credit_;
  SettleOptions settle_;
  AuditOptions audit_;
  ServeOptions serve_;
  ClientOptions client_;
  UserOptions user_;
  ClockOptions clock_;
  PriceOptions price_;
  CompletionOptions completion_;
  ComputeOptions compute_;
  AdviceOptions advice_;
  UsageImportOptions usage_;
  UtilizationOptions utilization_;
  std::string id_;
  std::string other_;
};

}  // namespace

namespace {

// What was printed must have arrived: a list cut off by a full disk is no success.
int with_output_flushed(int code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  const std::string why = errno == 0 ? "" : fmt::format(" ({})", std::strerror(errno));
  fmt::print(stderr, "prorata: standard output could not be written to its end{}; look whether its disk is full\n", why);
  return code == 0 ? wire::exit_code(Code::storage_full) : code;
}

}  // namespace

int run(int argc, char** argv) {
  Tree tree;
  try {
    tree.app().parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help and --version
    tree.app().exit(asked, std::cout, std::cerr);
    std::cout.flush();
    return with_output_flushed(0);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "prorata: {}\n", explain(tree.app(), error));
    return wire::exit_code(Code::invalid_argument);
  }
  Session session(tree.globals());
  const Result<int> code = tree.action()(session);
  if (code) return with_output_flushed(*code);
  std::fflush(stdout);
  fmt::print(stderr, "prorata: {}\n", code.error().text());
  return wire::exit_code(code.error().code);
}

}  // namespace prorata::cli
