import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { report, resume, run } from '../src/index.ts';
import { encode } from './input/encode.ts';
import { readCsvFile } from './read-report.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const lines = [
  '离职名单 2026-11',
  '邮箱;姓名;应用ID',
  'deleted-1@example.com;王测试;app-1',
  'two@example.com;李样本;app-1',
];

const cases = [
  ['told by its header', undefined, lines],
  ['told by flag', 'gb18030', ['Leavers', 'Email;Name;app_ids', ...lines.slice(2)]],
] as const;

test.each(cases)('run, resume and report read an export alike: %s', async (_how, encoding, text) => {
  const server = await simulator();
  const folder = temporaryFolder();
  const input = path.join(folder, 'leavers.csv');
  writeFileSync(input, encode(text.join('\r\n'), 'gb18030'));
  const out = path.join(folder, 'run');
  const { summary } = await run(input, against(server, { folder: out, plan: { encoding } }));
  expect(summary?.rows).toMatchObject({ total: 2, succeeded: 1, failed: 1 });
  expect(readFileSync(path.join(out, 'input.csv'))).toEqual(readFileSync(input));

  const { credentials } = against(server);
  await resume(out, { credentials, retryFailed: true });
  expect(await report(out)).toMatchObject({ rows: { total: 2, succeeded: 1, failed: 1 } });
  expect(server.log.map(({ userId, userIdType }) => [userId, userIdType])).toEqual([
    ['deleted-1@example.com', 'email'],
    ['two@example.com', 'email'],
    ['deleted-1@example.com', 'email'],
  ]);
  const name = text[1].split(';')[1] ?? '';
  expect(readCsvFile(out, 'report.csv').map((row) => [row['line'], row['user_id_type'], row[name]])).toEqual([
    ['3', 'email', '王测试'],
    ['4', 'email', '李样本'],
  ]);

  const again = path.join(folder, 'again');
  await run(path.join(out, 'retry.csv'), against(server, { folder: again }));
  expect(server.log.at(-1)).toMatchObject({ userId: 'deleted-1@example.com', userIdType: 'email' });
  expect(server.log).toHaveLength(4);
});
