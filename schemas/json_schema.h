// A document kind as a JSON Schema (draft 2020-12), made from the descriptors: for whoever writes
// the documents.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>

namespace veerpont {

// What read_json takes for a message of this type, as write_json writes it. Titles are
// Dutch; "x-title-en" and, on values, "x-labels" hold both languages; "x-category" names the data
// category of a part of a Referral; "x-typed" is what the leak guard exempts.
std::string json_schema(const google::protobuf::Descriptor* type, const std::string& id);
// How a type is called in "$defs": "Referral", and "api.Identity" of another package.
template <class Type>
std::string schema_name(const Type* type) {
  std::string name = type->full_name().substr(std::string_view("veerpont.").size());
  name.erase(name.find("v1."), 3);
  return name;
}

}  // namespace veerpont
