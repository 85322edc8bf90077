import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';

import type { Simulator } from '../../src/simulator/simulator.ts';
import { genauthOffboard, type Ended } from '../command-line.ts';
import { leaversFile } from '../leavers-file.ts';
import { readCsvFile } from '../read-report.ts';
import { credentialsOf, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { query, startPostgres, type Postgres } from './postgres.ts';
import { startMachine } from './shared-scene.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** A command line on a machine that has nothing but its credentials and the queue. */
function on(machine: string, server: Simulator, ...args: string[]): Promise<Ended> {
  const environment = { GENAUTH_OFFBOARD_QUEUE: postgres.url, ...credentialsOf(server) };
  return genauthOffboard(args, { cwd: machine, environment });
}

const ask = <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> =>
  query(postgres.url, text, values);

/** Processes start slowly where others start, too. */
const patiently = { timeout: 60_000, interval: 200 };
vi.setConfig({ testTimeout: 180_000 });

const manyUsers = (count: number, app = 'app-1'): string =>
  leaversFile(Array.from({ length: count }, () => app));
const begun = (name: string, ...more: string[]): string[] => [
  '--out',
  name,
  '--yes',
  '--no-look-up',
  ...more,
];
const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1);
const received = (server: Simulator, calls: number) =>
  expect.poll(() => server.log.length, patiently).toBeGreaterThanOrEqual(calls);

/** As if the time of a lease had passed since its worker was ended. */
async function leasesRunOut(): Promise<void> {
  await ask(
    'UPDATE genauth_offboard.chunks SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL',
  );
  await ask('DELETE FROM genauth_offboard.rate_members');
}

/** Rows of all tables, BullMQ's included, that have to do with a run. */
async function traces(run: number): Promise<string[]> {
  const tables = await ask<{ name: string; isOurs: boolean }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name,
       EXISTS (SELECT FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND column_name = 'run') AS "isOurs"
     FROM information_schema.tables t WHERE table_schema LIKE 'genauth_offboard%' AND table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name, isOurs } of tables) {
    const where = isOurs ? `run = ${run}` : `t::text ~ 'run-${run}\\M'`;
    const [row] = await ask<{ count: number }>(`SELECT count(*)::int AS count FROM ${name} t WHERE ${where}`);
    if (row !== undefined && row.count > 0) found.push(name);
  }
  return found;
}

test('a run is listed, reported, stopped and gone on with from any machine, and forgotten without a trace', async () => {
  const server = await simulator({ faults: { latencyMs: 100 } });
  const [a, b, c] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const file = manyUsers(1000);
  const first = startMachine(
    a,
    ['run', file, ...begun('friday', '--concurrency', '2')],
    server,
    postgres.url,
  );
  await received(server, 1);
  const second = startMachine(b, ['work', '--run', 'friday', '--concurrency', '2'], server, postgres.url);
  await expect
    .poll(async () => (await on(c, server, 'runs')).stdout, patiently)
    .toMatch(/^friday {2}going, \d[\d,]* of 1,000 calls, 1,000 users, 2 workers, http/);
  const { id } = (
    await ask<{ id: number }>(`SELECT id FROM genauth_offboard.runs WHERE name = 'friday'`)
  )[0]!;
  expect((await traces(id)).length).toBeGreaterThan(3);
  const going = await on(c, server, 'report', 'friday');
  expect(going.stderr).toContain('The run is still going: 2 workers work on it.');
  expect(going.stderr).not.toContain('killed');
  for (const [args, words] of [
    [['forget', 'friday', '--yes'], 'is being worked on'],
    [['resume', 'friday', '--yes', '--retry-failed'], 'is still going'],
    [['verify', 'friday'], 'is still going'],
  ] as const) {
    const refused = await on(c, server, ...args);
    expect([args[0], refused.code, refused.stderr]).toEqual([args[0], 2, expect.stringContaining(words)]);
  }
  const stopped = await on(c, server, 'stop', 'friday');
  expect([stopped.code, lastLine(stopped.stderr)]).toEqual([0, 'Go on with: genauth-offboard resume friday']);
  expect([await first.exited, await second.exited]).toEqual([4, 4]);
  for (const { said } of [first, second]) expect(said()).toContain('Somebody has stopped it for all workers');
  expect(lastLine(first.said())).toBe('Go on with: genauth-offboard resume friday');
  server.setFaults({});
  expect((await on(c, server, 'resume', 'friday', '--yes')).code).toBe(0);
  expect(new Set(server.log.map(({ userId }) => userId)).size).toBe(server.log.length);
  const listed = JSON.parse((await on(c, server, 'runs', '--json')).stdout) as unknown;
  expect(listed).toMatchObject([{ name: 'friday', state: 'finished', calls: 1000, ended: 1000, workers: 0 }]);
  const nobody = await on(c, server, 'forget', 'friday');
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('--yes')]);
  expect((await on(c, server, 'forget', 'friday', '--yes')).code).toBe(0);
  expect(await traces(id)).toEqual([]);
  expect((await on(c, server, 'runs')).stderr).toContain('The queue has no runs.');
  expect(readCsvFile(path.join(a, 'friday'), 'report.csv')).toHaveLength(1000);
});

test('Ctrl-C leaves with this worker only, and the others finish', async () => {
  const server = await simulator({ faults: { latencyMs: 100 } });
  const [a, b] = [temporaryFolder(), temporaryFolder()];
  const pace = ['--concurrency', '2'];
  const first = startMachine(a, ['run', manyUsers(300), ...begun('left', ...pace)], server, postgres.url);
  await received(server, 1);
  const second = startMachine(b, ['work', '--run', 'left', ...pace], server, postgres.url);
  await expect.poll(() => second.said(), patiently).toContain('takes part in left');
  first.signal('SIGINT');
  expect([await first.exited, lastLine(first.said())]).toEqual([
    130,
    'Go on with: genauth-offboard resume left',
  ]);
  server.setFaults({});
  expect(await second.exited).toBe(0);
  const reported = await on(b, server, 'report', 'left');
  expect(reported.code).toBe(0);
  expect(
    readCsvFile(path.join(b, 'left'), 'report.csv').filter(({ status }) => status === 'succeeded'),
  ).toHaveLength(300);
  // In the folder of a worker that has left nothing stays.
  expect(existsSync(path.join(b, 'left.worker-1'))).toBe(false);
});

test('not one request ID is lost of workers that were ended while the database was away', async () => {
  const server = await simulator({ faults: { latencyMs: 300 } });
  const [a, b, c] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const pace = ['--concurrency', '2'];
  const first = startMachine(a, ['run', manyUsers(1000), ...begun('away', ...pace)], server, postgres.url);
  await received(server, 1);
  const second = startMachine(b, ['work', ...pace], server, postgres.url);
  await expect.poll(() => second.said(), patiently).toContain('takes part in away');
  await received(server, server.log.length + 10);
  const kept = [path.join(a, 'away'), path.join(b, 'away.worker-1')].map((folder) =>
    path.join(folder, 'replies.ndjson'),
  );
  const counts = (): number[] => kept.map((file) => readFileSync(file, 'utf8').split('"attempt"').length);
  // Nothing new is sent once it is away: what is in flight then has to be so for longer than it takes to be ended.
  server.setFaults({ latencyMs: 2000 });
  await received(server, server.log.length + 8);
  const before = counts();
  await postgres.kill();
  onTestFinished(() => postgres.start());
  // These are known to the workers alone.
  await expect.poll(() => counts().every((count, at) => count > (before[at] ?? 0)), patiently).toBe(true);
  server.setFaults({ shares: { stall: 1 } });
  const answered = (): string[] => server.log.flatMap(({ requestId }) => requestId ?? []);
  const unread = (): string[] => {
    const read = kept.map((file) => readFileSync(file, 'utf8')).join('');
    return answered().filter((id) => !read.includes(id));
  };
  // What is answered after the kill nobody reads.
  const isComing = (): boolean =>
    server.log.some(({ answeredAtMs, fault }) => answeredAtMs === undefined && fault !== 'stall');
  await expect.poll(() => !isComing() && unread().length === 0, patiently).toBe(true);
  second.signal('SIGKILL');
  first.signal('SIGINT');
  // One signal at a time: two that wait are one.
  await expect.poll(() => first.said(), patiently).toMatch(/Stopping|Stopped/);
  first.signal('SIGINT');
  expect(await first.exited).toBe(130);
  await second.exited;
  expect(first.said()).toContain(`is kept in ${path.join('away', 'replies.ndjson')}`);
  expect(kept.map((file) => existsSync(file))).toEqual([true, true]);
  await postgres.start();
  await leasesRunOut();
  server.setFaults({});
  // Whoever has nothing to do there any more brings them, too.
  expect((await on(c, server, 'resume', 'away', '--yes')).code).toBe(0);
  for (const machine of [a, b]) expect((await on(machine, server, 'work', '--run', 'away')).code).toBe(0);
  expect(kept.map((file) => existsSync(file))).toEqual([false, false]);
  expect((await on(c, server, 'report', 'away')).code).toBe(0);
  const rows = readCsvFile(path.join(c, 'away'), 'report.csv');
  const ids = new Set(rows.flatMap((row) => row['request_ids']?.split(';') ?? []));
  expect(answered().filter((id) => !ids.has(id))).toEqual([]);
});

test('replies of a run that was forgotten are not taken for those of the next one of that name', async () => {
  const server = await simulator({ faults: { latencyMs: 50 } });
  const [a, b] = [temporaryFolder(), temporaryFolder()];
  const pace = ['--concurrency', '2'];
  const run = ['run', manyUsers(400), ...begun('monday', ...pace)];
  const first = startMachine(a, run, server, postgres.url);
  await received(server, 1);
  const second = startMachine(b, ['work', ...pace], server, postgres.url);
  await expect.poll(() => second.said(), patiently).toContain('takes part in monday');
  const replies = path.join(b, 'monday.worker-1', 'replies.ndjson');
  await expect
    .poll(() => existsSync(replies) && readFileSync(replies, 'utf8').includes('"attempt"'), {
      timeout: 40_000,
    })
    .toBe(true);
  second.signal('SIGKILL');
  await second.exited;
  // As if it had been ended before it could say what the database has.
  const lines = readFileSync(replies, 'utf8').trimEnd().split('\n');
  writeFileSync(replies, `${lines.filter((line) => !line.includes('"stored"')).join('\n')}\n`);
  first.signal('SIGINT');
  await first.exited;
  await leasesRunOut();
  const forgotten = await on(a, server, 'forget', 'monday', '--yes');
  expect(forgotten.code).toBe(0);
  expect(forgotten.stderr).toContain(`Workers were ended on ${hostname()}`);
  expect(forgotten.stderr).toContain('look for monday.worker-1 where they were started');
  const again = await simulator();
  expect(
    (await on(temporaryFolder(), again, 'run', manyUsers(30, 'unknown-app'), ...begun('monday'))).code,
  ).toBe(3);
  const joined = await on(b, again, 'work', '--run', 'monday');
  expect([joined.code, joined.stderr]).toEqual([
    0,
    expect.stringContaining(
      `${path.join('monday.worker-1', 'replies.ndjson')} holds replies of a run that this queue does not have`,
    ),
  ]);
  expect(existsSync(replies)).toBe(true);
  await on(b, again, 'report', 'monday');
  const rows = readCsvFile(path.join(b, 'monday'), 'report.csv');
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['failed']));
});

test('a retry that was killed goes on with any worker, and sends nothing again that has succeeded', async () => {
  const server = await simulator();
  const [a, b] = [temporaryFolder(), temporaryFolder()];
  const apps = Array.from({ length: 90 }, (_, at) => (at % 2 === 0 ? 'unknown-app' : 'app-1'));
  expect((await on(a, server, 'run', leaversFile(apps), ...begun('again'))).code).toBe(3);
  expect(server.log).toHaveLength(90);
  server.setFaults({ latencyMs: 30 });
  const retry = startMachine(
    b,
    ['resume', 'again', '--retry-failed', '--yes', '--concurrency', '1'],
    server,
    postgres.url,
  );
  await received(server, 90 + 8);
  retry.signal('SIGKILL');
  await retry.exited;
  await leasesRunOut();
  server.setFaults({});
  expect((await on(b, server, 'work', '--run', 'again')).code).toBe(0);
  const times = new Map<string, number>();
  for (const { userId } of server.log) times.set(userId, (times.get(userId) ?? 0) + 1);
  const succeeded = [...times.values()].filter((_, at) => at % 2 === 1);
  expect(times.size).toBe(90);
  const timesOf = (rest: number): number[] =>
    apps.flatMap((_, at) =>
      at % 2 === rest ? [times.get(`65f0aa${String(at).padStart(18, '0')}`) ?? 0] : [],
    );
  expect(new Set(timesOf(1))).toEqual(new Set([1]));
  expect(Math.min(...timesOf(0))).toBe(2);
  expect(succeeded.length).toBeGreaterThan(0);
});

test('a run of a folder stays one whatever queue the environment names, and a shared one is not gone on with without its queue', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  const environment = credentialsOf(server);
  const alone = await genauthOffboard(['run', manyUsers(3), ...begun('own')], { cwd, environment });
  expect(alone.code).toBe(0);
  const nowhere = { ...environment, GENAUTH_OFFBOARD_QUEUE: 'postgres://offboard@127.0.0.1:1/none' };
  for (const args of [
    ['report', 'own'],
    ['resume', 'own', '--yes'],
  ]) {
    expect((await genauthOffboard(args, { cwd, environment: nowhere })).code).toBe(0);
  }
  expect((await on(cwd, server, 'run', manyUsers(3), ...begun('others'))).code).toBe(0);
  for (const command of ['report', 'resume', 'verify']) {
    const refused = await genauthOffboard([command, 'others'], { cwd, environment });
    expect([command, refused.code]).toEqual([command, 2]);
    expect(refused.stderr).toContain('The run of others is shared with other machines');
    expect(refused.stderr).toContain(`genauth-offboard ${command} others`);
    expect(refused.stderr).toContain('--queue');
  }
});

const away = 'postgres://offboard@127.0.0.1:1/offboard';

test.each<[string, (url: string) => string[], string]>([
  ['no queue', () => ['work'], 'No queue is given'],
  ['no address', () => ['work', '--queue', 'db.example'], 'the address of a PostgreSQL database'],
  [
    'no port',
    () => ['runs', '--queue', 'postgres://offboard@127.0.0.1:99999/offboard'],
    'the address of a PostgreSQL database',
  ],
  [
    'a password',
    () => ['runs', '--queue', 'postgres://offboard:not-a-real-one@127.0.0.1/offboard'],
    'PGPASSWORD',
  ],
  ['a database that is away', () => ['runs', '--queue', away], 'cannot be reached (ECONNREFUSED)'],
  [
    'an unknown user',
    (url) => ['runs', '--queue', url.replace('offboard@', 'somebody@')],
    'refuses the user or the password',
  ],
  [
    'an unknown database',
    (url) => ['runs', '--queue', url.replace(/postgres$/, 'none')],
    'has no database of that name',
  ],
  ['an unknown run', (url) => ['stop', 'none', '--queue', url], 'The queue has no run none.'],
])('%s is refused in words before anything is sent', async (_, argsFor, words) => {
  const server = await simulator();
  const cwd = temporaryFolder();
  const args = argsFor(postgres.url);
  const ended = await genauthOffboard(args, { cwd, environment: credentialsOf(server) });
  const all = ended.stdout + ended.stderr;
  expect([ended.code, all]).toEqual([2, expect.stringContaining(words)]);
  expect(all).not.toMatch(/not-a-real-one|\n {4}at |this is a bug/i);
});

test('a run goes to its own host and user pool alone, with the version that began it, under a name that is free', async () => {
  const server = await simulator();
  const [a, b] = [temporaryFolder(), temporaryFolder()];
  const file = manyUsers(10);
  expect((await on(a, server, 'run', file, ...begun('kept'))).code).toBe(0);
  await ask(`UPDATE genauth_offboard.runs SET state = 'going' WHERE name = 'kept'`);
  await ask(`UPDATE genauth_offboard.chunks SET done = false`);
  const taken = await on(b, server, 'run', file, ...begun('kept'));
  expect([taken.code, taken.stderr]).toEqual([
    2,
    expect.stringContaining('The queue has a run kept already.'),
  ]);
  expect(existsSync(path.join(b, 'kept'))).toBe(false);
  const otherHost = await simulator();
  const elsewhere = await on(b, otherHost, 'work', '--run', 'kept');
  expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining(`goes to ${server.url}`)]);
  server.addKey('another-key', 'another-secret', 'another-pool');
  const environment = {
    ...credentialsOf(server),
    GENAUTH_ACCESS_KEY_ID: 'another-key',
    GENAUTH_ACCESS_KEY_SECRET: 'another-secret',
    GENAUTH_OFFBOARD_QUEUE: postgres.url,
  };
  for (const args of [
    ['work', '--run', 'kept'],
    ['resume', 'kept', '--yes'],
  ]) {
    const refused = await genauthOffboard(args, { cwd: b, environment });
    expect([args[0], refused.code, refused.stderr]).toEqual([
      args[0],
      2,
      expect.stringContaining('another-pool'),
    ]);
  }
  await ask(`UPDATE genauth_offboard.runs SET version = '0.0.1' WHERE name = 'kept'`);
  for (const args of [
    ['work', '--run', 'kept'],
    ['resume', 'kept', '--yes'],
  ]) {
    const refused = await on(b, server, ...args);
    expect([args[0], refused.code, refused.stderr]).toEqual([
      args[0],
      2,
      expect.stringContaining('by version 0.0.1'),
    ]);
  }
  await ask(`UPDATE genauth_offboard.runs SET state = 'filling' WHERE name = 'kept'`);
  for (const args of [
    ['report', 'kept'],
    ['resume', 'kept', '--yes'],
    ['verify', 'kept'],
  ]) {
    const refused = await on(temporaryFolder(), server, ...args);
    expect([args[0], refused.code]).toEqual([args[0], 2]);
  }
  expect(server.log).toHaveLength(10);
});

test('without the packages of a queue it is said what to install, and all else works', async () => {
  const server = await simulator();
  const root = path.resolve(import.meta.dirname, '../..');
  const place = temporaryFolder();
  const content = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: object;
  };
  cpSync(path.join(root, 'dist'), path.join(place, 'dist'), { recursive: true });
  writeFileSync(path.join(place, 'package.json'), JSON.stringify(content));
  mkdirSync(path.join(place, 'node_modules'));
  for (const name of Object.keys(content.dependencies))
    symlinkSync(path.join(root, 'node_modules', name), path.join(place, 'node_modules', name));
  const program = path.join(place, 'dist', 'cli.js');
  const shared = startMachine(place, ['runs'], server, postgres.url, {}, program);
  expect([await shared.exited, shared.said()]).toEqual([
    2,
    expect.stringContaining('npm install -g bullmq@6 pg@8'),
  ]);
  const run = startMachine(place, ['run', manyUsers(2), ...begun('x')], server, postgres.url, {}, program);
  expect([await run.exited, run.said()]).toEqual([2, expect.stringContaining('bullmq and pg')]);
  const local = startMachine(place, ['run', manyUsers(2), ...begun('x')], server, '', {}, program);
  expect(await local.exited).toBe(0);
});
