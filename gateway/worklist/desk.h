// The operations of workbench.proto: lists and pages made from what the house answers and from what
// the workbench keeps. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/people/log_in.h"
#include "gateway/worklist/work_store.h"
#include "gateway/worklist/worklist.h"
#include "veerpont/gateway/v1/workbench.pb.h"

namespace veerpont::gateway {

struct Unread {
  std::string holder;  // a log-in name; empty: nobody has it in hand
  Time came;
  bool urgent;  // a crisis, or due within a day
};

class Desk {
 public:
  // `origin`: of the pages.
  Desk(Client& house, Store& people, WorkStore& work, const Clock& clock, std::string origin)
      : house_(house), people_(people), work_(work), clock_(clock), origin_(std::move(origin)) {}

  // Content is for who has the referral in hand; others say why. `json`: the request of an
  // operation that shows a message. Refuses reason-needed.
  Status needs_to_know(const Session& session, std::string_view json);
  // Which version of a referral this is, by its number or id: another one after each event. Refuses
  // not-found.
  Result<std::string> version_of(const std::string& number);
  // What ends by itself: notes for a shift that is over.
  void sweep() { work_.forget_old_notes(clock_.now()); }
  // Everything that is to be read, whoever does it.
  std::vector<Unread> unread();
  // JSON in, JSON out. Refuses as the operation does.
  Result<std::string> call(const std::string& operation, const Session& session,
                           std::string_view json);

 private:
  // What the list is made from. Refuses as reading does.
  Result<WorkFacts> facts(const Session& session);
  Result<v1::WorkItemsAnswer> work_items(const Session& session,
                                         const v1::WorkItemsRequest& wanted);
  v1::StateAnswer state();
  Result<v1::NumberedReferralsAnswer> referrals(const Session& session,
                                                const v1::NumberedReferralsRequest& wanted);
  Result<v1::ReferralPage> page(const Session& session, const std::string& number);
  // Records the search first.
  Result<v1::NumberedReferralsAnswer> find(const Session& session, const v1::FindRequest& wanted);
  Result<v1::Note> put_note(const Session& session, const v1::NoteRequest& wanted);
  v1::NotesAnswer notes();
  v1::Note note_of(const std::string& number, const Note& note);
  v1::ColleaguesAnswer colleagues();
  rules::Calendar calendar() const;  // our own opening hours
  Result<v1::NumberedReferral> assign(const Session& session, const v1::AssignRequest& wanted);
  Result<v1::NumberedReferral> release(const Session& session, const std::string& number);
  Result<std::string> prefill(const std::string& login, std::string_view json);
  Result<std::string> call_drafts(const std::string& operation, const std::string& login,
                                  std::string_view json);

  v1::NumberedReferral numbered(const Session& session, const ReferralRow& row);
  // Refuses not-found.
  Result<ReferralRow> row_of(const std::string& number);

  Client& house_;
  Store& people_;
  WorkStore& work_;
  const Clock& clock_;
  const std::string origin_;
};

}  // namespace veerpont::gateway
