-- From form 3: the day on which each category stopped, instead of one day for a grant; what was told stays told.
CREATE TABLE stops (
  grant_id BLOB NOT NULL, category INTEGER NOT NULL, stopped INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (grant_id, category)
) STRICT, WITHOUT ROWID;
-- 0 where no day was kept, before form 3; nobody is told of those again.
INSERT INTO stops SELECT grant_id, 0, coalesce(stopped, 0), CASE WHEN stopped IS NULL THEN 1 ELSE told END FROM grants WHERE withdrawn;
INSERT INTO stops WITH RECURSIVE categories (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM categories WHERE n < 13)
  SELECT grant_id, n, coalesce(stopped, 0), CASE WHEN stopped IS NULL THEN 1 ELSE told END FROM grants, categories WHERE (withdrawn_categories >> n) & 1;
ALTER TABLE grants DROP COLUMN stopped;
ALTER TABLE grants DROP COLUMN told;
CREATE INDEX outbox_words ON outbox (referral_id, document_sha256);
-- The days are in the events that are stored here: client_sdk/log/log_monitor.cc reads them once more.
INSERT INTO meta VALUES ('stops-unread', x'31');
