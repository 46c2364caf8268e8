-- Columns named *_sealed are XChaCha20-Poly1305 under the storage key, bound to their table and row.
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE organisations (
  org TEXT PRIMARY KEY, title TEXT NOT NULL, kind INTEGER NOT NULL, serves TEXT NOT NULL, hidden INTEGER NOT NULL, profile BLOB NOT NULL DEFAULT x'',
  profile_created INTEGER NOT NULL DEFAULT 0, suspended INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE partners (
  org TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, confirmed TEXT NOT NULL DEFAULT '', former TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE grants (
  grant_id BLOB PRIMARY KEY, body BLOB NOT NULL, signature BLOB NOT NULL, record_sealed BLOB NOT NULL, referral_id BLOB,
  withdrawn INTEGER NOT NULL DEFAULT 0, withdrawn_categories INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL, notes_sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- When sharing of a category under a grant stopped, category 0 for the whole of it, and whether the person here was told.
CREATE TABLE stops (
  grant_id BLOB NOT NULL, category INTEGER NOT NULL, stopped INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (grant_id, category)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  message_id BLOB PRIMARY KEY, seq INTEGER NOT NULL, referral_id BLOB NOT NULL, grant_id BLOB NOT NULL, step INTEGER NOT NULL,
  document_sha256 BLOB NOT NULL, submit_sealed BLOB NOT NULL, document_sealed BLOB NOT NULL, state INTEGER NOT NULL, idx INTEGER,
  expires INTEGER NOT NULL, opened INTEGER NOT NULL, has_left INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL DEFAULT 0, child BLOB NOT NULL DEFAULT x'', own_number BLOB NOT NULL DEFAULT x''
) STRICT, WITHOUT ROWID;
-- Withdrawals of ours, each as it was signed; without a place in the log they wait to be passed on.
CREATE TABLE withdrawals (
  operation_id BLOB PRIMARY KEY, seq INTEGER NOT NULL, grant_id BLOB NOT NULL, categories INTEGER NOT NULL, body BLOB NOT NULL, signature BLOB NOT NULL,
  state INTEGER NOT NULL, idx INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE inbox (
  message_id BLOB PRIMARY KEY, seq INTEGER NOT NULL, referral_id BLOB NOT NULL, grant_id BLOB NOT NULL, sender TEXT NOT NULL, step INTEGER NOT NULL,
  created INTEGER NOT NULL, expires INTEGER NOT NULL, categories INTEGER NOT NULL, envelope BLOB NOT NULL, state INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, acked INTEGER NOT NULL DEFAULT 0, replaces BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE sections (
  message_id BLOB NOT NULL, category INTEGER NOT NULL, document_sealed BLOB NOT NULL, PRIMARY KEY (message_id, category)
) STRICT, WITHOUT ROWID;
CREATE TABLE releases (
  message_id BLOB NOT NULL, categories INTEGER NOT NULL, body BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (message_id, categories)
) STRICT, WITHOUT ROWID;
-- Who saw which content: a hash chain. `person` is the keyed hash of the name; what is empty was forgotten.
CREATE TABLE access_log (
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL, person BLOB NOT NULL, referral_id BLOB NOT NULL, message_id BLOB NOT NULL,
  body_sealed BLOB NOT NULL, body_sha256 BLOB NOT NULL, head BLOB NOT NULL
) STRICT;
-- What the log of the federation was told of that chain; `idx` is NULL until it is there, and -1 when it is not sent again.
CREATE TABLE access_anchors (
  operation_id BLOB PRIMARY KEY, count INTEGER NOT NULL, head BLOB NOT NULL, salt_sealed BLOB NOT NULL, day TEXT NOT NULL,
  body BLOB NOT NULL, signature BLOB NOT NULL, idx INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE exceptions (
  grant_id BLOB PRIMARY KEY, registered INTEGER NOT NULL, countersigned INTEGER, worker_sealed BLOB NOT NULL DEFAULT x'', reviewed INTEGER, idx INTEGER,
  registrar_sealed BLOB NOT NULL DEFAULT x'', method INTEGER NOT NULL DEFAULT 0, pin_after INTEGER NOT NULL DEFAULT 0,
  review_body BLOB NOT NULL DEFAULT x'', review_signature BLOB NOT NULL DEFAULT x''
) STRICT, WITHOUT ROWID;
-- People who confirm under their own name; `worker` is the keyed hash of the name.
CREATE TABLE workers (
  worker BLOB PRIMARY KEY, name_sealed BLOB NOT NULL, verifier_sealed BLOB NOT NULL, since INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- What the privacy officer found, each finding after the other; it stays here.
CREATE TABLE reviews (
  seq INTEGER PRIMARY KEY, grant_id BLOB NOT NULL, time INTEGER NOT NULL, person_sealed BLOB NOT NULL, verdict INTEGER NOT NULL, note_sealed BLOB NOT NULL
) STRICT;
CREATE TABLE reasons (
  message_id BLOB NOT NULL, pointer TEXT NOT NULL, reason_sealed BLOB NOT NULL, PRIMARY KEY (message_id, pointer)
) STRICT, WITHOUT ROWID;
CREATE TABLE referrals (
  referral_id BLOB PRIMARY KEY, seq INTEGER NOT NULL, partner TEXT NOT NULL, referrer INTEGER NOT NULL, grant_id BLOB NOT NULL, state INTEGER NOT NULL,
  respond_by INTEGER, linked BLOB, closed INTEGER, access_by INTEGER, since INTEGER, step INTEGER, again INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE siblings (referral_id BLOB PRIMARY KEY, family BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stays (
  stay_id BLOB PRIMARY KEY, label_sealed BLOB NOT NULL, began TEXT NOT NULL, ended TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE talks (stay_id BLOB NOT NULL, talk_with INTEGER NOT NULL, day TEXT NOT NULL, PRIMARY KEY (stay_id, talk_with, day)) STRICT, WITHOUT ROWID;
CREATE TABLE destructions (seq INTEGER PRIMARY KEY, note BLOB NOT NULL, signature BLOB NOT NULL) STRICT;
-- The signed notes under which events were verified, each once.
CREATE TABLE checkpoints (id INTEGER PRIMARY KEY, note TEXT NOT NULL UNIQUE) STRICT;
-- Kind 0: the body was erased before this home read it.
CREATE TABLE events (
  idx INTEGER PRIMARY KEY, kind INTEGER NOT NULL, actor TEXT NOT NULL, proven BLOB NOT NULL, checkpoint INTEGER NOT NULL REFERENCES checkpoints (id),
  time INTEGER NOT NULL DEFAULT 0, counterpart TEXT NOT NULL DEFAULT '', categories INTEGER NOT NULL DEFAULT 0, ground INTEGER NOT NULL DEFAULT 0
) STRICT;
-- What an event is about: ids of its grant, referrals, messages and operation.
CREATE TABLE event_subjects (subject BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (subject, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE receipts (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, held INTEGER NOT NULL DEFAULT 0) STRICT;
-- One referral per grant, one pending reply per step and document: two commands at once make one message.
-- Every list, look-up and next number costs what it answers, however much is kept.
-- The officer's questions of the log: every filter reads this alone.
CREATE INDEX events_seen ON events (time, kind, ground, categories, actor, counterpart);
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
-- Lists read nothing but these: each holds all that they show of a row, in the order of the list.
CREATE INDEX outbox_referral ON outbox (referral_id, state, created, seq, step);
CREATE INDEX inbox_referral ON inbox (referral_id, created, seq, step);
CREATE INDEX inbox_replaces ON inbox (referral_id) WHERE replaces IS NOT NULL;
CREATE INDEX referrals_waiting ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq, referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by, since, step, again);
CREATE INDEX referrals_open ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq, referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by, since, step, again) WHERE closed IS NULL;
CREATE INDEX referrals_seq ON referrals (seq);
CREATE INDEX siblings_family ON siblings (family);
CREATE INDEX events_of_kind ON events (kind, actor, idx);
CREATE INDEX event_subjects_idx ON event_subjects (idx);
CREATE INDEX receipts_not_held ON receipts (idx) WHERE NOT held;
CREATE INDEX access_person ON access_log (person, number);
CREATE INDEX access_referral ON access_log (referral_id, number);
CREATE INDEX access_message ON access_log (message_id);
CREATE INDEX access_time ON access_log (time);
CREATE INDEX access_anchors_count ON access_anchors (count);
CREATE INDEX outbox_words ON outbox (referral_id, document_sha256);
CREATE UNIQUE INDEX outbox_refer ON outbox (grant_id) WHERE step = 1 AND state NOT IN (3, 4, 5);
CREATE UNIQUE INDEX outbox_reply ON outbox (referral_id, step, document_sha256) WHERE step <> 1 AND state = 1;
-- What was said last in a referral, by either side, and whether something was sealed again: kept in its row, where lists read it.
CREATE VIEW referral_steps AS SELECT referral_id, (
  SELECT step FROM (
    SELECT * FROM (SELECT step, created, seq FROM outbox WHERE outbox.referral_id = r.referral_id AND state = 2 ORDER BY created DESC, seq DESC LIMIT 1)
    UNION ALL SELECT * FROM (SELECT step, created, seq FROM outbox WHERE outbox.referral_id = r.referral_id AND state = 4 ORDER BY created DESC, seq DESC LIMIT 1)
    UNION ALL SELECT * FROM (SELECT step, created, seq FROM inbox WHERE inbox.referral_id = r.referral_id ORDER BY created DESC, seq DESC LIMIT 1)
  ) ORDER BY created DESC, seq DESC LIMIT 1) AS step,
  EXISTS (SELECT 1 FROM outbox WHERE outbox.referral_id = r.referral_id AND state = 4)
  OR EXISTS (SELECT 1 FROM inbox WHERE inbox.referral_id = r.referral_id AND replaces IS NOT NULL) AS again FROM referrals r;
CREATE TRIGGER referral_begins AFTER INSERT ON referrals BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
CREATE TRIGGER message_arrives AFTER INSERT ON inbox BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
CREATE TRIGGER message_leaves AFTER INSERT ON outbox BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
CREATE TRIGGER message_settles AFTER UPDATE OF state ON outbox BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
