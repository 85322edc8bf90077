import {
  duration as durationKind,
  list as listKind,
  numberFrom,
  oneOf as oneOfKind,
  text as textKind,
} from './kinds.ts';
import { readFlag, type Flags } from './rules.ts';

export const defaultLogLevel = 'info';
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export function logLevel(flags: Flags): LogLevel {
  return oneOf(flags, 'log-level', logLevels) ?? defaultLogLevel;
}

/** @returns undefined when the flag is absent. */
export function text(flags: Flags, name: string): string | undefined {
  return readFlag(flags, name, textKind);
}

export function number(
  flags: Flags,
  name: string,
  range: { readonly from: number; readonly to: number; readonly fraction?: boolean },
): number | undefined {
  return readFlag(flags, name, numberFrom(range.from, range.to, range.fraction));
}

/** @returns milliseconds. */
export function duration(flags: Flags, name: string): number | undefined {
  return readFlag(flags, name, durationKind);
}

export function oneOf<const T extends string>(
  flags: Flags,
  name: string,
  choices: readonly T[],
): T | undefined {
  return readFlag(flags, name, oneOfKind(choices));
}

/** @returns none when the flag is absent. */
export function list(flags: Flags, name: string): readonly string[] {
  return readFlag(flags, name, listKind) ?? [];
}
