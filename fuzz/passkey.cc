#include "gateway/people/passkey.h"
#include "fuzz/targets.h"

namespace veerpont::fuzz {

// What a page says that an authenticator answered: nobody comes in with a key that nobody made.
void passkey(std::string_view bytes) {
  const gateway::RelyingParty party{"werk.binnenvest.example", "https://werk.binnenvest.example"};
  const std::string challenge(32, 'c');
  const auto end = std::min(bytes.find('\n'), bytes.size());
  gateway::AuthenticatorAnswer answer;
  const std::string typed = R"({"type":"webauthn.create","challenge":")" +
                            gateway::base64url(challenge) + R"(","origin":")" + party.origin +
                            R"("})";
  answer.client_data = end == 0 ? typed : std::string(bytes.substr(0, end));
  answer.authenticator_data = std::string(bytes.substr(std::min(end + 1, bytes.size())));
  const auto made = gateway::registered_passkey(party, challenge, answer);
  if (!made) return;
  require(!made->id.empty() && !made->public_key.empty(), "a passkey has a key");
  answer.signature = answer.authenticator_data;
  require(!gateway::asserted_passkey(party, challenge, *made, answer), "nothing was signed");
}

}  // namespace veerpont::fuzz
