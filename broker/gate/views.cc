// What the signer of an object says that it saw of the log.
#include "broker/gate/parts.h"

namespace veerpont::broker {
namespace {

struct Said {
  crypto::View view = {};
  bool saw_our_log = true;
};

Said said_in(const Request& request) {
  return std::visit(
      [](const auto& asked) -> Said {
        if constexpr (requires { asked.header.view; })
          return {asked.header.view, asked.saw_our_log};
        else if constexpr (requires { asked.object.view; })
          return {asked.object.view, asked.saw_our_log};
        else
          return {};
      },
      request);
}

bool is_ours(const crypto::PairView& said, const v1::AuditEvent& event, const PairLeaf& pair_leaf) {
  const auto pair = audit::pair_of(event);
  if (!pair || said.count == 0) return pair.has_value();
  return pair_leaf(*pair, said.count - 1) == said.head;
}

}  // namespace

std::optional<Deny> untrue_view(const Request& request, const Permit& permit,
                                const PairLeaf& pair_leaf) {
  if (permit.events.empty()) return std::nullopt;
  const v1::AuditEvent& event = permit.events.front().event;
  const Said said = said_in(request);
  if (said.saw_our_log && (!said.view.pair || is_ours(*said.view.pair, event, pair_leaf)))
    return std::nullopt;
  return gate::deny({RefusalCode::untrue_view}, event);
}

}  // namespace veerpont::broker
