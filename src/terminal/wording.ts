import prettyMs from 'pretty-ms';

import { grouped } from '../printable.ts';

/** `1 row`, `2,000 rows` */
export function counted(number: number, word: string): string {
  return `${grouped(number)} ${word}${number === 1 ? '' : 's'}`;
}

/** `3m 20s`, `1h 20m`, for people: two units say enough. */
export function lasting(durationMs: number): string {
  // Rounded before: else 59.6 seconds are 60 of them.
  const rounded = Math.round(durationMs / 1000) * 1000;
  return rounded < 1000 ? 'less than a second' : prettyMs(rounded, { secondsDecimalDigits: 0, unitCount: 2 });
}

/** `1,645/s`, `0.4/s` */
export function perSecond(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1).replace(/\.0$/, '') : grouped(Math.round(rate))}/s`;
}
