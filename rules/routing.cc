#include "rules/routing.h"

namespace veerpont::rules {

std::optional<Responsible> responsible_municipality(const Residence& residence, const Date& day,
                                                    const Municipalities& list) {
  const auto answer = [&](const std::string& code,
                          RoutingBasis basis) -> std::optional<Responsible> {
    const auto municipality = list.on(day, code);
    return municipality ? std::optional(Responsible{*municipality, basis}) : std::nullopt;
  };
  if (residence.in_shelter && !residence.before_the_stay.empty())
    return answer(residence.before_the_stay, RoutingBasis::before_the_stay);
  if (!residence.in_shelter && !residence.present.empty())
    return answer(residence.present, RoutingBasis::present_address);
  return answer(residence.mother_at_birth, RoutingBasis::mother_at_birth);
}

}  // namespace veerpont::rules
