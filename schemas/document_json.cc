#include "schemas/document_json.h"

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include <boost/algorithm/hex.hpp>
#include <limits>
#include <set>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "schemas/json_text.h"
#include "schemas/plain_characters.h"
#include "schemas/short_id.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kDeepest = 32;
constexpr std::string_view kHint = "$hint";

// "care-need, safety, …": codes are no content.
std::string codes_of(const EnumDescriptor* codes) {
  std::string out;
  for (int i = 0; i < codes->value_count(); ++i)
    if (const auto* value = codes->value(i); value->number() != 0)
      out += (out.empty() ? "" : ", ") + short_id(value);
  return out;
}

std::optional<std::string> bytes_of(const std::string& hex) {
  const bool plain = hex.find_first_not_of("0123456789abcdef") == hex.npos;
  if (!plain || hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  return boost::algorithm::unhex(hex);
}

std::string hex_of(const std::string& bytes) { return boost::algorithm::hex_lower(bytes); }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Status document(Message& message) {
    if (auto read = object(message, "", 0); !read) return read;
    return text_.at_end() ? Status(Done{})
                          : fault("", "something stands behind the document", text_.offset());
  }

 private:
  Status fault(std::string_view path, std::string_view what, std::size_t offset) const {
    return text_.fault(path, what, offset);
  }
  // What is there instead of what was expected.
  Status instead(const std::string& path, const char* expected) {
    text_.peek();
    const std::size_t offset = text_.offset();
    const std::string found = text_.kind();
    if (found == "not JSON") return fault(path, "is not valid JSON", offset);
    return fault(path, std::string(expected) + ", and is " + found, offset);
  }

  Status object(Message& message, const std::string& path, int depth) {
    if (depth > kDeepest) return fault(path, "lies too deep", text_.offset());
    if (text_.peek() != '{') return instead(path, "must be an object");
    text_.take('{');
    std::set<const FieldDescriptor*> seen;
    if (!text_.take('}')) {
      for (int place = 1;; ++place) {
        if (auto read = member(message, path, depth, place, seen); !read) return read;
        if (!text_.take(',')) break;
      }
      if (!text_.take('}')) return fault(path, "is not valid JSON", text_.offset());
    }
    return required(message, path);
  }

  Status member(Message& message, const std::string& path, int depth, int place,
                std::set<const FieldDescriptor*>& seen) {
    text_.peek();
    const std::size_t begin = text_.offset();
    const auto name = text_.string();
    if (!name || !text_.take(':')) return fault(path, "is not valid JSON", text_.offset());
    if (name->starts_with(kHint))
      return text_.skip(depth) ? Status(Done{}) : fault(path, "is not valid JSON", text_.offset());
    const Descriptor* type = message.GetDescriptor();
    const FieldDescriptor* field = type->FindFieldByCamelcaseName(*name);
    if (field == nullptr)
      return fault(path, "unknown field, number " + std::to_string(place) + " of " + type->name(),
                   begin);
    const std::string at = path.empty() ? field->json_name() : path + "." + field->json_name();
    if (!seen.insert(field).second) return fault(at, "given twice", begin);
    if (const auto* one = field->real_containing_oneof();
        one != nullptr && message.GetReflection()->HasOneof(message, one))
      return fault(at, "only one of these may be given", begin);
    return field->is_repeated() ? list(message, field, at, depth)
                                : value(message, field, at, depth);
  }

  Status list(Message& message, const FieldDescriptor* field, const std::string& path, int depth) {
    if (text_.peek() != '[') return instead(path, "must be a list");
    text_.take('[');
    if (text_.take(']')) return Done{};
    int i = 0;
    do {
      const std::string at = path + "[" + std::to_string(i++) + "]";
      if (auto read = value(message, field, at, depth); !read) return read;
    } while (text_.take(','));
    return text_.take(']') ? Status(Done{}) : fault(path, "is not valid JSON", text_.offset());
  }

  Status value(Message& message, const FieldDescriptor* field, const std::string& path, int depth) {
    const Reflection* set = message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return object(field->is_repeated() ? *set->AddMessage(&message, field)
                                           : *set->MutableMessage(&message, field),
                      path, depth + 1);
      case FieldDescriptor::CPPTYPE_ENUM:
        return code(message, field, path);
      case FieldDescriptor::CPPTYPE_STRING:
        return field->type() == FieldDescriptor::TYPE_BYTES ? bytes(message, field, path)
                                                            : text(message, field, path);
      case FieldDescriptor::CPPTYPE_BOOL: {
        const auto given = text_.boolean();
        if (!given) return instead(path, "must be true or false");
        set->SetBool(&message, field, *given);
        return Done{};
      }
      default:
        return number(message, field, path);
    }
  }

  Status code(Message& message, const FieldDescriptor* field, const std::string& path) {
    text_.peek();
    const std::size_t begin = text_.offset();
    const EnumDescriptor* codes = field->enum_type();
    const auto id = text_.peek() == '"' ? text_.string() : std::nullopt;
    if (!id) return instead(path, ("must be one of: " + codes_of(codes)).c_str());
    const auto* found = value_of_short_id(codes, *id);
    if (found == nullptr)
      return fault(path, "no such " + codes->name() + "; one of: " + codes_of(codes), begin);
    const Reflection* set = message.GetReflection();
    field->is_repeated() ? set->AddEnum(&message, field, found)
                         : set->SetEnum(&message, field, found);
    return Done{};
  }

  Status text(Message& message, const FieldDescriptor* field, const std::string& path) {
    text_.peek();
    const std::size_t begin = text_.offset();
    if (text_.peek() != '"') return instead(path, "must be a text");
    auto given = text_.string();
    if (!given) return fault(path, "is not valid JSON", text_.offset());
    if (given->empty()) return fault(path, "is empty; leave it out", begin);
    if (!has_plain_characters(*given, Lines::several))
      return fault(path,
                   "has a character that cannot be seen, or that turns the direction of the text; "
                   "type it again",
                   begin);
    if (field->options().GetExtension(v1::is_date) && !parse_date(*given))
      return fault(path, "must be a day that exists: 2026-12-01", begin);
    if (const auto& pattern = field->options().GetExtension(v1::pattern);
        !pattern.empty() && !re2::RE2::FullMatch(*given, pattern))
      return fault(path, "must look like " + pattern, begin);
    const Reflection* set = message.GetReflection();
    field->is_repeated() ? set->AddString(&message, field, std::move(*given))
                         : set->SetString(&message, field, std::move(*given));
    return Done{};
  }

  Status bytes(Message& message, const FieldDescriptor* field, const std::string& path) {
    text_.peek();
    const std::size_t begin = text_.offset();
    const auto given = text_.peek() == '"' ? text_.string() : std::nullopt;
    if (!given) return instead(path, "must be hex");
    const auto raw = bytes_of(*given);
    if (!raw) return fault(path, "must be hex digits in lower case, two a byte", begin);
    const Reflection* set = message.GetReflection();
    field->is_repeated() ? set->AddString(&message, field, *raw)
                         : set->SetString(&message, field, *raw);
    return Done{};
  }

  Status number(Message& message, const FieldDescriptor* field, const std::string& path) {
    const auto given = text_.whole_number();
    if (!given) return instead(path, "must be a whole number");
    const Reflection* set = message.GetReflection();
    const bool wide = field->cpp_type() == FieldDescriptor::CPPTYPE_UINT64;
    if (field->is_repeated() || (!wide && field->cpp_type() != FieldDescriptor::CPPTYPE_UINT32))
      return fault(path, "cannot be given in JSON", text_.offset());
    if (!wide && *given > std::numeric_limits<std::uint32_t>::max())
      return fault(path, "is too large", text_.offset());
    wide ? set->SetUInt64(&message, field, *given)
         : set->SetUInt32(&message, field, static_cast<std::uint32_t>(*given));
    return Done{};
  }

  Status required(const Message& message, const std::string& path) {
    const Descriptor* type = message.GetDescriptor();
    const Reflection* has = message.GetReflection();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (!field->options().GetExtension(v1::required)) continue;
      const bool given =
          field->is_repeated() ? has->FieldSize(message, field) > 0 : has->HasField(message, field);
      if (!given)
        return fault(path.empty() ? field->json_name() : path + "." + field->json_name(),
                     "is missing", text_.offset());
    }
    return Done{};
  }

  JsonText text_;
};

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}
  std::string take() { return std::move(out_); }

  void message(const Message& message, int depth) {
    open('{');
    bool first = true;
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      if (!is_said(message, field)) continue;
      next(first, depth + 1);
      out_ += '"' + field->json_name() + (pretty_ ? "\": " : "\":");
      if (!field->is_repeated()) {
        value(message, field, -1, depth + 1);
        continue;
      }
      list(message, field, depth + 1);
    }
    close('}', first, depth);
  }

 private:
  // A truth value or a number that cannot be absent is always said; of an answer of the interface,
  // which is no document, an empty list too.
  static bool is_said(const Message& message, const FieldDescriptor* field) {
    const Reflection* has = message.GetReflection();
    if (field->is_repeated())
      return has->FieldSize(message, field) > 0 ||
             field->file()->package().starts_with("veerpont.api.");
    const bool plain = !field->has_presence() &&
                       field->cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
                       field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM;
    return plain || has->HasField(message, field);
  }

  void open(char c) { out_ += c; }
  void next(bool& first, int depth) {
    if (!first) out_ += ',';
    first = false;
    line(depth);
  }
  void close(char c, bool empty, int depth) {
    if (!empty) line(depth);
    out_ += c;
  }
  void line(int depth) {
    if (pretty_) out_.append("\n").append(static_cast<std::size_t>(depth) * 2, ' ');
  }

  void list(const Message& message, const FieldDescriptor* field, int depth) {
    open('[');
    bool first = true;
    for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
      next(first, depth + 1);
      value(message, field, i, depth + 1);
    }
    close(']', first, depth);
  }

  // `i`: the place in a repeated field, else -1.
  void value(const Message& owner, const FieldDescriptor* field, int i, int depth) {
    const Reflection* get = owner.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return message(
            i < 0 ? get->GetMessage(owner, field) : get->GetRepeatedMessage(owner, field, i),
            depth);
      case FieldDescriptor::CPPTYPE_ENUM:
        return text(
            short_id(i < 0 ? get->GetEnum(owner, field) : get->GetRepeatedEnum(owner, field, i)));
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string& given =
            i < 0 ? get->GetStringReference(owner, field, &scratch_)
                  : get->GetRepeatedStringReference(owner, field, i, &scratch_);
        return text(field->type() == FieldDescriptor::TYPE_BYTES ? hex_of(given) : given);
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ += get->GetBool(owner, field) ? "true" : "false";
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        out_ += std::to_string(get->GetUInt32(owner, field));
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        out_ += std::to_string(get->GetUInt64(owner, field));
        return;
      default:
        out_ += std::to_string(get->GetInt64(owner, field));
    }
  }

  void text(const std::string& given) {
    static constexpr char kHex[] = "0123456789abcdef";
    out_ += '"';
    for (const char c : given) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\')
        out_.append(1, '\\').append(1, c);
      else if (c == '\n')
        out_ += "\\n";
      else if (byte < 0x20)
        out_.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
      else
        out_ += c;
    }
    out_ += '"';
  }

  bool pretty_;
  std::string out_, scratch_;
};

}  // namespace

Status read_json(std::string_view text, Message& message) {
  if (text.size() > limits::document_json_bytes) return Refusal{RefusalCode::too_large, "document"};
  if (auto fault = encoding_fault(text)) return *fault;
  return Reader(text).document(message);
}

std::string write_json(const Message& message, bool pretty) {
  Writer writer(pretty);
  writer.message(message, 0);
  return writer.take();
}

}  // namespace veerpont
