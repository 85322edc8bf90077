/** A server in virtual time that refuses for one reason or another. What it refuses takes nothing from its limit. */
export interface ServerOptions {
  /**
   * So many a second, from `fromMs` on; the last entry that has begun holds. A `bucket` saves up a tenth of a second, or `burst`; windows
   * last a second.
   */
  readonly limit?: {
    readonly kind: 'bucket' | 'fixed' | 'sliding';
    readonly steps: readonly Step[];
    readonly burst?: number;
  };
  /** This share of the attempts is refused whatever the rate. */
  readonly stray?: number;
  /** This share of the users is refused so many times each before it is accepted. */
  readonly users?: { readonly share: number; readonly times: number };
  /** More at once are refused so. */
  readonly atOnce?: { readonly most: number; readonly as: Refusal };
  /** Every second attempt meets a backend that is dead. */
  readonly deadBackend?: Refusal;
}

interface Step {
  readonly fromMs: number;
  readonly perSecond: number;
}

export type Refusal = 'throttled' | 'failed';

/** `own`: refused for its rate or for how many there are at once; `world`: whatever the client does. */
interface Answer {
  readonly outcome: 'accepted' | Refusal;
  readonly by?: 'own' | 'world';
}

export interface Server {
  /** An attempt arrives. @param timesRefused how often this user's attempts are refused yet. */
  take(at: number, timesRefused: number): Answer;
  /** A reply has left. */
  done(): void;
}

const accepted: Answer = { outcome: 'accepted' };

export function createServer(options: ServerOptions, random: () => number): Server {
  const { limit, stray = 0, atOnce, deadBackend } = options;
  const isWithin = limit === undefined ? () => true : createLimit(limit);
  let busy = 0;

  function refusal(at: number, timesRefused: number): Answer | undefined {
    if (deadBackend !== undefined && random() < 0.5) return { outcome: deadBackend, by: 'world' };
    if (timesRefused > 0 || random() < stray) return { outcome: 'throttled', by: 'world' };
    if (atOnce !== undefined && busy >= atOnce.most) return { outcome: atOnce.as, by: 'own' };
    return isWithin(at) ? undefined : { outcome: 'throttled', by: 'own' };
  }

  return {
    take(at, timesRefused) {
      const answer = refusal(at, timesRefused) ?? accepted;
      if (answer.outcome === 'accepted') busy += 1;
      return answer;
    },
    done() {
      busy -= 1;
    },
  };
}

function createLimit({ kind, steps, burst }: NonNullable<ServerOptions['limit']>): (at: number) => boolean {
  const perSecondAt = (at: number): number => steps.findLast(({ fromMs }) => fromMs <= at)?.perSecond ?? 0;
  if (kind === 'bucket') return createBucket(perSecondAt, burst);
  return kind === 'fixed' ? createFixedWindow(perSecondAt) : createSlidingWindow(perSecondAt);
}

function createBucket(perSecondAt: (at: number) => number, burst?: number): (at: number) => boolean {
  const most = (perSecond: number): number => burst ?? Math.max(1, perSecond / 10);
  let tokens = most(perSecondAt(0));
  let filledAt = 0;
  return (at) => {
    const perSecond = perSecondAt(at);
    tokens = Math.min(most(perSecond), tokens + ((at - filledAt) * perSecond) / 1000);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

function createFixedWindow(perSecondAt: (at: number) => number): (at: number) => boolean {
  let second = 0;
  let taken = 0;
  return (at) => {
    // Its seconds are not the client's.
    const now = Math.floor((at + 370) / 1000);
    if (now !== second) taken = 0;
    second = now;
    if (taken >= perSecondAt(at)) return false;
    taken += 1;
    return true;
  };
}

function createSlidingWindow(perSecondAt: (at: number) => number): (at: number) => boolean {
  const taken: number[] = [];
  let first = 0;
  return (at) => {
    while (first < taken.length && (taken[first] ?? at) <= at - 1000) first += 1;
    if (taken.length - first >= perSecondAt(at)) return false;
    taken.push(at);
    return true;
  };
}
