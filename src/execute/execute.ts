import type { Call } from '../plan/call.ts';
import { outlook } from './core.ts';
import type { Execution } from './execution.ts';
import { moveTrial } from './gate.ts';
import { sendCall } from './send-call.ts';
import { breakOff, change, createSending, halt, isStopping, type Sending } from './sending.ts';
import type { Stop } from './stop/stop.ts';

/** A call from far on may have been a trial before. */
const maxFarTries = 3;

/**
 * Sends the calls as the core says, and keeps every attempt in the journal. Resolves when nothing is in flight any more:
 * at the end of the calls, or early with the reason of the stop. Rejects only for a bug, or when reading the calls fails.
 */
export async function execute(execution: Execution): Promise<{ readonly stop: Stop | undefined }> {
  const { stopSignal, onLive } = execution;
  const sending = createSending(execution);
  const { core, clock } = sending;
  onLive?.(() => ({ ...outlook(core, clock.now()), waiting: waitingCalls(sending) }));
  const interrupt = (): void => halt(sending, { reason: 'interrupted' });
  stopSignal?.addEventListener('abort', interrupt, { once: true });
  if (stopSignal?.aborted) interrupt();
  await takeCalls(sending);
  stopSignal?.removeEventListener('abort', interrupt);
  if (sending.bug !== undefined) throw sending.bug.error;
  return { stop: core.stop };
}

/** Sends the calls in plan order, each as soon as there is room for it, and waits until all have ended. */
async function takeCalls(sending: Sending): Promise<void> {
  try {
    if (!isStopping(sending)) await takeAll(sending);
  } catch (error) {
    breakOff(sending, error);
  }
  while (sending.core.open.size > 0) await change(sending);
}

async function takeAll(sending: Sending): Promise<void> {
  const { execution, core, far } = sending;
  let last = 0;
  for await (const batch of execution.calls) {
    core.moreToCome = batch.length > 0;
    if (!core.moreToCome && moveTrial(core.gate, 'wanted', 'sought')) await tryOneOf(sending, last);
    if (isStopping(sending)) return;
    for (const call of batch) {
      if (far.has(call.seq)) continue;
      last = call.seq;
      const goesFirst = await awaitRoom(sending, last);
      if (isStopping(sending)) return;
      if (goesFirst) sendFirst(sending, call);
      else void sendCall(sending, call, false);
    }
  }
  core.moreToCome = false;
  while (core.open.size > 0 && !isStopping(sending)) {
    // Not a moment between what is asked and the wait: what happens then would not be heard.
    if (moveTrial(core.gate, 'wanted', 'sought')) await tryOneOf(sending, last);
    else await change(sending);
  }
}

/** Finds who is the trial that is sought, while no call waits to be taken. */
async function tryOneOf(sending: Sending, last: number): Promise<void> {
  const { execution, core, turns, limit } = sending;
  const { concurrency, random = Math.random } = execution;
  if (await sendFar(sending, last)) return;
  // All who wait for a slot are let to the turns, as who stands far on may be behind many neighbours; nobody uses one meanwhile.
  limit.concurrency = Number.POSITIVE_INFINITY;
  await limit(() => {});
  limit.concurrency = concurrency;
  moveTrial(core.gate, 'sought', 'ready');
  // Or who waits longest: also those who stand far on may fail for the same reason.
  if (random() < 0.5) turns.highestFirst();
  else turns.look();
}

/**
 * Waits until there is memory for a call, and a slot: further attempts go before calls that were not begun.
 * @returns whether it goes before all others: as the trial that the core wants, where there is none from far on; or as all that was
 * tried fails, and only others can tell whether it is for everybody.
 */
async function awaitRoom(sending: Sending, seq: number): Promise<boolean> {
  const { core, execution, limit } = sending;
  const { concurrency, maxWaiting = 4096 } = execution;
  while (!isStopping(sending)) {
    if (moveTrial(core.gate, 'wanted', 'sought')) {
      if (!(await sendFar(sending, seq))) return true;
      continue;
    }
    if (waitingCalls(sending) < maxWaiting) {
      if (limit.activeCount + limit.pendingCount < concurrency) return false;
      if (core.needsOthers && sending.beginning === 0) return true;
    }
    await change(sending);
  }
  return false;
}

/** Those that wait for another attempt hold no slot. */
function waitingCalls({ core, limit }: Sending): number {
  return Math.max(0, core.open.size - limit.activeCount - limit.pendingCount);
}

/** Sends a call from far on in the plan as the trial. @returns false where there is none. */
async function sendFar(sending: Sending, after: number): Promise<boolean> {
  const { execution, far } = sending;
  const { farCall, journal, random = Math.random } = execution;
  for (let tries = 0; tries < maxFarTries; tries += 1) {
    // Neighbours who fail for the same reason stand side by side, so that it is looked beyond the middle.
    const call = await farCall?.(after, (1 + random()) / 2);
    if (call === undefined) return false;
    if (far.has(call.seq)) continue;
    far.add(call.seq);
    await journal.coverAlone(call.seq);
    sendFirst(sending, call);
    return true;
  }
  return false;
}

/** As the trial, when one is looked for; whoever waits is it when this call itself has to wait for something else. */
function sendFirst(sending: Sending, call: Call): void {
  moveTrial(sending.core.gate, 'sought', 'ready');
  void sendCall(sending, call, true);
  sending.turns.look();
}
