#include "client_sdk/home/invitation.h"

#include "base/private_file.h"
#include "schemas/document_json.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostBytes = 64u << 10;

}  // namespace

Result<Invitation> Invitation::parse(std::string_view json) {
  v1::Invitation file;
  if (auto read = read_json(json, file); !read)
    return Refusal{RefusalCode::invalid_input, "invitation: " + read.refusal().detail};
  const auto org = OrgId::parse(file.org());
  const auto key = audit::VerifierKey::parse(file.log_verifier_key());
  auto token = crypto::from_hex(file.token());
  if (!org || !key || !token || token->size() != 32 || file.kind() == v1::ORG_KIND_UNSPECIFIED)
    return Refusal{RefusalCode::invalid_input, "invitation: it was changed or is not complete"};
  return Invitation{HomeConfig{*org, file.title(), static_cast<OrgKind>(file.kind()), file.broker(),
                               file.ca_certificate(), *key, file.federation(), file.hidden()},
                    std::move(*token)};
}

Result<Invitation> Invitation::read(const std::string& path) {
  auto text = read_file(path, kMostBytes);
  if (!text) return text.refusal();
  return parse(*text);
}

}  // namespace veerpont::sdk
