import { judge } from '../genauth/verdict.ts';
import type { Reply } from '../genauth/reply.ts';
import {
  carryOut,
  createSending,
  goOn,
  halt,
  hear,
  newTask,
  takeTurn,
  type SendingOptions,
} from './sending.ts';
import type { Stop } from './stop/stop.ts';

/** One attempt of a question, and what was made of its reply. */
export interface Exchanged<T> {
  readonly reply: Reply;
  /** There when the verdict is `succeeded`. */
  readonly answer: T | undefined;
}

export interface Asking extends SendingOptions {
  /** A reply after which nothing more is to be asked. By default the core alone decides. */
  readonly isLast?: ((reply: Reply) => boolean) | undefined;
  readonly onReply?: ((reply: Reply) => void) | undefined;
}

/** Asks questions, as many at once as there may be, with the same rules as calls: attempts, pace, outages, stops. */
export interface Asker {
  /**
   * @param attempt makes one attempt; must not reject.
   * @returns the last word about it; undefined when the asker stopped before there was one.
   */
  ask<T>(attempt: () => Promise<Exchanged<T>>): Promise<Exchanged<T> | undefined>;
  /** Resolves after so many ms, or as soon as nothing more is asked: to false then. */
  readonly wait: (waitMs: number) => Promise<boolean>;
  /** Why nothing more is asked. */
  readonly stop: Stop | undefined;
  /** Nothing more is asked from now on. */
  end(stop: Stop): void;
}

/** What questions meet counts in no rule of a run's calls: each asker has a core of its own. */
export function createAsker(asking: Asking): Asker {
  const { isLast, onReply } = asking;
  const sending = createSending(asking);
  const { core, limit } = sending;
  // Who asks waits for the answers: nothing is known of questions to come, so that nothing waits for them.
  core.moreToCome = false;

  return {
    async ask<T>(attempt: () => Promise<Exchanged<T>>) {
      const task = newTask();
      let last: Exchanged<T> | undefined;
      async function send(): Promise<void> {
        last = await attempt();
        const { reply } = last;
        onReply?.(reply);
        hear(sending, task, reply, judge(reply), sending.clock.now());
        if (isLast?.(reply) === true) halt(sending, { reason: 'fatal', reply });
        goOn(sending);
      }
      core.open.add(task.tries);
      try {
        await carryOut(sending, task, () => limit(takeTurn, sending, task, send));
        return last;
      } finally {
        core.open.delete(task.tries);
        sending.turns.look();
      }
    },
    async wait(waitMs) {
      await sending.pauses.wait(waitMs);
      return core.stop === undefined;
    },
    get stop() {
      return core.stop;
    },
    end: (stop) => halt(sending, stop),
  };
}
