// How many files and sockets this process may have open.
#pragma once

namespace veerpont {

// As many as the machine allows (RLIMIT_NOFILE).
void allow_many_files();

}  // namespace veerpont
