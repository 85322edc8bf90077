import type { EndedCalls } from './events.ts';
import type { CallState, JournalIndex } from './journal/journal-index.ts';
import { openRecordReader } from './journal/read-journal.ts';
import { placesIn, readMask, type AppMask } from './plan/app-mask.ts';
import type { Call } from './plan/call.ts';
import { digestOf } from './plan/digest.ts';
import type { PlannedRow } from './plan/planned-row.ts';
import { createPlanner } from './plan/planner.ts';
import { planDoesNotFit } from './report/write-reports.ts';
import { openRun, type Run } from './run-choices.ts';

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

/** @throws {UserError} when the journal has an attempt of this number that was about somebody or something else. */
export function refuseOtherCall(folder: string, index: JournalIndex, call: Call): void {
  const state = index.state(call.seq);
  if (state.attempts > 0 && state.digest !== digestOf(call)) throw planDoesNotFit(folder, call.seq);
}

/**
 * The plan again, from the pinned copy, without the calls that have ended. Throws at the first call that no longer fits the
 * journal, before it or any after it is handed out, and at the end of the rows when the plan has not as many calls as before.
 * @param missingApps gets the apps that former sessions found not to exist, unless what failed is to be tried again.
 */
export async function* openCalls(
  folder: string,
  batches: AsyncIterable<readonly PlannedRow[]>,
  index: JournalIndex,
  retryFailed: boolean,
  { from, to }: CallRange,
  missingApps: Set<string>,
): AsyncGenerator<readonly Call[]> {
  let calls: Call[] = [];
  let planned = 0;
  const planner = createPlanner((call) => {
    planned = call.seq;
    if (planned > index.calls) throw planDoesNotFit(folder, planned);
    refuseOtherCall(folder, index, call);
    const masks = retryFailed ? undefined : index.missingApps.get(call.seq);
    for (const place of masks?.flatMap((mask) => placesIn(readMask(mask))) ?? []) {
      missingApps.add(call.appIds[place] ?? '');
    }
    if (call.seq >= from && call.seq <= to && index.isOpen(call.seq, retryFailed)) calls.push(call);
  });
  for await (const batch of batches) {
    for (const row of batch) if (row.valid) planner.add(row);
    if (calls.length > 0) yield calls;
    calls = [];
    if (planned >= to && to < index.calls) return;
  }
  planner.end();
  if (planned < index.calls) throw planDoesNotFit(folder, planned + 1);
  if (calls.length > 0) yield calls;
}

/**
 * An open call from far on in what is left of the range: when one from there is refused, too, it is not because of users who stand
 * next to each other. Reads the pinned copy again as far as that. See `Execution.farCall`.
 */
export async function farCall(
  folder: string,
  run: Run,
  index: JournalIndex,
  retryFailed: boolean,
  range: CallRange,
  after: number,
  share: number,
): Promise<Call | undefined> {
  const last = Math.min(range.to, index.calls);
  const from = Math.max(range.from, after + 1 + Math.floor((last - after) * share));
  const rows = await openRun(folder, run);
  try {
    const far = { from, to: range.to };
    for await (const calls of openCalls(folder, rows.batches, index, retryFailed, far, new Set()))
      return calls[0];
    return undefined;
  } finally {
    await rows.close();
  }
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
