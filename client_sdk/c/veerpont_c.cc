#include "veerpont/veerpont_c.h"

#include <cstdlib>
#include <cstring>

#include "client_sdk/c/operations.h"
#include "crypto/secret.h"

struct veerpont_client {
  veerpont::Client client;
};

namespace {

using veerpont::RefusalCode;
using veerpont::api::Called;

// Nothing throws across: what broke on this machine is a refusal too.
template <class Call>
int answered(char** answer, Call call) {
  Called called;
  try {
    called = call();
  } catch (const std::exception&) {  // its words may name a file's content
    called =
        veerpont::api::answer_refused({RefusalCode::local_failure, "this machine could not do it"});
  }
  if (answer != nullptr) {
    *answer = static_cast<char*>(std::malloc(called.json.size() + 1));
    if (*answer != nullptr) std::memcpy(*answer, called.json.c_str(), called.json.size() + 1);
  }
  veerpont::crypto::wipe(called.json.data(), called.json.size());
  return called.exit;
}

}  // namespace

extern "C" {

int veerpont_open(const char* home, const char* credential_file, veerpont_client** client,
                  char** answer) {
  if (client != nullptr) *client = nullptr;
  return answered(answer, [&]() -> Called {
    if (home == nullptr || credential_file == nullptr || client == nullptr)
      return veerpont::api::answer_refused(
          {RefusalCode::invalid_input, "home, credential_file, client"});
    auto unlock = veerpont::Unlock::credential_file(credential_file);
    if (!unlock) return veerpont::api::answer_refused(unlock.refusal());
    auto opened = veerpont::Home::open(home, *unlock);
    if (!opened) return veerpont::api::answer_refused(opened.refusal());
    *client = new veerpont_client{veerpont::Client(std::move(*opened))};
    return {0, "{}"};
  });
}

int veerpont_call(veerpont_client* client, const char* operation, const char* json, size_t length,
                  char** answer) {
  return answered(answer, [&]() -> Called {
    if (operation == nullptr || (json == nullptr && length > 0))
      return veerpont::api::answer_refused({RefusalCode::invalid_input, "operation, json"});
    return veerpont::api::call(
        client == nullptr ? nullptr : &client->client, operation,
        json == nullptr ? std::string_view() : std::string_view(json, length));
  });
}

int veerpont_wait_fd(veerpont_client* client) {
  if (client == nullptr) return -1;
  try {
    client->client.start();
  } catch (const std::exception&) {
    return -1;
  }
  return client->client.wait_fd();
}

void veerpont_acknowledge(veerpont_client* client) {
  if (client != nullptr) client->client.acknowledge();
}

void veerpont_free(char* answer) {
  if (answer != nullptr) veerpont::crypto::wipe(answer, std::strlen(answer));
  std::free(answer);
}

void veerpont_close(veerpont_client* client) { delete client; }

}  // extern "C"
