// A proof of one event in a file (C2SP tlog-proof): whoever has the log's verifier key checks it,
// with no home, no network and nothing of ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/verifier.h"
#include "base/result.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::audit {

struct TlogProof {
  static constexpr std::size_t kMost = 256u << 10;  // bytes of a file
  std::string extra;                                // of an event: its salt (32 bytes) and its body
  std::uint64_t index = 0;
  std::vector<Hash> hashes;  // RFC 6962 inclusion proof, leaf to root
  std::string note;          // the signed checkpoint
  std::string str() const;
  // Nothing for what is not exactly that.
  static std::optional<TlogProof> parse(std::string_view text);
};

// Of an event that has its body.
TlogProof proof_of(const v1::ProvenEvent& proven, const std::string& note);

struct ProvenInLog {
  VerifiedEvent event;
  Checkpoint checkpoint;
};
// Refuses invalid-input for what is no proof, and tampered, with the part that does not hold, for
// one that proves nothing under this key.
Result<ProvenInLog> check_proof(std::string_view text, const VerifierKey& key);

}  // namespace veerpont::audit
