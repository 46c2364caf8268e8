// What the workbench answers: its API, and its pages. Any thread; may wait.
#pragma once

#include <atomic>
#include <string>

#include "gateway/notify/outgoing.h"
#include "gateway/once/repeats.h"
#include "gateway/openid/openid.h"
#include "gateway/people/api_keys.h"
#include "gateway/people/enrolment.h"
#include "gateway/people/log_in.h"
#include "gateway/site/limits.h"
#include "gateway/site/openapi.h"
#include "gateway/site/pages.h"
#include "gateway/site/request.h"
#include "gateway/site/routes.h"
#include "gateway/site/streams.h"
#include "gateway/worklist/desk.h"
#include "net/http.h"

namespace veerpont::gateway {

class Site {
 public:
  // `party`: what a browser calls this gateway.
  Site(Client& house, Store& store, WorkStore& work, Repeats& repeats, const Clock& clock,
       const RelyingParty& party)
      : house_(house),
        store_(store),
        repeats_(repeats),
        clock_(clock),
        origin_(party.origin),
        described_(openapi(origin_)),
        log_in_(store, clock, party),
        enrolment_(store, house, clock, party),
        passkeys_(store, clock, party),
        keys_(store, clock),
        outgoing_(store, clock, [&house] { return house.whoami().hidden; }),
        openid_(store, clock, party, [&house] { return house.whoami().hidden; }),
        desk_(house, store, work, clock, party.origin) {}

  // Before the first answer.
  void use_pages(Pages pages) { pages_ = std::move(pages); }

  net::HttpAnswer answer(const net::HttpRequest& asked);
  // After the last request, while the network is still there.
  void end() { streams_.end_all(); }
  // Every few seconds, in one thread: mail and webhooks.
  void sweep();
  // Something changed in the house; from any thread.
  void changed() { streams_.tell(++changes_); }

 private:
  struct Asked {
    Request request;
    Found found;
    std::string token;
    const api::v1::Operation& operation() const { return found.route->operation; }
  };
  net::HttpAnswer api(Request request, const std::vector<std::string>& path);
  // Whether it comes from one of our own pages: nobody else's page makes somebody's browser do
  // something. Refuses wrong-page.
  Status own_page(const Asked& asked) const;
  Result<Session> may(const Asked& asked);
  // For the person whom a program's key acts for.
  net::HttpAnswer call_for(Asked asked);
  Result<net::HttpAnswer> call_mail(const std::string& name, const Session& session,
                                    std::string_view json);
  Result<net::HttpAnswer> call_openid(const Asked& asked, const Session& session,
                                      std::string_view json);
  Result<net::HttpAnswer> come_in_by_provider(const std::string& ticket, std::string_view json);
  Result<net::HttpAnswer> call_hooks(const std::string& name, const Session& session,
                                     std::string_view json);
  Result<net::HttpAnswer> call_keys(const std::string& name, const Session& session,
                                    std::string_view json);
  void record_denial(const Session& session, const Asked& asked);
  net::HttpAnswer call(const Asked& asked, const Session& session);
  // Refuses stale when the header If-Match names another version of what this is about.
  Status is_current(const Asked& asked);
  net::HttpAnswer call_desk(const Asked& asked, const Session& session, std::string_view json);
  // An operation of api.proto, once for an Idempotency-Key where one is asked.
  net::HttpAnswer call_house(const Asked& asked, const Session& session, std::string_view json);
  // Operations of gateway.proto.
  Result<net::HttpAnswer> call_own(const Asked& asked, const Session& session,
                                   std::string_view json);
  net::HttpAnswer changes(const Asked& asked);
  Result<net::HttpAnswer> call_session(const std::string& name, const std::string& token,
                                       std::string_view json);
  // The token of the session that a second factor opened, once it stands in the access log.
  Result<std::string> come_in(const std::string& name, const std::string& token,
                              std::string_view json);
  // Nobody is in without a line that says so; without it the session ends. `how`: the operation.
  Status record_log_in(const std::string& token, const std::string& how);
  Result<net::HttpAnswer> call_enrolment(const std::string& name, std::string_view json);
  Result<net::HttpAnswer> call_passkeys(const Asked& asked, const Session& session,
                                        std::string_view json);
  Result<net::HttpAnswer> call_people(const std::string& name, const Session& session,
                                      std::string_view json);
  Status record(AccessKind kind, const v1::StoredPerson& person, const std::string& what);
  // What an administrator, or somebody of themselves, changed; and everybody's pages hear of it.
  Status record_change(const Session& session, const std::string& what);
  net::HttpAnswer people();
  Result<net::HttpAnswer> session_answer(const std::string& token, bool fresh);

  Client& house_;
  Store& store_;
  Repeats& repeats_;
  const Clock& clock_;
  std::string origin_;
  const std::string described_;  // OpenAPI; made once, since anybody may ask
  LogIn log_in_;
  Enrolment enrolment_;
  OwnPasskeys passkeys_;
  ApiKeys keys_;
  Outgoing outgoing_;
  OpenId openid_;
  Desk desk_;
  Pages pages_;
  Limits limits_;
  std::atomic<std::uint64_t> changes_ = 0;
  Streams streams_;
};

}  // namespace veerpont::gateway
