import { readAppIds } from './app-ids.ts';
import type { Columns } from './columns.ts';
import { cut } from './printable.ts';
import type { Problem, Row } from './row.ts';
import { trimSpaces } from './trim-spaces.ts';
import { parseUserIdType, type UserIdType, userIdTypes } from './user-id-type.ts';

/** What holds for rows that do not say it themselves. */
export interface RowDefaults {
  /** Undefined where nothing tells what it would be. */
  readonly userIdType: UserIdType | undefined;
  /** Each app once; empty where every row must name its apps. */
  readonly appIds: readonly string[];
}

const none: readonly never[] = [];

// Half a surrogate pair cannot be written as UTF-8; it can only come out of a JSON escape.
const unusable = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u;

/** Judges one record by itself: all that is wrong with it, or what it asks for. Never throws. */
export function checkRow(
  line: number,
  cells: readonly string[],
  columns: Columns,
  defaults: RowDefaults,
): Row {
  const userId = trimSpaces(cells[columns.userId] ?? '');
  const typeText = columns.userIdType === undefined ? '' : trimSpaces(cells[columns.userIdType] ?? '');
  const userIdType = typeText === '' ? defaults.userIdType : parseUserIdType(typeText);
  const appsText = columns.appIds === undefined ? '' : trimSpaces(cells[columns.appIds] ?? '');
  const appsOfCell = appsText === '' ? none : readAppIds(appsText);
  const appIds = appsOfCell?.length === 0 ? defaults.appIds : appsOfCell;

  const messages: [column: number | undefined, message: string][] = [];
  if (cells.length === columns.names.length) {
    const userIdMessage = checkUserId(userId, userIdType);
    if (userIdMessage !== undefined) messages.push([columns.userId, userIdMessage]);
    if (userIdType === undefined) {
      messages.push([
        columns.userIdType,
        `This is no user ID type; expected one of ${userIdTypes.join(', ')}.`,
      ]);
    }
    const appsMessage = checkAppIds(appIds);
    if (appsMessage !== undefined) messages.push([columns.appIds, appsMessage]);
  } else {
    // Nothing tells which cell belongs to which column: whatever else were said about them would be a guess.
    messages.push([
      undefined,
      `The record has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}; expected ${columns.names.length}, one for each column of the header.`,
    ]);
  }

  if (messages.length > 0 || userIdType === undefined || appIds === undefined) {
    const problems = messages.map(([column, message]) => problemAt(line, cells, columns, column, message));
    return {
      valid: false,
      line,
      cells,
      userId,
      userIdType: userIdType ?? typeText,
      appIds: appIds ?? none,
      problems,
    };
  }
  const warnings = userIdType === 'custom_field' ? [warnOfCustomField(line, cells, columns)] : none;
  return { valid: true, line, cells, userId, userIdType, appIds, warnings };
}

function checkUserId(userId: string, type: UserIdType | undefined): string | undefined {
  if (userId === '') return 'The user ID is empty; every row needs one.';
  const found = unusable.exec(userId);
  if (found !== null) {
    return `The user ID holds the control character ${nameOf(found[0])}; expected text without any.`;
  }
  if (type === 'email' && !userId.includes('@')) {
    return 'The user ID has no "@"; expected an email address, since its type is email.';
  }
  if ((type === 'identity' || type === 'sync_relation') && !hasTwoSides(userId)) {
    const left = type === 'identity' ? '<extIdpId>' : '<provider>';
    return `The user ID is not in two parts; expected ${left}:<userIdInIdp>, since its type is ${type}.`;
  }
  return undefined;
}

function checkAppIds(appIds: readonly string[] | undefined): string | undefined {
  if (appIds === undefined) {
    return 'This begins like a JSON array and is not a JSON array of strings; expected one such as ["app1","app2"], or app IDs with ";" between them.';
  }
  if (appIds.length === 0) return 'No app is named; expected app IDs here, or --app-ids for all rows.';
  for (const appId of appIds) {
    const found = unusable.exec(appId);
    if (found !== null) {
      return `An app ID holds the control character ${nameOf(found[0])}; expected text without any.`;
    }
  }
  return undefined;
}

function hasTwoSides(userId: string): boolean {
  const colon = userId.indexOf(':');
  return colon > 0 && colon < userId.length - 1;
}

const controlNames = new Map([
  ['\u0000', 'NUL'],
  ['\t', 'TAB'],
  ['\n', 'line feed'],
  ['\r', 'carriage return'],
]);

function nameOf(char: string): string {
  const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const name = controlNames.get(char);
  return name === undefined ? code : `${name} (${code})`;
}

function warnOfCustomField(line: number, cells: readonly string[], columns: Columns): Problem {
  const message = 'GenAuth documents no form for custom_field; the user ID is sent as it is.';
  return problemAt(line, cells, columns, columns.userIdType, message);
}

function problemAt(
  line: number,
  cells: readonly string[],
  columns: Columns,
  column: number | undefined,
  message: string,
): Problem {
  const name = column === undefined ? undefined : columns.names[column];
  // The cut also bounds what a very long record costs here.
  const value = column === undefined ? cells.slice(0, 100).join(',') : (cells[column] ?? '');
  return { line, column: name ?? '(row)', value: cut(value, 100), message };
}
