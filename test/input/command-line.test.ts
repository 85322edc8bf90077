import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { commandLine, quoted } from '../../src/input/command-line.ts';

test('what is pasted into a POSIX shell is what was meant', () => {
  const words = fc.array(fc.stringMatching(/^[^\0]+$/), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(words, (given) => {
      const line = given.map((word) => quoted(word, 'linux')).join(' ');
      const shown = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
      expect(shown.split('\0').slice(0, -1)).toEqual(given);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['friday', 'friday', 'friday'],
  ['o u t', "'o u t'", '"o u t"'],
  ['a,b', 'a,b', '"a,b"'],
  ['C:\\Users\\me\\leavers.csv', "'C:\\Users\\me\\leavers.csv'", 'C:\\Users\\me\\leavers.csv'],
  ['C:\\my files\\', "'C:\\my files\\'", '"C:\\my files\\\\"'],
  ['a"b', `'a"b'`, '"a\\"b"'],
  ['a\\"b', `'a\\"b'`, '"a\\\\\\"b"'],
  ["it's", `'it'\\''s'`, '"it\'s"'],
  ['离职', "'离职'", '"离职"'],
  ['&del', "'&del'", '"&del"'],
  ['', "''", '""'],
])('%j is %s on Linux and %s on Windows', (word, posix, windows) => {
  expect(quoted(word, 'linux')).toBe(posix);
  expect(quoted(word, 'win32')).toBe(windows);
});

test('words are parted by spaces', () => {
  expect(commandLine('genauth-offboard', 'resume', 'out')).toBe('genauth-offboard resume out');
});
