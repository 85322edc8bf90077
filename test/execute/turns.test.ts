import { describe, expect, test } from 'vitest';

import { createTurns } from '../../src/execute/turns.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Turns of which the next may go from `freeAt` on, in virtual time; each that goes keeps the next back for a second. */
function setUp({ freeAt = 0 } = {}) {
  const clock = createVirtualClock();
  const went: string[] = [];
  const resolved: string[] = [];
  const core = { freeAt, looks: 0 };
  const turns = createTurns(() => {
    core.looks += 1;
    return core.freeAt;
  }, clock);
  return {
    core,
    clock,
    went,
    resolved,
    turns,
    /** Its rank is its number. */
    ask(name: string, first?: boolean): boolean {
      const go = (): void => {
        went.push(`${name} at ${clock.now()}`);
        core.freeAt = clock.now() + 1000;
      };
      const turn = turns.wait(go, () => Number.parseInt(name.slice(1), 10), first);
      void turn?.then(() => resolved.push(name));
      return turn === undefined;
    },
  };
}

const settled = (): Promise<void> => new Promise(setImmediate);

describe('whoever asks', () => {
  test('goes at once when nobody waits and the core says so', () => {
    const { ask, went } = setUp();
    expect(ask('c1')).toBe(true);
    expect(went).toEqual(['c1 at 0']);
  });

  test('goes in the order of asking, each when the core says so, and learns that it has', async () => {
    const { ask, went, resolved, clock } = setUp({ freeAt: 500 });
    expect([ask('c5'), ask('c3'), ask('c9')]).toEqual([false, false, false]);
    await clock.runUntil(499);
    expect(went).toEqual([]);
    await clock.runUntil(1500);
    expect(went).toEqual(['c5 at 500', 'c3 at 1500']);
    expect(resolved).toEqual(['c5', 'c3']);
    await clock.runUntil(10_000);
    expect(went.at(-1)).toBe('c9 at 2500');
  });

  test('waits behind those that wait, also when the core would let it go by now', async () => {
    const world = setUp({ freeAt: 500 });
    world.ask('c1');
    world.core.freeAt = 0;
    expect(world.ask('c2')).toBe(false);
    expect(world.went).toEqual(['c1 at 0']);
    await world.clock.runUntil(1000);
    expect(world.went).toEqual(['c1 at 0', 'c2 at 1000']);
  });

  test('goes before all others when it asks to be first', async () => {
    const { ask, went, clock } = setUp({ freeAt: 500 });
    ask('c1');
    ask('c2');
    ask('c3', true);
    await clock.runUntil(1500);
    ask('c4', true);
    await clock.runUntil(10_000);
    expect(went.map((each) => each.slice(0, 2))).toEqual(['c3', 'c1', 'c4', 'c2']);
  });

  test('goes as soon as a look finds that what the core says has changed, and not before', async () => {
    const world = setUp({ freeAt: Number.POSITIVE_INFINITY });
    world.ask('c1');
    await world.clock.runUntil(5000);
    expect(world.went).toEqual([]);
    world.core.freeAt = 6000;
    world.turns.look();
    await world.clock.runUntil(7000);
    expect(world.went).toEqual(['c1 at 6000']);
  });

  test('goes sooner or later when a look finds another moment, and the moment before is forgotten', async () => {
    const world = setUp({ freeAt: 4000 });
    world.ask('c1');
    world.core.freeAt = 2000;
    world.turns.look();
    await world.clock.runUntil(10_000);
    expect(world.went).toEqual(['c1 at 2000']);
    const later = setUp({ freeAt: 4000 });
    later.ask('c1');
    later.core.freeAt = Number.POSITIVE_INFINITY;
    later.turns.look();
    const looks = later.core.looks;
    await later.clock.runUntil(10_000);
    expect(later.core.looks).toBe(looks);
  });
});

test('a moment that was given up, and is named again, is waited for again', async () => {
  const world = setUp({ freeAt: 4000 });
  world.ask('c1');
  for (const freeAt of [Number.POSITIVE_INFINITY, 4000]) {
    world.core.freeAt = freeAt;
    world.turns.look();
  }
  await world.clock.runUntil(10_000);
  expect(world.went).toEqual(['c1 at 4000']);
});

/** Turns by a clock that counts its timers, and that has lost some time when they fire, as after a sleep. */
function setUpAsleep(lostMs: number) {
  const clock = createVirtualClock();
  let timers = 0;
  const after = (delayMs: number, then: () => void): (() => void) => {
    timers += 1;
    return clock.after(delayMs, then);
  };
  const now = (): number => (clock.now() < 4000 ? clock.now() : clock.now() - lostMs);
  const turns = createTurns(() => 4000, { now, after });
  const went: number[] = [];
  void turns.wait(
    () => went.push(clock.now()),
    () => 1,
  );
  return { clock, turns, went, timers: () => timers };
}

test('looking again and again at what has not changed sets one timer', () => {
  const { turns, timers } = setUpAsleep(0);
  for (let n = 0; n < 10; n += 1) turns.look();
  expect(timers()).toBe(1);
});

test('a timer that fires before its time, as the computer slept meanwhile, is set again', async () => {
  const { clock, went } = setUpAsleep(300);
  await clock.runUntil(10_000);
  expect(went).toEqual([4300]);
});

test('who has gone leaves no timer behind', async () => {
  const world = setUp({ freeAt: 4000 });
  world.ask('c1');
  world.core.freeAt = 0;
  world.turns.look();
  expect(world.went).toEqual(['c1 at 0']);
  expect(world.clock.nextAt()).toBeUndefined();
});

describe('the highest first', () => {
  test('is the one that ranks highest of those that wait; the others stay in order', async () => {
    const { ask, went, clock, turns } = setUp({ freeAt: 500 });
    for (const name of ['c99', 'c2', 'c7', 'c5']) ask(name);
    await clock.runUntil(500);
    turns.highestFirst();
    await clock.runUntil(10_000);
    expect(went.map((each) => each.slice(0, -6).trim().split(' ')[0])).toEqual(['c99', 'c7', 'c2', 'c5']);
  });

  test('goes at once when it may by now', () => {
    const { ask, went, turns, core } = setUp({ freeAt: Number.POSITIVE_INFINITY });
    ask('c1');
    ask('c2');
    core.freeAt = 0;
    turns.highestFirst();
    expect(went).toEqual(['c2 at 0']);
  });

  test('is nobody where nobody waits', () => {
    const { turns, went } = setUp();
    turns.highestFirst();
    expect(went).toEqual([]);
  });
});

describe('at the stop of a run', () => {
  test('everybody is let go who waits, and who asks later, without having a turn', async () => {
    const { ask, went, resolved, turns } = setUp({ freeAt: Number.POSITIVE_INFINITY });
    ask('c1');
    ask('c2');
    turns.release();
    await settled();
    expect(resolved).toEqual(['c1', 'c2']);
    expect(ask('c3')).toBe(true);
    expect(went).toEqual([]);
  });
});

test('thousands that wait go in order', async () => {
  const clock = createVirtualClock();
  let isFree = false;
  const turns = createTurns(() => (isFree ? 0 : Number.POSITIVE_INFINITY), clock);
  const went: number[] = [];
  for (let n = 0; n < 5000; n += 1) {
    void turns.wait(
      () => {
        went.push(n);
        // One more comes while the queue is being worked off, which may not be lost.
        if (n === 2500)
          void turns.wait(
            () => went.push(5000),
            () => 0,
          );
      },
      () => n,
    );
  }
  isFree = true;
  turns.look();
  await settled();
  expect(went).toEqual(Array.from({ length: 5001 }, (_, n) => n));
});
