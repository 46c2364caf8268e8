// policy show, set: what an organisation decided for itself. secret-words show, set: what must
// never be sent.
#include "cli/commands/output.h"

namespace veerpont::cli {
namespace {

std::string spoken(const Options& options, const PolicyRule& rule, int value) {
  if (!rule.yes_no) return std::to_string(value);
  return value == 1 ? say(options, "ja", "yes") : say(options, "nee", "no");
}

int show(const Options& options, const Result<OwnPolicy>& own) {
  if (!own) return fail(options, own.refusal());
  std::vector<std::string> lines;
  for (const PolicyRule& rule : own->rules)
    lines.push_back(rule.key + " = " + spoken(options, rule, rule.value) +
                    (rule.value == rule.usual ? ""
                                              : say(options, "  (anders: ", "  (otherwise: ") +
                                                    spoken(options, rule, rule.usual) + ")"));
  for (const PolicyVersion& version : own->versions)
    lines.push_back(words(options, version.since) + "  " + version.sha256.substr(0, 16) + "  " +
                    version.changed + (version.person.empty() ? "" : "  " + version.person));
  return print(options, api::policy(*own), lines);
}

}  // namespace

int policy_show(const Options& options) {
  auto opened = client(options);
  return opened ? show(options, opened->policy()) : fail(options, opened.refusal());
}

int policy_set(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  Actor actor{options.worker};
  actor.role = ActorRole::administrator;
  return show(options, opened->set_policy(options.id, options.value, actor));
}

int secret_words_show(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto words = opened->secret_words();
  if (!words) return fail(options, words.refusal());
  api::v1::SecretWords out;
  for (const std::string& word : *words) out.add_words(word);
  return print(options, out, *words);
}

int secret_words_set(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  Actor actor{options.worker};
  actor.role = ActorRole::administrator;
  auto set = opened->set_secret_words(options.words, actor);
  return set ? secret_words_show(options) : fail(options, set.refusal());
}

}  // namespace veerpont::cli
