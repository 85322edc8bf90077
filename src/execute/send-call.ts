import type { Reply } from '../genauth/reply.ts';
import { isRefusal, judge } from '../genauth/verdict.ts';
import type { Call } from '../plan/call.ts';
import { createAppSearch, endSearch, hold } from './app-search.ts';
import type { Execution } from './execution.ts';
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
import { breakOff, carryOut, createSending, goOn, halt, hear, isStopping, takeTurn } from './sending.ts';
import { countEnd } from './stop/stop.ts';

/** Clocks further apart than this are worth a word. */
const maxSkewMs = 60_000;

/** All that one execution has at hand. */
export type SendingCalls = ReturnType<typeof createSendingCalls>;

export function createSendingCalls(execution: Execution) {
  return Object.assign(createSending(execution), {
    execution,
    search: createAppSearch(execution.missingApps),
    isClockCompared: false,
    /** The last call that was taken in its turn; and those that were taken out of it, which must not be taken so again after it. */
    last: 0,
    far: new Set<number>(),
    /** The next call waits for room; it is the trial. */
    isTaking: false,
    isNextTrial: false,
    /** A trial is looked for; and the last one that had waited already was from far on. */
    isSeeking: false,
    isTrialFar: false,
    /** To be called when an attempt or a call has ended. */
    onChange: undefined as (() => void) | undefined,
  });
}

/** Takes a call from its first attempt to its end. @param goesFirst its first attempt goes before all that wait. */
export async function sendCall(sending: SendingCalls, call: Call, goesFirst: boolean): Promise<void> {
  const tries = newTries();
  sending.core.open.add(tries);
  try {
    const { journal, openApps } = sending.execution;
    const before = journal.index.state(call.seq);
    const openBefore = before.partial ? openApps(before.lastRecord ?? 0) : undefined;
    const open = openCall(call, before, openBefore, tries);
    await carryOut(sending, open, () => tryOnce(sending, open, goesFirst && tries.isUntried));
  } catch (error) {
    breakOff(sending, error);
  }
  endSearch(sending.search, call.seq);
  sending.core.open.delete(tries);
  sending.onChange?.();
}

/** @param first before all others that wait. */
async function tryOnce(sending: SendingCalls, open: OpenCall, first: boolean): Promise<void> {
  const { search, limit } = sending;
  const { seq, appIds } = open.call;
  // While a search for a bad app among its apps is under way it would be refused for that app.
  for (let held = hold(search, seq, appIds); held; held = hold(search, seq, appIds)) await held;
  const attempt = (): Promise<void> =>
    takeTurn(
      sending,
      open,
      () => send(sending, open),
      () => rank(open),
      first,
    );
  // Who waits for a turn has a slot, and does not use it meanwhile.
  if (first) await attempt();
  else await limit(attempt);
  sending.onChange?.();
}

async function send(sending: SendingCalls, open: OpenCall): Promise<void> {
  const { journal, kickUsers } = sending.execution;
  if (open.tries.isUntried) {
    // Not before its turn: what only waits for one cannot have been sent, whatever ends this process.
    const covered = journal.cover(open.call.seq);
    if (covered !== undefined) await covered;
    if (isStopping(sending)) return;
  }
  makeReady(open, sending.search);
  conclude(sending, open, await kickUsers(requestFor(open), keyFor(open)));
}

/**
 * As a trial: who stands furthest from the others and has not failed, or was throttled once; then who was throttled time and again, which
 * says nothing of who it is; then who failed longest ago, and last who was refused.
 */
function rank({ call, tries: { failedFor, failuresInRow, hasFailed, order } }: OpenCall): number {
  if (!hasFailed && failuresInRow <= 1) return call.seq;
  if (!hasFailed || failedFor === undefined) return -order;
  return -order - (isRefusal(failedFor) ? 2 ** 41 : 2 ** 40);
}

/** Hears the core, and writes it down in the same tick in which the reply is known. */
function conclude(sending: SendingCalls, open: OpenCall, reply: Reply): void {
  const { core, search } = sending;
  const { journal, onAttempt } = sending.execution;
  const { call } = open;
  const at = sending.clock.now();
  const verdict = judge(reply);
  const sent = partOf(open);
  hear(sending, open, reply, verdict, at);
  const next = afterPart(open, reply, verdict, open.next, search, at);
  open.next = next;
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
  goOn(sending);
}

function compareClocks(sending: SendingCalls, { serverTimeMs, startedAt, durationMs }: Reply): void {
  if (sending.isClockCompared || serverTimeMs === undefined) return;
  sending.isClockCompared = true;
  const aheadMs = startedAt + durationMs - serverTimeMs;
  if (Math.abs(aheadMs) > maxSkewMs) sending.execution.onClock?.(aheadMs);
}
