import { readFileSync } from 'node:fs';

import { expect } from 'vitest';

import { report } from '../../src/index.ts';
import {
  askedAgain,
  checkedRun,
  checkLines,
  checksFileOf,
  copyWith,
  judgeStates,
  type CheckedRun,
} from './checked-run.ts';

interface Looked {
  readonly of: CheckedRun;
  readonly checks: Buffer;
}

/** A run whose sessions were looked for once, to the end. */
export async function lookedThrough(): Promise<Looked> {
  const of = await checkedRun();
  await of.look(of.folder);
  expect(judgeStates(of, of.folder)).toEqual([]);
  return { of, checks: readFileSync(checksFileOf(of.folder)) };
}

/**
 * Cuts the checks, as a kill does between two writes and a power cut within one, and looks again.
 * @param step 1 for every byte. @returns how many cuts were made.
 */
export async function cutChecks({ of, checks }: Looked, step: number): Promise<number> {
  let cuts = 0;
  for (let cut = 0; cut < checks.length; cut += step) {
    const kept = checks.subarray(0, cut);
    copyWith(of, kept);
    await report(of.copy);
    expect(judgeStates(of, of.copy, false), `cut at ${cut}, reported`).toEqual([]);
    const asked = of.server.questions.length;
    const { exitCode } = await of.look(of.copy);
    expect(exitCode).toBe(3);
    expect(judgeStates(of, of.copy), `cut at ${cut}`).toEqual([]);
    expect(askedAgain(of, checkLines(kept), asked), `cut at ${cut}`).toEqual([]);
    const whole = kept.subarray(0, kept.lastIndexOf(10) + 1);
    expect(readFileSync(checksFileOf(of.copy)).subarray(0, whole.length)).toEqual(whole);
    cuts += 1;
  }
  return cuts;
}

/**
 * Changes single bits: what a damaged line has said is not relied on, and the next look sets all right.
 * @param step 1 for every byte of one record of each kind. @returns how many bits were changed, by kind of record.
 */
export async function flipBitsOfChecks(
  { of, checks }: Looked,
  step: number,
): Promise<Record<string, number>> {
  const flips: Record<string, number> = {};
  for (let start = 0; start < checks.length; start = checks.indexOf(10, start) + 1) {
    const end = checks.indexOf(10, start);
    const [line] = checkLines(checks.subarray(start, end + 1));
    const kind = line?.kind === 'session' ? `session ${line.answer}` : (line?.kind ?? '');
    if (flips[kind] !== undefined) continue;
    flips[kind] = 0;
    for (let at = start; at <= end; at += step) {
      const bytes = Buffer.from(checks);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      copyWith(of, bytes);
      await report(of.copy);
      expect(judgeStates(of, of.copy, false), `${kind}, byte ${at}, reported`).toEqual([]);
      await of.look(of.copy);
      expect(judgeStates(of, of.copy), `${kind}, byte ${at}`).toEqual([]);
      flips[kind] += 1;
    }
  }
  return flips;
}

/** Doubles each `every`-th line of a look that was stopped: nothing that was answered is asked again. @returns how many. */
export async function doubleLines({ of, checks }: Looked, every: number): Promise<number> {
  const lines = checks.toString().split('\n').slice(0, -2);
  let doubled = 0;
  for (let at = 0; at < lines.length; at += every) {
    const bytes = Buffer.from(`${lines.toSpliced(at, 0, lines[at] ?? '').join('\n')}\n`);
    copyWith(of, bytes);
    const asked = of.server.questions.length;
    await of.look(of.copy);
    expect(judgeStates(of, of.copy), `line ${at + 1}`).toEqual([]);
    expect(askedAgain(of, checkLines(bytes), asked), `line ${at + 1}`).toEqual([]);
    doubled += 1;
  }
  return doubled;
}
