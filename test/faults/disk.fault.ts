import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test, vi } from 'vitest';

import { askedRows } from './asked-rows.ts';
import { judge } from './judge.ts';
import { expectExact, openScene, type Ended, type Scene } from './scene.ts';
import { mountingFails, mountSmallDisk } from './small-disk.ts';
import { filesOfRun, injecting, nameOf, pointsIn, straceMissing, tracing, type Point } from './strace.ts';
import { createWitness } from './witness.ts';

const noStrace = straceMissing();
const noMounts = mountingFails();

/**
 * What every stop must look like, whatever the disk did: no stack, and what to do; without a run in the folder, the same command once
 * more, and where the folder could not be deleted, into another one.
 * @returns what is not so.
 */
function wordsAmiss(ended: Ended, scene: Scene): string[] {
  const wrong: string[] = [];
  if (/this is a bug|\n {4}at |node:internal/.test(ended.stderr)) wrong.push(`a stack: ${ended.stderr}`);
  if ([1, 2].includes(Number(ended.code)) && (scene.server.log.length > 0 || existsSync(scene.folder)))
    wrong.push('refused, and something was sent or left behind');
  const lastLine = ended.stderr.trim().split('\n').at(-1) ?? '';
  const isMade = hasRun(scene);
  const isLeft = !isMade && existsSync(scene.folder);
  const runCommand = isLeft
    ? `run leavers.csv --yes --out=${scene.folder}-2`
    : `run leavers.csv --out=${scene.folder} --yes`;
  const resumeCommand = isMade ? `resume ${scene.folder}` : runCommand;
  if (ended.code === 4 && lastLine !== `Go on with: genauth-offboard ${resumeCommand}`)
    wrong.push(`the last line is "${lastLine}"`);
  if (ended.code === 4 && !isMade && scene.server.log.length > 0) wrong.push('sent, and without a folder');
  if (ended.code === 4 && isLeft && !ended.stderr.includes('could not be deleted'))
    wrong.push('it does not say that it left its folder');
  return wrong;
}

function hasRun({ folder }: Scene): boolean {
  return existsSync(path.join(folder, 'run.json'));
}

/** The command in the last line of what stopped, without the program's name. */
function namedIn({ stderr }: Ended): string[] {
  return (/^Go on with: genauth-offboard (.*)$/m.exec(stderr)?.[1] ?? '').split(' ');
}

/** Too small for the 16 MB that are held in reserve, and then larger by more and more of what a run writes. */
const reserve = 16 * 1024;
const diskSizes = [
  32,
  512,
  4096,
  16_000,
  ...[32, 96, 160, 224, 288, 352, 416, 480, 544, 608, 672].map((more) => reserve + more),
];

test.skipIf(noMounts)(
  'a disk that is too small for copy, journal, log or reports stops the run with a word on what to free, and after that resume is exact',
  async () => {
    const codes: Record<string, number> = {};
    for (const kibibytes of diskSizes) {
      const disk = mountSmallDisk(kibibytes);
      const scene = await openScene(askedRows(1000), { folder: path.join(disk.folder, 'out') });
      const ended = await scene.end(scene.startNext());
      codes[`${kibibytes} KiB`] = Number(ended.code);
      // Where only the reports find no room, the reserve is given up for them.
      expect([2, 3, 4]).toContain(ended.code);
      const isTold =
        /disk is full|less than 16 MB free/i.test(ended.stderr) && /free|room/i.test(ended.stderr);
      expect(isTold || ended.code === 3).toBe(true);
      expect(wordsAmiss(ended, scene)).toEqual([]);
      disk.remount('size=64m');
      expect(await scene.end(scene.startNext())).toMatchObject({ code: 3 });
      expectExact(scene);
    }
    expect(Object.values(codes)).toContain(4);
    console.log({ codes });
  },
);

test.skipIf(noMounts)(
  'a disk that somebody else fills during the run stops it with exit 4, and every reply that was in flight is kept',
  async () => {
    const disk = mountSmallDisk(40 * 1024);
    const scene = await openScene(askedRows(3000), {
      folder: path.join(disk.folder, 'out'),
      faults: { latencyMs: { min: 50, max: 150 } },
    });
    const child = scene.startNext();
    const ending = scene.end(child);
    await vi.waitUntil(() => scene.server.log.length > 300, { timeout: 60_000 });
    fill(path.join(disk.folder, 'somebody-elses'));
    const ended = await ending;
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toMatch(/disk is full/i);
    expect(wordsAmiss(ended, scene)).toEqual([]);
    // The last session of the journal has its end record, so that every answered reply is owed.
    expect(scene.witness.testimony.kills).toBe(0);
    disk.remount('size=64m');
    expect(await scene.end(scene.startNext())).toMatchObject({ code: 3 });
    expectExact(scene);
  },
);

test.skipIf(noMounts)(
  'a disk without room for the copy of the input stops the run with exit 4 and a word on what to free, leaves nothing, and the command that it names goes on',
  async () => {
    for (const more of [0, 64, 128]) {
      const disk = mountSmallDisk(reserve + 16 + more);
      const scene = await openScene(askedRows(3000), { folder: path.join(disk.folder, 'out') });
      expect(statSync(path.join(scene.cwd, 'leavers.csv')).size).toBeGreaterThan((more + 64) * 1024);
      const ended = await scene.end(scene.startNext());
      expect(ended).toMatchObject({ code: 4, stdout: '' });
      expect(ended.stderr).toContain(`The disk is full: ${scene.folder}/input.csv could not be written.`);
      expect(ended.stderr).toContain(`Free some space on the disk that holds ${scene.folder}`);
      expect(wordsAmiss(ended, scene)).toEqual([]);
      expect(existsSync(scene.folder)).toBe(false);
      disk.remount('size=64m');
      expect(await scene.end(scene.start(namedIn(ended)))).toMatchObject({ code: 3 });
      expectExact(scene);
    }
  },
);

function fill(file: string): void {
  for (const bytes of [1 << 20, 1 << 12]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes, 1), { flag: 'a' });
    } catch {
      // Full, to the last block of this size.
    }
  }
}

const rows = askedRows(12);

async function pointsOfRun(): Promise<Point[]> {
  const scene = await openScene(rows);
  const trace = path.join(scene.cwd, 'trace');
  await scene.end(scene.startNext([], tracing(trace, scene.folder, filesOfRun)));
  return pointsIn(trace, scene.folder);
}

/** Breaks the disk there for good, mends it, goes on, and says what was not as it should be. */
async function breakAt(point: Point, errorCode: string): Promise<string[]> {
  const scene = await openScene(rows);
  const trace = path.join(scene.cwd, 'trace');
  const wrapper = injecting(trace, scene.folder, point, `error=${errorCode}`, `${point.n}+`);
  const ended = await scene.end(scene.startNext([], wrapper));
  if (!readFileSync(trace, 'utf8').includes('INJECTED')) return [];
  // Without its log a run goes on, and it ends well where only the reserve stays behind; without anything else it stops.
  const isSpared = point.file === 'run.log' || nameOf(point) === 'unlink 1 of ballast';
  const isCopy = point.file === 'input.csv';
  const expected = isSpared ? [3] : isCopy ? [4] : [1, 2, 4];
  const wrong = wordsAmiss(ended, scene);
  if (!expected.includes(Number(ended.code))) wrong.push(`exit code ${ended.code}`);
  if (isCopy && existsSync(scene.folder)) wrong.push('it left its folder behind');
  if (syncsAfterFailure(trace) > 0) wrong.push('the journal was synced again after a sync had failed');
  wrong.push(...(await goOn(scene, ended)));
  return wrong.map((what) => `${nameOf(point)}: ${what}`);
}

/** Once the disk is mended. @returns what is not as it should be. */
async function goOn(scene: Scene, ended: Ended): Promise<string[]> {
  // The folder of what was refused may still be there, so that the command that is printed goes to another.
  const isElsewhere = ended.code === 4 && !hasRun(scene) && existsSync(scene.folder);
  const next = await scene.end(isElsewhere ? scene.start(namedIn(ended)) : scene.startNext());
  if (next.code !== 3) return [`then ${next.code}: ${next.stderr}`];
  if (!isElsewhere) return scene.judge().complaints.slice(0, 5);
  const { server, rows } = scene;
  const folder = `${scene.folder}-2`;
  const witness = createWitness(folder, server, rows);
  witness.takeDown();
  return judge({ rows, folder, log: server.log, testimony: witness.testimony }).complaints.slice(0, 5);
}

test.skipIf(noStrace).each(['EIO', 'ENOSPC', 'EROFS'])(
  '%s at every write, sync, open and rename in the run folder stops in plain words, and after that resume is exact',
  async (errorCode) => {
    const points = (await pointsOfRun()).filter(({ file, n }) => n <= (file === 'journal.ndjson' ? 20 : 2));
    const wrong: string[] = [];
    for (const point of points) wrong.push(...(await breakAt(point, errorCode)));
    console.log({ errorCode, faults: points.length });
    expect(wrong).toEqual([]);
  },
);

/** How often the journal was synced again after a sync of it had failed. */
function syncsAfterFailure(trace: string): number {
  const lines = readFileSync(trace, 'utf8').split('\n');
  const failed = lines.findIndex((line) => /\bfdatasync\(.*INJECTED/.test(line));
  return failed === -1 ? 0 : lines.slice(failed + 1).filter((line) => line.includes('fdatasync(')).length;
}
