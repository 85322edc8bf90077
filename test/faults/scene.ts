import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { expect, vi } from 'vitest';

import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { callsOf, writeInput, type AskedRow } from './asked-rows.ts';
import { judge, type Judgement } from './judge.ts';
import { createWitness, type Witness } from './witness.ts';

const program = path.resolve(import.meta.dirname, '../../dist/cli.js');

/** How a process ended and what it said. */
export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run, from its input to its reports, against a server that outlives the processes that work on it. */
export interface Scene {
  readonly cwd: string;
  readonly folder: string;
  readonly rows: readonly AskedRow[];
  /** How many calls the rows make. */
  readonly calls: number;
  readonly server: Simulator;
  readonly witness: Witness;
  /** What the program finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What goes before and after `genauth-offboard`'s own words depends on `wrapper`, such as strace and its flags. */
  start(args: readonly string[], wrapper?: readonly string[]): ChildProcess;
  /** `run` when there is no run yet, `resume` after that. */
  startNext(extra?: readonly string[], wrapper?: readonly string[]): ChildProcess;
  /**
   * Waits for the end of the process, and until the server has dealt with all that it had sent; then takes it down.
   * @param retriedFailed see {@link Witness}.
   */
  end(child: ChildProcess, retriedFailed?: boolean): Promise<Ended>;
  /** The reports as they are, held against the server's log. */
  judge(): Judgement;
}

export interface SceneOptions extends SimulatorOptions {
  readonly flags?: readonly string[];
  /** Where the run folder is made; by default beside the input. */
  readonly folder?: string;
}

export async function openScene(rows: readonly AskedRow[], options: SceneOptions = {}): Promise<Scene> {
  const { flags = [], folder: given, ...serverOptions } = options;
  const server = await simulator(serverOptions);
  const cwd = temporaryFolder();
  const folder = given ?? path.join(cwd, 'out');
  writeInput(path.join(cwd, 'leavers.csv'), rows);
  const witness = createWitness(folder, server, rows);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    GENAUTH_HOST: server.url,
    GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
    GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
  };

  function start(args: readonly string[], wrapper: readonly string[] = []): ChildProcess {
    const [command = process.execPath, ...rest] = [...wrapper, process.execPath, program, ...args];
    return spawn(command, rest, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  return {
    cwd,
    folder,
    rows,
    calls: callsOf(rows).calls,
    server,
    witness,
    environment,
    start,
    startNext(extra = [], wrapper = []) {
      if (existsSync(path.join(folder, 'run.json')))
        return start(['resume', folder, '--yes', ...extra], wrapper);
      // What a run leaves that was killed before it could send anything is to be deleted, as `resume` says.
      rmSync(folder, { recursive: true, force: true });
      return start(['run', 'leavers.csv', '--out', folder, '--yes', ...flags, ...extra], wrapper);
    },
    async end(child, retriedFailed) {
      const ended = await endOf(child);
      await serverIsQuiet(server);
      witness.takeDown(retriedFailed);
      return ended;
    },
    judge: () => judge({ rows, folder, log: server.log, testimony: witness.testimony }),
  };
}

/** Resolves when the process is gone and its output is read. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code: code ?? signal, stdout, stderr };
}

/** Kills the process after so long, if it is still there. */
export async function killAfter(child: ChildProcess, ms: number): Promise<void> {
  const ended = once(child, 'exit');
  await Promise.race([ended, wait(ms)]);
  child.kill('SIGKILL');
  await ended;
}

/** Everything that a dead client had sent has been read and dealt with. */
export async function serverIsQuiet(server: Simulator): Promise<void> {
  // The dead client's last bytes lie in the kernel; a request sent after them is read after them.
  await fetch(`${server.url}/after-the-others`);
  const isDealtWith = (): boolean => server.log.every((record) => record.answeredAtMs !== undefined);
  await vi.waitUntil(isDealtWith, { timeout: 20_000, interval: 5 });
}

/** Only the first few complaints, as a broken program breaks every row. */
export function expectExact(scene: Pick<Scene, 'judge'>): Judgement {
  const judgement = scene.judge();
  expect(judgement.complaints.slice(0, 20)).toEqual([]);
  return judgement;
}
