import type { JournalIndex } from '../journal/journal-index.ts';
import type { AttemptRecord } from '../journal/record.ts';
import { readMask, type AppMask } from '../plan/app-mask.ts';
import type { CallReader } from '../plan/call-file.ts';

/** Every user and app of the plan, numbered from 0 in its order: 3 bytes for each, and 4 for each call. */
export interface Pairs {
  /** All of the plan. */
  readonly count: number;
  /** Those of which GenAuth has said that they are signed out. */
  readonly said: number;
  isSaid(pair: number): boolean;
  /** The pair of a call's first app; of the call behind the last, how many there are. */
  first(seq: number): number;
  /** Those with a said pair; of a plan with very many apps the first ones only. */
  readonly appIds: readonly string[];
  /** Where the app of a said pair stands in `appIds`; -1 where it does not. */
  app(pair: number): number;
}

/** A plan of which each row has an app of its own must not fill the memory; two bytes name each. */
const maxApps = 10_000;

/** @param attemptsOf the attempts of a call, from where its last record begins. */
export function findPairs(
  calls: CallReader,
  index: JournalIndex,
  attemptsOf: (last: number) => readonly AttemptRecord[],
): Pairs {
  const firsts = new Uint32Array(calls.count + 2);
  let isSaid = new Uint8Array(calls.count);
  /** From 1; 0 is none. */
  let apps = new Uint16Array(calls.count);
  const numbers = new Map<string, number>();
  let count = 0;
  let said = 0;
  for (let seq = 1; seq <= calls.count; seq += 1) {
    const { appIds } = calls.read(seq);
    const { succeeded, partial, lastRecord } = index.state(seq);
    const open = !succeeded && partial && lastRecord !== undefined ? lastOpen(attemptsOf(lastRecord)) : 0n;
    firsts[seq] = count;
    if (count + appIds.length > isSaid.length) {
      const length = grownLength(isSaid.length, count + appIds.length);
      isSaid = grown(isSaid, new Uint8Array(length));
      apps = grown(apps, new Uint16Array(length));
    }
    for (const [place, appId] of appIds.entries()) {
      const isClosed = succeeded || (partial && !isIn(open, place));
      if (isClosed) {
        isSaid[count] = 1;
        said += 1;
        if (numbers.size < maxApps && !numbers.has(appId)) numbers.set(appId, numbers.size + 1);
        apps[count] = numbers.get(appId) ?? 0;
      }
      count += 1;
    }
  }
  firsts[calls.count + 1] = count;
  return {
    count,
    said,
    appIds: [...numbers.keys()],
    app: (pair) => (apps[pair] ?? 0) - 1,
    isSaid: (pair) => isSaid[pair] === 1,
    first: (seq) => firsts[seq] ?? 0,
  };
}

/** GenAuth has said that the call's user is signed out of one of its apps, or of several. */
export function hasSaid(pairs: Pick<Pairs, 'first' | 'isSaid'>, seq: number): boolean {
  for (let pair = pairs.first(seq); pair < pairs.first(seq + 1); pair += 1)
    if (pairs.isSaid(pair)) return true;
  return false;
}

/** By half, so that little stands empty in the end. */
function grownLength(length: number, least: number): number {
  return Math.max(Math.ceil(1.5 * length), least);
}

function grown<T extends Uint8Array | Uint16Array>(numbers: T, larger: T): T {
  larger.set(numbers);
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

/** The last time that GenAuth said of this app that it is signed out; ms since the epoch. */
export interface Kick {
  /** On the clock of the computer that sent it. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** On GenAuth's, cut to whole seconds. */
  readonly serverTimeMs?: number | undefined;
}

/** @param records of the call, in order. */
export function kickOf(records: readonly AttemptRecord[], place: number): Kick | undefined {
  return records.findLast(
    ({ verdict, apps }) => verdict === 'succeeded' && (apps === undefined || isIn(readMask(apps), place)),
  );
}
