#include "broker/sessions/http_routes.h"

#include "broker/log/prover.h"
#include "net/certificate_authority.h"
#include "schemas/session_protocol.h"
#include "schemas/wire.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::broker {
namespace {

using net::HttpAnswer;
using net::HttpRequest;

constexpr std::size_t kEnrolBytes = 64u << 10;

HttpAnswer error(int status, std::string text) {
  return {status, "text/plain; charset=utf-8", "no-store", text + "\n"};
}

HttpAnswer serve_tile(Broker& broker, std::string_view path) {
  const auto tile = audit::TilePath::parse(path);
  if (!tile) return error(404, "no such tile");
  const auto published = broker.committer().published();
  const std::uint64_t hashes = audit::hashes_at(tile->id.level, published->checkpoint.size());
  const std::uint64_t first = tile->id.index * audit::kTileWidth;
  if (tile->id.index > (std::uint64_t{1} << 48) || first + tile->width > hashes)
    return error(404, "no such tile yet");
  HttpAnswer out;
  out.type = "application/octet-stream";
  out.cache = tile->width == audit::kTileWidth ? "public, max-age=31536000, immutable"
                                               : "public, max-age=86400";
  const auto snapshot = broker.store().snapshot();
  if (tile->entries)
    for (const Hash& commitment : snapshot->commitments(LogIndex{first}, tile->width))
      audit::append_bundle_entry(out.body, commitment.bytes());
  else
    out.body = snapshot->tile(tile->id).substr(0, tile->width * Hash::size);
  return out;
}

v1::EnrolAnswer enrol(Broker& broker, const v1::EnrolRequest& request) {
  v1::EnrolAnswer out;
  const auto refused = [&](const Refusal& refusal) {
    out.mutable_refused()->set_code(static_cast<v1::RefusalCode>(refusal.code));
    out.mutable_refused()->set_detail(refusal.detail);
    return out;
  };
  if (request.protocol() != kProtocolNumber) return refused({RefusalCode::busy, kOtherProtocol});
  // Before any signature: whoever has no token costs a look-up and no more.
  if (!broker.store().snapshot()->invitation(crypto::sha256(request.token())))
    return refused({RefusalCode::unknown_code, "invitation"});
  if (broker.clock_guard().jumped())
    return refused(
        {RefusalCode::clock_skew, "the broker's clock jumped: no certificate is made by it"});
  auto statement = crypto::KeyStatement::verify(request.statement());
  if (!statement) return refused(statement.refusal());
  auto certificate = net::sign_client_certificate(broker.ca_key(), broker.config().ca_certificate,
                                                  request.csr(), statement->org());
  if (!certificate) return refused(certificate.refusal());
  const OrgId org = statement->org();
  auto done = broker.decide(EnrolRequest{crypto::sha256(request.token()), std::move(*statement),
                                         certificate->key_sha256, certificate->der});
  if (!done) return refused(done.refusal());
  Prover prover = broker.prover();
  out.set_certificate(done->certificate);
  if (const auto leaf = prover.snapshot().admission(org))
    *out.mutable_admitted() = prover.proven(*leaf, org);
  if (const auto leaf = prover.snapshot().event(done->index))
    *out.mutable_keys_published() = prover.proven(*leaf, org);
  if (const auto genesis = prover.snapshot().event(LogIndex{0})) {
    *out.mutable_genesis()->mutable_event() = prover.proven(*genesis, org);
    out.mutable_genesis()->set_policy(genesis->object ? genesis->object->body() : "");
  }
  *out.mutable_checkpoint() = prover.checkpoint(0);
  return out;
}

HttpAnswer health(Broker& broker, const std::string& target) {
  if (target == "/livez") return {200, "text/plain; charset=utf-8", "no-store", "alive\n"};
  return broker.ready() ? HttpAnswer{200, "text/plain; charset=utf-8", "no-store", "ready\n"}
                        : error(503, "not ready");
}

}  // namespace

HttpAnswer answer_public(Broker& broker, const HttpRequest& request) {
  const std::string& target = request.target;
  if (target == "/enrol") {
    if (request.method != "POST") return error(405, "POST only");
    auto wanted = wire::parse<v1::EnrolRequest>(request.body, kEnrolBytes);
    if (!wanted) return error(400, "not an enrolment");
    return {200, "application/octet-stream", "no-store", wire::serialise(enrol(broker, *wanted))};
  }
  if (request.method != "GET" && request.method != "HEAD") return error(405, "GET only");
  if (target == "/livez" || target == "/readyz") return health(broker, target);
  if (target == "/log/checkpoint") {
    const auto published = broker.committer().published();
    return {200, "text/plain; charset=utf-8", "no-store",
            published->checkpoint.note() +
                broker.witnesses().lines_under(published->checkpoint.size())};
  }
  if (target == "/log/cosigned") {
    const auto witnessed = broker.witnesses().witnessed();
    return !witnessed
               ? error(404,
                       "no quorum of witnesses cosigned a checkpoint since this broker started")
               : HttpAnswer{200, "text/plain; charset=utf-8", "no-store", witnessed->text};
  }
  constexpr std::string_view kTiles = "/log/tile/";
  if (target.starts_with(kTiles))
    return serve_tile(broker, std::string_view(target).substr(kTiles.size()));
  return error(404, "nothing here");
}

HttpAnswer answer_admin(Broker& broker, const HttpRequest& request) {
  if (request.method != "GET") return error(405, "GET only");
  if (request.target == "/livez" || request.target == "/readyz")
    return health(broker, request.target);
  if (request.target == "/metrics") {
    const auto since = broker.witnesses().witnessed_since();
    broker.metrics().cosigned(since ? to_ms(*since) / 1000 : 0);
    return {200, "text/plain; version=0.0.4", "no-store", broker.metrics().text()};
  }
  return error(404, "nothing here");
}

}  // namespace veerpont::broker
