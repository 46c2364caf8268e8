// SIGTERM and SIGINT for a program that serves.
#pragma once

#include <csignal>

namespace veerpont {

// Blocks them; to be called before any thread begins, so that one place waits for them. A peer that
// is gone and a file that may not grow are errors from then on, and end nothing.
sigset_t block_stop_signals();

}  // namespace veerpont
