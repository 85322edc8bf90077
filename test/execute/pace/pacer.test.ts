import { expect, test } from 'vitest';

import { createPacer, type Pacer } from '../../../src/execute/pace/pacer.ts';
import { grid, judgeRow, type Result } from './grid.ts';

test.each([
  'bucket',
  'bucket of 2000, from the begin',
  'sliding window of a second',
  'bucket, 1 % refused',
  'bucket, 3 % refused',
  'no limit',
  '5 at once, more: 503',
])('every world of the row "%s" is held', (name) => {
  const row = grid.find((each) => each.name === name)!;
  const worlds = row.worlds.filter(({ label }) => !label.includes(' 400 ms') && label.includes('64'));
  const all = judgeRow({ ...row, worlds }, [1], createPacer);
  expect(all.filter(({ used, refused }) => used < row.used || refused > row.refused)).toEqual([]);
});

test('a limit that drops to a quarter is followed at once, also with fast replies', () => {
  const row = grid.find(({ name }) => name.startsWith('drop'))!;
  const worlds = row.worlds.filter(({ label }) => label === '2000/s, 5 ms, 64');
  const [judged] = judgeRow({ ...row, worlds }, [1], createPacer);
  expect(judged?.used).toBeGreaterThanOrEqual(0.9);
  expect(judged?.refused).toBeLessThanOrEqual(0.05);
});

/** One world of the grid. */
function judge(name: string, label: string): Result {
  const row = grid.find((each) => each.name === name)!;
  const worlds = row.worlds.filter((each) => each.label === label);
  return judgeRow({ ...row, worlds }, [1], createPacer)[0]!;
}

test('sixteen clients on one limit neither believe their flood nor crowd each other out', () => {
  const { used, refused } = judge('16 clients on 500/s', '400 ms, 64');
  expect(refused).toBeLessThanOrEqual(0.08);
  expect(used).toBeGreaterThanOrEqual(0.92);
});

test('a tenth that is refused whatever the rate does not slow a run down', () => {
  expect(judge('bucket, 10 % refused', '300/s, 30 ms, 64').used).toBeGreaterThanOrEqual(0.88);
});

test('nor does one dead backend of two', () => {
  expect(judge('one dead backend of two', '300/s, 30 ms, 64').used).toBeGreaterThanOrEqual(0.8);
});

/** Sends whatever may go, each answered after 20 ms. @returns how many were sent in each second. */
function drive(pacer: Pacer, from: number, to: number, accepts: (at: number) => boolean): number[] {
  const seconds: number[] = [];
  const answers: { readonly sentAt: number; readonly isAccepted: boolean }[] = [];
  for (let at = from; at < to; at += 1) {
    while (answers[0] !== undefined && answers[0].sentAt <= at - 20) {
      const { sentAt, isAccepted } = answers.shift()!;
      pacer.saw(isAccepted ? 'accepted' : 'throttled', sentAt, at);
    }
    while (pacer.nextAt(at) <= at) {
      pacer.sent(at);
      answers.push({ sentAt: at, isAccepted: accepts(at) });
      const second = Math.floor((at - from) / 1000);
      seconds[second] = (seconds[second] ?? 0) + 1;
    }
  }
  for (const { sentAt } of answers) pacer.saw('void', sentAt, to);
  return Array.from(seconds, (sent) => sent ?? 0);
}

/** A strict limit, with a tenth of a second saved up. */
function limit(perSecond: number): (at: number) => boolean {
  let [tokens, filledAt] = [perSecond / 10, 0];
  return (at) => {
    tokens = Math.min(perSecond / 10, tokens + ((at - filledAt) * perSecond) / 1000);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

test('a server that comes back is met below the former rate, which is reached again within seconds', () => {
  const pacer = createPacer({ concurrency: 64, random: () => 0.5 });
  const accepts = limit(400);
  const before = drive(pacer, 0, 15_000, accepts);
  expect(before.at(-1)).toBeGreaterThan(370);
  pacer.restart(15_000);
  expect(pacer.pace.perSecond).toBeLessThanOrEqual(100);
  expect(pacer.pace.setBy).toBe('searching');
  const after = drive(pacer, 15_000, 20_000, accepts);
  expect(after[3]).toBeGreaterThan(360);
});

test('while everything is refused an attempt goes every few seconds, and soon after the end as many as before', () => {
  const pacer = createPacer({ concurrency: 64, random: () => 0.5 });
  const accepts = limit(400);
  const closed = { from: 10_000, to: 40_000 };
  const sent = drive(pacer, 0, 60_000, (at) => (at < closed.from || at >= closed.to) && accepts(at));
  const last = sent.slice(30, 40).reduce((sum, each) => sum + each, 0);
  expect(last).toBeGreaterThanOrEqual(1);
  expect(last).toBeLessThanOrEqual(20);
  expect(sent[50]).toBeGreaterThan(350);
});

test('a process that stood still floods nothing afterwards', () => {
  const pacer = createPacer({ concurrency: 256, random: () => 0.5 });
  const accepts = limit(400);
  drive(pacer, 0, 15_000, accepts);
  const after = drive(pacer, 3_600_000, 3_601_000, accepts);
  expect(after[0]).toBeLessThan(480);
});

test('a ceiling is held', () => {
  const pacer = createPacer({ concurrency: 8, rate: 10 });
  let sent = 0;
  for (let at = 0; at < 10_000; at += 1) {
    if (pacer.nextAt(at) > at) continue;
    pacer.sent(at);
    pacer.saw('accepted', at, at);
    sent += 1;
  }
  expect(sent).toBeGreaterThanOrEqual(95);
  expect(sent).toBeLessThanOrEqual(101);
});
