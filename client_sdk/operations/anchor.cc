#include "client_sdk/operations/anchor.h"

#include "base/kill_point.h"
#include "client_sdk/log/verify_access_log.h"
#include "client_sdk/operations/decided.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr char kRefusedOn[] = "access-anchor-refused";  // a day: it is not tried again on it

constexpr std::size_t kSaltBytes = 32;

constexpr auto kUsual = std::chrono::days(7);

AccessAnchor sign_anchor(const Context& context, const AccessHead& at, const Date& today) {
  AccessAnchor anchor{*OperationId::from_bytes(crypto::random_bytes(OperationId::size)),
                      at,
                      crypto::random_bytes(kSaltBytes),
                      today,
                      {},
                      {}};
  v1::AccessLogAnchor object;
  object.set_organisation(context.org().str());
  object.set_key_id(context.home->signing_key_id().str());
  object.set_commitment(crypto::access_log_commitment(anchor.salt, at.count, at.head).str());
  object.set_operation_id(anchor.operation.str());
  object.set_created(to_ms(context.clock.now()));
  anchor.body = wire::serialise(object);
  anchor.signature = context.home->signing.sign(crypto::AccessLogAnchor::type, anchor.body);
  return anchor;
}

}  // namespace

// What waits was signed before; the same bytes again get the same event.
Status anchor_accesses(Context& context, Session& session) {
  const Date today = amsterdam_date(context.clock.now());
  if (context.dossier().settings.get(kRefusedOn) == str(today)) return Done{};
  const auto anchor = context.dossier().access_log.due(
      today, [&](const AccessHead& at) { return sign_anchor(context, at, today); });
  if (!anchor) return Done{};
  kill_point("anchor-signed");
  v1::ClientFrame frame;
  auto* object = frame.mutable_anchor_access_log()->mutable_access_log_anchor();
  object->set_body(anchor->body);
  object->set_signature(anchor->signature);
  auto answer = session.request(std::move(frame));
  if (!answer) {
    const Refusal& said = answer.refusal();
    if (ends_the_session(said)) return said;
    if (is_held(said.code)) return Done{};  // the next command tries again
    // Its key is replaced since, say: signed anew tomorrow.
    context.dossier().access_log.give_up(anchor->operation);
    context.dossier().settings.set(kRefusedOn, str(today));
    context.alarm("the access log is not anchored today: " + describe(said));
    return Done{};
  }
  kill_point("anchor-answered");
  auto receipt = session.verify_receipt(answer->receipt().event(),
                                        v1::EVENT_KIND_ACCESS_LOG_ANCHORED, anchor->body);
  if (!receipt) return receipt.refusal();
  context.dossier().access_log.anchored(anchor->operation, receipt->index);
  return Done{};
}

std::optional<Check> anchored_accesses(Context& context, const AccessLogReport& accesses) {
  if (accesses.entries == accesses.anchored) return std::nullopt;
  AccessFilter first;
  first.after = accesses.anchored;
  first.limit = 1;
  const auto oldest = context.dossier().access_log.find(first);
  if (oldest.empty() || context.clock.now() - oldest.front().time < kUsual) return std::nullopt;
  return Check{"the access log is anchored", true,
               "not since " + rfc3339(oldest.front().time) +
                   ": what was read since then could be changed here unseen",
               "fetch what is new while Veerpont is there", true};
}

}  // namespace veerpont::sdk
