import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test, vi } from 'vitest';

import { readCsvFile, type ReportRow } from '../read-report.ts';
import { askedRows } from './asked-rows.ts';
import { expectExact, openScene } from './scene.ts';

/** The library that `faketime` puts into a program. */
function fakeTimeLibrary(): string | undefined {
  try {
    const asked = ['-m', '--exclude-monotonic', '-f', '+0', 'printenv', 'LD_PRELOAD'];
    return execFileSync('faketime', asked, { encoding: 'utf8' }).trim();
  } catch {
    console.log('faketime is not installed: apt-get install faketime');
    return undefined;
  }
}

const library = fakeTimeLibrary();

test.skipIf(library === undefined).each(['+8h', '-1d', '+30d'])(
  'a clock that jumps by %s during a run, as after a sleep, costs no row and no reply, and no time is negative',
  async (jump) => {
    const rows = askedRows(1500);
    const scene = await openScene(rows, {
      faults: { latencyMs: { min: 5, max: 50 }, shares: { http500: 0.02 } },
    });
    const clock = path.join(scene.cwd, 'clock');
    writeFileSync(clock, '+0\n');
    const child = scene.startNext(
      [],
      [
        'env',
        `LD_PRELOAD=${library}`,
        `FAKETIME_TIMESTAMP_FILE=${clock}`,
        'FAKETIME_NO_CACHE=1',
        'FAKETIME_DONT_FAKE_MONOTONIC=1',
      ],
    );
    const ending = scene.end(child);
    await vi.waitUntil(() => scene.server.log.length > 300, { timeout: 60_000 });
    writeFileSync(clock, `${jump}\n`);
    expect(await ending).toMatchObject({ code: 3 });
    const { statuses, repeated } = expectExact(scene);
    expect(Object.keys(statuses).sort()).toEqual(['failed', 'partial', 'succeeded']);
    expect(repeated).toBe(0);
    const report = readCsvFile(scene.folder, 'report.csv');
    const startOf = (row: ReportRow | undefined): number => Date.parse(row?.['started_at'] ?? '');
    expect(Math.abs(startOf(report.at(-1)) - startOf(report[0]))).toBeGreaterThan(3_600_000);
    expect(durationsOf(scene.folder).filter((ms) => !(ms >= 0))).toEqual([]);
  },
);

/** Of the run, in its summary, and of each attempt. */
function durationsOf(folder: string): number[] {
  const summary = readFileSync(path.join(folder, 'summary.json'), 'utf8');
  const journal = readFileSync(path.join(folder, 'journal.ndjson'), 'utf8');
  const attempts = [...journal.matchAll(/"durationMs":(-?[\d.]+)/g)].map(([, ms]) => Number(ms));
  return [(JSON.parse(summary) as { seconds: number }).seconds, ...attempts];
}
