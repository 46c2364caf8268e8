// Results on standard output, everything else on standard error; `--json` prints one JSON document
// and nothing else.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "veerpont/veerpont.h"

namespace veerpont::cli {

// The refusal on standard error (and as JSON on standard output when it is one), and its exit code.
int fail(const Options& options, const Refusal& refusal);
// Prints the document, or the lines for people.
int print(const Options& options, const boost::json::value& document,
          const std::vector<std::string>& lines);

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

Result<GrantId> grant_id(const std::string& text);
Result<ReferralId> referral_id(const std::string& text);
Result<MessageId> message_id(const std::string& text);
Result<CategorySet> categories(const std::vector<std::string>& ids);
Result<std::optional<Time>> time(const std::string& text);
boost::json::array ids_of(CategorySet categories);
std::string joined(CategorySet categories);                     // short ids
std::string joined(CategorySet categories, Language language);  // labels
// What people read; Dutch when nothing was said.
Language language_of(const Options& options);
// The whole of a text file. Refuses not-found.
Result<std::string> text_of(const std::string& path);
// What is missing, and the routes that remain, in the language asked for; 0 when it is allowed,
// else 2.
int print_checked(const Options& options, const Checked& checked);
// What must be mended, or needs --reason, before a document goes; nothing when it may.
std::optional<int> hold_back(const Options& options, const Result<Checked>& checked);
// On standard error, beside a result.
void warn(const Options& options, const std::vector<Finding>& findings);
// Rows of a timeline, for people or as JSON.
int print_events(const Options& options, const std::vector<EventRow>& events);

}  // namespace veerpont::cli
