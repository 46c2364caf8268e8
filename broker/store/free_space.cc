#include "broker/store/free_space.h"

#include <sys/statvfs.h>

namespace veerpont::broker {

FreeSpace free_space_of(const std::string& folder) {
  return [folder]() -> std::uint64_t {
    struct statvfs status {};
    if (::statvfs(folder.c_str(), &status) != 0 || (status.f_flag & ST_RDONLY) != 0) return 0;
    return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
  };
}

Room room_in(std::uint64_t free, std::uint64_t reserve) {
  if (free >= reserve) return Room::ample;
  return free >= reserve / 2 ? Room::low : Room::least;
}

}  // namespace veerpont::broker
