// Who comes in: codes, passwords, roles, and how many tries there are.
#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <set>

#include "base/private_file.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "gateway/notify/outgoing.h"
#include "gateway/people/api_keys.h"
#include "gateway/people/enrolment.h"
#include "gateway/people/log_in.h"
#include "gateway/people/password.h"
#include "gateway/people/roles.h"
#include "gateway/people/totp.h"
#include "tests/unit/vectors.h"

namespace veerpont::gateway {
namespace {

TEST(Totp, TakesTheCodesOfRfc6238OnceEach) {
  const auto file = load_vectors("rfc6238-totp.json");
  const std::string secret = bytes_of(file, "secret");
  ASSERT_EQ(file.at("vectors").as_array().size(), 6u);
  for (const auto& vector : file.at("vectors").as_array()) {
    const std::int64_t seconds = vector.at("seconds").as_int64();
    const std::string code(vector.at("code").as_string());
    const Time then = time_from_ms(seconds * 1000);
    const auto step = totp_step(secret, code, 0, then);
    ASSERT_TRUE(step) << seconds;
    EXPECT_EQ(*step, static_cast<std::uint64_t>(seconds / 30));
    EXPECT_EQ(totp_step(secret, code.substr(0, 3) + " " + code.substr(3), 0, then), step);
    EXPECT_FALSE(totp_step(secret, code, *step, then)) << "taken before";
    EXPECT_TRUE(totp_step(secret, code, 0, then + std::chrono::seconds(30)));
    EXPECT_FALSE(totp_step(secret, code, 0, then + std::chrono::seconds(90)));
    EXPECT_FALSE(totp_step(secret, code + "0", 0, then));
    EXPECT_FALSE(totp_step(secret, code.substr(1) + "x", 0, then));
  }
  EXPECT_FALSE(totp_step(secret, "", 0, time_from_ms(59'000)));
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");  // RFC 4648, section 10
}

TEST(Password, IsLongAndNotEverybodys) {
  const auto fine = [](const char* text) {
    return static_cast<bool>(check_password(crypto::SecretBytes::copy(text), "hulp"));
  };
  EXPECT_TRUE(fine("een lange zin"));
  EXPECT_TRUE(fine("çéäöüñßþœøåæ")) << "twelve characters, not bytes";
  EXPECT_FALSE(fine("kort"));
  EXPECT_FALSE(fine("çéäöüñ")) << "twelve bytes, six characters";
  EXPECT_FALSE(fine("Wachtwoord123"));
  EXPECT_FALSE(fine("hulp en nog wat"));
  EXPECT_FALSE(fine(std::string(129, 'x').c_str()));
}

TEST(Password, ItsVerifierFitsItAlone) {
  const auto password = crypto::SecretBytes::copy("een lange zin");
  const auto verifier = verifier_of(password);
  ASSERT_TRUE(verifier);
  EXPECT_EQ(verifier->find("een lange"), std::string::npos);
  EXPECT_TRUE(*fits(password, *verifier));
  EXPECT_FALSE(*fits(crypto::SecretBytes::copy("een andere zin"), *verifier));
  EXPECT_FALSE(*fits(password, "")) << "nobody's";
  const std::string code = new_invitation();
  EXPECT_EQ(code.size(), 23u);
  std::string typed = code;
  for (char& c : typed) c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(typed_invitation(" " + typed + " ").reveal(), typed_invitation(code).reveal());
}

TEST(Roles, APrivacyOfficerIsNothingElse) {
  using enum ActorRole;
  EXPECT_TRUE(check_roles({worker, administrator}));
  EXPECT_TRUE(check_roles({privacy_officer}));
  EXPECT_FALSE(check_roles({privacy_officer, worker}));
  EXPECT_FALSE(check_roles({administrator, privacy_officer}));
  EXPECT_FALSE(check_roles({}));
  EXPECT_FALSE(check_roles({system}));
}

TEST(Roles, AScopeOfWhichNobodyHeardIsForNobody) {
  api::v1::Operation operation;
  operation.set_scope("everything");
  for (const ActorRole role : {ActorRole::worker, ActorRole::team_lead, ActorRole::privacy_officer,
                               ActorRole::administrator})
    EXPECT_FALSE(may({role}, operation));
  operation.set_scope("send");
  EXPECT_FALSE(may({ActorRole::administrator}, operation));
  EXPECT_FALSE(may({ActorRole::privacy_officer}, operation));
  EXPECT_TRUE(may({ActorRole::administrator, ActorRole::worker}, operation));
  operation.add_roles("in-house");
  EXPECT_FALSE(may({ActorRole::worker}, operation));
}

class HandClock final : public Clock {
 public:
  Time now() const override { return at; }
  Time at = time_from_ms(1'795'000'000'000);
};

const RelyingParty kHere{"werk.example", "https://werk.example"};

class LoggingIn : public testing::Test {
 protected:
  LoggingIn()
      : folder_(std::filesystem::temp_directory_path() /
                ("veerpont-people-" + crypto::to_hex(crypto::random_bytes(8)))),
        key_(crypto::random_key()) {
    std::filesystem::create_directory(folder_);
    store.emplace(path(), key_);
    v1::StoredPerson person;
    person.set_login("hulp");
    person.set_name("Naam");
    person.add_roles(veerpont::v1::ACTOR_ROLE_WORKER);
    person.set_password_verifier(*verifier_of(password()));
    person.set_totp_secret(std::string(20, 's'));
    store->put(person);
  }
  ~LoggingIn() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ / "gateway.db"; }
  static crypto::SecretBytes password() { return crypto::SecretBytes::copy("een lange zin"); }
  // An open session, past the second factor.
  std::string open() {
    std::string token = crypto::to_hex(crypto::random_bytes(32));
    store->put_session(token, "hulp", SessionState::open, clock.at);
    return token;
  }

  std::filesystem::path folder_;
  crypto::Key32 key_;
  HandClock clock;
  std::optional<Store> store;
};

TEST_F(LoggingIn, ProgramsAndWebhooksAreBoundedAndAHiddenHouseSendsNothing) {
  ApiKeys keys(*store, clock);
  v1::AddKeyRequest program;
  program.set_name("dossiersysteem");
  program.add_scopes("read");
  for (std::size_t i = 0; i < ApiKeys::kMost; ++i) ASSERT_TRUE(keys.add(program)) << i;
  EXPECT_EQ(keys.add(program).refusal().code, RefusalCode::invalid_input);
  Outgoing outgoing(*store, clock, [] { return false; });
  v1::AddHookRequest hook;
  hook.set_url("https://dossier.example/veerpont");
  for (int i = 0; i < Outgoing::kMostHooks; ++i) ASSERT_TRUE(outgoing.add_hook(hook)) << i;
  EXPECT_EQ(outgoing.add_hook(hook).refusal().code, RefusalCode::invalid_input);
  Outgoing hidden(*store, clock, [] { return true; });
  EXPECT_EQ(hidden.add_hook(hook).refusal().code, RefusalCode::hidden_organisation);
  v1::MailSettings mail;
  mail.set_server("smtps://mail.example");
  mail.set_from("veerpont@linde.example");
  EXPECT_EQ(hidden.set_mail(mail).refusal().code, RefusalCode::hidden_organisation);
}

TEST_F(LoggingIn, AWorkAccountLetsInWhomItWasBoundToAndNobodyByAName) {
  LogIn log_in(*store, clock, kHere);
  EXPECT_FALSE(log_in.by_provider("hulp", "https://a.example 1")) << "who has a password already";
  EXPECT_FALSE(log_in.by_provider("hulp", ""));
  EXPECT_FALSE(log_in.by_provider("niemand", "https://a.example 1"));
  store->change("hulp", [](v1::StoredPerson& person) {
    person.set_openid_subject("https://a.example 1");
    return true;
  });
  EXPECT_TRUE(log_in.by_provider("hulp", "https://a.example 1"));
  EXPECT_FALSE(log_in.by_provider("hulp", "https://a.example 2"));
  EXPECT_FALSE(log_in.by_provider("hulp", "https://b.example 1")) << "another provider";
  store->change("hulp", [](v1::StoredPerson& person) {
    person.set_blocked(true);
    return true;
  });
  EXPECT_FALSE(log_in.by_provider("hulp", "https://a.example 1"));
}

TEST_F(LoggingIn, ADatabaseOfTheFirstFormIsBroughtOverWithItsPeople) {
  const std::string path = (folder_ / "form-1.db").string();
  std::string sealed, key;
  {
    // As the first form kept a person.
    Store now((folder_ / "now.db").string(), key_);
    v1::StoredPerson person;
    person.set_login("oud");
    person.set_name("Iemand van vroeger");
    now.put(person);
    SQLite::Database read((folder_ / "now.db").string());
    SQLite::Statement row(read, "SELECT person, sealed FROM people");
    ASSERT_TRUE(row.executeStep());
    key = sdk::blob_at(row, 0);
    sealed = sdk::blob_at(row, 1);
  }
  {
    SQLite::Database old(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const auto form = read_file(VECTORS "/forms/gateway-1.sql", 64u << 10);
    ASSERT_TRUE(form);
    old.exec(*form + "PRAGMA user_version = 1;");
    SQLite::Statement put(old, "INSERT INTO people VALUES (?, ?)");
    put.bind(1, key.data(), static_cast<int>(key.size()));
    put.bind(2, sealed.data(), static_cast<int>(sealed.size()));
    put.exec();
  }
  Store brought(path, key_);
  EXPECT_EQ(brought.person("oud")->name(), "Iemand van vroeger");
  v1::StoredKey program;
  program.set_id("00000001");
  brought.put_key("geheim", program);
  EXPECT_EQ(brought.key("geheim")->id(), "00000001");
  EXPECT_FALSE(brought.key("anders"));
  const auto tables = [](const std::string& of) {
    SQLite::Database file(of);
    std::set<std::string> all;
    SQLite::Statement row(file, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL");
    while (row.executeStep()) all.insert(row.getColumn(0).getString());
    return all;
  };
  EXPECT_EQ(tables(path), tables((folder_ / "now.db").string())) << "as one that is made today";
}

TEST(Enrolment, ANewBeginningThatWasAskedWaitsAWeekForASecondAdministrator) {
  const Time now = time_from_ms(1'795'000'000'000);
  v1::StoredPerson person;
  person.set_reset_asked_by("beheerder");
  EXPECT_EQ(reset_asked_by(person, now), "") << "nobody knows when";
  person.set_reset_asked(to_ms(now));
  EXPECT_EQ(reset_asked_by(person, now + std::chrono::hours(24 * 7 - 1)), "beheerder");
  EXPECT_EQ(reset_asked_by(person, now + std::chrono::hours(24 * 7)), "");
}

TEST_F(LoggingIn, LocksAfterTenMinutesAndEndsAfterEightHours) {
  LogIn log_in(*store, clock, kHere);
  const std::string token = open();
  clock.at += std::chrono::minutes(9);
  EXPECT_EQ(log_in.find(token, true)->state, SessionState::open);
  clock.at += std::chrono::minutes(9);
  EXPECT_EQ(log_in.find(token, false)->state, SessionState::open) << "somebody was active then";
  clock.at += std::chrono::minutes(2);
  EXPECT_EQ(log_in.find(token, true)->state, SessionState::locked);
  EXPECT_EQ(log_in.find(token, true)->state, SessionState::locked) << "being active opens nothing";
  ASSERT_TRUE(log_in.unlock(token, password()));
  EXPECT_EQ(log_in.find(token, true)->state, SessionState::open);
  clock.at += std::chrono::hours(8);
  EXPECT_EQ(log_in.find(token, true).refusal().code, RefusalCode::not_logged_in);
  EXPECT_EQ(log_in.unlock(token, password()).refusal().code, RefusalCode::not_logged_in);
}

TEST_F(LoggingIn, AClockThatIsSetBackMakesNoSessionLonger) {
  LogIn log_in(*store, clock, kHere);
  const std::string token = open();
  clock.at -= std::chrono::minutes(4);
  EXPECT_TRUE(log_in.find(token, true)) << "clocks are put right now and then";
  clock.at -= std::chrono::hours(24);
  EXPECT_EQ(log_in.find(token, true).refusal().code, RefusalCode::not_logged_in);
}

TEST_F(LoggingIn, APasswordWaitsFiveMinutesForItsCode) {
  LogIn log_in(*store, clock, kHere);
  const auto token = log_in.begin("hulp", password());
  ASSERT_TRUE(token);
  clock.at += std::chrono::minutes(6);
  EXPECT_EQ(log_in.second_factor(*token, "000000").refusal().code, RefusalCode::not_logged_in);
}

TEST_F(LoggingIn, FiveWrongOnesLockForFifteenMinutesWhoeverIsMeant) {
  for (const std::string login : {"hulp", "niemand"}) {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(store->begin_try(login, clock.at)) << i;
    EXPECT_FALSE(store->begin_try(login, clock.at));
    EXPECT_FALSE(store->begin_try(login, clock.at + std::chrono::minutes(14)));
    EXPECT_TRUE(store->begin_try(login, clock.at + std::chrono::minutes(15)));
  }
  store->forget_tries("hulp");
  EXPECT_EQ(store->tries("hulp").wrong, 0u);
}

TEST_F(LoggingIn, NobodyHasSessionsWithoutEnd) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 15; ++i) {
    clock.at += std::chrono::seconds(1);
    tokens.push_back(open());
  }
  EXPECT_FALSE(store->session(tokens[4]));
  EXPECT_TRUE(store->session(tokens[5]));
  EXPECT_TRUE(store->session(tokens.back()));
}

TEST_F(LoggingIn, WhoTriesNamesByTheThousandFillsNothing) {
  for (int i = 0; i < 10'100; ++i) {
    clock.at += std::chrono::milliseconds(1);
    store->begin_try("naam" + std::to_string(i), clock.at);
  }
  EXPECT_EQ(store->tries("naam50").wrong, 0u) << "forgotten";
  EXPECT_EQ(store->tries("naam10099").wrong, 1u);
}

TEST_F(LoggingIn, TheDatabaseSaysNothingOfPeopleAndOpensWithItsKeyAlone) {
  store->put_setting("ca", "een geheim van negen woorden");
  store.reset();
  std::string bytes;
  for (const auto& file : std::filesystem::directory_iterator(folder_))
    bytes += *read_file(file.path());
  for (const char* said : {"hulp", "Naam", "argon2", "geheim van negen"})
    EXPECT_EQ(bytes.find(said), std::string::npos) << said;
  Store again(path(), key_);
  EXPECT_EQ(again.person("hulp")->name(), "Naam");
  Store other(path(), crypto::random_key());
  EXPECT_FALSE(other.person("hulp")) << "under another key it is somebody else's";
}

}  // namespace
}  // namespace veerpont::gateway
