import type { JournalIndex } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { readMask, type AppMask } from '../plan/app-mask.ts';
import type { CallReader } from '../plan/call-file.ts';

/** Every user and app of the plan, numbered from 0 in its order: a byte for each, and 4 for each call. */
export interface Pairs {
  /** All of the plan. */
  readonly count: number;
  /** Those of which GenAuth has said that they are signed out. */
  readonly said: number;
  isSaid(pair: number): boolean;
  /** The pair of a call's first app; of the call behind the last, how many there are. */
  first(seq: number): number;
  /** How many said pairs each app has; of a plan with very many apps the first ones only. */
  readonly byApp: ReadonlyMap<string, number>;
}

/** A plan of which each row has an app of its own must not fill the memory. */
const maxApps = 10_000;

/** @param attemptsOf the attempts of a call, from where its last record begins. */
export function findPairs(
  calls: CallReader,
  index: JournalIndex,
  attemptsOf: (last: number) => readonly AttemptRecord[],
): Pairs {
  const firsts = new Uint32Array(calls.count + 2);
  let isSaid = new Uint8Array(1024);
  const byApp = new Map<string, number>();
  let count = 0;
  let said = 0;
  for (let seq = 1; seq <= calls.count; seq += 1) {
    const { appIds } = calls.read(seq);
    const { succeeded, partial, lastRecord } = index.state(seq);
    const open = !succeeded && partial && lastRecord !== undefined ? lastOpen(attemptsOf(lastRecord)) : 0n;
    firsts[seq] = count;
    if (count + appIds.length > isSaid.length) isSaid = grown(isSaid, count + appIds.length);
    for (const [place, appId] of appIds.entries()) {
      const isClosed = succeeded || (partial && !isIn(open, place));
      if (isClosed) {
        isSaid[count] = 1;
        said += 1;
        if (byApp.has(appId) || byApp.size < maxApps) byApp.set(appId, (byApp.get(appId) ?? 0) + 1);
      }
      count += 1;
    }
  }
  firsts[calls.count + 1] = count;
  return {
    count,
    said,
    byApp,
    isSaid: (pair) => isSaid[pair] === 1,
    first: (seq) => firsts[seq] ?? 0,
  };
}

function grown(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(2 * bytes.length, least));
  larger.set(bytes);
  return larger;
}

/** Of a call of which some apps are signed out and no record says which, all may be open. */
function lastOpen(records: readonly AttemptRecord[]): AppMask {
  const open = records.findLast((record) => record.open !== undefined)?.open;
  return open === undefined ? -1n : readMask(open);
}

function isIn(mask: AppMask, place: number): boolean {
  return ((mask >> BigInt(place)) & 1n) === 1n;
}

/** The last time that GenAuth said of this app that it is signed out; ms since the epoch, on this computer's clock. */
export interface Kick {
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** @param records of the call, in order. */
export function kickOf(records: readonly AttemptRecord[], place: number): Kick | undefined {
  const record = records.findLast(
    ({ verdict, apps }) => verdict === 'succeeded' && (apps === undefined || isIn(readMask(apps), place)),
  );
  if (record === undefined) return undefined;
  return { startedAt: record.startedAt, finishedAt: record.startedAt + record.durationMs };
}
