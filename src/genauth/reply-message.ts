import type { ReplyHeaders } from './request-ids.ts';

/** Beside GenAuth's own words, or where it has none: ours. */
export const refusedSilently = 'GenAuth refused it and gave no message';
const failedSilently = 'GenAuth failed at it and gave no message';

interface Said {
  readonly httpStatus?: number | undefined;
  readonly statusCode: number;
  /** The body's own `message`. */
  readonly message: string | undefined;
  readonly data: unknown;
}

/**
 * The message of a reply in GenAuth's form. One that speaks of success and is none ("Success", with `data: null`) would mislead:
 * then it says what is wrong with it.
 */
export function messageOf({ httpStatus = 200, statusCode, message, data }: Said): string | undefined {
  if (statusCode >= 200 && statusCode <= 299) {
    const fault = faultOf(httpStatus, statusCode, data);
    if (fault === undefined) return message;
    return message === undefined ? fault : `${fault} ("${message}")`;
  }
  return message ?? (statusCode >= 500 ? failedSilently : refusedSilently);
}

function faultOf(httpStatus: number, statusCode: number, data: unknown): string | undefined {
  if (httpStatus < 200 || httpStatus > 299) {
    return `the reply contradicts itself: statusCode ${statusCode} came with HTTP ${httpStatus}`;
  }
  if (data === null || typeof data !== 'object')
    return `the reply has no data.success: data is ${kindOf(data)}`;
  const { success } = data as { success?: unknown };
  if (success === false) return 'the reply says that it did not succeed: data.success is false';
  if (success !== true)
    return `the reply does not say whether it succeeded: data.success is ${kindOf(success)}`;
  return statusCode === 200 ? undefined : `the reply has statusCode ${statusCode}, and a success has 200`;
}

/** Of what JSON can be, in words; never what it holds. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** An HTML page, an empty body, half a JSON: says what came instead of a GenAuth reply, without quoting it. */
export function describeStranger(httpStatus: number | undefined, headers: ReplyHeaders = {}): string {
  const status = httpStatus === undefined ? 'The reply' : `HTTP ${httpStatus}`;
  const target = redirectTarget(first(headers['location']));
  if (target !== undefined)
    return `${status} is not GenAuth's: a redirect to ${target}, which was not followed`;
  const type = (first(headers['content-type']) ?? '').split(';', 1)[0] ?? '';
  const coding = first(headers['content-encoding']) ?? 'identity';
  const details = [
    ...(/^[\w.+-]+\/[\w.+-]+$/.test(type) ? [type] : []),
    ...(/^[\w-]+$/.test(coding) && coding !== 'identity' ? [`packed as ${coding}`] : []),
  ];
  return `${status} is not in GenAuth's form${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}

/** Its query may hold what is nobody's business. */
function redirectTarget(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  if (URL.canParse(location)) {
    const { host } = new URL(location);
    return host === '' ? undefined : host;
  }
  const path = /^\/[\w./~%-]*/.exec(location)?.[0];
  return path === undefined || path.startsWith('//') ? undefined : `${path.slice(0, 100)} of the same host`;
}

export function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}
