// What an operator should know about a home, each with its cause and cure. Looks only; beside a
// serving broker too.
#pragma once

#include <string>
#include <vector>

namespace veerpont::broker {

struct Finding {
  std::string check;
  bool ok;
  std::string cause, cure;
};

std::vector<Finding> examine_home(const std::string& home);

}  // namespace veerpont::broker
