import { between, chance, pick, scaled, type Random } from './random.ts';

/** What a feature may want to know of the plan. */
export interface Extent {
  readonly users: number;
  /** About how long sending takes where nothing is in the way. */
  readonly spanMs: number;
  readonly concurrency: number;
  readonly giveUpAfterMs: number;
}

/** What a user's calls are answered with, each time. */
const ownFaults = [
  'http500',
  'successFalse',
  'forbidden',
  'notLoggedIn',
  'throttled',
  'throttledLong',
  'unprocessable',
  'unknownUser',
  'usedSignature',
  'page502',
  'reset',
] as const;
export type OwnFault = (typeof ownFaults)[number];

/** Those that look like the server's fault, or the credentials', where there is nothing to compare with. */
export const ambiguousFaults: ReadonlySet<OwnFault | undefined> = new Set<OwnFault>([
  'forbidden',
  'notLoggedIn',
  'throttled',
  'throttledLong',
  'page502',
]);

/** What a whole outage looks like to a client. */
const outageKinds = [
  'form503',
  'form500',
  'page502',
  'page504',
  'refused',
  'page404',
  'page403',
  'page400',
  'page200',
  'throttledPage',
] as const;
export type OutageKind = (typeof outageKinds)[number];

/** The statuses of pages that gateways, firewalls and caches send. */
const pageStatuses = [
  200, 302, 400, 403, 404, 405, 413, 418, 421, 429, 499, 500, 502, 503, 504, 520,
] as const;

/** How a limit on what goes on at once, or a dead backend, says no. */
const refusals = ['form503', 'page503', 'page502', 'reset', 'throttled'] as const;

/** Each draws how it shows itself in one world, from a stream of its own. */
export const draw = {
  // The tenant.
  limit: (random: Random) => ({
    kind: pick(random, ['bucket', 'fixed', 'sliding'] as const),
    perSecond: scaled(random, 5, 2000),
    retryAfterS: pick(random, [undefined, undefined, 0, 1, 2]),
    inBody: chance(random, 0.5),
  }),
  strayThrottling: (random: Random) => ({
    share: scaled(random, 10, 300) / 1000,
    retryAfterS: pick(random, [undefined, 1]),
  }),
  hiccups: (random: Random) => ({
    share: scaled(random, 5, 150) / 1000,
    kinds: pick(random, [
      ['http500'],
      ['successFalse'],
      ['usedSignature'],
      ['http500', 'successFalse'],
    ] as const),
  }),
  ownFaults: (random: Random, { users }: Extent) => ({
    kinds: chance(random, 0.6) ? [pick(random, ownFaults)] : ownFaults.filter(() => chance(random, 0.4)),
    /** From one user to one in two. */
    share: Math.max(1 / users, scaled(random, 1, 500) / 1000),
    /** They stand at the end of the plan, or anywhere. */
    isLast: chance(random, 0.3),
    retryAfterS: pick(random, [30, 600, 86_400]),
  }),
  neighbours403: (random: Random, { users }: Extent) => {
    const from = random() * 0.7;
    // Less than half of those who are left, so that a look far on in the plan tells them from a right that is missing.
    return { from, count: Math.min(scaled(random, 2, 120), Math.ceil(users * (1 - from) * 0.4)) };
  },
  badApps: (random: Random) => ({
    count: scaled(random, 1, 12),
    /** How many of the rows name one. */
    share: scaled(random, 20, 1000) / 1000,
    isShared: chance(random, 0.5),
  }),
  tokens: (random: Random, { spanMs }: Extent) => ({
    lifetimeS: chance(random, 0.5) ? 7200 : scaled(random, 1, 60),
    /** A token is taken only so long after it was given. */
    lateMs: chance(random, 0.5) ? 0 : scaled(random, 50, 2500),
    revokedAtMs: chance(random, 0.4) ? random() * spanMs : undefined,
  }),
  laggingNode: (random: Random) => ({ share: pick(random, [0.02, 0.05, 0.34]) }),
  wideRefusal: (random: Random, { spanMs }: Extent) => ({
    code: pick(random, [401, 403] as const),
    fromMs: chance(random, 0.3) ? 0 : random() * spanMs,
  }),
  quota: (random: Random, { spanMs }: Extent) => ({
    fromMs: chance(random, 0.3) ? 0 : random() * spanMs,
    retryAfterS: pick(random, [undefined, 30, 900, 86_400]),
  }),
  // The network.
  outage: (random: Random, { spanMs, giveUpAfterMs }: Extent) => ({
    kind: pick(random, outageKinds),
    fromMs: random() * spanMs,
    forMs: chance(random, 0.7)
      ? scaled(random, 100, giveUpAfterMs * 0.6)
      : scaled(random, 100, 3 * giveUpAfterMs),
  }),
  pages: (random: Random) => ({
    share: scaled(random, 5, 100) / 1000,
    statuses: [pick(random, pageStatuses), pick(random, pageStatuses)],
    /** The page came although the tenant had done what was asked. */
    afterEffect: pick(random, [0, 0.3]),
  }),
  resets: (random: Random) => ({
    share: scaled(random, 5, 100) / 1000,
    kind: pick(random, ['before', 'after', 'inReply', 'half', 'refused'] as const),
  }),
  lost: (random: Random) => ({ share: scaled(random, 3, 50) / 1000, afterEffect: pick(random, [0, 0.5, 1]) }),
  late: (random: Random) => ({ share: scaled(random, 5, 100) / 1000, mostMs: scaled(random, 500, 9500) }),
  cache: (random: Random) => ({ share: pick(random, [0.02, 0.2, 1]) }),
  crossed: (random: Random) => ({ share: scaled(random, 5, 50) / 1000 }),
  atOnce: (random: Random, { concurrency }: Extent) => ({
    most: between(random, 2, Math.max(2, Math.ceil(concurrency / 3))),
    how: pick(random, refusals),
  }),
  deadBackend: (random: Random) => ({ how: pick(random, ['form503', 'page502', 'reset'] as const) }),
  stranger: (random: Random) => ({ status: pick(random, [200, 301, 403, 404]) }),
  oddIds: (random: Random) => ({
    kinds: (['number', 'bigNumber', 'missing', 'empty', 'header', 'both', 'strangeBody'] as const).filter(
      () => chance(random, 0.4),
    ),
  }),
  // The life of the program.
  kills: (random: Random) => ({
    count: between(random, 1, 4),
    /** What was not synced is gone as well. */
    isPowerCut: chance(random, 0.3),
  }),
  stops: (random: Random) => ({ count: between(random, 1, 2) }),
  suspension: (random: Random, { spanMs }: Extent) => ({
    atMs: random() * spanMs,
    forMs: scaled(random, 100, 7_200_000),
  }),
  wallJump: (random: Random, { spanMs }: Extent) => ({
    atMs: random() * spanMs,
    byMs: scaled(random, 1000, 10_000_000) * pick(random, [1, 1, -1]),
  }),
  fullDisk: (random: Random) => ({
    afterBytes: scaled(random, 100, 40_000),
    hasBallast: chance(random, 0.7),
  }),
  brokenSync: (random: Random) => ({ at: scaled(random, 1, 40) }),
  retryFailed: () => ({}),
  // Sessions are looked for, and what there is to be seen.
  verify: (random: Random) => ({
    kills: between(random, 0, 2),
    isRekicked: chance(random, 0.6),
    /** Of more a sample is looked at. */
    most: pick(random, [10, 20, 60]),
  }),
  survivors: (random: Random) => ({
    share: scaled(random, 20, 600) / 1000,
    kicks: pick(random, [1, 1, 2, 9]),
  }),
  returns: (random: Random) => ({
    share: scaled(random, 20, 600) / 1000,
    afterMs: scaled(random, 1, 120_000),
    times: pick(random, [1, 1, 9]),
  }),
  unreadable: (random: Random) => ({ share: scaled(random, 20, 300) / 1000 }),
  blindProbe: (random: Random) => ({ share: pick(random, [0.3, 1]) }),
  emptyApps: (random: Random) => ({ share: pick(random, [0.3, 1]) }),
  noLogins: (random: Random) => ({ how: pick(random, ['empty', 'forbidden'] as const) }),
  shiftingLists: (random: Random) => ({ share: pick(random, [0.03, 0.3]) }),
};

/** They come with `verify`, and much more often than others, as one look costs as much as a run. */
export const featuresOfChecks = [
  'survivors',
  'returns',
  'unreadable',
  'blindProbe',
  'emptyApps',
  'noLogins',
  'shiftingLists',
] as const satisfies (keyof typeof draw)[];

export type FeatureName = keyof typeof draw;
export type Features = { readonly [Name in FeatureName]?: ReturnType<(typeof draw)[Name]> };
export const featureNames = Object.keys(draw) as FeatureName[];
