import type { RateLimit } from './rate-limit.ts';

/** What the simulator does wrong, as plain data. What is left out does not happen. */
export interface Faults {
  readonly rate?: RateLimit;
  /** A share (0 to 1) of the calls is throttled when seen for the first time, as are users named `throttled-first-...`. */
  readonly throttledFirst?: number;
  /**
   * Where a throttled reply says 429: in the body of an HTTP 200 (as GenAuth documents), in the HTTP status, in both.
   * @default 'body'
   */
  readonly throttledAs?: 'body' | 'status' | 'both';
  /**
   * What a throttled reply says in `Retry-After`: seconds or an HTTP date that fit the limit, words that mean nothing,
   * an hour, or so many seconds.
   * @default 'none'
   */
  readonly retryAfter?: 'none' | 'seconds' | 'date' | 'garbage' | 'hour' | number;
  /** How long each reply to a kick or a question takes. */
  readonly latencyMs?: number | { readonly min: number; readonly max: number };
  readonly outage?: Outage;
  /** Which part (0 to 1) of the calls each fault hits; together at most 1. */
  readonly shares?: Shares;
  /**
   * How long a `drip` waits before each byte.
   * @default 100
   */
  readonly dripMs?: number;
  /** Which part (0 to 1) of the users does not exist: kicks get 2004, look-ups leave them out. Without a directory only. */
  readonly missing?: number;
  /** Which part of the sessions outlives the first kick, though the reply says that it worked. */
  readonly survivors?: number;
  /** Which part of the users signs in again, and how long after each kick. */
  readonly returns?: { readonly share: number; readonly afterMs: number };
  /** Which part of the users has sessions about which every question is refused with 403. */
  readonly unreadable?: number;
  /** Every question is refused with 403; kicks are not. */
  readonly noReading?: boolean;
  /** Questions that the server does not know, by the last part of their path: 404, `Cannot GET /...`. */
  readonly noSuchCall?: 'all' | readonly string[];
  /** check-session-status calls every session inactive. */
  readonly blind?: boolean;
  /** By so many users the list of active users moves on with each page that is asked for. */
  readonly shifting?: number;
}

/** A time in which nothing works. Counted from the first kick, so that it meets the run and not the wait before it. */
export interface Outage {
  readonly afterMs: number;
  readonly forMs: number;
  /** `refuse`: nobody listens on the port. `reset`: RST. `stall`: no reply, ever. The others are replies. */
  readonly as: 'http503' | 'refuse' | 'reset' | 'html502' | 'stall' | 'body500';
}

/** Faults that hit a share of the calls, and what each is. "Kicked" means that the user was signed out all the same. */
export const shareFaults = {
  http500: 'HTTP 500, not kicked',
  body500: 'HTTP 200 with statusCode 500, not kicked',
  http504: 'kicked, then a gateway page with HTTP 504',
  html: 'HTTP 200 with a login page, not kicked',
  html502: 'a gateway page with HTTP 502, not kicked',
  forbidden: 'statusCode 403, not kicked',
  successFalse: 'statusCode 200 with data.success false, not kicked',
  noRequestId: 'kicked, and the reply has no requestId',
  waitTwoSeconds: 'throttled, told Retry-After: 2',
  resetBefore: 'connection reset, not kicked',
  resetAfter: 'kicked, then connection reset',
  resetInReply: 'kicked, connection reset in the middle of the reply',
  forget: 'kicked, connection closed without a reply',
  halfReply: 'kicked, half a reply with content-length, then closed',
  cutReply: 'kicked, half a reply without content-length, then closed',
  garbage: 'bytes that are no HTTP, not kicked',
  stall: 'never answered, not kicked',
  stallBody: 'kicked, half a reply, then nothing more',
  drip: 'kicked, the reply byte by byte',
  huge: 'kicked, the reply is 10 MB long',
} as const;

export type ShareFault = keyof typeof shareFaults;
type Shares = { readonly [fault in ShareFault]?: number };

/** Whatever can be wrong with one exchange. */
export type FaultName = ShareFault | 'rate' | 'throttledFirst' | 'outage';

/** Sets to practise with: short enough for tens of rows, and not over too soon for thousands. */
export const faultSets = {
  throttled: {
    rate: {
      kind: 'bucket',
      perSecond: 25,
      burst: 5,
      schedule: [
        { afterMs: 4_000, perSecond: 400 },
        { afterMs: 8_000, perSecond: 100 },
        { afterMs: 12_000, perSecond: 400 },
      ],
    },
    throttledFirst: 0.05,
    latencyMs: { min: 10, max: 40 },
  },
  outage: {
    outage: { afterMs: 400, forMs: 8_000, as: 'http503' },
    latencyMs: { min: 10, max: 60 },
  },
  'bad-night': {
    rate: {
      kind: 'bucket',
      perSecond: 60,
      burst: 10,
      schedule: [
        { afterMs: 8_000, perSecond: 300 },
        { afterMs: 14_000, perSecond: 80 },
        { afterMs: 20_000, perSecond: 300 },
      ],
    },
    retryAfter: 'seconds',
    throttledFirst: 0.03,
    latencyMs: { min: 10, max: 150 },
    outage: { afterMs: 600, forMs: 5_000, as: 'reset' },
    shares: {
      http500: 0.02,
      body500: 0.02,
      http504: 0.01,
      html502: 0.01,
      successFalse: 0.01,
      resetBefore: 0.02,
      resetAfter: 0.02,
      forget: 0.01,
      halfReply: 0.01,
      cutReply: 0.01,
      waitTwoSeconds: 0.02,
      stall: 0.002,
    },
  },
  missing: { missing: 0.05 },
  survivors: { survivors: 0.05 },
  returns: { returns: { share: 0.05, afterMs: 2_000 } },
  unreadable: { unreadable: 0.05 },
  'no-reading': { noReading: true },
  'no-such-call': { noSuchCall: 'all' },
  blind: { blind: true },
  shifting: { shifting: 3 },
} as const satisfies Readonly<Record<string, Faults>>;

/** What each set is, in few words. */
export const faultSetWords: Readonly<Record<keyof typeof faultSets, string>> = {
  throttled: 'a limit that rises and falls',
  outage: 'seconds without a server',
  'bad-night': 'a bit of everything',
  missing: 'some users do not exist',
  survivors: 'some sessions outlive a kick',
  returns: 'some users sign in again after it',
  unreadable: 'of some users nothing is told',
  'no-reading': 'the key may kick, and ask nothing',
  'no-such-call': 'the server knows no question',
  blind: 'every session reads as ended',
  shifting: 'lists move on between pages',
};

/** @throws RangeError that names what makes no sense. */
export function checkFaults(faults: Faults): void {
  const shares = Object.entries(faults.shares ?? {});
  const { throttledFirst, missing, survivors, returns, unreadable } = faults;
  const parts = { throttledFirst, missing, survivors, returns: returns?.share, unreadable };
  for (const [name, share = 0] of [...shares, ...Object.entries(parts)]) {
    if (!(share >= 0 && share <= 1))
      throw new RangeError(`the share of ${name} is not from 0 to 1: ${share}`);
  }
  for (const [name] of shares) {
    if (!Object.hasOwn(shareFaults, name)) throw new RangeError(`there is no fault called ${name}`);
  }
  // Sums of fractions: ten times 0.1 is not to be refused.
  const sum = shares.reduce((sum, [, share]) => sum + share, 0);
  if (sum > 1 + 1e-9) throw new RangeError(`the shares add up to more than 1: ${sum}`);

  const { rate, retryAfter, latencyMs, outage, dripMs } = faults;
  const latency = typeof latencyMs === 'number' ? { min: latencyMs, max: latencyMs } : latencyMs;
  const amounts = {
    'rate.perSecond': rate?.perSecond,
    'rate.burst': rate?.burst,
    'latencyMs.min': latency?.min,
    'latencyMs.max': latency?.max,
    'outage.afterMs': outage?.afterMs,
    'outage.forMs': outage?.forMs,
    dripMs,
    'returns.afterMs': returns?.afterMs,
    shifting: faults.shifting,
    retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
  };
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount !== undefined && !(amount >= 0 && amount < Infinity)) {
      throw new RangeError(`${name} is not a number from 0: ${amount}`);
    }
  }
  if (rate?.burst !== undefined && rate.burst < 1)
    throw new RangeError(`rate.burst is below 1: ${rate.burst}`);
  if (latency && latency.min > latency.max) throw new RangeError('latencyMs.min is above latencyMs.max');
}
