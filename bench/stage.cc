#include "bench/stage.h"

#include <fstream>

#include "bench/process.h"

namespace veerpont::bench {

Stage::Stage() {
  federation_.two_organisations();
  stop();
  std::ofstream(federation_.broker_home() + "/veerpontd.toml", std::ios::app)
      << "[limits]\nsubmissions_per_second = 1000000\nsubmissions_burst = "
         "1000000\nundelivered_messages = 10000000\nundelivered_bytes = 100000000000\n"
         "changes_per_hour = 1000000000\nchange_bytes_per_hour = 1000000000000\n";
  serve();
  shelter_ = open("de-binnenvest");
  team_ = open("jgt-leiden");
  Line line(*shelter_);
  v1::ClientFrame look_up;
  look_up.mutable_look_up()->set_org("jgt-leiden");
  line.send(std::move(look_up));
  const v1::BrokerFrame answer = line.receive();
  auto statement = answer.directory().entries_size() == 1
                       ? crypto::KeyStatement::verify(answer.directory().entries(0).statement())
                       : Result<crypto::KeyStatement>(Refusal{RefusalCode::unknown_recipient});
  if (!statement) give_up(describe(statement.refusal()));
  team_keys_ = std::move(*statement);
}

void Stage::serve() {
  federation_.serve();
  if (federation_.pid() <= 0) give_up(federation_.log());
  pin(federation_.pid(), 0);
  pin_this_thread(1);
}

void Stage::stop() {
  if (federation_.stop() != 0) give_up(federation_.log());
}

Parties Stage::parties() const {
  return {
      {shelter_->config.org, shelter_->signing}, {team_->config.org, team_->signing}, *team_keys_};
}

std::shared_ptr<sdk::OpenHome> Stage::open(const std::string& org) const {
  auto unlock = crypto::Unlock::credential_file(federation_.folder() + "/" + org + ".credential");
  if (!unlock) give_up(describe(unlock.refusal()));
  auto home = sdk::OpenHome::open(federation_.home(org), *unlock);
  if (!home) give_up(describe(home.refusal()));
  return *home;
}

}  // namespace veerpont::bench
