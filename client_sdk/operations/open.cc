// Shows content: what was received, which is released first, and what this organisation sent. Each
// display is in the access log before anybody sees it.
#include "client_sdk/home/policy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/engine.h"
#include "crypto/secret.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

// Only these mean that the message itself is at fault.
bool is_rejection(RefusalCode code) {
  return code == RefusalCode::cannot_open || code == RefusalCode::record_mismatch ||
         code == RefusalCode::malformed_document;
}

}  // namespace

bool Engine::is_here(const MessageId& message, CategorySet only) {
  const auto record = home_->dossier->inbox.find(message);
  if (!record || record->envelope.empty() || !record->categories.covers(only))
    return true;  // refused
  for (const Category category : (only.empty() ? record->categories : only).list())
    if (!home_->dossier->inbox.section(message, category)) return false;
  return true;
}

Result<Opened> Engine::open(const MessageId& message, CategorySet only, const Actor& actor) {
  if (auto may = may_look(*home_, actor); !may) return may.refusal();
  const auto record = home_->dossier->inbox.find(message);
  if (!record || record->state == InboxRecord::State::rejected)
    return Refusal{RefusalCode::unknown_message};
  if (record->envelope.empty())
    return Refusal{RefusalCode::not_found, "destroyed under this organisation's retention rule"};
  const auto envelope = wire::parse<v1::Envelope>(record->envelope);
  const auto header = envelope ? crypto::Header::parse(envelope->header())
                               : Result<crypto::Header>(Refusal{RefusalCode::malformed});
  if (!header) return Refusal{RefusalCode::local_failure, "a stored message"};
  if (const CategorySet absent = only.minus(header->categories()); !absent.empty())
    return Refusal{RefusalCode::category_not_granted,
                   id_of(absent.list().front()) + ": the message has no such section"};
  const CategorySet wanted = only.empty() ? header->categories() : only;
  CategorySet missing;
  for (const Category category : wanted.list())
    if (!home_->dossier->inbox.section(message, category)) missing.add(category);
  if (missing.empty()) {
    if (record->state == InboxRecord::State::stored)
      home_->dossier->inbox.set_state(message, InboxRecord::State::opened);
    return show_received(*record, wanted, {}, actor);
  }
  const auto partner = home_->dossier->directory.partner(record->sender);
  // The identity that signed this message, not whichever the directory shows now.
  if (!partner || !partner->was_confirmed(record->fingerprint))
    return Refusal{RefusalCode::identity_unconfirmed, record->sender.str()};
  auto session = ready();  // learns of withdrawals first
  if (!session) return session.refusal();
  if (record->expires <= clock_.now() && confirmed_clock(**session))
    return Refusal{RefusalCode::expired};  // else the broker says whether it ended
  if (auto acknowledged = acknowledge(**session); !acknowledged) return acknowledged.refusal();
  const auto grant = home_->dossier->grants.find(record->grant);
  if (!grant) return Refusal{RefusalCode::unknown_grant};
  if (grant->withdrawn) return Refusal{RefusalCode::grant_withdrawn, since(record->grant, missing)};
  if (grant->ended) return Refusal{RefusalCode::grant_expired};
  const CategorySet withdrawn = missing & grant->withdrawn_categories;
  if (!only.empty() && !withdrawn.empty())
    return Refusal{RefusalCode::grant_withdrawn, since(record->grant, withdrawn)};
  missing = missing.minus(withdrawn);
  if (missing.empty() && wanted.minus(withdrawn).empty())
    return Refusal{RefusalCode::grant_withdrawn, since(record->grant, withdrawn)};
  if (!missing.empty())
    if (auto released = release_sections(*record, *header, *envelope, missing); !released) {
      if (!is_rejection(released.refusal().code)) return released.refusal();
      if (auto rejected = reject(message, released.refusal().code); !rejected)
        return rejected.refusal();
      // What the broker cannot see: whoever sealed it did this.
      return Refusal{
          released.refusal().code,
          "member " + record->sender.str() +
              (released.refusal().detail.empty() ? "" : ": " + released.refusal().detail)};
    }
  home_->dossier->inbox.set_state(message, InboxRecord::State::opened);
  return show_received(*record, wanted.minus(withdrawn), withdrawn, actor);
}

Result<Opened> Engine::show_received(const InboxRecord& record, CategorySet wanted,
                                     CategorySet withdrawn, const Actor& actor) {
  auto opened = opened_from_dossier(record, wanted, withdrawn);
  if (!opened) return opened;
  const bool again = home_->dossier->access_log.has(record.message);
  v1::Access access = access_by(actor, again ? AccessKind::read_again : AccessKind::opened);
  access.set_referral_id(record.referral.str());
  access.set_message_id(record.message.str());
  for (const Category category : wanted.list())
    access.add_categories(static_cast<v1::Category>(category));
  if (!again) access.set_operation_id(released_by(record.message));
  if (auto recorded = record_access(*home_, access, clock_.now()); !recorded) {
    crypto::wipe(opened->json.data(), opened->json.size());
    return recorded.refusal();
  }
  return opened;
}

std::string Engine::released_by(const MessageId& message) {
  const auto release = home_->dossier->inbox.newest_release(message);
  const auto parsed = release ? crypto::Release::parse(release->body)
                              : Result<crypto::Release>(Refusal{RefusalCode::not_found});
  return parsed ? parsed->operation.str() : std::string();
}

Result<Opened> Engine::sent(const MessageId& message, const Actor& actor) {
  if (auto may = may_look(*home_, actor); !may) return may.refusal();
  const auto row = home_->dossier->outbox.find(message);
  if (!row) return Refusal{RefusalCode::unknown_message};
  if (row->document.size() == 0)
    return Refusal{RefusalCode::not_found, "destroyed under this organisation's retention rule"};
  const auto document = wire::parse<v1::Referral>(row->document.reveal());
  if (!document) return Refusal{RefusalCode::local_failure, "outbox"};
  const CategorySet categories = categories_of(*document);
  v1::Access access = access_by(actor, AccessKind::own);
  access.set_referral_id(row->referral.str());
  access.set_message_id(message.str());
  for (const Category category : categories.list())
    access.add_categories(static_cast<v1::Category>(category));
  if (auto recorded = record_access(*home_, access, clock_.now()); !recorded)
    return recorded.refusal();
  const bool only_update = categories == CategorySet{Category::update};
  return Opened{only_update ? write_json(document->update()) : write_json(*document),
                {},
                {},
                stopped(row->grant)};
}

Result<Opened> Engine::opened_from_dossier(const InboxRecord& record, CategorySet wanted,
                                           CategorySet withdrawn) {
  v1::Referral whole;
  for (const Category category : wanted.list()) {
    const auto plaintext = home_->dossier->inbox.section(record.message, category);
    auto part = plaintext ? wire::parse<v1::Referral>(plaintext->reveal())
                          : Result<v1::Referral>(Refusal{RefusalCode::local_failure, "dossier"});
    if (!part) return Refusal{RefusalCode::local_failure, "a stored section"};
    whole.MergeFrom(*part);
  }
  const bool only_update = categories_of(whole) == CategorySet{Category::update};
  Opened opened{only_update ? write_json(whole.update()) : write_json(whole),
                withdrawn,
                {},
                stopped(record.grant)};
  if (!whole.has_grant_record()) return opened;
  const auto row = home_->dossier->grants.find(record.grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const auto policy = Policy::read(home_->paths.policy);
  if (!policy) return policy.refusal();
  if (grant) opened.warnings = judge_received(whole.grant_record(), grant->scope, policy->consent);
  return opened;
}

}  // namespace veerpont::sdk
