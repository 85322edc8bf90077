import { firstRate } from '../../execute/pace/pacer.ts';

/** All in ms. Who is not seen for so long is gone; who leads holds the lease for so long; a rate that nobody used for so long is old. */
const after = { gone: 10_000, leaseOver: 2000, old: 60_000 };
/** No slot is given away further ahead, in ms; where the timeline is as far ahead as `jumped`, the clock went back. */
const ahead = { most: 2000, jumped: 10_000 };

/**
 * The tables and functions of the shared rate, for a database that has none of them or all. Nothing in them outlives a crash of the
 * database, or has to: what is missing is made again by whoever comes next. Times are ms on the database's clock.
 *
 * `take_slots` is the timeline: it moves `next_ms` on by a block, and gives that block to a member. `lead` and `set_rate` are the
 * leader's. Each locks the row of the rate before anything else, so that no two wait for each other.
 */
export const rateSchema = `
CREATE SCHEMA IF NOT EXISTS genauth_offboard;

CREATE UNLOGGED TABLE IF NOT EXISTS genauth_offboard.rates (
  key text PRIMARY KEY,
  rate double precision NOT NULL,
  set_by text NOT NULL DEFAULT 'searching',
  round double precision NOT NULL,
  slots double precision NOT NULL DEFAULT 0,
  next_ms double precision NOT NULL,
  leader text,
  leader_until_ms double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

CREATE UNLOGGED TABLE IF NOT EXISTS genauth_offboard.rate_members (
  key text,
  member text,
  seen_ms double precision NOT NULL,
  ceiling double precision,
  PRIMARY KEY (key, member)
) WITH (fillfactor = 50);

CREATE UNLOGGED TABLE IF NOT EXISTS genauth_offboard.rate_reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL,
  report jsonb NOT NULL
);

CREATE OR REPLACE FUNCTION genauth_offboard.now_ms() RETURNS double precision
LANGUAGE sql VOLATILE AS $$ SELECT 1000 * extract(epoch FROM clock_timestamp())::double precision $$;

-- A round's number must not come again when the row does.
CREATE OR REPLACE FUNCTION genauth_offboard.locked_rate(p_key text) RETURNS genauth_offboard.rates
LANGUAGE plpgsql AS $$
DECLARE
  its genauth_offboard.rates;
BEGIN
  SELECT * INTO its FROM genauth_offboard.rates WHERE key = p_key FOR UPDATE;
  WHILE its.key IS NULL LOOP
    INSERT INTO genauth_offboard.rates (key, rate, round, next_ms)
      VALUES (p_key, ${firstRate}, floor(genauth_offboard.now_ms()), genauth_offboard.now_ms())
      ON CONFLICT DO NOTHING;
    SELECT * INTO its FROM genauth_offboard.rates WHERE key = p_key FOR UPDATE;
  END LOOP;
  RETURN its;
END $$;

-- p_ceiling: of this member; NULL for none. p_most: slots at most, 0 for none. p_cycle_ms: a block for each member is so long.
CREATE OR REPLACE FUNCTION genauth_offboard.take_slots(
  p_key text, p_member text, p_ceiling double precision, p_most integer, p_cycle_ms double precision, p_report jsonb,
  OUT now_ms double precision, OUT from_ms double precision, OUT slots integer, OUT rate double precision,
  OUT round double precision, OUT set_by text, OUT members integer, OUT is_led boolean
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  its genauth_offboard.rates := genauth_offboard.locked_rate(p_key);
  at double precision := genauth_offboard.now_ms();
BEGIN
  INSERT INTO genauth_offboard.rate_members AS m (key, member, seen_ms, ceiling)
    VALUES (p_key, p_member, at, p_ceiling)
    ON CONFLICT (key, member) DO UPDATE SET seen_ms = excluded.seen_ms, ceiling = excluded.ceiling;
  IF p_report IS NOT NULL THEN
    INSERT INTO genauth_offboard.rate_reports (key, report) VALUES (p_key, p_report);
  END IF;
  SELECT count(*) INTO members FROM genauth_offboard.rate_members WHERE key = p_key AND seen_ms > at - ${after.gone};
  IF its.next_ms < at - ${after.old} THEN
    its.rate := least(its.rate, ${firstRate});
    its.set_by := 'searching';
  END IF;
  IF its.next_ms > at + ${ahead.jumped} THEN its.next_ms := at; END IF;
  rate := least(its.rate, p_ceiling);
  from_ms := greatest(its.next_ms, at);
  slots := 0;
  IF p_most > 0 AND from_ms <= at + ${ahead.most} THEN
    slots := greatest(1, least(p_most, floor(rate * p_cycle_ms / 1000 / members)));
    its.next_ms := from_ms + slots * 1000 / rate;
  END IF;
  UPDATE genauth_offboard.rates AS r
    SET rate = take_slots.rate, set_by = its.set_by, next_ms = its.next_ms, slots = its.slots + take_slots.slots
    WHERE key = p_key;
  now_ms := genauth_offboard.now_ms();
  round := its.round;
  set_by := its.set_by;
  is_led := its.leader_until_ms > at;
END $$;

-- No row while another one leads.
CREATE OR REPLACE FUNCTION genauth_offboard.lead(p_key text, p_member text)
RETURNS TABLE (
  at_ms double precision, slots double precision, rate double precision, set_by text, ceiling double precision, is_new boolean, reports jsonb
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  its genauth_offboard.rates := genauth_offboard.locked_rate(p_key);
  at double precision := genauth_offboard.now_ms();
BEGIN
  IF its.leader IS DISTINCT FROM p_member AND its.leader_until_ms > at THEN RETURN; END IF;
  UPDATE genauth_offboard.rates SET leader = p_member, leader_until_ms = at + ${after.leaseOver} WHERE key = p_key;
  DELETE FROM genauth_offboard.rate_members WHERE key = p_key AND seen_ms < at - ${after.gone};
  WITH taken AS (DELETE FROM genauth_offboard.rate_reports WHERE key = p_key RETURNING id, report)
    SELECT coalesce(jsonb_agg(report ORDER BY id), '[]') INTO reports FROM taken;
  SELECT min(m.ceiling) INTO ceiling FROM genauth_offboard.rate_members AS m WHERE key = p_key;
  at_ms := greatest(its.next_ms, at);
  slots := its.slots;
  rate := its.rate;
  set_by := its.set_by;
  is_new := its.leader IS DISTINCT FROM p_member;
  RETURN NEXT;
END $$;

-- The round's number; NULL where another one leads by now.
CREATE OR REPLACE FUNCTION genauth_offboard.set_rate(
  p_key text, p_member text, p_rate double precision, p_set_by text
) RETURNS double precision LANGUAGE sql AS $$
  UPDATE genauth_offboard.rates SET rate = p_rate, set_by = p_set_by, round = round + 1
    WHERE key = p_key AND leader = p_member RETURNING round
$$;

CREATE OR REPLACE FUNCTION genauth_offboard.leave_rate(p_key text, p_member text) RETURNS void LANGUAGE sql AS $$
  UPDATE genauth_offboard.rates SET leader = NULL, leader_until_ms = 0 WHERE key = p_key AND leader = p_member;
  DELETE FROM genauth_offboard.rate_members WHERE key = p_key AND member = p_member;
$$;
`;
