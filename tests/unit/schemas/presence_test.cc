// A "no" is not "not said": every field of every document, with every value that it can have, is
// read, split into sections, merged and written, and says the same.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "schemas/categories.h"
#include "schemas/document_json.h"
#include "schemas/short_id.h"
#include "veerpont/v1/directory.pb.h"
#include "veerpont/v1/documents.pb.h"
#include "veerpont/v1/grant.pb.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// A document with one value in it, and where.
struct Sample {
  std::string path;
  json::value document;
};

std::vector<json::value> values_of(const FieldDescriptor* field) {
  std::vector<json::value> out;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return {true, false};
    case FieldDescriptor::CPPTYPE_ENUM:
      for (int i = 0; i < field->enum_type()->value_count(); ++i)
        if (const auto* value = field->enum_type()->value(i); value->number() != 0)
          out.emplace_back(short_id(value));
      return out;
    case FieldDescriptor::CPPTYPE_STRING:
      if (field->options().GetExtension(v1::is_date)) return {"2026-11-20", "2024-02-29"};
      if (!field->options().GetExtension(v1::pattern).empty())
        return {json::value(field->name() == "grant" ? std::string(32, '0') : "jgt-leiden")};
      return {"x", "Zoë\nen 'Łukasz'", "0", "false"};
    case FieldDescriptor::CPPTYPE_UINT32:
      return {0, 1, 4'294'967'295};
    default:
      return {0, 1};
  }
}

// `around` puts a value of `type` into the whole document.
void samples_of(const Descriptor* type, const std::string& base,
                const std::function<json::value(json::value)>& around, std::vector<Sample>& out) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const std::string path = base + "." + field->json_name();
    const auto place = [&, around](json::value value) {
      if (field->is_repeated()) value = json::array{value, value};
      return around(json::object{{field->json_name(), std::move(value)}});
    };
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      samples_of(field->message_type(), path, place, out);
      out.push_back({path, place(json::object())});
    } else if (field->type() != FieldDescriptor::TYPE_BYTES) {
      for (const json::value& value : values_of(field)) out.push_back({path, place(value)});
    }
  }
}

// What is required and absent, with the first value that it can have.
void complete(json::object& object, const Descriptor* type) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const bool nested = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (field->options().GetExtension(v1::required) && !object.contains(field->json_name())) {
      const json::value one = nested ? json::value(json::object()) : values_of(field).front();
      object[field->json_name()] = field->is_repeated() ? json::value(json::array{one}) : one;
    }
    const auto given = object.find(field->json_name());
    if (!nested || given == object.end()) continue;
    if (given->value().is_object())
      complete(given->value().get_object(), field->message_type());
    else
      for (json::value& item : given->value().get_array())
        complete(item.get_object(), field->message_type());
  }
}

template <class Document>
std::vector<Sample> samples() {
  std::vector<Sample> out;
  samples_of(
      Document::descriptor(), Document::descriptor()->name(),
      [](json::value value) { return value; }, out);
  for (Sample& sample : out) complete(sample.document.get_object(), Document::descriptor());
  return out;
}

TEST(Presence, OfEveryFieldOfAReferralOutlivesTheWayToTheOtherSide) {
  const auto all = samples<v1::Referral>();
  EXPECT_GT(all.size(), 500u);
  for (const Sample& sample : all) {
    v1::Referral written;
    const Status read = read_json(json::serialize(sample.document), written);
    ASSERT_TRUE(read) << sample.path << " " << json::serialize(sample.document) << " "
                      << read.refusal().detail;
    const auto opened = merge(split(written));
    ASSERT_TRUE(opened) << sample.path;
    EXPECT_EQ(json::parse(write_json(*opened)), sample.document) << sample.path;
  }
}

template <class Document>
class Written : public testing::Test {};
using Documents =
    testing::Types<v1::Update, v1::GrantDraft, v1::GrantRecord, v1::Profile, v1::SiblingReferrals>;
TYPED_TEST_SUITE(Written, Documents);

TYPED_TEST(Written, SaysWhatWasRead) {
  for (const Sample& sample : samples<TypeParam>()) {
    TypeParam document;
    const Status read = read_json(json::serialize(sample.document), document);
    ASSERT_TRUE(read) << sample.path << " " << json::serialize(sample.document) << " "
                      << read.refusal().detail;
    TypeParam carried;
    ASSERT_TRUE(carried.ParseFromString(document.SerializeAsString()));
    EXPECT_EQ(json::parse(write_json(carried)), sample.document) << sample.path;
  }
}

}  // namespace
}  // namespace veerpont
