// The signing keys that organisations published in the log, as this home stored it, under the
// identity that a person confirmed (before that, the one seen first). An identity that was handed
// over counts with the one it came from.
#pragma once

#include <map>
#include <set>
#include <string>

#include "client_sdk/home/home.h"
#include "crypto/objects/key_statement.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::sdk {

class KeyBook {
 public:
  // Every statement among the stored events, each of which was verified before it was stored; read
  // when its organisation is first asked for.
  explicit KeyBook(OpenHome& home) : home_(home) {}
  // False for a keys-published whose statement does not verify, or is not what the event says.
  static bool holds(const v1::ProvenEvent& proven);
  // One more event, which is not stored yet; nothing happens unless it is a keys-published. False
  // as above.
  bool take(const v1::ProvenEvent& proven);
  // Whether the actor of the event at `index` signed this object, by the key that it names: one
  // that a statement at or before that place listed, and that was not compromised by then; listed
  // in the statement in force, and in its window, except for what retired keys may sign too.
  bool signed_at(const v1::AuditEvent& event, LogIndex index, const v1::SignedObject& object) const;
  // The newest statement's place at or before `at`, whoever's identity it carries.
  std::optional<LogIndex> newest_statement(const std::string& org, LogIndex at) const;
  // That statement; nothing when there is none.
  const crypto::KeyStatement* statement(const std::string& org, LogIndex at) const;
  // Whether a statement of ours in the log has this epoch key.
  bool has_logged_epoch_key(const std::string& org, const std::string& public_key) const;

 private:
  struct Published {
    std::string first_seen;                                    // fingerprint
    std::map<std::string, std::set<std::string>> handed_over;  // both ways, by fingerprint
    std::map<LogIndex, crypto::KeyStatement> statements;
  };
  static void keep(Published& published, LogIndex index, crypto::KeyStatement statement);
  const Published& of(const std::string& org) const;
  std::set<std::string> trusted(const std::string& org, const Published& published) const;
  OpenHome& home_;
  mutable std::map<std::string, Published> organisations_;  // those asked for
};

}  // namespace veerpont::sdk
