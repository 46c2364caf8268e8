#include "schemas/plain_characters.h"

#include <google/protobuf/descriptor.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <vector>

namespace veerpont {
namespace {

bool is_plain(UChar32 c) {
  const auto type = u_charType(c);
  return type != U_CONTROL_CHAR && type != U_LINE_SEPARATOR && type != U_PARAGRAPH_SEPARATOR &&
         u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL) == 0;
}

}  // namespace

bool has_plain_characters(std::string_view text, Lines lines) {
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  const auto size = static_cast<std::int32_t>(bytes.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes.data(), i, size, c);
    if (c < 0) return false;
    if (is_plain(c)) continue;
    const bool line_end =
        c == '\n' || (c == '\r' && i < size && bytes[static_cast<std::size_t>(i)] == '\n');
    if (lines == Lines::one || (c != '\t' && !line_end)) return false;
  }
  return true;
}

std::optional<std::string> unfit_text(const google::protobuf::Message& message) {
  using google::protobuf::FieldDescriptor;
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const std::string at =
          field->json_name() + (field->is_repeated() ? "[" + std::to_string(i) + "]" : "");
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        const auto inner =
            unfit_text(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                            : reflection->GetMessage(message, field));
        if (inner) return at + "." + *inner;
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        const std::string text = field->is_repeated()
                                     ? reflection->GetRepeatedString(message, field, i)
                                     : reflection->GetString(message, field);
        if (!has_plain_characters(text, Lines::several)) return at;
      }
    }
  }
  return std::nullopt;
}

}  // namespace veerpont
