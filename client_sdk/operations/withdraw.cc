#include "client_sdk/operations/withdraw.h"

#include "base/kill_point.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/operations/decided.h"
#include "client_sdk/operations/grants.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/send.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "rules/grant_scope.h"
#include "schemas/categories.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

bool intersects(CategorySet one, CategorySet other) { return !(one & other).empty(); }

WithdrawalRow sign_withdrawal(const Context& context, const GrantId& grant, CategorySet categories,
                              const OperationId& operation) {
  v1::Withdrawal withdrawal;
  withdrawal.set_grant_id(grant.str());
  withdrawal.set_holder(context.org().str());
  withdrawal.set_holder_key_id(context.home->signing_key_id().str());
  for (const Category category : categories.list())
    withdrawal.add_categories(static_cast<v1::Category>(category));
  withdrawal.set_operation_id(operation.str());
  std::string body = wire::serialise(withdrawal);
  std::string signature = context.home->signing.sign(crypto::Withdrawal::type, body);
  return {operation, grant, categories, std::move(body), std::move(signature)};
}

// The event after which nothing of these categories can be opened under the grant, among those
// that this home has read.
std::optional<LogIndex> end_in_log(Context& context, const GrantId& grant, CategorySet categories) {
  CategorySet over;
  for (const auto& [index, proven, event] : business_of(*context.home, grant)) {
    const auto named = crypto::category_set(event.categories()).value_or(CategorySet{});
    if (event.kind() == v1::EVENT_KIND_GRANT_EXPIRED ||
        (event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN && named.empty()))
      over = CategorySet::all();
    if (event.kind() == v1::EVENT_KIND_GRANT_WITHDRAWN ||
        event.kind() == v1::EVENT_KIND_SHARES_DESTROYED)
      over = over | named;
    if (over.covers(categories)) return index;
  }
  return std::nullopt;
}

// The broker says that there is nothing to withdraw any more. A refusal is not signed, so it
// settles nothing: the log does, and our own clock for a grant whose last day is over.
Status settle_if_over(Context& context, Session& session, const WithdrawalRow& withdrawal,
                      const Refusal& said) {
  const auto row = context.dossier().grants.find(withdrawal.grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant)
    return context.dossier().withdrawals.settle(withdrawal.operation, std::nullopt),
           Done{};  // never registered: nothing was shared under it
  if (auto synced = sync_events(*context.home, session); !synced) return synced;
  const CategorySet categories =
      withdrawal.categories.empty() ? rules::all_categories(grant->scope) : withdrawal.categories;
  const auto end = end_in_log(context, withdrawal.grant, categories);
  const bool last_day_over = said.code == RefusalCode::grant_expired &&
                             grant->scope.expires <= context.clock.now() &&
                             confirmed_clock(context, session);
  if (!end && !last_day_over)
    return Refusal{RefusalCode::tampered, "the broker says " + std::string(id_of(said.code)) +
                                              " of a grant, and its log does not"};
  context.dossier().withdrawals.settle(withdrawal.operation, end);
  return Done{};
}

// One of them.
Status pass_on(Context& context, Session& session, const WithdrawalRow& withdrawal) {
  const auto row = context.dossier().grants.find(withdrawal.grant);
  if (row && row->pending)
    if (auto registered = flush_grant(context, session, *row);
        !registered && !is_decided(registered.refusal()))
      return registered;
  v1::ClientFrame frame;
  frame.mutable_withdraw()->mutable_withdrawal()->set_body(withdrawal.body);
  frame.mutable_withdraw()->mutable_withdrawal()->set_signature(withdrawal.signature);
  auto answer = session.request(std::move(frame));
  if (!answer) {
    const RefusalCode code = answer.refusal().code;
    if (code == RefusalCode::unknown_key ||
        code == RefusalCode::bad_signature) {  // the key that signed it was compromised since
      const auto fresh = sign_withdrawal(context, withdrawal.grant, withdrawal.categories,
                                         crypto::random_id<OperationId>());
      const auto parsed = wire::parse<v1::Withdrawal>(withdrawal.body);
      if (!parsed || parsed->holder_key_id() == context.home->signing_key_id().str())
        return answer.refusal();
      context.dossier().withdrawals.replace(withdrawal.operation, fresh);
      return pass_on(context, session, fresh);
    }
    const bool over = code == RefusalCode::grant_withdrawn || code == RefusalCode::grant_expired ||
                      code == RefusalCode::unknown_grant;
    return over ? settle_if_over(context, session, withdrawal, answer.refusal())
                : Status(answer.refusal());
  }
  kill_point("withdraw-answered");
  auto receipt = session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_GRANT_WITHDRAWN,
                                        withdrawal.body);
  if (!receipt) return receipt.refusal();
  context.dossier().withdrawals.settle(withdrawal.operation, receipt->index);
  return Done{};
}

// By category: whether the log shows that it was opened, by which organisation, and first on which
// day.
std::vector<CategoryFate> fates(Context& context, const GrantId& grant, CategorySet categories) {
  std::map<Category, CategoryFate> found;
  for (const auto& [index, proven, event] : business_of(*context.home, grant)) {
    const auto named =
        crypto::category_set(event.categories()).value_or(CategorySet{}) & categories;
    for (const Category category : named.list()) {
      if (event.kind() == v1::EVENT_KIND_SUBMITTED)
        found.try_emplace(category, CategoryFate{category, {}, {}});
      if (event.kind() != v1::EVENT_KIND_RELEASED) continue;
      auto& fate = found.try_emplace(category, CategoryFate{category, {}, {}}).first->second;
      if (!fate.opened) fate = {category, event.actor(), time_from_ms(event.time())};
    }
  }
  std::vector<CategoryFate> out;
  out.reserve(found.size());
  for (auto& [category, fate] : found) out.push_back(std::move(fate));
  return out;
}

}  // namespace

// What a waiting message carries, sealed or not.
CategorySet categories_in(const OutboxRow& waiting) {
  if (const auto header = header_of(waiting)) return header->categories();
  const auto document = wire::parse<v1::Referral>(waiting.document.reveal());
  CategorySet all = document ? categories_of(*document) : CategorySet::all();
  if (waiting.step == Step::refer) all.add(Category::grant_record);
  return all;
}

Result<WithdrawnGrant> withdraw_grant(Context& context, const GrantId& id, CategorySet categories) {
  const auto row = context.dossier().grants.find(id);
  if (!row) return Refusal{RefusalCode::unknown_grant};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || grant->scope.holder != context.org())
    return Refusal{RefusalCode::unknown_grant, "only the holder withdraws"};
  const CategorySet all = rules::all_categories(grant->scope);
  if (const CategorySet absent = categories.minus(all); !absent.empty())
    return Refusal{RefusalCode::category_not_granted, id_of(absent.list().front())};
  if (categories.has(Category::grant_record))
    return Refusal{RefusalCode::invalid_input, "grant-record: goes with the whole grant only"};
  const bool known = context.dossier().withdrawals.find(id, categories).has_value();
  if (!known && row->withdrawn) return Refusal{RefusalCode::grant_withdrawn};
  if (!known && row->ended) return Refusal{RefusalCode::grant_expired};
  if (!known) {
    std::vector<MessageId> dropped;
    for (const OutboxRow& waiting : context.dossier().outbox.pending())
      if (waiting.grant == id &&
          intersects(categories_in(waiting), categories.empty() ? all : categories))
        dropped.push_back(waiting.message);
    context.dossier().withdrawals.put(
        sign_withdrawal(context, id, categories, crypto::random_id<OperationId>()), dropped,
        context.clock.now());
    kill_point("withdrawal-stored");
  }
  const Status passed = pass_on_withdrawals(context);
  if (!passed && exit_code_of(passed.refusal().code) == 4) return passed.refusal();
  const auto settled = context.dossier().withdrawals.find(id, categories);
  WithdrawnGrant out{settled->state == WithdrawalRow::State::passed_on, settled->index, 0,
                     fates(context, id, categories.empty() ? all : categories)};
  out.complete = settled->index && *settled->index < context.dossier().events.cursor();
  const auto stored =
      settled->index ? context.dossier().events.find(*settled->index) : std::nullopt;
  if (const auto copy = stored ? copied(*stored) : std::nullopt)
    out.shares_destroyed = copy->event.count();
  return out;
}

Status pass_on_withdrawals(Context& context) {
  const Deadline welcome_by = std::chrono::steady_clock::now() + context.patience;
  auto transport = context.connect(welcome_by);
  if (!transport) return transport.refusal();
  auto session =
      Session::begin(*context.home, std::move(*transport), SessionUse::withdrawals, welcome_by);
  if (!session) return session.refusal();
  for (const WithdrawalRow& withdrawal : context.dossier().withdrawals.waiting())
    if (auto passed = pass_on(context, **session, withdrawal); !passed) return passed;
  // What was opened before; where only withdrawing is allowed, nobody tells.
  const auto synced = sync_events(*context.home, **session);
  return synced || is_decided(synced.refusal()) ? Status(Done{}) : synced;
}

}  // namespace veerpont::sdk
