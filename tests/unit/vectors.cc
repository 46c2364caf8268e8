#include "tests/unit/vectors.h"

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "crypto/hash.h"

namespace veerpont {

boost::json::value load_vectors(const std::string& name) {
  std::ifstream in(std::string(VECTORS "/") + name);
  std::stringstream text;
  text << in.rdbuf();
  return boost::json::parse(text.str());
}

std::string bytes_of(const boost::json::value& object, const char* key) {
  const auto* found = object.as_object().if_contains(key);
  return found == nullptr ? std::string()
                          : crypto::from_hex(std::string(found->as_string())).value();
}

}  // namespace veerpont
