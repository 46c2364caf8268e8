// A federation of real processes on loopback: a broker, organisations with homes, and verbs to
// drive them. Each test has its own folder and ports; everything is stopped and removed with it.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace veerpont::e2e {

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
  boost::json::value json() const;  // of `out`, of a list its rows; null when it is none
};

class Federation {
 public:
  // `date`: "2026-11-20 10:00", the time at which everything begins (libfaketime; it goes on from
  // there); empty: now.
  explicit Federation(const std::string& date = {});
  ~Federation();
  Federation(const Federation&) = delete;
  Federation& operator=(const Federation&) = delete;

  void init();
  // The homes in an archive that an earlier version left (tests/vectors/homes), at ports of this
  // one; broker, de-binnenvest and jgt-leiden, each confirmed by the other. What it wrote down of
  // them, line by line.
  std::vector<std::string> adopt(const std::string& archive);
  // Returns when it is ready, or alive; it ends itself at this kill point.
  void serve(const std::string& kill_at = {}, const std::string& until = "/readyz");
  bool is_ready() const;
  bool died();  // whether it has ended by itself; then serve() starts it again
  void kill();  // SIGKILL
  int stop();   // SIGTERM; the exit code
  void set_time(const std::string& date);  // for what starts from now on
  std::string clock_words() const;         // before a shell's command: it has the same time
  int pid() const { return broker_pid_; }

  // Admits, invites and joins.
  void join(const std::string& org, const std::string& title, const std::string& kind,
            const std::string& serves = {});
  void confirm(const std::string& org, const std::string& partner);
  // The usual two, confirmed by each other: de-binnenvest and jgt-leiden.
  void two_organisations();

  Ran as(const std::string& org, std::vector<std::string> command);
  // The same, in a process that ends itself at this kill point.
  Ran as_killed(const std::string& kill_at, const std::string& org,
                std::vector<std::string> command);
  Ran operate(std::vector<std::string> command);  // veerpontd … --home
  Ran operate_killed(const std::string& kill_at, std::vector<std::string> command);
  // Starts a command without waiting; finish() waits.
  struct Running {
    int pid;
    int out;
    int err;
  };
  Running begin(const std::string& org, std::vector<std::string> command,
                const std::string& kill_at = {});
  static Ran finish(const Running& running);

  // A grant of the usual categories under consent, ending on the first of a month `months` ahead;
  // its id.
  std::string grant(const std::string& org, const std::string& recipient,
                    const std::string& outbound = kOutbound, int months = 4,
                    const std::string& inbound = {});
  std::string first_of_next_month() const;  // of the clock that the processes see: "2026-12-01"
  std::string today() const;                // of the clock that the processes see: "2026-11-20"
  std::string write(const std::string& name,
                    const std::string& text);  // a file in the folder; its path
  std::string referral_document();             // the usual one, as a file
  std::string examples();                      // a folder with examples/*.json, dated today
  Ran replies(const std::string& org, const std::string& referral,
              const std::string& step);          // with what the step must say
  std::string refer(const std::string& grant);   // from de-binnenvest; the referral's id
  std::string received(const std::string& org);  // fetches; the newest unread message's id
  std::string state(const std::string& org, const std::string& referral);
  std::vector<boost::json::value> events(const std::string& org, const std::string& kind);

  const std::string& folder() const { return folder_; }
  std::string temporary_folder() const { return folder_ + "/tmp"; }  // of every program it starts
  std::string home(const std::string& org) const { return folder_ + "/" + org; }
  std::string broker_home() const { return folder_ + "/broker"; }
  // A value at /metrics, by its whole name with labels; 0 when it is not there.
  double metric(const std::string& name) const;
  std::string metrics() const;  // the whole of /metrics
  std::string get(
      const std::string& path) const;  // from the port of the participants, without a certificate
  std::string log() const;             // what the broker wrote on standard error
  int port() const { return port_; }

  // Who opens when a test names nobody; made when first needed.
  static constexpr char kWorker[] = "een hulpverlener";
  void know_worker(const std::string& org, const std::string& name);

  // Makes the gateway of an organisation and serves it as NAME.localhost, until the federation
  // ends.
  struct Gateway {
    int pid;
    int port;
    std::string name;
    std::string invitation;  // of its first administrator
    std::string authority;   // a file, PEM
    std::string programs;    // the folder of an installed copy; empty: as they were built
  };
  // `name`: by which it is known; "ORG.localhost" when nothing is said.
  Gateway gateway(const std::string& org, const std::string& name = {});
  // Where one may listen, and how it is known; and one that was made serves, until the end.
  Gateway place_for(const std::string& org, const std::string& name = {});
  void serve_gateway(const std::string& org, Gateway& gateway);
  void stop_gateway(const Gateway& gateway);

  // No file of what starts from now on grows beyond this, as on a disk that is full; 0: as it was.
  void limit_files(std::size_t bytes) { most_bytes_ = bytes; }

  static constexpr char kOutbound[] = "routing,care-need,safety";

 private:
  Running start(const std::string& program, const std::vector<std::string>& arguments,
                const std::map<std::string, std::string>& environment);
  long offset_ = 0;  // seconds from the real clock
  bool shifted_ = false;
  std::string folder_;
  int port_ = 0;
  int admin_ = 0;
  std::vector<int> port_locks_ = {-1, -1};
  std::vector<int> gateways_;
  int broker_pid_ = -1;
  std::size_t most_bytes_ = 0;
  std::set<std::pair<std::string, std::string>> workers_;
};

// Asks until it is so, for half a minute at most; whether it came.
template <class Question>
bool comes_true(Question question) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!question())
    if (std::chrono::steady_clock::now() > deadline) return false;
  return true;
}

// Standard output and error of a shell's command, and what pclose says.
std::string output_of(const std::string& command, int& code);

// The whole content of a file, or of everything below a folder, one after another.
std::string contents(const std::string& path);

}  // namespace veerpont::e2e
