import type { WaitsFor } from '../events.ts';
import { printable } from '../printable.ts';
import { lasting } from './wording.ts';

/**
 * What a run waits for, and until when: `the server fails on every call (HTTP 502): next try in 4s, gives up in 14m, at 14:35`.
 * @param givesUpAt the time of day.
 */
export function showWaits(waitsFor: WaitsFor, givesUpAt: string): string {
  const { nextInMs, givesUpInMs } = waitsFor;
  const next = nextInMs >= 1000 ? `next try in ${lasting(nextInMs)}, ` : '';
  return `${showWhy(waitsFor)}: ${next}gives up in ${lasting(Math.max(givesUpInMs, 1000))}, at ${givesUpAt}`;
}

/** The same without until when. */
export function showWhy({ why, reply }: Pick<WaitsFor, 'why' | 'reply'>): string {
  const { httpStatus, genauthForm } = reply;
  const isStranger = why === 'unavailable' && !genauthForm && httpStatus !== undefined;
  const reason = isStranger ? 'what answers is not GenAuth' : reasons[why];
  const mayPass = isStranger && httpStatus >= 500 ? ', which may pass' : '';
  return `${reason}${detailOf(reply)}${mayPass}`;
}

/** What is said once something was accepted again. @param waitsFor what was waited for, where that is known. */
export function showOver(waitsFor: WaitsFor | undefined): string {
  const wasDown = waitsFor?.why === 'unavailable' || waitsFor?.why === 'server';
  return wasDown ? 'The server is back.' : 'Calls are accepted again.';
}

/** What came instead of a reply in words, as codes such as ENOTFOUND say little to many; else the reply's codes. */
function detailOf({ httpStatus, statusCode, apiCode, errorCode, message }: WaitsFor['reply']): string {
  if (errorCode !== undefined)
    return message === undefined ? ` (${errorCode})` : `, as ${printable(message, 200)}`;
  const codes = [
    httpStatus === undefined ? undefined : `HTTP ${httpStatus}`,
    statusCode === undefined || statusCode === httpStatus ? undefined : String(statusCode),
    apiCode === undefined ? undefined : `apiCode ${apiCode}`,
  ].filter((code) => code !== undefined);
  return codes.length === 0 ? '' : ` (${codes.join(', ')})`;
}

const reasons: Readonly<Record<WaitsFor['why'], string>> = {
  throttle: 'every call is throttled',
  unavailable: 'GenAuth cannot be reached',
  server: 'the server fails on every call',
  credentials: 'the access key is refused',
  right: 'every call is forbidden',
  call: 'every call is refused',
};
