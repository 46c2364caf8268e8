// What the privacy officer hands over and is asked, as messages of the interface.
#include "client_sdk/c/answers.h"
#include "client_sdk/c/texts.h"
#include "schemas/codes.h"

namespace veerpont::api {

v1::CheckExportAnswer checked_export(const CheckedManifest& manifest) {
  v1::CheckExportAnswer out;
  out.set_holds(true);
  out.set_organisation(manifest.organisation);
  out.set_fingerprint(manifest.fingerprint);
  out.set_what(manifest.what);
  out.set_format(manifest.format);
  out.set_selection(manifest.selection);
  out.set_made(text(manifest.made));
  out.set_rows(manifest.rows);
  out.set_file(manifest.file);
  out.set_log(manifest.log);
  out.set_log_size(manifest.log_size);
  return out;
}

v1::RegisterAnswer processing_register(const ProcessingRegister& all) {
  v1::RegisterAnswer out;
  out.set_organisation(all.organisation);
  out.set_made(text(all.made));
  out.set_versions(all.versions);
  for (const RegisterWord& word : all.said) {
    auto& one = *out.add_said();
    one.set_field(word.field);
    one.set_text(word.text);
    one.set_since(text(word.since));
    one.set_person(word.person);
  }
  for (const RegisterSheet& sheet : all.sheets) {
    auto& one = *out.add_sheets();
    one.set_id(sheet.id);
    one.set_purpose(sheet.purpose);
    for (const RegisterBasis& basis : sheet.bases) {
      auto& row = *one.add_bases();
      if (const auto ground = ground_from_id(basis.ground))
        row.set_ground(static_cast<veerpont::v1::Ground>(*ground));
      row.set_articles(basis.articles);
    }
    add(*one.mutable_sent(), sheet.sent);
    add(*one.mutable_received(), sheet.received);
    for (const RegisterPartner& partner : sheet.partners) {
      auto& row = *one.add_partners();
      row.set_org(partner.org);
      row.set_title(partner.title);
      row.set_kind(partner.kind);
    }
    one.set_grants(sheet.grants);
    for (const auto& [category, months] : sheet.months) {
      auto& row = *one.add_kept();
      row.set_category(static_cast<veerpont::v1::Category>(category));
      row.set_months(static_cast<std::uint32_t>(months));
    }
  }
  return out;
}

namespace {

void fill(v1::SubjectRequestRow& out, const SubjectRequestRow& row) {
  out.set_number(row.number);
  out.set_kind(row.kind);
  out.set_requester(row.requester);
  out.set_shown(row.shown);
  out.set_words(row.words);
  out.set_received(text(row.received));
  out.set_due(text(row.due));
  out.set_late(row.late);
  out.set_extension(row.extension);
  out.set_answered(text(row.answered));
  out.set_received_by(row.received_by);
  out.set_answered_by(row.answered_by);
}

void fill(v1::SubjectRequestAnswer::Part& out, const RequestPart& part) {
  out.set_referral_id(part.referral.hex());
  out.set_message_id(part.message.hex());
  out.set_category(static_cast<veerpont::v1::Category>(part.category));
  out.set_ours(part.ours);
  out.set_with(part.with);
  out.set_title(part.title);
  out.set_when(text(part.when));
  out.set_opened(text(part.opened));
  out.set_advice(part.advice);
  out.set_verdict(part.verdict);
  out.set_article(part.article);
  out.set_note(part.note);
  out.set_decided(part.decided);
}

}  // namespace

v1::ReportAnswer period_report(const PeriodReport& report) {
  const auto fill_row = [](v1::ReportRow& out, const ReportRow& row) {
    out.set_from(row.from);
    out.set_from_title(row.from_title);
    if (const auto ground = ground_from_id(row.ground))
      out.set_ground(static_cast<veerpont::v1::Ground>(*ground));
    out.set_category(static_cast<veerpont::v1::Category>(row.category));
    out.set_to(row.to);
    out.set_to_title(row.to_title);
    out.set_sent(row.sent);
    out.set_read(row.read);
    out.set_unreadable(row.unreadable);
    out.set_referrals(row.referrals);
  };
  v1::ReportAnswer out;
  out.set_from(str(report.from));
  out.set_until(str(report.until));
  for (const ReportRow& row : report.rows) fill_row(*out.add_rows(), row);
  fill_row(*out.mutable_all(), report.all);
  out.set_exceptions(report.exceptions);
  out.set_reviewed(report.reviewed);
  out.set_late(report.late);
  for (const auto& [kind, count] : report.events) {
    auto& one = *out.add_events();
    one.set_kind(kind);
    one.set_count(count);
  }
  for (const auto& [kind, count] : report.accesses) {
    auto& one = *out.add_accesses();
    one.set_kind(static_cast<veerpont::v1::AccessKind>(kind));
    one.set_count(count);
  }
  out.set_read_after_the_end(report.read_after_the_end);
  out.set_policy_changes(report.policy_changes);
  return out;
}

v1::WitnessesAnswer witnesses(const LogWitnesses& all) {
  v1::WitnessesAnswer out;
  for (const WitnessRow& row : all.rows) {
    auto& one = *out.add_witnesses();
    one.set_verifier_key(row.verifier_key);
    one.set_org(row.org);
    one.set_title(row.title);
    one.set_url(row.url);
    one.set_confirmed(row.confirmed);
    one.set_counts(row.counts);
  }
  out.set_quorum(static_cast<std::uint32_t>(all.quorum));
  out.set_reason(all.reason);
  out.set_at_once(all.at_once);
  out.set_size(all.size);
  if (all.since) out.set_since(text(*all.since));
  out.set_fresh(all.fresh);
  return out;
}

v1::SubjectRequestsAnswer subject_requests(const std::vector<SubjectRequestRow>& rows) {
  v1::SubjectRequestsAnswer out;
  for (const SubjectRequestRow& row : rows) fill(*out.add_requests(), row);
  return out;
}

v1::SubjectRequestAnswer subject_request(const SubjectRequest& request) {
  v1::SubjectRequestAnswer out;
  fill(*out.mutable_request(), request.row);
  for (const RequestPart& part : request.parts) fill(*out.add_parts(), part);
  *out.mutable_readers() = accesses(request.readers).accesses();
  for (const std::string& one : request.recipients) out.add_recipients(one);
  out.set_letter(request.letter);
  return out;
}

}  // namespace veerpont::api
