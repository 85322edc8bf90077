import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createLines } from '../../src/files/lines.ts';

type Line = readonly [text: string, offset: number, isTooLong: boolean];

/** What is handed out of this text, cut into pieces at these places. */
function linesOf(text: string, cuts: readonly number[], maxLength?: number): { lines: Line[]; size: number } {
  const found: Line[] = [];
  const lines = createLines(
    (bytes, start, end, offset, isTooLong) =>
      found.push([bytes.toString('latin1', start, end), offset, isTooLong]),
    maxLength,
  );
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
  for (const [number, place] of places.entries()) {
    const piece = Buffer.from(bytes.subarray(places[number - 1] ?? 0, place));
    lines.add(piece);
    piece.fill('#');
  }
  return { lines: found, size: lines.size };
}

const texts = fc
  .array(fc.constantFrom('a', 'bc', '\n', '\n\n', 'd\n'), { maxLength: 40 })
  .map((parts) => parts.join(''));

test('lines are handed out whole, with where they begin, in whatever pieces the file comes', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(60)), (text, cuts) => {
      let offset = 0;
      const expected = text
        .split('\n')
        .slice(0, -1)
        .map((line): Line => {
          offset += line.length + 1;
          return [line, offset - line.length - 1, false];
        });
      expect(linesOf(text, cuts)).toEqual({ lines: expected, size: text.length });
    }),
  );
});

test('of a line that is too long to be kept the end is handed out, and said to be just that', () => {
  const { lines } = linesOf(`one\n${'x'.repeat(20)}y\ntwo\n`, [14, 24], 8);
  expect(lines).toEqual([
    ['one', 0, false],
    ['y', 4, true],
    ['two', 26, false],
  ]);
});
