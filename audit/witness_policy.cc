#include "audit/witness_policy.h"

#include <algorithm>
#include <set>

#include "audit/checkpoint.h"
#include "base/limits.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"

namespace veerpont::audit {
namespace {

constexpr std::size_t kMostText = 1'000;

bool is_text(const std::string& text) {
  return text.size() <= kMostText && has_plain_characters(text, Lines::one);
}

}  // namespace

std::optional<WitnessPolicy> WitnessPolicy::parse(std::string_view body) {
  const auto said = wire::parse<v1::WitnessPolicy>(std::string(body));
  if (!said || !is_text(said->reason()) || static_cast<std::size_t>(said->witnesses_size()) > kMost)
    return std::nullopt;
  WitnessPolicy policy;
  std::set<std::string> keys, names, members;
  for (const auto& one : said->witnesses()) {
    auto key = VerifierKey::parse(one.verifier_key(), SignatureType::cosignature);
    const auto org = OrgId::parse(one.org());
    if (!key || (!org && !one.org().empty()) || (org && !one.url().empty()) ||
        !is_text(one.url()) || !keys.insert(key->public_key()).second ||
        !names.insert(key->name()).second || (org && !members.insert(org->str()).second))
      return std::nullopt;
    policy.witnesses_.push_back({std::move(*key), org, one.url()});
  }
  policy.quorum_ = said->quorum();
  policy.reason_ = said->reason();
  policy.at_once_ = said->at_once();
  const std::size_t all = policy.witnesses_.size();
  const bool is_quorum =
      all == 0 ? policy.quorum_ == 0 : policy.quorum_ <= all && 2 * policy.quorum_ > all;
  return is_quorum ? std::optional(std::move(policy)) : std::nullopt;
}

const Witness* WitnessPolicy::of(const OrgId& org) const {
  const auto found = std::ranges::find(witnesses_, std::optional(org), &Witness::org);
  return found == witnesses_.end() ? nullptr : &*found;
}

std::string witness_name(const std::string& origin, const OrgId& org) {
  return origin + "/witness/" + org.str();
}

std::vector<Cosigned> newest_cosigned(const std::vector<std::string>& notes,
                                      const WitnessPolicy& policy,
                                      const std::function<bool(const Witness&)>& counts) {
  std::vector<Cosigned> out;
  for (const Witness& witness : policy.witnesses()) {
    if (counts && !counts(witness)) continue;
    Cosigned newest;
    for (const std::string& text : notes) {
      const auto note = Note::parse(text);
      const auto checkpoint = note ? Checkpoint::parse(note->text) : std::nullopt;
      if (!checkpoint || checkpoint->size < newest.size) continue;
      if (const auto time = cosigned_at(*note, witness.key);
          time && (checkpoint->size > newest.size || *time > newest.time))
        newest = {checkpoint->size, *time};
    }
    if (newest.size > 0) out.push_back(newest);
  }
  return out;
}

bool contradict_time(const std::vector<Cosigned>& cosigned, std::size_t quorum, LogIndex index,
                     Time time) {
  std::size_t earlier = 0, later = 0;  // than it says
  for (const Cosigned& one : cosigned) {
    const bool has_it = index.value < one.size;
    // A cosignature's time is of whole seconds.
    if (has_it && time > one.time + limits::witness_clock + std::chrono::seconds(1)) ++earlier;
    if (!has_it && time < one.time - limits::witness_clock) ++later;
  }
  return quorum > 0 && std::max(earlier, later) >= quorum;
}

}  // namespace veerpont::audit
