// Outcomes as values: a T, or a Refusal that says why not. Exceptions are for a broken machine.
#pragma once

#include <cstdlib>
#include <utility>
#include <variant>

#include "base/refusal.h"

namespace veerpont {

// The value of an outcome that carries none.
struct Done {};

template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that `return value;` and `return Refusal{…};` read plainly. There is no default.
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Refusal refusal) : held_(std::in_place_index<1>, std::move(refusal)) {}

  explicit operator bool() const noexcept { return held_.index() == 0; }

  // Only after a check; asking a refusal for its value is a programmer's error and aborts.
  T& operator*() & { return value(); }
  const T& operator*() const& { return const_cast<Result*>(this)->value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &const_cast<Result*>(this)->value(); }

  // Only when there is no value.
  const Refusal& refusal() const {
    if (held_.index() != 1) std::abort();
    return *std::get_if<1>(&held_);
  }

 private:
  T& value() {
    if (held_.index() != 0) std::abort();
    return *std::get_if<0>(&held_);
  }
  std::variant<T, Refusal> held_;
};

using Status = Result<Done>;

}  // namespace veerpont
