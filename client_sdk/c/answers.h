// The rows of a Client as messages of api.proto.
#pragma once

#include "veerpont/api/v1/api.pb.h"
#include "veerpont/veerpont.h"

namespace veerpont::api {

using Categories = google::protobuf::RepeatedField<int>;

CategorySet categories(const Categories& list);
void add(Categories& list, CategorySet set);

v1::Identity identity(const Identity& who);
v1::DoctorAnswer checks(const std::vector<Check>& all);
v1::Checked checked(const Checked& said);
v1::WithdrawAnswer withdrawn(const WithdrawnGrant& done);
v1::Sent sent(const Sent& done);
v1::EventsAnswer events(const std::vector<EventRow>& rows, const std::string& as_of);
void fill(v1::Partner& out, const Partner& row);
void fill(v1::Grant& out, const GrantRow& row);
void fill(v1::ReferralRow& out, const ReferralRow& row);
void fill(v1::InboxRow& out, const InboxRow& row);
void fill(v1::Stop& out, const Stop& stop);
void fill(v1::OutboxAnswer::Row& out, const QueuedRow& row);
void fill(v1::DueAnswer::Row& out, const DueRow& row);

}  // namespace veerpont::api
