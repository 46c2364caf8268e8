// How many connections there are of whom, so that nobody fills the broker with open sockets. Members count only until
// they have shown who they are. Touched only on the network's thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace veerpont::broker {

class Crowd {
 public:
  Crowd(std::size_t most, std::size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}

  // A place in the crowd, given back when it dies. Must not outlive the crowd.
  class Place {
   public:
    Place(Crowd& crowd, std::string address) : crowd_(&crowd), address_(std::move(address)) {}
    Place(Place&& other) noexcept : crowd_(std::exchange(other.crowd_, nullptr)), address_(std::move(other.address_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() { leave(); }
    void leave() {
      if (crowd_ != nullptr) std::exchange(crowd_, nullptr)->leave(address_);
    }

   private:
    Crowd* crowd_;
    std::string address_;
  };

  // Nothing when there is no room for another one of this address.
  std::optional<Place> enter(const std::string& address) {
    auto& of_one = counts_[address];
    if (total_ >= most_ || of_one >= most_of_one_) {
      if (of_one == 0) counts_.erase(address);
      return std::nullopt;
    }
    ++of_one;
    ++total_;
    return std::optional<Place>(std::in_place, *this, address);
  }

 private:
  void leave(const std::string& address) {
    --total_;
    const auto found = counts_.find(address);
    if (--found->second == 0) counts_.erase(found);
  }
  std::size_t most_;
  std::size_t most_of_one_;
  std::size_t total_ = 0;
  std::map<std::string, std::size_t> counts_;
};

}  // namespace veerpont::broker
