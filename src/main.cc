#include <exception>

#include <fmt/format.h>

#include "cli/commands.h"

// We throw nothing; what a library throws (out of memory, as a rule) ends here.
int main(int argc, char** argv) {
  try {
    return prorata::cli::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "prorata: {}\n", error.what());
    return 70;
  }
}
