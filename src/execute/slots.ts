import type { Call } from '../plan/call.ts';
import { attempt, isOver, prepareNext } from './attempt.ts';
import { openCall, type OpenCall } from './open-call.ts';
import { repeat } from './repeat.ts';
import { breakOff, isStopping, type Sending } from './sending.ts';

/** Calls that wait for another attempt hold no slot; so many may do so before reading pauses. */
const maxWaiting = 4096;
/** A call from far on may have been a trial before. */
const maxFarTries = 3;

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

/** Ends the call, or carries on with it. @param isSent its first attempt. */
async function afterFirst(sending: Sending, open: OpenCall, isSent: Promise<void>): Promise<void> {
  try {
    await isSent;
  } catch (error) {
    breakOff(sending, error);
  }
  seekTrial(sending);
  if (isOver(sending, open)) end(sending, open);
  else void carryOn(sending, open);
}

/**
 * @returns whether there is memory for more calls, and a slot for another taker: further attempts go before calls that were not begun, but
 * where all that is tried fails, and only others can tell whether it is for everybody.
 */
function hasRoom({ core, execution, takers, retrying, waiting }: Sending): boolean {
  const isFree = takers + retrying < execution.concurrency || (takers === 0 && core.needsOthers);
  return isFree && waiting < maxWaiting;
}

/**
 * Takes calls, one after the other, and makes the first attempt of each, as long as its slot is needed for nothing else.
 * @returns what is to be waited for before more can be taken; in an object, so that the slot does not wait for it, too.
 */
async function take(sending: Sending): Promise<{ readonly ready: Promise<void> } | undefined> {
  const { source, execution } = sending;
  do {
    if (isStopping(sending)) return undefined;
    const taken = source.take();
    if (taken instanceof Promise) return { ready: taken };
    if (taken === undefined) return undefined;
    takeMore(sending);
    const open = begin(sending, taken);
    if (holdOf(sending, open) === undefined) await afterFirst(sending, open, attempt(sending, open));
    else void carryOn(sending, open);
  } while (sending.takers + sending.retrying <= execution.concurrency && sending.waiting < maxWaiting);
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
  const { source } = sending;
  if (source.isAtEnd) sending.core.noMoreCalls();
  if (!isStopping(sending) && !source.isAtEnd && hasRoom(sending)) {
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

/**
 * The core has asked for a call from far on in the plan: where there is none, it is the next one; and where all are taken, the last
 * one that waits for its turn.
 */
async function tryFarCall(sending: Sending): Promise<void> {
  const { core, turns, limit } = sending;
  const call = (await takeFar(sending)) ?? (await takeNext(sending));
  const open = call === undefined || isStopping(sending) ? undefined : begin(sending, call);
  core.trialIsReady();
  if (open === undefined) {
    turns.highestFirst();
    turns.look();
  } else {
    // Who waits for a turn has a slot, and does not use it meanwhile.
    const isSent = turns.isWaiting ? attempt(sending, open, true) : limit(attempt, sending, open, true);
    await afterFirst(sending, open, isSent);
  }
}

async function takeFar({ source, execution }: Sending): Promise<Call | undefined> {
  const { farCall, journal, random = Math.random } = execution;
  for (let tries = 0; tries < maxFarTries; tries += 1) {
    const call = await farCall?.(source.last, random());
    if (call === undefined) return undefined;
    if (!source.takeFar(call.seq)) continue;
    await journal.coverAlone(call.seq);
    return call;
  }
  return undefined;
}

async function takeNext({ source }: Sending): Promise<Call | undefined> {
  for (;;) {
    const taken = source.take();
    if (!(taken instanceof Promise)) return taken;
    await taken;
  }
}
