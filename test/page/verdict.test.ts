import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ReportData } from '../../src/page/report/data.ts';
import { rowStateOf, rowStates, type RowState } from '../../src/page/report/row-state.ts';
import { rowsOfPeople, seenOf, seenValues, verdictOf } from '../../src/page/report/verdict.ts';
import { createSpeaker } from '../../src/page/texts/speaker.ts';

type Numbers = ReportData['numbers'];
type States = ReportData['states'];

const none = Object.fromEntries(rowStates.map((state) => [state, 0])) as States;

/** Sessions that were looked for. */
function seen(of: Partial<NonNullable<Numbers['verification']>>): Numbers {
  const rows = { succeeded: 1, partial: 0 };
  return { rows, verification: { control: 'seen', aliveAtMost: null, ...of } } as unknown as Numbers;
}

const unseen = { rows: { succeeded: 1, partial: 0 }, verification: null } as unknown as Numbers;

describe('what the page says first', () => {
  test.each<[string, Partial<States>]>([
    ['survived', { survived: 1, failed: 3, seen: 5 }],
    ['nobody', { failed: 2, invalid: 1, no_such_user: 1 }],
    ['open', { failed: 2, said: 1 }],
    ['open', { partial: 1 }],
    ['open', { unknown: 1, signed_in_again: 1 }],
    ['back', { signed_in_again: 1, unclear: 3, said: 9 }],
    ['unclear', { unclear: 1, no_such_user: 1, seen: 9 }],
    ['only_strangers', { no_such_user: 2, skipped: 1 }],
    ['but_strangers', { no_such_user: 2, seen: 1 }],
    ['only_skipped', { skipped: 2 }],
    ['only_skipped', { skipped: 2, no_user: 1 }],
    ['only_no_user', { no_user: 1 }],
    ['said', { said: 2, no_user: 1 }],
    ['open', { said: 2, no_user: 1, failed: 1 }],
    ['said', { said: 1, seen: 1, skipped: 1 }],
    ['seen', { seen: 1, skipped: 1 }],
  ])('is %s of rows that are %j', (name, states) => {
    expect(verdictOf({ states: { ...none, ...states }, numbers: unseen }).name).toBe(name);
  });

  test('is good where somebody is out, and nobody else was to be', () => {
    const counts = fc.record(
      Object.fromEntries(rowStates.map((state) => [state, fc.constantFrom(0, 0, 0, 0, 1, 2)])) as Record<
        RowState,
        fc.Arbitrary<number>
      >,
    );
    fc.assert(
      fc.property(counts, (states) => {
        const out = states.said + states.seen;
        const others = rowStates.filter((state) => !['said', 'seen', 'skipped', 'no_user'].includes(state));
        const isOut = out > 0 && others.every((state) => states[state] === 0);
        const { tone, count } = verdictOf({ states, numbers: unseen });
        expect(tone === 'good').toBe(isOut);
        expect(isOut ? count : out).toBe(out);
      }),
    );
  });
});

test.each<[string[], RowState]>([
  [['header'], 'no_user'],
  [['total'], 'no_user'],
  [['total', 'no_app'], 'no_user'],
  [['nothing'], 'invalid'],
  [['no_user_id', 'no_app'], 'invalid'],
  [['unknown_user'], 'no_such_user'],
  [['unknown_user', 'unknown_app'], 'invalid'],
])('an invalid row with what is wrong %j is %s', (kinds, state) => {
  expect(rowStateOf('invalid', undefined, undefined, kinds)).toBe(state);
});

test('headers and totals are no people', () => {
  const numbers = { ...unseen, rows: { ...unseen.rows, total: 9 } } as Numbers;
  expect(rowsOfPeople({ states: { ...none, said: 7, no_user: 2 }, numbers })).toBe(7);
});

describe('how sure it is', () => {
  const sessions = { survived: 0, signed_in_again: 0, unclear: 0, not_checked: 0, gone: 4, total: 4 };
  const partly = { ...sessions, gone: 3, not_checked: 1 };

  test.each<[string, Numbers]>([
    ['not_looked', unseen],
    ['none_said', { ...unseen, rows: { succeeded: 0, partial: 0 } as Numbers['rows'] }],
    ['all', seen({ sessions })],
    ['some', seen({ sessions: partly })],
    ['sample', seen({ sessions: partly, aliveAtMost: 0.5 })],
    ['blind', seen({ sessions: partly, control: 'not_seen' })],
    ['nobody', seen({ sessions: partly, control: 'nobody' })],
    ['some', seen({ sessions: { ...sessions, gone: 0, not_checked: 4 }, control: 'nobody' })],
  ])('is %s', (name, numbers) => {
    expect(seenOf({ numbers })).toBe(name);
  });

  test('a sample is never said to prove that nobody is left, however many it has', () => {
    const numbers = seen({ sessions: { ...partly, total: 100_001 }, aliveAtMost: 0.000_299_5 });
    expect(createSpeaker('en').say('seen.sample', seenValues({ numbers }))).toBe(
      'None of 100,000 sessions is alive: of all 100,001 at most 0.03 % are, with 95 % sureness.',
    );
  });
});
