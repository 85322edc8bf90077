import { expect, test } from 'vitest';

import { createSpeed, type Speed } from '../../src/terminal/speed.ts';

const stepMs = 100;

/** A run of so many calls a second, an attempt each, looked at ten times a second. */
function going(speed: Speed) {
  let [at, calls, waitedMs] = [0, 0, 0];
  speed.add(at, calls, calls, 0);
  return {
    sendFor(seconds: number, perSecond: number): void {
      waitedMs = 0;
      for (let step = 0; step < seconds * 10; step += 1) {
        at += stepMs;
        calls += perSecond / 10;
        speed.add(at, calls, calls, 0);
      }
    },
    isDown(seconds: number): void {
      for (let step = 0; step < seconds * 10; step += 1) {
        at += stepMs;
        waitedMs += stepMs;
        speed.add(at, calls, calls, waitedMs);
      }
    },
  };
}

test('what is reached steadily is the rate', () => {
  const speed = createSpeed();
  going(speed).sendFor(8, 200);
  expect(speed.callsPerSecond).toBeCloseTo(200);
  expect(speed.attemptsPerSecond).toBeCloseTo(200);
});

test('the burst of the first two seconds is no rate: until there is more, none is known', () => {
  const speed = createSpeed();
  const run = going(speed);
  run.sendFor(2, 13_426);
  expect(speed.callsPerSecond).toBeUndefined();
  run.sendFor(0.9, 2000);
  expect(speed.callsPerSecond).toBeUndefined();
  run.sendFor(0.2, 2000);
  expect(speed.callsPerSecond).toBeCloseTo(2000);
});

test.each([2, 20, 2000])(
  'an outage of %i seconds does not change the rate, neither in it nor after it',
  (seconds) => {
    const speed = createSpeed();
    const run = going(speed);
    run.sendFor(10, 1000);
    run.isDown(seconds);
    expect(speed.callsPerSecond).toBeCloseTo(1000, -1);
    run.sendFor(1, 1000);
    expect(speed.callsPerSecond).toBeCloseTo(1000, -1);
  },
);

test('calls that ended just before an outage was seen do not count as time that it went', () => {
  const speed = createSpeed();
  const run = going(speed);
  run.sendFor(5, 100);
  // Nothing is accepted any more, which is not known yet.
  run.sendFor(0.4, 0);
  expect(speed.callsPerSecond).toBeLessThan(95);
  run.isDown(1.5);
  run.sendFor(0, 0);
  expect(speed.callsPerSecond).toBeGreaterThan(80);
});

test('a rate that changes is followed within ten seconds', () => {
  const speed = createSpeed();
  const run = going(speed);
  run.sendFor(30, 1000);
  run.sendFor(10.1, 50);
  expect(speed.callsPerSecond).toBeCloseTo(50, -1);
});

test('of a whole run the rate is that of all of it, its waits left out', () => {
  const speed = createSpeed();
  const run = going(speed);
  run.sendFor(10, 500);
  run.isDown(100);
  run.sendFor(10, 500);
  expect(speed.attemptsPerSecondInAll).toBeCloseTo(500, -1);
});

test('nothing is said of a run that was over at once', () => {
  const speed = createSpeed();
  going(speed).sendFor(0.9, 50);
  expect(speed.attemptsPerSecondInAll).toBeUndefined();
});
