// Secrets are a type: wiped when they die, never printed, compared in constant time.
// Not promised: that the kernel never wrote a page to swap; only GuardedSecret is locked in memory.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace veerpont::crypto {

void wipe(void* memory, std::size_t size) noexcept;
// Constant time for equal sizes; different sizes are unequal.
bool equal(std::string_view a, std::string_view b) noexcept;

// N secret bytes on the stack or in their owner. Raw bytes only through reveal().
template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t size = N;
  Secret() noexcept { bytes_.fill(0); }
  // `bytes` must have N bytes; anything else is a programmer's error.
  static Secret from(std::string_view bytes);
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_.data(), N); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_.data(), N);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_.data(), N); }

  Secret clone() const { return from(reveal()); }
  std::string_view reveal() const noexcept {
    return {reinterpret_cast<const char*>(bytes_.data()), N};
  }
  unsigned char* writable() noexcept { return bytes_.data(); }
  const unsigned char* data() const noexcept { return bytes_.data(); }
  friend bool operator==(const Secret& a, const Secret& b) noexcept {
    return equal(a.reveal(), b.reveal());
  }

 private:
  std::array<unsigned char, N> bytes_;
};
using Key32 = Secret<32>;

// Secret bytes of any length: a decrypted document, a keystore's content.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : bytes_(size, '\0') {}
  // Takes the bytes over and wipes what is left behind.
  static SecretBytes take(std::string&& bytes);
  static SecretBytes copy(std::string_view bytes);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  std::string_view reveal() const noexcept { return bytes_; }
  unsigned char* writable() noexcept { return reinterpret_cast<unsigned char*>(bytes_.data()); }
  std::size_t size() const noexcept { return bytes_.size(); }
  // Shrinks; the bytes behind the end are wiped.
  void truncate(std::size_t size);

 private:
  std::string bytes_;
};

// A long-lived key: locked, guarded pages, read-only after it was made (libsodium sodium_malloc).
template <std::size_t N>
class GuardedSecret {
 public:
  static GuardedSecret from(std::string_view bytes);
  GuardedSecret(GuardedSecret&& other) noexcept : bytes_(other.bytes_) { other.bytes_ = nullptr; }
  GuardedSecret& operator=(GuardedSecret&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  GuardedSecret(const GuardedSecret&) = delete;
  GuardedSecret& operator=(const GuardedSecret&) = delete;
  ~GuardedSecret();
  std::string_view reveal() const noexcept { return {reinterpret_cast<const char*>(bytes_), N}; }
  const unsigned char* data() const noexcept { return bytes_; }

 private:
  explicit GuardedSecret(unsigned char* bytes) : bytes_(bytes) {}
  unsigned char* bytes_;
};
extern template class Secret<32>;
extern template class Secret<64>;
extern template class GuardedSecret<32>;
extern template class GuardedSecret<64>;

// Must run before anything else of this module; also turns core dumps off for the process.
void initialise();

}  // namespace veerpont::crypto
