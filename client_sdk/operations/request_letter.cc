#include "client_sdk/operations/request_letter.h"

#include <map>

namespace veerpont::sdk {
namespace {

const std::map<std::string, std::string>& articles() {
  static const std::map<std::string, std::string> kWords{
      {"rights-of-others",
       "om de rechten van anderen te beschermen (AVG, artikel 15, vierde lid, en artikel 23)"},
      {"safety",
       "omdat het kind of iemand anders daardoor gevaar kan lopen (UAVG, artikel 41, eerste lid, "
       "onder i)"},
      {"child-interest",
       "omdat het belang van het kind zwaarder weegt (UAVG, artikel 41, eerste lid, onder i)"},
      {"no-authority",
       "omdat niet is gebleken dat u voor het kind mag vragen (AVG, artikel 12, zesde lid)"},
      {"legal-duty",
       "omdat wij dit volgens de wet moeten bewaren (AVG, artikel 17, derde lid, onder b)"},
      {"not-incorrect", "omdat het klopt, of een oordeel is (AVG, artikel 16)"},
      {"legal-claim",
       "omdat het nodig is voor een rechtszaak (AVG, artikel 17, derde lid, onder e)"},
  };
  return kWords;
}

// The day, as people write it.
std::string day(const std::optional<Time>& time) {
  if (!time) return "een dag die niet meer bekend is";
  static const char* kMonths[] = {"januari",   "februari", "maart",    "april",
                                  "mei",       "juni",     "juli",     "augustus",
                                  "september", "oktober",  "november", "december"};
  const Date date = amsterdam_date(*time);
  return std::to_string(static_cast<unsigned>(date.day())) + " " +
         kMonths[static_cast<unsigned>(date.month()) - 1] + " " +
         std::to_string(static_cast<int>(date.year()));
}

std::string begin(const SubjectRequestRow& row) {
  const std::string received = "Wij kregen uw verzoek op " + day(row.received) + ". ";
  if (row.kind == "access") return received + "U vraagt welke gegevens over het kind wij hebben.";
  if (row.kind == "correction")
    return received + "U vraagt om gegevens over het kind te verbeteren.";
  if (row.kind == "erasure") return received + "U vraagt om gegevens over het kind te wissen.";
  return received + "U wilt niet dat wij gegevens over het kind gebruiken.";
}

const char* given(const std::string& kind) {
  if (kind == "access") return "Dit krijgt u";
  if (kind == "correction") return "Dit verbeteren wij";
  if (kind == "erasure") return "Dit wissen wij";
  return "Dit gebruiken wij niet meer";
}

const char* not_given(const std::string& kind) {
  if (kind == "access") return "Dit krijgt u niet";
  if (kind == "correction") return "Dit verbeteren wij niet";
  if (kind == "erasure") return "Dit wissen wij niet";
  return "Dit blijven wij gebruiken";
}

std::string about(const RequestPart& part) {
  std::string line = "- " + label_of(part.category, Language::dutch);
  if (part.verdict == "partly") line += " (een deel)";
  if (part.ours)
    return line + ", op " + day(part.when) + " verstuurd naar " +
           (part.title.empty() ? part.with : part.title) +
           (part.opened ? " en daar gelezen op " + day(part.opened) : ", daar niet gelezen");
  return line + ", op " + day(part.when) + " ontvangen";
}

}  // namespace

std::string article_words(const std::string& article) {
  const auto found = articles().find(article);
  return found == articles().end() ? std::string() : found->second;
}

std::string request_letter(const SubjectRequest& request, const std::string& organisation) {
  std::string out = begin(request.row) + "\n";
  if (!request.row.extension.empty())
    out += "Wij namen meer tijd, omdat: " + request.row.extension + "\n";
  std::string gives, withholds;
  for (const RequestPart& part : request.parts) {
    if (part.verdict != "withhold") gives += about(part) + "\n";
    if (part.verdict == "give") continue;
    // Of what is not given, no more than what kind of data it is.
    withholds +=
        "- " + label_of(part.category, Language::dutch) + ": " +
        (part.article.empty() ? "hierover is nog niet beslist" : article_words(part.article)) +
        "\n";
  }
  const std::string& kind = request.row.kind;
  out += std::string("\n") + given(kind) + ":\n" + (gives.empty() ? "- niets\n" : gives);
  if (!withholds.empty()) out += std::string("\n") + not_given(kind) + ":\n" + withholds;
  if (request.parts.empty()) out += "\nWij hebben in dit programma geen gegevens over het kind.\n";
  if (kind != "access" && !request.recipients.empty()) {
    out += "\nWij vertellen dit aan wie de gegevens van ons kreeg:\n";
    for (const std::string& one : request.recipients) out += "- " + one + "\n";
  }
  return out +
         "\nBent u het hier niet mee eens? Vertel het ons. U kunt ook een klacht indienen bij de "
         "Autoriteit Persoonsgegevens, of naar de rechter gaan.\n\n" +
         organisation + "\n";
}

}  // namespace veerpont::sdk
