-- From form 4: each checkpoint once, and events found by what they are about; Events::index_again() reads them once more.
-- Since when a referral is in its state; not known of those that were there.
ALTER TABLE referrals ADD COLUMN since INTEGER;
CREATE TABLE checkpoints (id INTEGER PRIMARY KEY, note TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO checkpoints (note) SELECT DISTINCT checkpoint FROM events ORDER BY idx;
ALTER TABLE events RENAME TO events_4;
CREATE TABLE events (
  idx INTEGER PRIMARY KEY, kind INTEGER NOT NULL, actor TEXT NOT NULL, proven BLOB NOT NULL, checkpoint INTEGER NOT NULL REFERENCES checkpoints (id)
) STRICT;
INSERT INTO events SELECT idx, 0, '', proven, (SELECT id FROM checkpoints WHERE note = events_4.checkpoint) FROM events_4;
DROP TABLE events_4;
CREATE TABLE event_subjects (subject BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (subject, idx)) STRICT, WITHOUT ROWID;
ALTER TABLE receipts ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
-- Every list, look-up and next number costs what it answers, however much is kept.
CREATE INDEX grants_pending ON grants (grant_id) WHERE pending;
CREATE INDEX stops_untold ON stops (grant_id) WHERE told = 0;
CREATE INDEX outbox_seq ON outbox (seq);
CREATE INDEX outbox_state ON outbox (state, seq);
CREATE INDEX outbox_unread ON outbox (expires) WHERE state = 2 AND opened = 0;
CREATE INDEX outbox_grant ON outbox (grant_id);
CREATE INDEX outbox_child ON outbox (child) WHERE step = 1;
CREATE INDEX outbox_own_number ON outbox (own_number) WHERE step = 1;
CREATE INDEX withdrawals_seq ON withdrawals (seq);
CREATE INDEX withdrawals_state ON withdrawals (state, seq);
CREATE INDEX withdrawals_grant ON withdrawals (grant_id);
CREATE INDEX inbox_seq ON inbox (seq);
CREATE INDEX inbox_state ON inbox (state, seq);
CREATE INDEX inbox_unacknowledged ON inbox (seq) WHERE acked = 0;
CREATE INDEX inbox_referral ON inbox (referral_id);
CREATE INDEX referrals_seq ON referrals (seq);
CREATE INDEX referrals_waiting ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq);
CREATE INDEX referrals_open ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq) WHERE closed IS NULL;
CREATE INDEX siblings_family ON siblings (family);
CREATE INDEX events_of_kind ON events (kind, actor, idx);
CREATE INDEX event_subjects_idx ON event_subjects (idx);
CREATE INDEX receipts_not_held ON receipts (idx) WHERE NOT held;
INSERT INTO meta VALUES ('events-indexed', x'30');
