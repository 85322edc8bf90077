import { expect, onTestFinished, test } from 'vitest';

import { createRunningClock } from '../../src/execute/clock.ts';
import { createPatience, loseHeart } from '../../src/execute/patience.ts';

/** A running clock over one that is moved by hand. */
function setUp() {
  let at = 1000;
  const clock = createRunningClock(() => at);
  onTestFinished(() => clock.stop());
  return {
    clock,
    /** Time passes while the process runs: its heart beats. */
    run(ms: number): void {
      for (let left = ms; left > 0; left -= 500) {
        at += Math.min(left, 500);
        clock.now();
      }
    },
    sleep(ms: number): void {
      at += ms;
    },
  };
}

const hour = 3_600_000;

test('time counts while the process runs, also in a wait of an hour', () => {
  const { clock, run } = setUp();
  const before = clock.now();
  run(hour);
  expect(clock.now() - before).toBe(hour);
});

test('time in which the process was stopped or the computer slept does not count, and never runs backwards', () => {
  const { clock, run, sleep } = setUp();
  const before = clock.now();
  run(2000);
  sleep(8 * hour);
  expect(clock.now() - before).toBe(2000);
  run(3000);
  expect(clock.now() - before).toBe(5000);
});

test('a process that beats late was busy, and only one that beats after more than five seconds was not running', () => {
  const { clock, sleep } = setUp();
  const before = clock.now();
  sleep(5000);
  expect(clock.now() - before).toBe(5000);
  sleep(5001);
  expect(clock.now() - before).toBe(5000);
});

test('a server that was down for a moment when the computer went to sleep was not down all night', () => {
  const { clock, run, sleep } = setUp();
  const patience = createPatience(900_000, true);
  const reply = { delivery: 'unsent', genauthForm: false, startedAt: 0, durationMs: 0 } as const;
  const failure = { reply, blame: 'unavailable', isTrial: false, timesAsMany: 1, isUnderWay: false } as const;
  loseHeart(patience, { ...failure, sentAt: clock.now(), wait: clock.now() }, clock.now());
  run(1000);
  sleep(8 * hour);
  const at = clock.now();
  expect(loseHeart(patience, { ...failure, sentAt: at - 1, wait: at }, at)).toBeUndefined();
  expect(clock.now() - patience.waitsSince!).toBe(1000);
});
