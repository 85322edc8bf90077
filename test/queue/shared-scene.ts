import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Client } from 'pg';
import { onTestFinished } from 'vitest';

import type { Simulator } from '../../src/simulator/simulator.ts';
import { credentialsOf } from '../start-simulator.ts';

const program = path.resolve(import.meta.dirname, '../../dist/cli.js');

/** A worker's machine: a folder, and at times a process in it. */
export interface Machine {
  readonly folder: string;
  readonly process: ChildProcess;
  /** Until now, on stderr. */
  said(): string;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

/** Starts the built program as on a machine of its own: with nothing but a folder, its credentials and the queue. */
export function startMachine(
  folder: string,
  args: readonly string[],
  server: Simulator,
  queue: string,
  environment: Record<string, string> = {},
  built = program,
): Machine {
  mkdirSync(folder, { recursive: true });
  const log = path.join(folder, `said-${Date.now()}-${Math.random()}`);
  const fd = openSync(log, 'w');
  const started = spawn(process.execPath, [built, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      GENAUTH_OFFBOARD_QUEUE: queue,
      ...credentialsOf(server),
      ...environment,
    },
    stdio: ['ignore', fd, fd],
  });
  closeSync(fd);
  // Of a test that failed none is left to look for its database.
  onTestFinished(() => void started.kill('SIGKILL'));
  return {
    folder,
    process: started,
    said: () => readFileSync(log, 'utf8'),
    isRunning: () => started.exitCode === null && started.signalCode === null,
    signal: (signal) => void started.kill(signal),
    exited: once(started, 'exit').then(([code]) => code as number | null),
  };
}

interface Sent {
  readonly chunk: number;
  readonly epoch: number;
  readonly requestId: string | undefined;
}

interface Claimed {
  readonly chunk: number;
  readonly epoch: number;
  readonly worker: string;
  readonly claimedAt: Date;
  readonly closedAt: Date | null;
}

/** What the database says of a run, read without the program. */
export async function readTables(url: string, name: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const of = `(SELECT id FROM genauth_offboard.runs WHERE name = '${name}')`;
    const { rows: claims } = await client.query<Claimed>(
      `SELECT chunk, epoch, worker, claimed_at AS "claimedAt", closed_at AS "closedAt" FROM genauth_offboard.claims WHERE run = ${of} ORDER BY chunk, epoch`,
    );
    const { rows } = await client.query<{ chunk: number; epoch: number; record: string }>(
      `SELECT chunk, epoch, record FROM genauth_offboard.attempts WHERE run = ${of}`,
    );
    const sent = rows.map(({ chunk, epoch, record }): Sent => {
      const { requestId } = JSON.parse(record) as { readonly requestId?: string };
      return { chunk, epoch, requestId };
    });
    return { claims, sent };
  } finally {
    await client.end();
  }
}

/** Requests that reached the server after another worker's claim on their chunk had been committed: there must be none. */
export function sentUnderOthersClaims(
  { claims, sent }: Awaited<ReturnType<typeof readTables>>,
  log: Simulator['log'],
): string[] {
  const arrivedAt = new Map(log.map(({ requestId, arrivedAtMs }) => [requestId, arrivedAtMs]));
  const nameOf = (chunk: number, epoch: number): string => `${chunk}-${epoch}`;
  const claimedAt = new Map(claims.map(({ chunk, epoch, claimedAt }) => [nameOf(chunk, epoch), claimedAt]));
  return sent.flatMap(({ chunk, epoch, requestId }) => {
    const arrived = requestId === undefined ? undefined : arrivedAt.get(requestId);
    const next = claimedAt.get(nameOf(chunk, epoch + 1))?.getTime();
    return arrived === undefined || next === undefined || arrived <= next
      ? []
      : [`${requestId}: ${Math.round(arrived - next)} ms after claim ${nameOf(chunk, epoch + 1)}`];
  });
}

/** How long chunks stood still whose claim was never closed, until somebody else took them, in ms. @param endedAt when their workers were ended. */
export function takeovers(
  { claims }: Awaited<ReturnType<typeof readTables>>,
  endedAt: readonly { readonly pid: number; readonly at: number }[],
): number[] {
  const times: number[] = [];
  for (const [place, claim] of claims.entries()) {
    const next = claims[place + 1];
    const end = endedAt.find(({ pid }) => claim.worker.split('/')[1] === String(pid));
    if (claim.closedAt !== null || next?.chunk !== claim.chunk || end === undefined) continue;
    times.push(next.claimedAt.getTime() - end.at);
  }
  return times.sort((a, b) => a - b);
}
