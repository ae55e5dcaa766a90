#include <exception>
#include <system_error>

#include <fmt/format.h>

#include "cli/commands.h"
#include "wire/error_table.h"

// We throw nothing; what a library throws (out of memory, as a rule) ends here.
int main(int argc, char** argv) {
  try {
    return prorata::cli::run(argc, argv);
  } catch (const std::system_error& error) {  // what fmt throws where standard output takes no more
    fmt::print(stderr, "prorata: standard output could not be written to its end: {}; look whether its disk is full\n", error.what());
    return prorata::wire::exit_code(prorata::Code::storage_full);
  } catch (const std::exception& error) {
    fmt::print(stderr, "prorata: {}\n", error.what());
    return 70;
  }
}
