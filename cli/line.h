// What the parts of the command line share: how a command is added, and the options that many have.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands/commands.h"

namespace veerpont::cli {

using Command = int (*)(const Options&);

class Line {
 protected:
  CLI::App* command(CLI::App& parent, const char* name, const char* help, Command action) {
    CLI::App* sub = parent.add_subcommand(name, help);
    sub->add_option("--home", options_.home, "the organisation's folder")
        ->envname("VEERPONT_HOME")
        ->required();
    sub->add_flag("--json", options_.json, "one JSON document on standard output");
    add_language(*sub);
    sub->callback([this, action] { chosen_ = action; });
    return sub;
  }

  CLI::App& group(const char* name, const char* help) {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->require_subcommand(1);
    return *sub;
  }

  CLI::App* reads(CLI::App* sub) {
    CLI::Option* offline =
        sub->add_flag("--offline", options_.offline, "what is here, without asking the broker");
    sub->add_flag("--fresh", options_.fresh, "refuse when the broker does not answer")
        ->excludes(offline);
    return sub;
  }

  static void needs_no_home(CLI::App& sub) { sub.get_option("--home")->required(false); }

  void add_pin(CLI::App& sub, const char* name, std::string& file) {
    sub.add_option(name, file, "a file with the PIN on its first line; else it is asked for");
  }

  void add_language(CLI::App& sub) {
    sub.add_option("--lang", options_.language, "nl (when not said) or en")
        ->check(CLI::IsMember({"nl", "en"}));
  }

  // Who looks at content.
  void add_actor(CLI::App& sub) {
    sub.add_option("--worker", options_.worker,
                   "who looks, one of `veerpont worker list`; it stays in this organisation's own "
                   "access log; else VEERPONT_WORKER");
    sub.add_option("--role", options_.role, "worker when not said")
        ->check(
            CLI::IsMember({"worker", "team-lead", "privacy-officer", "administrator", "system"}));
    sub.add_option("--purpose", options_.purpose, "for what; kept in the access log");
    sub.add_option("--why", options_.why, "why, when it is not one's own work; kept there too");
  }

  void add_when_unreachable(CLI::App& sub) {
    sub.add_option("--when-unreachable", options_.when_unreachable,
                   "hold (when not said): kept and sent later; drop: not sent then")
        ->check(CLI::IsMember({"hold", "drop"}));
  }

  // Which part of the log.
  CLI::App* filters(CLI::App* sub) {
    sub->add_option("--from", options_.from, "from this day on, 2026-12-01");
    sub->add_option("--until", options_.until, "until and with this day");
    sub->add_option("--with", options_.org, "with this organisation");
    sub->add_option("--ground", options_.ground, "shared on this ground");
    sub->add_option("--category", options_.category, "about this kind of data");
    if (sub->get_name() == "flows") return sub;
    sub->add_option("--kind", options_.kind, "of this kind, as the list names it");
    sub->add_option("--grant", options_.grant, "under this grant");
    sub->add_option("--referral", options_.id, "of this referral");
    sub->add_option("--limit", options_.limit, "so many, the newest ones first");
    return sub;
  }

  CLI::App app_{"Veerpont: refer a child, receive, answer, prove."};
  Options options_;
  Command chosen_ = nullptr;
};

}  // namespace veerpont::cli
