#include "broker/crowd.h"

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace veerpont::broker {

namespace ip = boost::asio::ip;

std::string block_of(const ip::address& address) {
  if (address.is_loopback()) return address.to_string();  // one machine; nobody rents it
  if (address.is_v4()) return ip::network_v4(address.to_v4(), 24).canonical().to_string();
  const ip::address_v6 six = address.to_v6();
  if (six.is_v4_mapped()) return ip::network_v4(ip::make_address_v4(ip::v4_mapped, six), 24).canonical().to_string();
  return ip::network_v6(six, 64).canonical().to_string();
}

std::optional<Crowd::Place> Crowd::enter(const std::string& block, std::function<void()> hang_up, Moment now) {
  const auto count = of_one_.find(block);
  if (count != of_one_.end() && count->second >= most_of_one_ && !make_room(&block, now)) return std::nullopt;
  if (strangers() >= most_ && !make_room(nullptr, now)) return std::nullopt;
  ++of_one_[block];
  strangers_.push_back({block, std::move(hang_up), now});
  return std::optional<Place>(std::in_place, *this, std::prev(strangers_.end()));
}

// Sends away the oldest stranger, of this block when one is named.
bool Crowd::make_room(const std::string* block, Moment now) {
  const auto oldest = std::ranges::find_if(strangers_, [&](const Guest& guest) { return guest.hang_up && (block == nullptr || guest.block == *block); });
  if (oldest == strangers_.end() || now - oldest->came < grace_) return false;
  forget(*oldest);
  ++leaving_;
  std::exchange(oldest->hang_up, nullptr)();
  return true;
}

void Crowd::forget(const Guest& guest) {
  const auto count = of_one_.find(guest.block);
  if (--count->second == 0) of_one_.erase(count);
}

bool Crowd::Place::show() {
  if (crowd_ == nullptr || !guest_->hang_up || crowd_->known_.size() >= crowd_->most_) return false;
  crowd_->forget(*guest_);
  crowd_->known_.splice(crowd_->known_.end(), crowd_->strangers_, guest_);
  return known_ = true;
}

void Crowd::Place::leave() {
  if (crowd_ == nullptr) return;
  Crowd& crowd = *std::exchange(crowd_, nullptr);
  if (known_) {
    crowd.known_.erase(guest_);
    return;
  }
  if (guest_->hang_up)
    crowd.forget(*guest_);
  else
    --crowd.leaving_;
  crowd.strangers_.erase(guest_);
}

}  // namespace veerpont::broker
