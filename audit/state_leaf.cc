#include "audit/state_leaf.h"

#include "audit/verifier.h"
#include "crypto/big_endian.h"

namespace veerpont::audit {
namespace {

constexpr std::size_t kStateBytes = 8 + 8 + 2 * (8 + Hash::size);

std::uint64_t u64_at(std::string_view bytes, std::size_t place) {
  return crypto::big_endian(bytes.substr(place, 8));
}

ListHead list_at(std::string_view bytes, std::size_t place) {
  return {u64_at(bytes, place), *Hash::from_bytes(bytes.substr(place + 8, Hash::size))};
}

}  // namespace

LogIndex event_place(LogIndex first, std::size_t later) {
  LogIndex place = first;
  if (is_state_place(place.value)) ++place.value;
  for (; later > 0; --later) {
    ++place.value;
    if (is_state_place(place.value)) ++place.value;
  }
  return place;
}

std::optional<LogIndex> fixed_state_in(std::uint64_t size) {
  if (size < kStateEvery) return std::nullopt;
  return LogIndex{size / kStateEvery * kStateEvery - 1};
}

std::string TreeState::bytes() const {
  return crypto::Transcript()
      .u64(index.value)
      .u64(static_cast<std::uint64_t>(to_ms(time)))
      .u64(directory.size)
      .bytes(directory.root.bytes())
      .u64(withdrawn.size)
      .bytes(withdrawn.root.bytes())
      .str();
}

std::optional<TreeState> TreeState::parse(std::string_view bytes) {
  if (bytes.size() != kStateBytes) return std::nullopt;
  return TreeState{LogIndex{u64_at(bytes, 0)},
                   time_from_ms(static_cast<std::int64_t>(u64_at(bytes, 8))), list_at(bytes, 16),
                   list_at(bytes, 16 + 8 + Hash::size)};
}

Hash state_commitment(std::string_view salt, std::string_view state) {
  return crypto::Transcript("veerpont/state/v1").bytes(salt).bytes(state).sha256();
}

Hash directory_leaf(LogIndex index, const Hash& entry) {
  return leaf_hash(crypto::Transcript().u64(index.value).bytes(entry.bytes()).str());
}

Hash withdrawn_leaf(LogIndex state, const Hash& key) {
  return leaf_hash(crypto::Transcript().u64(state.value).bytes(key.bytes()).str());
}

Hash withdrawal_key(const Hash& grant_sha256, std::optional<Category> category) {
  return crypto::Transcript("veerpont/withdrawn/v1")
      .bytes(grant_sha256.bytes())
      .u16(category ? static_cast<std::uint16_t>(*category) : 0)
      .sha256();
}

std::vector<Hash> withdrawal_keys(const Hash& grant_sha256, CategorySet categories) {
  if (categories.empty()) return {withdrawal_key(grant_sha256, std::nullopt)};
  std::vector<Hash> keys;
  for (const Category category : categories.list())
    keys.push_back(withdrawal_key(grant_sha256, category));
  return keys;
}

Result<TreeState> verify_state(const v1::StateOpening& opening, LogIndex place, std::uint64_t size,
                               const Hash& root) {
  const auto state = TreeState::parse(opening.state());
  if (!state || opening.salt().size() != Hash::size || state->index != place ||
      !verify_inclusion(leaf_hash(state_commitment(opening.salt(), opening.state()).bytes()),
                        place.value, size, hashes_from(opening.inclusion_proof()), root))
    return Refusal{RefusalCode::tampered,
                   "the log's state at number " + std::to_string(place.value)};
  return *state;
}

}  // namespace veerpont::audit
