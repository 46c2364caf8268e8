// Disk that is kept for what may never wait: a file that is written when the broker starts, and cut
// back when withdrawing, suspending or destroying finds no room.
#pragma once

#include <cstdint>
#include <string>

namespace veerpont::broker {

class Ballast {
 public:
  // Nothing is written yet. `size` in bytes.
  Ballast(std::string path, std::uint64_t size);
  // Bytes that it should hold and does not.
  std::uint64_t missing() const { return size_ - held_; }
  // Those that were cut away: they are no room for anything else. On a disk that was always too
  // small for it there are none.
  std::uint64_t owed() const { return was_there_ ? missing() : 0; }
  // Gives a quarter back to the file system; false when nothing is left to give.
  bool cut();
  // Writes it whole. False, with what was written taken away again, when there is no room.
  bool fill();

 private:
  std::string path_;
  std::uint64_t size_;
  std::uint64_t held_;
  bool was_there_;
};

}  // namespace veerpont::broker
