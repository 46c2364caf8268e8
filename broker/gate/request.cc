#include "broker/gate/request.h"

#include "rules/referral_states.h"

namespace veerpont::broker {
namespace {

struct Ask {
  std::vector<Question> questions;

  void operator()(const SubmitRequest& r) {
    questions = {AskOrg{r.header.sender},      AskOrg{r.header.recipient},
                 AskMessage{r.header.message}, AskReferral{r.header.referral},
                 AskGrant{r.header.grant},     AskBacklog{r.header.sender, r.header.recipient}};
    if (r.header.linked_referral) questions.push_back(AskReferral{*r.header.linked_referral});
    if (rules::may_stop(r.header.step)) questions.push_back(AskReferralShares{r.header.referral});
  }
  void operator()(const Verified<crypto::Grant>& r) {
    questions = {AskOrg{r.object.scope.holder}, AskOrg{r.object.scope.recipient},
                 AskGrant{r.object.id}};
    for (const Hash& hash : r.object.withdrawal_hashes)
      questions.push_back(AskWithdrawalHash{hash});
  }
  void operator()(const Verified<crypto::Withdrawal>& r) {
    questions = {AskOrg{r.object.holder}, AskGrantShares{r.object.grant},
                 AskOperation{r.object.holder, r.object.operation}};
  }
  void operator()(const Verified<crypto::Release>& r) {
    questions = {AskOrg{r.object.organisation}, AskMessage{r.object.message},
                 AskOperation{r.object.organisation, r.object.operation}};
  }
  void operator()(const Verified<crypto::Received>& r) {
    questions = {AskOrg{r.object.organisation}, AskOrg{r.object.sender},
                 AskOperation{r.object.organisation, r.object.operation}};
    for (const MessageId& message : r.object.messages) questions.push_back(AskMessage{message});
  }
  void operator()(const Verified<crypto::Rejected>& r) {
    questions = {AskOrg{r.object.organisation}, AskMessage{r.object.message},
                 AskOperation{r.object.organisation, r.object.operation}};
  }
  void operator()(const Verified<crypto::Review>& r) {
    questions = {AskOrg{r.object.organisation}, AskGrant{r.object.grant},
                 AskOperation{r.object.organisation, r.object.operation}};
  }
  void operator()(const Verified<crypto::ProfileStatement>& r) {
    questions = {AskOrg{r.object.organisation},
                 AskOperation{r.object.organisation, r.object.operation}};
  }
  void operator()(const KeysRequest& r) { ask_keys(r.statement); }
  void operator()(const AdmitRequest& r) { questions = {AskOrg{r.participant.org}}; }
  void operator()(const DescribeRequest& r) { questions = {AskOrg{r.org}}; }
  void operator()(const EnrolRequest& r) {
    ask_keys(r.statement);
    questions.push_back(AskInvitation{r.token_sha256});
  }
  void operator()(const SuspendRequest& r) { questions = {AskOrg{r.org}}; }
  void operator()(const SweepRequest& r) {
    for (const MessageId& message : r.messages) questions.push_back(AskMessage{message});
    for (const GrantId& grant : r.grants) questions.push_back(AskGrantShares{grant});
    for (const ReferralId& referral : r.referrals) questions.push_back(AskReferral{referral});
  }
  void operator()(const EraseRequest& r) {
    for (const ReferralId& referral : r.what.referrals) questions.push_back(AskReferral{referral});
    for (const GrantId& grant : r.what.grants) questions.push_back(AskGrant{grant});
    for (const MessageId& message : r.what.messages) questions.push_back(AskMessage{message});
  }
  void operator()(const LeaseRequest& r) { questions = {AskLease{r.org}}; }
  void operator()(const LogReadRequest& r) { questions = {AskOrg{r.org}}; }
  void operator()(const GenesisRequest&) {}
  void operator()(const BarrierRequest&) {}

 private:
  void ask_keys(const crypto::KeyStatement& statement) {
    questions = {AskOrg{statement.org()}};
    for (const auto& key : statement.body().signing_keys())
      questions.push_back(AskKeyOwner{crypto::key_id(crypto::KeyType::signing, key.public_key())});
    for (const auto& key : statement.body().epoch_keys())
      questions.push_back(AskKeyOwner{crypto::key_id(crypto::KeyType::epoch, key.public_key())});
  }
};

}  // namespace

std::string org_of(const Request& request) {
  struct Whose {
    std::string operator()(const SubmitRequest& r) const { return r.header.sender.str(); }
    std::string operator()(const Verified<crypto::Grant>& r) const {
      return r.object.scope.holder.str();
    }
    std::string operator()(const Verified<crypto::Withdrawal>& r) const {
      return r.object.holder.str();
    }
    std::string operator()(const Verified<crypto::Release>& r) const {
      return r.object.organisation.str();
    }
    std::string operator()(const Verified<crypto::Received>& r) const {
      return r.object.organisation.str();
    }
    std::string operator()(const Verified<crypto::Rejected>& r) const {
      return r.object.organisation.str();
    }
    std::string operator()(const Verified<crypto::Review>& r) const {
      return r.object.organisation.str();
    }
    std::string operator()(const Verified<crypto::ProfileStatement>& r) const {
      return r.object.organisation.str();
    }
    std::string operator()(const KeysRequest& r) const { return r.statement.org().str(); }
    std::string operator()(const EnrolRequest& r) const { return r.statement.org().str(); }
    std::string operator()(const LeaseRequest& r) const { return r.org.str(); }
    std::string operator()(const LogReadRequest& r) const { return r.org.str(); }
    std::string operator()(const AdmitRequest&) const { return {}; }
    std::string operator()(const DescribeRequest&) const { return {}; }
    std::string operator()(const SuspendRequest&) const { return {}; }
    std::string operator()(const SweepRequest&) const { return {}; }
    std::string operator()(const EraseRequest&) const { return {}; }
    std::string operator()(const GenesisRequest&) const { return {}; }
    std::string operator()(const BarrierRequest&) const { return {}; }
  };
  return std::visit(Whose{}, request);
}

bool stops(const Request& request) {
  return std::holds_alternative<Verified<crypto::Withdrawal>>(request) ||
         std::holds_alternative<SuspendRequest>(request) ||
         std::holds_alternative<SweepRequest>(request) ||
         std::holds_alternative<EraseRequest>(request);
}

std::vector<Question> questions_of(const Request& request) {
  Ask ask;
  std::visit(ask, request);
  return std::move(ask.questions);
}

}  // namespace veerpont::broker
