import { expect, test } from 'vitest';

import { startSimulator } from '../../src/simulator/simulator.ts';
import { run } from '../../src/index.ts';
import { against, simulator } from '../start-simulator.ts';
import { leaversFile } from '../leavers-file.ts';
import path from 'node:path';
import { genauthOffboard } from '../command-line.ts';
import { readCsvFile } from '../read-report.ts';

const hex = '66a1bb000000000000000001';

test('an app with an ID as GenAuth gives them is known, and any other only when it is named', async () => {
  const server = await simulator({ apps: ['Jira'] });
  const file = leaversFile(['Jira', 'Confluence', 'all']);
  const folder = path.join(path.dirname(file), 'out');
  await run(file, against(server, { folder }));
  expect(readCsvFile(folder, 'report.csv').map((row) => [row['status'], row['api_code']])).toEqual([
    ['succeeded', expect.anything()],
    ['failed', '2011'],
    ['failed', '2011'],
  ]);
  expect(server.sessions('user_id', '65f0aa000000000000000000', 'Jira')).toBe(false);
  expect(server.sessions('user_id', '65f0aa000000000000000009', 'Confluence')).toBe(false);
  expect(server.sessions('user_id', '65f0aa000000000000000009', hex)).toBe(true);
});

test('by default no name is known', async () => {
  const server = await startSimulator({ log: true });
  expect(server.sessions('user_id', 'u', hex)).toBe(true);
  for (const app of ['app-1', hex.toUpperCase(), hex.slice(1), `${hex}0`, 'g'.repeat(24)]) {
    expect(server.sessions('user_id', 'u', app)).toBe(false);
  }
  await server.close();
});

test('a demo knows the apps of its file by their names, of which case does not count, as by their IDs', async () => {
  const named = leaversFile(['Jira; Confluence', 'Google Workspace', 'JIRA']);
  const rehearsal = await genauthOffboard(['demo', named, '--json', '--out', 'out'], {
    cwd: path.dirname(named),
  });
  expect(rehearsal.code).toBe(0);
  expect(JSON.parse(rehearsal.stdout)).toMatchObject({ rows: { total: 3, succeeded: 3 } });
  const good = leaversFile([hex, `${hex};66a1bb000000000000000002`]);
  const other = await genauthOffboard(['demo', good, '--json', '--out', 'out'], { cwd: path.dirname(good) });
  expect(JSON.parse(other.stdout)).toMatchObject({ rows: { total: 2, succeeded: 2 } });
});
