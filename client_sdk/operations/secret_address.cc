#include "client_sdk/operations/secret_address.h"

#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {

std::optional<bool> secret_address(Context& context, const ReferralRecord& record) {
  const auto written = record.referrer
                           ? context.dossier().outbox.refer_document(record.id)
                           : context.dossier().inbox.section_in(record.id, Category::routing);
  const auto document = written ? wire::parse<v1::Referral>(written->reveal())
                                : Result<v1::Referral>(Refusal{RefusalCode::not_found});
  if (!document || !document->has_routing() || !document->routing().has_secret_address())
    return std::nullopt;
  return document->routing().secret_address();
}

}  // namespace veerpont::sdk
