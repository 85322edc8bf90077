import { onTestFinished } from 'vitest';

import type { RunOptions } from '../src/index.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../src/simulator/simulator.ts';

/** Apps by short names, which a tenant's are not, so that tests can be read. */
export const apps: readonly string[] = [
  ...Array.from({ length: 1000 }, (_, at) => `app-${at}`),
  ...Array.from('abcdefghijklmnopqrstuvwxyz'),
];

/** A simulated GenAuth that keeps its log, until the test has ended. */
export async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const started = await startSimulator({ log: true, apps, ...options });
  onTestFinished(() => started.close());
  return started;
}

/** What `run` needs to go to it. */
export function against(server: Simulator, options: RunOptions = {}): RunOptions {
  const { accessKeyId, accessKeySecret, url } = server;
  return {
    ...options,
    server: { host: url, ...options.server },
    credentials: { accessKeyId, accessKeySecret },
  };
}

/** What the program needs in its environment to go to it. */
export function credentialsOf(server: Simulator): Record<string, string> {
  return {
    GENAUTH_HOST: server.url,
    GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
    GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
  };
}
