#include "schemas/categories.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "schemas/plain_characters.h"
#include "schemas/wire.h"
#include "veerpont/v1/options.pb.h"

namespace veerpont {
namespace {

using google::protobuf::FieldDescriptor;

Category category_of(const FieldDescriptor* field) {
  return static_cast<Category>(field->options().GetExtension(v1::category));
}

std::vector<const FieldDescriptor*> set_fields(const v1::Referral& document) {
  std::vector<const FieldDescriptor*> fields;
  document.GetReflection()->ListFields(document, &fields);
  return fields;
}

}  // namespace

std::vector<SectionDocument> split(const v1::Referral& document) {
  std::vector<SectionDocument> sections;
  for (const FieldDescriptor* field : set_fields(document)) {
    v1::Referral part;
    part.GetReflection()
        ->MutableMessage(&part, field)
        ->CopyFrom(document.GetReflection()->GetMessage(document, field));
    sections.push_back({category_of(field), wire::serialise(part)});
  }
  std::sort(sections.begin(), sections.end(),
            [](const auto& a, const auto& b) { return a.category < b.category; });
  return sections;
}

Result<v1::Referral> merge(const std::vector<SectionDocument>& sections) {
  v1::Referral whole;
  CategorySet seen;
  for (const SectionDocument& section : sections) {
    const auto refused = [&] {
      return Refusal{RefusalCode::malformed_document, id_of(section.category)};
    };
    if (seen.has(section.category)) return refused();
    seen.add(section.category);
    auto part = wire::parse<v1::Referral>(section.bytes, limits::section_bytes);
    if (!part || categories_of(*part) != CategorySet{section.category} || unfit_text(*part))
      return refused();
    whole.MergeFrom(*part);
  }
  return whole;
}

CategorySet categories_of(const v1::Referral& document) {
  CategorySet set;
  for (const FieldDescriptor* field : set_fields(document)) set.add(category_of(field));
  return set;
}

void apply_default_release_risk(v1::Referral& document) {
  const auto consult = [](auto* part) {
    if (!part->has_release_risk())
      part->mutable_release_risk()->set_advice(v1::ReleaseRisk::ADVICE_CONSULT_SENDER);
  };
  if (document.has_child_voice()) consult(document.mutable_child_voice());
  if (document.has_safety()) consult(document.mutable_safety());
  if (document.has_authority()) consult(document.mutable_authority());
  if (document.has_network()) consult(document.mutable_network());
}

}  // namespace veerpont
