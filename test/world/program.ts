import { existsSync } from 'node:fs';
import path from 'node:path';

import { connectPatiently } from '../../src/execute/connect.ts';
import { execute } from '../../src/execute/execute.ts';
import { recallRequestIds } from '../../src/journal/request-key.ts';
import type { Stop } from '../../src/execute/stop/stop.ts';
import { createClient } from '../../src/genauth/client.ts';
import { ownConnection } from '../../src/genauth/connection.ts';
import { createSeenRequestIds, type SeenRequestIds } from '../../src/genauth/seen-request-ids.ts';
import type { Transport } from '../../src/genauth/transport.ts';
import { openReplacements } from '../../src/files/replacement.ts';
import { createJournalIndex, type JournalIndex } from '../../src/journal/journal-index.ts';
import { JournalError } from '../../src/journal/journal-error.ts';
import { openJournal, type Journal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { recoverJournal } from '../../src/journal/recover.ts';
import { farCall, missingApps, openCalls, readOpenApps } from '../../src/workflow/open-calls.ts';
import type { CallReader } from '../../src/plan/call-file.ts';
import type { FiledRow } from '../../src/plan/row-file.ts';
import { reportFiles, writeReports } from '../../src/report/write-reports.ts';
import { runFiles } from '../../src/run-folder/run-files.ts';
import { openSeen } from '../../src/verify/seen.ts';
import type { ValidRow } from '../../src/input/row.ts';
import { planned as planRows } from '../plan/planned.ts';
import type { Disk } from './disk.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';
import type { Options, PlannedRow } from './scenario.ts';

/**
 * The real program but for its outermost layer: what `work` in `src/workflow/session.ts` does for a folder that is claimed, with clock, disk
 * and network of the world.
 */
export interface Program {
  readonly calls: number;
  /** Reads and mends the journal, and opens it for one session. */
  start(means: Means): Promise<Session>;
  /** What `report` does, at any time. */
  report(index?: JournalIndex): Promise<void>;
  readonly folder: string;
  readonly journalFile: string;
  readonly reader: CallReader;
}

export interface Means {
  readonly life: Life;
  readonly disk: (end: number) => Disk;
  readonly transport: Transport;
  readonly options: Options;
  readonly random: Random;
  readonly retryFailed: boolean;
  readonly stopSignal: AbortSignal;
}

export interface Session {
  /** Sends what is open, and ends the session; in virtual time. */
  send(): Promise<Stop | undefined>;
  readonly index: JournalIndex;
  readonly disk: Disk;
}

const columns = { names: ['user_id', 'app_ids'], userId: 0, userIdType: undefined, appIds: 1 };

export async function createProgram(folder: string, planned: readonly PlannedRow[]): Promise<Program> {
  const { filed, reader } = await planRows(planned.map(validRow));
  const calls = reader.count;
  const journalFile = path.join(folder, 'journal.ndjson');

  async function start(means: Means): Promise<Session> {
    const index = createJournalIndex(calls);
    const seen = createSeenRequestIds();
    const end = await recoverJournal(journalFile, index, recallRequestIds(seen));
    const disk = means.disk(end);
    const { makeRoom } = disk;
    const { after, now } = means.life;
    const journal = await openJournal(journalFile, index, end, { disk, makeRoom, after, now });
    return { index, disk, send: () => session(journal, means, seen) };
  }

  async function session(journal: Journal, means: Means, seen: SeenRequestIds): Promise<Stop | undefined> {
    const { index } = journal;
    let stop: Stop | undefined;
    try {
      journal.append({ kind: 'session', startedAt: means.life.wall(), retryFailed: means.retryFailed });
      stop = await sendCalls(journal, means, seen);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      stop = { reason: 'journal', error };
    } finally {
      await journal.close().catch((error: unknown) => {
        if (!(error instanceof JournalError)) throw error;
        stop = { reason: 'journal', error };
      });
    }
    // When the journal could not take its last records, what was in flight must not look as if it had never been sent.
    index.settle();
    return stop;
  }

  async function sendCalls(journal: Journal, means: Means, seen: SeenRequestIds): Promise<Stop | undefined> {
    const { life, options, random, retryFailed, stopSignal } = means;
    const { index } = journal;
    const connection = ownConnection(createWorldClient(means, seen));
    let stop = await connectPatiently({
      connect: connection.connect,
      giveUpAfterMs: options.giveUpAfterMs,
      serverIsKnown: index.totals.hasAnswered,
      stopSignal,
      clock: life,
      random,
    });
    if (stop === undefined) {
      const range = { from: 1, to: calls };
      const executed = await execute({
        ...options,
        calls: openCalls(reader, index, retryFailed, range),
        missingApps: missingApps(reader, index, retryFailed),
        kickUsers: connection.kickUsers,
        renew: connection.renew,
        serverIsKnown: index.totals.hasAnswered || 'userPoolId' in (connection.identity ?? {}),
        journal,
        openApps: (last) => readOpenApps(journalFile, last),
        farCall: async (after, share) => farCall(reader, index, retryFailed, range, after, share),
        stopSignal,
        random,
        clock: life,
      });
      ({ stop } = executed);
    }
    journal.append({ kind: 'end', endedAt: life.wall(), reason: stop?.reason ?? 'finished' });
    return stop;
  }

  return {
    calls,
    folder,
    journalFile,
    reader,
    start,
    async report(index) {
      const files = await openReplacements(folder, reportFiles, 'holder');
      const read = index ?? createJournalIndex(calls);
      if (index === undefined) await readJournal(journalFile, read);
      const isSeen = existsSync(runFiles(folder).checks);
      const seen = isSeen
        ? await openSeen(folder, { calls: reader, index: read, plan: planOfWorld })
        : undefined;
      try {
        await writeReports({
          verified: seen && { ...seen, appName: () => '' },
          folder,
          files,
          input: { name: 'world.csv', sha256: '' },
          host: 'https://tenant.example',
          rowCount: filed.length,
          columns,
          rows: batches(filed),
          callReader: reader,
          index: read,
          journalFile: existsSync(journalFile) ? journalFile : undefined,
        });
      } finally {
        seen?.close();
        await files.close();
      }
    },
  };
}

/** What the checks call it. */
export const planOfWorld = 'world';

export function createWorldClient(
  { life, transport, options }: Pick<Means, 'life' | 'transport' | 'options'>,
  seen: SeenRequestIds,
) {
  return createClient({
    host: 'https://tenant.example',
    connections: options.concurrency,
    timeoutMs: options.timeoutMs,
    accessKeyId: 'key-of-the-world',
    accessKeySecret: 'not-a-secret-of-anybody',
    auth: options.auth,
    brand: 'authing',
    version: 'world',
    clock: { now: life.wall, monotonic: life.monotonic },
    transport,
    seen,
  });
}

function validRow({ line, userId, appIds }: PlannedRow): ValidRow {
  const cells = [userId, appIds.join(';')];
  return { valid: true, line, cells, userId, userIdType: 'user_id', appIds, warnings: [] };
}

// eslint-disable-next-line typescript/require-await -- the program reads its rows from a file
async function* batches(rows: readonly FiledRow[]): AsyncGenerator<readonly FiledRow[]> {
  for (let from = 0; from < rows.length; from += 100) yield rows.slice(from, from + 100);
}
