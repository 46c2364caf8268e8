#include "rules/refused_categories.h"

namespace veerpont::rules {

std::optional<Refusal> refusal_of(const GrantScope& grant, const OrgId& sender,
                                  const OrgId& receiver, CategorySet categories, Time now) {
  const auto code = refuses(grant, sender, receiver, categories, now);
  if (!code) return std::nullopt;
  Refusal out{*code};
  if (refuses(grant, sender, receiver, {}, now)) return out;  // whatever goes
  for (const Category category : categories.list())
    if (refuses(grant, sender, receiver, {category}, now) == code)
      out.detail += (out.detail.empty() ? "" : ", ") + id_of(category);
  return out;
}

}  // namespace veerpont::rules
