// One document, many sections: which part of a Referral belongs to which category is in the
// schema's field option and nowhere else. docs/protocol.md, "Documents".
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "schemas/codes.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont {

// The document bytes of one section: a serialised Referral with exactly the field of its category.
struct SectionDocument {
  Category category;
  std::string bytes;
};

// Every top-level field that is set, as a section of its own, ascending by category.
std::vector<SectionDocument> split(const v1::Referral& document);

// The one document of these sections. Refuses malformed-document (detail: the category) when a
// section holds a field of another category, or a category comes twice.
Result<v1::Referral> merge(const std::vector<SectionDocument>& sections);

// The categories that a document sets.
CategorySet categories_of(const v1::Referral& document);

// consult-sender for what could lead somebody to the child, where the writer gave no advice.
void apply_default_release_risk(v1::Referral& document);

}  // namespace veerpont
