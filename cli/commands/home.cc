// join, whoami, doctor, directory: who we are and whom we know.
#include <boost/json/parse.hpp>

#include "cli/commands/output.h"

namespace veerpont::cli {

namespace json = boost::json;

namespace {

json::object row_of(const Partner& p) {
  json::array serves;
  for (const auto& code : p.serves) serves.emplace_back(code);
  json::object row{{"org", p.org},
                   {"title", p.title},
                   {"kind", p.kind},
                   {"serves", serves},
                   {"fingerprint", p.fingerprint},
                   {"confirmed", p.confirmed}};
  row["hidden"] = p.hidden;
  if (!p.profile.empty()) row["profile"] = json::parse(p.profile);
  return row;
}

std::string line_of(const Partner& p) {
  return p.org + "  " + p.title + "  " + p.kind + "  " +
         (p.confirmed ? "confirmed" : "not confirmed") + "  " + p.fingerprint +
         (p.crisis_telephone.empty() ? "" : "  crisis " + p.crisis_telephone);
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
  return print(
      options,
      json::object{
          {"org", joined->org}, {"fingerprint", joined->fingerprint}, {"broker", joined->broker}},
      {joined->org + " has joined. Others confirm this fingerprint by telephone:",
       joined->fingerprint});
}

int whoami(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  const Identity me = opened->whoami();
  return print(options,
               json::object{{"org", me.org},
                            {"title", me.title},
                            {"kind", me.kind},
                            {"fingerprint", me.fingerprint},
                            {"broker", me.broker}},
               {me.org + " (" + me.title + ", " + me.kind + ")", "fingerprint " + me.fingerprint,
                "broker " + me.broker});
}

int doctor(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  json::array rows;
  std::vector<std::string> lines;
  bool healthy = true;
  for (const Check& check : opened->doctor()) {
    rows.push_back(json::object{{"check", check.check},
                                {"ok", check.ok},
                                {"warns", check.warns},
                                {"cause", check.cause},
                                {"cure", check.cure}});
    const bool silent = check.ok && !check.warns;
    lines.push_back(std::string(!check.ok     ? "FAIL  "
                                : check.warns ? "warn  "
                                              : "ok    ") +
                    check.check + (silent ? "" : ": " + check.cause + " Cure: " + check.cure));
    healthy = healthy && check.ok;
  }
  const int printed = print(options, rows, lines);
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
          ? "The identity key is replaced. Partners confirm the new fingerprint by telephone:"
          : "The signing key is replaced.";
  return print(options,
               json::object{{"org", replaced->org}, {"fingerprint", replaced->fingerprint}},
               {news, replaced->fingerprint});
}

int directory(const Options& options) {
  const auto kind = options.kind.empty() ? std::nullopt : org_kind_from_id(options.kind);
  if (!options.kind.empty() && !kind)
    return fail(options, {RefusalCode::invalid_input, "no such kind of organisation"});
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto partners = opened->directory(options.municipality, kind);
  if (!partners) return fail(options, partners.refusal());
  json::array rows;
  std::vector<std::string> lines;
  for (const Partner& p : *partners) {
    rows.push_back(row_of(p));
    lines.push_back(line_of(p));
  }
  return print(options, rows, lines);
}

int directory_publish(const Options& options) {
  auto profile = text_of(options.file);
  if (!profile) return fail(options, profile.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto index = opened->publish_profile(*profile);
  if (!index) return fail(options, index.refusal());
  return print(options, json::object{{"logIndex", index->value}},
               {"Everyone sees it now, event " + std::to_string(index->value) + "."});
}

int route(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto route =
      opened->route({!options.ambulatory, options.before, options.present, options.mother});
  if (!route) return fail(options, route.refusal());
  const Language language = language_of(options);
  json::array organisations;
  std::vector<std::string> lines{route->municipality + "  " + route->name,
                                 label_of(route->basis, language)};
  for (const Partner& p : route->organisations) {
    organisations.push_back(row_of(p));
    lines.push_back(line_of(p));
  }
  if (organisations.empty() && language == Language::dutch)
    lines.push_back("Niemand in de federatie werkt voor deze gemeente." +
                    (route->access_telephone.empty()
                         ? ""
                         : " Bel de toegang van de gemeente: " + route->access_telephone + "."));
  if (organisations.empty() && language == Language::english)
    lines.push_back("Nobody in the federation serves this municipality." +
                    (route->access_telephone.empty() ? ""
                                                     : " Call the municipality's access point: " +
                                                           route->access_telephone + "."));
  return print(options,
               json::object{{"municipality", route->municipality},
                            {"name", route->name},
                            {"basis", id_of(route->basis)},
                            {"organisations", std::move(organisations)},
                            {"accessTelephone", route->access_telephone}},
               lines);
}

int directory_confirm(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto confirmed = opened->confirm(options.org, options.fingerprint);
  if (!confirmed) return fail(options, confirmed.refusal());
  return print(options, json::object{{"org", options.org}, {"confirmed", true}},
               {options.org + " is confirmed."});
}

}  // namespace veerpont::cli
