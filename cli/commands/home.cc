// join, whoami, doctor, directory: who we are and whom we know.
#include "base/dutch.h"
#include "base/spoken_time.h"
#include "cli/commands/output.h"

namespace veerpont::cli {

namespace {

std::string line_of(const Options& options, const Partner& p) {
  const auto kind = org_kind_from_id(p.kind);
  return called(options, p.title, p.org, p.suspended) + "  " +
         (kind ? label_of(*kind, language_of(options)) : p.kind) + "  " +
         (p.confirmed ? say(options, "bevestigd", "confirmed")
                      : say(options, "niet bevestigd", "not confirmed")) +
         (p.crisis_telephone.empty() ? "" : "  crisis " + p.crisis_telephone) + "\n    " +
         say(options, "controlecode ", "control code ") + p.control_code;
}

}  // namespace

int join(const Options& options) {
  std::optional<Unlock> opened;
  if (options.credential.empty()) {
    auto unlocked = unlock();
    if (!unlocked) return fail(options, unlocked.refusal());
    opened = *unlocked;
  }
  auto joined = veerpont::join(
      options.home, options.file, opened,
      options.credential.empty() ? std::nullopt : std::optional(options.credential), options.proxy);
  if (!joined) return fail(options, joined.refusal());
  return print(options, api::joined(*joined),
               {joined->org +
                    say(options, " doet mee. Anderen bevestigen deze controlecode aan de telefoon:",
                        " has joined. Others confirm this control code by telephone:"),
                joined->control_code, "fingerprint " + joined->fingerprint});
}

int whoami(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  const Identity me = opened->whoami();
  const auto kind = org_kind_from_id(me.kind);
  return print(options, api::identity(me),
               {me.title + " (" + me.org + ", " +
                    (kind ? label_of(*kind, language_of(options)) : me.kind) + ")",
                say(options, "controlecode ", "control code ") + me.control_code,
                "fingerprint " + me.fingerprint, "Veerpont " + me.broker});
}

int doctor(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  const Language language = language_of(options);
  const auto translated = [&](const std::string& text) {
    return with_times_in_words(language == Language::dutch ? in_dutch(text) : text, language);
  };
  std::vector<std::string> lines;
  bool healthy = true;
  const auto checks = opened->doctor();
  for (const Check& check : checks) {
    const bool silent = check.ok && !check.warns;
    const std::string cause =
        check.refusal ? with_times_in_words(describe(*check.refusal, language), language)
                      : translated(check.cause);
    lines.push_back(
        std::string(!check.ok     ? "FAIL  "
                    : check.warns ? "warn  "
                                  : "ok    ") +
        translated(check.check) +
        (silent ? ""
                : ": " + cause + say(options, " Doe dit: ", " Cure: ") + translated(check.cure)));
    healthy = healthy && check.ok;
  }
  const int printed = print(options, api::checks(checks), lines);
  return healthy ? printed : 1;
}

int keys_replace(const Options& options) {
  auto unlocked = unlock();
  if (!unlocked) return fail(options, unlocked.refusal());
  auto home = Home::open(options.home, *unlocked);
  if (!home) return fail(options, home.refusal());
  auto replaced = Client(std::move(*home)).replace_keys(*unlocked, options.identity);
  if (!replaced) return fail(options, replaced.refusal());
  const std::string news =
      options.identity
          ? say(options,
                "De identiteitssleutel is vervangen. Partners bevestigen de nieuwe controlecode "
                "aan "
                "de telefoon:",
                "The identity key is replaced. Partners confirm the new control code by telephone:")
          : say(options, "De ondertekensleutel is vervangen.", "The signing key is replaced.");
  return print(options, api::identity(*replaced), {news, replaced->control_code});
}

int directory(const Options& options) {
  const auto kind = options.kind.empty() ? std::nullopt : org_kind_from_id(options.kind);
  if (!options.kind.empty() && !kind)
    return fail(options, {RefusalCode::invalid_input,
                          "--kind: no such kind of organisation; one of: shelter, youth-team, "
                          "youth-service, municipality, certified-agency, "
                          "child-protection-board, oversight"});
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto partners = opened->directory(options.municipality, kind);
  if (!partners) return fail(options, partners.refusal());
  std::vector<std::string> lines;
  lines.reserve(partners->size());
  for (const Partner& p : *partners) lines.push_back(line_of(options, p));
  if (lines.empty())
    lines.push_back(
        say(options, "Er is geen organisatie die hierbij past.", "There is no such organisation."));
  return print(options, api::directory(*partners), lines);
}

int directory_publish(const Options& options) {
  auto profile = text_of(options.file);
  if (!profile) return fail(options, profile.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto index = opened->publish_profile(*profile);
  if (!index) return fail(options, index.refusal());
  return print(
      options, api::logged(*index),
      {say(options, "Iedereen ziet het nu. Registerregel ", "Everyone sees it now, event ") +
       std::to_string(index->value) + "."});
}

int route(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto route =
      opened->route({!options.ambulatory, options.before, options.present, options.mother});
  if (!route) return fail(options, route.refusal());
  std::vector<std::string> lines{route->name + " (" + route->municipality + ")",
                                 label_of(route->basis, language_of(options))};
  for (const Partner& p : route->organisations) lines.push_back(line_of(options, p));
  if (route->organisations.empty()) {
    lines.push_back(say(options, "Niemand in de federatie werkt voor deze gemeente.",
                        "Nobody in the federation serves this municipality."));
    if (!route->access_telephone.empty())
      lines.back() +=
          say(options,
              " Bel de toegang van de gemeente: ", " Call the municipality's access point: ") +
          route->access_telephone + ".";
  }
  return print(options, api::route(*route), lines);
}

int directory_confirm(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto confirmed = opened->confirm(options.org, options.fingerprint);
  if (!confirmed) return fail(options, confirmed.refusal());
  return print(options, api::v1::Done(),
               {options.org + say(options, " is bevestigd.", " is confirmed.")});
}

}  // namespace veerpont::cli
