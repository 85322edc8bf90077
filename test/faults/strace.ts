import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One thing that the program asks of the operating system about a file: the n-th of its kind, from 1. */
export interface Point {
  readonly syscall: string;
  /** Within the run folder; `.` is the folder itself. */
  readonly file: string;
  readonly n: number;
}

export function nameOf({ syscall, file, n }: Point): string {
  return `${syscall} ${n} of ${file}`;
}

/** Whatever a run folder holds, and what it holds only for a moment. */
export const filesOfRun = [
  '.',
  'input.csv',
  'calls.csv',
  'calls.idx',
  'rows.ndjson',
  'rows.idx',
  'run.json',
  'run.json.partial',
  'journal.ndjson',
  'run.log',
  'ballast',
  'report.csv',
  'report.csv.partial',
  'retry.csv',
  'retry.csv.partial',
  'summary.json',
  'summary.json.partial',
];

/** Whatever changes a file, its name or what the disk knows of it. */
const changingSyscalls = [
  'mkdir',
  'openat',
  'write',
  'writev',
  'pwrite64',
  'pwritev',
  'fsync',
  'fdatasync',
  'ftruncate',
  'rename',
  'link',
  'unlink',
] as const;

/** strace is in Debian; without it these tests cannot be run. */
export function straceMissing(): string | undefined {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'strace is not installed: apt-get install strace';
  }
}

/** Node does its file work on several threads and strace counts for each: with one, the n-th is the n-th. */
const oneThread = ['env', 'UV_THREADPOOL_SIZE=1'];

function stracing(trace: string, calls: readonly string[], more: readonly string[]): string[] {
  return [...oneThread, 'strace', '-f', '-qq', '-o', trace, `-etrace=${calls.join(',')}`, ...more];
}

/** Puts all that the program asks about the files of the run folder into the file `trace`. */
export function tracing(trace: string, folder: string, files: readonly string[]): string[] {
  return stracing(trace, changingSyscalls, ['-y', ...files.map((file) => `-P${path.join(folder, file)}`)]);
}

/** @param fault as strace writes it, such as `signal=KILL` or `error=EIO`. */
export function injecting(
  trace: string,
  folder: string,
  point: Point,
  fault: string,
  when = `${point.n}`,
): string[] {
  const { syscall, file } = point;
  return stracing(
    trace,
    [syscall],
    [`-einject=${syscall}:${fault}:when=${when}`, `-P${path.join(folder, file)}`],
  );
}

/** Keeps whatever the process writes anywhere, and the command lines of all that it starts. */
export function tracingWrites(trace: string): string[] {
  const calls = ['write', 'writev', 'pwrite64', 'pwritev', 'sendto', 'sendmsg', 'execve'];
  return stracing(trace, calls, ['-y', '-s65536']);
}

/** Keeps, in order, what goes to the journal, when the disk has it, and what goes to the server. */
export function tracingOrder(trace: string): string[] {
  return stracing(trace, ['pwrite64', 'fdatasync', 'write', 'writev'], ['-s4096']);
}

/**
 * For each kick that the traced process sent: up to which call the last mark covered that was on the disk at that moment.
 * The process must have sent the calls of so many different users, whose numbers are the calls' own.
 */
export function marksBeforeKicks(trace: string): { readonly userId: string; readonly onDisk: number }[] {
  const syncs = new Map<string, number>();
  let [written, onDisk] = [0, 0];
  return readFileSync(trace, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const thread = line.slice(0, line.indexOf(' '));
      const mark = /pwrite64\(.*\\"kind\\":\\"mark\\",\\"from\\":1,\\"upTo\\":(\d+)/.exec(line);
      if (mark !== null) written = Number(mark[1]);
      // A sync covers what was written before it began.
      if (/ fdatasync\(/.test(line)) syncs.set(thread, written);
      if (/fdatasync.* = 0$/.test(line)) onDisk = Math.max(onDisk, syncs.get(thread) ?? 0);
      const kick = /POST [^ ]*\/kick-users.*\\"userId\\":\\"([^\\]*)/.exec(line);
      return kick === null ? [] : [{ userId: kick[1] ?? '', onDisk }];
    });
}

/** Kills at the n-th write to the journal, and keeps what the process had read from its sockets until then. */
export function killingAtWrite(trace: string, n: number): string[] {
  return stracing(trace, ['pwrite64', 'read'], ['-s4096', `-einject=pwrite64:signal=KILL:when=${n}`]);
}

/**
 * The points in the order in which a traced process passed them. Each thread counts for itself, so where two do the same to one
 * file only the first to come there can be hit.
 */
export function pointsIn(trace: string, folder: string): Point[] {
  const points = new Map<string, Point>();
  const counts = new Map<string, number>();
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    const [, thread = '', syscall = '', rest = ''] = /^(\d+) +(\w+)\((.*)/.exec(line) ?? [];
    const place = /^\d+<([^>]*)>/.exec(rest)?.[1] ?? /"([^"]*)"/.exec(rest)?.[1];
    // Reading is no point of its own.
    const isReading = syscall === 'openat' && !/O_WRONLY|O_RDWR|O_CREAT/.test(rest);
    if (place === undefined || isReading) continue;
    const file = path.relative(folder, place) || '.';
    const key = `${thread} ${syscall} ${file}`;
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    const point = { syscall, file, n };
    if (!points.has(nameOf(point))) points.set(nameOf(point), point);
  }
  return [...points.values()];
}

/** The request IDs in whole replies that the traced process had read. */
export function idsRead(trace: string): Set<string> {
  const found = readFileSync(trace, 'utf8').matchAll(/\\"requestId\\":\\"([^\\"]+)\\"/g);
  return new Set([...found].map(([, id = '']) => id));
}
