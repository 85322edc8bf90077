import { readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { execute } from '../../src/execute/execute.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { ballastBytes, dropBallast, takeBallast } from '../../src/run-folder/ballast.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal, type Journal, type JournalOptions } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import type { AttemptRecord } from '../../src/journal/record.ts';
import type { Call } from '../../src/plan/call.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Disk = Required<JournalOptions>['disk'];

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: made up by the test`), { code, syscall });
}

/** A disk with so many bytes left, which writes what still fits before it fails, as real ones do. */
function smallDisk(bytes: number) {
  let left = bytes;
  const write: Disk['write'] = (fd, buffer, offset, length, position) => {
    if (left === 0) throw systemError('ENOSPC', 'write');
    const written = writeSync(fd, buffer, offset, Math.min(left, length), position);
    left -= written;
    return written;
  };
  return {
    disk: { write, sync: () => Promise.resolve() },
    makeRoom(more: number): boolean {
      left += more;
      return true;
    },
  };
}

const startedAt = 1000;

function attempt(seq: number): AttemptRecord {
  return {
    kind: 'attempt',
    seq,
    attempt: 1,
    verdict: 'succeeded',
    final: true,
    unanswered: false,
    requestId: `request-${seq}`,
    startedAt,
    durationMs: 5,
  };
}

async function journalOn(options: JournalOptions): Promise<{ file: string; journal: Journal }> {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const journal = await openJournal(file, createJournalIndex(100), 0, options);
  journal.append({ kind: 'session', startedAt, retryFailed: false });
  return { file, journal };
}

/** Appends until it fails, at most 50 records. @returns how many went in. */
function appendUntilItFails(journal: Journal): number {
  for (let seq = 1; seq <= 50; seq += 1) {
    try {
      journal.append(attempt(seq));
    } catch {
      return seq - 1;
    }
  }
  return 50;
}

async function succeededIn(file: string): Promise<number> {
  const index = createJournalIndex(100);
  const { tornBytes, damagedAt } = await readJournal(file, index);
  expect({ tornBytes, damagedAt }).toEqual({ tornBytes: 0, damagedAt: [] });
  return Array.from({ length: 100 }, (_, place) => index.state(place + 1)).filter((state) => state.succeeded)
    .length;
}

test('on a full disk the room that is made keeps the replies in flight, and no further call is covered', async () => {
  const { disk, makeRoom } = smallDisk(2000);
  const { file, journal } = await journalOn({ disk, makeRoom: () => makeRoom(1_000_000) });
  await journal.cover(1);
  await journal.cover(2);
  expect(appendUntilItFails(journal)).toBe(50);
  expect(journal.failure?.message).toBe(`The disk is full: ${file} could not be written.`);
  expect(journal.failure?.exitCode).toBe(4);
  await expect(journal.cover(2)).rejects.toBe(journal.failure);
  await expect(journal.cover(90)).rejects.toBe(journal.failure);
  await journal.close();
  expect(await succeededIn(file)).toBe(50);
});

test('on a disk that stays full the journal ends with its last whole record', async () => {
  const { disk } = smallDisk(2000);
  const { file, journal } = await journalOn({ disk });
  const kept = appendUntilItFails(journal);
  expect(kept).toBeGreaterThan(5);
  expect(kept).toBeLessThan(50);
  await expect(journal.close()).rejects.toThrow('The disk is full');
  expect(await succeededIn(file)).toBe(kept);
});

test('on a full disk it is told how much room the rest needs, judged by what was written for the calls before', async () => {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const { disk } = smallDisk(2000);
  const planned = 1_000_000;
  const journal = await openJournal(file, createJournalIndex(planned), 0, { disk });
  const kept = appendUntilItFails(journal);
  const needed = ballastBytes + (planned - kept) * (statSync(file).size / kept);
  expect(journal.failure?.hint).toContain(`the rest needs about ${Math.ceil(needed / 1e6)} MB`);
  await journal.close().catch(() => {});
});

test('room is made once; when that is used up as well, what was written stays whole', async () => {
  const { disk, makeRoom } = smallDisk(1000);
  let made = 0;
  const { file, journal } = await journalOn({
    disk,
    makeRoom() {
      made += 1;
      return makeRoom(1000);
    },
  });
  const kept = appendUntilItFails(journal);
  expect(made).toBe(1);
  await journal.close().catch(() => {});
  expect(await succeededIn(file)).toBe(kept);
});

test('a sync that failed is never tried again, and nothing more is written', async () => {
  let syncs = 0;
  const { file, journal } = await journalOn({
    disk: {
      write: writeSync,
      sync() {
        syncs += 1;
        return Promise.reject(systemError('EIO', 'fdatasync'));
      },
    },
  });
  await expect(journal.cover(1)).rejects.toThrow(`${file} could not be synced to the disk (EIO)`);
  expect(syncs).toBe(1);
  const size = statSync(file).size;
  expect(() => journal.append(attempt(1))).toThrow('could not be synced');
  await expect(journal.cover(1)).rejects.toThrow('could not be synced');
  await expect(journal.close()).rejects.toThrow('could not be synced');
  expect(syncs).toBe(1);
  expect(statSync(file).size).toBe(size);
});

test('what is written while a sync is under way is synced after it, though nothing more is written', async () => {
  const due: (() => void)[] = [];
  const syncs: (() => void)[] = [];
  const { journal } = await journalOn({
    disk: { write: writeSync, sync: () => new Promise((resolve) => syncs.push(resolve)) },
    after(_, then) {
      due.push(then);
      return () => {};
    },
  });
  expect(due).toHaveLength(1);
  due[0]?.();
  journal.append(attempt(1));
  expect([syncs.length, due.length]).toEqual([1, 1]);
  syncs[0]?.();
  await new Promise(setImmediate);
  expect(due).toHaveLength(2);
  due[1]?.();
  syncs[1]?.();
  await new Promise(setImmediate);
  expect([syncs.length, due.length]).toEqual([2, 2]);
  await journal.close();
});

test('the first failure stays the reason, and nothing is covered after it, not even what was before', async () => {
  let [startSync, failSync] = [(): void => {}, (): void => {}];
  let isBroken = false;
  const { journal } = await journalOn({
    disk: {
      write(...written) {
        if (isBroken) throw systemError('EROFS', 'write');
        return writeSync(...written);
      },
      sync: () =>
        new Promise((resolve, reject) => {
          if (isBroken) failSync = () => reject(systemError('EIO', 'fdatasync'));
          else resolve();
        }),
    },
    after: (_, then) => {
      startSync = then;
      return () => {};
    },
  });
  await journal.cover(1);
  await journal.coverAlone(50);
  journal.append(attempt(1));
  isBroken = true;
  startSync();
  expect(() => journal.append(attempt(2))).toThrow('read-only');
  await expect(journal.cover(1)).rejects.toThrow('read-only');
  await expect(journal.coverAlone(50)).rejects.toThrow('read-only');
  failSync();
  await expect(journal.close()).rejects.toThrow('read-only');
  expect(journal.failure?.message).toContain('read-only');
});

test.each<[string, (journal: Journal) => Promise<void> | undefined]>([
  ['in its turn', (journal) => journal.cover(1)],
  ['from far on', (journal) => journal.coverAlone(50)],
])('a call %s is not sent when the disk gets full with its own mark', async (_, cover) => {
  const { disk, makeRoom } = smallDisk(90);
  const { journal } = await journalOn({ disk, makeRoom: () => makeRoom(1_000_000) });
  expect(journal.failure).toBeUndefined();
  await expect(cover(journal)).rejects.toThrow('The disk is full');
  await journal.close();
});

test.each([
  ['EIO', 'could not be written (EIO)'],
  ['EROFS', 'its disk is read-only'],
  ['EDQUOT', 'Your quota on the disk is used up'],
  ['EMFILE', 'Too many files are open at once (EMFILE)'],
])('a write that fails with %s says so, and can be resumed', async (code, message) => {
  const { journal } = await journalOn({
    disk: {
      write(fd, bytes, offset, length, position) {
        // What is behind it in the buffer may be anything.
        if (bytes.subarray(offset, offset + length).includes('"attempt"')) throw systemError(code, 'write');
        return writeSync(fd, bytes, offset, length, position);
      },
      sync: () => Promise.resolve(),
    },
  });
  expect(() => journal.append(attempt(1))).toThrow(message);
  expect(journal.failure?.exitCode).toBe(4);
  await journal.close().catch(() => {});
});

test('calls whose replies could not be written any more are unknown, as they may have been sent', async () => {
  const { disk } = smallDisk(1500);
  const { journal } = await journalOn({ disk });
  await Promise.all(Array.from({ length: 20 }, async (_, place) => journal.cover(place + 1)));
  const kept = appendUntilItFails(journal);
  await journal.close().catch(() => {});
  journal.index.settle();
  const states = Array.from({ length: 20 }, (_, place) => journal.index.state(place + 1));
  expect(kept).toBeLessThan(20);
  expect(states.filter((state) => !state.succeeded && !state.unanswered)).toEqual([]);
});

test('when the disk gets full in a run, no new call is sent and every reply in flight is kept', async () => {
  const calls: Call[] = Array.from({ length: 90 }, (_, place) => ({
    seq: place + 1,
    userId: `user-${place + 1}`,
    userIdType: 'user_id',
    appIds: ['app-1'],
  }));
  const { disk, makeRoom } = smallDisk(3000);
  const { file, journal } = await journalOn({ disk, makeRoom: () => makeRoom(1_000_000) });
  let sent = 0;
  async function* batches(): AsyncGenerator<readonly Call[]> {
    yield calls;
  }
  const { stop } = await execute({
    calls: batches(),
    async kickUsers(): Promise<Reply> {
      sent += 1;
      await new Promise(setImmediate);
      return {
        delivery: 'answered',
        genauthForm: true,
        httpStatus: 200,
        statusCode: 200,
        success: true,
        startedAt,
        durationMs: 1,
      };
    },
    renew: () => Promise.resolve(false),
    serverIsKnown: true,
    journal,
    openApps: () => undefined,
    concurrency: 8,
    retries: 0,
    giveUpAfterMs: 1000,
  });
  expect(stop).toMatchObject({ reason: 'journal', error: { exitCode: 4 } });
  await journal.close();
  expect(sent).toBeLessThan(calls.length);
  expect(await succeededIn(file)).toBe(sent);
});

test('when the disk gets full and only further attempts are left, none of them is made', async () => {
  const { disk, makeRoom } = smallDisk(600);
  const { file, journal } = await journalOn({ disk, makeRoom: () => makeRoom(1_000_000) });
  let sent = 0;
  const { stop } = await execute({
    calls: (async function* () {
      yield [{ seq: 1, userId: 'user-1', userIdType: 'user_id', appIds: ['app-1'] } as const];
    })(),
    async kickUsers(): Promise<Reply> {
      sent += 1;
      const common = { delivery: 'answered', genauthForm: true, startedAt, durationMs: 1 } as const;
      return { ...common, httpStatus: 200, statusCode: 429, message: 'x'.repeat(500) };
    },
    random: () => 0,
    renew: () => Promise.resolve(false),
    serverIsKnown: true,
    journal,
    openApps: () => undefined,
    concurrency: 1,
    retries: 0,
    giveUpAfterMs: 1000,
  });
  expect(stop).toMatchObject({ reason: 'journal', error: { exitCode: 4 } });
  await journal.close();
  expect(sent).toBe(1);
  const index = createJournalIndex(100);
  await readJournal(file, index);
  expect(index.totals.throttled).toBe(1);
});

test('the ballast takes its room also where equal and compressible blocks cost none', async () => {
  const file = path.join(temporaryFolder(), 'ballast');
  await takeBallast(file);
  const content = readFileSync(file);
  expect(content.length).toBe(ballastBytes);
  const blocks = new Set<string>();
  for (let start = 0; start < content.length; start += 4096)
    blocks.add(content.toString('latin1', start, start + 4096));
  expect(blocks.size).toBe(ballastBytes / 4096);
  expect(deflateSync(content.subarray(0, 1 << 18), { level: 1 }).length).toBeGreaterThan((1 << 18) * 0.99);
  expect(dropBallast(file)).toBe(true);
  expect(dropBallast(file)).toBe(false);
});

test('a ballast that a killed process left half-written is taken again', async () => {
  const file = path.join(temporaryFolder(), 'ballast');
  writeFileSync(file, 'half');
  await takeBallast(file);
  expect(statSync(file).size).toBe(ballastBytes);
});
