import type { Pacer } from '../../../src/execute/pace/pace.ts';
import { run, sum, type Record, type World } from './pace-world.ts';

/** A kind of world, in every variant, and what a pacer has to reach in each. */
export interface Row {
  readonly name: string;
  readonly worlds: readonly Variant[];
  readonly used: number;
  readonly refused: number;
}

interface Variant {
  readonly world: Omit<World, 'createPacer' | 'seed'>;
  readonly label: string;
  readonly judge: (record: Record) => Result;
}

/** Shares: of what is usable, and of what was sent. */
interface Result {
  readonly used: number;
  readonly refused: number;
}

const latencies = [5, 30, 100, 400];
const concurrencies = [64, 256];

interface Setting {
  readonly latencyMs: number;
  readonly concurrency: number;
}

const settings: readonly Setting[] = latencies.flatMap((latencyMs) =>
  concurrencies.map((concurrency) => ({ latencyMs, concurrency })),
);

/** What so many at once can do beside a limit, less what is refused whatever they do. */
function use({ latencyMs, concurrency }: Setting, limit: number, from: number, to: number) {
  return (record: Record): Result => {
    const sent = sum(record.sent, from, to);
    const accepted = sum(record.accepted, from, to);
    const own = sum(record.own, from, to);
    const usual = sent === 0 ? 0 : (sent - accepted - own) / Math.max(1, sent - own);
    const usable = Math.min(limit, ((record.pacers.length * concurrency * 1000) / latencyMs) * (1 - usual));
    return { used: accepted / (usable * (to - from)), refused: own / Math.max(1, sent) };
  };
}

type Kind = 'bucket' | 'fixed' | 'sliding';

function limited(kind: Kind, more: Partial<World>): Variant[] {
  return [50, 300, 500, 2000].flatMap((perSecond) =>
    settings.map((setting) => ({
      label: `${perSecond}/s, ${setting.latencyMs} ms, ${setting.concurrency}`,
      world: { ...setting, seconds: 40, limit: { kind, steps: [{ fromMs: 0, perSecond }] }, ...more },
      judge: use(setting, perSecond, 10, 40),
    })),
  );
}

/** Without a limit a run is long in events: less of it shows as much. */
function unlimited(more: Partial<World>, share = 1): Variant[] {
  return settings.map((setting) => {
    const seconds = setting.latencyMs < 30 ? 14 : 40;
    const judge = use(setting, Number.POSITIVE_INFINITY, 10, seconds);
    return {
      label: `no limit, ${setting.latencyMs} ms, ${setting.concurrency}`,
      world: { ...setting, seconds, ...more },
      judge: (record) => ({ ...judge(record), used: judge(record).used * share }),
    };
  });
}

const drop = { at: 15, back: 35, end: 60 };

/** The worst second counts, in which it must have arrived. */
function dropping(): Variant[] {
  return [300, 500, 2000].flatMap((perSecond) =>
    settings.map((setting) => {
      const steps = [
        { fromMs: 0, perSecond },
        { fromMs: drop.at * 1000, perSecond: perSecond / 4 },
        { fromMs: drop.back * 1000, perSecond },
      ];
      const late = setting.latencyMs / 1000;
      return {
        label: `${perSecond}/s, ${setting.latencyMs} ms, ${setting.concurrency}`,
        world: { ...setting, seconds: drop.end, limit: { kind: 'bucket', steps } },
        judge(record) {
          const low = use(setting, perSecond / 4, drop.at + late + 3, drop.back)(record);
          const soon = use(setting, perSecond / 4, drop.at + late + 3, drop.at + late + 5)(record);
          const again = use(setting, perSecond, drop.back + 12, drop.back + 15)(record);
          const all = use(setting, perSecond / 4, drop.at + late + 2, drop.back)(record);
          return {
            used: Math.min(low.used, soon.used, again.used),
            refused: Math.max(all.refused, again.refused),
          };
        },
      };
    }),
  );
}

function atOnce(as: 'throttled' | 'failed'): Variant[] {
  return concurrencies.map((concurrency) => ({
    label: `${concurrency}`,
    world: { concurrency, latencyMs: 100, seconds: 40, atOnce: { most: 5, as } },
    judge: (record) => ({
      used: sum(record.accepted, 10, 40) / (50 * 30),
      refused: sum(record.own, 10, 40) / sum(record.sent, 10, 40),
    }),
  }));
}

function shared(): Variant[] {
  return settings.map((setting) => ({
    label: `${setting.latencyMs} ms, ${setting.concurrency}`,
    world: {
      ...setting,
      clients: 16,
      seconds: 60,
      limit: { kind: 'bucket', steps: [{ fromMs: 0, perSecond: 500 }] },
    },
    judge(record) {
      const parts = record.acceptedOf.map((tenths) => sum(tenths, 30, 60));
      const { used, refused } = use(setting, 500, 10, 60)(record);
      return Math.max(...parts) <= 8 * Math.min(...parts) ? { used, refused } : { used: 0, refused };
    },
  }));
}

function beginning(): Variant[] {
  return settings
    .filter(({ latencyMs, concurrency }) => concurrency / latencyMs > 2)
    .map((setting) => ({
      label: `${setting.latencyMs} ms, ${setting.concurrency}`,
      world: { ...setting, seconds: 20, limit: { kind: 'bucket', steps: [{ fromMs: 0, perSecond: 2000 }] } },
      judge: use(setting, 2000, 0, 20),
    }));
}

/** What the demos' own server does of it, but for outages: a limit that changes, with a share refused once; 4,000 calls are to be through by then. */
function changing(
  steps: readonly (readonly [fromMs: number, perSecond: number])[],
  burst: number,
  share: number,
  latencyMs: number,
): Variant {
  const bySeconds = 42;
  const each = steps.map(([fromMs, perSecond]) => ({ fromMs, perSecond }));
  return {
    label: `${Math.round(share * 100)} % once, ${latencyMs} ms, 64`,
    world: {
      latencyMs,
      concurrency: 64,
      seconds: bySeconds,
      limit: { kind: 'bucket', steps: each, burst },
      users: { share, times: 1 },
    },
    judge: (record) => ({
      used: sum(record.accepted, 0, bySeconds) / 4000,
      refused: sum(record.own, 0, bySeconds) / sum(record.sent, 0, bySeconds),
    }),
  };
}

const any = Number.POSITIVE_INFINITY;

export const grid: readonly Row[] = [
  { name: 'bucket', worlds: limited('bucket', {}), used: 0.95, refused: 0.03 },
  { name: 'bucket of 2000, from the begin', worlds: beginning(), used: 0.9, refused: 0.03 },
  { name: 'fixed window of a second', worlds: limited('fixed', {}), used: 0.9, refused: 0.05 },
  { name: 'sliding window of a second', worlds: limited('sliding', {}), used: 0.9, refused: 0.05 },
  ...[
    [0.01, 0.93],
    [0.03, 0.93],
    [0.05, 0.9],
    [0.1, 0.88],
    [0.3, 0.75],
  ].map(([stray = 0, used = 0]) => ({
    name: `bucket, ${stray * 100} % refused`,
    worlds: limited('bucket', { stray }),
    used,
    refused: 0.05,
  })),
  {
    name: '5 % of the users ten times',
    worlds: limited('bucket', { users: { share: 0.05, times: 10 } }),
    used: 0.85,
    refused: 0.05,
  },
  { name: 'no limit', worlds: unlimited({}), used: 0.98, refused: any },
  ...[0.01, 0.03, 0.1].map((stray) => ({
    name: `no limit, ${stray * 100} % refused`,
    worlds: unlimited({ stray }),
    used: 0.9,
    refused: any,
  })),
  { name: 'drop to a quarter and return', worlds: dropping(), used: 0.9, refused: 0.05 },
  {
    name: 'the limits of the demos',
    worlds: [
      changing(
        [
          [0, 25],
          [4000, 400],
          [8000, 100],
          [12_000, 400],
        ],
        5,
        0.05,
        25,
      ),
      changing(
        [
          [0, 60],
          [8000, 300],
          [14_000, 80],
          [20_000, 300],
        ],
        10,
        0.14,
        80,
      ),
    ],
    used: 1,
    refused: 0.1,
  },
  { name: '5 at once, more: 429', worlds: atOnce('throttled'), used: 0.8, refused: any },
  { name: '5 at once, more: 503', worlds: atOnce('failed'), used: 0.8, refused: any },
  {
    name: 'one dead backend of two',
    worlds: [...unlimited({ deadBackend: 'failed' }), ...limited('bucket', { deadBackend: 'failed' })],
    used: 0.8,
    refused: 0.05,
  },
  { name: '16 clients on 500/s', worlds: shared(), used: 0.92, refused: 0.08 },
];

export interface Judged extends Result {
  readonly label: string;
  readonly seed: number;
}

export function judgeRow(
  row: Row,
  seeds: readonly number[],
  createPacer: (concurrency: number) => Pacer,
): Judged[] {
  return row.worlds.flatMap(({ world, label, judge }) =>
    seeds.map((seed) => {
      const record = run({ ...world, seed, createPacer: () => createPacer(world.concurrency) });
      return { label, seed, ...judge(record) };
    }),
  );
}
