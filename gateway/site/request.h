// What a browser or a program asked, taken apart.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/language.h"
#include "net/http.h"

namespace veerpont::gateway {

struct Request {
  std::string method;
  std::vector<std::string> path;             // decoded segments: "/api/v1/x" has three
  std::map<std::string, std::string> query;  // decoded; a name that is given twice is refused
  std::string body;
  std::map<std::string, std::string>
      headers;  // names in small letters; of one given twice, the first
  std::map<std::string, std::string> cookies;

  // Nothing for a target that is no path, for what does not decode to UTF-8 text without control
  // characters, for empty and dotted segments, and for a name that is given twice.
  static std::optional<Request> parse(net::HttpRequest asked);
  std::string header(const std::string& name) const;
  std::string cookie(const std::string& name) const;
  // By Accept-Language: English only when it is asked for before Dutch.
  Language language() const;
  // Whether the answer may come compressed (RFC 9110, section 12.5.3).
  bool reads_gzip() const;
};

}  // namespace veerpont::gateway
