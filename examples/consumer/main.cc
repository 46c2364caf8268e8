// What a case-management system does with libveerpont: refer a child under a grant, and take in
// what others send.
//   consumer HOME CREDENTIAL_FILE refer DOCUMENT GRANT_ID
//   consumer HOME CREDENTIAL_FILE receive
#include <veerpont/veerpont.h>

#include <cstdlib>
#include <iostream>
#include <string>

using namespace veerpont;

namespace {

int fail(const Refusal& refusal) {
  std::cerr << id_of(refusal.code) << ": " << describe(refusal) << '\n';
  return exit_code_of(refusal.code);
}

int refer(Client& client, const std::string& file, const std::string& grant_id) {
  const auto grant = GrantId::parse(grant_id);
  if (!grant) return fail({RefusalCode::invalid_input, "a grant's id is 32 hex digits"});
  auto draft = Referral::from_json_file(file);  // a refusal names the field, never its text
  if (!draft) return fail(draft.refusal());
  auto sent = client.refer(*draft, *grant);  // returns after the durable, verified receipt
  if (!sent) return fail(sent.refusal());
  std::cout << sent->referral.hex() << ' ' << sent->message.hex() << " is event "
            << sent->index.value << '\n';
  return 0;
}

// `worker`: who reads it, one of `veerpont worker list`.
int receive(Client& client, const std::string& worker) {
  const auto done = client.receive([&](Message& message) {  // stored and verified
    auto document = message.open(Actor{worker});            // logs, releases, decrypts
    if (!document) {
      std::cerr << describe(document.refusal()) << '\n';
      return Then::keep;  // comes again, same message id
    }
    std::cout << message.referral().hex() << ' ' << document->json << '\n';
    return Then::done;  // exactly once from here on
  });
  return done ? 0 : fail(done.refusal());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 3 ? argv[3] : "";
  if (!(what == "refer" && argc == 6) && !(what == "receive" && argc == 4)) {
    std::cerr << "usage: consumer HOME CREDENTIAL_FILE refer DOCUMENT GRANT_ID | receive\n"
                 "  receive shows content: VEERPONT_WORKER says to whom\n";
    return 2;
  }
  auto unlock = Unlock::credential_file(argv[2]);
  if (!unlock) return fail(unlock.refusal());
  auto home = Home::open(argv[1], *unlock);
  if (!home) return fail(home.refusal());
  Client client(std::move(*home));  // safe from any thread
  const char* worker = std::getenv("VEERPONT_WORKER");
  return what == "refer" ? refer(client, argv[4], argv[5])
                         : receive(client, worker == nullptr ? "" : worker);
}
