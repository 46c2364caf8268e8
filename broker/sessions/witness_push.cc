#include "broker/sessions/witness_push.h"

#include <charconv>
#include <thread>

#include "broker/telemetry/journal.h"
#include "net/curl.h"

namespace veerpont::broker {
namespace {

constexpr auto kRound = std::chrono::seconds(5);
constexpr auto kAgain = std::chrono::minutes(1);  // the same tree, for a newer time
constexpr long kAnswerTime = 5;                   // seconds
constexpr std::size_t kMostAnswer = 16u << 10;

struct Answer {
  long status = 0;  // 0: none came
  std::string body;
};

std::size_t keep(const char* data, std::size_t size, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + size * count > kMostAnswer) return 0;  // which ends the transfer
  body.append(data, size * count);
  return size * count;
}

Answer post(const std::string& url, const std::string& body) {
  const net::CurlHandle curl = net::new_curl();
  Answer answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kAnswerTime);
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  if (curl_easy_perform(curl.get()) == CURLE_OK)
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

class Pusher final : public WitnessPush {
 public:
  explicit Pusher(Broker& broker) : broker_(broker), thread_([this] { run(); }) {}
  ~Pusher() override {
    {
      const Lock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  // What is known of one: the size that it cosigned last, as it said.
  struct Standing {
    std::uint64_t size = 0;
    std::chrono::steady_clock::time_point signed_at;
    std::string fault;  // told
  };

  void run() {
    do round();
    while (!stops_within_a_round());
  }

  bool stops() {
    const Lock lock(mutex_);
    return stopping_;
  }

  bool stops_within_a_round() {
    const Lock lock(mutex_);
    if (!stopping_) wake_.wait_until(mutex_, std::chrono::steady_clock::now() + kRound);
    return stopping_;
  }

  void round() {
    const auto policies = broker_.witnesses().policies();
    for (const auto& policy : policies)
      for (const auto& witness : policy.witnesses())
        if (!witness.url.empty() && !stops()) try {
            ask(witness, standing_[witness.key.str()]);
          } catch (const std::exception& broken) {
            journal(Level::critical, "witness-not-asked", {{"error", broken.what()}});
          }
  }

  void ask(const audit::Witness& witness, Standing& standing) {
    const auto published = broker_.witnesses().to_sign(broker_.committer().published(), 0);
    const std::uint64_t size = published->checkpoint.size();
    const auto now = std::chrono::steady_clock::now();
    if (size <= standing.size && now - standing.signed_at < kAgain) return;
    std::string fault;
    for (int tries = 0; tries < 2; ++tries) {  // the second from the size that it says it has
      Prover prover = broker_.prover(published);
      if (standing.size > size) {
        broker_.heard_of_more();
        return tell(witness, standing, "it cosigned a larger tree than ours");
      }
      const Answer answer = post(witness.url + "/add-checkpoint",
                                 question(prover, standing.size, published->checkpoint.note()));
      fault = "it answered " + std::to_string(answer.status);
      if (answer.status == 409 && read_size(answer.body, standing.size)) continue;
      if (answer.status != 200) break;
      const auto note = audit::Note::parse(published->checkpoint.note() + answer.body);
      const auto signature = note ? note->signature_of(witness.key) : std::nullopt;
      const Status taken =
          signature ? broker_.witnesses().take(witness.key, size, *signature, prover)
                    : Status(Refusal{RefusalCode::malformed, "no cosignature of its key"});
      fault = taken ? "" : describe(taken.refusal());
      if (!taken) break;
      standing.size = size;
      standing.signed_at = now;
      broker_.heard_witnesses();
      break;
    }
    tell(witness, standing, fault);
  }

  // "old SIZE", the proof from there, and the note.
  static std::string question(Prover& prover, std::uint64_t from, const std::string& note) {
    std::string out = "old " + std::to_string(from) + "\n";
    const v1::Witnessed proven = from > 0 ? prover.witnessed(from, "") : v1::Witnessed();
    for (const auto& hash : proven.consistency_proof()) out += crypto::to_base64(hash) + "\n";
    return out + "\n" + note;
  }

  static bool read_size(const std::string& text, std::uint64_t& size) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), size);
    return failed == std::errc() && std::string_view(end, text.data() + text.size()) == "\n";
  }

  // Once, until it is another.
  static void tell(const audit::Witness& witness, Standing& standing, const std::string& fault) {
    if (fault != standing.fault && !fault.empty())
      journal(Level::warning, "witness-does-not-cosign",
              {{"witness", witness.key.name()}, {"why", fault}});
    standing.fault = fault;
  }

  Broker& broker_;
  std::map<std::string, Standing> standing_;  // the thread's
  Mutex mutex_;
  Condition wake_;
  bool stopping_ VEERPONT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<WitnessPush> push_to_witnesses(Broker& broker) {
  return std::make_unique<Pusher>(broker);
}

}  // namespace veerpont::broker
