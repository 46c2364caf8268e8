#include "tests/e2e/federation.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/fakes/draft.h"

namespace veerpont::e2e {
namespace {

namespace fs = std::filesystem;

bool is_free(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return free;
}

// An abstract socket's name belongs to one process at a time, and leaves nothing behind.
int lock_port(int port) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "veerpont-test-port-%d", port);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0) return fd;
  ::close(fd);
  return -1;
}

// A port of our own for as long as `lock` is open: below those that the kernel hands to outgoing
// connections, and locked against other tests, so that a broker finds it free again after a
// restart.
int take_port(int& lock) {
  std::random_device random;
  for (;;) {
    const int port = std::uniform_int_distribution<int>(10'000, 32'000)(random);
    lock = lock_port(port);
    if (lock >= 0 && is_free(port)) return port;
    ::close(lock);
  }
}

// The first of the month that lies `months` ahead of the clock shifted by `offset` seconds.
std::string first_of_month(long offset, int months) {
  std::tm now{};
  const std::time_t seen = std::time(nullptr) + offset;
  ::gmtime_r(&seen, &now);
  const int month = now.tm_mon + months;
  char date[32];
  std::snprintf(date, sizeof date, "%04d-%02d-01", now.tm_year + 1900 + month / 12, month % 12 + 1);
  return date;
}

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

std::string read_until_closed(int fd) {
  std::string text;
  char block[65536];
  ssize_t got = 0;
  while ((got = ::read(fd, block, sizeof block)) > 0)
    text.append(block, static_cast<std::size_t>(got));
  return text;
}

// A test that crashes leaves nothing running.
void die_with_parent() { ::prctl(PR_SET_PDEATHSIG, SIGKILL); }

// Both pipes at once, so that neither fills up.
void read_both(int out, int err, Ran& ran) {
  pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  std::string* texts[2] = {&ran.out, &ran.err};
  int open = 2;
  while (open > 0 && ::poll(fds, 2, -1) > 0)
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      char block[65536];
      const ssize_t got = ::read(fds[i].fd, block, sizeof block);
      if (got > 0) {
        texts[i]->append(block, static_cast<std::size_t>(got));
      } else {
        ::close(fds[i].fd);
        fds[i].fd = -1;
        --open;
      }
    }
}

}  // namespace

namespace {

// The rows of an answer that is a list: one array, and how old it is.
const boost::json::value* only_list(const boost::json::value& answer) {
  if (!answer.is_object()) return nullptr;
  const boost::json::value* list = nullptr;
  for (const auto& [name, value] : answer.as_object()) {
    if (name == "asOf" || name == "stale") continue;
    if (!value.is_array() || list != nullptr) return nullptr;
    list = &value;
  }
  return list;
}

}  // namespace

boost::json::value Ran::json() const {
  boost::json::error_code failed;
  auto value = boost::json::parse(out, failed);
  if (failed) return {};
  const auto* list = only_list(value);
  return list == nullptr ? value : *list;
}

void Federation::set_time(const std::string& date) {
  std::tm wanted{};
  ASSERT_NE(::strptime(date.c_str(), "%Y-%m-%d %H:%M", &wanted), nullptr);
  offset_ = static_cast<long>(::timegm(&wanted) - std::time(nullptr));
  shifted_ = true;
}

std::string Federation::clock_words() const {
  return shifted_ ? "LD_PRELOAD=" FAKETIME_LIBRARY " FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME=" +
                        std::string(offset_ < 0 ? "" : "+") + std::to_string(offset_) + " "
                  : "";
}

Federation::Federation(const std::string& date) {
  if (!date.empty()) set_time(date);
  std::string pattern = (fs::temp_directory_path() / "veerpont-e2e-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  fs::create_directory(temporary_folder());
}

Federation::~Federation() {
  if (broker_pid_ > 0) kill();
  for (const int gateway : gateways_) {
    ::kill(gateway, SIGKILL);
    ::waitpid(gateway, nullptr, 0);
  }
  for (const int lock : port_locks_) ::close(lock);
  std::error_code ignored;
  if (!::testing::Test::HasFailure()) fs::remove_all(folder_, ignored);
}

Federation::Running Federation::start(const std::string& program,
                                      const std::vector<std::string>& arguments,
                                      const std::map<std::string, std::string>& environment) {
  int out[2];
  int err[2];
  EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(err, O_CLOEXEC), 0);
  const int pid = ::fork();
  if (pid == 0) {
    die_with_parent();
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, STDIN_FILENO);
    if (most_bytes_ > 0) {
      const rlimit limit{most_bytes_, most_bytes_};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      ::signal(SIGXFSZ, SIG_IGN);
    }
    for (const char* name : {"TMPDIR", "SQLITE_TMPDIR"})
      ::setenv(name, temporary_folder().c_str(), 1);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    if (shifted_) {
      ::setenv("LD_PRELOAD", FAKETIME_LIBRARY, 1);
      ::setenv("FAKETIME", ((offset_ < 0 ? "" : "+") + std::to_string(offset_)).c_str(), 1);
      ::setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
    }
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(err[1]);
  return {pid, out[0], err[0]};
}

Ran Federation::finish(const Running& running) {
  Ran ran;
  read_both(running.out, running.err, ran);
  int status = 0;
  ::waitpid(running.pid, &status, 0);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

void Federation::init() {
  port_ = take_port(port_locks_[0]);
  admin_ = take_port(port_locks_[1]);
  const Ran made = operate({"init", "--name", "federatie.example/proef", "--listen",
                            "127.0.0.1:" + std::to_string(port_), "--admin",
                            "127.0.0.1:" + std::to_string(admin_), "--oversight", "bodies"});
  ASSERT_EQ(made.code, 0) << made.err;
}

std::vector<std::string> Federation::adopt(const std::string& archive) {
  port_ = take_port(port_locks_[0]);
  admin_ = take_port(port_locks_[1]);
  EXPECT_EQ(std::system(("tar -xJf " + archive + " -C " + folder_).c_str()), 0);
  const std::string listen =
      "s/^\\(listen\\|address\\|broker\\) = .*/\\1 = '127.0.0.1:" + std::to_string(port_) +
      "'/; s/^admin = .*/admin = '127.0.0.1:" + std::to_string(admin_) + "'/";
  EXPECT_EQ(std::system(("sed -i \"" + listen + "\" " + folder_ + "/*/veerpont*.toml").c_str()), 0);
  for (const char* org : {"de-binnenvest", "jgt-leiden"}) workers_.emplace(org, kWorker);
  std::vector<std::string> lines;
  std::ifstream written(folder_ + "/ids.txt");
  for (std::string line; std::getline(written, line);) lines.push_back(line);
  return lines;
}

bool Federation::died() {
  if (broker_pid_ > 0 && ::waitpid(broker_pid_, nullptr, WNOHANG) == broker_pid_) broker_pid_ = -1;
  return broker_pid_ < 0;
}

bool Federation::is_ready() const {
  const int fd = connect_to(admin_);
  const std::string request = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const bool ready = fd >= 0 && ::write(fd, request.data(), request.size()) > 0 &&
                     read_until_closed(fd).find("200 OK") != std::string::npos;
  if (fd >= 0) ::close(fd);
  return ready;
}

void Federation::serve(const std::string& kill_at, const std::string& until) {
  const std::string log = folder_ + "/broker.log";
  Running running =
      start(BIN "/veerpontd", {"serve", "--home", broker_home()}, {{"VEERPONT_KILL_AT", kill_at}});
  broker_pid_ = running.pid;
  ::close(running.out);
  // The log goes to a file through a small reader of its own, so that the broker never blocks on
  // it.
  const int reader = ::fork();
  if (reader == 0) {
    die_with_parent();
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    char block[65536];
    ssize_t got = 0;
    while ((got = ::read(running.err, block, sizeof block)) > 0)
      if (::write(file, block, static_cast<std::size_t>(got)) != got) break;
    ::_exit(0);
  }
  ::close(running.err);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    const int fd = connect_to(admin_);
    const std::string request =
        "GET " + until + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const bool ready = fd >= 0 && ::write(fd, request.data(), request.size()) > 0 &&
                       read_until_closed(fd).find("200 OK") != std::string::npos;
    if (fd >= 0) ::close(fd);
    if (ready) return;
    if (::waitpid(broker_pid_, nullptr, WNOHANG) == broker_pid_) break;
    ::poll(nullptr, 0, 20);
  }
  broker_pid_ = -1;
}

std::string Federation::metrics() const {
  const int fd = connect_to(admin_);
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string text =
      ::write(fd, request.data(), request.size()) > 0 ? read_until_closed(fd) : "";
  ::close(fd);
  return text;
}

std::string Federation::get(const std::string& path) const {
  const std::string file = folder_ + "/got";
  const std::string command =
      "curl -ksf -o " + file + " https://127.0.0.1:" + std::to_string(port_) + path;
  EXPECT_EQ(std::system(command.c_str()), 0) << path;
  return contents(file);
}

double Federation::metric(const std::string& name) const {
  const std::string text = metrics();
  const auto at = text.find("\n" + name + " ");
  return at == text.npos ? 0 : std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

void Federation::kill() {
  if (broker_pid_ <= 0) return void(ADD_FAILURE() << "no broker runs");  // -1 is every process
  ::kill(broker_pid_, SIGKILL);
  ::waitpid(broker_pid_, nullptr, 0);
  broker_pid_ = -1;
}

int Federation::stop() {
  if (broker_pid_ <= 0) return -1;
  ::kill(broker_pid_, SIGTERM);
  int status = 0;
  ::waitpid(broker_pid_, &status, 0);
  broker_pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Federation::join(const std::string& org, const std::string& title, const std::string& kind,
                      const std::string& serves) {
  std::vector<std::string> invite{"invite", org,  "--title", title,
                                  "--kind", kind, "--out",   folder_ + "/" + org + ".invitation"};
  if (!serves.empty()) invite.insert(invite.end(), {"--serves", serves});
  const Ran invited = operate(invite);
  ASSERT_EQ(invited.code, 0) << invited.err;
  const Ran joined = as(org, {"join", folder_ + "/" + org + ".invitation", "--credential",
                              folder_ + "/" + org + ".credential"});
  ASSERT_EQ(joined.code, 0) << joined.err;
}

void Federation::confirm(const std::string& org, const std::string& partner) {
  const std::string fingerprint(
      as(partner, {"whoami", "--json"}).json().at("fingerprint").as_string());
  const Ran confirmed = as(org, {"directory", "confirm", partner, "--fingerprint", fingerprint});
  ASSERT_EQ(confirmed.code, 0) << confirmed.err;
}

void Federation::two_organisations() {
  init();
  serve();
  ASSERT_GT(broker_pid_, 0) << log();
  join("de-binnenvest", "De Binnenvest", "shelter");
  join("jgt-leiden", "JGT Leiden", "youth-team", "GM0546");
  confirm("de-binnenvest", "jgt-leiden");
  confirm("jgt-leiden", "de-binnenvest");
}

Federation::Running Federation::begin(const std::string& org, std::vector<std::string> command,
                                      const std::string& kill_at) {
  if (command.front() == "open" || command.front() == "sent") {
    auto named = std::ranges::find(command, "--worker");
    if (named == command.end()) {
      command.insert(command.end(), {"--worker", kWorker});
      named = command.end() - 2;
    }
    know_worker(org, *std::next(named));
  }
  command.insert(command.end(), {"--home", home(org)});
  std::map<std::string, std::string> environment{{"VEERPONT_KILL_AT", kill_at}};
  if (command.front() != "join")
    environment["VEERPONT_CREDENTIAL_FILE"] = folder_ + "/" + org + ".credential";
  return start(BIN "/veerpont", command, environment);
}

void Federation::know_worker(const std::string& org, const std::string& name) {
  if (!workers_.emplace(org, name).second) return;
  finish(begin(org, {"worker", "add", name, "--pin-file", write("worker.pin", "314159\n")}));
}

Ran Federation::as(const std::string& org, std::vector<std::string> command) {
  return finish(begin(org, std::move(command)));
}

Ran Federation::as_killed(const std::string& kill_at, const std::string& org,
                          std::vector<std::string> command) {
  return finish(begin(org, std::move(command), kill_at));
}

Federation::Gateway Federation::place_for(const std::string& org, const std::string& name) {
  return {-1, take_port(port_locks_.emplace_back()), name.empty() ? org + ".localhost" : name,
          "", folder_ + "/" + org + ".authority",    ""};
}

Federation::Gateway Federation::gateway(const std::string& org, const std::string& name) {
  Gateway gateway = place_for(org, name);
  const std::map<std::string, std::string> unlock{
      {"VEERPONT_CREDENTIAL_FILE", folder_ + "/" + org + ".credential"}};
  const Ran made = finish(start(BIN "/veerpont-gateway",
                                {"init", "--home", home(org), "--name", gateway.name, "--listen",
                                 "127.0.0.1:" + std::to_string(gateway.port)},
                                unlock));
  EXPECT_EQ(made.code, 0) << made.err;
  const auto at = made.out.find("invitation: ") + std::string("invitation: ").size();
  gateway.invitation = made.out.substr(at, made.out.find('\n', at) - at);
  serve_gateway(org, gateway);
  return gateway;
}

void Federation::serve_gateway(const std::string& org, Gateway& gateway) {
  const std::map<std::string, std::string> unlock{
      {"VEERPONT_CREDENTIAL_FILE", folder_ + "/" + org + ".credential"}};
  const bool installed = !gateway.programs.empty();
  const std::string program =
      (installed ? gateway.programs : std::string(BIN)) + "/veerpont-gateway";
  std::vector<std::string> command{"serve", "--home", home(org)};
  if (!installed) command.insert(command.end(), {"--web", BIN "/../web"});
  const Running running = start(program, command, unlock);
  gateway.pid = running.pid;
  gateways_.push_back(gateway.pid);
  char ready = 0;
  EXPECT_EQ(::read(running.out, &ready, 1), 1) << read_until_closed(running.err);
  ::close(running.out);
  ::close(running.err);
  std::ofstream(gateway.authority)
      << finish(start(program, {"authority", "--home", home(org)}, unlock)).out;
}

void Federation::stop_gateway(const Gateway& gateway) {
  ::kill(gateway.pid, SIGTERM);
  ::waitpid(gateway.pid, nullptr, 0);
  std::erase(gateways_, gateway.pid);
}

Ran Federation::operate(std::vector<std::string> command) {
  command.insert(command.end(), {"--home", broker_home()});
  return finish(start(BIN "/veerpontd", command, {}));
}

Ran Federation::operate_killed(const std::string& kill_at, std::vector<std::string> command) {
  command.insert(command.end(), {"--home", broker_home()});
  return finish(start(BIN "/veerpontd", command, {{"VEERPONT_KILL_AT", kill_at}}));
}

std::string Federation::first_of_next_month() const { return first_of_month(offset_, 1); }

std::string Federation::today() const {
  const std::time_t seen = std::time(nullptr) + offset_;
  std::tm day{};
  ::gmtime_r(&seen, &day);
  char text[32];
  std::strftime(text, sizeof text, "%F", &day);
  return text;
}

std::string Federation::write(const std::string& name, const std::string& text) {
  const std::string path = folder_ + "/" + name;
  std::ofstream(path) << text;
  return path;
}

std::string Federation::grant(const std::string& org, const std::string& recipient,
                              const std::string& outbound, int months, const std::string& inbound) {
  std::string in;
  std::istringstream names(inbound);
  for (std::string name; std::getline(names, name, ',');)
    in += (in.empty() ? "\"" : ",\"") + name + "\"";
  // Dates of the clock that the processes see.
  const std::string more =
      R"("inbound":[)" + in + R"(],"expires":")" + first_of_month(offset_, months) + R"(",)";
  const std::string path = write("draft-" + recipient + ".json",
                                 fakes::consent_draft(recipient, outbound, today(), more));
  const Ran registered = as(org, {"grant", "register", path, "--json"});
  EXPECT_EQ(registered.code, 0) << registered.err;
  return registered.code == 0 ? std::string(registered.json().at("grantId").as_string())
                              : std::string();
}

std::string Federation::referral_document() {
  return write(
      "referral.json",
      R"({"routing":{"urgency":"regulier","secretAddress":true},"careNeed":{"tried":"gesprekken"},"safety":{"conclusion":"veilig genoeg"}})");
}

std::string Federation::examples() {
  const std::string folder = folder_ + "/examples";
  const Ran made = finish(start(SOURCES "/examples/dated.sh", {folder}, {}));
  EXPECT_EQ(made.code, 0) << made.err;
  return folder;
}

Ran Federation::replies(const std::string& org, const std::string& referral,
                        const std::string& step) {
  std::vector<std::string> command{"reply", referral, step};
  if (step == "complete")
    command.insert(
        command.end(),
        {"--document",
         write("complete.json", R"({"noOutcomesReason":"de ouder wilde geen vragenlijst"})")});
  return as(org, command);
}

std::string Federation::refer(const std::string& grant_id) {
  const Ran sent =
      as("de-binnenvest", {"refer", referral_document(), "--grant", grant_id, "--json"});
  EXPECT_EQ(sent.code, 0) << sent.err;
  return sent.code == 0 ? std::string(sent.json().at("referralId").as_string()) : std::string();
}

std::string Federation::received(const std::string& org) {
  const Ran inbox = as(org, {"inbox", "--json"});
  EXPECT_EQ(inbox.code, 0) << inbox.err;
  const auto rows = inbox.json();
  if (!rows.is_array() || rows.as_array().empty()) return {};
  return std::string(rows.as_array().back().at("messageId").as_string());
}

std::string Federation::state(const std::string& org, const std::string& referral) {
  const Ran listed = as(org, {"referrals", "--json"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  const auto rows = listed.json();
  if (!rows.is_array()) return {};
  for (const auto& row : rows.as_array())
    if (row.at("referralId").as_string() == referral)
      return std::string(row.at("state").as_string());
  return {};
}

std::vector<boost::json::value> Federation::events(const std::string& org,
                                                   const std::string& kind) {
  EXPECT_EQ(as(org, {"audit", "sync"}).code, 0);
  std::vector<boost::json::value> found;
  const auto rows = as(org, {"audit", "list", "--json"}).json();
  if (!rows.is_array()) return found;
  for (const auto& row : rows.as_array())
    if (row.at("kind").as_string() == kind) found.push_back(row);
  return found;
}

std::string Federation::log() const { return contents(folder_ + "/broker.log"); }

std::string output_of(const std::string& command, int& code) {
  std::string out;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  char block[4096];
  while (std::fgets(block, sizeof block, pipe) != nullptr) out += block;
  code = ::pclose(pipe);
  return out;
}

std::string contents(const std::string& path) {
  std::string all;
  const auto add = [&](const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    all += text.str();
  };
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.is_regular_file()) add(entry.path());
  } else {
    add(path);
  }
  return all;
}

}  // namespace veerpont::e2e
