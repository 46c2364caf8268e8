#include "crypto/objects/signed_objects.h"

#include <set>

#include "base/limits.h"
#include "rules/profile.h"
#include "schemas/wire.h"

namespace veerpont::crypto {
namespace {

Refusal malformed(std::string field) { return Refusal{RefusalCode::malformed, std::move(field)}; }

constexpr std::size_t kMostBytes = 64u << 10;

}  // namespace

std::optional<CategorySet> category_set(const google::protobuf::RepeatedField<int>& list) {
  CategorySet set;
  int last = 0;
  for (const int number : list) {
    if (number <= last || number > kCategoryCount) return std::nullopt;
    last = number;
    set.add(static_cast<Category>(number));
  }
  return set;
}

Hash record_commitment(std::string_view salt, std::string_view record) {
  return Transcript("veerpont/grant-record/v1").bytes(salt).bytes(record).sha256();
}

Hash access_log_commitment(std::string_view salt, std::uint64_t count, const Hash& head) {
  return Transcript("veerpont/access-log-anchor/v1")
      .bytes(salt)
      .u64(count)
      .bytes(head.bytes())
      .sha256();
}

Result<Grant> Grant::parse(std::string_view bytes) {
  auto body = wire::parse<v1::Grant>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto id = GrantId::from_bytes(body->grant_id());
  const auto holder = OrgId::parse(body->holder());
  const auto recipient = OrgId::parse(body->recipient());
  const auto key = Hash::from_bytes(body->holder_key_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  const auto commitment = Hash::from_bytes(body->record_commitment());
  const auto outbound = category_set(body->outbound());
  const auto inbound = category_set(body->inbound());
  if (!id) return malformed("Grant.grant_id");
  if (!holder) return malformed("Grant.holder");
  if (!recipient || recipient == holder) return malformed("Grant.recipient");
  if (!key) return malformed("Grant.holder_key_id");
  if (!operation) return malformed("Grant.operation_id");
  if (!commitment) return malformed("Grant.record_commitment");
  if (body->ground() == v1::GROUND_UNSPECIFIED) return malformed("Grant.ground");
  if (body->purpose() == v1::PURPOSE_UNSPECIFIED) return malformed("Grant.purpose");
  if (body->kind() == v1::EXCHANGE_KIND_UNSPECIFIED) return malformed("Grant.kind");
  if (!outbound || outbound->empty() || outbound->has(Category::grant_record))
    return malformed("Grant.outbound");
  if (!inbound || inbound->has(Category::update) || inbound->has(Category::grant_record))
    return malformed("Grant.inbound");
  if (body->created() <= 0 || body->not_before() <= 0 || body->expires() <= body->not_before())
    return malformed("Grant.expires");
  if (!rules::may_end_at(static_cast<Ground>(body->ground()), time_from_ms(body->not_before()),
                         time_from_ms(body->expires())))
    return malformed("Grant.expires");
  std::set<Hash> hashes;
  for (const auto& text : body->withdrawal_hashes()) {
    const auto hash = Hash::from_bytes(text);
    if (!hash || !hashes.insert(*hash).second || hashes.size() > limits::withdrawal_codes)
      return malformed("Grant.withdrawal_hashes");
  }
  auto view = view_in(*body);
  if (!view) return malformed("Grant.seen");
  rules::GrantScope scope{*holder,
                          *recipient,
                          static_cast<Ground>(body->ground()),
                          *outbound,
                          *inbound,
                          time_from_ms(body->not_before()),
                          time_from_ms(body->expires()),
                          static_cast<ExchangeKind>(body->kind())};
  return Grant{*id,
               std::move(scope),
               *key,
               body->purpose(),
               {hashes.begin(), hashes.end()},
               *commitment,
               *operation,
               time_from_ms(body->created()),
               std::move(*view)};
}

Result<Withdrawal> Withdrawal::parse(std::string_view bytes) {
  auto body = wire::parse<v1::Withdrawal>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto grant = GrantId::from_bytes(body->grant_id());
  const auto holder = OrgId::parse(body->holder());
  const auto key = Hash::from_bytes(body->holder_key_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  const auto categories = category_set(body->categories());
  if (!grant) return malformed("Withdrawal.grant_id");
  if (!holder) return malformed("Withdrawal.holder");
  if (!key) return malformed("Withdrawal.holder_key_id");
  if (!operation) return malformed("Withdrawal.operation_id");
  if (!categories || categories->has(Category::grant_record))
    return malformed("Withdrawal.categories");
  return Withdrawal{*grant, *holder, *key, *categories, *operation, time_from_ms(body->created())};
}

Result<Received> Received::parse(std::string_view bytes) {
  auto body = wire::parse<v1::Received>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto organisation = OrgId::parse(body->organisation());
  const auto sender = OrgId::parse(body->sender());
  const auto key = Hash::from_bytes(body->key_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  if (!organisation) return malformed("Received.organisation");
  if (!sender) return malformed("Received.sender");
  if (!key) return malformed("Received.key_id");
  if (!operation) return malformed("Received.operation_id");
  std::set<MessageId> unique;
  std::vector<MessageId> messages;
  for (const auto& text : body->message_ids()) {
    const auto id = MessageId::from_bytes(text);
    if (!id || !unique.insert(*id).second) return malformed("Received.message_ids");
    messages.push_back(*id);
  }
  if (messages.empty() || messages.size() > limits::received_ids)
    return malformed("Received.message_ids");
  auto view = view_in(*body);
  if (!view) return malformed("Received.seen");
  return Received{*organisation, *key, *sender, std::move(messages), *operation, std::move(*view)};
}

Result<Rejected> Rejected::parse(std::string_view bytes) {
  auto body = wire::parse<v1::Rejected>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto organisation = OrgId::parse(body->organisation());
  const auto key = Hash::from_bytes(body->key_id());
  const auto message = MessageId::from_bytes(body->message_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  if (!organisation) return malformed("Rejected.organisation");
  if (!key) return malformed("Rejected.key_id");
  if (!message) return malformed("Rejected.message_id");
  if (!operation) return malformed("Rejected.operation_id");
  if (body->code() < v1::REFUSAL_CODE_CANNOT_VERIFY ||
      body->code() > v1::REFUSAL_CODE_MALFORMED_DOCUMENT)
    return malformed("Rejected.code");
  return Rejected{*organisation, *key, *message, static_cast<RefusalCode>(body->code()),
                  *operation};
}

Result<Release> Release::parse(std::string_view bytes) {
  auto body = wire::parse<v1::Release>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto organisation = OrgId::parse(body->organisation());
  const auto key = Hash::from_bytes(body->key_id());
  const auto message = MessageId::from_bytes(body->message_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  const auto categories = category_set(body->categories());
  if (!organisation) return malformed("Release.organisation");
  if (!key) return malformed("Release.key_id");
  if (!message) return malformed("Release.message_id");
  if (!operation) return malformed("Release.operation_id");
  if (!categories || categories->empty()) return malformed("Release.categories");
  auto view = view_in(*body);
  if (!view) return malformed("Release.seen");
  return Release{*organisation,   *key,       *message,
                 *categories,     *operation, time_from_ms(body->created()),
                 std::move(*view)};
}

Result<Review> Review::parse(std::string_view bytes) {
  auto body = wire::parse<v1::Review>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto organisation = OrgId::parse(body->organisation());
  const auto key = Hash::from_bytes(body->key_id());
  const auto grant = GrantId::from_bytes(body->grant_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  if (!organisation) return malformed("Review.organisation");
  if (!key) return malformed("Review.key_id");
  if (!grant) return malformed("Review.grant_id");
  if (!operation) return malformed("Review.operation_id");
  auto view = view_in(*body);
  if (!view) return malformed("Review.seen");
  return Review{*organisation,   *key, *grant, *operation, time_from_ms(body->created()),
                std::move(*view)};
}

Result<AccessLogAnchor> AccessLogAnchor::parse(std::string_view bytes) {
  auto body = wire::parse<v1::AccessLogAnchor>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto organisation = OrgId::parse(body->organisation());
  const auto key = Hash::from_bytes(body->key_id());
  const auto commitment = Hash::from_bytes(body->commitment());
  const auto operation = OperationId::from_bytes(body->operation_id());
  if (!organisation) return malformed("AccessLogAnchor.organisation");
  if (!key) return malformed("AccessLogAnchor.key_id");
  if (!commitment) return malformed("AccessLogAnchor.commitment");
  if (!operation) return malformed("AccessLogAnchor.operation_id");
  return AccessLogAnchor{*organisation, *key, *commitment, *operation,
                         time_from_ms(body->created())};
}

Result<ProfileStatement> ProfileStatement::parse(std::string_view bytes) {
  auto body = wire::parse<v1::ProfileStatement>(bytes, kMostBytes);
  if (!body) return body.refusal();
  const auto organisation = OrgId::parse(body->organisation());
  const auto key = Hash::from_bytes(body->key_id());
  const auto operation = OperationId::from_bytes(body->operation_id());
  if (!organisation) return malformed("ProfileStatement.organisation");
  if (!key) return malformed("ProfileStatement.key_id");
  if (!operation) return malformed("ProfileStatement.operation_id");
  if (auto checked = check_profile(body->profile()); !checked)
    return malformed("ProfileStatement.profile." + checked.refusal().detail);
  auto view = view_in(*body);
  if (!view) return malformed("ProfileStatement.seen");
  return ProfileStatement{*organisation,   *key,
                          *operation,      time_from_ms(body->created()),
                          body->profile(), std::move(*view)};
}

}  // namespace veerpont::crypto
