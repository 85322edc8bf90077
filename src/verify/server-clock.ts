import type { Reply } from '../genauth/reply.ts';

/** How far GenAuth's clock is ahead of this computer's, as far as its replies tell. */
export interface ServerClock {
  /** Learns from the `Date` of a reply, which is cut to whole seconds. */
  hear(reply: Pick<Reply, 'serverTimeMs' | 'startedAt' | 'durationMs'>): void;
  /** In ms, and how far it may be from that to either side; undefined before the first reply with a date. */
  readonly ahead: { readonly ms: number; readonly doubtMs: number } | undefined;
}

export const dateStepMs = 1000;
/** A login is stamped by another machine than the kick, and a second is what a `Date` tells. */
export const leastDoubtMs = 1000;

export function createServerClock(): ServerClock {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  return {
    hear({ serverTimeMs, startedAt, durationMs }) {
      if (serverTimeMs === undefined) return;
      const least = serverTimeMs - (startedAt + durationMs);
      const most = serverTimeMs + dateStepMs - startedAt;
      // One of the clocks was set: what was known is out of date.
      const isOutside = least > to || most < from;
      from = isOutside ? least : Math.max(from, least);
      to = isOutside ? most : Math.min(to, most);
    },
    get ahead() {
      if (to === Number.POSITIVE_INFINITY) return undefined;
      return { ms: (from + to) / 2, doubtMs: Math.max(leastDoubtMs, (to - from) / 2) };
    },
  };
}
