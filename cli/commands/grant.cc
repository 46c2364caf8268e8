// grant register, list, show, withdraw: on what ground data may cross.
#include "cli/commands/output.h"

namespace veerpont::cli {

namespace json = boost::json;

namespace {

json::object row_of(const GrantRow& g) {
  return {{"grantId", g.grant.hex()}, {"recipient", g.recipient},
          {"ground", g.ground},       {"expires", rfc3339(g.expires)},
          {"state", g.state},         {"withdrawnCategories", ids_of(g.withdrawn_categories)}};
}

std::string line_of(const GrantRow& g) {
  std::string line = g.grant.hex() + "  to " + g.recipient + "  " + g.ground + "  until " +
                     rfc3339(g.expires) + "  " + g.state;
  return g.withdrawn_categories.empty() ? line
                                        : line + "  without " + joined(g.withdrawn_categories);
}

// What became of each category; what was read cannot be called unread.
int print_withdrawn(const Options& options, const GrantId& id, CategorySet asked,
                    const WithdrawnGrant& withdrawn) {
  const Language language = language_of(options);
  const bool dutch = language == Language::dutch;
  json::object document{{"grantId", id.hex()},
                        {"passedOn", withdrawn.passed_on},
                        {"complete", withdrawn.complete},
                        {"sharesDestroyed", withdrawn.shares_destroyed}};
  std::vector<std::string> lines;
  if (withdrawn.index) document["logIndex"] = withdrawn.index->value;
  const std::string what =
      asked.empty() ? "" : (dutch ? " van " : " of ") + joined(asked, language);
  if (withdrawn.passed_on)
    lines.emplace_back((dutch ? "Delen" : "Sharing") + what +
                       (dutch ? " is gestopt." : " has stopped."));
  else
    lines.emplace_back(
        dutch ? "Delen" + what +
                    " is hier gestopt. Dit wordt doorgegeven zodra er verbinding is; tot dan kan "
                    "de ander nog openen wat er al lag."
              : "Sharing" + what +
                    " has stopped here. This is passed on as soon as there is a connection; until "
                    "then the other side can open what waits there.");
  json::array fates;
  for (const CategoryFate& fate : withdrawn.categories) {
    json::object row{{"category", id_of(fate.category)}};
    std::string line = "- " + label_of(fate.category, language) + ": ";
    if (fate.opened) {
      row["openedBy"] = fate.opened_by;
      row["opened"] = rfc3339(*fate.opened);
      line += (dutch ? "geopend door " : "opened by ") + fate.opened_by +
              (dutch ? " op " : " on ") + str(amsterdam_date(*fate.opened));
    } else {
      line += !withdrawn.passed_on
                  ? (dutch ? "voor zover bekend nog niet geopend" : "not opened as far as is known")
              : !withdrawn.complete ? (dutch ? "voor zover bekend niet geopend, en nu onleesbaar"
                                             : "not opened as far as is known, and unreadable now")
                                    : (dutch ? "nooit geopend, en nu onleesbaar"
                                             : "never opened, and unreadable now");
    }
    fates.push_back(std::move(row));
    lines.push_back(std::move(line));
  }
  document["categories"] = std::move(fates);
  return print(options, document, lines);
}

}  // namespace

int grant_register(const Options& options) {
  auto draft = text_of(options.file);
  if (!draft) return fail(options, draft.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto checked = opened->check(*draft);
  if (!checked) return fail(options, checked.refusal());
  if (!checked->allowed) return print_checked(options, *checked);
  auto grant = opened->register_grant(*draft, {options.operation, options.worker});
  if (!grant) return fail(options, grant.refusal());
  return print(options,
               json::object{{"grantId", grant->grant.hex()}, {"withdrawalCodes", json::array()}},
               {grant->grant.hex()});
}

int grant_list(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto grants = opened->grants();
  if (!grants) return fail(options, grants.refusal());
  json::array rows;
  std::vector<std::string> lines;
  for (const GrantRow& g : *grants) {
    rows.push_back(row_of(g));
    lines.push_back(line_of(g));
  }
  return print(options, rows, lines);
}

int grant_show(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto grants = opened->grants();
  if (!grants) return fail(options, grants.refusal());
  for (const GrantRow& g : *grants)
    if (g.grant == *id) return print(options, row_of(g), {line_of(g)});
  return fail(options, {RefusalCode::unknown_grant});
}

int grant_withdraw(const Options& options) {
  auto id = grant_id(options.id);
  auto set = categories(options.categories);
  if (!id) return fail(options, id.refusal());
  if (!set) return fail(options, set.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto withdrawn = opened->withdraw_grant(*id, *set);
  if (!withdrawn) return fail(options, withdrawn.refusal());
  const int printed = print_withdrawn(options, *id, *set, *withdrawn);
  return withdrawn->passed_on ? printed : exit_code_of(RefusalCode::queued);
}

int outbox(const Options& options) {
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  const bool dutch = language_of(options) == Language::dutch;
  json::array rows;
  std::vector<std::string> lines;
  for (const QueuedRow& row : opened->outbox()) {
    json::object entry{{"id", row.id}, {"what", row.what}, {"state", row.state}};
    if (row.referral) entry["referralId"] = row.referral->hex();
    if (row.expires) entry["expires"] = rfc3339(*row.expires);
    rows.push_back(std::move(entry));
    const bool perhaps = row.state == "perhaps-sent";
    const std::string state = row.what == "withdrawal"
                                  ? (dutch ? "wordt doorgegeven" : "is being passed on")
                              : perhaps ? (dutch ? "misschien verzonden" : "perhaps sent")
                                        : (dutch ? "in de wachtrij" : "queued");
    lines.push_back(row.id + "  " + row.what + "  " + state);
  }
  return print(options, rows, lines);
}

int outbox_cancel(const Options& options) {
  auto id = message_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto cancelled = opened->cancel(*id);
  if (!cancelled) return fail(options, cancelled.refusal());
  const bool dutch = language_of(options) == Language::dutch;
  const std::string line =
      cancelled->perhaps_sent
          ? (dutch ? "Misschien verzonden: het was al onderweg. Het wordt niet opnieuw verstuurd."
                   : "Perhaps sent: it had left before. It is not sent again.")
          : (dutch ? "Geannuleerd: dit wordt niet verstuurd." : "Cancelled: this is not sent.");
  return print(options,
               json::object{{"messageId", id->hex()}, {"perhapsSent", cancelled->perhaps_sent}},
               {line});
}

int grant_countersign(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  auto own = pin(options.pin_file, "PIN");
  if (!own) return fail(options, own.refusal());
  if (auto done = opened->countersign(*id, options.worker, *own); !done)
    return fail(options, done.refusal());
  return print(options, json::object{{"grantId", id->hex()}, {"countersigned", true}},
               {"Confirmed by the second professional."});
}

}  // namespace veerpont::cli
