#include "client_sdk/operations/directory.h"

#include <charconv>

#include "client_sdk/guard/plain_text.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/key_book.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/log/views.h"
#include "client_sdk/operations/ready.h"
#include "crypto/control_code.h"
#include "crypto/objects/key_statement.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/random.h"
#include "rules/clocks.h"
#include "rules/profile.h"
#include "rules/routing.h"
#include "rules/service_area.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"
#include "veerpont/v1/directory.pb.h"

namespace veerpont::sdk {
namespace {

// Whether one letter was typed wrongly, left out or put in.
bool is_one_letter_off(std::string_view one, std::string_view other) {
  if (one.size() < other.size()) std::swap(one, other);
  if (one.size() - other.size() > 1) return false;
  std::size_t same = 0;
  while (same < other.size() && one[same] == other[same]) ++same;
  return one.substr(same + 1) == other.substr(one.size() == other.size() ? same + 1 : same);
}

struct Listing {
  // Verified, each of an organisation that the log has.
  std::vector<crypto::KeyStatement> statements;
  // Telephone by municipality, the operator's word.
  std::map<std::string, std::string> access_points;
};

Result<Listing> ask_directory(Context& context, const v1::LookUp& wanted) {
  auto session = ready(context);
  if (!session) return session.refusal();
  v1::ClientFrame frame;
  *frame.mutable_look_up() = wanted;
  auto answer = (*session)->request(std::move(frame));
  if (!answer) return answer.refusal();
  if (!answer->has_directory()) return tampered("Directory");
  Listing listing;
  for (const auto& point : answer->directory().access_points())
    if (is_telephone(point.telephone()))
      listing.access_points[point.municipality()] = point.telephone();
  // Proofs are against the checkpoint that came along: before anything else moves it on.
  for (const auto& entry : answer->directory().entries()) {
    auto statement = verified_entry(context, entry, **session);
    if (!statement) return statement.refusal();
    listing.statements.push_back(std::move(*statement));
  }
  const std::uint64_t size = (*session)->checkpoint().size();
  // The answer may know of somebody who joined after the events were read.
  if (auto synced = sync_events(*context.home, **session); !synced) return synced.refusal();
  for (const auto& entry : answer->directory().entries())
    if (auto agrees = agrees_with_log(context, entry); !agrees) return agrees.refusal();
  // The broker chose the statement: an older one could bring back keys, or an identity, that were
  // given up.
  const KeyBook keys(*context.home);
  for (const auto& entry : answer->directory().entries())
    if (keys.newest_statement(entry.org(), LogIndex{size - 1}) !=
        LogIndex{entry.statement_event().index()})
      return tampered("an older key statement than the log has");
  return listing;
}

std::vector<PartnerRecord> partners_in(Context& context, const Listing& listing) {
  std::vector<PartnerRecord> partners;
  for (const crypto::KeyStatement& statement : listing.statements) {
    context.dossier().directory.put_partner({statement.org(), statement.fingerprint(), ""});
    partners.push_back(*context.dossier().directory.partner(statement.org()));
  }
  return partners;
}

}  // namespace

// Verified: signatures, its event in the log, and that it follows what was seen before.
Result<crypto::KeyStatement> verified_entry(Context& context, const v1::DirectoryEntry& entry,
                                            Session& session) {
  auto statement = crypto::KeyStatement::verify(entry.statement());
  if (!statement) return tampered("a key statement");
  auto event = session.verify_event(entry.statement_event());
  if (!event) return event.refusal();
  if (entry.org() != statement->org().str() ||
      event->event.kind() != v1::EVENT_KIND_KEYS_PUBLISHED || event->event.actor() != entry.org() ||
      event->event.object_sha256() != statement->sha256().bytes())
    return tampered("a key statement that the log does not have");
  if (entry.org() == context.org().str() &&
      context.dossier().settings.get("own-statement-" + statement->sha256().str()).empty())
    return tampered("keys were published in our name that we did not make");
  return statement;
}

// The kind of an organisation decides what may be sent to it. It never changes, and the operator's
// word for it is in the log; title and municipalities, which change, are taken from the log alone.
Status agrees_with_log(Context& context, const v1::DirectoryEntry& entry) {
  const auto org = OrgId::parse(entry.org());
  const auto known = org ? context.dossier().directory.find(*org) : std::nullopt;
  if (!known) return tampered("an organisation that the log does not have");
  if (static_cast<int>(known->kind) != entry.kind() || known->hidden != entry.hidden())
    return tampered("another kind of organisation than the log says");
  return Done{};
}

Result<std::vector<PartnerRecord>> look_up(Context& context, const v1::LookUp& wanted) {
  auto listing = ask_directory(context, wanted);
  if (!listing) return listing.refusal();
  return partners_in(context, *listing);
}

Result<crypto::KeyStatement> confirmed_statement(Context& context, const OrgId& org) {
  v1::LookUp wanted;
  wanted.set_org(org.str());
  auto listing = ask_directory(context, wanted);
  if (!listing) return listing.refusal();
  if (listing->statements.size() != 1 || listing->statements.front().org() != org)
    return Refusal{RefusalCode::unknown_recipient, org.str()};
  crypto::KeyStatement& statement = listing->statements.front();
  // Never an older statement than one seen before: it could bring back a revoked key.
  const std::string floor = "statement-sequence-" + org.str();
  const std::string seen = context.dossier().settings.get(floor);
  std::uint64_t least = 0;
  std::from_chars(seen.data(), seen.data() + seen.size(), least);
  if (statement.sequence() < least) return tampered("an older key statement than before");
  context.dossier().settings.set(floor, std::to_string(statement.sequence()));
  if (time_from_ms(statement.body().valid_until()) <= context.clock.now())
    return Refusal{RefusalCode::recipient_keys_expired, org.str()};
  context.dossier().directory.put_partner({org, statement.fingerprint(), ""});
  const auto partner = context.dossier().directory.partner(org);
  // Against the statement at hand: the dossier may have been told another one meanwhile.
  if (!partner || partner->confirmed.empty() || partner->confirmed != statement.fingerprint())
    return Refusal{RefusalCode::identity_unconfirmed, org.str()};
  return std::move(statement);
}

Result<LogIndex> publish_profile(Context& context, std::string_view json) {
  const auto ours = context.dossier().directory.find(context.org());
  if (context.home->config.hidden || (ours && ours->hidden))
    return Refusal{RefusalCode::hidden_organisation};
  v1::ProfileStatement statement;
  if (auto read = read_json(json, *statement.mutable_profile()); !read) return read.refusal();
  if (auto checked = check_profile(statement.profile()); !checked) return checked.refusal();
  auto session = ready(context);
  if (!session) return session.refusal();
  if (auto confirmed = confirmed_clock(context, **session); !confirmed) return confirmed.refusal();
  statement.set_organisation(context.org().str());
  statement.set_key_id(context.home->signing_key_id().str());
  statement.set_operation_id(crypto::random_bytes(16));
  statement.set_created(to_ms(context.clock.now()));
  crypto::put_view(statement, view_now(*context.home, **session, std::nullopt));
  v1::ClientFrame frame;
  auto* object = frame.mutable_publish_profile()->mutable_profile();
  object->set_body(wire::serialise(statement));
  object->set_signature(context.home->signing.sign(crypto::ProfileStatement::type, object->body()));
  const std::string body = object->body();
  context.dossier().settings.set("own-profile-" + crypto::sha256(body).str(), "1");
  auto answer = (*session)->request(std::move(frame));
  if (!answer) return answer.refusal();
  auto receipt =
      (*session)->verify_receipt(answer->receipt().event(), v1::EVENT_KIND_PROFILE_PUBLISHED, body);
  if (!receipt) return receipt.refusal();
  if (auto synced = sync_events(*context.home, **session); !synced) return synced.refusal();
  return receipt->index;
}

v1::Profile profile_of(Context& context, const OrgId& org) {
  const auto known = context.dossier().directory.find(org);
  v1::Profile profile;
  if (known && !profile.ParseFromString(known->profile)) profile.Clear();
  return profile;
}

rules::Calendar calendar_of(Context& context, const OrgId& org) {
  return {rules::Holidays::dutch(), opening_hours_of(profile_of(context, org))};
}

Result<Partner> partner_row(Context& context, const PartnerRecord& partner) {
  const auto known = context.dossier().directory.find(partner.org);
  if (!known) return tampered("an organisation that the log does not have");
  Partner row{partner.org.str(),   known->title,  id_of(known->kind),
              partner.fingerprint, known->serves, partner.is_confirmed()};
  row.hidden = known->hidden;
  row.suspended = known->suspended;
  row.control_code = crypto::control_code(partner.fingerprint);
  for (const std::string& served : known->serves)
    if (auto name = rules::Municipalities::dutch().name(served.substr(0, served.find('@'))))
      row.serves_names.push_back(std::move(*name));
  if (known->profile.empty()) return row;
  const v1::Profile profile = profile_of(context, partner.org);
  row.profile = write_json(profile, false);
  row.crisis_telephone = profile.crisis_telephone();
  if (profile.opening_hours_size() > 0) {
    const auto [holidays, hours] = calendar_of(context, partner.org);
    const Time now = context.clock.now();
    row.reads_from = hours.open_at(now, holidays) ? now : hours.next_open(now, holidays);
  }
  return row;
}

Result<Route> route(Context& context, const Residence& residence) {
  const Date today = amsterdam_date(context.clock.now());
  const auto& list = rules::Municipalities::dutch();
  const auto responsible =
      rules::responsible_municipality({residence.in_shelter, residence.before_the_stay,
                                       residence.present, residence.mother_at_birth},
                                      today, list);
  if (!responsible)
    return Refusal{
        RefusalCode::invalid_input,
        "the address that decides is not known, or is no municipality of " + str(list.as_of())};
  auto listing = ask_directory(context, {});
  if (!listing) return listing.refusal();
  partners_in(context, *listing);
  Route out{responsible->municipality,
            list.name(responsible->municipality).value_or(""),
            responsible->basis,
            {},
            {}};
  // By the log: the answer may leave somebody out, and is not told which municipality it is about.
  const KeyBook keys(*context.home);
  for (const OrgId& org : context.dossier().directory.all()) {
    const auto known = context.dossier().directory.find(org);
    const bool joined =
        keys.newest_statement(org.str(), context.dossier().events.cursor()).has_value();
    if (!joined || known->suspended ||
        !rules::serves(known->serves, responsible->municipality, today))
      continue;
    auto partner = context.dossier().directory.partner(org);
    if (!partner) {  // it joined meanwhile
      v1::LookUp wanted;
      wanted.set_org(org.str());
      auto found = look_up(context, wanted);
      if (!found) return found.refusal();
      partner = context.dossier().directory.partner(org);
    }
    if (!partner) return tampered("an organisation that the directory leaves out");
    auto row = partner_row(context, *partner);
    if (!row) return row.refusal();
    out.organisations.push_back(std::move(*row));
  }
  if (const auto found = listing->access_points.find(responsible->municipality);
      found != listing->access_points.end())
    out.access_telephone = found->second;
  return out;
}

bool serves(const Context& context, const Partner& partner, const std::string& municipality) {
  return rules::serves(partner.serves, municipality, amsterdam_date(context.clock.now()));
}

Result<std::string> municipality_code(const Context& context, const std::string& typed) {
  const auto& list = rules::Municipalities::dutch();
  if (rules::is_municipality_code(typed) && list.on(amsterdam_date(context.clock.now()), typed))
    return typed;
  const std::string wanted = folded(typed);
  std::string like;
  for (const auto& [code, name] : list.names()) {
    const std::string known = folded(name);
    if (known == wanted) return code;
    if (!wanted.empty() && (known.starts_with(wanted) || known.find(" " + wanted) != known.npos ||
                            is_one_letter_off(known, wanted)))
      like.append(like.empty() ? "" : ", ").append(name).append(" (").append(code).append(")");
  }
  return Refusal{
      RefusalCode::invalid_input,
      like.empty() ? "municipality: not in the list of " + str(list.as_of()) +
                         "; type its name (Leiden) or its code (GM0546)"
                   : "municipality: not in the list of " + str(list.as_of()) + "; perhaps " + like};
}

}  // namespace veerpont::sdk
