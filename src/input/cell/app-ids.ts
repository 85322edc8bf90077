import { isObjectId } from './evidence.ts';
import { trimSpaces } from '../words/trim-spaces.ts';

// Most cells hold app IDs of this shape, and the semicolon is what stands between them.
const plainAppIds = /^[0-9A-Za-z_-]+(?:;[0-9A-Za-z_-]+)*$/;

const separators = /[\p{White_Space};|,；，、]+/u;
const betweenSeparators = /[^\p{White_Space};|,；，、]+/gu;

/**
 * The app IDs of one cell, each once, in the cell's order; none for a cell that names none.
 * `undefined` where the cell begins like a JSON array and is no JSON array of strings.
 */
export function readAppIds(cell: string): readonly string[] | undefined {
  if (plainAppIds.test(cell)) return eachOnce(cell.split(';'));
  const appIds = isJsonArray(cell) ? readJsonArray(cell) : cell.split(separators);
  return appIds && eachOnce(appIds.filter((appId) => appId !== ''));
}

/** Most rows name a few: among those a look is quicker than a set. */
function eachOnce(appIds: readonly string[]): readonly string[] {
  const isShort = appIds.length <= 8;
  return isShort && appIds.every((appId, place) => appIds.indexOf(appId) === place)
    ? appIds
    : [...new Set(appIds)];
}

/** The cell with each app ID replaced, and all else as it is. */
export function replaceAppIds(cell: string, replace: (appId: string) => string): string {
  const array = isJsonArray(cell) ? readJsonArray(cell) : undefined;
  if (array !== undefined) return JSON.stringify(array.map((appId) => replace(appId)));
  return cell.replaceAll(betweenSeparators, (appId) => replace(appId));
}

/** It begins like one. */
export function isJsonArray(cell: string): boolean {
  return cell.startsWith('[');
}

export function readJsonArray(cell: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(cell);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return undefined;
  return value.map((item) => trimSpaces(item));
}

const separatorsButSpaces = /[;|,；，、\r\n\u2028\u2029]+/u;

/**
 * The first of a cell's apps that was split at spaces into what are not all IDs of GenAuth's own form, as a name with a space in it
 * would be. Line breaks are no such spaces: whoever makes them separates.
 */
export function splitAtSpaces(cell: string): readonly string[] | undefined {
  if (plainAppIds.test(cell) || isJsonArray(cell)) return undefined;
  return splitCell(cell)
    .map((part) => part.split(/\p{White_Space}+/u).filter((appId) => appId !== ''))
    .find((appIds) => appIds.length > 1 && !appIds.every(isObjectId));
}

/** What stands between separators, of which spaces are none. */
export function splitCell(cell: string): string[] {
  return cell
    .split(separatorsButSpaces)
    .map(trimSpaces)
    .filter((part) => part !== '');
}
