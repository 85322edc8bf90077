import pRetry from 'p-retry';

import type { Call } from '../plan/call.ts';
import { endSearch, hold } from './app-search.ts';
import { attempt, isOver, prepareNext } from './attempt.ts';
import { begin } from './core.ts';
import { openCall, type OpenCall } from './open-call.ts';
import { breakOff, isStopping, type Sending } from './sending.ts';

/** Tells p-retry to go on; what came of the attempt is with the call. */
const notYet = new Error('another attempt is needed');

/** Takes a call from its first attempt to its end. @param isTrial its first attempt goes before all others that wait. */
export async function sendCall(sending: Sending, call: Call, isTrial: boolean): Promise<void> {
  sending.openCalls += 1;
  try {
    const { journal, openApps } = sending.execution;
    const before = journal.index.state(call.seq);
    const open = openCall(call, before, before.partial ? openApps(before.lastRecord ?? 0) : undefined);
    begin(sending.core);
    await tryOnce(sending, open, isTrial);
    if (!isOver(sending, open)) await tryAgain(sending, open);
  } catch (error) {
    breakOff(sending, error);
  }
  endSearch(sending.search, call.seq);
  sending.openCalls -= 1;
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
        factor: 1,
        shouldRetry: ({ error }) => error === notYet && prepareNext(sending, open),
      },
    );
  } catch (error) {
    if (error !== notYet) throw error;
  }
}

async function tryOnce(sending: Sending, open: OpenCall, isTrial: boolean): Promise<void> {
  const { search, turns, limit } = sending;
  const { seq, appIds } = open.call;
  // While a search for a bad app among its apps is under way it would be refused for that app.
  for (let held = hold(search, seq, appIds); held !== undefined; held = hold(search, seq, appIds)) {
    if (isStopping(sending)) break;
    await held;
  }
  const isFirst = open.tries.isUntried;
  if (isFirst) sending.beginning += 1;
  // Who waits for a turn has a slot, and does not use it meanwhile.
  if (isTrial && turns.isWaiting) await attempt(sending, open, true);
  else await limit(attempt, sending, open, isTrial);
  if (isFirst) sending.beginning -= 1;
  sending.onChange?.();
}
