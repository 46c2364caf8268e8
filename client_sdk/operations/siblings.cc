#include "client_sdk/operations/siblings.h"

#include <set>
#include <sstream>

#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/check.h"
#include "client_sdk/operations/directory.h"
#include "client_sdk/operations/ready.h"
#include "client_sdk/operations/refer.h"
#include "client_sdk/operations/send.h"
#include "crypto/objects/signed_objects.h"
#include "rules/grant_draft.h"
#include "schemas/categories.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// The first names of every child but this one.
std::vector<std::string> names_beside(const v1::SiblingReferrals& siblings, int child) {
  std::vector<std::string> names;
  for (int i = 0; i < siblings.children_size(); ++i) {
    std::istringstream words(siblings.children(i).own().identity().given_names());
    for (std::string name; i != child && words >> name;)
      if (name.size() > 1) names.push_back(name);
  }
  return names;
}

// Where a finding stands in the document that the worker wrote: what a child has of its own stands
// over what is shared, and behind it in a list.
std::string pointer_in(const v1::SiblingReferrals& siblings, int child,
                       const std::string& pointer) {
  const std::string own_part = "/children/" + std::to_string(child) + "/own",
                    shared_part = "/shared";
  const google::protobuf::Message *shared = &siblings.shared(),
                                  *own = &siblings.children(child).own();
  std::istringstream names(pointer.substr(1));
  std::string walked;
  for (std::string name; std::getline(names, name, '/'); walked.append("/").append(name)) {
    const auto* field = own->GetDescriptor()->FindFieldByCamelcaseName(name);
    if (field == nullptr) break;
    if (field->is_repeated()) {
      const int before = shared->GetReflection()->FieldSize(*shared, field);
      std::string place, rest;
      if (!std::getline(names, place, '/') || std::stoi(place) < before)
        return shared_part + pointer;
      std::getline(names, rest, '\0');
      walked.append("/").append(name).append("/").append(std::to_string(std::stoi(place) - before));
      if (!rest.empty()) walked.append("/").append(rest);
      return own_part + walked;
    }
    if (!own->GetReflection()->HasField(*own, field)) return shared_part + pointer;
    if (field->message_type() == nullptr || !shared->GetReflection()->HasField(*shared, field))
      break;
    shared = &shared->GetReflection()->GetMessage(*shared, field);
    own = &own->GetReflection()->GetMessage(*own, field);
  }
  return own_part + pointer;
}

struct Sibling {
  GrantId grant;
  v1::Referral document;
  std::string external_id;
  std::vector<std::string> names_beside;  // of the other children
};

Result<std::vector<Sibling>> siblings_in(const v1::SiblingReferrals& document) {
  if (document.children_size() < 2) return invalid("children: name at least two");
  if (document.shared().has_identity()) return invalid("shared.identity: belongs to one child");
  if (document.shared().has_child_voice())
    return invalid("shared.childVoice: belongs to one child");
  std::vector<Sibling> out;
  for (int i = 0; i < document.children_size(); ++i) {
    const auto grant = GrantId::parse(document.children(i).grant());
    if (!grant)
      return invalid("children[" + std::to_string(i) + "].grant: is 32 hex digits in lower case");
    v1::Referral whole = document.shared();
    whole.MergeFrom(document.children(i).own());
    out.push_back(
        {*grant, std::move(whole), document.children(i).external_id(), names_beside(document, i)});
  }
  return out;
}

// A person compared the recipient's code; when the broker answers, of the newest keys.
Status is_known(Context& context, bool connected, const OrgId& recipient) {
  if (connected) {
    auto confirmed = confirmed_statement(context, recipient);
    return confirmed ? Status(Done{}) : confirmed.refusal();
  }
  const auto partner = context.dossier().directory.partner(recipient);
  return partner && partner->is_confirmed()
             ? Status(Done{})
             : Status(Refusal{RefusalCode::identity_unconfirmed, recipient.str()});
}

// Not sent now; it goes by itself.
bool is_kept(RefusalCode code) {
  return code == RefusalCode::queued || code == RefusalCode::perhaps_sent;
}

}  // namespace

Result<Checked> check(Context& context, const v1::SiblingReferrals& document) {
  auto siblings = siblings_in(document);
  if (!siblings) return siblings.refusal();
  Checked all{true, {}, {}};
  std::set<GrantId> grants;
  std::set<std::string> said;  // what is shared is said once
  for (std::size_t i = 0; i < siblings->size(); ++i) {
    const Sibling& child = siblings->at(i);
    const int place = static_cast<int>(i);
    auto checked = check(context, child.document, child.grant, child.names_beside);
    if (!checked) return checked.refusal();
    if (!grants.insert(child.grant).second)
      all.findings.push_back(
          finding("/children/" + std::to_string(i) + "/grant", ConsentGap::sibling_grant));
    for (Finding& found : checked->findings) {
      found.pointer = pointer_in(document, place, found.pointer);
      if (said.insert(found.pointer + " " + found.id).second)
        all.findings.push_back(std::move(found));
    }
  }
  all.allowed = std::ranges::none_of(all.findings, &Finding::blocks);
  return all;
}

// Nothing goes before everything may: grants and findings of all children first. When the broker is
// away they wait together. Repeating it after a lost answer goes on where it stopped, since a grant
// with the same document gives the same referral.
Result<std::vector<Sent>> refer_siblings(Context& context, const v1::SiblingReferrals& document,
                                         const ReferOptions& options) {
  if (options.linked) return invalid("siblings are linked to nothing that a header would show");
  auto siblings = siblings_in(document);
  if (!siblings) return siblings.refusal();
  const auto session = ready(context);
  if (!session && (session.refusal().code != RefusalCode::broker_unreachable ||
                   options.when_unreachable == WhenUnreachable::drop))
    return session.refusal();
  const auto checked = check(context, document);
  if (!checked) return checked.refusal();
  if (const auto open = without_reason(checked->findings, options.reasons); !open.empty())
    return Refusal{RefusalCode::document_blocked, open.front().pointer + " " + open.front().id};
  for (const Sibling& child : *siblings) {
    const auto row = context.dossier().grants.find(child.grant);
    const auto grant = row ? crypto::Grant::parse(row->body)
                           : Result<crypto::Grant>(Refusal{RefusalCode::unknown_grant});
    if (!grant) return grant.refusal();
    if (const auto code = rules::refuses(row->scope(*grant), context.org(), grant->scope.recipient,
                                         categories_of(child.document), context.clock.now()))
      return Refusal{*code, child.grant.hex()};
    if (auto known = is_known(context, static_cast<bool>(session), grant->scope.recipient); !known)
      return known.refusal();
  }
  // Of a child that went before: who corrects one grant and repeats, goes on with the same family.
  Hash family = crypto::Transcript("veerpont/family/v1")
                    .bytes(context.home->storage_key.reveal())
                    .bytes(wire::serialise(document))
                    .sha256();
  for (const Sibling& child : *siblings) {
    const auto sent = context.dossier().outbox.sent_refer(child.grant);
    if (!sent) continue;
    if (sent->document_sha256 != document_hash(context, as_sent(child.document, child.external_id)))
      return Refusal{RefusalCode::grant_mismatch, "this grant already carries another referral"};
    family = context.dossier().referrals.family_of(sent->referral).value_or(family);
  }
  std::vector<Sent> all;
  std::optional<Refusal> waits;
  for (std::size_t i = 0; i < siblings->size(); ++i) {
    const Sibling& child = siblings->at(i);
    ReferOptions own = options;
    own.external_id = child.external_id;
    own.reasons.clear();
    const auto said = check(context, child.document, child.grant, child.names_beside);
    if (!said) return said.refusal();
    for (const Finding& found : said->findings)  // as the worker named it, in the whole document
      for (const std::string& pointer :
           {std::string(), pointer_in(document, static_cast<int>(i), found.pointer)})
        if (const auto reason = options.reasons.find(pointer); reason != options.reasons.end())
          own.reasons[found.pointer] = reason->second;
    auto sent = refer(context, child.document, child.grant, own, child.names_beside);
    if (sent)
      all.push_back(*sent);
    else if (is_kept(sent.refusal().code))
      waits = sent.refusal();
    else
      return sent.refusal();
    if (const auto kept = context.dossier().outbox.sent_refer(child.grant))
      context.dossier().referrals.put_sibling(kept->referral, family);
  }
  return waits ? Result<std::vector<Sent>>(*waits) : all;
}

}  // namespace veerpont::sdk
