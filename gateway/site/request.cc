#include "gateway/site/request.h"

#include <algorithm>

#include "crypto/hash.h"
#include "schemas/plain_characters.h"

namespace veerpont::gateway {
namespace {

constexpr std::size_t kMostTarget = 2048;

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    std::string digits(text.substr(i + 1, 2));
    for (char& c : digits) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    const auto byte = crypto::from_hex(digits);
    if (!byte) return std::nullopt;
    out += *byte;
    i += 2;
  }
  return has_plain_characters(out, Lines::one) ? std::optional(out) : std::nullopt;
}

template <class Take>
bool each_part(std::string_view text, char between, Take take) {
  while (!text.empty()) {
    const auto end = std::min(text.find(between), text.size());
    if (!take(text.substr(0, end))) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

bool read_path(std::string_view text, std::vector<std::string>& path) {
  if (!text.starts_with('/')) return false;
  text.remove_prefix(1);
  if (text.ends_with('/')) return false;
  return each_part(text, '/', [&](std::string_view part) {
    auto segment = decoded(part);
    if (!segment || segment->empty() || *segment == "." || *segment == ".." ||
        segment->find_first_of("/\\") != std::string::npos)
      return false;
    path.push_back(std::move(*segment));
    return true;
  });
}

// As forms write it (WHATWG URL, application/x-www-form-urlencoded): a plus is a space.
bool read_query(std::string_view text, std::map<std::string, std::string>& query) {
  return each_part(text, '&', [&](std::string_view given) {
    std::string part(given);
    std::ranges::replace(part, '+', ' ');
    const std::string_view said = part;
    const auto equals = std::min(said.find('='), said.size());
    auto name = decoded(said.substr(0, equals));
    auto value = decoded(said.substr(std::min(equals + 1, said.size())));
    return name && value && query.emplace(std::move(*name), std::move(*value)).second;
  });
}

void read_cookies(std::string_view text, std::map<std::string, std::string>& cookies) {
  each_part(text, ';', [&](std::string_view part) {
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    const auto equals = part.find('=');
    if (equals != std::string_view::npos)
      cookies.emplace(part.substr(0, equals), part.substr(equals + 1));
    return true;
  });
}

}  // namespace

std::optional<Request> Request::parse(net::HttpRequest asked) {
  Request request;
  const std::string_view target = asked.target;
  if (target.size() > kMostTarget) return std::nullopt;
  const auto question = std::min(target.find('?'), target.size());
  if (!read_path(target.substr(0, question), request.path) && target.substr(0, question) != "/")
    return std::nullopt;
  if (question < target.size() && !read_query(target.substr(question + 1), request.query))
    return std::nullopt;
  request.method = std::move(asked.method);
  request.body = std::move(asked.body);
  for (auto& [name, value] : asked.headers) request.headers.emplace(name, std::move(value));
  read_cookies(request.header("cookie"), request.cookies);
  return request;
}

std::string Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string Request::cookie(const std::string& name) const {
  const auto found = cookies.find(name);
  return found == cookies.end() ? std::string() : found->second;
}

bool Request::reads_gzip() const {
  bool reads = false;
  each_part(header("accept-encoding"), ',', [&](std::string_view part) {
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    const auto weight = std::min(part.find("q="), part.size());
    const bool refuses =
        weight < part.size() && part.find_first_of("123456789", weight) == std::string_view::npos;
    reads = reads || (part.starts_with("gzip") && !refuses);
    return true;
  });
  return reads;
}

Language Request::language() const {
  const std::string asked = header("accept-language");
  const auto english = asked.find("en");
  return english != std::string::npos && english < asked.find("nl") ? Language::english
                                                                    : Language::dutch;
}

}  // namespace veerpont::gateway
