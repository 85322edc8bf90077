import prettyMs from 'pretty-ms';

/** `1,234` */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 row`, `2,000 rows` */
export function counted(number: number, word: string): string {
  return `${grouped(number)} ${word}${number === 1 ? '' : 's'}`;
}

/** `3m 20s`, for people; undefined times are unknown. */
export function lasting(durationMs: number): string {
  return durationMs < 1000
    ? `${Math.round(durationMs)}ms`
    : prettyMs(durationMs, { secondsDecimalDigits: 0 });
}

/** A command line that can be pasted into a shell. */
export function commandLine(...parts: readonly string[]): string {
  return parts
    .map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
