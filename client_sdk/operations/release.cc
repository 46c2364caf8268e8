#include "client_sdk/operations/release.h"

#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/home/epoch_keys.h"
#include "client_sdk/home/log_verdict.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/list_check.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/log/views.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// The record must be the one that the signed grant commits to.
Status check_record(Context& context, const InboxRecord& record, std::string_view plaintext,
                    v1::Referral& as_document) {
  const auto row = context.dossier().grants.find(record.grant);
  auto grant = row ? crypto::Grant::parse(row->body)
                   : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant) return grant.refusal();
  auto section = wire::parse<v1::GrantRecordSection>(plaintext, limits::section_bytes);
  if (!section || section->salt().size() != 32)
    return Refusal{RefusalCode::malformed_document, "grant-record"};
  if (crypto::record_commitment(section->salt(), section->record()) != grant->record_commitment)
    return Refusal{RefusalCode::record_mismatch};
  auto parsed = wire::parse<v1::GrantRecord>(section->record(), limits::section_bytes);
  if (!parsed || unfit_text(*parsed))
    return Refusal{RefusalCode::malformed_document, "grant-record"};
  *as_document.mutable_grant_record() = std::move(*parsed);
  return Done{};
}

// A share is used after the log was read past its release, and found to have withdrawn nothing of
// it before: by the events that this home is shown, and by the list of keys that everybody holds.
Status may_open(Context& context, const InboxRecord& record, CategorySet wanted,
                LogIndex released) {
  if (auto synced = sync_events(*context.home, *context.session); !synced) return synced;
  if (context.dossier().events.cursor() <= released || !context.dossier().events.find(released))
    return tampered("a release that the log does not show us");
  const auto grant = context.dossier().grants.find(record.grant);
  if (!grant) return Refusal{RefusalCode::unknown_grant};
  auto holds = not_withdrawn_before(*context.home, grant->body, wanted, released);
  if (!holds) {
    v1::LogEvidence evidence =
        evidence_of(*context.home, holds.refusal().detail, context.clock.now());
    evidence.add_notes(context.session->checkpoint().note());
    condemn(*context.home, evidence);
  }
  return holds;
}

Status open_sections(Context& context, const InboxRecord& record, const crypto::Header& header,
                     const v1::Envelope& envelope, CategorySet categories,
                     const v1::Released& released) {
  const std::vector<Category> order =
      categories.list();  // grant-record is the first category there is
  // A wrong share is the broker's lie, not the sender's fault: nothing is rejected for it.
  if (static_cast<std::size_t>(released.shares_size()) != order.size())
    return tampered("the number of shares");
  for (std::size_t i = 0; i < order.size(); ++i)
    if (crypto::share_id(header.message, order[i], context.org(),
                         released.shares(static_cast<int>(i))) !=
        header.section(order[i])->share_id)
      return tampered("a share");
  std::vector<std::pair<Category, std::string>> documents;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const crypto::SectionFields* section = header.section(order[i]);
    const auto place = static_cast<int>(section - header.sections.data());
    auto plaintext = [&]() -> Result<crypto::SecretBytes> {
      auto epochs = EpochKeys::open(context.home->paths.epochs, context.home->storage_key);
      if (!epochs) return epochs.refusal();
      const auto* key = epochs->find(section->epoch);
      if (key == nullptr ||
          crypto::key_id(crypto::KeyType::epoch, key->public_key) != section->recipient_key_id)
        return Refusal{RefusalCode::cannot_open, "epoch key"};
      return crypto::open_section(header.binding(*section), context.org(), *key,
                                  released.shares(static_cast<int>(i)),
                                  {envelope.ciphertexts(place), section->commitment,
                                   section->share_id, section->enc, section->wrapped});
    }();
    if (!plaintext) return plaintext.refusal();
    v1::Referral part;
    if (order[i] == Category::grant_record) {
      if (auto matches = check_record(context, record, plaintext->reveal(), part); !matches)
        return matches;
    } else {
      auto merged = merge({{order[i], std::string(plaintext->reveal())}});
      if (!merged) return merged.refusal();
      part = std::move(*merged);
    }
    documents.emplace_back(order[i], wire::serialise(part));
  }
  kill_point("sections-opened");
  context.dossier().inbox.put_sections(record.message, documents);
  kill_point("sections-stored");
  return Done{};
}

// How long its answer may still be used: from when it was signed, since a broker could hold back
// what it logged before a withdrawal, and give it at a later asking.
bool lives(const ReleaseRecord& release, Time now) {
  const auto body = crypto::Release::parse(release.body);
  return body && std::chrono::abs(now - body->created) <= limits::released_life;
}

// The one that was sent before, when its answer was lost just now; else a new one.
ReleaseRecord release_to_send(Context& context, const InboxRecord& record, CategorySet wanted) {
  const auto fresh = [&] {
    v1::Release body;
    body.set_organisation(context.org().str());
    body.set_key_id(context.home->signing_key_id().str());
    body.set_message_id(record.message.str());
    for (const Category category : wanted.list())
      body.add_categories(static_cast<v1::Category>(category));
    body.set_operation_id(crypto::random_bytes(16));
    body.set_created(to_ms(context.clock.now()));
    crypto::put_view(body, view_now(*context.home, *context.session, record.sender));
    const std::string bytes = wire::serialise(body);
    return ReleaseRecord{bytes, context.home->signing.sign(crypto::Release::type, bytes)};
  };
  Inbox& inbox = context.dossier().inbox;
  ReleaseRecord release = inbox.release(record.message, wanted, fresh);
  if (lives(release, context.clock.now())) return release;
  inbox.forget_release(record.message, wanted);
  return inbox.release(record.message, wanted, fresh);
}

}  // namespace

Status release_sections(Context& context, const InboxRecord& record, const crypto::Header& header,
                        const v1::Envelope& envelope, CategorySet wanted) {
  // The grant-record is released with whatever is opened first, and checked before anything else is
  // read.
  if (header.section(Category::grant_record) != nullptr &&
      !context.dossier().inbox.section(record.message, Category::grant_record))
    wanted.add(Category::grant_record);
  const ReleaseRecord release = release_to_send(context, record, wanted);
  kill_point("release-stored");
  const auto asked = std::chrono::steady_clock::now();
  v1::ClientFrame frame;
  frame.mutable_release()->mutable_release()->set_body(release.body);
  frame.mutable_release()->mutable_release()->set_signature(release.signature);
  auto answer = context.session->request(std::move(frame));
  if (!answer) {
    const int exit = exit_code_of(answer.refusal().code);
    if (exit == 3 && answer.refusal().code != RefusalCode::busy)
      context.dossier().inbox.forget_release(record.message,
                                             wanted);  // decided: a later try is a new one
    return answer.refusal();
  }
  if (!answer->has_released()) return tampered("Released");
  auto receipt = context.session->verify_receipt(answer->released().event(),
                                                 v1::EVENT_KIND_RELEASED, release.body);
  if (!receipt) return receipt.refusal();
  kill_point("released");
  auto opened = may_open(context, record, wanted, receipt->index);
  if (opened && (std::chrono::steady_clock::now() - asked > limits::released_life ||
                 !lives(release, context.clock.now())))
    opened = Refusal{RefusalCode::broker_unreachable, "the answer came too late to be used"};
  if (opened) opened = open_sections(context, record, header, envelope, wanted, answer->released());
  for (auto& share : *answer->mutable_released()->mutable_shares())
    crypto::wipe(share.data(), share.size());
  return opened;
}

Status reject(Context& context, const MessageId& message, RefusalCode code) {
  v1::Rejected rejected;
  rejected.set_organisation(context.org().str());
  rejected.set_key_id(context.home->signing_key_id().str());
  rejected.set_message_id(message.str());
  rejected.set_code(static_cast<v1::RefusalCode>(code));
  rejected.set_operation_id(crypto::Transcript("veerpont/rejected-operation/v2")
                                .bytes(rejected.key_id())
                                .bytes(message.bytes())
                                .sha256()
                                .str()
                                .substr(0, 16));
  v1::ClientFrame frame;
  auto* object = frame.mutable_rejected()->mutable_rejected();
  object->set_body(wire::serialise(rejected));
  object->set_signature(context.home->signing.sign(crypto::Rejected::type, object->body()));
  const std::string body = object->body();
  auto answer = context.session->request(std::move(frame));
  if (!answer) return answer.refusal();
  if (auto receipt =
          context.session->verify_receipt(answer->receipt().event(), v1::EVENT_KIND_REJECTED, body);
      !receipt)
    return receipt.refusal();
  context.dossier().inbox.set_state(message, InboxRecord::State::rejected);
  return Done{};
}

}  // namespace veerpont::sdk
