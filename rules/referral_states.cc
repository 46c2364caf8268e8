#include "rules/referral_states.h"

#include <array>

namespace veerpont::rules {
namespace {

using enum ReferralState;

struct Move {
  ReferralState from;
  Step step;
  Role role;
  ReferralState to;
};

constexpr std::array kMoves{
    Move{sent, Step::refer, Role::referrer, sent},  // again after Rejected, or sealed again
    Move{delivered, Step::refer, Role::referrer, delivered},
    // Not for us, which the routing that somebody told by telephone may say already.
    Move{delivered, Step::decline, Role::provider, declined},
    Move{delivered, Step::redirect, Role::provider, redirected},
    Move{in_review, Step::request_info, Role::provider, info_requested},
    Move{in_review, Step::accept, Role::provider, accepted},
    Move{in_review, Step::decline, Role::provider, declined},
    Move{in_review, Step::redirect, Role::provider, redirected},
    Move{info_requested, Step::provide_info, Role::referrer, in_review},
    Move{info_requested, Step::accept, Role::provider, accepted},
    Move{info_requested, Step::decline, Role::provider, declined},
    Move{accepted, Step::waitlist, Role::provider, waitlisted},
    Move{accepted, Step::plan_handover, Role::provider, handover_planned},
    Move{accepted, Step::start, Role::provider, started},
    Move{accepted, Step::redirect, Role::provider, redirected},
    Move{accepted, Step::not_started, Role::provider, not_started},
    Move{waitlisted, Step::plan_handover, Role::provider, handover_planned},
    Move{waitlisted, Step::start, Role::provider, started},
    Move{waitlisted, Step::redirect, Role::provider, redirected},
    Move{waitlisted, Step::not_started, Role::provider, not_started},
    Move{handover_planned, Step::start, Role::provider, started},
    Move{handover_planned, Step::not_started, Role::provider, not_started},
    Move{started, Step::pause, Role::provider, paused},
    Move{started, Step::redirect, Role::provider, redirected},
    Move{started, Step::complete, Role::provider, completed},
    Move{paused, Step::resume, Role::provider, started},
    Move{paused, Step::redirect, Role::provider, redirected},
    Move{paused, Step::complete, Role::provider, completed},
};

// A consult or a request is over with its answer: nobody is taken into care by it.
constexpr std::array kAnswers{
    Move{in_review, Step::complete, Role::provider, completed},
    Move{info_requested, Step::complete, Role::provider, completed},
};

bool is_of_kind(ExchangeKind kind, Step step) {
  if (kind == ExchangeKind::referral) return true;
  switch (step) {
    case Step::accept:
    case Step::waitlist:
    case Step::plan_handover:
    case Step::start:
    case Step::pause:
    case Step::resume:
    case Step::not_started:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::optional<ReferralState> after_step(std::optional<ReferralState> state, Role role, Step step,
                                        ExchangeKind kind) {
  if (!is_of_kind(kind, step)) return std::nullopt;
  if (!state)
    return step == Step::refer && role == Role::referrer ? std::optional(sent) : std::nullopt;
  switch (step) {
    case Step::update:
      return is_open(*state) ? state : std::nullopt;
    case Step::renew:
    case Step::stay_ended:
      return is_open(*state) && role == Role::referrer ? state : std::nullopt;
    case Step::withdraw:
      return is_open(*state) && role == Role::referrer ? std::optional(withdrawn) : std::nullopt;
    case Step::access_requested:  // somebody may ask to see a file long after it was closed
      return role == Role::provider && *state != sent && *state != expired ? state : std::nullopt;
    case Step::access_answered:
      return role == Role::referrer ? state : std::nullopt;
    default:
      break;
  }
  const auto leads_on = [&](const Move& move) {
    return move.from == *state && move.step == step && move.role == role;
  };
  for (const Move& move : kMoves)
    if (leads_on(move)) return move.to;
  for (const Move& move : kAnswers)
    if (kind != ExchangeKind::referral && leads_on(move)) return move.to;
  return std::nullopt;
}

Stopped stopped_by(Step step, ReferralState before) {
  switch (step) {
    case Step::withdraw:
      return before == sent || before == delivered || before == in_review ||
                     before == info_requested
                 ? Stopped::all
                 : Stopped::nothing;
    case Step::decline:
    case Step::redirect:
    case Step::not_started:
      return Stopped::unread;
    default:
      return Stopped::nothing;
  }
}

bool may_stop(Step step) { return stopped_by(step, sent) != Stopped::nothing; }

std::optional<ReferralState> after_occurrence(ReferralState state, Occurrence occurrence) {
  switch (occurrence) {
    case Occurrence::received:
      return state == sent ? std::optional(delivered) : std::nullopt;
    case Occurrence::first_release:
      return state == delivered ? std::optional(in_review) : std::nullopt;
    case Occurrence::message_expired:
      return state == sent ? std::optional(expired) : std::nullopt;
    case Occurrence::grant_withdrawn:
      return state == sent || state == delivered || state == in_review || state == info_requested
                 ? std::optional(withdrawn)
                 : std::nullopt;
  }
  return std::nullopt;
}

bool is_open(ReferralState state) { return state < declined; }

std::optional<Role> next_actor(ReferralState state) {
  if (!is_open(state) || state == sent) return std::nullopt;
  return state == info_requested ? Role::referrer : Role::provider;
}

bool needs_respond_by(Step step) {
  switch (step) {
    case Step::refer:
    case Step::provide_info:
    case Step::request_info:
    case Step::accept:
    case Step::waitlist:
    case Step::pause:
    case Step::plan_handover:
    case Step::start:
    case Step::resume:
    case Step::access_requested:
      return true;
    default:
      return false;
  }
}

bool needs_sections(Step step) {
  return step == Step::refer || step == Step::provide_info || step == Step::renew;
}

}  // namespace veerpont::rules
