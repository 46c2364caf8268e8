#include "client_sdk/dossier/stays.h"

#include "client_sdk/dossier/sealed_database.h"

namespace veerpont::sdk {

void Stays::put(const StayRecord& s) {
  db_.run("INSERT INTO stays (stay_id, label_sealed, began) VALUES (?, ?, ?)", Blob{s.id},
          Blob{db_.seal("stays.label", s.id, s.label.reveal())}, str(s.began));
}

std::vector<StayRecord> Stays::all() {
  std::vector<StayRecord> out;
  db_.each(
      "SELECT stay_id, label_sealed, began, ended, (SELECT max(day) FROM talks t WHERE t.stay_id = "
      "s.stay_id AND talk_with = 1), (SELECT max(day) FROM "
      "talks t WHERE t.stay_id = s.stay_id AND talk_with = 2) FROM stays s ORDER BY began, stay_id",
      [&](auto& row) {
        const std::string id = blob_at(row, 0);
        out.push_back({id, db_.unseal("stays.label", id, blob_at(row, 1)),
                       parse_date(text_at(row, 2)).value_or(Date{}), parse_date(text_at(row, 3)),
                       parse_date(text_at(row, 4)), parse_date(text_at(row, 5))});
      });
  return out;
}

void Stays::end(const std::string& id, const Date& day) {
  db_.run("UPDATE stays SET ended = ? WHERE stay_id = ?", str(day), Blob{id});
}

void Stays::put_talk(const std::string& id, TalkWith with, const Date& day) {
  db_.run("INSERT INTO talks VALUES (?, ?, ?) ON CONFLICT DO NOTHING", Blob{id},
          static_cast<int>(with), str(day));
}

}  // namespace veerpont::sdk
