#include "cli/completion.h"

#include <fmt/format.h>

namespace prorata::cli {
namespace {

// One row for each place in the tree: the words before it, and what may follow.
struct Place {
  std::string words;  // "reservation list"
  const CommandNode* node;
};

void collect(const CommandNode& node, const std::string& words, std::vector<Place>& out) {
  out.push_back({words, &node});
  for (const CommandNode& child : node.children) collect(child, words.empty() ? child.name : words + ' ' + child.name, out);
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string bash(const std::vector<Place>& places, const CommandNode& root) {
  std::string out =
      "_prorata() {\n"
      "  local words='' word current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$word\" in -*) ;; *) case \" $(_prorata_next \"$words\") \" in *\" $word \"*) words=\"${words:+$words }$word\" ;; esac "
      ";; esac\n"
      "  done\n"
      "  COMPREPLY=($(compgen -W \"$(_prorata_next \"$words\")\" -- \"$current\"))\n"
      "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$current\"))\n"
      "}\n"
      "_prorata_next() {\n"
      "  case \"$1\" in\n";
  for (const Place& place : places) {
    out += fmt::format("    {}) echo {}", quoted(place.words), '"');
    for (const CommandNode& child : place.node->children) out += child.name + ' ';
    for (const auto& option : place.node->options) out += option.first + ' ';
    if (place.node != &root)
      for (const auto& option : root.options) out += option.first + ' ';
    out += "\" ;;\n";
  }
  return out + "  esac\n}\ncomplete -F _prorata prorata\n";
}

std::string fish(const std::vector<Place>& places) {
  std::string out = "complete -c prorata -f\n";
  for (const Place& place : places) {
    const std::string where = place.words.empty()
                                  ? "__fish_use_subcommand"
                                  : fmt::format("__fish_seen_subcommand_from {}", place.words.substr(place.words.rfind(' ') + 1));
    for (const CommandNode& child : place.node->children)
      out += fmt::format("complete -c prorata -n {} -a {} -d {}\n", quoted(where), quoted(child.name), quoted(child.help));
    for (const auto& [name, help] : place.node->options) {
      const std::string condition = place.words.empty() ? "" : fmt::format(" -n {}", quoted(where));
      out += fmt::format("complete -c prorata{} -l {} -d {}\n", condition, quoted(name.substr(2)), quoted(help));
    }
  }
  return out;
}

}  // namespace

Result<std::string> completion_script(std::string_view shell, const CommandNode& root) {
  std::vector<Place> places;
  collect(root, "", places);
  if (shell == "bash") return bash(places, root);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash(places, root);
  if (shell == "fish") return fish(places);
  return fail(Code::invalid_argument, fmt::format("no completion for '{}'; bash, zsh or fish", shell));
}

}  // namespace prorata::cli
