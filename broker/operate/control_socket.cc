#include "broker/operate/control_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstring>
#include <thread>

#include "broker/telemetry/journal.h"

namespace veerpont::broker {
namespace {

namespace json = boost::json;
constexpr std::size_t kMostLine = 64u << 10;
constexpr int kReadTimeoutMs = 5000;

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

bool write_line(int fd, std::string line) {
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<std::string> read_line(int fd) {
  std::string line;
  char c = 0;
  pollfd ready{fd, POLLIN, 0};
  while (line.size() < kMostLine && ::poll(&ready, 1, kReadTimeoutMs) > 0 &&
         ::recv(fd, &c, 1, 0) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

std::string text_of(const json::object& command, const char* name) {
  const auto* value = command.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Nothing when it is not there.
std::optional<std::vector<std::string>> list_of(const json::object& command, const char* name) {
  const auto* list = command.if_contains(name);
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& one : list->get_array())
    out.emplace_back(one.is_string() ? std::string(one.get_string()) : "");
  return out;
}

json::object refused(const Refusal& refusal) {
  return {{"refused", std::string(id_of(refusal.code))},
          {"message", describe(refusal)},
          {"exit", exit_code_of(refusal.code)}};
}

json::object invite(Broker& broker, const json::object& command) {
  const auto org = OrgId::parse(text_of(command, "org"));
  const auto kind = org_kind_from_id(text_of(command, "kind"));
  if (!org)
    return refused(
        {RefusalCode::invalid_input, "an organisation's id is 2 to 40 of a-z, 0-9 and -"});
  if (!kind) return refused({RefusalCode::invalid_input, "no such kind of organisation"});
  const auto* hidden = command.if_contains("hidden");
  Participant participant{*org, text_of(command, "title"), *kind,
                          list_of(command, "serves").value_or(std::vector<std::string>())};
  participant.hidden = hidden != nullptr && hidden->is_bool() && hidden->get_bool();
  if (participant.hidden && participant.title.empty()) participant.title = org->str();
  if (participant.title.empty()) return refused({RefusalCode::invalid_input, "--title is needed"});
  auto file = broker.invite(std::move(participant));
  if (!file) return refused(file.refusal());
  return {{"ok", true}, {"invitation", *file}};
}

json::object describe_participant(Broker& broker, const json::object& command) {
  const auto org = OrgId::parse(text_of(command, "org"));
  if (!org) return refused({RefusalCode::unknown_recipient});
  const std::string title = text_of(command, "title");
  auto done = broker.describe(*org, title.empty() ? std::nullopt : std::optional(title),
                              list_of(command, "serves"));
  return done ? json::object{{"ok", true}} : refused(done.refusal());
}

json::object name_witnesses(Broker& broker, const json::object& command) {
  Broker::NewWitnesses wanted;
  for (const auto& member : list_of(command, "members").value_or(std::vector<std::string>())) {
    const auto org = OrgId::parse(member);
    if (!org) return refused({RefusalCode::unknown_recipient, member});
    wanted.members.push_back(*org);
  }
  for (const auto& other : list_of(command, "others").value_or(std::vector<std::string>())) {
    const auto space = other.find(' ');
    wanted.others.emplace_back(other.substr(0, space),
                               space == other.npos ? "" : other.substr(space + 1));
  }
  const auto* quorum = command.if_contains("quorum");
  if (quorum != nullptr && quorum->is_int64() && quorum->get_int64() >= 0)
    wanted.quorum = static_cast<std::uint32_t>(quorum->get_int64());
  wanted.reason = text_of(command, "reason");
  const auto* at_once = command.if_contains("at-once");
  wanted.at_once = at_once != nullptr && at_once->is_bool() && at_once->get_bool();
  auto done = broker.name_witnesses(wanted);
  return done ? json::object{{"ok", true}} : refused(done.refusal());
}

// Who cosigns, as of now.
json::object tell_witnesses(Broker& broker) {
  const auto policies = broker.witnesses().policies();
  const auto witnessed = broker.witnesses().witnessed();
  const auto since = broker.witnesses().witnessed_since();
  json::array named;
  if (!policies.empty())
    for (const auto& witness : policies.front().witnesses())
      named.push_back(json::object{{"org", witness.org ? witness.org->str() : ""},
                                   {"key", witness.key.str()},
                                   {"url", witness.url}});
  json::object out{{"ok", true},
                   {"witnesses", std::move(named)},
                   {"quorum", policies.empty() ? 0 : policies.front().quorum()},
                   {"size", broker.committer().published()->checkpoint.size()}};
  if (witnessed) out["cosigned"] = witnessed->size;
  if (since) out["since"] = rfc3339(*since);
  return out;
}

class UnixControlSocket final : public ControlSocket {
 public:
  UnixControlSocket(Broker& broker, int fd)
      : broker_(broker), fd_(fd), thread_([this] { serve(); }) {}
  ~UnixControlSocket() override {
    stopping_ = true;
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
    ::unlink(broker_.paths().socket.c_str());
  }

 private:
  void serve() {
    while (!stopping_) {
      const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      if (const auto line = read_line(client)) try {
          json::error_code failed;
          const json::value command = json::parse(*line, failed);
          const json::object answer = !failed && command.is_object()
                                          ? administer(broker_, command.get_object())
                                          : refused({RefusalCode::malformed, "control socket"});
          write_line(client, json::serialize(answer));
        } catch (const std::exception& broken) {
          journal(Level::critical, "administration-failed", {{"error", broken.what()}});
        }
      ::close(client);
    }
  }
  Broker& broker_;
  int fd_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace

json::object administer(Broker& broker, const json::object& command) {
  const std::string what = text_of(command, "do");
  if (what == "invite") return invite(broker, command);
  if (what == "describe") return describe_participant(broker, command);
  if (what == "name-witnesses") return name_witnesses(broker, command);
  if (what == "witnesses") return tell_witnesses(broker);
  if (what == "suspend" || what == "resume") {
    const auto org = OrgId::parse(text_of(command, "org"));
    if (!org) return refused({RefusalCode::unknown_recipient});
    auto done = broker.suspend(*org, what == "suspend");
    if (!done) return refused(done.refusal());
  } else if (what == "confirm-log") {
    auto done = broker.confirm_alone(text_of(command, "reason"));
    if (!done) return refused(done.refusal());
  } else if (what == "clock-accept") {
    broker.clock_guard().accept();
    broker.sweep();
  } else if (what == "clock") {
    return {{"ok", true}, {"jumped", broker.clock_guard().jumped()}};
  } else if (what == "barrier") {
    auto done = broker.decide(BarrierRequest{});
    if (!done) return refused(done.refusal());
  } else {
    return refused({RefusalCode::malformed, "control socket"});
  }
  return {{"ok", true}};
}

Result<std::unique_ptr<ControlSocket>> serve_control(Broker& broker) {
  const std::string& path = broker.paths().socket;
  const auto address = address_of(path);
  const Refusal failed{RefusalCode::local_failure, path};
  if (!address) return failed;
  ::unlink(path.c_str());  // ours: we hold the home's lock
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const mode_t before = ::umask(0177);
  const bool bound =
      fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0 &&
      ::listen(fd, 16) == 0;
  ::umask(before);
  if (!bound) {
    if (fd >= 0) ::close(fd);
    return failed;
  }
  return std::unique_ptr<ControlSocket>(std::make_unique<UnixControlSocket>(broker, fd));
}

std::optional<json::object> ask_running(const std::string& path, const json::object& command) {
  const auto address = address_of(path);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  std::optional<json::object> answer;
  if (address &&
      ::connect(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0 &&
      write_line(fd, json::serialize(command)))
    if (const auto line = read_line(fd)) {
      json::error_code failed;
      json::value parsed = json::parse(*line, failed);
      if (!failed && parsed.is_object()) answer = std::move(parsed.get_object());
    }
  ::close(fd);
  return answer;
}

}  // namespace veerpont::broker
