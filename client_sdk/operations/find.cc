#include "client_sdk/operations/find.h"

#include <algorithm>

#include "client_sdk/guard/plain_text.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/accesses.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

constexpr std::size_t kMostName = 100, kLeastLetters = 2;

bool has_name(const crypto::SecretBytes& document, const std::string& wanted) {
  const auto parsed = wire::parse<v1::Referral>(document.reveal());
  if (!parsed || !parsed->has_identity()) return false;
  const auto& identity = parsed->identity();
  return folded(identity.given_names() + " " + identity.family_name()).find(wanted) !=
         std::string::npos;
}

}  // namespace

Status record_search(Context& context, const std::string& name, const Actor& actor) {
  if (folded(name).size() < kLeastLetters || name.size() > kMostName ||
      !has_plain_characters(name, Lines::one))
    return invalid("name: two letters or more, at most 100 characters on one line");
  if (auto may = may_look(*context.home, actor); !may) return may.refusal();
  v1::Access access = access_by(actor, AccessKind::searched);
  access.set_list(name);
  if (auto recorded = record_access(*context.home, access, context.clock.now()); !recorded)
    return recorded.refusal();
  return Done{};
}

std::vector<ReferralId> find_by_name(Context& context, const std::string& name) {
  const std::string wanted = folded(name);
  std::vector<ReferralId> found;
  const auto look = [&](const ReferralId& referral, const crypto::SecretBytes& document) {
    if (found.size() < kMostFound && std::ranges::find(found, referral) == found.end() &&
        has_name(document, wanted))
      found.push_back(referral);
    return found.size() < kMostFound;
  };
  context.dossier().inbox.each_section(Category::identity, look);
  context.dossier().outbox.each_refer_document(look);
  return found;
}

}  // namespace veerpont::sdk
