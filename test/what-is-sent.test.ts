import { existsSync, openSync, closeSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { check, report, run, writeProblems, type OffboardEvent } from '../src/index.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** So long that most of the plan is read after the first calls were sent. */
const users = Array.from({ length: 3000 }, (_, index) => `user-${10_000 + index}`);
const table = ['user_id,app_ids,note', ...users.map((user) => `${user},app-1,${'x'.repeat(150)}`)].join('\n');

function writeInput(): { readonly input: string; readonly out: string } {
  const folder = temporaryFolder();
  const input = path.join(folder, 'leavers.csv');
  writeFileSync(input, table);
  return { input, out: path.join(folder, 'out') };
}

/** What it would hold were it about somebody else far on. */
function withOthers(file: string): Buffer {
  return Buffer.from(readFileSync(file, 'utf8').replaceAll('user-12', 'boss-12'));
}

/** As an editor does that saves in place. */
function overwrite(file: string): void {
  const others = withOthers(file);
  const fd = openSync(file, 'r+');
  writeSync(fd, others, 0, others.length, 0);
  closeSync(fd);
}

/** As an editor does that saves a new file under the old name. */
function replace(file: string): void {
  writeFileSync(`${file}.new`, withOthers(file));
  renameSync(`${file}.new`, file);
}

/** Does it at the first event of this kind. */
function once(type: OffboardEvent['type'], act: () => void): (event: OffboardEvent) => void {
  let isDone = false;
  return (event) => {
    if (event.type !== type || isDone) return;
    isDone = true;
    act();
  };
}

test.each([
  ['overwritten', overwrite],
  // What was opened before goes on as it was; the reports would be made from what has the name now.
  ['replaced', replace],
])(
  'nobody is signed out whom the approved file does not name, also when the plan is %s while it is being sent',
  async (_, change) => {
    const server = await simulator();
    const { input, out } = writeInput();
    const calls = path.join(out, 'calls.csv');
    const onEvent = once('calling', () => change(calls));
    const options = against(server, { folder: out, pace: { concurrency: 4 }, onEvent });
    await expect(run(input, options)).rejects.toThrow(`${calls} was changed while it was in use`);
    expect(server.log.length).toBeGreaterThan(0);
    expect(server.log.filter(({ userId }) => !users.includes(userId))).toEqual([]);
    const journal = readFileSync(path.join(out, 'journal.ndjson'), 'utf8');
    expect(journal.trimEnd().split('\n').at(-1)).toContain('"kind":"end"');
  },
);

test('what is asked about is what will be sent: a copy that changes while it is checked refuses the run', async () => {
  const server = await simulator();
  const { input, out } = writeInput();
  const onEvent = once('checking', () => overwrite(path.join(out, 'input.csv')));
  await expect(run(input, against(server, { folder: out, onEvent }))).rejects.toThrow('was changed while');
  expect(server.log).toEqual([]);
  expect(existsSync(out)).toBe(false);
});

test('a report is made of what was sent, or not at all', async () => {
  const server = await simulator();
  const { input, out } = writeInput();
  await run(input, against(server, { folder: out }));
  const before = readFileSync(path.join(out, 'report.csv'), 'utf8');
  const onEvent = once('reporting', () => overwrite(path.join(out, 'rows.ndjson')));
  await expect(report(out, { onEvent })).rejects.toThrow('was changed while it was in use');
  expect(readFileSync(path.join(out, 'report.csv'), 'utf8')).toBe(before);
});

test('the problems that are written are those of the file that was checked', async () => {
  const { input } = writeInput();
  const problems = `${input}.problems.csv`;
  const checked = await check(input);
  replace(input);
  await expect(writeProblems(input, { problems }, checked)).rejects.toThrow(
    'was changed after it was checked',
  );
  expect(existsSync(problems)).toBe(false);
});
