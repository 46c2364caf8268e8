// libcurl under our rules: no proxy that the environment names, TLS verified, an
// authority of one's own where one was given.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

namespace veerpont::net {

using CurlHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using CurlLines = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// Throws std::runtime_error when libcurl does not begin.
CurlHandle new_curl();
// `authority`: PEM; empty: those of the machine.
void trust(CURL* curl, std::string authority);

}  // namespace veerpont::net
