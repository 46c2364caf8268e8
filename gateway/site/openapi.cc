#include "gateway/site/openapi.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "gateway/site/routes.h"
#include "schemas/json_schema.h"
#include "veerpont/gateway/v1/gateway.pb.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kLocal = "#/$defs/", kShared = "#/components/schemas/";

// References of a schema that stood alone, into the one list of the document.
void move_references(json::value& value) {
  if (auto* list = value.if_array())
    for (json::value& one : *list) move_references(one);
  if (auto* object = value.if_object())
    for (auto& member : *object) {
      auto* text = member.value().if_string();
      if (text != nullptr && text->starts_with(kLocal))
        *text = std::string(kShared) + (text->c_str() + kLocal.size());
      else
        move_references(member.value());
    }
}

class Document {
 public:
  // The schema of a message as it stands in the list.
  json::object reference_to(const Descriptor* message) {
    const std::string name = schema_name(message);
    if (!schemas_.contains(name)) schemas_[name] = schema_of(message);
    return {{"$ref", std::string(kShared) + name}};
  }
  // A request's body: without what stands in the path, and without who asks, which the gateway
  // writes.
  json::object body_of(const Route& route) {
    json::object schema = schema_of(route.method->input_type());
    auto& properties = schema["properties"].as_object();
    json::array required;
    const auto leave_out = [&](const FieldDescriptor* field) {
      const bool in_path = std::ranges::count(route.path, "{" + field->name() + "}") > 0;
      return in_path || field->name() == "pin" ||
             field->options().GetExtension(veerpont::v1::is_person);
    };
    for (int i = 0; i < route.method->input_type()->field_count(); ++i) {
      const auto* field = route.method->input_type()->field(i);
      if (leave_out(field))
        properties.erase(field->json_name());
      else if (field->options().GetExtension(veerpont::v1::required) &&
               field->message_type() != api::v1::Actor::descriptor())
        required.emplace_back(field->json_name());
    }
    schema.erase("required");
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }
  json::object take() { return std::move(schemas_); }

 private:
  json::object schema_of(const Descriptor* message) {
    json::value whole = json::parse(json_schema(message, schema_name(message)));
    move_references(whole);
    auto& schema = whole.as_object();
    for (auto& member : schema["$defs"].as_object())
      if (!schemas_.contains(member.key())) schemas_[member.key()] = std::move(member.value());
    for (const char* only_alone : {"$defs", "$schema", "$id"}) schema.erase(only_alone);
    return std::move(schema);
  }
  json::object schemas_;
};

std::string camel(const std::string& name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (name[i] == '_' && i + 1 < name.size())
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(name[++i])));
    else
      out += name[i];
  return out;
}

// Every answer names the whole version.
json::object version_header() { return {{"API-Version", {{"schema", {{"type", "string"}}}}}}; }

json::object problem_answer(Document& document, const char* what) {
  return {{"description", what},
          {"headers", version_header()},
          {"content",
           {{"application/problem+json",
             {{"schema", document.reference_to(v1::Problem::descriptor())}}}}}};
}

// What may have changed since it was read: a referral, a draft.
bool has_version(const Route& route) {
  return route.operation.name() == "drafts.save" ||
         (route.operation.sends() &&
          route.method->input_type()->FindFieldByName("referral_id") != nullptr);
}

json::array parameters_of(const Route& route) {
  json::array out;
  for (const std::string& segment : route.path)
    if (segment.starts_with('{'))
      out.push_back(json::object{{"name", camel(segment.substr(1, segment.size() - 2))},
                                 {"in", "path"},
                                 {"required", true},
                                 {"schema", {{"type", "string"}}}});
  if (route.verb != "GET") {
    if (route.operation.scope() != "anyone")
      out.push_back(json::object{{"name", "Veerpont-CSRF"},
                                 {"in", "header"},
                                 {"required", true},
                                 {"schema", {{"type", "string"}}}});
    if (route.operation.takes_idempotency_key())
      out.push_back(json::object{{"name", "Idempotency-Key"},
                                 {"in", "header"},
                                 {"required", true},
                                 {"schema", {{"type", "string"}, {"maxLength", 64}}}});
    if (has_version(route))
      out.push_back(json::object{{"name", "If-Match"},
                                 {"in", "header"},
                                 {"required", false},
                                 {"schema", {{"type", "string"}}}});
    return out;
  }
  const Descriptor* form = route.method->input_type();
  for (int i = 0; i < form->field_count(); ++i) {
    const auto* field = form->field(i);
    if (field->message_type() != nullptr ||
        std::ranges::count(route.path, "{" + field->name() + "}") > 0)
      continue;
    out.push_back(json::object{{"name", field->json_name()},
                               {"in", "query"},
                               {"required", false},
                               {"schema", {{"type", "string"}}}});
  }
  return out;
}

// A session of a person; or a program's key, for the person that it names.
json::array security_of(const Route& route) {
  json::array out{json::object{{"session", json::array{}}}};
  const auto& scope = route.operation.scope();
  const bool own =
      route.method->service()->name() == "Gateway" && route.operation.name() != "changes";
  if (!own && (scope == "read" || scope == "content" || scope == "send"))
    out.push_back(json::object{{"key", json::array{}}, {"actor", json::array{}}});
  return out;
}

json::object operation_of(const Route& route, Document& document) {
  json::object out{{"operationId", route.operation.name()},
                   {"summary", route.operation.name()},
                   {"tags", json::array{json::string(route.path.front())}},
                   {"parameters", parameters_of(route)},
                   {"responses",
                    {{"200",
                      {{"description", "Gedaan"},
                       {"headers", version_header()},
                       {"content",
                        {{"application/json",
                          {{"schema", document.reference_to(route.method->output_type())}}}}}}},
                     {"202", problem_answer(document, "In de wachtrij, nog niet verstuurd")},
                     {"default", problem_answer(document, "Niet gedaan: waarom, en wat nu")}}}};
  if (route.operation.name() == "changes")
    out["responses"].at("200").at("content").as_object()["text/event-stream"] =
        json::object{{"schema", {{"type", "string"}}}};
  json::array roles;
  for (const std::string& role : route.operation.roles()) roles.emplace_back(json::string(role));
  out["x-scope"] = route.operation.scope();
  if (!roles.empty()) out["x-roles"] = std::move(roles);
  if (route.operation.shows_content()) out["x-shows-content"] = true;
  if (route.operation.sends()) out["x-sends"] = true;
  out["security"] = route.operation.scope() == "anyone" ? json::array{} : security_of(route);
  if (route.verb != "GET")
    if (json::object body = document.body_of(route); !body["properties"].as_object().empty())
      out["requestBody"] =
          json::object{{"required", body.contains("required")},
                       {"content", {{"application/json", {{"schema", std::move(body)}}}}}};
  return out;
}

}  // namespace

std::string openapi(const std::string& origin) {
  Document document;
  json::object paths;
  for (const Route& route : routes()) {
    std::string path;
    for (const std::string& segment : route.path)
      path += "/" + (segment.starts_with('{') ? camel(segment) : segment);
    if (!paths.contains(path)) paths[path] = json::object();
    std::string verb = route.verb;
    for (char& letter : verb)
      letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    paths[path].as_object()[verb] = operation_of(route, document);
  }
  return json::serialize(json::object{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Veerpont"},
        {"version", "1.0.0"},
        {"description",
         "De werkplek van een organisatie. Namen zijn Engels, omdat de codes op de lijn dat zijn; "
         "teksten zijn Nederlands, of Engels met Accept-Language: en."}}},
      {"servers", json::array{json::object{{"url", origin + "/api/v1"}}}},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", document.take()},
        {"securitySchemes",
         {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-veerpont"}}},
          {"key", {{"type", "http"}, {"scheme", "bearer"}}},
          {"actor", {{"type", "apiKey"}, {"in", "header"}, {"name", "Veerpont-Actor"}}}}}}}});
}

}  // namespace veerpont::gateway
