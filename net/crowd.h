// How many connections there are of whom, so that nobody fills the broker with open sockets.
// Strangers fill the room for strangers: when it is full, the oldest of them goes, or any of them
// when all are young. Whoever showed a certificate has room of their own, of which one key takes a
// small part. Touched only on the network's thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

namespace veerpont::net {

// Who rents one address rents its neighbours: the /24 of an IPv4 address, the /64 of an IPv6 one. A
// loopback address is one by itself.
std::string block_of(const boost::asio::ip::address& address);

class Crowd {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  // `most` strangers in all and `most_of_one` of one block; as many again that showed a
  // certificate, `kMostOfOneKey` the same one. The oldest stranger goes first when it is older than
  // `grace`. While all are younger, chance decides: nobody is kept out for as long as somebody
  // keeps coming.
  static constexpr std::size_t kMostOfOneKey = 16;
  Crowd(std::size_t most, std::size_t most_of_one, std::chrono::milliseconds grace)
      : most_(most), most_of_one_(most_of_one), grace_(grace) {}

 private:
  struct Guest {
    std::string block;
    std::string key;  // the certificate's, when it showed one
    std::function<void()> hang_up;
    Moment came;
  };
  using Guests = std::list<Guest>;  // in order of arrival

 public:
  // A place in the crowd, given back when it dies. Must not outlive the crowd.
  class Place {
   public:
    Place(Crowd& crowd, Guests::iterator guest) : crowd_(&crowd), guest_(guest) {}
    Place(Place&& other) noexcept
        : crowd_(std::exchange(other.crowd_, nullptr)),
          guest_(other.guest_),
          known_(other.known_) {}
    Place& operator=(Place&&) = delete;
    ~Place() { leave(); }
    // It showed a certificate of the federation, with this key: no stranger takes its place any
    // more. False when that room is full too, or this key's part of it.
    bool show(const std::string& key);
    void leave();

   private:
    Crowd* crowd_;
    Guests::iterator guest_;
    bool known_ = false;
  };

  // Nothing when there is no room and everybody was told to go already. `hang_up` ends the
  // connection.
  std::optional<Place> enter(const std::string& block, std::function<void()> hang_up,
                             Moment now = std::chrono::steady_clock::now());
  std::size_t strangers() const { return strangers_.size() - leaving_; }

 private:
  bool make_room(const std::string* block, Moment now);
  static void count_down(std::map<std::string, std::size_t>& counts, const std::string& of);
  std::size_t most_;
  std::size_t most_of_one_;
  std::chrono::milliseconds grace_;
  Guests strangers_;  // an empty hang_up: told to go, and about to leave
  Guests known_;
  std::size_t leaving_ = 0;
  std::map<std::string, std::size_t> of_one_, of_key_;
  std::minstd_rand chance_{std::random_device{}()};
};

}  // namespace veerpont::net
