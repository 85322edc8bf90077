import pRetry from 'p-retry';

import type { Reply } from '../genauth/reply.ts';
import { isRefusal, judge } from '../genauth/verdict.ts';
import type { Call } from '../plan/call.ts';
import { endSearch, hold } from './app-search.ts';
import { afterWait, answered, go, longWaitLookMs } from './core.ts';
import { newTries } from './next-attempt.ts';
import {
  afterPart,
  recordOf,
  keyFor,
  makeReady,
  openCall,
  outcome,
  partOf,
  requestFor,
  type OpenCall,
} from './open-call.ts';
import { breakOff, halt, isStopping, type Sending } from './sending.ts';
import { countEnd } from './stop/failure-limit.ts';

/** Clocks further apart than this are worth a word. */
const maxSkewMs = 60_000;
/** Tells p-retry to go on; what came of the attempt is with the call. */
const notYet = new Error('another attempt is needed');

/** Takes a call from its first attempt to its end. @param goesFirst its first attempt goes before all that wait. */
export async function sendCall(sending: Sending, call: Call, goesFirst: boolean): Promise<void> {
  const tries = newTries();
  sending.core.open.add(tries);
  try {
    const { journal, openApps } = sending.execution;
    const before = journal.index.state(call.seq);
    const openBefore = before.partial ? openApps(before.lastRecord ?? 0) : undefined;
    const open = openCall(call, before, openBefore, tries);
    await tryOnce(sending, open, goesFirst);
    if (!isOver(sending, open)) await tryAgain(sending, open);
  } catch (error) {
    breakOff(sending, error);
  }
  endSearch(sending.search, call.seq);
  sending.core.open.delete(tries);
  sending.onChange?.();
}

/**
 * p-retry only turns the wheel: how long to wait and when to give up depends on the server's replies, which its options cannot express.
 * Entered after the first attempt, as it costs more than that does. It goes around the limiter: who waits holds no slot.
 */
async function tryAgain(sending: Sending, open: OpenCall): Promise<void> {
  try {
    await pRetry(
      async (attemptNumber) => {
        if (attemptNumber > 1) await tryOnce(sending, open, false);
        if (!isOver(sending, open)) throw notYet;
      },
      {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 0,
        shouldRetry: ({ error }) => error === notYet && prepareNext(sending, open),
      },
    );
  } catch (error) {
    if (error !== notYet) throw error;
  }
}

async function tryOnce(sending: Sending, open: OpenCall, goesFirst: boolean): Promise<void> {
  const { search, turns, limit } = sending;
  const { seq, appIds } = open.call;
  // While a search for a bad app among its apps is under way it would be refused for that app.
  for (let held = hold(search, seq, appIds); held; held = hold(search, seq, appIds)) await held;
  const isFirst = open.tries.isUntried;
  if (isFirst) sending.beginning += 1;
  // Who waits for a turn has a slot, and does not use it meanwhile.
  if (goesFirst && turns.isWaiting()) await attempt(sending, open, true);
  else await limit(attempt, sending, open, goesFirst);
  if (isFirst) sending.beginning -= 1;
  sending.onChange?.();
}

/** Waits for its turn and makes one attempt, unless the run stops. @param first before all others that wait. */
async function attempt(sending: Sending, open: OpenCall, first: boolean): Promise<void> {
  const { core, clock, turns, search, execution } = sending;
  if (isStopping(sending)) return;
  const turn = turns.wait(
    () => go(core, open.tries, clock.now()),
    () => rank(open),
    first,
  );
  // Mostly nothing is in the way, and a promise for it would be one too many for each call.
  if (turn !== undefined) await turn;
  if (isStopping(sending)) return;
  if (open.tries.isUntried) {
    // Not before its turn: what only waits for one cannot have been sent, whatever ends this process.
    const covered = execution.journal.cover(open.call.seq);
    if (covered !== undefined) await covered;
    if (isStopping(sending)) return;
  }
  makeReady(open, search);
  conclude(sending, open, await execution.kickUsers(requestFor(open), keyFor(open)));
}

/**
 * As a trial: who stands furthest from the others and has not failed, or was throttled once, which says nothing of who it is; then who
 * failed longest ago, and last who was refused.
 */
function rank({ call, tries: { failedFor, failuresInRow, order } }: OpenCall): number {
  const isThrottledOnce = failedFor === 'throttle' && failuresInRow === 1;
  if (failedFor === undefined || isThrottledOnce) return call.seq;
  return -order - (isRefusal(failedFor) ? 2 ** 40 : 0);
}

/** Hears the core, and writes it down in the same tick in which the reply is known. */
function conclude(sending: Sending, open: OpenCall, reply: Reply): void {
  const { core, clock, search, turns, execution } = sending;
  const { journal, onAttempt } = execution;
  const { call } = open;
  const at = clock.now();
  const verdict = judge(reply);
  const sent = partOf(open);
  const next = afterPart(open, reply, verdict, answered(core, open.tries, reply, verdict, at), search, at);
  open.next = next;
  open.refused = next.kind === 'renew' ? reply : undefined;
  open.attempts += 1;
  const record = recordOf(open, reply, verdict, sent);
  open.unanswered ||= record.unanswered;
  open.partial ||= verdict === 'succeeded';
  open.previous = journal.append(record);
  if (journal.failure !== undefined) halt(sending, { reason: 'journal', error: journal.failure });
  compareClocks(sending, reply);
  const how = next.kind === 'ended' ? outcome(open, verdict) : undefined;
  onAttempt?.({ type: 'attempt', call, verdict, reply, ended: how });
  if (how !== undefined) core.stop ??= countEnd(core.failures, how);
  if (core.stop !== undefined) halt(sending);
  turns.look();
}

function compareClocks(sending: Sending, { serverTimeMs, startedAt, durationMs }: Reply): void {
  if (sending.isClockCompared || serverTimeMs === undefined) return;
  sending.isClockCompared = true;
  const aheadMs = startedAt + durationMs - serverTimeMs;
  if (Math.abs(aheadMs) > maxSkewMs) sending.execution.onClock?.(aheadMs);
}

/** The call has ended, or will not be tried again in this session. */
function isOver(sending: Sending, { next }: OpenCall): boolean {
  return next.kind === 'ended' || isStopping(sending);
}

/** Waits as long as the core says. @returns false when the call has ended, or the run stops instead. */
async function prepareNext(sending: Sending, open: OpenCall): Promise<boolean> {
  const { core, clock, pauses, execution } = sending;
  const { refused } = open;
  if (refused !== undefined && !isStopping(sending) && !(await execution.renew(refused))) {
    halt(sending, { reason: 'unauthorized', reply: refused });
  }
  for (;;) {
    const { next } = open;
    if (next.kind === 'ended' || isStopping(sending)) return false;
    const waitMs = next.at - clock.now();
    if (waitMs <= 0) return true;
    // Whether a long wait still holds is looked at now and then.
    await pauses.wait(Math.min(waitMs, longWaitLookMs));
    open.next = afterWait(core, next, clock.now());
  }
}
