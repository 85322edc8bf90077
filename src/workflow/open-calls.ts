import type { EndedCalls } from '../events.ts';
import type { CallState } from '../journal/call-states.ts';
import type { JournalIndex } from '../journal/journal-index.ts';
import { openRecordReader } from '../journal/read-journal.ts';
import { placesIn, readMask, type AppMask } from '../plan/app-mask.ts';
import type { CallReader } from '../plan/call-file.ts';
import type { Call } from '../plan/call.ts';

/** How many calls a session has to make, and how the others have ended. */
export function countCalls(
  index: JournalIndex,
  retryFailed: boolean,
): { readonly open: number; readonly before: EndedCalls } {
  let open = 0;
  const before = { succeeded: 0, partial: 0, failed: 0, unknown: 0 };
  for (let seq = 1; seq <= index.calls; seq += 1) {
    if (index.isOpen(seq, retryFailed)) open += 1;
    else before[endOf(index.state(seq))] += 1;
  }
  return { open, before };
}

function endOf({ succeeded, partial, unanswered }: CallState): keyof EndedCalls {
  if (succeeded) return 'succeeded';
  if (partial) return 'partial';
  return unanswered ? 'unknown' : 'failed';
}

/** Calls by `seq`, both included. */
export interface CallRange {
  readonly from: number;
  readonly to: number;
}

/** So many are read at once, for what is sent between two batches. */
const batchCalls = 256;

/** The calls of a range that have not ended; those that have are not read. */
export async function* openCalls(
  calls: CallReader,
  index: JournalIndex,
  retryFailed: boolean,
  { from, to }: CallRange,
): AsyncGenerator<readonly Call[]> {
  let batch: Call[] = [];
  for (let seq = from; seq <= to; seq += 1) {
    if (!index.isOpen(seq, retryFailed)) continue;
    batch.push(calls.read(seq));
    if (batch.length < batchCalls) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The apps that former sessions found not to exist; none when what failed is to be tried again. */
export function missingApps(calls: CallReader, index: JournalIndex, retryFailed: boolean): Set<string> {
  const missing = new Set<string>();
  if (retryFailed) return missing;
  for (const [seq, masks] of index.missingApps) {
    const { appIds } = calls.read(seq);
    for (const place of masks.flatMap((mask) => placesIn(readMask(mask)))) missing.add(appIds[place] ?? '');
  }
  return missing;
}

/**
 * An open call from far on in what is left of the range: when one from there is refused, too, it is not because of users who stand
 * next to each other. See `Execution.farCall`.
 */
export function farCall(
  calls: CallReader,
  index: JournalIndex,
  retryFailed: boolean,
  range: CallRange,
  after: number,
  share: number,
): Call | undefined {
  const from = Math.max(range.from, after + 1 + Math.floor((range.to - after) * share));
  for (let seq = from; seq <= range.to; seq += 1) if (index.isOpen(seq, retryFailed)) return calls.read(seq);
  return undefined;
}

/**
 * The apps that former sessions left open, of a call that succeeded in part. Only such calls are looked up, so opening the file
 * for each is cheap enough.
 * @param last where the call's last record begins.
 */
export function readOpenApps(journalFile: string, last: number): AppMask | undefined {
  const reader = openRecordReader(journalFile);
  try {
    const { open } = reader.attempts(last).at(-1) ?? {};
    return open === undefined ? undefined : readMask(open);
  } finally {
    reader.close();
  }
}
