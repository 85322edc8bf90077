import { copyFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import {
  report,
  resume,
  run,
  type CanaryQuestion,
  type OffboardEvent,
  type Plan,
  type ResumeOptions,
} from '../src/index.ts';
import { readRunFile, writeRunFile } from '../src/run-folder/run-file.ts';
import type { RunChoices, RunPlan } from '../src/workflow/stored-run.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** So long that the input comes in several batches. */
const note = 'x'.repeat(200);
const isUnknown = (user: number): boolean => user % 100 === 7;
const nameOf = (user: number): string => `${isUnknown(user) ? 'deleted' : 'user'}-${user}`;

/** A finished run of 3,000 users, call and user with the same number, of whom each hundredth does not exist. */
async function finishedRun(server: Simulator): Promise<string> {
  const cwd = temporaryFolder();
  const users = Array.from({ length: 3000 }, (_, index) => `${nameOf(index + 1)},app-1,${note}`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids,note', ...users].join('\n'));
  const folder = path.join(cwd, 'out');
  await run(path.join(cwd, 'leavers.csv'), against(server, { folder }));
  return folder;
}

function resumeClaimed(server: Simulator, options: ResumeOptions = {}): ResumeOptions {
  const { server: _, ...again } = against(server);
  return { ...again, ...options };
}

test.each([2999, 3001])('a plan of 3,000 calls does not fit a run of %d', async (calls) => {
  const server = await simulator();
  const folder = await finishedRun(server);
  const sent = server.log.length;
  const made = await readRunFile<RunChoices, RunPlan>(folder);
  await writeRunFile(folder, { ...made, input: { ...made.input, calls } });
  await expect(resume(folder, resumeClaimed(server))).rejects.toMatchObject({
    message: `The plan in ${folder} is not the one that run.json is about.`,
    exitCode: 1,
  });
  expect(server.log).toHaveLength(sent);
});

test('the journal of another run is refused by its name, and nothing is sent', async () => {
  const server = await simulator();
  const [folder, other] = [await finishedRun(server), path.join(temporaryFolder(), 'out')];
  const input = path.join(path.dirname(other), 'leavers.csv');
  writeFileSync(input, 'user_id,app_ids\nsomebody-else,app-1\n');
  await run(input, against(server, { folder: other }));
  const journal = path.join(folder, 'journal.ndjson');
  copyFileSync(path.join(other, 'journal.ndjson'), journal);
  const sent = server.log.length;
  const refused = { message: expect.stringContaining(`${journal} is about another plan`), exitCode: 1 };
  await expect(resume(folder, resumeClaimed(server))).rejects.toMatchObject(refused);
  await expect(report(folder)).rejects.toMatchObject(refused);
  expect(server.log).toHaveLength(sent);
});

test('a question that was not answered is asked again with the same plan, and nothing is read anew', async () => {
  const server = await simulator();
  const folder = path.join(temporaryFolder(), 'out');
  const input = path.join(path.dirname(folder), 'leavers.csv');
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\nu2,app-1\n');
  const asked: Plan[] = [];
  const confirmCanary = async ({ plan }: CanaryQuestion): Promise<boolean> => {
    asked.push(plan);
    return asked.length > 1;
  };
  const options = { folder, guards: { canary: 1 }, confirmCanary };
  expect((await run(input, against(server, options))).exitCode).toBe(4);
  const events: string[] = [];
  const onEvent = ({ type }: OffboardEvent): number => events.push(type);
  expect((await resume(folder, resumeClaimed(server, { onEvent, confirmCanary }))).exitCode).toBe(0);
  expect(asked[1]).toEqual(asked[0]);
  expect(events.filter((type) => type === 'checking' || type === 'checked')).toEqual([]);
});

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
