#include "base/endpoint.h"

#include <algorithm>
#include <charconv>

namespace veerpont {
namespace {

bool is_host(std::string_view text, bool bracketed) {
  const auto fits = [&](char c) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return word || c == '.' || c == '-' || c == '_' || (bracketed && c == ':');
  };
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, fits);
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const Refusal invalid{RefusalCode::invalid_input, "an address is HOST:PORT"};
  const auto colon = text.rfind(':');
  if (colon == text.npos) return invalid;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  Endpoint out{std::string(host)};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, out.port);
  if (error != std::errc() || stopped != end || !is_host(host, bracketed)) return invalid;
  return out;
}

std::string Endpoint::str() const {
  return (host.find(':') == host.npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

}  // namespace veerpont
