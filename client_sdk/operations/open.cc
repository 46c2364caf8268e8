#include "client_sdk/operations/open.h"

#include "client_sdk/home/policy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/fetch.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/release.h"
#include "client_sdk/operations/stops.h"
#include "crypto/objects/envelope.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/secret.h"
#include "rules/grant_draft.h"
#include "schemas/categories.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// Only these mean that the message itself is at fault.
bool is_rejection(RefusalCode code) {
  return code == RefusalCode::cannot_open || code == RefusalCode::record_mismatch ||
         code == RefusalCode::malformed_document;
}

// Of the release under which a message was opened; empty: none.
std::string released_by(Context& context, const MessageId& message) {
  const auto release = context.dossier().inbox.newest_release(message);
  const auto parsed = release ? crypto::Release::parse(release->body)
                              : Result<crypto::Release>(Refusal{RefusalCode::not_found});
  return parsed ? parsed->operation.str() : std::string();
}

Result<Opened> opened_from_dossier(Context& context, const InboxRecord& record, CategorySet wanted,
                                   CategorySet withdrawn) {
  v1::Referral whole;
  for (const Category category : wanted.list()) {
    const auto plaintext = context.dossier().inbox.section(record.message, category);
    auto part = plaintext ? wire::parse<v1::Referral>(plaintext->reveal())
                          : Result<v1::Referral>(Refusal{RefusalCode::local_failure, "dossier"});
    if (!part) return Refusal{RefusalCode::local_failure, "a stored section"};
    whole.MergeFrom(*part);
  }
  const bool only_update = categories_of(whole) == CategorySet{Category::update};
  Opened opened{only_update ? write_json(whole.update()) : write_json(whole),
                withdrawn,
                {},
                stopped(context, record.grant)};
  if (!whole.has_grant_record()) return opened;
  const auto row = context.dossier().grants.find(record.grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  const auto policy = Policy::read(context.home->paths.policy);
  if (!policy) return policy.refusal();
  if (grant) opened.warnings = judge_received(whole.grant_record(), grant->scope, policy->consent);
  return opened;
}

// Records the access, and then answers what is here.
Result<Opened> show_received(Context& context, const InboxRecord& record, CategorySet wanted,
                             CategorySet withdrawn, const Actor& actor) {
  auto opened = opened_from_dossier(context, record, wanted, withdrawn);
  if (!opened) return opened;
  const bool again = context.dossier().access_log.has(record.message);
  v1::Access access = access_by(actor, again ? AccessKind::read_again : AccessKind::opened);
  access.set_referral_id(record.referral.str());
  access.set_message_id(record.message.str());
  for (const Category category : wanted.list())
    access.add_categories(static_cast<v1::Category>(category));
  if (!again) access.set_operation_id(released_by(context, record.message));
  if (auto recorded = record_access(*context.home, access, context.clock.now()); !recorded) {
    crypto::wipe(opened->json.data(), opened->json.size());
    return recorded.refusal();
  }
  return opened;
}

}  // namespace

bool is_here(Context& context, const MessageId& message, CategorySet only) {
  const auto record = context.dossier().inbox.find(message);
  if (!record || record->envelope.empty() || !record->categories.covers(only))
    return true;  // refused
  for (const Category category : (only.empty() ? record->categories : only).list())
    if (!context.dossier().inbox.section(message, category)) return false;
  return true;
}

Result<Opened> open(Context& context, const MessageId& message, CategorySet only,
                    const Actor& actor) {
  if (auto may = may_look(*context.home, actor); !may) return may.refusal();
  const auto record = context.dossier().inbox.find(message);
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
    if (!context.dossier().inbox.section(message, category)) missing.add(category);
  if (missing.empty()) {
    if (record->state == InboxRecord::State::stored)
      context.dossier().inbox.set_state(message, InboxRecord::State::opened);
    return show_received(context, *record, wanted, {}, actor);
  }
  const auto partner = context.dossier().directory.partner(record->sender);
  // The identity that signed this message, not whichever the directory shows now.
  if (!partner || !partner->was_confirmed(record->fingerprint))
    return Refusal{RefusalCode::identity_unconfirmed, record->sender.str()};
  auto session = ready(context);  // learns of withdrawals first
  if (!session) return session.refusal();
  if (record->expires <= context.clock.now() && confirmed_clock(context, **session))
    return Refusal{RefusalCode::expired};  // else the broker says whether it ended
  if (auto acknowledged = acknowledge(context, **session); !acknowledged)
    return acknowledged.refusal();
  const auto grant = context.dossier().grants.find(record->grant);
  if (!grant) return Refusal{RefusalCode::unknown_grant};
  if (grant->withdrawn)
    return Refusal{RefusalCode::grant_withdrawn, since(context, record->grant, missing)};
  if (grant->ended) return Refusal{RefusalCode::grant_expired};
  const CategorySet withdrawn = missing & grant->withdrawn_categories;
  if (!only.empty() && !withdrawn.empty())
    return Refusal{RefusalCode::grant_withdrawn, since(context, record->grant, withdrawn)};
  missing = missing.minus(withdrawn);
  if (missing.empty() && wanted.minus(withdrawn).empty())
    return Refusal{RefusalCode::grant_withdrawn, since(context, record->grant, withdrawn)};
  if (!missing.empty())
    if (auto released = release_sections(context, *record, *header, *envelope, missing);
        !released) {
      if (!is_rejection(released.refusal().code)) return released.refusal();
      if (auto rejected = reject(context, message, released.refusal().code); !rejected)
        return rejected.refusal();
      // What the broker cannot see: whoever sealed it did this.
      return Refusal{
          released.refusal().code,
          "member " + record->sender.str() +
              (released.refusal().detail.empty() ? "" : ": " + released.refusal().detail)};
    }
  context.dossier().inbox.set_state(message, InboxRecord::State::opened);
  return show_received(context, *record, wanted.minus(withdrawn), withdrawn, actor);
}

Result<Opened> sent(Context& context, const MessageId& message, const Actor& actor) {
  if (auto may = may_look(*context.home, actor); !may) return may.refusal();
  const auto row = context.dossier().outbox.find(message);
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
  if (auto recorded = record_access(*context.home, access, context.clock.now()); !recorded)
    return recorded.refusal();
  const bool only_update = categories == CategorySet{Category::update};
  return Opened{only_update ? write_json(document->update()) : write_json(*document),
                {},
                {},
                stopped(context, row->grant)};
}

}  // namespace veerpont::sdk
