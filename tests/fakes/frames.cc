#include "tests/fakes/frames.h"

#include <cstdlib>

#include "rules/referral_states.h"
#include "schemas/wire.h"
#include "veerpont/v1/grant.pb.h"

namespace veerpont::fakes {
namespace {

template <class List>
void add_categories(List* list, CategorySet categories) {
  for (const Category category : categories.list()) list->Add(static_cast<v1::Category>(category));
}

}  // namespace

v1::ClientFrame grant_frame(const Signer& signer, const GrantWanted& wanted, Time now) {
  v1::Grant body;
  body.set_grant_id(wanted.id.str());
  body.set_holder(signer.org.str());
  body.set_holder_key_id(signer.key_id().str());
  body.set_recipient(wanted.recipient.str());
  body.set_ground(wanted.ground);
  body.set_purpose(v1::PURPOSE_ARRANGE_HELP);
  body.set_kind(wanted.kind);
  add_categories(body.mutable_outbound(), wanted.outbound);
  add_categories(body.mutable_inbound(), wanted.inbound);
  body.set_not_before(to_ms(wanted.not_before));
  body.set_expires(to_ms(wanted.expires));
  body.set_record_commitment(wanted.record_commitment);
  body.set_operation_id(crypto::random_bytes(16));
  body.set_created(to_ms(now));
  v1::ClientFrame frame;
  *frame.mutable_register_grant()->mutable_grant() =
      signer.sign(crypto::Grant::type, wire::serialise(body));
  return frame;
}

v1::ClientFrame withdraw_frame(const Signer& signer, const GrantId& grant, CategorySet categories,
                               const OperationId& operation) {
  v1::Withdrawal body;
  body.set_grant_id(grant.str());
  body.set_holder(signer.org.str());
  body.set_holder_key_id(signer.key_id().str());
  add_categories(body.mutable_categories(), categories);
  body.set_operation_id(operation.str());
  v1::ClientFrame frame;
  *frame.mutable_withdraw()->mutable_withdrawal() =
      signer.sign(crypto::Withdrawal::type, wire::serialise(body));
  return frame;
}

v1::ClientFrame release_frame(const Signer& signer, const MessageId& message,
                              CategorySet categories, const OperationId& operation) {
  v1::Release body;
  body.set_organisation(signer.org.str());
  body.set_key_id(signer.key_id().str());
  body.set_message_id(message.str());
  add_categories(body.mutable_categories(), categories);
  body.set_operation_id(operation.str());
  v1::ClientFrame frame;
  *frame.mutable_release()->mutable_release() =
      signer.sign(crypto::Release::type, wire::serialise(body));
  return frame;
}

v1::ClientFrame received_frame(const Signer& signer, const OrgId& sender,
                               const std::vector<MessageId>& messages,
                               const OperationId& operation) {
  v1::Received body;
  body.set_organisation(signer.org.str());
  body.set_key_id(signer.key_id().str());
  body.set_sender(sender.str());
  for (const MessageId& message : messages) body.add_message_ids(message.str());
  body.set_operation_id(operation.str());
  v1::ClientFrame frame;
  *frame.mutable_received()->mutable_received() =
      signer.sign(crypto::Received::type, wire::serialise(body));
  return frame;
}

v1::ClientFrame rejected_frame(const Signer& signer, const MessageId& message, RefusalCode code,
                               const OperationId& operation) {
  v1::Rejected body;
  body.set_organisation(signer.org.str());
  body.set_key_id(signer.key_id().str());
  body.set_message_id(message.str());
  body.set_code(static_cast<v1::RefusalCode>(code));
  body.set_operation_id(operation.str());
  v1::ClientFrame frame;
  *frame.mutable_rejected()->mutable_rejected() =
      signer.sign(crypto::Rejected::type, wire::serialise(body));
  return frame;
}

v1::ClientFrame submit_frame(const Signer& signer, const crypto::KeyStatement& recipient,
                             const SubmitWanted& wanted) {
  std::vector<SectionDocument> sections;
  for (const Category category : wanted.categories.list()) {
    std::string document = "MERKTEKEN-" + id_of(category);
    document.resize(std::max(document.size(), wanted.section_bytes), '.');
    if (category == Category::grant_record && !wanted.record.empty()) document = wanted.record;
    sections.push_back({category, std::move(document)});
  }
  const crypto::Draft draft{wanted.message,
                            wanted.referral,
                            signer.org,
                            recipient.org(),
                            wanted.grant,
                            wanted.step,
                            wanted.created,
                            wanted.created + wanted.life,
                            rules::needs_respond_by(wanted.step)
                                ? std::optional(wanted.created + std::chrono::hours(24 * 2))
                                : std::nullopt,
                            std::nullopt,
                            fresh<OperationId>()};
  auto sealed = crypto::seal_envelope(draft, sections, recipient, signer.key);
  if (!sealed) std::abort();
  v1::ClientFrame frame;
  *frame.mutable_submit()->mutable_envelope() = sealed->envelope;
  for (const auto& share : sealed->shares)
    frame.mutable_submit()->add_shares(std::string(share.reveal()));
  return frame;
}

void sign_again(const Signer& signer, v1::ClientFrame& frame,
                const std::function<void(v1::Header&)>& change) {
  auto* envelope = frame.mutable_submit()->mutable_envelope();
  v1::Header header;
  if (!header.ParseFromString(envelope->header())) std::abort();
  change(header);
  envelope->set_header(wire::serialise(header));
  envelope->set_signature(signer.key.sign(crypto::Header::type, envelope->header()));
}

}  // namespace veerpont::fakes
