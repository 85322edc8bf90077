import { execFile, spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';

import { commandsFor } from '../src/commands/commands.ts';
import { main } from '../src/commands/main.ts';
import { listenToSignals } from '../src/terminal/signals.ts';

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

// Loaded before the first test begins, and not within its time.
await commandsFor([]);

/** In how many lines of this process, and where. */
const underWay = { lines: 0, cwd: '' };

/**
 * Runs a command line to its end, in this process: to start one for each line would take most of the time of these tests.
 * What only a process has (signals, memory, limits, Node's own options) is for {@link genauthOffboardProcess}.
 */
export async function genauthOffboard(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  const environment = environmentOf(surroundings);
  const stdin = Readable.from([Buffer.from(surroundings.stdin ?? '')], { objectMode: false });
  const [stdout, stderr] = [collector(), collector()];
  const crash = {
    secrets: new Set([environment['GENAUTH_ACCESS_KEY_SECRET'] ?? '']),
    resumeCommand: undefined,
    argv: [],
  };
  const streams = { stdin, stdout: stdout.stream, stderr: stderr.stream };
  const terminal = { ...streams, environment, ...listenToSignals({ on() {} }), crash };
  const leave = enter(surroundings.cwd);
  try {
    const code = await main(args, terminal, await commandsFor(args), () => commandsFor([]));
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    leave();
  }
}

/** Runs a printed line, with the words that a shell makes of it. */
export async function pasted(line: string, surroundings: Surroundings): Promise<Ended> {
  const name = 'genauth-offboard ';
  if (!line.startsWith(name)) throw new Error(`No command of the program: ${line}`);
  const script = `printf '%s\\0' ${line.slice(name.length)}`;
  const options = { cwd: surroundings.cwd, env: environmentOf(surroundings) };
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script], options);
  return genauthOffboard(stdout.split('\0').slice(0, -1), surroundings);
}

/** A process has one working folder, so lines that run side by side need the same. @returns what goes back. */
function enter(cwd: string): () => void {
  const before = process.cwd();
  if (underWay.lines > 0 && underWay.cwd !== cwd) throw new Error(`Lines are under way in ${underWay.cwd}`);
  if (underWay.lines === 0) process.chdir(cwd);
  underWay.cwd = cwd;
  underWay.lines += 1;
  return () => {
    underWay.lines -= 1;
    if (underWay.lines === 0) process.chdir(before);
  };
}

function collector(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Runs the built program to its end, in a process of its own. */
export function genauthOffboardProcess(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
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
