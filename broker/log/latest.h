// The newest of something that one thread replaces and many read.
#pragma once

#include <memory>
#include <utility>

#include "base/mutex.h"

namespace veerpont::broker {

template <class T>
class Latest {
 public:
  explicit Latest(std::shared_ptr<const T> first = nullptr) : value_(std::move(first)) {}
  std::shared_ptr<const T> get() const {
    const Lock lock(mutex_);
    return value_;
  }
  // The one before dies with the parameter, after the lock.
  void set(std::shared_ptr<const T> next) {
    const Lock lock(mutex_);
    value_.swap(next);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> value_ VEERPONT_GUARDED_BY(mutex_);
};

}  // namespace veerpont::broker
