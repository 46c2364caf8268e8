// Grants given and received, and when sharing under each stopped.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/objects/signed_objects.h"
#include "crypto/secret.h"
#include "schemas/codes.h"
#include "veerpont/veerpont.h"

namespace veerpont::sdk {

class SealedDatabase;

struct GrantRecordRow {
  GrantId id;
  std::string body;  // signed bytes of the Grant
  std::string signature;
  crypto::SecretBytes record_section;  // a serialised GrantRecordSection; empty at the recipient
  std::optional<ReferralId> referral;
  bool withdrawn = false;
  CategorySet withdrawn_categories;
  bool ended = false;
  bool pending = false;  // registered with the broker, answer not seen yet
  crypto::SecretBytes notes =
      crypto::SecretBytes();  // a serialised GrantNotes; empty at the recipient

  // The grant that `body` is, as this home knows it now.
  rules::GrantScope scope(const crypto::Grant& grant) const {
    rules::GrantScope scope = grant.scope;
    scope.withdrawn = withdrawn;
    scope.withdrawn_categories = withdrawn_categories;
    return scope;
  }
};

class Grants {
 public:
  explicit Grants(SealedDatabase& db) : db_(db) {}

  void put(const GrantRecordRow& grant);  // does nothing when it is there
  std::optional<GrantRecordRow> find(const GrantId& id);
  // Its signed bytes alone.
  std::optional<std::string> body(const GrantId& id);
  std::vector<GrantId> all();
  void settle(const GrantId& id,
              bool registered);  // no longer pending; forgotten when it was refused
  void bind(const GrantId& id, const ReferralId& referral);
  void end(const GrantId& id, bool withdrawn, CategorySet categories, bool ended, Time when);
  // When sharing under a grant stopped: one entry when it is the whole, else one for each day,
  // oldest first.
  std::vector<Stop> stops(const GrantId& grant);
  // Those since this was last asked.
  std::vector<std::pair<GrantId, Stop>> take_untold_stops();
  // Of a dossier that was brought over: the day of one of them as the events say it (category 0:
  // the whole), and what no event dates.
  void set_stop_day(const GrantId& grant, int category, Time when);
  void forget_undated_stops();
  void set_notes(const GrantId& id, const crypto::SecretBytes& notes);
  std::vector<GrantRecordRow> pending();

 private:
  template <class... Args>
  std::vector<std::pair<GrantId, Stop>> stops_where(const std::string& where, const Args&... args);

  SealedDatabase& db_;
};

}  // namespace veerpont::sdk
