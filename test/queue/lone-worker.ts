import path from 'node:path';

import { run } from '../../src/index.ts';
import type { AttemptRecord } from '../../src/journal/record.ts';
import { startChunkWorker } from '../../src/queue/chunk-worker.ts';
import type { Database } from '../../src/queue/database.ts';
import { openLocalJournal, type LocalJournal } from '../../src/queue/local-journal.ts';
import { putSharedRun, type SharedRun } from '../../src/queue/shared-runs.ts';
import { readRunFile } from '../../src/run-folder/run-file.ts';
import { openRunPlan, type RunChoices, type RunPlan } from '../../src/workflow/stored-run.ts';
import { leaversFile } from '../leavers-file.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Makes a run of so many calls in a folder, as it is put into a database; chunks of ten. */
export async function makeRun(name: string, calls: number) {
  const folder = path.join(temporaryFolder(), name);
  const file = leaversFile(Array.from({ length: calls }, () => 'app-1'));
  await run(file, against(await simulator(), { folder }));
  const made = await readRunFile<RunChoices, RunPlan>(folder);
  const files = await openRunPlan(folder, made);
  return { folder, name, run: made, files, canaryCalls: 0 };
}

/** Puts such a run into the database, on which nobody works. */
export async function putRun(database: Database, name: string, calls: number): Promise<SharedRun> {
  return putSharedRun(database, await makeRun(name, calls));
}

/** A worker that is offered these chunks and no others, and sends nothing. @param given default: a journal of its own. */
export async function startWorker(
  database: Database,
  shared: SharedRun,
  offered: readonly number[],
  given?: LocalJournal,
) {
  const local = given ?? (await openLocalJournal(path.join(temporaryFolder(), 'replies.ndjson'), 'a-run'));
  const chunks = [...offered];
  const missingApps = new Set<string>();
  const worker = startChunkWorker(
    {
      database,
      delivery: {
        next: () => Promise.resolve(chunks.shift()),
        offer: () => Promise.resolve(),
        forget: () => Promise.resolve(),
        close: () => Promise.resolve(),
      },
      shared,
      worker: 'w/1/x',
      local,
      staysToTheEnd: true,
      told: (error) => error,
    },
    missingApps,
  );
  /** As when it is killed, or its machine frozen for good: nothing is closed. */
  const kill = () => worker.close('killed', AbortSignal.abort());
  return { worker, missingApps, kill };
}

/** What is answered to a call that has succeeded. */
export function attemptAt(seq: number, startedAt = 1): AttemptRecord {
  return {
    kind: 'attempt',
    seq,
    attempt: 1,
    verdict: 'succeeded',
    final: true,
    unanswered: false,
    startedAt,
    durationMs: 10,
  };
}
