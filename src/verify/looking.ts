import type { Asked } from '../genauth/question.ts';
import { requestIdsOf, type Reply } from '../genauth/reply.ts';
import type { AttemptRecord } from '../journal/record.ts';
import type { CallReader } from '../plan/call-file.ts';
import type { Call } from '../plan/call.ts';
import type { Ask } from '../tenant/ask.ts';
import type { Checks } from './checks.ts';
import type { Pairs } from './pairs.ts';
import type { CheckRecord, Said } from './record.ts';
import type { ServerClock } from './server-clock.ts';

/** All that is at hand while sessions are looked for. */
export interface Looking {
  readonly calls: CallReader;
  readonly pairs: Pairs;
  readonly checks: Checks;
  /** Those that are looked for: the sample, and whoever was found without being in it. */
  isChosen(pair: number): boolean;
  /** Keeps an answer before anything rests on it. */
  append(record: CheckRecord): void;
  /** What was appended there. */
  recordAt(offset: number): CheckRecord | undefined;
  /** Of a call, in order. */
  attemptsOf(seq: number): readonly AttemptRecord[];
  readonly ask: Ask;
  readonly clock: ServerClock;
  /** Questions at once. */
  readonly atOnce: number;
  /** Ms since the epoch. */
  now(): number;
  /** The last word about a session was kept; of one that is kicked again, the first time. */
  readonly onAnswer?: (() => void) | undefined;
}

/** One user's session in one app. */
export interface Session {
  readonly pair: number;
  readonly call: Call;
  readonly place: number;
}

const inCapitals = /^(?=.*[A-F])[\dA-Fa-f]{24}$/;

type Named = Pick<Call, 'seq' | 'userId' | 'userIdType'>;

/** The plan names the user as GenAuth itself does. Whether capitals count in its IDs is not known: they are looked up, too. */
function isOwnId({ userId, userIdType }: Named): boolean {
  return userIdType === 'user_id' && !inCapitals.test(userId);
}

/** GenAuth's own ID of the user is known. */
export function isUserKnown(checks: Checks, call: Named): boolean {
  return checks.userRecord(call.seq) !== undefined || (isOwnId(call) && !checks.isUserUnknown(call.seq));
}

/** @returns GenAuth's own ID of the user; undefined where it is not known. */
export function userIdOf(
  { checks, recordAt }: Pick<Looking, 'checks' | 'recordAt'>,
  call: Named,
): string | undefined {
  const { seq, userId } = call;
  const at = checks.userRecord(seq);
  if (at === undefined) return isUserKnown(checks, call) ? userId : undefined;
  const record = recordAt(at);
  return record?.kind === 'user' && record.seq === seq ? record.userId : undefined;
}

/** What is kept of a reply; its words only where it gave no answer. */
export function saidBy({ reply, answer }: Asked<unknown>): Said {
  return {
    at: endOf(reply),
    requestIds: requestIdsOf(reply),
    ...(answer === undefined ? wordsOf(reply) : {}),
  };
}

function wordsOf({ statusCode, httpStatus, apiCode, errorCode, message }: Reply): Partial<Said> {
  return { statusCode: statusCode ?? httpStatus, apiCode, errorCode, message };
}

function endOf({ startedAt, durationMs }: Reply): number {
  return Math.round(startedAt + durationMs);
}

export function countOf(items: Iterable<unknown>): number {
  let count = 0;
  for (const _ of items) count += 1;
  return count;
}

/** It is looked for, and was not answered yet. */
export function isOpen({ checks, isChosen }: Pick<Looking, 'checks' | 'isChosen'>, pair: number): boolean {
  return isChosen(pair) && checks.answer(pair) === undefined;
}

export function countOpen(looking: Pick<Looking, 'checks' | 'pairs' | 'isChosen'>): number {
  let count = 0;
  for (let pair = 0; pair < looking.pairs.count; pair += 1) if (isOpen(looking, pair)) count += 1;
  return count;
}

/** Chosen sessions in the order of the plan, for as long as they are asked for. */
export function* chosenSessions(
  { calls, pairs, isChosen }: Pick<Looking, 'calls' | 'pairs' | 'isChosen'>,
  isWanted: (pair: number) => boolean,
): Generator<Session> {
  for (let seq = 1; seq <= calls.count; seq += 1) {
    const [first, end] = [pairs.first(seq), pairs.first(seq + 1)];
    let call: Call | undefined;
    for (let pair = first; pair < end; pair += 1) {
      if (!isChosen(pair) || !isWanted(pair)) continue;
      call ??= calls.read(seq);
      yield { pair, call, place: pair - first };
    }
  }
}

/**
 * Works on so many at once, taking the next when one is done.
 * @param work resolves to false when no more are to be taken. @returns false then.
 */
export async function atOnce<T>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<boolean>,
): Promise<boolean> {
  const iterator = items[Symbol.iterator]();
  let goesOn = true;
  async function worker(): Promise<void> {
    while (goesOn) {
      const next = iterator.next();
      if (next.done === true) return;
      try {
        if (!(await work(next.value))) goesOn = false;
      } catch (error) {
        goesOn = false;
        throw error;
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: most }, worker));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return goesOn;
}
