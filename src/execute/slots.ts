import type { Call } from '../plan/call.ts';
import { attempt, isOver, prepareNext } from './attempt.ts';
import { openCall, type OpenCall } from './open-call.ts';
import { repeat } from './repeat.ts';
import { breakOff, isStopping, type Sending } from './sending.ts';

/** Calls that wait for another attempt hold no slot; so many may do so before reading pauses. */
const maxWaiting = 4096;

function begin(sending: Sending, call: Call): OpenCall {
  const { journal, openApps } = sending.execution;
  const before = journal.index.state(call.seq);
  const openBefore = before.partial ? openApps(before.lastRecord ?? 0) : undefined;
  sending.openCalls += 1;
  sending.core.begin();
  return openCall(call, before, openBefore);
}

function end(sending: Sending, { call }: OpenCall): void {
  sending.search.end(call.seq);
  sending.openCalls -= 1;
  takeMore(sending);
}

/** A search for a bad app among this call's apps is under way: sending it now would be refused for that app. */
function holdOf(sending: Sending, { call }: OpenCall): Promise<void> | undefined {
  return isStopping(sending) ? undefined : sending.search.hold(call.seq, call.appIds);
}

/** @returns whether it is over then. */
async function attemptInSlot(sending: Sending, open: OpenCall): Promise<boolean> {
  for (let hold = holdOf(sending, open); hold !== undefined; hold = holdOf(sending, open)) await hold;
  sending.waiting -= 1;
  sending.retrying += 1;
  try {
    await sending.limit(attempt, sending, open);
  } finally {
    sending.waiting += 1;
    sending.retrying -= 1;
  }
  seekTrial(sending);
  takeMore(sending);
  return isOver(sending, open);
}

/** What the first attempt has left open. */
async function carryOn(sending: Sending, open: OpenCall): Promise<void> {
  sending.waiting += 1;
  try {
    if (await prepareNext(sending, open)) {
      await repeat(
        () => attemptInSlot(sending, open),
        () => prepareNext(sending, open),
      );
    }
  } catch (error) {
    breakOff(sending, error);
  } finally {
    sending.waiting -= 1;
    end(sending, open);
  }
}

/** @param slots how many takers and further attempts there would be. @returns whether that leaves nobody without a slot, and memory for more calls. */
function hasRoom({ execution, waiting }: Sending, slots: number): boolean {
  return slots <= execution.concurrency && waiting < maxWaiting;
}

/**
 * Takes calls, one after the other, and makes the first attempt of each, as long as its slot is needed for nothing else.
 * @returns what is to be waited for before more can be taken; in an object, so that the slot does not wait for it, too.
 */
async function take(sending: Sending): Promise<{ readonly ready: Promise<void> } | undefined> {
  const { source } = sending;
  while (!isStopping(sending) && hasRoom(sending, sending.takers + sending.retrying)) {
    const taken = source.take();
    if (taken instanceof Promise) return { ready: taken };
    if (taken === undefined) return undefined;
    takeMore(sending);
    const open = begin(sending, taken);
    try {
      if (holdOf(sending, open) === undefined) await attempt(sending, open);
    } catch (error) {
      breakOff(sending, error);
    }
    seekTrial(sending);
    if (isOver(sending, open)) end(sending, open);
    else void carryOn(sending, open);
  }
  return undefined;
}

async function takeInSlot(sending: Sending): Promise<void> {
  sending.takers += 1;
  try {
    const left = await sending.limit(take, sending);
    await left?.ready;
  } catch (error) {
    breakOff(sending, error);
  }
  sending.takers -= 1;
  takeMore(sending);
}

/** To be called whenever there may be room for another taker. One at a time, as each that gets a call brings in the next. */
export function takeMore(sending: Sending): void {
  const { source, takers, retrying } = sending;
  if (source.isAtEnd) sending.core.noMoreCalls();
  if (!isStopping(sending) && !source.isAtEnd && hasRoom(sending, takers + retrying + 1)) {
    void takeInSlot(sending);
  }
  if (sending.takers === 0 && sending.openCalls === 0) sending.onIdle();
}

function seekTrial(sending: Sending): void {
  if (!sending.core.seekTrial()) return;
  sending.takers += 1;
  void tryFarCall(sending)
    .catch((error: unknown) => breakOff(sending, error))
    .finally(() => {
      sending.takers -= 1;
      takeMore(sending);
    });
}

/** The core has asked for a call from far on in the plan. Where all are taken, the last one that waits for its turn is the trial. */
async function tryFarCall(sending: Sending): Promise<void> {
  const { core, source, turns, execution } = sending;
  const call = await execution.farCall?.(source.highest);
  if (call === undefined || isStopping(sending) || !source.takeFar(call.seq)) {
    core.trialIsReady();
    turns.highestFirst();
    turns.look();
    return;
  }
  await execution.journal.coverAlone(call.seq);
  const open = begin(sending, call);
  core.trialIsReady();
  // Who waits for a turn has a slot, and does not use it meanwhile.
  if (turns.isWaiting) await attempt(sending, open, true);
  else await sending.limit(attempt, sending, open, true);
  seekTrial(sending);
  if (isOver(sending, open)) end(sending, open);
  else void carryOn(sending, open);
}
