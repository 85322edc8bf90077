import type { Reply } from '../genauth/reply.ts';
import { judge } from '../genauth/verdict.ts';
import { hold } from './app-search.ts';
import { afterWait, answered, ended, giveBack, go, longWaitLookMs } from './core.ts';
import {
  afterPart,
  attemptRecord,
  keyFor,
  makeReady,
  outcome,
  partOf,
  requestFor,
  type OpenCall,
} from './open-call.ts';
import { halt, isStopping, type Sending } from './sending.ts';

/** Clocks further apart than this are worth a word. */
const maxSkewMs = 60_000;

/**
 * Waits for its turn and makes one attempt. Without one, when a search for a bad app stands in its way or the run stops.
 * @param first before all others that wait.
 */
export async function attempt(sending: Sending, open: OpenCall, first: boolean): Promise<void> {
  const { core, clock, turns, search, execution } = sending;
  const { seq, appIds } = open.call;
  const turn = isStopping(sending)
    ? undefined
    : turns.wait(() => go(core, open.tries, clock.now()), seq, first);
  // Mostly nothing is in the way, and a promise for it would be one too many for each call.
  if (turn !== undefined) await turn;
  if (isStopping(sending)) return;
  if (hold(search, seq, appIds) !== undefined || !makeReady(open, search)) {
    giveBack(core, open.tries, clock.now());
    turns.look();
    return;
  }
  conclude(sending, open, await execution.kickUsers(requestFor(open), keyFor(open)));
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
  const record = attemptRecord(open, reply, verdict, sent);
  open.unanswered ||= record.unanswered;
  open.partial ||= verdict === 'succeeded' && (open.bisection?.open ?? 0n) !== 0n;
  open.previous = journal.append(record);
  if (journal.failure !== undefined) halt(sending, { reason: 'journal', error: journal.failure });
  compareClocks(sending, reply);
  const how = next.kind === 'ended' ? outcome(open, verdict) : undefined;
  onAttempt?.({ type: 'attempt', call, verdict, reply, ended: how });
  if (how !== undefined) ended(core, how);
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
export function isOver(sending: Sending, { next }: OpenCall): boolean {
  return next.kind === 'ended' || isStopping(sending);
}

/** Waits as long as the core says. @returns false when the call has ended, or the run stops instead. */
export async function prepareNext(sending: Sending, open: OpenCall): Promise<boolean> {
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
    open.next = afterWait(core, open.tries, next, clock.now());
  }
}
