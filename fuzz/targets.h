// Everything that takes bytes from outside, each as one function for a fuzzer: any bytes may come,
// none may crash it, and none may make it believe what is not so. A finding is an abort.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

namespace veerpont::fuzz {

void frame(std::string_view bytes);          // what a session reads, on both sides
void header(std::string_view bytes);         // a message's header
void grant(std::string_view bytes);          // the signed objects besides the header
void key_statement(std::string_view bytes);  // a statement with its signatures
void note(std::string_view bytes);           // signed notes, checkpoints, verifier keys
void evidence(std::string_view bytes);       // against a log, and who its witnesses are
void proof(
    std::string_view bytes);  // inclusion and consistency, beside a tree that is really there
void tile_path(std::string_view bytes);        // paths below /log/tile/
void http_request(std::string_view bytes);     // a whole HTTP request without a client certificate
void gateway_request(std::string_view bytes);  // what a browser asks the gateway
void passkey(std::string_view bytes);          // what an authenticator answered, as a page says it
void id_token(std::string_view bytes);         // of an OpenID provider, with its keys
void document_json(std::string_view bytes);    // documents that a person or a system hands in
void invitation(std::string_view bytes);       // the file that `join` reads
void draft(std::string_view bytes);            // a draft of a grant, judged by the rules
void text(std::string_view
              bytes);  // free text before the leak guard, and the files that an organisation edits
void dossier_rows(std::string_view bytes);  // a dossier whose rows somebody changed
void session(std::string_view bytes);  // a sequence of frames against session, gate and committer

struct Target {
  const char* name;
  void (*run)(std::string_view bytes);
};
std::span<const Target> targets();

// A property that no input may break.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// Takes pieces from the front of an input; past the end everything is zero or empty.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  unsigned char byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  std::uint16_t u16() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  std::uint64_t u64() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }
  std::string_view text(std::size_t length) {
    const auto taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace veerpont::fuzz
