import { Readable, Writable } from 'node:stream';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Live, OffboardEvent, WaitsFor } from '../../src/events.ts';
import { createProgress } from '../../src/terminal/progress.ts';
import type { Terminal } from '../../src/terminal/terminal.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-28T03:00:00Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

/** @returns a progress, and what it wrote since it was asked last. */
function watched(stderr: { isTTY?: boolean; columns?: number }, environment = {}) {
  let written = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const { signal } = new AbortController();
  const terminal: Terminal = {
    stdin: Readable.from([]),
    stdout: sink,
    stderr: Object.assign(sink, stderr),
    environment,
    stopSignal: signal,
    abortSignal: signal,
    interrupt() {},
    crash: { secrets: new Set(), resumeCommand: undefined, argv: [] },
  };
  const { listen, close } = createProgress(terminal, () => Date.now());
  const said = (): string => {
    const text = written;
    written = '';
    return text;
  };
  return { listen, close, said };
}

const started: OffboardEvent = {
  type: 'started',
  folder: 'out',
  planned: 200_000,
  calls: 182_647,
  before: { succeeded: 17_350, partial: 1, failed: 2, unknown: 0 },
  workedMs: 600_000,
  host: 'https://api.genauth.ai',
  identity: { userPoolId: '65f0aa000000000000000001' },
  users: 199_000,
  pace: { concurrency: 64, rate: undefined, retries: 8, timeoutMs: 10_000, giveUpAfterMs: 900_000 },
};

const succeeded: OffboardEvent = {
  type: 'attempt',
  call: { seq: 1, userId: 'u', userIdType: 'user_id', appIds: ['a'] },
  verdict: 'succeeded',
  reply: { delivery: 'answered', genauthForm: true, startedAt: 0, durationMs: 1 },
  ended: 'succeeded',
  done: 17_354,
  total: 200_000,
};

const reply = {
  delivery: 'answered' as const,
  genauthForm: false,
  httpStatus: 503,
  startedAt: 0,
  durationMs: 1,
};
const waitsFor: WaitsFor = {
  why: 'unavailable',
  reply,
  sinceMs: 5000,
  nextInMs: 5000,
  givesUpInMs: 900_000,
};

function calling(waits?: WaitsFor): OffboardEvent {
  const live: Live = { perSecond: 1, atOnce: 64, setBy: 'searching', waitsFor: waits, waiting: 0 };
  return { type: 'calling', live: () => live };
}

function resumeClaimed(listen: (event: OffboardEvent) => void, seconds: number, perSecond: number): void {
  let due = 0;
  for (let step = 0; step < seconds * 10; step += 1) {
    for (due += perSecond / 10; due >= 1; due -= 1) listen(succeeded);
    vi.advanceTimersByTime(100);
  }
}

test('where nobody may watch, lines have the time, and say at first whose users they are and where', () => {
  const { listen, said } = watched({});
  listen(started);
  listen(calling());
  expect(said()).toBe(
    '2026-11-28T03:00:00Z  199,000 users of user pool 65f0aa000000000000000001 at https://api.genauth.ai.\n',
  );
  resumeClaimed(listen, 10, 100);
  expect(said()).toMatch(/^2026-11-28T03:00:10Z {2}Calling /);
});

test('after a resume what was done before counts, and so does the time that it took', () => {
  const { listen, said } = watched({});
  listen(started);
  listen(calling());
  resumeClaimed(listen, 10, 100);
  expect(said().split('\n')[1]).toMatch(
    /Calling {2}9% {2}18,353 of 200,000 calls {2}100\/s {2}30m 1\ds left {2}10m 10s so far {2}succeeded 18,350 {2}partial 1 {2}failed 2$/,
  );
});

test('the time in which a question stands is not counted', () => {
  const { listen, said } = watched({});
  listen({ ...started, workedMs: 0 });
  listen(calling());
  resumeClaimed(listen, 5, 1);
  listen({
    type: 'canary',
    result: { users: 5, calls: 5, rows: { total: 5, succeeded: 5 }, causes: [] },
  });
  vi.advanceTimersByTime(3_600_000);
  said();
  listen(calling());
  resumeClaimed(listen, 11, 1);
  expect(said()).toMatch(/ 1[56]s so far/);
});

test('a terminal that cannot go back in what it wrote gets plain lines, and no times', () => {
  const { listen, said, close } = watched({ isTTY: true, columns: 80 }, { TERM: 'dumb' });
  listen(started);
  listen(calling());
  resumeClaimed(listen, 30, 10);
  close();
  const text = said();
  expect(text).toContain('\nCalling  8%');
  expect(text).not.toMatch(/\u001b|2026-/);
});

test('any other is drawn over, without colours where none are wanted', () => {
  const plain = watched({ isTTY: true, columns: 80 }, { NO_COLOR: '1' });
  plain.listen(started);
  plain.listen(calling());
  resumeClaimed(plain.listen, 3, 10);
  expect(plain.said()).not.toMatch(/\u001b\[\d+m/);
  const coloured = watched({ isTTY: true, columns: 80 });
  coloured.listen(started);
  coloured.listen(calling());
  resumeClaimed(coloured.listen, 3, 10);
  expect(coloured.said()).toContain('\u001b[31mfailed 2\u001b[39m');
});

test('while it waits for the server a file says why and until when, and that it is back', () => {
  const { listen, said } = watched({});
  listen(started);
  listen(calling(waitsFor));
  said();
  listen({ type: 'server', waitsFor });
  expect(said()).toBe(
    '2026-11-28T03:00:00Z  What answers is not GenAuth (HTTP 503), which may pass: next try in 5s, gives up in 15m, at 03:15:00 UTC.\n',
  );
  vi.advanceTimersByTime(10_000);
  expect(said()).toMatch(/^2026-11-28T03:00:10Z {2}Waiting .*what answers is not GenAuth/);
  listen({ type: 'server', waitsFor: undefined });
  expect(said()).toBe('2026-11-28T03:00:10Z  The server is back.\n');
});

test('before the first call a file is told of the wait every ten seconds, and not at each try', () => {
  const { listen, said } = watched({});
  for (let second = 0; second < 30; second += 1) {
    listen({ type: 'server', waitsFor: { ...waitsFor, givesUpInMs: 900_000 - second * 1000 } });
    vi.advanceTimersByTime(1000);
  }
  const lines = said().trim().split('\n');
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line).toContain('at 03:15:00 UTC');
  listen({ type: 'server', waitsFor: undefined });
  expect(said()).toMatch(/The server is back\.\n$/);
});

test.each<[WaitsFor['why'], string]>([
  ['unavailable', 'The server is back.'],
  ['server', 'The server is back.'],
  ['throttle', 'Calls are accepted again.'],
  ['credentials', 'Calls are accepted again.'],
  ['right', 'Calls are accepted again.'],
])('after a wait for %s it says: %s', (why, words) => {
  const { listen, said } = watched({});
  listen(started);
  listen({ type: 'server', waitsFor: { ...waitsFor, why } });
  said();
  listen({ type: 'server', waitsFor: undefined });
  expect(said()).toContain(words);
});
