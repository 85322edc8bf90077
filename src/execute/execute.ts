import pLimit from 'p-limit';

import { createAppSearch } from './app-search.ts';
import { createCallSource } from './call-source.ts';
import { systemClock } from './clock.ts';
import { createCore } from './core.ts';
import type { Executed, Execution } from './execution.ts';
import { createPauses } from './pauses.ts';
import { breakOff, halt, type Sending } from './sending.ts';
import { takeMore } from './slots.ts';
import { createFailureCount } from './stop/failure-limit.ts';
import { createTurns } from './turns.ts';

/**
 * Sends the calls as the core says, and keeps every attempt in the journal. Resolves when nothing is in flight any more:
 * at the end of the calls, or early with the reason of the stop. Rejects only for a bug, or when reading the calls fails.
 */
export async function execute(execution: Execution): Promise<Executed> {
  const { stopSignal, random = Math.random, clock = systemClock } = execution;
  const failures = execution.failures ?? createFailureCount(undefined);
  const core = createCore({ ...execution, failures, random });
  let onIdle = (): void => {};
  const idle = new Promise<void>((resolve) => (onIdle = resolve));
  const sending: Sending = {
    execution,
    core,
    clock,
    limit: pLimit(execution.concurrency),
    turns: createTurns(core.mayGoAt, clock),
    pauses: createPauses(clock),
    source: createCallSource(execution.calls, execution.journal.cover),
    search: createAppSearch(execution.missingApps),
    openCalls: 0,
    waiting: 0,
    takers: 0,
    retrying: 0,
    isClockCompared: false,
    bug: undefined,
    onIdle,
  };
  execution.onLive?.(() => ({ ...core.outlook(clock.now()), waiting: sending.waiting }));
  const interrupt = (): void => halt(sending, { reason: 'interrupted' });
  stopSignal?.addEventListener('abort', interrupt, { once: true });
  if (stopSignal?.aborted) interrupt();
  takeMore(sending);
  await idle;
  await sending.source.close().catch((error: unknown) => breakOff(sending, error));
  stopSignal?.removeEventListener('abort', interrupt);
  halt(sending);
  if (sending.bug !== undefined) throw sending.bug.error;
  return { stop: core.stop };
}
