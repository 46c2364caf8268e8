// The newest of something that one thread replaces and many read.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace veerpont::broker {

template <class T>
class Latest {
 public:
  explicit Latest(std::shared_ptr<const T> first = nullptr) : value_(std::move(first)) {}
  std::shared_ptr<const T> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  // The one before dies with the parameter, after the lock.
  void set(std::shared_ptr<const T> next) {
    const std::lock_guard lock(mutex_);
    value_.swap(next);
  }

 private:
  mutable std::mutex mutex_;  // guards value_
  std::shared_ptr<const T> value_;
};

}  // namespace veerpont::broker
