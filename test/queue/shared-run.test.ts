import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { run, type RunOptions } from '../../src/index.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import type { JournalDisk } from '../../src/journal/journal-file.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { encodeRecord, type AttemptRecord } from '../../src/journal/record.ts';
import { startChunkWorker } from '../../src/queue/chunk-worker.ts';
import { chunksOf, claimChunk, freeChunks } from '../../src/queue/claims.ts';
import { openDatabase, type Database } from '../../src/queue/database.ts';
import { openLocalJournal, type LocalJournal } from '../../src/queue/local-journal.ts';
import { renderJournal } from '../../src/queue/render-journal.ts';
import { storeMarks, storeRecords } from '../../src/queue/replies.ts';
import { findSharedRun, putSharedRun } from '../../src/queue/shared-runs.ts';
import { statusOf } from '../../src/report/call-result.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import {
  listRuns,
  openSharing,
  reportShared,
  resumeShared,
  stopRun,
  verifyShared,
  work,
  type WorkOptions,
} from '../../src/workflow/shared/index.ts';
import { checkedPace } from '../../src/settings/pace-options.ts';
import { leaversFile } from '../leavers-file.ts';
import { readCsvFile } from '../read-report.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { attemptAt, makeRun, putRun, startWorker } from './lone-worker.ts';
import { query, startPostgres, type Postgres } from './postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** As on another machine: the run's name in a folder that is empty. */
const elsewhere = (name: string): string => path.join(temporaryFolder(), name);

function worker(server: Simulator, options: WorkOptions = {}) {
  const { credentials, server: where } = against(server);
  return work(postgres.url, { credentials, server: where, folder: temporaryFolder(), ...options });
}

async function runShared(name: string, file: string, server: Simulator, options: RunOptions = {}) {
  const sharing = await openSharing(postgres.url);
  const folder = elsewhere(name);
  try {
    return await run(file, against(server, { folder, sharing, ...options }));
  } finally {
    await sharing.close();
  }
}

async function resumed(
  name: string,
  server: Simulator,
  options: RunOptions & { retryFailed?: boolean } = {},
) {
  const { credentials } = against(server);
  return resumeShared(postgres.url, elsewhere(name), { credentials, ...options });
}

const ask = <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> =>
  query(postgres.url, text, values);

const stateOf = async (name: string): Promise<string | undefined> =>
  (await listRuns(postgres.url)).find((each) => each.name === name)?.state;

/** Claims of which nobody says that nothing of them is in doubt. */
const openClaims = (name: string): Promise<unknown[]> =>
  ask(
    `SELECT chunk, epoch FROM genauth_offboard.claims JOIN genauth_offboard.runs ON id = run WHERE name = $1 AND closed_at IS NULL`,
    [name],
  );

const sentTo = (server: Simulator): string[] => server.log.map(({ userId }) => userId).sort();
const usersIn = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[0] ?? '')
    .sort();
/** Once, when the server has got so many calls. */
function after(calls: number, work: () => void): () => void {
  let got = 0;
  return () => {
    got += 1;
    if (got === calls) work();
  };
}

test('a run is shared with workers that join it, and each row is accounted for as if one process had made it', async () => {
  const server = await simulator();
  const file = leaversFile(Array.from({ length: 300 }, (_, at) => `app-${at % 7}`));
  const left = new AbortController();
  const joined = worker(server, { stopSignal: left.signal });
  const { folder, summary, exitCode } = await runShared('shared', file, server);
  left.abort();
  expect((await joined).stop?.reason).toBe('interrupted');
  expect([exitCode, summary?.ended, summary?.attempts]).toEqual([0, 'finished', server.log.length]);
  expect(server.log).toHaveLength(300);
  const idsOf = new Map(server.log.map(({ userId, requestId }) => [userId, requestId]));
  for (const { user_id: userId = '', status, request_ids: ids } of readCsvFile(folder, 'report.csv')) {
    expect([userId, status, ids]).toEqual([userId, 'succeeded', idsOf.get(userId)]);
  }
  // Any machine's report is the same.
  const third = elsewhere('shared');
  await reportShared(postgres.url, third, {});
  const content = (of: string): string => readFileSync(path.join(of, 'report.csv'), 'utf8');
  expect(content(third)).toBe(content(folder));
});

test('until somebody says yes nobody gets more than the canary, and after a no the run is at rest until somebody is asked again', async () => {
  const server = await simulator();
  const file = leaversFile(Array.from({ length: 60 }, () => 'app-1'));
  const users = usersIn(file);
  const left = new AbortController();
  const joined = worker(server, { stopSignal: left.signal });
  const database = await openDatabase(postgres.url);
  const asked: number[] = [];
  const answer = (goesOn: boolean) => async (): Promise<boolean> => {
    asked.push(server.log.length);
    const { id, round } = await findSharedRun(database.query, 'canary');
    expect(await freeChunks(database.query, id, { untaken: true, most: 100 })).toEqual([]);
    for (const { chunk } of await chunksOf(database.query, id)) {
      expect(
        await claimChunk(database.query, { run: id, round, chunk, worker: 'another' }, () => 1),
      ).toBeUndefined();
    }
    return goesOn;
  };
  const guards = { canary: 5 };
  const first = await runShared('canary', file, server, { guards, confirmCanary: answer(false) });
  expect([first.exitCode, first.stop?.reason, await stateOf('canary')]).toEqual([4, 'canary', 'stopped']);
  expect(first.summary?.rows).toMatchObject({ succeeded: 5, not_attempted: 55 });
  const second = await resumed('canary', server, { confirmCanary: answer(false) });
  expect([second.exitCode, second.stop?.reason]).toEqual([4, 'canary']);
  const third = await resumed('canary', server, { confirmCanary: answer(true) });
  expect([third.exitCode, asked, await stateOf('canary')]).toEqual([0, [5, 5, 5], 'finished']);
  expect(sentTo(server)).toEqual(users);
  left.abort();
  await joined;
  await database.close();
});

test('stop ends a run for all of its workers with nothing in doubt, and resume goes on from any machine', async () => {
  let stopping: Promise<void> | undefined;
  const server = await simulator({
    faults: { latencyMs: 10 },
    onRequest: after(40, () => {
      stopping = stopRun(postgres.url, 'stopped', 'a test');
    }),
  });
  const file = leaversFile(Array.from({ length: 800 }, () => 'app-1'));
  const pace = { concurrency: 2 };
  const sharing = runShared('stopped', file, server, { pace });
  await expect.poll(() => stateOf('stopped').catch(() => undefined), { timeout: 30_000 }).toBe('going');
  const joined = worker(server, { run: 'stopped', pace });
  const [first, other] = await Promise.all([sharing, joined]);
  await stopping;
  expect([first.exitCode, first.stop?.message]).toEqual([
    4,
    'Somebody has stopped it for all workers, on a test.',
  ]);
  expect(other.stop?.message).toBe(first.stop?.message);
  expect(server.log.length).toBeLessThan(800);
  expect(await openClaims('stopped')).toEqual([]);
  expect(first.summary?.ended).toBe('interrupted');
  const reported = await reportShared(postgres.url, elsewhere('stopped'), {});
  expect(reported.rows).toMatchObject({
    succeeded: server.log.length,
    not_attempted: 800 - server.log.length,
  });
  // No worker is left that could stop it.
  await expect(stopRun(postgres.url, 'stopped', 'a test')).rejects.toThrow('is not going: it is stopped');
  server.setFaults({});
  const last = await resumed('stopped', server, { pace: { concurrency: 64 } });
  expect([last.exitCode, await stateOf('stopped')]).toEqual([0, 'finished']);
  expect(sentTo(server)).toEqual(usersIn(file));
});

test('retry-failed tries again what failed, from any machine, and never what succeeded', async () => {
  const server = await simulator();
  const file = leaversFile(
    Array.from({ length: 90 }, (_, at) => (at % 3 === 0 ? 'app-2;unknown-app' : 'app-1')),
  );
  const first = await runShared('retried', file, server);
  expect([first.exitCode, first.summary?.rows.partial]).toEqual([3, 30]);
  const before = server.log.length;
  // It has them by now.
  const mended = await simulator({ apps: ['app-1', 'app-2', 'unknown-app'] });
  const { credentials } = against(mended);
  await ask(
    `UPDATE genauth_offboard.runs SET content = replace(content, '${server.url}', '${mended.url}'), host = '${mended.url}' WHERE name = 'retried'`,
  );
  const nothing = await resumeShared(postgres.url, elsewhere('retried'), { credentials, host: mended.url });
  expect([nothing.exitCode, mended.log.length]).toEqual([3, 0]);
  const second = await resumeShared(postgres.url, elsewhere('retried'), {
    credentials,
    host: mended.url,
    retryFailed: true,
  });
  expect([second.exitCode, second.summary?.rows.succeeded]).toEqual([0, 90]);
  expect([server.log.length, mended.log.length]).toEqual([before, 30]);
});

test('stop-after-failures counts the failures of all workers, and stops for all', async () => {
  const server = await simulator({ faults: { latencyMs: 100 } });
  const file = leaversFile(Array.from({ length: 100 }, () => 'unknown-app'));
  const left = new AbortController();
  const pace = { concurrency: 1 };
  let failed = 0;
  const first = await runShared('failing', file, server, {
    pace,
    guards: { stopAfterFailures: 5 },
    stopSignal: left.signal,
    onEvent(event) {
      if (event.type === 'attempt' && event.ended === 'failed' && (failed += 1) === 4) left.abort();
    },
  });
  expect([first.exitCode, server.log.length]).toEqual([130, 4]);
  const second = await resumed('failing', server, { pace });
  expect([second.exitCode, second.stop?.reason]).toEqual([4, 'failures']);
  // Alone it would have failed six times more.
  expect(server.log.length).toBeLessThan(4 + 6);
  const joined = await worker(server, { run: 'failing', pace });
  expect(joined).toMatchObject({ runs: 0, stop: { reason: 'failures', message: second.stop?.message } });
});

test('an app that does not exist is found by one worker and left out by all', async () => {
  const apps = Array.from({ length: 50 }, (_, at) => (at === 17 ? 'unknown-app' : `app-${at}`)).join(';');
  const server = await simulator();
  const file = leaversFile(Array.from({ length: 120 }, () => apps));
  const left = new AbortController();
  let ended = 0;
  const first = await runShared('bad-app', file, server, {
    pace: { concurrency: 1 },
    stopSignal: left.signal,
    onEvent(event) {
      if (event.type === 'attempt' && event.ended !== undefined && (ended += 1) === 20) left.abort();
    },
  });
  expect(first.exitCode).toBe(130);
  const before = server.log.length;
  const second = await resumed('bad-app', server);
  expect([second.exitCode, second.summary?.rows.partial]).toEqual([3, 120]);
  const attempts = new Map<string, number>();
  for (const { userId } of server.log.slice(before)) attempts.set(userId, (attempts.get(userId) ?? 0) + 1);
  expect(new Set(attempts.values())).toEqual(new Set([1]));
});

test('while a run is going, a report says of no row more than is known', async () => {
  const name = 'going';
  const server = await simulator({ faults: { latencyMs: 20 } });
  const file = leaversFile(Array.from({ length: 300 }, () => 'app-1'));
  const third = elsewhere(name);
  let reporting: Promise<unknown> | undefined;
  let sentBefore: Set<string> | undefined;
  await runShared(name, file, server, {
    pace: { concurrency: 4 },
    onEvent(event) {
      if (event.type !== 'attempt' || event.done < 100) return;
      reporting ??= reportShared(postgres.url, third, {}).then((summary) => {
        sentBefore = new Set(sentTo(server));
        return summary;
      });
    },
  });
  expect(await reporting).toMatchObject({ ended: 'killed', rows: { total: 300, failed: 0, partial: 0 } });
  const rows = readCsvFile(third, 'report.csv');
  const succeeded = rows.filter(({ status }) => status === 'succeeded');
  expect(succeeded.length).toBeGreaterThan(0);
  for (const { user_id: userId = '' } of succeeded) expect(sentBefore).toContain(userId);
  expect(rows.some(({ status }) => status === 'unknown' || status === 'not_attempted')).toBe(true);
});

test('a look for sessions from another machine stands in every report, with what was kicked again, once', async () => {
  const server = await simulator({ faults: { survivors: 0.3 } });
  const file = leaversFile(Array.from({ length: 12 }, () => '65f0aa000000000000000001'));
  await runShared('looked', file, server);
  const { credentials } = against(server);
  const second = elsewhere('looked');
  const settings = { credentials, rekick: true, rekickWaitsMs: [1, 1, 1] };
  const verified = await verifyShared(postgres.url, second, settings);
  const kicks = server.log.length;
  expect(kicks).toBeGreaterThan(12);
  expect(verified.summary.verification?.control).toBe('seen');
  const third = elsewhere('looked');
  const summary = await reportShared(postgres.url, third, {});
  expect([summary.attempts, summary.rows.succeeded]).toEqual([kicks, 12]);
  for (const name of ['verification.csv', 'report.csv', 'checks.ndjson']) {
    expect(readFileSync(path.join(third, name), 'utf8')).toBe(readFileSync(path.join(second, name), 'utf8'));
  }
  const ids = readCsvFile(third, 'report.csv').flatMap((row) => row['request_ids']?.split(';') ?? []);
  expect(new Set(ids)).toEqual(new Set(server.log.map(({ requestId }) => requestId)));
  // Whoever comes again brings nothing that is there.
  await reportShared(postgres.url, second, {});
  expect((await reportShared(postgres.url, third, {})).attempts).toBe(kicks);
  // As if that machine had been killed before it brought what it knew: its journal has the look alone.
  await verifyShared(postgres.url, second, settings);
  expect((await reportShared(postgres.url, third, {})).attempts).toBe(server.log.length);
});

/** Slow enough for others to come meanwhile. @returns the look, once the database knows of it. */
async function beginLook(name: string, server: Simulator) {
  const { credentials } = against(server);
  server.setFaults({ latencyMs: 400 });
  const look = verifyShared(postgres.url, elsewhere(name), { credentials });
  look.catch(() => {});
  const held = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND objid = $1`;
  const [run] = await ask<{ id: number }>('SELECT id FROM genauth_offboard.runs WHERE name = $1', [name]);
  await expect.poll(() => ask(held, [run?.id]), { timeout: 20_000 }).toHaveLength(1);
  const [{ pid } = { pid: 0 }] = await ask<{ pid: number }>(held, [run?.id]);
  return { look, pid };
}

test('while somebody looks for its sessions nobody else does, and nobody lets the run go on', async () => {
  const server = await simulator();
  await runShared('looked-at', leaversFile(['app-1', 'app-2', 'unknown-app']), server);
  const { look } = await beginLook('looked-at', server);
  const { credentials } = against(server);
  const said = 'Somebody looks for the sessions of looked-at just now.';
  await expect(verifyShared(postgres.url, elsewhere('looked-at'), { credentials })).rejects.toThrow(said);
  await expect(resumed('looked-at', server, { retryFailed: true })).rejects.toThrow(said);
  expect((await look).stop).toBeUndefined();
  server.setFaults({});
  expect((await resumed('looked-at', server, { retryFailed: true })).exitCode).toBe(3);
});

test('two that look at once, as one was cut off from the database, do not write over each other: the second is told so', async () => {
  const server = await simulator();
  await runShared('cut-off', leaversFile(['app-1', 'app-2']), server);
  const first = await beginLook('cut-off', server);
  await ask('SELECT pg_terminate_backend($1)', [first.pid]);
  const second = await beginLook('cut-off', server);
  const ended = await Promise.allSettled([first.look, second.look]);
  const refused = ended.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  expect(refused).toEqual([expect.stringContaining('each know of checks that the other does not')]);
});

test.each([
  ['is told so', true, ['twice is still going'], 3],
  ['joins it', false, [], 2],
])('of two that let a run go on at once one does, and the other %s', async (_, retryFailed, words, sent) => {
  const name = retryFailed ? 'twice' : 'twice-more';
  const server = await simulator();
  const file = leaversFile(['app-1', 'unknown-app']);
  const stopped = new AbortController();
  await runShared(name, file, server, {
    stopSignal: stopped.signal,
    onEvent: ({ type }) => void (type === 'started' && !retryFailed && stopped.abort()),
  });
  if (!retryFailed) await stopRun(postgres.url, name, 'a test');
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM genauth_offboard.runs WHERE name = $1 FOR UPDATE', [name]);
  const both = Promise.allSettled([1, 2].map(() => resumed(name, server, { retryFailed })));
  // Both have read how it stands.
  const waiting = () => ask(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
  await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(2);
  await client.query('COMMIT');
  await client.end();
  const refused = (await both).flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
  expect(refused).toEqual(words.map((each) => expect.stringContaining(each)));
  expect(await ask('SELECT round, state FROM genauth_offboard.runs WHERE name = $1', [name])).toEqual([
    { round: 2, state: 'finished' },
  ]);
  expect(server.log).toHaveLength(sent);
});

test('who tries again what failed just after a stop waits for the workers to leave, and leaves none of it out', async () => {
  const server = await simulator({ faults: { latencyMs: 100 } });
  const file = leaversFile(Array.from({ length: 60 }, () => 'unknown-app'));
  const stopped = new AbortController();
  const pace = { concurrency: 2 };
  let retried: ReturnType<typeof resumed> | undefined;
  const first = await runShared('hasty', file, server, {
    pace,
    onEvent(event) {
      if (event.type !== 'attempt' || event.done < 15) return;
      retried ??= stopRun(postgres.url, 'hasty', 'a test').then(() =>
        resumed('hasty', server, { retryFailed: true }),
      );
    },
    stopSignal: stopped.signal,
  });
  expect(first.exitCode).toBe(4);
  const last = await retried;
  expect(last?.summary?.rows.failed).toBe(60);
  const times = new Map<string, number>();
  for (const { userId } of server.log) times.set(userId, (times.get(userId) ?? 0) + 1);
  const before = first.summary?.rows.failed ?? 0;
  expect([...times.values()].filter((count) => count === 2)).toHaveLength(before);
});

const calls = 30;

test('a claim that is asked for while its worker leaves is closed with the others', async () => {
  const database = await openDatabase(postgres.url);
  const shared = await putRun(database, 'leaving', calls);
  let offer: ((chunk: number) => void) | undefined;
  const offers: Promise<number | undefined>[] = [
    Promise.resolve(1),
    new Promise((resolve) => (offer = resolve)),
  ];
  const delivery = {
    offer: () => Promise.resolve(),
    next: () => offers.shift() ?? Promise.resolve(undefined),
    forget: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const local = await openLocalJournal(path.join(temporaryFolder(), 'replies.ndjson'), 'a-run');
  const told = (error: unknown): Error => new Error('told', { cause: error });
  const of = { database, delivery, shared, worker: 'w/1/x', local, staysToTheEnd: true, told };
  const leaving = startChunkWorker(of, new Set());
  for await (const batch of leaving.calls()) {
    expect(batch).toHaveLength(10);
    break;
  }
  const closed = leaving.close('interrupted', new AbortController().signal);
  offer?.(2);
  expect(await closed).toEqual({ why: undefined, isStored: true });
  await local.close();
  expect(await openClaims('leaving')).toEqual([]);
  const claims = await ask(
    `SELECT chunk, reason FROM genauth_offboard.claims WHERE run = $1 ORDER BY chunk`,
    [shared.id],
  );
  expect(claims).toEqual([1, 2].map((chunk) => ({ chunk, reason: 'interrupted' })));
  await database.close();
});

test('whatever was claimed, answered and closed: a report says of each call what is known, and a claim takes what is open', async () => {
  const database = await openDatabase(postgres.url);
  const shared = await putRun(database, 'drawn', calls);
  const { query } = database;
  const journal = path.join(temporaryFolder(), 'rendered.ndjson');
  const of = 'WHERE run = (SELECT id FROM genauth_offboard.runs WHERE name = $1)';

  const verdict = fc.constantFrom('succeeded', 'rejected', 'throttled', 'transient' as const);
  const record = fc.record({
    call: fc.integer({ min: 1, max: 10 }),
    verdict,
    final: fc.boolean(),
    unanswered: fc.boolean(),
  });
  const claim = fc.record({
    chunk: fc.integer({ min: 1, max: 3 }),
    closed: fc.boolean(),
    /** The first calls of the chunk, and one more; undefined: nothing says how far it is marked. */
    marked: fc.option(fc.record({ first: fc.nat(10), alone: fc.integer({ min: 1, max: 10 }) }), {
      nil: undefined,
    }),
    records: fc.array(record, { maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(claim, { maxLength: 6 }), async (drawn) => {
      await query(`DELETE FROM genauth_offboard.claims ${of}`, ['drawn']);
      await query(`DELETE FROM genauth_offboard.attempts ${of}`, ['drawn']);
      const epochs = [0, 0, 0, 0];
      const known = new Map<
        number,
        { last: AttemptRecord | undefined; succeeded: boolean; unanswered: boolean }
      >();
      for (let seq = 1; seq <= calls; seq += 1)
        known.set(seq, { last: undefined, succeeded: false, unanswered: false });
      /** Those of which a claim that was never closed leaves in doubt whether they were sent. */
      const doubted = new Set<number>();
      for (const [at, { chunk, closed, marked, records }] of drawn.entries()) {
        const epoch = (epochs[chunk] = (epochs[chunk] ?? 0) + 1);
        await query(
          `INSERT INTO genauth_offboard.claims (run, chunk, epoch, worker, claimed_at, closed_at, reason, round, retry_failed)
           SELECT id, $2, $3, 'w/1/x', to_timestamp($4::int), CASE WHEN $5 THEN to_timestamp($4::int) END, 'left', 1, false
           FROM genauth_offboard.runs WHERE name = $1`,
          ['drawn', chunk, epoch, 1000 + at, closed],
        );
        const first = chunk * 10 - 9;
        if (marked !== undefined) {
          const alone = first + marked.alone - 1;
          await storeMarks(query, shared.id, [
            { chunk, epoch, number: 0, from: first, upTo: first + marked.first - 1 },
            { chunk, epoch, number: -1, from: alone, upTo: alone },
          ]);
        }
        const answered = new Set<number>();
        for (const [number, { call, ...what }] of records.entries()) {
          const seq = (chunk - 1) * 10 + call;
          const succeeded = what.verdict === 'succeeded';
          const sent: AttemptRecord = {
            kind: 'attempt',
            seq,
            attempt: 1,
            ...what,
            final: what.final || succeeded,
            unanswered: what.unanswered && !succeeded,
            startedAt: 1,
            durationMs: 1,
          };
          await storeRecords(query, shared.id, [
            { chunk, epoch, number: number + 1, line: encodeRecord(sent).trimEnd() },
          ]);
          const before = known.get(seq);
          known.set(seq, {
            last: sent,
            succeeded: (before?.succeeded ?? false) || succeeded,
            unanswered: (before?.unanswered ?? false) || sent.unanswered,
          });
          doubted.delete(seq);
          if (sent.final) answered.add(seq);
          else answered.delete(seq);
        }
        if (closed) continue;
        for (let seq = first; seq <= chunk * 10; seq += 1) {
          const isMarked =
            marked === undefined || seq < first + marked.first || seq === first + marked.alone - 1;
          if (!isMarked) continue;
          const { last, succeeded } = known.get(seq) ?? {};
          if (answered.has(seq) || succeeded === true || last?.final === true) continue;
          doubted.add(seq);
          known.set(seq, { last, succeeded: false, unanswered: true });
        }
      }
      await query(
        `UPDATE genauth_offboard.chunks SET epoch = CASE chunk WHEN 1 THEN $2::int WHEN 2 THEN $3 ELSE $4 END, lease_until = NULL ${of}`,
        ['drawn', ...epochs.slice(1)],
      );
      await renderJournal(query, await findSharedRun(query, 'drawn'), journal, 'a-plan', true);
      const index = createJournalIndex(calls);
      expect((await readJournal(journal, index)).damagedAt).toEqual([]);
      const open: number[] = [];
      for (const [seq, { last, succeeded, unanswered }] of known) {
        const isFinal = last?.final === true && !doubted.has(seq);
        const status = succeeded
          ? 'succeeded'
          : unanswered
            ? 'unknown'
            : isFinal
              ? 'failed'
              : 'not_attempted';
        expect([seq, statusOf(index.state(seq))]).toEqual([seq, status]);
        if (!succeeded && !isFinal) open.push(seq);
      }
      const taken: number[] = [];
      for (const chunk of [1, 2, 3]) {
        let place = 0;
        const claimed = await claimChunk(
          query,
          { run: shared.id, round: 1, chunk, worker: 'w/2/y' },
          () => (place += 1),
        );
        taken.push(...(claimed?.calls ?? []).map(({ seq }) => seq));
      }
      expect(taken).toEqual(open);
    }),
    { numRuns: 20 },
  );
  await database.close();
});

/** Puts a run of 20 calls into the database, of which a worker has been answered the first four of each chunk. */
async function answeredInPart(name: string, database: Database, local: LocalJournal) {
  const { worker } = await startWorker(database, await putRun(database, name, 20), [1, 2], local);
  let taken = 0;
  for await (const batch of worker.calls()) {
    for (const { seq } of batch.slice(0, 4)) {
      worker.journal.append(attemptAt(seq));
      worker.end(seq, 'succeeded');
    }
    taken += batch.length;
    if (taken === 20) break;
  }
  return worker;
}

async function storedOf(name: string): Promise<number> {
  const of = `FROM genauth_offboard.attempts JOIN genauth_offboard.runs ON id = run WHERE name = $1 AND number > 0`;
  const [row] = await ask<{ count: number }>(`SELECT count(*)::int AS count ${of}`, [name]);
  return row?.count ?? 0;
}

test('what a full disk does not take goes to the database all the same, and nothing more is sent', async () => {
  const database = await openDatabase(postgres.url);
  const file = path.join(temporaryFolder(), 'replies.ndjson');
  let lines = 0;
  const full: JournalDisk = {
    write(fd, bytes, offset, length, position) {
      lines += 1;
      if (lines > 4) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      return writeSync(fd, bytes, offset, length, position);
    },
    sync: () => Promise.resolve(),
  };
  const local = await openLocalJournal(file, 'run-1', full);
  const worker = await answeredInPart('full', database, local);
  expect(worker.journal.failure?.message).toContain('full');
  await expect(worker.journal.cover(1)).rejects.toThrow('full');
  const { isStored } = await worker.close('journal', new AbortController().signal);
  expect([isStored, await storedOf('full'), await openClaims('full')]).toEqual([true, 8, []]);
  await expect(local.close()).rejects.toThrow('full');
  await database.close();
});

test('a run whose last commit was not answered stays, as others may work on it', async () => {
  const database = await openDatabase(postgres.url);
  const of = await makeRun('silent', calls);
  let isBack = true;
  const silent: Database = {
    ...database,
    async query(text, values) {
      if (!isBack && text.startsWith('DELETE FROM genauth_offboard.runs'))
        throw new Error('connection is lost');
      const rows = await database.query<never>(text, values);
      if (text.includes(`SET state = 'going'`)) throw new Error('Query read timeout');
      return rows;
    },
  };
  expect((await putSharedRun(silent, of)).state).toBe('going');
  isBack = false;
  await expect(putSharedRun(silent, { ...of, name: 'more-silent' })).rejects.toThrow('may have all of it');
  expect(await stateOf('more-silent')).toBe('going');
  await database.close();
});

test('who may not take part in a run that was stopped does not let others go on with it', async () => {
  const server = await simulator();
  await runShared('others', leaversFile(['app-1', 'app-2']), server);
  await ask(`UPDATE genauth_offboard.runs SET state = 'stopped' WHERE name = 'others'`);
  server.addKey('another-key', 'another-secret', 'another-pool');
  const credentials = { accessKeyId: 'another-key', accessKeySecret: 'another-secret' };
  const options = { credentials, host: server.url };
  await expect(resumeShared(postgres.url, elsewhere('others'), options)).rejects.toThrow('another-pool');
  expect(await stateOf('others')).toBe('stopped');
});

test('a report that is made beside a look for sessions loses nothing of what that is answered', async () => {
  let reporting: Promise<unknown> | undefined;
  const second = elsewhere('beside');
  const server: Simulator = await simulator({
    faults: { survivors: 0.5 },
    onRequest() {
      if (server.log.length <= 20 || reporting !== undefined) return;
      // Slow enough for the report to come between the further kicks.
      server.setFaults({ survivors: 0.5, latencyMs: 100 });
      reporting = reportShared(postgres.url, second, {});
    },
  });
  await runShared(
    'beside',
    leaversFile(Array.from({ length: 20 }, () => '65f0aa000000000000000001')),
    server,
  );
  const { credentials } = against(server);
  const pace = checkedPace({ concurrency: 1 });
  await verifyShared(postgres.url, second, { credentials, pace, rekick: true, rekickWaitsMs: [1, 1, 1] });
  await reporting;
  expect(reporting).toBeDefined();
  expect((await reportShared(postgres.url, elsewhere('beside'), {})).attempts).toBe(server.log.length);
});

/** In the queue, with nothing sent of it. */
async function putAside(name: string, file: string, server: Simulator, options: RunOptions = {}) {
  const stopped = new AbortController();
  await runShared(name, file, server, {
    ...options,
    stopSignal: stopped.signal,
    onEvent: ({ type }) => void (type === 'started' && stopped.abort()),
  });
  expect(server.log).toEqual([]);
}

test.each([
  ['its failures', 'stopped', { guards: { stopAfterFailures: 3 } }, 'unknown-app', {}],
  ['refused users', 'going', {}, 'app-1', { shares: { forbidden: 1 } }],
])('a run that is left for %s keeps no worker from others', async (_, state, options, app, faults) => {
  const names = [`left-${state}`, `next-${state}`];
  const server = await simulator();
  const many = leaversFile(Array.from({ length: 100 }, () => app));
  await putAside(names[0]!, many, server, { ...options, pace: { concurrency: 4 } });
  server.setFaults(faults);
  const left = new AbortController();
  const whys: (string | undefined)[] = [];
  const joined = worker(server, {
    stopSignal: left.signal,
    onRun: (run) => void (run.left && whys.push(run.why)),
  });
  await expect.poll(() => whys, { timeout: 60_000 }).toHaveLength(1);
  expect(whys[0]).toBeDefined();
  server.setFaults({});
  const before = server.log.length;
  const other = await simulator();
  await putAside(names[1]!, leaversFile(['app-1', 'app-2']), other);
  await ask(
    `UPDATE genauth_offboard.runs SET content = replace(content, '${other.url}', '${server.url}'), host = '${server.url}' WHERE name = $1`,
    [names[1]],
  );
  await expect.poll(() => whys, { timeout: 60_000 }).toHaveLength(2);
  left.abort();
  expect((await joined).stop?.reason).toBe('interrupted');
  expect([await stateOf(names[0]!), await stateOf(names[1]!)]).toEqual([state, 'finished']);
  expect(server.log.length).toBe(before + 2);
});

test('a worker takes no part in a run of which nothing says that it is about users of its own access key', async () => {
  const server = await simulator();
  server.addKey('another-key', 'another-secret', 'another-pool');
  const others = { accessKeyId: 'another-key', accessKeySecret: 'another-secret' };
  const file = leaversFile(['app-1', 'app-2']);
  await putAside('signed', file, server, { server: { host: server.url, auth: 'signature' } });
  await putAside('of-nobody', file, server);
  // As when the server was not reached when it was begun.
  await ask(
    `UPDATE genauth_offboard.runs SET content = regexp_replace(content, '"identity":\\{[^}]*\\}', '"identity":null'), user_pool = NULL
     WHERE name = 'of-nobody'`,
  );
  const passed: string[] = [];
  const left = new AbortController();
  const joined = worker(server, {
    credentials: others,
    stopSignal: left.signal,
    onPassedOver: (name, why) => void passed.push(`${name}: ${why}`),
  });
  await expect.poll(() => passed, { timeout: 30_000 }).toHaveLength(2);
  left.abort();
  await joined;
  expect(passed).toEqual([
    expect.stringContaining('signed: '),
    expect.stringContaining('of-nobody: Nothing says'),
  ]);
  for (const [name, words] of [
    ['signed', 'This run is about'],
    ['of-nobody', 'Nothing says'],
  ] as const) {
    await expect(worker(server, { credentials: others, run: name })).rejects.toThrow(words);
  }
  expect(server.log).toEqual([]);
  // Who has the very key that one was begun with takes part in that one.
  expect((await worker(server, { run: 'signed' })).stop).toBeUndefined();
  expect(server.log).toHaveLength(2);
});
