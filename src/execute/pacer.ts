import type { RateLimitHeaders } from '../genauth/rate-limit-headers.ts';
import { systemClock, type Clock } from './clock.ts';
import { createRateFinder, type RateFinder } from './rate-finder.ts';
import { createSpread } from './spread.ts';
import { createToldLimit } from './told-limit.ts';

/** Decides when the next attempt may be sent; one for everything that a run sends. */
export interface Pacer {
  /** @returns true when an attempt may go now, and counts it. */
  tryTurn(): boolean;
  /** @returns undefined when an attempt may go now; else a promise that resolves when it may, or at `release`. */
  turn(): Promise<void> | undefined;
  /** Tells what came of an attempt that was sent at `sentAt` and is answered `at`, both on the pacer's clock. */
  saw(reply: 'accepted' | 'throttled', sentAt: number, at: number): void;
  /** A reply's headers set an upper bound. */
  told(headers: RateLimitHeaders): void;
  /** Nothing is sent for so long: the server asked for it. */
  pause(waitMs: number): void;
  /** The server was away: begins again below the rate found before, and returns to it quickly. */
  restart(): void;
  /** Lets everybody go who waits, now and from now on: the run is stopping. */
  release(): void;
  /** Attempts per second at most at present, and what sets it. */
  readonly pace: Pace;
}

export interface Pace {
  readonly perSecond: number;
  /**
   * `searching`: not enough was throttled yet, it grows. `tenant`: found from throttled replies. `headers`: what the server's
   * rate-limit headers allow. `ceiling`: `--rate`. `paused`: a long `Retry-After`.
   */
  readonly setBy: 'searching' | 'tenant' | 'headers' | 'ceiling' | 'paused';
}

export interface PacerOptions {
  /** Attempts per second at most; without it as fast as the tenant allows. */
  readonly rate?: number | undefined;
  readonly clock?: Clock;
}

/**
 * What was not sent when it was due may be made up for by a burst of so much time, no more. On a busy machine timers come 20 ms
 * late and more: with 20 ms here a tenth of a tenant's limit was lost there.
 */
const burstMs = 50;

/** So many turns that were handed out stay in the queue before they are cleared away. */
const maxHandedOut = 1024;

/** A token bucket that hands out turns in the order in which they were asked for, at the rate that the finder holds. */
export function createPacer(options: PacerOptions = {}): Pacer {
  const clock = options.clock ?? systemClock;
  const ceiling = options.rate ?? Number.POSITIVE_INFINITY;
  const finder: RateFinder = createRateFinder(clock.now);
  const toldLimit = createToldLimit();
  const spread = createSpread();
  const waiting: { readonly askedAt: number; readonly go: () => void }[] = [];
  let first = 0;
  let cancelTimer: (() => void) | undefined;
  let released = false;
  /** When the next turn is due. */
  let due = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  /** The rate or a pause, and not only the spread, was in the way of the attempt that asked last. */
  let isHeld = false;

  function perSecond(at: number): number {
    return Math.min(finder.perSecond(at), ceiling, toldLimit.perSecond(at));
  }

  function takeTurn(at: number): boolean {
    isHeld = at < Math.max(due, pausedUntil);
    if (isHeld || at < spread.dueAt(at)) return false;
    due = Math.max(due, at - burstMs) + 1000 / perSecond(at);
    spread.went(at);
    return true;
  }

  function handOut(): void {
    cancelTimer = undefined;
    const at = clock.now();
    const wasHeld = isHeld;
    while (first < waiting.length && (released || takeTurn(at))) {
      const next = waiting[first];
      if (next !== undefined) {
        if (!wasHeld) spread.waited(next.askedAt, at);
        next.go();
      }
      first += 1;
    }
    if (first === waiting.length) {
      waiting.length = 0;
      first = 0;
      return;
    }
    // The queue may never be empty while the tenant is slower than this process.
    if (first > maxHandedOut) {
      waiting.splice(0, first);
      first = 0;
    }
    cancelTimer = clock.after(Math.max(1, Math.max(due, pausedUntil, spread.dueAt(at)) - at), handOut);
  }

  function tryTurn(): boolean {
    return released || (first === waiting.length && takeTurn(clock.now()));
  }

  return {
    tryTurn,
    turn() {
      if (tryTurn()) return undefined;
      return new Promise((resolve) => {
        waiting.push({ askedAt: clock.now(), go: resolve });
        if (cancelTimer === undefined) handOut();
      });
    },
    saw(reply, sentAt, at) {
      const bounded = perSecond(at);
      spread.saw(sentAt, at);
      if (reply === 'throttled') finder.throttled(sentAt, at, bounded);
      else finder.accepted(sentAt, at);
    },
    told(headers) {
      toldLimit.told(headers, clock.now());
    },
    pause(waitMs) {
      pausedUntil = Math.max(pausedUntil, clock.now() + waitMs);
    },
    restart: () => finder.restart(),
    release() {
      released = true;
      cancelTimer?.();
      handOut();
    },
    get pace(): Pace {
      const at = clock.now();
      const found = finder.perSecond(at);
      const now = perSecond(at);
      if (at < pausedUntil) return { perSecond: 0, setBy: 'paused' };
      if (now === found) return { perSecond: found, setBy: finder.isSearching() ? 'searching' : 'tenant' };
      return { perSecond: now, setBy: now === ceiling ? 'ceiling' : 'headers' };
    },
  };
}
