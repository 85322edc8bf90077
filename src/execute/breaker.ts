import { systemClock, type Clock } from './clock.ts';
import type { Tries } from './decide.ts';

/**
 * Tells an outage from calls that fail on their own account, and keeps everything back while the server is down,
 * but for one probe at a time.
 */
export interface Breaker {
  /** @returns undefined when an attempt may be sent; else a promise that resolves when it may, perhaps as the probe, or at `release`. */
  gate(): Promise<void> | undefined;
  /** The server is at work: it carried out, refused or throttled what was sent at `sentAt`, as is known since `at`. */
  up(sentAt: number, at: number): void;
  /**
   * An attempt failed for a reason that need not be the call's own.
   * @param openCalls how many calls are under way, this one included.
   * @param isUnavailable the failure says by itself that it is the server: one alone need not be compared with others.
   * @returns whether it counts against the call.
   */
  down(tries: Tries, sentAt: number, openCalls: number, isUnavailable: boolean): boolean;
  /** Whom `gate` let go will not send after all: the next may. */
  giveBack(): void;
  release(): void;
  readonly isOpen: boolean;
  /** For how long nothing has been answered as it should; 0 when the last word was good. */
  downForMs(): number;
}

/** So many different calls in a row, or all that are open but at least the smaller number, mean that the server is down. */
const failingCalls = { least: 3, most: 8 };
/** So do so many failures in a row that say so themselves, be they all of one call. */
const maxUnavailable = 3;
/** So does this share of the last outcomes. */
const recentOutcomes = 40;
const maxFailingShare = 0.6;
/** A call with so many failures that count is known to fail on its own account, and says nothing about the server. */
const suspectFailures = 2;
/** Probes come after 0.5, 1, 2, 4 and then every 5 seconds, so that the run is back soon after the server. */
const probeDelayMs = { first: 500, most: 5000 };

/** @param onChange told when the server goes down, and when it is back. */
export function createBreaker(
  onChange: (state: 'down' | 'back') => void = () => {},
  clock: Clock = systemClock,
): Breaker {
  let openedAt: number | undefined;
  let delayMs = probeDelayMs.first;
  /** The next who comes may go as the probe. */
  let probeIsDue = false;
  let cancelTimer: (() => void) | undefined;
  let waiting: (() => void)[] = [];
  let released = false;
  let lastUpAt = Number.NEGATIVE_INFINITY;
  let downSince: number | undefined;
  /** Calls that failed since the server last gave a sign, with the failures that counted before that. */
  const failing = new Map<Tries, number>();
  let unavailableInRow = 0;
  let outcomes: boolean[] = [];

  function note(isUp: boolean): void {
    outcomes.push(isUp);
    if (outcomes.length > recentOutcomes) outcomes.shift();
  }

  function sendProbe(): void {
    const probe = waiting.shift();
    if (probe === undefined) probeIsDue = true;
    else probe();
  }

  function scheduleProbe(): void {
    probeIsDue = false;
    cancelTimer?.();
    cancelTimer = clock.after(delayMs, sendProbe);
    delayMs = Math.min(delayMs * 2, probeDelayMs.most);
  }

  function trip(): void {
    openedAt = clock.now();
    delayMs = probeDelayMs.first;
    for (const [tries, before] of failing) tries.failures = before;
    scheduleProbe();
    onChange('down');
  }

  function letGo(): void {
    cancelTimer?.();
    const going = waiting;
    waiting = [];
    for (const go of going) go();
  }

  function close(): void {
    openedAt = undefined;
    outcomes = [];
    onChange('back');
    letGo();
  }

  function isDown(openCalls: number): boolean {
    const enough = Math.max(failingCalls.least, Math.min(openCalls, failingCalls.most));
    const failed = outcomes.filter((isUp) => !isUp).length;
    return (
      failing.size >= enough ||
      unavailableInRow >= maxUnavailable ||
      (outcomes.length === recentOutcomes && failed > recentOutcomes * maxFailingShare)
    );
  }

  return {
    gate() {
      if (openedAt === undefined || released) return undefined;
      if (probeIsDue) {
        probeIsDue = false;
        return undefined;
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    up(sentAt, at) {
      lastUpAt = at;
      downSince = undefined;
      // To clear even an empty map makes a new table, in memory that only the great garbage collection frees: 300 bytes a call,
      // together with that in the rules of the stop.
      if (failing.size > 0) failing.clear();
      unavailableInRow = 0;
      note(true);
      if (openedAt !== undefined && sentAt >= openedAt) close();
    },
    down(tries, sentAt, openCalls, isUnavailable) {
      const at = clock.now();
      const since = tries.lastFailedAt ?? sentAt;
      tries.lastFailedAt = at;
      downSince ??= at;
      if (openedAt !== undefined) {
        if (sentAt >= openedAt) scheduleProbe();
        return false;
      }
      unavailableInRow = isUnavailable ? unavailableInRow + 1 : 0;
      const before = tries.failures;
      if (before < suspectFailures) {
        note(false);
        if (!failing.has(tries)) failing.set(tries, before);
      }
      if (isDown(openCalls)) {
        trip();
        return false;
      }
      return lastUpAt >= since || (failing.size < failingCalls.least && !isUnavailable);
    },
    giveBack() {
      if (openedAt !== undefined && !released) sendProbe();
    },
    release() {
      released = true;
      letGo();
    },
    get isOpen() {
      return openedAt !== undefined;
    },
    downForMs: () => (downSince === undefined ? 0 : clock.now() - downSince),
  };
}
