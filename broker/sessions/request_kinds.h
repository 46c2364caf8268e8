// What a frame of a client is called in metrics and in the journal: its field with hyphens,
// "register-grant".
#pragma once

#include <string>
#include <vector>

#include "veerpont/v1/frames.pb.h"

namespace veerpont::broker {

// "none" for an empty frame.
std::string kind_of(v1::ClientFrame::BodyCase body);
// Every kind there is, "none" last.
std::vector<std::string> request_kinds();

}  // namespace veerpont::broker
