import type { Query } from './query.ts';

/** A worker of a rate is seen every two seconds; the database's clock says when. */
const seenForMs = 10_000;

/** SQL: how many workers there are on the run that this names; between two chunks one holds none, and goes on reporting to the rate. */
export const workersOfRun = (run: string): string => `(
  SELECT count(DISTINCT worker)::int FROM genauth_offboard.claims WHERE claims.run = ${run} AND (
    EXISTS (SELECT FROM genauth_offboard.chunks WHERE chunks.run = claims.run AND chunks.chunk = claims.chunk
      AND chunks.epoch = claims.epoch AND lease_until > clock_timestamp())
    OR worker IN (SELECT member FROM genauth_offboard.rate_members WHERE seen_ms > 1000 * extract(epoch FROM clock_timestamp()) - ${seenForMs})))`;

/** How many workers work on the run. */
export async function workersOn(query: Query, run: number): Promise<number> {
  const [row] = await query<{ workers: number }>(`SELECT ${workersOfRun('$1')} AS workers`, [run]);
  return row?.workers ?? 0;
}

/** On which machines workers were ended that could not close their claims. */
export async function machinesOfEnded(query: Query, run: number): Promise<string[]> {
  const rows = await query<{ machine: string }>(
    `SELECT DISTINCT split_part(worker, '/', 1) AS machine FROM genauth_offboard.claims
     WHERE run = $1 AND closed_at IS NULL ORDER BY machine`,
    [run],
  );
  return rows.map(({ machine }) => machine);
}
