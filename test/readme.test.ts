import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ManagementClient } from 'authing-node-sdk';
import { expect, onTestFinished, test } from 'vitest';

import { run } from '../src/index.ts';
import { startSimulator } from '../src/simulator/simulator.ts';
import { readCsvFile } from './read-report.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const app = '66a1bb000000000000000001';
const input = `user_id,app_ids\nuser-1,${app}\nunknown-2,${app}\n`;

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
