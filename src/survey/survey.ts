import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';

import { exitCodes, UserError, refuseInterrupted } from '../errors.ts';
import type { Plan, SurveyEvent } from './plan.ts';
import type { Columns } from '../input/columns/columns.ts';
import type { Evidence } from '../input/cell/evidence.ts';
import { copyError, writeError } from '../files/disk-error.ts';
import type { ProvenFile } from '../files/proven-file.ts';
import { openRows } from '../input/read-rows.ts';
import type { PlanOptions } from '../settings/plan-options.ts';
import { createEmailForms } from './email-forms.ts';
import { createPhoneForms } from './phone-forms.ts';
import { createUserForms } from './user-forms.ts';
import type { KnownApps } from '../input/cell/known-apps.ts';
import { appsForAllRows } from './apps-for-all-rows.ts';
import { findAppForms } from './app-forms.ts';
import { createPlannedUsers, judgeUsers, odditiesOf, type KnownUsers } from './known-users.ts';
import { namedApps } from './named-apps.ts';
import { createCallWriter, type CallsWritten, type CallWriter } from '../plan/call-file.ts';
import { createCanarySearch } from './canary.ts';
import type { Gathering } from '../plan/gather.ts';
import { createOddities, type Oddity } from './oddities.ts';
import { summarizePlan } from './plan-summary.ts';
import { createPlanWriter, type PlanFiles, type PlanWriter } from '../plan/plan-files.ts';
import { createProtectedRows } from './protected-rows.ts';
import { type PlannedRow, type PlannedRows } from '../plan/planned-row.ts';
import { setProtectedApart } from './protected-users.ts';
import { createUserSet, type UserSet } from './user-set.ts';
import { sampleRow, type SampleRow } from './sample-row.ts';
import type { Protection } from './protection.ts';

/**
 * The rows of a file as its plan takes them.
 * @param name how messages call the file.
 */
export async function openPlannedRows(
  file: ProvenFile,
  name: string,
  plan: PlanOptions,
  { protection, evidence, knownApps, knownUsers }: Judgement,
): Promise<SurveyRows> {
  const { columns, sheet, encoding, delimiter, userIdType, phoneCountry, allowDamagedIds } = plan;
  const appIds = appsForAllRows(plan, { evidence, knownApps });
  const defaults = { userIdType, appIds, phoneCountry, allowDamagedIds, evidence, knownApps };
  const opened = await openRows(file, { columns, sheet, encoding, delimiter, defaults, name });
  const rows = knownUsers === undefined ? opened : judgeUsers(opened, knownUsers);
  const apart = protection === undefined ? rows : setProtectedApart(rows, protection.users, knownUsers);
  return { ...apart, protection };
}

/** By what rows are judged, the options aside. */
export interface Judgement {
  readonly protection?: Protection | undefined;
  /** What the file's survey found out; absent while it has not been surveyed. */
  readonly evidence?: Evidence | undefined;
  /** The user pool's apps; absent where nobody could say. */
  readonly knownApps?: KnownApps | undefined;
  /** Absent where they were not looked up. */
  readonly knownUsers?: KnownUsers | undefined;
}

export interface SurveyRows extends PlannedRows {
  /** What set the rows of protected users apart. */
  readonly protection: Protection | undefined;
}

/** What is listened to while a file is surveyed. */
export interface SurveyHooks {
  readonly onEvent?: ((event: SurveyEvent) => void) | undefined;
  readonly stopSignal?: AbortSignal | undefined;
}

const maxFirstRows = 5;

/** What came of a survey. */
export interface Surveyed {
  readonly plan: Plan;
  readonly columns: Columns;
}

/** What is surveyed. */
export interface Survey {
  readonly file: ProvenFile;
  readonly input: Plan['input'];
  readonly options: PlanOptions;
  readonly protection: Protection | undefined;
  readonly hooks: SurveyHooks;
  /** How many users are signed out first. */
  readonly canaryUsers?: number | undefined;
  /** What a survey before this one has found out. */
  readonly evidence?: Evidence | undefined;
  /** The user pool's apps; absent where nobody could say. */
  readonly knownApps?: KnownApps | undefined;
  /** Absent where they were not looked up. */
  readonly knownUsers?: KnownUsers | undefined;
}

/** Takes a plan as it is made. */
type Sink = { readonly [name in 'addRow' | 'onCall' | 'onRow']?: PlanWriter[name] | undefined };

/** Surveys a file, and writes nothing that stays. */
export async function surveyFile(survey: Survey): Promise<Surveyed> {
  const surveyed = await readUntilSure(survey, tmpdir(), scratchError, () => ({}));
  survey.hooks.onEvent?.({ type: 'checked', plan: surveyed.plan });
  return surveyed;
}

/** Surveys a file, and writes its plan down. @param folder the run folder. */
export async function planFile(
  survey: Survey,
  folder: string,
): Promise<Surveyed & { readonly files: PlanFiles }> {
  let writer: PlanWriter | undefined;
  try {
    const surveyed = await readUntilSure(survey, folder, copyError, () => {
      writer?.close();
      writer = createPlanWriter(folder);
      return writer;
    });
    if (writer === undefined) throw new Error('no plan was written');
    const files = await writer.finish();
    survey.hooks.onEvent?.({ type: 'checked', plan: surveyed.plan });
    return { ...surveyed, files };
  } finally {
    writer?.close();
  }
}

/** Surveys a file, and writes its calls into a new file. @returns what was written. */
export async function writeCallFile(survey: Survey, path: string): Promise<CallsWritten> {
  let writer: CallWriter | undefined;
  try {
    await readUntilSure(survey, tmpdir(), scratchError, () => {
      writer?.close();
      const made = createCallWriter(path, { isNew: true, told: writeError });
      writer = made;
      return { onCall: (call) => made.add(call) };
    });
    if (writer === undefined) throw new Error('no calls were written');
    return await writer.finish();
  } finally {
    writer?.close();
  }
}

export function scratchError(folder: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return new UserError(
    `Nothing can be written into ${folder} (${code}), and what a file says is kept there while it is read.`,
    {
      hint: 'Make room there, or name a folder on another disk in the environment variable TMPDIR.',
      exitCode: exitCodes.broken,
      cause: error,
    },
  );
}

/** A workbook is compressed, and its texts stand in it once. */
const sheetGrows = 10;

/**
 * Reads a file as often as it takes, which is the only time that its rows are judged. A file in which nobody is named again after others,
 * and of whose IDs none speaks against others, is read once. Whether a short number has lost its zeros only the other IDs can tell, so
 * where they say so it is read once more, with what they say.
 * @param scratch where a folder is made for rows that do not fit into the memory.
 * @param begin called before each reading.
 */
async function readUntilSure(
  survey: Survey,
  scratch: string,
  told: (folder: string, error: unknown) => unknown,
  begin: () => Sink,
): Promise<Surveyed> {
  const { file, input, options, protection, knownApps, knownUsers, hooks } = survey;
  let { evidence } = survey;
  let gathering: Gathering | undefined;
  for (;;) {
    const rows = await openPlannedRows(file, input.name, options, {
      protection,
      evidence,
      knownApps,
      knownUsers,
    });
    const plan = await readPlan(survey, rows, gathering, begin());
    if (plan === undefined) {
      const bytes = 'sheet' in rows.format ? sheetGrows * file.size : file.size;
      gathering = {
        folder: scratch,
        bytes,
        told,
        pause: async () => {
          await setImmediate();
          refuseInterrupted(hooks);
        },
      };
    } else if (evidence === undefined && Object.keys(plan.evidence).length > 0) {
      ({ evidence } = plan);
    } else {
      return { plan: { ...plan, evidence: evidence ?? plan.evidence }, columns: rows.columns };
    }
  }
}

/** @returns undefined when the rows have to be gathered. */
async function readPlan(
  { input, options, hooks, canaryUsers, knownApps, knownUsers }: Survey,
  rows: SurveyRows,
  gathering: Gathering | undefined,
  sink: Sink,
): Promise<Plan | undefined> {
  const canary = canaryUsers === undefined ? undefined : createCanarySearch(canaryUsers);
  const planned = knownUsers === undefined ? undefined : createPlannedUsers(knownUsers);
  const users = createUserSet();
  const watch = watchRows(rows, users, sink);
  const summary = await summarizePlan(watch.batches(), {
    users,
    gathering,
    onCall(call) {
      canary?.add(call);
      planned?.add(call);
      sink.onCall?.(call);
    },
    onRow: sink.onRow,
    onProgress(count) {
      refuseInterrupted(hooks);
      hooks.onEvent?.({ type: 'checking', rows: count });
    },
  });
  if (summary === undefined) return undefined;
  const lookedUp = planned?.counts() ?? null;
  return {
    input,
    format: rows.format,
    columns: columnsOf(rows),
    emptyRecords: rows.emptyRecords(),
    lines: rows.lines(),
    totalRows: rows.totalRows(),
    ...summary,
    ...namedApps(summary, knownApps, options),
    lookedUp,
    firstRows: watch.firstRows,
    protect: watch.protect(),
    canary: canary?.found() ?? null,
    oddities: [
      (knownApps === undefined ? findAppForms(summary, knownUsers !== undefined) : undefined) ?? [],
      odditiesOf(lookedUp ?? undefined, rows.protection !== undefined),
      watch.oddities(),
    ].flat(),
  };
}

/** Sees every row before it is planned. @param users to be marked; those that are counted. */
function watchRows(rows: SurveyRows, users: UserSet, sink: Sink) {
  const { protection } = rows;
  const oddities = createOddities(rows.columns, users);
  const protectedRows = createProtectedRows(protection?.users.size ?? 0);
  const forms = [createUserForms(), createPhoneForms(), createEmailForms()];
  const firstRows: SampleRow[] = [];
  return {
    firstRows,
    async *batches(): AsyncGenerator<readonly PlannedRow[]> {
      for await (const batch of rows.batches) {
        for (const row of batch) {
          sink.addRow?.(row);
          oddities.add(row);
          for (const each of forms) each.add(row);
          if ('protectedAs' in row) protectedRows.add(row);
          if (firstRows.length < maxFirstRows && row.valid) firstRows.push(sampleRow(row));
        }
        yield batch;
      }
    },
    protect(): Plan['protect'] {
      if (protection === undefined) return null;
      const { name, sha256, users: listed } = protection;
      return { name, sha256, ids: listed.size, rows: protectedRows.named };
    },
    oddities: (): Oddity[] =>
      [...forms.map((each) => each.oddity() ?? []), protectedRows.oddity() ?? [], oddities.list()].flat(),
  };
}

function columnsOf({ columns, defaultUserIdType }: SurveyRows): Plan['columns'] {
  const { names, userId, userIdType, appIds } = columns;
  return {
    userId: names[userId] ?? '',
    userIdType: userIdType === undefined ? null : (names[userIdType] ?? ''),
    defaultUserIdType: defaultUserIdType ?? null,
    appIds: appIds === undefined ? null : (names[appIds] ?? ''),
    others: names.filter((_, place) => ![userId, userIdType, appIds].includes(place)),
  };
}
