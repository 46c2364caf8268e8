// Looking into a process, which only root may: tests that do begin with VEERPONT_NEEDS_ROOT.
#pragma once

#include <string>

namespace veerpont::e2e {

// A sanitizer's shadow is terabytes of addresses, and it keeps what was freed: then memory is
// neither scanned nor counted.
#if defined(VEERPONT_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// Every readable page of another process. An ordinary user's test asks itself for it, as root:
// `e2e_tests --memory-of PID`.
std::string memory_of(int pid);
// What that prints; the exit code.
int print_memory_of(int pid);

// What is looked for, kept scrambled so that looking does not find itself.
class Needle {
 public:
  explicit Needle(std::string_view bytes) {
    for (const char c : bytes) scrambled_ += static_cast<char>(c ^ 0x5a);
  }
  bool is_in(std::string_view place) const;
  // Anywhere in the memory of a process, this one too: a child of its own looks, so that no copy is
  // left here.
  bool is_in_memory_of(int pid) const;

 private:
  std::string scrambled_;
};

}  // namespace veerpont::e2e
