// What the signer of an object saw of the log, and of its chain with the other organisation, when
// it signed. docs/protocol.md, "Views".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "crypto/hash.h"
#include "veerpont/v1/envelope.pb.h"

namespace veerpont::crypto {

// The newest checkpoint that it verified.
struct Seen {
  std::uint64_t size;
  Hash root;
  std::string signature;  // 64 bytes, the log's
};

// How many events of the pair it had, and the leaf hash of the last.
struct PairView {
  std::uint64_t count;
  Hash head;  // zeros when count is 0
};

struct View {
  std::optional<Seen> seen = {};
  std::optional<PairView> pair = {};
};

std::optional<Seen> seen_from(const v1::Seen& said);
std::optional<PairView> pair_view_from(const v1::PairView& said);
void put(v1::Seen& into, const Seen& seen);
void put(v1::PairView& into, const PairView& pair);

// Of an object; nothing when a part is out of range. One that was signed before there were views
// has none.
template <class Body>
std::optional<View> view_in(const Body& body) {
  View view;
  if (body.has_seen()) {
    view.seen = seen_from(body.seen());
    if (!view.seen) return std::nullopt;
  }
  if constexpr (requires { body.pair(); })
    if (body.has_pair()) {
      view.pair = pair_view_from(body.pair());
      if (!view.pair) return std::nullopt;
    }
  return view;
}

template <class Body>
void put_view(Body& body, const View& view) {
  if (view.seen) put(*body.mutable_seen(), *view.seen);
  if constexpr (requires { body.mutable_pair(); })
    if (view.pair) put(*body.mutable_pair(), *view.pair);
}

}  // namespace veerpont::crypto
