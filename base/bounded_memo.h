// What was made once for a key and never changes. Full, it forgets all of it and begins again.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

namespace veerpont {

template <class Key, class Value>
class BoundedMemo {
 public:
  explicit BoundedMemo(std::size_t most) : most_(most) {}

  // `make()` answers std::optional<Value>; nothing is not remembered. Valid until the next call.
  template <class Make>
  const Value* get(const Key& key, Make make) {
    if (const auto known = values_.find(key); known != values_.end()) return &known->second;
    std::optional<Value> made = make();
    if (!made) return nullptr;
    if (values_.size() >= most_) values_.clear();
    return &values_.insert_or_assign(key, std::move(*made)).first->second;
  }
  std::size_t size() const { return values_.size(); }

 private:
  std::size_t most_;
  std::map<Key, Value> values_;
};

}  // namespace veerpont
