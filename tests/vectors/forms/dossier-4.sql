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
CREATE TABLE access_log (
  operation_id BLOB NOT NULL, worker_sealed BLOB NOT NULL, time INTEGER NOT NULL
) STRICT;
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
  respond_by INTEGER, linked BLOB, closed INTEGER, access_by INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE siblings (referral_id BLOB PRIMARY KEY, family BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stays (
  stay_id BLOB PRIMARY KEY, label_sealed BLOB NOT NULL, began TEXT NOT NULL, ended TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE talks (stay_id BLOB NOT NULL, talk_with INTEGER NOT NULL, day TEXT NOT NULL, PRIMARY KEY (stay_id, talk_with, day)) STRICT, WITHOUT ROWID;
CREATE TABLE destructions (seq INTEGER PRIMARY KEY, note BLOB NOT NULL, signature BLOB NOT NULL) STRICT;
CREATE TABLE events (idx INTEGER PRIMARY KEY, proven BLOB NOT NULL, checkpoint TEXT NOT NULL) STRICT;
CREATE TABLE receipts (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL) STRICT;
-- One referral per grant, one pending reply per step and document: two commands at once make one message.
CREATE INDEX outbox_words ON outbox (referral_id, document_sha256);
CREATE UNIQUE INDEX outbox_refer ON outbox (grant_id) WHERE step = 1 AND state NOT IN (3, 4, 5);
CREATE UNIQUE INDEX outbox_reply ON outbox (referral_id, step, document_sha256) WHERE step <> 1 AND state = 1;
