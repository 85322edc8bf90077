import { isObject } from '../reply.ts';

/** A page of a listing, which may have changed since the one before it. */
export interface Page<T> {
  /** Of all pages. */
  readonly totalCount: number;
  readonly list: readonly T[];
}

/** From 1. */
export interface PageNumber {
  readonly page: number;
  /** 1 to 50. Default: 50. */
  readonly limit?: number;
}

/** More of anything GenAuth gives in no page, and looks up in no batch. */
export const mostOfPage = 50;

/** The entries of a list; undefined where it is none, or where one of them cannot be read. */
export function listOf<T>(data: unknown, read: (entry: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(data)) return undefined;
  const list: T[] = [];
  for (const entry of data) {
    const each = read(entry);
    if (each === undefined) return undefined;
    list.push(each);
  }
  return list;
}

export function pageOf<T>(data: unknown, read: (entry: unknown) => T | undefined): Page<T> | undefined {
  if (!isObject(data)) return undefined;
  const totalCount = countIn(data, 'totalCount');
  const list = listOf(data['list'], read);
  return totalCount === undefined || list === undefined ? undefined : { totalCount, list };
}

/** A text, or a whole number as one. None is empty. */
export function textIn(entry: Record<string, unknown>, name: string): string | undefined {
  const value = entry[name];
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

export function countIn(entry: Record<string, unknown>, name: string): number | undefined {
  const value = entry[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** September 2001. What is less is in seconds. */
const leastMs = 1e12;
/** The year 5138. What is more is in microseconds. */
const mostMs = 1e14;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** A time in ms since the epoch, or as ISO 8601 with its zone, in ms. */
export function timeIn(entry: Record<string, unknown>, name: string): number | undefined {
  const value = entry[name];
  const ms = typeof value === 'string' && isoTime.test(value) ? Date.parse(value) : value;
  return typeof ms === 'number' && ms >= leastMs && ms <= mostMs ? ms : undefined;
}
