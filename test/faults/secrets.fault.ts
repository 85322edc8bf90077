import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { askedRows } from './asked-rows.ts';
import { openScene } from './scene.ts';
import { straceMissing, tracingWrites } from './strace.ts';

const missing = straceMissing();
const accessKeySecret = 'not-a-real-secret-7d21';

/** Every JWT begins with the same characters, those of {"alg": in base64url. */
const token = /eyJ[\w-]{5,}\./;

test.skipIf(missing).each([
  ['token', accessKeySecret, 3],
  // No token is given for it, so that the run is refused before its first call.
  ['token', `${accessKeySecret}-wrong`, 2],
  ['signature', accessKeySecret, 3],
  ['signature', `${accessKeySecret}-wrong`, 4],
])(
  'with --auth %s and the secret %s, no write of the process but to a socket holds secret, token or signature, and no argument does',
  async (auth, given, code) => {
    const scene = await openScene(askedRows(30), {
      accessKeySecret,
      faults: { shares: { body500: 0.2, html: 0.1, resetAfter: 0.1, noRequestId: 0.1 } },
      flags: ['--auth', auth, '--log-level', 'trace', '--json'],
    });
    const trace = path.join(scene.cwd, 'trace');
    const wrapper = ['env', `GENAUTH_ACCESS_KEY_SECRET=${given}`, ...tracingWrites(trace)];
    const ended = await scene.end(scene.startNext([], wrapper));
    expect(ended.code).toBe(code);
    const lines = readFileSync(trace, 'utf8').split('\n');
    const toSocket = /^\d+ +\w+\(\d+<(socket|TCP)/;
    const told = lines.filter((line) => !toSocket.test(line));
    expect(told.length).toBeGreaterThan(100);
    const holds = (line: string): boolean =>
      line.includes(accessKeySecret) || token.test(line) || /authing [^\s:]+:[A-Za-z0-9+/]{27}=/.test(line);
    expect(told.filter(holds)).toEqual([]);
    // The search finds what it looks for: the token is asked for with the secret, and each call is authorised.
    expect(lines.some(holds)).toBe(true);
    // Signing keeps the secret on this machine.
    expect(lines.some((line) => line.includes(accessKeySecret))).toBe(auth === 'token');
  },
);
