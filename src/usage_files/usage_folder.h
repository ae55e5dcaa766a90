// Usage files in a folder: FOLDER/<customer>/2026-03.usage, a file a customer and month.
//
//   std::unique_ptr<UsageFiles> files = usage_folder("desk/usage");
//   TRY(files->write(month));
//
// A month is written under another name, flushed to the disk and then renamed, so a full disk or a killed process leaves the month as it
// was. Names that a killed process left behind go with the next write. The promises stand in app/usage_months.h.
#pragma once

#include <memory>
#include <string>

#include "app/usage_months.h"
#include "base/error.h"

namespace prorata::usage_files {

// The folder is made with the first write.
std::unique_ptr<UsageFiles> usage_folder(std::string folder, std::int64_t lock_wait_ms = 30'000);

// SHA-256 of a file's content, 64 hexadecimal digits. Errors: not_found, storage_denied, unavailable.
Result<std::string> content_digest(const std::string& path);

}  // namespace prorata::usage_files
