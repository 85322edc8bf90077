import { expect, test } from 'vitest';

import { canRedraw, paint, showsColours } from '../../src/terminal/paint.ts';

test.each([
  [{ isTTY: true }, {}, true, true],
  [{ isTTY: true }, { TERM: 'xterm-256color' }, true, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, true, false],
  [{ isTTY: true }, { NO_COLOR: '0' }, true, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false, false],
  [{ isTTY: false }, { TERM: 'xterm' }, false, false],
  [{}, {}, false, false],
])('on %j with %j lines are drawn over: %s, and in colour: %s', (output, environment, redrawn, coloured) => {
  expect(canRedraw(output, environment)).toBe(redrawn);
  expect(showsColours(output, environment)).toBe(coloured);
});

test('what went wrong is red where there are colours, and what is plain is never painted', () => {
  expect(paint({ text: 'failed 2', tone: 'bad' }, true)).toBe('\u001b[31mfailed 2\u001b[39m');
  expect(paint({ text: 'failed 2', tone: 'bad' }, false)).toBe('failed 2');
  expect(paint({ text: 'Calling' }, true)).toBe('Calling');
  expect(paint({ text: '', tone: 'bad' }, true)).toBe('');
});
