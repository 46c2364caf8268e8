// What reaches the committer: parsed, typed, signature verified. Everything that must be decided in
// order is still to be decided.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "broker/store/facts.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::broker {

// A signed object with its typed reading; the signature held under a key that its organisation
// published.
template <class T>
struct Verified {
  T object;
  v1::SignedObject bytes;
  Hash sha256;
  bool saw_our_log = true;  // the checkpoint that it says its signer saw is one of ours
};

struct SubmitRequest {
  crypto::Header header;
  std::shared_ptr<const v1::Envelope> envelope;
  std::vector<crypto::Key32> shares;  // in header order
  std::optional<Refusal>
      sections_fault;  // found beside the signature; counts after the duplicate check
  bool saw_our_log = true;
};
struct KeysRequest {
  crypto::KeyStatement statement;
};
struct AdmitRequest {
  Participant participant;
  Invitation invitation;
};
// Nothing where nothing changes.
struct DescribeRequest {
  OrgId org;
  std::optional<std::string> title;
  std::optional<std::vector<std::string>> serves;
};
struct EnrolRequest {
  Hash token_sha256;
  crypto::KeyStatement statement;
  Hash certificate_key;     // which the statement must list
  std::string certificate;  // DER, signed for this request; a repeated one gets the first's
};
struct SuspendRequest {
  OrgId org;
  bool suspend;
};
// Messages and grants past their end, referrals past their answer, as a snapshot saw them.
struct SweepRequest {
  std::vector<MessageId> messages;
  std::vector<GrantId> grants;
  std::vector<ReferralId> referrals = {};
};
// As a snapshot saw it after which the next event would go to `seen`; nothing may have been logged
// since.
struct EraseRequest {
  Erase what;
  LogIndex seen;
};
struct LeaseRequest {
  OrgId org;
  std::string session;
  bool take;
};
// `policy`: a v1::WitnessPolicy that holds.
struct WitnessesRequest {
  v1::SignedObject policy;
};
// The operator goes on with a log that was put back; `said`: a v1::LogRestored.
struct RestoredRequest {
  v1::SignedObject said;
};
struct LogReadRequest {
  OrgId org;
};
struct GenesisRequest {
  v1::SignedObject policy;
};
// Changes nothing; done when everything before it is.
struct BarrierRequest {};

#define VEERPONT_VERIFIED(Object) Verified<crypto::Object>,
using Request = std::variant<SubmitRequest, VEERPONT_SIGNED_OBJECTS(VEERPONT_VERIFIED) KeysRequest,
                             AdmitRequest, DescribeRequest, EnrolRequest, SuspendRequest,
                             SweepRequest, EraseRequest, LeaseRequest, LogReadRequest,
                             GenesisRequest, WitnessesRequest, RestoredRequest, BarrierRequest>;
#undef VEERPONT_VERIFIED

// Whose request it is; empty: the operator's, or the broker's own.
std::string org_of(const Request& request);
// Whether it stops sharing or destroys: then it goes on when the disk is full.
bool stops(const Request& request);

// What the store must load before `request` can be decided.
std::vector<Question> questions_of(const Request& request);

}  // namespace veerpont::broker
