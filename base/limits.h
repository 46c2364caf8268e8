// Every limit of the protocol in one place. docs/protocol.md, "Limits".
#pragma once

#include <chrono>
#include <cstddef>

namespace veerpont::limits {

using namespace std::chrono_literals;

inline constexpr std::size_t envelope_bytes = 1'835'008;  // 1.75 MiB, padded
inline constexpr std::size_t frame_bytes = 4u << 20;
inline constexpr std::size_t header_bytes = 64u << 10;
inline constexpr std::size_t sections = 16;
inline constexpr std::size_t section_bytes = 512u << 10;  // before padding
inline constexpr std::size_t document_json_bytes = 4u << 20;
inline constexpr std::size_t received_ids = 256;
inline constexpr std::size_t event_page = 512;
inline constexpr auto released_life = std::chrono::seconds(60);  // an older answer is asked again
inline constexpr std::size_t withdrawn_page = 8192;              // keys of what was withdrawn
inline constexpr unsigned random_keys_a_day = 20;                // among those
inline constexpr std::size_t withdrawal_codes = 16;
inline constexpr std::size_t epochs_ahead = 5;
inline constexpr std::size_t batch_requests = 256;

inline constexpr std::size_t undelivered_messages =
    10'000;  // per sender and recipient; configurable
inline constexpr std::size_t undelivered_bytes =
    1u << 30;  // per sender, to all recipients; configurable
inline constexpr std::size_t reserve_bytes =
    64u
    << 20;  // free disk below which intake stops; below half of it all but stopping; configurable
inline constexpr std::size_t ballast_bytes =
    32u << 20;  // disk that only withdrawing, suspending and destroying may use; configurable
inline constexpr int changes_per_hour =
    3'600;  // logged for one organisation beside what it submits and withdraws; configurable
inline constexpr std::size_t change_bytes_per_hour = 64u << 20;  // of those; configurable
inline constexpr int submissions_per_second = 50;  // per organisation, sustained; configurable
inline constexpr int event_years = 5;  // of bodies of events about closed business; configurable
inline constexpr int least_event_years = 1;    // no log erases sooner, and members hold it to that
inline constexpr int submissions_burst = 500;  // configurable
inline constexpr std::size_t sessions_per_organisation = 8;
inline constexpr std::size_t withdrawal_sessions =
    2;  // beside them, for withdrawing alone; per organisation
inline constexpr std::size_t sessions = 1'000;                   // configurable
inline constexpr std::size_t unsent_bytes = 32u << 20;           // to one session; configurable
inline constexpr std::size_t unauthenticated_connections = 512;  // configurable
inline constexpr std::size_t connections_per_address =
    64;  // before they show who they are; configurable
inline constexpr std::size_t in_flight_busy = 256;
inline constexpr std::size_t in_flight_close = 512;
inline constexpr int refusals_logged_per_hour = 60;

inline constexpr auto handshake_time = 10s;
inline constexpr auto idle_ping = 30s;
inline constexpr auto warn_of_end = 24h * 60;  // doctor, before a key or certificate ends
inline constexpr auto fail_of_end = 24h * 14;
inline constexpr auto witness_fresh = 5min;    // so long a cosignature says what is so now
inline constexpr auto witness_clock = 10min;   // a quorum's clocks that differ more convict the log
inline constexpr auto cosigned_within = 5min;  // of the log's time, else it takes no cosignature
inline constexpr auto certificate_renewal = 24h * 90;  // when less than this is left of it
inline constexpr auto signing_key_life = 24h * 366;
inline constexpr auto signing_key_renewal = 24h * 90;  // when less than this is left of it
inline constexpr auto signing_key_overlap =
    24h * 45;  // that a predecessor stays listed: longer than a message lives
inline constexpr auto key_warning =
    24h * 60;  // doctor warns when less than this is left of anything
inline constexpr auto key_failure = 24h * 14;  // and fails
inline constexpr auto statement_every = 24h;   // that a member may publish one, sustained
inline constexpr int statement_burst = 6;
inline constexpr int signing_keys_ever = 100;  // of one member
inline constexpr auto clock_tolerance =
    5min;  // between a participant's clock and the broker's; rules/clock_tolerance.h
inline constexpr auto confirmed_clock =
    24h;  // a clock further from the broker's makes nothing durable
inline constexpr auto epoch_slack = 10min;
inline constexpr auto message_life = 24h * 30;
inline constexpr auto statement_life = 24h * 35;
inline constexpr auto seal_again_ahead = 24h * 5;  // before a message ends that nobody opened
inline constexpr auto respond_by_ahead = 24h * 184;
inline constexpr auto access_log_kept = 24h * (5 * 365 + 2);  // bodies of entries; the chain stays
inline constexpr auto invitation_life = 24h * 7;
inline constexpr auto epoch_length = 24h * 7;

}  // namespace veerpont::limits
