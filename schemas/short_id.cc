#include "schemas/short_id.h"

namespace veerpont {

std::string short_id(const google::protobuf::EnumValueDescriptor* value) {
  const std::string& zero = value->type()->FindValueByNumber(0)->name();
  const std::size_t prefix = zero.size() - std::string_view("UNSPECIFIED").size();
  std::string id = value->name().substr(prefix);
  for (char& c : id)
    c = c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return id;
}

const google::protobuf::EnumValueDescriptor* value_of_short_id(
    const google::protobuf::EnumDescriptor* codes, std::string_view id) {
  for (int i = 0; i < codes->value_count(); ++i)
    if (codes->value(i)->number() != 0 && short_id(codes->value(i)) == id) return codes->value(i);
  return nullptr;
}

}  // namespace veerpont
