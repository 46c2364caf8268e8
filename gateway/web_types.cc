// Writes what the pages know of the interface, from the descriptors: TypeScript types of every
// message, where each operation is, the words for codes, and the fields of documents.
// usage: web_types >interface.ts
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iostream>

#include "api/described_messages.h"
#include "schemas/short_id.h"
#include "veerpont/api/v1/api.pb.h"
#include "veerpont/gateway/v1/gateway.pb.h"
#include "veerpont/gateway/v1/workbench.pb.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;
using api::collect;
using api::name_of;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::ServiceDescriptor;

// Two packages may each have a Draft.
std::string type_name(const Descriptor* message) {
  const bool own = message->file()->package() == "veerpont.gateway.v1";
  return (own && message->name() == "Draft" ? "Kept" : "") + name_of(message);
}

std::string code_name(const EnumDescriptor* codes) {
  std::string name = codes->full_name().substr(codes->file()->package().size() + 1);
  std::ranges::replace(name, '.', '_');
  return name;
}

std::string type_of(const FieldDescriptor* field) {
  std::string type = "number";
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
    type = type_name(field->message_type());
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) type = code_name(field->enum_type());
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) type = "string";
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) type = "boolean";
  return field->is_repeated() ? type + "[]" : type;
}

void print_type(const Descriptor* message) {
  std::cout << "export interface " << type_name(message) << " {\n";
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    const bool required = field->options().GetExtension(veerpont::v1::required);
    std::cout << "  " << field->json_name() << (required ? ": " : "?: ") << type_of(field) << ";\n";
  }
  std::cout << "}\n";
}

json::object words_of(const EnumDescriptor* codes) {
  json::object words;
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto& options = codes->value(i)->options();
    if (codes->value(i)->number() != 0)
      words[short_id(codes->value(i))] = {{"nl", options.GetExtension(veerpont::v1::label_nl)},
                                          {"en", options.GetExtension(veerpont::v1::label_en)}};
  }
  return words;
}

const char* kind_of(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "part";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "code";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "yes-no";
    case FieldDescriptor::CPPTYPE_STRING:
      return field->options().GetExtension(veerpont::v1::is_date) ? "date" : "text";
    default:
      return "number";
  }
}

json::array form_of(const Descriptor* message) {
  json::array fields;
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    const auto& options = field->options();
    json::object out{{"name", field->json_name()},
                     {"kind", kind_of(field)},
                     {"nl", options.GetExtension(veerpont::v1::nl)},
                     {"en", options.GetExtension(veerpont::v1::en)}};
    if (field->is_repeated()) out["many"] = true;
    if (options.GetExtension(veerpont::v1::typed)) out["short"] = true;
    if (field->message_type() != nullptr) out["of"] = type_name(field->message_type());
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM)
      out["of"] = code_name(field->enum_type());
    fields.push_back(std::move(out));
  }
  return fields;
}

std::vector<const ServiceDescriptor*> services() {
  return {api::v1::Empty::descriptor()->file()->FindServiceByName("Veerpont"),
          v1::Problem::descriptor()->file()->FindServiceByName("Gateway"),
          v1::WorkItem::descriptor()->file()->FindServiceByName("Workbench")};
}

void print_operations() {
  json::object places;
  json::array keyed;
  std::cout << "export interface Operations {\n";
  for (const auto* service : services())
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      const auto& operation = method->options().GetExtension(api::v1::operation);
      if (operation.http().empty()) continue;
      std::cout << "  " << json::serialize(json::string(operation.name()))
                << ": { request: " << type_name(method->input_type())
                << "; answer: " << type_name(method->output_type()) << " };\n";
      places[operation.name()] = json::string(operation.http());
      if (operation.takes_idempotency_key()) keyed.emplace_back(operation.name());
    }
  std::cout << "}\nexport const places: Record<keyof Operations, string> = "
            << json::serialize(places)
            << ";\nexport const keyed: readonly string[] = " << json::serialize(keyed) << ";\n";
}

void write() {
  std::vector<const Descriptor*> messages;
  std::set<const Descriptor*> seen;
  for (const auto* service : services())
    for (int i = 0; i < service->method_count(); ++i) {
      collect(service->method(i)->input_type(), messages, seen);
      collect(service->method(i)->output_type(), messages, seen);
    }
  json::object words, forms;
  std::cout
      << "// Written by gateway/web_types.cc from api.proto, gateway.proto and workbench.proto.\n";
  for (const Descriptor* message : messages) {
    print_type(message);
    const bool document = message->file()->package() == "veerpont.v1";
    if (document) forms[type_name(message)] = form_of(message);
    for (int i = 0; i < message->field_count(); ++i)
      if (const auto* codes = message->field(i)->enum_type()) {
        if (words.contains(code_name(codes))) continue;
        words[code_name(codes)] = words_of(codes);
        std::cout << "export type " << code_name(codes) << " = keyof typeof words."
                  << code_name(codes) << ";\n";
      }
  }
  words["EventKind"] = words_of(veerpont::v1::EventKind_descriptor());
  words["OrgKind"] = words_of(veerpont::v1::OrgKind_descriptor());
  words["Ground"] = words_of(veerpont::v1::Ground_descriptor());
  words["ExchangeKind"] = words_of(veerpont::v1::ExchangeKind_descriptor());
  words["Step"] = words_of(veerpont::v1::Step_descriptor());
  print_operations();
  std::cout
      << "export const words = " << json::serialize(words) << " as const;\n"
      << "export interface Field {\n  name: string;\n  kind: \"part\" | \"code\" | \"yes-no\" | "
         "\"date\" | \"text\" | \"number\";\n  nl: string;\n  en: string;\n  many?: boolean;\n  "
         "short?: boolean;\n  of?: string;\n}\n"
      << "export const forms: Record<string, Field[]> = " << json::serialize(forms) << ";\n";
}

}  // namespace
}  // namespace veerpont::gateway

int main() {
  veerpont::gateway::write();
  return std::cout.flush() ? 0 : 1;
}
