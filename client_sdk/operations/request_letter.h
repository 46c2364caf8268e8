// The answer to a request, in Dutch, as the requester reads it.
#pragma once

#include <string>

#include "veerpont/rows.h"

namespace veerpont::sdk {

// What is given, to whom it went and when it was opened, what is not given and on which article,
// and where to complain. Names no sender, and nobody who works here.
std::string request_letter(const SubjectRequest& request, const std::string& organisation);

// What a part may be withheld for, by its short id, in words; empty: there is no such.
std::string article_words(const std::string& article);

}  // namespace veerpont::sdk
