import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { report, run, verify, type RunOptions, type VerifySettings } from '../src/index.ts';
import { startSimulator, type SimulatorOptions } from '../src/simulator/simulator.ts';
import { against, apps } from './start-simulator.ts';

interface Kind {
  /** User and apps, a row each. */
  readonly rows: readonly string[];
  readonly simulator?: SimulatorOptions;
  readonly options?: RunOptions;
  readonly verify?: VerifySettings;
  /** What happens to the folder afterwards; the reports are then made again. */
  readonly afterwards?: (folder: string) => void;
  /** What the page says first. */
  readonly verdict: string;
}

const users = (count: number): string[] => Array.from({ length: count }, (_, at) => `u${at},app-1`);
const tries = { retries: 0, giveUpAfterMs: 300 };

/** Runs that end in each of the ways that the page has a word for. */
export const kinds = {
  succeeded: {
    rows: users(3),
    verdict: 'Yes, as far as GenAuth says: all 3 rows are signed out.',
  },
  failed: {
    rows: ['u1,app-1', 'u2,app-1;no-such-app', 'u3,no-such-app', 'deleted-4,app-1'],
    verdict: 'Not all. 2 of 4 rows may still be signed in.',
  },
  strangers: {
    rows: ['u1,app-1', 'deleted-2,app-1'],
    verdict: 'All whom GenAuth knows are signed out. 1 of 2 rows names no user of this user pool.',
  },
  unknown: {
    rows: users(2),
    simulator: { faults: { shares: { forget: 1 } } },
    options: { pace: tries },
    verdict: 'No. Nobody is known to be signed out: 2 rows are open.',
  },
  stopped: {
    rows: users(3),
    simulator: { faults: { outage: { afterMs: 0, forMs: 600_000, as: 'http503' } } },
    options: { pace: tries },
    verdict: 'No. Nobody is known to be signed out: 3 rows are open.',
  },
  killed: {
    rows: users(3),
    afterwards: (folder) => {
      const journal = path.join(folder, 'journal.ndjson');
      const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
      writeFileSync(journal, `${lines.slice(0, -2).join('\n')}\n`);
    },
    verdict: 'Not all. 1 of 3 rows may still be signed in.',
  },
  seen: {
    rows: users(3),
    verify: {},
    verdict: 'Yes. All 3 rows are signed out, and no session of theirs is alive.',
  },
  survived: {
    rows: users(3),
    simulator: { faults: { survivors: 1 } },
    verify: {},
    verdict: 'No. GenAuth said that 3 rows are signed out, and their sessions were alive afterwards.',
  },
  sample: {
    rows: users(20),
    verify: { maxChecks: 5 },
    verdict: 'Yes, as far as GenAuth says: all 20 rows are signed out, and none of a sample is alive.',
  },
} satisfies Record<string, Kind>;

/** @returns the run folder. */
export async function runOf(kind: Kind, folder: string): Promise<string> {
  const { rows, simulator, options, afterwards } = kind;
  const server = await startSimulator({ apps, ...simulator });
  try {
    const [input, out] = [path.join(folder, 'leavers.csv'), path.join(folder, 'out')];
    writeFileSync(input, ['user_id,app_ids', ...rows].join('\n'));
    const given = against(server, { folder: out, ...options });
    await run(input, given);
    if (kind.verify !== undefined) await verify(out, { credentials: given.credentials, ...kind.verify });
    if (afterwards !== undefined) {
      afterwards(out);
      await report(out);
    }
    return out;
  } finally {
    await server.close();
  }
}
