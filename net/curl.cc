#include "net/curl.h"

#include <stdexcept>

namespace veerpont::net {

CurlHandle new_curl() {
  static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlHandle made(begun == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (!made) throw std::runtime_error("libcurl does not begin");
  curl_easy_setopt(made.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(made.get(), CURLOPT_PROXY, "");
  return made;
}

void trust(CURL* curl, std::string authority) {
  if (authority.empty()) return;
  curl_blob pem{authority.data(), authority.size(), CURL_BLOB_COPY};
  curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &pem);
}

}  // namespace veerpont::net
