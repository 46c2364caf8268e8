#include "client_sdk/home/epoch_keys.h"

#include "base/kill_point.h"
#include "base/limits.h"
#include "crypto/big_endian.h"
#include "crypto/hash.h"

namespace veerpont::sdk {
namespace {

constexpr SealedSlots::Layout kLayout{"VPEPOCH2", 4, crypto::Key32::size, 32};
constexpr std::uint32_t kPlausible = limits::epochs_ahead + 1;  // ahead

std::string tag_of(std::uint32_t epoch) { return crypto::Transcript().u32(epoch).str(); }
std::uint32_t epoch_in(const std::string& tag) {
  return static_cast<std::uint32_t>(crypto::big_endian(tag));
}

}  // namespace

Result<EpochKeys> EpochKeys::open(const std::string& path, const crypto::Key32& storage_key) {
  auto slots = SealedSlots::open(path, storage_key, kLayout);
  if (!slots) return slots.refusal();
  EpochKeys keys(std::move(*slots));
  for (const auto& [slot, entry] : keys.slots_.entries())
    keys.keys_.insert_or_assign(
        epoch_in(entry.tag),
        Held{slot, crypto::hpke::key_pair_from(crypto::Key32::from(entry.secret.reveal()))});
  return keys;
}

Result<bool> EpochKeys::top_up(Time now) {
  bool any = false;
  const std::uint32_t current = crypto::epoch_at(now);
  for (std::uint32_t epoch = current; epoch <= current + limits::epochs_ahead; ++epoch) {
    if (keys_.contains(epoch)) continue;
    auto pair = crypto::hpke::generate_key_pair();
    auto slot = slots_.put(tag_of(epoch), crypto::SecretBytes::copy(pair.secret.reveal()));
    if (!slot) return slot.refusal();
    keys_.insert_or_assign(epoch, Held{*slot, std::move(pair)});
    any = true;
  }
  if (!any) return false;
  kill_point("epoch-written");
  if (auto synced = slots_.sync(); !synced)
    return synced.refusal();  // before anybody may seal to them
  return true;
}

template <class Over>
Status EpochKeys::destroy_where(Over over) {
  bool any = false;
  for (auto key = keys_.begin(); key != keys_.end();) {
    if (!over(key->first, key->second.pair)) {
      ++key;
      continue;
    }
    if (auto destroyed = slots_.destroy(key->second.slot); !destroyed) return destroyed;
    kill_point("epoch-destroyed");
    key = keys_.erase(key);
    any = true;
  }
  return any ? slots_.sync() : Status(Done{});
}

Status EpochKeys::destroy_due(Time now) {
  return destroy_where([&](std::uint32_t epoch, const auto&) {
    return crypto::epoch_is_due_for_destruction(epoch, now);
  });
}

Status EpochKeys::prune_implausible(Time now,
                                    const std::function<bool(const std::string&)>& is_logged) {
  return destroy_where([&](std::uint32_t epoch, const crypto::hpke::KeyPair& pair) {
    return epoch > crypto::epoch_at(now) + kPlausible && !is_logged(pair.public_key);
  });
}

const crypto::hpke::KeyPair* EpochKeys::find(std::uint32_t epoch) const {
  const auto found = keys_.find(epoch);
  return found == keys_.end() ? nullptr : &found->second.pair;
}

void EpochKeys::publish(v1::KeyStatement& statement, Time now) const {
  for (const auto& [epoch, held] : keys_) {
    if (epoch < crypto::epoch_at(now) || epoch > crypto::epoch_at(now) + kPlausible) continue;
    auto* key = statement.add_epoch_keys();
    key->set_epoch(epoch);
    key->set_public_key(held.pair.public_key);
  }
}

}  // namespace veerpont::sdk
