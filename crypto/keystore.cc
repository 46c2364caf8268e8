#include "crypto/keystore.h"

#include <sodium.h>

#include "base/private_file.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/raw_bytes.h"
#include "schemas/wire.h"
#include "veerpont/v1/keystore.pb.h"

namespace veerpont::crypto {
namespace {

constexpr std::uint64_t kMostMemory = 1u << 30;
constexpr std::uint32_t kMostPasses = 10;
constexpr std::size_t kSlotNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kSlotTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::string_view kSlotAad = "veerpont/keystore-slot/v1";
constexpr std::string_view kContentAad = "veerpont/keystore-content/v1";

Refusal unlock_failed() { return Refusal{RefusalCode::unlock_failed}; }

Result<Key32> slot_key(const v1::KeystoreSlot& slot, std::string_view secret) {
  if (slot.salt().size() != crypto_pwhash_SALTBYTES)
    return Refusal{RefusalCode::malformed, "keystore"};
  if (slot.kind() == v1::KeystoreSlot::KIND_CREDENTIAL) {
    const Key32 prk = hkdf_extract(slot.salt(), secret);
    const SecretBytes out = hkdf_expand(prk, kSlotAad, Key32::size);
    return Key32::from(out.reveal());
  }
  if (slot.memory_bytes() < argon2id::memory || slot.memory_bytes() > kMostMemory ||
      slot.passes() < argon2id::passes || slot.passes() > kMostPasses)
    return Refusal{RefusalCode::malformed, "keystore"};
  Key32 key;
  if (crypto_pwhash(key.writable(), Key32::size, secret.data(), secret.size(), raw(slot.salt()),
                    slot.passes(), slot.memory_bytes(), crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Refusal{RefusalCode::local_failure, "memory for Argon2id"};
  return key;
}

}  // namespace

std::string box(const Key32& key, std::string_view aad, std::string_view plaintext) {
  std::string out = random_bytes(kSlotNonce);
  out.resize(kSlotNonce + plaintext.size() + kSlotTag);
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + kSlotNonce, nullptr, raw(plaintext),
                                             plaintext.size(), raw(aad), aad.size(), nullptr, bytes,
                                             key.data());
  return out;
}

Result<SecretBytes> unbox(const Key32& key, std::string_view aad, std::string_view boxed) {
  if (boxed.size() < kSlotNonce + kSlotTag) return unlock_failed();
  SecretBytes out(boxed.size() - kSlotNonce - kSlotTag);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out.writable(), nullptr, nullptr,
                                                 raw(boxed) + kSlotNonce, boxed.size() - kSlotNonce,
                                                 raw(aad), aad.size(), raw(boxed), key.data()) != 0)
    return unlock_failed();
  return out;
}

Result<Unlock> Unlock::credential_file(const std::string& path) {
  auto bytes = read_file(path, 4096);
  if (!bytes) return bytes.refusal();
  if (bytes->size() != Key32::size)
    return Refusal{RefusalCode::unlock_failed, "a credential file holds 32 bytes"};
  return credential(SecretBytes::take(std::move(*bytes)));
}

Result<Unlock> Unlock::passphrase_file(const std::string& path) {
  auto bytes = read_file(path, 4096);
  if (!bytes) return bytes.refusal();
  SecretBytes text = SecretBytes::take(std::move(*bytes));
  text.truncate(std::min(text.size(), text.reveal().find('\n')));
  if (text.size() == 0) return Refusal{RefusalCode::unlock_failed, "the passphrase is empty"};
  return passphrase(std::move(text));
}

// Slot handling shared by the three operations.
struct Keystore::Access {
  static v1::KeystoreSlot::Kind kind_of(const Unlock& unlock) {
    return unlock.kind_ == Unlock::Kind::credential ? v1::KeystoreSlot::KIND_CREDENTIAL
                                                    : v1::KeystoreSlot::KIND_PASSPHRASE;
  }

  static Status fill(v1::KeystoreSlot& slot, const Unlock& unlock, const Key32& master) {
    slot.set_kind(kind_of(unlock));
    slot.set_salt(random_bytes(crypto_pwhash_SALTBYTES));
    if (unlock.kind_ == Unlock::Kind::passphrase) {
      slot.set_memory_bytes(argon2id::memory);
      slot.set_passes(argon2id::passes);
    }
    auto key = slot_key(slot, unlock.secret_.reveal());
    if (!key) return key.refusal();
    slot.set_wrapped(box(*key, kSlotAad, master.reveal()));
    return Done{};
  }

  static Result<v1::KeystoreFile> read(const std::string& path) {
    auto bytes = read_file(path);
    if (!bytes) return bytes.refusal();
    auto file = wire::parse<v1::KeystoreFile>(*bytes);
    if (!file || file->version() != 1) return Refusal{RefusalCode::malformed, "keystore"};
    return file;
  }

  static Result<Key32> master(const v1::KeystoreFile& file, const Unlock& unlock) {
    for (const auto& slot : file.slots()) {
      if (slot.kind() != kind_of(unlock)) continue;
      auto key = slot_key(slot, unlock.secret_.reveal());
      if (!key) return key.refusal();
      auto opened = unbox(*key, kSlotAad, slot.wrapped());
      if (!opened || opened->size() != Key32::size) return unlock_failed();
      return Key32::from(opened->reveal());
    }
    return unlock_failed();
  }
};

Status Keystore::create(const std::string& path, const Unlock& unlock, const SecretBytes& content) {
  v1::KeystoreFile file;
  file.set_version(1);
  const Key32 master = random_key();
  if (auto filled = Access::fill(*file.add_slots(), unlock, master); !filled) return filled;
  file.set_sealed(box(master, kContentAad, content.reveal()));
  return write_private_file(path, wire::serialise(file));
}

Result<SecretBytes> Keystore::open(const std::string& path, const Unlock& unlock) {
  auto file = Access::read(path);
  if (!file) return file.refusal();
  auto master = Access::master(*file, unlock);
  if (!master) return master.refusal();
  return unbox(*master, kContentAad, file->sealed());
}

Status Keystore::replace(const std::string& path, const Unlock& unlock,
                         const SecretBytes& content) {
  auto file = Access::read(path);
  if (!file) return file.refusal();
  auto master = Access::master(*file, unlock);
  if (!master) return master.refusal();
  file->set_sealed(box(*master, kContentAad, content.reveal()));
  return write_private_file(path, wire::serialise(*file));
}

Status Keystore::add_slot(const std::string& path, const Unlock& unlock, const Unlock& added) {
  auto file = Access::read(path);
  if (!file) return file.refusal();
  auto master = Access::master(*file, unlock);
  if (!master) return master.refusal();
  v1::KeystoreSlot* slot = nullptr;
  for (auto& candidate : *file->mutable_slots())
    if (candidate.kind() == Access::kind_of(added)) slot = &candidate;
  if (slot == nullptr) slot = file->add_slots();
  slot->Clear();
  if (auto filled = Access::fill(*slot, added, *master); !filled) return filled;
  return write_private_file(path, wire::serialise(*file));
}

}  // namespace veerpont::crypto
