import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeenRequestIds } from '../../src/genauth/seen-request-ids.ts';

test('an ID is of another call when one was given it before, and never when it is new or its own', () => {
  const id = fc.oneof(fc.uuid(), fc.integer({ min: 1 }).map(String), fc.constantFrom('req-1', 'req-2', '7'));
  const call = fc.constantFrom('{"userId":"u1"}', '{"userId":"u2"}', '{"userId":"u3"}');
  fc.assert(
    fc.property(fc.array(fc.tuple(id, call), { maxLength: 100 }), (given) => {
      const seen = createSeenRequestIds();
      const firstOf = new Map<string, string>();
      for (const [requestId, of] of given) {
        const first = firstOf.get(requestId) ?? of;
        firstOf.set(requestId, first);
        expect(seen.isOfAnother(requestId, of)).toBe(first !== of);
      }
    }),
  );
});

test('the last 65,536 IDs are known, and of two million that all differ none is taken for another', () => {
  const seen = createSeenRequestIds();
  const idOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  let mistaken = 0;
  for (let number = 0; number < 2_000_000; number += 1) {
    if (seen.isOfAnother(idOf(number), String(number))) mistaken += 1;
  }
  expect(mistaken).toBe(0);
  let forgotten = 0;
  for (let number = 2_000_000 - 65_536; number < 2_000_000; number += 1) {
    if (!seen.isOfAnother(idOf(number), 'another')) forgotten += 1;
  }
  expect(forgotten).toBe(0);
});

test('an ID that comes again and again is not forgotten', () => {
  const seen = createSeenRequestIds();
  seen.isOfAnother('cached', 'the first');
  const isKnown = [];
  for (let number = 0; number < 400_000; number += 1) {
    seen.isOfAnother(`req-${number}`, `call-${number}`);
    if (number % 50_000 === 0) isKnown.push(seen.isOfAnother('cached', `another-${number}`));
  }
  expect(isKnown).toStrictEqual(Array.from({ length: 8 }, () => true));
});

test.each(['0', '-', '00000000-0000-0000-0000-000000000000', 'null', 'undefined', 'N/A', 'unknown'])(
  '%j stands for none, and proves nothing',
  (requestId) => {
    const seen = createSeenRequestIds();
    expect(seen.isOfAnother(requestId, 'one')).toBe(false);
    expect(seen.isOfAnother(requestId, 'another')).toBe(false);
  },
);

test('calls are told apart by each character of user and apps, wherever it stands', () => {
  const body = '{"appIds":["app-1","app-2"],"userId":"user-1","options":{"userIdType":"user_id"}}';
  for (let place = 0; place < body.length; place += 1) {
    const seen = createSeenRequestIds();
    seen.isOfAnother('req-1', body);
    const other = `${body.slice(0, place)}~${body.slice(place + 1)}`;
    expect([place, seen.isOfAnother('req-1', other)]).toStrictEqual([place, true]);
  }
});
