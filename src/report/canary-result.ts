import type { JournalIndex } from '../journal/journal-index.ts';
import { openRecordReader } from '../journal/read-journal.ts';
import type { Canary } from '../survey/canary.ts';
import type { CallReader } from '../plan/call-file.ts';
import type { FiledRow } from '../plan/row-file.ts';
import { createAppPositions } from '../plan/app-positions.ts';
import type { Cause } from './cause.ts';
import { createCauses } from './causes.ts';
import { rowResult } from './row-result.ts';
import { createResults } from './write-reports.ts';

/** How the canary went. */
export interface CanaryResult extends Canary {
  readonly rows: { readonly total: number; readonly succeeded: number };
  /** Rows that did not succeed, by cause, the most frequent first. */
  readonly causes: readonly Cause[];
}

/** @param rows those of the canary's users; they may stand anywhere in the file. */
export async function canaryResult(
  canary: Canary,
  rows: AsyncIterable<readonly FiledRow[]>,
  calls: CallReader,
  index: JournalIndex,
  journalFile: string,
): Promise<CanaryResult> {
  const causes = createCauses();
  const counts = { total: 0, succeeded: 0 };
  const reader = openRecordReader(journalFile);
  const results = createResults(index, reader);
  const positionsOf = createAppPositions(calls);
  try {
    for await (const batch of rows) {
      for (const filed of batch) {
        const result = rowResult(filed.row, positionsOf(filed), results);
        counts.total += 1;
        if (result.status === 'succeeded') counts.succeeded += 1;
        causes.add(filed.row, result);
      }
    }
    return { ...canary, rows: counts, causes: causes.list() };
  } finally {
    reader.close();
  }
}
