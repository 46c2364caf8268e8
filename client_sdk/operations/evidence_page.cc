#include "client_sdk/operations/evidence_page.h"

#include <map>
#include <set>

#include "base/spoken_time.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/prove.h"
#include "schemas/codes.h"

namespace veerpont::sdk {
namespace {

constexpr char kHead[] =
    "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
    // Nothing is fetched and nothing runs, whatever a name says.
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\"><style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #bbb;"
    "text-align:left;padding:.3rem .5rem;vertical-align:top}pre{white-space:pre-wrap;"
    "word-break:break-all;background:#f3f3f3;padding:.5rem;font-size:12px}</style>";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  return out;
}

class Page {
 public:
  Page(Context& context, Language language) : context_(context), language_(language) {}

  std::string say(const char* dutch, const char* english) const {
    return language_ == Language::dutch ? dutch : english;
  }
  std::string name(const std::string& org) const {
    if (org.empty()) return "Veerpont";
    const auto id = OrgId::parse(org);
    const auto known = id ? context_.dossier().directory.find(*id) : std::nullopt;
    if (known && known->hidden)
      return say("een organisatie met een geheime plaats", "an organisation whose place is secret");
    return known ? known->title + " (" + org + ")" : org;
  }
  std::string labels(CategorySet categories) const {
    std::string out;
    for (const Category category : categories.list())
      out += (out.empty() ? "" : ", ") + label_of(category, language_);
    return out;
  }
  std::string when(Time time) const { return in_words(time, language_); }

  void text(const char* tag, const std::string& what) {
    body_ += "<" + std::string(tag) + ">" + escaped(what) + "</" + tag + ">";
  }
  void row(const char* cell, const std::vector<std::string>& cells) {
    body_ += "<tr>";
    for (const auto& one : cells) text(cell, one);
    body_ += "</tr>";
  }
  void begin_table(const std::vector<std::string>& heads) {
    body_ += "<table>";
    row("th", heads);
  }
  void end_table() { body_ += "</table>"; }
  void proof(const std::string& summary, const std::string& file) {
    body_ += "<details><summary>" + escaped(summary) + "</summary><pre>" + escaped(file) +
             "</pre></details>";
  }
  std::string str(const std::string& title) const {
    return "<!doctype html><html lang=\"" + say("nl", "en") + "\"><head>" + kHead + "<title>" +
           escaped(title) + "</title></head><body>" + body_ + "</body></html>\n";
  }
  Language language() const { return language_; }

 private:
  Context& context_;
  Language language_;
  std::string body_;
};

// Whether an entry says something of another referral too: one receipt may name several messages.
bool names_another(const v1::AuditEvent& event, const ReferralId& referral,
                   const std::set<std::string>& own_messages) {
  if (!event.referral_id().empty() && event.referral_id() != referral.bytes()) return true;
  for (const auto& transition : event.transitions())
    if (transition.referral_id() != referral.bytes()) return true;
  for (const auto& id : event.message_ids())
    if (!own_messages.contains(id)) return true;
  return false;
}

bool names_hidden(Context& context, const v1::AuditEvent& event) {
  for (const std::string* org : {&event.actor(), &event.counterpart()})
    if (const auto id = OrgId::parse(*org))
      if (const auto known = context.dossier().directory.find(*id); known && known->hidden)
        return true;
  return false;
}

// Those about its messages, and those about the grants under which they went, in order.
std::vector<CopiedEvent> events_about(OpenHome& home, const ReferralId& referral) {
  std::map<LogIndex, CopiedEvent> all;
  const auto add = [&](std::vector<CopiedEvent> events) {
    for (CopiedEvent& one : events)
      if (one.event.referral_id().empty() || one.event.referral_id() == referral.bytes())
        all.try_emplace(one.index, std::move(one));
  };
  add(log_of(home, referral));
  std::set<GrantId> grants;
  for (const auto& [index, one] : all)
    if (const auto grant = GrantId::from_bytes(one.event.grant_id());
        grant && one.event.kind() != v1::EVENT_KIND_REFUSED)  // it may name somebody else's
      grants.insert(*grant);
  for (const GrantId& grant : grants) add(business_of(home, grant));
  std::vector<CopiedEvent> out;
  out.reserve(all.size());
  for (auto& [index, one] : all) out.push_back(std::move(one));
  return out;
}

void tell_log(Page& page, const std::vector<CopiedEvent>& events) {
  page.text("h2", page.say("Wat het logboek zegt", "What the log says"));
  page.begin_table({page.say("regel", "entry"), page.say("wanneer", "when"),
                    page.say("wat", "what"), page.say("wie", "who"), page.say("gegevens", "data")});
  for (const CopiedEvent& one : events) {
    const EventRow row = row_of(one.event, one.index);
    page.row("td", {std::to_string(row.index.value), page.when(row.time),
                    label_of_event(row.kind, page.language()), page.name(row.actor),
                    page.labels(row.categories)});
  }
  page.end_table();
}

void tell_accesses(Page& page, const std::vector<AccessRow>& rows) {
  page.text("h2", page.say("Wie van deze organisatie keek", "Who of this organisation looked"));
  page.begin_table({page.say("wanneer", "when"), page.say("wie", "who"), page.say("hoe", "how"),
                    page.say("gegevens", "data")});
  for (const AccessRow& row : rows)
    page.row("td", {page.when(row.time),
                    row.forgotten ? page.say("gewist na vijf jaar", "erased after five years")
                                  : row.actor.person,
                    row.forgotten ? "" : label_of(row.kind, page.language()),
                    page.labels(row.categories)});
  page.end_table();
}

void tell_proofs(Context& context, Page& page, const std::vector<CopiedEvent>& events,
                 const ReferralId& referral) {
  std::set<std::string> own;
  for (const CopiedEvent& one : events) own.insert(one.event.message_id());
  page.text("h2", page.say("Bewijs", "Proof"));
  page.text("p",
            page.say("Elk blok hieronder is een bestand (C2SP tlog-proof) dat een regel van "
                     "het logboek bewijst. Controleer het met \"veerpont audit check-proof "
                     "BESTAND --key SLEUTEL\" of met andere software voor dit formaat. Vraag "
                     "de sleutel van het logboek ook aan een ander dan deze organisatie:",
                     "Each block below is a file (C2SP tlog-proof) that proves an entry of the "
                     "log. Check it with \"veerpont audit check-proof FILE --key KEY\" or with "
                     "other software for this format. Ask somebody else than this "
                     "organisation for the log's key too:"));
  page.text("pre", context.home->config.log_key.str());
  for (const CopiedEvent& one : events) {
    const std::string summary = page.say("regel ", "entry ") + std::to_string(one.index.value);
    if (names_another(one.event, referral, own) || names_hidden(context, one.event)) {
      page.text(
          "p",
          summary +
              page.say(" noemt ook een andere verwijzing of een geheime plaats: het bewijs staat "
                       "hier niet",
                       " names another referral too, or a secret place: its proof is not here"));
      continue;
    }
    if (const auto proven = prove(context, one.index)) page.proof(summary, proven->file);
  }
}

}  // namespace

Result<std::string> evidence_page(Context& context, const ReferralId& referral, Language language,
                                  const Actor& actor) {
  if (auto may = may_look(*context.home, actor); !may) return may.refusal();
  const auto events = events_about(*context.home, referral);
  if (events.empty()) return Refusal{RefusalCode::not_found, "no referral with this number"};
  v1::Access access = access_by(actor, AccessKind::exported);
  access.set_list("audit evidence");
  access.set_referral_id(referral.str());
  auto logged = record_access(*context.home, access, context.clock.now());
  if (!logged) return logged.refusal();
  const auto looked = accesses(*context.home, {referral});
  if (!looked) return looked.refusal();
  Page page(context, language);
  const std::string title = page.say("Verwijzing ", "Referral ") + referral.hex();
  page.text("h1", title);
  page.text("p", page.say("Gemaakt door ", "Made by ") + page.name(context.org().str()) + ", " +
                     page.when(context.clock.now()) + ". " +
                     page.say("Wat in de berichten staat, staat hier niet.",
                              "What the messages say is not in here."));
  tell_log(page, events);
  tell_accesses(page, *looked);
  tell_proofs(context, page, events, referral);
  return page.str(title);
}

}  // namespace veerpont::sdk
