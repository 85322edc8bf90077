import { maxAppIds } from '../genauth/kick-users.ts';
import { createEvidenceCounts, mayBeNames, type Evidence } from '../input/cell/evidence.ts';
import type { Problem, ValidRow } from '../input/row.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import { createAppCounts } from './app-counts.ts';
import type { PlannedCall } from '../plan/call.ts';
import { createGatheringPlanner, type Gathering } from '../plan/gather.ts';
import { createKeptProblems } from './kept-problems.ts';
import { createPhoneCounts, type PhoneSummary } from './phone-counts.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { createPlanner, type PlannerHooks } from '../plan/planner.ts';
import type { ProblemGroup } from './problem-groups.ts';
import { createUserCounts, type RepeatedUser } from './user-counts.ts';
import { createUserSet, type UserSet } from './user-set.ts';

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
  /** Different apps; counted up to `maxCountedApps`. */
  readonly apps: number;
  /** The apps counted, and how many users each is asked for. The most first. */
  readonly usersByApp: readonly { readonly appId: string; readonly users: number }[];
  /** Users named again after rows of others: all their rows are one. */
  readonly repeated: { readonly users: number; readonly first: readonly RepeatedUser[] };
  readonly calls: number;
  /** How many they would be if each row were sent by itself. */
  readonly callsByRow: number;
  /** In the order of the file, the first thousand. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** All problems, by kind and column, the largest group first. */
  readonly problemGroups: readonly ProblemGroup[];
  readonly warnings: readonly Problem[];
  readonly warningCount: number;
  readonly warningGroups: readonly ProblemGroup[];
  /** What phone numbers are sent as; null where no valid row has one. */
  readonly phones: PhoneSummary | null;
  /** What the IDs of the whole file say against some of them; the run keeps it. */
  readonly evidence: Evidence;
}

/** What a plan is made with. */
export interface Planning {
  readonly onCall?: PlannerHooks['onCall'] | undefined;
  readonly onRow?: PlannerHooks['onRow'] | undefined;
  /** Gets the number of rows so far, after each batch. */
  readonly onProgress?: ((rows: number) => void) | undefined;
  /** To be counted in; none of them may have been added. */
  readonly users?: UserSet | undefined;
  /** Without it rows of a user have to follow each other. */
  readonly gathering?: Gathering | undefined;
}

/**
 * Reads all rows once and plans them.
 * @returns undefined when a user seems to be named again after others, and rows are not gathered: then it read no further.
 */
export async function summarizePlan(
  batches: AsyncIterable<readonly PlannedRow[]>,
  planning: Planning = {},
): Promise<PlanSummary | undefined> {
  const { onRow = () => {}, onProgress, gathering } = planning;
  const counts = createCounts(planning);
  const hooks = { onRow, onCall: counts.addCall };
  const gatherer = gathering === undefined ? undefined : createGatheringPlanner(hooks, gathering);
  const planner = gatherer ?? createPlanner(hooks);
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        planner.add(row);
        if (counts.addRow(row) === 'again' && gatherer === undefined) return undefined;
      }
      onProgress?.(counts.rows.total);
    }
    await planner.end();
  } finally {
    gatherer?.close();
  }
  return counts.summary();
}

/** Counts rows as they come, and calls as they are planned. */
function createCounts({ onCall, users = createUserSet() }: Planning) {
  const rows = { total: 0, valid: 0, invalid: 0, skipped: 0 };
  const named = createUserCounts(users);
  const apps = createAppCounts();
  const problems = createKeptProblems();
  const warnings = createKeptProblems();
  const phones = createPhoneCounts();
  const evidence = createEvidenceCounts();
  let calls = 0;
  let callsByRow = 0;

  function addValid(row: ValidRow): ReturnType<typeof named.add> {
    rows.valid += 1;
    callsByRow += Math.ceil(row.appIds.length / maxAppIds);
    if (row.warnings.length > 0) {
      warnings.add(row.warnings);
      if (row.userIdType === 'username' && row.warnings.some(({ kind }) => mayBeNames.has(kind))) {
        evidence.addDoubtful(row.userIdType, row.userId);
      }
    }
    if (row.userIdType === 'phone') phones.add(row);
    const time = named.add(row);
    if (time === 'first') evidence.add(row.userIdType, row.userId);
    return time;
  }

  return {
    rows,
    addCall(call: PlannedCall): void {
      calls += 1;
      named.addCall(call);
      apps.add(call);
      onCall?.(call);
    },
    /** @returns for a valid row when its user was named before. */
    addRow(row: PlannedRow): ReturnType<typeof named.add> | undefined {
      rows.total += 1;
      if (row.valid) return addValid(row);
      if ('protectedAs' in row) rows.skipped += 1;
      else {
        rows.invalid += 1;
        problems.add(row.problems);
      }
      return undefined;
    },
    summary(): PlanSummary {
      const usersByApp = apps.usersByApp();
      for (const appId of apps.ids()) evidence.add('app_id', appId);
      return {
        rows: { ...rows, repeatingUser: named.repeatingRows },
        users: users.size,
        usersByType: named.byType,
        apps: usersByApp.length,
        usersByApp,
        repeated: named.repeated(),
        calls,
        callsByRow,
        problems: problems.first,
        problemCount: problems.count,
        problemGroups: problems.groups(),
        warnings: warnings.first,
        warningCount: warnings.count,
        warningGroups: warnings.groups(),
        phones: phones.summary(),
        evidence: evidence.judge(),
      };
    },
  };
}
