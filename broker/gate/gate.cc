#include "broker/gate/gate.h"

#include "broker/gate/parts.h"

namespace veerpont::broker {
namespace gate {

// Done when everything before it is.
std::vector<Question> questions_of(const BarrierRequest&) { return {}; }
Decision decide(const Facts&, const BarrierRequest&, const GateContext&) { return Permit{}; }

}  // namespace gate

Decision decide(const Facts& facts, const Request& request, const GateContext& context) {
  return std::visit(
      [&](const auto& asked) -> Decision { return gate::decide(facts, asked, context); }, request);
}

std::vector<Question> questions_of(const Request& request) {
  return std::visit([](const auto& asked) { return gate::questions_of(asked); }, request);
}

std::string org_of(const Request& request) {
  return std::visit(
      [](const auto& asked) -> std::string {
        if constexpr (requires { asked.object.signer(); }) return asked.object.signer().str();
        if constexpr (requires { asked.header; }) return asked.header.sender.str();
        if constexpr (requires { asked.statement; }) return asked.statement.org().str();
        using Asked = std::remove_cvref_t<decltype(asked)>;
        if constexpr (std::is_same_v<Asked, LeaseRequest> || std::is_same_v<Asked, LogReadRequest>)
          return asked.org.str();
        return {};
      },
      request);
}

bool stops(const Request& request) {
  return std::holds_alternative<Verified<crypto::Withdrawal>>(request) ||
         std::holds_alternative<SuspendRequest>(request) ||
         std::holds_alternative<SweepRequest>(request) ||
         std::holds_alternative<EraseRequest>(request);
}

}  // namespace veerpont::broker
