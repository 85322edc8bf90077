import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { inactive } from '../src/printable.ts';
import { print, say } from '../src/terminal/terminal.ts';
import { genauthOffboard } from './command-line.ts';
import { simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Clears the screen, sets a title, turns text around; the single byte that begins a command as well as two do. */
const escapes = '\u001B[2J\u001B]0;owned\u0007\u009B31m\u202Eexe.cod\u2066';
const activeCharacters = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

test('whatever text is shown holds nothing active, keeps its lines, and JSON stays the same JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(inactive(text)).not.toMatch(activeCharacters);
      expect(inactive(text).split('\n')).toHaveLength(text.split('\n').length);
      expect(JSON.parse(inactive(JSON.stringify(text)))).toBe(text);
    }),
  );
});

test('whatever is said or printed is harmless, wherever it comes from', async () => {
  const written: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const { signal } = new AbortController();
  const crash = { secrets: new Set<string>(), resumeCommand: undefined, argv: [] };
  const streams = { stdin: Readable.from([]), stdout: sink, stderr: sink, environment: {} };
  const terminal = { ...streams, stopSignal: signal, abortSignal: signal, interrupt() {}, crash };
  say(terminal, `a message\twith ${escapes}\nin two lines`);
  await print(terminal, JSON.stringify({ message: escapes }));
  expect(written.join('')).not.toMatch(activeCharacters);
  expect(written[0]).toMatch(/^a message\twith .*\nin two lines\n$/s);
  expect(JSON.parse(written[1] ?? '')).toEqual({ message: escapes });
});

test('neither report nor terminal lets escapes through, from the file or from its name; retry.csv has each cell as it was', async () => {
  const server = await simulator();
  const cwd = temporaryFolder();
  const name = `lea\u001B[2Jvers.csv`;
  writeFileSync(
    path.join(cwd, name),
    `user_id,app_ids,no${escapes}te\ndeleted-1,app-1,"${escapes}\nsecond line"\nu${escapes},app-1,=1+1\n`,
  );
  const ended = await genauthOffboard(['run', name, '--yes', '--skip-invalid', '--out', 'out', '--json'], {
    cwd,
    environment: {
      GENAUTH_HOST: server.url,
      GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
      GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
    },
  });
  expect(ended.code).toBe(3);
  const read = (file: string): string => readFileSync(path.join(cwd, 'out', file), 'utf8');
  for (const text of [
    ended.stdout,
    ended.stderr,
    read('report.csv'),
    read('summary.json'),
    read('run.log'),
  ]) {
    expect(text).not.toMatch(activeCharacters);
  }
  expect(read('report.csv')).toContain('\\u001b[2J');
  expect(read('report.csv')).toContain('\nsecond line');
  expect(read('report.csv')).toContain("'=1+1");
  expect(read('retry.csv')).toContain(escapes);
});
