// Named places where a crash test ends the process as a power cut would. Only in builds with
// VEERPONT_KILL_POINTS; in a release they are nothing at all.
#pragma once

namespace veerpont {

#ifdef VEERPONT_KILL_POINTS
// Ends the process when VEERPONT_KILL_AT is this name, or "name:n" and this is the n-th time.
void kill_point(const char* name);
#else
inline void kill_point(const char*) {}
#endif

}  // namespace veerpont
