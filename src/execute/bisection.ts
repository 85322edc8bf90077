import { maskOf, maskOfAll, placesIn, type AppMask } from '../plan/app-mask.ts';

/**
 * What is left to send of a call. Mostly all its apps at once; when one of them is refused, in halves until it stands
 * alone, so that one app that does not exist cannot keep the other sessions alive.
 */
export interface Bisection {
  /** The apps of the next attempt; undefined when nothing is left to send. */
  readonly current: AppMask | undefined;
  /** Apps that are not known to be signed out. */
  readonly open: AppMask;
  /** The current part succeeded. */
  succeeded(): void;
  /** The current part was refused because of one of its apps, and cannot be searched yet. */
  refused(): void;
  /** It was refused, and is known to be bad as it stands: sending it again would be a call for nothing. */
  readonly isRefused: boolean;
  /**
   * Searches the refused part.
   * @returns the place of the bad app when it stood alone; else undefined, and the part is halved.
   */
  search(): number | undefined;
  /** These apps are not sent (any more). */
  leaveOut(apps: AppMask): void;
}

interface Part {
  readonly apps: AppMask;
  /** It holds a bad app for certain. */
  readonly isBad: boolean;
}

const isAlone = ({ apps }: Part): boolean => (apps & (apps - 1n)) === 0n;

/** Of a part that holds a bad app; the last one is sent first. Should it succeed, the bad app is in the other. */
function halve({ apps }: Part): Part[] {
  const places = placesIn(apps);
  const middle = Math.ceil(places.length / 2);
  return [
    { apps: maskOf(places.slice(middle)), isBad: true },
    { apps: maskOf(places.slice(0, middle)), isBad: false },
  ];
}

/** @param open the apps to send; all of the call's but for those signed out in a former session. */
export function createBisection(count: number, open: AppMask = maskOfAll(count)): Bisection {
  let left: AppMask = open;
  /** The last one is sent next. */
  let parts: Part[] = open === 0n ? [] : [{ apps: open, isBad: false }];
  let isRefused = false;

  return {
    get current() {
      return parts.at(-1)?.apps;
    },
    get open() {
      return left;
    },
    get isRefused() {
      return isRefused;
    },
    succeeded() {
      const done = parts.pop();
      if (done === undefined) return;
      left &= ~done.apps;
      const sibling = parts.at(-1);
      if (sibling?.isBad === true && !isAlone(sibling)) {
        parts.pop();
        parts.push(...halve(sibling));
      }
    },
    refused() {
      isRefused = true;
    },
    search() {
      isRefused = false;
      const bad = parts.pop();
      if (bad === undefined) return undefined;
      if (isAlone(bad)) {
        // What is left may well be good: it goes out as one part again.
        const rest = parts.reduce((mask, part) => mask | part.apps, 0n);
        parts = rest === 0n ? [] : [{ apps: rest, isBad: false }];
        return placesIn(bad.apps)[0];
      }
      parts.push(...halve(bad));
      return undefined;
    },
    leaveOut(apps) {
      const before = parts.at(-1)?.apps;
      // What a bad part was bad for may just have been left out.
      parts = parts
        .map((part) => (part.apps & apps ? { apps: part.apps & ~apps, isBad: false } : part))
        .filter((part) => part.apps !== 0n);
      if (parts.at(-1)?.apps !== before) isRefused = false;
    },
  };
}
