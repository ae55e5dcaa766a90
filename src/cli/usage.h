// How the command line speaks of itself: the help pages, and what it says to words that it does not understand. Beside command_line.cc
// the only place that knows CLI11.
//
//   app.formatter(help_pages());
//   option->check(one_of({"table", "json"}));          // "--output: 'xml' is none of table, json"
//   option->check(whole_number(1, 1000));              // "--limit: 'ten' is not a whole number from 1 to 1000"
//   explain(app, error)                                // "there is no command 'prorata refnd'. Did you mean 'refund'? ..."
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace prorata::cli {

std::shared_ptr<CLI::FormatterBase> help_pages();

// Reads the configuration file, TOML. What the environment says stands above what the file says, so the file's word is dropped there.
std::shared_ptr<CLI::Config> config_below_environment(const CLI::App& app);

// Checks of a value. They add nothing to the help page: the help text says what may stand there.
CLI::Validator one_of(std::vector<std::string> words);         // in any letter case; passes it on as it is spelled here
std::vector<std::string> words_of(const CLI::Option& option);  // those of its one_of(); empty where it has none
CLI::Validator whole_number(std::int64_t min, std::int64_t max);

// One sentence about what could not be understood, and where to read more.
std::string explain(const CLI::App& app, const CLI::ParseError& error);

}  // namespace prorata::cli
