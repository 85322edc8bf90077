import type { Core } from './core.ts';
import * as gates from './gate.ts';
import type { Next } from './next-attempt.ts';
import * as patiences from './patience.ts';

/** Whoever waits for longer looks so often whether it still has to. */
export const longWaitLookMs = 3000;

/** A wait is over, or was long. @returns whether it still holds. */
export function afterWait(core: Core, next: Next, at: number): Next {
  if (next.kind === 'ended' || next.at <= at) return next;
  // The last look before the run gives up, where nobody else is about to have it.
  const deadline = patiences.deadlineOf(core.patience);
  if (at >= deadline) return { kind: 'again', at };
  // Something was accepted since: it is not everybody who is asked to wait for so long.
  const isPutOff = core.patience.waitsSince === undefined && next.at - at > core.options.giveUpAfterMs;
  if (isPutOff) return { kind: 'ended', final: false };
  // Where all wait for longer than the run would, one of them has to be the trial.
  const isTooLong = next.at >= deadline;
  return isTooLong && gates.moveTrial(core.gate, 'ready', 'claimed') ? { kind: 'again', at } : next;
}
