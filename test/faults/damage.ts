import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import { report, resume, run, UserError, type RunOptions } from '../../src/index.ts';
import type { Faults } from '../../src/simulator/faults.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { readCsvFile } from '../read-report.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { askedRows, callsOf, writeInput, type AskedRow } from './asked-rows.ts';
import { judge } from './judge.ts';
import { journalLines, parseLine, type Line } from './witness.ts';

/** A finished run whose journal can be damaged over and over, each time in a copy of its folder. */
interface Original {
  readonly folder: string;
  readonly copy: string;
  readonly rows: readonly AskedRow[];
  readonly server: Simulator;
  readonly options: RunOptions;
  readonly journal: Buffer;
  /** How many requests the server had seen by then. */
  readonly requests: number;
}

/** Two processes worked on it, the first of which was interrupted, so that there are records of every kind. */
async function finishedRun(faults: Faults = {}): Promise<Original> {
  const server = await simulator({ seed: 3, faults: { throttledFirst: 0.2, latencyMs: 5, ...faults } });
  const place = temporaryFolder();
  const rows = askedRows(24);
  const input = path.join(place, 'leavers.csv');
  writeInput(input, rows);
  const folder = path.join(place, 'run');
  const options = against(server);
  const stop = new AbortController();
  let attempts = 0;
  await run(input, {
    ...options,
    folder,
    pace: { concurrency: 2 },
    stopSignal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'attempt' && (attempts += 1) === 9) stop.abort();
    },
  });
  // A run keeps its server.
  const { server: _, ...again } = options;
  const { exitCode } = await resume(folder, again);
  expect(exitCode).toBe(3);
  const journal = readFileSync(path.join(folder, 'journal.ndjson'));
  const copy = path.join(place, 'copy');
  return { folder, copy, rows, server, options: again, journal, requests: server.log.length };
}

function copyWith(original: Original, journal: Uint8Array): void {
  rmSync(original.copy, { recursive: true, force: true });
  cpSync(original.folder, original.copy, { recursive: true });
  writeFileSync(path.join(original.copy, 'journal.ndjson'), journal);
}

/** Where each of the journal's lines begins. */
function startsOf(journal: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 0; at < journal.length; at = journal.indexOf(10, at) + 1) starts.push(at);
  return starts;
}

/**
 * Cuts the journal at bytes of its last records, resumes, and judges.
 * @param records how many of the last.
 * @param step 1 for every byte.
 * @returns how many cuts were made.
 */
export async function cutAtBytes(records: number, step: number): Promise<number> {
  const original = await finishedRun();
  const { journal, copy, server } = original;
  const starts = startsOf(journal);
  let cuts = 0;
  for (let cut = starts.at(-records) ?? 0; cut < journal.length; cut += step) {
    copyWith(original, journal.subarray(0, cut));
    const before = server.log.length;
    const { exitCode } = await resume(copy, original.options);
    expect(exitCode).toBe(3);
    const wholeEnd = journal.lastIndexOf(10, cut - 1) + 1;
    const aside = path.join(copy, `journal.ndjson.torn-${wholeEnd}`);
    expect(existsSync(aside)).toBe(wholeEnd < cut);
    if (wholeEnd < cut) expect(readFileSync(aside)).toEqual(journal.subarray(wholeEnd, cut));
    const log = [...server.log.slice(0, original.requests), ...server.log.slice(before)];
    const lines = journalLines(path.join(copy, 'journal.ndjson'));
    const kept = journal.subarray(0, wholeEnd).toString();
    const lost = original.rows.filter((row) =>
      log.slice(original.requests).some((each) => each.userId === row.userId),
    );
    expect(judge({ ...original, folder: copy, log, testimony: testimonyOf(lines) }).complaints).toEqual([]);
    expect(readFileSync(path.join(copy, 'journal.ndjson'), 'utf8').startsWith(kept)).toBe(true);
    expect(lost.length).toBeLessThanOrEqual(records);
    cuts += 1;
  }
  return cuts;
}

/** What the intact records of a journal owe the report. */
function testimonyOf(lines: readonly Line[]) {
  const owedIds = new Map<string, string>();
  for (const line of lines)
    if (line.kind === 'attempt' && line.requestId !== undefined)
      owedIds.set(line.requestId, 'a record has it');
  return {
    sessions: 0,
    kills: 0,
    owedIds,
    sentTwice: new Set<number>(),
    coveredAtKills: Number.POSITIVE_INFINITY,
    perhapsUnread: 0,
    complaints: [],
  };
}

/**
 * Changes single bits in the middle of a journal; `report` and `resume` must name the offset, and the report must claim nothing
 * that the intact records do not say.
 * @param step 1 for every byte of one record of each kind.
 * @returns how many bits were changed, by kind of record.
 */
export async function flipBits(step: number): Promise<Record<string, number>> {
  // So that there are calls with several request IDs.
  const original = await finishedRun({ shares: { body500: 0.3 } });
  const { journal, copy, server } = original;
  const flips: Record<string, number> = {};
  const starts = startsOf(journal);
  for (const [number, start] of starts.entries()) {
    const next = starts[number + 1];
    // Damage in the last record is a torn end, which is mended.
    if (next === undefined) break;
    const record = parseLine(journal.subarray(start, next).toString());
    const kind = record.kind === 'attempt' ? `attempt ${record.verdict}` : record.kind;
    if (flips[kind] !== undefined && (step > 1 || flips[kind] >= next - start)) continue;
    for (let at = start; at < next; at += step) {
      const bytes = Buffer.from(journal);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      copyWith(original, bytes);
      const told = `damaged at byte ${start}`;
      await expect(report(copy)).rejects.toSatisfy((error) => isBroken(error, told));
      judgeDamaged(original, bytes);
      await expect(resume(copy, original.options)).rejects.toSatisfy((error) => isBroken(error, told));
      expect(readFileSync(path.join(copy, 'journal.ndjson'))).toEqual(bytes);
      expect(server.log.length).toBe(original.requests);
      flips[kind] = (flips[kind] ?? 0) + 1;
    }
  }
  return flips;
}

function isBroken(error: unknown, told: string): boolean {
  return error instanceof UserError && error.exitCode === 1 && error.message.includes(told);
}

function judgeDamaged(original: Original, journal: Buffer): void {
  const { rows, copy, server, requests } = original;
  const whole = new Set(original.journal.toString().split('\n'));
  const intact = journal
    .toString()
    .split('\n')
    .filter((line) => line !== '' && whole.has(line))
    .map(parseLine);
  const log = server.log.slice(0, requests);
  const attempts = (lines: readonly Line[], seq: number): Line[] =>
    lines.filter((line) => line.kind === 'attempt' && line.seq === seq);
  const all = original.journal.toString().split('\n').slice(0, -1).map(parseLine);
  // A chain that is broken hides the records before it as well: those IDs are not owed.
  const unbroken = intact.filter(
    (line) => line.kind === 'attempt' && attempts(all, line.seq).length === attempts(intact, line.seq).length,
  );
  const { complaints } = judge({ rows, folder: copy, log, testimony: testimonyOf(unbroken) });
  expect(complaints).toEqual([]);

  const { seqOf } = callsOf(rows);
  const report = readCsvFile(copy, 'report.csv');
  for (const [index, { userId, userIdType, appIds }] of rows.entries()) {
    const seqs = new Set(appIds.map((appId) => seqOf({ userId, userIdType, appIds: [appId] })));
    const without = [...seqs].filter((seq) => attempts(intact, seq).length === 0);
    const status = report[index]?.['status'];
    if (without.length === seqs.size) expect(status).toBe('unknown');
    else if (without.length > 0) expect(['partial', 'unknown']).toContain(status);
  }
}
