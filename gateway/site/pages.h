// The files of the web application, read once: what is served is what was there when the gateway
// began, and nothing else of the disk.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace veerpont::gateway {

class Pages {
 public:
  Pages() = default;
  // `folder`: as `./dev web` builds it. Refuses not-found without an index.html, too-large.
  static Result<Pages> read(const std::string& folder);

  // `path`: decoded segments. A file by its name; the application itself for every other address,
  // since it knows its own pages.
  // `gzip`: whoever asks reads it compressed.
  net::HttpAnswer answer(const std::string& verb, const std::vector<std::string>& path,
                         bool gzip) const;

 private:
  struct File {
    std::string type, bytes;
    std::string compressed = {};  // from the file beside it, "app.js.gz"; empty: there is none
  };
  std::map<std::string, File> files_;
};

}  // namespace veerpont::gateway
