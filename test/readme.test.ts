import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ManagementClient } from 'authing-node-sdk';
import { expect, onTestFinished, test } from 'vitest';

import { run } from '../src/index.ts';
import { startSimulator } from '../src/simulator/simulator.ts';
import { genauthOffboard } from './command-line.ts';
import { readCsvFile } from './read-report.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
/** With the pages that it sends its readers to for the rest. */
const manual = ['README.md', 'docs/reference.md', 'docs/stops.md', 'docs/practise.md', 'docs/speed.md']
  .map((name) => readFileSync(path.join(root, name), 'utf8'))
  .join('\n');
const app = '66a1bb000000000000000001';
const input = `user_id,app_ids\nuser-1,${app}\ndeleted-2,${app}\n`;

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

test('every flag of run stands in the README or its reference', async () => {
  const { runCommand } = await import('../src/commands/run.ts');
  for (const flag of Object.keys(runCommand.flags)) expect(manual).toContain(`--${flag}`);
});

/** What is another at each run: addresses, times, request IDs, and names with a time in them. */
function steady(lines: string): string {
  return lines
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]*/g, 'TIME')
    .replaceAll(/\d{8}T\d{6}Z/g, 'TIME')
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'REQUEST')
    .replaceAll(/ in \d+s, 1 throttled, median [\d.]+ ms/g, ' in TIME, 1 throttled, median TIME');
}

test('the first session of the README is what the demo prints, its progress aside', async () => {
  const { stdout, stderr } = await genauthOffboard(['demo'], { cwd: temporaryFolder() });
  const [, session = ''] = /^```console\n\$ npm run demo\n(.*?)^```/ms.exec(readme) ?? [];
  const withoutBar = session.replace(/^Calling .*\n +succeeded .*\n +42 users of .*\n/m, '');
  const withoutProgress = stderr.replaceAll(/^\d{4}-\S+ .*\n/gm, '');
  expect(steady(withoutBar)).toBe(steady(withoutProgress + stdout));
});

test('what the README says to type is there: scripts of npm, files, commands and their flags', async () => {
  const { commandsFor } = await import('../src/commands/commands.ts');
  const commands = new Map((await commandsFor([])).map((command) => [command.name, command]));
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const typed = [...manual.matchAll(/^```(?:sh|bat|powershell)\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block.split('\n').map((line) => line.replace(/#.*/, '').trim()),
  );
  const own = typed.flatMap((line) => /(?:genauth-offboard|node dist\/cli\.js) (.*)/.exec(line)?.[1] ?? []);
  expect(own.length).toBeGreaterThan(7);
  expect(readme.split('\n').length).toBeLessThan(300);
  for (const line of own) {
    const [name = '', ...words] = line.split(/\s+/);
    const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect(Object.keys(commands.get(name)?.flags ?? {})).toEqual(expect.arrayContaining(flags));
    for (const file of words.filter((word) => word.startsWith('fixtures/')))
      readFileSync(path.join(root, file));
  }
  const scriptsTyped = typed.flatMap((line) => /^npm run (\S+)/.exec(line)?.[1] ?? []);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(scriptsTyped));
});
