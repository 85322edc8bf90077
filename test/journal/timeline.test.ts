import { expect, test } from 'vitest';

import { createTimeline } from '../../src/journal/timeline.ts';
import type { AttemptRecord } from '../../src/journal/record.ts';

function attempt(at: number, verdict: AttemptRecord['verdict']): AttemptRecord {
  return {
    kind: 'attempt',
    seq: 1,
    attempt: 1,
    verdict,
    final: true,
    unanswered: false,
    startedAt: at,
    durationMs: 0,
  };
}

test('attempts are counted by when they were answered, whatever came of them', () => {
  const timeline = createTimeline();
  for (const verdict of ['succeeded', 'throttled', 'rejected', 'transient', 'fatal'] as const) {
    timeline.add(attempt(5500, verdict));
  }
  timeline.add(attempt(9000, 'succeeded'));
  expect(timeline.taken()).toMatchObject({
    width: 1000,
    buckets: [
      { at: 5000, succeeded: 1, throttled: 1, rejected: 1, other: 2 },
      { at: 9000, succeeded: 1, throttled: 0, rejected: 0, other: 0 },
    ],
  });
});

test('a run of any length takes no more than 240 buckets, and loses no attempt', () => {
  const timeline = createTimeline();
  const count = 20_000;
  for (let at = 0; at < count; at += 1) timeline.add(attempt(at * 1700, 'succeeded'));
  const { buckets, width } = timeline.taken();
  expect(buckets.length).toBeLessThanOrEqual(240);
  expect(buckets.length).toBeGreaterThan(100);
  expect(buckets.every(({ at }) => at % width === 0)).toBe(true);
  expect(buckets.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(count);
});

test('a day of rest between two sessions makes no stretch wider', () => {
  const timeline = createTimeline();
  timeline.begin(0);
  timeline.add(attempt(0, 'succeeded'));
  timeline.end(1000, 'interrupted');
  timeline.begin(86_400_000);
  timeline.add(attempt(86_400_000, 'succeeded'));
  expect(timeline.taken()).toMatchObject({
    width: 1000,
    sessions: [
      { startedAt: 0, endedAt: 1000, reason: 'interrupted' },
      { startedAt: 86_400_000, endedAt: undefined },
    ],
  });
});

test('of a run that was begun very often the first 100 sessions are kept as they were', () => {
  const timeline = createTimeline();
  for (let at = 0; at < 102; at += 1) {
    timeline.begin(at * 10);
    timeline.end(at * 10 + 5, `reason ${at}`);
  }
  const { sessions } = timeline.taken();
  expect(sessions).toHaveLength(100);
  expect(sessions.at(-1)).toEqual({ startedAt: 990, endedAt: 995, reason: 'reason 99' });
});
