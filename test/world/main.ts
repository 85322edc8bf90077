/** `npm run test:world -- --seed 7` shows one world; `-- --seeds 20000 --from 1` lets many pass. */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { featureNames, type FeatureName } from './features.ts';
import { parentFolder, runMany, type Passed } from './many.ts';
import { runWorld } from './run.ts';
import { drawScenario, type Restriction } from './scenario.ts';

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    /** Features to leave out, and the only ones there shall be. */
    without: { type: 'string', default: '' },
    only: { type: 'string' },
    rows: { type: 'string' },
    concurrency: { type: 'string' },
    /** So many failures end it. */
    failures: { type: 'string', default: '20' },
  },
});

const list = (text: string): FeatureName[] => featureNames.filter((name) => text.split(',').includes(name));
const number = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);
const restriction: Restriction = {
  without: list(flags.without),
  features: flags.only === undefined ? undefined : list(flags.only),
  rows: number(flags.rows),
  concurrency: number(flags.concurrency),
};

if (flags.seed === undefined) await many();
else await one(Number(flags.seed));

async function one(seed: number): Promise<void> {
  const scenario = drawScenario(seed, restriction);
  const { rows, ...shown } = scenario;
  const { complaints, log, figures } = await runWorld(scenario, parentFolder(), true);
  rmSync(parentFolder(), { recursive: true, force: true });
  console.log([`${rows.length} rows, ${JSON.stringify(shown, undefined, 1)}`, ...log].join('\n'));
  console.log(figures);
  for (const { rule, text } of complaints) console.log(`${rule}: ${text}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

async function many(): Promise<void> {
  const startedAt = performance.now();
  let toldAt = startedAt;
  const seeds = { from: Number(flags.from), count: Number(flags.seeds) };
  const passed = await runMany(seeds, restriction, Number(flags.failures), {
    onFailure: ({ seed, report }) => console.log(`seed ${seed}: ${report}`),
    onWorld(seed, soFar) {
      if (performance.now() - toldAt < 10_000) return;
      toldAt = performance.now();
      console.log(`up to seed ${seed}: ${inWords(soFar, startedAt)}`);
    },
  });
  console.log(inWords(passed, startedAt));
  process.exitCode = passed.failures.length === 0 ? 0 : 1;
}

function inWords({ worlds, failures, figures }: Passed, startedAt: number): string {
  const seconds = (performance.now() - startedAt) / 1000;
  const days = figures.virtualMs / 86_400_000;
  return (
    `${worlds} worlds in ${seconds.toFixed(1)} s (${(worlds / seconds).toFixed(1)}/s), ${days.toFixed(1)} days of theirs, ` +
    `${figures.calls} calls, ${figures.attempts} attempts, ${figures.questions} questions, ${figures.sessions} sessions, ${figures.kills} kills, ${failures.length} failing`
  );
}
