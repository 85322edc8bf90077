import { maskOf, maskOfAll, placesIn, type AppMask } from '../plan/app-mask.ts';

/**
 * What is left to send of a call. Mostly all its apps at once; when one of them is refused, in halves until it stands
 * alone, so that one app that does not exist cannot keep the other sessions alive.
 */
export interface Bisection {
  /** Apps that are not known to be signed out. */
  open: AppMask;
  /** One of these does not exist, for certain: they were refused together. None while nothing is searched. */
  suspects: AppMask;
  /** What is to be sent beside them. */
  rest: AppMask;
  /** The suspects are not searched yet: to send them again as they stand would be a call for nothing. */
  isRefused: boolean;
}

/** @param open the apps to send; all of the call's but for those signed out in a former session. */
export function createBisection(count: number, open: AppMask = maskOfAll(count)): Bisection {
  return { open, suspects: 0n, rest: open, isRefused: false };
}

/** The apps of the next attempt: half of the suspects, then all that is left; undefined when nothing is. */
export function current({ suspects, rest, isRefused }: Bisection): AppMask | undefined {
  if (suspects === 0n) return rest === 0n ? undefined : rest;
  const places = placesIn(suspects);
  return isRefused ? suspects : maskOf(places.slice(0, Math.ceil(places.length / 2)));
}

/** The current part succeeded: if they are not in it, the suspects are in the other half. */
export function partSucceeded(bisection: Bisection): void {
  const done = current(bisection) ?? 0n;
  bisection.open &= ~done;
  if (bisection.suspects === 0n) bisection.rest = 0n;
  bisection.suspects &= ~done;
}

/** The current part was refused because of one of its apps. */
export function partRefused(bisection: Bisection): void {
  const bad = current(bisection) ?? 0n;
  bisection.rest = (bisection.rest | bisection.suspects) & ~bad;
  bisection.suspects = bad;
  bisection.isRefused = true;
}

/** Goes on to search among the suspects. @returns the place of the bad app when it stood alone. */
export function searchOn(bisection: Bisection): number | undefined {
  bisection.isRefused = false;
  const places = placesIn(bisection.suspects);
  if (places.length > 1) return undefined;
  bisection.suspects = 0n;
  return places[0];
}

/** These apps are not sent (any more). What the suspects were refused for may just have been left out. */
export function leaveOut(bisection: Bisection, apps: AppMask): void {
  if ((bisection.suspects & apps) !== 0n) {
    bisection.rest |= bisection.suspects;
    bisection.suspects = 0n;
    bisection.isRefused = false;
  }
  bisection.rest &= ~apps;
}
