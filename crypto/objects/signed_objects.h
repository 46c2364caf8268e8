// The signed objects besides the header, each valid by construction: parsed strictly, every field
// typed and in range. Whose they are and whether they may take effect is the gate's work.
// docs/protocol.md, "Signed objects".
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/objects/view.h"
#include "crypto/sign.h"
#include "rules/grant_scope.h"
#include "veerpont/v1/directory.pb.h"
#include "veerpont/v1/envelope.pb.h"
#include "veerpont/v1/grant.pb.h"

// Every signed object that is a request of its own, by its type. Whoever adds one adds it here too:
// the broker's requests, the frames that bring them and the event table follow this list.
#define VEERPONT_SIGNED_OBJECTS(each)                                                   \
  each(Grant) each(Withdrawal) each(Release) each(Received) each(Rejected) each(Review) \
      each(ProfileStatement) each(AccessLogAnchor)

namespace veerpont::crypto {

struct Grant {
  static constexpr PayloadType type{"grant"};
  GrantId id;
  rules::GrantScope scope;  // nothing withdrawn: that is no part of what was signed
  Hash key_id;
  v1::Purpose purpose;
  std::vector<Hash> withdrawal_hashes;
  Hash record_commitment;
  OperationId operation;
  Time created;
  View view = {};
  const OrgId& signer() const { return scope.holder; }
  // Refuses malformed with the field; a grant that does not end when rules::may_end_at() says, too.
  static Result<Grant> parse(std::string_view bytes);
};

struct Withdrawal {
  static constexpr PayloadType type{"withdrawal"};
  GrantId grant;
  OrgId holder;
  Hash key_id;
  CategorySet categories;  // empty: the whole grant
  OperationId operation;
  Time created;
  const OrgId& signer() const { return holder; }
  static Result<Withdrawal> parse(std::string_view bytes);
};

struct Received {
  static constexpr PayloadType type{"received"};
  OrgId organisation;
  Hash key_id;
  OrgId sender;
  std::vector<MessageId> messages;
  OperationId operation;
  View view = {};
  const OrgId& signer() const { return organisation; }
  static Result<Received> parse(std::string_view bytes);
};

struct Rejected {
  static constexpr PayloadType type{"rejected"};
  OrgId organisation;
  Hash key_id;
  MessageId message;
  RefusalCode code;
  OperationId operation;
  const OrgId& signer() const { return organisation; }
  static Result<Rejected> parse(std::string_view bytes);
};

struct Release {
  static constexpr PayloadType type{"release"};
  OrgId organisation;
  Hash key_id;
  MessageId message;
  CategorySet categories;  // never empty
  OperationId operation;
  Time created;
  View view = {};
  const OrgId& signer() const { return organisation; }
  static Result<Release> parse(std::string_view bytes);
};

struct Review {
  static constexpr PayloadType type{"review"};
  OrgId organisation;
  Hash key_id;
  GrantId grant;
  OperationId operation;
  Time created;
  View view = {};
  const OrgId& signer() const { return organisation; }
  static Result<Review> parse(std::string_view bytes);
};

struct ProfileStatement {
  static constexpr PayloadType type{"profile"};
  OrgId organisation;
  Hash key_id;
  OperationId operation;
  Time created;
  v1::Profile profile;
  View view = {};
  const OrgId& signer() const { return organisation; }
  static Result<ProfileStatement> parse(std::string_view bytes);
};

// How far an organisation's access log had come: access_log_commitment().
struct AccessLogAnchor {
  static constexpr PayloadType type{"access-log-anchor"};
  OrgId organisation;
  Hash key_id;
  Hash commitment;
  OperationId operation;
  Time created;
  const OrgId& signer() const { return organisation; }
  static Result<AccessLogAnchor> parse(std::string_view bytes);
};

// SHA-256("veerpont/access-log-anchor/v1" ‖ 00 ‖ salt[32] ‖ count as u64, big-endian ‖ head[32]).
Hash access_log_commitment(std::string_view salt, std::uint64_t count, const Hash& head);

// SHA-256("veerpont/grant-record/v1" ‖ 00 ‖ salt[32] ‖ record bytes).
Hash record_commitment(std::string_view salt, std::string_view record);

// Ascending and without repeats, as every signed list of categories must be.
std::optional<CategorySet> category_set(const google::protobuf::RepeatedField<int>& list);

}  // namespace veerpont::crypto
