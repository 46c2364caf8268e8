// What needs somebody, in the order in which it hurts. Pure: facts in, items out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/clocks.h"
#include "veerpont/veerpont.h"

namespace veerpont::gateway {

// In the order of the list. `waiting`: somebody else acts.
enum class WorkGroup { crisis = 1, late, today, week, later, waiting };

// What is to be done; the short ids are those of the API ("read-referral").
enum class WorkKind {
  read_referral = 1,
  read_consult,
  read_request,
  read_message,
  decide,
  first_contact,
  waiting_word,
  handover,
  progress,
  resume,
  give_info,
  call_unread,
  ask_status,
  access_asked,
  renew_consent,
  renew_birthday,
  renew_ground,
  authority_check,
  confirm_exception,
  talk_child,
  talk_parents,
  queued,
  wait,  // for another, or until it arrives
  perhaps_sent,
  not_sent,  // it waited, and was refused when it went
};

struct WorkItem {
  WorkKind kind;
  WorkGroup group;
  std::optional<Time> due = {};           // by when; nothing: no time was named
  std::optional<Date> day = {};           // where only a day is known
  const ReferralRow* row = nullptr;       // into the facts
  std::optional<MessageId> message = {};  // to be read, or waiting to be sent
  std::optional<GrantId> grant = {};
  std::string stay = {};              // a talk's
  std::string what = {};              // waits to be sent: a step, "grant", "withdrawal"
  std::string with = {}, title = {};  // an organisation
};

struct WorkFacts {
  Time now = {};
  std::vector<ReferralRow> referrals =
      {};  // open ones, and closed ones that ask for something: unread, or expired
  // When the first message of a referral to us was written.
  std::map<ReferralId, Time> referred = {};
  std::vector<InboxRow> unread = {};  // fetched, and not opened
  std::vector<DueRow> due = {};
  std::vector<RhythmRow> talks = {};
  std::vector<ExceptionRow> exceptions = {};  // not reviewed
  std::vector<QueuedRow> queued = {};         // and what was refused later
  std::string viewer = {};  // who looks: exceptions are theirs whom the record names
};

// One item for each open referral, and one for everything else that asks for something; most urgent
// first. `calendar`: our own opening hours.
std::vector<WorkItem> worklist(const WorkFacts& facts, const rules::Calendar& calendar);

}  // namespace veerpont::gateway
