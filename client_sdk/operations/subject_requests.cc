#include "client_sdk/operations/subject_requests.h"

#include <algorithm>
#include <array>
#include <set>

#include "client_sdk/home/refusals.h"
#include "client_sdk/operations/accesses.h"
#include "client_sdk/operations/request_letter.h"
#include "client_sdk/operations/request_parts.h"
#include "crypto/keystore.h"
#include "schemas/plain_characters.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

constexpr std::uint64_t kMostRequests = 10'000;
constexpr std::size_t kMostText = 2'000;
constexpr std::size_t kMostReferrals = 100;
constexpr char kRequests[] = "request";
constexpr char kSealed[] = "veerpont/subject-request/v1";

constexpr std::array<const char*, 4> kKinds{"access", "correction", "erasure", "objection"};
constexpr std::array<const char*, 5> kRequesters{"child", "youth", "parent-with-authority",
                                                 "parent-without-authority", "other"};
constexpr std::array<const char*, 3> kVerdicts{"give", "partly", "withhold"};

template <class List>
bool is_one_of(const List& list, const std::string& text) {
  return std::ranges::count(list, text) > 0;
}

bool is_said(const std::string& text, bool needed) {
  return (!needed || !text.empty()) && text.size() <= kMostText &&
         has_plain_characters(text, Lines::several);
}

std::string key_of(std::uint64_t number) {
  return std::string(kRequests) + "-" + std::to_string(number);
}

std::string sealed(Context& context, const v1::SubjectRequest& request) {
  return crypto::box(context.home->storage_key, kSealed, wire::serialise(request));
}

Result<v1::SubjectRequest> unsealed(Context& context, const std::string& boxed) {
  if (boxed.empty()) return Refusal{RefusalCode::not_found, "no request has this number"};
  auto opened = crypto::unbox(context.home->storage_key, kSealed, boxed);
  v1::SubjectRequest request;
  if (!opened || !request.ParseFromString(std::string(opened->reveal())))
    return Refusal{RefusalCode::local_failure, "a stored request"};
  return request;
}

Result<v1::SubjectRequest> load(Context& context, std::uint64_t number) {
  return unsealed(context, context.dossier().settings.get(key_of(number)));
}

Status is_open(const v1::SubjectRequest& request) {
  if (request.answered_ms() == 0) return Done{};
  return invalid("number: this request was answered; nothing of it changes any more");
}

// One that is not answered, as it is when nobody else can change it.
template <class Change>
Status change_open(Context& context, std::uint64_t number, Change change) {
  return context.dossier().settings.change(key_of(number),
                                           [&](const std::string& boxed) -> Result<std::string> {
                                             auto request = unsealed(context, boxed);
                                             if (!request) return request.refusal();
                                             if (auto open = is_open(*request); !open)
                                               return open.refusal();
                                             if (Status changed = change(*request); !changed)
                                               return changed.refusal();
                                             return sealed(context, *request);
                                           });
}

// The end of the day on which so many months are over: on the same day of the month, or its last.
Time months_after(Time received, int months) {
  const Date first = amsterdam_date(received) + std::chrono::months(months);
  const Date day = first.ok() ? first : Date(first.year() / first.month() / std::chrono::last);
  return amsterdam_midnight(Date(std::chrono::sys_days(day) + std::chrono::days(1)));
}

SubjectRequestRow row_of(const v1::SubjectRequest& request, Time now) {
  SubjectRequestRow row;
  row.number = request.number();
  row.kind = request.kind();
  row.requester = request.requester();
  row.shown = request.shown();
  row.words = request.words();
  row.received = time_from_ms(static_cast<std::int64_t>(request.received_ms()));
  row.due = months_after(row.received, request.extension().empty() ? 1 : 3);
  row.extension = request.extension();
  row.received_by = request.received_by();
  row.answered_by = request.answered_by();
  if (request.answered_ms() != 0)
    row.answered = time_from_ms(static_cast<std::int64_t>(request.answered_ms()));
  row.late = row.answered ? *row.answered >= row.due : now >= row.due;
  return row;
}

// Whom what is corrected or erased must be told; nobody who is hidden.
std::vector<std::string> recipients_of(Context& context, const std::vector<RequestPart>& parts) {
  std::set<std::string> told;
  for (const RequestPart& part : parts) {
    const auto org =
        part.ours && part.verdict != "withhold" ? OrgId::parse(part.with) : std::nullopt;
    const auto partner = org ? context.dossier().directory.find(*org) : std::nullopt;
    if (org && !(partner && partner->hidden))
      told.insert(part.title.empty() ? part.with : part.title);
  }
  return {told.begin(), told.end()};
}

SubjectRequest whole(Context& context, const v1::SubjectRequest& kept) {
  SubjectRequest out{row_of(kept, context.clock.now()), parts_of(context, kept), {}, {}, {}};
  for (const std::string& id : kept.referral_ids())
    if (const auto referral = ReferralId::from_bytes(id))
      if (auto rows = accesses(*context.home, {*referral}))
        for (AccessRow& row : *rows) out.readers.push_back(std::move(row));
  std::ranges::sort(out.readers, {}, &AccessRow::number);
  if (out.row.kind != "access") out.recipients = recipients_of(context, out.parts);
  const auto us = context.dossier().directory.find(context.org());
  out.letter = kept.letter().empty() ? request_letter(out, us ? us->title : context.org().str())
                                     : kept.letter();
  return out;
}

// Who does what with which request is in the access log first.
Status record(Context& context, const v1::SubjectRequest& request, AccessKind kind,
              const Actor& actor) {
  if (auto may = may_look(*context.home, actor); !may) return may;
  v1::Access access = access_by(actor, kind);
  access.set_list(request.number() == 0 ? "request"
                                        : "request " + std::to_string(request.number()));
  if (request.referral_ids_size() == 1) access.set_referral_id(request.referral_ids(0));
  auto logged = record_access(*context.home, access, context.clock.now());
  return logged ? Status(Done{}) : Status(logged.refusal());
}

// Whether the second reader decided nothing of it, and does not send it.
Status is_another(const v1::SubjectRequest& request, const std::string& second,
                  const Actor& actor) {
  bool decided = is_same_person(second, actor.person);
  for (const auto& decision : request.decisions())
    decided = decided || is_same_person(second, decision.person());
  if (!decided) return Done{};
  return invalid("second: another person than those who decided, and than who sends it");
}

Result<v1::SubjectRequest> open_one(Context& context, std::uint64_t number) {
  auto request = load(context, number);
  if (!request) return request;
  if (auto open = is_open(*request); !open) return open.refusal();
  return request;
}

}  // namespace

Result<std::uint64_t> new_request(Context& context, const SubjectRequestDraft& draft,
                                  const Actor& actor) {
  if (!is_one_of(kKinds, draft.kind))
    return invalid("kind: access, correction, erasure or objection");
  if (!is_one_of(kRequesters, draft.requester))
    return invalid(
        "requester: child, youth, parent-with-authority, parent-without-authority or other");
  if (!is_said(draft.shown, true))
    return invalid("shown: how identity and authority were shown, at most 2000 bytes");
  if (!is_said(draft.words, draft.kind != "access"))
    return invalid("words: what is asked, at most 2000 bytes");
  if (draft.referrals.empty() || draft.referrals.size() > kMostReferrals)
    return invalid("referrals: 1 to 100 that are about the child");
  const Time now = context.clock.now();
  const Date today = amsterdam_date(now);
  if (draft.received && *draft.received > today) return invalid("received: is not there yet");
  v1::SubjectRequest request;
  for (const ReferralId& referral : draft.referrals) {
    if (!context.dossier().referrals.find(referral)) return Refusal{RefusalCode::unknown_referral};
    request.add_referral_ids(referral.str());
  }
  if (context.dossier().settings.length(kRequests) >= kMostRequests)
    return Refusal{RefusalCode::too_large, "10,000 requests are the most"};
  request.set_kind(draft.kind);
  request.set_requester(draft.requester);
  request.set_shown(draft.shown);
  request.set_words(draft.words);
  request.set_received_ms(
      static_cast<std::uint64_t>(to_ms(amsterdam_midnight(draft.received.value_or(today)))));
  request.set_received_by(actor.person);
  if (auto logged = record(context, request, AccessKind::changed, actor); !logged)
    return logged.refusal();
  return context.dossier().settings.append(kRequests, [&](std::uint64_t number) {
    request.set_number(number);
    return sealed(context, request);
  });
}

Result<std::vector<SubjectRequestRow>> requests(Context& context) {
  std::vector<SubjectRequestRow> rows;
  for (std::uint64_t number = context.dossier().settings.length(kRequests); number > 0; --number) {
    auto request = load(context, number);
    if (!request) return request.refusal();
    rows.push_back(row_of(*request, context.clock.now()));
  }
  return rows;
}

Result<SubjectRequest> show_request(Context& context, std::uint64_t number, const Actor& actor) {
  auto request = load(context, number);
  if (!request) return request.refusal();
  if (auto logged = record(context, *request, AccessKind::listed, actor); !logged)
    return logged.refusal();
  return whole(context, *request);
}

Status decide_request(Context& context, std::uint64_t number, const PartDecision& decision,
                      const Actor& actor) {
  auto request = open_one(context, number);
  if (!request) return request.refusal();
  if (!is_one_of(kVerdicts, decision.verdict)) return invalid("verdict: give, partly or withhold");
  const bool gives = decision.verdict == "give";
  if (gives != decision.article.empty() || (!gives && article_words(decision.article).empty()))
    return invalid(
        "article: why not: rights-of-others, safety, child-interest, no-authority, legal-duty, "
        "not-incorrect or legal-claim; none when it is given");
  if (!is_said(decision.note, false))
    return invalid("text: at most 2000 bytes, none that cannot be seen");
  const auto parts = parts_of(context, *request);
  if (std::ranges::none_of(parts, [&](const RequestPart& part) {
        return part.message == decision.message && part.category == decision.category;
      }))
    return Refusal{RefusalCode::not_found, "this house holds no such part for this request"};
  if (auto logged = record(context, *request, AccessKind::changed, actor); !logged) return logged;
  return change_open(context, number, [&](v1::SubjectRequest& open) -> Status {
    auto& made = *open.add_decisions();
    made.set_message_id(decision.message.str());
    made.set_category(static_cast<v1::Category>(decision.category));
    made.set_verdict(decision.verdict);
    made.set_article(decision.article);
    made.set_note(decision.note);
    made.set_person(actor.person);
    made.set_time_ms(static_cast<std::uint64_t>(to_ms(context.clock.now())));
    return Done{};
  });
}

Status extend_request(Context& context, std::uint64_t number, const std::string& reason,
                      const Actor& actor) {
  auto request = open_one(context, number);
  if (!request) return request.refusal();
  if (!is_said(reason, true)) return invalid("reason: why, at most 2000 bytes");
  if (!request->extension().empty()) return invalid("number: it was made longer once already");
  const auto received = time_from_ms(static_cast<std::int64_t>(request->received_ms()));
  if (context.clock.now() >= months_after(received, 1))
    return invalid("number: its first month is over, and only within it can it be made longer");
  if (auto logged = record(context, *request, AccessKind::changed, actor); !logged) return logged;
  return change_open(context, number, [&](v1::SubjectRequest& open) -> Status {
    open.set_extension(reason);
    return Done{};
  });
}

Result<SubjectRequest> answer_request(Context& context, std::uint64_t number,
                                      const std::string& second, const crypto::Pin& pin,
                                      const Actor& actor) {
  auto request = open_one(context, number);
  if (!request) return request.refusal();
  if (auto other = is_another(*request, second, actor); !other) return other.refusal();
  if (auto may = may_look(*context.home, actor); !may) return may.refusal();
  const Time now = context.clock.now();
  if (auto is_them = context.home->people().confirm(second, pin, now); !is_them)
    return is_them.refusal();
  if (auto logged = record(context, *request, AccessKind::exported, actor); !logged)
    return logged.refusal();
  std::optional<SubjectRequest> out;
  auto answered = change_open(context, number, [&](v1::SubjectRequest& open) -> Status {
    if (auto other = is_another(open, second, actor); !other) return other;
    for (const RequestPart& part : parts_of(context, open))
      if (part.verdict == "withhold" && part.article.empty())
        return invalid("number: of each part somebody must say first what is done");
    open.set_letter(whole(context, open).letter);
    open.set_answered_by(second);
    open.set_answered_ms(static_cast<std::uint64_t>(to_ms(now)));
    out = whole(context, open);
    return Done{};
  });
  if (!answered) return answered.refusal();
  return std::move(*out);
}

}  // namespace veerpont::sdk
