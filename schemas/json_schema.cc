#include "schemas/json_schema.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <set>

#include "schemas/codes.h"
#include "schemas/short_id.h"
#include "veerpont/v1/labels.pb.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

json::object reference_to(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

json::object schema_of(const EnumDescriptor* type) {
  json::array names;
  json::object labels;
  for (int i = 0; i < type->value_count(); ++i) {
    const auto* value = type->value(i);
    if (value->number() == 0) continue;  // left out, never said
    names.emplace_back(short_id(value));
    if (const auto& options = value->options(); options.HasExtension(v1::label_nl))
      labels[short_id(value)] = json::object{{"nl", options.GetExtension(v1::label_nl)},
                                             {"en", options.GetExtension(v1::label_en)}};
  }
  return {{"type", "string"}, {"enum", std::move(names)}, {"x-labels", std::move(labels)}};
}

// The types that a document refers to, each once.
class Definitions {
 public:
  json::object message(const Descriptor* type) {
    json::object properties;
    json::array required;
    for (int i = 0; i < type->field_count(); ++i) {
      properties[type->field(i)->json_name()] = field(type->field(i));
      if (type->field(i)->options().GetExtension(v1::required))
        required.emplace_back(type->field(i)->json_name());
    }
    json::object out{{"type", "object"},
                     {"additionalProperties", false},
                     {"patternProperties", json::object{{"^\\$hint", true}}},
                     {"properties", std::move(properties)}};
    if (!required.empty()) out["required"] = std::move(required);
    for (int i = 0; i < type->real_oneof_decl_count(); ++i)
      out["maxProperties"] = limit_of(type, i);
    return out;
  }
  json::object take() { return std::move(definitions_); }

 private:
  // At most one member of the oneof, beside everything else.
  static int limit_of(const Descriptor* type, int oneof) {
    return type->field_count() - type->oneof_decl(oneof)->field_count() + 1;
  }

  json::object value(const FieldDescriptor* field) {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        define(schema_name(field->message_type()), [&] { return message(field->message_type()); });
        return reference_to(schema_name(field->message_type()));
      case FieldDescriptor::CPPTYPE_ENUM:
        define(schema_name(field->enum_type()), [&] { return schema_of(field->enum_type()); });
        return reference_to(schema_name(field->enum_type()));
      case FieldDescriptor::CPPTYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::CPPTYPE_STRING:
        if (field->type() == FieldDescriptor::TYPE_BYTES)
          return {{"type", "string"}, {"pattern", "^([0-9a-f]{2})+$"}};
        if (field->options().GetExtension(v1::is_date))
          return {{"type", "string"}, {"format", "date"}};
        if (const auto& pattern = field->options().GetExtension(v1::pattern); !pattern.empty())
          return {{"type", "string"}, {"pattern", "^(" + pattern + ")$"}};
        return {{"type", "string"}, {"minLength", 1}};
      default:
        if (field->type() == FieldDescriptor::TYPE_SINT64) return {{"type", "integer"}};
        return {{"type", "integer"}, {"minimum", 0}};
    }
  }

  json::object list(const FieldDescriptor* field) {
    json::object out{{"type", "array"}, {"items", value(field)}};
    if (field->options().GetExtension(v1::required)) out["minItems"] = 1;
    return out;
  }

  json::object field(const FieldDescriptor* field) {
    json::object out = field->is_repeated() ? list(field) : value(field);
    const auto& options = field->options();
    if (options.HasExtension(v1::nl)) out["title"] = options.GetExtension(v1::nl);
    if (options.HasExtension(v1::en)) out["x-title-en"] = options.GetExtension(v1::en);
    if (options.HasExtension(v1::hint_nl)) out["description"] = options.GetExtension(v1::hint_nl);
    if (options.HasExtension(v1::hint_en)) out["x-hint-en"] = options.GetExtension(v1::hint_en);
    if (options.HasExtension(v1::category))
      out["x-category"] = id_of(static_cast<Category>(options.GetExtension(v1::category)));
    if (options.GetExtension(v1::typed)) out["x-typed"] = true;
    return out;
  }

  template <class Make>
  void define(const std::string& name, Make make) {
    if (!seen_.insert(name).second) return;
    json::object made = make();
    definitions_[name] = std::move(made);
  }

  std::set<std::string> seen_;
  json::object definitions_;
};

}  // namespace

std::string json_schema(const Descriptor* type, const std::string& id) {
  Definitions definitions;
  json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"$id", "urn:veerpont:v1:" + id}};
  const json::object whole = definitions.message(type);
  for (const auto& member : whole) out[member.key()] = member.value();
  out["$defs"] = definitions.take();
  return json::serialize(out);
}

}  // namespace veerpont
