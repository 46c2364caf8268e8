// Why something was not done: one closed table of code, short id, exit code and sentence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/api.h"
#include "base/language.h"

namespace veerpont {

// Numbers are those of veerpont.v1.RefusalCode.
enum class RefusalCode {
  malformed = 1,
  too_large,
  unknown_suite,
  not_your_identity,
  unknown_key,
  bad_signature,
  clock_skew,
  expired,
  section_mismatch,
  unknown_epoch,
  recipient_keys_expired,
  sender_suspended,
  recipient_suspended,
  unknown_recipient,
  unknown_referral,
  unknown_grant,
  grant_id_conflict,
  grant_mismatch,
  grant_not_yet_valid,
  grant_expired,
  grant_withdrawn,
  wrong_direction,
  category_not_granted,
  ground_forbids_category,
  step_not_allowed,
  message_id_conflict,
  quota_exceeded,
  share_destroyed,
  unknown_message,
  unknown_code,
  code_in_use,
  operation_id_conflict,
  busy,
  storage_full,
  ground_forbids_exchange,
  grant_too_long,
  hidden_organisation,
  untrue_view,
  cannot_verify = 40,
  cannot_open,
  record_mismatch,
  malformed_document,
  identity_unconfirmed = 50,
  unlock_failed,
  broker_unreachable,
  tampered,
  invalid_input,
  not_found,
  local_failure,
  consent_missing,
  document_blocked,
  queued,
  perhaps_sent,
  pin_wrong,
  pin_locked,
  login_failed = 70,  // from here on: of the gateway, to an organisation's own people
  login_locked,
  not_logged_in,
  session_locked,
  not_allowed,
  wrong_page,
  stale,
  taken,
  reason_needed,
  key_reused,
  account_failed,
};

// `detail` is a field path, an id or a limit: never content, never a person.
struct Refusal {
  RefusalCode code;
  std::string detail = {};
};

// The stable short id, as on the command line: "category-not-granted".
VEERPONT_API std::string_view id_of(RefusalCode code);
// For a person: what is the matter, and what to do now where something can be done.
VEERPONT_API std::string_view sentence_of(RefusalCode code, Language language = Language::english);
// Of the command line, that shows more; empty when there is none. Sentences and details name no
// commands: they stand on a page, too.
VEERPONT_API std::string_view command_of(RefusalCode code);
// docs/cli.md: 1 failed, 2 invalid input, 3 refused, 4 tampered, 5 unreachable or waiting to be
// sent.
VEERPONT_API int exit_code_of(RefusalCode code);
VEERPONT_API std::optional<RefusalCode> refusal_from_number(int number);
VEERPONT_API std::optional<RefusalCode> refusal_from_id(std::string_view id);
// The sentence, and the detail in brackets where there is one.
VEERPONT_API std::string describe(const Refusal& refusal, Language language = Language::english);

}  // namespace veerpont
