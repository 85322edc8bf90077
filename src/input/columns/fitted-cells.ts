import type { Columns } from './columns.ts';

/**
 * A record's cells, as many as the header has. Programs leave empty cells away at a record's end, and leave some over there;
 * what is left away is never the user ID or the apps.
 * @returns undefined where nothing tells which cell belongs to which column.
 */
export function fittedTo(
  { names, userId, appIds }: Columns,
  cells: readonly string[],
): readonly string[] | undefined {
  const width = names.length;
  if (cells.length === width) return cells;
  if (cells.length > width) {
    const isLeftOver = cells.slice(width).every((cell) => cell.trim() === '');
    return isLeftOver ? cells.slice(0, width) : undefined;
  }
  if (Math.max(userId, appIds ?? 0) >= cells.length) return undefined;
  return [...cells, ...Array<string>(width - cells.length).fill('')];
}
