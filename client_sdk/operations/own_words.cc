#include "client_sdk/operations/own_words.h"

#include "base/private_file.h"
#include "client_sdk/guard/leak_guard.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/home/secret_words_txt.h"
#include "client_sdk/operations/accesses.h"
#include "schemas/plain_characters.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostFile = 1u << 20, kMostWords = 500, kMostWord = 200;

bool is_word(const std::string& word) {
  return word.size() <= kMostWord && has_plain_characters(word, Lines::one) &&
         secret_words_in(word) == std::vector<std::string>{word} && LeakGuard({word}).usable();
}

}  // namespace

Result<std::vector<std::string>> secret_words(Context& context) {
  auto text = read_file(context.home->paths.secret_words, kMostFile);
  if (!text && text.refusal().code == RefusalCode::not_found) return std::vector<std::string>();
  if (!text) return text.refusal();
  return secret_words_in(*text);
}

Status set_secret_words(Context& context, const std::vector<std::string>& words,
                        const Actor& actor) {
  if (words.size() > kMostWords) return invalid("words: at most 500");
  std::string text = kSecretWords;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_word(words[i]))
      return invalid("words[" + std::to_string(i) +
                     "]: at most 200 characters on one line, not empty, and no # in front");
    text += words[i] + '\n';
  }
  v1::Access access = access_by(actor, AccessKind::changed);
  access.set_list("secret words: " + std::to_string(words.size()));
  if (auto logged = record_access(*context.home, access, context.clock.now()); !logged)
    return logged.refusal();
  return write_private_file(context.home->paths.secret_words, text);
}

}  // namespace veerpont::sdk
