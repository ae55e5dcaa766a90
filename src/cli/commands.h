// Every command of `prorata`: what it is asked (a plain struct the command line fills) and the function that does it.
//
// A command writes its answer to standard output and nothing else; progress and warnings go to standard error. It returns an error
// for main to print ("prorata: ...") with the exit code of the one error table (wire/error_table.h), or an exit code of its own:
// 0 done, 1 done with refused records or a refused quote.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/app.h"
#include "base/error.h"
#include "base/text.h"
#include "policy/pack.h"

namespace prorata::cli {

enum class Format { table, json, csv, tsv };

struct Globals {
  std::string data;      // --data, PRORATA_DATA or the config file
  std::string usage;     // a folder for usage files; empty: DIR/usage of a desk in a folder
  std::string policies;  // a folder of packs; empty: the ones in the program
  Format format = Format::table;
  Language language = Language::english;
  std::int64_t lock_wait_seconds = 30;  // for the desk's one writer
  std::string actor;
  std::string as;     // a user of the desk whose rights count; empty: the desk's owner, who may do everything
  std::string files;  // a folder for the contents of files; empty: DIR/files of a desk in a folder
};

// The desk a command works on: opened when first asked for.
class Session {
 public:
  explicit Session(Globals globals);
  ~Session();

  const Globals& globals() const { return globals_; }
  Result<const policy::PackSet*> packs();
  Result<App*> app();     // opens the store at --data
  Result<App*> create();  // makes it where there is none

 private:
  Result<App*> open(bool create);
  struct Opened;
  Globals globals_;
  std::unique_ptr<policy::PackSet> packs_;
  std::unique_ptr<Opened> opened_;
};

struct InitOptions {
  std::string partner = "Our desk";
  bool sandbox = false;
  std::string policy;
};
Result<int> init(Session& session, const InitOptions& options);
Result<int> desk(Session& session);

enum class ImportKind { azure, customers, prices, ratios, rates, statements };
struct ImportOptions {
  ImportKind kind = ImportKind::azure;
  std::vector<std::string> files;
  std::string customer;
  std::string as_of;
  std::string from;  // ratios
};
// The lists of a folder, in the order in which they need each other: rates*, ratios*, prices*, customers*, reservations*, the last with the
// tenant id at the end of its name where the list does not say. Errors: not_found; invalid_data where a record is refused.
Result<void> import_folder(App& app, const std::string& folder);
Result<int> import_files(Session& session, const ImportOptions& options);

struct ListOptions {
  std::string text;
  std::string customer, order, state, sku, region, product, name;
  std::string expires_from, expires_until;
  std::string sort = "expiry";
  bool descending = false;
  bool archived = false;
  std::int64_t limit = 50;
  std::string after;
};
Result<int> customer_list(Session& session, const ListOptions& options);
Result<int> customer_show(Session& session, const std::string& id);
struct CustomerSetOptions {
  std::string id;
  std::string price_ratio;    // "1.10"
  std::string handling_rate;  // "0.02"
};
Result<int> customer_set(Session& session, const CustomerSetOptions& options);

struct CustomerBuyingOptions {
  std::string id;
  std::string state;  // "on" or "off"
};
Result<int> customer_allow_buying(Session& session, const CustomerBuyingOptions& options);
Result<int> reservation_list(Session& session, const ListOptions& options);
Result<int> reservation_show(Session& session, const std::string& id);
Result<int> reservation_history(Session& session, const std::string& id);

struct ChangeOptions {
  std::string reservation;
  std::vector<std::string> others;       // merge
  std::vector<std::int64_t> quantities;  // split
  std::string value;                     // name, scope id, on|off
  std::string key;
};
Result<int> reservation_split(Session& session, const ChangeOptions& options);
Result<int> reservation_merge(Session& session, const ChangeOptions& options);
Result<int> reservation_rename(Session& session, const ChangeOptions& options);
Result<int> reservation_scope(Session& session, const ChangeOptions& options);
Result<int> reservation_renewal(Session& session, const ChangeOptions& options);
Result<int> reservation_archive(Session& session, const ChangeOptions& options);

struct BuyOptions {
  std::string customer, sku, region, product = "VirtualMachines", term = "P1Y", plan = "Upfront", scope = "Shared", name, key;
  std::int64_t quantity = 1;
};
Result<int> reservation_buy(Session& session, const BuyOptions& options);

struct RefundOptions {
  std::string reservation;
  std::int64_t quantity = 0;  // 0: all units
  std::string quote;          // execute what this quote promised
  std::string approved;       // the approved support request that is executed
  std::string hold;           // that request's hold on the allowance
  bool accept_clip = false;
  bool all_policies = false;  // quote: the same case under every pack
  std::string key;
};
Result<int> refund_quote(Session& session, const RefundOptions& options);
Result<int> refund_return(Session& session, const RefundOptions& options);

struct ExchangeOptions {
  std::vector<std::string> returns;    // RESERVATION or RESERVATION=UNITS
  std::vector<std::string> purchases;  // SIZE[,quantity=N][,region=..][,term=..][,plan=..][,scope=..][,product=..][,name=..]
  std::string quote;                   // run what this quote promised; also the exchange that is shown
  std::string approved;                // the approved support request that is executed
  std::string key;
};
Result<int> exchange_quote(Session& session, const ExchangeOptions& options);
Result<int> exchange_run(Session& session, const ExchangeOptions& options);
Result<int> exchange_show(Session& session, const ExchangeOptions& options);
Result<int> exchange_resume(Session& session);

struct OverviewOptions {
  std::string text, customer;
  bool expiring = false, badly_used = false, refundable = false, requests = false, credits = false;
  bool as_is = false;  // what was computed last; nothing is computed now
  std::string sort = "name";
  std::int64_t limit = 50;
  std::string after;
};
Result<int> desk_overview_command(Session& session, const OverviewOptions& options);
struct SearchOptions {
  std::string text;
  std::int64_t limit = 10;
};
Result<int> search(Session& session, const SearchOptions& options);

struct BulkOptions {
  ListOptions list;
  std::string approved;
  bool dry_run = false;
};
Result<int> refund_quote_all(Session& session, const BulkOptions& options);

struct AllowanceOptions {
  std::string customer;
  std::string amount;     // hold: on the refund meter, USD
  std::string cancelled;  // hold: on the cancelled commitment meter, USD
  std::string reference;
  std::string hold;  // release
};
Result<int> allowance_show(Session& session, const AllowanceOptions& options);
Result<int> allowance_hold(Session& session, const AllowanceOptions& options);
Result<int> allowance_release(Session& session, const AllowanceOptions& options);

struct BooksOptions {
  std::string customer, currency, from, until;
  std::string format;  // export: hledger | ledger | beancount | csv
  std::string file;    // export: where to; empty: standard output
};
Result<int> books_balance(Session& session, const BooksOptions& options);
Result<int> books_journal(Session& session, const BooksOptions& options);
Result<int> books_export(Session& session, const BooksOptions& options);
struct CreditOptions {
  std::string returned;  // return id
  std::string invoice;
  std::string to = "provider_payable";
  std::string key;
};
Result<int> books_credit(Session& session, const CreditOptions& options);

struct SettleOptions {
  std::string customer;
  std::string returned;
  std::string reference;
  std::string date;
  std::string method = "bank";
  bool all = false;
  std::string key;
};
Result<int> settle_list(Session& session, const SettleOptions& options);
Result<int> settle_pay(Session& session, const SettleOptions& options);

Result<int> audit_verify(Session& session);
struct AuditOptions {
  std::int64_t from = 1;
  std::int64_t limit = 50;
};
Result<int> audit_list(Session& session, const AuditOptions& options);

Result<int> policy_list(Session& session);
Result<int> policy_show(Session& session, const std::string& id);
Result<int> policy_check(Session& session, const std::string& file);
Result<int> policy_diff(Session& session, const std::string& a, const std::string& b);

struct ComputeOptions {
  std::string reservations;        // a JSON object a version
  std::vector<std::string> usage;  // files of any dialect
  std::string ratios;              // CSV
  std::string out;                 // the folder
  std::string spill = "continue";
  std::string estimate = "optimistic";
  std::int64_t threads = 0;
};
Result<int> utilization_compute(Session& session, const ComputeOptions& options);

// At a desk, or from files as 'utilization compute' reads them.
struct AdviceOptions {
  std::string customer;
  std::string from, until;  // days
  std::string size;         // buy: reserved size
  std::string term = "P1Y";
  std::string currency;
  std::vector<std::string> prices;  // lists with pay-as-you-go prices
  std::string reservations;
  std::vector<std::string> usage;
  std::string ratios;
  std::string estimate = "optimistic";
  std::string reservation;  // explain
  std::string hour;
};
Result<int> recommend_buy(Session& session, const AdviceOptions& options);
Result<int> recommend_resize(Session& session, const AdviceOptions& options);
Result<int> recommend_rescope(Session& session, const AdviceOptions& options);
Result<int> recommend_return(Session& session, const AdviceOptions& options);
Result<int> recommend_exchange(Session& session, const AdviceOptions& options);
Result<int> utilization_explain(Session& session, const AdviceOptions& options);

struct UsageImportOptions {
  std::vector<std::string> files;  // folders too
  std::string customer;
  std::int64_t threads = 0;
};
Result<int> usage_import(Session& session, const UsageImportOptions& options);
Result<int> usage_list(Session& session);
Result<int> usage_coverage(Session& session, const UsageImportOptions& options);

struct UtilizationOptions {
  std::string reservation;
  std::string customer;  // empty or "all": every one with usage
  std::string month;     // 2026-03
  std::string from, until;
  std::string grain = "daily";
  std::string format = "csv";  // export
  std::int64_t limit = 20;     // top
  std::int64_t threads = 0;
  std::int64_t lease_seconds = 30;  // run
};
Result<int> utilization_run(Session& session, const UtilizationOptions& options);
Result<int> utilization_show(Session& session, const UtilizationOptions& options);
Result<int> utilization_compare(Session& session, const UtilizationOptions& options);
Result<int> utilization_top(Session& session, const UtilizationOptions& options);
Result<int> utilization_export(Session& session, const UtilizationOptions& options);

struct ClockOptions {
  std::string at;  // set
  std::string by;  // advance: 10d, 3m, 1y, 12h
  bool freeze = false;
};
Result<int> clock_show(Session& session);
Result<int> clock_set(Session& session, const ClockOptions& options);
Result<int> clock_advance(Session& session, const ClockOptions& options);
Result<int> clock_due(Session& session);  // what the present time brings; harmless to repeat, on any desk

struct DemoOptions {
  bool large = false;
};
Result<int> demo_load(Session& session, const DemoOptions& options);

struct ClientOptions {
  std::string id;
  std::string name = "client";
  std::string customer;
  std::vector<std::string> roles;  // words of access::Standing; none: admin_agent
  bool all_customers = false;
  std::int64_t limit = 50;
  std::string after;
};
Result<int> client_create(Session& session, const ClientOptions& options);
Result<int> client_list(Session& session, const ClientOptions& options);
Result<int> client_revoke(Session& session, const ClientOptions& options);

struct UserOptions {
  std::string name;
  std::string display;
  std::string customer;
  std::string reseller;
  std::vector<std::string> roles;
  bool may_buy = false;
  std::string password_file;  // "-": standard input; empty: one is made and shown
  std::int64_t limit = 50;
  std::string after;
};
Result<int> user_add(Session& session, const UserOptions& options);
Result<int> user_list(Session& session, const UserOptions& options);
Result<int> user_disable(Session& session, const UserOptions& options);
Result<int> user_password(Session& session, const UserOptions& options);

struct RoleOptions {
  std::string user;
  std::string action;  // of Azure's role model or of the desk, or a row of the matrix: "quote"
  std::string scope;   // a scope's path, or a reservation id
  std::string customer;
  std::string role;
  std::string id;
};
Result<int> role_check(Session& session, const RoleOptions& options);
Result<int> role_assign(Session& session, const RoleOptions& options);
Result<int> role_list(Session& session, const RoleOptions& options);
Result<int> role_remove(Session& session, const RoleOptions& options);

struct RequestOptions {
  std::string number;  // R-1017; new: what was asked and is taken up
  bool exchange = false;
  std::vector<std::string> returns;    // RESERVATION or RESERVATION=UNITS
  std::vector<std::string> purchases;  // as those of an exchange
  std::string reason, severity, key;

  std::string issue_type = "Billing";  // submit
  std::string problem_type = "Reservation management";
  std::string category = "Exchanges and refunds";
  std::string first_name, last_name, method = "email", email, phone, time_zone, country, language;
  std::vector<std::string> additional_emails;
  bool accept_clip = false;

  std::string decision;  // approve or reject
  bool as_operator = false;
  std::string text, subject, file, user;

  std::string customer, state, kind, assigned, search, due_before, sort = "created";  // list
  bool open = false;
  std::int64_t limit = 50;
  std::string after;

  std::string approval_above, automatic;  // rules

  std::string lines_file;  // bulk: a line of --return in each, - for standard input
  bool dry_run = false;
};
Result<int> request_ask(Session& session, const RequestOptions& options);
Result<int> request_new(Session& session, const RequestOptions& options);
Result<int> request_quote(Session& session, const RequestOptions& options);
Result<int> request_show(Session& session, const RequestOptions& options);
Result<int> request_list(Session& session, const RequestOptions& options);
Result<int> request_submit(Session& session, const RequestOptions& options);
Result<int> request_approve(Session& session, const RequestOptions& options);
Result<int> request_decide(Session& session, const RequestOptions& options);
Result<int> request_withdraw(Session& session, const RequestOptions& options);
Result<int> request_agree(Session& session, const RequestOptions& options);
Result<int> request_say(Session& session, const RequestOptions& options);
Result<int> request_attach(Session& session, const RequestOptions& options);
Result<int> request_file(Session& session, const RequestOptions& options);
Result<int> request_assign(Session& session, const RequestOptions& options);
Result<int> request_resume(Session& session, const RequestOptions& options);
Result<int> request_rules(Session& session, const RequestOptions& options);
Result<int> request_bulk(Session& session, const RequestOptions& options);
struct MailOptions {
  std::string smtp, from, user, password_file, authority;
  std::optional<bool> without_tls;
  std::optional<std::int64_t> low_utilization, allowance, credit_days;
  bool off = false;
};
Result<int> mail_set(Session& session, const MailOptions& options);
Result<int> mail_show(Session& session);

struct WebhookOptions {
  std::string id;  // of the webhook or the delivery
  std::string url;
  std::string kinds;  // "request.changed,credit"
  std::string customer;
  bool allow_private = false;
  std::string state;
  bool dead = false;
  std::int64_t limit = 50;
  std::string after;
};
Result<int> webhook_add(Session& session, const WebhookOptions& options);
Result<int> webhook_list(Session& session);
Result<int> webhook_remove(Session& session, const WebhookOptions& options);
Result<int> webhook_test(Session& session, const WebhookOptions& options);
Result<int> webhook_deliveries(Session& session, const WebhookOptions& options);
Result<int> webhook_replay(Session& session, const WebhookOptions& options);

struct ChoicesOptions {
  std::string user;
  std::string mail;  // none, immediately or daily
  std::optional<std::string> kinds;
  std::string language;
  std::optional<std::string> email;
};
Result<int> notify_choices(Session& session, const ChoicesOptions& options);
Result<int> notify_deliver(Session& session);

struct ServeOptions {
  std::string listen = "127.0.0.1:8443";
  std::string status;  // a port, or 127.0.0.1:PORT; empty: none
  bool sandbox = false;
  bool openapi = false;  // print what would be served, and no more
  std::string policy;
  std::string seed;  // "demo" or a folder of lists; empty: the demo where it was loaded, otherwise nothing
  std::string certificate, key;
  std::string tls_folder;
  std::string access_log;
  std::vector<std::string> issuers, audiences;
  std::string issuer_authority;
  std::int64_t threads = 0;
};
Result<int> serve(Session& session, const ServeOptions& options);

struct PriceOptions {
  std::string file;  // empty or "-": standard input
  std::int64_t threads = 0;
};
Result<int> price(Session& session, const PriceOptions& options);

// Prints a script for bash, zsh or fish, made from the command tree itself.
struct CompletionOptions {
  std::string shell;
};

// Parses, runs, prints the error; returns the exit code.
int run(int argc, char** argv);

}  // namespace prorata::cli
