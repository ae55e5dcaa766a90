#include <fmt/format.h>

#include "cli/commands.h"
#include "store/open.h"
#include "system/clock_and_ids.h"
#include "usage_files/contents_folder.h"
#include "usage_files/usage_folder.h"
#include "wire/policy_pack.h"

namespace prorata::cli {
namespace {

// Where usage lies: where it is said, or beside a desk that is a folder. Empty: nowhere.
std::string usage_folder_of(const Globals& globals) {
  if (!globals.usage.empty()) return globals.usage;
  const bool a_folder = globals.data.find("://") == std::string::npos && globals.data != "memory:";
  return a_folder ? globals.data + "/usage" : "";
}

// The same for the contents of files.
std::unique_ptr<FileContents> contents_of(const Globals& globals) {
  if (!globals.files.empty()) return usage_files::contents_folder(globals.files);
  if (globals.data == "memory:") return usage_files::contents_in_memory();
  if (globals.data.find("://") != std::string::npos) return nullptr;
  return usage_files::contents_folder(globals.data + "/files");
}

// Errors: not_found; forbidden for a user who may not sign in.
Result<std::unique_ptr<Acting>> acting_as(Store& store, const std::string& name) {
  const std::unique_ptr<Snapshot> snapshot = TRY(store.snapshot());
  const std::optional<User> user = TRY(snapshot->user_named(name));
  if (!user) return fail(Code::not_found, fmt::format("there is no user '{}'; 'prorata user list' shows them", name));
  if (user->disabled) return fail(Code::forbidden, fmt::format("{} is disabled and may do nothing here", user->name));
  return std::make_unique<Acting>(Acting{principal_of(*user), TRY(snapshot->role_assignments_of(user->id))});
}

}  // namespace

struct Session::Opened {
  std::unique_ptr<Store> store;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<IdSource> ids;
  std::unique_ptr<UsageFiles> usage;
  std::unique_ptr<FileContents> contents;
  std::unique_ptr<Acting> acting;
  App app;
};

Session::Session(Globals globals) : globals_(std::move(globals)) {}
Session::~Session() = default;

Result<const policy::PackSet*> Session::packs() {
  if (!packs_) packs_ = std::make_unique<policy::PackSet>(TRY(wire::load_packs(globals_.policies)));
  return packs_.get();
}

Result<App*> Session::open(bool create) {
  if (opened_) return &opened_->app;
  if (globals_.data.empty())
    return fail(Code::invalid_argument, "which desk? Name it with --data DIR or --data postgresql://..., or set PRORATA_DATA");
  const policy::PackSet& packs = *TRY(this->packs());
  std::unique_ptr<Store> store =
      TRY(store::open_store(globals_.data, {.create = create, .lock_wait_ms = globals_.lock_wait_seconds * 1000}));
  std::unique_ptr<Clock> clock = system::real_clock();
  std::unique_ptr<IdSource> ids = system::time_ordered_ids();
  const std::string folder = usage_folder_of(globals_);
  std::unique_ptr<UsageFiles> usage = folder.empty() ? nullptr : usage_files::usage_folder(folder, globals_.lock_wait_seconds * 1000);
  std::unique_ptr<FileContents> contents = contents_of(globals_);
  std::unique_ptr<Acting> acting = globals_.as.empty() ? nullptr : TRY(acting_as(*store, globals_.as));
  App app{.store = *store,
          .clock = *clock,
          .ids = *ids,
          .packs = packs,
          .actor = acting ? acting->principal.name : globals_.actor,
          .usage = usage.get(),
          .acting = acting.get(),
          .contents = contents.get()};
  opened_.reset(new Opened{std::move(store), std::move(clock), std::move(ids), std::move(usage), std::move(contents), std::move(acting),
                           std::move(app)});
  return &opened_->app;
}

Result<App*> Session::app() { return open(false); }
Result<App*> Session::create() { return open(true); }

}  // namespace prorata::cli
