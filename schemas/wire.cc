#include "schemas/wire.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/unknown_field_set.h>

#include <cstring>
#include <map>
#include <vector>

namespace veerpont::wire {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool enum_is_defined(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  const auto defined = [&](int number) {
    return field->enum_type()->FindValueByNumber(number) != nullptr;
  };
  if (!field->is_repeated()) return defined(reflection->GetEnumValue(message, field));
  for (int i = 0; i < reflection->FieldSize(message, field); ++i)
    if (!defined(reflection->GetRepeatedEnumValue(message, field, i))) return false;
  return true;
}

// The fields that may hold something undefined; found once for each type.
const std::vector<const FieldDescriptor*>& enums_and_messages_of(const Descriptor* type) {
  thread_local std::map<const Descriptor*, std::vector<const FieldDescriptor*>> known;
  const auto [found, is_new] = known.try_emplace(type);
  for (int i = 0; is_new && i < type->field_count(); ++i)
    if (type->field(i)->cpp_type() == FieldDescriptor::CPPTYPE_ENUM ||
        type->field(i)->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
      found->second.push_back(type->field(i));
  return found->second;
}

// Only what this schema defines, at any depth.
bool is_defined_throughout(const Message& message) {
  const auto* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) return false;
  for (const FieldDescriptor* field : enums_and_messages_of(message.GetDescriptor())) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      if (!enum_is_defined(message, field)) return false;
      continue;
    }
    if (!field->is_repeated()) {
      if (reflection->HasField(message, field) &&
          !is_defined_throughout(reflection->GetMessage(message, field)))
        return false;
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i)
      if (!is_defined_throughout(reflection->GetRepeatedMessage(message, field, i))) return false;
  }
  return true;
}

}  // namespace

Status parse_into(std::string_view bytes, Message& message, std::size_t most) {
  const std::string& type = message.GetDescriptor()->name();
  if (bytes.size() > most) return Refusal{RefusalCode::too_large, type};
  const google::protobuf::LogSilencer
      silent;  // hostile bytes must not write lines into anybody's log
  const bool parsed = message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  if (!parsed || !is_defined_throughout(message)) return Refusal{RefusalCode::malformed, type};
  std::string canonical = serialise(message);
  const bool same = canonical == bytes;
  explicit_bzero(canonical.data(), canonical.size());  // it may have held keys
  return same ? Status(Done{}) : Status(Refusal{RefusalCode::malformed, type});
}

bool parse_stored(std::string_view bytes, Message& message) {
  const google::protobuf::LogSilencer silent;
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

std::string serialise(const Message& message) {
  std::string out;
  out.reserve(message.ByteSizeLong());  // no half-grown copies in the heap
  {
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return out;
}

}  // namespace veerpont::wire
