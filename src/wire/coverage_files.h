// The three tables that 'utilization compute' writes: cells.csv, uncovered.csv and summary.csv in a folder.
//
//   CoverageFiles files = TRY(CoverageFiles::open("out"));
//   TRY(files.add(versions, roster, plan, usage, {.threads = 2}));   // once a billing context; runs the engine
//   TRY(files.commit());                                       // only now do they get their names
//
// With more than one thread the engine goes on while another writes what it has found. The files are the same.
//
// Each is written beside its place under another name, flushed to the disk and then renamed, so that a full disk or a killed run leaves
// what was there before and nothing half done.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "utilization/coverage.h"

namespace prorata::wire {

class CoverageFiles {
 public:
  struct Counts {
    std::int64_t cells = 0;
    std::int64_t uncovered = 0;
    std::int64_t days = 0;
    __int128 covered_nu = 0;
    __int128 uncovered_nu = 0;
  };

  // Makes the folder where its parent is there. Errors: not_found, storage_denied, storage_full, naming the path.
  static Result<CoverageFiles> open(const std::string& folder);
  CoverageFiles(CoverageFiles&&) noexcept;
  CoverageFiles& operator=(CoverageFiles&&) noexcept;
  ~CoverageFiles();  // without commit() nothing is left behind

  // Errors: those of cover(); storage_full and the like.
  Result<void> add(std::span<const utilization::ReservationVersion> versions, const utilization::Roster& roster,
                   const utilization::Plan& plan, const utilization::Usage& usage, const utilization::CoverOptions& options);
  Result<void> commit();
  const Counts& counts() const;

 private:
  struct State;
  explicit CoverageFiles(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace prorata::wire
