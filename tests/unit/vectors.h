// Vector files: JSON with hex in it.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace veerpont {

boost::json::value load_vectors(const std::string& name);  // below tests/vectors
std::string bytes_of(const boost::json::value& object, const char* key);

}  // namespace veerpont
