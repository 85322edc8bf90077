import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { ManagementClient } from 'authing-node-sdk';
import { expect, onTestFinished, test } from 'vitest';

import { run } from '../src/index.ts';
import { startSimulator } from '../src/simulator/simulator.ts';
import { readCsvFile } from './read-report.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const [libraryExample = '', clientExample = ''] = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(
  ([, code]) => code,
);

const app = '66a1bb000000000000000001';
const input = `user_id,app_ids\nuser-1,${app}\nunknown-2,${app}\n`;

/** The program's code as a user has it: in a project of theirs with this package installed. */
async function runAsProject(code: string, environment: Record<string, string>): Promise<string> {
  const cwd = temporaryFolder();
  mkdirSync(path.join(cwd, 'node_modules'));
  symlinkSync(root, path.join(cwd, 'node_modules/genauth-offboard'));
  symlinkSync(
    path.join(root, 'node_modules/authing-node-sdk'),
    path.join(cwd, 'node_modules/authing-node-sdk'),
  );
  writeFileSync(path.join(cwd, 'leavers.csv'), input);
  writeFileSync(path.join(cwd, 'example.mjs'), code);
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd, env });
  return stdout;
}

test('the library example of the README works as it stands', async () => {
  const server = await startSimulator();
  onTestFinished(() => server.close());
  const stdout = await runAsProject(libraryExample, {
    GENAUTH_HOST: server.url,
    GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
    GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
  });
  expect(stdout).toMatch(/^2 users, 2 calls\n1 of 2 rows succeeded, see offboard-leavers-\d{8}T\d{6}Z\n$/);
});

test('the example with the official SDK’s client works as it stands', async () => {
  const server = await startSimulator({ log: true });
  onTestFinished(() => server.close());
  const { accessKeyId, accessKeySecret, url: host } = server;
  await runAsProject(
    `const [accessKeyId, accessKeySecret, host] = ${JSON.stringify([accessKeyId, accessKeySecret, host])};\n${clientExample}`,
    {},
  );
  expect(server.log.map((record) => record.userId)).toEqual(['user-1', 'unknown-2']);
});

test('the official SDK’s client is taken as it is, and its replies give the same report', async () => {
  const server = await startSimulator();
  onTestFinished(() => server.close());
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'leavers.csv'), input);
  const { accessKeyId, accessKeySecret, url: host } = server;
  const client = new ManagementClient({ accessKeyId, accessKeySecret, host });
  const out = path.join(folder, 'run');
  await run(path.join(folder, 'leavers.csv'), { client, folder: out });
  const rows = readCsvFile(out, 'report.csv');
  expect(rows.map((row) => [row['status'], row['status_code'], row['api_code']])).toMatchObject([
    ['succeeded', '200', expect.anything()],
    ['failed', '404', '2004'],
  ]);
  for (const row of rows) expect(row['request_ids']).toMatch(/^[\da-f-]{36}$/);
});

test('every flag of run stands in the README', async () => {
  const { runCommand } = await import('../src/commands/run.ts');
  for (const flag of Object.keys(runCommand.flags)) expect(readme).toContain(`--${flag}`);
});
