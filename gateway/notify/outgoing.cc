#include "gateway/notify/outgoing.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "gateway/notify/send.h"
#include "gateway/people/roles.h"
#include "rules/working_days.h"
#include "schemas/wire.h"

namespace veerpont::gateway {
namespace {

constexpr char kMail[] = "mail", kHooks[] = "hooks";
constexpr auto kLooksAfter = std::chrono::seconds(10);  // a change
constexpr auto kLooksAnyway = std::chrono::hours(1);    // another day has begun, say
constexpr auto kFirstAgain = std::chrono::seconds(10);
constexpr auto kLastAgain = std::chrono::minutes(60);
constexpr std::size_t kHookSecretBytes = 32, kHookIdBytes = 4;

}  // namespace

bool is_told(const std::string& login, const std::vector<Waiting>& waiting, Time told, Time now) {
  // A clock that was ahead when somebody was told keeps nothing from them now.
  if (told > now) told = Time();
  const Date today = amsterdam_date(now);
  const bool once_today =
      amsterdam_date(told) != today && rules::is_working_day(today, rules::Holidays::dutch());
  return std::ranges::any_of(waiting, [&](const Waiting& one) {
    const bool theirs = one.holder.empty() || one.holder == login;
    return theirs && one.came > told && (one.urgent || once_today);
  });
}

std::optional<v1::StoredMail> Outgoing::stored_mail() {
  const auto kept = store_.setting(kMail);
  v1::StoredMail mail;
  if (!kept || !wire::parse_stored(kept->reveal(), mail) || mail.server().empty())
    return std::nullopt;
  return mail;
}

v1::MailSettings Outgoing::mail() {
  v1::MailSettings out;
  const auto kept = stored_mail();
  if (!kept) return out;
  out.set_server(kept->server());
  out.set_from(kept->from());
  out.set_login(kept->login());
  out.set_authority(kept->authority());
  out.set_has_password(!kept->password().empty());
  return out;
}

Result<v1::MailSettings> Outgoing::set_mail(const v1::MailSettings& wanted) {
  v1::StoredMail mail;
  if (!wanted.server().empty()) {
    if (hidden_()) return Refusal{RefusalCode::hidden_organisation, "mail"};
    mail.set_server(wanted.server());
    mail.set_from(wanted.from());
    mail.set_login(wanted.login());
    mail.set_authority(wanted.authority());
    const auto before = stored_mail();
    // Kept for the same server alone: nobody sends it elsewhere by changing the address.
    const bool same =
        before && before->server() == mail.server() && before->login() == mail.login();
    mail.set_password(wanted.password().empty() && same ? before->password() : wanted.password());
    if (auto fine = check_mail(mail); !fine) return fine.refusal();
  }
  store_.put_setting(kMail, wire::serialise(mail));
  return this->mail();
}

Status Outgoing::test_mail(const std::string& to) {
  const auto mail = stored_mail();
  if (!mail) return Refusal{RefusalCode::invalid_input, "server: no mail server is set"};
  return send_notice(*mail, to, clock_.now());
}

Status Outgoing::set_own_mail(const std::string& login, const std::string& mail) {
  if (!mail.empty() && !is_mail_address(mail))
    return Refusal{RefusalCode::invalid_input, "mail: an e-mail address"};
  store_.change(login, [&](v1::StoredPerson& person) {
    person.set_mail(mail);
    return true;
  });
  return Done{};
}

v1::StoredHooks Outgoing::stored_hooks() {
  const auto kept = store_.setting(kHooks);
  v1::StoredHooks hooks;
  if (!kept || !wire::parse_stored(kept->reveal(), hooks)) hooks.Clear();
  return hooks;
}

v1::HooksAnswer Outgoing::hooks() {
  v1::HooksAnswer answer;
  const auto all = stored_hooks();
  const Lock lock(mutex_);
  for (const auto& hook : all.hooks()) {
    auto& row = *answer.add_hooks();
    row.set_hook(hook.id());
    row.set_url(hook.url());
    const auto tried = tried_.find(hook.id());
    if (tried != tried_.end() && tried->second.failing_since)
      row.set_failing_since(rfc3339(*tried->second.failing_since));
  }
  return answer;
}

Result<v1::AddHookAnswer> Outgoing::add_hook(const v1::AddHookRequest& wanted) {
  if (hidden_()) return Refusal{RefusalCode::hidden_organisation, "webhook"};
  if (auto fine = check_hook(wanted.url()); !fine) return fine.refusal();
  const Lock lock(mutex_);
  auto all = stored_hooks();
  if (all.hooks_size() >= kMostHooks)
    return Refusal{RefusalCode::invalid_input, "url: there are ten subscriptions already"};
  auto& hook = *all.add_hooks();
  hook.set_id(crypto::to_hex(crypto::random_bytes(kHookIdBytes)));
  hook.set_url(wanted.url());
  hook.set_secret(crypto::to_hex(crypto::random_bytes(kHookSecretBytes)));
  hook.set_authority(wanted.authority());
  store_.put_setting(kHooks, wire::serialise(all));
  v1::AddHookAnswer answer;
  answer.set_hook(hook.id());
  answer.set_secret(hook.secret());
  return answer;
}

Status Outgoing::remove_hook(const std::string& id) {
  const Lock lock(mutex_);
  auto all = stored_hooks();
  auto& hooks = *all.mutable_hooks();
  const auto found = std::ranges::find(hooks, id, [](const auto& one) { return one.id(); });
  if (found == hooks.end())
    return Refusal{RefusalCode::not_found, "subscription: there is no such one"};
  hooks.erase(found);
  store_.put_setting(kHooks, wire::serialise(all));
  tried_.erase(id);
  return Done{};
}

void Outgoing::sweep(std::uint64_t changes, const std::function<std::vector<Waiting>()>& waits) {
  send_hooks(changes);
  const Time now = clock_.now();
  const auto wait = changes == looked_at_ ? std::chrono::milliseconds(kLooksAnyway)
                                          : std::chrono::milliseconds(kLooksAfter);
  if (now - looked_ < wait && now >= looked_) return;
  looked_ = now;
  looked_at_ = changes;
  send_mail(waits);
}

void Outgoing::send_mail(const std::function<std::vector<Waiting>()>& waits) {
  const auto mail = stored_mail();
  if (!mail || hidden_()) return;
  const std::vector<Waiting> waiting = waits();
  for (const auto& person : store_.people()) {
    if (person.mail().empty() || !is_colleague(person)) continue;
    if (!is_told(person.login(), waiting, time_from_ms(person.mailed()), clock_.now())) continue;
    // Written down first: on a full disk nobody is told the same again and again.
    const auto mailed_at = [&](std::int64_t when) {
      store_.change(person.login(), [&](v1::StoredPerson& stored) {
        stored.set_mailed(when);
        return true;
      });
    };
    mailed_at(to_ms(clock_.now()));
    if (send_notice(*mail, person.mail(), clock_.now())) continue;
    return mailed_at(person.mailed());  // the server is away: tried again at the next change
  }
}

void Outgoing::send_hooks(std::uint64_t changes) {
  const Time now = clock_.now();
  const auto all = stored_hooks();
  for (const auto& hook : all.hooks()) {
    Tried tried;
    {
      const Lock lock(mutex_);
      tried = tried_[hook.id()];
    }
    const bool given_up = tried.failing_since && now - *tried.failing_since > kTriedFor;
    const bool pauses = now < tried.next && tried.next - now <= kLastAgain;
    if (tried.told == changes || pauses || given_up || hidden_()) continue;
    if (send_hook(hook, changes, now)) {
      tried = {changes, std::nullopt, now};
    } else {
      const Time since = tried.failing_since.value_or(now);
      const auto wait = std::clamp<std::chrono::milliseconds>(now - since, kFirstAgain, kLastAgain);
      tried = {tried.told, since, now + wait};
    }
    const Lock lock(mutex_);
    tried_[hook.id()] = tried;
  }
}

}  // namespace veerpont::gateway
