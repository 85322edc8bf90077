import { expect, test } from 'vitest';

import { createPacer } from '../../src/execute/pacer.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Calls at once on a server that takes equally long for each, but holds back all replies between 5 s and 5.05 s. */
async function sendAcrossStall(calls: {
  readonly atOnce: number;
  readonly latencyMs: number;
  /** Of the pacer's timers. */
  readonly lateMs?: number;
}): Promise<{ sent: number[]; heldUp: number }> {
  const clock = createVirtualClock();
  const { lateMs = 0 } = calls;
  const pacer = createPacer({
    clock: { ...clock, after: (delayMs, then) => clock.after(delayMs + lateMs, then) },
  });
  const sent: number[] = [];
  let heldUp = 0;
  const send = async (): Promise<void> => {
    for (;;) {
      const turn = pacer.turn();
      if (turn !== undefined) await turn;
      const sentAt = clock.now();
      sent.push(sentAt);
      const due = sentAt + calls.latencyMs;
      const at = due >= 5000 && due < 5050 ? 5050 : due;
      await new Promise<void>((resolve) => clock.after(at - sentAt, resolve));
      if (clock.now() === 5050) heldUp += 1;
      pacer.saw('accepted', sentAt, clock.now());
    }
  };
  for (let number = 0; number < calls.atOnce; number += 1) void send();
  await clock.runUntil(10_000);
  pacer.release();
  return { sent, heldUp };
}

/** The most calls that were sent within so short a time. */
function largestLump(sent: readonly number[], withinMs: number): number {
  let largest = 0;
  for (let first = 0, last = 0; last < sent.length; last += 1) {
    while ((sent[last] ?? 0) - (sent[first] ?? 0) > withinMs) first += 1;
    largest = Math.max(largest, last - first + 1);
  }
  return largest;
}

test('calls whose replies were held up together go apart again, and that costs no time to speak of', async () => {
  const { sent } = await sendAcrossStall({ atOnce: 256, latencyMs: 100 });
  const later = sent.filter((at) => at >= 5500);
  // Evenly it would be 13. Without the spread all that the stall brought together stay so: 179.
  expect(largestLump(later, 5)).toBeLessThanOrEqual(32);
  expect(later.length / 4.5).toBeGreaterThan(0.98 * 2560);
});

test.each([
  ['few calls', 16, 100],
  ['calls faster than this process can send them', 256, 20],
])('%s are not kept apart', async (_, atOnce, latencyMs) => {
  const { sent, heldUp } = await sendAcrossStall({ atOnce, latencyMs });
  expect(heldUp).toBeGreaterThan(5);
  expect(sent.filter((at) => at === 5050)).toHaveLength(heldUp);
});

test('on a busy machine, where timers come late, calls are not kept apart', async () => {
  const { sent } = await sendAcrossStall({ atOnce: 256, latencyMs: 100, lateMs: 20 });
  const later = sent.filter((at) => at >= 5500);
  expect(later.length / 4.5).toBeGreaterThan(0.9 * 2560);
});
