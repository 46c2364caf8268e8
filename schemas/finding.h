// What a person must know about a document before it is sent, or after it was received. Says where
// and what, never the text.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/api.h"
#include "schemas/codes.h"

namespace veerpont {

struct Finding {
  std::string pointer;  // RFC 6901, in the document's JSON names: "/record/answers/1"
  std::string id;       // stable: "holder-refuses"
  bool blocks = true;   // false: a person may go on, knowing this, and says why
  std::string dutch = {};
  std::string english = {};
  bool informs = false;  // only to be known: nobody is asked why
  const std::string& text(Language language) const {
    return language == Language::dutch ? dutch : english;
  }
};

// Why something goes although a finding asks: by its pointer. Under "" for the only one that asks.
using Reasons = std::map<std::string, std::string>;

// What nobody gave a reason for, blocking ones included; what only informs is not asked about.
VEERPONT_API std::vector<Finding> without_reason(const std::vector<Finding>& findings,
                                                 const Reasons& reasons);

}  // namespace veerpont
