// Results on standard output, everything else on standard error; `--json` prints one JSON document and nothing else.
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
int print(const Options& options, const boost::json::value& document, const std::vector<std::string>& lines);

// From VEERPONT_CREDENTIAL_FILE, VEERPONT_PASSPHRASE_FILE, or a prompt on the terminal.
Result<Unlock> unlock();
Result<Client> client(const Options& options);

Result<GrantId> grant_id(const std::string& text);
Result<ReferralId> referral_id(const std::string& text);
Result<MessageId> message_id(const std::string& text);
Result<CategorySet> categories(const std::vector<std::string>& ids);
Result<std::optional<Time>> time(const std::string& text);
boost::json::array ids_of(CategorySet categories);
std::string joined(CategorySet categories);
// Rows of a timeline, for people or as JSON.
int print_events(const Options& options, const std::vector<EventRow>& events);

}  // namespace veerpont::cli
