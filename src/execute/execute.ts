import pLimit from 'p-limit';

import type { KickUsersDto } from '../genauth/kick-users.ts';
import type { Reply } from '../genauth/reply.ts';
import { blamesServer, isForbidden, judge, mayHaveTakenEffect, type Verdict } from '../genauth/verdict.ts';
import { JournalError, type Journal } from '../journal/journal.ts';
import type { Call } from '../plan/call.ts';
import { digestOf } from '../plan/digest.ts';
import { createBreaker } from './breaker.ts';
import { systemClock, type Clock } from './clock.ts';
import { decide, type Next, type Tries } from './decide.ts';
import { createPacer, type Pace } from './pacer.ts';
import { createPauses } from './pauses.ts';
import { repeat } from './repeat.ts';
import type { Stop } from './stop.ts';

export interface Execution {
  /** The calls to make, in plan order, in batches of any size. Read only as far as there is room. */
  readonly calls: AsyncIterable<readonly Call[]>;
  /** Makes one attempt; must not reject. */
  readonly kickUsers: (dto: KickUsersDto) => Promise<Reply>;
  /** Gets new authorisation after an `unauthorized` reply; false when there is none to be had. */
  readonly renew: (reply: Reply) => Promise<boolean>;
  /** It has answered in GenAuth's form before, so that what does not is a fault and no other server. */
  readonly serverIsKnown: boolean;
  /** Its last session has begun. Every attempt is appended before anything else is done about it. */
  readonly journal: Journal;
  /** Attempts in flight at most. */
  readonly concurrency: number;
  /** Attempts per second at most; without it as fast as the tenant allows. */
  readonly rate?: number | undefined;
  /** Further attempts for a call that failed on its own account. */
  readonly retries: number;
  /** The run stops when for so long nothing was answered as it should. */
  readonly giveUpAfterMs: number;
  /** Aborting it means: no new attempts; those in flight end and are kept. */
  readonly stopSignal?: AbortSignal | undefined;
  readonly onAttempt?: (attempt: AttemptEvent) => void;
  /** Told when the server goes down, and when it is back. */
  readonly onServer?: (state: 'down' | 'back') => void;
  /** Gets, at the start, what tells how things stand whenever it is asked. */
  readonly onLive?: (live: () => Live) => void;
  readonly random?: () => number;
  readonly clock?: Clock;
}

/** How the execution stands at a moment, for whoever shows it. */
export interface Live extends Pace {
  /** For how long nothing has been answered as it should; 0 when all is well. */
  readonly downForMs: number;
  /** Calls that wait for another attempt. */
  readonly waiting: number;
}

export interface AttemptEvent {
  readonly call: Call;
  readonly verdict: Verdict;
  readonly reply: Reply;
  /** How the call ended; absent when another attempt follows, or none because the run stops. */
  readonly ended?: 'succeeded' | 'failed' | 'unknown';
}

export interface Executed {
  readonly stop: Stop | undefined;
  /** Calls that ended as `failed` although the stop shows that the failure was not theirs. */
  readonly reopened: readonly number[];
}

/** Calls that wait for another attempt hold no slot; so many may do so before reading pauses. */
const maxWaiting = 4096;
/** The run stops when so many users were refused with 403 and none succeeded. */
const maxForbiddenUsers = 5;
/** The run stops when so long after its first reply nothing has answered in GenAuth's form. */
const patienceMs = 6000;
/** A `Retry-After` up to this concerns its own call; a longer one all. */
const maxOwnWaitMs = 2000;

interface OpenCall {
  readonly call: Call;
  readonly dto: KickUsersDto;
  readonly digest: number;
  readonly tries: Tries;
  attempts: number;
  previous: number | undefined;
  /** Some attempt, in this session or before, may have taken effect without an answer. */
  unanswered: boolean;
  next: Next;
}

/**
 * Sends the calls under the limits and keeps every attempt in the journal. Resolves when nothing is in flight any more:
 * at the end of the calls, or early with the reason of the stop. Rejects only for a bug, or when reading the calls fails.
 */
export async function execute(execution: Execution): Promise<Executed> {
  const { journal, retries, stopSignal, onAttempt } = execution;
  const random = execution.random ?? Math.random;
  const clock = execution.clock ?? systemClock;
  const limit = pLimit(execution.concurrency);
  const pauses = createPauses(clock);
  const pacer = createPacer({ rate: execution.rate, clock });
  const breaker = createBreaker((state) => {
    if (state === 'back') pacer.restart();
    execution.onServer?.(state);
  }, clock);
  execution.onLive?.(() => ({
    ...pacer.pace,
    downForMs: breaker.downForMs(),
    waiting: openCalls - limit.activeCount - limit.pendingCount,
  }));

  let stop: Stop | undefined;
  let bug: { readonly error: unknown } | undefined;
  let openCalls = 0;
  let wake: (() => void) | undefined;
  let everAnswered = execution.serverIsKnown;
  let firstReplyAt: number | undefined;
  let everSucceeded = false;
  const forbidden = new Map<string, number[]>();

  function halt(reason: Stop | undefined): void {
    stop ??= reason;
    pauses.cancel();
    breaker.release();
    pacer.release();
    wake?.();
  }

  function isStopping(): boolean {
    return stop !== undefined || bug !== undefined;
  }

  function breakOff(error: unknown): void {
    if (error instanceof JournalError) {
      halt({ reason: 'journal', error });
    } else {
      bug ??= { error };
      halt(undefined);
    }
  }

  /** Resolves when a call has ended, an attempt has ended or the run stops. */
  function change(): Promise<void> {
    return new Promise((resolve) => {
      wake = () => {
        wake = undefined;
        resolve();
      };
    });
  }

  function isFull(): boolean {
    return (
      limit.activeCount + limit.pendingCount >= execution.concurrency ||
      openCalls >= maxWaiting + execution.concurrency
    );
  }

  /** Nothing has ever answered as GenAuth does: perhaps this is another host, and what it says is no verdict on a call. */
  function isStranger(reply: Reply): boolean {
    everAnswered ||= reply.genauthForm;
    if (everAnswered) return false;
    firstReplyAt ??= clock.now();
    if (clock.now() - firstReplyAt > patienceMs) halt({ reason: 'unreachable', reply });
    return true;
  }

  function watchForbidden(open: OpenCall, reply: Reply): void {
    if (everSucceeded || !isForbidden(reply)) return;
    const { seq, userId, userIdType } = open.call;
    const user = `${userIdType}:${userId}`;
    const seqs = forbidden.get(user) ?? [];
    forbidden.set(user, seqs);
    seqs.push(seq);
    if (forbidden.size >= maxForbiddenUsers) halt({ reason: 'forbidden', reply });
  }

  /** Tells pacer and breaker what came of it. @returns whether a failure counts against the call. */
  function learn(verdict: Verdict, reply: Reply, tries: Tries, sentAt: number): boolean {
    if (verdict !== 'transient' || !blamesServer(reply)) {
      breaker.up(sentAt);
      pacer.saw(verdict === 'throttled' ? 'throttled' : 'accepted', sentAt);
      return true;
    }
    const counts = breaker.down(tries, sentAt, openCalls);
    if (breaker.downForMs() > execution.giveUpAfterMs) halt({ reason: 'server_down', reply });
    return counts;
  }

  /** Decides, and writes it down in the same tick in which the reply is known. */
  function conclude(open: OpenCall, reply: Reply, sentAt: number): void {
    const { call, tries } = open;
    const stranger = isStranger(reply);
    const verdict = stranger ? 'transient' : judge(reply);
    const counts = !stranger && learn(verdict, reply, tries, sentAt);
    open.next = decide(verdict, reply, tries, counts, retries, random());
    const final = open.next.kind === 'ended';
    const unanswered = mayHaveTakenEffect(reply, verdict);
    open.unanswered ||= unanswered;
    open.attempts += 1;
    open.previous = journal.append({
      kind: 'attempt',
      seq: call.seq,
      attempt: open.attempts,
      digest: open.digest,
      ...(open.previous === undefined ? {} : { previous: open.previous }),
      verdict,
      final,
      unanswered,
      ...kept(reply),
    });
    if (verdict === 'succeeded') {
      everSucceeded = true;
      forbidden.clear();
    } else {
      watchForbidden(open, reply);
    }
    onAttempt?.({ call, verdict, reply, ...(final ? { ended: outcome(verdict, open.unanswered) } : {}) });
  }

  /** Waits until an attempt may be sent: the server is up, or wants a probe, and the pace allows it. */
  async function admission(): Promise<void> {
    for (;;) {
      const gate = isStopping() ? undefined : breaker.gate();
      if (gate !== undefined) await gate;
      const isProbe = breaker.isOpen;
      const turn = isStopping() ? undefined : pacer.turn();
      if (turn !== undefined) await turn;
      if (isStopping() || isProbe || !breaker.isOpen) return;
    }
  }

  async function attempt(open: OpenCall): Promise<void> {
    await admission();
    if (isStopping()) return;
    const sentAt = clock.now();
    const reply = await execution.kickUsers(open.dto);
    conclude(open, reply, sentAt);
    if ((reply.retryAfterMs ?? 0) > maxOwnWaitMs) pacer.pause(reply.retryAfterMs ?? 0);
  }

  /** @returns true when the call has ended, or will not be tried again in this session. */
  async function attemptInSlot(open: OpenCall): Promise<boolean> {
    await limit(attempt, open);
    wake?.();
    return open.next.kind === 'ended' || isStopping();
  }

  /** @returns false when the run stops instead. */
  async function prepareNext(next: Next): Promise<boolean> {
    switch (next.kind) {
      case 'again':
        await pauses.wait(next.waitMs);
        break;
      case 'renew':
        if (!(await execution.renew(next.reply))) halt({ reason: 'unauthorized', reply: next.reply });
        break;
      case 'stop':
        halt({ reason: 'fatal', reply: next.reply });
        break;
      case 'ended':
        return false;
    }
    return !isStopping();
  }

  async function carryOut(call: Call): Promise<void> {
    openCalls += 1;
    try {
      const state = openCall(call, journal);
      if (await attemptInSlot(state)) return;
      if (!(await prepareNext(state.next))) return;
      await repeat(
        () => attemptInSlot(state),
        () => prepareNext(state.next),
      );
    } catch (error) {
      breakOff(error);
    } finally {
      openCalls -= 1;
      wake?.();
    }
  }

  const interrupt = (): void => halt({ reason: 'interrupted' });
  stopSignal?.addEventListener('abort', interrupt, { once: true });
  if (stopSignal?.aborted) interrupt();
  try {
    for await (const batch of execution.calls) {
      for (const call of batch) {
        while (!isStopping() && isFull()) await change();
        if (isStopping()) break;
        const covering = journal.cover(call.seq);
        if (covering !== undefined) await covering;
        if (isStopping()) break;
        void carryOut(call);
      }
      if (isStopping()) break;
    }
  } catch (error) {
    breakOff(error);
  }
  while (openCalls > 0) await change();
  stopSignal?.removeEventListener('abort', interrupt);
  halt(undefined);
  if (bug !== undefined) throw bug.error;
  const reopened = stop?.reason === 'forbidden' ? [...forbidden.values()].flat() : [];
  return { stop, reopened };
}

function openCall(call: Call, journal: Journal): OpenCall {
  const before = journal.index.state(call.seq);
  return {
    call,
    dto: {
      appIds: call.appIds as string[],
      userId: call.userId,
      options: { userIdType: call.userIdType },
    },
    digest: digestOf(call),
    tries: { failures: 0, failuresInRow: 0, throttledInRow: 0, lastFailedAt: undefined },
    attempts: before.attempts,
    previous: before.lastRecord,
    unanswered: before.unanswered,
    next: { kind: 'again', waitMs: 0 },
  };
}

function outcome(verdict: Verdict, unanswered: boolean): 'succeeded' | 'failed' | 'unknown' {
  if (verdict === 'succeeded') return 'succeeded';
  return unanswered ? 'unknown' : 'failed';
}

/** What of a reply goes into the journal. */
function kept(reply: Reply) {
  const { httpStatus, statusCode, apiCode, requestId, message, errorCode, startedAt } = reply;
  return {
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(apiCode === undefined ? {} : { apiCode }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(message === undefined ? {} : { message }),
    ...(errorCode === undefined ? {} : { errorCode }),
    startedAt,
    durationMs: Math.round(reply.durationMs * 10) / 10,
  };
}
