import { existsSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { askedRows } from './asked-rows.ts';
import { expectExact, openScene, type Scene } from './scene.ts';
import {
  idsRead,
  injecting,
  killingAtWrite,
  nameOf,
  pointsIn,
  straceMissing,
  tracing,
  type Point,
} from './strace.ts';
import { journalLines } from './witness.ts';

const missing = straceMissing();

/** Whatever a run folder holds, and what it holds only for a moment. */
const files = [
  '.',
  'input.csv',
  'run.json',
  'run.json.partial',
  'journal.ndjson',
  'run.log',
  'report.csv',
  'report.csv.partial',
  'retry.csv',
  'retry.csv.partial',
  'summary.json',
  'summary.json.partial',
];

const rows = askedRows(12);

function traceFile(scene: Scene): string {
  return path.join(scene.cwd, 'trace');
}

/** Everything that a small run asks about its folder, in order. */
async function pointsOfRun(): Promise<Point[]> {
  const scene = await openScene(rows);
  const { code } = await scene.end(scene.startNext([], tracing(traceFile(scene), scene.folder, files)));
  expect(code).toBe(3);
  expectExact(scene);
  return pointsIn(traceFile(scene), scene.folder);
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
  expect(report).toMatchObject({ code: isMade ? 3 : 2 });
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
    for (const point of points) if (!(await survives(point))) passed.push(nameOf(point));
    console.log({ kills: points.length - passed.length, passed });
    // How often the disk is synced depends on how fast it is; everything else comes in each run.
    expect(passed.filter((name) => !name.startsWith('fdatasync'))).toEqual([]);
  },
);
