#include "broker/sessions/verify.h"

#include "base/limits.h"

namespace veerpont::broker {
namespace {

// The public key that `me` published under this id, active or retired.
Result<std::string> published_key(const Participants& participants, const OrgId& me,
                                  const Hash& id) {
  const auto found = participants.find(me);
  const KeyFact* key =
      found == participants.end() ? nullptr : found->second.key(id, crypto::KeyType::signing);
  if (key == nullptr || key->standing == KeyFact::Standing::compromised)
    return Refusal{RefusalCode::unknown_key};
  return key->public_key;
}

Status check_signature(const Participants& participants, const OrgId& me, const OrgId& named,
                       const Hash& key_id, crypto::PayloadType type, std::string_view body,
                       std::string_view signature) {
  if (named != me) return Refusal{RefusalCode::not_your_identity};
  auto key = published_key(participants, me, key_id);
  if (!key) return key.refusal();
  if (!crypto::verify(*key, type, body, signature)) return Refusal{RefusalCode::bad_signature};
  return Done{};
}

std::optional<Refusal> sections_fault(const crypto::Header& header, const v1::Submit& submit) {
  if (auto fits = crypto::check_ciphertexts(header, submit.envelope()); !fits)
    return fits.refusal();
  for (std::size_t i = 0; i < header.sections.size(); ++i) {
    const auto& section = header.sections[i];
    const std::string& share = submit.shares(static_cast<int>(i));
    if (crypto::share_id(header.message, section.category, header.recipient, share) !=
        section.share_id)
      return Refusal{RefusalCode::section_mismatch, id_of(section.category)};
  }
  return std::nullopt;
}

Result<Request> verify_submit(v1::Submit& submit, const Participants& participants,
                              const OrgId& me) {
  const v1::Envelope& envelope = submit.envelope();
  std::size_t bytes = envelope.header().size();
  for (const auto& ciphertext : envelope.ciphertexts()) bytes += ciphertext.size();
  if (bytes > limits::envelope_bytes) return Refusal{RefusalCode::too_large, "Envelope: 1.75 MiB"};
  auto header = crypto::Header::parse(envelope.header());
  if (!header) return header.refusal();
  if (static_cast<std::size_t>(submit.shares_size()) != header->sections.size())
    return Refusal{RefusalCode::malformed, "Submit.shares"};
  for (const auto& share : submit.shares())
    if (share.size() != crypto::Key32::size)
      return Refusal{RefusalCode::malformed, "Submit.shares"};
  if (auto holds =
          check_signature(participants, me, header->sender, header->sender_key_id,
                          crypto::PayloadType::header, envelope.header(), envelope.signature());
      !holds)
    return holds.refusal();
  auto fault = sections_fault(*header, submit);
  SubmitRequest request{std::move(*header), {}, {}, std::move(fault)};
  for (const auto& share : submit.shares()) request.shares.push_back(crypto::Key32::from(share));
  request.envelope = std::make_shared<const v1::Envelope>(std::move(*submit.mutable_envelope()));
  return Request(std::move(request));
}

const OrgId& signer_of(const crypto::Grant& o) { return o.scope.holder; }
const OrgId& signer_of(const crypto::Withdrawal& o) { return o.holder; }
const OrgId& signer_of(const crypto::Release& o) { return o.organisation; }
const OrgId& signer_of(const crypto::Received& o) { return o.organisation; }
const OrgId& signer_of(const crypto::Rejected& o) { return o.organisation; }
const OrgId& signer_of(const crypto::Review& o) { return o.organisation; }
const OrgId& signer_of(const crypto::ProfileStatement& o) { return o.organisation; }

template <class T>
Result<Request> verify_object(const v1::SignedObject& bytes, crypto::PayloadType type,
                              const Participants& participants, const OrgId& me) {
  auto object = T::parse(bytes.body());
  if (!object) return object.refusal();
  if (auto holds = check_signature(participants, me, signer_of(*object), object->key_id, type,
                                   bytes.body(), bytes.signature());
      !holds)
    return holds.refusal();
  return Request(Verified<T>{std::move(*object), bytes, crypto::sha256(bytes.body())});
}

}  // namespace

Result<Request> verify(v1::ClientFrame& frame, const Participants& participants, const OrgId& me) {
  using crypto::PayloadType;
  switch (frame.body_case()) {
    case v1::ClientFrame::kSubmit:
      return verify_submit(*frame.mutable_submit(), participants, me);
    case v1::ClientFrame::kRegisterGrant:
      return verify_object<crypto::Grant>(frame.register_grant().grant(), PayloadType::grant,
                                          participants, me);
    case v1::ClientFrame::kWithdraw:
      return verify_object<crypto::Withdrawal>(frame.withdraw().withdrawal(),
                                               PayloadType::withdrawal, participants, me);
    case v1::ClientFrame::kRelease:
      return verify_object<crypto::Release>(frame.release().release(), PayloadType::release,
                                            participants, me);
    case v1::ClientFrame::kRejected:
      return verify_object<crypto::Rejected>(frame.rejected().rejected(), PayloadType::rejected,
                                             participants, me);
    case v1::ClientFrame::kReview:
      return verify_object<crypto::Review>(frame.review().review(), PayloadType::review,
                                           participants, me);
    case v1::ClientFrame::kPublishProfile:
      return verify_object<crypto::ProfileStatement>(frame.publish_profile().profile(),
                                                     PayloadType::profile, participants, me);
    case v1::ClientFrame::kReceived:
      return verify_object<crypto::Received>(frame.received().received(), PayloadType::received,
                                             participants, me);
    case v1::ClientFrame::kPublishKeys: {
      auto statement = crypto::KeyStatement::verify(frame.publish_keys().statement());
      if (!statement) return statement.refusal();
      if (statement->org() != me) return Refusal{RefusalCode::not_your_identity};
      return Request(KeysRequest{std::move(*statement)});
    }
    default:
      return Refusal{RefusalCode::malformed, "ClientFrame.body"};
  }
}

}  // namespace veerpont::broker
