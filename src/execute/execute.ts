import type { Call } from '../plan/call.ts';
import { isAnyUntried, outlook } from './core.ts';
import type { Execution } from './execution.ts';
import { isAlike, moveTrial } from './gate.ts';
import { createSendingCalls, sendCall, type SendingCalls } from './send-call.ts';
import { breakOff, isStopping } from './sending.ts';
import type { Stop } from './stop/stop.ts';

/**
 * Sends the calls as the core says, and keeps every attempt in the journal. Resolves when nothing is in flight any more:
 * at the end of the calls, or early with the reason of the stop. Rejects only for a bug, or when reading the calls fails.
 */
export async function execute(execution: Execution): Promise<{ readonly stop: Stop | undefined }> {
  const sending = createSendingCalls(execution);
  const { core, clock } = sending;
  sending.seekTrial = () => void seekTrial(sending);
  execution.onLive?.(() => ({ ...outlook(core, clock.now()), waiting: waitingCalls(sending) }));
  try {
    if (!isStopping(sending)) await takeAll(sending);
  } catch (error) {
    breakOff(sending, error);
  }
  while (core.open.size > 0 || sending.isSeeking) await change(sending);
  sending.close();
  if (sending.bug !== undefined) throw sending.bug.error;
  return { stop: core.stop };
}

/** Resolves when an attempt or a call has ended, as each soon does once the run stops: something else may be done. */
function change(sending: SendingCalls): Promise<void> {
  return new Promise((resolve) => (sending.onChange = resolve));
}

/** Sends the calls in plan order, each as soon as there is room for it. */
async function takeAll(sending: SendingCalls): Promise<void> {
  const { execution, core, far } = sending;
  for await (const batch of execution.calls) {
    core.moreToCome = batch.length > 0;
    if (isStopping(sending)) return;
    for (const call of batch) {
      if (far.has(call.seq)) continue;
      sending.last = call.seq;
      const goesFirst = await awaitRoom(sending);
      if (isStopping(sending)) return;
      if (goesFirst) sendFirst(sending, call);
      else void sendCall(sending, call, false);
    }
  }
  core.moreToCome = false;
}

/** @returns whether the next call goes before all others. */
async function awaitRoom(sending: SendingCalls): Promise<boolean> {
  sending.isTaking = true;
  let room = roomFor(sending);
  for (; room === undefined && !isStopping(sending); room = roomFor(sending)) await change(sending);
  sending.isTaking = false;
  sending.isNextTrial = false;
  return room === 'before all';
}

/** Not after each: where every other request fails, as with a dead backend of two, the same calls would always meet it. */
const leastInRow = 2;

/**
 * There has to be memory for a call, and a slot: further attempts go before calls that were not begun. Before all others goes the trial
 * that the core wants, where there is none from far on; and where all that was tried fails, and only others can tell whether it is for everybody.
 */
function roomFor(sending: SendingCalls): 'before all' | 'after all' | undefined {
  const { core, execution, limit, isNextTrial } = sending;
  const { concurrency, maxWaiting = 4096 } = execution;
  if (isNextTrial) return 'before all';
  if (waitingCalls(sending) >= maxWaiting) return undefined;
  if (limit.activeCount + limit.pendingCount < concurrency) return 'after all';
  return core.failuresInRow >= leastInRow && !isAnyUntried(core) ? 'before all' : undefined;
}

/** Those that wait for another attempt hold no slot. */
function waitingCalls({ core, limit }: SendingCalls): number {
  return Math.max(0, core.open.size - limit.activeCount - limit.pendingCount);
}

/** Finds the trial that the core wants: a call from far on in the plan, or else the next one, or who waits. */
async function seekTrial(sending: SendingCalls): Promise<void> {
  const { execution, far, last } = sending;
  const { farCall, journal, random = Math.random } = execution;
  sending.isSeeking = true;
  try {
    // Neighbours who fail for the same reason stand side by side, so that it is looked beyond the middle.
    const call = await farCall?.(last, (1 + random()) / 2);
    if (call !== undefined && !far.has(call.seq)) {
      far.add(call.seq);
      await journal.coverAlone(call.seq);
      sendFirst(sending, call);
    } else if (sending.isTaking) sending.isNextTrial = true;
    else await tryWhoWaits(sending);
  } catch (error) {
    breakOff(sending, error);
  }
  sending.isSeeking = false;
  sending.onChange?.();
}

async function tryWhoWaits(sending: SendingCalls): Promise<void> {
  const { core, limit, turns } = sending;
  const { concurrency } = sending.execution;
  // All who wait for a slot are let to the turns, as who stands far on may be behind many neighbours; nobody uses one meanwhile.
  limit.concurrency = Number.POSITIVE_INFINITY;
  await limit(() => {});
  limit.concurrency = concurrency;
  moveTrial(core.gate, 'sought', 'ready');
  // In turn with who waits longest, as also those who stand far on may fail for the same reason; but not before one from far on, who
  // may fail for another, has told whether it is for everybody.
  const { lastFailure, gate } = core;
  const of = gate.closed?.trial?.of ?? lastFailure?.blame;
  const isToldNothing = of !== undefined && lastFailure !== undefined && !isAlike(of, lastFailure.blame);
  sending.isTrialFar = isToldNothing || !sending.isTrialFar;
  if (sending.isTrialFar) turns.highestFirst();
  else turns.look();
}

/**
 * As the trial, when one is looked for. Where this call itself has to wait, as for the search for an app that it names, who stands furthest
 * from the others is it: in turn it would be one neighbour after another.
 */
function sendFirst(sending: SendingCalls, call: Call): void {
  moveTrial(sending.core.gate, 'sought', 'ready');
  void sendCall(sending, call, true);
  sending.turns.highestFirst();
}
