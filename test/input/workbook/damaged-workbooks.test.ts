import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { UserError } from '../../../src/errors.ts';
import { openRows } from '../../../src/input/read-rows.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { noDefaults } from '../read-all.ts';
import { buildSheet } from './build-workbook.ts';

const users = Array.from({ length: 40 }, (_, at) => [`u-${at}`, { v: `${7001 + at}` }, 'app-1;app-2']);
const good = buildSheet([['user_id', 'number', 'app_ids'], ...users]);

/** The rows, or what stopped the reading. */
async function outcome(file: string): Promise<string[] | UserError> {
  try {
    const { batches } = await openRows(file, { columns: {}, defaults: noDefaults, name: 'leavers.xlsx' });
    const rows: string[] = [];
    for await (const batch of batches) rows.push(...batch.map(({ cells }) => cells.join(' ')));
    return rows;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

test('a workbook with any bytes changed gives all the rows that it had, or is refused', async () => {
  const file = path.join(temporaryFolder(), 'leavers.xlsx');
  writeFileSync(file, good);
  const whole = await outcome(file);
  expect(whole).toHaveLength(users.length);
  const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(good);
      for (const [at, difference] of changes) bytes[at] = ((bytes[at] ?? 0) + difference) & 0xff;
      writeFileSync(file, bytes);
      const read = await outcome(file);
      const isRefused = read instanceof UserError;
      if (isRefused) refused += 1;
      expect(isRefused || isDeepStrictEqual(read, whole)).toBe(true);
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(100);
});

test('a workbook that is cut off anywhere is refused', async () => {
  const file = path.join(temporaryFolder(), 'leavers.xlsx');
  for (let length = 4; length < good.length; length += 97) {
    writeFileSync(file, good.subarray(0, length));
    expect(await outcome(file)).toBeInstanceOf(UserError);
  }
});

test.skipIf(process.platform !== 'linux')(
  'the file is closed in the end, however the reading ended',
  async () => {
    const folder = temporaryFolder();
    const open = (name: string, content: Buffer) => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return openRows(file, { columns: {}, defaults: noDefaults, name });
    };
    for await (const _ of (await open('whole.xlsx', good)).batches);
    for await (const _ of (await open('left.xlsx', good)).batches) break;
    await (await open('untouched.xlsx', good)).close();
    await expect(open('no-columns.xlsx', buildSheet([['name']]))).rejects.toThrow('no column');
    await expect(open('cut.xlsx', good.subarray(0, 500))).rejects.toThrow('damaged');
    const openFiles = (): string[] =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/self/fd/${fd}`)].filter((target) => target.startsWith(folder));
        } catch {
          return [];
        }
      });
    await expect.poll(openFiles).toEqual([]);
  },
);
