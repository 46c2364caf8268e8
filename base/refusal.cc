#include "base/refusal.h"

#include <array>
#include <cstdlib>

namespace veerpont {
namespace {

struct Row {
  RefusalCode code;
  int exit;
  std::string_view id;
  std::string_view sentence;
};

using enum RefusalCode;
constexpr std::array kRows{
    Row{malformed, 3, "malformed",
        "The message does not have the form that the protocol asks for."},
    Row{too_large, 3, "too-large", "This is larger than the limit allows. Send less."},
    Row{unknown_suite, 3, "unknown-suite",
        "This cryptographic suite is not known here. Update the software."},
    Row{not_your_identity, 3, "not-your-identity",
        "The sender named is not the organisation of this connection."},
    Row{unknown_key, 3, "unknown-key",
        "The key that signed this is not a current key of the organisation."},
    Row{bad_signature, 3, "bad-signature", "The signature does not hold."},
    Row{clock_skew, 3, "clock-skew",
        "The time in the message differs too much from the broker's. Check this machine's clock."},
    Row{expired, 3, "expired", "The message is past its end."},
    Row{section_mismatch, 3, "section-mismatch",
        "A sealed section is not the one that the header describes."},
    Row{unknown_epoch, 3, "unknown-epoch",
        "A section is sealed to a key that the recipient did not publish for this time."},
    Row{recipient_keys_expired, 3, "recipient-keys-expired",
        "The recipient's keys have run out. Ask the recipient to connect once."},
    Row{sender_suspended, 3, "sender-suspended",
        "Your organisation is suspended. Ask the federation's operator."},
    Row{recipient_suspended, 3, "recipient-suspended",
        "The recipient is suspended. Choose another organisation."},
    Row{unknown_recipient, 3, "unknown-recipient",
        "No such organisation takes messages in this federation."},
    Row{unknown_referral, 3, "unknown-referral",
        "No such referral is known for your organisation."},
    Row{unknown_grant, 3, "unknown-grant", "No such grant is known. Register it first."},
    Row{grant_id_conflict, 3, "grant-id-conflict", "Another grant already has this id."},
    Row{grant_mismatch, 3, "grant-mismatch",
        "The grant belongs to another referral or to other organisations."},
    Row{grant_not_yet_valid, 3, "grant-not-yet-valid", "The grant has not begun yet."},
    Row{grant_expired, 3, "grant-expired",
        "The grant has ended. Ask for consent again and register a new grant."},
    Row{grant_withdrawn, 3, "grant-withdrawn", "The grant was withdrawn: sharing has stopped."},
    Row{wrong_direction, 3, "wrong-direction",
        "The grant does not run between these organisations in this direction."},
    Row{category_not_granted, 3, "category-not-granted",
        "The grant does not cover one of these categories."},
    Row{ground_forbids_category, 3, "ground-forbids-category",
        "The ground of this grant does not allow one of these categories."},
    Row{step_not_allowed, 3, "step-not-allowed",
        "This step is not possible in the referral's present state."},
    Row{message_id_conflict, 3, "message-id-conflict", "Another message already has this id."},
    Row{quota_exceeded, 3, "quota-exceeded",
        "Too much is waiting for this recipient. Try again later."},
    Row{share_destroyed, 3, "share-destroyed",
        "The key to this section was destroyed. It can no longer be opened."},
    Row{unknown_message, 3, "unknown-message", "No such message is known for your organisation."},
    Row{unknown_code, 3, "unknown-code",
        "This code or invitation is not known, was used before, or has run out."},
    Row{code_in_use, 3, "code-in-use", "A withdrawal code of this grant is already in use."},
    Row{operation_id_conflict, 3, "operation-id-conflict",
        "Another request already has this operation id."},
    Row{busy, 3, "busy", "The broker takes no requests at this moment. Try again."},
    Row{storage_full, 3, "storage-full",
        "The broker's storage is full. The broker stored nothing; warn the operator."},
    Row{ground_forbids_exchange, 3, "ground-forbids-exchange",
        "The ground of this grant does not allow this exchange between these kinds of "
        "organisation."},
    Row{grant_too_long, 3, "grant-too-long",
        "A grant on this ground may not last so long. Choose an earlier end."},
    Row{hidden_organisation, 3, "hidden-organisation",
        "A hidden organisation publishes nothing about itself: no title, no municipality, no "
        "profile."},
    Row{cannot_verify, 3, "cannot-verify", "The recipient could not verify the message."},
    Row{cannot_open, 3, "cannot-open", "The sealed section could not be opened."},
    Row{record_mismatch, 3, "record-mismatch",
        "The sealed grant record is not the one that the grant commits to."},
    Row{malformed_document, 3, "malformed-document",
        "The opened document does not have the right form."},
    Row{identity_unconfirmed, 3, "identity-unconfirmed",
        "Nobody has confirmed this organisation's fingerprint. Compare it by telephone, then: "
        "veerpont directory confirm."},
    Row{unlock_failed, 1, "unlock-failed", "The passphrase or credential does not open this home."},
    Row{broker_unreachable, 5, "broker-unreachable", "The broker cannot be reached."},
    Row{tampered, 4, "tampered",
        "Verification failed: somebody tampered with this. Stop, keep everything, and call the "
        "operator."},
    Row{invalid_input, 2, "invalid-input", "The input is not valid."},
    Row{not_found, 2, "not-found", "There is no such thing here."},
    Row{local_failure, 1, "local-failure", "This machine could not do it."},
    Row{consent_missing, 2, "consent-missing",
        "The grant is not complete: see what is missing with `veerpont check`."},
    Row{document_blocked, 2, "document-blocked",
        "The document may not be sent like this: see why with `veerpont check`."},
    Row{queued, 5, "queued",
        "In de wachtrij: not sent yet. It is kept here, and the next command that connects sends "
        "it. See it, or cancel it, with `veerpont outbox`."},
    Row{perhaps_sent, 5, "perhaps-sent",
        "Misschien verzonden: the connection broke before the answer came. The next command that "
        "connects says which; see `veerpont outbox`."},
    Row{pin_wrong, 3, "pin-wrong",
        "This PIN is not the one that this person set. After five wrong ones it is locked for 15 "
        "minutes."},
    Row{pin_locked, 3, "pin-locked",
        "Five wrong PINs were given for this person. Wait until the time that is named."},
};

const Row& row_of(RefusalCode code) {
  for (const Row& row : kRows)
    if (row.code == code) return row;
  std::abort();
}

}  // namespace

std::string_view id_of(RefusalCode code) { return row_of(code).id; }
std::string_view sentence_of(RefusalCode code) { return row_of(code).sentence; }
int exit_code_of(RefusalCode code) { return row_of(code).exit; }

std::optional<RefusalCode> refusal_from_number(int number) {
  for (const Row& row : kRows)
    if (static_cast<int>(row.code) == number) return row.code;
  return std::nullopt;
}

std::string describe(const Refusal& refusal) {
  std::string text(sentence_of(refusal.code));
  if (!refusal.detail.empty()) text += " (" + refusal.detail + ")";
  return text;
}

}  // namespace veerpont
