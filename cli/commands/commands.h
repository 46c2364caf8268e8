// The commands of `veerpont`, each a function over its options; main.cc alone knows the command
// line. docs/cli.md has their output and exit codes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace veerpont::cli {

struct Options {
  std::string home;
  bool json = false;
  std::string file, org, fingerprint, municipality, kind, id, step, respond_by, external_id,
      credential, document, worker, language, role, purpose, why, from, until;
  std::vector<std::string> categories, reasons, states, words;
  int value = 0, limit = 0;
  std::uint64_t index = 0;
  std::string ground, category, key;
  std::string what, format, out, requester, shown;
  bool csv = false;
  std::string operation, sharing, pin_file, new_pin_file, second, second_pin_file, by, verdict,
      note;
  std::string linked, grant, proxy, before, present, mother, date, stay, with, siblings,
      when_unreachable;
  int wait = 0;
  bool offline = false, fresh = false, full = false;
  bool all = false, open_only = false, overdue = false, identity = false, ambulatory = false,
       dry_run = false, once = false, others = false;
  int every = 5;
  std::optional<int> days;
};

int join(const Options&);
int whoami(const Options&);
int doctor(const Options&);
int keys_replace(const Options&);
int directory(const Options&);
int directory_confirm(const Options&);
int directory_publish(const Options&);
int route(const Options&);
int grant_register(const Options&);
int grant_list(const Options&);
int grant_show(const Options&);
int grant_withdraw(const Options&);
int grant_countersign(const Options&);
int worker_add(const Options&);
int worker_pin(const Options&);
int worker_remove(const Options&);
int worker_list(const Options&);
int policy_show(const Options&);
int policy_set(const Options&);
int secret_words_show(const Options&);
int secret_words_set(const Options&);
int outbox(const Options&);
int outbox_cancel(const Options&);
int grant_due(const Options&);
int grant_authority_checked(const Options&);
int rhythm(const Options&);
int rhythm_begin(const Options&);
int rhythm_talk(const Options&);
int rhythm_end(const Options&);
int retention_run(const Options&);
int retention_list(const Options&);
int audit_review_list(const Options&);
int audit_review_done(const Options&);
int check(const Options&);
int schema(const Options&);
int new_document(const Options&);
int refer(const Options&);
int refer_siblings(const Options&);
int reply(const Options&);
int inbox(const Options&);
int open(const Options&);
int sent(const Options&);
int referrals(const Options&);
int referral(const Options&);
int audit_sync(const Options&);
int audit_verify(const Options&);
int audit_list(const Options&);
int audit_flows(const Options&);
int audit_quarter(const Options&);
int audit_evidence(const Options&);
int audit_breach(const Options&);
int audit_prove(const Options&);
int audit_check_proof(const Options&);
int audit_sample(const Options&);
int audit_export(const Options&);
int audit_check_export(const Options&);
int audit_register_show(const Options&);
int audit_register_set(const Options&);
int request_new(const Options&);
int request_list(const Options&);
int request_show(const Options&);
int request_decide(const Options&);
int request_extend(const Options&);
int request_answer(const Options&);
int audit_verdict(const Options&);
int audit_witnesses(const Options&);
int audit_confirm_witness(const Options&);
int serve_witness(const Options&);
int audit_resolve(const Options&);
int audit_check_evidence(const Options&);
int audit_accesses(const Options&);
int audit_report(const Options&);

}  // namespace veerpont::cli
