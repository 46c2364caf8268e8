#include "gateway/site/routes.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <memory>

#include "schemas/document_json.h"
#include "veerpont/gateway/v1/gateway.pb.h"
#include "veerpont/gateway/v1/workbench.pb.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr std::uint32_t kPatienceMs = 2'000;

Refusal fault(std::string what) { return Refusal{RefusalCode::invalid_input, std::move(what)}; }

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    out.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

void add_routes(const ServiceDescriptor& service, std::vector<Route>& out) {
  for (int i = 0; i < service.method_count(); ++i) {
    const auto* method = service.method(i);
    const auto& operation = method->options().GetExtension(api::v1::operation);
    const auto space = operation.http().find(' ');
    out.push_back({method, operation, operation.http().substr(0, space),
                   segments_of(operation.http().substr(space + 1))});
  }
}

bool is_variable(const std::string& segment) { return segment.starts_with('{'); }

// The value of a field that stands in a path or a query.
Result<json::value> plain_value(const FieldDescriptor& field, const std::string& text) {
  if (field.is_repeated()) {
    json::array list;
    std::string_view left = text;
    while (!left.empty()) {
      const auto end = std::min(left.find(','), left.size());
      list.emplace_back(json::string(left.substr(0, end)));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
    return json::value(std::move(list));
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_ENUM:
      return json::value(json::string(text));
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text == "true" || text == "false") return json::value(text == "true");
      return fault(field.json_name() + ": must be true or false");
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64: {
      std::uint64_t number = 0;
      const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failed == std::errc() && end == text.data() + text.size()) return json::value(number);
      return fault(field.json_name() + ": must be a whole number");
    }
    default:
      return fault(field.json_name() + ": belongs in the body");
  }
}

const FieldDescriptor* field_called(const Descriptor& message, const std::string& json_name) {
  for (int i = 0; i < message.field_count(); ++i)
    if (message.field(i)->json_name() == json_name) return message.field(i);
  return nullptr;
}

// A page reads again when something changed; no request of a browser waits for the broker or for
// mail.
void forget_waits(google::protobuf::Message& message) {
  for (const char* name : {"wait_seconds", "patience_ms"})
    if (const auto* field = message.GetDescriptor()->FindFieldByName(name))
      message.GetReflection()->SetUInt32(&message, field,
                                         std::string_view(name) == "patience_ms" ? kPatienceMs : 0);
}

bool is_actor(const FieldDescriptor& field) {
  return field.message_type() == api::v1::Actor::descriptor() && !field.is_repeated();
}

// Fields put before those of the body, as text, so that the strict reader still sees the body as it
// came: what stands in both is a field given twice.
std::string with_fields(const json::object& fields, std::string_view body) {
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (fields.empty() || begin == std::string_view::npos || body[begin] != '{')
    return std::string(body);
  std::string out = json::serialize(fields);
  out.pop_back();
  const std::string_view rest = body.substr(begin + 1);
  const auto next = rest.find_first_not_of(" \t\r\n");
  if (next == std::string_view::npos || rest[next] != '}') out += ',';
  return out.append(rest);
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> out;
    add_routes(*api::v1::Empty::descriptor()->file()->FindServiceByName("Veerpont"), out);
    add_routes(*v1::Problem::descriptor()->file()->FindServiceByName("Gateway"), out);
    add_routes(*v1::WorkItem::descriptor()->file()->FindServiceByName("Workbench"), out);
    return out;
  }();
  return all;
}

Found find_route(const std::string& verb, const std::vector<std::string>& path) {
  Found found;
  for (const Route& route : routes()) {
    if (route.path.size() != path.size()) continue;
    std::map<std::string, std::string> in_path;
    bool fits = true;
    for (std::size_t i = 0; i < path.size() && fits; ++i) {
      const std::string& wanted = route.path[i];
      if (is_variable(wanted))
        in_path[wanted.substr(1, wanted.size() - 2)] = path[i];
      else
        fits = wanted == path[i];
    }
    if (!fits) continue;
    found.path_exists = true;
    if (route.verb == verb) {
      found.route = &route;
      found.in_path = std::move(in_path);
      return found;
    }
  }
  return found;
}

Result<std::string> request_json(const Found& found, const Request& request, const Caller& person) {
  const Descriptor& form = *found.route->method->input_type();
  if (request.method != "GET" && !request.query.empty())
    return fault("the query has a name that this operation does not know");
  const std::string body = request.body.empty() ? "{}" : request.body;
  json::error_code failed;
  const json::value given = json::parse(body, failed);
  json::object fields;
  const auto take = [&](const FieldDescriptor* field, const std::string& text) -> Status {
    if (field == nullptr) return fault("the query has a name that this operation does not know");
    auto value = plain_value(*field, text);
    if (!value) return value.refusal();
    fields[field->json_name()] = std::move(*value);
    return Done{};
  };
  for (const auto& [name, text] : found.in_path)
    if (auto taken = take(form.FindFieldByName(name), text); !taken) return taken.refusal();
  for (const auto& [name, text] : request.query)
    if (auto taken = take(field_called(form, name), text); !taken) return taken.refusal();
  const FieldDescriptor* actor = nullptr;
  for (int i = 0; i < form.field_count(); ++i) {
    const auto* field = form.field(i);
    if (is_actor(*field)) actor = field;
    if (field->options().GetExtension(veerpont::v1::is_person)) {
      fields[field->json_name()] = person.name;
      if (const auto* pin = form.FindFieldByName("pin")) fields[pin->json_name()] = person.pin;
    }
  }
  const bool has_actor =
      actor != nullptr && given.is_object() && given.as_object().contains(actor->json_name());
  if (actor != nullptr && !has_actor) fields[actor->json_name()] = json::object();

  const std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&form)->New());
  if (auto read = read_json(with_fields(fields, body), *message); !read) return read.refusal();
  if (actor != nullptr) {
    auto& who = static_cast<api::v1::Actor&>(
        *message->GetReflection()->MutableMessage(message.get(), actor));
    who.set_person(person.name);
    who.set_role(static_cast<veerpont::v1::ActorRole>(person.role));
    if (person.role == ActorRole::privacy_officer &&
        who.reason().find_first_not_of(" \t\n") == std::string::npos)
      return fault("actor.reason: a privacy officer says why, each time");
  }
  forget_waits(*message);
  return write_json(*message, false);
}

}  // namespace veerpont::gateway
