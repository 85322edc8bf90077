import type { Problem } from '../input/row.ts';
import type { UserIdType } from '../input/user-id-type.ts';
import type { Call } from './call.ts';
import type { PlannedRow } from './planned-row.ts';
import { createPlanner } from './planner.ts';
import { createUserSet } from './user-set.ts';

/** What a file asks for, in numbers. */
export interface PlanSummary {
  readonly rows: {
    readonly total: number;
    readonly valid: number;
    readonly invalid: number;
    /** Of protected users: in order, and never sent. */
    readonly skipped: number;
    /** Valid rows whose user an earlier row has named as well. */
    readonly repeatingUser: number;
  };
  /** Users in the valid rows, each once. */
  readonly users: number;
  readonly usersByType: Readonly<Partial<Record<UserIdType, number>>>;
  /** Different apps; counted up to {@link maxCountedApps}. */
  readonly apps: number;
  readonly calls: number;
  /** In the order of the file, the first {@link maxKeptProblems}. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  readonly warnings: readonly Problem[];
  readonly warningCount: number;
}

/** Beyond so many apps only "more than" is said: memory must not grow with the file. */
export const maxCountedApps = 10_000;
const maxKeptProblems = 1000;

/**
 * Reads all rows once and plans them.
 * @param onCall gets every call, in order of `seq`.
 * @param onProgress gets the number of rows so far, after each batch.
 */
export async function summarizePlan(
  batches: AsyncIterable<readonly PlannedRow[]>,
  onCall: (call: Call) => void = () => {},
  onProgress: (rows: number) => void = () => {},
): Promise<PlanSummary> {
  const users = createUserSet();
  const usersByType: Partial<Record<UserIdType, number>> = {};
  const apps = new Set<string>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const counts = { total: 0, valid: 0, invalid: 0, skipped: 0, repeatingUser: 0 };
  let calls = 0;
  let problemCount = 0;
  let warningCount = 0;

  const planner = createPlanner((call) => {
    calls += 1;
    onCall(call);
  });

  function keep(found: readonly Problem[], kept: Problem[]): number {
    if (kept.length < maxKeptProblems) kept.push(...found.slice(0, maxKeptProblems - kept.length));
    return found.length;
  }

  for await (const batch of batches) {
    for (const row of batch) {
      counts.total += 1;
      if ('protectedAs' in row) {
        counts.skipped += 1;
        continue;
      }
      if (!row.valid) {
        counts.invalid += 1;
        problemCount += keep(row.problems, problems);
        continue;
      }
      counts.valid += 1;
      if (row.warnings.length > 0) warningCount += keep(row.warnings, warnings);
      if (users.add(row.userIdType, row.userId)) {
        usersByType[row.userIdType] = (usersByType[row.userIdType] ?? 0) + 1;
      } else {
        counts.repeatingUser += 1;
      }
      if (apps.size < maxCountedApps) for (const appId of row.appIds) apps.add(appId);
      planner.add(row);
    }
    onProgress(counts.total);
  }
  planner.end();
  return {
    rows: counts,
    users: users.size,
    usersByType,
    apps: Math.min(apps.size, maxCountedApps),
    calls,
    problems,
    problemCount,
    warnings,
    warningCount,
  };
}
