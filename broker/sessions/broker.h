// One broker, opened from its home: keys, store, vault, mark and the one committer over them. Knows
// no network.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "base/mutex.h"
#include "broker/home/access_points.h"
#include "broker/home/clocks.h"
#include "broker/home/config.h"
#include "broker/home/home_lock.h"
#include "broker/log/committer.h"
#include "broker/log/latest.h"
#include "broker/log/prover.h"
#include "broker/log/seen_check.h"
#include "broker/log/witness_book.h"
#include "broker/sessions/read_lane.h"
#include "crypto/keystore.h"

namespace veerpont::broker {

class Session;

// The open sessions, to be woken when something concerns their organisation.
class SessionRegistry {
 public:
  // Refuses busy past the limits and the room for withdrawals beyond them.
  Status add(const OrgId& org, const std::shared_ptr<Session>& session, std::size_t most);
  // Whether a session that said what it is for is within the limits.
  bool may_stay(const OrgId& org, bool withdrawals_only, std::size_t most);
  void remove(const OrgId& org, const Session* session);
  void wake(const std::set<OrgId>& orgs);
  // Sessions that the committer has answered, until send_answers() after its batch.
  void has_answers(std::shared_ptr<Session> session);
  void send_answers();
  void close_all();

 private:
  Mutex mutex_;
  std::map<OrgId, std::map<const Session*, std::weak_ptr<Session>>> sessions_
      VEERPONT_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Session>> answered_ VEERPONT_GUARDED_BY(mutex_);
  std::size_t count_ VEERPONT_GUARDED_BY(mutex_) = 0;
};

// Submissions per organisation: a bucket that refills.
class RateLimit {
 public:
  RateLimit(int per_second, int burst) : per_second_(per_second), burst_(burst) {}
  bool take(const OrgId& org);

 private:
  struct Bucket {
    double tokens;
    std::chrono::steady_clock::time_point at;
  };
  int per_second_;
  int burst_;
  Mutex mutex_;
  std::map<OrgId, Bucket> buckets_ VEERPONT_GUARDED_BY(mutex_);
};

// What one organisation may add to the log in an hour, beside what it submits and withdraws: events
// and bytes, refilled evenly.
class HourlyBudget {
 public:
  HourlyBudget(int changes, std::size_t bytes)
      : changes_(changes), bytes_(static_cast<double>(bytes)) {}
  bool has_room(const OrgId& org);
  void charge(const OrgId& org, std::size_t bytes);

 private:
  struct Bucket {
    double changes, bytes;
    std::chrono::steady_clock::time_point at;
  };
  double changes_, bytes_;
  Mutex mutex_;
  std::map<OrgId, Bucket> buckets_ VEERPONT_GUARDED_BY(mutex_);
  Bucket& refilled(const OrgId& org) VEERPONT_REQUIRES(mutex_);
};

struct InitOptions {
  std::string home;
  std::string name;
  Endpoint listen;
  Endpoint admin;
  bool oversight_bodies;
  std::optional<Endpoint> address = {};  // where participants reach it; nothing: where it listens
};

// What a broker is made of. `open` takes these from a home; tests put fakes in their place.
struct BrokerParts {
  Config config;
  std::unique_ptr<LogSigner> signer;
  crypto::SecretBytes ca_key;
  crypto::SecretBytes server_key;
  std::unique_ptr<Store> store;
  std::unique_ptr<ShareVault> vault;
  std::unique_ptr<HighWater> high_water;
  std::unique_ptr<const Clock> clock;
  FreeSpace free_space;
  std::string ballast = {};  // its file; empty: none
};

class Broker {
 public:
  // Makes a home: keys, configuration, database, genesis. Refuses a folder that is not empty.
  // Without `unlock` the credential lies beside the keystore (a development home).
  static Status init(const InitOptions& options, const std::optional<crypto::Unlock>& unlock);
  // Locks the home and recovers. Refuses busy when another process has it, tampered when it must
  // not sign.
  static Result<std::unique_ptr<Broker>> open(const std::string& home,
                                              const std::optional<crypto::Unlock>& unlock);
  // The same from parts, without a lock; `paths.frozen` is where freeze() leaves its mark.
  static Result<std::unique_ptr<Broker>> assemble(HomePaths paths, BrokerParts parts);
  // Writes leaf 0 into an empty store.
  static Status found(BrokerParts& parts);
  ~Broker();

  // Administration, the same through the socket and without a server.
  Result<std::string> invite(Participant participant);  // the file's JSON
  Status describe(const OrgId& org, std::optional<std::string> title,
                  std::optional<std::vector<std::string>> serves);
  Status suspend(const OrgId& org, bool suspend);
  // Members with the cosigner key of their newest statement; others as `others` says.
  struct NewWitnesses {
    std::vector<OrgId> members;
    std::vector<std::pair<std::string, std::string>> others;  // verifier key, URL or nothing
    std::uint32_t quorum = 0;
    std::string reason;
    bool at_once = false;
  };
  Status name_witnesses(const NewWitnesses& wanted);
  // Goes on with a log that was put back, without its witnesses; everybody reads why. Refuses
  // not-found when nothing waits for them.
  Status confirm_alone(const std::string& reason);
  // After a cosignature: a quorum of the newest policy over the whole of a log that was put back
  // ends the asking.
  void heard_witnesses();
  // A witness outside says that it signed a larger tree: its word does not stop the log, but the
  // asking goes on until the operator ends it.
  void heard_of_more() { saw_more_ = true; }
  // Gives `use` each server certificate (PEM) that is made from now on, by the thread that sweeps;
  // the first at once when it is time.
  void when_renewed(std::function<void(const std::string&)> use);
  // What became due since the last time, the server's certificate included; waits for the clock's
  // acceptance after a jump.
  void sweep(const std::function<bool()>& stop = [] { return false; });

  Result<Outcome> decide(Request request);  // through the committer's thread when it runs
  const Config& config() const { return parts_.config; }
  const HomePaths& paths() const { return paths_; }
  Store& store() { return *parts_.store; }
  Committer& committer() { return *committer_; }
  // Standing at the newest published checkpoint.
  Prover prover() { return prover(committer_->published()); }
  Prover prover(std::shared_ptr<const Published> at) { return {store(), tiles_, std::move(at)}; }
  SeenCheck& seen_check() { return seen_check_; }
  WitnessBook& witnesses() { return witnesses_; }
  SessionRegistry& sessions() { return sessions_; }
  RateLimit& rate() { return rate_; }  // of submissions
  RateLimit& change_rate() {
    return change_rate_;
  }  // of everything else that the committer decides
  HourlyBudget& change_budget() { return change_budget_; }
  ReadLane& reads() { return reads_; }
  Metrics& metrics() { return metrics_; }
  ClockGuard& clock_guard() { return *clock_guard_; }
  const Clock& clock() const { return *parts_.clock; }
  const LogSigner& signer() const { return *parts_.signer; }
  const crypto::SecretBytes& ca_key() const { return parts_.ca_key; }
  const crypto::SecretBytes& server_key() const { return parts_.server_key; }
  boost::asio::thread_pool& pool() { return pool_; }
  // Whom to call where nobody serves a municipality: from the operator's file, read again every
  // minute.
  std::shared_ptr<const AccessPoints> access_points() const { return access_points_.get(); }
  void start();
  // Everything taken is answered, then every session is told goodbye; nothing new is taken.
  void drain();
  // After the network has stopped: the pool's last work ends.
  void finish();
  // Somebody showed a checkpoint of ours that we do not have. Signing stops, also after a restart.
  void freeze(const std::string& shown_checkpoint);
  bool ready() const {
    return started_ && !committer_->frozen() && !committer_->asking() &&
           !committer_->storage_full();
  }

 private:
  Broker(HomePaths paths, BrokerParts parts);
  // Makes a new server certificate for the same key when less than a month is left of the old one,
  // where somebody shows it.
  void renew_server_certificate() VEERPONT_REQUIRES(sweep_mutex_);
  void read_access_points();
  void stop_asking(const char* how);
  std::atomic<bool> saw_more_ = false;
  // Once a day.
  void erase_old_events(const std::function<bool()>& stop) VEERPONT_REQUIRES(sweep_mutex_);
  HomePaths paths_;
  HomeLock lock_;
  BrokerParts parts_;
  Metrics metrics_;
  std::unique_ptr<ClockGuard> clock_guard_;
  SessionRegistry sessions_;
  TileCache tiles_;
  SeenCheck seen_check_{parts_.signer->verifier};
  WitnessBook witnesses_{*parts_.signer, [this] { return clock_guard_->dated(); }};
  RateLimit rate_;
  RateLimit change_rate_;
  HourlyBudget change_budget_;
  std::unique_ptr<Committer> committer_;
  Latest<AccessPoints> access_points_{std::make_shared<const AccessPoints>()};
  boost::asio::thread_pool pool_;
  ReadLane reads_;
  Mutex sweep_mutex_;  // one sweep at a time; guards the server's certificate too
  Time erased_at_ VEERPONT_GUARDED_BY(sweep_mutex_){};
  std::function<void(const std::string&)> use_certificate_ VEERPONT_GUARDED_BY(sweep_mutex_);
  std::atomic<bool> started_ = false;
  std::atomic<bool> threaded_ =
      false;  // the committer has its thread, and for good: there is never a second writer
};

}  // namespace veerpont::broker
