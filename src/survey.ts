import { UserError } from './errors.ts';
import type { Plan, OffboardEvent } from './events.ts';
import type { Evidence } from './input/evidence.ts';
import { judgeCell } from './input/cell/judge-cell.ts';
import { isRefused } from './input/findings.ts';
import { visible } from './input/printable.ts';
import type { ProvenFile } from './input/proven-file.ts';
import { openRows } from './input/read-rows.ts';
import type { PlanOptions } from './options.ts';
import { findAppForms } from './plan/app-forms.ts';
import type { Call } from './plan/call.ts';
import { createCanarySearch } from './plan/canary.ts';
import { createOddities } from './plan/oddities.ts';
import { summarizePlan, type RepeatedUser } from './plan/plan-summary.ts';
import { createProtectedRows } from './plan/protected-rows.ts';
import { setProtectedApart, type PlannedRow, type PlannedRows } from './plan/planned-row.ts';
import { createUserSet } from './plan/user-set.ts';
import { understood, type UnderstoodRow } from './plan/understood-row.ts';
import type { Protection } from './protection.ts';
import { refuseInterrupted } from './refusals.ts';
import { appPlaceholder } from './settings/placeholders.ts';

/**
 * The rows of a file as its plan takes them. Everything that plans a run's rows opens them here, before the first call, while
 * sending and for the report, so that all judge each row alike.
 * @param name how messages call the file.
 */
export async function openPlannedRows(
  file: ProvenFile,
  name: string,
  plan: PlanOptions,
  { protection, evidence }: Judgement,
): Promise<SurveyRows> {
  const { columns, sheet, encoding, userIdType, appIds, phoneCountry, allowDamagedIds } = plan;
  refuseDamagedApps(appIds, allowDamagedIds, evidence);
  const defaults = { userIdType, appIds, phoneCountry, allowDamagedIds, evidence };
  const rows = await openRows(file, { columns, sheet, encoding, defaults, name });
  return { ...(protection === undefined ? rows : setProtectedApart(rows, protection.users)), protection };
}

/** By what rows are judged, the options aside. */
export interface Judgement {
  readonly protection?: Protection | undefined;
  /** What the file's survey found out; absent while it has not been surveyed. */
  readonly evidence?: Evidence | undefined;
}

export interface SurveyRows extends PlannedRows {
  /** What set the rows of protected users apart. */
  readonly protection: Protection | undefined;
}

/** Apps for all rows are typed or pasted, and what is pasted may come out of a spreadsheet, too. */
function refuseDamagedApps(
  appIds: readonly string[],
  allowDamagedIds: PlanOptions['allowDamagedIds'],
  evidence: Evidence | undefined,
): void {
  for (const appId of appIds) {
    const damage = judgeCell(appId, 'app_id', { evidence });
    if (damage === undefined || !isRefused(damage, appId, { allowDamagedIds })) continue;
    throw new UserError(`--app-ids names "${visible(appId)}", which ${damage.says}.`, {
      hint:
        damage.repair === undefined
          ? 'Copy the app ID from the GenAuth console.'
          : `It is probably "${visible(damage.repair)}".`,
      ways: [
        [
          '--app-ids',
          appIds.map((each) => (each === appId ? (damage.repair ?? appPlaceholder) : each)).join(','),
        ],
      ],
    });
  }
}

/** What is listened to while a file is surveyed. */
export interface SurveyHooks {
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  readonly stopSignal?: AbortSignal | undefined;
}

const maxFirstRows = 5;

/**
 * Surveys a file for the first time. Whether a short number has lost its zeros only the other IDs can tell, so where they
 * say so the file is read once more, with what they say; a file without suspicion is read once.
 */
export async function surveyFile(
  file: ProvenFile,
  input: Plan['input'],
  options: PlanOptions,
  protection: Protection | undefined,
  hooks: SurveyHooks,
  canaryUsers?: number,
): Promise<Plan> {
  const read = async (evidence?: Evidence): Promise<Plan> =>
    readPlan(
      await openPlannedRows(file, input.name, options, { protection, evidence }),
      input,
      hooks,
      canaryUsers,
    );
  let plan = await read();
  const { evidence } = plan;
  if (Object.keys(evidence).length > 0) plan = { ...(await read(evidence)), evidence };
  plan = await withFirstLines(plan, () =>
    openPlannedRows(file, input.name, options, { protection, evidence }),
  );
  hooks.onEvent?.({ type: 'checked', plan });
  return plan;
}

/** Reads and plans again the rows of a file that was surveyed before. @param open opens its rows, each time anew. */
export async function survey(
  open: () => Promise<SurveyRows>,
  input: Plan['input'],
  hooks: SurveyHooks,
  canaryUsers?: number,
  onCall: (call: Call) => void = () => {},
): Promise<Plan> {
  const plan = await withFirstLines(await readPlan(await open(), input, hooks, canaryUsers, onCall), open);
  hooks.onEvent?.({ type: 'checked', plan });
  return plan;
}

async function readPlan(
  rows: SurveyRows,
  input: Plan['input'],
  hooks: SurveyHooks,
  canaryUsers?: number,
  onCall: (call: Call) => void = () => {},
): Promise<Plan> {
  const canary = canaryUsers === undefined ? undefined : createCanarySearch(canaryUsers);
  const { protection } = rows;
  const users = createUserSet();
  const oddities = createOddities(rows.columns, users);
  const protectedRows = createProtectedRows(protection?.users.size ?? 0);
  const firstRows: UnderstoodRow[] = [];
  async function* watched(): AsyncGenerator<readonly PlannedRow[]> {
    for await (const batch of rows.batches) {
      for (const row of batch) {
        oddities.add(row);
        if ('protectedAs' in row) protectedRows.add(row);
        if (firstRows.length < maxFirstRows && row.valid) firstRows.push(understood(row));
      }
      yield batch;
    }
  }
  const summary = await summarizePlan(
    watched(),
    (call) => {
      canary?.add(call);
      onCall(call);
    },
    (count) => {
      refuseInterrupted(hooks);
      hooks.onEvent?.({ type: 'checking', rows: count });
    },
    users,
  );
  const { names, userId, userIdType, appIds } = rows.columns;
  const columns = {
    userId: names[userId] ?? '',
    userIdType: userIdType === undefined ? null : (names[userIdType] ?? ''),
    defaultUserIdType: rows.defaultUserIdType ?? null,
    appIds: appIds === undefined ? null : (names[appIds] ?? ''),
    others: names.filter((_, place) => ![userId, userIdType, appIds].includes(place)),
  };
  return {
    input,
    format: rows.format,
    columns,
    emptyRecords: rows.emptyRecords(),
    lines: rows.lines(),
    totalRows: rows.totalRows(),
    ...summary,
    firstRows,
    protect:
      protection === undefined
        ? null
        : {
            name: protection.name,
            sha256: protection.sha256,
            ids: protection.users.size,
            rows: protectedRows.named,
          },
    canary: canary?.found() ?? null,
    oddities: [findAppForms(summary) ?? [], protectedRows.oddity() ?? [], oddities.list()].flat(),
  };
}

async function withFirstLines(plan: Plan, open: () => Promise<SurveyRows>): Promise<Plan> {
  const { users, first } = plan.repeated;
  if (first.length === 0) return plan;
  return { ...plan, repeated: { users, first: await findFirstLines(await open(), first) } };
}

/**
 * Looks up where the users that are named in more than one place are named first, for which the file is read up to the last of them.
 * One that is not found was taken for another (see `createUserSet`), and is left out.
 */
async function findFirstLines(rows: SurveyRows, repeated: readonly RepeatedUser[]): Promise<RepeatedUser[]> {
  const wanted = new Map(repeated.map((user) => [`${user.userIdType} ${user.userId}`, user]));
  const found: RepeatedUser[] = [];
  for await (const batch of rows.batches) {
    for (const row of batch) {
      if (!row.valid) continue;
      const key = `${row.userIdType} ${row.userId}`;
      const user = wanted.get(key);
      if (user === undefined) continue;
      if (row.line < user.line) found.push({ ...user, firstLine: row.line });
      wanted.delete(key);
    }
    if (wanted.size === 0) break;
  }
  return found.sort((a, b) => a.line - b.line);
}
