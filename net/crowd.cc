#include "net/crowd.h"

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <vector>

namespace veerpont::net {

namespace ip = boost::asio::ip;

std::string block_of(const ip::address& address) {
  if (address.is_loopback()) return address.to_string();  // one machine; nobody rents it
  if (address.is_v4()) return ip::network_v4(address.to_v4(), 24).canonical().to_string();
  const ip::address_v6 six = address.to_v6();
  if (six.is_v4_mapped())
    return ip::network_v4(ip::make_address_v4(ip::v4_mapped, six), 24).canonical().to_string();
  return ip::network_v6(six, 64).canonical().to_string();
}

std::optional<Crowd::Place> Crowd::enter(const std::string& block, std::function<void()> hang_up,
                                         Moment now) {
  const auto count = of_one_.find(block);
  if (count != of_one_.end() && count->second >= most_of_one_ && !make_room(&block, now))
    return std::nullopt;
  if (strangers() >= most_ && !make_room(nullptr, now)) return std::nullopt;
  ++of_one_[block];
  strangers_.push_back({block, {}, std::move(hang_up), now});
  return std::optional<Place>(std::in_place, *this, std::prev(strangers_.end()));
}

// Sends a stranger away, of this block when one is named.
bool Crowd::make_room(const std::string* block, Moment now) {
  std::vector<Guests::iterator> present;
  for (auto guest = strangers_.begin(); guest != strangers_.end(); ++guest)
    if (guest->hang_up && (block == nullptr || guest->block == *block)) present.push_back(guest);
  if (present.empty()) return false;
  const bool all_young = now - present.front()->came < grace_;
  const auto goes =
      all_young
          ? present[std::uniform_int_distribution<std::size_t>(0, present.size() - 1)(chance_)]
          : present.front();
  count_down(of_one_, goes->block);
  ++leaving_;
  std::exchange(goes->hang_up, nullptr)();
  return true;
}

void Crowd::count_down(std::map<std::string, std::size_t>& counts, const std::string& of) {
  const auto count = counts.find(of);
  if (--count->second == 0) counts.erase(count);
}

bool Crowd::Place::show(const std::string& key) {
  if (crowd_ == nullptr || !guest_->hang_up || crowd_->known_.size() >= crowd_->most_) return false;
  if (const auto count = crowd_->of_key_.find(key);
      count != crowd_->of_key_.end() && count->second >= kMostOfOneKey)
    return false;
  count_down(crowd_->of_one_, guest_->block);
  ++crowd_->of_key_[key];
  guest_->key = key;
  crowd_->known_.splice(crowd_->known_.end(), crowd_->strangers_, guest_);
  return known_ = true;
}

void Crowd::Place::leave() {
  if (crowd_ == nullptr) return;
  Crowd& crowd = *std::exchange(crowd_, nullptr);
  if (known_) {
    count_down(crowd.of_key_, guest_->key);
    crowd.known_.erase(guest_);
    return;
  }
  if (guest_->hang_up)
    count_down(crowd.of_one_, guest_->block);
  else
    --crowd.leaving_;
  crowd.strangers_.erase(guest_);
}

}  // namespace veerpont::net
