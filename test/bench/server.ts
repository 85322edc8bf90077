import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { program } from './measure.ts';

/** What a client needs to go to the server, as environment variables. */
export interface Settings {
  readonly GENAUTH_HOST: string;
  readonly GENAUTH_ACCESS_KEY_ID: string;
  readonly GENAUTH_ACCESS_KEY_SECRET: string;
}

/** Lends a simulated GenAuth, in a process of its own, and ends it afterwards. */
export async function withServer<T>(
  flags: readonly string[],
  use: (settings: Settings) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [program, 'simulate', ...flags], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    let printed = '';
    child.stdout.setEncoding('utf8');
    // Its three lines arrive in one write.
    for await (const text of child.stdout) {
      printed += String(text);
      if (printed.includes('GENAUTH_ACCESS_KEY_SECRET=')) break;
    }
    const settings = Object.fromEntries(
      printed
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ) as unknown as Settings;
    return await use(settings);
  } finally {
    const ended = once(child, 'exit');
    if (child.kill()) await ended;
  }
}
