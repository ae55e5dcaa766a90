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
#include "cli/settlement_commands.h"
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
    add_settlement();
    add_policies();
    add_serve();
    add_accounts();
    add_roles();
    add_notifications();
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
    CLI::App* whole = command(&app_, "desk", "What every reservation would give back today, the allowance, what expires",
                              [](Session& s) { return desk(s); });
    whole->final_callback([this, whole] {
      if (whole->get_subcommands().empty()) action_ = [](Session& s) { return desk(s); };  // otherwise that one has said what to do
    });
    CLI::App* over = command(whole, "overview", "One line a customer: what expires, is badly used, could be given back, is open or owed",
                             [this](Session& s) { return desk_overview_command(s, overview_); });
    over->add_option("text", overview_.text, "In the customer's name");
    over->add_option("--customer", overview_.customer, kCustomer);
    over->add_flag("--expiring", overview_.expiring, "With something that expires within 90 days");
    over->add_flag("--badly-used", overview_.badly_used, "With a reservation below the threshold over 30 days");
    over->add_flag("--refundable", overview_.refundable, "With something that would give back money today");
    over->add_flag("--with-requests", overview_.requests, "With open requests");
    over->add_flag("--with-credits", overview_.credits, "With a credit that the provider or the partner owes");
    over->add_option("--sort", overview_.sort, "name, expiring, badly_used, refundable, requests, credits or allowance")
        ->check(one_of(words<OverviewSort>()));
    over->add_option("--limit", overview_.limit, "Rows on a page")->check(whole_number(1, 100'000));
    over->add_option("--after", overview_.after, "The cursor that the page before ended with");
    over->add_flag("--as-is", overview_.as_is, "As it was computed last, without looking what has changed");
    CLI::App* find = command(&app_, "search", "Customers, reservations, orders and support requests by name, id or number",
                             [this](Session& s) { return search(s, search_); });
    find->add_option("text", search_.text, "A part of a customer's name or domain; how another name, an id or a number begins")->required();
    find->add_option("--limit", search_.limit, "Of each kind")->check(whole_number(1, 1'000));
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
    add("ratios", "Instance size flexibility ratios (CSV)", ImportKind::ratios)
        ->add_option("--from", import_.from, "The day from which rows count that do not say (default: they always did)")
        ->type_name("DAY");
    add("rates", "Exchange rates: CSV with date,from,to,rate", ImportKind::rates);
    add("statements", "Microsoft's daily statement of what reservations were used: the ReservationDetails export (CSV)",
        ImportKind::statements);
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
    CLI::App* allow = command(parent, "allow-buying", "Whether the customer's own people who may buy do buy",
                              [this](Session& s) { return customer_allow_buying(s, customer_buying_); });
    allow->add_option("customer", customer_buying_.id, kCustomer)->required();
    allow->add_option("state", customer_buying_.state, "on or off; every customer begins with off")
        ->required()
        ->check(one_of({"on", "off"}));
    CLI::App* set = command(parent, "set", "The customer's price over cost, and the handling charge",
                            [this](Session& s) { return customer_set(s, customer_set_); });
    set->add_option("customer", customer_set_.id, kCustomer)->required();
    set->add_option("--price-ratio", customer_set_.price_ratio, "Customer price over cost for what is bought from now on: 1.10");
    set->add_option("--handling-rate", customer_set_.handling_rate, "Charge on a refund, of the customer's credit: 0.02");
    add_terms(parent);
  }

  // Whom credit notes name.
  template <class Options>
  static void add_party(CLI::App* sub, Options& options) {
    sub->add_option("--name", options.name, "As it stands on paper");
    sub->add_option("--address", options.address, "A line of the address; again for each")->allow_extra_args(false);
    sub->add_option("--organisation-number", options.organisation_number, "Of the company register");
    sub->add_option("--vat-number", options.vat_number, "With its country: SE556677889901");
    sub->add_option("--country", options.country, "In two letters: SE");
    sub->add_option("--document-language", options.language, "Of papers: en or sv")->check(one_of({"en", "sv"}));
  }

  void add_terms(CLI::App* customer) {
    CLI::App* parent = customer->add_subcommand("terms", "What was agreed with a customer, for a product or for everything");
    parent->fallthrough()->require_subcommand(1)->group("Commands");
    command(parent, "show", "Prices, charges and the credit rule in force", [this](Session& s) { return customer_terms_show(s, terms_); })
        ->add_option("customer", terms_.customer, kCustomer)
        ->required();
    CLI::App* set = command(parent, "set", "From now on; what was bought or returned before stays",
                            [this](Session& s) { return customer_terms_set(s, terms_); });
    set->add_option("customer", terms_.customer, kCustomer)->required();
    set->add_option("--product", terms_.product, "VirtualMachines (default: everything without a rule of its own)");
    set->add_option("--price-ratio", terms_.price_ratio, "Customer price over cost: 1.10");
    set->add_option("--handling-rate", terms_.handling_rate, "Charge on a refund, of the customer's credit: 0.02");
    set->add_option("--credit", terms_.credit, "How the customer's credit follows the provider's refund")
        ->check(one_of(words<books::CreditRule>()));
    add_party(set, terms_);
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
    CLI::App* quote =
        command(parent, "quote", "What a return would give back now, step by step; or what each of many would", [this](Session& s) {
          if (!quote_all_) return refund_quote(s, refund_);
          bulk_.approved = refund_.approved;
          return refund_quote_all(s, bulk_);
        });
    CLI::Option* one = quote->add_option("reservation", refund_.reservation, kReservation);
    CLI::Option* all = quote->add_flag("--all", quote_all_, "Every living reservation, one line each, narrowed by the filters below");
    one->excludes(all);
    quote->add_flag("--dry-run", bulk_.dry_run, "With --all: only say it; otherwise a quote is kept for each that can be returned")
        ->needs(all);
    quote->add_option("--customer", bulk_.list.customer, kCustomer)->needs(all);
    quote->add_option("--sku", bulk_.list.sku, "With --all: size")->needs(all);
    quote->add_option("--region", bulk_.list.region, "With --all: westeurope")->needs(all);
    quote->add_option("--product", bulk_.list.product, "With --all: VirtualMachines, ...")->needs(all);
    quote->add_option("--name", bulk_.list.name, "With --all: how the name begins")->needs(all);
    quote->add_option("--expires-from", bulk_.list.expires_from, "With --all: from this day on")->needs(all)->type_name("DAY");
    quote->add_option("--expires-until", bulk_.list.expires_until, "With --all: before this day")->needs(all)->type_name("DAY");
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

    const auto contact = [&](CLI::App* sub) {
      sub->add_option("--first-name", request_.first_name, "Step 3, Contact information: the partner's person, never the customer's");
      sub->add_option("--last-name", request_.last_name, "Of that person");
      sub->add_option("--contact-by", request_.method, "email or phone")->check(one_of(words<support::ContactMethod>()));
      sub->add_option("--email", request_.email, "Of that person");
      sub->add_option("--phone", request_.phone, "Of that person; needed to be reached by phone");
      sub->add_option("--time-zone", request_.time_zone, "A Windows name: W. Europe Standard Time");
      sub->add_option("--country", request_.country, "Three letters: SWE");
      sub->add_option("--contact-language", request_.language, "sv-SE");
      sub->add_option("--additional-email", request_.additional_emails, "Who else is written to; again for each")->allow_extra_args(false);
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
    contact(submit);
    severity(submit);
    submit->add_flag("--accept-clip", request_.accept_clip, "Go on even if the allowance cuts the refund");
    add_key(submit, request_.key);

    CLI::App* bulk =
        make("bulk", "Refunds of many: the allowance shared out in their order, all results first, a request for each", request_bulk);
    bulk->add_option("file", request_.lines_file,
                     "RESERVATION or RESERVATION=UNITS a line, in the order to be served; - for standard input");
    bulk->add_option("--return", request_.returns, "The same as an option, after those of the file; again for each")
        ->allow_extra_args(false);
    bulk->add_flag("--dry-run", request_.dry_run, "Only say what would come of it; nothing is written");
    bulk->add_option("--reason", request_.reason, "Why, in the customer's words");
    contact(bulk);
    severity(bulk);
    bulk->add_flag("--accept-clip", request_.accept_clip, "Go on even where the allowance cuts a refund");
    add_key(bulk, request_.key);

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
    CLI::App* note = command(settle, "note", "Mark a whole credit note as paid", [this](Session& s) { return note_settle(s, note_); });
    note->add_option("number", note_.number, "CN-1")->required();
    note->add_option("--reference", note_.reference, "Of the payment")->required();
    note->add_option("--date", note_.date, "Paid on (default today)")->type_name("DAY");
    note->add_option("--method", note_.method, "bank: paid out; receivable: set off")->check(one_of({"bank", "receivable"}));
    add_key(note, note_.key);

    CLI::App* audit = group("audit", "The trail of every change");
    command(audit, "verify", "Recompute chain, balances and allowance from the log", [](Session& s) { return audit_verify(s); });
    CLI::App* trail = command(audit, "list", "Who did what when", [this](Session& s) { return audit_list(s, audit_); });
    trail->add_option("--from", audit_.from, "Commit number")->check(whole_number(1, INT64_MAX));
    trail->add_option("--limit", audit_.limit, "How many")->check(whole_number(1, 1'000'000));
  }

  void add_settlement() {
    CLI::App* settlement = group("settlement", "The partner's own settings for invoices and credit notes");
    CLI::App* profile = settlement->add_subcommand("profile", "Who the partner is on paper, its bank, VAT and tolerances");
    profile->fallthrough()->require_subcommand(1)->group("Commands");
    command(profile, "show", "As it is set", [](Session& s) { return settlement_profile_show(s); });
    CLI::App* set = command(profile, "set", "Sets what is named", [this](Session& s) { return settlement_profile_set(s, profile_); });
    add_party(set, profile_);
    set->add_option("--email", profile_.email, "Where to ask");
    set->add_option("--iban", profile_.iban, "Account");
    set->add_option("--bic", profile_.bic, "Of its bank");
    set->add_option("--bankgiro", profile_.bankgiro, "The Swedish way to be paid");
    set->add_option("--series", profile_.series, "Letters before the numbers of credit notes: CN");
    set->add_option("--vat", profile_.vat,
                    "COUNTRY=RATE or COUNTRY=reverse, then ,TEXT|SWEDISH TEXT; * is every other country; again for each")
        ->allow_extra_args(false);
    set->add_option("--missing-days", profile_.missing_days, "Days after a return until its credit is missed")
        ->check(whole_number(0, 3650));
    set->add_option("--tolerance-minor", profile_.tolerance_minor, "Minor units that a credit may be off in its own currency")
        ->check(whole_number(0, 1'000'000));
    set->add_option("--tolerance-across", profile_.tolerance_across, "Share that it may be off in another currency: 0.01");

    CLI::App* invoice = group("invoice", "The provider's invoices, and what of them was expected");
    CLI::App* import = command(invoice, "import", "Take in line items (JSON) or reconciliation files (CSV), all as one",
                               [this](Session& s) { return invoice_import(s, invoice_); });
    import->add_option("files", invoice_.files, "Files of whole invoices")->required();
    import->add_option("--invoice", invoice_.number, "Of lines that name none");
    CLI::App* match = command(invoice, "match", "Look at all again, and for credits that should have come",
                              [this](Session& s) { return invoice_match(s, invoice_); });
    match->add_option("invoice", invoice_.number, "Only this one");
    command(invoice, "list", "What was taken in", [](Session& s) { return invoice_list(s); });
    CLI::App* show = command(invoice, "show", "Its lines", [this](Session& s) { return invoice_show(s, invoice_); });
    show->add_option("invoice", invoice_.number, "Its number")->required();
    show->add_option("--state", invoice_.state, "Only such lines")->check(one_of(words<LineState>()));
    show->add_option("--limit", invoice_.limit, "Rows on a page")->check(whole_number(1, 100'000));
    show->add_option("--after", invoice_.after, "The cursor that the page before ended with");
    CLI::App* differences = command(invoice, "differences", "Lines of reservations that are not as expected",
                                    [this](Session& s) { return invoice_differences(s, invoice_); });
    differences->add_option("invoice", invoice_.number, "Only this one");
    CLI::App* assign =
        command(invoice, "assign", "Decide which return a credit is of", [this](Session& s) { return invoice_assign(s, invoice_); });
    assign->add_option("line", invoice_.line, "INVOICE/NUMBER, from 'prorata invoice differences'")->required();
    assign->add_option("return", invoice_.returned, "The return's id, from 'prorata credits list'")->required();
    assign->add_flag("--accept-difference", invoice_.accept_difference, "Take it as the whole though the amount is another");

    CLI::App* credits = group("credits", "What the provider owes for returns");
    CLI::App* list =
        command(credits, "list", "Expected, arrived, missing since when", [this](Session& s) { return credits_list(s, credits_); });
    list->add_option("--customer", credits_.customer, kCustomer);
    list->add_flag("--all", credits_.all, "Those that arrived too");
    add_notes();

    CLI::App* account = app_.add_subcommand("statement", "What was charged, credited and settled with a customer in a period");
    account->fallthrough()->group("Commands");
    account->final_callback([this] { action_ = [this](Session& s) { return statement(s, statement_); }; });
    account->add_option("customer", statement_.customer, kCustomer)->required();
    account->add_option("--from", statement_.from, "From this day on (default: the month before this one)")->type_name("DAY");
    account->add_option("--until", statement_.until, "Before this day")->type_name("DAY");
    account->add_option("--currency", statement_.currency, "Default: the customer's");
    account->add_option("--document-language", statement_.language, "Of the document (default: the partner's)")
        ->check(one_of({"en", "sv"}));
    account->add_option("--pdf", statement_.pdf, "As a document too, into this file; - is standard output")->type_name("FILE");
  }

  void add_notes() {
    CLI::App* parent = group("credit-note", "The papers on which customers read what they get for returns");
    CLI::App* issue = command(parent, "issue", "For all that is owed and on no note, or for the returns named",
                              [this](Session& s) { return note_issue(s, note_); });
    issue->add_option("customer", note_.customer, kCustomer)->required();
    issue->add_option("--return", note_.returns, "Only this return; again for each")->allow_extra_args(false);
    issue->add_option("--currency", note_.currency, "Where several are owed: SEK");
    issue->add_option("--reference", note_.reference, "The customer's own");
    issue->add_option("--document-language", note_.language, "en or sv (default: the customer's, else the partner's)")
        ->check(one_of({"en", "sv"}));
    add_key(issue, note_.key);
    CLI::App* list = command(parent, "list", "By number", [this](Session& s) { return note_list(s, note_); });
    list->add_option("--customer", note_.customer, kCustomer);
    const auto one = [this](CLI::App* sub) { sub->add_option("number", note_.number, "CN-1")->required(); };
    one(command(parent, "show", "One note with its lines", [this](Session& s) { return note_show(s, note_); }));
    CLI::App* reverse = command(parent, "reverse", "Take a note back by another", [this](Session& s) { return note_reverse(s, note_); });
    one(reverse);
    reverse->add_option("--reason", note_.reason, "Stands on it")->required();
    add_key(reverse, note_.key);
    CLI::App* pdf = command(parent, "pdf", "The paper as it was issued", [this](Session& s) { return note_pdf(s, note_); });
    one(pdf);
    pdf->add_option("--file", note_.file, "Where to (default NUMBER.pdf); - is standard output");
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
    CLI::App* load = command(demo, "load", "Into an empty sandbox", [this](Session& s) { return demo_load(s, demo_); });
    load->add_flag("--large", demo_.large, "A partner of size: 320 customers, 10,000 reservations, a year of usage, open requests");
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
    run->add_option("--lease", utilization_.lease_seconds, "Seconds after which others do what this process leaves behind")
        ->check(whole_number(1, 86'400));
    CLI::App* show = command(parent, "show", "How much of a reservation, or of a customer's, was used",
                             [this](Session& s) { return utilization_show(s, utilization_); });
    show->add_option("reservation", utilization_.reservation, "Reservation id");
    show->add_option("--grain", utilization_.grain, "daily or monthly")->check(one_of({"daily", "monthly"}));
    days(show);
    CLI::App* compare = command(parent, "compare", "Every day beside Microsoft's own statement, with the difference",
                                [this](Session& s) { return utilization_compare(s, utilization_); });
    compare->add_option("reservation", utilization_.reservation, "Reservation id (default: all of which there is a statement)");
    days(compare);
    CLI::App* top =
        command(parent, "top", "The reservations that are used least", [this](Session& s) { return utilization_top(s, utilization_); });
    top->add_option("--limit", utilization_.limit, "How many")->check(whole_number(1, 100'000));
    days(top);
    CLI::App* out =
        command(parent, "export", "Every day of every reservation", [this](Session& s) { return utilization_export(s, utilization_); });
    out->add_option("--format", utilization_.format, "csv or json")->check(one_of({"csv", "json"}));
    days(out);
  }

  void add_notifications() {
    CLI::App* mail = group("mail", "How this desk sends mail, to the partner's people only");
    CLI::App* set = command(mail, "set", "The mail server and the sender, and from when on the desk speaks up",
                            [this](Session& s) { return mail_set(s, mail_); });
    set->add_option("--smtp", mail_.smtp, "The server, with STARTTLS: mail.partner.example:587")->type_name("HOST[:PORT]");
    set->add_option("--from", mail_.from, "The sender: desk@partner.example, or 'Desk <desk@partner.example>'");
    set->add_option("--user", mail_.user, "To sign in with; the password comes from --password-file or PRORATA_SMTP_PASSWORD");
    set->add_option("--password-file", mail_.password_file, "Whose first line is the password; only its path is kept")->type_name("FILE");
    set->add_option("--authority", mail_.authority, "PEM of whom to trust, for mail and webhooks (default: whom the machine trusts)")
        ->type_name("FILE");
    set->add_option("--without-tls", mail_.without_tls, "true: no STARTTLS, for a server on this machine");
    set->add_option("--low-utilization", mail_.low_utilization, "Per cent below which a reservation is badly used");
    set->add_option("--allowance", mail_.allowance, "Per cent of the refund limit from which it is nearly used");
    set->add_option("--credit-days", mail_.credit_days, "Days after which a credit that has not come is overdue");
    set->add_flag("--off", mail_.off, "No mail any more");
    command(mail, "show", "These settings", [](Session& s) { return mail_show(s); });

    CLI::App* hook = group("webhook", "Programs that are told of events by HTTP");
    CLI::App* add =
        command(hook, "add", "Tell this address; its secret is shown once", [this](Session& s) { return webhook_add(s, webhook_); });
    add->add_option("url", webhook_.url, "https://...; http:// to this machine only")->required();
    add->add_option("--kinds", webhook_.kinds, "request.changed,credit,... (default: every kind)");
    add->add_option("--customer", webhook_.customer, kCustomer);
    add->add_flag("--private", webhook_.allow_private, "It may lie in a private network");
    command(hook, "list", "All of them", [](Session& s) { return webhook_list(s); });
    const auto one = [&](const char* name, const char* help, Result<int> (*run)(Session&, const WebhookOptions&)) {
      CLI::App* sub = command(hook, name, help, [this, run](Session& s) { return run(s, webhook_); });
      sub->add_option("webhook", webhook_.id, "Its id")->required();
      return sub;
    };
    one("remove", "Tell it nothing any more", webhook_remove);
    one("test", "Send it a test event now", webhook_test);
    CLI::App* list = command(hook, "deliveries", "What was sent, or waits, newest first",
                             [this](Session& s) { return webhook_deliveries(s, webhook_); });
    list->add_option("target", webhook_.id, "A webhook's id, or a user's (default: all)");
    list->add_option("--state", webhook_.state, "gathered, waiting, delivered or dead")->check(one_of(words<DeliveryState>()));
    list->add_option("--limit", webhook_.limit, "Rows on a page")->check(whole_number(1, 100'000));
    list->add_option("--after", webhook_.after, "The cursor that the page before ended with");
    CLI::App* replay = command(hook, "replay", "Send a delivery that is over again, or all dead ones of a webhook",
                               [this](Session& s) { return webhook_replay(s, webhook_); });
    replay->add_option("id", webhook_.id, "The delivery's id; with --dead the webhook's")->required();
    replay->add_flag("--dead", webhook_.dead, "All dead ones of that webhook");

    CLI::App* parent = group("notify", "What users are told by mail, and delivering by hand");
    CLI::App* choices =
        command(parent, "choices", "What a user wants to be told, and how", [this](Session& s) { return notify_choices(s, choices_); });
    choices->add_option("user", choices_.user, "The user's name")->required();
    choices->add_option("--mail", choices_.mail, "none, immediately, or daily for one mail a day")->check(one_of(words<MailWhen>()));
    choices->add_option("--kinds", choices_.kinds, "request.changed,credit,...; all for every kind");
    choices->add_option("--mail-language", choices_.language, "en or sv")->check(one_of(words<Language>()));
    choices->add_option("--email", choices_.email, "Where it goes (default: the name)");
    command(parent, "deliver", "Deliver what is due, for a desk that is not served", [](Session& s) { return notify_deliver(s); });
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
  CustomerBuyingOptions customer_buying_;
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
  TermsOptions terms_;
  ProfileOptions profile_;
  InvoiceOptions invoice_;
  CreditsOptions credits_;
  NoteOptions note_;
  StatementOptions statement_;
  AuditOptions audit_;
  ServeOptions serve_;
  DemoOptions demo_;
  ClientOptions client_;
  UserOptions user_;
  OverviewOptions overview_;
  SearchOptions search_;
  BulkOptions bulk_;
  bool quote_all_ = false;
  MailOptions mail_;
  WebhookOptions webhook_;
  ChoicesOptions choices_;
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
