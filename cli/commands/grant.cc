// grant register, list, show, withdraw: on what ground data may cross.
#include "cli/output.h"

namespace veerpont::cli {

namespace json = boost::json;

namespace {

json::object row_of(const GrantRow& g) {
  return {{"grantId", g.grant.hex()},      {"recipient", g.recipient}, {"ground", g.ground},
          {"expires", rfc3339(g.expires)}, {"state", g.state},         {"withdrawnCategories", ids_of(g.withdrawn_categories)}};
}

std::string line_of(const GrantRow& g) {
  std::string line = g.grant.hex() + "  to " + g.recipient + "  " + g.ground + "  until " + rfc3339(g.expires) + "  " + g.state;
  return g.withdrawn_categories.empty() ? line : line + "  without " + joined(g.withdrawn_categories);
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
  auto grant = opened->register_grant(*draft);
  if (!grant) return fail(options, grant.refusal());
  return print(options, json::object{{"grantId", grant->grant.hex()}, {"withdrawalCodes", json::array()}}, {grant->grant.hex()});
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
  return print(
      options, json::object{{"grantId", id->hex()}, {"logIndex", withdrawn->index.value}, {"sharesDestroyed", withdrawn->shares_destroyed}},
      {"Sharing has stopped; " + std::to_string(withdrawn->shares_destroyed) + " keys were destroyed (event " + std::to_string(withdrawn->index.value) + ")."});
}

int grant_countersign(const Options& options) {
  auto id = grant_id(options.id);
  if (!id) return fail(options, id.refusal());
  auto opened = client(options);
  if (!opened) return fail(options, opened.refusal());
  if (auto done = opened->countersign(*id, options.worker); !done) return fail(options, done.refusal());
  return print(options, json::object{{"grantId", id->hex()}, {"countersigned", true}}, {"Confirmed by the second professional."});
}

}  // namespace veerpont::cli
