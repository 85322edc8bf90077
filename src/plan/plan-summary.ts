import { createEvidenceCounts, mayBeNames, type Evidence } from '../input/evidence.ts';
import { prefixOf } from '../input/phone.ts';
import type { Problem, ValidRow } from '../input/row.ts';
import type { UserIdType } from '../input/user-id-type.ts';
import type { Call } from './call.ts';
import type { PlannedRow } from './planned-row.ts';
import { createPlanner } from './planner.ts';
import { createProblemGroups, type ProblemGroup } from './problem-groups.ts';
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
    /** Those of them that follow a row of the same user: they become one with it. */
    readonly merged: number;
  };
  /** Users in the valid rows, each once. */
  readonly users: number;
  readonly usersByType: Readonly<Partial<Record<UserIdType, number>>>;
  /** Different apps; counted up to {@link maxCountedApps}. */
  readonly apps: number;
  /** The apps counted, and how many users each is asked for; a user named in two places counts in both. The most first. */
  readonly usersByApp: readonly { readonly appId: string; readonly users: number }[];
  /** Users named again after rows of others. */
  readonly repeated: { readonly users: number; readonly first: readonly RepeatedUser[] };
  readonly calls: number;
  /** In the order of the file, the first {@link maxKeptProblems}. */
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

/** A user whom the file names in more than one place. */
export interface RepeatedUser {
  readonly userId: string;
  readonly userIdType: UserIdType;
  /** Where the user is named again. */
  readonly line: number;
  /** Where first; absent until it is looked for. */
  readonly firstLine?: number;
}

/** How the phone numbers of the valid rows are written, and what becomes of that. */
export interface PhoneSummary {
  readonly rows: number;
  /** Rows by the prefix that the number has in the file, such as `+86`; `+` and `00` are those of other countries. */
  readonly prefixes: Readonly<Record<string, number>>;
  /** Rows whose number is sent without its prefix. */
  readonly stripped: number;
  /** The first that is stripped, else the first. */
  readonly first: { readonly line: number; readonly written: string; readonly sent: string };
}

/** Beyond so many apps only "more than" is said: memory must not grow with the file. */
export const maxCountedApps = 10_000;
const maxKeptProblems = 1000;
const maxKeptRepeated = 10;

/**
 * Reads all rows once and plans them.
 * @param onCall gets every call, in order of `seq`.
 * @param onProgress gets the number of rows so far, after each batch.
 * @param users to be counted in; none of them may have been added.
 */
export async function summarizePlan(
  batches: AsyncIterable<readonly PlannedRow[]>,
  onCall: (call: Call) => void = () => {},
  onProgress: (rows: number) => void = () => {},
  users: UserSet = createUserSet(),
): Promise<PlanSummary> {
  const usersByType: Partial<Record<UserIdType, number>> = {};
  const apps = new Map<string, { users: number }>();
  const repeated: RepeatedUser[] = [];
  let repeatedUsers = 0;
  let former: ValidRow | undefined;
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const counts = { total: 0, valid: 0, invalid: 0, skipped: 0, repeatingUser: 0, merged: 0 };
  let calls = 0;
  const problemGroups = createProblemGroups();
  const warningGroups = createProblemGroups();
  const phones = createPhoneCounts();
  const counted = createEvidenceCounts();

  const planner = createPlanner((call) => {
    calls += 1;
    for (const appId of call.appIds) {
      const app = apps.get(appId);
      if (app !== undefined) app.users += 1;
      else if (apps.size < maxCountedApps) apps.set(appId, { users: 1 });
    }
    onCall(call);
  });

  function keep(found: readonly Problem[], kept: Problem[], groups: typeof problemGroups): void {
    if (kept.length < maxKeptProblems) kept.push(...found.slice(0, maxKeptProblems - kept.length));
    for (const problem of found) groups.add(problem);
  }

  function addUser(row: ValidRow): void {
    const { userId, userIdType, line } = row;
    if (former !== undefined && former.userId === userId && former.userIdType === userIdType) {
      counts.repeatingUser += 1;
      counts.merged += 1;
      return;
    }
    const time = users.add(userIdType, userId);
    if (time === 'first') {
      usersByType[userIdType] = (usersByType[userIdType] ?? 0) + 1;
      counted.add(userIdType, userId);
      return;
    }
    counts.repeatingUser += 1;
    if (time === 'later') return;
    repeatedUsers += 1;
    if (repeated.length < maxKeptRepeated) repeated.push({ userId, userIdType, line });
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
        keep(row.problems, problems, problemGroups);
        continue;
      }
      counts.valid += 1;
      if (row.warnings.length > 0) {
        keep(row.warnings, warnings, warningGroups);
        if (row.userIdType === 'username' && row.warnings.some(({ kind }) => mayBeNames.has(kind))) {
          counted.addDoubtful(row.userIdType, row.userId);
        }
      }
      if (row.userIdType === 'phone') phones.add(row);
      addUser(row);
      planner.add(row);
      former = row;
    }
    onProgress(counts.total);
  }
  planner.end();
  for (const appId of apps.keys()) counted.add('app_id', appId);
  return {
    rows: counts,
    users: users.size,
    usersByType,
    apps: Math.min(apps.size, maxCountedApps),
    usersByApp: [...apps]
      .map(([appId, { users: of }]) => ({ appId, users: of }))
      .sort((a, b) => b.users - a.users),
    repeated: { users: repeatedUsers, first: repeated },
    calls,
    problems,
    problemCount: problemGroups.count,
    problemGroups: problemGroups.list(),
    warnings,
    warningCount: warningGroups.count,
    warningGroups: warningGroups.list(),
    phones: phones.summary(),
    evidence: counted.judge(),
  };
}

function createPhoneCounts() {
  const prefixes: Record<string, number> = {};
  let [rows, stripped] = [0, 0];
  let first: PhoneSummary['first'] | undefined;
  return {
    add({ line, userId, writtenUserId }: ValidRow): void {
      rows += 1;
      const written = writtenUserId ?? userId;
      const prefix = writtenUserId?.slice(0, -userId.length) ?? prefixOf(userId);
      if (prefix !== undefined) prefixes[prefix] = (prefixes[prefix] ?? 0) + 1;
      if (first === undefined || (stripped === 0 && writtenUserId !== undefined)) {
        first = { line, written, sent: userId };
      }
      if (writtenUserId !== undefined) stripped += 1;
    },
    summary: (): PhoneSummary | null => (first === undefined ? null : { rows, prefixes, stripped, first }),
  };
}
