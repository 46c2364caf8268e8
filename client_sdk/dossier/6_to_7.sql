-- From form 6: what a list shows stands in its indexes, in the order of the list, and the newest step of a referral in its row.
ALTER TABLE referrals ADD COLUMN step INTEGER;
ALTER TABLE referrals ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
DROP INDEX inbox_referral;
DROP INDEX referrals_waiting;
DROP INDEX referrals_open;
CREATE INDEX outbox_referral ON outbox (referral_id, state, created, seq, step);
CREATE INDEX inbox_referral ON inbox (referral_id, created, seq, step);
CREATE INDEX inbox_replaces ON inbox (referral_id) WHERE replaces IS NOT NULL;
CREATE INDEX referrals_waiting ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq, referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by, since, step, again);
CREATE INDEX referrals_open ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq, referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by, since, step, again) WHERE closed IS NULL;
-- What was said last in a referral, by either side, and whether something was sealed again: kept in its row, where lists read it.
CREATE VIEW referral_steps AS SELECT referral_id, (
  SELECT step FROM (
    SELECT * FROM (SELECT step, created, seq FROM outbox WHERE outbox.referral_id = r.referral_id AND state = 2 ORDER BY created DESC, seq DESC LIMIT 1)
    UNION ALL SELECT * FROM (SELECT step, created, seq FROM outbox WHERE outbox.referral_id = r.referral_id AND state = 4 ORDER BY created DESC, seq DESC LIMIT 1)
    UNION ALL SELECT * FROM (SELECT step, created, seq FROM inbox WHERE inbox.referral_id = r.referral_id ORDER BY created DESC, seq DESC LIMIT 1)
  ) ORDER BY created DESC, seq DESC LIMIT 1) AS step,
  EXISTS (SELECT 1 FROM outbox WHERE outbox.referral_id = r.referral_id AND state = 4)
  OR EXISTS (SELECT 1 FROM inbox WHERE inbox.referral_id = r.referral_id AND replaces IS NOT NULL) AS again FROM referrals r;
CREATE TRIGGER referral_begins AFTER INSERT ON referrals BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
CREATE TRIGGER message_arrives AFTER INSERT ON inbox BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
CREATE TRIGGER message_leaves AFTER INSERT ON outbox BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
CREATE TRIGGER message_settles AFTER UPDATE OF state ON outbox BEGIN
  UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps WHERE referral_id = NEW.referral_id) WHERE referral_id = NEW.referral_id;
END;
UPDATE referrals SET (step, again) = (SELECT step, again FROM referral_steps s WHERE s.referral_id = referrals.referral_id);
