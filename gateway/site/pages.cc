#include "gateway/site/pages.h"

#include <filesystem>

#include "base/private_file.h"

namespace veerpont::gateway {
namespace {

constexpr char kIndex[] = "index.html";
constexpr char kCompressed[] = ".gz";
constexpr std::size_t kMostFile = 4u << 20, kMostFiles = 200;

// Nothing for a file that no page has.
const char* type_of(const std::filesystem::path& file) {
  static const std::map<std::string, const char*> kTypes{
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
      {".txt", "text/plain; charset=utf-8"}, {".json", "application/json"}};
  const auto found = kTypes.find(file.extension().string());
  return found == kTypes.end() ? nullptr : found->second;
}

}  // namespace

Result<Pages> Pages::read(const std::string& folder) {
  Pages pages;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const char* type = type_of(entry.path());
    if (type == nullptr || !entry.is_regular_file()) continue;
    if (pages.files_.size() >= kMostFiles)
      return Refusal{RefusalCode::too_large, folder + ": has more than 200 files"};
    auto bytes = read_file(entry.path().string(), kMostFile);
    if (!bytes) return bytes.refusal();
    const auto compressed = read_file(entry.path().string() + kCompressed, kMostFile);
    pages.files_.emplace(entry.path().filename().string(),
                         File{type, std::move(*bytes), compressed ? *compressed : std::string()});
  }
  if (!pages.files_.contains(kIndex))
    return Refusal{RefusalCode::not_found, folder + ": has no index.html; build it: ./dev web"};
  return pages;
}

net::HttpAnswer Pages::answer(const std::string& verb, const std::vector<std::string>& path,
                              bool gzip) const {
  net::HttpAnswer answer;
  if (verb != "GET") {
    answer.status = 405;
    answer.body = "405\n";
    return answer;
  }
  const std::string name = path.empty() ? kIndex : path.back();
  const bool names_file = path.size() == 1 && name.find('.') != std::string::npos;
  const auto found = files_.find(names_file ? name : kIndex);
  if (found == files_.end()) {
    answer.status = 404;
    answer.body = "404\n";
    return answer;
  }
  answer.type = found->second.type;
  answer.headers.emplace_back("Vary", "Accept-Encoding");
  if (gzip && !found->second.compressed.empty()) {
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.body = found->second.compressed;
  } else {
    answer.body = found->second.bytes;
  }
  return answer;
}

}  // namespace veerpont::gateway
