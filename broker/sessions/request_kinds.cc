#include "broker/sessions/request_kinds.h"

#include <algorithm>

namespace veerpont::broker {

std::string kind_of(v1::ClientFrame::BodyCase body) {
  const auto* field = v1::ClientFrame::descriptor()->FindFieldByNumber(body);
  std::string name = field == nullptr ? "none" : field->name();
  std::ranges::replace(name, '_', '-');
  return name;
}

std::vector<std::string> request_kinds() {
  std::vector<std::string> kinds;
  const auto* bodies = v1::ClientFrame::descriptor()->FindOneofByName("body");
  kinds.reserve(static_cast<std::size_t>(bodies->field_count()) + 1);
  for (int i = 0; i < bodies->field_count(); ++i)
    kinds.push_back(kind_of(static_cast<v1::ClientFrame::BodyCase>(bodies->field(i)->number())));
  kinds.push_back(kind_of(v1::ClientFrame::BODY_NOT_SET));
  return kinds;
}

}  // namespace veerpont::broker
