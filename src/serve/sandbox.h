// What only a server started with --sandbox has: its clock, faults, settings. They need a token of somebody who may configure the desk.
//
//   POST /sandbox/clock     {"set": "2026-03-31"} | {"advance": "30d"} | {"freeze": true}
//   POST /sandbox/faults    {"operation": "POST */return", "fault": "error_after", "count": 2, "seconds": 5}
//   POST /sandbox/settings  {"policy": "azure-2022", "channel": "self_service", "lag_seconds": 3}
//   POST /sandbox/reset     back to the seed
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "app/app.h"
#include "http/router.h"
#include "http/server.h"
#include "serve/faults.h"
#include "serve/gate.h"

namespace prorata::serve {

inline constexpr std::string_view kSandboxFace = "sandbox";

// Fills an empty sandbox again; empty: there is nothing to go back to.
using Seed = std::function<Result<void>(App&)>;

class Sandbox {
 public:
  Sandbox(App app, Gate& gate, Faults& faults, Seed seed);

  std::optional<http::Destination> find(const http::Request& request) const;
  // What there is to ask for, without anybody who answers.
  static std::vector<http::Route> paths();
  // The desk is being emptied and filled again; nobody else is to see it meanwhile.
  bool resetting() const { return resetting_; }

 private:
  using Handler = std::function<Result<http::Response>(const http::Call&, App&)>;
  http::Response admitted(const http::Call& call, const Handler& handler);
  static std::vector<http::Route> routes(Sandbox* of);
  Result<http::Response> reset(App& app);

  App app_;
  Gate& gate_;
  Faults& faults_;
  Seed seed_;
  std::atomic<bool> resetting_{false};
  http::Router router_;
};

}  // namespace prorata::serve
