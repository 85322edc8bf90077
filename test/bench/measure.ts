import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Settings } from './server.ts';

/** One process from start to end. */
export interface Measured {
  /** User and system time of all its threads. */
  readonly cpuUs: number;
  readonly wallMs: number;
  readonly peakBytes: number;
  /** When it was started, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stdout: string;
}

export const root = path.resolve(import.meta.dirname, '../../..');
export const program = path.join(root, 'dist/cli.js');

export const mebibyte = 1024 * 1024;

const usage = fileURLToPath(new URL('usage.js', import.meta.url));

/** A compiled file of the bench. */
export function benchFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/**
 * Runs node with these arguments, in its own process, to its end. The machine's own settings for node and GenAuth stay out.
 * @param folder for what it leaves behind.
 * @throws when it ends with another exit code than 0.
 */
export async function measure(
  args: readonly string[],
  folder: string,
  settings: Partial<Settings> = {},
): Promise<Measured> {
  const usageFile = path.join(folder, 'usage.json');
  const startedAt = Date.now();
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', usage, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], BENCH_USAGE: usageFile, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  const wallMs = performance.now() - started;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(code)}:\n${stderr}${stdout}`);
  const used = JSON.parse(readFileSync(usageFile, 'utf8')) as Pick<Measured, 'cpuUs' | 'peakBytes'>;
  return { ...used, wallMs, startedAt, stdout };
}
