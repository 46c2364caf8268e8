// The operations of gateway.proto about what leaves the gateway: mail and webhooks.
#include "gateway/site/answers.h"
#include "gateway/site/site.h"
#include "schemas/document_json.h"

namespace veerpont::gateway {
namespace {

template <class Answer>
net::HttpAnswer answered(const Answer& answer) {
  return json_answer(write_json(answer, false));
}

}  // namespace

Result<net::HttpAnswer> Site::call_mail(const std::string& name, const Session& session,
                                        std::string_view json) {
  if (name == "mail.show") return answered(outgoing_.mail());
  if (name == "mail.set") {
    v1::MailSettings wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto set = outgoing_.set_mail(wanted);
    if (!set) return set.refusal();
    if (auto told = record_change(session, name); !told) return told.refusal();
    return answered(*set);
  }
  v1::OwnMail own;
  if (auto read = read_json(json, own); !read) return read.refusal();
  if (name == "mail.own") {
    const auto person = store_.person(session.person.login());
    if (person) own.set_mail(person->mail());
    return answered(own);
  }
  auto done = name == "mail.test" ? outgoing_.test_mail(own.mail())
                                  : outgoing_.set_own_mail(session.person.login(), own.mail());
  if (!done) return done.refusal();
  return name == "mail.test" ? Result<net::HttpAnswer>(json_answer("{}")) : answered(own);
}

Result<net::HttpAnswer> Site::call_hooks(const std::string& name, const Session& session,
                                         std::string_view json) {
  if (name == "hooks.list") return answered(outgoing_.hooks());
  if (name == "hooks.add") {
    v1::AddHookRequest wanted;
    if (auto read = read_json(json, wanted); !read) return read.refusal();
    const auto added = outgoing_.add_hook(wanted);
    if (!added) return added.refusal();
    if (auto told = record_change(session, name + ": " + added->hook()); !told)
      return told.refusal();
    return answered(*added);
  }
  v1::RemoveHookRequest wanted;
  if (auto read = read_json(json, wanted); !read) return read.refusal();
  if (auto removed = outgoing_.remove_hook(wanted.hook()); !removed) return removed.refusal();
  if (auto told = record_change(session, name + ": " + wanted.hook()); !told) return told.refusal();
  return json_answer("{}");
}

}  // namespace veerpont::gateway
