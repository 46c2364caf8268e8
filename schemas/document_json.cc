#include "schemas/document_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "schemas/plain_characters.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

Refusal invalid(const std::string& path, std::string_view why) {
  return Refusal{RefusalCode::invalid_input,
                 (path.empty() ? std::string("document") : path) + ": " + std::string(why)};
}

// Listens to the parse only to notice a key that comes twice in one object; Boost.JSON would keep
// the last.
struct DuplicateKeys {
  static constexpr std::size_t max_object_size = 10'000;
  static constexpr std::size_t max_array_size = 100'000;
  static constexpr std::size_t max_key_size = 1'000;
  static constexpr std::size_t max_string_size = limits::document_json_bytes;
  using error_code = json::error_code;
  using view = json::string_view;

  std::vector<std::set<std::string>> open;
  std::string key;
  bool twice = false;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    open.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(view part, std::size_t, error_code&) {
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(view part, std::size_t, error_code& ec) {
    key.append(part.data(), part.size());
    twice = !open.back().insert(std::exchange(key, {})).second;
    if (twice) ec = json::error::syntax;
    return !twice;
  }
  bool on_string_part(view, std::size_t, error_code&) { return true; }
  bool on_string(view, std::size_t, error_code&) { return true; }
  bool on_number_part(view, error_code&) { return true; }
  bool on_int64(std::int64_t, view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, view, error_code&) { return true; }
  bool on_double(double, view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(view, error_code&) { return true; }
  bool on_comment(view, error_code&) { return true; }
};

Status check_object(const json::value& value, const Descriptor* type, const std::string& path);

Status check_enum(const json::value& value, const FieldDescriptor* field, const std::string& path) {
  if (!value.is_string())
    return invalid(path, "must be one of the names of " + field->enum_type()->name());
  const std::string name(value.get_string().data(), value.get_string().size());
  const auto* value_of_name = field->enum_type()->FindValueByName(name);
  if (value_of_name == nullptr) return invalid(path, "no such " + field->enum_type()->name());
  if (value_of_name->number() == 0) return invalid(path, "is not specified; leave it out");
  return Done{};
}

Status check_value(const json::value& value, const FieldDescriptor* field,
                   const std::string& path) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return check_object(value, field->message_type(), path);
    case FieldDescriptor::CPPTYPE_ENUM:
      return check_enum(value, field, path);
    case FieldDescriptor::CPPTYPE_BOOL:
      return value.is_bool() ? Status(Done{}) : Status(invalid(path, "must be true or false"));
    case FieldDescriptor::CPPTYPE_STRING:
      if (!value.is_string()) return invalid(path, "must be a text");
      if (value.get_string().empty()) return invalid(path, "is empty; leave it out");
      if (!has_plain_characters({value.get_string().data(), value.get_string().size()},
                                Lines::several))
        return invalid(path,
                       "has a character that cannot be seen, or that turns the direction of the "
                       "text; type it again");
      if (field->options().GetExtension(v1::is_date) &&
          !parse_date({value.get_string().data(), value.get_string().size()}))
        return invalid(path, "must be a day that exists: 2026-12-01");
      return Done{};
    default: {
      const bool number = value.is_int64() || value.is_uint64();
      const bool text = value.is_string() && field->cpp_type() != FieldDescriptor::CPPTYPE_UINT32;
      return number || text ? Status(Done{}) : Status(invalid(path, "must be a whole number"));
    }
  }
}

Status check_object(const json::value& value, const Descriptor* type, const std::string& path) {
  if (!value.is_object()) return invalid(path, "must be an object");
  std::set<const FieldDescriptor*> seen;
  std::set<const google::protobuf::OneofDescriptor*> chosen;
  for (const auto& member : value.get_object()) {
    const std::string name(member.key().data(), member.key().size());
    const FieldDescriptor* field = type->FindFieldByCamelcaseName(name);
    if (field == nullptr) field = type->FindFieldByName(name);
    // The unknown name is not echoed: a mistyped quote can turn content into a name.
    if (field == nullptr)
      return invalid(path, "unknown field at place " + std::to_string(seen.size() + 1) + " of " +
                               type->name());
    const std::string at = path.empty() ? field->json_name() : path + "." + field->json_name();
    if (!seen.insert(field).second) return invalid(at, "given twice");
    if (const auto* one = field->real_containing_oneof();
        one != nullptr && !chosen.insert(one).second)
      return invalid(at, "only one of these may be given");
    if (!field->is_repeated()) {
      if (auto checked = check_value(member.value(), field, at); !checked) return checked;
      continue;
    }
    if (!member.value().is_array()) return invalid(at, "must be a list");
    std::size_t i = 0;
    for (const auto& item : member.value().get_array())
      if (auto checked = check_value(item, field, at + "[" + std::to_string(i++) + "]"); !checked)
        return checked;
  }
  return Done{};
}

}  // namespace

Status read_json(std::string_view text, google::protobuf::Message& message) {
  if (text.size() > limits::document_json_bytes) return Refusal{RefusalCode::too_large, "document"};
  json::parse_options options;
  options.max_depth = 32;
  json::basic_parser<DuplicateKeys> keys(options);
  json::error_code failed;
  keys.write_some(false, text.data(), text.size(), failed);
  if (keys.handler().twice) return invalid("", "a field is given twice in one object");
  if (failed) return invalid("", "not valid JSON");
  const json::value value =
      json::parse(json::string_view(text.data(), text.size()), failed, {}, options);
  if (failed) return invalid("", "not valid JSON");
  if (auto checked = check_object(value, message.GetDescriptor(), ""); !checked) return checked;
  google::protobuf::util::JsonParseOptions strict;
  strict.ignore_unknown_fields = false;
  const auto parsed =
      google::protobuf::util::JsonStringToMessage(std::string(text), &message, strict);
  if (!parsed.ok())
    return invalid("", "a value does not fit its field");  // protobuf's own text would echo content
  return Done{};
}

std::string write_json(const google::protobuf::Message& message, bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = pretty;
  std::string out;
  if (!google::protobuf::util::MessageToJsonString(message, &out, options).ok()) std::abort();
  return out;
}

}  // namespace veerpont
