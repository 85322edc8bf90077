import { describe, expect, test } from 'vitest';

import { createCallSource, type CallSource } from '../../src/execute/call-source.ts';
import type { Call } from '../../src/plan/call.ts';

const callOf = (seq: number): Call => ({
  seq,
  userId: `user-${seq}`,
  userIdType: 'user_id',
  appIds: ['app-1'],
});

/** Calls from 1 on, in batches of these sizes. */
async function* batches(...sizes: number[]): AsyncGenerator<Call[]> {
  let seq = 0;
  for (const size of sizes) yield Array.from({ length: size }, () => callOf((seq += 1)));
}

/** The next one; undefined at the end. */
async function next(source: CallSource): Promise<number | undefined> {
  for (;;) {
    const taken = source.take();
    if (!(taken instanceof Promise)) return taken?.seq;
    await taken;
  }
}

async function all(source: CallSource): Promise<number[]> {
  const taken: number[] = [];
  for (let seq = await next(source); seq !== undefined; seq = await next(source)) taken.push(seq);
  return taken;
}

const covered = (): undefined => undefined;

test.each([[[]], [[3]], [[2, 0, 3]], [[0]], [[1, 1, 1]]])(
  'the calls of batches of %o come in order, each once, and then none',
  async (sizes) => {
    const count = sizes.reduce((sum, size) => sum + size, 0);
    const source = createCallSource(batches(...sizes), covered);
    expect(await all(source)).toEqual(Array.from({ length: count }, (_, place) => place + 1));
    expect(source.isAtEnd).toBe(true);
    expect(await next(source)).toBeUndefined();
  },
);

test('the end is known soon after the last one, before another is asked for', async () => {
  const source = createCallSource(batches(2), covered);
  await next(source);
  expect(source.isAtEnd).toBe(false);
  await next(source);
  await new Promise(setImmediate);
  expect(source.isAtEnd).toBe(true);
});

test('a call comes when its mark is written, and all who ask meanwhile wait for that one', async () => {
  let write = (): void => {};
  const asked: number[] = [];
  const source = createCallSource(batches(2), (seq) => {
    asked.push(seq);
    return asked.length === 1 ? new Promise<void>((resolve) => (write = resolve)) : undefined;
  });
  await source.take();
  const wait = source.take();
  expect(wait).toBeInstanceOf(Promise);
  expect(source.take()).toBe(wait);
  expect(asked).toEqual([1]);
  write();
  expect(await all(source)).toEqual([1, 2]);
});

describe('a call from far on', () => {
  test('is taken once, does not come again in its turn, and is none that was taken', async () => {
    const source = createCallSource(batches(3, 3), covered);
    expect(source.last).toBe(0);
    expect([await next(source), await next(source)]).toEqual([1, 2]);
    expect(source.last).toBe(2);
    expect([2, 1, 5, 5].map((seq) => source.takeFar(seq))).toEqual([false, false, true, false]);
    expect(await all(source)).toEqual([3, 4, 6]);
    expect(source.takeFar(6)).toBe(false);
  });

  test('is not the one whose turn it is: that may be covered already', async () => {
    const source = createCallSource(batches(3), covered);
    await next(source);
    expect(source.takeFar(2)).toBe(false);
    expect(source.takeFar(3)).toBe(true);
    expect(await all(source)).toEqual([2]);
  });
});

test('what goes wrong is told to whoever asks next, once and again, also when nobody was waiting', async () => {
  const broken = new Error('the copy cannot be read');
  const source = createCallSource(
    (async function* () {
      yield [callOf(1)];
      throw broken;
    })(),
    covered,
  );
  expect(await next(source)).toBe(1);
  await new Promise(setImmediate);
  await expect(next(source)).rejects.toBe(broken);
  await expect(next(source)).rejects.toBe(broken);
});

test('it reads no further once it is closed', async () => {
  let isClosed = false;
  const source = createCallSource(
    (async function* () {
      try {
        yield [callOf(1)];
        yield [callOf(2)];
      } finally {
        isClosed = true;
      }
    })(),
    covered,
  );
  await source.take();
  await source.close();
  expect(isClosed).toBe(true);
});

test('what was taken out of its turn is passed over, and cannot be taken so again when its turn is over', async () => {
  const source = createCallSource(
    (async function* () {
      yield [callOf(1), callOf(2), callOf(3)];
    })(),
    covered,
  );
  expect(await next(source)).toBe(1);
  expect(source.takeFar(3)).toBe(true);
  expect(await next(source)).toBe(2);
  expect(await next(source)).toBeUndefined();
  expect(source.takeFar(3)).toBe(false);
});
