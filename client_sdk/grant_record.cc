#include "client_sdk/grant_record.h"

#include "veerpont/v1/grant.pb.h"

namespace veerpont::sdk {

std::optional<v1::GrantRecord> record_in(const GrantRecordRow& row) {
  v1::GrantRecordSection section;
  v1::GrantRecord record;
  const bool read = row.record_section.size() > 0 && section.ParseFromArray(row.record_section.reveal().data(), static_cast<int>(row.record_section.size())) &&
                    record.ParseFromString(section.record());
  return read ? std::optional(std::move(record)) : std::nullopt;
}

}  // namespace veerpont::sdk
