import { maxAppIds } from '../genauth/kick-users.ts';
import { createEvidenceCounts, mayBeNames, type Evidence } from '../input/evidence.ts';
import { prefixOf } from '../input/phone.ts';
import type { Problem, ValidRow } from '../input/row.ts';
import type { UserIdType } from '../input/user-id-type.ts';
import type { PlannedCall } from './call.ts';
import type { PlannedRow } from './planned-row.ts';
import { createGatheringPlanner, type Gathering } from './gather.ts';
import { createPlanner, type PlannerHooks } from './planner.ts';
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
  };
  /** Users in the valid rows, each once. */
  readonly users: number;
  readonly usersByType: Readonly<Partial<Record<UserIdType, number>>>;
  /** Different apps; counted up to {@link maxCountedApps}. */
  readonly apps: number;
  /** The apps counted, and how many users each is asked for. The most first. */
  readonly usersByApp: readonly { readonly appId: string; readonly users: number }[];
  /** Users named again after rows of others: all their rows are one. */
  readonly repeated: { readonly users: number; readonly first: readonly RepeatedUser[] };
  readonly calls: number;
  /** How many they would be if each row were sent by itself. */
  readonly callsByRow: number;
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
  /** Where first. */
  readonly firstLine: number;
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
  const { onCall, onRow = () => {}, onProgress, users = createUserSet(), gathering } = planning;
  const usersByType: Partial<Record<UserIdType, number>> = {};
  const apps = new Map<string, { users: number }>();
  const repeated: (Omit<RepeatedUser, 'firstLine'> & Partial<RepeatedUser>)[] = [];
  let repeatedUsers = 0;
  let former: ValidRow | undefined;
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const counts = { total: 0, valid: 0, invalid: 0, skipped: 0, repeatingUser: 0 };
  let calls = 0;
  let callsByRow = 0;
  const problemGroups = createProblemGroups();
  const warningGroups = createProblemGroups();
  const phones = createPhoneCounts();
  const counted = createEvidenceCounts();

  const hooks: PlannerHooks = {
    onRow,
    onCall(call) {
      calls += 1;
      if (repeated.length > 0) findFirstLine(call);
      for (const appId of call.appIds) {
        const app = apps.get(appId);
        if (app !== undefined) app.users += 1;
        else if (apps.size < maxCountedApps) apps.set(appId, { users: 1 });
      }
      onCall?.(call);
    },
  };

  /** One that none is found for was taken for another, see `createUserSet`. */
  function findFirstLine({ userId, userIdType, lines }: PlannedCall): void {
    const place = repeated.findIndex(
      (each) => each.firstLine === undefined && each.userId === userId && each.userIdType === userIdType,
    );
    const found = repeated[place];
    const [firstLine] = lines;
    if (found !== undefined && firstLine !== undefined) repeated[place] = { ...found, firstLine };
  }

  function keep(found: readonly Problem[], kept: Problem[], groups: typeof problemGroups): void {
    if (kept.length < maxKeptProblems) kept.push(...found.slice(0, maxKeptProblems - kept.length));
    for (const problem of found) groups.add(problem);
  }

  /** @returns whether the user seems to be named again after others. */
  function addUser(row: ValidRow): boolean {
    const { userId, userIdType, line } = row;
    if (former !== undefined && former.userId === userId && former.userIdType === userIdType) {
      counts.repeatingUser += 1;
      return false;
    }
    const time = users.add(userIdType, userId);
    if (time === 'first') {
      usersByType[userIdType] = (usersByType[userIdType] ?? 0) + 1;
      counted.add(userIdType, userId);
      return false;
    }
    counts.repeatingUser += 1;
    if (time === 'later') return true;
    repeatedUsers += 1;
    if (repeated.length < maxKeptRepeated) repeated.push({ userId, userIdType, line });
    return true;
  }

  /** @returns false when its user is named again after others, and rows are not gathered. */
  function addRow(row: PlannedRow): boolean {
    counts.total += 1;
    planner.add(row);
    if ('protectedAs' in row) {
      counts.skipped += 1;
      return true;
    }
    if (!row.valid) {
      counts.invalid += 1;
      keep(row.problems, problems, problemGroups);
      return true;
    }
    counts.valid += 1;
    callsByRow += Math.ceil(row.appIds.length / maxAppIds);
    if (row.warnings.length > 0) {
      keep(row.warnings, warnings, warningGroups);
      if (row.userIdType === 'username' && row.warnings.some(({ kind }) => mayBeNames.has(kind))) {
        counted.addDoubtful(row.userIdType, row.userId);
      }
    }
    if (row.userIdType === 'phone') phones.add(row);
    const returns = addUser(row);
    former = row;
    return !returns || gathering !== undefined;
  }

  const gatherer = gathering === undefined ? undefined : createGatheringPlanner(hooks, gathering);
  const planner = gatherer ?? createPlanner(hooks);
  try {
    for await (const batch of batches) {
      for (const row of batch) if (!addRow(row)) return undefined;
      onProgress?.(counts.total);
    }
    await planner.end();
  } finally {
    gatherer?.close();
  }
  for (const appId of apps.keys()) counted.add('app_id', appId);
  return {
    rows: counts,
    users: users.size,
    usersByType,
    apps: Math.min(apps.size, maxCountedApps),
    usersByApp: [...apps]
      .map(([appId, { users: of }]) => ({ appId, users: of }))
      .sort((a, b) => b.users - a.users),
    repeated: { users: repeatedUsers, first: repeated.filter(isFound) },
    calls,
    callsByRow,
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

function isFound(user: Partial<RepeatedUser>): user is RepeatedUser {
  return user.firstLine !== undefined && user.line !== undefined && user.firstLine < user.line;
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
