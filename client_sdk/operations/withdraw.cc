// Withdrawing: in effect here at once and never forgotten, passed on before anything else, on an
// exchange of its own.
#include <algorithm>

#include "base/kill_point.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/engine.h"
#include "crypto/random.h"
#include "rules/grant_scope.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

bool intersects(CategorySet one, CategorySet other) { return !(one & other).empty(); }

}  // namespace

// What a waiting message carries, sealed or not.
CategorySet Engine::categories_in(const OutboxRow& waiting) {
  if (const auto header = header_of(waiting)) return header->categories();
  const auto document = wire::parse<v1::Referral>(waiting.document.reveal());
  CategorySet all = document ? categories_of(*document) : CategorySet::all();
  if (waiting.step == Step::refer) all.add(Category::grant_record);
  return all;
}

WithdrawalRow Engine::sign_withdrawal(const GrantId& grant, CategorySet categories,
                                      const OperationId& operation) const {
  v1::Withdrawal withdrawal;
  withdrawal.set_grant_id(grant.str());
  withdrawal.set_holder(home_->config.org.str());
  withdrawal.set_holder_key_id(home_->signing_key_id().str());
  for (const Category category : categories.list())
    withdrawal.add_categories(static_cast<v1::Category>(category));
  withdrawal.set_operation_id(operation.str());
  std::string body = wire::serialise(withdrawal);
  std::string signature = home_->signing.sign(crypto::Withdrawal::type, body);
  return {operation, grant, categories, std::move(body), std::move(signature)};
}

Result<WithdrawnGrant> Engine::withdraw_grant(const GrantId& id, CategorySet categories) {
  const auto row = home_->dossier->grants.find(id);
  if (!row) return Refusal{RefusalCode::unknown_grant};
  auto grant = crypto::Grant::parse(row->body);
  if (!grant || grant->scope.holder != home_->config.org)
    return Refusal{RefusalCode::unknown_grant, "only the holder withdraws"};
  const CategorySet all = rules::all_categories(grant->scope);
  if (const CategorySet absent = categories.minus(all); !absent.empty())
    return Refusal{RefusalCode::category_not_granted, id_of(absent.list().front())};
  if (categories.has(Category::grant_record))
    return Refusal{RefusalCode::invalid_input, "grant-record: goes with the whole grant only"};
  const bool known = home_->dossier->withdrawals.find(id, categories).has_value();
  if (!known && row->withdrawn) return Refusal{RefusalCode::grant_withdrawn};
  if (!known && row->ended) return Refusal{RefusalCode::grant_expired};
  if (!known) {
    std::vector<MessageId> dropped;
    for (const OutboxRow& waiting : home_->dossier->outbox.pending())
      if (waiting.grant == id &&
          intersects(categories_in(waiting), categories.empty() ? all : categories))
        dropped.push_back(waiting.message);
    home_->dossier->withdrawals.put(
        sign_withdrawal(id, categories, crypto::random_id<OperationId>()), dropped, clock_.now());
    kill_point("withdrawal-stored");
  }
  const Status passed = pass_on_withdrawals();
  if (!passed && exit_code_of(passed.refusal().code) == 4) return passed.refusal();
  const auto settled = home_->dossier->withdrawals.find(id, categories);
  WithdrawnGrant out{settled->state == WithdrawalRow::State::passed_on, settled->index, 0,
                     fates(id, categories.empty() ? all : categories)};
  out.complete = settled->index && *settled->index < home_->dossier->events.cursor();
  const auto stored = settled->index ? home_->dossier->events.find(*settled->index) : std::nullopt;
  if (const auto copy = stored ? copied(*stored) : std::nullopt)
    out.shares_destroyed = copy->event.count();
  return out;
}

Status Engine::pass_on_withdrawals() {
  const Deadline welcome_by = std::chrono::steady_clock::now() + patience_;
  auto transport = connect_(welcome_by);
  if (!transport) return transport.refusal();
  auto session = Session::begin(*home_, std::move(*transport), true, welcome_by);
  if (!session) return session.refusal();
  for (const WithdrawalRow& withdrawal : home_->dossier->withdrawals.waiting())
    if (auto passed = pass_on(**session, withdrawal); !passed) return passed;
  // What was opened before; where only withdrawing is allowed, nobody tells.
  const auto synced = sync_events(*home_, **session);
  return synced || is_decided(synced.refusal()) ? Status(Done{}) : synced;
}

// One of them.
Status Engine::pass_on(Session& session, const WithdrawalRow& withdrawal) {
  const auto row = home_->dossier->grants.find(withdrawal.grant);
  if (row && row->pending)
    if (auto registered = flush_grant(session, *row);
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
      const auto fresh = sign_withdrawal(withdrawal.grant, withdrawal.categories,
                                         crypto::random_id<OperationId>());
      const auto parsed = wire::parse<v1::Withdrawal>(withdrawal.body);
      if (!parsed || parsed->holder_key_id() == home_->signing_key_id().str())
        return answer.refusal();
      home_->dossier->withdrawals.replace(withdrawal.operation, fresh);
      return pass_on(session, fresh);
    }
    const bool over = code == RefusalCode::grant_withdrawn || code == RefusalCode::grant_expired ||
                      code == RefusalCode::unknown_grant;
    return over ? settle_if_over(session, withdrawal, answer.refusal()) : Status(answer.refusal());
  }
  kill_point("withdraw-answered");
  auto receipt = session.verify_receipt(answer->receipt().event(), v1::EVENT_KIND_GRANT_WITHDRAWN,
                                        withdrawal.body);
  if (!receipt) return receipt.refusal();
  home_->dossier->withdrawals.settle(withdrawal.operation, receipt->index);
  return Done{};
}

// The broker says that there is nothing to withdraw any more. A refusal is not signed, so it
// settles nothing: the log does, and our own clock for a grant whose last day is over.
Status Engine::settle_if_over(Session& session, const WithdrawalRow& withdrawal,
                              const Refusal& said) {
  const auto row = home_->dossier->grants.find(withdrawal.grant);
  const auto grant = row ? crypto::Grant::parse(row->body)
                         : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
  if (!grant)
    return home_->dossier->withdrawals.settle(withdrawal.operation, std::nullopt),
           Done{};  // never registered: nothing was shared under it
  if (auto synced = sync_events(*home_, session); !synced) return synced;
  const CategorySet categories =
      withdrawal.categories.empty() ? rules::all_categories(grant->scope) : withdrawal.categories;
  const auto end = end_in_log(withdrawal.grant, categories);
  const bool last_day_over = said.code == RefusalCode::grant_expired &&
                             grant->scope.expires <= clock_.now() && confirmed_clock(session);
  if (!end && !last_day_over)
    return Refusal{RefusalCode::tampered, "the broker says " + std::string(id_of(said.code)) +
                                              " of a grant, and its log does not"};
  home_->dossier->withdrawals.settle(withdrawal.operation, end);
  return Done{};
}

std::optional<LogIndex> Engine::end_in_log(const GrantId& grant, CategorySet categories) {
  CategorySet over;
  for (const auto& [index, proven, event] : business_of(*home_, grant)) {
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

// By category: whether the log shows that it was opened, by which organisation, and first on which
// day.
std::vector<CategoryFate> Engine::fates(const GrantId& grant, CategorySet categories) {
  std::map<Category, CategoryFate> found;
  for (const auto& [index, proven, event] : business_of(*home_, grant)) {
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

}  // namespace veerpont::sdk
