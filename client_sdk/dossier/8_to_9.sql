-- From form 8: the second form of the log. Every member holds the list of what was withdrawn, and a chain with each other member.
CREATE TABLE withdrawn_keys (key BLOB NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (key, idx)) STRICT, WITHOUT ROWID;
CREATE TABLE pair_events (
  partner TEXT NOT NULL, number INTEGER NOT NULL, idx INTEGER NOT NULL, leaf BLOB NOT NULL, PRIMARY KEY (partner, number)
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('log-form', x'31') ON CONFLICT (key) DO UPDATE SET value = x'31';
