import pLimit from 'p-limit';
import pRetry from 'p-retry';

import type { Reply } from '../genauth/reply.ts';
import type { Verdict } from '../genauth/verdict.ts';
import { JournalError } from '../journal/journal-error.ts';
import { systemClock, type Clock } from './clock.ts';
import { answered, createCore, go, mayGoAt, type CoreOptions } from './core.ts';
import { afterWait, longWaitLookMs } from './long-wait.ts';
import { moveTrial } from './gate.ts';
import { newTries, type Next, type Tries } from './next-attempt.ts';
import { createPauses } from './pauses.ts';
import type { Stop } from './stop/stop.ts';
import { createTurns } from './turns.ts';

export interface SendingOptions extends CoreOptions {
  /** Gets new authorisation after an `unauthorized` reply; false when there is none to be had. */
  readonly renew: (reply: Reply) => Promise<boolean>;
  /** Aborting it means: no new attempts; those in flight end and are kept. */
  readonly stopSignal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/** A call or a question that is under way. */
export interface Task {
  readonly tries: Tries;
  next: Next;
  /** The reply that refused the authorisation, where `next` is to renew it. */
  refused: Reply | undefined;
}

export function newTask(): Task {
  return { tries: newTries(), next: { kind: 'again', at: 0 }, refused: undefined };
}

/** Carries out what the core says, for calls and for questions alike. */
export type Sending = ReturnType<typeof createSending>;

export function createSending(options: SendingOptions) {
  const { clock = systemClock, concurrency, renew, stopSignal } = options;
  const core = createCore(options);
  const turns = createTurns((at) => mayGoAt(core, at), clock);
  core.pacer.onChange = turns.look;
  const interrupt = (): void => halt(sending, { reason: 'interrupted' });
  const sending = {
    core,
    clock,
    renew,
    /** Slots: attempts in flight, or waiting for their turn; the others queue. */
    limit: pLimit(concurrency),
    turns,
    pauses: createPauses(clock),
    /** A trial is sought. Where none is known that may tell more than others, whatever goes next is the trial. */
    seekTrial: (): void => void moveTrial(core.gate, 'sought', 'ready'),
    /** Something threw that must not. */
    bug: undefined as { readonly error: unknown } | undefined,
    /** Nobody listens any more whether it is to stop. */
    close: (): void => stopSignal?.removeEventListener('abort', interrupt),
  };
  stopSignal?.addEventListener('abort', interrupt, { once: true });
  if (stopSignal?.aborted === true) interrupt();
  return sending;
}

export function isStopping({ core, bug }: Pick<Sending, 'core' | 'bug'>): boolean {
  return core.stop !== undefined || bug !== undefined;
}

/** Ends every wait but for what is in flight; nothing new goes. @param reason undefined when the core or a bug has stopped it already. */
export function halt(sending: Pick<Sending, 'core' | 'pauses' | 'turns'>, reason?: Stop): void {
  if (reason !== undefined) sending.core.stop ??= reason;
  sending.pauses.cancel();
  sending.turns.release();
}

export function breakOff(sending: Sending, error: unknown): void {
  const isOfJournal = error instanceof JournalError;
  if (!isOfJournal) sending.bug ??= { error };
  halt(sending, isOfJournal ? { reason: 'journal', error } : undefined);
}

/** Tells p-retry to go on; what came of the attempt is with the task. */
const notYet = new Error('another attempt is needed');

/**
 * Makes one attempt after another, until the core says that it has ended. p-retry only turns the wheel: how long to wait and when to
 * give up depends on the server's replies, which its options cannot express. Entered after the first attempt, as it costs more than that
 * does. It goes around the limiter: who waits holds no slot.
 */
export async function carryOut(sending: Sending, task: Task, tryOnce: () => Promise<void>): Promise<void> {
  /** It has ended, or will not be tried again in this session. */
  const isOver = (): boolean => task.next.kind === 'ended' || isStopping(sending);
  await tryOnce();
  if (isOver()) return;
  try {
    await pRetry(
      async (attemptNumber) => {
        if (attemptNumber > 1) await tryOnce();
        if (!isOver()) throw notYet;
      },
      {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: 0,
        shouldRetry: ({ error }) => error === notYet && prepareNext(sending, task),
      },
    );
  } catch (error) {
    if (error !== notYet) throw error;
  }
}

/**
 * Waits for its turn, and sends unless it is to stop.
 * @param rank see `highestFirst`. @param first before all others that wait.
 */
export async function takeTurn(
  sending: Sending,
  { tries }: Task,
  send: () => Promise<void>,
  rank = (): number => 0,
  first = false,
): Promise<void> {
  const { core, clock, turns } = sending;
  if (isStopping(sending)) return;
  const turn = turns.wait(() => go(core, tries, clock.now()), rank, first);
  // Mostly nothing is in the way, and a promise for it would be one too many for each call.
  if (turn !== undefined) await turn;
  if (!isStopping(sending)) await send();
}

/** What follows from a reply is with the task then. */
export function hear({ core }: Sending, task: Task, reply: Reply, verdict: Verdict, at: number): void {
  task.next = answered(core, task.tries, reply, verdict, at);
  task.refused = task.next.kind === 'renew' ? reply : undefined;
}

/** A reply was heard: others may go for it, or nobody any more. */
export function goOn(sending: Sending): void {
  const { core, turns } = sending;
  if (core.stop !== undefined) halt(sending);
  else if (moveTrial(core.gate, 'wanted', 'sought')) sending.seekTrial();
  turns.look();
}

/** Waits as long as the core says. @returns false when it has ended, or is to stop instead. */
async function prepareNext(sending: Sending, task: Task): Promise<boolean> {
  const { core, clock, pauses, renew } = sending;
  const { refused } = task;
  if (refused !== undefined && !isStopping(sending) && !(await renew(refused))) {
    halt(sending, { reason: 'unauthorized', reply: refused });
  }
  for (;;) {
    const { next } = task;
    if (next.kind === 'ended' || isStopping(sending)) return false;
    const waitMs = next.at - clock.now();
    if (waitMs <= 0) return true;
    // Whether a long wait still holds is looked at now and then.
    await pauses.wait(Math.min(waitMs, longWaitLookMs));
    task.next = afterWait(core, next, clock.now());
  }
}
