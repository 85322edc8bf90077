import { exitCodes, UserError } from '../errors.ts';
import { openPinned, type Pin } from '../files/open-pinned.ts';
import type { ProvenFile } from '../files/proven-file.ts';
import { callChunkBytes, callsIn, createIndexedCallWriter, type CallFiles } from './call-file.ts';
import type { PlannedRow } from './planned-row.ts';
import type { PlannerHooks } from './planner.ts';
import { runFiles } from '../run-folder/run-files.ts';
import { createProvenWriter } from '../files/proven-writer.ts';
import { encodeRow, rowsIn, type RowFiles } from './row-file.ts';

/** All that a plan was written down in. */
export type PlanFiles = CallFiles & RowFiles;

/** What `run.json` keeps of each of them: it is read only as what it was. */
export type PlanPins = Readonly<Record<keyof PlanFiles, Pin>>;

const keys = ['calls', 'callIndex', 'rows', 'rowIndex'] as const satisfies (keyof PlanFiles)[];

/** Takes a plan as it is made. */
export interface PlanWriter extends PlannerHooks {
  /** Gets every row of the input, in order. */
  addRow(row: PlannedRow): void;
  /** All files are on the disk when this resolves. */
  finish(): Promise<PlanFiles>;
  /** Gives them up and deletes them; harmless after `finish`. */
  close(): void;
}

/** @throws {UserError} when a file cannot be written, as all of its functions do. */
export function createPlanWriter(folder: string): PlanWriter {
  const places = runFiles(folder);
  const calls = createIndexedCallWriter(places.calls, places.callIndex);
  const rows = createProvenWriter(places.rows);
  const rowIndex = createProvenWriter(places.rowIndex);
  return {
    onCall: (call) => calls.add(call),
    onRow: (firstSeq) => rowIndex.writeUInt32(firstSeq),
    addRow: (row) => rows.write(encodeRow(row)),
    async finish() {
      const written = await calls.finish();
      return { ...written, rows: await rows.finish(), rowIndex: await rowIndex.finish() };
    },
    close() {
      calls.close();
      rows.close();
      rowIndex.close();
    },
  };
}

export function pinsOf(files: PlanFiles): PlanPins {
  const pin = ({ size, sha256 }: ProvenFile): Pin => ({ size, sha256 });
  return {
    calls: pin(files.calls),
    callIndex: pin(files.callIndex),
    rows: pin(files.rows),
    rowIndex: pin(files.rowIndex),
  };
}

/**
 * The plan of a run, which may have stood in its folder for hours.
 * @throws {UserError} when a file of it is missing, cut or changed.
 */
export async function openPlan(
  folder: string,
  pins: PlanPins,
  of: { readonly calls: number; readonly rows: number },
): Promise<PlanFiles> {
  const files: Partial<Record<keyof PlanFiles, ProvenFile>> = {};
  for (const key of keys) {
    const isOfCalls = key === 'calls' || key === 'callIndex';
    const file = runFiles(folder)[key];
    const chunkBytes = isOfCalls ? callChunkBytes : undefined;
    files[key] = await openPinned(file, pins[key], 'which calls were made', chunkBytes);
  }
  const { calls, callIndex, rows, rowIndex } = files as PlanFiles;
  if (callsIn(callIndex.size) !== of.calls || rowsIn(rowIndex.size) !== of.rows) {
    throw new UserError(`The plan in ${folder} is not the one that run.json is about.`, {
      hint: 'Restore run.json and the files of the plan as they were.',
      exitCode: exitCodes.broken,
    });
  }
  return { calls, callIndex, rows, rowIndex };
}
