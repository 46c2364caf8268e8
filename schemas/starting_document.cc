#include "schemas/starting_document.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "schemas/short_id.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

class Hints {
 public:
  explicit Hints(Language language) : dutch_(language == Language::dutch) {}

  json::object object(const Descriptor* type) const {
    json::object out;
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* field = type->field(i);
      if (field->type() == FieldDescriptor::TYPE_BYTES) continue;  // the program fills it in
      const auto category = field->options().GetExtension(v1::category);
      if (category == v1::CATEGORY_GRANT_RECORD || category == v1::CATEGORY_UPDATE)
        continue;  // comes with the grant, and with a step
      out["$hint " + field->json_name()] = value(field);
    }
    return out;
  }

  std::string how_to() const {
    return dutch_
               ? "Vul in wat u wilt zeggen: haal \"$hint \" voor de naam weg en zet de waarde in "
                 "de plaats van de uitleg. Wat een $hint blijft, wordt overgeslagen."
               : "Fill in what you want to say: take \"$hint \" off the name and put the value in "
                 "the place of the hint. What stays a $hint is skipped.";
  }

 private:
  json::value value(const FieldDescriptor* field) const {
    json::value one = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE
                          ? json::value(object(field->message_type()))
                          : json::value(hint(field));
    return field->is_repeated() ? json::value(json::array{std::move(one)}) : one;
  }

  std::string hint(const FieldDescriptor* field) const {
    const auto& options = field->options();
    std::string out = options.GetExtension(dutch_ ? v1::nl : v1::en);
    if (options.GetExtension(v1::required)) out += dutch_ ? " (moet)" : " (required)";
    if (const auto& more = options.GetExtension(dutch_ ? v1::hint_nl : v1::hint_en); !more.empty())
      out += ": " + more;
    return out + "; " + form(field);
  }

  std::string form(const FieldDescriptor* field) const {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return "true / false";
      case FieldDescriptor::CPPTYPE_ENUM: {
        std::string codes;
        for (int i = 0; i < field->enum_type()->value_count(); ++i)
          if (const auto* code = field->enum_type()->value(i); code->number() != 0)
            codes += (codes.empty() ? "" : ", ") + short_id(code);
        return (dutch_ ? "een van: " : "one of: ") + codes;
      }
      case FieldDescriptor::CPPTYPE_STRING:
        if (field->options().GetExtension(v1::is_date))
          return dutch_ ? "een dag: 2026-12-01" : "a day: 2026-12-01";
        return dutch_ ? "tekst" : "text";
      default:
        return dutch_ ? "een heel getal" : "a whole number";
    }
  }

  bool dutch_;
};

// Boost.JSON writes no indentation.
void print(std::string& out, const json::value& value, std::size_t depth) {
  const auto line = [&](std::size_t at) { out.append("\n").append(at * 2, ' '); };
  if (const auto* object = value.if_object()) {
    out += '{';
    for (const auto& member : *object) {
      if (&member != object->begin()) out += ',';
      line(depth + 1);
      out += json::serialize(json::value(member.key())) + ": ";
      print(out, member.value(), depth + 1);
    }
    line(depth);
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const json::value& item : *array) print(out, item, depth);
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string starting_document(const Descriptor* type, Language language) {
  const Hints hints(language);
  json::object whole{{"$hint", hints.how_to()}};
  for (const auto& member : hints.object(type)) whole[member.key()] = member.value();
  std::string out;
  print(out, whole, 0);
  return out + "\n";
}

}  // namespace veerpont
