#include "client_sdk/operations/grants.h"

#include <algorithm>

#include "base/kill_point.h"
#include "client_sdk/dossier/grant_record.h"
#include "client_sdk/guard/leak_guard.h"
#include "client_sdk/home/policy.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/views.h"
#include "client_sdk/operations/check.h"
#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/partner_names.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/withdraw.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "rules/grant_draft.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"
#include "veerpont/v1/directory.pb.h"
#include "veerpont/v1/dossier.pb.h"

namespace veerpont::sdk {
namespace {

// Sorted; the implicit ones and repeats are faults of the writer.
Result<CategorySet> categories_in(const google::protobuf::RepeatedField<int>& list,
                                  const char* field, CategorySet implicit) {
  CategorySet set;
  for (const int number : list) {
    const auto category = static_cast<Category>(number);
    if (number == 0) return invalid(std::string(field) + ": a category is missing");
    if (implicit.has(category))
      return invalid(std::string(field) + ": " + id_of(category) +
                     " is in every grant and is not listed");
    if (set.has(category))
      return invalid(std::string(field) + ": " + id_of(category) + " is listed twice");
    set.add(category);
  }
  return set;
}

std::optional<Refusal> fault_of(const v1::GrantDraft& draft) {
  if (!OrgId::parse(draft.recipient())) return invalid("recipient: must be an organisation's id");
  if (draft.ground() == v1::GROUND_UNSPECIFIED) return invalid("ground: is missing");
  if (draft.purpose() == v1::PURPOSE_UNSPECIFIED) return invalid("purpose: is missing");
  if (draft.outbound().empty()) return invalid("outbound: name at least one category");
  if (!draft.has_record()) return invalid("record: is missing");
  if (!draft.not_before().empty() && !parse_date(draft.not_before()))
    return invalid("notBefore: must be a date, 2026-12-01");
  const auto end = parse_date(draft.expires());
  const bool any_day = draft.ground() == v1::GROUND_VITAL_INTEREST;
  if (!draft.expires().empty() && (!end || (!any_day && end->day() != std::chrono::day(1))))
    return invalid(any_day ? "expires: must be a date, 2026-12-01"
                           : "expires: must be the first of a month, 2026-12-01");
  if (auto outbound = categories_in(draft.outbound(), "outbound", {Category::grant_record});
      !outbound)
    return outbound.refusal();
  if (auto inbound =
          categories_in(draft.inbound(), "inbound", {Category::update, Category::grant_record});
      !inbound)
    return inbound.refusal();
  return std::nullopt;
}

// What the broker may see of a draft; ids, keys and the commitment are still to come.
v1::Grant grant_of(const v1::GrantDraft& draft, Time now) {
  v1::Grant grant;
  grant.set_recipient(draft.recipient());
  grant.set_ground(draft.ground());
  grant.set_purpose(draft.purpose());
  grant.set_kind(draft.kind());
  std::vector<int> outbound(draft.outbound().begin(), draft.outbound().end());
  std::vector<int> inbound(draft.inbound().begin(), draft.inbound().end());
  std::ranges::sort(outbound);
  std::ranges::sort(inbound);
  for (const int category : outbound) grant.add_outbound(static_cast<v1::Category>(category));
  for (const int category : inbound) grant.add_inbound(static_cast<v1::Category>(category));
  const auto begin = amsterdam_midnight(draft.not_before());
  grant.set_not_before(to_ms(begin ? std::max(*begin, now) : now));
  grant.set_expires(to_ms(*amsterdam_midnight(draft.expires())));
  grant.set_operation_id(crypto::random_bytes(16));
  grant.set_created(to_ms(now));
  return grant;
}

// Who registers an exception is known, and is not who confirms it.
std::optional<Refusal> registrar_fault(const v1::GrantDraft& draft, const std::string& registrar) {
  if (!rules::is_exception(static_cast<Ground>(draft.ground()))) return std::nullopt;
  if (!is_name(registrar)) return invalid("--worker: who registers an exception says so");
  if (is_same_person(registrar, second_professional(draft.record())))
    return invalid("--worker: the second professional confirms, somebody else registers");
  return std::nullopt;
}

std::string ids_of(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings)
    if (finding.blocks && out.find(finding.id) == out.npos)
      out += (out.empty() ? "" : ", ") + finding.id;
  return out;
}

// What stays here beside the grant.
v1::GrantNotes notes_on(const v1::GrantDraft& draft, const Hash& draft_sha256) {
  v1::GrantNotes notes;
  notes.set_birth_date(draft.birth_date());
  notes.set_draft_sha256(draft_sha256.str());
  notes.set_secret_address(draft.secret_address());
  return notes;
}

// A grant that is kept, and not registered yet.
Refusal waits(const GrantId& id, const Refusal& why) {
  return is_held(why.code)
             ? Refusal{RefusalCode::queued, id.hex() + "; " + std::string(id_of(why.code))}
             : why;
}

// The grant that this operation made; nothing when it made none yet. Refuses operation-id-conflict
// for another draft.
Result<std::optional<RegisteredGrant>> registered_before(Context& context, const GrantId& id,
                                                         const Hash& draft_sha256) {
  const auto row = context.dossier().grants.find(id);
  if (!row) return std::optional<RegisteredGrant>();
  if (row->notes.size() > 0 && notes_of(*row).draft_sha256() != draft_sha256.str())
    return Refusal{RefusalCode::operation_id_conflict, "--operation: another draft"};
  if (!row->pending) return std::optional(RegisteredGrant{id});
  auto session = ready(context);  // registers what waits
  if (!session) return waits(id, session.refusal());
  const auto now = context.dossier().grants.find(id);
  if (!now) return std::optional<RegisteredGrant>();  // it was refused: this is a new try
  if (now->pending) return Refusal{RefusalCode::queued, id.hex()};
  return std::optional(RegisteredGrant{id});
}

// The grant of this draft, signed, with its record in a section of its own; it still has to be
// registered.
GrantRecordRow sign_grant(Context& context, const v1::GrantDraft& draft, const GrantId& id) {
  v1::GrantRecordSection section;
  section.set_salt(crypto::random_bytes(32));
  section.set_record(wire::serialise(draft.record()));
  v1::Grant grant = grant_of(draft, context.clock.now());
  grant.set_grant_id(id.str());
  grant.set_holder(context.org().str());
  grant.set_holder_key_id(context.home->signing_key_id().str());
  grant.set_record_commitment(crypto::record_commitment(section.salt(), section.record()).str());
  if (context.session)
    crypto::put_view(grant,
                     view_now(*context.home, *context.session, OrgId::parse(draft.recipient())));
  GrantRecordRow row{id,  wire::serialise(grant),
                     {},  crypto::SecretBytes::take(wire::serialise(section)),
                     {},  false,
                     {},  false,
                     true};
  row.signature = context.home->signing.sign(crypto::Grant::type, row.body);
  return row;
}

}  // namespace

Result<JudgedDraft> judge_draft(Context& context, std::string_view json) {
  v1::GrantDraft draft;
  if (auto read = read_json(json, draft); !read) return read.refusal();
  if (auto fault = fault_of(draft)) return *fault;
  auto policy = Policy::read(context.home->paths.policy);
  if (!policy) return policy.refusal();
  DraftContext about{context.home->config.kind,
                     {},
                     amsterdam_date(context.clock.now()),
                     policy->consent,
                     policy->first_referral_when_involved,
                     policy->authority_check_days};
  if (const auto known = context.dossier().directory.find(*OrgId::parse(draft.recipient())))
    about.recipient = known->kind;
  JudgedDraft judged = judge(draft, about);
  judged.draft.mutable_record()->set_policy_sha256(policy->sha256.str());
  return judged;
}

namespace {

// With what the directory says of the recipient now.
Result<JudgedDraft> judge_again(Context& context, Session& session, std::string_view json,
                                const std::string& recipient) {
  if (auto confirmed = confirmed_clock(context, session); !confirmed) return confirmed.refusal();
  v1::LookUp wanted;
  wanted.set_org(recipient);
  if (auto found = look_up(context, wanted); !found) return found.refusal();
  auto judged = judge_draft(context, json);
  if (judged && !judged->allowed())
    return Refusal{RefusalCode::consent_missing, ids_of(judged->findings)};
  return judged;
}

}  // namespace

Result<RegisteredGrant> register_grant(Context& context, std::string_view json,
                                       const GrantOptions& options) {
  v1::GrantDraft written;
  if (auto read = read_json(json, written); !read) return read.refusal();
  if (!options.operation.empty() && !is_name(options.operation))
    return invalid("--operation: 1 to 100 characters on one line");
  const auto keyed = [&](const char* what, std::string_view text) {
    return crypto::Transcript(what).bytes(context.home->storage_key.reveal()).bytes(text).sha256();
  };
  const Hash draft_sha256 = keyed("veerpont/grant-draft/v1", wire::serialise(written));
  const GrantId id =
      options.operation.empty()
          ? crypto::random_id<GrantId>()
          : *GrantId::from_bytes(
                keyed("veerpont/grant-operation/v1", options.operation).str().substr(0, 16));
  auto before = registered_before(context, id, draft_sha256);
  if (!before) return before.refusal();
  if (*before) return **before;
  auto judged = judge_draft(context, json);
  if (!judged) return judged.refusal();
  if (auto fault = registrar_fault(judged->draft, options.registrar)) return *fault;
  if (!judged->allowed()) return Refusal{RefusalCode::consent_missing, ids_of(judged->findings)};
  auto session = ready(context);
  if (session) {
    judged = judge_again(context, **session, json, judged->draft.recipient());
    if (!judged) return judged.refusal();
  } else if (session.refusal().code != RefusalCode::broker_unreachable ||
             options.when_unreachable == WhenUnreachable::drop ||
             !context.dossier().directory.find(*OrgId::parse(judged->draft.recipient()))) {
    return session.refusal();
  }

  const v1::GrantDraft& draft = judged->draft;
  const GuardContext guarded{draft.secret_address(),
                             draft.kind() == v1::EXCHANGE_KIND_ANONYMOUS_CONSULT};
  if (auto passed = pass_record(context, draft.record(), "/record", guarded); !passed)
    return passed.refusal();
  GrantRecordRow row = sign_grant(context, draft, id);
  row.notes = crypto::SecretBytes::take(wire::serialise(notes_on(draft, draft_sha256)));
  // The exception before the grant: a crash between them must not leave one that nobody reviews.
  if (rules::is_exception(static_cast<Ground>(draft.ground())))
    context.home->people().put_exception(id, context.clock.now(), options.registrar);
  kill_point("exception-stored");
  // In the dossier first: a lost answer must not leave a grant that nobody here can withdraw.
  context.dossier().grants.put(row);
  kill_point("grant-stored");
  if (!session) return waits(id, session.refusal());
  if (auto done = flush_grant(context, **session, *context.dossier().grants.find(id)); !done)
    return waits(id, done.refusal());
  return RegisteredGrant{id};
}

// Registers a grant that waits; repeating it is the same registration.
Status flush_grant(Context& context, Session& session, const GrantRecordRow& row) {
  v1::ClientFrame frame;
  frame.mutable_register_grant()->mutable_grant()->set_body(row.body);
  frame.mutable_register_grant()->mutable_grant()->set_signature(row.signature);
  auto answer = session.request(std::move(frame));
  if (!answer) {
    if (is_decided(answer.refusal())) context.dossier().grants.settle(row.id, false);
    return answer.refusal();
  }
  if (auto receipt = session.verify_receipt(answer->receipt().event(),
                                            v1::EVENT_KIND_GRANT_REGISTERED, row.body);
      !receipt)
    return receipt.refusal();
  kill_point("grant-answered");
  context.dossier().grants.settle(row.id, true);
  return Done{};
}

Result<std::vector<GrantRow>> grants(Context& context) {
  std::vector<GrantRow> rows;
  const auto waiting = context.dossier().withdrawals.waiting();
  for (const GrantId& id : context.dossier().grants.all()) {
    const auto row = context.dossier().grants.find(id);
    auto grant = crypto::Grant::parse(row->body);
    if (!grant) return Refusal{RefusalCode::local_failure, "a stored grant"};
    const Time now = context.clock.now();
    const bool passes_on =
        std::ranges::any_of(waiting, [&](const WithdrawalRow& w) { return w.grant == id; });
    const char* state = passes_on                       ? "withdrawing"
                        : row->pending                  ? "pending"
                        : row->withdrawn                ? "withdrawn"
                        : grant->scope.expires <= now   ? "expired"
                        : grant->scope.not_before > now ? "not-yet-valid"
                                                        : "active";
    rows.push_back({id, grant->scope.recipient.str(), id_of(grant->scope.ground), state,
                    grant->scope.expires, row->withdrawn_categories, grant->scope.holder.str()});
    rows.back().outbound = grant->scope.outbound;
    rows.back().referral = row->referral;
    name_partner(context, rows.back(), grant->scope.recipient);
  }
  return rows;
}

}  // namespace veerpont::sdk
