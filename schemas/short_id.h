// The short id of a code: the enum value's name without what all names of its enum begin with, in
// lower case, with hyphens. CATEGORY_CARE_NEED is "care-need".
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

namespace veerpont {

std::string short_id(const google::protobuf::EnumValueDescriptor* value);
// Nothing (null) for the unspecified value and for what is no id of this enum.
const google::protobuf::EnumValueDescriptor* value_of_short_id(
    const google::protobuf::EnumDescriptor* codes, std::string_view id);

}  // namespace veerpont
