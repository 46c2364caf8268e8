-- From form 6: what a list shows stands in its indexes, in the order of the list.
DROP INDEX inbox_referral;
DROP INDEX referrals_waiting;
DROP INDEX referrals_open;
CREATE INDEX outbox_referral ON outbox (referral_id, state, step, created, seq);
CREATE INDEX inbox_referral ON inbox (referral_id, step, created, seq, replaces);
CREATE INDEX referrals_waiting ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq, referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by, since);
CREATE INDEX referrals_open ON referrals (closed IS NOT NULL OR respond_by IS NULL, coalesce(CASE WHEN closed IS NULL THEN respond_by END, 0), seq, referral_id, partner, referrer, grant_id, state, respond_by, linked, closed, access_by, since) WHERE closed IS NULL;
