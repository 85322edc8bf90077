import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { UserError } from '../../../src/errors.ts';
import { defaultChunkBytes as chunkBytes, prove, type ProvenFile } from '../../../src/files/proven-file.ts';
import { openRows } from '../../../src/input/read-rows.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { noDefaults } from '../read-all.ts';
import { buildSheet } from './build-workbook.ts';

const users = Array.from({ length: 40 }, (_, at) => [`u-${at}`, { v: `${7001 + at}` }, 'app-1;app-2']);
const good = buildSheet([['user_id', 'number', 'app_ids'], ...users]);

/** The rows, or what stopped the reading. */
async function outcome(file: string | ProvenFile): Promise<string[] | UserError> {
  try {
    const proven = typeof file === 'string' ? await prove(file) : file;
    const { batches } = await openRows(proven, {
      columns: {},
      defaults: noDefaults,
      name: 'leavers.xlsx',
    });
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
    const open = async (name: string, content: Buffer) => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return openRows(await prove(file), { columns: {}, defaults: noDefaults, name });
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

test('a workbook that is changed after it was read once gives its own rows or none, wherever the change is', async () => {
  const noise = Array.from({ length: 3000 }, (_, at) => [
    `u-${at}`,
    createHash('sha256').update(`${at}`).digest('hex'),
    'app-1',
  ]);
  const whole = buildSheet([['user_id', 'note', 'app_ids'], ...noise]);
  expect(whole.length).toBeGreaterThan(2 * chunkBytes);
  const name = path.join(temporaryFolder(), 'leavers.xlsx');
  writeFileSync(name, whole);
  const file = await prove(name);
  const rows = await outcome(file);
  expect(rows).toHaveLength(3000);
  const outcomes: (string[] | UserError)[] = [];
  for (let at = 0; at < whole.length; at += Math.floor(whole.length / 40)) {
    const other = Buffer.from(whole);
    other[at] = (other[at] ?? 0) ^ 1;
    writeFileSync(name, other);
    outcomes.push(await outcome(file));
  }
  const refusals = outcomes.filter((each) => each instanceof UserError);
  expect(refusals.length).toBeGreaterThan(30);
  expect(new Set(refusals.map(({ message }) => message))).toEqual(
    new Set([`${name} was changed while it was in use.`]),
  );
  // Some bytes belong to parts that no reading of the rows needs.
  for (const read of outcomes.filter((each) => !(each instanceof UserError))) expect(read).toEqual(rows);
});
