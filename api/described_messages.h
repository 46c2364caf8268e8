// What the generators of type hints share: names of messages, and the order in which they are
// written.
#pragma once

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace veerpont::api {

// "WithdrawAnswer_Fate" of a message inside another.
inline std::string name_of(const google::protobuf::Descriptor* message) {
  std::string name = message->full_name().substr(message->file()->package().size() + 1);
  std::ranges::replace(name, '.', '_');
  return name;
}

// A message after those that it has, each once.
inline void collect(const google::protobuf::Descriptor* message,
                    std::vector<const google::protobuf::Descriptor*>& all,
                    std::set<const google::protobuf::Descriptor*>& seen) {
  if (!seen.insert(message).second) return;
  for (int i = 0; i < message->field_count(); ++i)
    if (const auto* inner = message->field(i)->message_type()) collect(inner, all, seen);
  all.push_back(message);
}

}  // namespace veerpont::api
