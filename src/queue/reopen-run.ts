import { keepLooksAway, type Database } from './database.ts';
import type { Query } from './query.ts';
import { lockSharedRun, type EndedBefore, type SharedRun } from './shared-runs.ts';

/** Why a run was not let go on: somebody else has done so meanwhile, works on it, or looks for its sessions. */
export type NotReopened = 'taken' | 'looked_at';

/** How a run is let go on. */
export interface Reopening {
  readonly retryFailed: boolean;
  /** What {@link claimsOn} said before all else was read. */
  readonly claims: number;
  /** Chunks that have calls to be made although they were done. */
  readonly again: readonly number[];
  /** How the other calls have ended. */
  readonly before: EndedBefore;
}

/** How many claims were ever made on a run. */
export async function claimsOn(query: Query, run: number): Promise<number> {
  const [row] = await query<{ claims: number }>(
    'SELECT sum(epoch)::int AS claims FROM genauth_offboard.chunks WHERE run = $1',
    [run],
  );
  return row?.claims ?? 0;
}

/** It goes on, as it stood when `shared` was read. @returns undefined when it does. */
export function reopenSharedRun(
  { transaction }: Database,
  { id, round, state }: SharedRun,
  { retryFailed, claims, again, before }: Reopening,
): Promise<NotReopened | undefined> {
  return transaction(async (query) => {
    await lockSharedRun(query, id);
    // Another statement, as the first may have waited for what this one has to see.
    const same = await query(
      `SELECT FROM genauth_offboard.runs WHERE id = $1 AND round = $2 AND state = $3 AND NOT EXISTS
         (SELECT FROM genauth_offboard.chunks WHERE run = $1 AND lease_until > clock_timestamp())`,
      [id, round, state],
    );
    if (same.length === 0 || (await claimsOn(query, id)) !== claims) return 'taken';
    if (!(await keepLooksAway(query, id))) return 'looked_at';
    await query(
      `UPDATE genauth_offboard.runs SET state = 'going', stop = NULL, round = round + 1, retry_failed = $2, before = $3
       WHERE id = $1`,
      [id, retryFailed, JSON.stringify(before)],
    );
    await query(
      'UPDATE genauth_offboard.chunks SET done = false WHERE run = $1 AND chunk = ANY ($2::int[])',
      [id, again],
    );
    // What was missing may be there by now.
    if (retryFailed) await query('DELETE FROM genauth_offboard.missing_apps WHERE run = $1', [id]);
    return undefined;
  });
}
