import { createSlots } from './slots.ts';

import { judge } from '../genauth/verdict.ts';
import type { Reply } from '../genauth/reply.ts';
import { systemClock, type Clock } from './clock.ts';
import { afterWait, answered, createCore, go, longWaitLookMs, mayGoAt, type CoreOptions } from './core.ts';
import { moveTrial } from './gate.ts';
import { newTries, type Next, type Tries } from './next-attempt.ts';
import { createPauses } from './pauses.ts';
import type { Stop } from './stop/stop.ts';
import { createTurns } from './turns.ts';

/** One attempt of a question, and what was made of its reply. */
export interface Exchanged<T> {
  readonly reply: Reply;
  /** There when the verdict is `succeeded`. */
  readonly answer: T | undefined;
}

export interface Asking extends CoreOptions {
  /** Gets new authorisation after an `unauthorized` reply; false when there is none to be had. */
  readonly renew: (reply: Reply) => Promise<boolean>;
  /** A reply after which nothing more is to be asked. By default the core alone decides. */
  readonly isLast?: ((reply: Reply) => boolean) | undefined;
  /** Aborting it means: no new attempts. */
  readonly stopSignal?: AbortSignal | undefined;
  readonly onReply?: ((reply: Reply) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** Asks questions, as many at once as there may be, with the same rules as calls: attempts, pace, outages, stops. */
export interface Asker {
  /**
   * @param attempt makes one attempt; must not reject.
   * @returns the last word about it; undefined when the asker stopped before there was one.
   */
  ask<T>(attempt: () => Promise<Exchanged<T>>): Promise<Exchanged<T> | undefined>;
  /** Why nothing more is asked. */
  readonly stop: Stop | undefined;
  /** Nothing more is asked from now on. */
  end(stop: Stop): void;
}

/** What questions meet counts in no rule of a run's calls: each asker has a core of its own. */
export function createAsker(asking: Asking): Asker {
  const { clock = systemClock, renew, isLast, stopSignal, onReply } = asking;
  const core = createCore(asking);
  // Who asks waits for the answers: nothing is known of questions to come, so that nothing waits for them.
  core.moreToCome = false;
  const limit = createSlots(asking.concurrency);
  const turns = createTurns((at) => mayGoAt(core, at), clock);
  const pauses = createPauses(clock);

  function end(stop: Stop): void {
    core.stop ??= stop;
    pauses.cancel();
    turns.release();
  }

  async function tryOnce<T>(tries: Tries, attempt: () => Promise<Exchanged<T>>) {
    if (core.stop !== undefined) return undefined;
    await turns.wait(
      () => go(core, tries, clock.now()),
      () => -tries.order,
    );
    // Whoever was let go by a stop has not gone.
    if (isStopping()) return undefined;
    const exchanged = await attempt();
    const { reply } = exchanged;
    onReply?.(reply);
    const next = answered(core, tries, reply, judge(reply), clock.now());
    // There is no call from far on: whatever is asked next is the trial.
    if (moveTrial(core.gate, 'wanted', 'sought')) moveTrial(core.gate, 'sought', 'ready');
    if (isLast?.(reply) === true) end({ reason: 'fatal', reply });
    if (isStopping()) end(core.stop ?? { reason: 'interrupted' });
    else if (next.kind === 'renew' && !(await renew(reply))) end({ reason: 'unauthorized', reply });
    turns.look();
    return { exchanged, next };
  }

  function isStopping(): boolean {
    return core.stop !== undefined;
  }

  async function wait(next: Exclude<Next, { kind: 'ended' }>): Promise<boolean> {
    for (let current: Next = next; current.kind !== 'ended' && !isStopping();) {
      const waitMs = current.at - clock.now();
      if (waitMs <= 0) return true;
      await pauses.wait(Math.min(waitMs, longWaitLookMs));
      current = afterWait(core, current, clock.now());
    }
    return false;
  }

  if (stopSignal !== undefined) {
    const interrupt = (): void => end({ reason: 'interrupted' });
    stopSignal.addEventListener('abort', interrupt, { once: true });
    if (stopSignal.aborted) interrupt();
  }
  return {
    async ask<T>(attempt: () => Promise<Exchanged<T>>) {
      const tries = newTries();
      core.open.add(tries);
      try {
        for (let last: Exchanged<T> | undefined; ;) {
          const tried = await limit(() => tryOnce(tries, attempt));
          if (tried === undefined) return last;
          last = tried.exchanged;
          if (tried.next.kind === 'ended' || !(await wait(tried.next))) return last;
        }
      } finally {
        core.open.delete(tries);
        turns.look();
      }
    },
    get stop() {
      return core.stop;
    },
    end,
  };
}
