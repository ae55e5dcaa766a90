#include "store/open.h"

#include "store/sql_store.h"

namespace prorata::store {

Result<std::unique_ptr<Store>> open_store(const std::string& where, DatabaseOptions options) {
  if (where == "memory:") return memory_store();
  const bool postgres = where.starts_with("postgresql://") || where.starts_with("postgres://");
  return open_sql_store(postgres ? TRY(postgres_database(where, options)) : TRY(sqlite_database(where, options)), options);
}

}  // namespace prorata::store
