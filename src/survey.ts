import type { Plan, OffboardEvent } from './events.ts';
import type { InputCopy } from './input/copy-input.ts';
import { openRows } from './input/read-rows.ts';
import type { PlanOptions } from './options.ts';
import type { Call } from './plan/call.ts';
import { createOddities } from './plan/oddities.ts';
import { summarizePlan } from './plan/plan-summary.ts';
import { createProtectedRows } from './plan/protected-rows.ts';
import { setProtectedApart, type PlannedRow, type PlannedRows } from './plan/planned-row.ts';
import { understood, type UnderstoodRow } from './plan/understood-row.ts';
import type { Protection } from './protection.ts';
import { refuseInterrupted } from './refusals.ts';

/**
 * The rows of a file as its plan takes them. Everything that plans a run's rows opens them here, before the first call, while
 * sending and for the report, so that all judge each row alike.
 * @param name how messages call the file.
 */
export async function openPlannedRows(
  file: string,
  name: string,
  plan: PlanOptions,
  protection: Protection | undefined,
): Promise<SurveyRows> {
  const { columns, encoding, userIdType, appIds } = plan;
  const rows = await openRows(file, { columns, encoding, defaults: { userIdType, appIds }, name });
  return { ...(protection === undefined ? rows : setProtectedApart(rows, protection.users)), protection };
}

export interface SurveyRows extends PlannedRows {
  /** What set the rows of protected users apart. */
  readonly protection: Protection | undefined;
}

/** What is listened to while a file is surveyed. */
export interface SurveyHooks {
  readonly onEvent?: ((event: OffboardEvent) => void) | undefined;
  readonly stopSignal?: AbortSignal | undefined;
}

const maxFirstRows = 5;

/** Reads and plans all rows, before the first call. */
export async function survey(
  rows: SurveyRows,
  name: string,
  pinned: InputCopy,
  hooks: SurveyHooks,
  onCall?: (call: Call) => void,
): Promise<Plan> {
  const { protection } = rows;
  const oddities = createOddities(rows.columns);
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
  const summary = await summarizePlan(watched(), onCall, (count) => {
    refuseInterrupted(hooks);
    hooks.onEvent?.({ type: 'checking', rows: count });
  });
  const { names, userId, userIdType, appIds } = rows.columns;
  const columns = {
    userId: names[userId] ?? '',
    userIdType: userIdType === undefined ? null : (names[userIdType] ?? ''),
    defaultUserIdType: rows.defaultUserIdType ?? null,
    appIds: appIds === undefined ? null : (names[appIds] ?? ''),
    others: names.filter((_, place) => ![userId, userIdType, appIds].includes(place)),
  };
  const plan = {
    input: { name, ...pinned },
    format: rows.format,
    columns,
    emptyRecords: rows.emptyRecords(),
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
    oddities: [protectedRows.oddity() ?? [], oddities.list()].flat(),
  };
  hooks.onEvent?.({ type: 'checked', plan });
  return plan;
}
