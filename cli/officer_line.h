// `veerpont audit …` and `serve-witness`: what the privacy officer asks, proves, decides and hands
// over.
#pragma once

#include "cli/line.h"

namespace veerpont::cli {

class OfficerLine : protected Line {
 protected:
  void add_audit() {
    CLI::App& audit = group("audit", "this organisation's own view of the log");
    command(audit, "sync", "fetch and verify what is new", audit_sync);
    reads(command(audit, "verify", "verify what is new since it was last verified", audit_verify))
        ->add_flag("--full", options_.full, "everything again, from the beginning");
    CLI::App* reviews = audit.add_subcommand("review", "the privacy officer's list of exceptions");
    reviews->require_subcommand(1);
    CLI::App* listed = command(*reviews, "list", "what waits for review", audit_review_list);
    listed->add_flag("--all", options_.all, "what was reviewed too");
    CLI::App* reviewed =
        command(*reviews, "done", "reviewed: signed and logged; who, what and why stay here",
                audit_review_done);
    reviewed->add_option("id", options_.id, "the grant")->required();
    reviewed->add_option("--by", options_.by, "who reviewed it")->required();
    reviewed->add_option("--verdict", options_.verdict)
        ->required()
        ->check(CLI::IsMember({"justified", "not-justified", "open-question"}));
    reviewed->add_option("--note", options_.note, "kept in this home");
    filters(
        command(audit, "list", "what the log says that concerns this organisation", audit_list));
    filters(command(audit, "flows", "what went between organisations, counted", audit_flows))
        ->add_flag("--csv", options_.csv, "as a table for another program");
    CLI::App* quarter = command(audit, "quarter",
                                "a period on one page; this quarter when not said", audit_quarter);
    quarter->add_option("--from", options_.from, "from this day on, 2026-12-01");
    quarter->add_option("--until", options_.until, "until and with this day");
    quarter->add_flag("--others", options_.others,
                      "it leaves this house: no figure of one to four is said");
    quarter->add_flag("--csv", options_.csv, "as a table for another program");
    CLI::App* shows = command(
        audit, "evidence",
        "one HTML file about a referral for a court or a supervisor: the log's entries, who read "
        "what, and the proofs; without content",
        audit_evidence);
    shows->add_option("referral", options_.id)->required();
    shows->add_option("--out", options_.out, "the file, which must not exist")->required();
    add_actor(*shows);
    CLI::App* leaks =
        command(audit, "breach", "what was seen between two times, could have been, and could not",
                audit_breach);
    leaks->add_option("--from", options_.from, "a time, 2026-12-01T09:00:00Z")->required();
    leaks->add_option("--until", options_.until, "a time")->required();
    leaks->add_option("--person", options_.words, "by this person; nobody named: by anybody");
    add_actor(*leaks);
    command(audit, "prove", "a file that proves one event to whoever has the log's key",
            audit_prove)
        ->add_option("event", options_.index, "its place, as the list names it")
        ->required();
    CLI::App* checks =
        command(audit, "check-proof", "what such a file proves; needs no home", audit_check_proof);
    checks->add_option("file", options_.file)->required();
    checks->add_option("--key", options_.key, "the log's verifier key")->required();
    needs_no_home(*checks);
    add_verdict(audit);
    add_accesses(audit);
    add_requests(audit);
    add_hand_over(audit);
  }

  // What somebody asks about a child.
  void add_requests(CLI::App& audit) {
    CLI::App* requests = audit.add_subcommand(
        "access-request", "what somebody asks about a child under the GDPR, articles 15 to 22");
    requests->require_subcommand(1);
    CLI::App* begins = command(*requests, "new", "somebody asks", request_new);
    begins->add_option("--kind", options_.kind, "access when not said")
        ->check(CLI::IsMember({"access", "correction", "erasure", "objection"}));
    begins->add_option("--by", options_.requester, "who asks")
        ->required()
        ->check(CLI::IsMember(
            {"child", "youth", "parent-with-authority", "parent-without-authority", "other"}));
    begins
        ->add_option("--shown", options_.shown,
                     "how identity and authority were shown: what was seen, never a copy")
        ->required();
    begins->add_option("--words", options_.note, "what is asked; needed for all but access");
    begins->add_option("--referral", options_.words, "about the child; once for each")->required();
    begins->add_option("--received", options_.date, "2026-12-01; today when not said");
    add_actor(*begins);
    command(*requests, "list", "all of them, the newest first", request_list);
    const auto about = [&](const char* name, const char* help, Command action) {
      CLI::App* sub = command(*requests, name, help, action);
      sub->add_option("number", options_.index)->required();
      add_actor(*sub);
      return sub;
    };
    about("show", "what this house holds, who saw it, and the letter", request_show);
    CLI::App* decides = about("decide", "one part: give, partly or withhold", request_decide);
    decides->add_option("--message", options_.id)->required();
    decides->add_option("--category", options_.category)->required();
    decides->add_option("--verdict", options_.verdict)
        ->required()
        ->check(CLI::IsMember({"give", "partly", "withhold"}));
    decides->add_option("--article", options_.key,
                        "why not: rights-of-others, safety, child-interest, no-authority, "
                        "legal-duty, not-incorrect, legal-claim");
    decides->add_option("--note", options_.note, "kept in this home");
    about("extend", "two months longer, once, within the first month", request_extend)
        ->add_option("--reason", options_.note)
        ->required();
    CLI::App* answers =
        about("answer", "a second person read the letter, and it goes", request_answer);
    answers->add_option("--second", options_.second, "who read it")->required();
    add_pin(*answers, "--second-pin-file", options_.second_pin_file);
  }

  // What leaves the house of all this.
  void add_hand_over(CLI::App& audit) {
    CLI::App* exports = command(
        audit, "export", "a part of the log, of who saw what, or the register, with a manifest",
        audit_export);
    exports->add_option("--what", options_.what)
        ->required()
        ->check(CLI::IsMember({"events", "accesses", "register"}));
    exports->add_option("--format", options_.format, "csv, fhir or nen7513; csv when not said")
        ->check(CLI::IsMember({"csv", "fhir", "nen7513"}));
    exports->add_option("--out", options_.out, "the folder in which both files are made")
        ->required();
    filters(exports);
    exports->remove_option(exports->get_option("--limit"));
    add_actor(*exports);
    CLI::App* checks =
        command(audit, "check-export", "whether such a file and its manifest hold; needs no home",
                audit_check_export);
    checks->add_option("file", options_.file, "what was handed over")->required();
    checks->add_option("--manifest", options_.document, "FILE.manifest.json when not said");
    checks->add_option("--key", options_.key, "the log's verifier key")->required();
    needs_no_home(*checks);
    CLI::App* registers = audit.add_subcommand(
        "register", "the register of processing activities (GDPR, article 30)");
    registers->require_subcommand(1);
    command(*registers, "show", "from grants, policy and directory, and what people said of it",
            audit_register_show)
        ->add_option("--on", options_.date, "as it was at the end of this day, 2026-12-01");
    CLI::App* says = command(*registers, "set", "what only people know; what was said before stays",
                             audit_register_set);
    says->add_option("field", options_.id,
                     "contact, officer, security, processor, transfers, purpose.SHEET or "
                     "basis.GROUND")
        ->required();
    says->add_option("text", options_.note, "empty: taken back")->required();
    says->add_option("--worker", options_.worker, "who says so");
  }

  void add_witnesses(CLI::App& audit) {
    command(audit, "witnesses", "who cosigns the log, and how far", audit_witnesses);
    command(audit, "confirm-witness", "a person compared a witness's key by another way",
            audit_confirm_witness)
        ->add_option("key", options_.key,
                     "its verifier key, as they read it; `seen`: that fewer sign is known here")
        ->required();
    CLI::App* serves =
        command(app_, "serve-witness", "read the log and cosign it, for everyone, until SIGTERM",
                serve_witness);
    serves->add_option("--every", options_.every, "seconds between rounds, 5 when not said")
        ->check(CLI::Range(1, 60));
    serves->add_flag("--once", options_.once, "one round");
  }

  // A log that does not hold.
  void add_verdict(CLI::App& audit) {
    add_witnesses(audit);
    command(audit, "verdict", "why nothing is sent: what of the log does not hold", audit_verdict);
    CLI::App* resolves =
        command(audit, "resolve", "two people looked at a log that did not hold; it goes on",
                audit_resolve);
    resolves->add_option("--reason", options_.note, "why")->required();
    resolves->add_option("--worker", options_.worker)->required();
    add_pin(*resolves, "--pin-file", options_.pin_file);
    resolves->add_option("--second", options_.second, "another person")->required();
    add_pin(*resolves, "--second-pin-file", options_.second_pin_file);
    CLI::App* judges =
        command(audit, "check-evidence", "what evidence against a log shows; needs no home",
                audit_check_evidence);
    judges->add_option("file", options_.file)->required();
    judges->add_option("--key", options_.key, "the log's verifier key")->required();
    needs_no_home(*judges);
  }

  void add_accesses(CLI::App& audit) {
    CLI::App* draws =
        command(audit, "sample", "who saw what: drawn from a seed, and what a rule picks out",
                audit_sample);
    draws->add_option("--seed", options_.key, "the same one draws the same again")->required();
    draws->add_option("--count", options_.limit, "so many are drawn; 20 when not said");
    draws->add_option("--from", options_.from, "from this day on, 2026-12-01");
    draws->add_option("--until", options_.until, "until and with this day");
    CLI::App* seen =
        command(audit, "accesses", "who saw which content, oldest first", audit_accesses);
    seen->add_option("--referral", options_.id, "of this referral");
    seen->add_option("--person", options_.by, "by this person");
    seen->add_option("--from", options_.from, "from this day on, 2026-12-01");
    seen->add_option("--until", options_.until, "until and with this day");
    CLI::App* reports =
        command(audit, "report", "another program showed content: record it in the access log",
                audit_report);
    reports->add_option("--kind", options_.kind)
        ->required()
        ->check(CLI::IsMember({"exported", "searched", "printed"}));
    reports->add_option("--referral", options_.id, "of which referral");
    reports->add_option("--category", options_.categories, "which sections");
    reports->add_option("--list", options_.note, "what the list or the search was of");
    add_actor(*reports);
  }
};

}  // namespace veerpont::cli
