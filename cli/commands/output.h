// Results on standard output, everything else on standard error; `--json` prints one JSON document,
// a message of api.proto, on every exit. People read Dutch, or English with --lang or LANG, and the
// time in Amsterdam.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "client_sdk/c/answers.h"
#include "veerpont/veerpont.h"

namespace veerpont::cli {

// The refusal on standard error, as JSON on standard output with --json, and its exit code.
int fail(const Options& options, const Refusal& refusal);
// The lines for people, or the answer.
int print(const Options& options, const google::protobuf::Message& answer,
          const std::vector<std::string>& lines);
// On standard error, beside a result.
void tell(const std::string& line);

// From VEERPONT_CREDENTIAL_FILE, VEERPONT_PASSPHRASE_FILE, or a prompt on the terminal.
Result<Unlock> unlock();
Result<Client> client(const Options& options);
// For what reads: asks the broker first, for two seconds. When it does not answer, says how old
// what is here is; with --fresh that is a refusal, and with --offline it is not asked.
Result<Client> reading_client(const Options& options, bool mail = false);
// From a file, or a prompt on the terminal; a new one is asked for twice.
Result<Pin> pin(const std::string& file, const char* prompt);
Result<Pin> new_pin(const std::string& file);
// POINTER=TEXT, or TEXT alone.
Reasons reasons_of(const Options& options);
// Who looks, from --worker or VEERPONT_WORKER, --role, --purpose and --why.
Actor actor_of(const Options& options);
// Whether anybody says so.
bool has_actor(const Options& options);

Result<GrantId> grant_id(const std::string& text);
Result<ReferralId> referral_id(const std::string& text);
Result<MessageId> message_id(const std::string& text);
Result<CategorySet> categories(const std::vector<std::string>& ids);
Result<std::optional<Time>> time(const std::string& text);
Result<std::optional<Date>> optional_day(const std::string& text);
// Which events, from the filters of `audit list`.
Result<EventQuery> event_query(const Options& options);
// The whole of a text file. Refuses not-found.
Result<std::string> text_of(const std::string& path);

// What people read; Dutch when neither --lang nor LANG says English.
Language language_of(const Options& options);
// One of the two.
std::string say(const Options& options, const std::string& dutch, const std::string& english);
std::string words(const Options& options, Time time);
std::string words(const Options& options, const Date& day);
std::string joined(CategorySet categories, Language language);  // labels
// An organisation as people know it: its title and id, and whether it is suspended.
std::string called(const Options& options, const std::string& title, const std::string& org,
                   bool suspended);

// What is missing, and the routes that remain; 0 when it is allowed, else 2.
int print_checked(const Options& options, const Checked& checked);
// What must be mended, or needs --reason, before a document goes; nothing when it may.
std::optional<int> hold_back(const Options& options, const Result<Checked>& checked);
void warn(const Options& options, const std::vector<Finding>& findings);
// "Bericht verstuurd (verwijzen)".
std::string event_name(const Options& options, const EventRow& event);
int print_events(const Options& options, Client& client, const std::vector<EventRow>& events);

inline WhenUnreachable when_unreachable(const Options& options) {
  return options.when_unreachable == "drop" ? WhenUnreachable::drop : WhenUnreachable::hold;
}

}  // namespace veerpont::cli
