#include "client_sdk/home/policy.h"

#include <algorithm>
#include <functional>
#include <map>

#include "base/private_file.h"
#include "base/toml.h"
#include "client_sdk/home/policy_toml.h"

namespace veerpont::sdk {
namespace {

Refusal invalid_policy(const std::string& what) {
  return Refusal{RefusalCode::invalid_input, "policy.toml: " + what};
}

using Reader = std::function<bool(const toml::node&)>;

Reader number(int& out, int least, int most) {
  return [&out, least, most](const toml::node& node) {
    const auto* value = node.as_integer();
    if (value == nullptr || value->get() < least || value->get() > most) return false;
    out = static_cast<int>(value->get());
    return true;
  };
}

Reader flag(bool& out) {
  return [&out](const toml::node& node) {
    const auto* value = node.as_boolean();
    if (value == nullptr) return false;
    out = value->get();
    return true;
  };
}

}  // namespace

std::string Policy::defaults() { return kPolicyToml; }

Result<Policy> Policy::parse(const std::string& text) {
  const auto parsed = parse_toml(text);
  if (!parsed) return invalid_policy("not valid TOML");
  Policy policy;
  policy.sha256 = crypto::sha256(text);
  std::map<std::string, Reader> readers{
      {"consent.longest_months", number(policy.consent.longest_months, 1, 12)},
      {"consent.reported_agrees_counts", flag(policy.consent.reported_agrees_counts)},
      {"consent.statement_suffices", flag(policy.consent.statement_suffices)},
      {"consent.authority_check_days", number(policy.authority_check_days, 0, 60)},
      {"grounds.first_referral_when_involved", flag(policy.first_referral_when_involved)},
      {"grounds.countersign_hours", number(policy.countersign_hours, 1, 168)},
      {"referral.again_days", number(policy.again_days, 0, 366)},
      {"rhythm.parents_days", number(policy.parents_days, 1, 60)},
      {"rhythm.child_days", number(policy.child_days, 1, 60)},
      {"retention.months", number(policy.retention_months, 0, 360)},
  };
  for (const Category category : CategorySet::all().list()) {
    std::string key = "retention." + id_of(category);
    std::replace(key.begin(), key.end(), '-', '_');
    readers.emplace(key, [&policy, category](const toml::node& node) {
      return number(policy.category_months[category], 0, 360)(node);
    });
  }
  for (const auto& [section, node] : *parsed) {
    const auto* table = node.as_table();
    if (table == nullptr) return invalid_policy(std::string(section.str()) + ": no such key");
    for (const auto& [key, value] : *table) {
      const std::string name = std::string(section.str()) + "." + std::string(key.str());
      const auto reader = readers.find(name);
      if (reader == readers.end()) return invalid_policy(name + ": no such key");
      if (!reader->second(value)) return invalid_policy(name + ": wrong type or out of range");
    }
  }
  return policy;
}

int Policy::retention_of(Category category) const {
  const auto own = category_months.find(category);
  return own == category_months.end() ? retention_months : own->second;
}

Result<Policy> Policy::read(const std::string& path) {
  auto text = read_file(path, 1u << 20);
  if (!text)
    return text.refusal().code == RefusalCode::not_found ? parse(defaults()) : text.refusal();
  return parse(*text);
}

}  // namespace veerpont::sdk
