import { expect, test } from 'vitest';

import type { Pacer } from '../../../src/execute/pace/pace.ts';
import { createPacer } from '../../../src/execute/pace/pacer.ts';
import { grid, judgeRow } from './grid.ts';
import { run, sum } from './pace-world.ts';

/** Chance decides in few worlds of the noisy rows: so many of them may be missed. */
test.each([
  ['bucket', 0],
  ['bucket of 2000, from the begin', 0],
  ['fixed window of a second', 0],
  ['sliding window of a second', 0],
  ['bucket, 1 % refused', 0],
  ['bucket, 3 % refused', 0],
  ['bucket, 5 % refused', 0],
  ['bucket, 10 % refused', 1],
  ['bucket, 30 % refused', 1],
  ['5 % of the users ten times', 0],
  ['no limit', 0],
  ['no limit, 10 % refused', 0],
  ['one dead backend of two', 2],
  ['5 at once, more: 503', 0],
])('the worlds of the row "%s" are held', (name, mayMiss) => {
  const row = grid.find((each) => each.name === name)!;
  const worlds = row.worlds.filter(({ label }) => !label.includes(' 400 ms') && label.includes('64'));
  const all = judgeRow({ ...row, worlds }, [1], (concurrency) => createPacer({ concurrency }));
  const missed = all.filter(({ used, refused }) => used < row.used || refused > row.refused);
  expect(missed.slice(mayMiss)).toEqual([]);
});

test('a limit that drops to a quarter is followed at once, also with fast replies', () => {
  const row = grid.find(({ name }) => name.startsWith('drop'))!;
  const worlds = row.worlds.filter(({ label }) => label === '2000/s, 5 ms, 64');
  const [judged] = judgeRow({ ...row, worlds }, [1], (concurrency) => createPacer({ concurrency }));
  expect(judged?.used).toBeGreaterThanOrEqual(0.9);
  expect(judged?.refused).toBeLessThanOrEqual(0.05);
});

test('a search that went far beyond a window of a second does not leave the rate low', () => {
  const row = grid.find(({ name }) => name.startsWith('fixed'))!;
  const worlds = row.worlds.filter(({ label }) => label === '2000/s, 5 ms, 64');
  const judged = judgeRow({ ...row, worlds }, [3, 4, 7], (concurrency) => createPacer({ concurrency }));
  expect(judged.map(({ used }) => used >= row.used)).toEqual([true, true, true]);
});

test('a limit that comes back is found in time also where one in seven is refused once', () => {
  const row = grid.find(({ name }) => name === 'the limits of the demos')!;
  const worlds = row.worlds.filter(({ label }) => label.startsWith('14 %'));
  const judged = judgeRow({ ...row, worlds }, [2, 7, 32, 42, 44, 75], (concurrency) =>
    createPacer({ concurrency }),
  );
  expect(judged).toHaveLength(6);
  expect(judged.filter(({ used }) => used < row.used)).toEqual([]);
});

test('what a limit cost that fell does not put off the look for its return', () => {
  const steps = [
    { fromMs: 0, perSecond: 300 },
    { fromMs: 10_000, perSecond: 75 },
    { fromMs: 15_000, perSecond: 300 },
  ];
  const world = { seconds: 24, concurrency: 64, latencyMs: 30, stray: 0.05 };
  const createOne = (): Pacer => createPacer({ concurrency: 64 });
  const accepted = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) =>
    sum(run({ ...world, seed, limit: { kind: 'bucket', steps }, createPacer: createOne }).accepted, 16, 22),
  );
  // In these six seconds at 75 a second it would be 450.
  expect(accepted.reduce((all, each) => all + each, 0) / accepted.length).toBeGreaterThan(700);
});

test('what a pacer does does not depend on what its clock says at the begin, as in a process that waited for days', () => {
  const world = { seconds: 8, concurrency: 64, latencyMs: 20, stray: 0.2, limit: bucketOf500 };
  const [fresh, old] = [0, 1e9].map((days) =>
    run({ ...world, createPacer: () => shifted(createPacer({ concurrency: 64 }), days) }),
  );
  const sent = sum(fresh!.sent, 0, 8);
  expect(sent).toBeGreaterThan(500);
  expect(sum(old!.sent, 0, 8)).toBe(sent);
});

const bucketOf500 = { kind: 'bucket', steps: [{ fromMs: 0, perSecond: 500 }] } as const;

/** Its clock is so far ahead. */
function shifted(pacer: Pacer, by: number): Pacer {
  return {
    nextAt: (at) => pacer.nextAt(at + by) - by,
    sent: (at) => pacer.sent(at + by),
    saw: (outcome, sentAt, at, isRepeated) => pacer.saw(outcome, sentAt + by, at + by, isRepeated),
    restart: (at) => pacer.restart(at + by),
    pace: pacer.pace,
  };
}

test('a ceiling is held', () => {
  const pacer = createPacer({ concurrency: 8, rate: 10 });
  let sent = 0;
  for (let at = 0; at < 10_000; at += 1) {
    if (pacer.nextAt(at) > at) continue;
    pacer.sent(at);
    pacer.saw('accepted', at, at, false);
    sent += 1;
  }
  expect(sent).toBeGreaterThanOrEqual(95);
  expect(sent).toBeLessThanOrEqual(101);
});

test('half that fails whatever the rate, as with a dead backend of two, is told from a limit', () => {
  const row = grid.find(({ name }) => name.startsWith('one dead'))!;
  const worlds = row.worlds.filter(({ label }) => /^(no limit|300.s), 30 ms, 64$/.test(label));
  const all = judgeRow({ ...row, worlds }, [1], (concurrency) => createPacer({ concurrency }));
  expect(all).toHaveLength(2);
  expect(all.filter(({ used, refused }) => used < row.used || refused > row.refused)).toEqual([]);
});

test.each([
  ['tell that too much is sent where nothing else goes', true, 0, 10],
  ['tell nothing where others are accepted', false, 100, Number.POSITIVE_INFINITY],
])('calls that are refused again %s', (_, areAllRepeated, least, most) => {
  const pacer = createPacer({ concurrency: 8 });
  for (let [at, sent] = [0, 0]; at < 20_000; at += 1) {
    if (pacer.nextAt(at) > at) continue;
    pacer.sent(at);
    sent += 1;
    const isRefused = areAllRepeated || sent % 3 === 0;
    pacer.saw(isRefused ? 'throttled' : 'accepted', at, at + 1, isRefused);
  }
  // It began with 100 a second.
  expect(pacer.pace.perSecond).toBeGreaterThan(least);
  expect(pacer.pace.perSecond).toBeLessThan(most);
});

test.each([
  ['a limit just below what so many at once can do is found', 'bucket', '2000/s, 30 ms, 64', 0.03],
  ['probes cost no more than is set aside for them', 'fixed window', '500/s, 100 ms, 256', 0.05],
])('%s', (_, name, label, mostRefused) => {
  const row = grid.find((each) => each.name.startsWith(name))!;
  const worlds = row.worlds.filter((each) => each.label === label);
  const all = judgeRow({ ...row, worlds }, [1, 2, 3], (concurrency) => createPacer({ concurrency }));
  expect(all.filter(({ used, refused }) => used < row.used || refused > mostRefused)).toEqual([]);
});

test('half that fails in turn, and began with an outage, does not keep the rate down for long', () => {
  const pacer = createPacer({ concurrency: 4 });
  let at = 0;
  for (let probe = 0; probe < 7; probe += 1) {
    at = Math.max(at + 80, pacer.nextAt(at));
    pacer.sent(at);
    pacer.saw(probe === 0 ? 'accepted' : 'failed', at, at + 145, false);
    at += 145;
  }
  pacer.restart(at);
  const until = at + 120_000;
  const inFlight: { readonly sentAt: number; readonly isAccepted: boolean }[] = [];
  for (let sent = 0; at < until;) {
    const due = pacer.nextAt(at);
    const answeredAt = (inFlight[0]?.sentAt ?? Number.POSITIVE_INFINITY) + 150;
    if (due <= at) {
      pacer.sent(at);
      sent += 1;
      inFlight.push({ sentAt: at, isAccepted: sent % 2 === 0 });
      continue;
    }
    at = Math.min(due, answeredAt);
    if (answeredAt > at) continue;
    const { sentAt, isAccepted } = inFlight.shift()!;
    pacer.saw(isAccepted ? 'accepted' : 'failed', sentAt, at, false);
  }
  // So many as four at once can be.
  expect(pacer.pace.perSecond).toBeGreaterThan(25);
});
