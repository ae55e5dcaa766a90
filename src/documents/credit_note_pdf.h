// A credit note as a PDF, in the note's language.
#pragma once

#include <string>
#include <string_view>

#include "app/credit_notes.h"

namespace prorata::documents {

// Errors: those of draw().
Result<MadeDocument> credit_note_pdf(const CreditNote& note);

// SHA-256 in hexadecimal digits.
std::string digest_of(std::string_view bytes);

}  // namespace prorata::documents
