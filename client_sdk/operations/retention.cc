#include "client_sdk/operations/retention.h"

#include <google/protobuf/util/json_util.h>

#include "client_sdk/dossier/machine_clock.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/log/verify_access_log.h"
#include "client_sdk/operations/ready.h"
#include "crypto/objects/signed_objects.h"
#include "schemas/categories.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {
namespace {

constexpr crypto::PayloadType kDestruction{"destruction"};

// Everything of one referral whose time is over.
class Retirement {
 public:
  Retirement(Dossier& dossier, v1::DestructionNote& note) : dossier_(dossier), note_(note) {}

  void received(const InboxRecord& message, CategorySet over) {
    CategorySet gone;
    for (const Category category : (message.categories & over).list())
      if (dossier_.inbox.section(message.message, category)) gone.add(category);
    for (const Category category : gone.list())
      out_.sections.emplace_back(message.message, category);
    const bool all_over =
        !over.empty() && over.covers(message.categories) && !message.envelope.empty();
    if (all_over) out_.envelopes.push_back(message.message);
    if (!gone.empty() || all_over)
      add(message.message, message.referral, gone.empty() ? message.categories : gone, true);
  }

  Status sent(const OutboxRow& message, CategorySet over) {
    if (message.document.size() == 0) return Done{};
    auto document = wire::parse<v1::Referral>(message.document.reveal());
    if (!document) return Refusal{RefusalCode::local_failure, "outbox"};
    const CategorySet gone = categories_of(*document) & over;
    if (gone.empty()) return Done{};
    v1::Referral left;
    for (const SectionDocument& section : split(*document))
      if (!gone.has(section.category)) left.MergeFrom(*wire::parse<v1::Referral>(section.bytes));
    const bool nothing = categories_of(left).empty();
    out_.documents.emplace_back(
        message.message,
        nothing ? crypto::SecretBytes() : crypto::SecretBytes::take(wire::serialise(left)));
    add(message.message, message.referral, gone, false);
    return Done{};
  }

  void record(const GrantId& grant) {
    out_.records.push_back(grant);
    note_.add_grant_ids(grant.str());
  }
  bool empty() const { return note_.destroyed().empty() && note_.grant_ids().empty(); }
  Retired take() { return std::move(out_); }

 private:
  void add(const MessageId& message, const ReferralId& referral, CategorySet categories,
           bool received) {
    auto* destroyed = note_.add_destroyed();
    destroyed->set_message_id(message.str());
    destroyed->set_referral_id(referral.str());
    for (const Category category : categories.list())
      destroyed->add_categories(static_cast<v1::Category>(category));
    destroyed->set_received(received);
  }
  Dossier& dossier_;
  v1::DestructionNote& note_;
  Retired out_;
};

// The categories whose time is over, `months` after the day that the referral closed.
CategorySet categories_over(const Policy& policy, const Date& closed, const Date& today) {
  CategorySet over;
  for (const Category category : CategorySet::all().list()) {
    const Date moved = closed + std::chrono::months(policy.retention_of(category));
    const Date end = moved.ok() ? moved : Date(moved.year() / moved.month() / std::chrono::last);
    if (end <= today) over.add(category);
  }
  return over;
}

// Proto3 JSON, as notes have always been written: what was said of a destruction stays as it was.
std::string proto3_json(const google::protobuf::Message& message) {
  std::string out;
  if (!google::protobuf::util::MessageToJsonString(message, &out).ok()) std::abort();
  return out;
}

std::string json_of(const v1::DestructionNote& note, const std::string& signature) {
  v1::SignedObject signed_note;
  signed_note.set_body(wire::serialise(note));
  signed_note.set_signature(signature);
  return R"({"note":)" + proto3_json(note) + R"(,"signed":)" + proto3_json(signed_note) + "}";
}

}  // namespace

Result<Retention> run_retention(Context& context, bool dry_run) {
  const auto policy = Policy::read(context.home->paths.policy);
  if (!policy) return policy.refusal();
  // Destroyed is destroyed: by a clock that the broker confirms, or as far as the log and the use
  // of this machine show.
  auto session = ready(context);
  const bool confirmed = session && confirmed_clock(context, **session);
  const Time now =
      confirmed ? context.clock.now() : destruction_time(context.dossier(), context.clock.now());
  v1::DestructionNote note;
  note.set_organisation(context.org().str());
  note.set_key_id(context.home->signing_key_id().str());
  note.set_created(to_ms(now));
  note.set_policy_sha256(policy->sha256.str());
  Retirement retirement(context.dossier(), note);
  using State = InboxRecord::State;
  const auto inbox = context.dossier().inbox.list(
      {{State::stored, State::replaced, State::opened, State::done, State::rejected}});
  for (const ReferralRecord& referral : context.dossier().referrals.all()) {
    if (!referral.closed) continue;
    const CategorySet over =
        categories_over(*policy, amsterdam_date(*referral.closed), amsterdam_date(now));
    for (const InboxRecord& message : inbox)
      if (message.referral == referral.id) retirement.received(message, over);
    for (const OutboxRow& message : context.dossier().outbox.sent_in(referral.id))
      if (auto taken = retirement.sent(message, over); !taken) return taken.refusal();
  }
  const auto over_since = [&](Time ended) {
    return categories_over(*policy, amsterdam_date(ended), amsterdam_date(now));
  };
  // A first message that the broker refused began nothing: its own end counts.
  for (const OutboxRow& message : context.dossier().outbox.refused_alone())
    if (auto taken = retirement.sent(message, over_since(message.expires)); !taken)
      return taken.refusal();
  // Every grant of ours: with the referral that it is, or was before a renewal, under; one that was
  // never used with its own end.
  for (const GrantId& id : context.dossier().grants.all()) {
    const auto row = context.dossier().grants.find(id);
    if (!row || row->record_section.size() == 0) continue;
    const auto grant = crypto::Grant::parse(row->body);
    const auto referral =
        row->referral ? context.dossier().referrals.find(*row->referral) : std::nullopt;
    const auto ended = referral ? referral->closed
                       : grant  ? std::optional(grant->scope.expires)
                                : std::nullopt;
    if (ended && over_since(*ended).has(Category::grant_record)) retirement.record(id);
  }
  if (!dry_run) context.dossier().access_log.forget_before(forgotten_before(now));
  Retention out{static_cast<std::size_t>(note.destroyed_size() + note.grant_ids_size()), ""};
  if (dry_run || retirement.empty()) return out;
  Retired what = retirement.take();
  what.note = wire::serialise(note);
  what.signature = context.home->signing.sign(kDestruction, what.note);
  context.dossier().destructions.retire(what);
  out.note = json_of(note, what.signature);
  return out;
}

Result<std::vector<std::string>> destruction_notes(Context& context) {
  std::vector<std::string> out;
  for (const auto& [bytes, signature] : context.dossier().destructions.notes()) {
    auto note = wire::parse<v1::DestructionNote>(bytes);
    if (!note) return Refusal{RefusalCode::local_failure, "a destruction note"};
    out.push_back(json_of(*note, signature));
  }
  return out;
}

}  // namespace veerpont::sdk
