#include "cli/usage.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace prorata::cli {
namespace {

class HelpPages final : public CLI::Formatter {
 public:
  HelpPages() {
    label("SUBCOMMAND", "COMMAND");
    label("SUBCOMMANDS", "COMMANDS");
    column_width(34);
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string out;
    if (option->get_type_size() != 0) {
      const std::string type = option->get_type_name();  // with a colon and the words of one_of()
      if (!option->get_positional()) out += ' ' + type.substr(0, type.find(':'));
      if (option->get_expected_max() == CLI::detail::expected_max_vector_size) out += " ...";
      if (option->get_required() && !option->get_positional()) out += " (required)";
    }
    return out;
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    std::string out = option->get_description();
    const auto note = [&](std::string_view text) { out += fmt::format("{}[{}]", out.empty() ? "" : " ", text); };
    const std::string standard = option->get_default_str();
    if (option->get_type_size() != 0 && !standard.empty() && standard != "0" && standard != "[]") note("default " + standard);
    if (!option->get_envname().empty()) note("or " + option->get_envname());
    return out;
  }
};

class ConfigBelowEnvironment final : public CLI::ConfigTOML {
 public:
  explicit ConfigBelowEnvironment(const CLI::App& app) : app_(app) {}
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> items = CLI::ConfigTOML::from_config(input);
    std::erase_if(items, [&](const CLI::ConfigItem& item) { return item.parents.empty() && is_in_environment(item.name); });
    return items;
  }

 private:
  bool is_in_environment(const std::string& name) const {
    const CLI::Option* option = app_.get_option_no_throw("--" + name);
    if (option == nullptr || option->get_envname().empty()) return false;
    const char* value = std::getenv(option->get_envname().c_str());
    return value != nullptr && *value != '\0';
  }
  const CLI::App& app_;
};

// How many letters must be put in, taken out or exchanged to make one word of the other.
std::size_t letters_apart(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t exchanged = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto best = std::ranges::min_element(known, {}, [&](const std::string& each) { return letters_apart(word, each); });
  const bool near = best != known.end() && letters_apart(word, *best) <= std::max<std::size_t>(word.size() > 3 ? 2 : 1, word.size() / 3);
  return near ? fmt::format("Did you mean '{}'? ", *best) : std::string();
}

const CLI::App& deepest(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : deepest(*parsed.back());
}

std::string words_to(const CLI::App& command) {
  return command.get_parent() == nullptr ? command.get_name() : words_to(*command.get_parent()) + ' ' + command.get_name();
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* each : app.get_subcommands({})) names.push_back(each->get_name());
  return names;
}

// Those of the command and of all above it, since they may be given anywhere.
std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* each = &command; each != nullptr; each = each->get_parent())
    for (const CLI::Option* option : each->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::optional<std::string> first_where(const std::vector<std::string>& words, bool is_option) {
  const auto found = std::ranges::find(words, is_option, [](const std::string& word) { return word.starts_with('-'); });
  return found == words.end() ? std::nullopt : std::optional(*found);
}

std::string config_file_of(const CLI::App& app) {
  const std::vector<std::string> files = app.get_config_ptr()->as<std::vector<std::string>>();
  return files.empty() ? std::string() : files.front();
}

std::string about_command(const CLI::App& group, const std::vector<std::string>& unknown) {
  const std::vector<std::string> known = commands_of(group);
  const auto word = first_where(unknown, false);
  if (!word) return fmt::format("'{}' needs a command: {}.", words_to(group), fmt::join(known, ", "));
  return fmt::format("there is no command '{} {}'. {}There are {}.", words_to(group), *word, did_you_mean(*word, known),
                     fmt::join(known, ", "));
}

std::string about_extras(const CLI::App& command, const std::vector<std::string>& unknown) {
  if (const auto option = first_where(unknown, true))
    return fmt::format("'{}' has no option '{}'. {}", words_to(command), *option, did_you_mean(*option, options_of(command)));
  return fmt::format("'{}' does not know what to do with '{}'. ", words_to(command), fmt::join(unknown, " "));
}

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_pages() { return std::make_shared<HelpPages>(); }
std::shared_ptr<CLI::Config> config_below_environment(const CLI::App& app) { return std::make_shared<ConfigBelowEnvironment>(app); }

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string said = fmt::format("{}", fmt::join(words, "|"));
  return CLI::Validator(
      [words = std::move(words)](std::string& word) -> std::string {
        const auto found = std::ranges::find_if(words, [&](const std::string& each) { return equal_ignoring_case(each, word); });
        if (found == words.end()) return fmt::format("'{}' is none of {}", word, fmt::join(words, ", "));
        word = *found;
        return {};
      },
      said);
}

std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  return colon == std::string::npos ? std::vector<std::string>() : CLI::detail::split(type.substr(colon + 1), '|');
}

CLI::Validator whole_number(std::int64_t min, std::int64_t max) {
  return CLI::Validator(
      [min, max](std::string& word) -> std::string {
        if (parse_integer(word, min, max, "a number")) return {};
        if (max == INT64_MAX) return fmt::format("'{}' is not a whole number from {} up", word, min);
        return fmt::format("'{}' is not a whole number from {} to {}", word, min, max);
      },
      "");
}

std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = deepest(app);
  const std::vector<std::string> unknown = app.remaining(true);
  const std::string more = fmt::format("'{} --help' shows what it takes.", words_to(command));
  const bool needs_command = command.get_require_subcommand_min() > 0;
  if (dynamic_cast<const CLI::ConfigError*>(&error) != nullptr) {
    const std::string_view what = error.what();
    const std::string name(what.substr(what.rfind(' ') + 1));
    return fmt::format("{}: there is no option '{}'. {}'{} --help' lists them.", config_file_of(app), name,
                       did_you_mean("--" + name, options_of(app)), app.get_name());
  }
  if (dynamic_cast<const CLI::FileError*>(&error) != nullptr)
    return fmt::format("the configuration file {} cannot be read; --config or PRORATA_CONFIG names it.", config_file_of(app));
  if (needs_command && (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr || !unknown.empty()))
    return about_command(command, unknown);
  if (!unknown.empty()) return about_extras(command, unknown) + more;
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    const std::string_view what = error.what();
    return fmt::format("'{}' needs {}. {}", words_to(command), what.substr(0, what.rfind(" is required")), more);
  }
  return fmt::format("{}. {}", error.what(), more);
}

}  // namespace prorata::cli
