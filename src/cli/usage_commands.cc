// usage import, list and coverage: the usage that a desk keeps.
#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "app/import_usage.h"
#include "app/usage_facts.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/shared.h"
#include "usage_files/usage_folder.h"
#include "wire/import_usage.h"
#include "wire/whole_file.h"

namespace prorata::cli {
namespace {

namespace fs = std::filesystem;

std::string whole_path(const std::string& path) { return fs::absolute(path).lexically_normal().string(); }

// The files that were named, and those of folders that were named, by name.
Result<std::vector<std::string>> files_named(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      out.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (fs::recursive_directory_iterator each(path, error), end; !error && each != end; each.increment(error))
      if (std::error_code unknown; each->is_regular_file(unknown)) inside.push_back(each->path().string());
    if (error) return fail(Code::storage_denied, fmt::format("the folder '{}' cannot be read: {}", path, error.message()));
    std::ranges::sort(inside);
    out.insert(out.end(), inside.begin(), inside.end());
  }
  if (out.empty()) return fail(Code::not_found, "there is no file in what was named");
  return out;
}

std::string hour_text(const std::optional<utilization::Hour>& hour) { return hour ? utilization::to_string(*hour) : ""; }

struct Imported {
  UsageImport import;
  wire::UsageReport report;
  std::vector<UsageRefusal> refusals;
};

// Reads the file into the importer. Errors: those of the file, unless `desks` is set: then the desk's, with which nothing can go on.
Result<void> read_into(UsageImporter& importer, const std::string& path, unsigned threads, wire::UsageReport& report,
                       std::optional<Error>& desks) {
  wire::WholeFile file = TRY(wire::WholeFile::open(path));
  Progress progress(path, "bytes", file.size());
  const wire::UsageOptions how{.threads = threads, .progress = [&](const wire::UsageReport& so_far) {
                                 progress.note(fmt::format("{} rows", so_far.rows));
                                 progress.at(file.done());
                               }};
  const auto take = [&](const wire::UsageBatch& batch) -> Result<void> {
    Result<void> taken = importer.take(batch.rows, batch.machines);
    if (!taken) desks = taken.error();
    return taken;
  };
  return wire::import_usage(file, how, take, report);
}

// The inner error is the file's: others can be read all the same. The outer one is the desk's.
Result<Result<Imported>> import_one(App& app, const std::string& path, const std::optional<CustomerId>& customer, unsigned threads) {
  const Result<std::string> digest = usage_files::content_digest(path);
  if (!digest) return Result<Imported>(std::unexpected(digest.error()));
  UsageImporter importer = TRY(UsageImporter::begin(app, {.path = whole_path(path), .digest = *digest, .customer = customer}));
  Imported out;
  std::optional<Error> desks;
  const Result<void> read = read_into(importer, path, threads, out.report, desks);
  if (desks) return std::unexpected(*desks);
  if (!read) {
    TRY(importer.abandon());
    return Result<Imported>(std::unexpected(read.error()));
  }
  std::int64_t skipped = 0;
  for (const std::int64_t each : out.report.skipped) skipped += each;
  out.import = TRY(importer.finish(
      {.dialect = std::string(to_string(out.report.dialect)), .rows = out.report.rows, .skipped = skipped, .refused = out.report.refused}));
  out.refusals = importer.refusals();
  return Result<Imported>(std::move(out));
}

void print_refusals(const std::string& path, const Imported& imported) {
  for (const wire::ImportRefused& each : imported.report.refusals) fmt::print(stderr, "Refused: {}\n", each.text());
  for (const UsageRefusal& each : imported.refusals) fmt::print(stderr, "Refused: {}, line {}: {}\n", path, each.line, each.reason);
  const auto said = static_cast<std::int64_t>(imported.report.refusals.size() + imported.refusals.size());
  if (imported.import.refused > said) fmt::print(stderr, "Refused: {} more\n", imported.import.refused - said);
}

Table import_table() {
  return Table({{"File", "file"},
                {"Form", "dialect"},
                {"Rows", "rows", Align::right, true},
                {"Kept", "kept", Align::right, true},
                {"Estimated", "estimated", Align::right, true},
                {"Passed over", "skipped", Align::right, true},
                {"Refused", "refused", Align::right, true},
                {"From", "from"},
                {"Until", "until"}});
}

void add_row(const Session& session, Table& table, const UsageImport& each) {
  const bool for_people = session.globals().format == Format::table;
  table.add({for_people ? fs::path(each.path).filename().string() : each.path, each.dialect, std::to_string(each.rows),
             std::to_string(each.kept), std::to_string(each.estimated), std::to_string(each.skipped), std::to_string(each.refused),
             hour_text(each.from), hour_text(each.until)});
}

Result<std::vector<CustomerId>> customers_asked(App& app, const std::string& customer) {
  if (!customer.empty()) return std::vector{TRY(customer_named(app, customer))};
  return TRY(usage_files_of(app))->customers();
}

std::string days_text(const std::vector<Day>& days) {
  std::string out;
  for (std::size_t i = 0; i < days.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < days.size() && days[last + 1] == add_days(days[last], 1)) ++last;
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", to_string(days[i]), last > i ? " to " + to_string(days[last]) : "");
    i = last;
  }
  return out;
}

}  // namespace

Result<int> usage_import(Session& session, const UsageImportOptions& options) {
  App& app = *TRY(session.app());
  std::optional<CustomerId> customer;
  if (!options.customer.empty()) customer = TRY(customer_named(app, options.customer));
  const unsigned threads = options.threads > 0 ? static_cast<unsigned>(options.threads) : std::max(1U, std::thread::hardware_concurrency());
  Table table = import_table();
  std::int64_t refused = 0;
  std::optional<Error> unread;  // the first
  std::optional<Error> stopped;
  for (const std::string& path : TRY(files_named(options.files))) {
    const Result<Result<Imported>> imported = import_one(app, path, customer, threads);
    if (!imported) {
      stopped = imported.error();
      break;
    }
    if (const Result<Imported>& read = *imported; !read) {
      const std::string why = read.error().text();
      const bool alone = options.files.size() == 1 && path == options.files.front();  // then it is the answer
      if (!alone) fmt::print(stderr, "Not read: {}{}\n", why.starts_with(path) ? "" : path + ": ", why);
      if (!unread) unread = read.error();
      continue;
    }
    add_row(session, table, (*imported)->import);
    print_refusals(path, **imported);
    refused += (*imported)->import.refused;
  }
  const bool none = table.empty();
  if (!none) table.print(stdout, session.globals().format);
  if (stopped) return std::unexpected(*stopped);
  if (unread && none) return std::unexpected(*unread);
  return refused > 0 || unread ? 1 : 0;
}

Result<int> usage_list(Session& session) {
  App& app = *TRY(session.app());
  Table table = import_table();
  for (const UsageImport& each : TRY(TRY(app.store.snapshot())->usage_imports()))
    if (!each.replaced) add_row(session, table, each);
  table.print(stdout, session.globals().format, "No usage was imported yet; 'prorata usage import FILE' does it.");
  return 0;
}

Result<int> usage_coverage(Session& session, const UsageImportOptions& options) {
  App& app = *TRY(session.app());
  const auto snapshot = TRY(app.store.snapshot());
  CustomerNames names(*snapshot);
  const std::vector<CustomerId> customers = TRY(customers_asked(app, options.customer));
  TRY(names.learn(customers));
  Table table({{"Customer", "customer"},
               {"Months", "months", Align::right, true},
               {"From", "from"},
               {"Watermark", "watermark"},
               {"Machines", "machines", Align::right, true},
               {"Days without usage", "gaps"},
               {"Estimated days", "estimated"}});
  UsageFactsCache cache;
  for (const CustomerId& each : customers) {
    const std::vector<Day> months = TRY(app.usage->months(each));
    const UsageFacts facts = TRY(load_usage_facts(app, *snapshot, {.customer = each}, cache));
    table.add({names.of(each), std::to_string(months.size()), hour_text(facts.known.first), hour_text(facts.known.watermark),
               std::to_string(facts.roster.size()), days_text(facts.known.gaps), days_text(facts.known.estimated)});
  }
  table.print(stdout, session.globals().format, "No usage was imported yet; 'prorata usage import FILE' does it.");
  return 0;
}

}  // namespace prorata::cli
