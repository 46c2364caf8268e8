// What the workbench itself keeps of the work: numbers of referrals, who has one in hand, drafts.
// One file beside the home; what may be content or a person is sealed under a key made from the
// home's storage key. Safe from any thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/time.h"
#include "client_sdk/dossier/sealed_database.h"
#include "veerpont/veerpont.h"

namespace veerpont::gateway {

inline constexpr std::size_t kMostDraft = 256u << 10;  // bytes
inline constexpr std::size_t kMostDrafts = 100;        // of one person
inline constexpr std::size_t kMostNote = 500;          // characters
inline constexpr int kMostNotes = 1'000;
inline constexpr auto kNoteKept = std::chrono::days(7);

struct Assignment {
  std::string login;
  Time since;
};
struct Draft {
  std::string id;  // 32 hex digits
  std::uint64_t version = 0;
  Time saved;
  crypto::SecretBytes body;  // JSON of the page that writes it
};

// For the next shift.
struct Note {
  std::string login;  // whose it is
  Time written;
  crypto::SecretBytes text;
};

class WorkStore {
 public:
  // Made when it is not there. Throws std::exception when it cannot be opened with this key.
  WorkStore(const std::string& path, const crypto::Key32& key);

  // "V-7K3P-92": the same for good.
  std::string number_of(const ReferralId& referral);
  std::optional<ReferralId> referral_of(const std::string& number);

  // Refuses taken, with nothing changed, when somebody else has it and `take_over` is not said.
  Status assign(const ReferralId& referral, const std::string& login, bool take_over, Time now);
  // Does nothing when somebody else has it.
  void release(const ReferralId& referral, const std::string& login);
  std::optional<Assignment> assignment(const ReferralId& referral);

  // In the place of the one that was there; empty text: it goes. Refuses invalid-input for what is
  // too long or cannot be seen, and too-large when there are too many.
  Status put_note(const ReferralId& referral, const std::string& login, std::string_view text,
                  Time now);
  void forget_old_notes(Time now);
  // Those that are not over.
  std::vector<std::pair<ReferralId, Note>> notes(Time now);

  // Newest first; each without its body.
  std::vector<Draft> drafts_of(const std::string& login);
  // Refuses not-found, also for what another one writes.
  Result<Draft> draft(const std::string& login, const std::string& id);
  // Refuses too-large, and invalid-input when there are too many.
  Result<Draft> begin_draft(const std::string& login, std::string_view body, Time now);
  // `version`: the one that was read. Refuses stale when it was saved since, not-found, too-large.
  Result<Draft> save_draft(const std::string& login, const std::string& id, std::uint64_t version,
                           std::string_view body, Time now);
  Status remove_draft(const std::string& login, const std::string& id);

  // A consistent copy. Throws std::exception when `path` is there, or cannot be written.
  void copy_to(const std::string& path) {
    const Lock lock(mutex_);
    db_.copy_to(path);
  }

 private:
  std::string owner_of(const std::string& login) const VEERPONT_REQUIRES(mutex_);
  std::optional<Assignment> find_assignment(const ReferralId& referral) VEERPONT_REQUIRES(mutex_);

  Mutex mutex_;
  sdk::SealedDatabase db_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::gateway
