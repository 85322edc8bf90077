import type { WaitsFor } from '../events.ts';
import { lasting } from './wording.ts';

/** What a run waits for, and until when: `the server is down (HTTP 502): next try in 4s, gives up in 14m`. */
export function showWaits({ why, reply, nextInMs, givesUpInMs }: WaitsFor): string {
  const { httpStatus, statusCode, apiCode, errorCode } = reply;
  const codes = [
    httpStatus === undefined ? undefined : `HTTP ${httpStatus}`,
    statusCode === undefined || statusCode === httpStatus ? undefined : String(statusCode),
    apiCode === undefined ? undefined : `apiCode ${apiCode}`,
    errorCode,
  ].filter((code) => code !== undefined);
  const isStranger =
    why === 'unavailable' && !reply.genauthForm && httpStatus !== undefined && httpStatus < 500;
  const reason = isStranger ? 'what answers is not GenAuth' : reasons[why];
  const next = nextInMs >= 1000 ? `next try in ${lasting(nextInMs)}, ` : '';
  return `${reason}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}: ${next}gives up in ${lasting(Math.max(givesUpInMs, 1000))}`;
}

const reasons: Readonly<Record<WaitsFor['why'], string>> = {
  throttle: 'every call is throttled',
  unavailable: 'GenAuth cannot be reached',
  server: 'the server fails on every call',
  credentials: 'the access key is refused',
  right: 'every call is forbidden',
  call: 'every call is refused',
};
