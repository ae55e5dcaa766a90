// Shell completion, made from the command tree itself so that it can never lag behind it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace prorata::cli {

struct CommandNode {
  std::string name;
  std::string help;
  std::vector<std::pair<std::string, std::string>> options;  // "--customer", what it is
  std::vector<CommandNode> children;
};

// A script for "bash", "zsh" or "fish". Errors: invalid_argument for another shell.
Result<std::string> completion_script(std::string_view shell, const CommandNode& root);

}  // namespace prorata::cli
