// Keys of programs that work for the organisation's people, the case-management system say: each
// call names the person it is for, and can do no more than that person and the key's scopes.
#pragma once

#include <string>
#include <vector>

#include "gateway/people/store.h"

namespace veerpont::gateway {

class ApiKeys {
 public:
  static constexpr std::size_t kMost = 50;

  ApiKeys(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  v1::KeysAnswer list();
  // The answer has the key itself, once. Refuses invalid-input.
  Result<v1::AddKeyAnswer> add(const v1::AddKeyRequest& wanted);
  // Refuses not-found.
  Status remove(const std::string& id);
  // Of the header Authorization (RFC 6750, section 2.1). Refuses not-logged-in.
  Result<v1::StoredKey> find(const std::string& authorization);
  // For whom a call is: of the header Veerpont-Actor, a log-in name. Refuses not-allowed for
  // nobody, and for what neither the key nor the person may.
  Result<v1::StoredPerson> acts_for(const v1::StoredKey& key, const std::string& login,
                                    const api::v1::Operation& operation);

 private:
  Store& store_;
  const Clock& clock_;
};

}  // namespace veerpont::gateway
