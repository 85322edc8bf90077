import { Writable } from 'node:stream';

import { expect, test } from 'vitest';

import { columnsOf, createScreen } from '../../src/terminal/screen.ts';

test.each([
  [undefined, 80],
  [0, 80],
  [40, 40],
])('a terminal that says %s columns has %i', (columns, expected) => {
  expect(columnsOf(columns === undefined ? {} : { columns })).toBe(expected);
});

test('lines that a narrower terminal has broken are erased with all the rows that they take', () => {
  let written = '';
  const stderr = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written += chunk.toString();
        done();
      },
    }),
    { isTTY: true, columns: 100 },
  );
  const screen = createScreen(stderr);
  screen.show(`${'a'.repeat(90)}\n\u001b[31m${'b'.repeat(35)}\u001b[39m`);
  stderr.columns = 30;
  written = '';
  screen.show('c');
  // 90 characters are 3 rows of 30, 35 are 2: of the 2 lines that were written there are 3 rows more.
  expect(written.match(/\u001b\[1A/g)).toHaveLength(5);
  screen.leave('c');
});
