#include "client_sdk/dossier/grant_record.h"

#include "veerpont/v1/grant.pb.h"

namespace veerpont::sdk {

std::optional<v1::GrantRecord> record_in(const GrantRecordRow& row) {
  v1::GrantRecordSection section;
  v1::GrantRecord record;
  const bool read = row.record_section.size() > 0 &&
                    section.ParseFromArray(row.record_section.reveal().data(),
                                           static_cast<int>(row.record_section.size())) &&
                    record.ParseFromString(section.record());
  return read ? std::optional(std::move(record)) : std::nullopt;
}

v1::GrantNotes notes_of(const GrantRecordRow& row) {
  v1::GrantNotes notes;
  if (row.notes.size() > 0 &&
      !notes.ParseFromArray(row.notes.reveal().data(), static_cast<int>(row.notes.size())))
    notes.Clear();
  return notes;
}

std::string second_professional(const v1::GrantRecord& record) {
  return record.professionals_size() > 1 ? record.professionals(1) : "";
}

}  // namespace veerpont::sdk
