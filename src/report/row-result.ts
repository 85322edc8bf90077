import type { Problem } from '../input/row.ts';
import type { AttemptRecord } from '../journal/record.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { placeOf, seqOf } from '../plan/planner.ts';
import { isOpen, shareOf, type CallResult, type Share } from './call-result.ts';
import type { RowStatus } from './row-status.ts';

/** What the report says about a row. */
export interface RowResult {
  readonly status: RowStatus;
  /** The run has not ended for it: a plain `resume` tries again what did not succeed. */
  readonly isOpen: boolean;
  readonly calls: number;
  readonly callsSucceeded: number;
  readonly attempts: number;
  readonly requestIds: readonly string[];
  readonly statusCode: number | undefined;
  readonly apiCode: number | undefined;
  /** A connection's error code, where there was no reply. */
  readonly errorCode: string | undefined;
  readonly message: string;
  /** The row's apps that are not known to be signed out. */
  readonly failedAppIds: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

const nothing = {
  isOpen: false,
  calls: 0,
  callsSucceeded: 0,
  attempts: 0,
  requestIds: [],
  statusCode: undefined,
  apiCode: undefined,
  errorCode: undefined,
  startedAt: undefined,
  finishedAt: undefined,
} as const;

/**
 * @param slots for each of the row's apps its place in a call, as the planner gave it.
 * @param resultOf how a call ended.
 */
export function rowResult(
  row: PlannedRow,
  slots: readonly number[],
  resultOf: (seq: number) => CallResult,
): RowResult {
  if ('protectedAs' in row) {
    const message = `Never sent: the user stands in line ${row.protectedAs.line} of the --protect list`;
    return { ...nothing, status: 'skipped', message, failedAppIds: row.appIds };
  }
  if (!row.valid) {
    const message = row.problems.map(describe).join(' | ');
    return { ...nothing, status: 'invalid', message, failedAppIds: row.appIds };
  }
  const shares = sharesOf(slots, resultOf);
  const told = shares.find((share) => share.status !== 'succeeded') ?? shares.at(-1);
  const last = tellingRecord(told);
  const status = statusOf(shares);
  return {
    status,
    isOpen: shares.some((share) => share.status !== 'succeeded' && !share.isFinal),
    calls: shares.length,
    callsSucceeded: shares.filter((share) => share.status === 'succeeded').length,
    attempts: shares.reduce((total, share) => total + share.attempts, 0),
    requestIds: requestIdsOf(shares),
    statusCode: last?.statusCode ?? last?.httpStatus,
    apiCode: last?.apiCode,
    errorCode: last?.errorCode,
    message: messageOf(told, last),
    failedAppIds: status === 'succeeded' ? [] : openAppIds(row.appIds, slots, resultOf),
    startedAt: earliest(shares),
    finishedAt: latest(shares),
  };
}

function describe({ column, message, repair }: Problem): string {
  return `${column}: ${message}${repair === undefined ? '' : ` Probably it was "${repair}".`}`;
}

/** By call, in the order in which the row's apps name them. */
function sharesOf(slots: readonly number[], resultOf: (seq: number) => CallResult): Share[] {
  const firstSeq = seqOf(slots[0] ?? 0);
  // Nearly every row is one call.
  if (slots.every((slot) => seqOf(slot) === firstSeq)) return [shareOf(resultOf(firstSeq), slots)];
  const slotsBySeq = new Map<number, number[]>();
  for (const slot of slots) {
    const known = slotsBySeq.get(seqOf(slot));
    if (known === undefined) slotsBySeq.set(seqOf(slot), [slot]);
    else known.push(slot);
  }
  return [...slotsBySeq].map(([seq, own]) => shareOf(resultOf(seq), own));
}

function openAppIds(
  appIds: readonly string[],
  slots: readonly number[],
  resultOf: (seq: number) => CallResult,
): string[] {
  return appIds.filter((_, number) => {
    const slot = slots[number] ?? 0;
    return isOpen(resultOf(seqOf(slot)), placeOf(slot));
  });
}

/** `design.md`, section 6: from the calls that carry the row's apps, and only from those. */
function statusOf(shares: readonly Share[]): RowStatus {
  const has = (status: Share['status']): boolean => shares.some((share) => share.status === status);
  if (shares.every((share) => share.status === 'succeeded')) return 'succeeded';
  if (has('succeeded') || has('partial')) return 'partial';
  if (has('unknown')) return 'unknown';
  return has('failed') ? 'failed' : 'not_attempted';
}

/** The last reply; of a share that did not succeed as a whole, the last that was no success. */
function tellingRecord(share: Share | undefined): AttemptRecord | undefined {
  if (share?.status !== 'partial') return share?.records.at(-1);
  return share.records.findLast((record) => record.verdict !== 'succeeded');
}

function messageOf(share: Share | undefined, last: AttemptRecord | undefined): string {
  if (last !== undefined) return last.message ?? '';
  switch (share?.status) {
    case 'unknown':
      return 'It may have been sent, and no reply to it is on record.';
    case 'partial':
    case 'failed':
      return 'An app was left out, as GenAuth had refused it in another call.';
    case 'succeeded':
    case 'not_attempted':
    case undefined:
      return '';
  }
}

/** Of all attempts, in order. */
function requestIdsOf(shares: readonly Share[]): string[] {
  const found: string[] = [];
  for (const { records } of shares) {
    for (const { requestId } of records) if (requestId !== undefined) found.push(requestId);
  }
  return found;
}

function earliest(shares: readonly Share[]): number | undefined {
  let found: number | undefined;
  for (const { records } of shares) {
    const at = records[0]?.startedAt;
    if (at !== undefined && (found === undefined || at < found)) found = at;
  }
  return found;
}

function latest(shares: readonly Share[]): number | undefined {
  let found: number | undefined;
  for (const { records } of shares) {
    const last = records.at(-1);
    const at = last === undefined ? undefined : Math.round(last.startedAt + last.durationMs);
    if (at !== undefined && (found === undefined || at > found)) found = at;
  }
  return found;
}
