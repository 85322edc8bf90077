import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { formatVersion, readRunFile, writeRunFile, type RunFile } from '../../src/run-folder/run-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run: RunFile<{ host: string; rate: number | undefined }, object> = {
  format: formatVersion,
  version: '0.0.0',
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: { user: 'tester', machine: 'here' },
  input: { name: 'leavers.csv', file: 'input.csv', size: 10, sha256: 'ab', rows: 1, calls: 1, users: 1 },
  plan: {},
  protect: null,
  apps: null,
  options: { host: 'https://api.genauth.ai', rate: undefined },
  identity: null,
  confirmed: true,
};

async function written(): Promise<{ folder: string; file: string; content: string }> {
  const folder = temporaryFolder();
  await writeRunFile(folder, run);
  const file = path.join(folder, 'run.json');
  return { folder, file, content: readFileSync(file, 'utf8') };
}

function refusal(folder: string): Promise<{ message: string; hint: string; exitCode: number }> {
  return readRunFile(folder).then(
    () => expect.unreachable('it was read'),
    (error: { message: string; hint: string; exitCode: number }) => error,
  );
}

test('what was written is read, again and again', async () => {
  const { folder } = await written();
  const first = await readRunFile<object, object>(folder);
  expect(first).toEqual({ ...run, options: { host: run.options.host } });
  await writeRunFile(folder, { ...first, confirmed: false });
  expect((await readRunFile(folder)).confirmed).toBe(false);
});

test('an option that was changed by hand is refused by the name of the file', async () => {
  const { folder, file, content } = await written();
  writeFileSync(file, content.replace('api.genauth.ai', 'elsewhere.example'));
  expect(await refusal(folder)).toMatchObject({
    message: `${file} was changed since the run began.`,
    exitCode: 1,
  });
});

test('another layout of the same values is no change', async () => {
  const { folder, file, content } = await written();
  writeFileSync(file, JSON.stringify(JSON.parse(content)));
  expect((await readRunFile(folder)).input.calls).toBe(1);
});

test.each([
  [1, 'use that one.'],
  [3, 'use that one or a later one.'],
  ['2', 'use that one.'],
])('a run of format %j is refused with the version that made it', async (format, advice) => {
  const { folder, file, content } = await written();
  writeFileSync(file, JSON.stringify({ ...JSON.parse(content), format, version: '9.8.7' }));
  const { message, hint } = await refusal(folder);
  expect(message).toContain(`has format ${format}, and this version of genauth-offboard reads format 2.`);
  expect(hint).toBe(`It was made by version 9.8.7: ${advice}`);
});

test.each(['', '{', 'null', '[]'])('a run.json that holds %j is damaged', async (content) => {
  const { folder, file } = await written();
  writeFileSync(file, content);
  expect(await refusal(folder)).toMatchObject({
    message: `${file} is damaged: it is not the JSON that was written.`,
  });
});

test('a run.json without a checksum was changed', async () => {
  const { folder, file } = await written();
  writeFileSync(file, JSON.stringify(run));
  expect((await refusal(folder)).message).toBe(`${file} was changed since the run began.`);
});
