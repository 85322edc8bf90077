import type { FileHandle } from 'node:fs/promises';

import { exitCodes, UserError } from '../errors.ts';
import type { Columns } from '../input/columns/columns.ts';
import { inactive } from '../printable.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import { openRecordReader, type RecordReader } from '../journal/read-journal.ts';
import type { Timeline } from '../journal/timeline.ts';
import type { Replacements } from '../files/replacement.ts';
import { runFileNames as names } from '../run-folder/run-files.ts';
import type { CallReader } from '../plan/call-file.ts';
import type { FiledRow } from '../plan/row-file.ts';
import { createAppPositions } from '../plan/app-positions.ts';
import { placeOf, seqOf } from '../plan/planner.ts';
import { verificationOf, worstOf } from '../verify/verification-of.ts';
import { settleCall, statusOf, type CallResult } from './call-result.ts';
import { createCauses } from './causes.ts';
import { tablesOf, type SettledRow } from './report-tables.ts';
import { rowResult, type RowResult } from './row-result.ts';
import { rowStatuses, type RowStatus } from './row-status.ts';
import { summarize } from './summarize.ts';
import type { Summary } from './summary.ts';
import { verificationHeader, verificationRecords, type Verified } from './verification-columns.ts';
import { csvInto } from './write-csv.ts';

/** What a report consists of. */
export const reportFiles = [
  names.report,
  names.retry,
  names.invalid,
  names.summary,
  names.page,
  names.verification,
];

/** The report in another form, made of the same rows. */
export interface Page {
  /** Gets all rows, in order. */
  add(rows: readonly SettledRow[]): void;
  /** @param handle of a file that is empty, and that somebody else puts in its place. */
  write(handle: FileHandle, summary: Summary, timeline: Timeline): Promise<void>;
}

export interface ReportSource {
  /** The run folder. */
  readonly folder: string;
  /** Opened before the journal was read, so that nothing newer can be replaced. */
  readonly files: Replacements<(typeof reportFiles)[number]>;
  readonly input: Summary['input'];
  readonly host: string | undefined;
  /** How many rows the input has, as counted before the first call. */
  readonly rowCount: number;
  readonly columns: Columns;
  /** As they were judged before the first call. */
  readonly rows: AsyncIterable<readonly FiledRow[]>;
  readonly callReader: CallReader;
  readonly index: JournalIndex;
  /** Undefined when there is none yet. */
  readonly journalFile: string | undefined;
  /** What GenAuth said of the users; absent where they were not looked up. */
  readonly lookedUp?: Summary['lookedUp'] | undefined;
  readonly flags?: FileFlags | undefined;
  /** Undefined where sessions were never looked for. */
  readonly verified?: Verified | undefined;
  /** Undefined where there shall be none. */
  readonly page?: Page | undefined;
}

/** Which flags of `run` the files need that it is to read again; by default none. */
interface FileFlags {
  /** Of the retry file, as it is. */
  ofRetry(file: string): Promise<readonly string[]>;
  /** Of the rows to mend, once they are. */
  readonly ofInvalid: readonly string[];
}

/**
 * Writes `report.csv`, `retry.csv`, `invalid.csv` where rows are, `summary.json` and the page, in memory that does not grow with the
 * input: each row finds its calls in the plan, and their attempts through the index. Throws when rows and statuses do not add up.
 * @returns undefined when somebody else has put newer ones in their place meanwhile.
 */
export async function writeReports(source: ReportSource): Promise<Summary | undefined> {
  const { folder, files, index } = source;
  const counts = Object.fromEntries(rowStatuses.map((status) => [status, 0])) as Record<RowStatus, number>;
  const causes = createCauses();
  const reader = source.journalFile === undefined ? undefined : openRecordReader(source.journalFile);
  const results = createResults(index, reader);
  const positionsOf = createAppPositions(source.callReader);

  function settle(filed: FiledRow): SettledRow {
    const { row } = filed;
    const positions = positionsOf(filed);
    const result = rowResult(row, positions, results);
    counts[result.status] += 1;
    causes.add(row, result);
    return [row, result, verifiedAs(source.verified, result, positions)];
  }

  try {
    await writeTables(source, settle);
    await writeVerification(source);
    const total = rowStatuses.reduce((sum, status) => sum + counts[status], 0);
    if (total !== source.rowCount) throw rowsDoNotAddUp(folder, total, source.rowCount);
    if (counts.invalid === 0) await files.leaveOut(names.invalid);
    const rows = { total, ...counts };
    const flags = await flagsFor(source, rows);
    const { verified } = source;
    const verification =
      verified === undefined ? null : (verificationOf(verified.checks, verified.pairs) ?? null);
    const { input, host, lookedUp = null } = source;
    const summary = summarize(
      { input, host, rows, causes: causes.list(), lookedUp, flags, verification },
      { planned: index.calls, ...countCalls(index) },
      index,
    );
    await files.handle(names.summary).writeFile(`${inactive(JSON.stringify(summary, undefined, 2))}\n`);
    await writePage(source, summary);
    return (await files.finish()) ? summary : undefined;
  } finally {
    reader?.close();
  }
}

async function writeTables(
  { files, columns, rows, verified, page }: ReportSource,
  settle: (filed: FiledRow) => SettledRow,
): Promise<void> {
  const tables = tablesOf(columns, verified !== undefined).map((table) => ({
    table,
    csv: csvInto(files.handle(table.name), table),
  }));
  for (const { table, csv } of tables) await csv.write([table.header]);
  for await (const batch of rows) {
    const settled = batch.map(settle);
    for (const { table, csv } of tables) await csv.write(table.records(settled));
    page?.add(settled);
  }
  for (const { csv } of tables) await csv.finish();
}

/** Of a row that GenAuth said to be signed out the worst that was seen of its sessions; of others nothing is claimed. */
function verifiedAs(
  verified: Verified | undefined,
  { status }: RowResult,
  positions: readonly number[],
): SettledRow[2] {
  if (verified === undefined) return undefined;
  if (status !== 'succeeded') return '';
  const { pairs, checks } = verified;
  const states = positions.map((position) => checks.state(pairs.first(seqOf(position)) + placeOf(position)));
  return worstOf(states) ?? '';
}

async function writeVerification({ files, verified, callReader }: ReportSource): Promise<void> {
  if (verified === undefined) {
    await files.leaveOut(names.verification);
    return;
  }
  const csv = csvInto(files.handle(names.verification), { forSpreadsheets: true });
  await csv.write([verificationHeader]);
  for (const records of verificationRecords(verified, callReader)) await csv.write(records);
  await csv.finish();
}

async function writePage({ files, page, index }: ReportSource, summary: Summary): Promise<void> {
  if (page === undefined) await files.leaveOut(names.page);
  else await page.write(files.handle(names.page), summary, index.timeline());
}

/** An empty file needs none. */
async function flagsFor({ files, flags }: ReportSource, rows: Summary['rows']): Promise<Summary['flags']> {
  const isRetried = rows.partial + rows.failed + rows.unknown + rows.not_attempted > 0;
  return {
    retry: (isRetried ? await flags?.ofRetry(files.partial(names.retry)) : undefined) ?? [],
    invalid: (rows.invalid > 0 ? flags?.ofInvalid : undefined) ?? [],
  };
}

function countCalls(index: JournalIndex): Record<CallResult['status'], number> {
  const counts = { succeeded: 0, partial: 0, failed: 0, unknown: 0, not_attempted: 0 };
  for (let seq = 1; seq <= index.calls; seq += 1) counts[statusOf(index.state(seq))] += 1;
  return counts;
}

/** Enough for the rows of a user that follow each other. */
const places = 256;

/**
 * Rows of one user share calls, and mostly rows come in the order of their calls: the last results are worth keeping. In an array and
 * not in a Map: tables that a Map has outgrown held on to 220 bytes a row until the next great garbage collection.
 */
export function createResults(
  index: JournalIndex,
  reader: RecordReader | undefined,
): (seq: number) => CallResult {
  const recent: { readonly seq: number; readonly result: CallResult }[] = [];
  return (seq) => {
    const known = recent[seq % places];
    if (known?.seq === seq) return known.result;
    const state = index.state(seq);
    const records = state.lastRecord === undefined ? [] : (reader?.attempts(state.lastRecord) ?? []);
    const result = settleCall(state, records);
    recent[seq % places] = { seq, result };
    return result;
  };
}

function rowsDoNotAddUp(folder: string, found: number, expected: number): UserError {
  return new UserError(
    `The report in ${folder} does not add up: ${found} rows, and the input has ${expected}.`,
    {
      hint: 'Do not rely on this report. Keep the folder and report this as a bug.',
      exitCode: exitCodes.broken,
    },
  );
}
