// veerpontd: the command line of the broker. docs/cli.md has the commands and exit codes.
#include <sys/stat.h>
#include <csignal>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <thread>

#include "base/open_files.h"
#include "base/private_file.h"
#include "base/stop_signals.h"
#include "broker/evidence/backup.h"
#include "broker/evidence/check.h"
#include "broker/operate/control_socket.h"
#include "broker/operate/doctor.h"
#include "broker/sessions/listener.h"
#include "broker/sessions/witness_push.h"
#include "broker/telemetry/journal.h"

namespace veerpont::broker {
namespace {

namespace json = boost::json;

int fail(const Refusal& refusal) {
  std::cerr << (exit_code_of(refusal.code) == 3 ? "refused: " : "error: ") << id_of(refusal.code)
            << ": " << describe(refusal) << '\n';
  return exit_code_of(refusal.code);
}

// From the environment; nothing in a development home.
Result<std::optional<crypto::Unlock>> unlock_from_environment() {
  if (const char* file = std::getenv("VEERPONT_CREDENTIAL_FILE")) {
    auto unlock = crypto::Unlock::credential_file(file);
    if (!unlock) return unlock.refusal();
    return std::optional(std::move(*unlock));
  }
  if (const char* file = std::getenv("VEERPONT_PASSPHRASE_FILE")) {
    auto unlock = crypto::Unlock::passphrase_file(file);
    if (!unlock) return unlock.refusal();
    return std::optional(std::move(*unlock));
  }
  return std::optional<crypto::Unlock>();
}

struct Options {
  std::string home, name, listen = "127.0.0.1:8443", address, admin = "127.0.0.1:8444",
                          oversight = "none";
  std::string org, title, kind, out, from;
  bool json = false, hidden = false;
  std::optional<std::vector<std::string>> serves;
  std::vector<std::string> members, others;
  int quorum = 0;
  std::string reason;
  bool at_once = false, ask_witnesses = false;
};

int init(const Options& options) {
  auto listen = Endpoint::parse(options.listen);
  auto admin = Endpoint::parse(options.admin);
  auto address = Endpoint::parse(options.address.empty() ? options.listen : options.address);
  auto unlock = unlock_from_environment();
  if (!listen) return fail(listen.refusal());
  if (!address) return fail(address.refusal());
  if (!admin) return fail(admin.refusal());
  if (!unlock) return fail(unlock.refusal());
  if (admin->host != "127.0.0.1" && admin->host != "::1" && admin->host != "localhost")
    return fail({RefusalCode::invalid_input, "--admin is for the loopback interface only"});
  auto made = Broker::init(
      {options.home, options.name, *listen, *admin, options.oversight == "bodies", *address},
      *unlock);
  if (!made) return fail(made.refusal());
  std::cout << "made " << options.home << " for " << options.name << '\n';
  return 0;
}

// Blocked, so it waits until somebody takes it.
bool stop_asked() {
  sigset_t pending;
  return sigpending(&pending) == 0 &&
         (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

int serve(const Options& options) {
  const sigset_t stops = block_stop_signals();
  allow_many_files();
  auto unlock = unlock_from_environment();
  if (!unlock) return fail(unlock.refusal());
  auto broker = Broker::open(options.home, *unlock);
  if (!broker) return fail(broker.refusal());
  auto listener = listen(**broker);
  if (!listener) return fail(listener.refusal());
  (*broker)->start();
  (*broker)->when_renewed([&](const std::string& pem) {
    (*listener)->use_certificate(pem);
  });  // before anybody connects
  auto control = serve_control(**broker);
  if (!control) return fail(control.refusal());
  auto witnesses = push_to_witnesses(**broker);
  std::thread network([&] {
    try {
      (*listener)->run();
    } catch (const std::exception& broken) {
      journal(Level::critical, "network-failed", {{"error", broken.what()}});
      std::_Exit(1);
    }
  });
  journal(Level::info, "serving",
          {{"listen", (*broker)->config().listen.str()},
           {"address", (*broker)->config().address.str()},
           {"log", std::to_string((*broker)->committer().published()->checkpoint.size())}});

  // Wakes every minute for the sweep, at once for a signal.
  for (;;) {
    try {
      (*broker)->sweep(stop_asked);
    } catch (const std::exception& broken) {
      journal(Level::critical, "sweep-failed", {{"error", broken.what()}});
    }
    const timespec minute{60, 0};
    if (sigtimedwait(&stops, nullptr, &minute) > 0) break;
  }
  journal(Level::info, "draining");
  control->reset();
  witnesses.reset();
  (*broker)->drain();
  (*listener)->stop();
  network.join();
  (*broker)->finish();
  journal(Level::info, "stopped");
  return 0;
}

int check(const Options& options) {
  const HomePaths paths(options.home);
  auto report = check_home(options.home, [&] { ask_running(paths.socket, {{"do", "barrier"}}); });
  if (!report) return fail(report.refusal());
  for (const auto& fault : report->faults) std::cerr << "tampered: " << fault << '\n';
  if (!report->faults.empty()) return exit_code_of(RefusalCode::tampered);
  std::cout << "verified: " << report->log_size << " events, " << report->messages << " messages, "
            << report->shares << " shares\n";
  return 0;
}

int doctor(const Options& options) {
  json::array rows;
  bool healthy = true;
  for (const Finding& finding : examine_home(options.home)) {
    healthy = healthy && finding.ok;
    rows.push_back(json::object{{"check", finding.check},
                                {"ok", finding.ok},
                                {"cause", finding.cause},
                                {"cure", finding.cure}});
    if (!options.json)
      std::cout << (finding.ok ? "ok    " : "FAIL  ") << finding.check
                << (finding.ok ? "" : ": " + finding.cause + ". Cure: " + finding.cure) << '\n';
  }
  if (options.json) std::cout << json::serialize(rows) << '\n';
  return healthy ? 0 : 1;
}

int backup(const Options& options) {
  auto done = back_up(options.home, options.out);
  if (!done) return fail(done.refusal());
  std::cout << "backup of " << *done << " events in " << options.out
            << " (no share keys are in it)\n";
  return 0;
}

int restore(const Options& options) {
  auto done = restore_backup(options.home, options.from, options.ask_witnesses);
  if (!done) return fail(done.refusal());
  std::cout << "restored " << *done << " events; now: "
            << (options.ask_witnesses
                    ? "serve; nothing is signed until a quorum of witnesses has cosigned it\n"
                    : "veerpontd check, then serve\n");
  return 0;
}

// Through the running broker; without one, on the locked home.
Result<json::object> administer_home(const Options& options, const json::object& command) {
  if (auto answer = ask_running(HomePaths(options.home).socket, command)) return *answer;
  auto unlock = unlock_from_environment();
  if (!unlock) return unlock.refusal();
  auto broker = Broker::open(options.home, *unlock);
  if (!broker) return broker.refusal();
  return administer(**broker, command);
}

int report(const json::object& answer) {
  if (answer.contains("ok")) return 0;
  std::cerr << "refused: " << std::string(answer.at("refused").as_string()) << ": "
            << std::string(answer.at("message").as_string()) << '\n';
  return static_cast<int>(answer.at("exit").to_number<int>());
}

json::object introduction(const char* what, const Options& options) {
  json::object command{{"do", what}, {"org", options.org}, {"title", options.title}};
  if (!options.serves) return command;
  json::array serves;
  for (const auto& code : *options.serves)
    if (!code.empty()) serves.emplace_back(code);
  command["serves"] = std::move(serves);
  return command;
}

int describe(const Options& options) {
  auto answer = administer_home(options, introduction("describe", options));
  if (!answer) return fail(answer.refusal());
  return report(*answer);
}

int invite(const Options& options) {
  json::object command = introduction("invite", options);
  command["kind"] = options.kind;
  command["hidden"] = options.hidden;
  auto answer = administer_home(options, command);
  if (!answer) return fail(answer.refusal());
  if (const int code = report(*answer); code != 0) return code;
  auto written = write_private_file(options.out, std::string(answer->at("invitation").as_string()));
  if (!written) return fail(written.refusal());
  std::cout << "invitation for " << options.org << " in " << options.out
            << " (valid once, for 7 days)\n";
  return 0;
}

int name_witnesses(const Options& options) {
  json::object command{{"do", "name-witnesses"},
                       {"quorum", options.quorum},
                       {"reason", options.reason},
                       {"at-once", options.at_once}};
  command["members"] = json::array(options.members.begin(), options.members.end());
  command["others"] = json::array(options.others.begin(), options.others.end());
  auto answer = administer_home(options, command);
  if (!answer) return fail(answer.refusal());
  return report(*answer);
}

int show_witnesses(const Options& options) {
  auto answer = administer_home(options, {{"do", "witnesses"}});
  if (!answer) return fail(answer.refusal());
  if (options.json) {
    std::cout << json::serialize(*answer) << '\n';
    return 0;
  }
  const auto& witnesses = answer->at("witnesses").as_array();
  if (witnesses.empty()) std::cout << "nobody cosigns\n";
  for (const auto& one : witnesses)
    std::cout << std::string(one.at("key").as_string()) << "  "
              << std::string(one.at("org").as_string()) << std::string(one.at("url").as_string())
              << '\n';
  if (witnesses.empty()) return 0;
  std::cout << "quorum " << answer->at("quorum").to_number<int>() << ", tree of "
            << answer->at("size").to_number<std::uint64_t>() << '\n';
  if (const auto* cosigned = answer->if_contains("cosigned"))
    std::cout << "cosigned as one: a tree of " << cosigned->to_number<std::uint64_t>() << '\n';
  if (const auto* since = answer->if_contains("since"))
    std::cout << "a quorum vouches since " << std::string(since->as_string()) << '\n';
  return 0;
}

int confirm_log(const Options& options) {
  auto answer = administer_home(options, {{"do", "confirm-log"}, {"reason", options.reason}});
  if (!answer) return fail(answer.refusal());
  return report(*answer);
}

int simple(const Options& options, const char* what) {
  auto answer = administer_home(options, {{"do", what}, {"org", options.org}});
  if (!answer) return fail(answer.refusal());
  return report(*answer);
}

// What the command line offers; the one that is called leaves its exit code.
class Commands {
 public:
  explicit Commands(CLI::App& app) : app_(app) {}
  int code() const { return code_; }

  void offer_operation() {
    CLI::App* made = add(app_, "init", "make a home: CA, certificates, log key, database", init);
    made->add_option("--name", options_.name, "the federation, a URL without scheme")->required();
    made->add_option("--listen", options_.listen,
                     "where this machine listens, HOST:PORT; 0.0.0.0:8443 is every interface")
        ->capture_default_str();
    made->add_option("--address", options_.address,
                     "what participants connect to, HOST:PORT; where it listens when not said");
    made->add_option("--admin", options_.admin, "metrics and health, loopback only")
        ->capture_default_str();
    made->add_option("--oversight", options_.oversight, "what an oversight participant may read")
        ->check(CLI::IsMember({"bodies", "none"}))
        ->capture_default_str();
    add(app_, "serve", "run until SIGTERM", serve);
    add(app_, "check",
        "verify database, log, high-water mark and vault; also beside a running broker", check);
    add(app_, "doctor", "disk, certificates, clock, log and permissions, each with its cure",
        doctor)
        ->add_flag("--json", options_.json, "one JSON document on standard output");
    add(app_, "backup", "a consistent copy of the database, online; never with share keys", backup)
        ->add_option("--out", options_.out, "a file that does not exist yet")
        ->required();
    CLI::App* restored =
        add(app_, "restore", "put a backup back; refuses one that is older than what was published",
            restore);
    restored->add_option("--from", options_.from, "a file of `backup`")->required();
    restored->add_flag("--ask-witnesses", options_.ask_witnesses,
                       "the high-water file is lost: nothing is signed until a quorum of the log's "
                       "witnesses cosigned this copy");
    add(app_, "confirm-log",
        "go on with a copy without its witnesses; every member reads why, and who saw a newer log "
        "proves it",
        [](const Options& o) { return confirm_log(o); })
        ->add_option("--reason", options_.reason, "why")
        ->required();
    CLI::App* clock = app_.add_subcommand("clock", "the clock after a jump");
    clock->require_subcommand(1);
    add(*clock, "accept", "agree with the clock as it stands; what is due is destroyed",
        [](const Options& o) { return simple(o, "clock-accept"); });
  }

  void offer_members() {
    CLI::App* invited =
        add(app_, "invite", "admit an organisation and write its invitation", invite);
    invited->add_option("org", options_.org, "its id, [a-z0-9-]{2,40}, never used again")
        ->required();
    invited->add_option("--title", options_.title,
                        "its name for people; a hidden organisation has none but its alias");
    invited->add_flag("--hidden", options_.hidden,
                      "the id is an alias: no title, no municipality, no profile, ever");
    invited
        ->add_option("--kind", options_.kind,
                     "shelter, youth-team, youth-service, municipality, certified-agency, "
                     "child-protection-board, oversight")
        ->required();
    const char* served =
        "CBS municipality codes, each GM0546 or with its days: GM0546@2027-01-01..2027-12-31";
    invited->add_option("--serves", options_.serves, served)->delimiter(',');
    invited->add_option("--out", options_.out, "where the invitation goes")->required();
    CLI::App* described = add(
        app_, "describe",
        "another title, or other municipalities, for an organisation that takes part", describe);
    described->add_option("org", options_.org)->required();
    described->add_option("--title", options_.title);
    described->add_option("--serves", options_.serves, served)->delimiter(',');
    offer_witnesses();
    for (const char* name : {"suspend", "resume"})
      add(app_, name,
          name == std::string("suspend") ? "stop an organisation at once"
                                         : "let it take part again",
          [name](const Options& o) { return simple(o, name); })
          ->add_option("org", options_.org)
          ->required();
  }

 private:
  void offer_witnesses() {
    CLI::App* witnesses = app_.add_subcommand(
        "witnesses", "who cosigns checkpoints, so that nobody is shown another log");
    witnesses->require_subcommand(1);
    add(*witnesses, "show", "who they are, and what they cosigned", show_witnesses)
        ->add_flag("--json", options_.json, "one JSON document on standard output");
    CLI::App* named = add(*witnesses, "name",
                          "these from now on; it counts once a quorum of those before cosigned it",
                          name_witnesses);
    named->add_option("--member", options_.members,
                      "an organisation that runs `veerpont serve-witness`; never a hidden one");
    named->add_option("--other", options_.others,
                      "\"VERIFIER_KEY URL\" of a witness outside (C2SP tlog-witness)");
    named->add_option("--quorum", options_.quorum, "how many must cosign: more than half")
        ->required();
    named->add_option("--reason", options_.reason, "why, for everyone to read");
    named->add_flag("--at-once", options_.at_once,
                    "without those before: every member is told that it was done so, and why");
  }
  CLI::App* add(CLI::App& parent, const char* name, const char* help,
                std::function<int(const Options&)> action) {
    CLI::App* sub = parent.add_subcommand(name, help);
    sub->add_option("--home", options_.home, "the broker's folder")
        ->required()
        ->envname("VEERPONTD_HOME");
    sub->callback([this, action = std::move(action)] { code_ = action(options_); });
    return sub;
  }

  CLI::App& app_;
  Options options_;
  int code_ = 0;
};

int run(int argc, char** argv) {
  CLI::App app{
      "Veerpont broker: carries sealed referrals, checks them, proves what flowed. It can never "
      "read them."};
  app.require_subcommand(1);
  app.set_version_flag("--version", "veerpontd 0.1.0");
  app.footer(
      "Unlock: VEERPONT_CREDENTIAL_FILE or VEERPONT_PASSPHRASE_FILE; without them a development "
      "home is made.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused, 4 tampered.");
  Commands commands(app);
  commands.offer_operation();
  commands.offer_members();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return commands.code();
}

}  // namespace
}  // namespace veerpont::broker

int main(int argc, char** argv) {
  veerpont::crypto::initialise();
  ::umask(0077);
  try {
    return veerpont::broker::run(argc, argv);
  } catch (const std::exception& broken) {
    std::cerr << "error: " << broken.what() << '\n';
    return 1;
  }
}
