// What a process costs, as the kernel counts it; and on which core it runs.
#pragma once

#include <chrono>
#include <cstddef>

namespace veerpont::bench {

// Puts every thread of a process on one core; its later threads inherit it. Nothing happens where
// there is one core only.
void pin(int pid, unsigned core);
void pin_this_thread(unsigned core);
// CPU time of all threads of a process, in user and kernel, in steps of a clock tick (10 ms).
std::chrono::microseconds cpu_of(int pid);
// The calling thread's, exact.
std::chrono::nanoseconds cpu_of_this_thread();
// VmHWM, bytes.
std::size_t peak_memory_of(int pid);

}  // namespace veerpont::bench
