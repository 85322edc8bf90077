import { maskOf, maskOfAll, placesIn, type AppMask } from '../plan/app-mask.ts';

/**
 * What is left to send of a call. Mostly all its apps at once; when one of them is refused, in halves until it stands
 * alone, so that one app that does not exist cannot keep the other sessions alive.
 */
export interface Parts {
  /** The apps of the next attempt; undefined when nothing is left to send. */
  readonly current: AppMask | undefined;
  /** Apps that are not known to be signed out. */
  readonly open: AppMask;
  /** Not all of the call's apps went, or go, out together. */
  readonly isSplit: boolean;
  /** The current part succeeded. */
  succeeded(): void;
  /**
   * The current part was refused because of one of its apps.
   * @returns the place of that app when it stood alone; else undefined, and the part is halved.
   */
  refused(): number | undefined;
  /** These apps are not sent (any more). */
  leaveOut(apps: AppMask): void;
}

interface Part {
  readonly apps: AppMask;
  /** The part holds a bad app for certain: sending it as a whole would be a call for nothing. */
  readonly isBad: boolean;
}

/** @param open the apps to send; all of the call's but for those signed out in a former session. */
export function createParts(count: number, open: AppMask = maskOfAll(count)): Parts {
  let left: AppMask = open;
  /** The last one is sent next. */
  let parts: Part[] = open === 0n ? [] : [{ apps: open, isBad: false }];

  function halve({ apps }: Part): [Part, Part] {
    const places = placesIn(apps);
    const middle = Math.ceil(places.length / 2);
    return [
      { apps: maskOf(places.slice(middle)), isBad: false },
      { apps: maskOf(places.slice(0, middle)), isBad: false },
    ];
  }

  const isAlone = (part: Part): boolean => placesIn(part.apps).length === 1;

  return {
    get current() {
      return parts.at(-1)?.apps;
    },
    get open() {
      return left;
    },
    get isSplit() {
      return parts.length !== 1 || parts[0]?.apps !== maskOfAll(count);
    },
    succeeded() {
      const done = parts.pop();
      if (done === undefined) return;
      left &= ~done.apps;
      const sibling = parts.at(-1);
      if (sibling?.isBad === true && !isAlone(sibling)) {
        parts.pop();
        const [second, first] = halve(sibling);
        parts.push({ ...second, isBad: true }, first);
      }
    },
    refused() {
      const bad = parts.pop();
      if (bad === undefined) return undefined;
      if (isAlone(bad)) {
        // What is left may well be good: it goes out as one part again.
        const rest = parts.reduce((mask, part) => mask | part.apps, 0n);
        parts = rest === 0n ? [] : [{ apps: rest, isBad: false }];
        return placesIn(bad.apps)[0];
      }
      const [second, first] = halve(bad);
      // Should the first half succeed, the bad app is in the second.
      parts.push({ ...second, isBad: true }, first);
      return undefined;
    },
    leaveOut(apps) {
      parts = parts.map((part) => ({ ...part, apps: part.apps & ~apps })).filter((part) => part.apps !== 0n);
    },
  };
}
