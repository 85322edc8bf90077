import { trimSpaces } from './trim-spaces.ts';

// Most cells hold one app ID of this shape: they need no splitting.
const oneAppId = /^[0-9A-Za-z_-]+$/;

const separators = /[\p{White_Space};|,；，、]+/u;
const betweenSeparators = /[^\p{White_Space};|,；，、]+/gu;

/**
 * The app IDs of one cell, each once, in the cell's order; none for a cell that names none.
 * `undefined` where the cell begins like a JSON array and is no JSON array of strings.
 */
export function readAppIds(cell: string): readonly string[] | undefined {
  if (oneAppId.test(cell)) return [cell];
  const appIds = cell.startsWith('[') ? readJsonArray(cell) : cell.split(separators);
  return appIds && [...new Set(appIds.filter((appId) => appId !== ''))];
}

/** The cell with each app ID replaced, and all else as it is. */
export function replaceAppIds(cell: string, replace: (appId: string) => string): string {
  const array = cell.startsWith('[') ? readJsonArray(cell) : undefined;
  if (array !== undefined) return JSON.stringify(array.map((appId) => replace(appId)));
  return cell.replaceAll(betweenSeparators, (appId) => replace(appId));
}

function readJsonArray(cell: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(cell);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return undefined;
  return value.map((item) => trimSpaces(item));
}
