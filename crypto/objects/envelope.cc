#include "crypto/objects/envelope.h"

#include "base/limits.h"
#include "rules/referral_states.h"
#include "schemas/wire.h"

namespace veerpont::crypto {
namespace {

Refusal malformed_header(std::string field) {
  return Refusal{RefusalCode::malformed, "Header." + std::move(field)};
}

constexpr std::size_t kWrapped = 48;
constexpr std::uint32_t kLargestCiphertext =
    (limits::section_bytes / 8) * 9 + 1024;  // Padmé adds at most 12 %

Result<std::vector<SectionFields>> parse_sections(const v1::Header& body) {
  if (static_cast<std::size_t>(body.sections_size()) > limits::sections)
    return Refusal{RefusalCode::too_large, "Header.sections"};
  std::vector<SectionFields> sections;
  int last = 0;
  for (const auto& section : body.sections()) {
    const auto ciphertext = Hash::from_bytes(section.ciphertext_sha256());
    const auto commitment = Hash::from_bytes(section.commitment());
    const auto key = Hash::from_bytes(section.recipient_key_id());
    const auto share = Hash::from_bytes(section.share_id());
    if (section.category() <= last) return malformed_header("sections.category");
    last = section.category();
    if (!ciphertext || !commitment || !key || !share || section.enc().size() != Hash::size ||
        section.wrapped().size() != kWrapped)
      return malformed_header("sections");
    if (section.size() < sealed_size(0) || section.size() > kLargestCiphertext)
      return malformed_header("sections.size");
    sections.push_back({static_cast<Category>(section.category()), section.size(), *ciphertext,
                        *commitment, section.epoch(), *key, *share, section.enc(),
                        section.wrapped()});
  }
  return sections;
}

Status check_times(const v1::Header& body, Step step) {
  if (body.created() <= 0 || body.expires() <= body.created()) return malformed_header("expires");
  if (time_from_ms(body.expires()) - time_from_ms(body.created()) > limits::message_life)
    return malformed_header("expires");
  if (body.respond_by() == 0)
    return rules::needs_respond_by(step) ? Status(malformed_header("respond_by")) : Status(Done{});
  if (body.respond_by() <= body.created()) return malformed_header("respond_by");
  if (time_from_ms(body.respond_by()) - time_from_ms(body.created()) > limits::respond_by_ahead)
    return malformed_header("respond_by");
  return Done{};
}

template <class T>
std::optional<T> optional_id(const std::string& bytes) {
  return bytes.empty() ? std::nullopt : T::from_bytes(bytes);
}

}  // namespace

Result<Header> Header::parse(std::string_view bytes) {
  auto body = wire::parse<v1::Header>(bytes, limits::header_bytes);
  if (!body) return body.refusal();
  if (body->suite() != 1) return Refusal{RefusalCode::unknown_suite};
  const auto message = MessageId::from_bytes(body->message_id());
  const auto referral = ReferralId::from_bytes(body->referral_id());
  const auto sender = OrgId::parse(body->sender());
  const auto key = Hash::from_bytes(body->sender_key_id());
  const auto recipient = OrgId::parse(body->recipient());
  const auto grant = GrantId::from_bytes(body->grant_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  if (!message) return malformed_header("message_id");
  if (!referral) return malformed_header("referral_id");
  if (!sender) return malformed_header("sender");
  if (!key) return malformed_header("sender_key_id");
  if (!recipient || recipient == sender) return malformed_header("recipient");
  if (!grant) return malformed_header("grant_id");
  if (!operation) return malformed_header("operation_id");
  if (body->step() == v1::STEP_UNSPECIFIED) return malformed_header("step");
  const Step step = static_cast<Step>(body->step());
  if (auto times = check_times(*body, step); !times) return times.refusal();
  const auto in_reply_to = optional_id<MessageId>(body->in_reply_to());
  const auto linked = optional_id<ReferralId>(body->linked_referral());
  if (in_reply_to.has_value() == body->in_reply_to().empty())
    return malformed_header("in_reply_to");
  if (linked.has_value() == body->linked_referral().empty())
    return malformed_header("linked_referral");
  auto sections = parse_sections(*body);
  if (!sections) return sections.refusal();
  if (sections->empty() && rules::needs_sections(step)) return malformed_header("sections");
  auto view = view_in(*body);
  if (!view) return malformed_header("seen");
  return Header{
      *message,
      *referral,
      *sender,
      *key,
      *recipient,
      *grant,
      step,
      time_from_ms(body->created()),
      time_from_ms(body->expires()),
      body->respond_by() == 0 ? std::nullopt : std::optional(time_from_ms(body->respond_by())),
      in_reply_to,
      linked,
      *operation,
      std::move(*sections),
      crypto::sha256(bytes),
      std::move(*view)};
}

CategorySet Header::categories() const {
  CategorySet set;
  for (const auto& section : sections) set.add(section.category);
  return set;
}

const SectionFields* Header::section(Category category) const {
  for (const auto& section : sections)
    if (section.category == category) return &section;
  return nullptr;
}

SectionBinding Header::binding(const SectionFields& section) const {
  return {message, section.category, sender_key_id, section.recipient_key_id, grant};
}

Status check_ciphertexts(const Header& header, const v1::Envelope& envelope) {
  if (static_cast<std::size_t>(envelope.ciphertexts_size()) != header.sections.size())
    return Refusal{RefusalCode::section_mismatch, "number of ciphertexts"};
  for (std::size_t i = 0; i < header.sections.size(); ++i) {
    const std::string& ciphertext = envelope.ciphertexts(static_cast<int>(i));
    if (ciphertext.size() != header.sections[i].size ||
        sha256(ciphertext) != header.sections[i].ciphertext_sha256)
      return Refusal{RefusalCode::section_mismatch, id_of(header.sections[i].category)};
  }
  return Done{};
}

Result<SealedEnvelope> seal_envelope(const Draft& draft,
                                     const std::vector<SectionDocument>& sections,
                                     const KeyStatement& recipient, const SigningKey& signer) {
  const Hash sender_key = key_id(KeyType::signing, signer.public_key());
  v1::Header body;
  body.set_suite(1);
  body.set_message_id(draft.message.str());
  body.set_referral_id(draft.referral.str());
  body.set_sender(draft.sender.str());
  body.set_sender_key_id(sender_key.str());
  body.set_recipient(draft.recipient.str());
  body.set_grant_id(draft.grant.str());
  body.set_step(static_cast<v1::Step>(draft.step));
  body.set_created(to_ms(draft.created));
  body.set_expires(to_ms(draft.expires));
  if (draft.respond_by) body.set_respond_by(to_ms(*draft.respond_by));
  if (draft.in_reply_to) body.set_in_reply_to(draft.in_reply_to->str());
  if (draft.linked_referral) body.set_linked_referral(draft.linked_referral->str());
  body.set_operation_id(draft.operation.str());
  put_view(body, draft.view);

  SealedEnvelope out;
  const std::uint32_t epoch = epoch_at(draft.created);
  const auto public_key = recipient.epoch_key(epoch);
  if (!public_key && !sections.empty())
    return Refusal{RefusalCode::recipient_keys_expired, draft.recipient.str()};
  std::size_t total = 0;
  for (const SectionDocument& document : sections) {
    const Hash recipient_key = key_id(KeyType::epoch, *public_key);
    auto sealed =
        seal_section({draft.message, document.category, sender_key, recipient_key, draft.grant},
                     draft.recipient, *public_key, document.bytes);
    if (!sealed) return sealed.refusal();
    total += sealed->ciphertext.size();
    auto* section = body.add_sections();
    section->set_category(static_cast<v1::Category>(document.category));
    section->set_size(static_cast<std::uint32_t>(sealed->ciphertext.size()));
    section->set_ciphertext_sha256(sha256(sealed->ciphertext).str());
    section->set_commitment(sealed->commitment.str());
    section->set_epoch(epoch);
    section->set_recipient_key_id(recipient_key.str());
    section->set_share_id(sealed->share_id.str());
    section->set_enc(sealed->enc);
    section->set_wrapped(sealed->wrapped);
    out.envelope.add_ciphertexts(std::move(sealed->ciphertext));
    out.shares.push_back(std::move(sealed->share));
  }
  out.envelope.set_header(wire::serialise(body));
  if (total + out.envelope.header().size() > limits::envelope_bytes)
    return Refusal{RefusalCode::too_large, "message: 1.75 MiB"};
  if (auto valid = Header::parse(out.envelope.header()); !valid) return valid.refusal();
  out.envelope.set_signature(signer.sign(Header::type, out.envelope.header()));
  return out;
}

}  // namespace veerpont::crypto
