import type { Spread } from './spread.ts';

/** In Markdown, which a terminal shows well enough. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Median, and in brackets the least and the most. */
export function spread(of: Spread, show: (value: number) => string): string {
  return of.least === of.most
    ? show(of.median)
    : `${show(of.median)} (${show(of.least)} to ${show(of.most)})`;
}

export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');
export const us = (value: number): string => `${value.toFixed(1)} us`;
export const ms = (value: number): string => `${value.toFixed(1)} ms`;
export const seconds = (valueMs: number): string => `${(valueMs / 1000).toFixed(1)} s`;
export const mib = (value: number): string => `${value.toFixed(0)} MiB`;
export const ratio = (value: number): string => value.toFixed(2);
