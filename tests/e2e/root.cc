#include "tests/e2e/root.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veerpont::e2e {

int as_root(const std::vector<std::string>& command, std::string* out) {
  std::vector<std::string> words = command;
  if (::geteuid() != 0) words.insert(words.begin(), {"sudo", "-n"});
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return -1;
  const int pid = ::fork();
  if (pid == 0) {
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDIN_FILENO);
    ::dup2(out != nullptr ? pipe[1] : null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  char block[65536];
  ssize_t got = 0;
  while (out != nullptr && (got = ::read(pipe[0], block, sizeof block)) > 0)
    out->append(block, static_cast<std::size_t>(got));
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool may_act_as_root() {
  static const bool may = as_root({"true"}) == 0;
  return may;
}

std::string read_as_root(const std::string& path) {
  std::string text;
  return as_root({"cat", path}, &text) == 0 ? text : std::string();
}

}  // namespace veerpont::e2e
