// audit export, check-export, register: what the privacy officer hands over, with a signed
// manifest.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/private_file.h"
#include "cli/commands/output.h"

namespace veerpont::cli {
namespace {

std::string sheet_name(const Options& options, const std::string& id) {
  if (id == "refer") return say(options, "Kinderen verwijzen", "Referring children");
  if (id == "receive") return say(options, "Verwijzingen ontvangen", "Receiving referrals");
  if (id == "consult") return say(options, "Anoniem overleggen", "Anonymous consults");
  if (id == "inform") return say(options, "Informatieverzoeken", "Information requests");
  return say(options, "Verantwoorden: logboek en inzageregister",
             "Accounting: the log and the access log");
}

std::string known_or(const Options& options, const std::string& text) {
  return text.empty() ? say(options, "(nog niet ingevuld)", "(nobody said so yet)") : text;
}

std::vector<std::string> lines_of(const Options& options, const ProcessingRegister& all) {
  const Language language = language_of(options);
  std::vector<std::string> lines{
      say(options, "Register van verwerkingen van ", "Register of processing activities of ") +
      all.organisation + say(options, ", zoals het was op ", ", as it was on ") +
      words(options, all.made)};
  for (const RegisterWord& word : all.said)
    lines.push_back("  " + word.field + ": " + word.text + "  (" + word.person + ", " +
                    words(options, word.since) + ")");
  for (const RegisterSheet& sheet : all.sheets) {
    lines.push_back(sheet_name(options, sheet.id) + "  [" + sheet.id + "]");
    lines.push_back(say(options, "  doel: ", "  purpose: ") + known_or(options, sheet.purpose));
    for (const RegisterBasis& basis : sheet.bases) {
      const auto ground = ground_from_id(basis.ground);
      lines.push_back(say(options, "  grond: ", "  ground: ") +
                      (ground ? label_of(*ground, language) : basis.ground) +
                      say(options, ", AVG artikel ", ", GDPR article ") +
                      known_or(options, basis.articles));
    }
    if (!sheet.sent.empty())
      lines.push_back(say(options, "  verstuurd: ", "  sent: ") + joined(sheet.sent, language));
    if (!sheet.received.empty())
      lines.push_back(say(options, "  ontvangen: ", "  received: ") +
                      joined(sheet.received, language));
    for (const RegisterPartner& one : sheet.partners)
      lines.push_back(say(options, "  met: ", "  with: ") +
                      called(options, one.title, one.org, false));
    std::string kept;
    for (const auto& [category, months] : sheet.months)
      kept +=
          (kept.empty() ? "" : ", ") + joined({category}, language) + " " + std::to_string(months);
    if (!kept.empty())
      lines.push_back(say(options, "  bewaard, in maanden na het einde: ",
                          "  kept, in months after the end: ") +
                      kept);
  }
  return lines;
}

}  // namespace

int audit_export(const Options& options) {
  auto query = event_query(options);
  if (!query) return fail(options, query.refusal());
  query->limit = 0;
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto made = opened->audit_export(
      {options.what, options.format.empty() ? "csv" : options.format, *query}, actor_of(options));
  if (!made) return fail(options, made.refusal());
  const std::string file = options.out + "/" + made->name, manifest = file + ".manifest.json";
  std::error_code failed;
  std::filesystem::create_directories(options.out, failed);
  for (const auto& [path, bytes] :
       {std::pair(file, &made->content), std::pair(manifest, &made->manifest)})
    if (auto written = write_private_file(path, *bytes); !written)
      return fail(options, written.refusal());
  api::v1::HandedOver answer;
  answer.set_name(made->name);
  answer.set_content(made->content);
  answer.set_manifest(made->manifest);
  return print(options, answer,
               {file, manifest,
                say(options, "Vastgelegd in het inzageregister. Wie de sleutel van het logboek ",
                    "Recorded in the access log. Whoever has the log's key checks it with ") +
                    say(options, "heeft, controleert dit met `veerpont audit check-export`.",
                        "`veerpont audit check-export`.")});
}

int audit_check_export(const Options& options) {
  auto bytes = text_of(options.file);
  if (!bytes) return fail(options, bytes.refusal());
  auto manifest =
      text_of(options.document.empty() ? options.file + ".manifest.json" : options.document);
  if (!manifest) return fail(options, manifest.refusal());
  auto checked = check_manifest(*manifest, *bytes, options.key);
  if (!checked) return fail(options, checked.refusal());
  return print(
      options, api::checked_export(*checked),
      {say(options, "klopt: ", "holds: ") + checked->organisation +
           say(options, " maakte dit op ", " made this on ") + words(options, checked->made),
       checked->what + " " + checked->format + " " + checked->selection + "  " +
           std::to_string(checked->rows) + say(options, " regels", " rows"),
       checked->log + "  " + std::to_string(checked->log_size),
       say(options, "kenmerk van de organisatie: ", "fingerprint of the organisation: ") +
           checked->fingerprint});
}

int audit_register_show(const Options& options) {
  auto on = optional_day(options.date);
  if (!on) return fail(options, on.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto all = opened->processing_register(*on);
  if (!all) return fail(options, all.refusal());
  return print(options, api::processing_register(*all), lines_of(options, *all));
}

int audit_register_set(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  Actor actor{options.worker};
  actor.role = ActorRole::privacy_officer;
  if (auto said = opened->say_in_register(options.id, options.note, actor); !said)
    return fail(options, said.refusal());
  auto all = opened->processing_register();
  if (!all) return fail(options, all.refusal());
  return print(options, api::processing_register(*all), lines_of(options, *all));
}

}  // namespace veerpont::cli
