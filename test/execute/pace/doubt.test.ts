import { expect, test } from 'vitest';

import { askWhose, countInDoubt, createDoubt, type Doubt } from '../../../src/execute/pace/doubt.ts';
import { beginRound, type Round } from '../../../src/execute/pace/rounds.ts';

const noKnee = { knee: Number.POSITIVE_INFINITY, usual: 0.06, score: 0 };

/** Rounds of half a second at 200 a second, of which a share is refused. */
function see(
  doubt: Doubt,
  seconds: number,
  { share, isThrottled = true, knee = noKnee.knee }: { share: number; isThrottled?: boolean; knee?: number },
  rounds: Round[] = [],
): { readonly provenAt: number | undefined; readonly rounds: Round[] } {
  const from = rounds.at(-1)?.since ?? 0;
  for (let at = from + 500; at <= from + seconds * 1000; at += 500) {
    const round = beginRound(rounds, 200, at);
    for (let reply = 0; reply < 100; reply += 1) {
      const isRefused = Math.floor((reply + 1) * share) > Math.floor(reply * share);
      round.replies += 1;
      if (isRefused) round.refused += 1;
      countInDoubt(doubt, isRefused, isRefused && isThrottled, at);
    }
    if (askWhose(doubt, rounds, { ...noKnee, knee }, 200, at) !== undefined) return { provenAt: at, rounds };
  }
  return { provenAt: undefined, rounds };
}

test('a few in a hundred bound nothing', () => {
  const doubt = createDoubt();
  expect(see(doubt, 30, { share: 0.05 }).provenAt).toBeUndefined();
  expect(doubt).toMatchObject({ bound: Number.POSITIVE_INFINITY, question: undefined });
});

test('a share that a knee explains bounds nothing', () => {
  const doubt = createDoubt();
  see(doubt, 30, { share: 0.3, knee: 140 });
  expect(doubt).toMatchObject({ bound: Number.POSITIVE_INFINITY, question: undefined });
});

test('a larger share bounds the rate at once, and lowers the bound', () => {
  const doubt = createDoubt();
  const { rounds } = see(doubt, 1, { share: 0.3 });
  const first = doubt.bound;
  expect(first).toBeLessThanOrEqual(200);
  see(doubt, 2, { share: 0.3 }, rounds);
  expect(doubt.bound).toBeLessThan(first);
});

test('the bound does not sink below what leaves others room', () => {
  const doubt = createDoubt();
  see(doubt, 4.5, { share: 0.5 });
  expect(doubt.bound).toBeGreaterThanOrEqual(0.9 * 200 * 0.5);
});

test('a handful of replies brings the rate no lower than where the question is answered soon', () => {
  const doubt = createDoubt();
  const rounds: Round[] = [];
  Object.assign(beginRound(rounds, 12, 500), { replies: 5, refused: 4 });
  askWhose(doubt, rounds, { ...noKnee, usual: 0.5 }, 12, 1000);
  expect(doubt.question).toBeDefined();
  expect(doubt.bound).toBe(30);
  for (let at = 1500; at <= 4000; at += 500) {
    Object.assign(beginRound(rounds, 12, at), { replies: 6, refused: 3 });
    askWhose(doubt, rounds, { ...noKnee, usual: 0.5 }, 12, at);
  }
  expect(doubt.bound).toBe(30);
});

test('a share that stays for five seconds is the world’s, and the bound goes', () => {
  const doubt = createDoubt();
  const { provenAt } = see(doubt, 20, { share: 0.3 });
  expect(provenAt).toBeGreaterThan(5000);
  expect(provenAt).toBeLessThan(7000);
  expect(doubt.bound).toBe(Number.POSITIVE_INFINITY);
  expect(doubt.most).toBeGreaterThan(0.3);
  expect(doubt.most).toBeLessThan(0.4);
});

test('a share that goes away is no share, and the bound goes, also where a few in a hundred stay, by which it would hardly rise', () => {
  for (const share of [0, 0.05]) {
    const doubt = createDoubt();
    const { rounds } = see(doubt, 3, { share: 0.3 });
    expect(doubt.bound).toBeLessThanOrEqual(200);
    expect(see(doubt, 60, { share }, rounds).provenAt).toBeUndefined();
    expect(doubt).toMatchObject({ bound: Number.POSITIVE_INFINITY, question: undefined });
  }
});

test('more than is proven is in doubt again', () => {
  const doubt = createDoubt();
  const { rounds } = see(doubt, 20, { share: 0.2 });
  expect(doubt.most).toBeGreaterThan(0.2);
  see(doubt, 3, { share: 0.6 }, rounds);
  expect(doubt.most).toBeLessThan(0.2);
  expect(doubt.bound).toBeLessThanOrEqual(200);
});

test('half by a dead backend is believed, half by 429 is not', () => {
  const dead = createDoubt();
  see(dead, 20, { share: 0.5, isThrottled: false });
  expect(dead.most).toBeGreaterThan(0.5);
  const throttled = createDoubt();
  see(throttled, 6, { share: 0.5 });
  expect(throttled.most).toBeLessThan(0.5);
});

test('what is usual no more is allowed no more', () => {
  const doubt = createDoubt();
  const { rounds } = see(doubt, 20, { share: 0.3 });
  const { most } = doubt;
  for (let at = 30_000; at < 40_000; at += 500) {
    askWhose(doubt, rounds, { ...noKnee, usual: 0.01 }, 200, at);
  }
  expect(doubt.most).toBeLessThan(most / 2);
});

test('what was sent before the question says nothing in it', () => {
  const doubt = createDoubt();
  see(doubt, 1, { share: 0.3 });
  const { since, replies } = doubt.question!;
  countInDoubt(doubt, true, true, since - 1);
  expect(doubt.question?.replies).toBe(replies);
  countInDoubt(doubt, true, true, since);
  expect(doubt.question?.replies).toBe(replies + 1);
});

test('what stays unclear is asked anew after twenty seconds', () => {
  const doubt = createDoubt();
  const { rounds } = see(doubt, 1, { share: 0.3 });
  const { since } = doubt.question!;
  doubt.question!.score = 0;
  // In between the two shares that are told apart.
  for (let at = 1500; at < 22_000; at += 500) askWhose(doubt, rounds, noKnee, 200, at);
  expect(doubt.question?.since).not.toBe(since);
});

test('what stays unclear, and is no more than is allowed, bounds nothing any more', () => {
  const doubt = createDoubt();
  const { rounds } = see(doubt, 1, { share: 0.3 });
  doubt.question!.score = 7;
  // So few replies that twenty seconds do not make it certain.
  for (let at = 1500; at < 22_500; at += 500) {
    const round = beginRound(rounds, 8, at);
    round.replies = 4;
    for (let reply = 0; reply < 4; reply += 1) countInDoubt(doubt, false, false, at);
    askWhose(doubt, rounds, noKnee, 8, at);
  }
  expect(doubt).toMatchObject({ bound: Number.POSITIVE_INFINITY, question: undefined });
});

test('what leaves others room is worked out once a minute at most', () => {
  const doubt = createDoubt();
  const { rounds } = see(doubt, 3, { share: 0.3 });
  const { least } = doubt;
  see(doubt, 10, { share: 0 }, rounds);
  see(doubt, 3, { share: 0.5 }, rounds);
  expect(doubt.question).toBeDefined();
  expect(doubt.least).toBe(least);
});

test('where replies are few more seconds are looked at', () => {
  const doubt = createDoubt();
  const rounds: Round[] = [];
  for (let at = 500; at <= 5000; at += 500) {
    const round = beginRound(rounds, 12, at);
    round.replies = 6;
    round.refused = 1;
    askWhose(doubt, rounds, noKnee, 12, at);
  }
  expect(doubt.question).toBeDefined();
});

test('a share that was lower a moment ago is not the world’s, however long it stays; one that 503 says may be', () => {
  for (const isThrottled of [true, false]) {
    const doubt = createDoubt();
    const { rounds } = see(doubt, 5, { share: 0.03 });
    const { provenAt } = see(doubt, 20, { share: 0.3, isThrottled }, rounds);
    expect([isThrottled, provenAt !== undefined]).toEqual([isThrottled, !isThrottled]);
  }
});
