#include "gateway/worklist/prefill.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "schemas/document_json.h"

namespace veerpont::gateway {
namespace {

namespace json = boost::json;

// The parts that hold for every child of one sitting.
constexpr std::array<std::string_view, 4> kShared{"routing", "safety", "authority", "practical"};

Refusal by_people(const char* field) {
  return {RefusalCode::invalid_input,
          "referral." + std::string(field) + ": people write it, in the workbench"};
}

}  // namespace

Result<std::string> prefilled(const v1::PrefillRequest& known) {
  const auto& referral = known.referral();
  if (referral.has_grant_record()) return by_people("grantRecord");
  if (referral.has_update()) return by_people("update");
  if (referral.has_child_voice()) return by_people("childVoice");
  const json::value parts = json::parse(write_json(referral, false));
  json::object shared{{"routing", {{"urgency", "regulier"}}}}, own;
  for (const auto& part : parts.as_object())
    (std::ranges::count(kShared, std::string_view(part.key())) > 0 ? shared : own)[part.key()] =
        part.value();
  json::object grant{{"ground", "consent"},
                     {"purpose", "arrange-help"},
                     {"record",
                      {{"answers", json::array{json::object{{"role", "child"}},
                                               json::object{{"role", "parent"}}}}}}};
  if (!known.birth_date().empty()) grant["birthDate"] = known.birth_date();
  json::object child{{"ownNumber", known.external_id()},
                     {"grant", std::move(grant)},
                     {"own", std::move(own)},
                     {"stays", json::array()}};
  return json::serialize(json::object{{"form", 2},
                                      {"kind", "referral"},
                                      {"ambulatory", false},
                                      {"municipality", known.municipality()},
                                      {"recipient", ""},
                                      {"shared", std::move(shared)},
                                      {"children", json::array{std::move(child)}},
                                      {"reasons", json::object()}});
}

}  // namespace veerpont::gateway
