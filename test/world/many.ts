import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Complaint } from './judge.ts';
import { runWorld, type Figures } from './run.ts';
import { drawScenario, type Restriction } from './scenario.ts';
import { commandFor, shrink } from './shrink.ts';

interface Failure {
  readonly seed: number;
  readonly rule: string;
  /** What the judge said, and the command that shows it again. */
  readonly report: string;
}

export interface Passed {
  readonly failures: readonly Failure[];
  readonly worlds: number;
  readonly figures: Figures;
}

export interface Hooks {
  readonly onFailure?: (failure: Failure) => void;
  readonly onWorld?: (seed: number, passed: Passed) => void;
}

/** Where run folders are made and removed: in memory where there is such a place. */
export function parentFolder(): string {
  return path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `genauth-offboard-world-${process.pid}`);
}

/** Lets the worlds of so many seeds pass. @param most so many failures are shrunk and told before it ends. */
export async function runMany(
  seeds: { readonly from: number; readonly count: number },
  restriction: Restriction,
  most: number,
  hooks: Hooks = {},
): Promise<Passed> {
  const parent = parentFolder();
  const failures: Failure[] = [];
  let passed: Passed = {
    failures,
    worlds: 0,
    figures: { calls: 0, attempts: 0, questions: 0, sessions: 0, kills: 0, virtualMs: 0 },
  };
  try {
    for (let seed = seeds.from; seed < seeds.from + seeds.count && failures.length < most; seed += 1) {
      const { complaints, figures } = await complaintsOf(seed, restriction, parent);
      passed = {
        failures,
        worlds: passed.worlds + 1,
        figures: figures === undefined ? passed.figures : sum(passed.figures, figures),
      };
      const [first] = complaints;
      if (first !== undefined) {
        const failure = { seed, rule: first.rule, report: await tell(seed, restriction, first, parent) };
        failures.push(failure);
        hooks.onFailure?.(failure);
      }
      hooks.onWorld?.(seed, passed);
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
  return passed;
}

async function complaintsOf(
  seed: number,
  restriction: Restriction,
  parent: string,
): Promise<{ readonly complaints: readonly Complaint[]; readonly figures?: Figures }> {
  try {
    return await runWorld(drawScenario(seed, restriction), parent);
  } catch (error) {
    return {
      complaints: [{ rule: 'bug', text: error instanceof Error ? (error.stack ?? '') : String(error) }],
    };
  }
}

async function tell(
  seed: number,
  restriction: Restriction,
  { rule, text }: Complaint,
  parent: string,
): Promise<string> {
  const smallest = await shrink(seed, restriction, rule, parent);
  if (smallest === undefined)
    return `${rule}: ${text}\n  ${commandFor(seed, restriction)} (not the same each time)`;
  return `${rule}: ${smallest.text}\n  ${smallest.command}`;
}

function sum(a: Figures, b: Figures): Figures {
  return {
    calls: a.calls + b.calls,
    attempts: a.attempts + b.attempts,
    questions: a.questions + b.questions,
    sessions: a.sessions + b.sessions,
    kills: a.kills + b.kills,
    virtualMs: a.virtualMs + b.virtualMs,
  };
}
