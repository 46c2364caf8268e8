#include "broker/sessions/verify.h"

#include <algorithm>

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

bool is_true(const crypto::View& view, const SawOurLog& saw_our_log) {
  return !view.seen || !saw_our_log || saw_our_log(*view.seen);
}

Result<Request> verify_submit(v1::Submit& submit, const Participants& participants, const OrgId& me,
                              const SawOurLog& saw_our_log) {
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
  if (auto holds = check_signature(participants, me, header->sender, header->sender_key_id,
                                   crypto::Header::type, envelope.header(), envelope.signature());
      !holds)
    return holds.refusal();
  auto fault = sections_fault(*header, submit);
  const bool saw = is_true(header->view, saw_our_log);
  SubmitRequest request{std::move(*header), {}, {}, std::move(fault), saw};
  for (const auto& share : submit.shares()) request.shares.push_back(crypto::Key32::from(share));
  request.envelope = std::make_shared<const v1::Envelope>(std::move(*submit.mutable_envelope()));
  return Request(std::move(request));
}

template <class Object>
Result<Request> verify_object(const v1::SignedObject& bytes, const Participants& participants,
                              const OrgId& me, const SawOurLog& saw_our_log) {
  auto object = Object::parse(bytes.body());
  if (!object) return object.refusal();
  if (auto holds = check_signature(participants, me, object->signer(), object->key_id, Object::type,
                                   bytes.body(), bytes.signature());
      !holds)
    return holds.refusal();
  bool saw = true;
  if constexpr (requires { object->view; }) saw = is_true(object->view, saw_our_log);
  return Request(Verified<Object>{std::move(*object), bytes, crypto::sha256(bytes.body()), saw});
}

// The frame's one field that is a signed object, named as the object's type is.
const google::protobuf::FieldDescriptor* signed_field(const google::protobuf::Descriptor& request) {
  for (int i = 0; i < request.field_count(); ++i)
    if (request.field(i)->message_type() == v1::SignedObject::descriptor()) return request.field(i);
  return nullptr;
}

Result<Request> verify_signed(const v1::ClientFrame& frame, const Participants& participants,
                              const OrgId& me, const SawOurLog& saw_our_log) {
  const auto* body = v1::ClientFrame::descriptor()->FindFieldByNumber(frame.body_case());
  const auto* field = body == nullptr ? nullptr : signed_field(*body->message_type());
  if (field == nullptr) return Refusal{RefusalCode::malformed, "ClientFrame.body"};
  const auto& request = frame.GetReflection()->GetMessage(frame, body);
  const auto& object =
      static_cast<const v1::SignedObject&>(request.GetReflection()->GetMessage(request, field));
  std::string name = field->name();
  std::ranges::replace(name, '_', '-');
#define VEERPONT_VERIFY(Object)          \
  if (name == crypto::Object::type.name) \
    return verify_object<crypto::Object>(object, participants, me, saw_our_log);
  VEERPONT_SIGNED_OBJECTS(VEERPONT_VERIFY)
#undef VEERPONT_VERIFY
  return Refusal{RefusalCode::malformed, "ClientFrame.body"};
}

Result<Request> verify_keys(const v1::SignedKeyStatement& bytes, const OrgId& me,
                            const SawOurLog& saw_our_log) {
  auto statement = crypto::KeyStatement::verify(bytes);
  if (!statement) return statement.refusal();
  if (statement->org() != me) return Refusal{RefusalCode::not_your_identity};
  const auto view = crypto::view_in(statement->body());
  if (!view) return Refusal{RefusalCode::malformed, "KeyStatement.seen"};
  if (!is_true(*view, saw_our_log)) return Refusal{RefusalCode::untrue_view};
  return Request(KeysRequest{std::move(*statement)});
}

}  // namespace

Result<Request> verify(v1::ClientFrame& frame, const Participants& participants, const OrgId& me,
                       const SawOurLog& saw_our_log) {
  if (frame.has_submit())
    return verify_submit(*frame.mutable_submit(), participants, me, saw_our_log);
  if (frame.has_publish_keys())
    return verify_keys(frame.publish_keys().statement(), me, saw_our_log);
  return verify_signed(frame, participants, me, saw_our_log);
}

}  // namespace veerpont::broker
