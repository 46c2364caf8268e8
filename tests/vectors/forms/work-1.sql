-- A short number that people say to each other, made here and never sent.
CREATE TABLE numbers (referral BLOB PRIMARY KEY, number TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
-- Who has a referral in hand: their log-in name, sealed. Times are milliseconds since 1970.
CREATE TABLE assignments (referral BLOB PRIMARY KEY, login_sealed BLOB NOT NULL, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- What somebody is writing; `owner` is the keyed hash of their log-in name.
CREATE TABLE drafts (
  draft BLOB PRIMARY KEY, owner BLOB NOT NULL, version INTEGER NOT NULL, saved INTEGER NOT NULL, body_sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_owner ON drafts (owner, saved);
