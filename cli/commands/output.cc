#include "cli/commands/output.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/dutch.h"
#include "base/spoken_time.h"
#include "crypto/secret.h"
#include "schemas/document_json.h"

namespace veerpont::cli {
namespace {

Refusal invalid(std::string what) { return Refusal{RefusalCode::invalid_input, std::move(what)}; }

template <class T>
Result<T> id_from(const std::string& text, const char* what) {
  const auto id = T::parse(text);
  if (!id) return invalid(std::string(what) + " is 32 hex digits in lower case");
  return *id;
}

std::string ids_of(CategorySet categories) {
  std::string out;
  for (const Category category : categories.list())
    out += (out.empty() ? "" : ", ") + id_of(category);
  return out;
}

// Typed without an echo.
crypto::SecretBytes read_secret(const char* prompt) {
  std::cerr << prompt << ": " << std::flush;
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  std::string text;
  std::getline(std::cin, text);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::cerr << '\n';
  return crypto::SecretBytes::take(std::move(text));
}

// What others wrote moves nothing on a screen: control characters become a question mark.
std::string visible(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f || c1;
    out += control ? '?' : text[i];
    if (c1) ++i;
  }
  return out;
}

}  // namespace

int fail(const Options& options, const Refusal& refusal) {
  const int code = exit_code_of(refusal.code);
  const Language language = language_of(options);
  const std::string word = code == 3   ? say(options, "geweigerd: ", "refused: ")
                           : code == 4 ? say(options, "geknoeid: ", "tampered: ")
                                       : say(options, "fout: ", "error: ");
  tell(word + std::string(id_of(refusal.code)) + ": " +
       with_times_in_words(describe(refusal, language), language));
  if (const auto more = command_of(refusal.code); !more.empty())
    tell(say(options, "zie: ", "see: ") + std::string(more));
  if (options.json) std::cout << write_json(api::refused(refusal), false) << '\n';
  return code;
}

int print(const Options& options, const google::protobuf::Message& answer,
          const std::vector<std::string>& lines) {
  if (options.json)
    std::cout << write_json(answer, false) << '\n';
  else
    for (const auto& line : lines) std::cout << visible(line) << '\n';
  return std::cout.flush() ? 0 : 1;
}

void tell(const std::string& line) { std::cerr << visible(line) << '\n'; }

Language language_of(const Options& options) {
  if (!options.language.empty())
    return options.language == "en" ? Language::english : Language::dutch;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      return std::string_view(value).starts_with("en") ? Language::english : Language::dutch;
  return Language::dutch;
}

std::string say(const Options& options, const std::string& dutch, const std::string& english) {
  return language_of(options) == Language::dutch ? dutch : english;
}

std::string words(const Options& options, Time time) {
  return in_words(time, language_of(options));
}
std::string words(const Options& options, const Date& day) {
  return in_words(day, language_of(options));
}

std::string called(const Options& options, const std::string& title, const std::string& org,
                   bool suspended) {
  return (title.empty() || title == org ? org : title + " (" + org + ")") +
         (suspended ? say(options, " [geschorst]", " [suspended]") : "");
}

Result<Unlock> unlock() {
  if (const char* file = std::getenv("VEERPONT_CREDENTIAL_FILE"))
    return Unlock::credential_file(file);
  if (const char* file = std::getenv("VEERPONT_PASSPHRASE_FILE"))
    return Unlock::passphrase_file(file);
  if (::isatty(STDIN_FILENO) == 0)
    return Refusal{RefusalCode::unlock_failed,
                   "set VEERPONT_CREDENTIAL_FILE or VEERPONT_PASSPHRASE_FILE"};
  return Unlock::passphrase(std::string(read_secret("Passphrase").reveal()));
}

Result<Client> client(const Options& options) {
  auto opened = unlock();
  if (!opened) return opened.refusal();
  auto home = Home::open(options.home, *opened);
  if (!home) return home.refusal();
  Client client(std::move(*home));
  client.on_alarm([language = language_of(options)](const std::string& text) {
    const bool dutch = language == Language::dutch;
    tell((dutch ? "let op: " : "warning: ") +
         with_times_in_words(dutch ? in_dutch(text) : text, language));
  });
  return client;
}

Result<Client> reading_client(const Options& options, bool mail) {
  auto opened = client(options);
  if (!opened) return opened;
  const Status synced = options.offline ? Status(Refusal{RefusalCode::broker_unreachable})
                                        : opened->sync(std::chrono::seconds(2), mail);
  if (synced) return opened;
  if (options.fresh || exit_code_of(synced.refusal().code) != 5) return synced.refusal();
  const auto as_of = opened->as_of();
  std::string line = say(options, "Stand van ", "As of ") +
                     (as_of ? words(options, *as_of)
                            : say(options, "nooit: het register is nog niet gelezen",
                                  "never: the log was not read yet"));
  if (!options.offline)
    line += say(options, "; Veerpont antwoordt niet: ", "; Veerpont does not answer: ") +
            describe(synced.refusal(), language_of(options));
  tell(line);
  return opened;
}

Result<Pin> pin(const std::string& file, const char* prompt) {
  if (!file.empty()) return Pin::from_file(file);
  if (::isatty(STDIN_FILENO) == 0)
    return invalid("name a file with the PIN, or type it on a terminal");
  return Pin::typed(std::string(read_secret(prompt).reveal()));
}

Result<Pin> new_pin(const std::string& file) {
  if (!file.empty()) return Pin::from_file(file);
  if (::isatty(STDIN_FILENO) == 0)
    return invalid("name a file with the PIN, or type it on a terminal");
  const crypto::SecretBytes once = read_secret("New PIN");
  if (once.reveal() != read_secret("The same again").reveal())
    return invalid("the two are not the same");
  return Pin::typed(std::string(once.reveal()));
}

Reasons reasons_of(const Options& options) {
  Reasons reasons;
  for (const std::string& given : options.reasons) {
    const auto equals = given.find('=');
    const bool placed = given.starts_with('/') && equals != given.npos;
    reasons[placed ? given.substr(0, equals) : ""] = placed ? given.substr(equals + 1) : given;
  }
  return reasons;
}

Actor actor_of(const Options& options) {
  const char* worker = std::getenv("VEERPONT_WORKER");
  return {options.worker.empty() && worker != nullptr ? worker : options.worker,
          actor_role_from_id(options.role).value_or(ActorRole::worker), options.purpose,
          options.why};
}

Result<GrantId> grant_id(const std::string& text) { return id_from<GrantId>(text, "a grant's id"); }
Result<ReferralId> referral_id(const std::string& text) {
  return id_from<ReferralId>(text, "a referral's id");
}
Result<MessageId> message_id(const std::string& text) {
  return id_from<MessageId>(text, "a message's id");
}

Result<CategorySet> categories(const std::vector<std::string>& ids) {
  CategorySet set;
  for (const auto& id : ids) {
    const auto category = category_from_id(id);
    if (!category) return invalid("no such category; one of: " + ids_of(CategorySet::all()));
    set.add(*category);
  }
  return set;
}

Result<std::optional<Time>> time(const std::string& text) {
  if (text.empty()) return std::optional<Time>();
  const auto parsed = parse_rfc3339(text);
  if (!parsed) return invalid("a time is written 2026-12-01T09:00:00Z");
  return std::optional(*parsed);
}

bool has_actor(const Options& options) { return !actor_of(options).person.empty(); }

Result<std::optional<Date>> optional_day(const std::string& text) {
  if (text.empty()) return std::optional<Date>();
  const auto parsed = parse_date(text);
  if (!parsed) return invalid("a day is written 2026-12-01");
  return std::optional(*parsed);
}

Result<std::string> text_of(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return Refusal{RefusalCode::not_found, path};
  return text.str();
}

std::string joined(CategorySet categories, Language language) {
  std::string out;
  for (const Category category : categories.list())
    out += (out.empty() ? "" : ", ") + label_of(category, language);
  return out;
}

}  // namespace veerpont::cli
