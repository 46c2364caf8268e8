-- What was answered to a request with an Idempotency-Key, for a week. `key` is the keyed hash of who asked and the key, `request`
-- of what was asked; no answer: it was begun, and its end is not known. Times are milliseconds since 1970.
CREATE TABLE answers (
  key BLOB PRIMARY KEY, request BLOB NOT NULL, made INTEGER NOT NULL, status INTEGER, answer_sealed BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_made ON answers (made);
