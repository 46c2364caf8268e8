// Referrals as this organisation knows them, sent and received, and which concern brothers and
// sisters.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

class SealedDatabase;
using crypto::Hash;

struct ReferralRecord {
  ReferralId id;
  OrgId with;
  bool referrer;  // whether we are
  GrantId grant;
  ReferralState state;
  std::optional<Time> respond_by;
  std::optional<ReferralId> linked =
      {};  // the one that this was started because of; nobody else knows
  std::optional<Time> closed = {};
  std::optional<Time> access_by = {};  // somebody asked to see a file: by when the referrer answers
  std::optional<Time> since = {};      // in this state; nothing: not known
  std::optional<Step> step = {};       // of the newest message in it, sent or received
  bool sealed_again = false;           // something in it was, by either side
};

struct ReferralFilter {
  bool open_only = false;
  std::vector<ReferralState> states = {};  // empty: all
  std::string with = {};                   // empty: all
  std::optional<Time> overdue_at = {};     // only those that nobody acted on until then
};

class Referrals {
 public:
  explicit Referrals(SealedDatabase& db) : db_(db) {}

  void put(const ReferralRecord& record);
  void set_state(const ReferralId& id, ReferralState state, Time when);
  void set_grant(const ReferralId& id, const GrantId& grant);
  void set_respond_by(const ReferralId& id, Time respond_by);
  void set_access_by(const ReferralId& id, std::optional<Time> access_by);
  std::optional<ReferralRecord> find(const ReferralId& id);
  std::vector<ReferralRecord> all();
  // What waits longest first, then by when somebody must act, what has no time last; those behind
  // `after`, at most `limit` (0: all), until `take` says false.
  void each(const ReferralFilter& filter, const std::optional<ReferralId>& after, std::size_t limit,
            const std::function<bool(const ReferralRecord&)>& take);
  // Brothers and sisters, which nobody else can tell; `family`: 32 bytes.
  void put_sibling(const ReferralId& referral, const Hash& family);
  std::optional<Hash> family_of(const ReferralId& referral);
  std::vector<ReferralId> siblings_of(const ReferralId& referral);

 private:
  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
