#include "broker/home/access_points.h"

#include <algorithm>

#include "base/private_file.h"
#include "rules/municipalities.h"
#include "rules/profile.h"

namespace veerpont::broker {
namespace {

constexpr std::size_t kMostBytes = 1u << 20;

}  // namespace

std::string AccessPoints::explanation() {
  return "# The telephone of a municipality's access point (toegang), one a line: GM0546 "
         "071-5165000\n"
         "# Participants get it where nobody in the federation serves that municipality. Read "
         "again every minute.\n";
}

Result<AccessPoints> AccessPoints::parse(std::string_view text) {
  AccessPoints out;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty() || line.front() == '#') continue;
    const std::string_view code = line.substr(0, line.find(' '));
    const std::string_view telephone = line.substr(std::min(line.size(), code.size() + 1));
    if (!rules::is_municipality_code(code) || !is_telephone(telephone))
      return Refusal{RefusalCode::invalid_input,
                     "access-points.txt: line " + std::to_string(number)};
    out.telephones_[std::string(code)] = telephone;
  }
  return out;
}

Result<AccessPoints> AccessPoints::read(const std::string& path) {
  auto text = read_file(path, kMostBytes);
  if (!text)
    return text.refusal().code == RefusalCode::not_found ? Result<AccessPoints>(AccessPoints())
                                                         : text.refusal();
  return parse(*text);
}

}  // namespace veerpont::broker
