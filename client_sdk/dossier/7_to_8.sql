-- From form 7: an event is found by when it was, of what kind, about which data, on which ground and between whom.
ALTER TABLE events ADD COLUMN time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN counterpart TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN categories INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN ground INTEGER NOT NULL DEFAULT 0;
CREATE INDEX events_seen ON events (time, kind, ground, categories, actor, counterpart);
INSERT INTO meta VALUES ('events-indexed', x'30') ON CONFLICT (key) DO UPDATE SET value = x'30';
