// The signing keys that organisations published in the log, as this home stored it, under the identity that a person
// confirmed (before that, the one seen first). An identity that was handed over counts with the one it came from.
#pragma once

#include <map>
#include <set>
#include <string>

#include "client_sdk/home.h"
#include "crypto/key_statement.h"
#include "veerpont/v1/audit.pb.h"

namespace veerpont::sdk {

class KeyBook {
 public:
  // With every statement among the stored events.
  explicit KeyBook(OpenHome& home);
  // One more event; nothing happens unless it is a keys-published with a statement that verifies.
  void take(const v1::ProvenEvent& proven);
  bool signed_by(const std::string& org, crypto::PayloadType type, const v1::SignedObject& object) const;
  // As signed_by(), by a key that the organisation's newest statement before this event names, at this time.
  bool signed_at(const std::string& org, LogIndex index, Time time, const crypto::Hash& key_id, crypto::PayloadType type, const v1::SignedObject& object) const;
  // The newest statement's place at or before `at`, whoever's identity it carries.
  std::optional<LogIndex> newest_statement(const std::string& org, LogIndex at) const;

 private:
  struct Published {
    std::string first_seen;                                    // fingerprints
    std::map<std::string, std::set<std::string>> keys;         // by identity
    std::map<std::string, std::set<std::string>> handed_over;  // both ways
    std::map<LogIndex, crypto::KeyStatement> statements;
  };
  std::set<std::string> trusted(const std::string& org, const Published& published) const;
  OpenHome& home_;
  std::map<std::string, Published> organisations_;
};

}  // namespace veerpont::sdk
