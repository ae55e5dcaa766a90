// Opens a desk by where it is: a folder (SQLite), postgresql://... , or "memory:" (gone with the process).
#pragma once

#include <memory>
#include <string>

#include "app/store.h"
#include "store/sql.h"

namespace prorata::store {

// Errors: not_found where there is no desk and options.create is not set; those of the databases.
Result<std::unique_ptr<Store>> open_store(const std::string& where, DatabaseOptions options);

std::unique_ptr<Store> memory_store();

}  // namespace prorata::store
