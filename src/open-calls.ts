import type { JournalIndex } from './journal/journal-index.ts';
import { placesIn, readMask } from './plan/app-mask.ts';
import type { Call } from './plan/call.ts';
import type { PlannedRow } from './plan/planned-row.ts';
import { createPlanner } from './plan/planner.ts';

export function countOpen(index: JournalIndex, retryFailed: boolean): number {
  let open = 0;
  for (let seq = 1; seq <= index.calls; seq += 1) if (index.isOpen(seq, retryFailed)) open += 1;
  return open;
}

/** Calls by `seq`, both included. */
export interface CallRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The plan again, from the pinned copy, without the calls that have ended.
 * @param missingApps gets the apps that former sessions found not to exist, unless what failed is to be tried again.
 */
export async function* openCalls(
  batches: AsyncIterable<readonly PlannedRow[]>,
  index: JournalIndex,
  retryFailed: boolean,
  { from, to }: CallRange,
  missingApps: Set<string>,
): AsyncGenerator<readonly Call[]> {
  let calls: Call[] = [];
  let isPast = false;
  const planner = createPlanner((call) => {
    const masks = retryFailed ? undefined : index.missingApps.get(call.seq);
    for (const place of masks?.flatMap((mask) => placesIn(readMask(mask))) ?? []) {
      missingApps.add(call.appIds[place] ?? '');
    }
    isPast = call.seq >= to;
    if (call.seq >= from && call.seq <= to && index.isOpen(call.seq, retryFailed)) calls.push(call);
  });
  for await (const batch of batches) {
    for (const row of batch) if (row.valid) planner.add(row);
    if (calls.length > 0) yield calls;
    calls = [];
    if (isPast) return;
  }
  planner.end();
  if (calls.length > 0) yield calls;
}
