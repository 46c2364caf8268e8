// Writes the type hints of the Python package from api.proto: a TypedDict for each message, and the
// operations with what each takes and answers. usage: api_python_types >__init__.pyi
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "api/described_messages.h"
#include "schemas/short_id.h"
#include "veerpont/api/v1/api.pb.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont::api {
namespace {

// The options of a field stand in veerpont.v1, the interface in veerpont.api.v1.

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

std::string literal(const EnumDescriptor* codes) {
  std::string out = "Literal[";
  for (int i = 0; i < codes->value_count(); ++i)
    if (codes->value(i)->number() != 0)
      out += (out.ends_with('[') ? "\"" : ", \"") + short_id(codes->value(i)) + "\"";
  return out + "]";
}

std::string type_of(const FieldDescriptor* field) {
  std::string type = "int";
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) type = name_of(field->message_type());
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) type = literal(field->enum_type());
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) type = "str";
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) type = "bool";
  return field->is_repeated() ? "List[" + type + "]" : type;
}

void print(const Descriptor* message) {
  std::cout << "\n" << name_of(message) << " = TypedDict(\"" << name_of(message) << "\", {\n";
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    const bool required = field->options().GetExtension(veerpont::v1::required);
    std::cout << "    \"" << field->json_name()
              << "\": " << (required ? "Required[" + type_of(field) + "]" : type_of(field))
              << ",\n";
  }
  std::cout << "}, total=False)\n";
}

constexpr char kBegin[] = R"(# Written by api/python_types.cc from api.proto.
from types import TracebackType
from typing import List, Literal, Optional, Required, Type, TypedDict, overload

class Refused(Exception):
    code: str
    message: str
    exit: int
)";
constexpr char kClient[] = R"(
class Client:
    def __init__(self, home: str, credential_file: str) -> None: ...
    def wait_fd(self) -> int: ...
    def acknowledge(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Client: ...
    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None: ...
)";

void write() {
  const auto* service = v1::Empty::descriptor()->file()->FindServiceByName("Veerpont");
  std::vector<const Descriptor*> messages;
  std::set<const Descriptor*> seen;
  for (int i = 0; i < service->method_count(); ++i) {
    collect(service->method(i)->input_type(), messages, seen);
    collect(service->method(i)->output_type(), messages, seen);
  }
  std::cout << kBegin;
  for (const Descriptor* message : messages) print(message);
  std::cout << kClient;
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* method = service->method(i);
    const auto& operation = method->options().GetExtension(v1::operation);
    if (operation.needs_no_home()) continue;
    std::cout << "    @overload\n    def call(self, operation: Literal[\"" << operation.name()
              << "\"], request: " << name_of(method->input_type()) << " = ...) -> "
              << name_of(method->output_type()) << ": ...\n";
  }
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* method = service->method(i);
    const auto& operation = method->options().GetExtension(v1::operation);
    if (!operation.needs_no_home()) continue;
    std::cout << "@overload\ndef call(operation: Literal[\"" << operation.name()
              << "\"], request: " << name_of(method->input_type()) << " = ...) -> "
              << name_of(method->output_type()) << ": ...\n";
  }
}

}  // namespace
}  // namespace veerpont::api

int main() {
  veerpont::api::write();
  return std::cout.flush() ? 0 : 1;
}
