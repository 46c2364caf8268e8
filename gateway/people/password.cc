#include "gateway/people/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <semaphore>

#include "crypto/keystore.h"
#include "gateway/people/common_passwords_txt.h"

namespace veerpont::gateway {
namespace {

constexpr std::size_t kFewest = 12;
constexpr std::size_t kMost = 128;
constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kInvitation = 20;
constexpr std::size_t kGroup = 5;

// Four at once are 256 MiB.
constexpr std::ptrdiff_t kAtOnce = 4;
// Nobody who only knocks takes the threads of those who are in.
constexpr int kWaiting = 4;
constexpr auto kPatience = std::chrono::seconds(5);

class Turn {
 public:
  Turn() {
    static std::atomic<int> waiting = 0;
    if (waiting++ < kWaiting) mine_ = turns().try_acquire_for(kPatience);
    --waiting;
  }
  ~Turn() {
    if (mine_) turns().release();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  static std::counting_semaphore<kAtOnce>& turns() {
    static std::counting_semaphore<kAtOnce> all(kAtOnce);
    return all;
  }
  bool mine_ = false;
};

Refusal busy() { return Refusal{RefusalCode::busy, "too many log in at once"}; }

bool is_common(std::string_view password) {
  std::string_view list = kCommonPasswords;
  while (!list.empty()) {
    const auto end = std::min(list.find('\n'), list.size());
    if (list.substr(0, end) == password) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::size_t characters_in(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

}  // namespace

Status check_password(const crypto::SecretBytes& password, const std::string& login) {
  const std::string_view text = password.reveal();
  if (characters_in(text) < kFewest || text.size() > kMost)
    return Refusal{RefusalCode::invalid_input, "password: 12 to 128 characters"};
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const bool common = is_common(lower) || lower == login || lower.find(login) == 0;
  crypto::wipe(lower.data(), lower.size());
  if (common)
    return Refusal{RefusalCode::invalid_input,
                   "password: many people use this one, or it begins with the user name"};
  return Done{};
}

Result<std::string> verifier_of(const crypto::SecretBytes& password) {
  const Turn turn;
  if (!turn) return busy();
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.reveal().data(), password.size(),
                        crypto::argon2id::passes, crypto::argon2id::memory) != 0)
    return Refusal{RefusalCode::local_failure, "memory for Argon2id"};
  return std::string(text.data());
}

Result<bool> fits(const crypto::SecretBytes& password, const std::string& verifier) {
  if (verifier.empty()) {
    if (auto spent = verifier_of(password); !spent) return spent.refusal();
    return false;
  }
  const Turn turn;
  if (!turn) return busy();
  return verifier.size() < crypto_pwhash_STRBYTES &&
         crypto_pwhash_str_verify(verifier.c_str(), password.reveal().data(), password.size()) == 0;
}

std::string new_invitation() {
  std::string text;
  for (std::size_t i = 0; i < kInvitation; ++i) {
    if (i > 0 && i % kGroup == 0) text += '-';
    text += kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
  }
  return text;
}

crypto::SecretBytes typed_invitation(const std::string& text) {
  std::string kept;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') kept += static_cast<char>(c - 32);
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) kept += c;
  }
  return crypto::SecretBytes::take(std::move(kept));
}

}  // namespace veerpont::gateway
