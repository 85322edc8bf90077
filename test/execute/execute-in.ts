import { writeSync } from 'node:fs';
import path from 'node:path';

import { execute } from '../../src/execute/execute.ts';
import type { Execution } from '../../src/execute/execution.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal, type Journal } from '../../src/journal/journal.ts';
import type { Call } from '../../src/plan/call.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { VirtualClock } from './virtual-clock.ts';

export function callsOf(count: number): Call[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    userId: `user-${index + 1}`,
    userIdType: 'user_id',
    appIds: ['app-1'],
  }));
}

/** At once: time that is not the clock's would pass while it syncs. */
const disk = { write: writeSync, sync: () => Promise.resolve() };

export async function openNewJournal(calls: number): Promise<Journal> {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const journal = await openJournal(file, createJournalIndex(calls), 0, { disk });
  journal.append({ kind: 'session', startedAt: 0, retryFailed: false });
  return journal;
}

export function executionOf(
  journal: Journal,
  more: Pick<Execution, 'calls' | 'kickUsers' | 'concurrency'> & Partial<Execution>,
): Execution {
  return {
    journal,
    renew: () => Promise.resolve(false),
    serverIsKnown: true,
    openApps: () => undefined,
    retries: 8,
    giveUpAfterMs: 900_000,
    ...more,
  };
}

export function executeIn(clock: VirtualClock, execution: Execution): ReturnType<typeof execute> {
  return inTime(clock, execute({ ...execution, clock }));
}

/** Time goes on whenever nothing else does. */
export async function inTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isOver = false;
  work.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  while (!isOver) {
    await new Promise(setImmediate);
    const nextAt = clock.nextAt();
    if (nextAt !== undefined && !isOver) await clock.runUntil(nextAt);
  }
  return work;
}
