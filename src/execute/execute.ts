import pLimit from 'p-limit';

import type { Reply } from '../genauth/reply.ts';
import { blamesAnApp, blamesServer, judge, saysUnavailable, type Verdict } from '../genauth/verdict.ts';
import { JournalError } from '../journal/journal.ts';
import type { Call } from '../plan/call.ts';
import { createAppSearch } from './app-search.ts';
import { createBreaker } from './breaker.ts';
import { createCallSource } from './call-source.ts';
import { systemClock } from './clock.ts';
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
import type { Executed, Execution } from './execution.ts';
import { createPacer } from './pacer.ts';
import { createPauses } from './pauses.ts';
import { repeat } from './repeat.ts';
import { createStopRules } from './stop-rules.ts';
import type { Stop } from './stop.ts';

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
    waiting,
  }));

  let stop: Stop | undefined;
  let bug: { readonly error: unknown } | undefined;
  /** Calls that were taken and have not ended, and those of them that wait for another attempt. */
  let openCalls = 0;
  let waiting = 0;
  /** What has a slot or queues for one: who takes calls, and further attempts. */
  let takers = 0;
  let retrying = 0;
  let wake: (() => void) | undefined;
  let isClockCompared = false;
  const source = createCallSource(execution.calls, journal.cover);
  const search = createAppSearch(execution.missingApps);
  const rules = createStopRules(execution);

  function halt(reason: Stop | undefined): void {
    stop ??= reason;
    pauses.cancel();
    breaker.release();
    search.release();
    pacer.release();
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

  /** Tells pacer and breaker what came of it. @returns whether a failure counts against the call. */
  function learn(verdict: Verdict, reply: Reply, tries: Tries, sentAt: number, at: number): boolean {
    if (reply.rateLimit !== undefined) pacer.told(reply.rateLimit);
    if (verdict !== 'transient' || !blamesServer(reply)) {
      breaker.up(sentAt, at);
      pacer.saw(verdict === 'throttled' ? 'throttled' : 'accepted', sentAt, at);
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
    const counts = !isStrange && learn(verdict, reply, tries, sentAt, at);
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
    const ended = final ? outcome(open, verdict) : undefined;
    onAttempt?.({ type: 'attempt', call, verdict, reply, ended });
    if (ended !== undefined) rules.ended(ended);
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
    if (isStopping()) return;
    // Mostly nothing is in the way, and a promise for it would be one too many for each call.
    if (breaker.isOpen || !pacer.tryTurn()) await admission();
    if (isStopping()) return;
    const { seq, appIds } = open.call;
    if (search.hold(seq, appIds) !== undefined) {
      breaker.giveBack();
      return;
    }
    leaveOutMissing(open, search);
    const sentAt = clock.now();
    const reply = await execution.kickUsers(requestFor(open));
    conclude(open, reply, sentAt);
  }

  /** The call has ended, or will not be tried again in this session. */
  function isOver({ next }: OpenCall): boolean {
    return next.kind === 'ended' || isStopping();
  }

  /** A search for a bad app among this call's apps is under way: sending it now would be refused for that app. */
  function holdOf({ call }: OpenCall): Promise<void> | undefined {
    return isStopping() ? undefined : search.hold(call.seq, call.appIds);
  }

  /** @returns whether it is over then. */
  async function attemptInSlot(open: OpenCall): Promise<boolean> {
    for (let hold = holdOf(open); hold !== undefined; hold = holdOf(open)) await hold;
    waiting -= 1;
    retrying += 1;
    try {
      await limit(attempt, open);
    } finally {
      waiting += 1;
      retrying -= 1;
    }
    takeMore();
    return isOver(open);
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

  function end({ call }: OpenCall): void {
    search.end(call.seq);
    openCalls -= 1;
    takeMore();
  }

  /** What the first attempt has left open. */
  async function carryOn(open: OpenCall): Promise<void> {
    waiting += 1;
    try {
      if (await prepareNext(open.next)) {
        await repeat(
          () => attemptInSlot(open),
          () => prepareNext(open.next),
        );
      }
    } catch (error) {
      breakOff(error);
    } finally {
      waiting -= 1;
      end(open);
    }
  }

  function begin(call: Call): OpenCall {
    const before = journal.index.state(call.seq);
    const openBefore = before.partial ? execution.openApps(before.lastRecord ?? 0) : undefined;
    openCalls += 1;
    return openCall(call, before, openBefore);
  }

  /** @param slots how many takers and further attempts there would be. @returns whether that leaves nobody without a slot, and memory for more calls. */
  function hasRoom(slots: number): boolean {
    return slots <= execution.concurrency && waiting < maxWaiting;
  }

  /**
   * Takes calls, one after the other, and makes the first attempt of each, as long as its slot is needed for nothing else.
   * @returns what is to be waited for before more can be taken; in an object, so that the slot does not wait for it, too.
   */
  async function take(): Promise<{ readonly ready: Promise<void> } | undefined> {
    while (!isStopping() && hasRoom(takers + retrying)) {
      const taken = source.take();
      if (taken === undefined) return undefined;
      if (taken instanceof Promise) return { ready: taken };
      takeMore();
      const open = begin(taken);
      try {
        if (holdOf(open) === undefined) await attempt(open);
      } catch (error) {
        breakOff(error);
      }
      if (isOver(open)) end(open);
      else void carryOn(open);
    }
    return undefined;
  }

  async function takeInSlot(): Promise<void> {
    takers += 1;
    try {
      const left = await limit(take);
      await left?.ready;
    } catch (error) {
      breakOff(error);
    }
    takers -= 1;
    takeMore();
  }

  /** To be called whenever there may be room for another taker. One at a time, as each that gets a call brings in the next. */
  function takeMore(): void {
    if (!isStopping() && !source.isAtEnd && hasRoom(takers + retrying + 1)) void takeInSlot();
    if (takers === 0 && openCalls === 0) wake?.();
  }

  const interrupt = (): void => halt({ reason: 'interrupted' });
  stopSignal?.addEventListener('abort', interrupt, { once: true });
  if (stopSignal?.aborted) interrupt();
  await new Promise<void>((resolve) => {
    wake = resolve;
    takeMore();
  });
  await source.close().catch(breakOff);
  stopSignal?.removeEventListener('abort', interrupt);
  halt(undefined);
  if (bug !== undefined) throw bug.error;
  const reopened = stop?.reason === 'forbidden' ? rules.forbiddenCalls() : [];
  return { stop, reopened };
}
