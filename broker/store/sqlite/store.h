// The embedded store: SQLite in WAL mode, synchronous=FULL, one writer and many readers.
#pragma once

#include <memory>
#include <string>

#include "broker/store/store.h"

namespace veerpont::broker {

// Opens or creates the database; runs the migrations it lacks. Throws on a broken file or disk.
std::unique_ptr<Store> open_sqlite_store(const std::string& path);
// For `check`: never writes, never migrates.
std::unique_ptr<Store> open_sqlite_store_read_only(const std::string& path);

}  // namespace veerpont::broker
