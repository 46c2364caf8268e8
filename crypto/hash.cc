#include "crypto/hash.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <cstdlib>
#include <cstring>

#include "crypto/raw_bytes.h"

namespace veerpont::crypto {
namespace {

// OpenSSL's SHA-256, looked up once: its one-shot call looks the algorithm up again each time,
// which costs more than hashing a tree's node.
class Digest {
 public:
  Digest() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    if (algorithm_ == nullptr || context_ == nullptr) std::abort();
  }
  ~Digest() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(algorithm_);
  }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  Hash operator()(std::string_view bytes) const {
    Hash hash;
    if (EVP_DigestInit_ex2(context_, algorithm_, nullptr) != 1 ||
        EVP_DigestUpdate(context_, bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context_, hash.writable(), nullptr) != 1)
      std::abort();
    return hash;
  }

 private:
  EVP_MD* algorithm_;
  EVP_MD_CTX* context_;
};

// HMAC-SHA256 with a key of any length (RFC 2104).
Key32 hmac(std::string_view key, std::initializer_list<std::string_view> parts) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, raw(key), key.size());
  for (const std::string_view part : parts)
    crypto_auth_hmacsha256_update(&state, raw(part), part.size());
  Key32 out;
  crypto_auth_hmacsha256_final(&state, out.writable());
  wipe(&state, sizeof state);
  return out;
}

}  // namespace

std::optional<Hash> Hash::from_bytes(std::string_view bytes) {
  if (bytes.size() != size) return std::nullopt;
  Hash hash;
  std::memcpy(hash.bytes_.data(), bytes.data(), size);
  return hash;
}

Hash sha256(std::string_view bytes) {
  thread_local const Digest digest;
  return digest(bytes);
}

Key32 hkdf_extract(std::string_view salt, std::string_view ikm) { return hmac(salt, {ikm}); }

SecretBytes hkdf_expand(const Key32& prk, std::string_view info, std::size_t length) {
  if (length > 255 * Hash::size) std::abort();
  SecretBytes out(length);
  Key32 block;
  std::string_view previous;
  for (std::size_t done = 0, counter = 1; done < length; ++counter) {
    const char number = static_cast<char>(counter);
    block = hmac(prk.reveal(), {previous, info, std::string_view(&number, 1)});
    previous = block.reveal();
    const std::size_t take = std::min(length - done, Hash::size);
    std::memcpy(out.writable() + done, block.data(), take);
    done += take;
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  std::string hex(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), raw(bytes), bytes.size());
  hex.pop_back();
  return hex;
}

std::optional<std::string> from_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (hex.size() % 2 != 0 || hex.find_first_of("ABCDEF") != hex.npos) return std::nullopt;
  if (sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(),
                     hex.size(), nullptr, &length, &end) != 0)
    return std::nullopt;
  if (end != hex.data() + hex.size() || length != bytes.size()) return std::nullopt;
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.resize(std::strlen(text.c_str()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &length, &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(length);
  if (to_base64(bytes) != text)
    return std::nullopt;  // libsodium passes over some bytes beyond ASCII
  return bytes;
}

}  // namespace veerpont::crypto
