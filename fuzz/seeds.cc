// Writes what a fuzzer begins from: a few honest inputs for every target. usage: fuzz_seeds FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>

#include "fuzz/targets.h"
#include "schemas/document_json.h"
#include "schemas/wire.h"
#include "tests/fakes/memory_parts.h"
#include "tests/fakes/test_broker.h"
#include "veerpont/v1/directory.pb.h"
#include "veerpont/v1/documents.pb.h"

namespace veerpont::fuzz {
namespace {

using namespace fakes;

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}
  void add(const std::string& target, std::string_view bytes) {
    std::filesystem::create_directories(folder_ / target);
    std::ofstream(folder_ / target / ("seed-" + std::to_string(++count_[target])), std::ios::binary)
        << bytes;
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, int> count_;
};

void write_signed(Seeds& seeds) {
  const Time now = time_from_ms(1'795'000'000'000);
  MemoryBroker memory(now);
  Party shelter(memory, "de-binnenvest", OrgKind::shelter);
  Party team(memory, "jgt-leiden", OrgKind::youth_team);
  const auto id = fresh<GrantId>();
  const auto message = fresh<MessageId>();
  auto frames = std::vector{
      grant_frame(
          shelter.signer(),
          {team.member.org, {Category::routing}, {}, now, *amsterdam_midnight("2027-01-01"), id},
          now),
      submit_frame(shelter.signer(), team.statement(),
                   {id, fresh<ReferralId>(), Step::refer, {Category::grant_record}, now}),
      withdraw_frame(shelter.signer(), id, {Category::routing}),
      release_frame(team.signer(), message, {Category::routing}),
      received_frame(team.signer(), shelter.member.org, {message}),
      rejected_frame(team.signer(), message, RefusalCode::cannot_open)};
  for (auto& frame : frames) {
    frame.set_request_id(1);
    seeds.add("frame", wire::serialise(frame));
  }
  seeds.add("header", frames[1].submit().envelope().header());
  seeds.add("header", submit_frame(team.signer(), shelter.statement(),
                                   {id, fresh<ReferralId>(), Step::update, {}, now})
                          .submit()
                          .envelope()
                          .header());
  seeds.add("header", submit_frame(team.signer(), shelter.statement(),
                                   {id, fresh<ReferralId>(), Step::accept, {Category::update}, now})
                          .submit()
                          .envelope()
                          .header());
  const auto object = [&](char kind, const v1::SignedObject& bytes) {
    seeds.add("grant", kind + bytes.body());
  };
  object('\0', frames[0].register_grant().grant());
  object('\1', frames[2].withdraw().withdrawal());
  object('\2', frames[4].received().received());
  object('\3', frames[5].rejected().rejected());
  object('\4', frames[3].release().release());
  v1::ProfileStatement profile;
  profile.set_organisation(team.member.org.str());
  profile.set_key_id(team.signer().key_id().str());
  profile.set_operation_id(fresh<OperationId>().str());
  profile.set_created(to_ms(now));
  profile.mutable_profile()->set_service("jeugdhulp");
  seeds.add("grant", '\6' + wire::serialise(profile));
  for (int i = 0; i < 3; ++i)
    seeds.add("key_statement", wire::serialise(Member("org-" + std::to_string(i)).statement(now)));
  const auto key = crypto::SigningKey::from_seed(crypto::Key32::from(std::string(32, 'k')));
  const auto verifier = *audit::VerifierKey::create("federatie.example/audit", key.public_key());
  for (const std::uint64_t size : {1u, 300u, 1'000'000u})
    seeds.add("note", audit::SignedCheckpoint::sign({verifier.name(), size, crypto::sha256("root")},
                                                    verifier, key)
                          .note());
  seeds.add("note", verifier.str());
  const fakes::TestBroker::Witness witness("witness.example");
  const audit::Checkpoint checkpoint{verifier.name(), 300, crypto::sha256("root")};
  const std::string line =
      audit::signature_line(witness.key, audit::cosign(checkpoint.text(), now, witness.signer));
  v1::LogEvidence evidence;
  evidence.set_form(1);
  evidence.set_log_verifier_key(verifier.str());
  evidence.add_notes(audit::SignedCheckpoint::sign(checkpoint, verifier, key).note() + line);
  evidence.add_events()->set_index(7);
  evidence.mutable_state()->set_salt(std::string(32, 's'));
  evidence.mutable_witnesses()->set_index(5);
  evidence.set_witnesses_note(evidence.notes(0));
  seeds.add("evidence", write_json(evidence));
  v1::WitnessPolicy policy;
  policy.add_witnesses()->set_verifier_key(witness.key.str());
  policy.set_quorum(1);
  seeds.add("evidence", wire::serialise(policy));
  seeds.add("evidence", witness.key.str());
  seeds.add("evidence", line);
  seeds.add("invitation", *memory.broker->invite({*OrgId::parse("go-voor-jeugd"),
                                                  "Go!",
                                                  OrgKind::youth_team,
                                                  {"GM0484"},
                                                  false,
                                                  false,
                                                  {},
                                                  {},
                                                  0,
                                                  {},
                                                  {},
                                                  {}}));
  v1::EnrolRequest enrol;
  enrol.set_protocol(2);
  enrol.set_token(std::string(32, 't'));
  *enrol.mutable_statement() = team.signed_statement;
  const std::string body = wire::serialise(enrol);
  const std::string zeros(32, '0');
  seeds.add("gateway_request", "POST\n/messages/" + zeros + "/open\n__Host-veerpont=00ff; a=b\n" +
                                   R"({"actor":{"reason":"x"},"categories":["care-need"]})");
  seeds.add("gateway_request", "GET\n/referrals?openOnly=true&limit=10&with=de-binnenvest\n\n");
  seeds.add("gateway_request", "DELETE\n/workers/een%20naam\n\n{}");
  seeds.add("gateway_request", "POST\n/grants/" + zeros + "/countersign\n\n{ }");
  // Authenticator data with a key: a P-256 point, the generator (SEC 2, section 2.4.2).
  const std::string attested =
      crypto::sha256("werk.binnenvest.example").str() + "\x45" + std::string(4, '\0') +
      std::string(17, '\0') + "\x04" + "id01" + "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" +
      *crypto::from_hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296") +
      "\x22\x58\x20" +
      *crypto::from_hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
  seeds.add("passkey", "\n" + attested);
  seeds.add("passkey", R"({"type":"webauthn.create","challenge":"","origin":""})"
                       "\n" +
                           attested);
  seeds.add("passkey", "\n" + attested.substr(0, 60));
  // {"alg":"RS256","kid":"1"} and {"alg":"none"}, a claim, and keys of two kinds.
  const std::string keys =
      R"({"keys":[{"kty":"RSA","kid":"1","n":"sXch","e":"AQAB"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})";
  for (const char* token : {"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.AAAA",
                            "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "a.b.c"})
    seeds.add("id_token", std::string(token) + "\n" + keys);
  seeds.add("http_request", "POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body);
}

void write_text(Seeds& seeds) {
  for (const char* path : {"0/000", "1/x001/234", "entries/x001/234.p/17", "63/000.p/255"})
    seeds.add("tile_path", path);
  for (const char* target :
       {"/log/checkpoint", "/log/tile/0/000.p/5", "/readyz", "/log/tile/entries/000.p/3"})
    seeds.add("http_request", std::string("GET ") + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  seeds.add(
      "document_json",
      R"({"routing":{"urgency":"regulier"},"careNeed":{"signals":[{"by":"a","fact":"b"}]},"childVoice":{"answers":[{"answer":"c"}]}})");
  seeds.add(
      "document_json",
      R"({"recipient":"jgt-leiden","ground":"consent","purpose":"arrange-help","outbound":["routing"],"expires":"2099-01-01","record":{"ageAtSigning":13}})");
  seeds.add("document_json",
            R"({"decision":"ja","outcomes":[{"child":"trauma-processing","note":"n"}]})");
  seeds.add(
      "document_json",
      R"({"shared":{"routing":{"urgency":"regulier"}},"children":[{"grant":"g","own":{"childVoice":{"answers":[{"answer":"c"}]}}}]})");
  seeds.add(
      "document_json",
      R"({"service":"s","openingHours":[{"days":["monday"],"opens":"09:00","closes":"17:00"}],"teams":[{"id":"a","name":"b"}]})");
  seeds.add("text",
            "as-of 2026-01-01\nGM0546 Leiden\nGM0402 Hilversum\nmerged GM1696 GM0402 2026-01-01 "
            "Wijdemeren\n");
  seeds.add("text", "# telefoon\nGM0546 071-5165000\n");
  seeds.add("text", "GM0546@2026-01-01..2026-12-31");
  seeds.add("invitation", R"({"org":"ab","kind":"shelter"})");
  seeds.add("invitation", "{}");
  seeds.add("note", "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n" + std::string(43, 'A') +
                        "=\n\nfederatie.example/audit\n1\n" + std::string(43, 'A') + "=\n\n");
  seeds.add("proof", std::string("\x10\x00\x05", 3));
  seeds.add("proof", std::string("\x21\x01\x07\x01"
                                 "xyz",
                                 7));
  seeds.add("proof", std::string("\x3f\x00\x02\x03\0\0\0\0\0\0\0\x09", 12));
  std::string rows;
  for (char table = 0; table < 11; ++table)
    rows += table + std::string("\x01\x02\x03\x04 some text of a row \x05\x06", 24);
  seeds.add("dossier_rows", rows);
  seeds.add("dossier_rows", rows.substr(40));
  seeds.add("dossier_rows", std::string("\x08\x01\x01\x01\x01\x01\x01\x01", 8));
  // Odd: the team; even: the shelter. Grant, refer, credit, received, release, withdraw.
  const auto op = [](int kind, bool team) { return static_cast<char>(kind * 2 + team); };
  std::string play;
  play += op(5, false) + std::string("\x1f\xfc\x0f\xfc\0", 5);
  play += op(7, false) + std::string("\0\0\0\0\x20\0", 6);
  play += op(12, true) + std::string("\0\x10\0", 3);
  play += op(9, true) + std::string("\0\0\0", 3);
  play += op(8, true) + std::string("\0\0\x06\0", 4);
  seeds.add("session", play);
  seeds.add("session", play + op(6, false) + std::string("\0\0\0", 3) + op(8, true) +
                           std::string("\0\0\x06\0", 4));
  seeds.add("session", play + op(1, false) + std::string("\xff\x1f", 2) + op(11, true) +
                           std::string("\0\x20\0", 3) + op(0, false) +
                           std::string("\0\x04zzzz", 6));
}

}  // namespace
}  // namespace veerpont::fuzz

int main(int argc, char** argv) {
  veerpont::crypto::initialise();
  if (argc != 2) return std::cerr << "usage: fuzz_seeds FOLDER\n", 2;
  veerpont::fuzz::Seeds seeds(argv[1]);
  veerpont::fuzz::write_signed(seeds);
  veerpont::fuzz::write_text(seeds);
}
