import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Tells a process from every other, also from a later one with the same ID. What a system does not tell is null.
 */
export interface ProcessIdentity {
  /** What people call it. It may change with the network that it is in. */
  readonly machine: string;
  /** What stays whatever it is called, where the name is known to change: on macOS. Locks of earlier versions have none. */
  readonly machineId?: string | null;
  /** Another one after each start of the machine. */
  readonly boot: string | null;
  /** Containers on one machine count their processes apart. */
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** When the process started, in the system's own words; only good for comparing. */
  readonly startedAt: string | null;
}

const isMac = process.platform === 'darwin';

function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function readBootSession(): string | null {
  return answerOf('/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid') || null;
}

function readPlatformId(): string | null {
  const answer = answerOf('/usr/sbin/ioreg', '-rd1', '-c', 'IOPlatformExpertDevice');
  return /"IOPlatformUUID" = "([^"]+)"/.exec(answer)?.[1] ?? null;
}

/** What a program of the system prints. */
function answerOf(program: string, ...words: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync(program, words, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return {
    machine: hostname(),
    machineId: isMac ? attempt(readPlatformId) : null,
    boot: attempt(isMac ? readBootSession : readBootId),
    pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    startedAt: startOf(process.pid) ?? null,
  };
}

/**
 * Whether the process is still running. `unknown` when that cannot be told from here: it ran on another machine or in another container,
 * or one with its ID runs, and the system does not tell when it started, as on Windows.
 */
export function fateOf(
  identity: ProcessIdentity,
  here: ProcessIdentity = ownIdentity(),
  startedAt: (pid: number) => string | null | undefined = startOf,
): 'running' | 'gone' | 'unknown' {
  if (!isSameMachine(identity, here)) return 'unknown';
  if (identity.boot !== here.boot) return 'gone';
  if (identity.pidNamespace !== here.pidNamespace) return 'unknown';
  const started = startedAt(identity.pid);
  if (started === undefined) return 'gone';
  if (started === null || identity.startedAt === null) return 'unknown';
  return started === identity.startedAt ? 'running' : 'gone';
}

export function isSameMachine(one: ProcessIdentity, other: ProcessIdentity): boolean {
  if (one.boot !== null && one.boot === other.boot) return true;
  return one.machineId && other.machineId ? one.machineId === other.machineId : one.machine === other.machine;
}

/** @returns when the process started; null when the system does not tell, undefined when there is no such process. */
export function startOf(pid: number): string | null | undefined {
  if (process.platform === 'linux') return fromProc(pid);
  if (!isRunning(pid)) return undefined;
  if (process.platform === 'win32') return null;
  return attempt(() => answerOf('ps', '-o', 'lstart=', '-p', String(pid)) || null);
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
