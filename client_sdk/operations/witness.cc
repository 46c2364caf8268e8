#include "client_sdk/operations/witness.h"

#include <algorithm>

#include "base/kill_point.h"
#include "base/limits.h"
#include "client_sdk/home/log_verdict.h"
#include "client_sdk/home/refusals.h"
#include "client_sdk/log/log_directory.h"
#include "client_sdk/log/log_monitor.h"
#include "client_sdk/log/witnesses.h"
#include "client_sdk/operations/ready.h"
#include "schemas/wire.h"

namespace veerpont::sdk {
namespace {

// The newest checkpoint that this home cosigned; empty: none yet. This home pinned it before, and
// its pins are one chain of which each extends the one before: so do the trees that it cosigns.
constexpr char kCosigned[] = "cosigned";
// A cosignature says what is so now for five minutes.
constexpr auto kAgain = std::chrono::minutes(1);

Result<Session*> witness_session(Context& context) {
  if (context.witness_session) return context.witness_session.get();
  auto usual = ready(context);  // keys and certificate are looked after, and something is pinned
  if (!usual) return usual.refusal();
  const Deadline welcome_by = std::chrono::steady_clock::now() + context.patience;
  auto transport = context.connect(welcome_by);
  if (!transport) return transport.refusal();
  auto session =
      Session::begin(*context.home, std::move(*transport), SessionUse::witness, welcome_by);
  if (!session) return session.refusal();
  context.witness_session = std::move(*session);
  context.cosigned.reset();  // a broker that came back may have forgotten it
  return context.witness_session.get();
}

// Keeps what is about to be signed, unless this home signed another or a larger tree.
Status keep_mark(OpenHome& home, const audit::SignedCheckpoint& next) {
  return home.dossier->settings.change(
      kCosigned, [&](const std::string& before) -> Result<std::string> {
        if (before.empty()) return next.note();
        const auto last = audit::SignedCheckpoint::verify(before, home.config.log_key);
        if (!last) return tampered("the checkpoint that was cosigned last");
        if (last->size() > next.size())
          return Refusal{RefusalCode::busy, "another program of this home cosigned a larger tree"};
        if (last->size() == next.size() && last->root() != next.root())
          return tampered("two roots for one size");
        return next.note();
      });
}

Result<Cosigned> cosign_in(Context& context, Session& session) {
  OpenHome& home = *context.home;
  if (auto synced = sync_events(home, session); !synced) return synced.refusal();
  if (auto holds = log_holds(home); !holds) return holds.refusal();
  const audit::SignedCheckpoint checkpoint = session.checkpoint();  // as it is signed
  const Time now = context.clock.now();
  if (context.cosigned && context.cosigned->size == checkpoint.size() &&
      now >= context.cosigned->time && now - context.cosigned->time < kAgain)
    return *context.cosigned;
  if (auto kept = keep_mark(home, checkpoint); !kept) return kept.refusal();
  kill_point("cosignature-kept");
  const auto note = audit::Note::parse(checkpoint.note());
  v1::ClientFrame frame;
  frame.mutable_cosign()->set_size(checkpoint.size());
  frame.mutable_cosign()->set_cosignature(audit::cosign(note->text, now, home.cosigner));
  auto answer = session.request(std::move(frame));
  if (!answer) return answer.refusal();
  if (answer->notice().kind() != v1::Notice::KIND_COSIGNED) return tampered("Notice");
  kill_point("cosignature-answered");
  context.cosigned = Cosigned{checkpoint.size(), now, false};
  return Cosigned{checkpoint.size(), now, true};
}

}  // namespace

Result<Cosigned> cosign(Context& context) {
  const auto now = std::chrono::steady_clock::now();
  if (now - context.witnessed_at > std::chrono::hours(1)) context.witness_session.reset();
  if (!context.witness_session) context.witnessed_at = now;
  auto session = witness_session(context);
  auto done = session ? cosign_in(context, **session) : Result<Cosigned>(session.refusal());
  if (!done) context.witness_session.reset();
  return done;
}

Result<LogWitnesses> witnesses(Context& context) {
  OpenHome& home = *context.home;
  const auto kept = kept_witnesses(home);
  LogWitnesses out;
  const auto add = [&](const v1::KeptWitnesses::Named& named, bool counts) {
    const auto policy = audit::WitnessPolicy::parse(named.policy());
    if (named.policy().empty() || !policy) return;
    for (const audit::Witness& one : policy->witnesses()) {
      WitnessRow row{one.key.str(), "", "", one.url, counts_here(home, one), counts};
      const auto member = one.org ? context.dossier().directory.find(*one.org) : std::nullopt;
      if (one.org) row.org = one.org->str();
      if (member) row.title = member->title;
      out.rows.push_back(std::move(row));
    }
    if (counts) {
      out.quorum = policy->quorum();
      out.reason = policy->reason();
    }
  };
  add(kept.policy(), true);
  add(kept.next(), false);
  out.at_once = kept.at_once() != 0;
  if (const auto now = witnessed_now(home)) {
    out.size = now->size;
    out.since = now->since;
  }
  out.fresh = static_cast<bool>(is_witnessed_now(home, context.clock.now()));
  return out;
}

Status confirm_witness(Context& context, const std::string& verifier_key) {
  if (verifier_key == "seen") return looked_at_witnesses(*context.home);
  const auto key = audit::VerifierKey::parse(verifier_key, audit::SignatureType::cosignature);
  if (!key) return invalid("verifierKey: is none of a witness");
  return confirm_named(*context.home, *key);
}

std::optional<Check> restored_check(Context& context) {
  constexpr auto kMonth = std::chrono::hours(24 * 31);
  const std::string said = context.dossier().settings.get(kLogRestored);
  const auto at = parse_rfc3339(said.substr(0, said.find(' ')));
  if (!at || context.clock.now() - *at > kMonth) return std::nullopt;
  return Check{"the log was put back by the operator's word alone", true,
               "on " + rfc3339(*at) + ": " + said.substr(said.find(' ') + 1),
               "ask the operator why no witness could say that there was no newer one", true};
}

std::optional<Check> witnesses_check(Context& context) {
  OpenHome& home = *context.home;
  const auto kept = kept_witnesses(home);
  const auto policy = audit::WitnessPolicy::parse(kept.policy().policy());
  constexpr char kName[] = "witnesses cosign the log";
  if (kept.at_once() != 0)
    return Check{
        kName,
        false,
        (policy && policy->at_once() ? "the operator changed the witnesses without those before: "
                                     : "the operator asks fewer witnesses than before: ") +
            (policy ? policy->reason() : ""),
        "ask the operator, compare the keys, and confirm them: audit confirm-witness; when "
        "there are none: audit confirm-witness seen",
        false,
        Refusal{RefusalCode::expired, "witnesses"}};
  if (kept.policy().policy().empty() || !policy || policy->quorum() == 0) return std::nullopt;
  const auto standing = is_witnessed_now(home, context.clock.now());
  if (standing) return Check{kName, true, "", ""};
  return Check{kName,
               false,
               describe(standing.refusal()),
               "compare their keys by another way and confirm them: audit confirm-witness; when "
               "they are confirmed, ask the operator why they do not cosign",
               false,
               standing.refusal()};
}

}  // namespace veerpont::sdk
