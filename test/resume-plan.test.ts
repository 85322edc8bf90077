import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { report, resume, run, type OffboardEvent, type ResumeOptions } from '../src/index.ts';
import { decodeRecord, encodeRecord } from '../src/journal/record.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { genauthOffboard } from './command-line.ts';
import { against, credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** So long that the input comes in several batches. */
const note = 'x'.repeat(200);
const isUnknown = (user: number): boolean => user % 100 === 7;
const nameOf = (user: number): string => `${isUnknown(user) ? 'unknown' : 'user'}-${user}`;

/** A finished run of 3,000 users, call and user with the same number, of whom each hundredth does not exist. */
async function finishedRun(server: Simulator, canary?: number): Promise<string> {
  const cwd = temporaryFolder();
  const users = Array.from({ length: 3000 }, (_, index) => `${nameOf(index + 1)},app-1,${note}`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids,note', ...users].join('\n'));
  const folder = path.join(cwd, 'out');
  const confirmCanary = async (): Promise<boolean> => true;
  const options = { folder, guards: { canary }, confirmCanary };
  await run(path.join(cwd, 'leavers.csv'), against(server, options));
  return folder;
}

function goOn(server: Simulator, options: ResumeOptions = {}): ResumeOptions {
  const { server: _, ...again } = against(server);
  return { ...again, ...options };
}

/** Sees whether the whole input is read and planned before the first call. */
function planning(): { readonly onEvent: (event: OffboardEvent) => void; isSeen: boolean } {
  const seen = {
    isSeen: false,
    onEvent(event: OffboardEvent): void {
      if (event.type === 'checking' || event.type === 'checked') seen.isSeen = true;
    },
  };
  return seen;
}

/** Changes `run.json` as whoever can leave out its checksum, too. */
function changeRun(
  folder: string,
  change: (run: { version: string; input: { calls: number } }) => void,
): void {
  const file = path.join(folder, 'run.json');
  const { checksum: _, ...content } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(content as { version: string; input: { calls: number } });
  writeFileSync(file, JSON.stringify(content));
}

/** Makes the journal say that these calls were about somebody else; done twice, it is as it was. */
function changeDigests(folder: string, seqs: readonly number[]): void {
  const file = path.join(folder, 'journal.ndjson');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const changed = lines.map((line) => {
    const record = decodeRecord(Buffer.from(line));
    if (record?.kind !== 'attempt' || !seqs.includes(record.seq)) return `${line}\n`;
    return encodeRecord({ ...record, digest: (record.digest ^ 1) >>> 0 });
  });
  writeFileSync(file, changed.join(''));
}

const usersIn = (server: Simulator, from: number): number[] =>
  server.log.slice(from).map(({ userId }) => Number(/\d+/.exec(userId)?.[0]));

test.each([
  ['the program', { version: '0.0.1' }],
  ['Node', { nodeVersion: '20.19.0' }],
])(
  'resume plans the whole input before its first call when another version of %s made the run',
  async (_, made) => {
    const server = await simulator();
    const folder = await finishedRun(server, 10);
    const plain = planning();
    expect((await resume(folder, goOn(server, { onEvent: plain.onEvent }))).exitCode).toBe(3);
    expect(plain.isSeen).toBe(false);
    changeRun(folder, (content) => Object.assign(content, made));
    const other = planning();
    expect((await resume(folder, goOn(server, { onEvent: other.onEvent }))).exitCode).toBe(3);
    expect(other.isSeen).toBe(true);
  },
);

test('resume plans the whole input while the question after a canary is open', async () => {
  const server = await simulator();
  const folder = path.join(temporaryFolder(), 'out');
  const input = path.join(path.dirname(folder), 'leavers.csv');
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\nu2,app-1\n');
  const options = { folder, guards: { canary: 1 }, confirmCanary: async () => false };
  expect((await run(input, against(server, options))).exitCode).toBe(4);
  const seen = planning();
  expect(
    (await resume(folder, goOn(server, { onEvent: seen.onEvent, confirmCanary: async () => true }))).exitCode,
  ).toBe(0);
  expect(seen.isSeen).toBe(true);
});

test('a call that is another one than in the journal ends resume with 1, before it or any behind it is sent', async () => {
  const server = await simulator();
  const folder = await finishedRun(server);
  const before = server.log.length;
  // One that has ended, in front of most of the calls that are open.
  changeDigests(folder, [2000]);
  // So few at once that some are sent before those behind them are read.
  const options = { retryFailed: true, pace: { concurrency: 2 } };
  await expect(resume(folder, goOn(server, options))).rejects.toMatchObject({
    message: `The plan no longer fits the journal in ${folder}: call 2000 is another one now.`,
    exitCode: 1,
  });
  const sent = usersIn(server, before);
  expect(sent.length).toBeGreaterThan(0);
  expect(Math.max(...sent)).toBeLessThan(2000);
  // The folder as it was again: what was sent has its records, and nothing is in doubt.
  changeDigests(folder, [2000]);
  const reported = await report(folder);
  expect(reported).toMatchObject({
    ended: 'input',
    rows: { succeeded: 2970, failed: 30, unknown: 0, not_attempted: 0 },
  });
  const resumed = await resume(folder, goOn(server, { retryFailed: true }));
  expect(resumed.summary).toMatchObject({ rows: { succeeded: 2970, failed: 30 }, calls: { repeated: 0 } });
});

test('an open call that is another one than in the journal is not sent, nor any other of its batch', async () => {
  const server = await simulator();
  const folder = await finishedRun(server);
  const before = server.log.length;
  changeDigests(folder, [7]);
  const args = ['resume', folder, '--yes', '--retry-failed'];
  const surroundings = { cwd: temporaryFolder(), environment: credentialsOf(server) };
  const ended = await genauthOffboard(args, surroundings);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('call 7 is another one now');
  expect(ended.stderr).not.toContain('this is a bug');
  expect(server.log).toHaveLength(before);
});

test.each([2999, 3001])(
  'a plan of 3,000 calls does not fit a run of %d, though all that have a record are the same',
  async (calls) => {
    const server = await simulator();
    const folder = await finishedRun(server);
    const sent = server.log.length;
    changeRun(folder, ({ input }) => (input.calls = calls));
    await expect(resume(folder, goOn(server))).rejects.toMatchObject({
      message: expect.stringContaining(`call ${Math.min(calls, 3000) + 1} is another one now`),
      exitCode: 1,
    });
    expect(server.log).toHaveLength(sent);
  },
);

test.skipIf(process.platform !== 'linux')(
  'a run that is stopped before its first call leaves no file open',
  async () => {
    const server = await simulator();
    const cwd = temporaryFolder();
    const users = Array.from({ length: 3000 }, (_, index) => `user-${index},app-1,${note}`);
    writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids,note', ...users].join('\n'));
    const stop = new AbortController();
    const onEvent = (event: OffboardEvent): void => {
      if (event.type === 'started') stop.abort();
    };
    const folder = path.join(cwd, 'out');
    const { exitCode } = await run(
      path.join(cwd, 'leavers.csv'),
      against(server, { folder, onEvent, stopSignal: stop.signal }),
    );
    expect(exitCode).toBe(130);
    expect(server.log).toEqual([]);
    const open = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    });
    expect(open.filter((file) => file.startsWith(folder))).toEqual([]);
  },
);

test('a call that once may have taken effect stays unknown, whatever the sessions after it are told', async () => {
  const folder = path.join(temporaryFolder(), 'out');
  const input = path.join(path.dirname(folder), 'leavers.csv');
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\n');
  const ended: unknown[] = [];
  const onEvent = (event: OffboardEvent): void => {
    if (event.type === 'attempt') ended.push(event.ended);
  };
  const pace = { retries: 0 };
  const lost = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const losing = { kickUsers: () => Promise.reject(lost) };
  const refusing = {
    kickUsers: () => Promise.resolve({ statusCode: 404, apiCode: 2004, message: 'No such user' }),
  };
  const guards = { stopAfterFailures: undefined };
  await run(input, { folder, client: losing, pace: { ...pace, giveUpAfterMs: 1 }, onEvent, guards });
  ended.length = 0;
  const { summary } = await resume(folder, { client: refusing, retryFailed: true, pace, onEvent });
  expect(summary?.rows).toMatchObject({ unknown: 1, failed: 0 });
  expect(ended).toEqual(['unknown']);
});
