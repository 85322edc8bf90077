import path from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { openDelivery } from '../../src/queue/delivery.ts';
import { openDatabase, type Database } from '../../src/queue/database.ts';
import { missingAppsOf } from '../../src/queue/standing.ts';
import { listRuns, reportShared, work } from '../../src/workflow/shared/index.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { attemptAt, putRun, startWorker } from './lone-worker.ts';
import { startPostgres, type Postgres } from './postgres.ts';

let postgres: Postgres;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await openDatabase(postgres.url);
});
afterAll(async () => {
  await database.close();
  await postgres.stop();
});

const reported = (name: string) => reportShared(postgres.url, path.join(temporaryFolder(), name), {});

test('what a worker that is gone for good leaves in doubt is what it was about to send, and not all that it held', async () => {
  const shared = await putRun(database, 'gone', 30);
  const { worker, kill } = await startWorker(database, shared, [1, 2, 3]);
  const batches = worker.calls();
  for (let batch = 0; batch < 3; batch += 1) await batches.next();
  for (const seq of [1, 2, 3]) await worker.journal.cover(seq);
  // The trial before a stop comes from far on.
  await worker.journal.coverAlone(18);
  await kill();
  const { calls } = await reported('gone');
  expect(calls.unknown).toBeGreaterThanOrEqual(4);
  // How far ahead it marks is a matter of time; the third chunk it was not near to.
  expect(calls.unknown).toBeLessThanOrEqual(20);
  expect(calls.not_attempted).toBe(30 - calls.unknown);
});

test('a call whose mark the database does not take waits, until nothing more is to be sent', async () => {
  const shared = await putRun(database, 'silent', 30);
  let isAway = true;
  let refused = 0;
  const away: Database = {
    ...database,
    query(text, values) {
      if (!isAway || !text.includes('DO UPDATE SET record')) return database.query(text, values);
      refused += 1;
      return Promise.reject(new Error('connection is lost'));
    },
  };
  const { worker, kill } = await startWorker(away, shared, [1]);
  await worker.calls().next();
  let isCovered = false;
  const covered = Promise.resolve(worker.journal.cover(1)).then(() => (isCovered = true));
  await expect.poll(() => refused).toBeGreaterThan(1);
  expect(isCovered).toBe(false);
  isAway = false;
  await covered;
  isAway = true;
  const second = worker.journal.cover(9);
  worker.fail(new Error('a test'));
  await second;
  await expect(kill()).rejects.toThrow('a test');
});

test("a worker's clock that is a minute ahead takes nothing from the time that the run took", async () => {
  const shared = await putRun(database, 'clocks', 30);
  const now = Date.now();
  for (const [chunk, aheadMs] of [
    [1, 60_000],
    [2, 0],
  ] as const) {
    vi.useFakeTimers({ toFake: ['Date'], now: now + aheadMs });
    const { worker, kill } = await startWorker(database, shared, [chunk]);
    await worker.calls().next();
    const first = chunk * 10 - 9;
    for (const [seq, at] of [
      [first, 0],
      [first + 1, 5000],
    ] as const) {
      worker.journal.append(attemptAt(seq, now + aheadMs + (chunk - 1) * 5000 + at));
      worker.end(seq, 'succeeded');
    }
    await worker.close('left', new AbortController().signal);
    await kill();
    vi.useRealTimers();
  }
  const { seconds, startedAt } = await reported('clocks');
  expect(seconds).toBeGreaterThan(9);
  expect(seconds).toBeLessThan(11);
  expect(Math.abs(Date.parse(startedAt ?? '') - now)).toBeLessThan(5000);
});

test('an app that a worker found missing before others tried again is not held to be missing then', async () => {
  const shared = await putRun(database, 'thawed', 30);
  const { worker, missingApps, kill } = await startWorker(database, shared, [1]);
  await worker.calls().next();
  await database.query('UPDATE genauth_offboard.runs SET round = 2 WHERE id = $1', [shared.id]);
  missingApps.add('app-1');
  worker.journal.append(attemptAt(1, Date.now()));
  await expect.poll(() => worker.stopSignal.aborted, { timeout: 10_000 }).toBe(true);
  expect(await worker.close('left', new AbortController().signal)).toEqual({
    why: 'other_round',
    isStored: true,
  });
  await kill();
  expect(await missingAppsOf(database.query, shared.id)).toEqual([]);
});

test('while its workers are there and hold nothing, as between two chunks, a run is not said to be interrupted', async () => {
  const shared = await putRun(database, 'between', 30);
  const { worker } = await startWorker(database, shared, [1]);
  await worker.calls().next();
  for (let seq = 1; seq <= 10; seq += 1) {
    worker.journal.append(attemptAt(seq, Date.now()));
    worker.end(seq, 'succeeded');
  }
  await worker.close('left', new AbortController().signal);
  expect((await reported('between')).ended).toBe('interrupted');
  // It reports to the rate that it shares.
  await database.query(`SELECT genauth_offboard.take_slots('a-key', 'w/1/x', NULL, 0, 200, NULL)`);
  expect((await reported('between')).ended).toBe('killed');
  const listed = (await listRuns(postgres.url)).find(({ name }) => name === 'between');
  expect(listed?.workers).toBe(1);
  await database.query(`SELECT genauth_offboard.leave_rate('a-key', 'w/1/x')`);
  expect((await reported('between')).ended).toBe('interrupted');
});

test('who may not call the functions of the rate is told so, and does not wait for ever', async () => {
  const { id } = await putRun(database, 'limited', 30);
  const role = `limited_${process.pid}`;
  const schemas = 'genauth_offboard, genauth_offboard_bullmq';
  const delivery = await openDelivery(postgres.url, id);
  for (const statement of [
    `REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA genauth_offboard FROM PUBLIC`,
    `CREATE ROLE ${role} LOGIN`,
    `GRANT USAGE ON SCHEMA ${schemas} TO ${role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schemas} TO ${role}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schemas} TO ${role}`,
    `GRANT CREATE ON SCHEMA genauth_offboard_bullmq TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA genauth_offboard_bullmq GRANT USAGE ON SEQUENCES TO ${role}`,
  ]) {
    await database.query(statement);
  }
  // Whoever begins the run offers its chunks.
  await delivery.offer(
    [1, 2, 3].map((chunk) => ({ chunk, epoch: 0 })),
    false,
  );
  await delivery.close();
  const url = new URL(postgres.url);
  url.username = role;
  const server = await simulator();
  await database.query(
    `UPDATE genauth_offboard.runs SET host = $1, content = replace(content, host, $1) WHERE name = 'limited'`,
    [server.url],
  );
  const { credentials, server: where } = against(server);
  const options = { credentials, server: where, folder: temporaryFolder(), run: 'limited' };
  await expect(work(url.href, options)).rejects.toThrow('too few rights');
  expect(server.log).toEqual([]);
  // What it had claimed nobody waits for here.
  await database.query('UPDATE genauth_offboard.chunks SET lease_until = NULL WHERE run = $1', [id]);
  await database.query(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA genauth_offboard TO ${role}`);
  expect((await work(url.href, options)).stop).toBeUndefined();
  expect(server.log).toHaveLength(30);
  await database.query(`DROP OWNED BY ${role}`);
  await database.query(`DROP ROLE ${role}`);
});
