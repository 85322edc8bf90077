import ms, { type StringValue } from 'ms';

import { UserError } from '../errors.ts';
import { nearest } from '../input/words/nearest.ts';

/** One value as it was given: the text of a flag or of an environment variable, or whatever a program has passed. */
export interface Given {
  readonly value: unknown;
  /** What messages call it: `--rate`, `pace.rate`. */
  readonly name: string;
  /** It is text, and stands for a value of another type. */
  readonly isText: boolean;
}

/** Checks one kind of value. @returns the value to be used. @throws {UserError} that names what was given. */
export type Kind<T> = (given: Given) => T;

/**
 * @param takes goes on from "--rate takes".
 * @param right what to write instead, or what stands for it, such as `<n>`.
 */
export function wrong(given: Given, takes: string, hint?: string, right = '<value>'): UserError {
  const { name, value, isText } = given;
  const shown = isText || typeof value === 'string' ? `"${String(value)}"` : shownValue(value);
  return new UserError(`${name} takes ${takes}, not ${shown}.`, { hint, ways: waysTo(given, right) });
}

/** Of a flag; variables and options of programs are set elsewhere. */
export function waysTo({ name }: Pick<Given, 'name'>, right: string): string[][] {
  return name.startsWith('--') ? [[name, right]] : [];
}

/** Not what is in it: that may be a secret, or have no end. */
function shownValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function'
    ? 'a function'
    : `${String(value)}${typeof value === 'bigint' ? 'n' : ''}`;
}

/** Any text but an empty one. */
export const text: Kind<string> = (given) => {
  if (typeof given.value === 'string' && given.value.trim() !== '') return given.value;
  throw wrong(given, 'text that is not empty');
};

/** True or false; a flag is true by standing there. */
export const yesOrNo: Kind<boolean> = (given) => {
  if (typeof given.value === 'boolean') return given.value;
  throw wrong(given, 'true or false');
};

export function numberFrom(from: number, to: number, fraction = false): Kind<number> {
  return (given) => {
    const number = given.isText ? parseNumber(String(given.value)) : given.value;
    const fits = typeof number === 'number' && number >= from && number <= to;
    if (fits && (fraction || Number.isInteger(number))) return number;
    throw wrong(given, `${fraction ? 'a number' : 'a whole number'} from ${from} to ${to}`, undefined, '<n>');
  };
}

function parseNumber(value: string): number {
  return /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : Number.NaN;
}

const longestMs = ms('24d');

/** In milliseconds; as text with its unit. */
export const duration: Kind<number> = (given) => {
  const parsed = given.isText ? parseDuration(String(given.value)) : given.value;
  if (typeof parsed === 'number' && parsed >= 1 && parsed <= longestMs) return parsed;
  throw wrong(
    given,
    given.isText
      ? 'a duration with its unit, such as 500ms, 10s or 15m'
      : `milliseconds from 1 to ${longestMs} (24 days)`,
    undefined,
    // Who writes 10 means seconds.
    /^[1-9]\d{0,5}$/.test(String(given.value).trim()) ? `${String(given.value).trim()}s` : '<duration>',
  );
};

/** @returns milliseconds; undefined when the text is no duration from 0 to 24 days. */
export function parseDuration(value: string): number | undefined {
  // Without a unit `ms` takes milliseconds, and who writes 10 means seconds.
  const parsed = /^[\d.]+ ?[a-z]+$/i.test(value) ? ms(value as StringValue) : Number.NaN;
  return parsed >= 0 && parsed <= longestMs ? parsed : undefined;
}

export function oneOf<const T extends string>(choices: readonly T[]): Kind<T> {
  return (given) => {
    const chosen = choices.find((choice) => choice === given.value);
    if (chosen !== undefined) return chosen;
    const [meant, other] = nearest(String(given.value), choices);
    const right = meant === undefined || other !== undefined ? `<${choices.join('|')}>` : meant;
    throw wrong(given, `one of ${choices.join(', ')}`, undefined, right);
  };
}

/** Each name once; as text with commas between them. */
export const list: Kind<readonly string[]> = (given) => {
  const { value, isText, name } = given;
  const items: unknown = isText ? String(value).split(',') : value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string')) {
    throw wrong(given, 'a list of texts');
  }
  const trimmed = items.map((item) => item.trim());
  if (trimmed.includes('')) {
    throw new UserError(`${name} has an empty name in ${isText ? `"${String(value)}"` : 'it'}.`, {
      hint: isText ? 'Write a,b,c.' : 'Leave it out.',
      ways: waysTo(given, trimmed.filter((item) => item !== '').join(',') || '<a,b,c>'),
    });
  }
  return [...new Set(trimmed)];
};

/** Anything with these methods. */
export function having<T>(what: string, ...methods: readonly string[]): Kind<T> {
  return (given) => {
    const { value } = given;
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (isObject && methods.every((method) => typeof Reflect.get(value, method) === 'function'))
      return value as T;
    throw wrong(given, what);
  };
}

export function aFunction<T>(): Kind<T> {
  return (given) => {
    if (typeof given.value === 'function') return given.value as T;
    throw wrong(given, 'a function');
  };
}
