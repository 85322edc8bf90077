import { maxAppIds } from '../genauth/kick-users.ts';

/** A choice of a call's apps: bit n stands for `appIds[n]`. In files as hexadecimal digits. */
export type AppMask = bigint;

export function maskOfAll(count: number): AppMask {
  return (1n << BigInt(count)) - 1n;
}

export function maskOf(places: Iterable<number>): AppMask {
  let mask = 0n;
  for (const place of places) mask |= 1n << BigInt(place);
  return mask;
}

/** The places in the mask, in order. */
export function placesIn(mask: AppMask): number[] {
  const places: number[] = [];
  for (let place = 0; place < maxAppIds; place += 1) if ((mask >> BigInt(place)) & 1n) places.push(place);
  return places;
}

export function writeMask(mask: AppMask): string {
  return mask.toString(16);
}

/** @throws {SyntaxError} when the text is no hexadecimal number. */
export function readMask(text: string): AppMask {
  return BigInt(`0x${text}`);
}
