-- A person is found by the keyed hash of the log-in name; what is said of them is sealed.
CREATE TABLE people (person BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- Wrong passwords and codes of a log-in name, whether there is such a person or not. Times are milliseconds since 1970.
CREATE TABLE tries (person BLOB PRIMARY KEY, wrong INTEGER NOT NULL, locked_until INTEGER, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- A session is found by the keyed hash of its token. state: 1 second factor, 2 open, 3 locked.
CREATE TABLE sessions (
  token BLOB PRIMARY KEY, person BLOB NOT NULL, state INTEGER NOT NULL, began INTEGER NOT NULL, used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person);
CREATE TABLE settings (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- A key of a program is found by its keyed hash; what is said of it is sealed.
CREATE TABLE api_keys (key BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
