import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Tells a process from every other, also from a later one with the same ID. What a system does not tell is null.
 */
export interface ProcessIdentity {
  readonly machine: string;
  /** Another one after each start of the machine. */
  readonly boot: string | null;
  /** Containers on one machine count their processes apart. */
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** When the process started, in the system's own words; only good for comparing. */
  readonly startedAt: string | null;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return {
    machine: hostname(),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    startedAt: startOf(process.pid) ?? null,
  };
}

/**
 * Whether the process is still running. `unknown` when it cannot be seen from here: it ran on another machine or in another
 * container.
 */
export function fateOf(
  identity: ProcessIdentity,
  here: ProcessIdentity = ownIdentity(),
  startedAt: (pid: number) => string | null | undefined = startOf,
): 'running' | 'gone' | 'unknown' {
  if (identity.machine !== here.machine) return 'unknown';
  if (identity.boot !== here.boot) return 'gone';
  if (identity.pidNamespace !== here.pidNamespace) return 'unknown';
  const started = startedAt(identity.pid);
  if (started === undefined) return 'gone';
  // Where the system does not tell when a process started, one with that ID is taken for the same.
  return started === null || identity.startedAt === null || started === identity.startedAt
    ? 'running'
    : 'gone';
}

/** @returns when the process started; null when the system does not tell, undefined when there is no such process. */
export function startOf(pid: number): string | null | undefined {
  if (process.platform === 'linux') return fromProc(pid);
  if (!isRunning(pid)) return undefined;
  if (process.platform === 'win32') return null;
  return attempt(
    () =>
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || null,
  );
}

/** Field 22 of `/proc/<pid>/stat`, in clock ticks since the boot. A zombie runs no more. */
function fromProc(pid: number): string | null | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return isRunning(pid) ? null : undefined;
  }
  // The second field, the name in parentheses, may hold spaces and parentheses of its own.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : (fields[18] ?? null);
}

/** Whether there is a process with this ID now, be it the same one or not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
