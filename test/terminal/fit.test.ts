import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fitting, widthOf, wrapped } from '../../src/terminal/fit.ts';

const pieces = fc.array(
  fc.record({ text: fc.string({ minLength: 1, maxLength: 20 }), rank: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 8 },
);

test('what fits is never wider than the line, and holds no part of a piece beside another', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 100 }), (all, columns) => {
      const shown = fitting(all, '  ', columns);
      expect(widthOf(shown, '  ')).toBeLessThanOrEqual(columns);
      const isWhole = shown.length === 1 || shown.every((piece) => all.includes(piece));
      expect(isWhole).toBe(true);
    }),
  );
});

test('a piece that is left out is never of a higher rank than one that is shown', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 100 }), (all, columns) => {
      const shown = fitting(all, '  ', columns);
      const leftOut = all.filter((piece) => !shown.includes(piece));
      if (shown.some((piece) => !all.includes(piece))) return;
      const lowestShown = Math.min(...shown.map(({ rank }) => rank));
      for (const { rank } of leftOut) expect(rank).toBeLessThanOrEqual(lowestShown);
    }),
  );
});

test.each([
  [27, ['10%', '5 of 50 calls', '9s left']],
  [26, ['10%', '5 of 50 calls']],
  [17, ['10%']],
  [2, ['1…']],
])('at %i columns %j is shown', (columns, expected) => {
  const line = [
    { text: '10%', rank: 3 },
    { text: '5 of 50 calls', rank: 2 },
    { text: '9s left', rank: 1 },
  ];
  expect(fitting(line, '  ', columns).map(({ text }) => text)).toEqual(expected);
});

test('a text is broken between words, and only a word that is too long is cut', () => {
  expect(wrapped('the server is down (HTTP 502)', 12)).toEqual(['the server', 'is down', '(HTTP 502)']);
  expect(wrapped('at https://api.genauth.ai', 12)).toEqual(['at', 'https://api…']);
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 }), (words) => {
      const lines = wrapped(words.join(' '), 9);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(9);
      expect(lines.join(' ')).toBe(words.join(' '));
    }),
  );
});
