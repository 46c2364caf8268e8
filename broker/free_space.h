// How much room the home's file system has left.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace veerpont::broker {

// Bytes; 0 when it cannot be asked.
using FreeSpace = std::function<std::uint64_t()>;

FreeSpace free_space_of(const std::string& folder);

}  // namespace veerpont::broker
