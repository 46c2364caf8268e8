#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>

#include <filesystem>

#include "client_sdk/engine.h"
#include "crypto/random.h"
#include "fuzz/targets.h"

namespace veerpont::fuzz {
namespace {

// A home whose dossier stands open to whoever writes into its file.
struct Victim {
  std::string folder = (std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp") + std::string("/veerpont-fuzz-") + std::to_string(::getpid());
  std::shared_ptr<sdk::OpenHome> home;
  std::unique_ptr<SQLite::Database> raw;

  Victim() {
    std::filesystem::create_directories(folder);
    auto log = crypto::SigningKey::generate();
    home = std::make_shared<sdk::OpenHome>(sdk::OpenHome{sdk::HomePaths(folder),
                                                         sdk::HomeConfig{*OrgId::parse("de-binnenvest"), "", OrgKind::shelter, "127.0.0.1:1", "",
                                                                         *audit::VerifierKey::create("federatie.example/audit", log.public_key()), ""},
                                                         crypto::SigningKey::generate(), crypto::SigningKey::generate(), crypto::SigningKey::generate(),
                                                         crypto::random_key(), crypto::SecretBytes(), "", nullptr});
    home->dossier = sdk::open_dossier(home->paths.dossier, home->storage_key);
    raw = std::make_unique<SQLite::Database>(home->paths.dossier, SQLite::OPEN_READWRITE);
    raw->exec("PRAGMA synchronous=OFF");
  }
  ~Victim() { std::filesystem::remove_all(folder); }
};

struct Table {
  const char* name;
  const char* columns;  // b: blob, t: text, i: integer, k: the key that is read below
};
constexpr Table kTables[] = {{"meta", "tb"},      {"partners", "Ttittt"}, {"grants", "kbbbkiiii"}, {"outbox", "kikkibbbii"}, {"inbox", "kikkTiiiibiti"},
                             {"sections", "kib"}, {"releases", "kibb"},   {"access_log", "bbi"},   {"referrals", "kiTikii"}, {"events", "ibt"},
                             {"receipts", "ib"}};

void write_row(SQLite::Database& db, const Table& table, Pieces& in) {
  const std::string_view columns = table.columns;
  std::string sql = "INSERT OR REPLACE INTO " + std::string(table.name) + " VALUES (";
  for (std::size_t i = 0; i < columns.size(); ++i) sql += i == 0 ? "?" : ",?";
  SQLite::Statement statement(db, sql + ")");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int place = static_cast<int>(i) + 1;
    switch (columns[i]) {
      case 'i':
        statement.bind(place, static_cast<std::int64_t>(in.byte() % 8 == 0 ? in.u64() : in.byte()));
        break;
      case 'k':
        statement.bind(place, "0123456789abcdef", in.byte() % 8 == 0 ? 5 : 16);
        break;
      case 'T':
        statement.bind(place, in.byte() % 8 == 0 ? std::string(in.text(4)) : std::string("jgt-leiden"));
        break;
      case 't': {
        static const std::string keys[] = {"pin", "chain", "events-cursor", "own-statement", "policy", "statement-sequence-jgt-leiden"};
        const unsigned char which = in.byte();
        statement.bind(place, which < 6 ? keys[which] : std::string(in.text(in.byte())));
        break;
      }
      default: {
        const auto bytes = in.text(in.byte());
        statement.bind(place, bytes.data() == nullptr ? "" : bytes.data(), static_cast<int>(bytes.size()));
      }
    }
  }
  statement.exec();
}

// Everything that reads; a damaged dossier is a runtime_error or a refusal, never anything else.
template <class Read>
void reads(Read read) {
  try {
    read();
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

void dossier_rows(std::string_view bytes) {
  static Victim victim;
  Pieces in(bytes);
  SQLite::Transaction change(*victim.raw);
  for (const Table& table : kTables) victim.raw->exec("DELETE FROM " + std::string(table.name));
  for (int rows = 0; rows < 12 && !in.empty(); ++rows) try {
      write_row(*victim.raw, kTables[in.byte() % std::size(kTables)], in);
    } catch (const SQLite::Exception&) {  // the schema itself refuses the row
    }
  change.commit();
  sdk::OpenHome& home = *victim.home;
  sdk::Dossier& dossier = *home.dossier;
  const auto message = *MessageId::from_bytes("0123456789abcdef");
  const auto referral = *ReferralId::from_bytes("0123456789abcdef");
  const auto grant = *GrantId::from_bytes("0123456789abcdef");
  sdk::Engine engine(victim.home, [] { return Result<std::unique_ptr<sdk::Transport>>(Refusal{RefusalCode::broker_unreachable}); });
  reads([&] { (void)dossier.partner(*OrgId::parse("jgt-leiden")); });
  reads([&] { (void)dossier.grant(grant); });
  reads([&] { (void)dossier.pending_grants(); });
  reads([&] { (void)dossier.pending(); });
  reads([&] { (void)dossier.sent_refer(grant); });
  reads([&] { (void)dossier.unacknowledged(); });
  reads([&] { (void)dossier.section(message, Category::routing); });
  reads([&] { (void)dossier.referral(referral); });
  reads([&] { (void)dossier.referrals(); });
  reads([&] { (void)dossier.receipts(); });
  reads([&] { (void)dossier.events_cursor(); });
  reads([&] { (void)sdk::verify_events(home); });
  reads([&] { (void)sdk::list_events(home, std::nullopt); });
  reads([&] { (void)sdk::list_events(home, referral); });
  reads([&] { (void)sdk::learn_again(home, referral, grant); });
  reads([&] { (void)engine.grants(); });
  reads([&] { (void)engine.open(message, {}, {}); });
  reads([&] {
    for (const auto& record : dossier.inbox_in({sdk::InboxRecord::State::stored, sdk::InboxRecord::State::opened})) (void)engine.row_of(record);
  });
}

}  // namespace veerpont::fuzz
