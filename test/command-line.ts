import { execFile, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
  readonly stdin?: string | Buffer;
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

/** What to type, or which signal to send, once the screen shows something. */
export type Dialog = readonly (readonly [
  shown: string,
  keys: string | { readonly signal: NodeJS.Signals },
])[];

/** Starts the built program on a pseudo-terminal of `script` (util-linux), whose stdout is the whole screen: a terminal has but one. */
export function startOnTerminal(
  args: readonly string[],
  surroundings: Surroundings,
): ChildProcessWithoutNullStreams {
  const quoted = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return spawn('/usr/bin/script', ['-q', '-e', '-c', `exec ${quoted.join(' ')}`, '/dev/null'], {
    cwd: surroundings.cwd,
    env: { ...environmentOf(surroundings), TERM: 'xterm' },
  });
}

/** Sends the signal to the program on the terminal, and not to the terminal. */
export function signalOnTerminal(child: ChildProcess, signal: NodeJS.Signals): void {
  process.kill(childOf(child.pid ?? 0), signal);
}

/** Runs the built program on a terminal to its end, and types as the dialog says. */
export function onTerminal(
  args: readonly string[],
  surroundings: Surroundings,
  dialog: Dialog,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = startOnTerminal(args, surroundings);
    child.on('error', reject);
    let screen = '';
    let answered = 0;
    let seen = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
      for (let next = dialog[answered]; next !== undefined; next = dialog[answered]) {
        const [shown, keys] = next;
        const at = screen.indexOf(shown, seen);
        if (at === -1) break;
        seen = at + shown.length;
        answered += 1;
        if (typeof keys === 'string') child.stdin.write(keys);
        else signalOnTerminal(child, keys.signal);
      }
    });
    child.on('close', (code) => resolve({ code, stdout: screen, stderr: '' }));
  });
}

/** The process that a process of Linux has started. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

/** Starts the built program and leaves it running. */
export function startGenauthOffboard(args: readonly string[], surroundings: Surroundings): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: surroundings.cwd,
    env: environmentOf(surroundings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
