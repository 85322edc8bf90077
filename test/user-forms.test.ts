import path from 'node:path';
import { writeFileSync } from 'node:fs';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { check } from '../src/workflow/check.ts';
import type { Oddity } from '../src/survey/oddities.ts';
import { genauthOffboard, onTerminal } from './command-line.ts';
import { credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const app = '66a1bb000000000000000001';
const good = (at: number): string => `65f0aa${at.toString(16).padStart(18, '0')}`;

function fileOf(users: readonly string[], header = 'user_id'): string {
  const file = path.join(temporaryFolder(), 'leavers.csv');
  writeFileSync(file, [`${header},app_ids`, ...users.map((user) => `${user},${app}`)].join('\n'));
  return file;
}

async function oddityIn(...given: Parameters<typeof fileOf>): Promise<Oddity | undefined> {
  const { oddities, rows } = await check(fileOf(...given));
  expect(rows.invalid).toBe(0);
  return oddities.find(({ kind }) => kind === 'user_form');
}

test.each([
  ['13800000000', ' (a phone number?)'],
  ['+8613800000000', ' (a phone number?)'],
  ['leaver@example.com', ' (an email address?)'],
  ['65f0aa0000000000000000a', ' (23 digits)'],
  ['65f0aa00000000000000000a1', ' (25 digits)'],
  ['65f0aa00000000000000000g', ''],
  ['E10001', ''],
  ['casey.specimen', ''],
  ['lark:ou_8bae', ''],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', ''],
  ['张三', ''],
])('%s among user IDs of 24 hexadecimal digits is warned of with its line, and sent', async (odd, look) => {
  const oddity = await oddityIn([good(1), odd, good(2)]);
  expect(oddity?.message).toContain('1 of 3 rows of the type user_id names no ID of 24 hexadecimal digits');
  expect(oddity?.message).toContain(`: line 3 "${odd}"${look}. `);
  expect(oddity?.lines).toEqual([3]);
});

test.each(['email', 'phone', 'username', 'external_id', '工号'])(
  'a column of another type, %s, is not measured by it',
  async (header) => {
    const users = header === 'email' ? ['a@example.com'] : ['13800000000', '13900000000'];
    const types = header === '工号' ? { userIdType: 'external_id' as const } : {};
    const file = fileOf(users, header);
    const { oddities } = await check(file, { ...types, columns: { userIdColumn: header } });
    expect(oddities).toEqual([]);
  },
);

test('whatever the users, all that have another form are counted, the first named, and none is left out', async () => {
  const id = fc.stringMatching(/^[\da-fA-F]{24}$/);
  const other = fc.oneof(
    fc.stringMatching(/^[\da-f]{25,30}$/),
    fc.stringMatching(/^[a-z]{3,9}\.[g-z]{3,9}$/),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(id, other), { minLength: 1, maxLength: 12 }), async (users) => {
      const lines = users.flatMap((user, at) => (/^[\da-f]{24}$/i.test(user) ? [] : [at + 2]));
      const oddity = await oddityIn(users);
      expect(oddity?.lines ?? []).toEqual(lines.slice(0, 5));
      expect(oddity?.message.startsWith(`${lines.length} of ${users.length} `) ?? false).toBe(
        lines.length > 0,
      );
    }),
    { numRuns: 60 },
  );
});

test('check says it before the rows and again in its verdict, and the question shows it', async () => {
  const server = await simulator();
  const cwd = path.dirname(fileOf([good(1), '13800000000']));
  const { code, stdout } = await genauthOffboard(['check', 'leavers.csv'], { cwd });
  expect(code).toBe(0);
  const at = stdout.indexOf('Look first at\n  the users: 1 of 2 rows');
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThan(stdout.indexOf('Rows, as understood'));
  expect(stdout.slice(stdout.lastIndexOf('\n\n'))).toMatch(/^\n\nLook first at the users: 1 of 2 rows/);
  const surroundings = { cwd, environment: credentialsOf(server) };
  const asked = await onTerminal(['run', 'leavers.csv'], surroundings, [['go on: ', 'no\r']]);
  expect(asked.stdout).toMatch(
    /2 users will be signed out[^\n]*\n[^\n]*Look first at the users: 1 of 2 rows/,
  );
  const { stderr } = await genauthOffboard(['run', 'leavers.csv', '--yes'], surroundings);
  expect(stderr).toContain('the users: 1 of 2 rows');
});
