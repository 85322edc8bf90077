/** No server is obeyed for longer than this. */
const longestWaitMs = 24 * 60 * 60 * 1000;

const seconds = /^[+-]?\d+(?:\.\d+)?$/;

/** The three forms of RFC 9110, section 5.6.7. `Date.parse` alone takes almost any text that holds a number. */
const imfFixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** An HTTP date as ms since the epoch; undefined for whatever is none. */
export function parseHttpDate(text: string): number | undefined {
  const date = text.trim();
  let time: number;
  if (imfFixdate.test(date) || rfc850.test(date)) time = Date.parse(date);
  else if (asctime.test(date)) time = Date.parse(`${date} GMT`);
  else return undefined;
  return Number.isNaN(time) ? undefined : time;
}

/**
 * How long a `Retry-After` header asks to wait, in ms from now: 0 to 24 hours, undefined where it cannot be read.
 * A date is measured against `serverTimeMs` (the same reply's `Date`), so that a wrong local clock does no harm; without
 * one, against `nowMs`.
 */
export function parseRetryAfter(
  text: string,
  serverTimeMs: number | undefined,
  nowMs: number,
): number | undefined {
  const value = text.trim();
  if (seconds.test(value)) return bounded(Number(value) * 1000);
  const date = parseHttpDate(value);
  return date === undefined ? undefined : bounded(date - (serverTimeMs ?? nowMs));
}

function bounded(waitMs: number): number {
  return Math.min(Math.max(Math.ceil(waitMs), 0), longestWaitMs);
}
