import pLimit from 'p-limit';

import type { KickUsersDto } from '../genauth/kick-users.ts';
import type { Reply } from '../genauth/reply.ts';
import { blamesAnApp, blamesServer, judge, saysUnavailable, type Verdict } from '../genauth/verdict.ts';
import { JournalError, type Journal } from '../journal/journal.ts';
import type { AppMask } from '../plan/app-mask.ts';
import type { Call } from '../plan/call.ts';
import { createAppSearch } from './app-search.ts';
import { createBreaker } from './breaker.ts';
import { systemClock, type Clock } from './clock.ts';
import { decide, type Next, type Tries } from './decide.ts';
import {
  attemptRecord,
  leaveOutMissing,
  narrowDown,
  openCall,
  outcome,
  requestFor,
  type OpenCall,
} from './open-call.ts';
import { createPacer, type Pace } from './pacer.ts';
import { createPauses } from './pauses.ts';
import { repeat } from './repeat.ts';
import type { FailureCount } from './stop-failures.ts';
import { createStopRules } from './stop-rules.ts';
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
  /** The apps that former sessions left open, of a call that succeeded in part. @param last where its last record begins. */
  readonly openApps: (last: number) => AppMask | undefined;
  /** Apps that are known not to exist; those that are found are added. */
  readonly missingApps?: Set<string> | undefined;
  /** When the server has let this run's calls through: in this process, or in one before; else nobody knows yet. */
  readonly hasSucceeded?: 'now' | 'before' | undefined;
  /** Attempts in flight at most. */
  readonly concurrency: number;
  /** Attempts per second at most; without it as fast as the tenant allows. */
  readonly rate?: number | undefined;
  /** Further attempts for a call that failed on its own account. */
  readonly retries: number;
  /** The run stops when for so long nothing was answered as it should. */
  readonly giveUpAfterMs: number;
  /** Counts what fails, and stops the run when it is too much. */
  readonly failures?: FailureCount | undefined;
  /** Aborting it means: no new attempts; those in flight end and are kept. */
  readonly stopSignal?: AbortSignal | undefined;
  readonly onAttempt?: (attempt: AttemptEvent) => void;
  /** Told when the server goes down, and when it is back. */
  readonly onServer?: (state: 'down' | 'back') => void;
  /** Told once when this computer's clock is far from the server's; negative when it is behind. */
  readonly onClock?: (aheadMs: number) => void;
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
  readonly ended?: 'succeeded' | 'partial' | 'failed' | 'unknown';
}

export interface Executed {
  readonly stop: Stop | undefined;
  /** Calls that ended as `failed` although the stop shows that the failure was not theirs. */
  readonly reopened: readonly number[];
}

/** Clocks further apart than this are worth a word. */
const maxSkewMs = 60_000;
/** Calls that wait for another attempt hold no slot; so many may do so before reading pauses. */
const maxWaiting = 4096;
/** A `Retry-After` up to this concerns its own call; a longer one all. */
const maxOwnWaitMs = 2000;

function isLong({ retryAfterMs = 0 }: Reply): boolean {
  return retryAfterMs > maxOwnWaitMs;
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
  let isClockCompared = false;
  const search = createAppSearch(execution.missingApps);
  const rules = createStopRules(execution);

  function halt(reason: Stop | undefined): void {
    stop ??= reason;
    pauses.cancel();
    breaker.release();
    search.release();
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
      wake = resolve;
    });
  }

  function isFull(): boolean {
    return (
      limit.activeCount + limit.pendingCount >= execution.concurrency ||
      openCalls >= maxWaiting + execution.concurrency
    );
  }

  /** Tells pacer and breaker what came of it. @returns whether a failure counts against the call. */
  function learn(verdict: Verdict, reply: Reply, tries: Tries, sentAt: number): boolean {
    if (reply.rateLimit !== undefined) pacer.told(reply.rateLimit);
    if (verdict !== 'transient' || !blamesServer(reply)) {
      breaker.up(sentAt);
      pacer.saw(verdict === 'throttled' ? 'throttled' : 'accepted', sentAt);
      return true;
    }
    const counts = breaker.down(tries, sentAt, openCalls, saysUnavailable(reply));
    // Nothing is heard while a wait lasts that the server asked for, so it must not begin when it ends too late.
    const longMs = isLong(reply) ? (reply.retryAfterMs ?? 0) : 0;
    if (breaker.downForMs() + longMs > execution.giveUpAfterMs) halt({ reason: 'server_down', reply });
    return counts;
  }

  function compareClocks({ serverTimeMs, startedAt, durationMs }: Reply): void {
    if (isClockCompared || serverTimeMs === undefined) return;
    isClockCompared = true;
    const aheadMs = startedAt + durationMs - serverTimeMs;
    if (Math.abs(aheadMs) > maxSkewMs) execution.onClock?.(aheadMs);
  }

  /** Decides, and writes it down in the same tick in which the reply is known. */
  function conclude(open: OpenCall, received: Reply, sentAt: number): void {
    const { call, tries, parts } = open;
    const at = clock.now();
    const isStrange = rules.isStranger(received, at);
    // Who is perhaps no GenAuth at all has no say in how long a run waits.
    const reply = isStrange ? { ...received, retryAfterMs: 0 } : received;
    const verdict = isStrange ? 'transient' : judge(reply);
    const counts = !isStrange && learn(verdict, reply, tries, sentAt);
    const sent = parts?.current;
    const decided = decide(verdict, reply, tries, counts, retries, random());
    open.next = follow(open, reply, verdict, decided);
    const final = open.next.kind === 'ended';
    open.attempts += 1;
    const record = attemptRecord(open, reply, verdict, final, sent);
    open.unanswered ||= record.unanswered;
    open.partial ||= verdict === 'succeeded' && (open.parts?.open ?? 0n) !== 0n;
    open.previous = journal.append(record);
    if (journal.failure !== undefined) halt({ reason: 'journal', error: journal.failure });
    if (verdict === 'succeeded') rules.succeeded();
    else rules.refused(call, reply);
    compareClocks(reply);
    const ended = final ? { ended: outcome(open, verdict) } : {};
    onAttempt?.({ call, verdict, reply, ...ended });
    if (ended.ended !== undefined) rules.ended(ended.ended);
    const reason = rules.stop(at);
    if (reason !== undefined) halt(reason);
    if (isLong(reply)) pacer.pause(reply.retryAfterMs ?? 0);
  }

  /** A call that goes out in parts has not ended with one of them. */
  function follow(open: OpenCall, reply: Reply, verdict: Verdict, decided: Next): Next {
    if (verdict === 'rejected' && blamesAnApp(reply)) return narrowDown(open, search);
    if (verdict !== 'succeeded' || open.parts === undefined) return decided;
    open.parts.succeeded();
    return open.parts.current === undefined ? decided : { kind: 'again', waitMs: 0 };
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
    const { seq, appIds } = open.call;
    if (isStopping()) return;
    if (search.hold(seq, appIds) !== undefined) {
      breaker.giveBack();
      return;
    }
    leaveOutMissing(open, search);
    const sentAt = clock.now();
    const reply = await execution.kickUsers(requestFor(open));
    conclude(open, reply, sentAt);
  }

  /** A search for a bad app among this call's apps is under way: sending it now would be refused for that app. */
  function holdOf({ call }: OpenCall): Promise<void> | undefined {
    return isStopping() ? undefined : search.hold(call.seq, call.appIds);
  }

  /** @returns true when the call has ended, or will not be tried again in this session. */
  async function attemptInSlot(open: OpenCall): Promise<boolean> {
    for (let hold = holdOf(open); hold !== undefined; hold = holdOf(open)) await hold;
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
        halt({ reason: next.reply.forToken === true ? 'unauthorized' : 'fatal', reply: next.reply });
        break;
      case 'ended':
        return false;
    }
    return !isStopping();
  }

  async function carryOut(call: Call): Promise<void> {
    openCalls += 1;
    try {
      const before = journal.index.state(call.seq);
      const openBefore = before.partial ? execution.openApps(before.lastRecord ?? 0) : undefined;
      const state = openCall(call, before, openBefore);
      if (await attemptInSlot(state)) return;
      if (!(await prepareNext(state.next))) return;
      await repeat(
        () => attemptInSlot(state),
        () => prepareNext(state.next),
      );
    } catch (error) {
      breakOff(error);
    } finally {
      search.end(call.seq);
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
  const reopened = stop?.reason === 'forbidden' ? rules.forbiddenCalls() : [];
  return { stop, reopened };
}
