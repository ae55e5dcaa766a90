// A customer's statement as a PDF.
#pragma once

#include <string>

#include "app/statements.h"

namespace prorata::documents {

// Errors: those of draw().
Result<std::string> statement_pdf(const Statement& statement, Language language);

}  // namespace prorata::documents
