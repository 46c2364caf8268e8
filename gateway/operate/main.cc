// veerpont-gateway: the workbench of an organisation's own people, beside its home.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "base/open_files.h"
#include "base/spoken_time.h"
#include "base/stop_signals.h"
#include "crypto/secret.h"
#include "gateway/operate/certificate.h"
#include "gateway/operate/house.h"

namespace veerpont::gateway {
namespace {

// The pages that were installed with this program, wherever that was: PREFIX/bin and PREFIX/share.
std::string web_folder() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown) return {};
  return program.parent_path().parent_path() / VEERPONT_WEB_FOLDER;
}

struct Options {
  std::string home, name, listen = "127.0.0.1:8600", certificate, key, login = "beheerder",
                          person = "Beheerder", web = web_folder(), out;
};

int fail(const Refusal& refusal) {
  std::cerr << (exit_code_of(refusal.code) == 3 ? "refused: " : "error: ") << id_of(refusal.code)
            << ": " << describe(refusal) << '\n';
  return exit_code_of(refusal.code);
}

Result<Unlock> unlock_from_environment() {
  if (const char* file = std::getenv("VEERPONT_CREDENTIAL_FILE"))
    return Unlock::credential_file(file);
  if (const char* file = std::getenv("VEERPONT_PASSPHRASE_FILE"))
    return Unlock::passphrase_file(file);
  return Refusal{RefusalCode::unlock_failed,
                 "set VEERPONT_CREDENTIAL_FILE or VEERPONT_PASSPHRASE_FILE"};
}

// Browsers keep passkeys and cookies by name; an address has none of its own.
Status check_name(const std::string& name) {
  const auto as_host = Endpoint::parse(name + ":1");
  const bool letters = name.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos;
  if (!as_host || !letters || name.find(':') != std::string::npos)
    return Refusal{RefusalCode::invalid_input,
                   "--name: a DNS name in small letters, such as werk.binnenvest.example"};
  return Done{};
}

void print_invitation(const Config& config, const std::string& login, const Invitation& invited) {
  std::cout << "open " << config.origin() << "/eerste-keer\nuser name: " << login
            << "\ninvitation: " << invited.code << "\nuntil: " << rfc3339(invited.until) << '\n';
}

int init(const Options& options) {
  auto unlock = unlock_from_environment();
  if (!unlock) return fail(unlock.refusal());
  auto listen = Endpoint::parse(options.listen);
  if (!listen) return fail(listen.refusal());
  if (auto fine = check_name(options.name); !fine) return fail(fine.refusal());
  if (options.certificate.empty() != options.key.empty())
    return fail({RefusalCode::invalid_input, "--certificate and --key: both, or neither"});
  auto databases = open_databases(options.home, unlock->inner());
  if (!databases) return fail(databases.refusal());
  // Until somebody is in, it may be repeated: the invitation is shown once.
  const auto people = databases->people->people();
  if (std::ranges::any_of(people,
                          [](const auto& one) { return one.invitation_verifier().empty(); }))
    return fail({RefusalCode::invalid_input, "--home: this gateway has an administrator already"});
  const Config config{options.name, *listen, options.certificate, options.key};
  if (auto written = config.write(options.home); !written) return fail(written.refusal());
  auto house = House::open(options.home, *unlock);
  if (!house) return fail(house.refusal());
  auto invited =
      (*house)->enrolment().invite(options.login, options.person, "", {ActorRole::administrator});
  if (!invited) return fail(invited.refusal());
  std::cout << "made the gateway of " << options.home << '\n';
  print_invitation(config, options.login, *invited);
  return 0;
}

int serve(const Options& options) {
  const sigset_t stops = block_stop_signals();
  auto unlock = unlock_from_environment();
  if (!unlock) return fail(unlock.refusal());
  allow_many_files();
  auto house = House::open(options.home, *unlock);
  if (!house) return fail(house.refusal());
  auto pages = Pages::read(options.web);
  if (pages)
    (*house)->use_pages(std::move(*pages));
  else
    std::cerr << "warning: no pages, only the API: " << describe(pages.refusal()) << '\n';
  if (auto listening = (*house)->listen(); !listening) return fail(listening.refusal());
  std::thread network([&] { (*house)->run(); });
  std::cout << "serving " << (*house)->config().origin() << std::endl;
  for (;;) {
    const timespec pause{5, 0};
    if (sigtimedwait(&stops, nullptr, &pause) > 0) break;
    (*house)->sweep();
  }
  (*house)->stop();
  network.join();
  (*house)->finish();
  return 0;
}

// Whoever holds the home lets somebody begin anew: the only administrator, say, whose telephone is
// lost.
int reset(const Options& options) {
  auto unlock = unlock_from_environment();
  if (!unlock) return fail(unlock.refusal());
  auto house = House::open(options.home, *unlock);
  if (!house) return fail(house.refusal());
  auto invited = (*house)->enrolment().reset(options.login);
  if (!invited) return fail(invited.refusal());
  print_invitation((*house)->config(), options.login, *invited);
  return 0;
}

int backup(const Options& options) {
  auto unlock = unlock_from_environment();
  if (!unlock) return fail(unlock.refusal());
  auto databases = open_databases(options.home, unlock->inner());
  if (!databases) return fail(databases.refusal());
  if (auto copied = copy_databases(*databases, options.out); !copied) return fail(copied.refusal());
  std::cout << "copied the gateway's databases to " << options.out << '\n';
  return 0;
}

int authority(const Options& options) {
  auto unlock = unlock_from_environment();
  if (!unlock) return fail(unlock.refusal());
  auto databases = open_databases(options.home, unlock->inner());
  if (!databases) return fail(databases.refusal());
  std::cout << authority_of(*databases->people);
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app("veerpont-gateway: the workbench of an organisation's own people");
  app.require_subcommand(1);
  app.set_version_flag("--version", "veerpont-gateway 0.1.0");
  app.footer(
      "Unlock: VEERPONT_CREDENTIAL_FILE or VEERPONT_PASSPHRASE_FILE.\nExit codes: 0 done, 1 "
      "failed, "
      "2 wrong usage, 3 refused.");
  Options options;
  int (*chosen)(const Options&) = nullptr;
  const auto command = [&](const char* name, const char* help, int (*action)(const Options&)) {
    CLI::App* sub = app.add_subcommand(name, help);
    sub->add_option("--home", options.home, "the organisation's folder")
        ->envname("VEERPONT_HOME")
        ->required();
    sub->callback([&chosen, action] { chosen = action; });
    return sub;
  };
  CLI::App* inits = command("init", "make the gateway, and invite its first administrator", init);
  inits->add_option("--name", options.name, "the DNS name by which browsers know it")->required();
  inits->add_option("--listen", options.listen, "HOST:PORT")->capture_default_str();
  inits->add_option("--certificate", options.certificate,
                    "a chain in PEM, instead of one of its own");
  inits->add_option("--key", options.key, "its key in PEM");
  inits->add_option("--login", options.login, "the first administrator's user name")
      ->capture_default_str();
  inits->add_option("--person", options.person, "what they are called")->capture_default_str();
  command("serve", "serve until SIGTERM", serve)
      ->add_option("--web", options.web, "the folder of the pages")
      ->envname("VEERPONT_WEB")
      ->capture_default_str();
  command("reset", "print a new invitation for somebody who lost their password or telephone",
          reset)
      ->add_option("--login", options.login, "their user name")
      ->required();
  command("backup", "copy the gateway's databases, also while it serves", backup)
      ->add_option("--out", options.out, "a folder; it is made")
      ->required();
  command("authority", "the certificate to trust on the organisation's machines, PEM", authority);
  CLI11_PARSE(app, argc, argv);
  return chosen(options);
}

}  // namespace
}  // namespace veerpont::gateway

int main(int argc, char** argv) {
  try {
    veerpont::crypto::initialise();
    return veerpont::gateway::run(argc, argv);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "error: %s\n", fault.what());
    return 1;
  }
}
