import { expect, test } from 'vitest';

import type { Bucket } from '../../src/page/report/data.ts';
import { chartOf } from '../../src/page/view/chart.ts';

const accepted = (second: number): Bucket => [second * 1000, 5, 1, 0, 0];
const refused = (second: number): Bucket => [second * 1000, 0, 4, 0, 2];

test('what follows each other stands side by side, and a long rest is drawn short and told', () => {
  const { bars, gaps, slots, events } = chartOf({
    width: 1000,
    buckets: [accepted(0), accepted(1), accepted(4), accepted(3604)],
    sessions: [],
  });
  expect(bars.map(({ slot }) => slot)).toEqual([0, 1, 4, 8]);
  expect(slots).toBe(9);
  expect(gaps).toEqual([{ slot: 5, from: 5000, to: 3_604_000, isRest: false }]);
  expect(events).toEqual([{ kind: 'gap', from: 5000, to: 3_604_000, reason: '' }]);
});

test('a time in which nothing is accepted is an outage from 5 seconds on', () => {
  const outage = [1, 2, 3, 4, 5, 6].map(refused);
  const { outages, events } = chartOf({
    width: 1000,
    buckets: [accepted(0), ...outage, accepted(7), refused(8), accepted(9)],
    sessions: [],
  });
  expect(outages).toEqual([{ slot: 1, slots: 6, from: 1000, to: 7000 }]);
  expect(events).toEqual([{ kind: 'outage', from: 1000, to: 7000, reason: '' }]);
});

test('one that lasts to the end is one, too', () => {
  const { outages } = chartOf({ width: 1000, buckets: [0, 1, 2, 3, 4, 5].map(refused), sessions: [] });
  expect(outages).toEqual([{ slot: 0, slots: 6, from: 0, to: 6000 }]);
});

test.each<[string, [number, number | null, string][], boolean, [number, number][]]>([
  [
    'the run had ended',
    [
      [0, 6000, 'finished'],
      [3_603_000, 3_610_000, 'finished'],
    ],
    true,
    [],
  ],
  [
    'it stopped after a time without a reply',
    [
      [0, 65_000, 'server_down'],
      [3_603_000, 3_610_000, 'finished'],
    ],
    true,
    [[5000, 65_000]],
  ],
  [
    'the next one had to wait, too',
    [
      [0, 6000, 'throttled'],
      [3_500_000, 3_610_000, 'finished'],
    ],
    true,
    [[3_500_000, 3_604_000]],
  ],
  [
    'nothing is known of its end',
    [
      [0, null, ''],
      [3_603_000, 3_610_000, 'finished'],
    ],
    false,
    [[5000, 3_604_000]],
  ],
  ['it was at work all along', [[0, 3_610_000, 'finished']], false, [[5000, 3_604_000]]],
])('a time in which nobody was at work is drawn as such, and is no pause: %s', (...given) => {
  const [, sessions, isRest, pauses] = given;
  const { gaps, events } = chartOf({
    width: 1000,
    buckets: [accepted(0), accepted(4), accepted(3604)],
    sessions,
  });
  expect(gaps).toMatchObject([{ from: 5000, to: 3_604_000, isRest }]);
  const told = events.filter(({ kind }) => kind === 'gap').map(({ from, to }) => [from, to]);
  expect(told).toEqual(pauses);
});

test('processes that stopped, went on, or left no word are told', () => {
  const { events } = chartOf({
    width: 1000,
    buckets: [],
    sessions: [
      [0, 1000, 'interrupted'],
      [5000, null, ''],
      [9000, 9500, 'finished'],
    ],
  });
  expect(events.map(({ kind, from }) => [kind, from])).toEqual([
    ['ended', 1000],
    ['session', 5000],
    ['killed', 5000],
    ['session', 9000],
  ]);
});
