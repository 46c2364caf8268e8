// What broker and client speak: its name in the upgrade to a session (RFC 6455, section 1.9) and
// its number at enrolment. Who speaks another is told so, and is answered nothing else.
#pragma once

namespace veerpont {

inline constexpr char kSessionProtocol[] = "veerpont.v2";
inline constexpr unsigned kProtocolNumber = 2;
inline constexpr char kOtherProtocol[] =
    "this broker speaks veerpont.v2, and the program that asks does not: update it";

}  // namespace veerpont
