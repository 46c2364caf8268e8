#include "gateway/openid/id_token.h"
#include "fuzz/targets.h"

namespace veerpont::fuzz {

// A token and, after a line, the keys that the provider says it has: nobody is let in by bytes that
// no key of these signed. The claims that would be needed are never in what a fuzzer signs.
void id_token(std::string_view bytes) {
  const auto end = std::min(bytes.find('\n'), bytes.size());
  const gateway::IdTokenRules rules{"https://login.example", "veerpont", "a nonce of ours",
                                    "preferred_username", time_from_ms(1'800'000'000'000)};
  const auto said = gateway::verified_id_token(
      std::string(bytes.substr(0, end)), bytes.substr(std::min(end + 1, bytes.size())), rules);
  require(!said, "nobody signed this for us");
}

}  // namespace veerpont::fuzz
