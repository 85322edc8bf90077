import { existsSync, readdirSync } from 'node:fs';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { UserIdType } from '../../src/input/words/user-id-type.ts';
import { type Gathering, createGatheringPlanner } from '../../src/plan/gather.ts';
import type { PlannedRow } from '../../src/plan/planned-row.ts';
import { placeOf, seqOf } from '../../src/plan/planner.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { planned } from './planned.ts';

function valid(line: number, userId: string, appIds: readonly string[], userIdType: UserIdType = 'user_id') {
  return { valid: true, line, cells: [], userId, userIdType, appIds, warnings: [] } as const;
}

function invalid(line: number): PlannedRow {
  return {
    valid: false,
    line,
    cells: [],
    userId: 'u1',
    userIdType: '',
    appIds: [],
    problems: [],
    repairs: [],
  };
}

const inMemory: Gathering = { folder: '', bytes: 0 };
/** So little memory that each row goes to the disk, in parts of a few users or none. */
const onDisk = (): Gathering => ({ folder: temporaryFolder(), bytes: 16 * 2 ** 20, memory: 1 });

/** IDs as odd as may be sent. */
const userId = fc.oneof(
  fc.constantFrom('u1', 'u2', 'u3', '1', 'a,b', '"q"', ' ', '，', '用户', '\u{1f600}'),
  fc.string({ unit: fc.constantFrom('a', '1', ';', '"', ',', '\\', 'é'), minLength: 1, maxLength: 5 }),
);
const appIds = fc.oneof(
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd;e', '[f', '7'), { minLength: 1 }),
  fc
    .record({ from: fc.integer({ min: 1, max: 80 }), count: fc.integer({ min: 1, max: 120 }) })
    .map(({ from, count }) => Array.from({ length: count }, (_, at) => `app-${from + at}`)),
);
const rows = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      {
        weight: 9,
        arbitrary: fc.tuple(userId, appIds, fc.constantFrom<UserIdType>('user_id', 'user_id', 'username')),
      },
    ),
    { maxLength: 40 },
  )
  .map((drawn) =>
    drawn.map((each, at) =>
      each === undefined ? invalid(at + 2) : valid(at + 2, each[0], each[1], each[2]),
    ),
  );

const pairsOf = (userIdType: string, id: string, apps: readonly string[]): string[] =>
  apps.map((app) => JSON.stringify([userIdType, id, app]));

test.each([
  ['in memory', () => inMemory],
  ['on disk', onDisk],
])(
  'whatever the rows and their order, gathered %s: each user and app is in one call',
  async (_, gathering) => {
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const { calls, positions, filed } = await planned(given, gathering());
        const asked = given.flatMap((row) =>
          row.valid ? pairsOf(row.userIdType, row.userId, row.appIds) : [],
        );
        const planned_ = calls.flatMap((call) => pairsOf(call.userIdType, call.userId, call.appIds));
        // In the order of the first row of the user, and then of the first mention of the app.
        const users = [...new Set(given.flatMap((row) => (row.valid ? [userOf(row)] : [])))];
        const expected = users.flatMap((user) => [
          ...new Set(
            given.flatMap((row) =>
              row.valid && userOf(row) === user ? pairsOf(row.userIdType, row.userId, row.appIds) : [],
            ),
          ),
        ]);
        expect(planned_).toEqual(expected);
        expect(new Set(planned_)).toEqual(new Set(asked));
        for (const [at, call] of calls.entries()) {
          expect(call.seq).toBe(at + 1);
          expect(call.appIds.length).toBeGreaterThan(0);
          expect(call.appIds.length).toBeLessThanOrEqual(50);
          expect(call.lines).toEqual(linesOf(given, call));
        }
        // All but a user's last are full.
        const notFull = calls.filter(({ appIds: { length } }) => length < 50).map(userOf);
        expect(new Set(notFull).size).toBe(notFull.length);
        const found = positions.map((each) =>
          each.map((position) => calls[seqOf(position) - 1]?.appIds[placeOf(position)]),
        );
        expect(found).toEqual(given.map((row) => (row.valid ? row.appIds : [])));
        expect(filed.map(({ firstSeq }) => firstSeq > 0)).toEqual(given.map((row) => row.valid));
      }),
      { numRuns: 150 },
    );
  },
);

function userOf({
  userIdType,
  userId: id,
}: {
  readonly userIdType: string;
  readonly userId: string;
}): string {
  return JSON.stringify([userIdType, id]);
}

function linesOf(
  given: readonly PlannedRow[],
  call: { readonly userIdType: string; readonly userId: string; readonly appIds: readonly string[] },
): number[] {
  const lines = call.appIds.map(
    (app) =>
      given.find((row) => row.valid && userOf(row) === userOf(call) && row.appIds.includes(app))?.line ?? 0,
  );
  return [...new Set(lines)];
}

test('rows of a user who stands all over the file become one call', async () => {
  const { calls, filed } = await planned([
    valid(2, 'u1', ['a']),
    valid(3, 'u2', ['a']),
    invalid(4),
    valid(5, 'u1', ['b', 'a']),
  ]);
  expect(calls.map(({ userId: id, appIds: apps, lines }) => [id, apps, lines])).toEqual([
    ['u1', ['a', 'b'], [2, 5]],
    ['u2', ['a'], [3]],
  ]);
  expect(filed.map(({ firstSeq }) => firstSeq)).toEqual([1, 2, 0, 1]);
});

/** In turn with those of another user. @param appsOf what one row asks for. */
const inTurn = (count: number, appsOf: (row: number) => string[]): PlannedRow[] =>
  Array.from({ length: 2 * count }, (_, row) =>
    row % 2 === 0 ? valid(row + 2, 'u1', appsOf(row / 2)) : valid(row + 2, 'u2', ['app']),
  );

const thousand = (from: number): string[] => Array.from({ length: 1000 }, (_, at) => `app-${from + at}`);

test.each([
  ['in memory', () => inMemory],
  ['on disk', onDisk],
])('a user of more than 100,000 apps in all is refused with the line, gathered %s', async (_, gathering) => {
  await expect(
    planned(
      inTurn(101, (row) => thousand(1000 * row)),
      gathering(),
    ),
  ).rejects.toThrow(/^Line 202: the user "u1" has more than 100,000 different apps\.$/);
});

test('nobody is held in memory with many more apps than they may have', () => {
  const planner = createGatheringPlanner({ onCall: () => {}, onRow: () => {} }, inMemory);
  const add = (): void => inTurn(500, (row) => thousand(1000 * row)).forEach(planner.add);
  expect(add).toThrow('more than 100,000 different apps');
});

test('the same few apps may be asked for as often as somebody likes', async () => {
  const { calls } = await planned(
    inTurn(250, () => thousand(0)),
    inMemory,
  );
  expect(calls).toHaveLength(1000 / 50 + 1);
});

test('what is written to the disk is for this user only, and gone afterwards', async () => {
  const gathering = onDisk();
  const planner = createGatheringPlanner({ onCall: () => {}, onRow: () => {} }, gathering);
  planner.add(valid(2, 'u1', ['a']));
  expect(readdirSync(gathering.folder)).toHaveLength(1);
  await planner.end();
  planner.close();
  expect(readdirSync(gathering.folder)).toEqual([]);
  expect(existsSync(gathering.folder)).toBe(true);
});

test('what is thrown at a pause ends it, and nothing is left', async () => {
  const stop = new Error('stopped');
  const gathering = { ...onDisk(), pause: () => Promise.reject(stop) };
  const planner = createGatheringPlanner({ onCall: () => {}, onRow: () => {} }, gathering);
  for (let line = 2; line < 100; line += 1) planner.add(valid(line, `u${line % 7}`, ['a']));
  await expect(planner.end()).rejects.toBe(stop);
  planner.close();
  expect(readdirSync(gathering.folder)).toEqual([]);
});
