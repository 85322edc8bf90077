import type { JournalIndex } from '../journal/journal-index.ts';
import { openRecordReader } from '../journal/read-journal.ts';
import type { Canary } from '../plan/canary.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { createPlanner, seqOf } from '../plan/planner.ts';
import { createCauses, type Cause } from './causes.ts';
import { rowResult } from './row-result.ts';
import { createResults } from './write-reports.ts';

/** How the canary went. */
export interface CanaryResult extends Canary {
  readonly rows: { readonly total: number; readonly succeeded: number };
  /** Rows that did not succeed, by cause, the most frequent first. */
  readonly causes: readonly Cause[];
}

/** Reads no further than the canary's rows. @param rows all rows of the run, from the first on. */
export async function canaryResult(
  canary: Canary,
  rows: AsyncIterable<readonly PlannedRow[]>,
  index: JournalIndex,
  journalFile: string,
): Promise<CanaryResult> {
  const causes = createCauses();
  const counts = { total: 0, succeeded: 0 };
  const reader = openRecordReader(journalFile);
  const results = createResults(index, reader);
  const planner = createPlanner(() => {});

  /** @returns false for the first row that is not the canary's any more. */
  function add(row: PlannedRow): boolean {
    if (!row.valid) return true;
    const slots = planner.add(row);
    if (slots.some((slot) => seqOf(slot) > canary.calls)) return false;
    const result = rowResult(row, slots, results);
    counts.total += 1;
    if (result.status === 'succeeded') counts.succeeded += 1;
    causes.add(row, result);
    return true;
  }

  try {
    for await (const batch of rows) if (!batch.every(add)) break;
    return { ...canary, rows: counts, causes: causes.list() };
  } finally {
    reader.close();
  }
}
