import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { check, report, resume, run, type OffboardEvent } from '../src/index.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { readCsvFile, type ReportRow } from './read-report.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

type Started = Extract<OffboardEvent, { readonly type: 'started' }>;

function writeInput(folder: string, lines: readonly string[]): string {
  const file = path.join(folder, 'leavers.csv');
  writeFileSync(file, ['user_id,user_id_type,app_ids,note', ...lines].join('\n'));
  return file;
}

const apps = (count: number): string[] => Array.from({ length: count }, (_, index) => `app-${index + 1}`);

/** A 120-app row, 60 rows of one user with one app each, all seven documented ID types, two unknown users. */
const mixedRows = [
  `user-120,user_id,${apps(120).join(';')},big`,
  ...apps(60).map((app) => `user-60,user_id,${app},one`),
  '13800138000,phone,app-1;app-2,',
  'leaver@example.com,email,app-1,',
  'leaver.one,username,app-1,',
  'HR-0001,external_id,app-1,',
  '62f20932716fbcc10d966ee5:ou_1,identity,app-1,',
  'lark:ou_2,sync_relation,app-1,',
  'deleted-1,user_id,app-1;app-2,',
  'deleted-2@example.com,email,app-3,',
];

/** The server's own record of who was asked to be signed out of what, and which ID it gave. */
function requestIdsByServer(log: Simulator['log']): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const record of log) {
    for (const appId of record.appIds) {
      const key = `${record.userIdType}:${record.userId}:${appId}`;
      ids.set(key, [...(ids.get(key) ?? []), record.requestId ?? '']);
    }
  }
  return ids;
}

test.each([
  ['token', 'authing'],
  ['signature', 'authing'],
  ['signature', 'genauth'],
] as const)(
  'makes exactly the planned calls and reports the server’s own request IDs (%s, %s)',
  async (auth, brand) => {
    const server = await simulator();
    const folder = temporaryFolder();
    const input = writeInput(folder, mixedRows);
    const plan = await check(input);
    const out = path.join(folder, 'run');
    const outcome = await run(input, against(server, { folder: out, server: { auth, brand } }));

    expect(plan.calls).toBe(3 + 2 + 8);
    expect(server.log).toHaveLength(plan.calls);
    expect(Math.max(...server.log.map((record) => record.appIds.length))).toBe(50);

    const rows = readCsvFile(out, 'report.csv');
    expect(rows).toHaveLength(mixedRows.length);
    const given = requestIdsByServer(server.log);
    for (const [index, row] of rows.entries()) {
      const asked = (mixedRows[index]?.split(',')[2] ?? '').split(';');
      const expected = new Set(
        asked.flatMap((app) => given.get(`${row['user_id_type']}:${row['user_id']}:${app}`) ?? []),
      );
      expect(new Set(row['request_ids']?.split(';'))).toEqual(expected);
      expect(row['status']).toBe(row['user_id']?.startsWith('deleted-') ? 'failed' : 'succeeded');
    }
    expect(outcome.exitCode).toBe(3);
    expect(outcome.summary?.rows).toMatchObject({
      total: rows.length,
      succeeded: rows.length - 2,
      failed: 2,
    });
  },
);

test('every row is in the report once, in the order of the input, with its other columns', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const input = writeInput(folder, ['u1,,app-1,"a, ""quoted"" note"', ',,,', 'no apps,,,', 'u2,,app-1,=1+1']);
  await run(input, against(server, { folder: out, plan: { skipInvalid: true } }));
  const rows = readCsvFile(out, 'report.csv');
  expect(rows.map(({ line, user_id, status, note }) => ({ line, user_id, status, note }))).toEqual([
    { line: '2', user_id: 'u1', status: 'succeeded', note: 'a, "quoted" note' },
    { line: '4', user_id: 'no apps', status: 'invalid', note: '' },
    { line: '5', user_id: 'u2', status: 'succeeded', note: "'=1+1" },
  ]);
});

test('the retry file names exactly what is still open, and runs as it is', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const many = [...apps(50), 'unknown-app', 'app-999'];
  const input = path.join(folder, 'people.csv');
  writeFileSync(
    input,
    [
      'Uid,Who,apps,user id',
      `u1,u1@example.com,"${many.join(';')}",x`,
      `u2,deleted-2@example.com,,y`,
      `u3,u3@example.com,app-1,z`,
    ].join('\n'),
  );
  const plan = { columns: { userIdColumn: 'Who' }, userIdType: 'email', appIds: ['app-7'] } as const;
  await run(input, against(server, { folder: out, plan }));
  expect(readCsvFile(out, 'report.csv').map((row) => row['status'])).toEqual([
    'partial',
    'failed',
    'succeeded',
  ]);
  expect(readCsvFile(out, 'retry.csv')).toEqual([
    {
      user_id: 'u1@example.com',
      user_id_type: 'email',
      app_ids: 'unknown-app',
      input_Uid: 'u1',
      'input_user id': 'x',
    },
    {
      user_id: 'deleted-2@example.com',
      user_id_type: 'email',
      app_ids: 'app-7',
      input_Uid: 'u2',
      'input_user id': 'y',
    },
  ]);
  const before = server.log.length;
  await run(path.join(out, 'retry.csv'), against(server, { folder: path.join(folder, 'second') }));
  expect(server.log.slice(before).map(({ userId, appIds }) => ({ userId, appIds }))).toEqual([
    { userId: 'u1@example.com', appIds: ['unknown-app'] },
    { userId: 'deleted-2@example.com', appIds: ['app-7'] },
  ]);
});

test('a throttled call is sent again until it succeeds, and both request IDs are kept', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const outcome = await run(
    writeInput(folder, ['throttled-first-1,,app-1,']),
    against(server, { folder: out }),
  );
  expect(outcome.exitCode).toBe(0);
  const [row] = readCsvFile(out, 'report.csv') as [ReportRow];
  expect(row).toMatchObject({ status: 'succeeded', attempts: '2', calls: '1', calls_succeeded: '1' });
  expect(row['request_ids']).toBe(
    server.log
      .map((record) => record.requestId)
      .filter(Boolean)
      .join(';'),
  );
  expect(outcome.summary).toMatchObject({ attempts: 2, throttled: 1 });
});

test('a call sent and never answered is unknown, not failed', async () => {
  const server = await simulator({ faults: { shares: { forget: 1 } } });
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const input = writeInput(folder, ['u1,,app-1,']);
  // Something has to answer in GenAuth's form first, or the run stops as one that reaches nobody.
  server.setFaults({});
  await run(input, against(server, { folder: path.join(folder, 'first') }));
  server.setFaults({ shares: { forget: 1 } });
  const outcome = await run(input, against(server, { folder: out, pace: { retries: 1 } }));
  expect(readCsvFile(out, 'report.csv').map((row) => row['status'])).toEqual(['unknown']);
  expect(outcome.summary?.calls).toMatchObject({ unknown: 1, failed: 0 });
});

test('an interrupted run is resumable, and no finished call is sent again', async () => {
  const server = await simulator({ faults: { latencyMs: 5 } });
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const rows = Array.from({ length: 300 }, (_, index) => `u${index},,app-1,`);
  const stop = new AbortController();
  let attempts = 0;
  const first = await run(
    writeInput(folder, rows),
    against(server, {
      folder: out,
      pace: { concurrency: 4 },
      stopSignal: stop.signal,
      onEvent(event) {
        if (event.type !== 'attempt') return;
        attempts += 1;
        if (attempts === 100) stop.abort();
      },
    }),
  );
  expect(first.exitCode).toBe(130);
  expect(first.summary?.rows.not_attempted).toBe(300 - server.log.length);
  const { server: _, ...again } = against(server);
  const second = await resume(out, again);
  expect(second.exitCode).toBe(0);
  expect(server.log).toHaveLength(300);
  expect(second.summary).toMatchObject({ rows: { succeeded: 300 }, sessions: 2, calls: { repeated: 0 } });
});

test('resume --retry-failed tries again what failed, and only that', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  await run(writeInput(folder, ['u1,,app-1,', 'deleted-1,,app-1,']), against(server, { folder: out }));
  const { server: _, ...again } = against(server);
  const plain = await resume(out, again);
  expect(server.log).toHaveLength(2);
  expect(plain.exitCode).toBe(3);
  await resume(out, { ...again, retryFailed: true });
  expect(server.log.map((record) => record.userId)).toEqual(['u1', 'deleted-1', 'deleted-1']);
  const row = readCsvFile(out, 'report.csv')[1];
  expect(row?.['request_ids']?.split(';')).toHaveLength(2);
  expect(row?.['attempts']).toBe('2');
});

test('who listens to a resume is told how the calls before it ended, and how long they took', async () => {
  const server = await simulator({ faults: { latencyMs: 5 } });
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const rows = ['deleted-1,,app-1,', ...Array.from({ length: 40 }, (_, at) => `u${at},,app-1,`)];
  const stop = new AbortController();
  let ended = 0;
  const events: Started[] = [];
  const listen = (event: OffboardEvent): void => {
    if (event.type === 'started') events.push(event);
    if (event.type === 'attempt' && event.ended !== undefined) ended += 1;
    if (ended === 10) stop.abort();
  };
  const options = { pace: { concurrency: 1 }, onEvent: listen };
  await run(writeInput(folder, rows), against(server, { ...options, folder: out, stopSignal: stop.signal }));
  const { server: _, ...again } = against(server, options);
  await resume(out, again);
  await resume(out, { ...again, retryFailed: true });
  const nothing = { succeeded: 0, partial: 0, failed: 0, unknown: 0 };
  expect(events).toMatchObject([
    { planned: 41, calls: 41, before: nothing, workedMs: 0, users: 41, host: server.url },
    { planned: 41, calls: 31, before: { ...nothing, succeeded: 9, failed: 1 }, users: 41 },
    {
      planned: 41,
      calls: 1,
      before: { ...nothing, succeeded: 40 },
      identity: { userPoolId: expect.anything() },
    },
  ]);
  const worked = events.map(({ workedMs }) => workedMs);
  expect(worked[1]).toBeGreaterThan(0);
  expect(worked[2]).toBeGreaterThan(worked[1] ?? 0);
});

test('the report can be made again at any time and is the same', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  await run(writeInput(folder, mixedRows), against(server, { folder: out }));
  const before = readFileSync(path.join(out, 'report.csv'), 'utf8');
  const summary = readFileSync(path.join(out, 'summary.json'), 'utf8');
  await report(out);
  expect(readFileSync(path.join(out, 'report.csv'), 'utf8')).toBe(before);
  expect(readFileSync(path.join(out, 'summary.json'), 'utf8')).toBe(summary);
});

test('resume refuses another user pool, and another access key when signing', async () => {
  const server = await simulator();
  server.addKey('other-key', 'other-secret', 'other-pool');
  const folder = temporaryFolder();
  const input = writeInput(folder, ['deleted-1,,app-1,']);
  const other = {
    credentials: { accessKeyId: 'other-key', accessKeySecret: 'other-secret' },
    retryFailed: true,
    host: server.url,
  };
  for (const [auth, expected] of [
    ['token', 'user pool other-pool'],
    ['signature', 'access key other-key'],
  ] as const) {
    const out = path.join(folder, auth);
    await run(input, against(server, { folder: out, server: { auth } }));
    const before = server.log.length;
    await expect(resume(out, other)).rejects.toThrow(expected);
    expect(server.log).toHaveLength(before);
  }
});

const damages: readonly (readonly [what: string, damage: (file: string) => void])[] = [
  ['is missing', (file) => rmSync(file)],
  ['was cut', (file) => truncateSync(file, statSync(file).size - 1)],
  [
    // Of the same length, as a slip of one key is.
    'was changed since the run began',
    (file) => {
      const bytes = readFileSync(file);
      bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
      writeFileSync(file, bytes);
    },
  ],
];

test.each(['calls.csv', 'calls.idx', 'rows.ndjson', 'rows.idx'])(
  'resume and report refuse a run of which %s is missing, was cut, or was changed, by its name',
  async (name) => {
    const server = await simulator();
    const folder = temporaryFolder();
    const out = path.join(folder, 'run');
    await run(writeInput(folder, ['u1,,app-1,']), against(server, { folder: out }));
    const before = readFileSync(path.join(out, 'report.csv'), 'utf8');
    const sent = server.log.length;
    const file = path.join(out, name);
    const whole = readFileSync(file);
    const { server: _, ...again } = against(server);
    for (const [what, damage] of damages) {
      damage(file);
      const refused = { message: expect.stringContaining(`${file} ${what}`), exitCode: 1 };
      await expect(resume(out, { ...again, retryFailed: true })).rejects.toMatchObject(refused);
      await expect(report(out)).rejects.toMatchObject(refused);
      writeFileSync(file, whole);
    }
    expect(server.log).toHaveLength(sent);
    expect(readFileSync(path.join(out, 'report.csv'), 'utf8')).toBe(before);
    expect((await report(out)).rows.succeeded).toBe(1);
  },
);

test('a run goes on without its copy of the input, which nothing reads any more', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  await run(writeInput(folder, ['u1,,app-1,']), against(server, { folder: out }));
  rmSync(path.join(out, 'input.csv'));
  const { server: _, ...again } = against(server);
  expect((await resume(out, again)).exitCode).toBe(0);
});

test('a refused run makes no call and leaves no folder', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const valid = writeInput(folder, ['u1,,app-1,']);
  await expect(run(valid, against(server, { folder: out, confirm: async () => false }))).rejects.toThrow(
    'Not confirmed',
  );
  const invalid = writeInput(folder, ['u1,,app-1,', 'u2,no such type,app-1,']);
  await expect(run(invalid, against(server, { folder: out }))).rejects.toThrow('1 row is invalid');
  expect(readdirSync(folder)).toEqual(['leavers.csv']);
  expect(server.log).toEqual([]);
});

test('a run folder is for its owner only', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  await run(writeInput(folder, ['u1,,app-1,']), against(server, { folder: out }));
  expect(statSync(out).mode & 0o777).toBe(0o700);
  const modes = readdirSync(out).map((name) => [
    name,
    (statSync(path.join(out, name)).mode & 0o777).toString(8),
  ]);
  expect(Object.fromEntries(modes)).toEqual({
    'calls.csv': '600',
    'calls.idx': '600',
    'input.csv': '600',
    'journal.ndjson': '600',
    'report.csv': '600',
    'report.html': '600',
    'retry.csv': '600',
    'rows.idx': '600',
    'rows.ndjson': '600',
    'run.json': '600',
    'summary.json': '600',
    'users.ndjson': '600',
  });
});

test('wrong credentials refuse the run before anything is asked or sent, and no folder is left', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  let asked = 0;
  const confirm = async (): Promise<boolean> => (asked += 1) > 0;
  const credentials = { accessKeyId: server.accessKeyId, accessKeySecret: 'not-the-secret' };
  const input = writeInput(folder, ['u1,,app-1,', 'u2,,app-1,']);
  const options = { ...against(server, { folder: out, confirm }), credentials };
  await expect(run(input, options)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('GenAuth refuses to give a token for this access key'),
    hint: expect.stringContaining('has not been revoked'),
  });
  expect({ asked, isLeft: existsSync(out), sent: server.log.length }).toEqual({
    asked: 0,
    isLeft: false,
    sent: 0,
  });
});

test('credentials that are refused on resume stop it as before, with no row burnt', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const out = path.join(folder, 'run');
  const stop = new AbortController();
  const options = against(server, { folder: out, pace: { concurrency: 1 }, stopSignal: stop.signal });
  const onEvent = ({ type }: OffboardEvent): void => {
    if (type === 'attempt') stop.abort();
  };
  await run(writeInput(folder, ['u1,,app-1,', 'u2,,app-1,']), { ...options, onEvent });
  const credentials = { accessKeyId: server.accessKeyId, accessKeySecret: 'not-the-secret' };
  // Another secret proves no host.
  const outcome = await resume(out, { credentials, host: server.url, pace: { giveUpAfterMs: 1000 } });
  expect(outcome).toMatchObject({ exitCode: 4, stop: { reason: 'unauthorized' } });
  expect(outcome.summary?.rows).toMatchObject({ succeeded: 1, not_attempted: 1 });
});

test('a plan that is changed while the question stands is refused, and nothing is sent', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  const [input, out] = [path.join(cwd, 'leavers.csv'), path.join(cwd, 'run')];
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\n');
  const options = against(server, {
    folder: out,
    confirm: async () => {
      const calls = path.join(out, 'calls.csv');
      writeFileSync(calls, readFileSync(calls, 'utf8').replace('u1', 'me'));
      return true;
    },
  });
  await expect(run(input, options)).rejects.toThrow('calls.csv was changed while it was in use');
  expect(server.log).toEqual([]);
});
