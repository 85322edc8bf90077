import type { Problem } from '../input/row.ts';
import type { AttemptRecord } from '../journal/record.ts';
import type { PlannedRow } from '../plan/planned-row.ts';
import { placeOf, seqOf } from '../plan/planner.ts';
import { isOpen, shareOf, type CallResult, type LastWord, type Share } from './call-result.ts';
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
  /** The last word was about an attempt that may have taken effect. */
  readonly isUnanswered: boolean;
  /** An app was left out, as another call had found that it does not exist. */
  readonly isLeftOut: boolean;
  readonly message: string;
  /** The row's apps that are not known to be signed out. */
  readonly failedAppIds: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

const noWord = {
  statusCode: undefined,
  apiCode: undefined,
  errorCode: undefined,
  isUnanswered: false,
  isLeftOut: false,
  message: '',
} as const;

const nothing = {
  ...noWord,
  isOpen: false,
  calls: 0,
  callsSucceeded: 0,
  attempts: 0,
  requestIds: [],
  startedAt: undefined,
  finishedAt: undefined,
} as const;

/**
 * @param positions for each of the row's apps its place in a call, as the planner gave it.
 * @param resultOf how a call ended.
 */
export function rowResult(
  row: PlannedRow,
  positions: readonly number[],
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
  const shares = sharesOf(positions, resultOf);
  const status = statusOf(shares);
  return {
    status,
    isOpen: shares.some(isOpenShare),
    calls: shares.length,
    callsSucceeded: shares.filter((share) => share.status === 'succeeded').length,
    attempts: shares.reduce((total, share) => total + share.attempts, 0),
    requestIds: requestIdsOf(shares),
    ...told(lastWordOf(shares, status)),
    failedAppIds: status === 'succeeded' ? [] : openAppIds(row.appIds, positions, resultOf),
    startedAt: earliest(shares),
    finishedAt: latest(shares),
  };
}

function describe({ column, message, repair }: Problem): string {
  return `${column}: ${message}${repair === undefined ? '' : ` Probably it was "${repair}".`}`;
}

/** By call, in the order in which the row's apps name them. */
function sharesOf(positions: readonly number[], resultOf: (seq: number) => CallResult): Share[] {
  const firstSeq = seqOf(positions[0] ?? 0);
  // Nearly every row is one call.
  if (positions.every((position) => seqOf(position) === firstSeq))
    return [shareOf(resultOf(firstSeq), positions)];
  const positionsBySeq = new Map<number, number[]>();
  for (const position of positions) {
    const known = positionsBySeq.get(seqOf(position));
    if (known === undefined) positionsBySeq.set(seqOf(position), [position]);
    else known.push(position);
  }
  return [...positionsBySeq].map(([seq, own]) => shareOf(resultOf(seq), own));
}

function openAppIds(
  appIds: readonly string[],
  positions: readonly number[],
  resultOf: (seq: number) => CallResult,
): string[] {
  return appIds.filter((_, number) => {
    const position = positions[number] ?? 0;
    return isOpen(resultOf(seqOf(position)), placeOf(position));
  });
}

/** From the calls that carry the row's apps, and only from those. A row that failed may be one that a plain `resume` goes on with. */
function statusOf(shares: readonly Share[]): RowStatus {
  const has = (status: Share['status']): boolean => shares.some((share) => share.status === status);
  if (shares.every((share) => share.status === 'succeeded')) return 'succeeded';
  if (has('succeeded') || has('partial')) return 'partial';
  if (has('unknown')) return 'unknown';
  return has('failed') ? 'failed' : 'not_attempted';
}

/** A plain `resume` goes on with it. */
function isOpenShare({ status, isFinal }: Share): boolean {
  return status !== 'succeeded' && !isFinal;
}

/** The latest word of those that made the row what it is: what was said about apps that are signed out explains nothing. */
function lastWordOf(shares: readonly Share[], status: RowStatus): LastWord {
  if (shares.length === 1) return shares[0]?.lastWord;
  const words = shares
    .filter((share) => share.status === status || (status === 'partial' && share.status !== 'succeeded'))
    .map(({ lastWord }) => lastWord);
  return words.reduce((last, word) => (endOf(word) >= endOf(last) ? word : last), undefined);
}

/** Milliseconds since the epoch; what has no time comes before all that has one, and nothing before that. */
function endOf(word: LastWord): number {
  if (word === undefined) return -1;
  return typeof word === 'string' ? 0 : word.startedAt + word.durationMs;
}

type Told = Pick<
  RowResult,
  'statusCode' | 'apiCode' | 'errorCode' | 'isUnanswered' | 'isLeftOut' | 'message'
>;

function told(word: LastWord): Told {
  switch (word) {
    case undefined:
      return noWord;
    case 'lost':
      return { ...noWord, message: 'It may have been sent, and no reply to it is on record.' };
    case 'left_out':
      return {
        ...noWord,
        isLeftOut: true,
        message: 'An app was left out, as GenAuth had refused it in another call.',
      };
    default:
      return toldBy(word);
  }
}

function toldBy(record: AttemptRecord): Told {
  const { apiCode, errorCode, unanswered, message } = record;
  return {
    statusCode: tellingStatus(record),
    apiCode,
    errorCode,
    isUnanswered: unanswered,
    isLeftOut: false,
    message: message ?? '',
  };
}

/** The body's, but for one that says 200 under an HTTP status that says otherwise. */
function tellingStatus({ statusCode, httpStatus }: AttemptRecord): number | undefined {
  const isContradicted = statusCode === 200 && httpStatus !== undefined && httpStatus >= 300;
  return isContradicted ? httpStatus : (statusCode ?? httpStatus);
}

/** Of all attempts, in order. */
function requestIdsOf(shares: readonly Share[]): string[] {
  const found: string[] = [];
  for (const { records } of shares) {
    for (const { requestId, otherRequestIds } of records) {
      if (requestId !== undefined) found.push(requestId);
      if (otherRequestIds !== undefined) found.push(...otherRequestIds);
    }
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
