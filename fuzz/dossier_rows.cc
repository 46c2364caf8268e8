#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>

#include <filesystem>

#include "client_sdk/log/log_copy.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/log/verify_log.h"
#include "client_sdk/operations/context.h"
#include "client_sdk/operations/grants.h"
#include "client_sdk/operations/inbox.h"
#include "client_sdk/operations/open.h"
#include "crypto/random.h"
#include "fuzz/targets.h"

namespace veerpont::fuzz {
namespace {

// A home whose dossier stands open to whoever writes into its file.
struct Victim {
  std::string folder = (std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp") +
                       std::string("/veerpont-fuzz-") + std::to_string(::getpid());
  std::shared_ptr<sdk::OpenHome> home;
  std::unique_ptr<SQLite::Database> raw;

  Victim() {
    std::filesystem::create_directories(folder);
    auto log = crypto::SigningKey::generate();
    home = std::make_shared<sdk::OpenHome>(sdk::OpenHome{
        sdk::HomePaths(folder),
        sdk::HomeConfig{*OrgId::parse("de-binnenvest"), "", OrgKind::shelter, "127.0.0.1:1", "",
                        *audit::VerifierKey::create("federatie.example/audit", log.public_key()),
                        ""},
        crypto::SigningKey::generate(), crypto::SigningKey::generate(),
        crypto::SigningKey::generate(), crypto::random_key(), crypto::SecretBytes(), "", nullptr});
    home->dossier = std::make_unique<sdk::Dossier>(home->paths.dossier, home->storage_key);
    raw = std::make_unique<SQLite::Database>(home->paths.dossier, SQLite::OPEN_READWRITE);
    raw->exec("PRAGMA synchronous=OFF");
  }
  ~Victim() { std::filesystem::remove_all(folder); }
};

// How a column is filled: an id that is asked for below, an organisation, a text, a number, or
// bytes.
enum class Fill { id, org, text, number, bytes };
struct Table {
  std::string name;
  std::vector<Fill> columns;
};

// Every table that there is, so that a new one is filled too.
std::vector<Table> tables_of(SQLite::Database& db) {
  std::vector<Table> tables;
  SQLite::Statement names(db, "SELECT name FROM sqlite_master WHERE type = 'table'");
  while (names.executeStep()) tables.push_back({names.getColumn(0).getString(), {}});
  for (Table& table : tables) {
    SQLite::Statement columns(db, "SELECT name, type FROM pragma_table_info('" + table.name + "')");
    while (columns.executeStep()) {
      const std::string name = columns.getColumn(0).getString(),
                        type = columns.getColumn(1).getString();
      const bool org = name == "org" || name == "partner" || name == "sender";
      table.columns.push_back(type == "INTEGER"       ? Fill::number
                              : org                   ? Fill::org
                              : type == "TEXT"        ? Fill::text
                              : name.ends_with("_id") ? Fill::id
                                                      : Fill::bytes);
    }
  }
  return tables;
}

void write_row(SQLite::Database& db, const Table& table, Pieces& in) {
  std::string sql = "INSERT OR REPLACE INTO " + table.name + " VALUES (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) sql += i == 0 ? "?" : ",?";
  SQLite::Statement statement(db, sql + ")");
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const int place = static_cast<int>(i) + 1;
    switch (table.columns[i]) {
      case Fill::number:
        statement.bind(place, static_cast<std::int64_t>(in.byte() % 8 == 0 ? in.u64() : in.byte()));
        break;
      case Fill::id:
        statement.bind(place, "0123456789abcdef", in.byte() % 8 == 0 ? 5 : 16);
        break;
      case Fill::org:
        statement.bind(place,
                       in.byte() % 8 == 0 ? std::string(in.text(4)) : std::string("jgt-leiden"));
        break;
      case Fill::text: {
        static const std::string keys[] = {"pin",           "chain",
                                           "events-cursor", "own-statement",
                                           "policy",        "statement-sequence-jgt-leiden"};
        const unsigned char which = in.byte();
        statement.bind(place, which < 6 ? keys[which] : std::string(in.text(in.byte())));
        break;
      }
      case Fill::bytes: {
        const auto bytes = in.text(in.byte());
        statement.bind(place, bytes.data() == nullptr ? "" : bytes.data(),
                       static_cast<int>(bytes.size()));
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
  static const std::vector<Table> tables = tables_of(*victim.raw);
  for (const Table& table : tables) victim.raw->exec("DELETE FROM " + table.name);
  for (int rows = 0; rows < 12 && !in.empty(); ++rows) try {
      write_row(*victim.raw, tables[in.byte() % tables.size()], in);
    } catch (const SQLite::Exception&) {  // the schema itself refuses the row
    }
  change.commit();
  sdk::OpenHome& home = *victim.home;
  sdk::Dossier& dossier = *home.dossier;
  const auto message = *MessageId::from_bytes("0123456789abcdef");
  const auto referral = *ReferralId::from_bytes("0123456789abcdef");
  const auto grant = *GrantId::from_bytes("0123456789abcdef");
  sdk::Context context(victim.home, [](sdk::Deadline) {
    return Result<std::unique_ptr<sdk::Transport>>(Refusal{RefusalCode::broker_unreachable});
  });
  reads([&] { (void)dossier.directory.partner(*OrgId::parse("jgt-leiden")); });
  reads([&] { (void)dossier.grants.find(grant); });
  reads([&] { (void)dossier.grants.pending(); });
  reads([&] { (void)dossier.outbox.pending(); });
  reads([&] { (void)dossier.outbox.sent_refer(grant); });
  reads([&] { (void)dossier.inbox.unacknowledged(); });
  reads([&] { (void)dossier.inbox.section(message, Category::routing); });
  reads([&] { (void)dossier.referrals.find(referral); });
  reads([&] { (void)dossier.referrals.all(); });
  reads([&] { (void)dossier.events.receipts(LogIndex{1000}, true); });
  reads([&] { (void)dossier.events.cursor(); });
  reads([&] { (void)sdk::verify_log(home, true); });
  reads([&] { (void)sdk::list_events(home, {}); });
  reads([&] { (void)sdk::events_of(home, referral); });
  reads([&] { (void)sdk::learn_again(home, referral, grant); });
  reads([&] { (void)home.people().exceptions(); });
  reads([&] { (void)home.people().findings(); });
  reads([&] { (void)home.people().workers(); });
  reads([&] { (void)dossier.withdrawals.find(grant, {}); });
  reads([&] { (void)dossier.withdrawals.waiting(); });
  reads([&] { (void)dossier.outbox.perhaps_sent(); });
  reads([&] { (void)dossier.stays.all(); });
  reads([&] { (void)sdk::grants(context); });
  reads([&] { (void)sdk::open(context, message, {}, {}); });
  reads([&] {
    for (const auto& record :
         dossier.inbox.list({{sdk::InboxRecord::State::stored, sdk::InboxRecord::State::opened}}))
      (void)sdk::row_of(context, record);
  });
}

}  // namespace veerpont::fuzz
