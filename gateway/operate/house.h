// A home with its gateway open: the client, the store, the site, and what listens.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "base/endpoint.h"
#include "gateway/operate/databases.h"
#include "gateway/site/site.h"
#include "net/server.h"

namespace veerpont::gateway {

// gateway/gateway.toml of a home.
struct Config {
  std::string name;  // by which browsers know it: a DNS name, no address
  Endpoint listen;
  std::string certificate_file = {}, key_file = {};  // PEM; empty: of its own making

  static Result<Config> read(const std::string& home);
  Status write(const std::string& home) const;
  // "https://binnenvest.example:8600"; without the port when it is 443.
  std::string origin() const;
  RelyingParty party() const { return {name, origin()}; }
};

class House {
 public:
  // Refuses as opening the home does, local-failure when it cannot listen.
  static Result<std::unique_ptr<House>> open(const std::string& home, const Unlock& unlock);
  void use_pages(Pages pages) { site_.use_pages(std::move(pages)); }
  // Serves until stop(); in the calling thread.
  void run();
  void stop();
  // After run(): waits for what is being answered.
  void finish() {
    pool_.join();
    site_.end();
  }
  Enrolment& enrolment() { return enrolment_; }
  Store& store() { return *databases_.people; }
  const Config& config() const { return config_; }
  // Binds the address. Refuses local-failure.
  Status listen();
  // Every few seconds: what is to be told outside, and the certificate when it is near its end.
  void sweep();

 private:
  House(Config config, Databases databases, Home home);
  Config config_;
  SystemClock clock_;
  Databases databases_;
  Enrolment enrolment_;
  Site site_;  // told of changes by the client's thread until that one has ended
  Client client_;
  boost::asio::thread_pool pool_;
  std::unique_ptr<net::Server> server_;
  Time looked_ = {};  // at the certificate; of sweep() alone
};

}  // namespace veerpont::gateway
