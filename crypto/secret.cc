#include "crypto/secret.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace veerpont::crypto {

void wipe(void* memory, std::size_t size) noexcept { sodium_memzero(memory, size); }

bool equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

template <std::size_t N>
Secret<N> Secret<N>::from(std::string_view bytes) {
  if (bytes.size() != N) std::abort();
  Secret secret;
  std::memcpy(secret.bytes_.data(), bytes.data(), N);
  return secret;
}

SecretBytes SecretBytes::take(std::string&& bytes) {
  SecretBytes secret = copy(bytes);
  wipe(bytes.data(), bytes.size());
  bytes.clear();
  return secret;
}

SecretBytes SecretBytes::copy(std::string_view bytes) {
  SecretBytes secret;
  secret.bytes_.assign(bytes);
  return secret;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept { *this = std::move(other); }

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes_.data(), bytes_.size());
  const std::size_t size = other.bytes_.size();
  bytes_ = std::move(other.bytes_);
  other.bytes_.assign(std::min<std::size_t>(size, 15),
                      '\0');  // a short string was copied: its source is wiped
  other.bytes_.clear();
  return *this;
}

SecretBytes::~SecretBytes() { wipe(bytes_.data(), bytes_.size()); }

void SecretBytes::truncate(std::size_t size) {
  if (size >= bytes_.size()) return;
  wipe(bytes_.data() + size, bytes_.size() - size);
  bytes_.resize(size);
}

template <std::size_t N>
GuardedSecret<N> GuardedSecret<N>::from(std::string_view bytes) {
  if (bytes.size() != N) std::abort();
  auto* memory = static_cast<unsigned char*>(sodium_malloc(N));
  if (memory == nullptr) throw std::bad_alloc();
  std::memcpy(memory, bytes.data(), N);
  sodium_mprotect_readonly(memory);
  return GuardedSecret(memory);
}

template <std::size_t N>
GuardedSecret<N>::~GuardedSecret() {
  sodium_free(bytes_);
}

template class Secret<32>;
template class Secret<64>;
template class GuardedSecret<32>;
template class GuardedSecret<64>;

void initialise() {
  if (sodium_init() < 0) std::abort();
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(VEERPONT_SANITIZED)
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace veerpont::crypto
