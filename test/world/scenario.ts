import {
  draw,
  featureNames,
  featuresOfChecks,
  type Extent,
  type FeatureName,
  type Features,
} from './features.ts';
import { between, chance, pick, randomFrom, scaled, type Random } from './random.ts';

/** All that makes a world, drawn from one seed: the same scenario always goes the same way. */
export interface Scenario {
  readonly seed: number;
  readonly rows: readonly PlannedRow[];
  readonly options: Options;
  readonly latencyMs: { readonly least: number; readonly most: number };
  readonly features: Features;
}

export interface PlannedRow {
  readonly line: number;
  readonly userId: string;
  readonly appIds: readonly string[];
}

export interface Options {
  readonly concurrency: number;
  readonly retries: number;
  readonly giveUpAfterMs: number;
  readonly timeoutMs: number;
  readonly rate: number | undefined;
  readonly auth: 'token' | 'signature';
}

/** What may be left out or made less, to see whether it still goes wrong. */
export interface Restriction {
  /** These, whatever the seed would choose. */
  readonly features?: readonly FeatureName[] | undefined;
  readonly without?: readonly FeatureName[] | undefined;
  readonly rows?: number | undefined;
  readonly concurrency?: number | undefined;
}

export function drawScenario(seed: number, restriction: Restriction = {}): Scenario {
  const random = randomFrom(seed, 'plan');
  const rows = drawRows(random, drawSize(random)).slice(0, restriction.rows);
  const options = drawOptions(randomFrom(seed, 'options'), restriction);
  const base = pick(randomFrom(seed, 'latency'), [5, 30, 30, 100, 400]);
  const users = new Set(rows.map(({ userId }) => userId)).size;
  const { concurrency, giveUpAfterMs } = options;
  const spanMs = 2 * base + ((rows.length * base) / Math.min(concurrency, rows.length)) * 1.2;
  const features = drawFeatures(seed, restriction, { users, spanMs, concurrency, giveUpAfterMs });
  return {
    seed,
    rows: withBadApps(rows, features.badApps, randomFrom(seed, 'rows with bad apps')),
    options,
    latencyMs: { least: base * 0.9, most: base * 1.1 },
    features,
  };
}

/** By its name the tenant tells an app that it does not have. */
export function isBadApp(appId: string): boolean {
  return appId.startsWith('bad');
}

function withBadApps(
  rows: readonly PlannedRow[],
  badApps: Features['badApps'],
  random: Random,
): readonly PlannedRow[] {
  if (badApps === undefined) return rows;
  return rows.map((row) => {
    if (!chance(random, badApps.share)) return row;
    const number = between(random, 1, badApps.count);
    const bad = badApps.isShared ? [`bad${number}`] : [`bad${row.line}x`];
    const place = between(random, 0, row.appIds.length);
    return { ...row, appIds: row.appIds.toSpliced(place, 0, ...bad) };
  });
}

/** Mostly little ones, as they find as much in less time. */
function drawSize(random: Random): number {
  const size = random();
  if (size < 0.6) return scaled(random, 1, 25);
  if (size < 0.94) return scaled(random, 25, 150);
  return size < 0.997 ? scaled(random, 150, 600) : scaled(random, 600, 2000);
}

function drawOptions(random: Random, restriction: Restriction): Options {
  return {
    concurrency: Math.min(scaled(random, 1, 256), restriction.concurrency ?? 256),
    retries: chance(random, 0.5) ? 8 : between(random, 0, 8),
    giveUpAfterMs: chance(random, 0.3) ? 900_000 : scaled(random, 3000, 120_000),
    timeoutMs: pick(random, [2000, 10_000, 10_000]),
    rate: chance(random, 0.1) ? scaled(random, 10, 1000) : undefined,
    auth: chance(random, 0.2) ? 'signature' : 'token',
  };
}

function drawRows(random: Random, count: number): PlannedRow[] {
  const rows: PlannedRow[] = [];
  const mostApps = pick(random, [1, 3, 3, 10, 50]);
  const sharing = pick(random, [0, 0, 0.1, 0.4]);
  const scattered = pick(random, [0, 0, 0.15]);
  const catalogue = Array.from({ length: 120 }, (_, place) => `app${String(place).padStart(3, '0')}`);
  let user = 0;
  while (rows.length < count) {
    const before = rows.at(-1);
    const isShared = before?.userId === `user${user}` && chance(random, sharing);
    const isScattered = before !== undefined && !isShared && chance(random, scattered);
    if (!isShared && !isScattered) user += 1;
    // Who stands further up, too, mostly with other apps, and sometimes with the same.
    const userId = `user${isScattered ? between(random, 1, user) : user}`;
    const first = between(random, 0, catalogue.length - 1);
    const length = between(random, 1, mostApps);
    const own = Array.from({ length }, (_, place) => catalogue[(first + place) % catalogue.length]!);
    rows.push({ line: rows.length + 2, userId, appIds: own });
  }
  return rows;
}

function drawFeatures(seed: number, restriction: Restriction, extent: Extent): Features {
  const random = randomFrom(seed, 'features');
  // Each draw is made whatever comes of it, so that leaving one out leaves the others as they were.
  const share = pick(random, [0.05, 0.12, 0.2]);
  const isOfChecks = new Set<FeatureName>(featuresOfChecks);
  const others = featureNames.filter((name) => !isOfChecks.has(name));
  const chosen = others.filter(() => chance(random, share));
  if (chosen.length === 0) chosen.push(others[between(random, 0, others.length - 1)]!);
  if (chosen.includes('verify')) {
    const ofChecks = randomFrom(seed, 'features of checks');
    chosen.push(...featuresOfChecks.filter(() => chance(ofChecks, 0.3)));
  }
  const names = restriction.features ?? chosen;
  const features: Record<string, unknown> = {};
  for (const name of names) {
    if (restriction.without?.includes(name) === true) continue;
    features[name] = draw[name](randomFrom(seed, name), extent);
  }
  return features;
}
