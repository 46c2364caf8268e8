// The broker's home folder and veerpontd.toml in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/endpoint.h"
#include "base/limits.h"
#include "base/result.h"

namespace veerpont::broker {

struct Config {
  std::string name;  // of the federation: schema-less URL, no space, no plus sign
  Endpoint listen;
  Endpoint address;  // what participants connect to, and the server certificate is made for
  Endpoint admin;    // loopback only
  bool oversight_bodies = false;
  std::string ca_certificate;      // PEM
  std::string server_certificate;  // PEM
  std::size_t most_messages = limits::undelivered_messages;
  std::size_t most_bytes = limits::undelivered_bytes;
  std::size_t most_sessions = limits::sessions;
  std::size_t most_unsent = limits::unsent_bytes;  // to one session
  std::size_t most_unauthenticated = limits::unauthenticated_connections;
  std::size_t most_per_address = limits::connections_per_address;  // before they show who they are
  std::chrono::seconds handshake_time = limits::handshake_time;
  std::size_t reserve_bytes = limits::reserve_bytes;
  std::size_t ballast_bytes = limits::ballast_bytes;
  int changes_per_hour = limits::changes_per_hour;  // logged, of one organisation, beside what it
                                                    // submits and withdraws
  std::size_t change_bytes_per_hour = limits::change_bytes_per_hour;
  int submissions_per_second = limits::submissions_per_second;
  int submissions_burst = limits::submissions_burst;
  int event_years = limits::event_years;  // then the bodies of events about what is over are erased

  static Result<Config> read(const std::string& home);
  Status write(const std::string& home) const;
  std::string origin() const { return name + "/audit"; }
};

// Files below a home.
struct HomePaths {
  explicit HomePaths(std::string home);
  std::string home, config, server_certificate, keystore, credential, database, vault, high_water,
      frozen, asking, socket, lock, access_points, ballast, clock_mark;
};

}  // namespace veerpont::broker
