// What a person must know about a document before it is sent, or after it was received. Says where and what, never the text.
#pragma once

#include <string>
#include <vector>

#include "schemas/codes.h"

namespace veerpont {

struct Finding {
  std::string pointer;  // RFC 6901, in the document's JSON names: "/record/answers/1"
  std::string id;       // stable: "holder-refuses"
  bool blocks = true;   // false: a person may go on, knowing this, and says why
  std::string dutch = {};
  std::string english = {};
  bool informs = false;  // only to be known: nobody is asked why
  const std::string& text(Language language) const { return language == Language::dutch ? dutch : english; }
};

}  // namespace veerpont
