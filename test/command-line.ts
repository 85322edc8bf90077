import { execFile, spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const program = path.resolve(import.meta.dirname, '../dist/cli.js');

export interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly environment?: Record<string, string>;
  readonly stdin?: string;
}

/** Only what a test gives: settings of whoever runs the tests must not leak in. */
function environmentOf({ environment }: Surroundings): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', ...environment };
}

/** Runs the built program to its end. */
export function genauthOffboard(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: surroundings.cwd, env: environmentOf(surroundings), maxBuffer: 1 << 26 };
    const child = execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? null), stdout, stderr });
    });
    child.stdin?.end(surroundings.stdin ?? '');
  });
}

/** Starts the built program and leaves it running. */
export function startGenauthOffboard(args: readonly string[], surroundings: Surroundings): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: surroundings.cwd,
    env: environmentOf(surroundings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
