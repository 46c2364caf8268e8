// veerpont: the command line of an organisation. CLI11 is known here and in the two headers beside
// it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>

#include "cli/commands/output.h"
#include "cli/officer_line.h"
#include "crypto/secret.h"
#include "schemas/document_json.h"

namespace veerpont::cli {
namespace {

class CommandLine : private OfficerLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "veerpont 0.1.0");
    app_.footer(
        "Home: --home or VEERPONT_HOME. Unlock: VEERPONT_CREDENTIAL_FILE, "
        "VEERPONT_PASSPHRASE_FILE, or a prompt.\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage or invalid document, 3 refused, 4 tampered, 5 "
        "broker unreachable, or waiting to be sent.");
    add_home();
    add_grants();
    add_outbox();
    add_workers();
    add_policy();
    add_documents();
    add_referrals();
    add_replies();
    add_inbox();
    add_due();
    add_audit();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : refused_words(argc, argv, error);
    }
    return chosen_(options_);
  }

 private:
  // Standard error has said what is wrong; a program reads a document on every exit.
  static int refused_words(int argc, char** argv, const CLI::ParseError& error) {
    const std::vector<std::string> given(argv, argv + argc);
    if (std::ranges::count(given, "--json") > 0)
      std::cout << write_json(api::refused({RefusalCode::invalid_input, error.get_name()}), false)
                << '\n';
    return 2;
  }

  void add_home() {
    CLI::App* joins = command(app_, "join", "join a federation with an invitation", join);
    joins->add_option("invitation", options_.file, "the file of `veerpontd invite`")->required();
    joins->add_option("--credential", options_.credential,
                      "make this credential file and unlock with it, for services");
    joins
        ->add_option("--proxy", options_.proxy,
                     "HOST:PORT of an HTTP proxy that every connection goes through; a hidden "
                     "organisation without one: none")
        ->check([](const std::string& given) {
          return given.empty() ? std::string("an address is HOST:PORT") : std::string();
        });
    command(app_, "whoami", "this organisation and its fingerprint", whoami);
    command(app_, "doctor", "what works and what does not, with its cure", doctor);
    CLI::App& keys = group("keys", "this organisation's own keys");
    command(keys, "replace",
            "the signing key may be in other hands: make another, and say that the old one is "
            "compromised",
            keys_replace)
        ->add_flag("--identity", options_.identity,
                   "the identity key too: every partner confirms the new fingerprint again");
    CLI::App* lists = app_.add_subcommand("directory", "the organisations of the federation");
    lists->add_option("--home", options_.home, "the organisation's folder")
        ->envname("VEERPONT_HOME");
    lists->add_flag("--json", options_.json, "one JSON document on standard output");
    lists->add_option("--municipality", options_.municipality,
                      "those that serve it: a name (Leiden) or its CBS code (GM0546)");
    lists->add_option("--kind", options_.kind, "those of this kind");
    CLI::App* confirms = command(
        *lists, "confirm", "a person compared the fingerprint by another way", directory_confirm);
    confirms->add_option("org", options_.org)->required();
    confirms
        ->add_option("--fingerprint", options_.fingerprint,
                     "64 hex digits, as the other organisation read them")
        ->required();
    lists->require_subcommand(0, 1);
    CLI::App* publishes = command(
        *lists, "publish", "what everyone sees of this organisation: service, hours, crisis, teams",
        directory_publish);
    publishes->add_option("file", options_.file, "a Profile in JSON")->required();
    CLI::App* routes =
        command(app_, "route", "the municipality that is responsible, and who serves it", route);
    routes->add_flag("--ambulatory", options_.ambulatory, "the family does not stay in a shelter");
    routes->add_option("--before", options_.before,
                       "where the child was registered immediately before the stay, GM…");
    routes->add_option("--present", options_.present, "where the child is registered now");
    routes->add_option("--mother", options_.mother,
                       "where the mother lived when the child was born");
    lists->callback([this, confirms, publishes] {
      if (confirms->parsed() || publishes->parsed()) return;
      if (options_.home.empty()) throw CLI::RequiredError("--home");
      chosen_ = directory;
    });
  }

  void add_grants() {
    CLI::App& grants = group("grant", "on what ground data may cross");
    CLI::App* registers =
        command(grants, "register", "register a grant from a draft", grant_register);
    registers->add_option("file", options_.file)->required();
    registers->add_option(
        "--operation", options_.operation,
        "a name of your own for this registration: repeating it gives the same grant");
    registers->add_option("--worker", options_.worker, "who registers it; an exception needs it");
    add_when_unreachable(*registers);
    command(grants, "list", "the grants of this organisation", grant_list);
    command(grants, "show", "one grant", grant_show)->add_option("id", options_.id)->required();
    CLI::App* withdraws =
        command(grants, "withdraw", "stop sharing, whole or for some categories", grant_withdraw);
    withdraws->add_option("id", options_.id)->required();
    withdraws->add_option("--category", options_.categories, "only these categories");
    CLI::App* dues = command(
        grants, "due", "what must be done soon: consent anew, the authority register", grant_due);
    dues->add_option("--days", options_.days, "how far ahead; 30 when not said")
        ->check(CLI::Range(0, 400));
    CLI::App* checked =
        command(grants, "authority-checked", "somebody looked in the authority register",
                grant_authority_checked);
    checked->add_option("id", options_.id)->required();
    checked->add_option("--date", options_.date, "2026-12-01; today when not said");
    CLI::App* countersigns = command(
        grants, "countersign", "the second professional confirms an exception", grant_countersign);
    countersigns->add_option("id", options_.id)->required();
    countersigns->add_option("--worker", options_.worker, "as the record names them")->required();
    add_pin(*countersigns, "--pin-file", options_.pin_file);
  }

  void add_outbox() {
    CLI::App* queue =
        app_.add_subcommand("outbox", "what has not been sent yet: messages, grants, withdrawals");
    queue->add_option("--home", options_.home, "the organisation's folder")
        ->envname("VEERPONT_HOME");
    queue->add_flag("--json", options_.json, "one JSON document on standard output");
    add_language(*queue);
    CLI::App* cancels =
        command(*queue, "cancel", "a message that waits is not sent", outbox_cancel);
    cancels->add_option("id", options_.id, "the message")->required();
    queue->require_subcommand(0, 1);
    queue->callback([this, cancels] {
      if (cancels->parsed()) return;
      if (options_.home.empty()) throw CLI::RequiredError("--home");
      chosen_ = outbox;
    });
  }

  void add_workers() {
    CLI::App& workers = group(
        "worker",
        "people of this organisation who confirm under their own name, with a PIN of their own");
    const auto about = [&](const char* name, const char* help, Command action) {
      CLI::App* sub = command(workers, name, help, action);
      sub->add_option("name", options_.worker)->required();
      return sub;
    };
    add_pin(*about("add", "somebody sets their PIN: 6 to 32 digits", worker_add), "--pin-file",
            options_.pin_file);
    CLI::App* changes = about("pin", "somebody changes their PIN", worker_pin);
    add_pin(*changes, "--pin-file", options_.pin_file);
    add_pin(*changes, "--new-pin-file", options_.new_pin_file);
    about("remove", "nobody confirms under this name any more", worker_remove);
    command(workers, "list", "who set a PIN, and since when", worker_list);
  }

  void add_policy() {
    CLI::App& policy = group("policy", "what this organisation decided for itself: policy.toml");
    command(policy, "show", "every rule, and who changed one when", policy_show);
    CLI::App* sets = command(policy, "set", "change one rule", policy_set);
    sets->add_option("rule", options_.id, "as `policy show` names it")->required();
    sets->add_option("value", options_.value, "a number; yes or no")
        ->required()
        ->transform(CLI::Transformer(std::map<std::string, std::string>{
            {"yes", "1"}, {"no", "0"}, {"ja", "1"}, {"nee", "0"}, {"true", "1"}, {"false", "0"}}));
    sets->add_option("--worker", options_.worker, "who changes it");
    CLI::App& words =
        group("secret-words", "words that must never be sent: name, street, telephone");
    command(words, "show", "all of them", secret_words_show);
    CLI::App* replaces = command(words, "set", "these, in place of all of them", secret_words_set);
    replaces->add_option("word", options_.words)->expected(0, -1);
    replaces->add_option("--worker", options_.worker, "who changes them");
  }

  void add_reason(CLI::App& sub) {
    add_when_unreachable(sub);
    sub.add_option("--reason", options_.reasons,
                   "POINTER=TEXT, once for each finding: why it goes although it asks; kept in "
                   "this home. TEXT alone when one asks");
  }

  void add_documents() {
    CLI::App* checks = command(
        app_, "check", "what the rules say of a grant and a document; sends nothing", check);
    checks->add_option("file", options_.file, "a Referral in JSON");
    CLI::Option* drafted = checks->add_option("--grant", options_.id, "the draft of the grant");
    checks
        ->add_option("--siblings", options_.siblings,
                     "a SiblingReferrals in JSON, under registered grants")
        ->excludes(drafted);
    CLI::App* schemas = app_.add_subcommand("schema", "the JSON Schema of a kind of document");
    schemas
        ->add_option("kind", options_.kind,
                     "referral, update, grant, grant-record, profile, siblings")
        ->required();
    schemas->callback([this] { chosen_ = schema; });
    CLI::App* starts = app_.add_subcommand(
        "new",
        "a document to begin with: every field with a hint, which is skipped when it is read");
    starts->add_option("kind", options_.kind, "as for schema")->required();
    add_language(*starts);
    starts->callback([this] { chosen_ = new_document; });
  }

  void add_referrals() {
    CLI::App* refers = command(app_, "refer", "refer a child under a grant", refer);
    refers->add_option("file", options_.file, "a Referral in JSON")->required();
    refers->add_option("--grant", options_.id)->required();
    refers->add_option("--respond-by", options_.respond_by, "by when the recipient must read it");
    add_reason(*refers);
    refers->add_option("--linked", options_.linked,
                       "a referral because of which this one begins; nothing of it is forwarded");
    refers->add_option("--external-id", options_.external_id,
                       "this organisation's own number for it");
    CLI::App* families =
        command(app_, "refer-siblings", "refer brothers and sisters, each under a grant of its own",
                refer_siblings);
    families->add_option("file", options_.file, "a SiblingReferrals in JSON")->required();
    families->add_option("--respond-by", options_.respond_by, "by when the recipient must read it");
    add_reason(*families);
  }

  void add_replies() {
    CLI::App* replies = command(app_, "reply", "take the next step in a referral", reply);
    replies->add_option("referral", options_.id)->required();
    replies
        ->add_option("step", options_.step,
                     "accept, decline, redirect, request-info, provide-info, waitlist, "
                     "plan-handover, start, pause, resume, complete, not-started, update, renew, "
                     "withdraw, stay-ended, access-requested, access-answered")
        ->required();
    add_reason(*replies);
    replies->add_option("--grant", options_.grant, "for renew: the new grant");
    replies->add_option("--document", options_.document,
                        "an Update in JSON; for provide-info a Referral");
    replies
        ->add_option("--sharing", options_.sharing,
                     "to withdraw after it was accepted: stop, or keep what is shared")
        ->check(CLI::IsMember({"stop", "keep"}));
    replies->add_option("--respond-by", options_.respond_by, "by when the next answer is due");
  }

  void add_inbox() {
    CLI::App* inboxes = command(app_, "inbox", "fetch and list what is not opened yet", inbox);
    inboxes->add_option("--wait", options_.wait, "seconds to wait for something to arrive")
        ->check(CLI::Range(0, 86400));
    inboxes->add_flag("--all", options_.all, "opened messages too");
    inboxes->add_option("--from", options_.org, "from this organisation");
    reads(inboxes);
    CLI::App* opens = command(app_, "open", "open a message and print its document", open);
    opens->add_option("message", options_.id)->required();
    opens->add_option("--category", options_.categories, "only these sections");
    add_actor(*opens);
    CLI::App* own = command(app_, "sent", "read a message of one's own again", sent);
    own->add_option("message", options_.id)->required();
    add_actor(*own);
    CLI::App* all =
        command(app_, "referrals", "every referral, who acts next and by when", referrals);
    all->add_flag("--open", options_.open_only, "open ones only");
    all->add_flag("--overdue", options_.overdue, "those that nobody acted on in time");
    all->add_option("--state", options_.states, "in one of these states");
    all->add_option("--with", options_.org, "with this organisation");
    all->add_option("--own-number", options_.external_id, "with this number of our own");
    add_actor(*all);
    reads(all);
    reads(command(app_, "referral", "the timeline of one referral", referral))
        ->add_option("id", options_.id)
        ->required();
  }

  void add_due() {
    CLI::App& rhythms =
        group("rhythm", "the talks that a stay asks for; dates only, and they stay here");
    command(rhythms, "list", "the next talk of every stay, late ones first", rhythm);
    const auto about = [&](const char* name, const char* help, Command action) {
      CLI::App* sub = command(rhythms, name, help, action);
      sub->add_option("stay", options_.stay, "a name of your own for the stay")->required();
      sub->add_option("--date", options_.date, "2026-12-01; today when not said");
      return sub;
    };
    about("begin", "a family's stay begins", rhythm_begin);
    about("end", "a stay ends", rhythm_end);
    about("talk", "somebody talked with them", rhythm_talk)
        ->add_option("--with", options_.with)
        ->required()
        ->check(CLI::IsMember({"parents", "child"}));
    CLI::App& retention = group("retention", "what is kept, and for how long: policy.toml");
    command(retention, "run", "destroy what is over, and sign a note of it", retention_run)
        ->add_flag("--dry-run", options_.dry_run, "only count");
    command(retention, "list", "the notes of earlier runs", retention_list);
  }
};

}  // namespace
}  // namespace veerpont::cli

int main(int argc, char** argv) {
  veerpont::crypto::initialise();
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return veerpont::cli::CommandLine().run(argc, argv);
  } catch (const std::exception& broken) {
    std::cerr << "error: " << broken.what() << '\n';
    if (std::ranges::count(std::vector<std::string>(argv, argv + argc), "--json") > 0)
      std::cout << veerpont::write_json(
                       veerpont::api::refused({veerpont::RefusalCode::local_failure}), false)
                << '\n';
    return 1;
  }
}
