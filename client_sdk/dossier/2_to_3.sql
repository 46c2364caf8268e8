-- From form 2: when sharing stopped and who was told, which child a referral was about, people with a PIN, reviews, a reason per finding.
ALTER TABLE grants ADD COLUMN stopped INTEGER;
ALTER TABLE grants ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN child BLOB NOT NULL DEFAULT x'';
ALTER TABLE outbox ADD COLUMN own_number BLOB NOT NULL DEFAULT x'';
ALTER TABLE exceptions ADD COLUMN registrar_sealed BLOB NOT NULL DEFAULT x'';
ALTER TABLE exceptions ADD COLUMN method INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exceptions ADD COLUMN pin_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exceptions ADD COLUMN review_body BLOB NOT NULL DEFAULT x'';
ALTER TABLE exceptions ADD COLUMN review_signature BLOB NOT NULL DEFAULT x'';
CREATE TABLE workers (
  worker BLOB PRIMARY KEY, name_sealed BLOB NOT NULL, verifier_sealed BLOB NOT NULL, since INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE reviews (
  seq INTEGER PRIMARY KEY, grant_id BLOB NOT NULL, time INTEGER NOT NULL, person_sealed BLOB NOT NULL, verdict INTEGER NOT NULL, note_sealed BLOB NOT NULL
) STRICT;
ALTER TABLE reasons RENAME TO reasons_2;
CREATE TABLE reasons (
  message_id BLOB NOT NULL, pointer TEXT NOT NULL, reason_sealed BLOB NOT NULL, PRIMARY KEY (message_id, pointer)
) STRICT, WITHOUT ROWID;
INSERT INTO reasons SELECT message_id, '', reason_sealed FROM reasons_2;
DROP TABLE reasons_2;
