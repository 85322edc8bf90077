import type { EndedCounts } from './replies.ts';
import type { Query } from './query.ts';
import type { SharedRun } from './shared-runs.ts';

/** How a run stands, for whoever works on it. */
export interface Standing extends EndedCounts {
  readonly state: SharedRun['state'];
  readonly round: number;
  /** Chunks that may be claimed, or are held, and are not done. */
  readonly left: number;
  /** Apps that are known not to exist. */
  readonly missing: number;
  /** On the database's clock. */
  readonly nowMs: number;
}

/** @returns undefined where the run was forgotten. The counts are of the run's present round. */
export async function standingOf(query: Query, run: number): Promise<Standing | undefined> {
  const [standing] = await query<Standing>(
    `SELECT state, round, (1000 * extract(epoch FROM clock_timestamp()))::float8 AS "nowMs",
       (SELECT count(*)::int FROM genauth_offboard.chunks WHERE run = $1 AND NOT done AND chunk <= open_chunks) AS left,
       (SELECT count(*)::int FROM genauth_offboard.missing_apps WHERE run = $1) AS missing,
       sums.*
     FROM genauth_offboard.runs, LATERAL (
       SELECT coalesce(sum(succeeded), 0)::int AS succeeded, coalesce(sum(partial), 0)::int AS partial,
         coalesce(sum(failed), 0)::int AS failed, coalesce(sum(unknown), 0)::int AS unknown
       FROM genauth_offboard.claims WHERE claims.run = runs.id AND claims.round = runs.round
     ) AS sums
     WHERE id = $1`,
    [run],
  );
  return standing;
}

/** @param round in which they were found: in another one they may be there. */
export async function storeMissingApps(
  query: Query,
  { id, round }: Pick<SharedRun, 'id' | 'round'>,
  apps: readonly string[],
): Promise<void> {
  if (apps.length === 0) return;
  await query(
    `WITH its AS (SELECT id FROM genauth_offboard.runs WHERE id = $1 AND round = $2 FOR SHARE)
     INSERT INTO genauth_offboard.missing_apps SELECT id, app FROM its, unnest($3::text[]) AS found(app) ON CONFLICT DO NOTHING`,
    [id, round, apps],
  );
}

export async function missingAppsOf(query: Query, run: number): Promise<string[]> {
  const rows = await query<{ app: string }>('SELECT app FROM genauth_offboard.missing_apps WHERE run = $1', [
    run,
  ]);
  return rows.map(({ app }) => app);
}
