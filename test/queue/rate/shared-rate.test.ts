import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startPostgres, type Postgres } from '../postgres.ts';
import { openTimedDatabase, runShared, useOf, type TimedDatabase } from './shared-world.ts';

let postgres: Postgres;
let database: TimedDatabase;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await openTimedDatabase(postgres.url);
});

afterAll(async () => {
  await database.close();
  await postgres.stop();
});

const bucketOf = (perSecond: number) => ({ kind: 'bucket', steps: [{ fromMs: 0, perSecond }] }) as const;
const many = (count: number, options = {}) => Array.from({ length: count }, () => options);

test.each([
  [1, 20],
  [8, 20],
  [4, 500],
])(
  'members (%i) use a limit of %i a second together, and have the same part of it',
  async (members, limit) => {
    const world = { members: many(members), seconds: 24, latencyMs: 20, limit: bucketOf(limit) };
    const { used, refused, spread } = useOf(await runShared(database, world), limit, 10, 24);
    expect(used).toBeGreaterThan(0.97);
    expect(refused).toBeLessThan(0.02);
    expect(spread).toBeLessThan(1.2);
  },
);

test('the next leads when the leader dies, from the rate that was found', async () => {
  const steps = [
    { fromMs: 0, perSecond: 500 },
    { fromMs: 9000, perSecond: 250 },
  ];
  const world = {
    members: [{ untilMs: 6000 }, ...many(3, { fromMs: 500 })],
    seconds: 16,
    latencyMs: 20,
    limit: { kind: 'bucket', steps } as const,
  };
  const record = await runShared(database, world);
  const before = useOf(record, 500, 5, 6);
  const after = useOf(record, 500, 7, 9);
  const lower = useOf(record, 250, 12, 16);
  expect([before.members, after.members]).toEqual([4, 3]);
  expect(after.used).toBeGreaterThan(0.95);
  expect(lower.used).toBeGreaterThan(0.9);
  expect(lower.refused).toBeLessThan(0.05);
});

test('members whose processes are late have the same part, too', async () => {
  const world = { members: many(4), seconds: 12, latencyMs: 20, lateMs: 100, limit: bucketOf(1000) };
  const { used, spread } = useOf(await runShared(database, world), 1000, 6, 12);
  expect(used).toBeGreaterThan(0.9);
  expect(spread).toBeLessThan(1.2);
});

test('the lowest ceiling bounds all while its member is there', async () => {
  const world = {
    members: [...many(2, { rate: 400 }), { rate: 100, fromMs: 4000, untilMs: 10_000 }],
    seconds: 26,
    latencyMs: 20,
  };
  const record = await runShared(database, world);
  expect(useOf(record, 100, 4.5, 9.5).used).toBeLessThan(1.03);
  expect(useOf(record, 100, 4.5, 9.5).used).toBeGreaterThan(0.97);
  expect(useOf(record, 400, 23, 26).used).toBeLessThan(1.01);
  expect(useOf(record, 400, 23, 26).used).toBeGreaterThan(0.9);
});

test('nothing is sent while the database is away, and it goes on when it is back', async () => {
  const world = {
    members: many(3),
    seconds: 14,
    latencyMs: 20,
    limit: bucketOf(200),
    awayMs: { from: 5000, to: 8000 },
  };
  const { arrivals } = await runShared(database, world);
  const at = arrivals.map((each) => each.at);
  expect(at.filter((each) => each > 5500 && each < 8000)).toEqual([]);
  expect(at.filter((each) => each > 9000 && each < 14_000).length).toBeGreaterThan(850);
});

test('members with clocks that are far apart have slots at different times', async () => {
  const members = [{ clockMs: 0 }, { clockMs: 60_000 }, { clockMs: -3_600_000 }];
  const world = { members, seconds: 8, latencyMs: 20, roundTripMs: 30, rate: 20, limit: bucketOf(20) };
  const { arrivals } = await runShared(database, world);
  const late = arrivals.filter(({ at }) => at > 4000).map(({ at }) => at);
  const gaps = late.slice(1).map((at, index) => at - late[index]!);
  expect(Math.min(...gaps)).toBeGreaterThan(30);
});

test('who has little to send leaves the rest to others', async () => {
  const world = {
    members: [{}, ...many(3, { idleMs: 500 })],
    seconds: 14,
    latencyMs: 20,
    limit: bucketOf(200),
  };
  const record = await runShared(database, world);
  expect(useOf(record, 200, 6, 14).used).toBeGreaterThan(0.9);
});

interface Taken {
  readonly from_ms: number;
  readonly slots: number;
  readonly rate: number;
}

const asks = fc.array(
  fc.record({
    member: fc.integer({ min: 0, max: 3 }),
    most: fc.oneof(fc.constant(0), fc.constant(1_000_000), fc.integer({ min: 1, max: 60 })),
    afterMs: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 3000 })),
    ceiling: fc.option(fc.integer({ min: 1, max: 500 }), { freq: 8 }),
    sets: fc.option(fc.integer({ min: 1, max: 5000 }), { freq: 5 }),
  }),
  { minLength: 5, maxLength: 40 },
);

test('slots are never given twice, never in the past, and spaced by the rate', async () => {
  let keys = 0;
  await fc.assert(
    fc.asyncProperty(asks, async (all) => {
      const key = `property ${(keys += 1)}`;
      let now = 1_800_000_000_000 + keys * 1_000_000;
      let until = 0;
      for (const { member, most, afterMs, ceiling, sets } of all) {
        now += afterMs;
        if (sets !== null) {
          await database.query(now, 'SELECT genauth_offboard.lead($1, $2)', [key, 'leader']);
          await database.query(now, 'SELECT genauth_offboard.set_rate($1, $2, $3, $4)', [
            key,
            'leader',
            sets,
            'tenant',
          ]);
        }
        const [taken] = await database.query<Taken>(
          now,
          'SELECT * FROM genauth_offboard.take_slots($1, $2, $3, $4, 200, NULL)',
          [key, `member ${member}`, ceiling, most],
        );
        const { from_ms, slots, rate } = taken!;
        expect(slots).toBeLessThanOrEqual(most);
        expect(rate).toBeLessThanOrEqual(ceiling ?? Number.POSITIVE_INFINITY);
        expect(from_ms).toBeGreaterThanOrEqual(Math.max(now, until) - 0.01);
        until = Math.max(until, from_ms) + (slots * 1000) / rate;
      }
    }),
    { numRuns: 25 },
  );
});

test('equal members have blocks of equal length', async () => {
  const blocks: Taken[] = [];
  for (let round = 0; round < 3; round += 1) {
    for (const member of ['a', 'b', 'c', 'd']) {
      const [taken] = await database.query<Taken>(
        1_900_000_000_000 + round * 150,
        'SELECT * FROM genauth_offboard.take_slots($1, $2, NULL, 1000000, 200, NULL)',
        ['equal', member],
      );
      if (round > 0) blocks.push(taken!);
    }
  }
  expect(new Set(blocks.map(({ slots }) => slots))).toEqual(new Set([5]));
});
