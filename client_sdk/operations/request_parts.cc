#include "client_sdk/operations/request_parts.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "client_sdk/log/log_copy.h"
#include "client_sdk/operations/secret_address.h"
#include "schemas/categories.h"
#include "schemas/wire.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::sdk {
namespace {

// What the log says of a referral's messages.
struct Logged {
  std::map<MessageId, Time> sent;
  std::map<std::pair<MessageId, Category>, Time> opened;  // first
};

Logged logged_in(Context& context, const ReferralId& referral) {
  Logged out;
  for (const CopiedEvent& copy : log_of(*context.home, referral)) {
    const auto message = MessageId::from_bytes(copy.event.message_id());
    const Time when = time_from_ms(copy.event.time());
    if (!message) continue;
    if (copy.event.kind() == v1::EVENT_KIND_SUBMITTED) out.sent.emplace(*message, when);
    if (copy.event.kind() != v1::EVENT_KIND_RELEASED) continue;
    const auto all = crypto::category_set(copy.event.categories()).value_or(CategorySet{});
    for (const Category category : all.list())
      out.opened.emplace(std::pair(*message, category), when);
  }
  return out;
}

// What its writer advised for when somebody asks to see it; of a section alone.
std::string advice_in(const v1::Referral& section) {
  const auto* type = v1::Referral::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (field->is_repeated() || field->message_type() == nullptr ||
        !section.GetReflection()->HasField(section, field))
      continue;
    const auto& part = section.GetReflection()->GetMessage(section, field);
    const auto* risk = field->message_type()->FindFieldByName("release_risk");
    if (risk == nullptr || !part.GetReflection()->HasField(part, risk)) continue;
    const auto& said =
        dynamic_cast<const v1::ReleaseRisk&>(part.GetReflection()->GetMessage(part, risk));
    if (said.advice() == v1::ReleaseRisk::ADVICE_CONSULT_SENDER) return "consult-sender";
    if (said.advice() == v1::ReleaseRisk::ADVICE_WITHHOLD_FROM) return "withhold-from";
  }
  return "none";
}

class Parts {
 public:
  Parts(Context& context, const v1::SubjectRequest& request)
      : context_(context), request_(request) {}

  std::vector<RequestPart> run() {
    for (const std::string& id : request_.referral_ids())
      if (const auto referral = ReferralId::from_bytes(id))
        if (const auto record = context_.dossier().referrals.find(*referral)) add(*record);
    for (const auto& decision : request_.decisions()) apply(decision);
    return std::move(out_);
  }

 private:
  void add(const ReferralRecord& record) {
    const Logged logged = logged_in(context_, record.id);
    const auto partner = context_.dossier().directory.find(record.with);
    // Whom to withhold everything from until somebody looked: also where nobody here knows better.
    const bool guarded =
        (partner && partner->hidden) || secret_address(context_, record).value_or(true);
    const std::size_t first = out_.size();
    for (const OutboxRow& sent : context_.dossier().outbox.sent_in(record.id)) {
      if (sent.state != OutboxRow::State::done) continue;
      const auto event = logged.sent.find(sent.message);
      const auto when = event == logged.sent.end() ? std::nullopt : std::optional(event->second);
      const auto document = wire::parse<v1::Referral>(sent.document.reveal());
      if (!document) continue;
      for (const SectionDocument& section : split(*document))
        put(record, sent.message, section.category, when, true,
            advice_in(*wire::parse<v1::Referral>(section.bytes)), guarded);
    }
    using State = InboxRecord::State;
    for (const InboxRecord& came : context_.dossier().inbox.list(
             {{State::stored, State::opened, State::done}, {}, record.id})) {
      for (const Category category : came.categories.list()) {
        const auto section = context_.dossier().inbox.section(came.message, category);
        if (!section && came.envelope.empty()) continue;  // gone after its time
        const auto read = section ? wire::parse<v1::Referral>(section->reveal())
                                  : Result<v1::Referral>(Refusal{RefusalCode::not_found});
        put(record, came.message, category, came.created, false,
            read ? advice_in(*read) : std::string(), guarded);
      }
    }
    for (std::size_t i = first; i < out_.size(); ++i)
      if (const auto found = logged.opened.find({out_[i].message, out_[i].category});
          found != logged.opened.end())
        out_[i].opened = found->second;
    std::stable_sort(out_.begin() + static_cast<std::ptrdiff_t>(first), out_.end(),
                     [](const auto& one, const auto& other) { return one.when < other.when; });
  }

  void put(const ReferralRecord& record, const MessageId& message, Category category,
           std::optional<Time> when, bool ours, std::string advice, bool guarded) {
    if (category == Category::grant_record) return;
    RequestPart part{record.id, message, category, ours, record.with.str(), {}};
    if (const auto partner = context_.dossier().directory.find(record.with))
      part.title = partner->title;
    part.when = when;
    part.advice = std::move(advice);
    std::tie(part.verdict, part.article) = usual(part, guarded);
    out_.push_back(std::move(part));
  }

  // Until a person decides: what could lead somebody to the child, what the child said, what is
  // about others, and everything under a secret address or with somebody who is hidden, is not
  // given; nor anything to a parent without authority.
  std::pair<std::string, std::string> usual(const RequestPart& part, bool guarded) const {
    if (request_.requester() == "parent-without-authority" || request_.requester() == "other")
      return {"withhold", "no-authority"};
    if (request_.kind() != "access") return {"withhold", ""};  // a person says what is changed
    if (part.category == Category::child_voice) return {"withhold", "child-interest"};
    if (part.category == Category::network) return {"withhold", "rights-of-others"};
    if (guarded || part.advice == "withhold-from" || part.advice == "consult-sender" ||
        part.advice.empty())
      return {"withhold", "safety"};
    return {"give", ""};
  }

  void apply(const v1::SubjectRequest::Decision& decision) {
    for (RequestPart& part : out_) {
      if (part.message.bytes() != decision.message_id() ||
          static_cast<int>(part.category) != decision.category())
        continue;
      part.verdict = decision.verdict();
      part.article = decision.article();
      part.note = decision.note();
      part.decided = true;
    }
  }

  Context& context_;
  const v1::SubjectRequest& request_;
  std::vector<RequestPart> out_;
};

}  // namespace

std::vector<RequestPart> parts_of(Context& context, const v1::SubjectRequest& request) {
  return Parts(context, request).run();
}

}  // namespace veerpont::sdk
