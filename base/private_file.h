// Small files that are whole or absent, readable by their owner alone (0600).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace veerpont {

// Writes beside the target, syncs, renames over it, syncs the folder. Refuses local-failure.
Status write_private_file(const std::string& path, std::string_view bytes);
// Makes the names of files created in it durable. Refuses local-failure.
Status sync_folder(const std::string& folder);
// Refuses not-found, too-large past `most` bytes, local-failure.
Result<std::string> read_file(const std::string& path, std::size_t most = 16u << 20);

}  // namespace veerpont
