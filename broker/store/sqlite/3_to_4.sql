-- The second form of the log: states, keys of what was withdrawn, chains of two organisations.
ALTER TABLE events ADD COLUMN pair_opening BLOB;
ALTER TABLE events ADD COLUMN pair_number INTEGER;
CREATE INDEX events_by_pair ON events (actor, counterpart, pair_number) WHERE pair_number IS NOT NULL;
ALTER TABLE head ADD COLUMN directory_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE head ADD COLUMN directory BLOB NOT NULL DEFAULT x'';
ALTER TABLE head ADD COLUMN withdrawn_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE head ADD COLUMN withdrawn BLOB NOT NULL DEFAULT x'';
CREATE TABLE states (
  idx INTEGER PRIMARY KEY,
  state BLOB NOT NULL,
  salt BLOB NOT NULL,
  commitment BLOB NOT NULL
) STRICT;
CREATE TABLE withdrawn (
  place INTEGER PRIMARY KEY,
  idx INTEGER NOT NULL,
  key BLOB NOT NULL
) STRICT;
CREATE TABLE pairs (
  smaller TEXT NOT NULL,
  larger TEXT NOT NULL,
  next INTEGER NOT NULL,
  last_leaf BLOB NOT NULL,
  PRIMARY KEY (smaller, larger)
) STRICT, WITHOUT ROWID;
