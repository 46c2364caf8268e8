#include "client_sdk/c/operations.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <memory>

#include "client_sdk/c/answers.h"
#include "crypto/secret.h"
#include "schemas/document_json.h"
#include "veerpont/api/v1/api.pb.h"

namespace veerpont::api {
namespace {

template <class Id>
Result<Id> id_in(const std::string& text, const char* field) {
  const auto id = Id::parse(text);
  if (!id)
    return Refusal{RefusalCode::invalid_input,
                   std::string(field) + ": is 32 hex digits in lower case"};
  return *id;
}

Result<std::optional<Time>> time_in(const std::string& text, const char* field) {
  if (text.empty()) return std::optional<Time>();
  const auto time = parse_rfc3339(text);
  if (!time)
    return Refusal{RefusalCode::invalid_input,
                   std::string(field) + ": is written 2026-12-01T09:00:00Z"};
  return std::optional(*time);
}

Reasons reasons_in(const google::protobuf::RepeatedPtrField<v1::Reason>& list) {
  Reasons out;
  for (const auto& reason : list) out[reason.pointer()] = reason.text();
  return out;
}

WhenUnreachable when_unreachable(bool drop) {
  return drop ? WhenUnreachable::drop : WhenUnreachable::hold;
}

// A document that came as a message, as the client takes it.
template <class Document>
Result<Document> document_in(const google::protobuf::Message& message) {
  std::string json = write_json(message, false);
  auto read = Document::from_json(json);
  crypto::wipe(json.data(), json.size());
  return read;
}

std::string as_of(Client& client) {
  const auto time = client.as_of();
  return time ? rfc3339(*time) : std::string();
}

Result<v1::Identity> whoami(Client& client, const v1::Empty&) { return identity(client.whoami()); }
Result<v1::DoctorAnswer> doctor(Client& client, const v1::Empty&) {
  return checks(client.doctor());
}
Result<v1::SyncAnswer> sync(Client& client, const v1::SyncRequest& wanted) {
  const auto patience =
      std::chrono::milliseconds(wanted.has_patience_ms() ? wanted.patience_ms() : 10'000);
  if (auto synced = client.sync(patience, !wanted.without_mail()); !synced) return synced.refusal();
  v1::SyncAnswer out;
  out.set_as_of(as_of(client));
  return out;
}

Result<v1::DirectoryAnswer> directory(Client& client, const v1::DirectoryRequest& wanted) {
  const auto kind = wanted.kind() == veerpont::v1::ORG_KIND_UNSPECIFIED
                        ? std::nullopt
                        : std::optional(static_cast<OrgKind>(wanted.kind()));
  auto found = client.directory(wanted.municipality(), kind);
  if (!found) return found.refusal();
  v1::DirectoryAnswer out;
  for (const Partner& organisation : *found) fill(*out.add_organisations(), organisation);
  return out;
}
Result<v1::Done> confirm(Client& client, const v1::ConfirmRequest& wanted) {
  if (auto done = client.confirm(wanted.org(), wanted.fingerprint()); !done) return done.refusal();
  return v1::Done();
}
Result<v1::Logged> publish_profile(Client& client, const v1::PublishProfileRequest& wanted) {
  auto logged = client.publish_profile(write_json(wanted.profile(), false));
  if (!logged) return logged.refusal();
  v1::Logged out;
  out.set_log_index(logged->value);
  return out;
}
Result<v1::RouteAnswer> route(Client& client, const v1::RouteRequest& wanted) {
  auto found = client.route(
      {!wanted.ambulatory(), wanted.before_the_stay(), wanted.present(), wanted.mother_at_birth()});
  if (!found) return found.refusal();
  v1::RouteAnswer out;
  out.set_municipality(found->municipality);
  out.set_name(found->name);
  out.set_basis(static_cast<veerpont::v1::RoutingBasis>(found->basis));
  for (const Partner& organisation : found->organisations)
    fill(*out.add_organisations(), organisation);
  out.set_access_telephone(found->access_telephone);
  return out;
}

Result<v1::Checked> check_grant(Client& client, const v1::CheckGrantRequest& wanted) {
  std::optional<Referral> referral;
  if (wanted.has_referral()) {
    auto read = document_in<Referral>(wanted.referral());
    if (!read) return read.refusal();
    referral = *read;
  }
  auto said = client.check(write_json(wanted.draft(), false), referral);
  return said ? Result<v1::Checked>(checked(*said)) : said.refusal();
}
Result<v1::Checked> check_referral(Client& client, const v1::CheckReferralRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant(), "grant");
  if (!grant) return grant.refusal();
  auto referral = document_in<Referral>(wanted.referral());
  if (!referral) return referral.refusal();
  auto said = client.check(*referral, *grant);
  return said ? Result<v1::Checked>(checked(*said)) : said.refusal();
}
Result<v1::RegisteredGrant> register_grant(Client& client, const v1::RegisterGrantRequest& wanted) {
  auto made = client.register_grant(write_json(wanted.draft(), false),
                                    {wanted.operation(), wanted.registrar()});
  if (!made) return made.refusal();
  v1::RegisteredGrant out;
  out.set_grant(made->grant.hex());
  return out;
}
Result<v1::GrantsAnswer> grants(Client& client, const v1::Empty&) {
  auto rows = client.grants();
  if (!rows) return rows.refusal();
  v1::GrantsAnswer out;
  for (const GrantRow& row : *rows) fill(*out.add_grants(), row);
  return out;
}
Result<v1::WithdrawAnswer> withdraw(Client& client, const v1::WithdrawRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant(), "grant");
  if (!grant) return grant.refusal();
  auto done = client.withdraw_grant(*grant, categories(wanted.categories()));
  return done ? Result<v1::WithdrawAnswer>(withdrawn(*done)) : done.refusal();
}

Result<v1::Sent> refer(Client& client, const v1::ReferRequest& wanted) {
  auto grant = id_in<GrantId>(wanted.grant(), "grant");
  if (!grant) return grant.refusal();
  auto respond_by = time_in(wanted.respond_by(), "respondBy");
  if (!respond_by) return respond_by.refusal();
  ReferOptions options{*respond_by, wanted.external_id()};
  if (!wanted.linked().empty()) {
    auto linked = id_in<ReferralId>(wanted.linked(), "linked");
    if (!linked) return linked.refusal();
    options.linked = *linked;
  }
  options.reasons = reasons_in(wanted.reasons());
  options.when_unreachable = when_unreachable(wanted.drop_when_unreachable());
  auto referral = document_in<Referral>(wanted.referral());
  if (!referral) return referral.refusal();
  auto done = client.refer(*referral, *grant, options);
  return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
}
Result<v1::ReferSiblingsAnswer> refer_siblings(Client& client,
                                               const v1::ReferSiblingsRequest& wanted) {
  auto respond_by = time_in(wanted.respond_by(), "respondBy");
  if (!respond_by) return respond_by.refusal();
  auto siblings = document_in<Siblings>(wanted.siblings());
  if (!siblings) return siblings.refusal();
  auto done = client.refer(*siblings, {*respond_by, {}, {}, reasons_in(wanted.reasons())});
  if (!done) return done.refusal();
  v1::ReferSiblingsAnswer out;
  for (const Sent& one : *done) *out.add_sent() = sent(one);
  return out;
}
Result<v1::Sent> reply(Client& client, const v1::ReplyRequest& wanted) {
  auto referral = id_in<ReferralId>(wanted.referral(), "referral");
  if (!referral) return referral.refusal();
  auto respond_by = time_in(wanted.respond_by(), "respondBy");
  if (!respond_by) return respond_by.refusal();
  ReplyOptions options{*respond_by, reasons_in(wanted.reasons()),
                       when_unreachable(wanted.drop_when_unreachable())};
  if (!wanted.sharing().empty())
    options.sharing = wanted.sharing() == "stop" ? Sharing::stop : Sharing::keep;
  if (wanted.step() == veerpont::v1::STEP_PROVIDE_INFO) {
    auto sections = document_in<Referral>(wanted.sections());
    if (!sections) return sections.refusal();
    auto done = client.provide_info(*referral, *sections, options);
    return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
  }
  std::optional<Update> update;
  if (wanted.has_update()) {
    auto read = document_in<Update>(wanted.update());
    if (!read) return read.refusal();
    update = *read;
  }
  auto done = client.reply(*referral, static_cast<Step>(wanted.step()), update, options);
  return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
}
Result<v1::Sent> renew(Client& client, const v1::RenewRequest& wanted) {
  auto referral = id_in<ReferralId>(wanted.referral(), "referral");
  auto grant = id_in<GrantId>(wanted.grant(), "grant");
  if (!referral) return referral.refusal();
  if (!grant) return grant.refusal();
  auto done = client.renew(*referral, *grant);
  return done ? Result<v1::Sent>(sent(*done)) : done.refusal();
}

Result<v1::ReferralsAnswer> referrals(Client& client, const v1::ReferralsRequest& wanted) {
  ReferralQuery query{wanted.open_only(), wanted.limit()};
  if (!wanted.after().empty()) {
    auto after = id_in<ReferralId>(wanted.after(), "after");
    if (!after) return after.refusal();
    query.after = *after;
  }
  auto rows = client.referrals(query);
  if (!rows) return rows.refusal();
  v1::ReferralsAnswer out;
  out.set_as_of(as_of(client));
  for (const ReferralRow& row : *rows) fill(*out.add_referrals(), row);
  return out;
}
Result<v1::EventsAnswer> timeline(Client& client, const v1::TimelineRequest& wanted) {
  auto referral = id_in<ReferralId>(wanted.referral(), "referral");
  if (!referral) return referral.refusal();
  auto rows = client.timeline(*referral);
  return rows ? Result<v1::EventsAnswer>(events(*rows, as_of(client))) : rows.refusal();
}
Result<v1::EventsAnswer> all_events(Client& client, const v1::Empty&) {
  auto rows = client.audit_list();
  return rows ? Result<v1::EventsAnswer>(events(*rows, as_of(client))) : rows.refusal();
}

Result<v1::InboxAnswer> inbox(Client& client, const v1::InboxRequest& wanted) {
  auto rows =
      client.inbox(wanted.all(), std::chrono::seconds(std::min(wanted.wait_seconds(), 86'400u)));
  if (!rows) return rows.refusal();
  v1::InboxAnswer out;
  out.set_as_of(as_of(client));
  for (const InboxRow& row : *rows) fill(*out.add_messages(), row);
  return out;
}
Result<v1::OpenAnswer> open(Client& client, const v1::OpenRequest& wanted) {
  auto message = id_in<MessageId>(wanted.message(), "message");
  if (!message) return message.refusal();
  auto opened = client.open(*message, categories(wanted.categories()), {wanted.worker()});
  if (!opened) return opened.refusal();
  v1::OpenAnswer out;
  // What was opened is a Referral, or an Update when that is all it carries.
  auto* document = out.mutable_document();
  if (!read_json(opened->json, *document)) {
    document->Clear();
    if (auto read = read_json(opened->json, *document->mutable_update()); !read)
      return read.refusal();
  }
  crypto::wipe(opened->json.data(), opened->json.size());
  add(*out.mutable_withdrawn(), opened->withdrawn);
  for (const Stop& stop : opened->stopped) fill(*out.add_sharing_stopped(), stop);
  return out;
}
Result<v1::OutboxAnswer> outbox(Client& client, const v1::Empty&) {
  v1::OutboxAnswer out;
  for (const QueuedRow& row : client.outbox()) fill(*out.add_waiting(), row);
  return out;
}
Result<v1::CancelAnswer> cancel(Client& client, const v1::CancelRequest& wanted) {
  auto message = id_in<MessageId>(wanted.message(), "message");
  if (!message) return message.refusal();
  auto cancelled = client.cancel(*message);
  if (!cancelled) return cancelled.refusal();
  v1::CancelAnswer out;
  out.set_perhaps_sent(cancelled->perhaps_sent);
  return out;
}
Result<v1::DueAnswer> due(Client& client, const v1::DueRequest& wanted) {
  auto rows = client.due(wanted.has_days() ? static_cast<int>(std::min(wanted.days(), 400u)) : 30);
  if (!rows) return rows.refusal();
  v1::DueAnswer out;
  for (const DueRow& row : *rows) fill(*out.add_due(), row);
  return out;
}
Result<v1::VerifyAnswer> verify(Client& client, const v1::VerifyRequest& wanted) {
  auto report = client.audit_verify(wanted.full());
  if (!report) return report.refusal();
  v1::VerifyAnswer out;
  out.set_tree_size(report->tree_size);
  out.set_events(report->events);
  out.set_checked(report->checked);
  return out;
}
Result<v1::SchemaAnswer> schema(Client&, const v1::SchemaRequest& wanted) {
  auto made = document_schema(wanted.kind());
  if (!made) return made.refusal();
  v1::SchemaAnswer out;
  out.set_schema(*made);
  return out;
}

using Handler = std::function<Called(Client&, std::string_view)>;

template <class Answer, class Request>
Handler handler(Result<Answer> (*operation)(Client&, const Request&)) {
  return [operation](Client& client, std::string_view json) -> Called {
    Request request;
    if (auto read = read_json(json.empty() ? "{}" : json, request); !read)
      return refused(read.refusal());
    auto answer = operation(client, request);
    return answer ? Called{0, write_json(*answer, false)} : refused(answer.refusal());
  };
}

// By the names of the service's methods.
const std::map<std::string_view, Handler>& handlers() {
  static const std::map<std::string_view, Handler> all{{"Whoami", handler(whoami)},
                                                       {"Doctor", handler(doctor)},
                                                       {"Sync", handler(sync)},
                                                       {"Directory", handler(directory)},
                                                       {"ConfirmPartner", handler(confirm)},
                                                       {"PublishProfile", handler(publish_profile)},
                                                       {"Route", handler(route)},
                                                       {"CheckGrant", handler(check_grant)},
                                                       {"CheckReferral", handler(check_referral)},
                                                       {"RegisterGrant", handler(register_grant)},
                                                       {"Grants", handler(grants)},
                                                       {"WithdrawGrant", handler(withdraw)},
                                                       {"Refer", handler(refer)},
                                                       {"ReferSiblings", handler(refer_siblings)},
                                                       {"Reply", handler(reply)},
                                                       {"Renew", handler(renew)},
                                                       {"Referrals", handler(referrals)},
                                                       {"Timeline", handler(timeline)},
                                                       {"Inbox", handler(inbox)},
                                                       {"Open", handler(open)},
                                                       {"Outbox", handler(outbox)},
                                                       {"CancelMessage", handler(cancel)},
                                                       {"Due", handler(due)},
                                                       {"VerifyLog", handler(verify)},
                                                       {"Events", handler(all_events)},
                                                       {"Schema", handler(schema)}};
  return all;
}

const google::protobuf::ServiceDescriptor* service() {
  return v1::Empty::descriptor()->file()->FindServiceByName("Veerpont");
}

}  // namespace

std::vector<std::string> operations() {
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(service()->method_count()));
  for (int i = 0; i < service()->method_count(); ++i)
    if (const auto* method = service()->method(i); handlers().contains(method->name()))
      out.push_back(method->options().GetExtension(v1::operation).name());
  return out;
}

Called call(Client& client, std::string_view operation, std::string_view json) {
  for (int i = 0; i < service()->method_count(); ++i) {
    const auto* method = service()->method(i);
    if (method->options().GetExtension(v1::operation).name() != operation) continue;
    return handlers().at(method->name())(client, json);
  }
  return refused({RefusalCode::not_found, "no such operation"});
}

Called refused(const Refusal& refusal) {
  namespace json = boost::json;
  const json::object document{{"refusal", json::object{{"code", std::string(id_of(refusal.code))},
                                                       {"message", describe(refusal)}}}};
  return {exit_code_of(refusal.code), json::serialize(document)};
}

}  // namespace veerpont::api
