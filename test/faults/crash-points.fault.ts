import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { askedRows } from './asked-rows.ts';
import { expectExact, openScene, type Scene } from './scene.ts';
import {
  idsRead,
  injecting,
  killingAtWrite,
  marksBeforeKicks,
  nameOf,
  pointsIn,
  filesOfRun,
  straceMissing,
  tracing,
  tracingOrder,
  type Point,
} from './strace.ts';
import { journalLines } from './witness.ts';

const missing = straceMissing();

const rows = askedRows(12);

function traceFile(scene: Scene): string {
  return path.join(scene.cwd, 'trace');
}

/** Everything that a small run asks about its folder, in order. */
async function pointsOfRun(): Promise<Point[]> {
  const scene = await openScene(rows);
  const { code } = await scene.end(scene.startNext([], tracing(traceFile(scene), scene.folder, filesOfRun)));
  expect(code).toBe(3);
  expectExact(scene);
  return pointsIn(traceFile(scene), scene.folder);
}

/** A run that was killed, with a journal whose end resume has to mend. */
interface BrokenRun {
  readonly scene: Scene;
  /** What is to be kept aside, and under which name. */
  readonly bytes: string;
  readonly aside: string;
}

/** What a kill left whose last write reached the disk only in part, as a power cut can. */
async function tornRun(): Promise<BrokenRun> {
  const scene = await killedRun(7);
  const journal = path.join(scene.folder, 'journal.ndjson');
  const bytes = '{"kind":"attempt","seq":9,"att';
  const aside = `journal.ndjson.torn-${readFileSync(journal).length}`;
  appendFileSync(journal, bytes);
  return { scene, bytes, aside };
}

/** What a kill left whose last line, a mark under which calls were sent, was damaged afterwards. */
async function runWithDamagedMark(): Promise<BrokenRun> {
  const ofMark = /"kind":"mark","from":\d+,"upTo":\d+,"crc":"\w+"\}\n$/;
  // Which write that is depends on how fast calls go.
  for (let n = 3; n < 3 + rows.length; n += 1) {
    const scene = await killedRun(n);
    const journal = path.join(scene.folder, 'journal.ndjson');
    const whole = readFileSync(journal, 'utf8');
    if (!ofMark.test(whole) || scene.server.log.length === 0) continue;
    const start = whole.lastIndexOf('\n', whole.length - 2) + 1;
    const bytes = whole.slice(start).replace('"upTo":', '"upTo":0');
    writeFileSync(journal, whole.slice(0, start) + bytes);
    return { scene, bytes, aside: `journal.ndjson.torn-${start}` };
  }
  throw new Error('no kill came right after a mark under which calls were sent');
}

/** What a kill left behind which somebody put two empty lines: shorter than what takes their place. */
async function runWithEmptyLines(): Promise<BrokenRun> {
  const scene = await killedRun(3);
  const journal = path.join(scene.folder, 'journal.ndjson');
  const start = statSync(journal).size;
  appendFileSync(journal, '\n\n');
  return { scene, bytes: '\n\n', aside: `journal.ndjson.torn-${start}` };
}

/** @param n at which write to the journal. */
async function killedRun(n: number): Promise<Scene> {
  const scene = await openScene(rows, { flags: ['--concurrency', '4'] });
  const ended = await scene.end(scene.startNext([], killingAtWrite(traceFile(scene), n)));
  expect(ended).toMatchObject({ code: 'SIGKILL' });
  return scene;
}

/** Kills there, makes the reports, goes on, and judges both. @returns false when the point was not reached. */
async function survives(point: Point): Promise<boolean> {
  const scene = await openScene(rows);
  const wrapper = injecting(traceFile(scene), scene.folder, point, 'signal=KILL');
  const { code } = await scene.end(scene.startNext([], wrapper));
  if (code !== 'SIGKILL') return false;
  await finish(scene);
  return true;
}

async function finish(scene: Scene): Promise<void> {
  const isMade = existsSync(path.join(scene.folder, 'run.json'));
  const report = await scene.end(scene.start(['report', scene.folder]));
  // Some points come after the run's end.
  expect(report).toMatchObject({ code: expect.toBeOneOf(isMade ? [3, 4] : [2]) as number });
  if (isMade) expectExact(scene);
  expect(await scene.end(scene.startNext())).toMatchObject({ code: 3 });
  expectExact(scene);
}

test.skipIf(missing)(
  'a kill at the N-th write of the journal leaves an exact report, for every N; of the replies read from a socket only the one being written is lost',
  async () => {
    let kills = 0;
    let mostLost = 0;
    for (let n = 1; ; n += 1) {
      const scene = await openScene(rows, { flags: ['--concurrency', '4'] });
      const trace = traceFile(scene);
      const { code } = await scene.end(scene.startNext([], killingAtWrite(trace, n)));
      if (code !== 'SIGKILL') break;
      kills += 1;
      const kept = new Set(
        journalLines(path.join(scene.folder, 'journal.ndjson')).flatMap((line) =>
          line.kind === 'attempt' ? (line.requestId ?? []) : [],
        ),
      );
      const given = scene.server.log.map((record) => record.requestId ?? '');
      const read = idsRead(trace);
      const lost = given.filter((id) => read.has(id) && !kept.has(id));
      mostLost = Math.max(mostLost, lost.length);
      await finish(scene);
    }
    console.log({ kills, mostLost });
    expect(mostLost).toBeLessThanOrEqual(1);
    expect(kills).toBeGreaterThan(rows.length);
  },
);

test.skipIf(missing)(
  'a kill at every write, sync, open and rename in the run folder leaves an exact report',
  async () => {
    const points = await pointsOfRun();
    const passed: string[] = [];
    // How many marks there are depends on how fast calls go, so that the last writes of one run may be missing in the next.
    for (const point of points) {
      if (!(await survives(point)) && !(await survives(point))) passed.push(nameOf(point));
    }
    console.log({ kills: points.length - passed.length, passed });
    // How often the disk is synced depends on how fast it is; everything else comes in each run.
    expect(passed.filter((name) => !name.startsWith('fdatasync'))).toEqual([]);
  },
);

test.skipIf(missing)(
  'no call leaves before its mark is on the disk, so that a power cut hides none',
  async () => {
    // One call for each row, and more than the first marks cover.
    const users = Array.from({ length: 2000 }, (_, index) => ({
      line: index + 2,
      userId: `user-${index}`,
      userIdType: 'user_id',
      appIds: ['app-1'],
    }));
    const scene = await openScene(users);
    const trace = traceFile(scene);
    expect(await scene.end(scene.startNext([], tracingOrder(trace)))).toMatchObject({ code: 0 });
    const kicks = marksBeforeKicks(trace);
    expect(kicks).toHaveLength(scene.server.log.length);
    const early = kicks.filter(({ userId, onDisk }) => Number(/\d+/.exec(userId)?.[0]) + 1 > onDisk);
    expect(early).toEqual([]);
  },
);

test.skipIf(missing).each([
  ['a torn journal', tornRun],
  ['a journal whose last mark was damaged', runWithDamagedMark],
  ['a journal with empty lines at its end', runWithEmptyLines],
])(
  'a kill at every write, sync and truncation while resume mends %s leaves an exact report, and keeps the bytes',
  async (_, brokenRun) => {
    const { scene: first, aside: asideOfFirst } = await brokenRun();
    // The journal, and what mending makes beside it.
    const files = ['.', 'journal.ndjson', asideOfFirst];
    const mending = tracing(traceFile(first), first.folder, files);
    expect(await first.end(first.startNext([], mending))).toMatchObject({ code: 3 });
    const points = pointsIn(traceFile(first), first.folder);
    expect(points.map(nameOf)).toContain('ftruncate 1 of journal.ndjson');
    let kills = 0;
    for (const { syscall, file, n } of points) {
      const { scene, bytes, aside } = await brokenRun();
      // Where the torn record begins differs from run to run.
      const point = { syscall, n, file: file === asideOfFirst ? aside : file };
      const ended = await scene.end(
        scene.startNext([], injecting(traceFile(scene), scene.folder, point, 'signal=KILL')),
      );
      if (ended.code === 'SIGKILL') kills += 1;
      await finish(scene);
      // A kill may have left half of them under the first name.
      const kept = readdirSync(scene.folder)
        .filter((name) => name.startsWith(aside))
        .map((name) => readFileSync(path.join(scene.folder, name), 'utf8'));
      expect(kept).toContain(bytes);
    }
    console.log({ kills, points: points.length });
    expect(kills).toBeGreaterThan(12);
  },
);
