// The one writer. Takes verified requests in order, decides each on facts, and commits a batch with
// one signed checkpoint: decide, COMMIT, raise the mark, destroy keys, publish, answer.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "base/limits.h"
#include "base/mutex.h"
#include "broker/gate/refusal_budget.h"
#include "broker/log/commit_queue.h"
#include "broker/log/latest.h"
#include "broker/log/ledger.h"
#include "broker/store/ballast.h"
#include "broker/store/free_space.h"
#include "broker/telemetry/metrics.h"
#include "broker/vault/high_water.h"
#include "broker/vault/share_vault.h"

namespace veerpont::broker {

// What took effect, after it is durable and published.
struct Outcome {
  LogIndex index;                         // of the request's first event; meaningless unless logged
  std::shared_ptr<const Leaf> leaf = {};  // that event, when this request logged it
  bool logged = false;
  std::optional<ReferralState> state;
  std::vector<crypto::Key32> shares;  // released, in the order asked for
  std::uint32_t shares_destroyed = 0;
  std::string certificate;
};
using Answer = std::function<void(Result<Outcome>)>;

using Participants = std::map<OrgId, Participant>;

// What readers may rely on: the newest signed checkpoint, the tree's last tiles at its size, and
// who takes part.
struct Published {
  audit::SignedCheckpoint checkpoint;
  std::vector<audit::SharedTile> edge;  // per level
  StateLeaf state;                      // the last leaf
  std::optional<StateLeaf> fixed_state = {};
  std::shared_ptr<const Participants> participants;
  // How many keys of what was withdrawn the state covers.
  std::uint64_t withdrawn_size() const {
    return audit::TreeState::parse(state.state)->withdrawn.size;
  }
};

struct CommitterOptions {
  std::size_t most_messages;
  std::size_t most_bytes;
  std::size_t reserve_bytes;  // of free disk: broker/store/free_space.h, Room
  FreeSpace free_space;
  std::string ballast = {};  // its file; empty: none
  std::size_t ballast_bytes = 0;
  // Which time the log gives to what happens now; empty: the clock's.
  std::function<Time()> dated = {};
  // The database was put back and the mark is lost: nothing is signed until a quorum of witnesses
  // cosigned it anew, or the operator says so in the log.
  bool asking = false;
  // Keys of nothing among those of what was withdrawn, so that a new one says nothing: on average.
  unsigned random_keys_a_day = limits::random_keys_a_day;
};

class Committer {
 public:
  // Every reference must outlive the committer. `answered` is told, after the answers of a batch
  // and on their thread, which organisations have new events or mail.
  Committer(Store& store, ShareVault& vault, HighWater& high_water, const LogSigner& signer,
            const Clock& clock, Metrics& metrics, CommitterOptions options,
            std::function<void(const std::set<OrgId>&)> answered);
  ~Committer();
  // Writes leaf 0 into an empty store. Only for `init`.
  Status found(const v1::SignedObject& policy);
  // Checks store, log and mark against each other and finishes what a crash cut short. Refuses
  // tampered: then nothing may be signed, and the sentence says what to do.
  Status recover();
  void start();
  // Everything taken is answered; nothing new is taken.
  void drain();

  // From any thread. `answer` is called once, on the committer's thread (or here, with busy, when
  // it takes nothing).
  void submit(Request request, Answer answer);
  // The same, waiting.
  Result<Outcome> run(Request request);

  std::shared_ptr<const Published> published() const;
  // Signing and releasing stop for good: somebody showed a checkpoint of ours that we do not know.
  void freeze();
  bool frozen() const { return frozen_; }
  // A copy was put back, and nobody has confirmed yet that there is no newer log.
  bool asking() const { return asking_; }
  // Witnesses did: its size and root are the mark from now on. From any thread.
  Status confirm();
  // No room for new messages: storage-full. Looks at the disk anew.
  bool storage_full() const { return full_ || room() != Room::ample; }
  // One request, here and now, without the thread: for administration without a server.
  Result<Outcome> run_alone(Request request);

 private:
  struct Job {
    Request request;
    Answer answer;
  };
  struct Work;
  void loop();
  void run_batch(std::vector<Job> jobs);
  struct Attempt {
    std::vector<Result<Outcome>> outcomes;  // in the order of the requests
    std::set<OrgId> concerned = {};
    std::size_t events = 0;
  };
  // Decides and commits these; nothing when the disk takes no more.
  std::optional<Attempt> attempt(const std::vector<const Request*>& requests);
  // After a batch found no room: those that stop sharing or destroy, in the room of the ballast.
  Attempt attempt_stopping(const std::vector<const Request*>& requests);
  void decide_one(const Request& request, Work& work);
  static std::optional<Hash> pair_leaf(const audit::OrgPair& pair, std::uint64_t number,
                                       const Work& work);
  void place(EventDraft draft, Work& work);
  // Random keys that are due enter with what a batch logs: a state of their own would show them.
  void add_random_keys(Work& work);
  // A log of the form before gets its first state.
  void begin_lists(Snapshot& snapshot);
  Room room() const;
  void keep_ballast();
  void take_permit(const Request& request, Permit permit, Work& work, Result<Outcome>& answer);
  Status wrap_shares(const SubmitRequest& submit, CategorySet categories,
                     std::vector<Change>& changes);
  Status unwrap_shares(const std::vector<ShareFact>& shares, std::vector<crypto::Key32>& out);
  void log_refusal(Deny& deny, Work& work);
  void log_summaries(Work& work);
  // False when the disk takes no more; then nothing of the batch happened.
  bool commit(Work& work);
  static void add_leaves(Work& work);
  void set_full(bool full);
  void publish(const std::string& checkpoint, std::shared_ptr<const Participants> participants);
  std::shared_ptr<const Participants> participants_after(const Work& work) const;

  Store& store_;
  ShareVault& vault_;
  HighWater& high_water_;
  const LogSigner& signer_;
  const Clock& clock_;
  Metrics& metrics_;
  CommitterOptions options_;
  std::function<void(const std::set<OrgId>&)> answered_;
  Term term_;
  Ledger ledger_ = Ledger::empty();
  RefusalBudget refusals_;
  std::optional<Time> random_key_due_;

  std::atomic<bool> frozen_ = false;
  std::atomic<bool> asking_ = false;
  Mutex mark_mutex_;                // one raises the mark, and ends the asking with it
  std::atomic<bool> full_ = false;  // the last batch found no room
  std::optional<std::chrono::steady_clock::time_point> ballast_tried_;
  std::optional<Ballast> ballast_;  // the committer's thread
  std::atomic<std::uint64_t> ballast_owed_ = 0;
  std::atomic<std::uint64_t> reusable_ = 0;  // bytes of free pages in the database
  Latest<Published> published_;
  Mutex mutex_;
  Condition wake_;
  CommitQueue<Job> queue_ VEERPONT_GUARDED_BY(mutex_);
  bool draining_ VEERPONT_GUARDED_BY(mutex_) = true;
  bool closing_ = false;  // the last batch; on the committer's thread
  std::thread thread_;
};

}  // namespace veerpont::broker
