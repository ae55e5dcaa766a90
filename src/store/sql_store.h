// The desk on a SQL database: one writer thread that commits whoever waits as a group, readers on snapshots of their own.
#pragma once

#include <memory>

#include "app/store.h"
#include "store/sql.h"

namespace prorata::store {

// Brings the schema up to date first (once, under the writer's lock). Errors: schema_newer, naming both versions; not_found where the
// database holds no desk's tables and options.create is not set.
Result<std::unique_ptr<Store>> open_sql_store(std::unique_ptr<SqlDatabase> database, DatabaseOptions options);

}  // namespace prorata::store
