-- From form 5: the access log becomes a hash chain; AccessLog::take_over() moves what was there into it.
ALTER TABLE access_log RENAME TO access_log_5;
CREATE TABLE access_log (
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL, person BLOB NOT NULL, referral_id BLOB NOT NULL, message_id BLOB NOT NULL,
  body_sealed BLOB NOT NULL, body_sha256 BLOB NOT NULL, head BLOB NOT NULL
) STRICT;
CREATE TABLE access_anchors (
  operation_id BLOB PRIMARY KEY, count INTEGER NOT NULL, head BLOB NOT NULL, salt_sealed BLOB NOT NULL, day TEXT NOT NULL,
  body BLOB NOT NULL, signature BLOB NOT NULL, idx INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX access_person ON access_log (person, number);
CREATE INDEX access_referral ON access_log (referral_id, number);
CREATE INDEX access_message ON access_log (message_id);
CREATE INDEX access_time ON access_log (time);
CREATE INDEX access_anchors_count ON access_anchors (count);
