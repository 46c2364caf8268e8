// The log's two lists as this home holds them: taken page by page with the events, and believed
// when a state of the tree bears them out. docs/protocol.md, "State leaves".
#pragma once

#include <vector>

#include "audit/state_leaf.h"
#include "audit/verifier.h"
#include "client_sdk/home/home.h"
#include "veerpont/v1/dossier.pb.h"
#include "veerpont/v1/frames.pb.h"

namespace veerpont::sdk {

class ListCheck {
 public:
  // Goes on from what the dossier keeps. A dossier that read the log's first form begins with the
  // events that it has.
  explicit ListCheck(OpenHome& home);
  // How many keys of what was withdrawn are here: from where the broker is asked for more.
  std::uint64_t withdrawn_size() const { return lists_.withdrawn().size(); }
  // From where on an event between two organisations is in their chain.
  LogIndex chains_from() const { return LogIndex{lists_.chains_from()}; }

  // Within the transaction that appends the page's events: its public events, its keys, and what
  // it says that was withdrawn. Refuses tampered.
  Status take(const v1::EventPage& page, const std::vector<audit::VerifiedEvent>& events);
  // After the last page: the state of the whole tree, and the newest at a fixed place, must be
  // those of the lists. Refuses tampered, and says what is wrong.
  Status holds(const audit::TreeState& state, const std::optional<audit::TreeState>& fixed);
  void keep();

 private:
  void append(v1::LogLists::List& list, LogIndex place, const audit::Hash& leaf);
  void begin_from_events();
  Status take_withdrawn(const std::string& packed);
  void expect_keys(const v1::EventPage& page, const audit::VerifiedEvent& event);
  OpenHome& home_;
  v1::LogLists lists_;
};

// Nothing of these categories was withdrawn before that event, by the list that everybody holds: of
// every key in it an event told us that came later. `grant`: its signed bytes. Refuses tampered.
Status not_withdrawn_before(OpenHome& home, const std::string& grant, CategorySet categories,
                            LogIndex event);

}  // namespace veerpont::sdk
