import { createSlots } from './slots.ts';

import { JournalError } from '../journal/journal-error.ts';
import { createAppSearch } from './app-search.ts';
import { systemClock } from './clock.ts';
import { createCore, mayGoAt } from './core.ts';
import type { Execution } from './execution.ts';
import { createPauses } from './pauses.ts';
import type { Stop } from './stop/stop.ts';
import { createTurns } from './turns.ts';

/** All that one execution has at hand, and how many calls are where. */
export type Sending = ReturnType<typeof createSending>;

export function createSending(execution: Execution) {
  const core = createCore(execution);
  const { clock = systemClock } = execution;
  const turns = createTurns((at) => mayGoAt(core, at), clock);
  core.pacer.onChange = turns.look;
  return {
    execution,
    core,
    clock,
    /** Slots: attempts in flight, or waiting for their turn. */
    limit: createSlots(execution.concurrency),
    turns,
    pauses: createPauses(clock),
    search: createAppSearch(execution.missingApps),
    /** Open calls whose first attempt has a slot, or queues for one. */
    beginning: 0,
    /** Calls that were taken out of their turn: they must not be taken so again after it. */
    far: new Set<number>(),
    isClockCompared: false,
    /** Something threw that must not. */
    bug: undefined as { readonly error: unknown } | undefined,
    /** To be called when an attempt or a call has ended. */
    onChange: undefined as (() => void) | undefined,
  };
}

/** Resolves when an attempt or a call has ended, as each soon does once the run stops: something else may be done. */
export function change(sending: Sending): Promise<void> {
  return new Promise((resolve) => (sending.onChange = resolve));
}

export function isStopping({ core, bug }: Sending): boolean {
  return core.stop !== undefined || bug !== undefined;
}

/** Ends every wait but for what is in flight; nothing new goes. @param reason undefined when the core or a bug has stopped it already. */
export function halt(sending: Sending, reason?: Stop): void {
  if (reason !== undefined) sending.core.stop ??= reason;
  sending.pauses.cancel();
  sending.turns.release();
}

export function breakOff(sending: Sending, error: unknown): void {
  const isOfJournal = error instanceof JournalError;
  if (!isOfJournal) sending.bug ??= { error };
  halt(sending, isOfJournal ? { reason: 'journal', error } : undefined);
}
