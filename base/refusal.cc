#include "base/refusal.h"

#include <array>
#include <cstdlib>

#include "base/dutch.h"

namespace veerpont {
namespace {

struct Row {
  RefusalCode code;
  int exit;
  std::string_view id;
  std::string_view english;
  std::string_view dutch;
  std::string_view command = {};  // of the command line, that shows more
};

using enum RefusalCode;
constexpr std::array kRows{
    Row{malformed, 3, "malformed",
        "The message does not have the form that the protocol asks for. Update the software "
        "of both sides.",
        "Dit bericht heeft niet de goede vorm. Werk de software bij, of vraag uw beheerder."},
    Row{too_large, 3, "too-large", "This is larger than the limit allows. Send less.",
        "Dit is te groot. Stuur minder mee."},
    Row{unknown_suite, 3, "unknown-suite",
        "This cryptographic suite is not known here. Update the software.",
        "Deze versleuteling kennen wij hier niet. Laat uw beheerder de software bijwerken."},
    Row{not_your_identity, 3, "not-your-identity",
        "The sender named is not the organisation of this connection. Check VEERPONT_HOME.",
        "De afzender is een andere organisatie dan deze verbinding. Laat uw beheerder "
        "nakijken welke map wordt gebruikt."},
    Row{unknown_key, 3, "unknown-key",
        "The key that signed this is not a current key of the organisation. Connect once, and"
        " try again.",
        "De sleutel van de handtekening is geen geldige sleutel van de organisatie. Probeer "
        "het nog een keer; helpt dat niet, vraag dan uw beheerder."},
    Row{bad_signature, 3, "bad-signature",
        "The signature does not hold. Call the operator when it happens again.",
        "De handtekening klopt niet. Gebeurt dit nog een keer, laat uw beheerder dan de "
        "beheerder van Veerpont bellen."},
    Row{clock_skew, 3, "clock-skew",
        "The time in the message differs too much from the broker's. Check this machine's "
        "clock.",
        "De klok van deze computer wijkt te veel af van die van Veerpont. Laat de klok "
        "nakijken."},
    Row{expired, 3, "expired", "The message is past its end. Ask the sender to send it again.",
        "De termijn hiervan is voorbij. Vraag de afzender om het opnieuw te sturen."},
    Row{section_mismatch, 3, "section-mismatch",
        "A sealed section is not the one that the header describes. Call the operator when it"
        " happens again.",
        "Een versleuteld deel hoort niet bij dit bericht. Gebeurt dit nog een keer, waarschuw"
        " dan uw beheerder."},
    Row{unknown_epoch, 3, "unknown-epoch",
        "A section is sealed to a key that the recipient did not publish for this time. Send "
        "it again.",
        "De ontvanger heeft nu een andere sleutel. Verstuur het nog een keer."},
    Row{recipient_keys_expired, 3, "recipient-keys-expired",
        "The recipient's keys have run out. Ask the recipient to connect once.",
        "De sleutels van de ontvanger zijn verlopen. Bel de ontvanger: die moet een keer "
        "verbinding maken."},
    Row{sender_suspended, 3, "sender-suspended",
        "Your organisation is suspended. Ask the federation's operator.",
        "Uw organisatie is geschorst en kan nu niets versturen. Vraag de beheerder van "
        "Veerpont waarom."},
    Row{recipient_suspended, 3, "recipient-suspended",
        "The recipient is suspended. Choose another organisation.",
        "De ontvanger is geschorst. Kies een andere organisatie."},
    Row{unknown_recipient, 3, "unknown-recipient",
        "No such organisation takes messages in this federation. Look in the directory.",
        "Deze organisatie ontvangt hier geen berichten. Kies er een uit de lijst van "
        "organisaties.",
        "veerpont directory"},
    Row{unknown_referral, 3, "unknown-referral",
        "No such referral is known for your organisation. Look in the list of referrals.",
        "Deze verwijzing kent uw organisatie niet. Kijk in de lijst met verwijzingen.",
        "veerpont referrals"},
    Row{unknown_grant, 3, "unknown-grant", "No such grant is known. Register it first.",
        "Deze toestemming of grond is niet bekend. Leg die eerst vast."},
    Row{grant_id_conflict, 3, "grant-id-conflict",
        "Another grant already has this id. Register it again.",
        "Dit nummer is al van een andere toestemming. Leg de toestemming opnieuw vast."},
    Row{grant_mismatch, 3, "grant-mismatch",
        "The grant belongs to another referral or to other organisations. Choose or register "
        "the one for this referral.",
        "Deze toestemming hoort bij een andere verwijzing of bij andere organisaties. Kies de"
        " goede, of leg een nieuwe vast."},
    Row{grant_not_yet_valid, 3, "grant-not-yet-valid",
        "The grant has not begun yet. Wait until it begins.",
        "Deze toestemming geldt nog niet. Wacht tot de begindatum."},
    Row{grant_expired, 3, "grant-expired",
        "The grant has ended. Ask for consent again and register a new grant.",
        "Deze toestemming is afgelopen. Vraag opnieuw toestemming en leg die vast."},
    Row{grant_withdrawn, 3, "grant-withdrawn",
        "The grant was withdrawn: sharing has stopped. Ask for consent again if it is still "
        "needed.",
        "Delen is gestopt: dit is ingetrokken. Is het nog nodig, vraag dan opnieuw "
        "toestemming."},
    Row{wrong_direction, 3, "wrong-direction",
        "The grant does not run between these organisations in this direction. Register one "
        "that does.",
        "Deze toestemming geldt niet tussen deze organisaties in deze richting. Leg een "
        "toestemming vast die dat wel doet."},
    Row{category_not_granted, 3, "category-not-granted",
        "The grant does not cover one of these categories. Leave it out, or ask for consent "
        "to it.",
        "Deze gegevens staan niet in de toestemming. Haal ze weg, of vraag er toestemming "
        "voor."},
    Row{ground_forbids_category, 3, "ground-forbids-category",
        "The ground of this grant does not allow one of these categories. Leave it out.",
        "Deze gegevens mogen op deze grond niet mee. Haal ze weg."},
    Row{step_not_allowed, 3, "step-not-allowed",
        "This step is not possible in the referral's present state. See the referral.",
        "Deze stap kan nu niet bij deze verwijzing. Bekijk hoe het er met de verwijzing voor "
        "staat."},
    Row{message_id_conflict, 3, "message-id-conflict",
        "Another message already has this id. Send it again.",
        "Dit nummer is al van een ander bericht. Verstuur het nog een keer."},
    Row{quota_exceeded, 3, "quota-exceeded",
        "Too much is waiting for this recipient. Try again later.",
        "Er wacht te veel voor deze ontvanger. Probeer het later nog een keer, of bel de "
        "ontvanger."},
    Row{share_destroyed, 3, "share-destroyed",
        "The key to this section was destroyed. It can no longer be opened.",
        "De sleutel van dit deel is vernietigd. Niemand kan het meer openen."},
    Row{unknown_message, 3, "unknown-message",
        "No such message is known for your organisation. Look in the list of messages.",
        "Dit bericht kent uw organisatie niet. Kijk in de lijst met berichten.",
        "veerpont inbox --all"},
    Row{unknown_code, 3, "unknown-code",
        "This code or invitation is not known, was used before, or has run out. Ask for a new"
        " one.",
        "Deze code of uitnodiging is niet bekend, al gebruikt of verlopen. Vraag een nieuwe."},
    Row{code_in_use, 3, "code-in-use",
        "A withdrawal code of this grant is already in use. Register the grant again.",
        "Een intrekcode van deze toestemming is al in gebruik. Leg de toestemming opnieuw "
        "vast."},
    Row{operation_id_conflict, 3, "operation-id-conflict",
        "Another request already has this operation id. Choose another name for this one.",
        "Deze naam is al gebruikt voor iets anders. Kies een andere naam."},
    Row{busy, 3, "busy", "The broker takes no requests at this moment. Try again.",
        "Veerpont kan dit nu niet aannemen. Probeer het zo nog een keer."},
    Row{storage_full, 3, "storage-full",
        "The broker's storage is full. The broker stored nothing; warn the operator.",
        "De opslag van Veerpont is vol. Er is niets bewaard; waarschuw de beheerder van "
        "Veerpont."},
    Row{ground_forbids_exchange, 3, "ground-forbids-exchange",
        "The ground of this grant does not allow this exchange between these kinds of "
        "organisation. Choose another ground or recipient.",
        "Op deze grond mag dit niet tussen dit soort organisaties. Kies een andere grond of "
        "een andere ontvanger."},
    Row{grant_too_long, 3, "grant-too-long",
        "A grant on this ground may not last so long. Choose an earlier end.",
        "Op deze grond mag delen niet zo lang duren. Kies een eerdere einddatum."},
    Row{untrue_view, 3, "untrue-view",
        "What the object says that its signer saw of the log is not what the log has. Read the "
        "log again.",
        "Wat er staat over wat al vastligt, klopt niet. Haal eerst alles op."},
    Row{hidden_organisation, 3, "hidden-organisation",
        "A hidden organisation publishes nothing about itself: no title, no municipality, no "
        "profile.",
        "Een verborgen organisatie laat niets over zichzelf zien: geen naam, geen gemeente, "
        "geen profiel."},
    Row{cannot_verify, 3, "cannot-verify",
        "The recipient could not verify the message. Call the recipient.",
        "De ontvanger kon dit bericht niet controleren. Bel de ontvanger."},
    Row{cannot_open, 3, "cannot-open",
        "The sealed section could not be opened. Ask the sender to send it again.",
        "Het versleutelde deel ging niet open. Vraag de afzender om het opnieuw te sturen."},
    Row{record_mismatch, 3, "record-mismatch",
        "The sealed grant record is not the one that the grant commits to. Call the sender.",
        "Het bewijs hoort niet bij deze toestemming. Bel de afzender."},
    Row{malformed_document, 3, "malformed-document",
        "The opened document does not have the right form. Ask the sender to update the "
        "software and send it again.",
        "Het geopende bericht heeft niet de goede vorm. Vraag de afzender om de software bij "
        "te werken en het opnieuw te sturen."},
    Row{identity_unconfirmed, 3, "identity-unconfirmed",
        "Nobody has confirmed this organisation's fingerprint. Compare it by telephone, and "
        "record that.",
        "Niemand heeft de controlecode van deze organisatie bevestigd. Vergelijk die eerst "
        "aan de telefoon, en leg dat vast.",
        "veerpont directory confirm"},
    Row{unlock_failed, 1, "unlock-failed",
        "The passphrase or credential does not open this home. Type it again, or name the "
        "right file.",
        "Het wachtwoord of de sleutel past niet op deze map. Typ het nog een keer, of kies "
        "het goede bestand."},
    Row{broker_unreachable, 5, "broker-unreachable",
        "The broker cannot be reached. Check the network; what waits is sent as soon as it "
        "can be.",
        "Veerpont is niet bereikbaar. Kijk de verbinding na; wat wacht, gaat weg zodra het "
        "kan."},
    Row{tampered, 4, "tampered",
        "Verification failed: somebody tampered with this. Stop, keep everything, and call "
        "the operator.",
        "De controle klopt niet: iemand heeft hiermee geknoeid. Stop, bewaar alles en bel de "
        "beheerder van Veerpont."},
    Row{invalid_input, 2, "invalid-input", "The input is not valid. Mend what is named.",
        "Dit is niet goed ingevuld. Verbeter wat hier staat."},
    Row{not_found, 2, "not-found",
        "There is no such thing here. Look in the list, and type it again.",
        "Dit is hier niet gevonden. Kijk in de lijst en typ het opnieuw."},
    Row{local_failure, 1, "local-failure",
        "This machine could not do it. Look at its disk and rights, or ask your "
        "administrator.",
        "Deze computer kon dit niet doen. Laat uw beheerder de schijf en de rechten nakijken."},
    Row{consent_missing, 2, "consent-missing", "The grant is not complete. Look what is missing.",
        "De toestemming is niet compleet. Kijk na wat er nog ontbreekt.", "veerpont check"},
    Row{document_blocked, 2, "document-blocked",
        "The document may not be sent like this. Look what must change.",
        "Dit mag zo niet weg. Kijk na wat er anders moet.", "veerpont check"},
    Row{queued, 5, "queued",
        "In de wachtrij: not sent yet. It is kept here, and the next command that connects "
        "sends it. Until then it can be cancelled.",
        "In de wachtrij: nog niet verzonden. Het is hier bewaard en gaat weg zodra er "
        "verbinding is. Tot dan kunt u het annuleren.",
        "veerpont outbox"},
    Row{perhaps_sent, 5, "perhaps-sent",
        "Misschien verzonden: the connection broke before the answer came. The next command "
        "that connects says which.",
        "Misschien verzonden: de verbinding brak voordat het antwoord kwam. Zodra er "
        "verbinding is, ziet u hier of het is aangekomen.",
        "veerpont outbox"},
    Row{pin_wrong, 3, "pin-wrong",
        "This PIN is not the one that this person set. After five wrong ones it is locked for"
        " 15 minutes.",
        "Deze pincode is niet die van deze persoon. Na vijf foute pincodes is de naam 15 "
        "minuten geblokkeerd."},
    Row{pin_locked, 3, "pin-locked",
        "Five wrong PINs were given for this person. Wait until the time that is named.",
        "Voor deze persoon zijn vijf foute pincodes ingevuld. Wacht tot de tijd die hier "
        "staat."},
    Row{login_failed, 3, "login-failed",
        "The user name, the password or the code is not right. Type them again.",
        "De gebruikersnaam, het wachtwoord of de code klopt niet. Typ ze opnieuw."},
    Row{login_locked, 3, "login-locked",
        "Too many wrong tries. Wait until the time that is named, or call your administrator.",
        "Even wachten: er is te vaak iets fout ingevuld. Probeer het opnieuw op de tijd die hier "
        "staat, of bel uw beheerder."},
    Row{not_logged_in, 3, "not-logged-in", "Nobody is logged in here. Log in.",
        "U bent niet aangemeld. Meld u aan."},
    Row{session_locked, 3, "session-locked", "The screen is locked. Type your password.",
        "Het scherm is op slot. Typ uw wachtwoord."},
    Row{not_allowed, 3, "not-allowed", "You may not do this. Ask your administrator.",
        "U mag dit niet doen. Vraag uw beheerder."},
    Row{wrong_page, 3, "wrong-page",
        "This request does not come from a page of this workbench. Load the page again.",
        "Dit verzoek komt niet van een pagina van Veerpont. Laad de pagina opnieuw."},
    Row{stale, 3, "stale",
        "This was saved in another window since you opened it. Look at both, and choose.",
        "Dit is in een ander venster bewaard nadat u het opende. Bekijk beide, en kies."},
    Row{taken, 3, "taken", "A colleague has just picked this up. Talk with them, or take it over.",
        "Een collega heeft dit net opgepakt. Overleg, of neem het over."},
    Row{reason_needed, 3, "reason-needed",
        "You did not pick this referral up. Say why you read it; that is recorded.",
        "U hebt deze verwijzing niet opgepakt. Zeg waarom u dit leest; dat wordt vastgelegd."},
    Row{key_reused, 3, "key-reused",
        "This Idempotency-Key belongs to another request. Make a new key for this one.",
        "Deze Idempotency-Key hoort bij een ander verzoek. Maak voor dit verzoek een nieuwe."},
    Row{account_failed, 3, "account-failed",
        "Your work account did not let you in. Begin again, or ask your administrator whether you "
        "were invited.",
        "Uw werkaccount liet u niet binnen. Begin opnieuw, of vraag uw beheerder of u bent "
        "uitgenodigd."},
};

const Row& row_of(RefusalCode code) {
  for (const Row& row : kRows)
    if (row.code == code) return row;
  std::abort();
}

}  // namespace

std::string_view id_of(RefusalCode code) { return row_of(code).id; }
std::string_view sentence_of(RefusalCode code, Language language) {
  const Row& row = row_of(code);
  return language == Language::dutch ? row.dutch : row.english;
}
std::string_view command_of(RefusalCode code) { return row_of(code).command; }
int exit_code_of(RefusalCode code) { return row_of(code).exit; }

std::optional<RefusalCode> refusal_from_number(int number) {
  for (const Row& row : kRows)
    if (static_cast<int>(row.code) == number) return row.code;
  return std::nullopt;
}

std::optional<RefusalCode> refusal_from_id(std::string_view id) {
  for (const Row& row : kRows)
    if (row.id == id) return row.code;
  return std::nullopt;
}

std::string describe(const Refusal& refusal, Language language) {
  std::string text(sentence_of(refusal.code, language));
  if (!refusal.detail.empty())
    text += " (" + (language == Language::dutch ? in_dutch(refusal.detail) : refusal.detail) + ")";
  return text;
}

}  // namespace veerpont
