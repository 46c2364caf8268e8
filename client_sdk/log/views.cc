#include "client_sdk/log/views.h"

#include "audit/event_table.h"
#include "client_sdk/home/refusals.h"

namespace veerpont::sdk {

crypto::View view_now(const OpenHome& home, const Session& session,
                      const std::optional<OrgId>& partner) {
  crypto::View view{session.checkpoint().seen(home.config.log_key), {}};
  if (!partner) return view;
  const auto newest = home.dossier->lists.newest_with(partner->str());
  view.pair = newest ? crypto::PairView{newest->number + 1, newest->leaf} : crypto::PairView{0, {}};
  return view;
}

Status check_view(const OpenHome& home, const Session& session, const audit::VerifiedEvent& event,
                  const v1::ProvenEvent& proven) {
  const audit::EventRow& row = audit::row_of(event.event.kind());
  if (event.erased || row.view == nullptr || event.event.actor() == home.config.org.str())
    return Done{};
  const std::string& object =
      proven.has_key_statement() ? proven.key_statement().body() : proven.object().body();
  const crypto::View view = row.view(object);
  const std::string& member = event.event.actor();
  const std::string at = "event " + std::to_string(event.index.value);
  if (view.seen) {
    if (!audit::SignedCheckpoint::from(*view.seen, home.config.log_key))
      return tampered("member " + member + ": a checkpoint that the log never signed, " + at);
    const auto& ours = session.checkpoint();
    if (!audit::verify_consistency(view.seen->size, view.seen->root, ours.size(), ours.root(),
                                   audit::hashes_from(proven.seen_proof())))
      return tampered(member + " was shown another log than we are, " + at);
  }
  const bool between_us = event.event.counterpart() == home.config.org.str();
  if (!between_us || !view.pair || view.pair->count == 0) return Done{};
  const auto same = home.dossier->lists.pair_event(member, view.pair->count - 1);
  if (!same || same->leaf != view.pair->head || same->index >= event.index)
    return tampered(member + " has another history with us than we are shown, " + at);
  return Done{};
}

}  // namespace veerpont::sdk
