#include "broker/sessions/listener.h"

#include "broker/sessions/http_routes.h"
#include "broker/sessions/session.h"
#include "broker/telemetry/journal.h"
#include "schemas/session_protocol.h"

namespace veerpont::broker {
namespace {

constexpr std::size_t kMostOperators = 64;

std::string refused_frame(const Refusal& refusal) {
  v1::BrokerFrame frame;
  frame.mutable_refused()->set_code(static_cast<v1::RefusalCode>(refusal.code));
  frame.mutable_refused()->set_detail(refusal.detail);
  return frame.SerializeAsString();
}

std::variant<std::shared_ptr<net::FrameSession>, std::string> open_session(
    Broker& broker, const net::ClientCertificate& certificate, net::FrameLink link) {
  auto session = Session::open(broker, certificate, std::move(link));
  if (session) return std::move(*session);
  return refused_frame(session.refusal());
}

net::Listener for_participants(Broker& broker) {
  const Config& config = broker.config();
  net::FrameRoute sessions{
      "/v1/session",
      kSessionProtocol,
      limits::frame_bytes,
      config.most_unsent,
      limits::idle_ping,
      [&broker](const net::ClientCertificate& certificate, net::FrameLink link) {
        return open_session(broker, certificate, std::move(link));
      },
      refused_frame({RefusalCode::busy, kOtherProtocol})};
  net::TlsIdentity identity{config.server_certificate,
                            crypto::SecretBytes::copy(broker.server_key().reveal()),
                            config.ca_certificate};
  return {config.listen,
          std::move(identity),
          config.most_unauthenticated,
          config.most_per_address,
          config.handshake_time,
          [&broker](const net::HttpRequest& request) { return answer_public(broker, request); },
          std::move(sessions)};
}

net::Listener for_the_operator(Broker& broker) {
  return {broker.config().admin,
          std::nullopt,
          kMostOperators,
          kMostOperators,
          broker.config().handshake_time,
          [&broker](const net::HttpRequest& request) { return answer_admin(broker, request); },
          std::nullopt};
}

}  // namespace

Result<std::unique_ptr<net::Server>> listen(Broker& broker) {
  std::vector<net::Listener> listeners;
  listeners.push_back(for_participants(broker));
  listeners.push_back(for_the_operator(broker));
  net::Reports reports{
      [&broker](const char* reason) { broker.metrics().connection_refused(reason); },
      [](const char* event, const std::string& error) {
        journal(
            std::string_view(event) == "certificate-not-used" ? Level::critical : Level::warning,
            event, {{"error", error}});
      }};
  return net::listen(std::move(listeners), broker.pool(), std::move(reports));
}

}  // namespace veerpont::broker
