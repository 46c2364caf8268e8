#include "client_sdk/home/policy.h"

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>
#include <variant>

#include "base/private_file.h"
#include "base/toml.h"
#include "client_sdk/home/policy_toml.h"

namespace veerpont::sdk {
namespace {

Refusal invalid_policy(const std::string& what) {
  return Refusal{RefusalCode::invalid_input, "policy.toml: " + what};
}

using Slot = std::variant<int*, bool*>;
struct Rule {
  std::string key;  // "consent.longest_months"
  int least, most;
  std::function<Slot(Policy&)> slot;
};

std::string retention_key(Category category) {
  std::string key = "retention." + id_of(category);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

const std::vector<Rule>& every_rule() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> all{
        {"consent.longest_months", 1, 12, [](Policy& p) { return &p.consent.longest_months; }},
        {"consent.reported_agrees_counts", 0, 1,
         [](Policy& p) { return &p.consent.reported_agrees_counts; }},
        {"consent.statement_suffices", 0, 1,
         [](Policy& p) { return &p.consent.statement_suffices; }},
        {"consent.authority_check_days", 0, 60, [](Policy& p) { return &p.authority_check_days; }},
        {"grounds.first_referral_when_involved", 0, 1,
         [](Policy& p) { return &p.first_referral_when_involved; }},
        {"grounds.countersign_hours", 1, 168, [](Policy& p) { return &p.countersign_hours; }},
        {"referral.again_days", 0, 366, [](Policy& p) { return &p.again_days; }},
        {"rhythm.parents_days", 1, 60, [](Policy& p) { return &p.parents_days; }},
        {"rhythm.child_days", 1, 60, [](Policy& p) { return &p.child_days; }},
        {"retention.months", 0, 360, [](Policy& p) { return &p.retention_months; }},
    };
    for (const Category category : CategorySet::all().list())
      all.push_back({retention_key(category), 0, 360,
                     [category](Policy& p) { return &p.category_months[category]; }});
    return all;
  }();
  return rules;
}

bool put(const toml::node& node, const Rule& rule, Policy& policy) {
  const Slot slot = rule.slot(policy);
  if (const auto* yes = std::get_if<bool*>(&slot)) {
    const auto* value = node.as_boolean();
    if (value != nullptr) **yes = value->get();
    return value != nullptr;
  }
  const auto* value = node.as_integer();
  if (value == nullptr || value->get() < rule.least || value->get() > rule.most) return false;
  *std::get<int*>(slot) = static_cast<int>(value->get());
  return true;
}

int value_of(const Rule& rule, Policy& policy) {
  const Slot slot = rule.slot(policy);
  const auto* yes = std::get_if<bool*>(&slot);
  return yes != nullptr ? (**yes ? 1 : 0) : *std::get<int*>(slot);
}

}  // namespace

std::string Policy::defaults() { return kPolicyToml; }

Result<Policy> Policy::parse(const std::string& text) {
  const auto parsed = parse_toml(text);
  if (!parsed) return invalid_policy("not valid TOML");
  Policy policy;
  policy.sha256 = crypto::sha256(text);
  for (const auto& [section, node] : *parsed) {
    const auto* table = node.as_table();
    if (table == nullptr) return invalid_policy(std::string(section.str()) + ": no such key");
    for (const auto& [key, value] : *table) {
      const std::string name = std::string(section.str()) + "." + std::string(key.str());
      const auto rule = std::ranges::find(every_rule(), name, &Rule::key);
      if (rule == every_rule().end()) return invalid_policy(name + ": no such key");
      if (!put(value, *rule, policy)) return invalid_policy(name + ": wrong type or out of range");
    }
  }
  return policy;
}

std::vector<Policy::Held> Policy::rules() const {
  Policy mine = *this, usual;
  std::vector<Held> out;
  for (const Rule& rule : every_rule()) {
    const Slot slot = rule.slot(usual);
    out.push_back({rule.key, std::holds_alternative<bool*>(slot), value_of(rule, mine),
                   value_of(rule, usual), rule.least, rule.most});
  }
  for (const Category category : CategorySet::all().list()) {
    const auto row = std::ranges::find(out, retention_key(category), &Held::key);
    row->value = retention_of(category);
    row->usual = retention_months;
  }
  return out;
}

Result<std::string> Policy::with(const std::string& text, const std::string& key, int value) {
  const auto rule = std::ranges::find(every_rule(), key, &Rule::key);
  if (rule == every_rule().end()) return invalid_policy(key + ": no such key");
  Policy any;
  const Slot slot = rule->slot(any);
  const bool yes_no = std::holds_alternative<bool*>(slot);
  if (value < rule->least || value > rule->most)
    return invalid_policy(key + ": wrong type or out of range");
  const auto dot = key.find('.');
  const std::string section = "[" + key.substr(0, dot) + "]", name = key.substr(dot + 1);
  const std::string line =
      name + " = " + (yes_no ? (value == 1 ? "true" : "false") : std::to_string(value));
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one);) lines.push_back(one);
  // What it is now: its line is replaced, and a line that somebody wrote behind it stays.
  const auto stripped = [](std::string one) {
    std::erase_if(one, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    return one;
  };
  const auto begins = [&](const std::string& one, const std::string& with) {
    return stripped(one).starts_with(with);
  };
  const auto head =
      std::ranges::find_if(lines, [&](const auto& one) { return begins(one, section); });
  if (head == lines.end()) {
    lines.insert(lines.end(), {"", section, line});
  } else {
    const auto end =
        std::find_if(head + 1, lines.end(), [&](const auto& one) { return begins(one, "["); });
    const auto at =
        std::find_if(head + 1, end, [&](const auto& one) { return begins(one, name + "="); });
    if (at != end)
      *at = line;
    else
      lines.insert(head + 1, line);
  }
  std::string out;
  for (const std::string& one : lines) out += one + '\n';
  if (auto read = parse(out); !read) return read.refusal();
  return out;
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
