// How much room the home's file system has left, and what may still be written into it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace veerpont::broker {

// Bytes; 0 when it cannot be asked.
using FreeSpace = std::function<std::uint64_t()>;

FreeSpace free_space_of(const std::string& folder);

// ample: everything. low, below the reserve: nothing that fills the disk; releases, rejections and
// acknowledgements of something new go on, since acknowledging frees room. least, below half of it:
// only what stops sharing or destroys.
enum class Room { ample, low, least };
Room room_in(std::uint64_t free, std::uint64_t reserve);

}  // namespace veerpont::broker
