import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  countFailure,
  createGate,
  moveTrial,
  openFor,
  opensAt,
  pass,
  pause,
  trialOf,
  wantTrial,
  type Gate,
} from '../../src/execute/gate.ts';
import { newTries, type Failure, type Tries } from '../../src/execute/next-attempt.ts';

/** A gate, and calls that go. */
function setUp() {
  const gate = createGate();
  return {
    gate,
    go(tries: Tries = newTries()): Tries {
      pass(gate, tries);
      return tries;
    },
    fail(tries: Tries, blame: Failure, at = 0, { isInForm = true, share = 0 } = {}): void {
      tries.failedFor = blame;
      countFailure(gate, tries, blame, isInForm, share, at);
    },
  };
}

/** Closed for so many attempts that failed at 0, each of a call of its own. */
function closedFor(blame: Failure) {
  const world = setUp();
  for (let n = 0; n < 6; n += 1) world.fail(world.go(), blame);
  expect(world.gate.closed).toBeDefined();
  return world;
}

/** When a probe may go: its number of ms, or `busy` while it may not before something is answered. */
function probeAt(gate: Gate): number | 'open' | 'busy' {
  const at = opensAt(gate);
  if (at === Number.POSITIVE_INFINITY) return 'busy';
  return at === Number.NEGATIVE_INFINITY ? 'open' : at;
}

describe('it closes', () => {
  test('at six calls that failed, one after the other with nothing accepted, and for half a second at first', () => {
    const { gate, go, fail } = setUp();
    for (let n = 0; n < 5; n += 1) fail(go(), 'server', 1000);
    expect(gate.closed).toBeUndefined();
    expect(probeAt(gate)).toBe('open');
    fail(go(), 'server', 1000);
    expect(gate.closed).toMatchObject({ why: 'server', nextAt: 1500 });
    expect(probeAt(gate)).toBe(1500);
  });

  test('not for failures that are given back by one call that is accepted between them', () => {
    for (const blame of ['server', 'unavailable', 'right', 'credentials', 'throttle'] as const) {
      for (const before of [1, 5]) {
        const { gate, go, fail } = setUp();
        for (let n = 0; n < before; n += 1) fail(go(), blame);
        expect(openFor(gate, go())).toBe(false);
        for (let n = 0; n < 5; n += 1) fail(go(), blame);
        expect(gate.closed).toBeUndefined();
      }
    }
  });

  test.each(['server', 'right', 'credentials'] as const)(
    'never for one call alone, however often it fails, where that may be its own (%s)',
    (blame) => {
      const { gate, go, fail } = setUp();
      const one = newTries();
      for (let n = 0; n < 40; n += 1) fail(go(one), blame);
      expect(gate.closed).toBeUndefined();
    },
  );

  test.each(['unavailable', 'throttle'] as const)(
    'for one call alone that fails six times in a way that is nobody’s own (%s)',
    (blame) => {
      const { gate, go, fail } = setUp();
      const one = newTries();
      for (let n = 0; n < 5; n += 1) fail(go(one), blame);
      expect(gate.closed).toBeUndefined();
      fail(go(one), blame);
      expect(gate.closed).toMatchObject({ why: blame });
    },
  );

  test('only for calls that say something about the server: those that failed twice on their own account in one way say nothing by it', () => {
    const suspects = setUp();
    for (let n = 0; n < 40; n += 1)
      suspects.fail(suspects.go({ ...newTries(), own: { server: 2 } }), 'server');
    expect(suspects.gate.closed).toBeUndefined();
    const fresh = setUp();
    for (let n = 0; n < 6; n += 1) fresh.fail(fresh.go({ ...newTries(), own: { server: 1 } }), 'server');
    expect(fresh.gate.closed).toBeDefined();
    const refused = setUp();
    for (let n = 0; n < 6; n += 1) refused.fail(refused.go({ ...newTries(), own: { server: 2 } }), 'right');
    expect(refused.gate.closed).toBeDefined();
  });

  test('only at more failures than the usual share of them explains', () => {
    const { gate, go, fail } = setUp();
    for (let n = 0; n < 19; n += 1) fail(go(), 'server', 0, { share: 0.5 });
    expect(gate.closed).toBeUndefined();
    fail(go(), 'server', 0, { share: 0.5 });
    expect(gate.closed).toBeDefined();
  });

  test('at six calls that are refused for a right, whatever share of them fails for other reasons, and those do not count', () => {
    const { gate, go, fail } = setUp();
    for (let n = 0; n < 15; n += 1) fail(go(), 'server', 0, { share: 0.5 });
    for (let n = 0; n < 5; n += 1) fail(go(), 'right', 0, { share: 0.5 });
    expect(gate.closed).toBeUndefined();
    fail(go(), 'right', 0, { share: 0.5 });
    expect(gate.closed).toMatchObject({ why: 'right' });
  });
});

describe('while it is closed', () => {
  test('one probe goes at a time, after 0.5, 1, 2, 4 and then every 5 seconds', () => {
    const { gate, go, fail } = closedFor('unavailable');
    let at = 0;
    const waits = Array.from({ length: 7 }, () => {
      const waitMs = opensAt(gate) - at;
      at += waitMs;
      const probe = go();
      expect(probeAt(gate)).toBe('busy');
      fail(probe, 'unavailable', at);
      return waitMs;
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000]);
  });

  test('who answers in GenAuth’s form after silence is asked again soon, once', () => {
    const { gate, go, fail } = setUp();
    for (let n = 0; n < 6; n += 1) fail(go(), 'server', 0, { isInForm: false });
    const waits: number[] = [];
    let at = 500;
    for (const isInForm of [false, false, true, false, true, true]) {
      fail(go(), 'server', at, { isInForm });
      waits.push(opensAt(gate) - at);
      at = opensAt(gate);
    }
    expect(waits).toEqual([1000, 2000, 500, 1000, 2000, 4000]);
  });

  test('it tells the last word, though not what came of attempts from before', () => {
    const { gate, go, fail } = setUp();
    const late = go();
    for (let n = 0; n < 6; n += 1) fail(go(), 'unavailable');
    fail(late, 'throttle', 400);
    expect(gate.closed).toMatchObject({ why: 'unavailable', nextAt: 500 });
    fail(go(), 'server', 600);
    expect(gate.closed).toMatchObject({ why: 'server', nextAt: 1600 });
  });
});

test('where it opens for nothing again and again it stays closed longer each time, up to five seconds, until something is accepted', () => {
  const { gate, go, fail } = closedFor('unavailable');
  const waits: number[] = [];
  for (let n = 0; n < 20; n += 1) {
    fail(go(), 'throttle', 1000);
    expect(probeAt(gate)).toBe('open');
    fail(go(), 'unavailable', 1000);
    waits.push(Number(probeAt(gate)) - 1000);
  }
  expect(waits.slice(0, 3)).toEqual([625, 781.25, 976.5625]);
  expect(waits.at(-1)).toBe(5000);
  expect(openFor(gate, go())).toBe(true);
  for (let n = 0; n < 6; n += 1) fail(go(), 'unavailable', 1000);
  expect(probeAt(gate)).toBe(1500);
});

describe('it opens', () => {
  test('with a probe that is accepted, and not with what was sent before it closed', () => {
    const { gate, go, fail } = setUp();
    const early = go();
    for (let n = 0; n < 6; n += 1) fail(go(), 'unavailable');
    const last = newTries();
    last.order = 7;
    expect(openFor(gate, early)).toBe(false);
    expect(openFor(gate, last)).toBe(false);
    expect(gate.closed).toBeDefined();
    expect(openFor(gate, go())).toBe(true);
    expect(probeAt(gate)).toBe('open');
  });

  test.each<[closedFor: Failure, then: Failure, isInForm: boolean, opens: boolean]>([
    ['credentials', 'throttle', true, true],
    ['right', 'credentials', true, true],
    ['unavailable', 'right', true, true],
    ['unavailable', 'throttle', true, true],
    ['unavailable', 'throttle', false, false],
    ['unavailable', 'unavailable', true, false],
    ['server', 'server', true, false],
    ['unavailable', 'server', true, false],
    ['throttle', 'server', true, true],
    ['throttle', 'server', false, false],
    ['throttle', 'unavailable', true, false],
    ['right', 'server', true, false],
    ['credentials', 'unavailable', false, false],
  ])(
    'closed for %s, a probe is answered %s (in GenAuth’s form: %s): open %s',
    (reason, blame, isInForm, opens) => {
      const { gate, go, fail } = closedFor(reason);
      fail(go(), blame, 500, { isInForm });
      expect(gate.closed === undefined).toBe(opens);
    },
  );

  test('not for another word to what was sent before it closed', () => {
    const { gate, go, fail } = setUp();
    const early = go();
    for (let n = 0; n < 6; n += 1) fail(go(), 'unavailable');
    fail(early, 'throttle', 10);
    expect(gate.closed).toBeDefined();
  });

  test('and takes six failures anew to close again', () => {
    const { gate, go, fail } = closedFor('unavailable');
    openFor(gate, go());
    for (let n = 0; n < 5; n += 1) fail(go(), 'unavailable', 1000);
    expect(gate.closed).toBeUndefined();
    fail(go(), 'unavailable', 1000);
    expect(probeAt(gate)).toBe(1500);
  });
});

describe('a pause that a reply asks for', () => {
  test('keeps all back until then', () => {
    const { gate, go } = setUp();
    pause(gate, go(), 'throttle', 60_000);
    expect(gate.closed).toMatchObject({ why: 'throttle', nextAt: 60_000 });
  });

  test('is as long as the longest, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 8 }), (untils) => {
        const { gate, go } = setUp();
        const inFlight = untils.map((until) => [go(), until] as const);
        for (const [tries, until] of inFlight) pause(gate, tries, 'throttle', until);
        expect(probeAt(gate)).toBe(Math.max(...untils));
      }),
    );
  });

  test('is not cut short by the shorter wait of a probe', () => {
    const { gate, go, fail } = closedFor('unavailable');
    const probe = go();
    pause(gate, probe, 'unavailable', 60_000);
    fail(probe, 'unavailable', 500);
    expect(probeAt(gate)).toBe(60_000);
  });

  test('ends with what was sent after the attempt that was asked to wait, and not with what went before it', () => {
    const { gate, go } = setUp();
    const [before, asked, after] = [go(), go(), go()];
    pause(gate, asked, 'throttle', 60_000);
    expect(openFor(gate, before)).toBe(false);
    expect(openFor(gate, asked)).toBe(false);
    expect(openFor(gate, after)).toBe(true);
    expect(probeAt(gate)).toBe('open');
  });
});

describe('a trial before a stop', () => {
  /** Wanted from 200 on, sought and ready. */
  function ready(blame: Failure = 'right') {
    const world = closedFor(blame);
    wantTrial(world.gate, newTries(), blame, 200);
    moveTrial(world.gate, 'wanted', 'sought');
    moveTrial(world.gate, 'sought', 'ready');
    return world;
  }

  test('is sought once, and nothing goes before it is ready', () => {
    const { gate } = closedFor('right');
    expect(moveTrial(gate, 'wanted', 'sought')).toBe(false);
    wantTrial(gate, newTries(), 'right', 200);
    expect(probeAt(gate)).toBe('busy');
    expect(moveTrial(gate, 'wanted', 'sought')).toBe(true);
    expect(moveTrial(gate, 'wanted', 'sought')).toBe(false);
    expect(probeAt(gate)).toBe('busy');
    moveTrial(gate, 'sought', 'ready');
    expect(probeAt(gate)).toBe(200);
  });

  test('is nothing that can be ready without having been sought', () => {
    const { gate } = closedFor('right');
    moveTrial(gate, 'sought', 'ready');
    wantTrial(gate, newTries(), 'right', 200);
    moveTrial(gate, 'sought', 'ready');
    expect(probeAt(gate)).toBe('busy');
  });

  test('closes an open gate, and goes before the pause that it is to try is over', () => {
    const { gate, go } = setUp();
    const asked = go();
    wantTrial(gate, asked, 'throttle', 1000);
    expect(gate.closed).toMatchObject({ why: 'throttle' });
    pause(gate, asked, 'throttle', 60_000);
    wantTrial(gate, asked, 'throttle', 2000);
    moveTrial(gate, 'wanted', 'sought');
    moveTrial(gate, 'sought', 'ready');
    expect(probeAt(gate)).toBe(2000);
  });

  test('is what goes next, and nothing that was sent before', () => {
    const { gate, go } = closedFor('right');
    const probe = go();
    wantTrial(gate, newTries(), 'right', 200);
    moveTrial(gate, 'wanted', 'sought');
    moveTrial(gate, 'sought', 'ready');
    expect(trialOf(gate, probe)).toBeUndefined();
    const trial = go();
    expect(trialOf(gate, trial)).toBe('right');
    expect(trialOf(gate, probe)).toBeUndefined();
    expect(probeAt(gate)).toBe('busy');
  });

  test.each<[of: Failure, then: Failure]>([
    ['right', 'right'],
    ['right', 'credentials'],
    ['throttle', 'unavailable'],
    ['unavailable', 'server'],
  ])('of %s is over when it failed for %s, which says the same of everybody', (of, then) => {
    const { gate, go, fail } = ready(of);
    fail(go(), then, 300, { isInForm: false });
    expect(trialOf(gate, go())).toBeUndefined();
    expect(moveTrial(gate, 'wanted', 'sought')).toBe(false);
  });

  test.each<[of: Failure, then: Failure]>([
    ['right', 'server'],
    ['throttle', 'credentials'],
  ])('of %s has told nothing when it failed for %s, and another is looked for', (of, then) => {
    const { gate, go, fail } = ready(of);
    fail(go(), then, 300, { isInForm: false });
    expect(probeAt(gate)).toBe('busy');
    expect(moveTrial(gate, 'wanted', 'sought')).toBe(true);
  });

  test('is over when it is accepted', () => {
    const { gate, go } = ready();
    expect(openFor(gate, go())).toBe(true);
    expect(trialOf(gate, go())).toBeUndefined();
  });

  test('that is accepted makes it take twice as many calls the next time, and no more attempts that are nobody’s own', () => {
    const failuresToClose = (fail: (n: number) => void, gate: Gate): number => {
      let failures = 0;
      while (gate.closed === undefined) fail((failures += 1));
      return failures;
    };
    const { gate, go, fail } = ready();
    for (const expected of [12, 24, 48]) {
      openFor(gate, go());
      expect(failuresToClose(() => fail(go(), 'right'), gate)).toBe(expected);
      wantTrial(gate, newTries(), 'right', 200);
      moveTrial(gate, 'wanted', 'sought');
      moveTrial(gate, 'sought', 'ready');
    }
    openFor(gate, go());
    expect(failuresToClose(() => fail(go(), 'unavailable'), gate)).toBe(6);
    // A probe that is no trial tells nothing of the kind.
    openFor(gate, go());
    expect(failuresToClose(() => fail(go(), 'right'), gate)).toBe(96);
  });

  test('stays what it was wanted for first', () => {
    const { gate, go } = ready('right');
    wantTrial(gate, newTries(), 'server', 300);
    expect(trialOf(gate, go())).toBe('right');
  });

  test('is claimed once by who waits, where nobody waits to go, and not before it is ready', () => {
    const { gate, go } = closedFor('right');
    expect(moveTrial(gate, 'ready', 'claimed')).toBe(false);
    wantTrial(gate, newTries(), 'right', 200);
    expect(moveTrial(gate, 'ready', 'claimed')).toBe(false);
    moveTrial(gate, 'wanted', 'sought');
    expect(moveTrial(gate, 'ready', 'claimed')).toBe(false);
    moveTrial(gate, 'sought', 'ready');
    expect(moveTrial(gate, 'ready', 'claimed')).toBe(true);
    expect(moveTrial(gate, 'ready', 'claimed')).toBe(false);
    expect(trialOf(gate, go())).toBe('right');
  });
});
