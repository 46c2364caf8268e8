// Withdrawals of this organisation, each as it was signed, until the log has them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "client_sdk/dossier/grants.h"
#include "client_sdk/dossier/outbox.h"
#include "schemas/codes.h"

namespace veerpont::sdk {

class SealedDatabase;

// A withdrawal of ours: in effect here from the moment that it is stored.
struct WithdrawalRow {
  enum class State { waiting = 1, passed_on = 2 };
  OperationId operation;
  GrantId grant;
  CategorySet categories;  // empty: the whole grant
  std::string body;        // signed bytes of the Withdrawal
  std::string signature;
  State state = State::waiting;
  std::optional<LogIndex> index =
      {};  // of its event; passed on without one: the grant had ended already
};

class Withdrawals {
 public:
  Withdrawals(SealedDatabase& db, Grants& grants, Outbox& outbox)
      : db_(db), grants_(grants), outbox_(outbox) {}

  // One change: the withdrawal, the grant's end here, and these messages under it that still
  // waited.
  void put(const WithdrawalRow& withdrawal, const std::vector<MessageId>& dropped, Time when);
  std::vector<WithdrawalRow> waiting();
  std::optional<WithdrawalRow> find(const GrantId& grant, CategorySet categories);
  void settle(const OperationId& operation, std::optional<LogIndex> index);
  void replace(const OperationId& old, const WithdrawalRow& fresh);  // signed anew

 private:
  template <class... Args>
  std::vector<WithdrawalRow> where(const std::string& condition, const Args&... args);

  SealedDatabase& db_;
  Grants& grants_;
  Outbox& outbox_;
};

}  // namespace veerpont::sdk
