// Shell completion, made from the command tree itself so that it can never lag behind it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace prorata::cli {

struct OptionNode {
  std::string name;        // "--customer"
  std::string short_name;  // "-q"; empty: none
  std::string help;
  std::vector<std::string> values;  // where only these may follow
  bool takes_value = true;
};

struct CommandNode {
  std::string name;
  std::string help;
  std::vector<OptionNode> options;
  std::vector<std::string> values;  // of its first word, where only these may stand there
  std::vector<CommandNode> children;
};

// A script for "bash", "zsh" or "fish". Errors: invalid_argument for another shell.
Result<std::string> completion_script(std::string_view shell, const CommandNode& root);

}  // namespace prorata::cli
