import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { parse } from 'csv-parse/sync';
import type { UserError } from '../src/errors.ts';
import type { OffboardEvent } from '../src/events.ts';
import { lookUp, resume, run } from '../src/index.ts';
import { readRunFile } from '../src/run-folder/run-file.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import type { PinnedUser } from '../src/tenant/pinned-users.ts';
import type { Plan } from '../src/survey/plan.ts';
import type { Directory, SimulatedUser } from '../src/simulator/tenant.ts';
import { genauthOffboard, type Ended } from './command-line.ts';
import { against, credentialsOf, simulator as startSimulator } from './start-simulator.ts';
import { ownServer } from './verify/own-server.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'offboard-test-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const apps = [
  { appId: '65f0aa000000000000000001', appName: 'Jira' },
  { appId: '65f0aa000000000000000002', appName: 'Confluence Wiki' },
  { appId: '65f0aa000000000000000003', appName: 'CRM' },
  { appId: '65f0aa000000000000000004', appName: 'crm' },
] as const;

const user = (number: number, more: Partial<SimulatedUser> = {}): SimulatedUser => ({
  userId: `65f0bb${String(number).padStart(18, '0')}`,
  username: `synthetic-${number}`,
  email: `synthetic-${number}@example.com`,
  phone: `1380013${String(number).padStart(4, '0')}`,
  ...more,
});
const users = Array.from({ length: 120 }, (_, place) => user(place + 1));
const directory: Directory = { apps, users };

let count = 0;
function fileOf(lines: readonly string[]): string {
  const file = path.join(cwd, `leavers-${(count += 1)}.csv`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
const folderOf = (): string => path.join(cwd, `run-${(count += 1)}`);
const reportIn = (folder: string): Record<string, string>[] =>
  parse(readFileSync(path.join(folder, 'report.csv')), { bom: true, columns: true });

/** From the command line, with no flag that says whether users are looked up. */
function runFile(server: Simulator, file: string, ...more: string[]): Promise<Ended & { folder: string }> {
  const folder = folderOf();
  const args = ['run', file, '--yes', '--out', folder, ...more];
  const environment = credentialsOf(server);
  return genauthOffboard(args, { cwd, environment }).then((ended) => ({ ...ended, folder }));
}

test('a file of names and emails without one ID runs', async () => {
  const server = await startSimulator({ directory, log: true });
  const file = fileOf([
    'Name,Email',
    'Synthetic One,synthetic-1@example.com',
    '合成,synthetic-2@example.com',
  ]);
  const { code, stdout, stderr } = await runFile(server, file, '--app-ids', 'jira,Confluence Wiki');
  expect([code, stdout.includes('succeeded     2')]).toEqual([0, true]);
  const both = ['65f0aa000000000000000001', '65f0aa000000000000000002'];
  expect(server.log.map(({ appIds }) => appIds)).toEqual([both, both]);
  expect(stderr).toContain('2 of 2 users are still activated in GenAuth');
  expect(stdout).toContain('2 of 2 users were still activated when the run began');
});

test('a misspelled app is refused before the first call, with the right one proposed', async () => {
  const server = await startSimulator({ directory, log: true });
  const file = fileOf(['Name,Email', 'Synthetic One,synthetic-1@example.com']);
  const { code, stderr } = await runFile(server, file, '--app-ids', 'Jira,Confluence Wki');
  expect([code, server.log]).toEqual([2, []]);
  expect(stderr).toContain('--app-ids names "Confluence Wki"');
  expect(stderr).toContain('Perhaps "Confluence Wiki" is meant.');
  expect(stderr).toMatch(/--app-ids ['"]?Jira,Confluence Wiki/);
});

test('the ID of another person than the email’s is refused before the first call', async () => {
  const server = await startSimulator({ directory, log: true });
  const rows = users.slice(10, 30).map(({ userId, email }) => `${userId},${email},Jira`);
  const file = fileOf(['user_id,email,app_ids', ...rows, `${user(1).userId},synthetic-2@example.com,Jira`]);
  const { code, stderr } = await runFile(server, file);
  expect([code, server.log]).toEqual([2, []]);
  expect(stderr).toContain('perhaps the wrong person');
  expect(stderr).toContain('line 22');
});

test('somebody who is protected by phone is skipped when the file names the email, and not to be suspended', async () => {
  const server = await startSimulator({ directory, log: true });
  const protect = path.join(cwd, 'vips.txt');
  writeFileSync(protect, `+86${user(7).phone},phone\n`);
  const file = fileOf(['email,app_ids', 'synthetic-7@example.com,Jira', 'synthetic-8@example.com,Jira']);
  const { folder, stderr, stdout } = await runFile(server, file, '--protect', protect);
  expect(reportIn(folder).map(({ status }) => status)).toEqual(['skipped', 'succeeded']);
  expect(stderr).toContain('1 of 1 user is still activated');
  expect(stdout).toContain('1 of 1 user was still activated');
  expect(server.log.map(({ userId }) => userId)).toEqual(['synthetic-8@example.com']);
});

test.each([
  ['jira', ['65f0aa000000000000000001']],
  [' Jira ; confluence  wiki', ['65f0aa000000000000000001', '65f0aa000000000000000002']],
  ['confluencewiki|65F0AA000000000000000001', ['65f0aa000000000000000002', '65f0aa000000000000000001']],
  ['Jira Confluence wiki', undefined],
  ['Jira 65f0aa000000000000000002', ['65f0aa000000000000000001', '65f0aa000000000000000002']],
  ['"[""Jira"",""Confluence Wiki""]"', ['65f0aa000000000000000001', '65f0aa000000000000000002']],
  ['Jira;jira', ['65f0aa000000000000000001']],
  ['Jria', undefined],
  ['crm', undefined],
  ['65f0aa000000000000000009', undefined],
  ['SAP HR', undefined],
])('a cell that says %s', async (cell, appIds) => {
  const server = await startSimulator({ directory, log: true });
  const file = fileOf(['email,app_ids', `synthetic-1@example.com,${cell}`]);
  const exitCode = await run(file, against(server, { folder: folderOf() })).then(
    (ran) => ran.exitCode,
    (error: unknown) => (error as UserError).exitCode,
  );
  expect(exitCode).toBe(appIds === undefined ? 2 : 0);
  expect(server.log.map((call) => call.appIds)).toEqual(appIds === undefined ? [] : [appIds]);
});

test('a misspelled app is refused with the right one proposed, and one of two that share a name with both', async () => {
  const server = await startSimulator({ directory });
  const environment = credentialsOf(server);
  const file = fileOf(['email,app_ids', 'synthetic-1@example.com,Jria', 'synthetic-2@example.com,CRM']);
  const { code, stdout } = await genauthOffboard(['check', file, '--look-up'], { cwd, environment });
  expect(code).toBe(3);
  expect(stdout).toContain('"Jria"');
  expect(stdout).toContain('probably "Jira"');
  expect(stdout).toContain('65f0aa000000000000000003 ("CRM"), 65f0aa000000000000000004 ("crm")');
});

test('all apps are those that the key sees, and the plan says how many and which', async () => {
  const server = await startSimulator({ directory, log: true });
  const file = fileOf(['email', 'synthetic-1@example.com']);
  let asked: Plan | undefined;
  const confirm = ({ plan }: { plan: Plan }): Promise<boolean> => {
    asked = plan;
    return Promise.resolve(true);
  };
  await run(file, against(server, { folder: folderOf(), plan: { appIds: ['all'] }, confirm }));
  expect(server.log[0]?.appIds).toEqual(apps.map(({ appId }) => appId));
  expect(asked?.userPoolApps).toEqual({ count: 4, areAllMeant: true });
});

test.each([
  ['no-reading', { noReading: true }],
  ['no-such-call', { noSuchCall: 'all' as const }],
])('a server with %s leaves the IDs as they stand, and says so once', async (_, faults) => {
  const server = await startSimulator({ directory, log: true, faults });
  const file = fileOf(['email,app_ids', 'synthetic-1@example.com,65f0aa000000000000000001']);
  const args = ['run', file, '--yes', '--out', folderOf()];
  const { code, stderr } = await genauthOffboard(args, { cwd, environment: credentialsOf(server) });
  expect([code, stderr.match(/list of apps/g)?.length]).toEqual([0, 1]);
});

test('whom GenAuth does not know is invalid before the first call, unless it is too many to be believed', async () => {
  const server = await startSimulator({ directory, log: true });
  const rows = users.slice(0, 30).map(({ email }) => `${email},Jira`);
  const few = fileOf(['email,app_ids', ...rows, 'nobody@example.com,Jira']);
  const folder = folderOf();
  await run(few, against(server, { folder, plan: { skipInvalid: true } }));
  expect(reportIn(folder).filter(({ status }) => status === 'invalid')).toMatchObject([
    {
      user_id: 'nobody@example.com',
      message: expect.stringContaining('GenAuth knows no user by this ID') as string,
    },
  ]);
  expect(server.log).toHaveLength(30);
  const strangers = Array.from({ length: 2 }, (_, at) => `nobody-${at}@example.com,Jira`);
  const many = fileOf(['email,app_ids', rows[0] ?? '', ...strangers]);
  let plan: Plan | undefined;
  await run(
    many,
    against(server, {
      folder: folderOf(),
      confirm: (question) => Promise.resolve(Boolean((plan = question.plan))),
    }),
  );
  expect(plan?.lookedUp).toMatchObject({ asked: 3, missing: 2, isDoubted: true });
  expect(plan?.oddities.map(({ kind }) => kind)).toContain('not_found');
});

test('rows that name one person by different IDs are one target, and all are told how many can sign in again', async () => {
  const server = await startSimulator({ directory, log: true });
  const file = fileOf([
    'user_id,user_id_type,app_ids',
    'synthetic-1@example.com,email,Jira',
    'synthetic-2@example.com,email,Jira',
    'synthetic-1,username,Confluence Wiki',
  ]);
  const folder = folderOf();
  const { summary } = await run(file, against(server, { folder }));
  expect(summary?.rows.succeeded).toBe(3);
  expect(server.log.map(({ userId, appIds }) => [userId, appIds.length])).toEqual([
    ['synthetic-1@example.com', 2],
    ['synthetic-2@example.com', 1],
  ]);
  const { plan } = JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')) as {
    plan: { shown: Plan };
  };
  expect(plan.shown.lookedUp).toMatchObject({ found: 2, activated: 2 });
});

test('an ID of another person than a second column says is refused; what GenAuth only has otherwise warns', async () => {
  const server = await startSimulator({ directory, log: true });
  const file = fileOf([
    'user_id,email,app_ids',
    `${user(1).userId},synthetic-2@example.com,Jira`,
    `${user(3).userId},synthetic-3-new@example.com,Jira`,
    `${user(4).userId},SYNTHETIC-4@example.com,Jira`,
  ]);
  const folder = folderOf();
  const plans: Plan[] = [];
  await run(
    file,
    against(server, {
      folder,
      plan: { skipInvalid: true },
      confirm: ({ plan }) => Promise.resolve(plans.push(plan) > 0),
    }),
  );
  expect(plans[0]?.problems).toMatchObject([{ line: 2, column: 'email', kind: 'other_person' }]);
  expect(plans[0]?.warnings).toMatchObject([{ line: 3, column: 'email', kind: 'other_contact' }]);
  expect(server.log.map(({ userId }) => userId)).toEqual([user(3).userId, user(4).userId]);
});

test('where GenAuth does not say who users are, the question says so, as protection then goes by the IDs alone', async () => {
  const server = await startSimulator({ directory, log: true, faults: { noReading: true } });
  const file = fileOf(['email,app_ids', 'synthetic-7@example.com,65f0aa000000000000000001']);
  const plans: Plan[] = [];
  const confirm = ({ plan }: { plan: Plan }): Promise<boolean> => Promise.resolve(plans.push(plan) === 0);
  await run(file, against(server, { folder: folderOf(), confirm })).catch(() => {});
  expect(plans[0]?.lookedUp).toMatchObject({ asked: 0, unknown: 1 });
  expect(plans[0]?.oddities.map(({ kind }) => kind)).toContain('not_looked_up');
});

test('a run that refuses an app names the check that shows why', async () => {
  const server = await startSimulator({ directory });
  const environment = credentialsOf(server);
  const file = fileOf(['email,app_ids', 'synthetic-1@example.com,SAP HR']);
  const { code, stderr } = await genauthOffboard(['run', file, '--yes'], { cwd, environment });
  expect(code).toBe(2);
  expect(stderr).toContain('No app of the user pool has this ID or name');
  expect(stderr).toMatch(/genauth-offboard check .* --look-up$/m);
});

const asksOfUsers = ({ questions }: Simulator): number =>
  questions.filter(({ path: asked }) => asked.includes('get-user')).length;

test.each([
  [1, 0],
  [1, 1],
  [10, 1],
  [200, 7],
  [200, 0],
  [5000, 30],
  [5000, 0],
])(
  'to look up %d users, of whom %d are missing, costs no more than 2.5 % of the calls, five, and one for each missing',
  async (count, missing) => {
    const many = Array.from({ length: count }, (_, at) => user(at + 1));
    const server = await startSimulator({ directory: { apps, users: many.slice(missing) }, log: true });
    // Each third has an email that GenAuth does not have, or that is somebody else's.
    const rows = many.map(
      ({ username, email }, at) => `${username},${at % 3 === 0 ? `x${email}` : email},Jira`,
    );
    const file = fileOf(['username,email,app_ids', ...rows]);
    const { accessKeyId, accessKeySecret, url: host } = server;
    const credentials = { accessKeyId, accessKeySecret };
    const known = await lookUp(
      file,
      { columns: { userIdColumn: 'username' } },
      { server: { host }, credentials },
    );
    known.close();
    expect(known.knownUsers?.counts).toMatchObject({ found: count - missing, missing });
    expect(asksOfUsers(server)).toBeGreaterThanOrEqual(Math.ceil(count / 50) + missing);
    expect(asksOfUsers(server)).toBeLessThanOrEqual(0.025 * count + 5 + missing);
  },
);

test('where most are missing it is asked no longer, as nobody would believe it', async () => {
  const server = await startSimulator({ directory: { apps, users: [] }, log: true });
  const many = Array.from({ length: 5000 }, (_, at) => `synthetic-${at}@example.com,Jira`);
  const file = fileOf(['email,app_ids', ...many]);
  const plans: Plan[] = [];
  const confirm = ({ plan }: { plan: Plan }): Promise<boolean> => Promise.resolve(plans.push(plan) === 0);
  await run(file, against(server, { folder: folderOf(), confirm })).catch(() => {});
  expect(asksOfUsers(server)).toBeLessThan(2000);
  expect(plans[0]?.oddities.map(({ kind }) => kind)).toEqual(['not_found', 'not_looked_up']);
  expect(plans[0]?.rows.invalid).toBe(0);
});

test('users of a longer file are looked up only where that is said, of which the run tells', async () => {
  const server = await startSimulator({ log: true });
  const file = fileOf([
    'user_id,app_ids',
    ...Array.from({ length: 20_001 }, (_, at) => `u${at},${apps[0].appId}`),
  ]);
  const told: string[] = [];
  const onEvent = ({ type }: OffboardEvent): unknown => told.push(type);
  const confirm = (): Promise<boolean> => Promise.resolve(false);
  await run(file, against(server, { folder: folderOf(), confirm, onEvent })).catch(() => {});
  expect([asksOfUsers(server), told.includes('not_looked_up')]).toEqual([0, true]);
  const plan = { lookUp: true };
  await run(file, against(server, { folder: folderOf(), plan, confirm, onEvent })).catch(() => {});
  expect(asksOfUsers(server)).toBe(401);
});

test.each([
  ['run, with --no-look-up', ['run', '--yes', '--no-look-up']],
  ['check', ['check']],
])('%s asks nobody who the users are', async (_, [command = '', ...flags]) => {
  const server = await startSimulator({ directory, log: true });
  const file = fileOf(['email,app_ids', `synthetic-1@example.com,${apps[0].appId}`]);
  const environment = credentialsOf(server);
  const { code } = await genauthOffboard([command, file, ...flags], { cwd, environment });
  expect([code, asksOfUsers(server)]).toEqual([0, 0]);
});

test.each([
  { statusCode: 403 },
  { statusCode: 404 },
  { statusCode: 401, apiCode: 2020 },
  { statusCode: 402 },
  { statusCode: 499, apiCode: 4021 },
])('where a look-up is answered with %j it ends, and the run goes on', async (users) => {
  const people = [1, 2].map((at) => {
    const email = `synthetic-${at}@example.com`;
    return { userId: user(at).userId, email, logins: [], sessions: new Set<string>() };
  });
  const server = await ownServer(people, { users });
  const file = fileOf(['email,app_ids', ...people.map(({ email }) => `${email},${apps[0].appId}`)]);
  const plans: Plan[] = [];
  const { exitCode } = await run(file, {
    folder: folderOf(),
    server: { host: server.url },
    credentials: { accessKeyId: 'a-test-key', accessKeySecret: 'a-test-secret' },
    confirm: ({ plan }) => Promise.resolve(plans.push(plan) > 0),
  });
  const asked = server.asked.filter(({ path: name }) => name.startsWith('get-user'));
  expect([exitCode, asked.length, server.kicks.length]).toEqual([0, 1, 2]);
  expect(plans[0]?.oddities.map(({ kind }) => kind)).toEqual(['not_looked_up']);
});

test('a client of the caller’s own is asked nothing, and who asks for nothing is told nothing', async () => {
  const file = fileOf(['email,app_ids', `synthetic-1@example.com,${apps[0].appId}`]);
  const client = { kickUsers: () => Promise.resolve({ statusCode: 200, data: { success: true } }) };
  const { summary } = await run(file, { folder: folderOf(), client });
  expect([summary?.rows.succeeded, summary?.lookedUp]).toEqual([1, null]);
});

test('who the users are is pinned in the order of the plan, and a resume asks nothing again', async () => {
  const away = user(3, { status: 'Suspended' });
  const server = await startSimulator({ directory: { apps, users: [user(1), user(2), away] }, log: true });
  const file = fileOf([
    'user_id,user_id_type,app_ids',
    'synthetic-3@example.com,email,Jira',
    'synthetic-1,username,Jira',
    'synthetic-2,username,Jira',
    'synthetic-1@example.com,email,Confluence Wiki',
  ]);
  const folder = folderOf();
  const before = Date.now();
  const stopped = await run(
    file,
    against(server, { folder, guards: { canary: 1 }, confirmCanary: () => Promise.resolve(false) }),
  );
  expect(stopped.exitCode).toBe(4);
  const { users: pinned } = await readRunFile(folder);
  const written = readFileSync(path.join(folder, 'users.ndjson'), 'utf8');
  expect(pinned?.sha256).toBe(createHash('sha256').update(written).digest('hex'));
  const found = written
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PinnedUser);
  expect(found).toMatchObject([
    { seq: 1, userId: user(3).userId, status: 'Suspended' },
    { seq: 2, userId: user(1).userId, status: 'Activated' },
    { seq: 3, userId: user(2).userId, status: 'Activated' },
  ]);
  expect(found.every(({ askedAt }) => askedAt >= before && askedAt <= Date.now())).toBe(true);
  const asked = server.questions.length;
  const { server: _, ...again } = against(server, { confirmCanary: () => Promise.resolve(true) });
  const { summary } = await resume(folder, again);
  expect([summary?.rows.succeeded, server.questions.length]).toEqual([4, asked]);
  expect(summary?.lookedUp).toMatchObject({ found: 3, activated: 2 });
});

test('a name that GenAuth has otherwise warns, and no more', async () => {
  const named = [
    user(1, { name: 'Ada Specimen' }),
    user(2, { name: '张样本' }),
    user(3, { name: 'Li Template' }),
    user(4),
  ];
  const server = await startSimulator({ directory: { apps, users: named }, log: true });
  const file = fileOf([
    'Email,姓名,app_ids',
    'synthetic-1@example.com,Grace Specimen,Jira',
    'synthetic-2@example.com,Zhang Yangben,Jira',
    'synthetic-3@example.com,"TEMPLATE, Li",Jira',
    'synthetic-4@example.com,Nobody Knows,Jira',
  ]);
  const plans: Plan[] = [];
  const confirm = ({ plan }: { plan: Plan }): Promise<boolean> => Promise.resolve(plans.push(plan) > 0);
  const { summary } = await run(file, against(server, { folder: folderOf(), confirm }));
  expect(summary?.rows.succeeded).toBe(4);
  expect(plans[0]?.warnings).toMatchObject([
    {
      line: 2,
      column: '姓名',
      kind: 'other_name',
      value: 'Grace Specimen',
      message: expect.stringContaining('"Ada Specimen"') as string,
    },
  ]);
});

test('apps that users have used and the file does not name are listed, and written as a file that runs', async () => {
  const used = [
    user(1, { usedApps: [apps[0].appId, apps[1].appId] }),
    user(2, { usedApps: [apps[0].appId] }),
    user(3, { usedApps: [apps[1].appId, apps[2].appId] }),
  ];
  const server = await startSimulator({ directory: { apps, users: used }, log: true });
  const file = fileOf([
    'email,app_ids',
    ...used.map(({ email }) => `${email},Jira`),
    'nobody@example.com,Jira',
  ]);
  const environment = credentialsOf(server);
  const others = path.join(cwd, 'others.csv');
  const args = ['check', file, '--look-up', '--coverage', others];
  const { code, stdout } = await genauthOffboard(args, { cwd, environment });
  // Whom GenAuth does not know has used nothing, and is invalid.
  expect(code).toBe(3);
  expect(stdout).toContain('2 of 3 users have used apps that the input does not name');
  expect(stdout).toContain('Confluence Wiki (65f0aa000000000000000002): 2 users');
  const { code: ran } = await genauthOffboard(['run', others, '--yes', '--out', folderOf()], {
    cwd,
    environment,
  });
  expect(ran).toBe(0);
  expect(server.log.map(({ userId, appIds }) => [userId, appIds])).toEqual([
    ['synthetic-1@example.com', [apps[1].appId]],
    ['synthetic-3@example.com', [apps[1].appId, apps[2].appId]],
  ]);
});

test('a key that is refused ends the check, and says so', async () => {
  const server = await startSimulator({ directory });
  const environment = { ...credentialsOf(server), GENAUTH_ACCESS_KEY_SECRET: 'not-the-secret' };
  const file = fileOf(['email,app_ids', 'synthetic-1@example.com,Jira']);
  const { code, stderr } = await genauthOffboard(['check', file, '--look-up'], { cwd, environment });
  expect([code, stderr.includes('GenAuth refuses to give a token')]).toEqual([2, true]);
});
