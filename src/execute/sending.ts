import { JournalError } from '../journal/journal.ts';
import type { AppSearch } from './app-search.ts';
import type { CallSource } from './call-source.ts';
import type { Clock } from './clock.ts';
import type { Core } from './core.ts';
import type { Execution } from './execution.ts';
import type { Pauses } from './pauses.ts';
import type { Stop } from './stop/stop.ts';
import type { Turns } from './turns.ts';

/** All that one execution has at hand, and how many calls are where. */
export interface Sending {
  readonly execution: Execution;
  readonly core: Core;
  readonly clock: Clock;
  /** Runs it as soon as there is a slot. */
  readonly limit: <Given extends unknown[], Result>(
    run: (...given: Given) => Promise<Result>,
    ...given: Given
  ) => Promise<Result>;
  readonly turns: Turns;
  readonly pauses: Pauses;
  readonly source: CallSource;
  readonly search: AppSearch;
  /** Calls that were taken and have not ended. */
  openCalls: number;
  /** Those of them that wait for another attempt. */
  waiting: number;
  /** What has a slot or queues for one: who takes calls, and further attempts. */
  takers: number;
  retrying: number;
  isClockCompared: boolean;
  /** Something threw that must not. */
  bug: { readonly error: unknown } | undefined;
  /** To be called when nothing is under way any more. */
  readonly onIdle: () => void;
}

export function isStopping({ core, bug }: Sending): boolean {
  return core.stop !== undefined || bug !== undefined;
}

/** Ends every wait; nothing new goes. @param reason undefined when the core or a bug has stopped it already. */
export function halt({ core, pauses, search, turns }: Sending, reason?: Stop): void {
  if (reason !== undefined) core.halt(reason);
  pauses.cancel();
  search.release();
  turns.release();
}

export function breakOff(sending: Sending, error: unknown): void {
  if (error instanceof JournalError) {
    halt(sending, { reason: 'journal', error });
  } else {
    sending.bug ??= { error };
    halt(sending);
  }
}
