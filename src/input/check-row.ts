import { checkApps, readAppsBy } from './check-apps.ts';
import type { Columns } from './columns/columns.ts';
import { addDamage, problemOf, type Findings } from './findings.ts';
import { judgeCell } from './cell/judge-cell.ts';
import { findMisfit } from './cell/misfit.ts';
import { findTotalBeside } from './cell/totals.ts';
import { fittedTo } from './columns/fitted-cells.ts';
import { findImpossible, isUsualPhone, prefixOf, withoutPrefix } from './cell/phone.ts';
import { cut } from '../printable.ts';
import type { RowRules } from './cell/row-rules.ts';
import type { Row } from './row.ts';
import { createSoundApps, type SoundApps } from './cell/sound-apps.ts';
import { looseName } from './words/loose-name.ts';
import { trimSpaces } from './words/trim-spaces.ts';
import { parseUserIdType, type UserIdType, userIdTypes } from './words/user-id-type.ts';

const none: readonly never[] = [];

/** @returns what judges one record by itself: all that is wrong with it, or what it asks for. It never throws. */
export function createRowCheck(
  columns: Columns,
  rules: RowRules,
): (line: number, cells: readonly string[]) => Row {
  const soundApps = createSoundApps((cell) => readAppsBy(rules, cell));
  return (line, cells) => checkRow(line, cells, columns, rules, soundApps);
}

function checkRow(
  line: number,
  asRead: readonly string[],
  columns: Columns,
  rules: RowRules,
  soundApps: SoundApps,
): Row {
  const fitted = fittedTo(columns, asRead);
  const cells = fitted ?? asRead;
  const asked = askedIn(cells, columns, rules, soundApps);
  const found: Findings = { problems: [], warnings: [], repairs: [] };
  if (fitted === undefined) {
    // Nothing tells which cell belongs to which column: whatever else were said about them would be a guess.
    found.problems.push({
      column: undefined,
      kind: 'cell_count',
      message: `The record has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}; expected ${columns.names.length}, one for each column of the header${cells.length < columns.names.length ? ', where at most the last may be missing, and neither user ID nor apps' : ''}.`,
    });
  } else if (isHeader(cells, asked.written, columns)) {
    found.problems.push({
      column: undefined,
      kind: 'header',
      message: 'Here the header stands again; expected a user.',
    });
  } else if (!checkTotal(asked.written, columns, rules, cells, found)) {
    checkAsked(asked, cells, columns, rules, soundApps, found);
  }

  const { written, userId, typeText, userIdType, appIds } = asked;
  if (userIdType === 'custom_field') {
    found.warnings.push({
      column: columns.userIdType,
      kind: 'custom_field',
      message: 'GenAuth documents no form for custom_field; the user ID is sent as it is.',
    });
  }
  if (found.problems.length > 0 || userIdType === undefined || appIds === undefined) {
    return {
      valid: false,
      line,
      cells,
      userId: written,
      userIdType: userIdType ?? typeText,
      appIds: appIds ?? none,
      problems: found.problems.map((finding) => problemOf(finding, line, cells, columns)),
      repairs: found.repairs,
    };
  }
  const warnings =
    found.warnings.length === 0
      ? none
      : found.warnings.map((finding) => problemOf(finding, line, cells, columns));
  const writtenUserId = userId === written ? undefined : written;
  return { valid: true, line, cells, userId, writtenUserId, userIdType, appIds, warnings };
}

/** What the cells of a record ask for, right or not. */
interface Asked {
  /** The user ID as it stands there, and as it is sent. */
  readonly written: string;
  readonly userId: string;
  readonly typeText: string;
  readonly userIdType: UserIdType | undefined;
  readonly appsText: string;
  /** Undefined where they cannot be read. */
  readonly appIds: readonly string[] | undefined;
  /** The same cell was judged before. */
  readonly appsAreSound: boolean;
}

function askedIn(cells: readonly string[], columns: Columns, rules: RowRules, soundApps: SoundApps): Asked {
  const written = trimSpaces(cells[columns.userId] ?? '');
  const typeText = columns.userIdType === undefined ? '' : trimSpaces(cells[columns.userIdType] ?? '');
  const userIdType = typeText === '' ? rules.userIdType : parseUserIdType(typeText);
  const appsText = columns.appIds === undefined ? '' : trimSpaces(cells[columns.appIds] ?? '');
  const soundAppIds = soundApps.get(appsText);
  const appsOfCell = soundAppIds ?? (appsText === '' ? none : readAppsBy(rules, appsText));
  const appIds = appsOfCell?.length === 0 ? rules.appIds : appsOfCell;
  const userId = userIdType === 'phone' ? withoutPrefix(written, rules.phoneCountry) : written;
  return { written, userId, typeText, userIdType, appsText, appIds, appsAreSound: soundAppIds !== undefined };
}

function checkAsked(
  { written, userId, userIdType, appsText, appIds, appsAreSound }: Asked,
  cells: readonly string[],
  columns: Columns,
  rules: RowRules,
  soundApps: SoundApps,
  found: Findings,
): void {
  checkUserId(written, userIdType, columns.userId, rules, cells, found);
  if (userIdType === 'phone') checkPhone(userId, written, columns.userId, rules.phoneCountry, found);
  if (userIdType === undefined) {
    found.problems.push({
      column: columns.userIdType,
      kind: 'unknown_type',
      message: `This is no user ID type; expected one of ${userIdTypes.join(', ')}.`,
    });
  }
  if (!appsAreSound && checkApps(appsText, appIds, columns.appIds, rules, found)) soundApps.add(appsText);
}

/** A file that was put behind another one has brought its byte order mark. */
function withoutMark(cell: string): string {
  return cell.startsWith('\ufeff') ? cell.slice(1) : cell;
}

/** Several exports in one file: the header of each stands among the rows. */
function isHeader(cells: readonly string[], userId: string, { names, userId: column }: Columns): boolean {
  if (userId === '' || withoutMark(userId) !== trimSpaces(names[column] ?? '')) return false;
  return cells.every((cell, at) => looseName(withoutMark(cell)) === looseName(names[at] ?? ''));
}

/** @returns whether the row is a total below the table, which its user ID alone does not show. */
function checkTotal(
  userId: string,
  columns: Columns,
  { allowDamagedIds }: RowRules,
  cells: readonly string[],
  found: Findings,
): boolean {
  if (userId !== '' && typeof allowDamagedIds === 'object' && allowDamagedIds.includes(userId)) return false;
  const column = findTotalBeside(cells, columns.userId);
  if (column === undefined) return false;
  const message = `This is a total or a footer below the table${userId === '' ? '' : `, and "${cut(userId, 20)}" no user ID`}; expected a user.`;
  found.problems.push({ column, kind: 'total', message });
  return true;
}

function checkUserId(
  userId: string,
  type: UserIdType | undefined,
  column: number,
  rules: RowRules,
  beside: readonly string[],
  found: Findings,
): void {
  if (userId === '') {
    const message = 'The user ID is empty; every row needs one.';
    found.problems.push({ column, kind: 'no_user_id', message });
    return;
  }
  const { evidence } = rules;
  const damaged = judgeCell(userId, type ?? rules.userIdType ?? 'user_id', { evidence, beside });
  const isRefused = damaged !== undefined && addDamage(damaged, 'The user ID', userId, column, rules, found);
  const repair = isRefused ? damaged.repair : undefined;
  // Of a damaged ID, what comes out of the repair must be right.
  const misfit = isRefused && repair === undefined ? undefined : findMisfit(repair ?? userId, type);
  if (misfit !== undefined) {
    found.problems.push({ column, kind: misfit.kind, message: `The user ID ${misfit.says}.` });
  } else if (repair !== undefined) {
    found.repairs.push({ column, cell: repair });
  }
}

/** @param userId as it is sent. */
function checkPhone(
  userId: string,
  written: string,
  column: number,
  country: string | undefined,
  found: Findings,
): void {
  if (found.problems.length > 0) return;
  const prefix = prefixOf(userId, country);
  if (userId !== written && prefix !== undefined) {
    // It would be stripped again when the retry file is run, and then mean another number.
    const message = `The phone number begins with its country prefix twice, ${prefix} after another; expected it once at most.`;
    found.problems.push({ column, kind: 'repeated_prefix', message });
  } else if (prefix !== undefined) {
    const message =
      country === undefined
        ? `The phone number begins with a country prefix, ${prefix}, and GenAuth stores them without; --phone-country <code> strips it.`
        : `The phone number begins with another country prefix than that of --phone-country ${country}, and is sent as it is.`;
    found.warnings.push({ column, kind: 'country_prefix', message });
  }
  const isUsual = prefix !== undefined || isUsualPhone(userId);
  const impossible =
    findImpossible(userId, country) ??
    (isUsual ? undefined : 'is no usual phone number, which has 5 to 15 digits');
  if (impossible === undefined) return;
  found.warnings.push({ column, kind: 'odd_phone', message: `This ${impossible}; it is sent as it is.` });
}
