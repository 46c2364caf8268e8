-- Form 4. Every table that carries evidence says which; `veerpontd check` verifies it.

CREATE TABLE head (                       -- evidence: signature, high-water mark, tiles
  one INTEGER PRIMARY KEY CHECK (one = 1),
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  checkpoint TEXT NOT NULL,
  last_event_time INTEGER NOT NULL,
  term INTEGER NOT NULL,
  batch BLOB NOT NULL,
  directory_size INTEGER NOT NULL DEFAULT 0,  -- the two lists of the newest state
  directory BLOB NOT NULL DEFAULT x'',
  withdrawn_size INTEGER NOT NULL DEFAULT 0,
  withdrawn BLOB NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE events (                     -- evidence: leaves and root; openings against commitments in bodies
  idx INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  actor TEXT NOT NULL,
  counterpart TEXT NOT NULL,
  commitment BLOB NOT NULL,
  body BLOB,
  salt BLOB,
  actor_opening BLOB,
  counterpart_opening BLOB,
  public INTEGER NOT NULL DEFAULT 0,      -- audit/event_table.cc
  pair_opening BLOB,                      -- of an event between two organisations
  pair_number INTEGER                     -- its number
) STRICT;
CREATE INDEX events_by_pair ON events (actor, counterpart, pair_number) WHERE pair_number IS NOT NULL;
CREATE INDEX events_by_actor ON events (actor, idx);
CREATE INDEX events_by_counterpart ON events (counterpart, idx);
CREATE INDEX events_public ON events (idx) WHERE public = 1;
CREATE INDEX events_public_by_actor ON events (actor, kind, idx) WHERE public = 1;
-- body and salt of an erased event are NULL and its kind 0; an events-erased event lists it.

CREATE TABLE states (                     -- evidence: leaves and root; the lists of events and withdrawn
  idx INTEGER PRIMARY KEY,
  state BLOB NOT NULL,
  salt BLOB NOT NULL,
  commitment BLOB NOT NULL
) STRICT;

CREATE TABLE withdrawn (                  -- evidence: the states' roots; grant-withdrawn events
  place INTEGER PRIMARY KEY,              -- from 1
  idx INTEGER NOT NULL,                   -- of the state that brought it in
  key BLOB NOT NULL
) STRICT;

CREATE TABLE objects (                    -- evidence: object_sha256 of the event
  idx INTEGER PRIMARY KEY REFERENCES events (idx),
  body BLOB NOT NULL,
  signature BLOB NOT NULL,                -- a SignedKeyStatement's signatures are in `statement`
  statement BLOB
) STRICT;

CREATE TABLE tiles (                      -- evidence: recomputed from events
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE participants (               -- evidence: participant-* and keys-published events
  org TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  kind INTEGER NOT NULL,
  serves TEXT NOT NULL,
  enrolled INTEGER NOT NULL,
  suspended INTEGER NOT NULL,
  statement_idx INTEGER,
  statement_sequence INTEGER NOT NULL,
  statement_sha256 BLOB NOT NULL,
  identity_key BLOB NOT NULL,
  tls_keys BLOB NOT NULL,                 -- 32 bytes each
  statements_until INTEGER NOT NULL,      -- its allowance of key statements
  hidden INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (                       -- evidence: the statements
  key_id BLOB PRIMARY KEY,
  org TEXT NOT NULL,
  type INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  standing INTEGER NOT NULL               -- 0 active, 1 retired, 2 compromised
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_by_org ON keys (org);

CREATE TABLE invitations (                -- no evidence
  token_sha256 BLOB PRIMARY KEY,
  org TEXT NOT NULL,
  expires INTEGER NOT NULL,
  used_by BLOB NOT NULL,
  certificate BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (                     -- evidence: grant-registered, -withdrawn, -expired events; submitted binds
  grant_id BLOB PRIMARY KEY,
  idx INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  referral_id BLOB,
  withdrawn INTEGER NOT NULL,
  withdrawn_categories INTEGER NOT NULL,
  ended INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_referral ON grants (referral_id) WHERE referral_id IS NOT NULL;
CREATE INDEX grants_to_end ON grants (expires) WHERE ended = 0 AND withdrawn = 0;

CREATE TABLE withdrawal_hashes (          -- evidence: the grants' signed bytes
  hash BLOB PRIMARY KEY,
  grant_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX withdrawal_hashes_of ON withdrawal_hashes (grant_id);

CREATE TABLE tombstones (                 -- evidence: grant-withdrawn, grant-expired and shares-destroyed events
  grant_id BLOB NOT NULL,
  category INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  PRIMARY KEY (grant_id, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE referrals (                  -- evidence: replay of transitions and overdue events
  referral_id BLOB PRIMARY KEY,
  referrer TEXT NOT NULL,
  provider TEXT NOT NULL,
  grant_id BLOB NOT NULL,
  state INTEGER NOT NULL,
  respond_by INTEGER NOT NULL,
  refer_until INTEGER NOT NULL,
  overdue INTEGER NOT NULL,
  access_by INTEGER NOT NULL,             -- somebody asked to see a file: by when the referrer answers; 0: nobody
  access_overdue INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX referrals_to_answer ON referrals (respond_by) WHERE respond_by > 0 AND overdue = 0;
CREATE INDEX referrals_access ON referrals (access_by) WHERE access_by > 0 AND access_overdue = 0;

-- Random ids are looked up through small indexes; rows lie in the order of the log, so that a commit writes few pages
-- however much is stored.
CREATE TABLE messages (                   -- evidence: submitted event and its header
  idx INTEGER PRIMARY KEY,
  message_id BLOB NOT NULL UNIQUE,
  header_sha256 BLOB NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  grant_id BLOB NOT NULL,
  referral_id BLOB NOT NULL,
  step INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  categories INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  status INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  released INTEGER NOT NULL,              -- categories that the recipient asked for: released events
  settled INTEGER                         -- the event since which it waits no more: received, rejected or message-expired
) STRICT;
CREATE INDEX messages_by_grant ON messages (grant_id);
CREATE INDEX messages_waiting ON messages (recipient, idx) WHERE status = 1;
CREATE INDEX messages_backlog ON messages (sender, recipient, bytes) WHERE status = 1;
CREATE INDEX messages_to_expire ON messages (expires) WHERE status <> 3;

-- `place`: 16 times the message's idx, plus the category.
CREATE TABLE ciphertexts (                -- evidence: the header's hashes
  place INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE shares (                     -- evidence: share_id after unwrapping
  place INTEGER PRIMARY KEY,
  wrapped BLOB NOT NULL
) STRICT;

CREATE TABLE operations (                 -- evidence: the event's operation_id and object_sha256
  org TEXT NOT NULL,
  operation_id BLOB NOT NULL,
  object_sha256 BLOB NOT NULL,
  idx INTEGER NOT NULL,
  UNIQUE (operation_id, org)
) STRICT;

CREATE TABLE chains (                     -- evidence: replay of openings
  org TEXT PRIMARY KEY,
  next INTEGER NOT NULL,
  last_leaf BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pairs (                      -- evidence: replay of openings
  smaller TEXT NOT NULL,
  larger TEXT NOT NULL,
  next INTEGER NOT NULL,
  last_leaf BLOB NOT NULL,
  PRIMARY KEY (smaller, larger)
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (                     -- no evidence
  org TEXT PRIMARY KEY,
  session TEXT NOT NULL,
  term INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
