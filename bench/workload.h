// Frames made before the clock runs: grants, messages sealed and signed under them, releases.
#pragma once

#include <string>
#include <vector>

#include "client_sdk/home/home.h"
#include "crypto/objects/key_statement.h"
#include "tests/fakes/frames.h"

namespace veerpont::bench {

// Two sections of this size: the record of the grant and a document.
inline constexpr std::size_t kSectionBytes = 1024;
inline constexpr std::size_t kMessagesPerGrant = 8;

// A sender, a recipient, and the keys that the recipient published.
struct Parties {
  fakes::Signer sender;
  fakes::Signer recipient;
  crypto::KeyStatement recipient_keys;
};

CategorySet sections();
fakes::GrantWanted grant_wanted(const Parties& parties);

// Serialised ClientFrames, each list numbered 1, 2, … by request id.
struct Workload {
  std::vector<std::string> grants;
  std::vector<std::string> submits;
  std::vector<std::string> releases;  // of both sections of each message
};
Workload make_workload(const Parties& parties, std::size_t messages);

}  // namespace veerpont::bench
