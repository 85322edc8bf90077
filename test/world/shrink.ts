import type { FeatureName } from './features.ts';
import { runWorld } from './run.ts';
import { drawScenario, type Restriction } from './scenario.ts';

/** The least of a world in which the same promise is still broken. */
export interface Shrunk {
  readonly restriction: Restriction;
  /** What it says there. */
  readonly text: string;
  /** Shows it again. */
  readonly command: string;
}

/** @param rule the promise that was broken, see `Complaint`. @param parent as in {@link runWorld}. */
export async function shrink(
  seed: number,
  restriction: Restriction,
  rule: string,
  parent: string,
): Promise<Shrunk | undefined> {
  async function brokenIn(tried: Restriction): Promise<string | undefined> {
    const { complaints } = await runWorld(drawScenario(seed, tried), parent).catch((error: unknown) => ({
      complaints: [{ rule: 'bug', text: String(error) }],
    }));
    return complaints.find((each) => each.rule === rule)?.text;
  }

  let best = restriction;
  let text = await brokenIn(best);
  // What is not even the same twice cannot be made smaller.
  if (text === undefined) return undefined;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const smaller of smallerThan(seed, best)) {
      const found = await brokenIn(smaller);
      if (found === undefined) continue;
      [best, text, isSmaller] = [smaller, found, true];
      break;
    }
  }
  return { restriction: best, text, command: commandFor(seed, best) };
}

function* smallerThan(seed: number, restriction: Restriction): Generator<Restriction> {
  const { rows, options, features } = drawScenario(seed, restriction);
  const without = restriction.without ?? [];
  for (const name of Object.keys(features) as FeatureName[])
    yield { ...restriction, without: [...without, name] };
  for (const share of [0.1, 0.5, 0.8]) {
    const fewer = Math.ceil(rows.length * share);
    if (fewer < rows.length) yield { ...restriction, rows: fewer };
  }
  if (rows.length > 1) yield { ...restriction, rows: rows.length - 1 };
  for (const concurrency of [1, 2, 8]) {
    if (concurrency < options.concurrency) yield { ...restriction, concurrency };
  }
}

export function commandFor(seed: number, { features, without = [], rows, concurrency }: Restriction): string {
  const flags = [
    `--seed ${seed}`,
    features === undefined ? '' : `--only ${features.join(',')}`,
    without.length === 0 ? '' : `--without ${without.join(',')}`,
    rows === undefined ? '' : `--rows ${rows}`,
    concurrency === undefined ? '' : `--concurrency ${concurrency}`,
  ];
  return `npm run test:world -- ${flags.filter((flag) => flag !== '').join(' ')}`;
}
