#include "cli/completion.h"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

// A shell function that prints the words for a place: name() { case "$1" in 'reservation list') echo '...' ;; esac }
template <class Words>
std::string lookup(std::string_view name, const std::vector<Place>& places, const Words& words_of) {
  std::string out = fmt::format("{}() {{\n  case \"$1\" in\n", name);
  for (const Place& place : places)
    if (const std::string words = words_of(place); !words.empty())
      out += fmt::format("    {}) echo {} ;;\n", shell_word(place.words), shell_word(words));
  return out + "  esac\n}\n";
}

std::string bash(const std::vector<Place>& places, const CommandNode& root) {
  std::set<std::string> valued;  // the word behind one of these is its value, and no command
  for (const Place& place : places)
    for (const OptionNode& option : place.node->options)
      for (const std::string& name : {option.name, option.short_name})
        if (option.takes_value && !name.empty()) valued.insert(name);
  std::string out = fmt::format(
      "_prorata() {{\n"
      "  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" previous=\"${{COMP_WORDS[COMP_CWORD-1]}}\" words='' word before='' offered i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=\"${{COMP_WORDS[i]}}\"\n"
      "    case ' {} ' in *\" $before \"*) before=''; continue ;; esac\n"
      "    before=\"$word\"\n"
      "    case \"$word\" in -*) continue ;; esac\n"
      "    case \" $(_prorata_commands \"$words\") \" in *\" $word \"*) words=\"${{words:+$words }}$word\" ;; esac\n"
      "  done\n",
      fmt::join(valued, " "));
  out +=
      "  offered=$(_prorata_values \"$words $previous\")\n"
      "  [ -n \"$offered\" ] || offered=$(_prorata_values \" $previous\")\n"
      "  if [ -z \"$offered\" ]; then\n"
      "    case \"$current\" in\n"
      "      -*) offered=\"$(_prorata_options \"$words\") $(_prorata_options '')\" ;;\n"
      "      *) offered=$(_prorata_commands \"$words\") ;;\n"
      "    esac\n"
      "  fi\n"
      "  COMPREPLY=($(compgen -W \"$offered\" -- \"$current\"))\n"
      "}\n";
  out += lookup("_prorata_commands", places, [](const Place& place) {
    std::vector<std::string> names = place.node->values;
    for (const CommandNode& child : place.node->children) names.push_back(child.name);
    return joined(names);
  });
  out += lookup("_prorata_options", places, [&](const Place& place) {
    std::vector<std::string> names;
    for (const OptionNode& option : place.node->options)
      if (place.node == &root || option.name != "--help") names.push_back(option.name);
    return joined(names);
  });
  std::vector<Place> with_values;  // "reservation buy --plan": a place of its own
  for (const Place& place : places)
    for (const OptionNode& option : place.node->options)
      for (const std::string& name : {option.name, option.short_name})
        if (!option.values.empty() && !name.empty()) with_values.push_back({place.words + ' ' + name, place.node});
  out += lookup("_prorata_values", with_values, [](const Place& place) {
    const std::string name = place.words.substr(place.words.rfind(' ') + 1);
    for (const OptionNode& option : place.node->options)
      if (option.name == name || option.short_name == name) return joined(option.values);
    return std::string();
  });
  return out + "complete -o default -F _prorata prorata\n";
}

// fish asks a condition of each line: whether all words of a place have been typed already.
std::string fish(const std::vector<Place>& places) {
  std::string out =
      "function __prorata_at\n"
      "  set -l typed (commandline -opc)\n"
      "  for word in $argv\n"
      "    contains -- $word $typed; or return 1\n"
      "  end\n"
      "end\n";
  for (const Place& place : places) {
    const std::string at = fmt::format("__prorata_at {}", place.words);
    std::vector<std::string> names;
    for (const CommandNode& child : place.node->children) names.push_back(child.name);
    for (const CommandNode& child : place.node->children) {
      const std::string condition = fmt::format("{}; and not __fish_seen_subcommand_from {}", at, joined(names));
      out +=
          fmt::format("complete -c prorata -f -n {} -a {} -d {}\n", shell_word(condition), shell_word(child.name), shell_word(child.help));
    }
    for (const std::string& value : place.node->values)
      out += fmt::format("complete -c prorata -f -n {} -a {}\n", shell_word(at), shell_word(value));
    for (const OptionNode& option : place.node->options) {
      if (!place.words.empty() && option.name == "--help") continue;
      out += "complete -c prorata";
      if (!place.words.empty()) out += " -n " + shell_word(at);
      if (!option.short_name.empty()) out += " -s " + option.short_name.substr(1);
      out += fmt::format(" -l {} -d {}", option.name.substr(2), shell_word(option.help));
      if (option.takes_value) out += " -r";
      if (!option.values.empty()) out += " -f -a " + shell_word(joined(option.values));
      out += '\n';
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
